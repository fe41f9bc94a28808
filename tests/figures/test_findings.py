"""Heat map, frequencies, network and timeline: the numbers are there, also at their extremes."""

import re

import pytest

from coder.figures.charts import Passage, timeline
from coder.figures.heat import frequency, heat_map
from coder.figures.network import Tie, _in_circle, network

CODES = [f"joint decisions/customers and suppliers/mechanism {n}" for n in range(70)]
CASES = [f"Firm {n}" for n in range(40)]
FIGURES = {
    "heat": lambda: heat_map("Heat", ["Air", "Beat"], ["fairs", "courses"], [[0, 500], [1, 2.5]], down="case"),
    "frequency": lambda: frequency("Often", ["fairs", "courses"], ["Air", "Beat"], [[0, 500], [1, 2.5]]),
    "network": lambda: network(
        "Pairs", {"a": 9, "b": 3, "c": 1, "d": 0}, [Tie("a", "b", 3, 2.0), Tie("a", "c", 1, 0.4)]
    ),
    "timeline": lambda: timeline(
        "Air", ["fairs"], [Passage("fairs", 1, 2), Passage("fairs", 3, 3, False)], 9, "minutes"
    ),
}


def words(drawing):
    return re.findall(r"<(?:text|tspan) ?[^>]*>([^<]+)</", drawing.svg())


@pytest.mark.parametrize("name", FIGURES)
def test_equal_numbers_give_equal_bytes_in_greys(name):
    svg = FIGURES[name]().svg()
    assert svg == FIGURES[name]().svg()
    colours = set(re.findall(r"#([0-9a-f]{6})\b", svg))
    assert all(one[:2] == one[2:4] == one[4:] for one in colours)


@pytest.mark.parametrize("name", FIGURES)
def test_no_word_is_smaller_than_seven_points(name):
    sizes = [float(size) for size in re.findall(r"font-size: ([\d.]+)px", FIGURES[name]().svg())]
    assert sizes and min(sizes) >= 7


@pytest.mark.parametrize("name", ["heat", "frequency"])
def test_every_number_is_written_but_nothing_for_nothing(name):
    found = words(FIGURES[name]())
    assert {"500", "1", "2.5", "Air", "Beat", "fairs", "courses"} <= set(found)
    assert "0" not in found


def test_40_cases_and_70_codes_are_a_heat_map_that_grows():
    counts = [[(i * j) % 7 for j in range(40)] for i in range(70)]
    drawing = frequency("Often", CODES, CASES, counts)
    assert drawing.width > 12 and drawing.height > 20
    found = words(drawing)
    assert found.count("6") >= sum(row.count(6) for row in counts)
    assert "Firm 39" in found


def test_nothing_at_all_is_drawn():
    assert "Air" in words(heat_map("Heat", ["Air"], ["fairs"], [[0]]))
    assert "Air" in words(frequency("Often", ["fairs"], ["Air"], [[0]]))
    assert "Pairs" in words(network("Pairs", {}, []))
    assert "Air" in words(timeline("Air", [], [], 1, "minutes"))


def test_only_pairs_that_meet_more_often_than_by_chance_have_a_number():
    found = words(FIGURES["network"]())
    assert {"a (9)", "b (3)", "c (1)", "3"} <= set(found)
    assert not {"d (0)", "1"} & set(found)
    assert "3" not in words(network("Pairs", {"a": 9, "b": 3}, [Tie("a", "b", 3, 2.0)], least=4))


def test_codes_that_meet_stand_side_by_side():
    codes = list("abcdefgh")
    order = _in_circle(codes, [Tie("a", "e", 9, 2.0), Tie("c", "g", 9, 2.0)])
    assert sorted(order) == codes
    for one, other in ("ae", "cg"):
        assert abs(order.index(one) - order.index(other)) in {1, 7}


def test_suggestions_are_hollow_and_said_so():
    found = words(FIGURES["timeline"]())
    assert "minutes (hollow: a suggestion that nobody has looked at)" in found
    assert "minutes" in words(timeline("Air", ["fairs"], [Passage("fairs", 1, 2)], 9, "minutes"))
