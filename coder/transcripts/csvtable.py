"""A small CSV file with a header: its delimiter found, its rows with their lines."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from coder.errors import TranscriptError


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: the line of the file where it ends, and its cells by column name in lower case."""

    line: int
    cells: dict[str, str]


def table(text: str, where: object, fits: Callable[[tuple[str, ...]], bool]) -> tuple[tuple[str, ...], Iterator[Row]]:
    r"""Return the header (lower case) and the rows of a CSV text; blank rows are passed over.

    The delimiter is that of comma, semicolon and tab whose header `fits`, else the one that gives most
    columns.

    Raises
    ------
    TranscriptError
        With the line: a column named twice, a row with more or fewer cells than the header, an open quote.

    Examples
    --------
    >>> header, rows = table("Who;Text\nA;\"Well; yes\"\n", "a.csv", lambda header: "text" in header)
    >>> header, [row.cells for row in rows]
    (('who', 'text'), [{'who': 'A', 'text': 'Well; yes'}])
    """
    headers = {delimiter: _header(text, delimiter) for delimiter in ",;\t"}
    delimiter = max(headers, key=lambda mark: (fits(headers[mark]), len(headers[mark])))
    header = headers[delimiter]
    twice = [name for name in header if name and header.count(name) > 1]
    if twice:
        raise TranscriptError(
            f"column `{twice[0]}` is there twice", where=f"{where}, line 1", todo="rename one of them"
        )
    return header, _rows(text, delimiter, header, where)


def _reader(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the line where each row starts, and its cells."""
    csv.field_size_limit(2**31 - 1)  # a whole interview may stand in one cell
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    for cells in reader:
        yield line, [cell.strip() for cell in cells]
        line = reader.line_num + 1


def _header(text: str, delimiter: str) -> tuple[str, ...]:
    try:
        _, cells = next(_reader(text, delimiter), (1, []))
    except csv.Error:
        return ()
    return tuple(cell.lower() for cell in cells)


def _rows(text: str, delimiter: str, header: tuple[str, ...], where: object) -> Iterator[Row]:
    line = 1
    try:
        for line, cells in _reader(text, delimiter):
            if line == 1 or not any(cells):
                continue
            if len(cells) != len(header):
                raise TranscriptError(
                    f"the row has {len(cells)} cells where the header has {len(header)}",
                    where=f"{where}, line {line}",
                    todo="put words that hold the delimiter between double quotes",
                )
            yield Row(line, dict(zip(header, cells, strict=True)))
    except csv.Error as error:
        todo = "close each double quote, and write one inside words as two"
        raise TranscriptError(
            f"the table breaks off ({error})", where=f"{where}, after line {line}", todo=todo
        ) from error
