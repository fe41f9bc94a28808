"""Tables as one workbook: a sheet each, and a last one that says what they were made from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from coder.errors import TableError
from coder.tables.formats.cells import FORMULA, NOT_XML, Cell
from coder.tables.formats.spreadsheets_in import LONGEST_CELL, lay_out
from coder.types import Table

_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]+")
_LONGEST_NAME = 31
_ABOUT = "About"
_MANY = 12  # with more columns, the first stays visible


def write_workbook(tables: Sequence[Table], path: Path) -> None:
    """Write each table on a sheet of its own: the header always visible, with filters and widths to read by.

    Texts stay texts, also those that begin with `=`. The sheet `About` has each table's full title and note.

    Raises
    ------
    TableError
        If a text is longer than a cell may be.
    """
    from openpyxl import Workbook

    names = sheet_names([*(table.title for table in tables), _ABOUT])
    notes = tuple((name, table.title, table.note) for name, table in zip(names[:-1], tables, strict=True))
    about = Table(_ABOUT, ("Sheet", "Table", "Note"), notes)
    book = Workbook()
    book.remove(book.active)
    for name, table in zip(names, (*tables, about), strict=True):
        _fill(book.create_sheet(name), table)
    book.save(path)


def sheet_names(titles: Sequence[str]) -> list[str]:
    r"""Name sheets after titles: at most 31 characters, none of `[]:*?/\`, no two alike whatever their case.

    Examples
    --------
    >>> sheet_names(["education/customers", "Education: customers", "'History'", "?"])
    ['education customers', 'Education customers 2', 'History 2', 'Table']
    """
    taken = {"", "history"}  # Excel keeps the second for itself
    names: list[str] = []
    for title in titles:
        plain = " ".join(_NOT_IN_A_NAME.sub(" ", NOT_XML.sub(" ", title)).split()).strip("' ") or "Table"
        name, n = _cut(plain), 1
        while name.casefold() in taken:
            n += 1
            name = _cut(plain, f" {n}")
        taken.add(name.casefold())
        names.append(name)
    return names


def _cut(name: str, ending: str = "") -> str:
    """Cut a name to Excel's length, which counts UTF-16 units."""
    while len((name + ending).encode("utf-16-le")) > 2 * _LONGEST_NAME:
        name = name[:-1]
    return name.rstrip("' ") + ending


def _fill(sheet: Any, table: Table) -> None:
    from openpyxl.styles import Font, PatternFill

    for row in (table.header, *table):
        sheet.append([_held(cell, table) for cell in row])
    lay_out(sheet)
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="EFEFEC")
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and FORMULA.match(cell.value):
                cell.quotePrefix = True  # a text still, after somebody has edited the cell
    many = len(table.header) > _MANY
    sheet.freeze_panes = "B2" if many else "A2"
    sheet.auto_filter.ref = sheet.dimensions
    # print the head on each page, and all columns on one or, where they are many, the first column on each
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.print_title_rows = "1:1"
    if many:
        sheet.print_title_cols = "A:A"
    else:
        sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True


def _held(cell: Cell, table: Table) -> Cell:
    """Return a cell as a workbook can hold it."""
    if not isinstance(cell, str):
        return cell
    text = NOT_XML.sub("\ufffd", cell.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) > LONGEST_CELL:
        raise TableError(
            f"a cell of a workbook holds {LONGEST_CELL} characters, a text of `{table.title}` has {len(text)}",
            todo="write another format",
        )
    return text
