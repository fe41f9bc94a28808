"""Read and write the users' own tables: CSV, XLSX and Parquet."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import StringIO
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coder.errors import CodingError, TableError, did_you_mean
from coder.files.workbooks import LARGEST_FILE, cell_text, parquet_table, workbook_rows
from coder.tables.formats.atomic_files import replacing

if TYPE_CHECKING:
    from pandas import DataFrame

_ENDINGS = (".csv", ".xlsx", ".parquet")
LONGEST_CELL = 32_767  # characters; Excel's limit for a cell
_MOST_ROWS = 1_048_575  # Excel's limit for a sheet, less the header
_WIDEST = 60  # characters of a column; longer texts wrap
_FILTER = 3  # characters that the button of a filter hides
_LINE, _HIGHEST = 15, 409  # points of a line, and of the highest row that Excel has


def read_table(path: Path) -> DataFrame:
    """Read a table with a header; the ending of the file's name tells its format.

    CSV may be separated by commas, semicolons or tabs, and encoded as UTF-8, UTF-16 with a byte-order mark or
    Windows-1252. Of a workbook the first sheet is read. All cells of CSV and XLSX are text, an empty cell is
    the empty text (`NA` and `001` stay what they are); Parquet keeps its types. A header alone is a table
    without rows.

    Raises
    ------
    TableError
        If the file is missing, empty, broken or too large, its ending is unknown, or two columns have one name.
    """
    import pandas

    ending = _ending(path)
    if not path.is_file():
        raise TableError("there is no such file", where=path, todo="check the name and the folder")
    if ending == ".parquet":
        frame: DataFrame = parquet_table(_bytes(path), path).to_pandas()
    else:
        cells = _read_csv(path) if ending == ".csv" else _read_xlsx(path)
        if cells.empty:
            raise TableError("the table is empty", where=path, todo="give it a header and rows")
        frame = cells.iloc[1:].fillna("").reset_index(drop=True)
        frame.columns = pandas.Index(cells.iloc[0].fillna(""))
    frame.columns = pandas.Index([str(name).strip() for name in frame.columns])
    twice = frame.columns[frame.columns.duplicated()]
    if len(twice):
        raise TableError(f"two columns are called `{twice[0]}`", where=path, todo="give each column a name of its own")
    return frame


def read_cells(path: Path) -> DataFrame:
    """Read a table as `read_table` does, each cell as text: empty where it is missing, whole numbers without `.0`.

    That holds for any type that Parquet has, such as the categories and missing whole numbers of pandas and R.
    """
    frame = read_table(path).astype(object)
    return frame.map(cell_text)


def read_rows(path: Path, must: Sequence[str], todo: str | None = None) -> tuple[list[str], list[dict[str, str]]]:
    """Return the columns of a table in small letters, and its rows as texts without white space around them.

    Raises
    ------
    TableError
        As `read_table`.
    CodingError
        A column that the table must have is missing (`todo` helps where no name is near), or two differ in capitals.
    """
    frame = read_cells(path)
    columns = [str(column).lower() for column in frame.columns]
    for column in must:
        if column not in columns:
            todo = did_you_mean(column, columns) or todo
            raise CodingError(f"the column `{column}` is missing", where=path, todo=todo)
    for column in columns:
        if columns.count(column) > 1:
            more = "capitals make no difference: give each column a name of its own"
            raise CodingError(f"two columns are called `{column}`", where=path, todo=more)
    rows = frame.to_numpy().tolist()
    return columns, [{key: cell.strip() for key, cell in zip(columns, row, strict=True)} for row in rows]


def _ending(path: Path) -> str:
    ending = path.suffix.lower()
    if ending not in _ENDINGS:
        raise TableError(
            f"tables are not read or written as `{ending or path.name}`",
            where=path,
            todo=f"use one of {', '.join(_ENDINGS)}; a table separated by tabs is called .csv too",
        )
    return ending


@contextmanager
def _refusing(path: Path, message: str, todo: str, *errors: type[Exception]) -> Iterator[None]:
    """Turn errors of other libraries into one that says what to do; `{}` in the message stands for theirs."""
    try:
        yield
    except errors as error:
        raise TableError(message.format(error), where=path, todo=todo) from error


def _read_csv(path: Path) -> DataFrame:
    import pandas

    text = decoded(path)
    if not text.strip():
        return pandas.DataFrame()
    broken = (pandas.errors.ParserError, csv.Error)
    with _refusing(path, "the rows do not fit the header: {}", "mend that row, or quote its texts", *broken):
        return pandas.read_csv(StringIO(text), sep=delimiter(text), header=None, dtype=str, keep_default_na=False)


def decoded(path: Path) -> str:
    """Return the text of a file, in UTF-8, UTF-16 with a byte-order mark, or Windows-1252."""
    data = _bytes(path)
    utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if utf16 else ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise TableError("the encoding is not known", where=path, todo="save the file as UTF-8")


def _bytes(path: Path) -> bytes:
    with _refusing(path, "cannot be read: {0.strerror}", "ask its owner for the right to read it", OSError):
        if (size := path.stat().st_size) > LARGEST_FILE:
            limit = f"is too large: {size:,} bytes, where {LARGEST_FILE:,} is the limit"
            raise TableError(limit, where=path, todo="split it, or leave out columns")
        return path.read_bytes()


def delimiter(text: str) -> str:
    """Find the separator that cuts the header into most columns."""
    text = text.lstrip("\r\n")
    return max(",;\t", key=lambda mark: len(next(csv.reader(StringIO(text, newline=""), delimiter=mark))))


def _read_xlsx(path: Path) -> DataFrame:
    import pandas

    (_, header), *rows = list(workbook_rows(_bytes(path), path)) or [(1, [])]
    for n, cells in rows:
        if len(cells) > len(header):
            message = f"row {n} has {len(cells)} cells where the header has {len(header)}"
            raise TableError(message, where=path, todo="delete the cells beside the table, or give them a header")
    padded = ([*cells, *[""] * (len(header) - len(cells))] for _, cells in rows)
    return pandas.DataFrame([header, *padded], dtype=str)


def write_table(frame: DataFrame, path: Path) -> None:
    """Write a table, whole or not at all; the ending of the file's name tells the format.

    Cells are written exactly, for `read_table` and other programs. In a workbook every text is a text, also
    one that begins with `=`; the header stays visible. A CSV file cannot say what is a text: `render` writes
    CSV that is safe to open in a spreadsheet, this does not.

    Raises
    ------
    TableError
        If the ending is unknown, the file cannot be written, or the format cannot hold a cell.
    """
    ending = _ending(path)
    with replacing(path) as part:
        if ending == ".csv":
            frame.to_csv(part, index=False, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC, encoding="utf-8")
        elif ending == ".xlsx":
            _write_xlsx(frame, part, path)
        else:  # pyarrow's ArrowInvalid and ArrowTypeError
            todo = "give each column cells of one type"
            with _refusing(path, "a column cannot be written: {}", todo, ValueError, TypeError):
                frame.to_parquet(part, index=False, engine="pyarrow")


def _write_xlsx(frame: DataFrame, part: Path, path: Path) -> None:
    from openpyxl.utils.exceptions import IllegalCharacterError
    from pandas import ExcelWriter

    todo = "write it as .csv or .parquet"
    longest = max((len(cell) for _, cells in frame.items() for cell in cells if isinstance(cell, str)), default=0)
    if len(frame) > _MOST_ROWS or longest > LONGEST_CELL:
        message = f"a sheet holds {_MOST_ROWS} rows and {LONGEST_CELL} characters in a cell, this table has more"
        raise TableError(message, where=path, todo=todo)
    message = "a text has control characters, which a workbook cannot hold"
    control = _refusing(path, message, todo, IllegalCharacterError)
    with control, part.open("wb") as file, ExcelWriter(file, engine="openpyxl") as book:
        frame.to_excel(book, index=False, sheet_name="Table", freeze_panes=(1, 0))
        lay_out(book.sheets["Table"])


def lay_out(sheet: Any) -> None:
    """Make texts texts, so that none is run as a formula, and give columns and rows the room to read them.

    Rows have their heights, since not every program finds them out when it opens or prints a workbook.
    """
    from openpyxl.styles import Alignment

    readable = Alignment(wrap_text=True, vertical="top")
    lines = [1] * sheet.max_row
    for column in sheet.columns:
        head, *texts = [_lines(cell.value) for cell in column]
        longest = max((len(line) for text in texts for line in text), default=0)
        words = max((len(word) for line in head for word in line.split()), default=0)
        width = min(max(longest, words + _FILTER), _WIDEST)
        for n, (cell, text) in enumerate(zip(column, [head, *texts], strict=True)):
            if isinstance(cell.value, str):
                cell.data_type = "s"
            cell.alignment = readable
            lines[n] = max(lines[n], sum(max(1, ceil(len(line) / width)) for line in text))
        sheet.column_dimensions[column[0].column_letter].width = width + 2
    for n, most in enumerate(lines, start=1):
        sheet.row_dimensions[n].height = min(most * _LINE, _HIGHEST)


def _lines(value: object) -> list[str]:
    return [] if value is None else str(value).split("\n")
