"""How good suggestions are: per code on held-out transcripts, and one model against another on the same units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from coder.learn.dataset import Indices, Matrix
from coder.learn.thresholds import f1
from coder.natural_sort import natural
from coder.types import AIMS


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

    @property
    def kappa(self) -> float:
        """Agreement of suggestions and people beyond chance (Cohen 1960); nan where neither differs between units.

        Examples
        --------
        >>> round(CodeQuality("a", 100, 10, 10, .5, .5, .5, .4).kappa, 2)
        0.44
        """
        hits = round(self.recall * self.positives) if self.positives else 0
        apart = (self.positives + self.suggested - 2 * hits) / self.judged
        given, said = self.positives / self.judged, self.suggested / self.judged
        by_chance = given * (1 - said) + said * (1 - given)
        return 1 - apart / by_chance if by_chance else float("nan")


SLIGHT = 0.2
"""Agreement up to here is slight (Landis & Koch 1977): suggestions of such a code cannot be relied on yet."""


def not_reliable(found: Sequence[CodeQuality]) -> list[str]:
    """Return the codes on which a model agrees at most slightly with people on held-out transcripts."""
    return [one.code for one in found if not one.kappa > SLIGHT]


@dataclass(frozen=True)
class AimFigures:
    """What thresholds of one aim suggested on held-out transcripts, all codes together.

    `suggested` is per code that people gave; `precision` and `recall` are shares; nan where undefined.
    """

    aim: str
    suggested: float
    precision: float
    recall: float


def aim_figures(by_aim: np.ndarray, Y: Matrix) -> list[AimFigures]:
    """Return the figures of each aim.

    Parameters
    ----------
    by_aim
        (n_aims, n, n_codes) bool: what each of the aims suggested.
    Y
        (n, n_codes) judgements (1, 0; nan: unjudged).

    Examples
    --------
    >>> aim_figures(np.array([[[True], [True]]]), np.array([[1.], [0.]]))
    [AimFigures(aim='agreement', suggested=2.0, precision=0.5, recall=1.0)]
    """
    judged, given = ~np.isnan(Y), int(np.nansum(Y))
    found = []
    for aim, accepted in zip(AIMS, by_aim, strict=False):
        said, hits = int((accepted & judged).sum()), int((accepted & (Y == 1)).sum())
        shares = [part / (whole or np.nan) for part, whole in ((said, given), (hits, said), (hits, given))]
        found.append(AimFigures(aim, *shares))
    return found


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


@dataclass(frozen=True)
class Comparison:
    """Two models on the same held-out units: macro-F1 of each, and the 95 % interval of the difference.

    `finding` is what the interval allows: the new model is `better` or `worse` where the interval lies on one side of
    zero, else `not distinguishable`; so it is where there is no interval, as all units are of one transcript.
    """

    units: int
    old: float
    new: float
    low: float
    high: float
    finding: str


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
    finding = "better" if low > 0 else "worse" if high < 0 else "not distinguishable"
    return Comparison(len(Y), macro_f1(old, Y), macro_f1(new, Y), float(low), float(high), finding)


@dataclass(frozen=True)
class CaseQuality:
    """One case: its judged units and positives, and what a model that had not seen it got right.

    `macro_f1` is the mean over the codes that occur in the case; `micro_f1` pools all decisions, so what was suggested
    of other codes counts there too. nan where the case has no positives.
    """

    case: str
    units: int
    positives: int
    macro_f1: float | None
    micro_f1: float | None


def quality_by_case(accepted: np.ndarray, Y: Matrix, cases: Sequence[str]) -> list[CaseQuality]:
    """Return the quality of each case, in the order of their names.

    Parameters
    ----------
    accepted, Y
        (n, n_codes) held-out suggestions, and judgements (1, 0, nan).
    cases
        n names: the case of each unit.

    Examples
    --------
    >>> found = quality_by_case(np.array([[True], [True]]), np.array([[1.], [0.]]), ["Alder", "Birch"])
    >>> [(one.case, one.positives, one.macro_f1) for one in found]
    [('Alder', 1, 1.0), ('Birch', 0, nan)]
    """
    of = np.array(cases, dtype=object)
    rows = {case: np.flatnonzero(of == case) for case in sorted(set(cases), key=natural)}
    return [
        CaseQuality(
            case, len(own), int(np.nansum(Y[own])), macro_f1(accepted[own], Y[own]), micro_f1(accepted[own], Y[own])
        )
        for case, own in rows.items()
    ]


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


def calibration_error(bins: Sequence[Bin]) -> float:
    """Return the expected calibration error over all decisions (Naeini, Cooper & Hauskrecht 2015); nan without any.

    Examples
    --------
    >>> calibration_error(reliability(np.array([[.0], [1.]]), np.array([[0.], [1.]])))
    0.0
    """
    n = sum(one.n for one in bins)
    return sum(abs(one.predicted - one.observed) * one.n / n for one in bins) if bins else float("nan")
