from dataclasses import replace

import pytest

from coder.errors import StudyError, TableError
from coder.steps.findings.citations import citations
from coder.steps.findings.pseudonyms import name_tables, note, pseudonyms_of, renamed, start
from coder.steps.findings.selection import findings
from coder.steps.study.study import new_study, open_study
from coder.store import corpus
from coder.tables.quotation.pseudonyms import Pseudonyms
from coder.types import Transcript, Turn

NAMES = Pseudonyms((("Alder", "Firm A"), ("Birch", "Firm B"), ("Siri", "Respondent 1"), ("March", "the spring month")))


def test_a_study_without_the_file_has_no_pseudonyms(study):
    assert pseudonyms_of(study) is None
    (study.folder / "pseudonyms.csv").write_text("name,pseudonym\n", "utf-8")
    assert pseudonyms_of(study) is None


def test_what_is_printed_has_pseudonyms_and_what_is_counted_stays(study):
    real = [replace(c, translations={"sv": "I March."}, memo="Siri says") for c in citations(study)]
    found, cases = renamed(real, corpus.cases(study.store), NAMES)
    assert [c.words for c in found] == [c.words for c in real]
    siri = next(c for c in found if c.speaker == "Respondent 1")
    assert (siri.case, siri.transcript, siri.memo) == ("Firm B", "Firm B-1", "Respondent 1 says")
    assert siri.printed == ""  # its words hold no name
    assert siri.translations == {"sv": "I the spring month."}
    march = next(c for c in found if "March" in c.words)
    assert march.text == "We hold a course for the skippers every the spring month."
    assert [(case.name, case.transcripts) for case in cases] == [
        ("Firm A", ("Firm A-1", "Firm A-2")),
        ("Firm B", ("Firm B-1", "Firm B-2")),
    ]


def test_words_that_were_edited_for_print_get_pseudonyms_too(study):
    real = [replace(next(iter(citations(study))), printed="[Siri] said […]")]
    assert renamed(real, [], NAMES)[0][0].text == "[Respondent 1] said […]"


def test_two_cases_never_become_one(study):
    both = Pseudonyms((("Alder", "Birch"),))
    with pytest.raises(TableError, match="cases `Alder` and `Birch` would both be printed as `Birch`"):
        renamed(citations(study), corpus.cases(study.store), both)


def test_transcripts_without_a_case_or_a_citation_never_become_one(study):
    with study.store.transaction("import"):
        for name in ("Cedar-1", "Cedar AB-1"):
            text = Transcript(name, "Well.", (Turn(0, "Tove", 0, 5),))
            corpus.add_text(study.store, text, f"{name}.txt")
    (study.folder / "pseudonyms.csv").write_text("name,pseudonym\nCedar,Delta\nCedar AB,Delta\n", "utf-8")
    with pytest.raises(TableError, match="the transcripts `Cedar AB-1` and `Cedar-1` would both be printed as"):
        findings(study)


@pytest.mark.parametrize("taken", ["birch", "Siri"])
def test_a_pseudonym_is_nobodys_name(study, taken):
    (study.folder / "pseudonyms.csv").write_text(f"name,pseudonym\nAlder,{taken}\n", "utf-8")
    with pytest.raises(TableError, match=f"the pseudonym `{taken}` of `Alder` is the name of somebody"):
        pseudonyms_of(study)


def test_the_note_says_no_name(study):
    found = citations(study)
    assert note(found, NAMES) == "Names are pseudonyms."
    marching = [replace(found[0], memo="Marching, with Alderman")]
    assert (
        note(marching, NAMES)
        == "Names are pseudonyms; 2 longer words hold a name and stayed: see `coder pseudonyms STUDY`."
    )


def test_the_file_to_begin_with_names_every_case_and_speaker(study):
    path = start(study)
    found = pseudonyms_of(study)
    assert [name for name, _ in found.pairs] == ["Alder", "Birch", "Maja", "Nils", "Olof", "Siri"]
    assert {new for _, new in found.pairs} >= {"Case 1", "Case 2", "Respondent 1", "Respondent 4"}
    with pytest.raises(StudyError, match="there already"):
        start(study)
    path.write_text("mine", "utf-8")
    with pytest.raises(StudyError):
        start(study)
    assert path.read_text("utf-8") == "mine"


def test_names_are_looked_over(study):
    (study.folder / "pseudonyms.csv").write_text("name,pseudonym\nMarch,M\nSkipper,S\nAlder,Firm A\n", "utf-8")
    names, without, longer = name_tables(study)
    assert names.rows == (("Alder", "Firm A", 0, 0, 0), ("March", "M", 3, 4, 0), ("Skipper", "S", 0, 0, 1))
    assert ("case", "Birch") in without.rows
    assert ("respondent", "Siri") in without.rows
    assert not {"Alder", "alder-1", "Interviewer", "birch-1"} & {name for _, name in without.rows}
    assert longer.rows == (("Skippers", 2),)


def test_a_study_without_anybody_gets_no_empty_file(tmp_path):
    new_study(tmp_path / "new")
    with pytest.raises(StudyError, match="no case and no speaker is known yet"):
        start(open_study(tmp_path / "new"))
    assert not (tmp_path / "new" / "pseudonyms.csv").exists()
