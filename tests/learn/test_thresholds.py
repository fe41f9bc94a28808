from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score, fbeta_score

from coder.agreement.api import alpha
from coder.learn.evaluation import CodeQuality, not_reliable, quality
from coder.learn.thresholds import choose_thresholds
from coder.types import AIMS


def worth(said: np.ndarray, true: np.ndarray, aim: str) -> float:
    if aim == "agreement":
        return float(alpha(np.stack([said, true]).astype(float)))
    return float(fbeta_score(true, said, beta=2.0 if aim == "more" else 0.5))


@pytest.mark.parametrize("aim", AIMS)
@given(st.lists(st.tuples(st.floats(0.01, 0.99), st.booleans()), min_size=4, max_size=30, unique_by=lambda one: one[0]))
def test_with_many_judgements_no_other_threshold_does_better(aim: str, units: list[tuple[float, bool]]) -> None:
    p, true = np.array([one[0] for one in units]), np.array([one[1] for one in units])
    if not 0 < true.sum() < len(true):
        return
    often = 2000  # so many times over, what was judged outweighs the probabilities
    threshold = choose_thresholds(np.tile(p, often)[:, None], np.tile(true, often)[:, None].astype(float), aim)[0]
    best = max(worth(np.tile(p >= other, often), np.tile(true, often), aim) for other in p)
    assert worth(np.tile(p >= threshold, often), np.tile(true, often), aim) == pytest.approx(best, abs=0.02)


def test_units_of_one_probability_are_accepted_together() -> None:
    P, Y = np.full((6, 1), 0.3), np.array([[1.0], [1.0], [0.0], [0.0], [0.0], [0.0]])
    assert choose_thresholds(P, Y)[0] <= 0.3


def test_kappa_of_a_code_is_cohens() -> None:
    rng = np.random.default_rng(1)
    P = rng.random((200, 1))
    Y = (rng.random((200, 1)) < P).astype(float)
    (found,) = quality(P, P > 0.6, Y, ("a",))
    assert found.kappa == pytest.approx(cohen_kappa_score(P[:, 0] > 0.6, Y[:, 0] == 1))


def test_a_code_that_is_guessed_or_never_suggested_is_not_reliable() -> None:
    guessed = CodeQuality("guessed", 100, 50, 50, 0.5, 0.5, 0.5, 0.5)
    never = CodeQuality("never", 100, 5, 0, np.nan, 0.0, 0.0, 0.1)
    known = CodeQuality("known", 100, 50, 50, 0.9, 0.9, 0.9, 0.9)
    assert not_reliable([guessed, never, known]) == ["guessed", "never"]
