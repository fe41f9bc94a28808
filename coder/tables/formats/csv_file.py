"""Tables as CSV: texts quoted, numbers bare, nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import replace
from io import StringIO

from coder.tables.formats.cells import FORMULA, Cell
from coder.types import Table

_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?([eE][+-]?\d+)?%?")


def flat(tables: Sequence[Table]) -> Sequence[Table]:
    """Put the cells of a last table that has a `key` beside the rows of the others that they belong to.

    Where several of its rows belong to one, a cell has what they say, separated by semicolons where it differs.
    """
    *others, last = tables
    if not last.key:
        return tables
    rows_of: dict[Cell, list[tuple[Cell, ...]]] = {}
    for row in last:
        rows_of.setdefault(row[0], []).append(row[1:])
    more = {key: tuple(map(_together, zip(*rows, strict=True))) for key, rows in rows_of.items()}
    nothing = (None,) * (len(last.header) - 1)

    def beside(table: Table) -> Table:
        place = table.header.index(last.key)
        rows = tuple((*row, *more.get(row[place], nothing)) for row in table)
        return replace(table, header=(*table.header, *last.header[1:]), rows=rows)

    return [beside(table) for table in others]


def _together(cells: Sequence[Cell]) -> Cell:
    return cells[0] if len(set(cells)) == 1 else "; ".join("–" if cell in {None, ""} else str(cell) for cell in cells)


def as_csv(tables: Sequence[Table]) -> str:
    """Write tables as one CSV; several get a first column `table` with the title of each."""
    tables = flat(tables)
    header, rows = tables[0].header, [row for table in tables for row in table]
    if any(table.header != header for table in tables):
        header = tuple(dict.fromkeys(name for table in tables for name in table.header))
        named = [dict(zip(table.header, row, strict=True)) for table in tables for row in table]
        rows = [tuple(cells.get(name) for name in header) for cells in named]
    if len(tables) > 1:
        header = ("table", *header)
        titles = [table.title for table in tables for _ in table]
        rows = [(title, *row) for title, row in zip(titles, rows, strict=True)]
    out = StringIO()
    lines = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    lines.writerows(map(_disarmed, [header, *rows]))
    return out.getvalue()


def _disarmed(row: Sequence[Cell]) -> list[Cell]:
    """Keep a spreadsheet from running the texts of a row as formulas."""
    return [
        f"'{cell}" if isinstance(cell, str) and FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell
        for cell in row
    ]
