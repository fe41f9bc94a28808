from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coder.errors import TableError
from coder.tables.axes import axes_of
from coder.tables.citation_order import references
from coder.tables.cross_tables import cross, matrix
from coder.tables.formats.column_widths import fitting
from coder.tables.formats.render import render
from coder.types import Case, Citation, Code, FacetValue, Provenance, Scheme


def test_cells_list_the_second_facet_in_the_schemes_order(study):
    table = matrix(study.citations, study.scheme, study.cases)
    assert table.header == ("Case", "education/customers", "education/suppliers", "contact")
    assert table.rows == (
        ("Birch & Co", "fairs, seminars", "", ""),
        ("Alder", "fairs, research", "", "fairs, research"),
        ("Cedar", "", "", ""),
    )


def test_counts_take_a_passage_once_per_coder_and_have_sums(study):
    twice = replace(study.citations[1], event=99, code="education/customers/research")
    table = matrix([*study.citations, twice], study.scheme, study.cases, cells="counts")
    assert table.header[-1] == "All"
    assert table.rows == (("Birch & Co", 2, 0, 0, 2), ("Alder", 4, 0, 2, 6), ("Cedar", 0, 0, 0, 0), ("All", 6, 0, 2, 8))


def test_a_passage_in_two_columns_counts_once_in_the_sum(study):
    twice = replace(study.citations[1], event=99, code="contact/fairs")
    table = matrix([study.citations[1], twice], study.scheme, study.cases[1:2], cells="counts")
    assert table.rows == (("Alder", 1, 0, 1, 1), ("All", 1, 0, 1, 1))


def test_a_tree_has_a_column_a_heading_or_a_code(study, plain):
    scheme = plain("motives", "motives/cost", "risks", headings=("motives",))
    found = [replace(citation, code="motives/cost") for citation in study.citations[1:3]]
    assert matrix(found, scheme, study.cases[1:]).rows == (("Alder", "cost", ""), ("Cedar", "", ""))
    assert matrix(found, scheme, study.cases[1:], columns="code").rows == (("Alder", "x", ""), ("Cedar", "", ""))
    assert matrix(found, scheme, study.cases[1:2], columns="code", cells="counts").rows[0] == ("Alder", 2, 0, 2)


def test_cases_that_only_citations_know_are_not_lost(study):
    strays = [replace(study.citations[0], case=case) for case in ("", "Zelkova")]
    table = matrix(strays, study.scheme, study.cases[2:])
    assert table.rows == (
        ("Cedar", "", "", ""), ("Zelkova", "seminars", "", ""), ("(no case)", "seminars", "", ""),
    )  # fmt: skip


def test_shares_are_percent_of_the_rows_passages(study):
    table = matrix(study.citations, study.scheme, study.cases, cells="shares")
    assert table.title == "Cases by dimension: percent of passages"
    assert table.header[:2] == ("Case", "Passages")
    assert table.rows == (
        ("Birch & Co", 2, 100.0, 0.0, 0.0),
        ("Alder", 6, 66.7, 0.0, 33.3),
        ("Cedar", 0, None, None, None),
        ("All", 8, 75.0, 0.0, 25.0),
    )
    assert "percent of the row's passages" in table.note


def test_quotations_are_printed_as_edited_with_speaker_and_number(study):
    first, again, more = study.citations[1], study.citations[2], study.citations[6]
    found = [replace(first, printed="We meet […]\n at the fair | 🙂"), again, more, study.citations[0]]
    table = matrix(found, study.scheme, study.cases, cells="quotations")
    assert table.rows[1] == ("Alder", "We meet […] at the fair | 🙂 (CEO, Alder) [1]\n+ 1 more", "", "")
    assert table.rows[0][1] == "אנחנו מלמדים את הלקוחות בסמינר. (CEO, Birch & Co) [7]"
    all_of_them = matrix(found[::-1], study.scheme, study.cases, cells="quotations", per_cell=9).rows[1][1].split("\n")
    assert all_of_them[0] == "- yes, the buyers vote. (Respondent, Alder) [6]"
    assert len(all_of_them) == 2
    assert r"fair \| 🙂" in render([table], "md")


def test_codes_stand_against_cases_for_a_cross_case_table(study):
    table = matrix(study.citations, study.scheme, study.cases, rows="code", columns="case", cells="counts")
    assert table.title == "Codes by case"
    assert table.header == ("Code", "Birch & Co", "Alder", "Cedar", "All")
    assert table.rows[0] == ("education/customers/fairs", 1, 3, 0, 4)
    assert table.rows[3] == ("education/suppliers/research", 0, 0, 0, 0)
    assert matrix(study.citations, study.scheme, study.cases, rows="code", columns="case").rows[0][1:] == ("x", "x", "")


def test_both_facets_along_the_sides_leave_a_mark(study):
    table = matrix(study.citations, study.scheme, study.cases, rows="dimension", columns="mechanism")
    assert table.header == ("Dimension", "fairs", "seminars", "research")
    assert table.rows[0] == ("education/customers", "x", "x", "x")
    assert table.rows[1] == ("education/suppliers", "", "", "")


def test_headings_gather_what_is_below_them(study, plain):
    table = matrix(study.citations, study.scheme, study.cases, columns="heading")
    assert table.header == ("Case", "education", "contact")
    assert table.rows[1] == ("Alder", "fairs, research", "fairs, research")
    tree = plain("motives", "motives/cost", "motives/speed", "risks", headings=("motives",))
    found = [replace(study.citations[1], code="motives/speed"), replace(study.citations[2], code="risks")]
    assert matrix(found, tree, study.cases[1:2], columns="heading").rows == (("Alder", "speed", "x"),)


def test_attributes_stand_in_natural_order_with_those_that_lack_one_last(study):
    rounds = ["10", "9", "", "9", "10", "2", "9", "2"]
    found = [
        replace(cited, attributes={"round": n} if n else {}) for cited, n in zip(study.citations, rounds, strict=True)
    ]
    table = matrix(found, study.scheme, [Case("Alder", (), {"round": "1"})], columns="round", cells="counts")
    assert table.header == ("Case", "1", "2", "9", "10", "(no round)", "All")
    assert table.rows[-1] == ("All", 0, 2, 3, 2, 1, 8)
    more = matrix(found, study.scheme, [], columns="round", cells="counts", known={"round": ["11"]})
    assert more.header == ("Case", "2", "9", "10", "11", "(no round)", "All")
    assert matrix(found, study.scheme, [], rows="round", columns="case").rows[0] == (
        "2", "education/customers", "education/customers",
    )  # fmt: skip


def test_people_and_provenance_stand_along_a_side(study):
    found = [replace(study.citations[0], role="respondent"), *study.citations[1:]]

    def header(columns):
        return matrix(found, study.scheme, study.cases, rows="code", columns=columns).header[1:]

    assert header("title") == ("CEO", "(no title)")
    assert header("role") == ("respondent", "(no role)")
    assert header("coder") == ("Ada", "Ben", "forest-2")
    assert header("provenance") == ("human", "accepted", "unreviewed")
    assert header("speaker") == ("Respondent (Alder)", "Respondent (Birch & Co)")
    assert header("transcript") == ("alder-1", "alder-2", "birch-1", "cedar-1")


def test_what_there_is_not_is_told_with_what_there_is(study):
    cases = [Case("Alder", (), {"country": "Sweden"})]
    with pytest.raises(TableError, match=r"(?s)no `contry`.*did you mean `country`\?.*mechanism, country$"):
        matrix(study.citations, study.scheme, cases, columns="contry")
    with pytest.raises(TableError, match="both `case`"):
        matrix(study.citations, study.scheme, cases, columns="case")
    with pytest.raises(TableError, match="did you mean `counts`"):
        matrix(study.citations, study.scheme, cases, cells="count")
    with pytest.raises(TableError, match="no code `x`"):
        matrix([replace(study.citations[0], code="x")], study.scheme, cases)


def test_a_flat_list_of_codes_has_no_headings(study, plain):
    assert "heading" not in axes_of([], plain("cost", "risk"), [])
    assert "heading" in axes_of([], study.scheme, [])


CODES = ("a/x", "a/y", "b/x", "b/z", "c/z")
SCHEME = Scheme(
    "s", ("first", "second"),
    tuple(FacetValue(facet, value) for facet, values in (("first", "abc"), ("second", "xyz")) for value in values),
    tuple(Code(path, {"first": path[0], "second": path[2]}) for path in CODES),
)  # fmt: skip


ROUNDS = {"A": {"round": "1"}, "B": {"round": "2"}}


def passage(event, code, case, start, coder):
    return Citation(
        event=event, code=code, facets={}, words="word", transcript=f"t{case}", case=case, turn=0, start=start,
        end=start + 4, at_ms=None, speaker="s", title="", coder=coder, coded_at="", attributes=ROUNDS.get(case, {}),
        provenance=Provenance.HUMAN,
    )  # fmt: skip


CITATIONS = st.lists(
    st.builds(
        passage, st.integers(1, 99), st.sampled_from(CODES), st.sampled_from(["", "A", "B"]), st.integers(0, 3),
        st.sampled_from(["Ada", "Ben"]),
    )
)  # fmt: skip
SIDES = ("case", "first", "second", "code", "heading", "round", "coder", "transcript", "title")


@settings(deadline=None)
@given(CITATIONS, st.lists(st.sampled_from(SIDES), min_size=2, max_size=2, unique=True))
def test_every_citation_is_in_one_cell_and_counts_add_up(found, sides):
    cases, known = [Case("A", ("tA",)), Case("C", ())], {"round": ["3"]}
    crossed = cross(found, SCHEME, cases, rows=sides[0], columns=sides[1], known=known)
    cells = [cited for (row, column), there in crossed.found.items() if row and column for cited in there]
    assert sorted(map(id, cells)) == sorted(map(id, crossed.at(None, None))) == sorted(map(id, found))
    assert {row for row, _ in crossed.found} <= {*crossed.down.values, None}
    assert {column for _, column in crossed.found} <= {*crossed.across.values, None}
    table = matrix(found, SCHEME, cases, rows=sides[0], columns=sides[1], cells="counts", known=known)
    *rows, sums = (row[1:] for row in table)
    assert sums[-1] == references(found)
    for *cells, total in rows:
        assert max(cells, default=0) <= total <= sum(cells)
    if not {"first", "second", "code", "heading"} & set(sides):  # each passage is in one cell
        assert all(total == sum(cells) for *cells, total in rows)
        assert [sum(column) for column in zip(*rows, strict=True)] == list(sums) or not rows


def test_forty_cases_by_seventy_codes_are_whole_and_cut_to_fit_a_page():
    names = [f"theme {n // 10}/code {n}" for n in range(70)]
    scheme = Scheme(
        "s", ("code",), tuple(FacetValue("code", n) for n in names), tuple(Code(n, {"code": n}) for n in names)
    )
    cases = [Case(f"Firm {n}", (f"tFirm {n}",)) for n in range(40)]
    found = [passage(n, names[n % 67], f"Firm {n % 39}", 9 * n, "Ada") for n in range(5_000)]
    table = matrix(found, scheme, cases, columns="code", cells="counts")
    assert (len(table.rows), len(table.header)) == (41, 72)
    assert table.rows[-1][-1] == 5_000
    parts = fitting(table)
    assert sum(len(part.header) - 1 for part in parts) == 71
    assert {row[0] for part in parts for row in part} == {*(case.name for case in cases), "All"}
