"""Tables: a CSV file with a turn a row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from coder.errors import TranscriptError
from coder.transcripts.csvtable import Row, table
from coder.transcripts.decode import decode
from coder.transcripts.labels import NO_LABELS, milliseconds
from coder.transcripts.turns import Parsed, compose

_NAMES = {
    "text": ("text", "words", "utterance", "content"),
    "speaker": ("speaker", "role", "who"),
    "start": ("start", "time", "timestamp"),
    "end": ("end",),
}


def read_table(data: bytes, where: Path) -> Parsed:
    """Read a table with a turn a row; a column of words is required, rows without words are passed over."""
    raw, encoding, notes = decode(data, where)
    header, rows = table(raw, where, lambda header: _find("text", header) is not None)
    columns = {what: _find(what, header) for what in _NAMES}
    if columns["text"] is None:
        raise TranscriptError(
            f"no column holds the words (found: {', '.join(header)})",
            where=f"{where}, line 1",
            todo=f"name the column of the words `text` (or {', '.join(_NAMES['text'][1:])})",
        )
    strange: list[str] = []
    text, turns = compose(_parts(rows, columns, strange))
    if strange:
        notes += (f"times that are not understood are left out: {len(strange)}, the first in {strange[0]}",)
    if not any(turn.speaker for turn in turns):
        notes += (NO_LABELS,)
    return Parsed(text, turns, encoding, notes)


def _find(what: str, header: tuple[str, ...]) -> str | None:
    return next((name for name in _NAMES[what] if name in header), None)


def _parts(
    rows: Iterator[Row], columns: dict[str, str | None], strange: list[str]
) -> Iterator[tuple[str, str, int | None, int | None]]:
    for row in rows:
        cells = {what: row.cells[name] if name else "" for what, name in columns.items()}
        if cells["text"]:
            at_ms, until_ms = (_time(cells[what], row.line, strange) for what in ("start", "end"))
            yield " ".join(cells["speaker"].split()), cells["text"], at_ms, until_ms


def _time(cell: str, line: int, strange: list[str]) -> int | None:
    try:
        return milliseconds(cell) if cell else None
    except ValueError:
        strange.append(f"line {line}: `{cell[:30]}`")
        return None
