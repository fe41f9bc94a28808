"""Agreement coefficients, each a small function of counts.

A coefficient is made in two steps. The counts of `counts.py` hold what it needs, cluster by cluster; a
function `..._of` here turns summed counts into its value, over any leading axes at once: one table for the
point estimate, 2,000 of them for a bootstrap. The functions without `_of` do both steps for one variable.

Undefined is nan, never 0 or 1: no unit was judged by two coders, or the variable is constant, so that there
is nothing to agree on by more than chance.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from coder.agreement.counts import Floats, categorise, coincidences, confusions
from coder.errors import UsageError

Metric = Literal["nominal", "ordinal", "interval", "ratio"]
"""How far apart two values are; see `METRICS`."""


def percent_agreement(values: ArrayLike) -> float:
    """Return the share of units on which coders agree, 0 to 1; the mean over pairs for more than two coders.

    Parameters
    ----------
    values
        Shape (n_coders, n_units); nan where the coder did not judge the unit.

    Examples
    --------
    >>> percent_agreement([[1, 0, 1, 1], [1, 0, 0, np.nan]])
    0.6666666666666666
    """
    positions, categories = categorise(np.asarray(values, dtype=np.float64))
    return float(percent_of(confusions(positions, len(categories)).sum(axis=0)))


def cohen_kappa(values: ArrayLike) -> float:
    """Return Cohen's kappa (Cohen 1960) over the units that both coders judged.

    Parameters
    ----------
    values
        Shape (2, n_units); nan where the coder did not judge the unit.

    Raises
    ------
    UsageError
        There are not exactly two coders.

    Examples
    --------
    >>> cohen_kappa([[1, 1, 0, 0], [1, 0, 0, 0]])
    0.5
    """
    values = np.asarray(values, dtype=np.float64)
    if len(values) != 2:
        raise UsageError(
            f"Cohen's kappa is for two coders, and there are {len(values)}",
            todo="use Krippendorff's alpha, or name two of the coders",
        )
    positions, categories = categorise(values)
    return float(kappa_of(confusions(positions, len(categories)).sum(axis=0)[0]))


def krippendorff_alpha(values: ArrayLike, metric: Metric = "nominal") -> float:
    """Return Krippendorff's alpha (Krippendorff 2011) over every value that can be paired within its unit.

    Parameters
    ----------
    values
        Shape (n_coders, n_units); nan where the coder did not judge the unit.
    metric
        How far apart two values are: `nominal`, `ordinal`, `interval` or `ratio`.

    Raises
    ------
    UsageError
        The metric is not one of these, or it is `ratio` and values are negative.

    Examples
    --------
    >>> data = [[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]]
    >>> round(krippendorff_alpha(data), 3)
    0.095
    """
    values = np.asarray(values, dtype=np.float64)
    check_metric(metric, values)
    positions, categories = categorise(values)
    return float(alpha_of(coincidences(positions, len(categories)).sum(axis=0), categories, metric))


def check_metric(metric: str, values: Floats) -> None:
    """Raise `UsageError` unless the metric is known and fits the values."""
    if metric not in METRICS:
        raise UsageError(f"no metric `{metric}`", todo=f"choose one of {', '.join(get_args(Metric))}")
    if metric == "ratio" and (values < 0).any():
        raise UsageError("a ratio scale has no negative values", todo="use the interval metric")


def percent_of(tables: Floats) -> Floats:
    """Return the share of agreement from confusion tables of shape (..., n_pairs, C, C): the mean over pairs.

    Pairs without a unit in common are left out.
    """
    return mean_defined(_ratio(np.trace(tables, axis1=-2, axis2=-1), tables.sum(axis=(-2, -1))))


def kappa_of(tables: Floats) -> Floats:
    """Return Cohen's kappa from confusion tables of shape (..., C, C).

    With n units, a of them alike, and e the sum over categories of row total x column total, kappa is (n a -
    e) / (n n - e): (p_o - p_e) / (1 - p_e) without its divisions, so that a constant variable is exactly 0 /
    0.
    """
    n = tables.sum(axis=(-2, -1))
    alike = np.trace(tables, axis1=-2, axis2=-1)
    by_chance = (tables.sum(axis=-1) * tables.sum(axis=-2)).sum(axis=-1)
    return _ratio(n * alike - by_chance, n * n - by_chance)


def alpha_of(tables: Floats, categories: Floats, metric: Metric = "nominal") -> Floats:
    """Return Krippendorff's alpha from coincidence tables (..., C, C) and the C values that they count.

    1 - (n - 1) sum(o_ck d_ck) / sum(n_c n_k d_ck) over all c and k, with coincidences o, their margins n_c
    and squared distances d (Krippendorff 2011, step 4).
    """
    margins = tables.sum(axis=-1)
    distance = METRICS[metric](categories, margins)
    observed = (tables * distance).sum(axis=(-2, -1))
    expected = (margins[..., :, None] * margins[..., None, :] * distance).sum(axis=(-2, -1))
    return 1 - _ratio((margins.sum(axis=-1) - 1) * observed, expected)


def mean_defined(values: Floats) -> Floats:
    """Return the mean over the last axis of what is not nan; nan where nothing is."""
    defined = ~np.isnan(values)
    return _ratio(np.where(defined, values, 0.0).sum(axis=-1), defined.sum(axis=-1))


def _nominal(categories: Floats, margins: Floats) -> Floats:
    return 1.0 - np.eye(len(categories))


def _ordinal(categories: Floats, margins: Floats) -> Floats:
    """Square the difference of middle ranks: all values from c to k, less half of those at both ends."""
    return _squared_differences(margins.cumsum(axis=-1) - margins / 2)


def _interval(categories: Floats, margins: Floats) -> Floats:
    return _squared_differences(categories)


def _ratio_scale(categories: Floats, margins: Floats) -> Floats:
    sums = (categories[:, None] + categories) ** 2
    return np.divide(_squared_differences(categories), sums, out=np.zeros_like(sums), where=sums != 0)


METRICS: dict[str, Callable[[Floats, Floats], Floats]] = {
    "nominal": _nominal,
    "ordinal": _ordinal,
    "interval": _interval,
    "ratio": _ratio_scale,
}
"""Squared distances (..., C, C) of categories (C,) with margins (..., C); Krippendorff 2011, step 3."""


def _squared_differences(places: Floats) -> Floats:
    return np.asarray((places[..., :, None] - places[..., None, :]) ** 2)


def _ratio(top: Floats, bottom: Floats) -> Floats:
    """Divide; nan where the divisor is 0."""
    quotient: Floats = np.divide(top, bottom, out=np.full(np.shape(bottom), np.nan), where=bottom != 0)
    return quotient
