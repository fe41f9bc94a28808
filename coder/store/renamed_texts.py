"""Texts that are earlier ones with other names: what lay in the earlier text is moved, and its words are deleted."""

from __future__ import annotations

import json
from collections.abc import Callable

from coder.store import corpus
from coder.store.corpus import StoredTranscript
from coder.store.database import Store
from coder.types import Transcript

Span = tuple[int, int]


def rename(store: Store, old: StoredTranscript, new: Transcript, span: Callable[[int, int], Span]) -> int:
    """Store a text with other names as the newest one; everything placed in the old text is placed in it.

    `span` says where a span of the old text lies in the new one. Units stay the same segments, so that samples, queues
    and judgements are about them still. Call it inside a transaction; the words of the old text stay until `forget`.
    """
    text = corpus.add_text(store, new, old.file)
    store.db.execute("UPDATE text SET renamed_from = ? WHERE id = ?", (old.text, text))
    corpus.confirm_doubts(store, text, corpus.confirmed_doubts(store, old.text))
    for segment, place in corpus.placements(store, old.text).items():
        start, end = span(*place)
        corpus.place(store, segment, text, start, end, new.text[start:end])
    store.db.execute(
        "INSERT INTO unit (text, rule, n, segment) SELECT ?, rule, n, segment FROM unit WHERE text = ?",
        (text, old.text),
    )
    return text


def forget_others(store: Store, transcript: int, text: int) -> None:
    """Delete the words and turns of every other text of a transcript; call it `unlocked`."""
    others = [
        row["id"] for row in store.rows("SELECT id FROM text WHERE transcript = ? AND id <> ?", (transcript, text))
    ]
    here = "IN (SELECT value FROM json_each(?))"
    for table in ("words", "turn", "unit"):
        store.db.execute(f"DELETE FROM {table} WHERE text {here}", (json.dumps(others),))
    store.db.execute(f"UPDATE text SET notes = '' WHERE id {here}", (json.dumps(others),))
    store.db.execute(f"UPDATE placement SET words_sha256 = '' WHERE text {here}", (json.dumps(others),))


def renamed(store: Store) -> set[str]:
    """Return the transcripts whose current text is an earlier one with other names."""
    rows = store.rows(
        "SELECT name FROM current_text JOIN transcript ON transcript.id = current_text.transcript"
        " WHERE renamed_from IS NOT NULL"
    )
    return {row["name"] for row in rows}


def is_former(store: Store, transcript: int, sha256: str) -> bool:
    """Tell whether a transcript's current text came of the one with this sha256 by other names."""
    sql = f"{_FORMER} SELECT 1 FROM former JOIN text ON text.id = former.former WHERE transcript = ? AND sha256 = ?"
    return bool(store.one(sql, (transcript, sha256)))


def former_keys(store: Store) -> dict[int, list[str]]:
    """Return what named each placed segment while its text had other names, as `corpus.unit_keys` does."""
    found: dict[int, list[str]] = {}
    for segment, text, start, end in store.rows(
        f"{_FORMER} SELECT segment, sha256, start, stop FROM former JOIN text ON text.id = former.former"
        " JOIN placement ON placement.text = former.former"
    ):
        found.setdefault(segment, []).append(f"{text}:{start}-{end}")
    return found


_FORMER = (
    "WITH RECURSIVE former(now, former) AS (SELECT id, renamed_from FROM current_text WHERE renamed_from IS NOT NULL"
    " UNION SELECT now, text.renamed_from FROM former JOIN text ON text.id = former.former"
    " WHERE text.renamed_from IS NOT NULL)"
)
"""The texts that each current text was, under other names."""
