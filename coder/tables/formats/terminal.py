"""Tables as plain aligned text for a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import TYPE_CHECKING

from coder.tables.formats.cells import Cell, numeric_columns, text_of
from coder.types import Table

if TYPE_CHECKING:
    from rich.table import Table as Grid
    from rich.text import Text as RichText

_READABLE = 12  # characters that a column of a terminal needs for its texts to be read
_BREAKS = re.compile(r"(?<=[\s/])(?=\S)")  # where a line may end: after a space, or a slash of a code path
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def as_text(table: Table, width: int = 100) -> str:
    """Write a table as plain aligned text for a terminal; long cells wrap, control characters become `�`.

    A table of numbers with too many columns for the width is cut into parts, below one another; any other such table
    is written row after row, a line for each cell that is not empty.
    """
    from rich.console import Console

    console = Console(file=StringIO(), width=width, no_color=True, highlight=False)
    parts = _parts(table, width)
    with console.capture() as captured:
        console.print(_plain(table.title))
        for n, part in enumerate(parts):
            console.print("\n" * (n > 0), end="")
            console.print(_grid(part, _widths(part, width)))
        if not parts:
            console.print(_records(table))
        if table.note:
            console.print(_plain(table.note))
    return "".join(f"{line.rstrip()}\n" for line in captured.get().splitlines())


def _parts(table: Table, width: int) -> list[Table]:
    """Cut a table into parts as wide as that, each with the texts that tell its rows apart; none if that cannot be."""
    if _widths(table, width):
        return [table]
    numeric = numeric_columns(table)
    keys = numeric.index(True) if True in numeric else len(numeric)
    if not all(numeric[keys:]) or len({row[:keys] for row in table}) < len(table.rows):
        return []
    parts, taken = [], range(keys)
    while (start := taken.stop) < len(numeric):
        fit = [
            stop for stop in range(start + 1, len(numeric) + 1) if _widths(_cut(table, keys, range(start, stop)), width)
        ]
        if not fit:
            return []
        taken = range(start, fit[-1])
        parts.append(_cut(table, keys, taken))
    return parts


def _cut(table: Table, keys: int, columns: range) -> Table:
    rows = tuple((*row[:keys], *row[columns.start : columns.stop]) for row in table)
    return Table("", (*table.header[:keys], *table.header[columns.start : columns.stop]), rows)


def _widths(table: Table, width: int) -> list[int]:
    """Return how wide each column is to be, none where they are too many to be read.

    Where they have not all the room, heads wrap first, then the widest cells; no word is cut while a cell can wrap.
    """
    from rich.cells import cell_len

    columns = [[_plain(cell).plain for cell in column] for column in zip(table.header, *table, strict=True)]

    def longest(cells: Iterable[str]) -> int:
        return max((cell_len(line) for cell in cells for line in cell.splitlines()), default=1)

    widths = [longest(column) for column in columns]
    words = [longest(word for cell in column for word in _BREAKS.split(cell)) for column in columns]
    least = [
        word if numeric else wide for word, wide, numeric in zip(words, widths, numeric_columns(table), strict=True)
    ]
    if sum(min(_READABLE, one) + 2 for one in least) > width:
        return []
    cells = [max(longest(column[1:]), longest(_BREAKS.split(column[0]))) for column in columns]
    for least in (cells, words, [1] * len(words)):  # heads wrap first, then cells, then words
        while sum(widths) + 2 * len(widths) - 1 > width and any(w > m for w, m in zip(widths, least, strict=True)):
            widest = max((w, -n) for n, (w, m) in enumerate(zip(widths, least, strict=True)) if w > m)
            widths[-widest[1]] -= 1
    return widths


def _plain(cell: Cell) -> RichText:
    from rich.text import Text

    return Text(_CONTROL.sub("\ufffd", text_of(cell)))


def _grid(table: Table, widths: Sequence[int]) -> Grid:
    from rich import box
    from rich.table import Table as Grid

    grid = Grid(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
    for name, numeric, width in zip(table.header, numeric_columns(table), widths, strict=True):
        grid.add_column(
            _plain(_broken(name, width)), justify="right" if numeric else "left", overflow="fold", width=width
        )
    for row in table:
        grid.add_row(*(_plain(_broken(text_of(cell), width)) for cell, width in zip(row, widths, strict=True)))
    return grid


def _broken(text: str, width: int) -> str:
    r"""Break a code path that is too long for its column at a slash, not in a word.

    Examples
    --------
    >>> _broken("joint decisions/customers/product", 20)
    'joint decisions/\ncustomers/product'
    """
    if "/" not in text or len(text) <= width:
        return text
    lines = [""]
    for piece in _BREAKS.split(text):
        if lines[-1] and len(lines[-1]) + len(piece.rstrip()) > width:
            lines.append("")
        lines[-1] += piece
    return "\n".join(line.rstrip() for line in lines)


def _records(table: Table) -> Grid:
    from rich.table import Table as Grid

    grid = Grid(box=None, show_header=False, padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for row in table:
        grid.add_row()
        for name, cell in zip(table.header, row, strict=True):
            if text_of(cell):
                grid.add_row(_plain(name), _plain(cell))
    return grid
