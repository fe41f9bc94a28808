"""Reliability data as counts: all that the coefficients need, and all that a bootstrap redraws.

Counts add up: summed over clusters they give a coefficient, summed over a random draw of clusters they give one
bootstrap replicate, and summed over codes they give the codes pooled. They are made from how many coders chose
each category of a unit, without a loop over pairs of coders, so a thousand coders are no more work than their
judgements.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

PRESENT_ABSENT: Floats = np.array([0.0, 1.0])
"""The categories of one code: absent, present."""


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """Counts of one variable, or of many, along any leading axes (...): clusters, codes, replicates.

    A unit i was judged by r_i coders, of whom r_ik chose category k. All counts lie one after the other along the
    last axis of `data`, so that a sum, a product with weights or a choice of clusters is one operation on it.

    Attributes
    ----------
    data
        Shape (..., size).
    n_coders
        How many coders there are, G.
    categories
        Shape (C,): the values that the C categories stand for.
    """

    data: Floats
    n_coders: int
    categories: Floats

    def __getitem__(self, index: Any) -> Counts:
        """Choose along the leading axes."""
        return replace(self, data=self.data[index])

    def sum(self, axis: int | tuple[int, ...] = 0) -> Counts:
        """Return the sums over leading axes."""
        return replace(self, data=self.data.sum(axis=axis))

    def holding(self, data: Floats) -> Counts:
        """Return other numbers in the same order, shape (..., size): the replicates of a bootstrap, say."""
        return replace(self, data=data)

    @property
    def units1(self) -> Floats:
        """Units that a coder judged, shape (...)."""
        return self._part(0)

    @property
    def units(self) -> Floats:
        """Units that two coders or more judged, shape (...): n."""
        return self._part(1)

    @property
    def shares(self) -> Floats:
        """Sum of r_ik / r_i over the units that a coder judged, shape (..., C)."""
        return self._part(2)

    @property
    def margins(self) -> Floats:
        """How often each coder chose each category, shape (..., G, C)."""
        return self._part(3)

    @property
    def paired(self) -> Floats:
        """The same on the units that two coders or more judged, shape (..., G, C)."""
        return self._part(4)

    @property
    def alike(self) -> Floats:
        """Ordered pairs of judgements of a unit, each unit weighing 1, shape (..., C, C), symmetric."""
        return self._part(5)

    @property
    def coincidences(self) -> Floats:
        """The same pairs, each unit weighing r_i (Krippendorff's coincidence matrix), shape (..., C, C)."""
        return self._part(6)

    @property
    def meetings(self) -> Floats:
        """The same pairs, each pair weighing 1, shape (..., C, C)."""
        return self._part(7)

    @property
    def table(self) -> Floats:
        """Two coders' confusion table, the first coder's category along the rows, shape (..., C, C).

        All nan for more or fewer than two coders.
        """
        if self.n_coders == 2:
            return self._part(8)
        n = len(self.categories)
        return np.full((*self.data.shape[:-1], n, n), np.nan)

    @property
    def varies(self) -> NDArray[np.bool_]:
        """Whether two categories or more occur on the units that two coders judged, shape (...)."""
        return np.asarray((self.paired.sum(axis=-2) > 0).sum(axis=-1) > 1)

    def _part(self, which: int) -> Floats:
        start, shape = layout(self.n_coders, len(self.categories))[which]
        return self.data[..., start : start + prod(shape)].reshape(self.data.shape[:-1] + shape)


def size_of(n_coders: int, n_categories: int = 2) -> int:
    """Return how many numbers the counts of one variable are.

    Examples
    --------
    >>> size_of(3)
    28
    """
    return layout(n_coders, n_categories)[-1][0]


@lru_cache
def layout(n_coders: int, n_categories: int) -> tuple[tuple[int, tuple[int, ...]], ...]:
    """Return where each part of the counts begins, and its shape; the last is the end, with shape ()."""
    square, each = (n_categories, n_categories), (n_coders, n_categories)
    shapes = [(), (), (n_categories,), each, each, square, square, square, *([square] if n_coders == 2 else [])]
    starts = np.cumsum([0, *(prod(shape) for shape in shapes)]).tolist()
    return tuple(zip(starts, [*shapes, ()], strict=True))


def count(
    positions: Ints, categories: Floats, clusters: Ints | None = None, times: NDArray[Any] | None = None
) -> Counts:
    """Count one variable, cluster by cluster.

    Parameters
    ----------
    positions
        Shape (n_coders, n_units): the category of each unit by its position in `categories`, -1 where the coder
        did not judge it.
    categories
        Shape (C,): the values of the categories; for `one code`, `PRESENT_ABSENT`.
    clusters
        Shape (n_units,): the cluster (transcript) of each unit; all units in one if not given.
    times
        Shape (n_units,): how many units each column stands for, 1 if not given. A stretch of characters that are
        all coded alike is one column, as many times as it has characters.

    Returns
    -------
    Counts
        With one leading axis: the clusters, in ascending order of their numbers.

    Examples
    --------
    >>> two = count(np.array([[1, 0, 0, -1], [1, 1, 0, 0]]), PRESENT_ABSENT).sum()
    >>> float(two.units), two.table.tolist(), two.coincidences.tolist()
    (3.0, [[1.0, 1.0], [0.0, 1.0]], [[2.0, 1.0], [1.0, 2.0]])
    """
    n_coders, n_units = positions.shape
    n_categories = len(categories)
    cluster, n_clusters = _numbered(clusters, n_units)
    stands_for = np.ones(n_units) if times is None else times.astype(np.float64)
    chosen = chosen_of(positions, n_categories)
    judged = chosen.sum(axis=1)
    paired = np.where(judged >= 2, stands_for, 0.0)
    others, all_of = np.maximum(judged - 1, 1), np.maximum(judged, 1)

    def gathered(weights: Floats) -> Floats:
        return np.bincount(cluster, weights=weights, minlength=n_clusters).astype(np.float64)

    data = np.zeros((n_clusters, size_of(n_coders, n_categories)))
    counts = Counts(data, n_coders, np.asarray(categories, dtype=np.float64))
    counts.units1[:] = gathered(stands_for * (judged >= 1))
    counts.units[:] = gathered(paired)
    for k in range(n_categories):
        counts.shares[:, k] = gathered(stands_for * chosen[:, k] / all_of)
    counts.margins[:] = _tallied(positions, n_categories, cluster, n_clusters, stands_for)
    counts.paired[:] = _tallied(positions, n_categories, cluster, n_clusters, paired)
    weighings = (
        (counts.alike, paired / (others * all_of)),
        (counts.coincidences, paired / others),
        (counts.meetings, paired),
    )
    for k, other in np.argwhere(np.triu(chosen.T @ chosen > 0)):
        pairs = chosen[:, k] * (chosen[:, other] - (k == other))
        for squares, weight in weighings:
            squares[:, k, other] = squares[:, other, k] = gathered(pairs * weight)
    if n_coders == 2:
        counts.table[:] = _crossed(positions, n_categories, cluster, n_clusters, stands_for)
    return counts


def _crossed(positions: Ints, n_categories: int, cluster: Ints, n_clusters: int, stands_for: Floats) -> Floats:
    """Return the table of two coders' categories in each cluster, shape (n_clusters, C, C)."""
    both = (positions >= 0).all(axis=0)
    cells = (cluster[both] * n_categories + positions[0, both]) * n_categories + positions[1, both]
    shape = (n_clusters, n_categories, n_categories)
    return np.bincount(cells, weights=stands_for[both], minlength=prod(shape)).reshape(shape).astype(np.float64)


def count_codes(values: Floats, clusters: Ints | None = None, times: NDArray[Any] | None = None) -> Counts:
    """Count every code, present or absent, cluster by cluster.

    Parameters
    ----------
    values
        Shape (n_coders, n_units, n_codes): 1 present, 0 absent, nan where the coder did not judge it.
    clusters, times
        As for `count`.

    Returns
    -------
    Counts
        With two leading axes: clusters, codes.
    """
    sheets = (np.where(np.isnan(sheet), -1, sheet).astype(np.intp) for sheet in np.moveaxis(values, 2, 0))
    return stacked(count(sheet, PRESENT_ABSENT, clusters, times) for sheet in sheets)


def counts_of_tables(tables: NDArray[Any]) -> Counts:
    """Return the counts of two coders on one code from contingency tables of shape (..., 2, 2).

    The first coder's judgements stand along the rows; both judged every unit.

    Examples
    --------
    >>> counts_of_tables(np.array([[1, 1], [0, 1]])).coincidences.tolist()
    [[2.0, 1.0], [1.0, 2.0]]
    """
    one_of_each = count(np.array([[0, 0, 1, 1], [0, 1, 0, 1]]), PRESENT_ABSENT, np.arange(4))
    return one_of_each.holding(tables.reshape(*tables.shape[:-2], 4) @ one_of_each.data)


def stacked(each: Iterable[Counts]) -> Counts:
    """Return the counts of several variables as one, with two leading axes: clusters, variables."""
    found = list(each)
    return found[0].holding(np.stack([counts.data for counts in found], axis=1))


def categorise(values: Floats) -> tuple[Ints, Floats]:
    """Return values as positions in their sorted distinct values (-1 for nan), and those distinct values.

    Examples
    --------
    >>> positions, categories = categorise(np.array([[5.0, 1.0], [np.nan, 5.0]]))
    >>> positions.tolist(), categories.tolist()
    ([[1, 0], [-1, 1]], [1.0, 5.0])
    """
    missing = np.isnan(values)
    categories = np.unique(values[~missing])
    return np.where(missing, -1, np.searchsorted(categories, values)), categories


def chosen_of(positions: Ints, n_categories: int) -> Floats:
    """Return how many coders chose each category of each unit, shape (n_units, C)."""
    n_units = positions.shape[1]
    cells = (np.arange(n_units) * n_categories + positions)[positions >= 0]
    return np.bincount(cells, minlength=n_units * n_categories).reshape(n_units, n_categories).astype(np.float64)


def _tallied(positions: Ints, n_categories: int, cluster: Ints, n_clusters: int, weights: Floats) -> Floats:
    """Return how often each coder chose each category, units weighted, shape (n_clusters, n_coders, C)."""
    shape = (n_clusters, len(positions), n_categories)
    cells = (cluster * len(positions) + np.arange(len(positions))[:, None]) * n_categories + positions
    judged = positions >= 0
    tally = np.bincount(cells[judged], np.broadcast_to(weights, positions.shape)[judged], minlength=prod(shape))
    return tally.reshape(shape).astype(np.float64)


def _numbered(clusters: Ints | None, n_units: int) -> tuple[Ints, int]:
    """Return the clusters numbered from 0 without gaps, and how many there are."""
    if clusters is None:
        return np.zeros(n_units, np.intp), 1
    names, numbers = np.unique(clusters, return_inverse=True)
    return numbers, len(names)
