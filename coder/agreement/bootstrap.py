"""Intervals by resampling whole transcripts: what one speaker says in an interview is not independent."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from coder.agreement.contingency import Floats, Ints

MOST_CLUSTERS, FEWEST_GROUPS = 4000, 200
"""More clusters than the first are drawn in as many groups, made at random. The width of an interval then has a
relative error of 1 % (of 5 % with the second number of groups), and a million units need no more memory than these."""
MOST_NUMBERS = 25_000_000
"""Counts of all clusters that are held at a time; so of very many coders or codes there are fewer groups."""
BLOCK = 4_000_000
"""Numbers held at a time while replicates are made, so that memory does not grow with their count."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A bootstrap interval: nan where undefined, and what it rests on.

    `replicates_defined` of the `replicates` gave a value; the others (a constant variable in the draw, say)
    were left out. `clusters` is the number of transcripts that were drawn from.
    """

    low: float
    high: float
    replicates_defined: int
    replicates: int
    clusters: int


UNDEFINED = Interval(np.nan, np.nan, 0, 0, 0)
"""The interval of what is not computed at all."""


def with_intervals(
    statistic: Callable[[Floats], Floats],
    tables: Floats,
    *,
    fixed: Floats | float = 0.0,
    replicates: int = 2000,
    seed: int = 1,
    level: float = 0.95,
) -> tuple[Floats, list[Interval]]:
    """Return the values of a statistic over all clusters, with percentile bootstrap intervals.

    Clusters are drawn with replacement, as many as there are (Field & Welsh 2007), and the interval runs
    between the (R + 1) p-th ordered replicates (Davison & Hinkley 1997, section 5.3.1). A cluster whose
    counts are all zero, such as a transcript that only one coder read, holds no information on agreement and is
    not drawn from. With fewer than two clusters the interval is undefined; with few of them (say under ten)
    it is too narrow.

    Parameters
    ----------
    statistic
        Turns counts of shape (n, ...), one table for each of n replicates, into values of shape (n, k).
    tables
        Shape (n_clusters, ...): the counts of each cluster.
    fixed
        Shape (...): counts that are part of each replicate, whatever is drawn; those of units that only one coder
        judged, say, which inform on the categories' shares and not on agreement.
    replicates
        How many draws.
    seed
        Of the random draws; tables with the same clusters meet the same draws under the same seed.
    level
        The share of replicates inside the interval.

    Returns
    -------
    array of shape (k,) and list of Interval
        The values, and an interval for each.

    Examples
    --------
    The mean of (sum, count) over three clusters:

    >>> tables = np.array([[2.0, 4.0], [3.0, 4.0], [4.0, 4.0]])
    >>> [mean], [interval] = with_intervals(lambda t: t[:, :1] / t[:, 1:], tables, replicates=500)
    >>> float(mean), round(interval.low, 2), interval.high, interval.replicates_defined
    (0.75, 0.54, 1.0, 500)
    """
    found = statistic((tables.sum(axis=0) + fixed)[None])[0]
    tables = tables[tables.any(axis=tuple(range(1, tables.ndim)))]
    values = _replicate(statistic, tables, fixed, replicates if len(tables) > 1 else 0, seed)
    return found, [_interval(column, level, replicates, len(tables)) for column in values.T]


def grouped(clusters: Ints, size: int = 1, *, seed: int = 1) -> Ints:
    """Give clusters numbers from 0, in groups made at random if there are very many.

    Parameters
    ----------
    clusters
        Shape (n_units,): the cluster of each unit.
    size
        How many counts there will be for each cluster.

    Examples
    --------
    >>> grouped(np.array([7, 9, 7])).tolist(), len(set(grouped(np.arange(10_000), 100_000).tolist()))
    ([0, 1, 0], 250)
    """
    most = min(max(MOST_NUMBERS // size, FEWEST_GROUPS), MOST_CLUSTERS)
    names, numbers = np.unique(clusters, return_inverse=True)
    if len(names) <= most:
        return numbers
    return np.asarray(np.random.default_rng(seed).permutation(len(names))[numbers] % most)


def _replicate(
    statistic: Callable[[Floats], Floats], tables: Floats, fixed: Floats | float, replicates: int, seed: int
) -> Floats:
    """Return the statistic on each draw of clusters, shape (replicates, k)."""
    n, flat = len(tables), tables.reshape(len(tables), math.prod(tables.shape[1:]))
    random = np.random.default_rng(seed)
    block = max(1, BLOCK // max(n, flat.shape[1], 1))
    parts = [statistic(np.zeros((0, *tables.shape[1:])))]
    for start in range(0, replicates, block):
        size = min(block, replicates - start)
        draws = random.integers(n, size=(size, n)) + n * np.arange(size)[:, None]
        times_drawn = np.bincount(draws.ravel(), minlength=size * n).reshape(size, n).astype(np.float64)
        parts.append(statistic((times_drawn @ flat).reshape(size, *tables.shape[1:]) + fixed))
    return np.concatenate(parts)


def _interval(values: Floats, level: float, replicates: int, clusters: int) -> Interval:
    defined = values[~np.isnan(values)]
    if not len(defined):
        return Interval(np.nan, np.nan, 0, replicates, clusters)
    tail = (1 - level) / 2
    low, high = np.quantile(defined, [tail, 1 - tail], method="weibull")
    return Interval(float(low), float(high), len(defined), replicates, clusters)
