"""Open a study's database, bring it up to date, and write to it in one transaction a command."""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from coder.errors import StudyBusyError, StudyError
from coder.natural_sort import countable
from coder.rules import holds_half, shares_half, strength
from coder.store.log_head import check_head, missing_log, traces, write_head

APPLICATION_ID = int.from_bytes(b"codr", "big")
MIGRATIONS = sorted((Path(__file__).parent / "migrations").glob("*.sql"))
SCHEMA_VERSION = len(MIGRATIONS)

UNMAPPED = "CREATE TEMP VIEW mapped_event AS SELECT event.*, 0 AS part FROM coding_event AS event"
"""Every event with its code as it is called now: as it was written, until `store.current_codes` knows of changes."""

LISTED = (
    "CREATE TEMP VIEW listed AS SELECT id, name, row_number() OVER (ORDER BY countable(name)) AS place FROM transcript"
)
"""Every transcript with its place in the order of names: to sort many units by it, a name is looked at once."""

_REFUSALS = (
    (("locked", "busy"), StudyBusyError, "another command is writing to this study", "wait for it, then try again"),
    (("full",), StudyError, "the disk is full; nothing was written", "free some space, then try again"),
    (("readonly", "unable to open"), StudyError, "the study cannot be written to",
     "make the folder and study.db writable"),
)  # fmt: skip
"""What SQLite's errors mean for the user: signs in their texts, error, message and advice."""

Clock = Callable[[], datetime]


def prepare(db: sqlite3.Connection) -> None:
    """Have a connection give rows by the names of their columns, and know the functions that queries need.

    These are `countable`, the order of names, and the rules of the method.
    """
    db.row_factory = sqlite3.Row
    for arguments, function in ((1, countable), (4, shares_half), (4, holds_half), (2, strength)):
        db.create_function(function.__name__, arguments, function, deterministic=True)


def utc_now() -> datetime:
    """Return the time now, in UTC."""
    return datetime.now(UTC)


logger = logging.getLogger("coder")

_TO_WRITE = "make the folder and study.db writable, or copy it"


class Store:
    """A connection to `study.db`. Reads at any time; writes only inside `transaction`.

    Parameters
    ----------
    path
        The database file.
    create
        Make it where it is missing or empty; refused where a study with codings left traces beside it.
    clock
        Where the time of an event comes from; a fixed clock replays a study.

    Raises
    ------
    StudyError
        The file is missing, is no study database, is newer than this program, or cannot be opened; or its log is
        shorter than `log.head` says.
    """

    def __init__(self, path: Path, *, create: bool = False, clock: Clock = utc_now, busy_seconds: float = 5.0) -> None:
        self.path, self.clock = path, clock
        self._command = ""
        self._run: int | None = None
        self.past = ""
        """The time as of which the study is looked at, empty for now; see `store.as_of`."""
        self.first_write: Callable[[], None] | None = None
        """Called first in the next transaction: what it writes stands or falls with what the transaction writes."""
        if not path.exists() and (not create or traces(path.parent)):
            raise missing_log(path.parent)
        self.read_only = path.exists() and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))
        with self.in_words():
            self.db = self._connect(busy_seconds)
            try:
                self._check_identity(create)
                if not self.read_only:
                    self._migrate()
                check_head(path.parent, self.db)
                self.db.execute(UNMAPPED)
                self.db.execute(LISTED)
            except BaseException:
                self.db.close()
                raise

    def _connect(self, busy_seconds: float) -> sqlite3.Connection:
        if self.read_only:
            unmerged = self.path.with_name(self.path.name + "-wal").exists()
            uri = f"{self.path.absolute().as_uri()}?mode=ro{'' if unmerged else '&immutable=1'}"
            db = sqlite3.connect(uri, uri=True, isolation_level=None)
        else:
            db = sqlite3.connect(self.path, isolation_level=None, timeout=busy_seconds)
        prepare(db)
        db.execute("PRAGMA trusted_schema = OFF")
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA recursive_triggers = ON")  # or INSERT OR REPLACE walks around the triggers
        return db

    def _check_identity(self, create: bool) -> None:
        empty = not self.db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        if empty and (not create or traces(self.path.parent)):
            raise missing_log(self.path.parent)
        found = self.db.execute("PRAGMA application_id").fetchone()[0]
        version_found = self._user_version()
        if found != APPLICATION_ID and not empty:
            todo = "move it away, or choose another folder for the study"
            raise StudyError("this database is not a study of coder", where=self.path, todo=todo)
        if self.read_only and version_found < SCHEMA_VERSION:
            message = "the study is read-only and has to be brought up to date"
            raise StudyError(message, where=self.path, todo=_TO_WRITE)
        if version_found > SCHEMA_VERSION:
            raise StudyError(
                f"the study was written by a newer coder (schema {version_found}, this one knows {SCHEMA_VERSION})",
                where=self.path,
                todo="install the newer version: python -m pip install --upgrade transcript-coder",
            )

    def _user_version(self) -> int:
        return int(self.db.execute("PRAGMA user_version").fetchone()[0])

    def _migrate(self) -> None:
        """Apply the migrations that are missing, each in its own transaction, after a backup."""
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA secure_delete = ON")
        done = self._user_version()
        if 0 < done < SCHEMA_VERSION:
            self.backup(self.path.parent / "backups" / f"study-schema-{done}.db")
        self.db.execute("PRAGMA foreign_keys = OFF")  # a table that is made again is dropped while others refer to it
        for number, script in enumerate(MIGRATIONS[done:], start=done + 1):
            try:
                self.db.executescript(script.read_text("utf-8"))
            except sqlite3.DatabaseError:
                if self.db.in_transaction:
                    self.db.execute("ROLLBACK")
                if self._user_version() < number:  # else another command was quicker
                    raise
        self.db.execute("PRAGMA foreign_keys = ON")

    def backup(self, target: Path) -> None:
        """Copy the whole database, rows in the write-ahead log included."""
        target.parent.mkdir(parents=True, exist_ok=True)
        copy = sqlite3.connect(target)
        with copy:
            self.db.backup(copy)
        copy.close()

    @contextmanager
    def in_words(self) -> Iterator[None]:
        """Turn SQLite's errors into errors that tell what to do."""
        try:
            yield
        except (sqlite3.OperationalError, sqlite3.IntegrityError) as error:
            for signs, kind, message, todo in _REFUSALS:
                if any(sign in str(error) for sign in signs):
                    raise kind(message, where=self.path, todo=todo) from error
            raise StudyError(f"the database refused: {error}", where=self.path) from error
        except sqlite3.DatabaseError as error:
            raise StudyError(
                f"the database cannot be read: {error}",
                where=self.path,
                todo="restore it from a copy, or make it again with `coder run` from the files of the study",
            ) from error

    @contextmanager
    def transaction(self, command: str, *, dry_run: bool = False) -> Iterator[None]:
        """Write everything or nothing (a dry run: nothing). The run is written down with the first event.

        Raises
        ------
        StudyBusyError
            Another command holds the study for longer than the waiting time.
        StudyError
            The study is read-only, or the disk is full.
        """
        if self.past:
            raise StudyError("nothing can be written to the past", where=self.path, todo="leave out --as-of")
        if self.read_only:
            raise StudyError("the study is read-only", where=self.path, todo=_TO_WRITE)
        with self.in_words():
            self.db.execute("BEGIN IMMEDIATE")
            try:
                self._command, self._run = command, None
                if self.first_write is not None:
                    self.first_write()
                yield
                self.db.execute("ROLLBACK" if dry_run else "COMMIT")
                if not dry_run:
                    self.first_write = None
                    logger.info("%s: `%s` is committed", self.path, command)
                    if self._run is not None:
                        write_head(self.path.parent, self.db)
            except BaseException:
                if self.db.in_transaction:
                    self.db.execute("ROLLBACK")
                raise

    def study_id(self) -> str:
        """Return the id that the study was given when its store was made."""
        return str(self.one("SELECT id FROM study"))

    def run(self) -> int:
        """Return the id of this run of the command; call it inside a transaction."""
        if self._run is None:
            self._run = self.insert(
                "INSERT INTO run (command, version, at) VALUES (?, ?, ?)",
                (self._command, program_version(), self.now()),
            )
        return self._run

    def rows(self, sql: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[sqlite3.Row]:
        """Return all rows of a query."""
        with self.in_words():
            return self.db.execute(sql, values).fetchall()

    def one(self, sql: str, values: Sequence[Any] = ()) -> Any:
        """Return the first column of the first row, or None."""
        with self.in_words():
            row = self.db.execute(sql, values).fetchone()
        return None if row is None else row[0]

    def insert(self, sql: str, values: Sequence[Any] = ()) -> int:
        """Insert one row and return its id."""
        return int(self.db.execute(sql, values).lastrowid or 0)

    def insert_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Insert many rows."""
        self.db.executemany(sql, rows)

    def now(self) -> str:
        """Return the clock's time as ISO 8601 in UTC, to the millisecond."""
        return self.clock().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def close(self) -> None:
        """Close the connection."""
        self.db.close()


def program_version() -> str:
    """Return the installed version of coder."""
    from importlib.metadata import PackageNotFoundError, version  # slow to import, and only a writing command asks

    try:
        return version("transcript-coder")
    except PackageNotFoundError:
        return "unknown"
