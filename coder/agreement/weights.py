"""How much two different categories count as agreement (weights), or how far apart they are (distances).

Weights belong to the kappa-like coefficients (Gwet 2014, chapter 3; Cohen 1968), distances to Krippendorff's alpha.
They are not the same under one name: `ordinal` weights depend on the number of categories between two of them, the
`ordinal` metric on how often those were used.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from coder.agreement.contingency import Floats
from coder.errors import UsageError

Weighting = Callable[[Floats], Floats]


def weights_of(name: str, categories: Floats) -> Floats:
    """Return the weights of a name for categories of numbers, shape (C, C): 1 on the diagonal.

    Parameters
    ----------
    name
        One of `WEIGHTS`.
    categories
        Shape (C,), ascending. Where categories are labels, give their ranks 1 to C.

    Raises
    ------
    UsageError
        There are no weights of that name, or they do not fit the categories.

    Examples
    --------
    >>> weights_of("quadratic", np.array([1.0, 2.0, 3.0]))[0].tolist()
    [1.0, 0.75, 0.0]
    """
    if name not in WEIGHTS:
        raise UsageError(f"no weights `{name}`", todo=f"choose one of {', '.join(WEIGHTS)}")
    if name == "ratio" and (categories < 0).any():
        raise UsageError("a ratio scale has no negative values", todo="use quadratic weights")
    if len(categories) < 2:
        return np.eye(len(categories))
    return 1 - WEIGHTS[name](categories)


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
    if metric not in METRICS:
        raise UsageError(f"no metric `{metric}`", todo=f"choose one of {', '.join(METRICS)}")
    if metric == "ratio" and (categories < 0).any():
        raise UsageError("a ratio scale has no negative values", todo="use the interval metric")
    return METRICS[metric](categories, margins)


def _apart(categories: Floats) -> Floats:
    return np.abs(categories[:, None] - categories)


def _relative(categories: Floats) -> Floats:
    """Squared difference over squared sum, 0 where both are 0."""
    sums = categories[:, None] + categories
    return np.asarray(np.square(np.divide(_apart(categories), sums, out=np.zeros_like(sums), where=sums != 0)))


def _between(categories: Floats) -> Floats:
    """Pairs that can be made from all categories between two, both included."""
    n = _apart(np.arange(len(categories), dtype=np.float64)) + 1
    return n * (n - 1) / 2


def _circular(categories: Floats) -> Floats:
    whole = categories[-1] - categories[0] + 1
    return np.asarray(np.square(np.sin(np.pi * _apart(categories) / whole)))


def _bipolar(categories: Floats) -> Floats:
    sums = categories[:, None] + categories
    bottom = (sums - 2 * categories[0]) * (2 * categories[-1] - sums)
    return np.asarray(np.divide(np.square(_apart(categories)), bottom, out=np.zeros_like(sums), where=bottom != 0))


def _scaled(distance: Weighting) -> Weighting:
    """Divide by the largest distance."""

    def scaled(categories: Floats) -> Floats:
        found = distance(categories)
        return np.asarray(found / found.max())

    return scaled


WEIGHTS: dict[str, Weighting] = {
    "identity": lambda categories: 1 - np.eye(len(categories)),
    "linear": _scaled(_apart),
    "quadratic": _scaled(lambda categories: np.square(_apart(categories))),
    "ordinal": _scaled(_between),
    "radical": _scaled(lambda categories: np.sqrt(_apart(categories))),
    "ratio": _scaled(_relative),
    "circular": _scaled(_circular),
    "bipolar": _scaled(_bipolar),
}
"""One less the weight, for categories (C,) in ascending order (Gwet 2014, chapter 3)."""


def _ordinal(categories: Floats, margins: Floats) -> Floats:
    """Square the difference of middle ranks: all values from c to k, less half of those at both ends."""
    ranks = margins.cumsum(axis=-1) - margins / 2
    return np.square(ranks[..., :, None] - ranks[..., None, :])


METRICS: dict[str, Callable[[Floats, Floats], Floats]] = {
    "nominal": lambda categories, margins: 1 - np.eye(len(categories)),
    "ordinal": _ordinal,
    "interval": lambda categories, margins: np.square(_apart(categories)),
    "ratio": lambda categories, margins: _relative(categories),
}
"""Squared distances of categories (C,) with margins (..., C)."""
