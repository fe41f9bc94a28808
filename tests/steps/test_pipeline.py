import os
import re
from pathlib import Path

import pytest

from coder.errors import StudyError
from coder.steps import pipeline
from coder.steps.integrity import check
from coder.steps.pipeline import run
from coder.steps.study.study import open_study
from coder.store import log
from coder.store.judgements import Which, judgements

GOLDEN = Path(__file__).parent / "golden"
STEPS = ("import", "segment", "code", "train", "suggest", "agreement", "publish")

TABLES = ("csv", "md")


@pytest.fixture
def opened(study_folder, clock):
    study = open_study(study_folder, clock=clock, create=True)
    yield study
    study.close()


def tables(study):
    """Return the written tables, without what hangs on scores (their last digits differ between machines) or today."""
    found = {path.name: path.read_text("utf-8") for path in sorted(study.out.iterdir())}
    return {
        name: re.sub(r"Log: \d+ events, [0-9a-f]{12}|2026-03-01T[0-9:.]+Z", "TODAY", text)
        for name, text in found.items()
        if not name.startswith(("suggestions", "methods", "index"))
    }


def test_the_line_writes_the_tables_that_it_always_wrote(opened):
    run(opened, replicates=20, formats=TABLES)
    found = tables(opened)
    if os.environ.get("GOLDEN") == "write":
        GOLDEN.mkdir(exist_ok=True)
        for name, text in found.items():
            (GOLDEN / name).write_text(text, "utf-8", newline="\n")
    assert found == {path.name: path.read_text("utf-8") for path in sorted(GOLDEN.iterdir())}


def test_each_step_is_told_as_it_ends(opened):
    told = []
    ran = run(opened, replicates=20, formats=TABLES, done=lambda step, outcome: told.append((step, outcome)))
    assert [step for step, _ in told] == list(STEPS)
    assert told[-1][1] == ran.published
    assert all(path.exists() for path in ran.published.files)


def test_a_second_run_writes_no_event_and_the_same_tables(opened):
    run(opened, replicates=20, formats=TABLES)
    first, head = tables(opened), log.head(opened.store)
    ran = run(opened, replicates=20, formats=TABLES)
    assert log.head(opened.store) == head
    assert tables(opened) == first
    assert {item.status for item in ran.imported} == {"unchanged"}
    assert not ran.trained.changed
    assert ran.suggested.written == 0
    assert len(log.runs(opened.store)) == 3  # the two tables of codings and the suggestions, once each


class StopError(Exception):
    pass


@pytest.mark.parametrize("last", STEPS)
def test_a_run_that_broke_after_any_step_goes_on_where_it_stopped(opened, tmp_path_factory, last):
    def stop(step, outcome):
        if step == last:
            raise StopError

    with pytest.raises(StopError):
        run(opened, replicates=20, formats=TABLES, done=stop)
    run(opened, replicates=20, formats=TABLES)
    assert check(opened).findings == ()
    words = [
        (e.coder, e.segment, e.code, e.verdict, e.supersedes) for e in judgements(opened.store, which=Which.AS_WRITTEN)
    ]
    assert len(words) == len(set(words))
    expected = {path.name: path.read_text("utf-8") for path in GOLDEN.glob("matrix*")}
    assert {name: text for name, text in tables(opened).items() if name in expected} == expected
    assert [path.name for path in (opened.folder / "models").iterdir()] == ["model-1"]


@pytest.mark.parametrize("broken", ["segment_study", "train", "publish"])
def test_an_error_inside_a_step_leaves_what_was_finished(opened, monkeypatch, broken):
    def fail(*args, **more):
        raise StopError

    with monkeypatch.context() as patch:
        patch.setattr(pipeline, broken, fail)
        with pytest.raises(StopError):
            run(opened, replicates=20, formats=TABLES)
    assert check(opened).findings == ()
    run(opened, replicates=20, formats=TABLES)
    expected = {path.name: path.read_text("utf-8") for path in GOLDEN.glob("matrix*")}
    assert {name: text for name, text in tables(opened).items() if name in expected} == expected


def test_without_codings_the_schemes_words_suggest_and_there_is_no_agreement(opened):
    for path in (opened.folder / "codings").iterdir():
        path.unlink()
    ran = run(opened, replicates=20, formats=TABLES)
    assert ran.trained is None
    assert not ran.suggested.trained
    assert ran.agreed == []
    assert ("Agreement", "no two coders have judged the same units (coder double-code)") in ran.published.left_out


def test_a_study_without_transcripts_says_where_they_belong(opened):
    for path in (opened.folder / "transcripts").iterdir():
        path.unlink()
    with pytest.raises(StudyError, match="no transcripts") as error:
        run(opened)
    assert error.value.where == opened.folder / "transcripts"
