"""The heat map of confusions."""

import re

from coder.figures.confusion import heat_map


def test_26_codes_fit_and_the_picture_is_the_same_each_time():
    codes = [f"joint decisions/customers/mechanism number {n}" for n in range(26)] + ["no code"]
    counts = [[float((i * j) % 5) for j in range(27)] for i in range(27)]
    drawn = heat_map("Confusion of ada and ben", "ada", "ben", codes, counts, note="neither coded 812 units")
    assert drawn == heat_map("Confusion of ada and ben", "ada", "ben", codes, counts, note="neither coded 812 units")
    words = re.findall(r"<text [^>]*>([^<]*)</text>", drawn)
    for code in codes:
        assert words.count(code) == 2  # a row and a column
    assert "neither coded 812 units" in words


def test_an_empty_matrix_is_drawn():
    assert "<svg" in heat_map("Nothing", "ada", "ben", ["x", "no code"], [[0, 0], [0, 0]])
