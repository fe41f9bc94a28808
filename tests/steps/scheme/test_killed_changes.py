"""A change of the scheme that is killed leaves file and store both old or both new when the study is opened again."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from coder.errors import SchemeError
from coder.scheme.editing import Edit
from coder.steps.scheme.changes import change, undo_change
from coder.steps.study.study import finish_scheme_change, open_study, scheme_draft

RENAME = Edit("rename", "courses", "mechanism", ("lessons",))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a process is forked to be killed")
def test_killed_at_any_step_a_change_is_made_wholly_or_not_at_all(coded, tmp_path):
    (tmp_path / "scratch").mkdir()
    script = Path(__file__).with_name("killed_changes.py")
    command = [sys.executable, str(script), str(coded), str(tmp_path / "scratch")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for name, found in json.loads(done.stdout).items():
        *killed, whole = found["steps"]
        assert whole["ended"] == 0, done.stderr
        assert len(killed) > 8 and {one["ended"] for one in killed} == {-9}
        ends = [{key: one[key] for key in ("file", "change", "codings", "findings", "left")} for one in killed]
        old, new = ({key: one[key] for key in ends[0]} for one in (found["before"], whole))
        assert (old["findings"], new["findings"], old["left"], new["left"]) == ([], [], [], [])
        assert old["change"] < new["change"] and old["file"] != new["file"]
        turn = ends.index(new)
        assert ends == [old] * turn + [new] * (len(ends) - turn), name
        assert 3 <= turn < len(ends)
        notes = [one["note"].partition(" interrupted ")[2][:12] for one in killed]
        assert {"and is taken", "after it was"} <= set(notes), notes


def interrupted(study, monkeypatch):
    """Change the scheme, and be stopped between COMMIT and the file's new place."""
    monkeypatch.setattr("coder.steps.scheme.changes.finish_scheme_change", lambda store, path: "")
    change(study, RENAME)
    monkeypatch.undo()


def test_a_completed_change_is_said_and_can_be_undone(study, monkeypatch):
    old = study.scheme.paths()
    interrupted(study, monkeypatch)
    with pytest.warns(UserWarning, match="is completed now"):
        again = open_study(study.folder)
    assert "education/customers/lessons" in again.scheme.paths()
    undo_change(again)
    assert again.scheme.paths() == old
    again.close()


def test_a_file_that_was_edited_by_hand_meanwhile_is_not_overwritten(study, monkeypatch):
    interrupted(study, monkeypatch)
    path = study.folder / "scheme.yaml"
    by_hand = path.read_text("utf-8").replace("A public show.", "A show.")
    path.write_text(by_hand, "utf-8")
    with pytest.raises(SchemeError, match="edited by hand"):
        open_study(study.folder)
    assert path.read_text("utf-8") == by_hand and scheme_draft(path).exists()
    path.unlink()
    with pytest.warns(UserWarning, match="is completed now"):
        open_study(study.folder).close()
    assert "lessons" in path.read_text("utf-8")


def test_two_who_complete_a_change_do_not_meet(study, monkeypatch):
    interrupted(study, monkeypatch)
    path = study.folder / "scheme.yaml"
    assert finish_scheme_change(study.store, path)
    assert finish_scheme_change(study.store, path) == ""
