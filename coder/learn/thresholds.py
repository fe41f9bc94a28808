"""From probabilities to suggestions: a threshold a code, chosen on units whose transcripts were held out."""

from __future__ import annotations

import numpy as np

from coder.learn.dataset import Matrix
from coder.types import AIMS

TRUST = 100
"""The model's own probabilities weigh as much as this many observed positives of a code."""
FEW = 3
"""Up to so many transcripts a code is suggested no oftener than people gave it: the expected gain promises too much."""


def choose_thresholds(P: Matrix, Y: Matrix, aim: str = AIMS[0], *, few: bool = False) -> np.ndarray:
    """Return (n_codes,) thresholds at which what is expected of each code is best.

    That is Krippendorff's alpha of model and people (1970), F2 for `more`, or F0.5 for `fewer` (van Rijsbergen 1979).
    Where positives are few, what was observed at a threshold is mostly chance, and the probabilities are the
    better guide (Lipton, Elkan & Naryanaswamy 2014, who choose by them alone). So each unit counts as positive by
    what was judged, weighted by the code's positives, and by its probability, weighted by `TRUST`.

    Parameters
    ----------
    P
        (n, n_codes) calibrated probabilities of held-out units.
    Y
        (n, n_codes) 1, 0 or nan.
    aim
        One of `AIMS`.
    few
        At least the probability above which as many of the judged units lie as have the code; not for `more`.

    Examples
    --------
    >>> P = np.array([[.9], [.8], [.2], [.1]])
    >>> Y = np.array([[1.], [1.], [0.], [0.]])
    >>> bool(.2 < choose_thresholds(P, Y)[0] <= .8)
    True
    >>> choose_thresholds(np.array([[.2], [.18], [.15], [.1]]), np.array([[1.], [0.], [0.], [0.]]), few=True).tolist()
    [0.2]
    """
    best = np.array([_best(P[:, k], Y[:, k], aim) for k in range(P.shape[1])])
    if not few or aim == "more":
        return best
    return np.asarray(np.maximum(best, [_as_often(P[:, k], Y[:, k]) for k in range(P.shape[1])]))


def _as_often(p: np.ndarray, y: np.ndarray) -> float:
    """Return the threshold from which on a code is suggested for as many judged units as have it; 1 where none has."""
    ranked, positives = -np.sort(-p[~np.isnan(y)]), int(np.nansum(y))
    return float(ranked[positives - 1]) if positives else 1.0


def _best(p: np.ndarray, y: np.ndarray, aim: str) -> float:
    """Return the threshold of one code, halfway between the last unit to accept and the first to leave."""
    judged = np.nansum(y)
    positive = np.where(np.isnan(y), p, (judged * y + TRUST * p) / (judged + TRUST))
    order = np.argsort(-p, kind="stable")
    ranked, hits = p[order], np.cumsum(positive[order])
    gain = _expected(hits, float(positive.sum()), aim)
    tied = np.append(ranked[1:] == ranked[:-1], False)  # units of one probability are accepted together
    last = int(np.where(tied, -np.inf, gain).argmax())
    return float((ranked[last] + ranked[last + 1]) / 2 if last + 1 < len(p) else ranked[last])


def _expected(hits: np.ndarray, positives: float, aim: str) -> np.ndarray:
    """Return (n,) what is expected where 1, 2, ... n units are accepted, of which `hits` are right."""
    n, accepted = len(hits), np.arange(1, len(hits) + 1)
    if aim != AIMS[0]:
        weight = {"more": 4.0, "fewer": 0.25}[aim]
        return np.asarray((1 + weight) * hits / (accepted + weight * positives))
    differ, said = accepted + positives - 2 * hits, accepted + positives
    by_chance = said * (2 * n - said) / np.maximum(2 * n - 1, 1)
    return np.asarray(1 - differ / np.maximum(by_chance, 1e-12))


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
