"""Saturation: what each further transcript adds that was not there before, as they came and in random orders."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

ORDERS, LEVEL = 1000, 0.95


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """How many items are known after each transcript, over random orders: each of shape (n_transcripts,)."""

    mean: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True)
class Run:
    """New items in the transcripts `first` to `last` (counted from 1), and their `share` of the items of the base."""

    first: int
    last: int
    new: int
    share: float


@dataclass(frozen=True, slots=True)
class Assessed:
    """Saturation by base size, run length and new-information threshold (Guest, Namey & Chen 2020).

    `reached` is the number of transcripts before the first run in which the share of new items is at most `threshold`;
    None where no run is. It is reported with the run: 6+2.
    """

    base: int
    run: int
    threshold: float
    items: int
    runs: tuple[Run, ...]
    reached: int | None


def new_items(present: Bools) -> NDArray[np.intp]:
    """Return how many items each transcript is the first to have, (n_transcripts,).

    Parameters
    ----------
    present
        (n_transcripts, n_items) in order.

    Examples
    --------
    >>> new_items(np.array([[1, 0, 0], [1, 1, 0], [0, 1, 0]], bool)).tolist()
    [1, 1, 0]
    """
    found = present.any(axis=0)
    return np.bincount(present[:, found].argmax(axis=0), minlength=len(present))


def pairs(present: Bools, groups: NDArray[np.intp]) -> Bools:
    """Return which pairs of item and group (a code in a case) each transcript has, (n_transcripts, n_pairs).

    Parameters
    ----------
    groups
        (n_transcripts,) the group of each.

    Examples
    --------
    >>> pairs(np.array([[1, 0], [1, 1]], bool), np.array([0, 1])).astype(int).tolist()
    [[1, 0, 0, 0], [0, 0, 1, 1]]
    """
    own = groups[:, None] == np.arange(int(groups.max(initial=-1)) + 1)
    return np.asarray((own[:, :, None] & present[:, None, :]).reshape(len(present), -1))


def in_random_orders(present: Bools, *, orders: int = ORDERS, seed: int = 1, level: float = LEVEL) -> Band:
    """Return how many items are known after 1, 2, ... transcripts when they come in random order.

    The mean is the accumulation curve of ecology (Colwell, Mao & Chang 2004), here from random orders, as is the band
    that holds `level` of them. After the last transcript nothing is left to chance.

    Examples
    --------
    >>> in_random_orders(np.eye(3, dtype=bool)).mean.tolist()
    [1.0, 2.0, 3.0]
    """
    n, wanted = len(present), present.any(axis=0)
    ranks = np.random.default_rng(seed).permuted(np.tile(np.arange(n), (orders, 1)), axis=1)
    first = np.zeros((orders, n), np.intp)
    for holders in present[:, wanted].T:
        first[np.arange(orders), ranks[:, holders].min(axis=1)] += 1
    known, tail = first.cumsum(axis=1), (1 - level) / 2
    low, high = np.quantile(known, [tail, 1 - tail], axis=0)
    return Band(known.mean(axis=0), low, high)


def assess(new: NDArray[np.intp], *, base: int = 4, run: int = 2, threshold: float = 0.05) -> Assessed:
    """Find from where on a run of transcripts brings hardly anything new (Guest, Namey & Chen 2020).

    The base is the first transcripts, the measure of what there is. Runs follow it and overlap: the next one begins one
    transcript later.

    Parameters
    ----------
    new
        (n_transcripts,) as `new_items` returns them.

    Examples
    --------
    >>> found = assess(np.array([20, 9, 5, 3, 0, 3, 1, 0]))
    >>> found.items, [(one.first, one.new, round(one.share, 2)) for one in found.runs], found.reached
    (37, [(5, 3, 0.08), (6, 4, 0.11), (7, 1, 0.03)], 6)
    """
    items = int(new[:base].sum())
    runs = []
    for start in range(base, len(new) - run + 1):
        found = int(new[start : start + run].sum())
        runs.append(Run(start + 1, start + run, found, found / items if items else np.nan))
    reached = next((one.first - 1 for one in runs if one.share <= threshold), None)
    return Assessed(base, run, threshold, items, tuple(runs), reached)
