"""Print tables as CSV, Markdown, HTML, LaTeX, workbook, Word and terminal text: the same rows in the same order."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from coder.errors import TableError, did_you_mean
from coder.tables.files import replacing
from coder.types import Table

if TYPE_CHECKING:
    from rich.table import Table as Grid
    from rich.text import Text as RichText

Cell = str | int | float | None
FORMATS = ("csv", "md", "html", "tex", "xlsx", "docx")

FORMULA = re.compile(r"[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?([eE][+-]?\d+)?%?")
_MD_INLINE = re.compile(r"[\\`*_<|~$]|&(?=#?\w+;)|\](?=[(\[])")
_MD_LEADING = re.compile(r"^(?=[-+=#>:!\[])|^\d+(?=[.)])")
_READABLE = 12  # characters that a column of a terminal needs for its texts to be read
_BREAKS = re.compile(r"(?<=[\s/])(?=\S)")  # where a line may end: after a space, or a slash of a code path
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(tables: Sequence[Table], format: str) -> str:
    r"""Write tables as the text of one file.

    - `csv`: RFC 4180 with `\n` between rows; texts quoted, numbers bare; notes left out. Several tables
      become one, with a first column `table` naming the title; the cells of one with a `key` stand beside
      the rows that they belong to. A text that a spreadsheet would run as a formula (it begins with `=`,
      `+`, `-`, `@`, a tab or a carriage return) gets a leading apostrophe, unless it is a number.
    - `md`: GitHub's tables. What would be read as markup is escaped; line ends in cells become `<br>`.
    - `html`: one file that needs nothing else, for reading on a screen and for printing; every text escaped,
      no script. What repeats in the `grouped` columns is one cell; see `widths.fitting` for wide tables.
    - `tex`: a file that XeLaTeX and LuaLaTeX compile; `latex.as_latex`.

    Raises
    ------
    TableError
        If the format is none of these, or there is no table.

    Examples
    --------
    >>> print(render([Table("Words", ("code", "n"), (("=a|b", 2),))], "csv"), end="")
    "code","n"
    "'=a|b",2
    >>> print(render([Table("Words", ("code", "n"), (("=a|b", 2),))], "md"), end="")
    ## Words
    <BLANKLINE>
    | code | n |
    | --- | ---: |
    | \=a\|b | 2 |
    """
    writers = {"csv": _csv, "md": _md, "html": _html, "tex": _tex}
    _check(tables, format, writers)
    return writers[format](tables)


def _check(tables: Sequence[Table], format: str, known: Collection[str]) -> None:
    if format not in known:
        raise TableError(
            f"no tables are written as `{format}`",
            todo=did_you_mean(format, known) or f"choose one of: {', '.join(known)}",
        )
    if not tables:
        raise TableError("there is no table to print", todo="give the scheme at least one code")


def write_tables(
    tables: Sequence[Table], folder: Path, stem: str, formats: Iterable[str] = ("csv", "md", "html")
) -> list[Path]:
    """Write tables as `folder/stem.csv` and so on, each file whole or not at all; return the paths.

    Texts (`render`) are UTF-8; `xlsx` is a workbook with a sheet for each table, `docx` a Word file.

    Raises
    ------
    TableError
        If a format is unknown, a file cannot be written, or a workbook cannot hold a text.
    """
    paths = []
    for format in formats:
        _check(tables, format, FORMATS)
        path = folder / f"{stem}.{format}"
        with replacing(path) as part:
            _write(tables, part, format)
        paths.append(path)
    return paths


def _write(tables: Sequence[Table], part: Path, format: str) -> None:
    if format == "xlsx":
        from coder.tables.workbook import write_workbook

        write_workbook(tables, part)
    elif format == "docx":
        from coder.tables.wordfile import write_tables_docx

        write_tables_docx(tables, part)
    else:
        part.write_text(render(tables, format), encoding="utf-8", newline="\n")


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

    return Text(_CONTROL.sub("\ufffd", _text(cell)))


def _grid(table: Table, widths: Sequence[int]) -> Grid:
    from rich import box
    from rich.table import Table as Grid

    grid = Grid(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
    for name, numeric, width in zip(table.header, numeric_columns(table), widths, strict=True):
        grid.add_column(_plain(name), justify="right" if numeric else "left", overflow="fold", width=width)
    for row in table:
        grid.add_row(*(_plain(_broken(_text(cell), width)) for cell, width in zip(row, widths, strict=True)))
    return grid


def _broken(text: str, width: int) -> str:
    """Break a code path that is too long for its column at a slash, not in a word."""
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
            if _text(cell):
                grid.add_row(_plain(name), _plain(cell))
    return grid


def _text(cell: Cell) -> str:
    return "" if cell is None else str(cell)


def lines_of(cell: Cell) -> list[str]:
    r"""Return the lines of a cell, without empty ones and with single spaces.

    Examples
    --------
    >>> lines_of("one  line\n\nanother "), lines_of(None)
    (['one line', 'another'], [])
    """
    return [" ".join(line.split()) for line in _text(cell).splitlines() if line.strip()]


def numeric_columns(table: Table) -> list[bool]:
    """Tell for each column whether it holds numbers only (and at least one)."""
    columns = [[row[i] for row in table if row[i] is not None] for i in range(len(table.header))]
    return [bool(column) and not any(isinstance(cell, str) for cell in column) for column in columns]


def heights(table: Table) -> list[list[int]]:
    """Return over how many rows each cell reaches; 0: in a `grouped` column the cell above says it already.

    Examples
    --------
    >>> rows = (("fairs", 2, "so"), ("fairs", 2, "so"), ("seminars", 2, "so"))
    >>> heights(Table("", ("Mechanism", "Citations", "Citation"), rows, grouped=2))
    [[2, 2, 1], [0, 0, 1], [1, 1, 1]]
    """
    found = [[1] * len(table.header) for _ in table]
    for n in reversed(range(1, len(found))):
        for column in range(table.grouped):
            if table.rows[n][column] != table.rows[n - 1][column]:
                break
            found[n - 1][column] += found[n][column]
            found[n][column] = 0
    return found


def flat(tables: Sequence[Table]) -> Sequence[Table]:
    """Put the cells of a last table that has a `key` beside the rows of the others that they belong to."""
    *others, last = tables
    if not last.key:
        return tables
    more = {row[0]: row[1:] for row in last}
    nothing = (None,) * (len(last.header) - 1)

    def beside(table: Table) -> Table:
        place = table.header.index(last.key)
        rows = tuple((*row, *more.get(row[place], nothing)) for row in table)
        return replace(table, header=(*table.header, *last.header[1:]), rows=rows)

    return [beside(table) for table in others]


def _csv(tables: Sequence[Table]) -> str:
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


def _tex(tables: Sequence[Table]) -> str:
    from coder.tables.latex import as_latex

    return as_latex(tables)


def _md(tables: Sequence[Table]) -> str:
    return "\n".join(_md_table(table) for table in tables)


def _md_table(table: Table) -> str:
    lines = [f"## {md_text(table.title)}", "", *md_grid(table)]
    if table.note:
        lines += ["", md_text(table.note)]
    return "".join(f"{line}\n" for line in lines)


def md_grid(table: Table) -> list[str]:
    """Return the lines of a Markdown table, without title and note."""
    rule = ["---:" if numeric else "---" for numeric in numeric_columns(table)]
    rows = [map(_md_cell, table.header), rule, *(map(_md_cell, row) for row in table)]
    return [f"| {' | '.join(row)} |" for row in rows]


def _md_cell(cell: Cell) -> str:
    return "<br>".join(map(md_text, lines_of(cell))) if isinstance(cell, str) else _text(cell)


def md_text(cell: Cell) -> str:
    """Escape what Markdown would read as markup; numbers stay as they are."""
    if not isinstance(cell, str):
        return _text(cell)
    text = _MD_INLINE.sub(r"\\\g<0>", " ".join(cell.splitlines()))
    return _MD_LEADING.sub(r"\g<0>\\", text)


def _html(tables: Sequence[Table]) -> str:
    from coder.tables.page import as_html

    return as_html(tables)
