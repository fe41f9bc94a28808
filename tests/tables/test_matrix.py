from dataclasses import replace

from coder.tables.matrix import matrix


def test_cells_list_the_second_facet_in_the_schemes_order(study):
    table = matrix(study.citations, study.scheme, study.cases)
    assert table.header == ("Case", "education/customers", "education/suppliers", "contact")
    assert table.rows == (
        ("Birch & Co", "fairs, seminars", "", ""),
        ("Alder", "fairs, research", "", "fairs, research"),
        ("Cedar", "", "", ""),
    )


def test_counts_take_a_passage_once_per_coder(study):
    twice = replace(study.citations[1], event=99, code="education/customers/research")
    table = matrix([*study.citations, twice], study.scheme, study.cases, cells="counts")
    assert table.rows == (("Birch & Co", 2, 0, 0), ("Alder", 4, 0, 2), ("Cedar", 0, 0, 0))


def test_a_plain_scheme_has_a_column_a_code(study, plain):
    scheme = plain("motives", "motives/cost", "risks", headings=("motives",))
    found = [replace(citation, code="motives/cost") for citation in study.citations[1:3]]
    assert matrix(found, scheme, study.cases[1:]).rows == (("Alder", "x", ""), ("Cedar", "", ""))
    assert matrix(found, scheme, study.cases[1:2], cells="counts").rows == (("Alder", 2, 0),)


def test_cases_that_only_citations_know_are_not_lost(study):
    stray = replace(study.citations[0], case="")
    table = matrix([stray], study.scheme, study.cases[2:])
    assert table.rows == (("Cedar", "", "", ""), ("(no case)", "seminars", "", ""))
