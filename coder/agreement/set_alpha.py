"""Krippendorff's alpha over the sets of codes that coders give a unit.

Where a unit may carry several codes, agreement code by code does not show whether two coders gave it the same codes.
Here a unit's value is its set of codes, the empty set included, and two sets are more or less far apart.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from coder.agreement.bootstrap import Interval, grouped, with_intervals
from coder.agreement.coefficients import ratio
from coder.agreement.contingency import Floats, Ints, chosen_of

Codes = frozenset[str]
ROWS = 4096
"""Units whose distances are computed at a time."""


def jaccard(one: Codes, other: Codes) -> float:
    """Return the Jaccard distance: 1 less the share of common codes; 0 between two empty sets.

    Examples
    --------
    >>> jaccard(frozenset("AB"), frozenset("A")), jaccard(frozenset(), frozenset())
    (0.5, 0.0)
    """
    return 1 - len(one & other) / len(one | other) if one or other else 0.0


def masi(one: Codes, other: Codes) -> float:
    """Return the MASI distance (Passonneau 2006) as nltk defines it: 1 - Jaccard similarity x monotonicity.

    Monotonicity is 1 of equal sets, 2/3 where one holds the other, 1/3 where they overlap, 0 where they do not. Other
    programs take a distance under this name that gives {A} and {A, B} .167 in place of .667. 0 between two empty sets.

    Examples
    --------
    >>> round(masi(frozenset("A"), frozenset("AB")), 3), masi(frozenset("AB"), frozenset("CD"))
    (0.667, 1.0)
    """
    if one == other:
        return 0.0
    common = len(one & other)
    return 1 - common / len(one | other) * (2 / 3 if common in (len(one), len(other)) else 1 / 3)


DISTANCES: dict[str, Callable[[Codes, Codes], float]] = {"alpha-masi": masi, "alpha-jaccard": jaccard}
"""Distances of sets, by the name of the coefficient."""


@dataclass(frozen=True, slots=True)
class SetAlpha:
    """Alpha over code sets: its value, its interval over clusters, and the units that two coders judged."""

    value: float
    interval: Interval
    n: int


def set_alpha(
    positions: Ints,
    sets: Sequence[Codes],
    name: str = "alpha-masi",
    clusters: Ints | None = None,
    *,
    replicates: int = 2000,
    seed: int = 1,
) -> SetAlpha:
    """Return alpha (Krippendorff 2011) over sets of codes.

    What each unit adds to the disagreement is one number, so many thousands of different sets are no matter.

    Parameters
    ----------
    positions
        Shape (n_coders, n_units): which of `sets` the coder gave the unit, -1 where the coder did not judge it.
    sets
        The distinct sets of codes.
    name
        `alpha-masi` or `alpha-jaccard`.
    clusters
        Shape (n_units,): the transcript of each unit; without them there is no interval.
    replicates, seed
        Of the bootstrap.

    Examples
    --------
    >>> sets = [frozenset("A"), frozenset("AB"), frozenset()]
    >>> round(set_alpha(np.array([[0, 1, 2, 2], [0, 0, 2, 2]]), sets).value, 3)
    0.741
    """
    pairs = [DISTANCES[name](one, other) for one in sets for other in sets]
    distance = np.array(pairs, dtype=np.float64).reshape(len(sets), len(sets))
    positions = positions[:, (paired := (positions >= 0).sum(axis=0) >= 2)]
    cluster = np.zeros(positions.shape[1], np.intp)
    if clusters is not None:
        cluster = grouped(clusters[paired], 1 + len(sets), seed=seed)
    tables = np.zeros((int(cluster.max(initial=0)) + 1, 1 + len(sets)))
    for start in range(0, positions.shape[1], ROWS):
        part = slice(start, start + ROWS)
        chosen = chosen_of(positions[:, part], len(sets))
        apart = (chosen @ distance * chosen).sum(axis=1) / (chosen.sum(axis=1) - 1)
        np.add.at(tables, cluster[part], np.column_stack([apart, chosen]))

    def statistic(sums: Floats) -> Floats:
        observed, margins = sums[:, 0], sums[:, 1:]
        expected = (margins @ distance * margins).sum(axis=1)
        return (1 - ratio((margins.sum(axis=1) - 1) * observed, expected))[:, None]

    [value], [interval] = with_intervals(statistic, tables, replicates=replicates, seed=seed)
    return SetAlpha(float(value), interval, positions.shape[1])


def code_sets(values: Floats, codes: Sequence[str]) -> tuple[Ints, list[Codes]]:
    """Return which set of codes each coder gave each unit, and the distinct sets.

    Parameters
    ----------
    values
        Shape (n_coders, n_units, n_codes): 1 present, 0 absent, nan not judged. A unit on which a coder left a code
        open has no set from that coder.
    codes
        The names along the last axis.

    Examples
    --------
    >>> positions, sets = code_sets(np.array([[[1.0, 1.0], [0.0, 0.0]], [[1.0, 0.0], [0.0, np.nan]]]), ["A", "B"])
    >>> positions.tolist(), [sorted(found) for found in sets]
    ([[2, 0], [1, -1]], [[], ['A'], ['A', 'B']])
    """
    judged = ~np.isnan(values).any(axis=2)
    distinct, numbers = np.unique(values[judged], axis=0, return_inverse=True)
    positions = np.full(judged.shape, -1, np.intp)
    positions[judged] = numbers.reshape(-1)
    return positions, [frozenset(code for code, has in zip(codes, row, strict=True) if has) for row in distinct]
