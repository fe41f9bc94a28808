"""Which texts several people have coded, the reasons given in adjudication, and what each coder did."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from coder.store.database import Store
from coder.store.judgements import ADJUDICATE, UNDO_ADJUDICATION


@dataclass(frozen=True, slots=True)
class Work:
    """A person's activity: units and transcripts read, codings, units adjudicated, time of the last judgement."""

    coder: str
    read: int
    codings: int
    adjudicated: int
    last: str


_OWN = f"run.command NOT IN ('{ADJUDICATE}', '{UNDO_ADJUDICATION}') AND coder.kind = 'person'"


def shared_texts(store: Store) -> dict[int, str]:
    """Return the current texts that two people or more have coded, with their transcripts' names."""
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
    """Return numbers that change when texts are imported, withdrawn or segmented again."""
    rows = store.rows(
        "SELECT (SELECT max(id) FROM text), (SELECT count(*) FROM words), (SELECT max(rowid) FROM unit),"
        " (SELECT count(*) FROM placement)"
    )
    return tuple(rows[0])


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
    """Return what each person did, in the order in which they joined; their own judgements and adjudications apart."""
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
