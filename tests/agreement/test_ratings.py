"""Passages on units, and judgements as a grid."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.agreement.ratings import Ratings, project, ratings
from coder.errors import CodingError
from coder.types import Judgement, Span, Verdict

PRESENT, ABSENT, UNSURE, WITHDRAWN = Verdict.PRESENT, Verdict.ABSENT, Verdict.UNSURE, Verdict.WITHDRAWN
UNITS = [Span("a", 0, 40), Span("a", 40, 60), Span("a", 60, 100), Span("b", 0, 50)]
SPANS = st.builds(
    lambda name, start, length: Span(name, start, start + length),
    st.sampled_from("ab"),
    st.integers(0, 30),
    st.integers(1, 15),
)


@given(st.lists(SPANS, max_size=12), st.lists(SPANS, max_size=6))
def test_projection_is_the_rule_read_word_for_word(units, passages):
    def coded(unit, passage):
        shorter = min(unit.end - unit.start, passage.end - passage.start)
        return unit.overlap(passage) >= shorter / 2

    expected = [{i for i, unit in enumerate(units) if coded(unit, passage)} for passage in passages]
    found = project(units, passages)
    assert [set(places) for places in found] == expected
    assert all(len(places) == len(set(places)) for places in found)


def test_a_passage_over_a_border_codes_where_it_mostly_lies():
    assert project(UNITS, [Span("a", 36, 60), Span("a", 30, 50), Span("a", 10, 90)]) == [
        [1],
        [0, 1],
        [0, 1, 2],
    ]


def test_a_span_read_as_a_whole_is_judged_absent_unless_marked():
    grid = ratings(
        UNITS,
        {
            "Ada": [Judgement.on(Span("a", 0, 50), None, PRESENT), Judgement.on(Span("a", 5, 9), "cost", PRESENT)],
            "Ben": [],
        },
        codes=["cost", "trust"],
    )
    nan = np.nan
    np.testing.assert_array_equal(grid.values[0], [[1, 0], [0, 0], [nan, nan], [nan, nan]])
    assert np.isnan(grid.values[1]).all()
    assert grid.coders == ("Ada", "Ben")
    assert grid.clusters.tolist() == [0, 0, 0, 1]
    assert grid.units == (0, 1, 2, 3)


def test_reading_a_few_words_is_not_reading_the_unit():
    """A coded passage inside a unit codes it; a passage read as a whole must hold half of the unit."""
    grid = ratings(UNITS, {"Ada": [Judgement.on(Span("a", 0, 19), None, PRESENT)]}, codes=["cost"])
    assert np.isnan(grid.values).all()


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(
    ("verdicts", "mark"),
    [
        ([PRESENT, ABSENT], 1.0),
        ([PRESENT, UNSURE], 1.0),
        ([UNSURE, ABSENT], np.nan),
        ([ABSENT, WITHDRAWN], 0.0),
        ([UNSURE], np.nan),
        ([WITHDRAWN], 0.0),
    ],
)
def test_the_stronger_word_wins_whatever_the_order(verdicts, mark, turned):
    words = [Judgement.on(Span("a", 2 * n, 2 * n + 9), "cost", verdict) for n, verdict in enumerate(verdicts)]
    words.append(Judgement.on(UNITS[0], None))
    grid = ratings(UNITS, {"Ada": words[::-1] if turned else words})
    np.testing.assert_array_equal(grid.values[0, 0, 0], mark)


def test_an_unknown_code_is_named_with_its_neighbour():
    with pytest.raises(CodingError, match=r"`trsut` is not in the scheme\n  did you mean `trust`"):
        ratings(UNITS, {"Ada": [Judgement.on(UNITS[0], "trsut")]}, codes=["cost", "trust"])


def test_a_grid_whose_parts_do_not_fit_is_refused():
    with pytest.raises(ValueError, match="do not fit 2 coders"):
        Ratings(np.zeros((1, 2, 1)), ("Ada", "Ben"), ("cost",), np.zeros(2, dtype=np.intp), (1, 2))
