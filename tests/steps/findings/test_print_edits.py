"""Citations for print: pinned, edited, translated; nothing of it touches the log or the words."""

import dataclasses

import pytest

from coder.errors import CodingError, UsageError
from coder.steps.findings.citations import citations
from coder.steps.findings.print_edits import edit, pin, translate, with_editions
from coder.steps.integrity import check
from coder.store import log, print_edits
from coder.store.integrity import prove
from coder.store.judgements import Which, judgement, judgements
from coder.types import Coder, Coding, Verdict

COURSE = "We hold a course for the skippers every March."


@pytest.fixture
def number(study):
    """Return the number of ada's citation on courses in alder-1."""
    return next(c.event for c in citations(study) if c.words == COURSE and c.transcript == "alder-1")


def editions_in(study, number):
    return next(c for c in with_editions(study, citations(study)) if c.event == number)


def test_a_citation_is_printed_as_it_was_edited_and_the_original_stays(study, number):
    head = log.head(study.store)
    assert (
        edit(study, number, "[They] hold a course […] every March.", "eva") == "[They] hold a course […] every March."
    )
    cited = editions_in(study, number)
    assert (cited.text, cited.words) == ("[They] hold a course […] every March.", COURSE)
    assert log.head(study.store) == head
    assert prove(study.store) == []
    assert edit(study, number, None, "eva") == COURSE
    assert editions_in(study, number).printed == ""
    assert "eva" not in [coder.name for coder in log.coders(study.store)]


def test_the_same_passage_is_printed_the_same_under_every_code(study, number):
    segment = judgement(study.store, number).segment
    with study.store.transaction("code"):
        [other] = log.append(study.store, [Coding(segment, "contact/courses", "ben")], study.scheme_version())
    edit(study, number, "[They] hold a course for the skippers every March.", "eva")
    assert editions_in(study, other).printed.startswith("[They]")
    assert edit(study, other, None, "eva") == COURSE
    assert editions_in(study, number).printed == ""


def test_what_changes_nothing_writes_nothing(study, number):
    def written():
        return [
            study.store.one(f"SELECT count(*) FROM {table}") for table in ("pin", "print_edit", "translation", "run")
        ]

    before = written()
    edit(study, number, f"  {COURSE}\n", "eva")
    assert not translate(study, number, "sv", " ", "eva")
    assert pin(study, [number], "eva", on=False) == 0
    edit(study, number, "[They] hold […]", "eva", dry_run=True)
    assert written() == before
    for _ in range(2):
        edit(study, number, "[They] hold […]", "eva")
        translate(study, number, "SV", "De håller …", "eva")
        pin(study, [number], "eva")
    assert written() == [before[0] + 1, before[1] + 1, before[2] + 1, before[3] + 3]


def test_a_pin_is_on_a_passage_and_a_code_whoever_coded_it(study, number):
    assert pin(study, [number, number], "eva") == 1
    assert editions_in(study, number).pinned
    segment = judgement(study.store, number).segment
    with study.store.transaction("code"):
        [other, another] = log.append(
            study.store,
            [Coding(segment, code, "ben") for code in ("education/customers/courses", "contact/courses")],
            study.scheme_version(),
        )
    assert editions_in(study, other).pinned and not editions_in(study, another).pinned
    assert pin(study, [other], "ben", on=False) == 1
    assert not editions_in(study, number).pinned


def test_translations_stand_beside_the_original(study, number):
    assert translate(study, number, "sv", "De håller en kurs.", "eva")
    assert translate(study, number, "de", "Sie halten einen Kurs.", "eva")
    assert editions_in(study, number).translations == {"de": "Sie halten einen Kurs.", "sv": "De håller en kurs."}
    assert translate(study, number, "de", "", "eva")
    assert list(editions_in(study, number).translations) == ["sv"]
    for language in ("swedish", "s", "1x", ""):
        with pytest.raises(UsageError, match="is no language"):
            translate(study, number, language, "Hej", "eva")


def test_a_number_that_is_no_citation_is_refused(study, number):
    read = next(e.id for e in judgements(study.store, which=Which.AS_WRITTEN) if e.code is None)
    unsure = next(e.id for e in judgements(study.store, which=Which.AS_WRITTEN) if e.verdict is Verdict.UNSURE)
    for wrong, message in ((999, "there is no citation 999"), (read, "read the unit as a whole"), (unsure, "unsure")):
        for do in (
            lambda n: pin(study, [number, n], "eva"),
            lambda n: edit(study, n, None, "eva"),
            lambda n: translate(study, n, "sv", "Hej", "eva"),
        ):
            with pytest.raises(CodingError, match=message) as error:
                do(wrong)
            assert "coder quotes" in error.value.todo
    assert print_edits.pins(study.store) == {}


def test_a_citation_that_was_taken_back_is_refused(study, number):
    event = judgement(study.store, number)
    with study.store.transaction("code"):
        log.append(
            study.store, [Coding(event.segment, event.code, "ada", memo="planned twice")], study.scheme_version()
        )
    assert pin(study, [number], "eva") == 1  # she said it again, with another memo
    with study.store.transaction("code"):
        log.append(study.store, [Coding(event.segment, event.code, "ada", Verdict.WITHDRAWN)], study.scheme_version())
    with pytest.raises(CodingError, match=rf"citation {number} was taken back: ada said `withdrawn`"):
        edit(study, number, None, "eva")


def test_who_edits_has_a_name_and_is_no_model(study, number):
    with study.store.transaction("suggest"):
        log.add_coder(study.store, Coder("model-1", "model"))
    for name, message in (("  ", "the coder has no name"), ("model-1", "a model's name")):
        with pytest.raises(CodingError, match=message):
            pin(study, [number], name)


def test_fillers_of_the_study_are_left_out(study, number):
    with pytest.raises(UsageError, match="`every March` was left out"):
        edit(study, number, "We hold a course for the skippers.", "eva")
    study.settings = dataclasses.replace(study.settings, fillers="every March")
    assert edit(study, number, "We hold a course for the skippers.", "eva") == "We hold a course for the skippers."


def test_an_edit_falls_away_when_the_transcript_is_corrected(study, number):
    from coder.steps.corpus.transcripts import import_transcripts

    edit(study, number, "[They] hold a course […]", "eva")
    translate(study, number, "sv", "De håller en kurs.", "eva")
    path = study.folder / "transcripts" / "alder-1.txt"
    path.write_text(path.read_text("utf-8").replace("every March. It", "every spring. It"), "utf-8")
    import_transcripts(study)
    cited = editions_in(study, number)
    assert (cited.text, cited.translations) == (cited.words, {"sv": "De håller en kurs."})
    assert "spring" in cited.words
    warned = [line for line in check(study).warnings if f"citation {number}" in line]
    assert len(warned) == 2 and "edited for print" in warned[0] and "translated (sv)" in warned[1]
    edit(study, number, "[They] hold a course […]", "eva")
    translate(study, number, "sv", "De håller en kurs.", "eva")
    assert editions_in(study, number).printed == "[They] hold a course […]"
    assert not [line for line in check(study).warnings if f"citation {number}" in line]


def test_a_passage_without_a_place_says_so(study, number):
    with study.store.transaction("withdraw"):
        study.store.db.execute("DELETE FROM words")
    with pytest.raises(CodingError, match="are not in the study now"):
        edit(study, number, None, "eva")
