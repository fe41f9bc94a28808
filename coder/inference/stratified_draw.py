"""Which units two people code blind: a stratified random draw in which rare codes get more, each unit's chance known.

The chances follow from what was suggested, never from an answer; so whatever is found among the drawn units can be
generalised to all of them, each unit weighed by one over its chance (Horvitz & Thompson 1952).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import combinations

import numpy as np


def rarest(codes: Sequence[Sequence[str]]) -> list[str]:
    """Return the stratum of each unit: the rarest of its suggested codes; empty where it has none.

    Examples
    --------
    >>> rarest([["cost"], ["cost", "risk"], []])
    ['cost', 'risk', '']
    """
    often = Counter(code for own in codes for code in set(own))
    return [min(own, key=lambda code: (often[code], code), default="") for own in codes]


def chances(strata: Sequence[str], n: float) -> np.ndarray:
    """Return each unit's probability to be drawn; they sum to n.

    A stratum of N units is given a size in proportion to the square root of N (power allocation, Bankier 1988), so a
    unit of it a chance in proportion to one over that root. Units whose chance would pass 1 are certain, and what is
    left of n is shared by the others.

    Parameters
    ----------
    strata
        (n_units,) the stratum of each unit.
    n
        How many units to draw, about; all of them where it is larger.

    Examples
    --------
    >>> chances(["often"] * 16 + ["rare"] * 4, 6).tolist()[15:17]
    [0.25, 0.5]
    """
    size = Counter(strata)
    weights = np.array([size[stratum] ** -0.5 for stratum in strata])
    sure = np.full(len(strata), n >= len(strata))
    while not sure.all():
        found = np.where(sure, 1.0, (n - sure.sum()) * weights / weights[~sure].sum())
        if not (over := (found >= 1) & ~sure).any():
            return np.asarray(found)
        sure |= over
    return np.ones(len(strata))


def spread(chance: np.ndarray, groups: Sequence[tuple[str, ...]], rng: np.random.Generator) -> np.ndarray:
    """Draw units by their chances, spread evenly over groups; return (n_units,) which are drawn.

    Systematic sampling with unequal probabilities (Madow 1949) down a list that is sorted by group and shuffled within:
    each unit is drawn with exactly its chance, and each run of neighbouring groups gets what it may expect to one unit.

    Parameters
    ----------
    chance
        (n_units,) from 0 to 1.
    groups
        (n_units,) what the list is sorted by, such as the transcript and the stratum.

    Examples
    --------
    >>> drawn = spread(np.full(6, 0.5), [(name,) for name in "aabbcc"], np.random.default_rng(1))
    >>> drawn.reshape(3, 2).sum(axis=1).tolist()
    [1, 1, 1]
    """
    shuffled = rng.permutation(len(chance)).tolist()
    order = np.array(sorted(shuffled, key=lambda i: groups[i]), dtype=int)
    marks = np.floor(np.cumsum(chance[order]) + rng.random())
    drawn = np.zeros(len(chance), bool)
    drawn[order] = np.diff(marks, prepend=0.0) > 0
    return drawn | (chance >= 1)


def pairs(coders: Sequence[str], n: int, rng: np.random.Generator) -> list[tuple[str, str]]:
    """Return the two coders of each of n units: every pair as often as any other, to one unit, in random order.

    Examples
    --------
    >>> sorted(pairs(["ada", "ben", "eva"], 3, np.random.default_rng(1)))
    [('ada', 'ben'), ('ada', 'eva'), ('ben', 'eva')]
    """
    every = list(combinations(coders, 2))
    turns = rng.permutation(np.arange(n) % len(every))
    first = rng.permutation(len(every))  # where n is no multiple, chance decides which pair gets one more
    return [every[first[turn]] for turn in turns]
