"""The study as it stood at a past time: a copy in memory, without what was written later."""

from __future__ import annotations

import sqlite3

from coder.errors import StudyError
from coder.store.database import LISTED, UNMAPPED, Store, prepare


def go_back(store: Store, moment: str) -> None:
    """Put a copy that knows nothing of what came after `moment` in the place of the study; it cannot be written to.

    A coding came when its run of a command began, and not before its own time: a table of codings may hold older
    times than that of its import, and an audit goes on for hours. Cases and speakers have no past, nor have words that
    were deleted.

    Parameters
    ----------
    moment
        As the log writes times.

    Raises
    ------
    StudyError
        The study had no transcript then.
    """
    first = store.one("SELECT min(at) FROM text")
    if first and moment < first:
        store.close()
        todo = f"its first transcript came at {first}"
        raise StudyError(f"nothing was in the study at {moment}", where=store.path.parent, todo=todo)
    copy = sqlite3.connect(":memory:", isolation_level=None)
    with store.in_words():
        store.db.backup(copy)
    prepare(copy)
    for (trigger,) in copy.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        copy.execute(f'DROP TRIGGER "{trigger}"')
    copy.execute("DELETE FROM coding_event WHERE run IN (SELECT id FROM run WHERE at > ?)", (moment,))
    for (table,) in copy.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
        if "at" in {row["name"] for row in copy.execute(f'PRAGMA table_info("{table}")')}:
            copy.execute(f'DELETE FROM "{table}" WHERE at > ?', (moment,))
    copy.execute("DELETE FROM transcript WHERE id NOT IN (SELECT transcript FROM text)")
    copy.execute(UNMAPPED)
    copy.execute(LISTED)
    store.db.close()
    store.db, store.past = copy, moment
