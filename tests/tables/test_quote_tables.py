from dataclasses import replace

import pytest

from coder.errors import TableError
from coder.tables.formats.csv_file import flat
from coder.tables.quote_tables import citation_rows, citation_tables, in_running_text


def test_a_table_for_each_dimension_in_the_schemes_order(study):
    tables = citation_tables(study.citations, study.scheme)
    assert [table.title for table in tables] == ["education/customers", "education/suppliers", "contact", "Evidence"]
    assert tables[0].header == ("Mechanism", "Citation", "Coders", "Id")
    once = citation_tables(study.citations[2:], study.scheme)
    assert once[0].header == ("Mechanism", "Citation", "Id")  # nothing was coded by several people


def test_what_several_people_coded_alike_is_one_row_with_the_evidence_of_each(study):
    first, *_, evidence = citation_tables(study.citations, study.scheme)
    assert [row[2:] for row in first if row[3] in {1, 2}] == [("Ada, Ben", 1)]
    assert [row[:2] + row[6:7] for row in evidence if row[0] == 1] == [(1, 1, "Ada"), (1, 2, "Ben")]
    assert first.note.startswith("Citations: 5 (codings: 6, as several people coded some alike).")
    beside = flat([first, evidence])[0]
    assert dict(zip(beside.header, beside.rows[0], strict=True))["Coder"] == "Ada; Ben"


def test_rows_by_code_then_case_transcript_and_offset(study):
    first = citation_tables(reversed(study.citations), study.scheme)[0]
    assert [(row[0], row[-1]) for row in first] == [
        ("fairs", 1), ("fairs", 6), ("fairs", 8), ("seminars", 7), ("research", 5),
    ]  # fmt: skip


def test_a_citation_is_followed_by_its_speaker(study):
    row = citation_tables(study.citations, study.scheme)[0].rows[0]
    assert row[1].startswith("We meet the hospitals at the autumn fair | and")
    assert row[1].endswith("grumbling. (CEO, Alder)")


def test_the_evidence_of_each_printed_citation_stands_at_its_id(study):
    edited = replace(study.citations[4], printed="[…] our engineer puts it")
    *_, evidence = citation_tables([study.citations[1], edited], study.scheme)
    rows = [dict(zip(evidence.header, row, strict=True)) for row in evidence]
    assert [(row["Id"], row["Time"], row["Characters"], row["Edited"]) for row in rows] == [
        (1, "0:01:01", "0–99", ""), (4, "0:04:04", "147–203", "yes"),
    ]  # fmt: skip
    assert (rows[1]["Coded at"], rows[1]["Suggested by"], rows[1]["Score"]) == ("2026-03-04 09:00", "forest-2", 0.9123)
    assert evidence.key == "Id"
    assert all(table.key == "" for table in citation_tables(study.citations, study.scheme, evidence=False))


def test_a_citation_is_printed_as_it_was_edited_and_its_translation_beside(study):
    fair = replace(study.citations[1], printed="[At] the fair […]", translations={"sv": "[På] mässan […]"})
    other = replace(study.citations[2], start=70)
    ours, theirs = (
        citation_tables([fair, other], study.scheme, languages=languages, evidence=False)[0]
        for languages in (("en", "sv"), ("sv",))
    )
    assert ours.header == ("Mechanism", "Citation (en)", "Citation (sv)", "Id")
    assert ours.rows[0][1:] == ("[At] the fair […] (CEO, Alder)", "[På] mässan […] (CEO, Alder)", 1)
    assert ours.rows[1][2] == "[not translated] (CEO, Alder)"
    assert theirs.header == ("Mechanism", "Citation (sv)", "Id")
    assert theirs.rows[1][1].endswith("grumbling. [not translated] (CEO, Alder)")


def test_chosen_citations_stand_in_the_order_of_choice_beside_how_many_there_are(study):
    customers, _, contact, evidence = citation_tables(
        study.citations, study.scheme, chosen=[study.citations[6], study.citations[1]]
    )
    assert customers.header == ("Mechanism", "Citations", "Citation", "Id")
    assert [(row[0], row[1], row[-1]) for row in customers] == [
        ("fairs", 3, 6), ("fairs", 3, 1), ("seminars", 1, None), ("research", 1, None),
    ]  # fmt: skip
    assert customers.rows[2][2] == "none chosen"
    assert customers.note.startswith(
        "Citations: 5 (codings: 6, as several people coded some alike), of which 2 printed."
    )
    assert (customers.grouped, [row[0] for row in evidence]) == (2, [1, 6])
    assert contact.rows[0][1:3] == (1, "none chosen")


def test_the_label_stands_in_for_the_title_and_an_unknown_case_is_left_out(study):
    citation = study.citations[0]
    assert in_running_text(replace(citation, title="", speaker="Anna", case="")) == "(Anna)"


def test_a_code_without_citations_says_so(study):
    suppliers = citation_tables(study.citations, study.scheme)[1]
    assert [row[:2] for row in suppliers] == [("research", "no citation")]
    assert set(suppliers.rows[0][2:]) == {None}


def test_the_note_counts_what_nobody_has_reviewed(study):
    note = citation_tables(study.citations[2:] + study.citations[:1], study.scheme)[0].note
    assert note == "Citations: 5. Transcripts: 3. Cases: 2. Suggested and not yet reviewed: 1."


def test_turned_along_the_other_facet(study):
    tables = citation_tables(study.citations, study.scheme, first_facet="mechanism")
    assert [table.title for table in tables] == ["fairs", "seminars", "research", "Evidence"]
    assert tables[1].header[0] == "Dimension"
    assert [row[0] for row in tables[2]] == [
        "education/customers", "education/suppliers", "contact",
    ]  # fmt: skip


def test_an_unknown_facet_is_named_with_advice(study):
    with pytest.raises(TableError, match=r"(?s)no facet `mecanism`.*did you mean `mechanism`"):
        citation_tables(study.citations, study.scheme, first_facet="mecanism")


def test_a_code_that_the_scheme_lacks_is_not_lost_silently(study):
    stray = replace(study.citations[0], code="gone")
    for print_it in (citation_tables, citation_rows):
        with pytest.raises(TableError, match=r"birch-1, turn 3, coding 7: .*no code `gone`"):
            print_it([stray], study.scheme)


def test_a_tree_gives_a_table_for_each_heading_and_a_list_gives_one(study, plain):
    tree = plain("motives", "motives/cost", "risks", "risks/inside", headings=("motives",))
    cost = replace(study.citations[0], code="motives/cost")
    tables = citation_tables([cost], tree, evidence=False)
    assert [(table.title, len(table.rows)) for table in tables] == [("motives", 1), ("risks", 2)]
    assert tables[0].rows[0][0] == "cost"
    flat = citation_tables([], plain("cost", "growth"))
    assert [(table.title, [row[0] for row in table]) for table in flat] == [("Plain", ["cost", "growth"])]


def test_flat_rows_keep_the_words_and_name_each_facet(study):
    table = citation_rows(study.citations, study.scheme)
    assert table.header[:4] == ("code", "dimension", "mechanism", "case")
    words = {row[table.header.index("event")]: row[table.header.index("words")] for row in table}
    assert words == {citation.event: citation.words for citation in study.citations}


def test_flat_rows_have_further_columns_where_there_is_something_in_them(study):
    told = replace(
        study.citations[0], role="respondent", printed="[…]", pinned=True, translations={"sv": "ja"},
        attributes={"round": "2", "case": "small"},
    )  # fmt: skip
    plain = citation_rows(study.citations, study.scheme)
    table = citation_rows([told, *study.citations[1:]], study.scheme)
    more = ("role", "printed", "pinned", "words (sv)", "round", "case (cases.csv)")
    assert table.header == (*plain.header, *more)
    rows = {row[plain.header.index("event")]: row[len(plain.header) :] for row in table}
    assert rows[7] == ("respondent", "[…]", "yes", "ja", "2", "small")
    assert set(rows[1]) == {""}


def test_a_facet_called_like_a_column_keeps_both_apart(study):
    scheme = replace(
        study.scheme,
        facets=("dimension", "speaker"),
        codes=tuple(
            replace(code, facets={"dimension": code.facets["dimension"], "speaker": code.facets["mechanism"]})
            for code in study.scheme.codes
        ),
    )
    header = citation_rows(study.citations, scheme).header
    assert "speaker (scheme)" in header
    assert len(set(header)) == len(header)
