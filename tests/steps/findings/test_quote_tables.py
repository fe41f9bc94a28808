"""Which citations a study prints, and how."""

import dataclasses

import pytest

from coder.errors import UsageError
from coder.steps.findings import print_edits
from coder.steps.findings.quote_tables import chosen_of, flat_citations, quote_tables, with_words_renamed
from coder.steps.findings.selection import Selection, findings
from coder.steps.study.study import open_study
from coder.tables.formats.csv_file import flat

COURSES = Selection(code="courses")


def shown(tables):
    return [row[-1] for table in tables if not table.key for row in table if row[-1] is not None]


def test_all_are_printed_with_their_evidence(study):
    found = findings(study)
    *tables, evidence = quote_tables(found)
    assert sorted(shown(tables)) == sorted({row[0] for row in evidence})
    assert sorted(row[1] for row in evidence) == sorted(c.event for c in found.citations)
    assert evidence.title == "Evidence"
    assert shown(quote_tables(found, chosen_of(study, found))) == shown(tables)
    assert not any(table.key for table in quote_tables(found, evidence=False))
    assert all("Transcript" in table.header for table in flat(quote_tables(found)))


@pytest.mark.parametrize("how", ["typical", "varied"])
def test_three_of_each_code_are_printed_and_no_passage_twice(study, how):
    found = findings(study, COURSES)
    asked = []
    chosen = chosen_of(study, found, how, progress=lambda *step: asked.append(step))
    assert asked[-1][1] == asked[-1][2]  # it says how far it is
    of_code = [c for c in chosen.citations if c.code == "education/customers/courses"]
    assert len({(c.transcript, c.start // 200) for c in of_code}) == len(of_code) == 3
    table = quote_tables(found, chosen)[0]
    assert {row[1] for row in table} == {4}
    assert "of which 3 printed" in table.note
    assert "Printed: at most 3 citations a code" in table.note
    assert "Encoder: hashed-words" in table.note
    assert "Printed:" not in quote_tables(found, chosen)[-1].note
    assert chosen == chosen_of(study, found, how)


def test_varied_ones_are_of_different_cases(study):
    found = findings(study, COURSES)
    chosen = chosen_of(study, found, "varied", 2).citations
    assert {c.case for c in chosen if c.code == "education/customers/courses"} == {"Alder", "Birch"}


def test_pinned_ones_come_first_in_every_choice_or_alone(study):
    found = findings(study, COURSES)
    with pytest.raises(UsageError, match="none of these citations is pinned") as error:
        chosen_of(study, found, "pinned")
    assert "coder citations pin" in error.value.todo
    number = next(c.event for c in found.citations if c.transcript == "birch-1" and "May" in c.words)
    print_edits.pin(study, [number], "ada")
    found = findings(study, COURSES)
    for how in ("all", "pinned", "typical", "varied"):
        chosen = chosen_of(study, found, how, 1)
        assert [c.event for c in chosen.citations if c.code == "education/customers/courses"] == [number]
    tables = quote_tables(found, chosen_of(study, found, "pinned"))
    assert {row[2] for table in tables[:-1] for row in table if row[-1] is None} == {"none chosen"}
    assert "Printed: those chosen by hand." in tables[0].note


def test_a_translation_stands_in_its_own_column(study):
    found = findings(study, COURSES)
    with pytest.raises(UsageError, match="no citation is translated into `sv`"):
        quote_tables(found, languages=("sv",))
    number = found.citations[0].event
    print_edits.translate(study, number, "sv", "Vi håller en kurs", "eva")
    table = quote_tables(findings(study, COURSES), languages=("en", "sv", "en"))[0]
    assert table.header[1:3] == ("Citation (en)", "Citation (sv)")
    row = next(row for row in table if row[-1] == number)
    assert row[2] == "Vi håller en kurs (CEO, Alder)"


def test_nothing_that_is_printed_has_a_name_that_has_a_pseudonym(study):
    (study.folder / "pseudonyms.csv").write_text("name,pseudonym\nsonar,lamp\nAlder,Elm\n", "utf-8")
    found = findings(study)
    printed = [*quote_tables(found), flat_citations(found)]
    words = " ".join(str(cell) for table in printed for row in table for cell in row)
    assert "lamp" in words
    assert "sonar" not in words
    assert not any("sonar" in c.words for c in with_words_renamed(found, found.citations))


def test_an_encoder_that_does_not_know_the_language_is_told(study, monkeypatch):
    from coder.embed.encoders import HashedWords

    monkeypatch.setattr(HashedWords, "languages", ("en",))
    study.settings = dataclasses.replace(study.settings, language="sv")
    chosen = chosen_of(study, findings(study), "typical")
    (warning,) = chosen.warnings
    assert all(warning in table.note for table in quote_tables(findings(study), chosen, evidence=False))
    assert "language is `sv`" in warning


def test_a_study_without_citations_prints_its_codes(study_folder):
    study = open_study(study_folder, create=True)
    found = findings(study)
    for how in ("pinned", "typical", "varied"):
        tables = quote_tables(found, chosen_of(study, found, how))
        assert {row[-2] for table in tables for row in table} == {"no citation"}
    study.close()
