"""The figures of the dashboard: equal bytes, links, words, and nothing told by colour alone."""

import re
from math import nan
from xml.etree import ElementTree

import pytest

from coder.figures.charts import bars, dots, progress

ROWS, LINKS = ["education/courses", "contact <b>"], ["/units?code=a", "/units?code=b&x=1"]
PARTS = {"accepted": [3, 1], "rejected": [0, 2], "none": [0, 0]}
FIGURES = {
    "bars": lambda: bars("Share", "%", ROWS, {"people": [10, 20], "model": [0, 30]}, LINKS),
    "stacked": lambda: bars("Outcomes", "n", ROWS, PARTS, LINKS, stacked=True),
    "dots": lambda: dots("Alpha", "value", ROWS, {"alpha": [(0.7, 0.5, 0.8), (nan, nan, nan)]}, LINKS),
    "progress": lambda: progress("Days", [("2026-03-01", "Ada", 3), ("2026-04-01", "Bo", 9)]),
}


@pytest.mark.parametrize("name", FIGURES)
def test_equal_numbers_give_equal_bytes_of_sound_xml(name):
    text = FIGURES[name]().svg()
    assert text == FIGURES[name]().svg()
    assert ElementTree.fromstring(text).tag.endswith("svg")  # noqa: S314 - our own drawing


@pytest.mark.parametrize("name", FIGURES)
def test_all_colours_are_greys(name):
    colours = set(re.findall(r"#([0-9a-f]{6})\b", FIGURES[name]().svg()))
    assert colours
    assert all(len({colour[i : i + 2] for i in (0, 2, 4)}) == 1 for colour in colours)


@pytest.mark.parametrize("name", ["bars", "stacked", "dots"])
def test_codes_lead_to_their_units(name):
    text = FIGURES[name]().svg()
    assert 'href="/units?code=a"' in text
    assert 'href="/units?code=b&amp;x=1"' in text
    assert "contact &lt;b&gt;" in text
    assert "_blank" not in text


def test_a_part_that_never_occurs_is_not_in_the_legend():
    assert ">none<" not in FIGURES["stacked"]().svg()
