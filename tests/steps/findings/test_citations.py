import pytest

from coder.errors import UsageError
from coder.steps.coding.human_codings import whole
from coder.steps.corpus.units import units_of
from coder.steps.findings import print_edits
from coder.steps.findings.citations import citations
from coder.steps.findings.cross_tables import case_matrix, statistics
from coder.steps.findings.quote_tables import flat_citations, quote_tables
from coder.steps.findings.selection import Selection, findings
from coder.store import corpus, log
from coder.store.judgements import judgements
from coder.types import Coder, Coding, Provenance, Verdict


def test_a_citation_carries_the_whole_chain_of_evidence(study):
    cited = next(c for c in citations(study, coders=("ada",)) if c.transcript == "birch-1")
    assert cited.words == "We show each skipper the winch at the fair."
    assert (cited.code, dict(cited.facets)) == (
        "education/customers/fairs",
        {"dimension": "education/customers", "mechanism": "fairs"},
    )
    assert (cited.case, cited.speaker, cited.title) == ("Birch", "Siri", "Founder")
    assert (cited.coder, cited.coded_at[:10], cited.provenance) == ("ada", "2026-02-03", Provenance.HUMAN)
    assert cited.at_ms == 5500
    text = corpus.transcripts(study.store)["birch-1"].transcript.text
    assert text[cited.start : cited.end] == cited.words


def test_every_citation_equals_its_words(study):
    found = citations(study, only="all")
    texts = {name: stored.transcript for name, stored in corpus.transcripts(study.store).items()}
    assert len(found) == 16
    assert all(texts[c.transcript].words(c.start, c.end) == c.words for c in found)


def test_only_present_codes_are_cited(study):
    assert not any(c.coder == "ben" and c.code == "education/customers/fairs" for c in citations(study))  # unsure


@pytest.mark.parametrize(
    ("code", "n"),
    [
        ("education", 9),
        ("education/customers", 7),
        ("contact/fairs", 6),
        ("courses", 8),
        ("education/customers/fairs", 2),
    ],
)
def test_citations_at_or_below_a_code_or_with_a_facets_value(study, code, n):
    assert len(citations(study, code=code)) == n


def test_wrong_names_are_named(study):
    with pytest.raises(UsageError, match="no code `eduction`") as error:
        citations(study, code="eduction")
    assert "`education`" in error.value.todo
    with pytest.raises(UsageError, match="no coder `adda`") as error:
        citations(study, coders=("adda",))
    assert "`ada`" in error.value.todo


def test_the_adjudicators_word_stands_alone_where_she_read_the_interview(study):
    import dataclasses

    study.settings = dataclasses.replace(study.settings, adjudicator="ada")
    assert {c.coder for c in citations(study) if c.transcript == "alder-1"} == {"ada"}
    assert {c.coder for c in citations(study, coders=("ben",))} == {"ben"}
    unit = next(u for u in units_of(study) if u.segment.span.transcript == "birch-2")
    with study.store.transaction("code"):
        log.append(study.store, [Coding(unit.segment.id, "contact/fairs", "ben")], study.scheme_version())
    assert {c.coder for c in citations(study) if c.transcript == "birch-2"} == {"ben"}


def test_tables_say_what_they_were_made_from(study):
    events, chain = log.head(study.store)
    found = findings(study)
    for table in (*quote_tables(found), flat_citations(found), case_matrix(found), statistics(found)):
        assert "Citations in all: 16 (16 coded by people unaided, 0 accepted" in table.note
        assert "Coders: ada, ben." in table.note
        assert f"Log: {events} events, {chain[:12]}." in table.note


def test_suggestions_that_nobody_reviewed_never_mix_with_what_was_seen(study):
    unit = next(u for u in units_of(study) if u.segment.span.transcript == "birch-2")
    with study.store.transaction("suggest"):
        log.add_coder(study.store, Coder("m", "model"))
        read = whole(study, corpus.transcripts(study.store)["birch-2"], "m")
        said = Coding(unit.segment.id, "contact/fairs", "m", confidence=0.5)
        log.append(study.store, [read, said], study.scheme_version())
    assert len(citations(study)) == 16
    assert [(c.provenance, c.coder) for c in citations(study, only="unreviewed")] == [(Provenance.UNREVIEWED, "")]
    assert len(citations(study, only="all")) == 17
    event = next(e.id for e in judgements(study.store, "m") if e.code)
    answer = Coding(unit.segment.id, "contact/fairs", "ada", Verdict.ABSENT, responds_to=event)
    with study.store.transaction("audit"):
        log.append(study.store, [answer], study.scheme_version())
    assert len(citations(study, only="all")) == 16


def test_a_suggestion_that_somebody_else_coded_unasked_is_not_unreviewed(study):
    coded = next(c for c in citations(study, coders=("ben",)) if c.transcript == "alder-2")
    with study.store.transaction("suggest"):
        log.add_coder(study.store, Coder("m", "model"))
        log.append(study.store, [Coding(coded.segment, coded.code, "m", confidence=0.5)], study.scheme_version())
    assert {c.provenance for c in citations(study, only="all", coders=("ada",))} == {Provenance.HUMAN}


def test_the_matrix_has_every_case_and_counts_agree_with_values(study):
    values, counts = case_matrix(findings(study)), case_matrix(findings(study), cells="counts")
    assert [row[0] for row in values] == ["Alder", "Birch"]
    *rows, sums = counts
    for one, other in zip(values, rows, strict=True):
        assert [bool(cell) for cell in one[1:]] == [bool(cell) for cell in other[1:-1]]
    assert (sums[0], sums[-1]) == ("All", 16)


def test_statistics_count_what_respondents_said(study):
    table = statistics(findings(study))
    assert f"Words in the study: {sum(findings(study).spoken.values())}" in table.note
    overall = dict(zip(table.header, list(table)[-1], strict=True))
    assert (overall["Sources"], overall["References"]) == (3, 16)


def test_citations_of_some_cases_and_since_a_day(study):
    assert {c.case for c in citations(study, cases=("Birch",))} == {"Birch"}
    with pytest.raises(UsageError, match="no case `Brich`") as error:
        citations(study, cases=("Brich",))
    assert "`Birch`" in error.value.todo
    days = sorted({c.coded_at[:10] for c in citations(study)})
    later = citations(study, since=days[-1])
    assert later and {c.coded_at[:10] for c in later} == {days[-1]}
    assert len(citations(study, since=days[0])) == 16
    assert citations(study, since="2999-01-01") == []


def test_a_table_says_what_was_left_out_and_counts_only_the_words_of_its_cases(study):
    found = findings(study, Selection(cases=("Birch",), coders=("ada",)))
    assert "Only: codings by ada; case Birch." in found.made_from
    assert "Only: by people unaided." in findings(study, Selection(only="human")).made_from
    assert [case.name for case in found.cases] == ["Birch"]
    assert set(found.spoken) == {"birch-1", "birch-2"}
    assert "version 1" in found.made_from and "never seen by a person: 0." in found.made_from


def test_a_citation_knows_the_role_of_its_speaker_and_the_attributes_of_its_transcript(study):
    cited = citations(study)[0]
    assert cited.role == "respondent" and cited.segment > 0
    assert dict(cited.attributes) == corpus.attributes(study.store)[cited.transcript]


def test_findings_are_printed_under_pseudonyms_and_edited(study):
    (study.folder / "pseudonyms.csv").write_text("name,pseudonym\nAlder,Delta\nBirch,Gamma\n", "utf-8")
    first = citations(study)[0]
    print_edits.pin(study, [first.event], "ada")
    print_edits.translate(study, first.event, "sv", "Vi träffar Birch.", "ada")
    found = findings(study, Selection(cases=("Alder", "Birch")))
    assert {c.case for c in found.citations} == {case.name for case in found.cases} == {"Delta", "Gamma"}
    assert "cases Delta, Gamma" in found.made_from and "Names are pseudonyms" in found.made_from
    chosen = next(c for c in found.citations if c.event == first.event)
    assert chosen.pinned and chosen.translations == {"sv": "Vi träffar Gamma."} and chosen.words == first.words
    assert set(found.spoken) == set(found.attributes) == {"Delta-1", "Delta-2", "Gamma-1", "Gamma-2"}
    real = findings(study, Selection(real_names=True))
    assert {c.case for c in real.citations} == {"Alder", "Birch"} and "pseudonyms" not in real.made_from
