"""The rows of a workbook (.xlsx) and of a Parquet file, each cell as text; how far cells lie apart costs nothing."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from io import BytesIO
from typing import Any

from coder.errors import TableError

LARGEST = 500_000_000
"""The parts of a workbook have no more bytes together when they are unpacked: a million rows have about 100 million."""

LARGEST_FILE = 200_000_000
"""No file of a transcript or a table has more bytes: an hour of speech is some 60,000 bytes of text."""

MOST_CELLS = 20_000_000
"""A Parquet file has no more cells, since a few thousand bytes of it can repeat one cell for ever."""

MOST_EMPTY = 50_000
"""So many empty rows may lie between two rows of a workbook, or after the last."""

Rows = Iterator[tuple[int, list[str]]]


def cell_text(value: Any) -> str:
    """Return a cell as text: empty where it is missing, a whole number without `.0`, a day without midnight, h:mm:ss.

    Examples
    --------
    >>> [cell_text(value) for value in (None, 7.0, 0.5, True, "x", float("nan"), datetime(2026, 1, 2))]
    ['', '7', '0.5', 'True', 'x', '', '2026-01-02']
    >>> cell_text(timedelta(hours=25, seconds=2.5))
    '25:00:02.5'
    """
    if value is None or (str(value) in {"nan", "NaT", "<NA>"} and not isinstance(value, str)):
        return ""
    if isinstance(value, datetime) and value.time() == time():
        return str(value.date())
    if isinstance(value, timedelta) and value >= timedelta():
        minutes, seconds = divmod(value.total_seconds(), 60)
        return f"{minutes // 60:.0f}:{minutes % 60:02.0f}:{seconds:09.6f}".rstrip("0").removesuffix(".")
    if not isinstance(value, str | bool) and str(value).endswith(".0"):
        return str(value)[:-2]
    return str(value)


@contextmanager
def _refusing(what: str, todo: str, where: object) -> Iterator[None]:
    """Make a TableError of any error: openpyxl and pyarrow raise what their parts raise, of zip and XML."""
    try:
        yield
    except TableError:
        raise
    except Exception as error:
        raise TableError(f"{what} cannot be read: {str(error)[:200]}", where=where, todo=todo) from error


def workbook_rows(data: bytes, where: object) -> Rows:
    """Yield the number and the cells, as far as they are filled, of each row of a workbook's first sheet that has any.

    Raises
    ------
    TableError
        It is no workbook, has a password, is broken, holds `MOST_EMPTY` empty rows in a row, or is larger than
        `LARGEST` when it is unpacked.
    """
    import openpyxl

    with _refusing("the workbook", "save it again as .xlsx, without a password", where):
        with zipfile.ZipFile(BytesIO(data)) as parts:
            size = sum(part.file_size for part in parts.infolist())
        if size > LARGEST:
            limit = f"the workbook unpacks to {size:,} bytes, where {LARGEST:,} is the limit"
            raise TableError(limit, where=where, todo="save its first sheet as .csv")
        sheet = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True).worksheets[0]
        sheet.reset_dimensions()  # what the file says of its own size may be wrong; rows are as long as their cells
        last = 0
        for n, values in enumerate(sheet.iter_rows(values_only=True), start=1):
            cells = [cell_text(value) for value in values]
            while cells and not cells[-1]:
                cells.pop()
            if cells:
                last = n
                yield n, cells
            elif n - last > MOST_EMPTY:
                todo = "delete the rows below the table, and cells far away from it"
                raise TableError(f"over {MOST_EMPTY:,} empty rows follow row {last}", where=where, todo=todo)


def other_sheets(data: bytes) -> list[str]:
    """Return the names of those sheets of a workbook that `workbook_rows` does not read."""
    import openpyxl

    return [sheet.title for sheet in openpyxl.load_workbook(BytesIO(data), read_only=True).worksheets[1:]]


def parquet_table(data: bytes, where: object) -> Any:
    """Return a Parquet file as a table of pyarrow's.

    Raises
    ------
    TableError
        It is no Parquet file, is broken, or holds more than `MOST_CELLS` cells, or `LARGEST` bytes when unpacked.
    """
    import pyarrow.parquet

    with _refusing("the Parquet file", "write it again from its source", where):
        file, batches, cells, size = pyarrow.parquet.ParquetFile(BytesIO(data)), [], 0, 0
        for batch in file.iter_batches(1000):  # the file's own word on its size may be wrong, and asking may abort
            batches.append(batch)
            cells += batch.num_rows * max(1, batch.num_columns)
            size += batch.nbytes
            if cells > MOST_CELLS or size > LARGEST:
                limits = f"{MOST_CELLS:,} cells, or over {LARGEST:,} bytes when unpacked"
                raise TableError(f"holds over {limits}, which are the limits", where=where, todo="split it")
        return pyarrow.Table.from_batches(batches, file.schema_arrow)


def parquet_rows(data: bytes, where: object) -> Rows:
    """Yield the rows of a Parquet file with their numbers, the names of the columns first.

    Raises
    ------
    TableError
        As `parquet_table`.
    """
    table = parquet_table(data, where)
    yield 1, list(table.column_names)
    with _refusing("the Parquet file", "write it again from its source", where):
        columns = [column.to_pylist() for column in table.columns]
    yield from ((n, [cell_text(value) for value in row]) for n, row in enumerate(zip(*columns, strict=True), start=2))
