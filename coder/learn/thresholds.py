"""From probabilities to suggestions: a threshold a code, chosen on units whose transcripts were held out."""

from __future__ import annotations

import numpy as np

from coder.learn.examples import Matrix

GRID = np.concatenate([np.arange(0.02, 0.2, 0.01), np.arange(0.2, 0.91, 0.02)])
TRUST = 10
"""A code's own best threshold weighs as much as the common one when it was chosen on this many positives."""


def choose_thresholds(P: Matrix, Y: Matrix) -> np.ndarray:
    """Return (n_codes,) thresholds that make F1 large, each drawn towards one common threshold where positives are few.

    Parameters
    ----------
    P
        (n, n_codes) probabilities of held-out units.
    Y
        (n, n_codes) 1, 0 or nan.

    Examples
    --------
    >>> P = np.array([[.9], [.8], [.2], [.1]])
    >>> Y = np.array([[1.], [1.], [0.], [0.]])
    >>> bool(.2 < choose_thresholds(P, Y)[0] < .8)
    True
    """
    curves = np.stack([f1(t <= P, Y) for t in GRID])  # (n_grid, n_codes), nan where no positive was judged
    positives = np.nansum(Y, axis=0)
    if not positives.any():
        return np.full(P.shape[1], 0.5)
    common = GRID[_middle_of_best(np.nanmean(curves[:, positives > 0], axis=1))]
    own = np.array([GRID[_middle_of_best(curves[:, c])] if positives[c] else common for c in range(P.shape[1])])
    share = positives / (positives + TRUST)
    return np.asarray(share * own + (1 - share) * common)


def _middle_of_best(curve: np.ndarray) -> int:
    """Return the middle of the points within a hundredth of the best, which is steadier than the best one."""
    good = np.flatnonzero(curve >= np.nanmax(curve) - 0.01)
    return int(good[len(good) // 2])


def f1(accepted: np.ndarray, Y: Matrix) -> np.ndarray:
    """Return (n_codes,) F1 over the judged units (van Rijsbergen 1979); nan for a code without positives."""
    judged = ~np.isnan(Y)
    positive = np.nan_to_num(Y) > 0
    hits = (accepted & positive).sum(axis=0)
    wrong = (accepted & judged & ~positive).sum(axis=0)
    missed = (~accepted & positive).sum(axis=0)
    with np.errstate(invalid="ignore"):
        value = 2 * hits / (2 * hits + wrong + missed)
    return np.where(positive.sum(axis=0) > 0, value, np.nan)
