"""Tables with a turn a row, of one interview or several: CSV, the first sheet of a workbook, Parquet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, time
from unicodedata import normalize

from coder.errors import TableError, TranscriptError
from coder.files.workbooks import other_sheets, parquet_rows, workbook_rows
from coder.transcripts.csvtable import Row, check_header, table
from coder.transcripts.decode import decode
from coder.transcripts.labels import NO_LABELS, milliseconds
from coder.transcripts.turns import Parsed, Source, compose
from coder.types import TableColumns

_INTERVIEWS = ("transcript", "interview", "interview_id", "transcript_id", "document", "file", "filename", "session")
_NAMES = {
    "text": ("text", "words", "utterance", "content", "utterance_text", "sentence", "transcript_text", "text_content"),
    "speaker": ("speaker", "role", "who", "interlocutor", "name", "speaker_name", "speaker_label", "talare"),
    "start": ("start", "time", "timestamp", "start_time", "begin", "onset"),
    "end": ("end", "end_time", "stop", "offset"),
    "transcript": _INTERVIEWS,
}
_SHEETS = {".xlsx": workbook_rows, ".parquet": parquet_rows}
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')
"""What no file could be called; a transcript in a file of its own has the file's name."""
_EXCEL = datetime(1899, 12, 31)
"""From here Excel counts a time of 24 hours or more, which comes as a date of 1900."""


def read_table(source: Source) -> list[Parsed]:
    """Read a table with a turn a row; a column of words is required, rows without words are passed over.

    Interviews are told apart by the column that `[columns]` names for it, else by the first of a known name that has
    more than one value; then each is called by its cell.
    """
    where = source.path
    line = "row" if where.suffix.lower() in _SHEETS else "line"
    header, rows, encoding, notes = _header_and_rows(source)
    columns = _columns(header, source.columns, f"{where}, {line} 1")
    spoken = [row for row in rows if row.cells[columns["text"]]]
    tells = columns.get("transcript") if source.columns.transcript else _telling(header, spoken)
    unit = 1 if header[:3] == ("start", "end", "text") and all(row.cells["end"].isdecimal() for row in rows) else 1000
    found = []
    for name, own in _interviews(spoken, tells, f"{where}, {line}").items():
        strange: list[str] = []
        text, turns = compose(_parts(own, columns, strange, unit))
        guessed = name and not source.columns.transcript
        more = [f"one of several interviews in a table, told apart by its column `{tells}`"] if guessed else []
        if strange:
            more += [f"times that are not understood are left out: {len(strange)}, the first in {line} {strange[0]}"]
        if not any(turn.speaker for turn in turns):
            more += [NO_LABELS]
        found.append(Parsed(text, turns, encoding, (*notes, *more), name))
    silent = {row.cells[tells] for row in rows} - {row.cells[tells] for row in spoken} - {""} if tells else ()
    if found and silent:
        note = f"interviews without words are left out: {', '.join(sorted(silent))}"
        found[0] = found[0]._replace(notes=(*found[0].notes, note))
    return found


def _header_and_rows(source: Source) -> tuple[tuple[str, ...], list[Row], str, tuple[str, ...]]:
    """Return the header in small letters, the rows, the encoding and notes."""
    where, sheet = source.path, _SHEETS.get(source.path.suffix.lower())
    if sheet is None:
        raw, encoding, notes = decode(source.data, where)
        header, found = table(raw, where, lambda header: bool(_find("text", header, source.columns)))
        return header, list(found), encoding, notes
    try:
        (first, names), *cells = list(sheet(source.data, where)) or [(1, [])]
    except TableError as error:
        raise TranscriptError(error.message, where=error.where, todo=error.todo) from error
    header = tuple(_cell(name).lower() for name in names)
    check_header(header, f"{where}, row {first}")
    rows = []
    for n, row in cells:
        if len(row) > len(header):
            message = f"the row has {len(row)} cells where the header has {len(header)}"
            todo = "delete the cells beside the table, or give them a header"
            raise TranscriptError(message, where=f"{where}, row {n}", todo=todo)
        rows.append(Row(n, dict.fromkeys(header, "") | dict(zip(header, map(_cell, row), strict=False))))
    others = other_sheets(source.data) if sheet is workbook_rows else []
    return header, rows, "utf-8", (f"sheets that are not read: {', '.join(others)}",) if others else ()


def _cell(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _key(column: str) -> str:
    """Return the name of a column for comparison: `Start time` is `start_time`."""
    return "_".join(column.lower().replace("_", " ").split())


def _columns(header: Sequence[str], named: TableColumns, where: str) -> dict[str, str]:
    """Return which column holds what, of those that are there: the one that study.toml names, else of a known name."""
    found = {what: column for what in _NAMES if (column := _find(what, header, named))}
    there = f"(found: {', '.join(header)})"
    for what in _NAMES:
        if (own := getattr(named, what)) and what not in found:
            todo = f"correct `{what}` in [columns] of study.toml"
            raise TranscriptError(f"there is no column `{own}` {there}", where=where, todo=todo)
    if "text" not in found:
        known = ", ".join(_NAMES["text"][1:])
        todo = f"call the column of the words `text` (or {known}), or name it in [columns] of study.toml"
        raise TranscriptError(f"no column holds the words {there}", where=where, todo=todo)
    return found


def _find(what: str, header: Sequence[str], named: TableColumns) -> str | None:
    own, keys = getattr(named, what), {_key(column): column for column in reversed(header)}
    taken = {_key(getattr(named, other)) for other in _NAMES}
    wanted = [_key(own)] if own else [name for name in _NAMES[what] if name not in taken]
    return next((keys[name] for name in wanted if name in keys), None)


def _telling(header: Sequence[str], rows: Sequence[Row]) -> str | None:
    """Return the column of a known name that tells several interviews apart."""
    known = [column for name in _NAMES["transcript"] for column in header if _key(column) == name]
    return next((one for one in known if len({row.cells[one] for row in rows} - {""}) > 1), None)


def _interviews(rows: Sequence[Row], column: str | None, where: str) -> dict[str, list[Row]]:
    """Return name -> rows of each interview, in order of first appearance; a table of one has no name for it."""
    if not column:
        return {"": [*rows]}
    found: dict[str, list[Row]] = {}
    spelled: dict[str, str] = {}
    for row in rows:
        cell = normalize("NFC", row.cells[column])
        if not cell:
            message = f"the row has words and no `{column}`, which tells the interviews apart"
            raise TranscriptError(message, where=f"{where} {row.line}", todo="name the interview in each row")
        name = _NOT_IN_NAMES.sub("-", " ".join(cell.split()))
        if (other := spelled.setdefault(name.casefold(), cell)) != cell:
            message = f"two interviews would be called `{name}`: `{other}` and `{cell}`"
            raise TranscriptError(message, where=f"{where} {row.line}", todo=f"rename one in the column `{column}`")
        found.setdefault(name, []).append(row)
    return found


def _parts(
    rows: Sequence[Row], columns: Mapping[str, str], strange: list[str], unit: int
) -> Iterator[tuple[str, str, int | None, int | None]]:
    timed = [columns.get("start"), columns.get("end")]
    began = _first_moment(row.cells[column] for row in rows for column in timed if column)
    for row in rows:
        at_ms, until_ms = (_time(row.cells[one], row.line, strange, unit, began) if one else None for one in timed)
        speaker = row.cells[columns["speaker"]] if "speaker" in columns else ""
        yield " ".join(speaker.split()).rstrip(" :："), row.cells[columns["text"]], at_ms, until_ms


def _time(cell: str, line: int, strange: list[str], unit: int, began: datetime | None) -> int | None:
    """Return a time in milliseconds; a bare number is in seconds, or, from Whisper, in milliseconds (`unit` 1).

    A date with a time counts from when the interview `began`.
    """
    try:
        moment = _moment(cell)
        if moment and (since := _EXCEL if moment.year == 1900 else began):
            return round((moment - since).total_seconds() * 1000)
        return milliseconds(cell) * unit // 1000 if cell else None
    except ValueError:
        strange.append(f"{line}: `{cell[:30]}`")
        return None


def _first_moment(cells: Iterable[str]) -> datetime | None:
    """Return the earliest of the dates with times, or None where no date has a time."""
    found = [moment for cell in cells if (moment := _moment(cell)) and moment.year != 1900]
    return min(found) if any(moment.time() != time() for moment in found) else None


def _moment(cell: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(cell) if cell[4:5] == "-" else None
        return found.astimezone(UTC).replace(tzinfo=None) if found and found.tzinfo else found
    except (ValueError, OverflowError):
        return None
