"""Reliability data as counts by cluster: all that a coefficient needs, and all that a bootstrap redraws.

Counts add up: summed over clusters they give the coefficient, and summed over a random draw of clusters they
give one bootstrap replicate.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


def label_numbers(labels: Sequence[Sequence[str | None]]) -> tuple[Floats, tuple[str, ...]]:
    """Give categorical labels numbers, in their sorted order.

    Parameters
    ----------
    labels
        For each coder the label of each unit; None where the coder did not judge it.

    Returns
    -------
    values : array of shape (n_coders, n_units)
        The position of the label in `categories`; nan for None.
    categories : tuple of str

    Examples
    --------
    >>> values, categories = label_numbers([["b", "a"], ["b", None]])
    >>> values.tolist(), categories
    ([[1.0, 0.0], [1.0, nan]], ('a', 'b'))
    """
    categories = tuple(sorted({label for row in labels for label in row if label is not None}))
    number: dict[str | None, float] = {label: float(n) for n, label in enumerate(categories)}
    return np.array([[number.get(label, np.nan) for label in row] for row in labels]), categories


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


def confusions(positions: Ints, n_categories: int, clusters: Ints | None = None) -> Floats:
    """Count, for each pair of coders, the units by the category of the one and the category of the other.

    Parameters
    ----------
    positions
        Shape (n_coders, n_units): the category of each unit, -1 where the coder did not judge it.
    n_categories
        How many categories there are.
    clusters
        Shape (n_units,): the cluster of each unit; all units in one cluster if not given.

    Returns
    -------
    array of shape (n_clusters, n_pairs, n_categories, n_categories)
        Pairs in the order of `itertools.combinations`.
    """
    pairs = list(combinations(range(len(positions)), 2))
    cluster, n_clusters = _numbered(clusters, positions.shape[1])
    cells = [np.empty(0, np.intp)]
    for n, (one, other) in enumerate(pairs):
        both = (positions[one] >= 0) & (positions[other] >= 0)
        row = (cluster[both] * len(pairs) + n) * n_categories + positions[one, both]
        cells.append(row * n_categories + positions[other, both])
    shape = (n_clusters, len(pairs), n_categories, n_categories)
    return np.bincount(np.concatenate(cells), minlength=np.prod(shape)).reshape(shape).astype(np.float64)


def coincidences(positions: Ints, n_categories: int, clusters: Ints | None = None) -> Floats:
    """Count the pairable values of the units as Krippendorff's coincidence matrices, one a cluster.

    Each ordered pair of values in a unit counts 1 / (m - 1), where m is the number of coders who judged the
    unit, so that every pairable value counts once (Krippendorff 2011, step 2).

    Parameters
    ----------
    positions, n_categories, clusters
        As for `confusions`.

    Returns
    -------
    array of shape (n_clusters, n_categories, n_categories)
        Symmetric.
    """
    judged = positions >= 0
    others = judged.sum(axis=0) - 1
    cluster, n_clusters = _numbered(clusters, positions.shape[1])
    cells, weights = [np.empty(0, np.intp)], [np.empty(0)]
    for one, other in combinations(range(len(positions)), 2):
        both = judged[one] & judged[other]
        row = cluster[both] * n_categories + positions[one, both]
        cells.append(row * n_categories + positions[other, both])
        weights.append(1 / others[both])
    shape = (n_clusters, n_categories, n_categories)
    counted = np.bincount(np.concatenate(cells), weights=np.concatenate(weights), minlength=np.prod(shape))
    half = counted.reshape(shape).astype(np.float64)
    return half + half.swapaxes(1, 2)


def _numbered(clusters: Ints | None, n_units: int) -> tuple[Ints, int]:
    """Return the clusters numbered from 0 without gaps, and how many there are."""
    if clusters is None:
        return np.zeros(n_units, np.intp), 1
    names, numbers = np.unique(clusters, return_inverse=True)
    return numbers, len(names)
