"""From probabilities to suggestions: a threshold a code, chosen on units whose transcripts were held out."""

from __future__ import annotations

import numpy as np

from coder.learn.dataset import Matrix

TRUST = 30
"""The model's own probabilities weigh as much as this many observed positives of a code."""


FEW = 3
"""Up to so many transcripts a code is suggested no oftener than people gave it: the expected F1 promises too much."""


def choose_thresholds(P: Matrix, Y: Matrix, *, few: bool = False) -> np.ndarray:
    """Return (n_codes,) thresholds at which the expected F1 of each code is largest.

    Where positives are few, the F1 that was observed at a threshold is mostly chance, and the probabilities are the
    better guide (Lipton, Elkan & Naryanaswamy 2014, who choose by them alone). So each unit counts as positive by
    what was judged, weighted by the code's positives, and by its probability, weighted by `TRUST`.

    Parameters
    ----------
    P
        (n, n_codes) calibrated probabilities of held-out units.
    Y
        (n, n_codes) 1, 0 or nan.
    few
        At least the probability above which as many of the judged units lie as have the code.

    Examples
    --------
    >>> P = np.array([[.9], [.8], [.2], [.1]])
    >>> Y = np.array([[1.], [1.], [0.], [0.]])
    >>> bool(.2 < choose_thresholds(P, Y)[0] <= .8)
    True
    >>> choose_thresholds(np.array([[.2], [.18], [.15], [.1]]), np.array([[1.], [0.], [0.], [0.]]), few=True).tolist()
    [0.2]
    """
    best = np.array([_best(P[:, k], Y[:, k]) for k in range(P.shape[1])])
    return np.maximum(best, [_as_often(P[:, k], Y[:, k]) for k in range(P.shape[1])]) if few else best


def _as_often(p: np.ndarray, y: np.ndarray) -> float:
    """Return the threshold from which on a code is suggested for as many judged units as have it; 1 where none has."""
    ranked, positives = -np.sort(-p[~np.isnan(y)]), int(np.nansum(y))
    return float(ranked[positives - 1]) if positives else 1.0


def _best(p: np.ndarray, y: np.ndarray) -> float:
    """Return the threshold of one code, halfway between the last unit to accept and the first to leave."""
    positives = np.nansum(y)
    positive = np.where(np.isnan(y), p, (positives * y + TRUST * p) / (positives + TRUST))
    order = np.argsort(-p, kind="stable")
    hits = np.cumsum(positive[order])
    expected_f1 = 2 * hits / (np.arange(1, len(p) + 1) + positive.sum())
    last = int(expected_f1.argmax())
    ranked = p[order]
    return float((ranked[last] + ranked[last + 1]) / 2 if last + 1 < len(p) else ranked[last])


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
