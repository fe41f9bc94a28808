"""Numbers and lists in words, as a section on methods writes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from coder.types import Table

Cell = str | int | float | None
NAMED_AT_MOST = 6


def count(n: int, thing: str, things: str = "") -> str:
    """Return a number with what it counts.

    Examples
    --------
    >>> count(1, "unit"), count(1765, "unit"), count(2, "analysis", "analyses")
    ('1 unit', '1,765 units', '2 analyses')
    """
    return f"{n:,} {thing if n == 1 else things or thing + 's'}"


def share(part: int, whole: int, things: str) -> str:
    """Return a part of a whole with its percentage.

    Examples
    --------
    >>> share(1765, 2032, "units"), share(0, 0, "cases"), share(8, 8, "cases")
    ('1,765 of 2,032 units (86.9 %)', '0 of 0 cases', 'all 8 cases')
    """
    if whole and part == whole:
        return f"all {whole:,} {things}"
    return f"{part:,} of {whole:,} {things}" + (f" ({100 * part / whole:.1f} %)" if whole else "")


def or_none(n: int) -> str:
    """Return a number, none in a word.

    Examples
    --------
    >>> or_none(1234), or_none(0)
    ('1,234', 'none')
    """
    return f"{n:,}" if n else "none"


def percent(part: float) -> str:
    """Return a share in percent, without digits that say nothing.

    Examples
    --------
    >>> percent(0.9), percent(0.025)
    ('90 %', '2.5 %')
    """
    return f"{100 * part:g} %"


def listed(names: Iterable[str], most: int = NAMED_AT_MOST) -> str:
    """Return names as a list in a sentence, the first few of many.

    Examples
    --------
    >>> listed(["a"]), listed(["a", "b", "c"]), listed("abcd", most=2)
    ('a', 'a, b and c', 'a, b and 2 more')
    """
    found = list(names)
    if len(found) > most:
        found = [*found[:most], f"{len(found) - most} more"]
    return " and ".join(filter(None, (", ".join(found[:-1]), *found[-1:])))


def day(at: str) -> str:
    """Return the day of a time in ISO 8601; of none, `no date`."""
    return at[:10] or "no date"


def days(times: Sequence[str]) -> str:
    """Return the first and the last day of some times.

    Examples
    --------
    >>> days(["2026-03-02T08:00", "2026-02-01"]), days(["2026-02-01"])
    ('from 2026-02-01 to 2026-03-02', 'on 2026-02-01')
    """
    found = sorted({day(at) for at in times})
    return f"from {found[0]} to {found[-1]}" if len(found) > 1 else f"on {found[0]}"


def sentence(*parts: str) -> str:
    """Join the sentences that have something to say."""
    return " ".join(filter(None, parts))


def without_empty(table: Table) -> Table:
    """Leave out columns in which nothing stands.

    Examples
    --------
    >>> without_empty(Table("", ("a", "b"), ((1, ""), (2, None)))).header
    ('a',)
    """
    kept = [n for n in range(len(table.header)) if n == 0 or any(row[n] not in {None, ""} for row in table)]
    rows = tuple(tuple(row[n] for n in kept) for row in table)
    return Table(table.title, tuple(table.header[n] for n in kept), rows, table.note)
