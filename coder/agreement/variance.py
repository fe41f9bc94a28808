"""Standard errors, t intervals and p values of units drawn at random (Gwet 2014, chapters 5 and 6).

They take each unit for an independent draw from many. Units of one interview hang together, so for codings of
transcripts the bootstrap over transcripts is the interval to report; these are for comparison with other programs,
and for units that are independent.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from coder.agreement.coefficients import ac_of, brennan_prediger_of, conger_of, fleiss_of, percent_of
from coder.agreement.contingency import Floats, Ints, chosen_of, count

ESTIMATED = {"ac1": ac_of, "fleiss": fleiss_of, "conger": conger_of, "brennan-prediger": brennan_prediger_of}
"""The coefficients that share their observed agreement; alpha has its own."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A coefficient with its standard error over units; nan where there is none.

    Attributes
    ----------
    name
        Of the coefficient.
    value, observed, expected
        The coefficient, the agreement observed and that by chance.
    n
        Units that it rests on.
    standard_error, low, high, p
        Over units (Gwet 2014): the t interval, cut off at 1, and the two-sided p value against 0.
    """

    name: str
    value: float
    observed: float = math.nan
    expected: float = math.nan
    n: int = 0
    standard_error: float = math.nan
    low: float = math.nan
    high: float = math.nan
    p: float = math.nan


def estimated(name: str, positions: Ints, n_categories: int, level: float = 0.95) -> Estimate:
    """Return a coefficient with its standard error.

    Parameters
    ----------
    name
        `ac1`, `fleiss`, `conger` or `brennan-prediger`.
    positions
        Shape (n_coders, n_units): the category of each unit, -1 where the coder did not judge it.
    level
        Of the interval.

    Examples
    --------
    >>> found = estimated("ac1", np.array([[0, 0, 1, 1, 0], [0, 0, 1, 0, 0]]), 2)
    >>> round(found.value, 3), round(found.standard_error, 3), found.n
    (0.655, 0.38, 5)
    """
    positions = positions[:, (positions >= 0).any(axis=0)]
    counts = count(positions, np.arange(n_categories, dtype=np.float64)).sum()
    observed, value = float(percent_of(counts)), float(ESTIMATED[name](counts))
    if math.isnan(value):
        return Estimate(name, value, observed, n=positions.shape[1])
    expected = 1 - (1 - observed) / (1 - value) if value != 1 else _expected(name, positions, n_categories).mean()
    chosen = chosen_of(positions, n_categories)
    judged, chance = chosen.sum(axis=1), _expected(name, positions, n_categories)
    twice = judged >= 2
    by_unit = np.where(
        twice, (chosen * (chosen - 1)).sum(axis=1) / np.maximum(judged * (judged - 1), 1) - expected, 0.0
    )
    by_unit *= len(judged) / twice.sum() / (1 - expected)
    influence = by_unit - 2 * (1 - value) * (chance - expected) / (1 - expected)
    return _estimate(name, value, observed, float(expected), influence, level)


def estimated_alpha(positions: Ints, distances: Floats, level: float = 0.95) -> Estimate:
    """Return Krippendorff's alpha with its standard error, under squared distances of categories, shape (C, C)."""
    positions = positions[:, (positions >= 0).sum(axis=0) >= 2]
    likeness = 1 - distances / distances.max()
    return _estimate("alpha", *_alpha(chosen_of(positions, len(likeness)), likeness), level)


def _estimate(name: str, value: float, observed: float, expected: float, influence: Floats, level: float) -> Estimate:
    """Turn each unit's part in a coefficient into its standard error."""
    from scipy import stats

    n = len(influence)
    if n < 2 or math.isnan(value):
        return Estimate(name, value, observed, expected, n)
    error = math.sqrt(((influence - value) ** 2).sum() / (n * (n - 1)))
    reach = float(stats.t.ppf((1 + level) / 2, n - 1)) * error
    p = float(2 * stats.t.sf(abs(value) / error, n - 1)) if error else math.nan
    return Estimate(name, value, observed, expected, n, error, value - reach, min(1.0, value + reach), p)


def _expected(name: str, positions: Ints, n_categories: int) -> Floats:
    """Return each unit's part in the agreement by chance, shape (n_units,)."""
    chosen = chosen_of(positions, n_categories)
    shares = chosen / chosen.sum(axis=1, keepdims=True)
    if name == "fleiss":
        return np.asarray(shares @ shares.mean(axis=0))
    if name == "ac1":
        return np.asarray(shares @ (1 - shares.mean(axis=0)) / (n_categories - 1))
    if name == "brennan-prediger":
        return np.full(len(shares), 1 / n_categories)
    return _expected_conger(positions, n_categories)


def _expected_conger(positions: Ints, n_categories: int) -> Floats:
    """Return each unit's part in Conger's chance agreement: what it adds to each coder's shares."""
    positions = positions[(positions >= 0).any(axis=1)]
    n_coders, n_units = positions.shape
    judged = positions >= 0
    own = np.stack([np.bincount(row[row >= 0], minlength=n_categories) for row in positions])
    n_judged = own.sum(axis=1, keepdims=True)
    shares = own / n_judged
    pull = shares.sum(axis=0) - shares  # of a coder's category on the others' shares, (n_coders, C)
    found = np.zeros(n_units)
    for row, is_judged, n, share, its_pull in zip(positions, judged, n_judged[:, 0], shares, pull, strict=True):
        found += n_units / n * np.where(is_judged, its_pull[row] - its_pull @ share, 0.0) + its_pull @ share
    return np.asarray(found / (n_coders * (n_coders - 1)))


def _alpha(chosen: Floats, likeness: Floats) -> tuple[float, float, float, Floats]:
    """Return alpha, its observed and expected agreement, and each unit's part in it."""
    if not len(chosen):
        return math.nan, math.nan, math.nan, np.empty(0)
    judged = chosen.sum(axis=1)
    mean = judged.mean()
    shares = chosen.mean(axis=0) / mean
    expected = float(shares @ likeness @ shares)
    if expected == 1:
        return math.nan, math.nan, expected, np.empty(len(chosen))
    correction = 1 / judged.sum()
    by_unit = (chosen * (chosen @ likeness - 1)).sum(axis=1) / (mean * (judged - 1))
    plain = (by_unit.mean() - expected) / (1 - expected)
    observed = float((1 - correction) * by_unit.mean() + correction)
    more = (judged - mean) / mean
    chance = chosen @ likeness @ shares / mean - expected * more
    influence = by_unit - observed * more - expected - 2 * (1 - plain) * (chance - expected)
    value = (observed - expected) / (1 - expected)
    # the influence is that on alpha without its correction for few units, to which Gwet's standard error belongs
    return value, observed, expected, influence / (1 - expected) - plain + value
