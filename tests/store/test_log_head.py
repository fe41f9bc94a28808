"""A log that was lost or shortened is noticed, and nothing is written in its place."""

import json
import shutil

import pytest

from coder.errors import StudyError
from coder.steps.integrity import check
from coder.steps.study.study import new_study, open_study
from coder.store import log
from coder.store.judgements import Which, judgements
from coder.types import Coding


def head(folder):
    return json.loads((folder / "log.head").read_text("utf-8"))


def test_the_last_event_is_written_down_after_each_command(desk):
    folder = desk.store.path.parent
    assert not (folder / "log.head").exists()
    desk.code()
    assert (head(folder)["event"], head(folder)["hash"]) == log.head(desk.store) == (1, log.head(desk.store)[1])
    with desk.store.transaction("code", dry_run=True):
        log.append(desk.store, [], desk.scheme)
    desk.code(1)
    assert (head(folder)["event"], head(folder)["hash"]) == log.head(desk.store)
    assert sorted(path.name for path in folder.glob("*log.head*")) == ["log.head"]


@pytest.fixture
def used(study):
    """Return the folder of a study with codings, its second place written."""
    ada = next(event for event in judgements(study.store, "ada") if event.code)
    with study.store.transaction("code"):
        log.append(study.store, [Coding(ada.segment, ada.code, "ada", memo="more")], study.scheme_version())
    study.close()
    return study.folder


@pytest.mark.parametrize("create", [False, True])
@pytest.mark.parametrize("lost", [lambda path: path.unlink(), lambda path: path.write_bytes(b"")])
def test_a_lost_log_is_refused_by_every_command(used, lost, create):
    (used / "backups").mkdir()
    shutil.copyfile(used / "study.db", used / "backups" / "study-schema-9.db")
    for extra in used.glob("study.db-*"):
        extra.unlink()
    lost(used / "study.db")
    with pytest.raises(StudyError, match=r"missing or empty(?s:.*)log.head(?s:.*)backups/study-schema-9.db"):
        open_study(used, create=create)
    assert not (used / "study.db").exists() or not (used / "study.db").stat().st_size
    (used / "log.head").rename(used / "moved")
    assert not open_study(used, create=True).store.one("SELECT count(*) FROM coding_event")


@pytest.mark.parametrize("name", ["models/model-1.npz", "out/quotes.csv"])
def test_models_and_tables_tell_of_a_lost_log(study_folder, name):
    (study_folder / name).parent.mkdir()
    (study_folder / name).touch()
    with pytest.raises(StudyError, match=name.partition("/")[0]):
        open_study(study_folder, create=True)


def test_files_alone_are_a_study_that_import_and_run_begin(study_folder, tmp_path):
    with pytest.raises(StudyError, match="coder import"):
        open_study(study_folder)
    assert not (study_folder / "study.db").exists()
    open_study(study_folder, create=True).close()
    new_study(tmp_path / "new", "New")
    open_study(tmp_path / "new").close()


def test_a_shortened_log_and_another_one_are_refused(used):
    whole, number = (used / "study.db").read_bytes(), head(used)["event"]
    study = open_study(used)
    study.store.db.execute("DROP TRIGGER coding_event_no_delete")
    study.store.db.execute("DELETE FROM coding_event WHERE id = ?", (number,))
    study.close()
    with pytest.raises(StudyError, match=f"ends at event {number - 1}, but log.head names event {number}"):
        open_study(used)
    (used / "study.db").write_bytes(whole)
    (used / "log.head").write_text(json.dumps({"event": number, "hash": "0" * 64}), "utf-8")
    with pytest.raises(StudyError, match="another log"):
        open_study(used)


def test_a_second_place_that_lags_behind_or_is_not_there_is_no_fault(used):
    study = open_study(used)
    (hash_,) = [event.hash for event in judgements(study.store, which=Which.AS_WRITTEN) if event.id == 3]
    study.close()
    (used / "log.head").write_text(json.dumps({"event": 3, "hash": hash_}), "utf-8")
    open_study(used).close()
    (used / "log.head").write_text("", "utf-8")
    study = open_study(used)
    assert check(study).findings == ()
    study.close()
