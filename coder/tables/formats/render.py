"""Print tables as CSV, Markdown, HTML, LaTeX, workbook and Word: the same rows in the same order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path

from coder.errors import TableError, check_known
from coder.tables.formats.atomic_files import replacing
from coder.tables.formats.csv_file import as_csv
from coder.tables.formats.docx_file import write_tables_docx
from coder.tables.formats.html import as_html
from coder.tables.formats.latex import as_latex
from coder.tables.formats.markdown import as_markdown
from coder.tables.formats.xlsx import write_workbook
from coder.types import Table

_TEXTS: dict[str, Callable[[Sequence[Table]], str]] = {
    "csv": as_csv,
    "md": as_markdown,
    "html": as_html,
    "tex": as_latex,
}
_FILES: dict[str, Callable[[Sequence[Table], Path], None]] = {"xlsx": write_workbook, "docx": write_tables_docx}
FORMATS = (*_TEXTS, *_FILES)


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
    _check(tables, format, _TEXTS)
    return _TEXTS[format](tables)


def _check(tables: Sequence[Table], format: str, known: Collection[str]) -> None:
    check_known("format of tables", [format], known, TableError)
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
            if format in _FILES:
                _FILES[format](tables, part)
            else:
                part.write_text(render(tables, format), encoding="utf-8", newline="\n")
        paths.append(path)
    return paths
