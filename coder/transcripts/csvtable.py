"""A small CSV file with a header: its delimiter found, its rows with their lines."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from coder.errors import TranscriptError
from coder.transcripts.decode import decode


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
    delimiter, header = _shape(text, fits)
    check_header(header, f"{where}, line 1")
    return header, _rows(text, delimiter, header, where)


def check_header(header: Sequence[str], where: object) -> None:
    """Refuse two columns of one name.

    Raises
    ------
    TranscriptError
        Names the first column that is there twice.
    """
    twice = [name for name, times in Counter(header).items() if name and times > 1]
    if twice:
        raise TranscriptError(f"column `{twice[0]}` is there twice", where=where, todo="rename one of them")


def with_rows(
    data: bytes, where: object, fits: Callable[[tuple[str, ...]], bool], rows: Iterable[Mapping[str, str]]
) -> bytes:
    r"""Return the bytes of a CSV file with rows added at its end, in its columns, delimiter, encoding and line ends.

    Raises
    ------
    TranscriptError
        The file is no text, or its encoding lacks a character of the new rows.

    Examples
    --------
    >>> with_rows(b"Who;Note\r\nA;x", "a.csv", lambda header: "who" in header, [{"who": "B"}])
    b'Who;Note\r\nA;x\r\nB;\r\n'
    """
    text, encoding, _ = decode(data, where)
    delimiter, header = _shape(text, fits)
    end = "\r\n" if "\r\n" in data.decode(encoding, errors="replace") else "\n"
    added = io.StringIO(newline="")
    added.write("" if text.endswith("\n") else end)
    writer = csv.writer(added, delimiter=delimiter, lineterminator=end)
    writer.writerows([row.get(column, "") for column in header] for row in rows)
    try:
        return data + added.getvalue().encode(encoding)
    except UnicodeEncodeError as error:
        lacking = error.object[error.start]
        raise TranscriptError(f"{encoding} has no `{lacking}`", where=where, todo="save the file as UTF-8") from None


def without_rows(
    data: bytes, where: object, fits: Callable[[tuple[str, ...]], bool], goes: Callable[[dict[str, str]], bool]
) -> bytes:
    r"""Return the bytes of a CSV file without some of its rows; what is left is byte for byte as it was.

    Raises
    ------
    TranscriptError
        The file is no text, or no table.

    Examples
    --------
    >>> without_rows(b"Who;Note\r\nA;x\r\nB;y\r\n", "a.csv", lambda header: True, lambda row: row["who"] == "A")
    b'Who;Note\r\nB;y\r\n'
    """
    text, encoding, _ = decode(data, where)
    delimiter, header = _shape(text, fits)
    lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$", data.decode(encoding))  # with their own line ends
    rows = list(_reader(text, delimiter))
    ends = [line - 1 for line, _ in rows[1:]] + [len(lines)]
    kept = "".join(
        "".join(lines[line - 1 : end])
        for (line, cells), end in zip(rows, ends, strict=True)
        if line == 1 or not goes(dict.fromkeys(header, "") | dict(zip(header, cells, strict=False)))
    )
    return kept.encode(encoding)


def cells_of(text: str, fits: Callable[[tuple[str, ...]], bool]) -> Iterator[dict[str, tuple[int, int]]]:
    r"""Yield each row of a CSV text below its header: where each cell starts and ends, by column, with its quotes.

    Examples
    --------
    >>> text = 'Who;Text\nA;"x;y"\n'
    >>> [{column: text[slice(*at)] for column, at in row.items()} for row in cells_of(text, lambda header: True)]
    [{'who': 'A', 'text': '"x;y"'}]
    """
    delimiter, header = _shape(text, fits)
    cell = re.compile(rf'[ ]*("(?:[^"]|"")*"|[^{delimiter}\r\n]*)[^{delimiter}\r\n]*({delimiter}|\r?\n|\r|\Z)')
    at, row, cells = 0, 0, list[tuple[int, int]]()
    while at < len(text) and (found := cell.match(text, at)):
        cells.append(found.span(1))
        at = found.end()
        if found[2] != delimiter:
            if row:
                yield dict(zip(header, cells, strict=False))
            row, cells = row + 1, []


def _shape(text: str, fits: Callable[[tuple[str, ...]], bool]) -> tuple[str, tuple[str, ...]]:
    """Return the delimiter and the header."""
    headers = {delimiter: _header(text, delimiter) for delimiter in ",;\t"}
    return max(headers.items(), key=lambda item: (fits(item[1]), len(item[1])))


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
