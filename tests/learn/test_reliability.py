from __future__ import annotations

import numpy as np
import pytest

from coder.learn.evaluation import calibration_error, reliability


def test_the_interval_is_wilsons() -> None:
    Y = np.zeros((10, 1))
    Y[:1] = 1
    [found] = reliability(np.full((10, 1), 0.15), Y)
    p, n, z = 0.1, 10, 1.959964
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)) ** 0.5
    assert (found.low, found.high) == pytest.approx((centre - half, centre + half), abs=1e-6)
    assert (found.start, found.end, found.n) == (0.1, 0.2, 10)


def test_bins_hold_every_judged_decision_once_and_agree_with_the_calibration_error() -> None:
    rng = np.random.default_rng(4)
    P = np.concatenate([rng.random((200, 3)), [[0.0, 1.0, 0.5]]])
    Y = (rng.random(P.shape) < P).astype(float)
    Y[rng.random(P.shape) < 0.2] = np.nan
    found = reliability(P, Y)
    assert sum(b.n for b in found) == (~np.isnan(Y)).sum()
    assert all(b.start <= b.predicted <= b.end and b.low <= b.observed <= b.high for b in found)
    error = sum(b.n * abs(b.predicted - b.observed) for b in found) / sum(b.n for b in found)
    assert error == pytest.approx(calibration_error(found))


def test_what_nobody_judged_gives_no_bins() -> None:
    assert reliability(np.full((3, 2), 0.4), np.full((3, 2), np.nan)) == []
    assert reliability(np.zeros((0, 2)), np.zeros((0, 2))) == []
