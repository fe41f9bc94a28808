"""A study as it stood at a past time: tables rebuilt from the log."""

from datetime import UTC, datetime

import pytest

from coder.errors import StudyError, UsageError
from coder.steps.corpus.transcripts import import_transcripts
from coder.steps.findings import print_edits
from coder.steps.findings.citations import citations
from coder.steps.findings.quote_tables import quote_tables
from coder.steps.findings.selection import findings
from coder.steps.scheme.changes import change, edit_of
from coder.steps.study.study import open_study
from coder.store import log
from coder.types import Coding, Verdict


def at(text):
    """Return a clock that stands at a time."""
    return lambda: datetime.fromisoformat(text).replace(tzinfo=UTC)


LATER = at("2031-01-01T00:00:00")


@pytest.fixture
def later(study):
    """Return the folder of a study that was changed on 2 May 2030, with the tables of before."""
    before = quote_tables(findings(study))
    study.store.clock = at("2030-05-02T10:00:00")
    first = citations(study)[0]
    with study.store.transaction("code"):
        taken_back = Coding(first.segment, first.code, first.coder, Verdict.ABSENT)
        log.append(study.store, [taken_back], study.scheme_version())
    path = study.folder / "transcripts" / "alder-9.txt"
    path.write_text("Interviewer: And since?\n\nNora: We go to fairs.\n", "utf-8")
    import_transcripts(study)
    return study.folder, before


def test_a_table_is_rebuilt_from_the_log_as_it_was(later):
    folder, before = later
    now = open_study(folder)
    assert quote_tables(findings(now)) != before
    now.close()
    past = open_study(folder, clock=LATER, as_of="2030-05-01")
    rebuilt = quote_tables(findings(past))
    assert [(t.title, t.header, t.rows) for t in rebuilt] == [(t.title, t.header, t.rows) for t in before]
    assert before[0].note in rebuilt[0].note
    assert "as it stood at 2030-05-01T23:59:59.999Z" in rebuilt[0].note
    past.close()


def test_the_end_of_a_day_and_a_time_in_it(later):
    folder, _ = later
    for moment, n in (("2030-05-02", 15), ("2030-05-02T09:59:59Z", 16), ("2030-05-02T12:00+02:00", 15)):
        past = open_study(folder, clock=LATER, as_of=moment)
        assert len(citations(past)) == n
        past.close()


def test_the_past_cannot_be_written_to_and_the_study_stays_as_it_is(later):
    folder, _ = later
    bytes_before = (folder / "study.db").read_bytes()
    past = open_study(folder, clock=LATER, as_of="2030-05-01")
    with pytest.raises(StudyError, match="nothing can be written to the past"), past.store.transaction("code"):
        pass
    past.close()
    assert (folder / "study.db").read_bytes() == bytes_before


def test_before_the_first_transcript_there_is_no_past(later):
    folder, _ = later
    with pytest.raises(StudyError, match="nothing was in the study at 1999-01-01") as error:
        open_study(folder, clock=LATER, as_of="1999-01-01")
    assert "its first transcript came at 20" in error.value.todo


def test_what_is_still_to_come_has_no_past(later):
    folder, _ = later
    past = open_study(folder, clock=LATER, as_of="2099-01-01")
    assert past.as_of == "2031-01-01T00:00:00.000Z"
    past.close()


def test_pins_edits_and_translations_are_those_of_then(study):
    one, two = (c.event for c in citations(study)[:2])
    word = citations(study)[0].words.split()[0]
    study.store.clock = at("2030-05-01T10:00:00")
    print_edits.pin(study, [one], "eva")
    print_edits.edit(study, one, f"{word} […]", "eva")
    print_edits.translate(study, one, "sv", "Vi visar.", "eva")
    before = findings(study).citations
    study.store.clock = at("2030-05-02T10:00:00")
    print_edits.pin(study, [one], "eva", on=False)
    print_edits.pin(study, [two], "eva")
    print_edits.edit(study, one, None, "eva")
    print_edits.translate(study, one, "sv", "", "eva")
    change(study, edit_of(study, "rename", "courses", "", ("lessons",)), "ada")
    assert findings(study).citations != before
    past = open_study(study.folder, clock=LATER, as_of="2030-05-01")
    assert findings(past).citations == before
    past.close()


def test_the_scheme_is_that_of_then(study):
    study.store.clock = at("2030-05-02T10:00:00")
    before = findings(study)
    change(study, edit_of(study, "rename", "courses", "", ("lessons",)), "ada")
    assert any("lessons" in c.code for c in citations(study))
    past = open_study(study.folder, clock=LATER, as_of="2030-05-01")
    assert not any("lessons" in path for path in past.scheme.paths())
    assert findings(past).citations == before.citations
    past.close()


def test_a_time_that_is_none_is_refused(study):
    for text in ("yesterday", "0001-01-01T00:00+14:00", "9999-12-31T23:59-10:00"):
        with pytest.raises(UsageError, match="is not a time"):
            open_study(study.folder, as_of=text)
