"""What is taken out of study.db when a participant withdraws, and what is kept so that they cannot come back."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256

from coder.errors import StudyBusyError
from coder.store import corpus
from coder.store.database import Store

WITHDRAWN = "(withdrawn)"
"""The speaker of a turn whose words were withdrawn."""
MASK = "█"


def mark(store: Store, *what: str) -> str:
    """Return by what a withdrawn name or turn is recognised: a sha256 that is salted with the study's id."""
    return sha256("\0".join([store.study_id(), *what]).encode()).hexdigest()


def marked(store: Store, marks: Iterable[str]) -> bool:
    """Return whether any of these was withdrawn."""
    sql = "SELECT 1 FROM withdrawn_mark WHERE mark IN (SELECT value FROM json_each(?)) LIMIT 1"
    return bool(store.one(sql, (json.dumps(list(marks)),)))


def pending(store: Store) -> list[tuple[str, str]]:
    """Return (transcript, speaker) of every withdrawal that was begun and not finished."""
    rows = store.rows("SELECT pending FROM withdrawal WHERE pending <> '' ORDER BY id")
    return [(name, speaker) for row in rows for name, speaker in json.loads(row["pending"])]


def begin(store: Store, targets: Sequence[tuple[str, str]], marks: Iterable[str]) -> None:
    """Write down what is to go, before anything does; from now on it is refused on import."""
    store.insert("INSERT INTO withdrawal (pending, at) VALUES (?, ?)", (json.dumps(targets), store.now()))
    store.insert_many("INSERT OR IGNORE INTO withdrawn_mark (mark) VALUES (?)", ((one,) for one in marks))


def finish(store: Store) -> None:
    """Forget the names of what has gone."""
    store.db.execute("UPDATE withdrawal SET pending = '' WHERE pending <> ''")


def count(store: Store) -> int:
    """Return the number of events on words that were withdrawn."""
    sql = "SELECT count(*) FROM coding_event WHERE segment IN (SELECT id FROM redacted WHERE kind = 'segment')"
    return int(store.one(sql))


def redacted(store: Store, kind: str) -> set[int]:
    """Return the ids of the `text`, `segment`, `event` or `scheme` that words were taken out of."""
    return {row["id"] for row in store.rows("SELECT id FROM redacted WHERE kind = ?", (kind,))}


@contextmanager
def unlocked(store: Store) -> Iterator[None]:
    """Let what is append-only be changed, inside a transaction: only to take a participant's words out of it."""
    locks = store.rows("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND sql LIKE '%RAISE(ABORT%'")
    for name, _ in locks:
        store.db.execute(f'DROP TRIGGER "{name}"')
    yield
    for _, sql in locks:
        store.db.execute(sql)


def forget_transcript(store: Store, transcript: int) -> None:
    """Delete all texts of a transcript and what belongs to them; call it `unlocked`. The log stays, without memos."""
    texts = [row["id"] for row in store.rows("SELECT id FROM text WHERE transcript = ?", (transcript,))]
    own = json.dumps(texts)
    here = "SELECT value FROM json_each(?)"
    rows = store.rows(f"SELECT id FROM segment WHERE text IN ({here})", (own,))
    forget_segments(store, [row["id"] for row in rows])
    for table in ("words", "turn", "unit"):
        store.db.execute(f"DELETE FROM {table} WHERE text IN ({here})", (own,))
    store.db.execute(f"UPDATE text SET file = '', notes = '' WHERE id IN ({here})", (own,))
    store.db.execute(f"UPDATE placement SET words_sha256 = '' WHERE text IN ({here})", (own,))
    for table in ("speaker", "membership", "removed"):
        store.db.execute(f"DELETE FROM {table} WHERE transcript = ?", (transcript,))
    gone = "UPDATE memo SET about = '', words = '' WHERE kind = ? AND about"
    store.db.execute(f"{gone} = (SELECT name FROM transcript WHERE id = ?)", ("transcript", transcript))
    store.db.execute(f"{gone} NOT IN (SELECT name FROM membership)", ("case",))
    store.db.execute("UPDATE transcript SET name = 'withdrawn-' || id WHERE id = ?", (transcript,))


def mask(store: Store, text: int, speaker: str, spans: Sequence[tuple[int, int]], gone: Collection[int]) -> None:
    """Put blocks in the place of a speaker's words, character for character; call it `unlocked`.

    So every other offset stays right. The segments `gone` lose their place in this text; their turns end where they
    begin, and nobody speaks in them.
    """
    content = masked(corpus.words(store, text), spans)
    store.db.execute("UPDATE words SET content = ? WHERE text = ?", (content, text))
    sql = "UPDATE turn SET speaker = ?, stop = start WHERE text = ? AND speaker = ?"
    store.db.execute(sql, (WITHDRAWN, text, speaker))
    store.db.execute("UPDATE text SET notes = '' WHERE id = ?", (text,))
    store.db.execute("INSERT OR IGNORE INTO redacted (kind, id) VALUES ('text', ?)", (text,))
    sql = "DELETE FROM {} WHERE text = ? AND segment IN (SELECT value FROM json_each(?))"
    for table in ("placement", "unit"):
        store.db.execute(sql.format(table), (text, json.dumps(list(gone))))
    touched = {
        segment: (start, end)
        for segment, (start, end) in corpus.placements(store, text).items()
        if any(start < stop and first < end for first, stop in spans)
    }
    forget_print(store, list(touched))
    sql = "UPDATE placement SET words_sha256 = ? WHERE segment = ? AND text = ?"
    for segment, (start, end) in touched.items():
        store.db.execute(sql, (corpus.words_digest(content[start:end]), segment, text))


def masked(content: str, spans: Sequence[tuple[int, int]]) -> str:
    r"""Return a text with blocks in some places; its lines stay.

    Examples
    --------
    >>> masked("A: yes\nB: no\n", [(7, 12)])
    'A: yes\n█████\n'
    """
    characters = list(content)
    for start, end in spans:
        characters[start:end] = [one if one == "\n" else MASK for one in content[start:end]]
    return "".join(characters)


def forget_speaker(store: Store, transcript: int, speaker: str) -> None:
    """Delete what is known of a speaker of a transcript."""
    store.db.execute("DELETE FROM speaker WHERE transcript = ? AND label = ?", (transcript, speaker))


def forget_segments(store: Store, segments: Collection[int]) -> None:
    """Delete memos, notes, print edits and translations of segments, whose events then have unverifiable hashes."""
    own = json.dumps(list(segments))
    here = "IN (SELECT value FROM json_each(?))"
    store.db.execute("INSERT OR IGNORE INTO redacted SELECT 'segment', value FROM json_each(?)", (own,))
    rows = store.rows(f"SELECT id FROM coding_event WHERE segment {here}", (own,))
    set_memos(store, {row["id"]: "" for row in rows})
    store.db.execute(f"UPDATE flag SET note = '' WHERE segment {here}", (own,))
    store.db.execute(f"UPDATE memo SET words = '' WHERE segment {here}", (own,))
    forget_print(store, segments)


def forget_print(store: Store, segments: Collection[int]) -> None:
    """Delete how passages were edited for print, and their translations; call it `unlocked`."""
    for table in ("print_edit", "translation"):
        sql = f"DELETE FROM {table} WHERE segment IN (SELECT value FROM json_each(?))"
        store.db.execute(sql, (json.dumps(list(segments)),))


def set_memos(store: Store, memos: dict[int, str]) -> None:
    """Change the memos of events, which then no longer follow from their hashes."""
    store.insert_many("UPDATE coding_event SET memo = ? WHERE id = ?", ((memo, id_) for id_, memo in memos.items()))
    store.insert_many("INSERT OR IGNORE INTO redacted (kind, id) VALUES ('event', ?)", ((id_,) for id_ in memos))


def memos(store: Store) -> dict[int, str]:
    """Return every memo of the log, by event."""
    return {row["id"]: row["memo"] for row in store.rows("SELECT id, memo FROM coding_event WHERE memo <> ''")}


def memos_on(store: Store, segments: Collection[int]) -> set[int]:
    """Return the events on these segments that have a memo."""
    sql = "SELECT id FROM coding_event WHERE memo <> '' AND segment IN (SELECT value FROM json_each(?))"
    return {row["id"] for row in store.rows(sql, (json.dumps(list(segments)),))}


NOTES = (("flag", "note"), ("memo", "words"), ("memo", "author"))
"""The tables of what is written beside codings, and their columns in which somebody may be named or quoted."""
Note = tuple[str, str, int]
"""A table, a column and an id."""


def notes(store: Store) -> dict[Note, str]:
    """Return what stands in the notes of flags and in memos of their own."""
    return {
        (table, column, row["id"]): row[column]
        for table, column in NOTES
        for row in store.rows(f"SELECT id, {column} FROM {table} WHERE {column} <> ''")
    }


def set_notes(store: Store, found: dict[Note, str]) -> None:
    """Change notes and memos."""
    for (table, column, id_), words in found.items():
        store.db.execute(f"UPDATE {table} SET {column} = ? WHERE id = ?", (words, id_))


def schemes(store: Store) -> dict[int, str]:
    """Return the text of every version of the scheme."""
    return {row["id"]: row["source"] for row in store.rows("SELECT id, source FROM scheme_version")}


def set_schemes(store: Store, sources: dict[int, str]) -> None:
    """Change the text of versions of the scheme, which then no longer follows from its hash."""
    rows = ((source, id_) for id_, source in sources.items())
    store.insert_many("UPDATE scheme_version SET source = ? WHERE id = ?", rows)
    store.insert_many("INSERT OR IGNORE INTO redacted (kind, id) VALUES ('scheme', ?)", ((id_,) for id_ in sources))


def scrub(store: Store) -> None:
    """Leave no trace of deleted rows in study.db or beside it.

    Raises
    ------
    StudyBusyError
        Another program has the study open.
    """
    for sql in ("PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
        rows = store.rows(sql)
        if rows and rows[0][0]:
            todo = "close the audit server and whatever else has it open, then run the command again"
            raise StudyBusyError("another program has the study open", where=store.path, todo=todo)
