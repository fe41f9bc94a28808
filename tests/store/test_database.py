"""Opening, migrating and writing: everything or nothing, and every refusal in the user's words."""

import os
import sqlite3
import threading
from multiprocessing import get_context
from pathlib import Path

import pytest

from coder.errors import StudyBusyError, StudyError
from coder.store import database, log
from coder.store.database import Store
from coder.store.integrity import prove
from coder.store.judgements import Which, judgements
from coder.types import Coding, Verdict


def rows(store):
    """Count the rows of every table."""
    tables = [
        r[0] for r in store.rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    ]
    return {table: store.one(f"SELECT count(*) FROM {table}") for table in tables}


# --- one transaction a command ---


def test_an_error_in_the_middle_leaves_nothing(desk):
    before = rows(desk.store)
    with pytest.raises(ZeroDivisionError), desk.store.transaction("code"):
        log.append(desk.store, [Coding(desk.segments[0], "a", "ada")], desk.scheme)
        assert log.head(desk.store)[0] == 1
        raise ZeroDivisionError
    assert rows(desk.store) == before
    assert desk.code(0) == [1]


def test_an_interruption_in_the_middle_leaves_nothing(desk):
    with pytest.raises(KeyboardInterrupt), desk.store.transaction("code"):
        log.append(desk.store, [Coding(desk.segments[0], "a", "ada")], desk.scheme)
        raise KeyboardInterrupt
    assert log.head(desk.store)[0] == 0


def test_a_dry_run_does_everything_and_keeps_nothing(desk):
    before = rows(desk.store)
    with desk.store.transaction("code", dry_run=True):
        assert log.append(desk.store, [Coding(desk.segments[0], "a", "ada")], desk.scheme) == [1]
    assert rows(desk.store) == before


def test_each_command_that_writes_is_one_run(desk):
    desk.code(0)
    desk.say(Coding(desk.segments[1], "a", "ada"), Coding(desk.segments[2], "a", "ada"), command="audit")
    assert [(run["command"], run["events"]) for run in log.runs(desk.store)] == [("code", 1), ("audit", 2)]


def test_a_constraint_that_is_broken_is_an_error_in_words(desk):
    with pytest.raises(StudyError, match="the database refused"), desk.store.transaction("code"):
        desk.store.insert("INSERT INTO words (text, content) VALUES (99, 'no such text')")


# --- opening ---


def test_a_study_that_is_not_there(tmp_path):
    with pytest.raises(StudyError, match="coder import"):
        Store(tmp_path / "study.db")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(StudyError, match="cannot be written to"):
        Store(tmp_path / "gone" / "study.db", create=True)


def test_an_opened_study_has_its_identity_and_is_opened_again(tmp_path):
    Store(tmp_path / "study.db", create=True).close()
    store = Store(tmp_path / "study.db")
    assert store.one("PRAGMA application_id") == int.from_bytes(b"codr", "big")
    assert store.one("PRAGMA user_version") == database.SCHEMA_VERSION
    for pragma, value in {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "recursive_triggers": 1,
        "secure_delete": 1,
    }.items():
        assert store.one(f"PRAGMA {pragma}") == value
    store.close()


def test_a_study_of_a_newer_program_is_left_alone(tmp_path):
    path = tmp_path / "study.db"
    Store(path, create=True).close()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(StudyError, match=r"newer coder \(schema 99.*\n.*pip install --upgrade"):
        Store(path)


def test_a_file_that_is_no_database_is_left_alone(tmp_path):
    path = tmp_path / "study.db"
    path.write_bytes(b"Dear diary, this is no database at all.\n" * 50)
    before = path.read_bytes()
    with pytest.raises(StudyError, match="cannot be read"):
        Store(path)
    assert path.read_bytes() == before


def test_a_damaged_study_is_an_error_in_words(desk, tmp_path):
    desk.code(0)
    desk.store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(desk.store.path.read_bytes())
    data[100:4000] = b"\xff" * 3900
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(data)
    with pytest.raises(StudyError, match="cannot be read"):
        prove(Store(damaged))


@pytest.mark.parametrize("user_version", [0, 7])
def test_the_database_of_another_program_is_left_alone(tmp_path, user_version):
    path = tmp_path / "study.db"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE bookmark (url TEXT)")
        db.execute(f"PRAGMA user_version = {user_version}")
    db.close()
    before = path.read_bytes()
    with pytest.raises(StudyError, match="not a study of coder"):
        Store(path, create=True)
    assert path.read_bytes() == before


# --- migrations ---

NOW = database.SCHEMA_VERSION
ADD_PLACE = f"""BEGIN IMMEDIATE;
CREATE TABLE place (name TEXT NOT NULL) STRICT;
INSERT INTO place SELECT name FROM transcript;
PRAGMA user_version = {NOW + 1};
COMMIT;
"""


@pytest.fixture
def next_version(tmp_path, monkeypatch):
    """Return a function that makes the program know one more migration."""

    def teach(script):
        path = tmp_path / "999_place.sql"
        path.write_text(script)
        monkeypatch.setattr(database, "MIGRATIONS", [*database.MIGRATIONS, path])
        monkeypatch.setattr(database, "SCHEMA_VERSION", NOW + 1)

    return teach


def test_an_older_study_is_brought_up_to_date_after_a_backup(desk, next_version):
    desk.code(0)
    head = log.head(desk.store)
    next_version(ADD_PLACE)
    store = Store(desk.store.path)
    assert store.one("PRAGMA user_version") == NOW + 1
    assert store.one("SELECT name FROM place") == "alder-1"
    assert log.head(store) == head and prove(store) == []
    store.close()
    with sqlite3.connect(desk.store.path.parent / "backups" / f"study-schema-{NOW}.db") as backup:
        assert backup.execute("PRAGMA user_version").fetchone() == (NOW,)
        assert backup.execute("SELECT count(*) FROM coding_event").fetchone() == (1,)
    backup.close()


def test_a_study_of_the_first_version_is_brought_up_to_date(tmp_path, monkeypatch):
    path = tmp_path / "study.db"
    with monkeypatch.context() as patch:
        patch.setattr(database, "MIGRATIONS", database.MIGRATIONS[:1])
        patch.setattr(database, "SCHEMA_VERSION", 1)
        Store(path, create=True).close()
    store = Store(path)
    assert store.one("PRAGMA user_version") == NOW
    assert (store.one("SELECT count(*) FROM draw"), prove(store)) == (0, [])
    store.close()
    assert (tmp_path / "backups" / "study-schema-1.db").exists()


@pytest.mark.parametrize(
    "broken", ["CREATE TABLE half (;", "INSERT INTO place VALUES (NULL);", "SELECT * FROM nothing;"]
)
def test_a_migration_that_fails_leaves_the_older_study_whole(desk, next_version, broken, monkeypatch):
    desk.code(0)
    head, before = log.head(desk.store), rows(desk.store)
    next_version(ADD_PLACE.replace("INSERT INTO place", broken + "INSERT INTO place"))
    with pytest.raises(StudyError, match="refused"):
        Store(desk.store.path)
    monkeypatch.undo()
    store = Store(desk.store.path)
    assert (store.one("PRAGMA user_version"), log.head(store), rows(store)) == (NOW, head, before)
    store.close()


def test_the_backup_keeps_what_is_still_in_the_write_ahead_log(desk, tmp_path):
    desk.code(0)
    assert (tmp_path / "study.db-wal").stat().st_size > 0
    desk.store.backup(tmp_path / "copies" / "copy.db")
    copy = Store(tmp_path / "copies" / "copy.db")
    assert judgements(copy, which=Which.AS_WRITTEN) == judgements(desk.store, which=Which.AS_WRITTEN)
    copy.close()


def test_a_new_study_is_made_by_two_commands_at_once(tmp_path):
    stores, errors = [], []

    def open_it():
        try:
            barrier.wait()
            Store(tmp_path / "study.db", create=True).close()
            stores.append(1)
        except StudyBusyError as error:  # changing to the write-ahead log does not wait
            errors.append(error)

    barrier = threading.Barrier(4)
    threads = [threading.Thread(target=open_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(stores) + len(errors) == 4 and stores
    store = Store(tmp_path / "study.db")
    assert prove(store) == []
    store.close()


# --- what cannot be written ---


@pytest.fixture
def unwritable(monkeypatch):
    """Return a function that makes a path look unwritable; permissions do not bind the superuser."""

    def forbid(*paths):
        real = os.access
        monkeypatch.setattr(os, "access", lambda path, mode: Path(path) not in paths and real(path, mode))

    return forbid


@pytest.mark.parametrize("which", ["file", "folder"])
def test_a_read_only_study_is_read_and_refuses_to_be_written(desk, unwritable, which):
    desk.code(0)
    path = desk.store.path
    desk.store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    desk.store.close()
    unwritable(path if which == "file" else path.parent)
    store = Store(path)
    assert len(judgements(store)) == 1
    assert prove(store) == []
    with pytest.raises(StudyError, match="read-only"), store.transaction("code"):
        pass
    store.close()
    assert sorted(p.name for p in path.parent.iterdir()) == ["log.head", "study.db"]


def test_a_read_only_study_of_an_older_program_says_so(desk, unwritable, next_version):
    next_version(ADD_PLACE)
    desk.store.close()
    unwritable(desk.store.path)
    with pytest.raises(StudyError, match="has to be brought up to date"):
        Store(desk.store.path)


def test_a_locked_study_is_busy(desk):
    other = Store(desk.store.path, busy_seconds=0.01)
    with desk.store.transaction("code"):
        with pytest.raises(StudyBusyError, match="another command is writing"), other.transaction("code"):
            pass
        assert judgements(other) == []  # reading goes on
    with other.transaction("code"):
        pass
    other.close()


def test_a_full_disk_loses_nothing(desk):
    desk.code(0)
    head, before = log.head(desk.store), rows(desk.store)
    pages = desk.store.one("PRAGMA page_count")
    desk.store.one(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StudyError, match="the disk is full; nothing was written"):
        desk.say(*[Coding(desk.segments[1], f"code {n}", "ada", memo="long " * 200) for n in range(50)])
    assert (log.head(desk.store), rows(desk.store)) == (head, before)
    desk.store.one("PRAGMA max_page_count = 1000000")
    assert desk.code(1) == [2]
    assert prove(desk.store) == []


# --- two at once ---


def append_some(path, coder, segments, scheme):
    store = Store(path, busy_seconds=60)
    for n in range(20):
        with store.transaction("code"):
            log.append(store, [Coding(segments[n % 4], f"code {n}", coder)], scheme)
    store.close()


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_two_writers_keep_the_chain_whole(desk, kind):
    make = threading.Thread if kind == "threads" else get_context("spawn").Process
    writers = [
        make(target=append_some, args=(desk.store.path, coder, desk.segments, desk.scheme)) for coder in ("ada", "ben")
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    events = judgements(desk.store, which=Which.AS_WRITTEN)
    assert [event.id for event in events] == list(range(1, 41))
    assert sorted({event.coder for event in events}) == ["ada", "ben"]
    assert prove(desk.store) == []


def test_the_log_is_copied_event_by_event_into_a_table_that_knows_bulk(tmp_path, monkeypatch, furnished, clock):
    with monkeypatch.context() as patch:
        patch.setattr(database, "MIGRATIONS", database.MIGRATIONS[:4])
        patch.setattr(database, "SCHEMA_VERSION", 4)
        old = Store(tmp_path / "study.db", create=True, clock=clock)
        desk = furnished(old)
        [asked] = desk.code(0, "a", "model-1", confidence=0.8)
        desk.code(0, "a", "ada", responds_to=asked, shown="suggestions")
        desk.code(0, "a", "ada", Verdict.ABSENT)
        head, before = log.head(old), judgements(old, which=Which.AS_WRITTEN)
        old.close()
    store = Store(tmp_path / "study.db", clock=clock)
    assert (log.head(store), judgements(store, which=Which.AS_WRITTEN)) == (head, before)
    assert prove(store) == []
    assert store.rows("PRAGMA foreign_key_check") == []
    assert store.one("PRAGMA foreign_keys") == 1
    for sql in ("DELETE FROM coding_event", "UPDATE coding_event SET memo = 'x'"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            store.db.execute(sql)
    store.close()
