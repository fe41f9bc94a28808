"""What a coder had said of each unit at some time."""

import numpy as np

from coder.agreement.judgements_at import standing
from coder.agreement.ratings import ratings
from coder.types import Judgement, Span, Verdict

UNITS = [Span("a", 0, 10), Span("a", 10, 20), Span("b", 0, 10)]
PRESENT, ABSENT, UNSURE, WITHDRAWN = (
    Verdict.PRESENT,
    Verdict.ABSENT,
    Verdict.UNSURE,
    Verdict.WITHDRAWN,
)


def word(number, segment, span, code, verdict):
    return Judgement(number, segment, code, "ada", verdict, place=span)


def everything(unit, word):
    return True


def test_all_words_together_are_what_ratings_says_of_the_last_of_each():
    words = [
        word(1, 1, Span("a", 0, 20), None, PRESENT),
        word(2, 2, Span("a", 2, 8), "x", PRESENT),
        word(3, 3, UNITS[1], "x", UNSURE),
        word(4, 3, UNITS[1], "y", PRESENT),
        word(5, 4, UNITS[2], "y", ABSENT),
    ]
    grid = ratings(UNITS, {"ada": words}, codes=["x", "y"])
    np.testing.assert_array_equal(standing(UNITS, words, ["x", "y"], everything), grid.values[0])


def test_what_was_withdrawn_says_nothing_and_what_is_not_of_the_scheme_is_left_out():
    words = [
        word(1, 1, UNITS[0], None, PRESENT),
        word(2, 1, UNITS[0], "x", PRESENT),
        word(3, 1, UNITS[0], "old", PRESENT),
        word(4, 1, UNITS[0], "x", WITHDRAWN),
    ]
    assert standing(UNITS, words, ["x"], everything)[0].tolist() == [0.0]
    words.append(word(5, 1, UNITS[0], None, WITHDRAWN))
    assert np.isnan(standing(UNITS, words, ["x"], everything)[0]).all()


def test_what_counts_may_differ_from_unit_to_unit():
    words = [word(1, 1, Span("a", 0, 20), "x", PRESENT), word(2, 1, Span("a", 0, 20), "x", ABSENT)]
    values = standing(UNITS, words, ["x"], lambda unit, word: word.id <= unit + 1)
    assert values[:2, 0].tolist() == [1.0, 0.0]
