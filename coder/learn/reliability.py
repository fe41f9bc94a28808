"""Do probabilities come true? Held-out predictions in bins, each with the share that people judged present."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from coder.learn.dataset import Matrix


@dataclass(frozen=True)
class Bin:
    """Decisions of like probability: `observed` is the share judged present, `low` to `high` its 95 % interval."""

    start: float
    end: float
    n: int
    predicted: float
    observed: float
    low: float
    high: float


def reliability(P: Matrix, Y: Matrix, bins: int = 10) -> list[Bin]:
    """Sort all judged decisions of all codes into equally wide bins; empty ones are left out.

    The interval is that of Wilson (1927), as if every decision were made on its own; decisions on one transcript hang
    together, so the truth is somewhat wider.

    Parameters
    ----------
    P, Y
        (n, n_codes) probabilities of held-out units, and judgements (1, 0; nan: unjudged).

    Examples
    --------
    >>> found = reliability(np.array([[.1, .9], [.3, .5]]), np.array([[0, 1], [np.nan, 1]]), bins=2)
    >>> [(b.start, b.n, b.predicted, b.observed) for b in found]
    [(0.0, 1, 0.1, 0.0), (0.5, 2, 0.7, 1.0)]
    """
    known = ~np.isnan(Y)
    p, y = P[known], Y[known] > 0
    bin_of = np.minimum((p * bins).astype(int), bins - 1)
    members = {b: np.flatnonzero(bin_of == b) for b in range(bins)}
    return [_bin(b / bins, (b + 1) / bins, p[rows], y[rows]) for b, rows in members.items() if len(rows)]


def _bin(start: float, end: float, p: np.ndarray, y: np.ndarray) -> Bin:
    from scipy.stats import binomtest

    interval = binomtest(int(y.sum()), len(y)).proportion_ci(0.95, method="wilson")
    return Bin(start, end, len(y), float(p.mean()), float(y.mean()), float(interval.low), float(interval.high))
