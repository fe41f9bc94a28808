"""How far apart two categories are for Krippendorff's alpha."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from coder.agreement.contingency import Floats
from coder.errors import UsageError, check_known


def distances_of(metric: str, categories: Floats, margins: Floats) -> Floats:
    """Return Krippendorff's squared distances (2011, step 3), shape (C, C), or (..., C, C) for `ordinal`.

    Parameters
    ----------
    metric
        One of `METRICS`.
    categories
        Shape (C,): the values of the categories.
    margins
        Shape (..., C): how often each was used; only `ordinal` looks at them.

    Raises
    ------
    UsageError
        There is no such metric, or it is `ratio` and categories are negative.
    """
    check_known("metric", [metric], METRICS)
    if metric == "ratio" and (categories < 0).any():
        raise UsageError("a ratio scale has no negative values", todo="use the interval metric")
    return METRICS[metric](categories, margins)


def _interval(categories: Floats, margins: Floats) -> Floats:
    return np.square(categories[:, None] - categories)


def _ratio(categories: Floats, margins: Floats) -> Floats:
    """Squared difference over squared sum, 0 where both are 0."""
    apart, sums = categories[:, None] - categories, categories[:, None] + categories
    return np.asarray(np.square(np.divide(apart, sums, out=np.zeros_like(sums), where=sums != 0)))


def _ordinal(categories: Floats, margins: Floats) -> Floats:
    """Square the difference of middle ranks: all values from c to k, less half of those at both ends."""
    ranks = margins.cumsum(axis=-1) - margins / 2
    return np.square(ranks[..., :, None] - ranks[..., None, :])


METRICS: dict[str, Callable[[Floats, Floats], Floats]] = {
    "nominal": lambda categories, margins: 1 - np.eye(len(categories)),
    "ordinal": _ordinal,
    "interval": _interval,
    "ratio": _ratio,
}
"""Squared distances of categories (C,) with margins (..., C)."""
