"""Transcripts that were imported by mistake: their texts are not current, and their codings stay in the log."""

from __future__ import annotations

from typing import NamedTuple

from coder.store.database import Store


class Removed(NamedTuple):
    """A transcript that was removed: its name, file and sha256 of its last text, the run that removed it, and when."""

    name: str
    file: str
    sha256: str
    run: int
    at: str


def remove(store: Store, transcript: int) -> None:
    """Write down that a transcript is no part of the study."""
    row = (transcript, store.run(), store.now())
    store.db.execute("INSERT INTO removed (transcript, run, at) VALUES (?, ?, ?)", row)


def put_back(store: Store, name: str) -> None:
    """Make a transcript part of the study again; nothing where it is."""
    store.db.execute("DELETE FROM removed WHERE transcript = (SELECT id FROM transcript WHERE name = ?)", (name,))


def removed(store: Store) -> list[Removed]:
    """Return the transcripts that were removed, in that order."""
    rows = store.rows(
        "SELECT name, text.file, text.sha256, removed.run, removed.at FROM removed"
        " JOIN transcript ON transcript.id = removed.transcript JOIN text ON text.id ="
        " (SELECT max(last.id) FROM text AS last WHERE last.transcript = removed.transcript) ORDER BY removed.run"
    )
    return [Removed(*row) for row in rows]


def last_removed(store: Store) -> Removed | None:
    """Return the transcript that was removed last, or None."""
    return next(reversed(removed(store)), None)
