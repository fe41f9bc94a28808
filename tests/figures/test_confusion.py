"""The heat map of confusions."""

import re

from coder.figures.heat import confusion_map


def test_26_codes_fit_and_the_picture_is_the_same_each_time():
    codes = [f"joint decisions/customers/mechanism number {n}" for n in range(26)] + ["no code"]
    counts = [[float((i * j) % 5) for j in range(27)] for i in range(27)]
    drawn = confusion_map("Confusion of ada and ben", "ada", "ben", codes, counts, note="neither coded 812 units").svg()
    assert (
        drawn
        == confusion_map("Confusion of ada and ben", "ada", "ben", codes, counts, note="neither coded 812 units").svg()
    )
    lines = re.findall(r"<(?:text|tspan) ?[^>]*>([^<]+)</", drawn)
    for code in codes:
        assert sum(code.endswith(line) for line in lines) >= 2  # a row and a column
    assert "neither coded 812 units" in lines


def test_an_empty_matrix_is_drawn():
    assert "<svg" in confusion_map("Nothing", "ada", "ben", ["x", "no code"], [[0, 0], [0, 0]]).svg()
