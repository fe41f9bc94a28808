"""A coder's ratings from those judgements that count on each unit."""

import numpy as np

from coder.agreement.ratings import ratings, ratings_where
from coder.types import Judgement, Span, Verdict

UNITS = [Span("a", 0, 10), Span("a", 10, 20), Span("b", 0, 10)]
PRESENT, ABSENT, UNSURE, WITHDRAWN = (
    Verdict.PRESENT,
    Verdict.ABSENT,
    Verdict.UNSURE,
    Verdict.WITHDRAWN,
)


def judgement(number, segment, span, code, verdict):
    return Judgement(number, segment, code, "ada", verdict, place=span)


def everything(unit, one):
    return True


def test_all_judgements_together_are_the_ratings_of_the_last_of_each():
    judged = [
        judgement(1, 1, Span("a", 0, 20), None, PRESENT),
        judgement(2, 2, Span("a", 2, 8), "x", PRESENT),
        judgement(3, 3, UNITS[1], "x", UNSURE),
        judgement(4, 3, UNITS[1], "y", PRESENT),
        judgement(5, 4, UNITS[2], "y", ABSENT),
    ]
    grid = ratings(UNITS, {"ada": judged}, codes=["x", "y"])
    np.testing.assert_array_equal(ratings_where(UNITS, judged, ["x", "y"], everything), grid.values[0])


def test_what_was_withdrawn_says_nothing_and_what_is_not_of_the_scheme_is_left_out():
    judged = [
        judgement(1, 1, UNITS[0], None, PRESENT),
        judgement(2, 1, UNITS[0], "x", PRESENT),
        judgement(3, 1, UNITS[0], "old", PRESENT),
        judgement(4, 1, UNITS[0], "x", WITHDRAWN),
    ]
    assert ratings_where(UNITS, judged, ["x"], everything)[0].tolist() == [0.0]
    judged.append(judgement(5, 1, UNITS[0], None, WITHDRAWN))
    assert np.isnan(ratings_where(UNITS, judged, ["x"], everything)[0]).all()


def test_what_counts_may_differ_from_unit_to_unit():
    judged = [judgement(1, 1, Span("a", 0, 20), "x", PRESENT), judgement(2, 1, Span("a", 0, 20), "x", ABSENT)]
    values = ratings_where(UNITS, judged, ["x"], lambda unit, one: one.id <= unit + 1)
    assert values[:2, 0].tolist() == [1.0, 0.0]
