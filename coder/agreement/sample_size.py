"""How many units two people have to code so that the interval of a coefficient is as narrow as wanted.

Two coders are simulated: in every transcript their four outcomes (both present, one of them, neither) have shares of
their own, which vary around the expected ones (Dirichlet-multinomial, Mosimann 1962). How much, is the intraclass
correlation: what units of one transcript have in common.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coder.agreement.coefficients import COEFFICIENTS
from coder.agreement.contingency import Floats, counts_of_tables
from coder.errors import UsageError

LEVEL = 0.95
REPLICATES = 1000
ASSUMED = 0.05
"""The intraclass correlation where none can be measured."""
FEWEST_FOUND, FEWEST_TRANSCRIPTS = 20, 5
"""A code's intraclass correlation is measured from so many units with it, in so many transcripts, at least."""
FEWEST, STEP = 10, 1.1
"""The smallest number of units that is tried, and by how much the next is larger."""


@dataclass(frozen=True, slots=True)
class Needed:
    """How many `units` two people have to code, None if no number is enough; and how wide the interval is then.

    Where no number is enough, `width` is what is left when all of them are coded.
    """

    units: int | None
    width: float


def units_needed(
    prevalence: float,
    width: float,
    sizes: NDArray[np.intp],
    *,
    agreement: float = 0.8,
    coefficient: str = "alpha",
    correlation: float = ASSUMED,
    seed: int = 1,
) -> Needed:
    """Return the least number of units for which the middle 95 % of simulated coefficients are within `width`.

    Numbers are tried in steps of a tenth. A sample in which the coefficient is undefined counts as a failure.

    Parameters
    ----------
    prevalence
        The share of units with the code.
    sizes
        (n_transcripts,) the units that there are in each; a sample is spread over them in proportion.
    agreement
        The value of the coefficient that is expected.
    coefficient
        One of `COEFFICIENTS`, for two coders.
    correlation
        The intraclass correlation of units within a transcript, 0 to below 1.

    Raises
    ------
    UsageError
        No two coders who use the code equally often can agree that little (or that much) on it.

    Examples
    --------
    >>> units_needed(0.2, 0.2, np.full(20, 500), correlation=0.0).units
    228
    >>> units_needed(0.02, 0.2, np.full(20, 500), correlation=0.0).units
    2075
    """
    shares = expected(prevalence, agreement, coefficient)
    steps = _steps(int(sizes.sum()))

    def found(n: int) -> float:
        return spread(shares, spread_over(n, sizes), correlation, coefficient, seed=seed)

    least = bisect_left(steps, True, key=lambda n: found(n) <= width)
    return Needed(steps[least], found(steps[least])) if least < len(steps) else Needed(None, found(steps[-1]))


def expected(prevalence: float, agreement: float, coefficient: str = "alpha") -> Floats:
    """Return the expected shares of units, (2, 2): rows one coder's judgement (absent, present), columns the other's.

    Both use the code equally often.

    Examples
    --------
    >>> expected(0.5, 0.8).round(3).tolist()
    [[0.45, 0.05], [0.05, 0.45]]
    """
    if not 0 < prevalence < 1:
        raise UsageError(f"a share of {prevalence:g} cannot be planned for", todo="a share above 0 and below 1")
    most = 2 * min(prevalence, 1 - prevalence)
    low, high = 0.0, most
    if not _value(prevalence, most, coefficient) <= agreement <= 1:
        least = max(-1.0, _value(prevalence, most, coefficient))
        label = COEFFICIENTS[coefficient].label
        raise UsageError(
            f"{label} of {agreement:g} cannot be where a code has {prevalence:.1%} of the units",
            todo=f"from {least:.2f} to 1: --agreement",
        )
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _value(prevalence, middle, coefficient) > agreement else (low, middle)
    return _shares(prevalence, low)


def spread(
    shares: Floats,
    sizes: NDArray[np.intp],
    correlation: float,
    coefficient: str = "alpha",
    *,
    replicates: int = REPLICATES,
    seed: int = 1,
) -> float:
    """Return the width of the middle 95 % of simulated coefficients; infinite where too many are undefined.

    Parameters
    ----------
    shares
        (2, 2) as `expected` gives them.
    sizes
        (n_transcripts,) the units coded twice in each.
    """
    random = np.random.default_rng(seed)
    each = np.broadcast_to(shares.ravel(), (replicates, len(sizes), 4))
    if correlation:
        gammas = random.standard_gamma(each * (1 - correlation) / correlation)
        each = gammas / gammas.sum(axis=-1, keepdims=True)
    tables = random.multinomial(sizes, each).sum(axis=1).reshape(replicates, 2, 2)
    values = COEFFICIENTS[coefficient].value(counts_of_tables(tables))
    tail, undefined = (1 - LEVEL) / 2, np.isnan(values)
    if undefined.mean() > tail:
        return np.inf
    low, high = np.quantile(values[~undefined], [tail, 1 - tail], method="weibull")
    return float(high - low)


def intraclass(values: Floats, clusters: NDArray[np.intp]) -> Floats:
    """Return the intraclass correlation of each code over transcripts, nan where it cannot be measured.

    The estimator is that of the analysis of variance (Ridout, Demétrio & Firth 1999), no lower than 0.

    Parameters
    ----------
    values
        (n_units, n_codes) 1 present, 0 absent, nan not judged.
    clusters
        (n_units,) the transcript of each unit.

    Examples
    --------
    >>> present = np.repeat([1.0, 0.0, 0.0, 0.0, 0.0], 25)[:, None]
    >>> float(intraclass(present, np.repeat(np.arange(5), 25))[0])
    1.0
    """
    judged = ~np.isnan(values)
    each = (clusters[:, None] * values.shape[1] + np.arange(values.shape[1])).ravel()
    shape = (int(clusters.max(initial=0)) + 1, values.shape[1])
    n, found = (
        np.bincount(each, part.ravel(), shape[0] * shape[1]).reshape(shape) for part in (judged, np.nan_to_num(values))
    )
    total, groups = n.sum(axis=0), (n > 0).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean, own = found.sum(axis=0) / total, np.where(n > 0, found / n, 0.0)
        between = (n * (own - mean) ** 2).sum(axis=0) / (groups - 1)
        within = (found * (1 - own)).sum(axis=0) / (total - groups)
        size = (total - (n**2).sum(axis=0) / total) / (groups - 1)
        value = (between - within) / (between + (size - 1) * within)
    enough = (found.sum(axis=0) >= FEWEST_FOUND) & (groups >= FEWEST_TRANSCRIPTS)
    return np.where(enough, np.maximum(value, 0.0), np.nan)


def spread_over(n: int, sizes: NDArray[np.intp]) -> NDArray[np.intp]:
    """Spread n units over transcripts in proportion to their sizes.

    Examples
    --------
    >>> spread_over(5, np.array([10, 20, 20])).tolist()
    [1, 2, 2]
    """
    ends = np.floor(np.cumsum(sizes) * n / sizes.sum() + 1e-9).astype(np.intp)
    return np.asarray(np.diff(ends, prepend=0))


def _value(prevalence: float, apart: float, coefficient: str) -> float:
    return float(COEFFICIENTS[coefficient].value(counts_of_tables(1e9 * _shares(prevalence, apart))))


def _shares(prevalence: float, apart: float) -> Floats:
    one = apart / 2
    return np.array([[1 - prevalence - one, one], [one, prevalence - one]])


def _steps(most: int) -> list[int]:
    """Return the numbers of units to try, up to all there are."""
    steps = [min(FEWEST, most)]
    while steps[-1] < most:
        steps.append(min(most, int(np.ceil(steps[-1] * STEP))))
    return steps
