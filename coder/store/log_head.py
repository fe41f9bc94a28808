"""The last event of the log in a second place: `log.head` beside study.db shows that a log was lost or shortened."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from contextlib import suppress
from pathlib import Path

from coder.errors import StudyError

NAME = "log.head"


def write_head(folder: Path, db: sqlite3.Connection) -> None:
    """Write the number and hash of the last event, after its COMMIT: a command that is killed leaves the one before."""
    last = db.execute("SELECT id, hash FROM coding_event ORDER BY id DESC LIMIT 1").fetchone()
    if last is None:
        return
    part = folder / f".{NAME}.{os.getpid()}-{threading.get_ident()}"
    with suppress(OSError):  # it may lag behind the log
        part.write_text(json.dumps({"event": last[0], "hash": last[1]}) + "\n", "utf-8")
        part.replace(folder / NAME)


def check_head(folder: Path, db: sqlite3.Connection) -> None:
    """Refuse a log that lacks the event that `log.head` names; the log may go on after it.

    Raises
    ------
    StudyError
        The log is shorter, or another one.
    """
    try:
        head = json.loads((folder / NAME).read_text("utf-8"))
        event, digest = head["event"], head["hash"]
    except (OSError, ValueError, KeyError, TypeError):
        return  # studies of before 0.2 have none until the next coding is written
    found = db.execute("SELECT hash FROM coding_event WHERE id = ?", (event,)).fetchone()
    if found is None:
        last = db.execute("SELECT coalesce(max(id), 0) FROM coding_event").fetchone()[0]
        message = f"codings are missing: the log ends at event {last}, but {NAME} names event {event}"
    elif found[0] != digest:
        message = f"this is another log, or it was changed: its event {event} is not the one that {NAME} names"
    else:
        return
    raise StudyError(message, where=folder / "study.db", todo=_restore(folder, f"{NAME} away"))


def missing_log(folder: Path) -> StudyError:
    """Return the error for a study whose study.db is missing or empty."""
    left = traces(folder)
    if not left:
        todo = f"`coder import {folder}` or `coder run {folder}` makes it from the files"
        return StudyError("there is no study.db here yet", where=folder, todo=todo)
    message = f"study.db is missing or empty, but the folder has what was made with one: {', '.join(left)}"
    return StudyError(message, where=folder, todo=_restore(folder, f"{', '.join(left)} away"))


def traces(folder: Path) -> list[str]:
    """Return what a study leaves behind beside its study.db."""
    full = [f"{name}/" for name in ("models", "out") if any((folder / name).glob("[!.]*"))]
    return full + [NAME] * (folder / NAME).exists()


def _restore(folder: Path, away: str) -> str:
    backups = sorted((folder / "backups").glob("*.db"), key=lambda path: path.stat().st_mtime)
    source = f"backups/{backups[-1].name} or a copy of yours" if backups else "a copy of yours"
    beside = ", ".join(path.name for path in sorted(folder.glob("study.db-*")))
    first = f"delete {beside}, then " if beside else ""  # SQLite would mix it into the copy
    return f"{first}restore study.db from {source}; to go on without what is lost, move {away}"
