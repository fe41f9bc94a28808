"""How good suggestions are: per code on held-out transcripts, and one model against another on the same units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from coder.learn.dataset import Indices, Matrix
from coder.learn.thresholds import f1


@dataclass(frozen=True)
class CodeQuality:
    """One code on held-out transcripts: judged units, positives, and what the suggestions got right.

    `average_precision` is the area under the precision-recall curve as scikit-learn sums it; nan where undefined.
    """

    code: str
    judged: int
    positives: int
    suggested: int
    precision: float
    recall: float
    f1: float
    average_precision: float


def quality(P: Matrix, accepted: np.ndarray, Y: Matrix, codes: tuple[str, ...]) -> list[CodeQuality]:
    """Return the quality of each code.

    Parameters
    ----------
    P, accepted, Y
        (n, n_codes) probabilities, suggestions, and judgements (1, 0, nan).
    """
    return [_one(code, P[:, k], accepted[:, k], Y[:, k]) for k, code in enumerate(codes)]


def _one(code: str, p: np.ndarray, accepted: np.ndarray, y: np.ndarray) -> CodeQuality:
    from sklearn.metrics import average_precision_score

    known = ~np.isnan(y)
    p, said, true = p[known], accepted[known], y[known] > 0
    hits, positives, suggested = int((said & true).sum()), int(true.sum()), int(said.sum())
    return CodeQuality(
        code,
        int(known.sum()),
        positives,
        suggested,
        hits / suggested if suggested else np.nan,
        hits / positives if positives else np.nan,
        2 * hits / (positives + suggested) if positives else np.nan,
        float(average_precision_score(true, p)) if 0 < positives < len(true) else np.nan,
    )


def macro_f1(accepted: np.ndarray, Y: Matrix) -> float:
    """Return the mean F1 of the codes that have positives; nan where none has."""
    values = f1(accepted, Y)
    return float(np.nanmean(values)) if not np.isnan(values).all() else float("nan")


def micro_f1(accepted: np.ndarray, Y: Matrix) -> float:
    """Return F1 over all decisions of all codes pooled."""
    return float(f1(accepted.reshape(-1, 1), Y.reshape(-1, 1))[0])


def calibration_error(P: Matrix, Y: Matrix, bins: int = 10) -> float:
    """Return the expected calibration error over all judged decisions (Naeini, Cooper & Hauskrecht 2015).

    Examples
    --------
    >>> calibration_error(np.array([[.0], [1.]]), np.array([[0.], [1.]]))
    0.0
    """
    known = ~np.isnan(Y)
    p, y = P[known], Y[known]
    if not len(p):
        return float("nan")
    bin_of = np.minimum((p * bins).astype(int), bins - 1)
    gaps = [
        abs(p[bin_of == b].mean() - y[bin_of == b].mean()) * (bin_of == b).mean()
        for b in range(bins)
        if (bin_of == b).any()
    ]
    return float(sum(gaps))


@dataclass(frozen=True)
class Comparison:
    """Two models on the same held-out units: macro-F1 of each, and the difference with its 95 % interval."""

    units: int
    old: float
    new: float
    low: float
    high: float

    @property
    def better(self) -> bool:
        """Whether the new model has the larger macro-F1."""
        return self.new > self.old


def compare(
    old: np.ndarray, new: np.ndarray, Y: Matrix, groups: Indices, *, replicates: int = 1000, seed: int = 1
) -> Comparison:
    """Compare two models' suggestions on the same units, by a paired bootstrap over transcripts.

    Parameters
    ----------
    old, new
        (n, n_codes) bool: what each accepted.
    Y
        (n, n_codes) judgements.
    groups
        (n,) transcripts; whole ones are drawn (Field & Welsh 2007).
    """
    rng = np.random.default_rng(seed)
    members = [np.flatnonzero(groups == g) for g in np.unique(groups)]
    differences = []
    for _ in range(replicates if len(members) > 1 else 0):
        rows = np.concatenate([members[i] for i in rng.integers(len(members), size=len(members))])
        differences.append(macro_f1(new[rows], Y[rows]) - macro_f1(old[rows], Y[rows]))
    known = [d for d in differences if not np.isnan(d)]
    low, high = np.quantile(known, [0.025, 0.975]) if known else (np.nan, np.nan)
    return Comparison(len(Y), macro_f1(old, Y), macro_f1(new, Y), float(low), float(high))
