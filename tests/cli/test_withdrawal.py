"""`coder withdraw`, `remove` and `undo` as they are called."""

import json

import pytest


@pytest.fixture
def folder(study):
    study.close()
    return study.folder


def test_a_withdrawal_shows_what_goes_and_is_meant(coder, folder):
    (folder / "notes.md").write_text("They ask one another at the fair what they caught.", "utf-8")
    shown = coder("withdraw", folder, "Maja", "--dry-run").output
    assert "alder-1: Maja" in shown and "64 words, 2 turns, 7 codings, 1 memo" in shown
    assert "STILL QUOTES THEM, and is yours to delete or edit: notes.md" in shown
    assert "Dry run: nothing was written." in shown and (folder / "transcripts" / "alder-1.txt").exists()
    assert "--yes does it" in coder("withdraw", folder, "Maja", code=2).output
    done = json.loads(coder("withdraw", folder, "Maja", "--yes", "--json").output)
    assert done["targets"] == [["alder-1", "Maja"]] and done["words"] == 64
    assert not (folder / "transcripts" / "alder-1.txt").exists()
    assert "7 events are about words that were withdrawn" in coder("check", folder).output
    assert "who withdraws?" in coder("withdraw", folder, code=2).output


def test_an_interrupted_withdrawal_is_said_by_check(coder, folder, monkeypatch):
    def fail(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("coder.store.withdrawal.scrub", fail)
        coder("withdraw", folder, "alder-1", "--yes", code=130)
    assert f"a withdrawal was interrupted; finish it: coder withdraw {folder}" in coder("check", folder, code=1).output
    coder("withdraw", folder, "--yes")
    coder("check", folder)


def test_a_transcript_is_removed_and_put_back(coder, folder):
    assert "alder-1 is removed; its file moved to removed/" in coder("remove", folder, "alder-1").output
    assert "alder-1" not in coder("transcripts", folder).output
    assert "alder-1: removed; `coder undo` puts it back" in coder("check", folder).output
    assert "alder-1 is put back" in coder("undo", folder).output
    assert "alder-1" in coder("transcripts", folder).output
    assert "8 codings of the last import would be taken back" in coder("undo", folder, "--dry-run").output
    assert json.loads(coder("undo", folder, "--json").output) == {"transcript": "", "codings": 8, "kept": 0}
