"""What several people said of the same words, as it stood before anybody settled it; and how much each of them did."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from coder.store.database import Store
from coder.store.log import BULK
from coder.types import Verdict

SETTLE, UNDO_SETTLING = "settle", "undo settling"
"""The commands under which the log keeps settlements: none of their words is a coder's own."""


@dataclass(frozen=True, slots=True)
class Word:
    """A person's last word on a segment and code before any settlement, and where the segment lies in its text."""

    segment: int
    start: int
    end: int
    coder: str
    code: str | None
    verdict: Verdict
    memo: str


@dataclass(frozen=True, slots=True)
class Work:
    """What a person did: units and transcripts read, codings made, units settled, and when the last word was said."""

    coder: str
    read: int
    codings: int
    settled: int
    last: str


_OWN = f"run.command NOT IN ('{SETTLE}', '{UNDO_SETTLING}') AND coder.kind = 'person'"


def words_in(store: Store, text: int, start: int = 0, end: int | None = None) -> list[Word]:
    """Return what people said, before any settlement, on the segments that share characters with a span of a text."""
    rows = store.rows(
        "SELECT placement.segment, placement.start, placement.stop, coder.name, event.code, event.verdict, event.memo,"
        " event.shown FROM placement JOIN mapped_event AS event ON event.segment = placement.segment"
        " JOIN coder ON coder.id = event.coder JOIN run ON run.id = event.run"
        f" WHERE placement.text = ? AND placement.stop > ? AND (? IS NULL OR placement.start < ?) AND {_OWN}"
        " ORDER BY event.id",
        (text, start, end, end),
    )
    last = {(row["name"], row["segment"], row["code"]): row for row in rows}
    return [
        Word(
            row["segment"],
            row["start"],
            row["stop"],
            row["name"],
            row["code"],
            Verdict(row["verdict"]),
            row["memo"],
        )
        for row in last.values()
        if row["verdict"] != Verdict.WITHDRAWN and row["shown"] != BULK
    ]


def own_words(store: Store) -> set[int]:
    """Return the events that are each person's last word on a segment and code before any settlement.

    A code counts as it was called then; a word that was said anew under a later name is not the last one.
    """
    rows = store.rows(
        "WITH own AS (SELECT event.* FROM coding_event AS event JOIN coder ON coder.id = event.coder"
        f" JOIN run ON run.id = event.run WHERE {_OWN}) SELECT max(id) FROM own"
        " WHERE id NOT IN (SELECT supersedes FROM own WHERE supersedes IS NOT NULL) GROUP BY coder, segment, code"
    )
    return {row[0] for row in rows}


def shared_texts(store: Store) -> dict[int, str]:
    """Return the current texts of which two people or more have said something, with their transcripts' names."""
    rows = store.rows(
        "SELECT current_text.id, transcript.name FROM current_text JOIN words ON words.text = current_text.id"
        " JOIN transcript ON transcript.id = current_text.transcript JOIN placement ON placement.text = current_text.id"
        " JOIN coding_event AS event ON event.segment = placement.segment JOIN coder ON coder.id = event.coder"
        " WHERE coder.kind = 'person' GROUP BY current_text.id HAVING count(DISTINCT event.coder) > 1"
        " ORDER BY transcript.name"
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


def settlements(store: Store, coder: str) -> dict[int, int]:
    """Return the units that a coder has settled, the last one first, each with the event that says so."""
    rows = store.rows(
        "SELECT event.segment, event.id FROM current_coding AS event JOIN run ON run.id = event.run"
        " WHERE event.coder = (SELECT id FROM coder WHERE name = ?) AND event.code IS NULL AND run.command = ?"
        " ORDER BY event.id DESC",
        (coder, SETTLE),
    )
    return {row["segment"]: row["id"] for row in rows}


def settling_words(store: Store, coder: str, segment: int) -> dict[str, tuple[Verdict, str]]:
    """Return how a coder settled a unit: the verdict on each code, and the reason."""
    rows = store.rows(
        "SELECT event.code, event.verdict, event.memo FROM current_coding AS event JOIN run ON run.id = event.run"
        " WHERE event.coder = (SELECT id FROM coder WHERE name = ?) AND event.segment = ? AND run.command = ?"
        " ORDER BY event.id",
        (coder, segment, SETTLE),
    )
    return {row["code"] or "": (Verdict(row["verdict"]), row["memo"]) for row in rows}


def reasons(store: Store, coder: str, most: int) -> list[str]:
    """Return the reasons that a coder gave last, the newest first."""
    rows = store.rows(
        "SELECT event.memo FROM coding_event AS event JOIN run ON run.id = event.run"
        " WHERE event.coder = (SELECT id FROM coder WHERE name = ?) AND event.code IS NULL AND run.command = ?"
        " GROUP BY event.memo ORDER BY max(event.id) DESC LIMIT ?",
        (coder, SETTLE, most),
    )
    return [row["memo"] for row in rows]


def work_of(store: Store) -> list[Work]:
    """Return what each person did, in the order in which they joined; their own words and settlements apart."""
    rows = store.rows(
        f"SELECT coder.name, count(DISTINCT CASE WHEN {_OWN} AND event.code IS NULL THEN event.segment END),"
        f" count(CASE WHEN {_OWN} AND event.code IS NOT NULL AND event.verdict = 'present' THEN 1 END),"
        " count(DISTINCT CASE WHEN run.command = ? AND event.code IS NULL THEN event.segment END), max(event.at)"
        " FROM coder LEFT JOIN current_coding AS event ON event.coder = coder.id LEFT JOIN run ON run.id = event.run"
        " WHERE coder.kind = 'person' GROUP BY coder.id ORDER BY coder.id",
        (SETTLE,),
    )
    return [Work(row[0], row[1], row[2], row[3], row[4] or "") for row in rows]


def placed(store: Store, segments: Iterable[int]) -> dict[int, str]:
    """Return the transcript of at most some hundred segments, in order of transcript and place."""
    wanted = list(segments)
    rows = store.rows(
        "SELECT placement.segment, transcript.name FROM placement JOIN current_text ON current_text.id = placement.text"
        f" JOIN transcript ON transcript.id = current_text.transcript WHERE segment IN ({','.join('?' * len(wanted))})"
        " ORDER BY transcript.name, placement.start",
        wanted,
    )
    return {row["segment"]: row["name"] for row in rows}
