from dataclasses import replace

import pytest

from coder.errors import TableError
from coder.tables.quotes import citation_rows, citation_tables, in_running_text


def test_a_table_for_each_dimension_in_the_schemes_order(study):
    tables = citation_tables(study.citations, study.scheme)
    assert [table.title for table in tables] == ["education/customers", "education/suppliers", "contact"]
    assert tables[0].header[:3] == ("Mechanism", "Citation", "Transcript")


def test_rows_by_code_then_case_transcript_and_offset(study):
    first = citation_tables(reversed(study.citations), study.scheme)[0]
    assert [(row[0], row[-1]) for row in first] == [
        ("fairs", 1), ("fairs", 2), ("fairs", 6), ("fairs", 8), ("seminars", 7), ("research", 5),
    ]  # fmt: skip


def test_a_citation_is_followed_by_its_speaker(study):
    row = citation_tables(study.citations, study.scheme)[0].rows[0]
    assert row[1].startswith("We meet the hospitals at the autumn fair | and")
    assert row[1].endswith("grumbling. (CEO, Alder)")
    assert row[6] == "0:01:01"


def test_the_label_stands_in_for_the_title_and_an_unknown_case_is_left_out(study):
    citation = study.citations[0]
    assert in_running_text(replace(citation, title="", speaker="Anna", case="")) == "(Anna)"


def test_a_code_without_citations_says_so(study):
    suppliers = citation_tables(study.citations, study.scheme)[1]
    assert [row[:2] for row in suppliers] == [("research", "no citation")]
    assert set(suppliers.rows[0][2:]) == {None}


def test_the_note_counts_what_nobody_has_reviewed(study):
    note = citation_tables(study.citations, study.scheme)[0].note
    assert note == "Citations: 6. Transcripts: 3. Cases: 2. Suggested and not yet reviewed: 1."


def test_turned_along_the_other_facet(study):
    tables = citation_tables(study.citations, study.scheme, first_facet="mechanism")
    assert [table.title for table in tables] == ["fairs", "seminars", "research"]
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
        with pytest.raises(TableError, match=r"birch-1, turn 2, coding 7: .*no code `gone`"):
            print_it([stray], study.scheme)


def test_a_tree_gives_a_table_for_each_heading_and_a_list_gives_one(study, plain):
    tree = plain("motives", "motives/cost", "risks", "risks/inside", headings=("motives",))
    cost = replace(study.citations[0], code="motives/cost")
    tables = citation_tables([cost], tree)
    assert [(table.title, len(table.rows)) for table in tables] == [("motives", 1), ("risks", 2)]
    assert tables[0].rows[0][0] == "motives/cost"
    flat = citation_tables([], plain("cost", "growth"))
    assert [(table.title, [row[0] for row in table]) for table in flat] == [("Plain", ["cost", "growth"])]


def test_flat_rows_keep_the_words_and_name_each_facet(study):
    table = citation_rows(study.citations, study.scheme)
    assert table.header[:4] == ("code", "dimension", "mechanism", "case")
    words = {row[table.header.index("event")]: row[table.header.index("words")] for row in table}
    assert words == {citation.event: citation.words for citation in study.citations}


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
