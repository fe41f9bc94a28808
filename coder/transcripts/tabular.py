"""Tables: a CSV file with a turn a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from coder.errors import TranscriptError
from coder.transcripts.csvtable import Row, table
from coder.transcripts.decode import decode
from coder.transcripts.labels import NO_LABELS, milliseconds
from coder.transcripts.turns import Parsed, Source, compose

_NAMES = {
    "text": ("text", "words", "utterance", "content", "utterance_text", "sentence", "transcript_text", "text_content"),
    "speaker": ("speaker", "role", "who", "interlocutor", "name", "speaker_name", "speaker_label", "talare"),
    "start": ("start", "time", "timestamp", "start_time", "begin", "onset"),
    "end": ("end", "end_time", "stop", "offset"),
}
_INTERVIEWS = ("transcript", "interview", "interview_id", "transcript_id", "document", "file", "filename", "session")
"""Columns that tell several interviews in one table apart."""


def read_table(source: Source) -> Parsed:
    """Read a table with a turn a row; a column of words is required, rows without words are passed over."""
    where = source.path
    raw, encoding, notes = decode(source.data, where)
    header, found = table(raw, where, lambda header: _find("text", header) is not None)
    columns = {what: _find(what, header) for what in _NAMES}
    if columns["text"] is None:
        raise TranscriptError(
            f"no column holds the words (found: {', '.join(header)})",
            where=f"{where}, line 1",
            todo=f"name the column of the words `text` (or {', '.join(_NAMES['text'][1:])})",
        )
    strange: list[str] = []
    rows = list(found)
    _check_one_interview(rows, header, where)
    whisper = header[:3] == ("start", "end", "text") and all(row.cells["end"].isdecimal() for row in rows)
    text, turns = compose(_parts(rows, columns, strange, 1 if whisper else 1000))
    if strange:
        notes += (f"times that are not understood are left out: {len(strange)}, the first in {strange[0]}",)
    if not any(turn.speaker for turn in turns):
        notes += (NO_LABELS,)
    return Parsed(text, turns, encoding, notes)


def _find(what: str, header: tuple[str, ...]) -> str | None:
    return next((name for name in _NAMES[what] if name in header), None)


def _parts(
    rows: Iterable[Row], columns: dict[str, str | None], strange: list[str], unit: int
) -> Iterator[tuple[str, str, int | None, int | None]]:
    for row in rows:
        cells = {what: row.cells[name] if name else "" for what, name in columns.items()}
        if cells["text"]:
            at_ms, until_ms = (_time(cells[what], row.line, strange, unit) for what in ("start", "end"))
            yield " ".join(cells["speaker"].split()).rstrip(" :："), cells["text"], at_ms, until_ms


def _check_one_interview(rows: Sequence[Row], header: Sequence[str], where: Path) -> None:
    """Refuse a table of several interviews, which would become one."""
    for column in (name for name in _INTERVIEWS if name in header):
        names = list(dict.fromkeys(row.cells[column] for row in rows if row.cells[column]))
        if len(names) > 1:
            several = f"{len(names)} interviews: {', '.join(names[:3])}{', ...' if len(names) > 3 else ''}"
            todo = f"split it by `{column}` into a file for each interview, or take that column out"
            raise TranscriptError(f"the table holds {several}", where=where, todo=todo)


def _time(cell: str, line: int, strange: list[str], unit: int) -> int | None:
    """Return a time in milliseconds; a bare number is in seconds, or, from Whisper, in milliseconds (`unit` 1)."""
    try:
        return milliseconds(cell) * unit // 1000 if cell else None
    except ValueError:
        strange.append(f"line {line}: `{cell[:30]}`")
        return None
