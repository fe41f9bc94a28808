"""A wrong file goes and comes back; an imported table is taken back."""

from datetime import UTC, datetime

import pytest

from coder.errors import UsageError
from coder.steps.coding.human_codings import import_codings
from coder.steps.corpus.transcripts import import_transcripts
from coder.steps.corpus.units import segment_study
from coder.steps.findings.citations import citations
from coder.steps.integrity import check, history
from coder.steps.study.study import open_study
from coder.steps.withdrawal.remove import remove
from coder.steps.withdrawal.undo import undo
from coder.store import corpus, log
from coder.types import Coding


def words(study):
    return sorted((one.transcript, one.words, one.code) for one in citations(study))


def test_a_removed_transcript_counts_nowhere_and_comes_back_whole(study):
    before, events = words(study), log.head(study.store)
    assert remove(study, "alder-1", dry_run=True) == remove(study, "alder-1")
    assert "alder-1" not in {name for name, *_ in words(study)} and "alder-1" not in segment_study(study)
    assert {one.name for one in import_transcripts(study)} == {"alder-2", "birch-1", "birch-2"}
    found = check(study)
    assert found.findings == () and "alder-1: removed; `coder undo` puts it back" in found.warnings
    assert len(history(study, transcript="alder-1")) == 9
    assert undo(study).transcript == "alder-1"
    assert words(study) == before and log.head(study.store) == events
    assert {one.status for one in import_transcripts(study)} == {"unchanged"}
    assert check(study).warnings == ()


def test_the_past_knows_what_was_removed_later(study):
    study.store.clock = lambda: datetime(2026, 4, 1, tzinfo=UTC)
    remove(study, "alder-1")
    study.close()
    past = open_study(study.folder, as_of="2026-03-02")
    assert "alder-1" in corpus.transcripts(past.store)
    past.close()


def test_the_right_file_takes_the_place_of_the_removed_one(study, tmp_path):
    remove(study, "alder-1")
    (tmp_path / "alder-1.txt").write_text("Interviewer: Why?\nMaja: Because we grow.\n", "utf-8")
    [one] = import_transcripts(study, [tmp_path / "alder-1.txt"])
    assert one.status == "new" and "alder-1" in segment_study(study)
    assert check(study).findings == ()


def test_an_imported_table_is_taken_back_and_can_be_imported_again(study):
    before, table = words(study), study.folder / "codings" / "ben.csv"
    assert undo(study, dry_run=True).codings == undo(study).codings == 8
    assert not [one for one in citations(study) if "ben" in one.coders]
    assert import_codings(study, table).written == {"ben": 8}
    assert words(study) == before
    undo(study)
    undo(study)
    assert citations(study) == [] and check(study).findings == ()
    with pytest.raises(UsageError, match="no imported table"):
        undo(study)


def test_what_was_judged_again_since_stays(study):
    event = next(e for e, _, _ in reversed(history(study, coder="ben")) if e.code)
    with study.store.transaction("audit"):
        log.append(study.store, [Coding(event.segment, event.code, "ben", memo="sure")], study.scheme_version())
    done = undo(study)
    assert (done.codings, done.kept) == (7, 1)
    assert [one.memo for one in citations(study) if one.coder == "ben"] == ["sure"]


def test_imports_are_taken_back_one_after_another(study, tmp_path):
    before, table = words(study), tmp_path / "more.csv"
    text = (study.folder / "codings" / "ben.csv").read_text("utf-8")
    table.write_text(text.replace("caught.,", "caught.,unsure"), "utf-8")
    assert import_codings(study, table).written == {"ben": 1}
    assert words(study) != before and undo(study).codings == 1
    assert words(study) == before
    assert (undo(study).codings, undo(study).codings) == (8, 14)
    assert citations(study) == []
