"""Names that hold numbers stand in the order of the numbers, wherever transcripts and cases are listed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.natural_sort import countable, natural
from coder.steps.audit import unit_page
from coder.steps.audit.queue import audit_queue
from coder.steps.corpus.transcripts import transcript_files
from coder.steps.integrity import transcripts_of
from coder.steps.pages import reading_view
from coder.steps.study.study import open_study
from coder.store import board_facts, corpus, overview, unit_queries

CODE = "education/customers/courses"
OAKS = ["oak-1", "oak-9", "Oak-10"]


@pytest.fixture
def oaks(study, add_interview):
    """Return a study with three interviews more, imported in the order of letters."""
    for name in sorted(OAKS):
        add_interview(study, name, ["We meet at the fair.", "We hold a course."], "guess-1", CODE)
        (study.folder / "transcripts" / f"{name}.txt").write_text("Q: Why?", "utf-8")
    return study


def test_transcripts_and_cases_are_listed_as_people_count(oaks):
    store, names = oaks.store, ["alder-1", "alder-2", "birch-1", "birch-2", *OAKS]
    assert list(corpus.transcripts(store)) == names
    assert [one["transcript"] for one in transcripts_of(oaks)] == names
    assert [one.name for one in reading_view.transcripts(oaks, "anna")[0]] == names
    assert [one.transcript for one in overview.progress(store, "sentence", "anna", [])] == names
    assert unit_page.names(oaks)["transcripts"] == names
    assert [path.stem for path in transcript_files(oaks.folder)] == names
    assert list(dict.fromkeys(board_facts.transcript_of_units(store, "sentence").values())) == names


def test_an_audit_goes_through_them_in_this_order(oaks):
    audited = [item.unit.segment.span.transcript for item in audit_queue(oaks, "anna")]
    assert list(dict.fromkeys(audited)) == OAKS
    units = unit_queries.queue(oaks.store, "sentence", "guess-1", [CODE])
    assert [item.unit.segment.id for item in audit_queue(oaks, "anna")] == units


def test_so_does_the_study_of_a_past_time(oaks):
    folder = oaks.folder
    oaks.close()
    past = open_study(folder, as_of="2999-01-01T00:00:00Z")
    assert list(corpus.transcripts(past.store))[-3:] == OAKS
    past.close()


@given(st.text(max_size=6), st.text(max_size=6))
def test_two_names_never_have_one_place(one, other):
    for key in (countable, natural):
        assert (key(one) == key(other)) == (one == other)


@given(st.integers(0, 10**18), st.integers(0, 10**18))
def test_numbers_in_names_count(one, other):
    assert (countable(f"Firm {one}") < countable(f"Firm {other}")) == (one < other)
