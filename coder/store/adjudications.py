"""Codings before adjudication, adjudications, and coder activity."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

from coder.store.database import Store
from coder.store.log import BULK, STRENGTH
from coder.types import CodingEvent, Verdict

ADJUDICATE, UNDO_ADJUDICATION = "settle", "undo settling"
"""The commands under which the log keeps adjudications: none of their judgements is a coder's own."""


@dataclass(frozen=True, slots=True)
class Word:
    """A person's last word on a segment and code before any adjudication, and where the segment lies in its text."""

    segment: int
    start: int
    end: int
    coder: str
    code: str | None
    verdict: Verdict
    memo: str


@dataclass(frozen=True, slots=True)
class Work:
    """A person's activity: units and transcripts read, codings, units adjudicated, time of the last judgement."""

    coder: str
    read: int
    codings: int
    adjudicated: int
    last: str


_OWN = f"run.command NOT IN ('{ADJUDICATE}', '{UNDO_ADJUDICATION}') AND coder.kind = 'person'"
_SAID = (
    "SELECT event.id, event.segment, event.code, coder.name AS coder, event.scheme_version, event.run, event.verdict,"
    " event.confidence, event.supersedes, event.responds_to, event.shown, event.memo, event.at, event.hash, event.part,"
    f" run.command IN ('{ADJUDICATE}', '{UNDO_ADJUDICATION}') AS adjudication FROM mapped_event AS event"
    " JOIN coder ON coder.id = event.coder AND coder.kind = 'person' JOIN run ON run.id = event.run"
)


def words_in(store: Store, text: int, start: int = 0, end: int | None = None) -> list[Word]:
    """Return what people said, before any adjudication, on the segments that share characters with a span of a text."""
    places = store.rows(
        "SELECT segment, start, stop FROM placement WHERE text = ? AND stop > ? AND (? IS NULL OR start < ?)",
        (text, start, end, end),
    )
    where = {row["segment"]: (row["start"], row["stop"]) for row in places}
    rows = store.rows(
        f"{_SAID} WHERE event.segment IN (SELECT value FROM json_each(?)) ORDER BY event.id", (json.dumps(list(where)),)
    )
    return [
        Word(row["segment"], *where[row["segment"]], row["coder"], row["code"], Verdict(row["verdict"]), row["memo"])
        for row in _before_adjudication(rows)
    ]


def before_adjudication(store: Store) -> list[CodingEvent]:
    """Return everybody's judgements before adjudication, under the codes of today."""
    found = _before_adjudication(store.rows(f"{_SAID} ORDER BY event.id"))
    names = [field.name for field in fields(CodingEvent)]
    return [CodingEvent(**{name: row[name] for name in names} | {"verdict": Verdict(row["verdict"])}) for row in found]


def _before_adjudication(rows: Sequence[sqlite3.Row]) -> list[sqlite3.Row]:
    """Return each person's word on each segment and code, adjudications left aside; rows come in order of the log.

    Where several words of a person meet on a code, as after a merge of codes, the strongest is the word; a word on a
    part of a code that was split gives way to a later one on the part itself (the rule of `mapping`).
    """
    own: dict[int, int | None] = {}  # of each event: the person's own word that stood then
    later: set[int | None] = set()
    for row in rows:
        before = own.get(row["supersedes"])
        own[row["id"]] = before if row["adjudication"] else row["id"]
        if not row["adjudication"]:
            later.add(before)
    words: dict[tuple[str, int, str | None], list[sqlite3.Row]] = {}
    for row in rows:
        said = row["verdict"] != Verdict.WITHDRAWN and row["shown"] != BULK
        if said and not row["adjudication"] and row["id"] not in later:
            words.setdefault((row["coder"], row["segment"], row["code"]), []).append(row)
    kept = []
    for meeting in words.values():
        exact = [row for row in meeting if not row["part"]]
        kept += [row for row in meeting if row["part"] and all(other["id"] < row["id"] for other in exact)]
        kept += sorted(exact, key=lambda row: (STRENGTH.index(row["verdict"]), row["id"]))[-1:]
    return kept


def shared_texts(store: Store) -> dict[int, str]:
    """Return the current texts of which two people or more have said something, with their transcripts' names."""
    rows = store.rows(
        "SELECT current_text.id, transcript.name FROM current_text JOIN words ON words.text = current_text.id"
        " JOIN transcript ON transcript.id = current_text.transcript JOIN placement ON placement.text = current_text.id"
        " JOIN coding_event AS event ON event.segment = placement.segment JOIN coder ON coder.id = event.coder"
        " WHERE coder.kind = 'person' GROUP BY current_text.id HAVING count(DISTINCT event.coder) > 1"
        " ORDER BY countable(transcript.name)"
    )
    return {row["id"]: row["name"] for row in rows}


def texts_since(store: Store, event: int) -> set[int]:
    """Return the texts in which a segment lies that was coded after an event."""
    rows = store.rows(
        "SELECT DISTINCT placement.text FROM coding_event AS event JOIN placement"
        " ON placement.segment = event.segment WHERE event.id > ?",
        (event,),
    )
    return {row[0] for row in rows}


def layout(store: Store) -> tuple[int, ...]:
    """Return numbers that change when texts are imported, withdrawn or cut anew."""
    rows = store.rows(
        "SELECT (SELECT max(id) FROM text), (SELECT count(*) FROM words), (SELECT max(rowid) FROM unit),"
        " (SELECT count(*) FROM placement)"
    )
    return tuple(rows[0])


def adjudications(store: Store, coder: str) -> dict[int, int]:
    """Return the units that a coder has adjudicated, the last one first, each with the event that says so."""
    rows = store.rows(
        "SELECT event.segment, event.id FROM current_coding AS event JOIN run ON run.id = event.run"
        " WHERE event.coder = (SELECT id FROM coder WHERE name = ?) AND event.code IS NULL AND run.command = ?"
        " ORDER BY event.id DESC",
        (coder, ADJUDICATE),
    )
    return {row["segment"]: row["id"] for row in rows}


def adjudicated_verdicts(store: Store, coder: str, segment: int) -> dict[str, tuple[Verdict, str]]:
    """Return how a coder adjudicated a unit: the verdict on each code, and the reason."""
    rows = store.rows(
        "SELECT event.code, event.verdict, event.memo FROM current_coding AS event JOIN run ON run.id = event.run"
        " WHERE event.coder = (SELECT id FROM coder WHERE name = ?) AND event.segment = ? AND run.command = ?"
        " ORDER BY event.id",
        (coder, segment, ADJUDICATE),
    )
    return {row["code"] or "": (Verdict(row["verdict"]), row["memo"]) for row in rows}


def reasons(store: Store, coder: str, most: int) -> list[str]:
    """Return the reasons that a coder gave last, the newest first."""
    rows = store.rows(
        "SELECT event.memo FROM coding_event AS event JOIN run ON run.id = event.run"
        " WHERE event.coder = (SELECT id FROM coder WHERE name = ?) AND event.code IS NULL AND run.command = ?"
        " GROUP BY event.memo ORDER BY max(event.id) DESC LIMIT ?",
        (coder, ADJUDICATE, most),
    )
    return [row["memo"] for row in rows]


def work_of(store: Store) -> list[Work]:
    """Return what each person did, in the order in which they joined; their own words and adjudications apart."""
    rows = store.rows(
        f"SELECT coder.name, count(DISTINCT CASE WHEN {_OWN} AND event.code IS NULL THEN event.segment END),"
        f" count(CASE WHEN {_OWN} AND event.code IS NOT NULL AND event.verdict = 'present' THEN 1 END),"
        " count(DISTINCT CASE WHEN run.command = ? AND event.code IS NULL THEN event.segment END), max(event.at)"
        " FROM coder LEFT JOIN current_coding AS event ON event.coder = coder.id LEFT JOIN run ON run.id = event.run"
        " WHERE coder.kind = 'person' GROUP BY coder.id ORDER BY coder.id",
        (ADJUDICATE,),
    )
    return [Work(row[0], row[1], row[2], row[3], row[4] or "") for row in rows]


def placed(store: Store, segments: Iterable[int]) -> dict[int, str]:
    """Return the transcript of at most some hundred segments, in order of transcript and place."""
    wanted = list(segments)
    rows = store.rows(
        "SELECT placement.segment, transcript.name FROM placement JOIN current_text ON current_text.id = placement.text"
        f" JOIN transcript ON transcript.id = current_text.transcript WHERE segment IN ({','.join('?' * len(wanted))})"
        " ORDER BY countable(transcript.name), placement.start",
        wanted,
    )
    return {row["segment"]: row["name"] for row in rows}
