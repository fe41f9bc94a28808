"""Which codes stand on the same units: how often two meet, and how often they would by chance."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from coder.types import Table


@dataclass(frozen=True)
class Pair:
    """Two codes, the units that have both, those of each, and how many would have both by chance."""

    a: str
    b: str
    both: int
    of_a: int
    of_b: int
    expected: float
    lift: float

    @property
    def jaccard(self) -> float:
        """The units with both, as a share of those with either (Jaccard 1912)."""
        return self.both / (self.of_a + self.of_b - self.both)


def pairs_of(units: Mapping[str, Collection[Hashable]], n: int) -> list[Pair]:
    """Find the codes that meet on some unit, those that meet most often first.

    With `n` units in all, two codes on `n_a` and `n_b` of them would meet on `n_a * n_b / n` by chance. Lift is how
    many times more often they do: `n * n_ab / (n_a * n_b)` (the "interest" of Brin, Motwani & Silverstein 1997).

    Parameters
    ----------
    units
        Code -> the units that have it, in the scheme's order of codes.
    n
        All units that could have had the codes: those that were read, with or without a code.

    Raises
    ------
    ValueError
        `n` is less than the units that have a code.

    Examples
    --------
    >>> [pair] = pairs_of({"fairs": {1, 2, 3, 4}, "courses": {3, 4, 5}, "support": {6}}, n=24)
    >>> pair.both, pair.expected, pair.lift, pair.jaccard
    (2, 0.5, 4.0, 0.4)
    """
    sets = {code: frozenset(of) for code, of in units.items()}
    if n < len(frozenset().union(*sets.values())):
        raise ValueError(f"{n} units were read, but more have codes")
    found = []
    for a, b in combinations(sets, 2):
        if both := len(sets[a] & sets[b]):
            by_chance = len(sets[a]) * len(sets[b]) / n
            found.append(Pair(a, b, both, len(sets[a]), len(sets[b]), by_chance, both / by_chance))
    return sorted(found, key=lambda pair: (-pair.both, -pair.lift))


def pairs_table(pairs: Sequence[Pair], *, things: str, n: int, of: int) -> Table:
    """Print pairs of `things` (`codes`), of which there are `of`; `n` units were read."""
    rows = tuple(
        (
            pair.a, pair.b, pair.both, pair.of_a, pair.of_b,
            round(pair.expected, 1), round(pair.lift, 2), round(pair.jaccard, 2),
        )
        for pair in pairs
    )  # fmt: skip
    header = ("First", "Second", "Both", "Of the first", "Of the second", "By chance", "Lift", "Jaccard")
    note = (
        f"Units with both, of {n} that were read; by chance: units of the first x units of the second / all units; "
        "lift: both / by chance, above 1 where they meet more often (Brin, Motwani & Silverstein 1997); Jaccard: both, "
        f"as a share of the units with either. Of {of * (of - 1) // 2} pairs, {len(pairs)} meet."
    )
    return Table(f"Co-occurrence: {things}", header, rows, note)


def square(units: Mapping[str, Collection[Hashable]], *, things: str, n: int) -> Table:
    """Print how many units each two codes have in common, on the diagonal those of one.

    Codes of no unit are left out. Columns have the numbers of the rows, as in a table of correlations.
    """
    sets = {code: frozenset(of) for code, of in units.items() if of}
    rows: list[tuple[str | int, ...]] = [
        (f"{number}. {a}", *(len(sets[a] & sets[b]) for b in sets)) for number, a in enumerate(sets, start=1)
    ]
    left = len(units) - len(sets)
    note = f"Of {n} units that were read, those with both; on the diagonal, all units of one."
    return Table(
        f"Co-occurrence: {things}, units",
        (things[:1].upper() + things[1:], *map(str, range(1, len(sets) + 1))),
        tuple(rows),
        f"{note} Left out, as they occur nowhere: {left}." if left else note,
    )
