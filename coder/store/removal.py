"""Transcripts that were imported by mistake: their texts are not current, and their codings stay in the log."""

from __future__ import annotations

from typing import NamedTuple

from coder.store.database import Store


class Removed(NamedTuple):
    """A transcript that was removed: its id, its name, the file of its last text, and when."""

    id: int
    name: str
    file: str
    at: str


def remove(store: Store, transcript: int) -> None:
    """Write down that a transcript is no part of the study."""
    store.db.execute("INSERT INTO removed (transcript, at) VALUES (?, ?)", (transcript, store.now()))


def put_back(store: Store, transcript: int) -> None:
    """Make a transcript part of the study again; nothing where it is."""
    store.db.execute("DELETE FROM removed WHERE transcript = ?", (transcript,))


def removed(store: Store) -> list[Removed]:
    """Return the transcripts that were removed, in order of time."""
    rows = store.rows(
        "SELECT transcript.id, name, (SELECT file FROM text WHERE text.transcript = transcript.id ORDER BY id DESC"
        " LIMIT 1) AS file, removed.at FROM removed JOIN transcript ON transcript.id = removed.transcript"
        " ORDER BY removed.at, transcript.id"
    )
    return [Removed(*row) for row in rows]


def last_removed(store: Store) -> Removed | None:
    """Return the transcript that was removed last, or None."""
    return next(reversed(removed(store)), None)
