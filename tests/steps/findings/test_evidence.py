"""A printed citation leads back to its evidence, whatever became of it since."""

import pytest

from coder.errors import CodingError
from coder.steps.findings.citations import citations
from coder.steps.findings.evidence import shown
from coder.steps.findings.print_edits import edit, pin, translate
from coder.store import log
from coder.store.judgements import judgement
from coder.types import Coder, Coding, Provenance, Verdict


@pytest.fixture
def number(study):
    return next(c.event for c in citations(study) if c.transcript == "birch-1" and "winch" in c.words)


def say(study, *codings):
    with study.store.transaction("audit"):
        return log.append(study.store, codings, study.scheme_version())


def test_the_whole_chain_is_shown(study, number):
    edit(study, number, "[They] show […] the winch at the fair.", "eva")
    edit(study, number, "[They] show each skipper the winch at the fair.", "eva")
    translate(study, number, "sv", "Vi visar spelet.", "eva")
    pin(study, [number], "eva")
    found = shown(study, number)
    c = found.citation
    assert (c.words, c.text) == (
        "We show each skipper the winch at the fair.",
        "[They] show each skipper the winch at the fair.",
    )
    assert (c.speaker, c.title, c.case, c.role, c.transcript, c.at_ms) == (
        "Siri", "Founder", "Birch", "respondent", "birch-1", 5500,
    )  # fmt: skip
    assert c == next(one for one in [c] if one.event == number)
    assert (found.question, found.time()) == ("What happens at fairs?", "0:00:05")
    assert c.translations == {"sv": "Vi visar spelet."} and c.pinned and found.pin.coder == "eva"
    assert [len(one.edits) for one in found.edited] == [2, 1]
    assert (found.standing, found.superseded_by, found.notes) == (True, (), ())
    assert found.coded() == "by ada, 2026-02-03 00:00, without a suggestion; scheme version 1, in a run of `code`"


def test_a_citation_that_was_taken_back_is_still_shown(study, number):
    event = judgement(study.store, number)
    [last] = say(study, Coding(event.segment, event.code, "ada", Verdict.ABSENT))
    found = shown(study, number)
    assert not found.standing
    assert [(e.id, e.verdict) for e in found.superseded_by] == [(last, Verdict.ABSENT)]
    assert found.citation.coder == "ada" and found.citation.words.startswith("We show")
    with pytest.raises(CodingError, match=f"{last} is no citation: it says `{event.code}` is absent"):
        shown(study, last)
    with pytest.raises(CodingError, match="there is no citation 0"):
        shown(study, 0)


def test_on_whose_suggestion_it_was_coded(study, number):
    segment = judgement(study.store, number).segment
    with study.store.transaction("suggest"):
        log.add_coder(study.store, Coder("model-1", "model"))
    [asked] = say(study, Coding(segment, "contact/fairs", "model-1", confidence=0.83))
    found = shown(study, asked)
    assert found.citation.provenance is Provenance.UNREVIEWED
    assert found.coded().startswith("suggested by model-1 (0.83); nobody has reviewed it")
    [accepted] = say(study, Coding(segment, "contact/fairs", "ben", responds_to=asked, shown="suggestions"))
    found = shown(study, accepted)
    assert found.suggestion == asked
    assert f"accepting what model-1 suggested (event {asked}, 0.83)" in found.coded()
    assert shown(study, asked).citation.provenance is Provenance.UNREVIEWED


def test_words_that_were_corrected_or_deleted_say_so(study, number):
    from coder.steps.corpus.transcripts import import_transcripts

    edit(study, number, "[They] show […] the winch at the fair.", "eva")
    path = study.folder / "transcripts" / "birch-1.vtt"
    path.write_text(path.read_text("utf-8").replace("We show each skipper", "We show every skipper"), "utf-8")
    import_transcripts(study)
    found = shown(study, number)
    assert found.citation.words == found.citation.text == "We show every skipper the winch at the fair."
    assert found.notes == ("its words were corrected after they were edited for print: do that again",)
    path.write_text("WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n<v Interviewer>Nothing is left of it.\n", "utf-8")
    import_transcripts(study, replace_texts=True)
    found = shown(study, number)
    assert found.citation.words == "We show every skipper the winch at the fair."
    assert found.notes[0] == "its words are not in the transcript as it is now; these are those that were coded"
    with study.store.transaction("withdraw"):
        study.store.db.execute("DELETE FROM words")
    found = shown(study, number)
    assert (found.citation.words, found.question, found.notes) == ("", "", ("its words were deleted",))
    assert (found.citation.speaker, found.citation.case) == ("Siri", "Birch")


def test_a_code_that_was_renamed_or_split_is_shown_as_it_is_called_now(study, number):
    from coder.steps.scheme import changes
    from coder.steps.study.study import open_study

    changes.change(study, changes.edit_of(study, "rename", "fairs", "mechanism", ["shows"], {}), "ada")
    study.close()
    again = open_study(study.folder)
    pin(again, [number], "eva")
    found = shown(again, number)
    assert (found.citation.code, found.code_then) == ("education/customers/shows", "education/customers/fairs")
    assert found.citation.pinned
    again.close()
