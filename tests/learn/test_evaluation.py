from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from coder.learn.evaluation import calibration_error, compare, macro_f1, micro_f1, quality, reliability
from coder.learn.stacking import prior_log_odds
from coder.learn.thresholds import choose_thresholds, f1

grids = st.integers(0, 2**32 - 1).map(np.random.default_rng)


@given(grids)
def test_f1_is_scikit_learns(rng: np.random.Generator) -> None:
    Y = (rng.random((30, 4)) < 0.4).astype(float)
    Y[0] = 1
    accepted = rng.random((30, 4)) < 0.5
    assert macro_f1(accepted, Y) == pytest.approx(f1_score(Y, accepted, average="macro", zero_division=0))
    assert micro_f1(accepted, Y) == pytest.approx(f1_score(Y, accepted, average="micro", zero_division=0))


def test_what_nobody_judged_counts_neither_way() -> None:
    Y = np.array([[1.0], [np.nan], [0.0]])
    assert f1(np.array([[True], [True], [False]]), Y).tolist() == [1.0]
    assert quality(np.ones((3, 1)), np.ones((3, 1), bool), Y, ("a",))[0].judged == 2


def test_a_code_without_positives_is_undefined_and_not_averaged() -> None:
    Y = np.array([[1.0, 0.0], [0.0, 0.0]])
    accepted = np.array([[True, False], [False, False]])
    assert np.isnan(f1(accepted, Y)[1])
    assert macro_f1(accepted, Y) == 1.0
    assert np.isnan(quality(Y, accepted, Y, ("a", "b"))[1].f1)


def test_thresholds_lie_between_the_classes() -> None:
    rng = np.random.default_rng(1)
    Y = (rng.random((400, 1)) < 0.3).astype(float)
    P = np.clip(0.2 + 0.6 * Y + rng.normal(0, 0.05, Y.shape), 0, 1)
    assert 0.3 < choose_thresholds(P, Y)[0] < 0.7


def test_a_chance_hit_does_not_open_the_gate_for_a_rare_code() -> None:
    rng = np.random.default_rng(5)
    P = rng.beta(0.2, 30, (1000, 1))
    Y = np.zeros((1000, 1))
    Y[np.argsort(P[:, 0])[[100, 300]]] = 1  # two positives that the model did not see coming
    assert (choose_thresholds(P, Y)[0] <= P).sum() < 100


def test_calibration_error_of_a_coin() -> None:
    P, Y = np.full((1000, 1), 0.9), np.tile([[0.0], [1.0]], (500, 1))
    assert calibration_error(reliability(P, Y)) == pytest.approx(0.4)
    assert np.isnan(calibration_error(reliability(P[:0], Y[:0])))


def test_comparison_is_paired_and_by_transcript() -> None:
    rng = np.random.default_rng(2)
    Y = (rng.random((200, 3)) < 0.3).astype(float)
    good = Y > 0
    bad = good ^ (rng.random(Y.shape) < 0.2)
    groups = np.repeat(np.arange(10), 20)
    found = compare(bad, good, Y, groups)
    assert found.finding == "better"
    assert 0 < found.low < found.new - found.old < found.high
    same = compare(good, good, Y, groups)
    assert (same.low, same.high, same.finding) == (0.0, 0.0, "not distinguishable")


def test_one_transcript_has_no_interval() -> None:
    Y = np.array([[1.0], [0.0]])
    assert np.isnan(compare(Y > 0, Y > 0, Y, np.zeros(2, int)).low)


def test_a_rare_codes_prior_is_drawn_to_the_mean() -> None:
    Y = np.zeros((100, 2))
    Y[:20, 0] = 1
    odds = np.exp(prior_log_odds(Y))
    assert odds[0] == pytest.approx(20.5 / 84.5)
    assert odds[1] == pytest.approx(0.5 / 104.5)
