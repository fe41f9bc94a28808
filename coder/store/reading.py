"""What the reading view asks of the store: one transcript, what lies in it, and how far a coder has come."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from coder.store.corpus import StoredTranscript
from coder.store.database import Store
from coder.types import Role, Speaker, Transcript, Turn, Verdict


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a coder has come in a transcript: its units, those with a word of the coder's, and codings made.

    `kept` is False where the words have been deleted; `whole` says that the coder read it as a whole.
    """

    name: str
    case: str
    kept: bool
    turns: int
    units: int
    said: int
    codings: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Placed:
    """A current coding (or, of a model, a suggestion) and where it lies in the text: half-open code points."""

    event: int
    segment: int
    start: int
    end: int
    code: str | None
    coder: str
    model: bool
    verdict: Verdict
    confidence: float | None
    memo: str


def progress(store: Store, coder: str, rule: str) -> list[Progress]:
    """Return the progress of a coder in every transcript, in order of name."""
    own = "SELECT segment FROM current_coding WHERE coder = (SELECT id FROM coder WHERE name = ?)"
    said = _by_text(
        store, f"SELECT text, count(*) FROM unit WHERE rule = ? AND segment IN ({own}) GROUP BY text", (rule, coder)
    )
    codings = _by_text(
        store,
        "SELECT placement.text, count(*) FROM current_coding AS event JOIN placement"
        " ON placement.segment = event.segment WHERE event.coder = (SELECT id FROM coder WHERE name = ?)"
        " AND event.code IS NOT NULL AND event.verdict = 'present' GROUP BY placement.text",
        (coder,),
    )
    units = _by_text(store, "SELECT text, count(*) FROM unit WHERE rule = ? GROUP BY text", (rule,))
    read = _by_text(store, f"SELECT text, segment FROM ({_WHOLE})", (coder,))
    rows = store.rows(
        "SELECT transcript.name, current_text.id, membership.name AS member,"
        " EXISTS (SELECT 1 FROM words WHERE text = current_text.id) AS kept,"
        " (SELECT count(*) FROM turn WHERE text = current_text.id) AS turns FROM current_text"
        " JOIN transcript ON transcript.id = current_text.transcript"
        " LEFT JOIN membership ON membership.transcript = transcript.id ORDER BY transcript.name"
    )
    return [
        Progress(
            row["name"],
            row["member"] or "",
            bool(row["kept"]),
            row["turns"],
            units.get(row["id"], 0),
            said.get(row["id"], 0),
            codings.get(row["id"], 0),
            row["id"] in read,
        )
        for row in rows
    ]


_WHOLE = """
    SELECT placement.text AS text, placement.segment AS segment FROM current_coding AS event
    JOIN placement ON placement.segment = event.segment
    WHERE event.coder = (SELECT id FROM coder WHERE name = ?) AND event.code IS NULL
    AND placement.start <= (SELECT min(start) FROM turn WHERE turn.text = placement.text)
    AND placement.stop >= (SELECT max(stop) FROM turn WHERE turn.text = placement.text)
"""
"""The segments that a coder read and that hold every turn of a text."""


def _by_text(store: Store, sql: str, values: tuple[str, ...]) -> dict[int, int]:
    return {row[0]: row[1] for row in store.rows(sql, values)}


def transcript(store: Store, name: str) -> StoredTranscript | None:
    """Return the current text of one transcript, or None where there is none of that name or its words are gone."""
    rows = store.rows(
        "SELECT current_text.*, transcript.name, words.content FROM current_text"
        " JOIN transcript ON transcript.id = current_text.transcript"
        " JOIN words ON words.text = current_text.id WHERE transcript.name = ?",
        (name,),
    )
    if not rows:
        return None
    [row] = rows
    turns = tuple(
        Turn(*turn)
        for turn in store.rows(
            "SELECT n, speaker, start, stop, at_ms, until_ms FROM turn WHERE text = ? ORDER BY n", (row["id"],)
        )
    )
    notes = tuple(row["notes"].splitlines())
    found = Transcript(row["name"], row["content"], turns, row["format"], row["encoding"], notes)
    return StoredTranscript(row["transcript"], row["id"], found, row["file"], row["sha256"], row["at"])


def speakers(store: Store, transcript: int) -> dict[str, Speaker]:
    """Return the speakers of one transcript, by label."""
    rows = store.rows("SELECT label, role, title FROM speaker WHERE transcript = ?", (transcript,))
    return {row["label"]: Speaker(row["label"], Role(row["role"]), row["title"]) for row in rows}


def units(store: Store, text: int, rule: str) -> list[tuple[int, int, int]]:
    """Return (start, end, segment) of the units of a text, in order."""
    rows = store.rows(
        "SELECT start, stop, unit.segment FROM unit JOIN placement"
        " ON placement.segment = unit.segment AND placement.text = unit.text"
        " WHERE unit.text = ? AND rule = ? ORDER BY unit.n",
        (text, rule),
    )
    return [(row[0], row[1], row[2]) for row in rows]


_PLACED = (
    "SELECT event.id, event.segment, placement.start, placement.stop, event.code, coder.name,"
    " coder.kind = 'model' AS model, event.verdict, event.confidence, event.memo"
    " FROM placement CROSS JOIN current_coding AS event ON event.segment = placement.segment"
    " JOIN coder ON coder.id = event.coder WHERE placement.text = ?"
)


def own_words(store: Store, text: int, coder: str) -> list[Placed]:
    """Return a coder's current words on all that lies in a text, in order of place."""
    order = "ORDER BY placement.start, placement.stop, event.id"
    mine = "AND event.coder = (SELECT id FROM coder WHERE name = ?)"
    return [_placed(row) for row in store.rows(f"{_PLACED} {mine} {order}", (text, coder))]


def passages(store: Store, text: int, start: int, end: int) -> list[Placed]:
    """Return the current codings with a code, of everybody, that share characters with this part of a text."""
    order = "ORDER BY placement.start, placement.stop, event.id"
    inside = "AND placement.start < ? AND placement.stop > ? AND event.code IS NOT NULL"
    return [_placed(row) for row in store.rows(f"{_PLACED} {inside} {order}", (text, end, start))]


def _placed(row: sqlite3.Row) -> Placed:
    event, segment, start, end, code, coder, model, verdict, confidence, memo = row
    return Placed(event, segment, start, end, code, coder, bool(model), Verdict(verdict), confidence, memo)


def suggestion(store: Store, segment: int, code: str, model: str) -> int | None:
    """Return the event by which a model currently suggests this code for this segment, or None."""
    found = store.one(
        "SELECT event.id FROM current_coding AS event JOIN coder ON coder.id = event.coder"
        " WHERE segment = ? AND code = ? AND coder.name = ?",
        (segment, code, model),
    )
    return None if found is None else int(found)


def is_current(store: Store, event: int) -> bool:
    """Say whether an event is its coder's last word on its segment and code, and not withdrawn."""
    return store.one("SELECT 1 FROM current_coding WHERE id = ?", (event,)) is not None


def start_of(store: Store, text: int, event: int) -> int | None:
    """Return where the segment of an event starts in a text, or None."""
    found = store.one(
        "SELECT start FROM placement JOIN coding_event ON coding_event.segment = placement.segment"
        " WHERE coding_event.id = ? AND placement.text = ?",
        (event, text),
    )
    return None if found is None else int(found)


def contents(store: Store) -> Iterator[tuple[str, int, str]]:
    """Yield (name, text, words) of every current text, one at a time, in order of name."""
    for name, text in [
        tuple(row)
        for row in store.rows(
            "SELECT transcript.name, current_text.id FROM current_text"
            " JOIN transcript ON transcript.id = current_text.transcript"
            " WHERE EXISTS (SELECT 1 FROM words WHERE text = current_text.id) ORDER BY transcript.name"
        )
    ]:
        yield name, text, str(store.one("SELECT content FROM words WHERE text = ?", (text,)))


def turn_spans(store: Store, text: int) -> list[tuple[int, int, int]]:
    """Return (start, end, n) of the turns of a text, in order."""
    return [
        (row[0], row[1], row[2])
        for row in store.rows("SELECT start, stop, n FROM turn WHERE text = ? ORDER BY n", (text,))
    ]


def told(store: Store, name: str) -> int | None:
    """Return how many events the log holds on a transcript, its deleted words included; None for an unknown name."""
    known = store.one("SELECT id FROM transcript WHERE name = ?", (name,))
    if known is None:
        return None
    return int(
        store.one(
            "SELECT count(*) FROM coding_event JOIN segment ON segment.id = coding_event.segment"
            " JOIN text ON text.id = segment.text WHERE text.transcript = ?",
            (known,),
        )
    )
