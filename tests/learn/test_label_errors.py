from __future__ import annotations

import numpy as np
import pytest

from coder.learn.label_errors import suspects


def noisy(seed: int, n: int = 800, flips: float = 0.04) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return probabilities of a fair model, what people said, and where they said the wrong thing."""
    rng = np.random.default_rng(seed)
    true = rng.random((n, 3)) < np.array([0.4, 0.15, 0.06])
    z = np.where(true, 2.0, -3.0) + rng.normal(scale=1.2, size=true.shape)
    wrong = rng.random(true.shape) < flips
    return 1 / (1 + np.exp(-z)), (true ^ wrong).astype(float), wrong


@pytest.mark.parametrize("seed", range(8))
def test_four_in_five_wrong_codings_are_among_the_first(seed: int) -> None:
    P, Y, wrong = noisy(seed)
    found = suspects(P, Y)
    hits = sum(wrong[s.row, s.code] for s in found[: wrong.sum()])
    assert hits >= 0.8 * wrong.sum()
    assert len(found) == pytest.approx(wrong.sum(), rel=0.15)  # it also says how many there are


def test_codings_that_were_added_and_that_were_forgotten_are_both_found() -> None:
    P, Y, wrong = noisy(3)
    first = suspects(P, Y)[: int(wrong.sum())]
    hits = [s.present for s in first if wrong[s.row, s.code]]
    assert True in hits
    assert False in hits


def test_the_ranking_falls_and_each_says_what_people_said() -> None:
    P, Y, _ = noisy(4)
    found = suspects(P, Y)
    margins = [s.margin for s in found]
    assert margins == sorted(margins, reverse=True)
    assert all(-1 <= margin <= 1 for margin in margins)
    assert all(s.present == (Y[s.row, s.code] == 1) and s.probability == P[s.row, s.code] for s in found)


def test_what_nobody_judged_and_codes_of_one_answer_are_never_suspect() -> None:
    P, Y, _ = noisy(5)
    Y[:100] = np.nan
    Y[:, 1] = 0
    found = suspects(P, Y)
    assert found
    assert all(s.row >= 100 and s.code != 1 for s in found)


def test_a_model_that_is_always_right_doubts_nobody() -> None:
    Y = np.array([[1.0], [0.0], [1.0], [0.0]])
    assert suspects(np.where(Y == 1, 0.8, 0.1), Y) == []


@pytest.mark.parametrize("shape", [(0, 3), (4, 0)])
def test_nothing_to_doubt(shape: tuple[int, int]) -> None:
    assert suspects(np.zeros(shape), np.zeros(shape)) == []
