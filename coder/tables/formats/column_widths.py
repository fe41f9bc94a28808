"""How wide the columns of a table are on paper, and which tables need a page on its side, or several."""

from __future__ import annotations

from coder.tables.formats.cells import text_of
from coder.types import Table

PORTRAIT, LANDSCAPE = 17.0, 25.7
"""Centimetres between the margins of an A4 page."""
_CHARACTER, _PADDING, _COMFORT, _UNBROKEN = 0.16, 0.45, 60, 22
_BOLD = 0.18  # the same, in a head
_SQUEEZED = 1.25  # a table so much too wide for a page on its side can still be read on it


def is_wide(table: Table) -> bool:
    """Tell whether a table needs a page on its side."""
    return sum(_least(table)) > PORTRAIT


def fitting(table: Table) -> list[Table]:
    """Cut a table that is far too wide for any page into parts with fewer columns, each with the first column.

    A table whose first column does not tell its rows apart stays whole: in a part, nobody could say which row is
    which.

    Examples
    --------
    >>> wide = Table("Cases", ("Case", *(f"motives/{n}" for n in range(30))), (("Alder", *range(30)),))
    >>> [(part.title, len(part.header)) for part in fitting(wide)]
    [('Cases (1 of 3)', 12), ('Cases (2 of 3)', 11), ('Cases (3 of 3)', 10)]
    """
    least, keys = _least(table), [row[0] for row in table]
    if sum(least) <= _SQUEEZED * LANDSCAPE or len(set(keys)) < len(keys):
        return [table]
    parts: list[list[int]] = [[]]
    for n, width in enumerate(least[1:], start=1):
        if parts[-1] and least[0] + sum(least[i] for i in parts[-1]) + width > LANDSCAPE:
            parts.append([])
        parts[-1].append(n)
    return [
        Table(
            f"{table.title} ({k} of {len(parts)})",
            tuple(table.header[i] for i in (0, *columns)),
            tuple(tuple(row[i] for i in (0, *columns)) for row in table),
            table.note if k == len(parts) else "",
        )
        for k, columns in enumerate(parts, start=1)
    ]


def column_widths(table: Table, width: float) -> list[float]:
    """Return the columns' widths in centimetres: each word fits if it can, and the long texts get what is left.

    Where not all words fit, those of the widest columns are broken.

    Examples
    --------
    >>> table = Table("", ("item", "text"), (("a", "many words " * 9),))
    >>> [round(one, 1) for one in column_widths(table, 17.0)]
    [1.2, 15.8]
    """
    least, longest = _least(table), [max(map(len, column)) for column in _columns(table)]
    wanted = [max(low, min(_COMFORT, most) * _CHARACTER + _PADDING) for low, most in zip(least, longest, strict=True)]
    rest, more = width - sum(least), sum(wanted) - sum(least)
    if rest < 0:
        return _capped(least, width)
    part = min(1.0, rest / more) if more else 0.0
    takers = [most > _COMFORT for most in longest]
    takers = takers if any(takers) else [True] * len(least)
    spare = (rest - part * more) / sum(takers)
    return [low + part * (want - low) + spare * takes for low, want, takes in zip(least, wanted, takers, strict=True)]


def _capped(widths: list[float], total: float) -> list[float]:
    """Make the widest columns narrower, to one width, so that all have the room.

    Examples
    --------
    >>> _capped([2.0, 9.0, 3.0, 8.0], 15.0)
    [2.0, 5.0, 3.0, 5.0]
    """
    cap = max(widths)
    for n, one in enumerate(sorted(widths)):
        share = total / (len(widths) - n)
        if one > share:
            cap = share
            break
        total -= one
    return [min(one, cap) for one in widths]


def _least(table: Table) -> list[float]:
    """Return how wide each column must be for its longest word; short texts, such as an interval, are one word."""
    found = []
    for head, *cells in _columns(table):
        words = [
            word for cell in cells for word in ([cell] if len(cell) <= _UNBROKEN and "[" in cell else cell.split())
        ]
        widest = max([_CHARACTER, *(_BOLD * len(word) for word in head.split()), *(_CHARACTER * len(w) for w in words)])
        found.append(min(_COMFORT * _CHARACTER, widest) + _PADDING)
    return found


def _columns(table: Table) -> list[list[str]]:
    return [list(map(text_of, column)) for column in zip(table.header, *table, strict=True)]
