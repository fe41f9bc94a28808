"""Memos: what researchers write down on the study, a case, a transcript, a code or a passage."""

from __future__ import annotations

from coder.store.database import Store
from coder.types import Memo


def write(store: Store, kind: str, about: str, author: str, words: str, *, segment: int | None = None) -> int:
    """Write a memo down, inside a transaction, and return its id."""
    return store.insert(
        "INSERT INTO memo (kind, about, segment, author, words, run, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (kind, about, segment, author, words, store.run(), store.now()),
    )


def replace(store: Store, memo: int, author: str, words: str) -> int:
    """Put other words in the place of a memo, inside a transaction; none take it back. Return the new one's id."""
    return store.insert(
        "INSERT INTO memo (kind, about, segment, author, words, replaces, run, at)"
        " SELECT kind, about, segment, ?, ?, id, ?, ? FROM memo WHERE id = ?",
        (author, words, store.run(), store.now(), memo),
    )


def ever_written(store: Store) -> set[tuple[str, str, int | None, str, str]]:
    """Return kind, name, segment, author and words of every memo, also of one that was replaced."""
    return {tuple(row) for row in store.rows("SELECT kind, about, segment, author, words FROM memo")}


def memos(store: Store) -> list[Memo]:
    """Return every memo that stands: those, on the flags of units and in the log of codings, too; the oldest first."""
    rows = store.rows(
        "SELECT 'memo' AS source, id, kind, about, segment, author, words, at FROM memo"
        " WHERE words <> '' AND NOT EXISTS (SELECT 1 FROM memo AS later WHERE later.replaces = memo.id)"
        " UNION ALL SELECT 'flag', flag.id, 'passage', '', segment, coder.name, note, flag.at FROM flag"
        " JOIN coder ON coder.id = flag.coder WHERE raised = 1 AND note <> '' AND flag.id = (SELECT max(later.id)"
        " FROM flag AS later WHERE later.coder = flag.coder AND later.segment = flag.segment)"
        " UNION ALL SELECT 'coding', event.id, 'passage', coalesce(event.code, ''), segment, coder.name, memo, event.at"
        " FROM current_coding AS event JOIN coder ON coder.id = event.coder WHERE memo <> ''"
        " ORDER BY at, id"
    )
    return [Memo(*row) for row in rows]
