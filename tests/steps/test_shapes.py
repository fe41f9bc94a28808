"""What five published studies printed, as shapes: each from a coded study, by the command that docs/shapes.md names."""

import csv
from pathlib import Path

import pytest

from coder.steps.coding.human_codings import import_codings
from coder.steps.corpus.transcripts import import_transcripts
from coder.steps.findings.cross_tables import case_matrix, statistics
from coder.steps.findings.figures import flow_figure
from coder.steps.findings.quote_tables import quote_tables
from coder.steps.findings.selection import Selection, findings
from coder.steps.scheme.versions import differences
from coder.steps.study.scheme_files import scheme_of
from coder.steps.study.study import new_study, open_study

PAGE = Path(__file__).parents[2] / "docs" / "shapes.md"
TURNS = {
    "alpha-1": ("Alpha", "Ada", "CEO", "We meet our buyers at the spring fair. Then we plan the next model together."),
    "alpha-2": ("Alpha", "Bo", "Sales manager", "Our dealers learn from one another. We only bring the coffee."),
    "beta-1": ("Beta", "Cleo", "CEO", "The big firm wanted our idea. We wanted their markets, and got them."),
}


@pytest.fixture
def coded(tmp_path):
    """Return what makes a study under a scheme that ships, of codings: transcript, code, citation."""
    opened = []

    def make(scheme, *codings):
        folder = tmp_path / scheme
        new_study(folder, scheme=scheme)
        rows = [("transcript", "case", "speaker", "role", "title")]
        for name, (case, speaker, title, words) in TURNS.items():
            (folder / "transcripts" / f"{name}.txt").write_text(f"Interviewer: Well?\n\n{speaker}: {words}\n", "utf-8")
            rows.append((name, case, speaker, "respondent", title))
        # a group interview: two respondents in one transcript
        group = "Interviewer: And you?\n\nAda: We share our plans.\n\nDag: And our mistakes.\n"
        (folder / "transcripts" / "alpha-3.txt").write_text(group, "utf-8")
        rows += [("alpha-3", "Alpha", one, "respondent", title) for one, title in (("Ada", "CEO"), ("Dag", "Engineer"))]
        table = folder / "codings.csv"
        for path, lines in (
            (folder / "cases.csv", rows),
            (table, [("transcript", "code", "citation", "coder"), *((*one, "eva") for one in codings)]),
        ):
            with path.open("w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows(lines)
        study = open_study(folder, create=True)
        opened.append(study)
        import_transcripts(study)
        import_codings(study, table)
        return study

    yield make
    for study in opened:
        study.close()


def cells(table):
    """Return the rows of a table by their first cell."""
    return {row[0]: dict(zip(table.header, row, strict=True)) for row in table}


def test_1_firms_by_dimensions_citations_with_the_speakers_title_and_the_knowledge_flow(coded):
    study = coded(
        "network-coordination",
        ("alpha-1", "education/customers/conferences", "We meet our buyers at the spring fair."),
        ("alpha-1", "joint decisions/customers/product", "Then we plan the next model together."),
        ("alpha-2", "direct contact/customers/business", "Our dealers learn from one another."),
    )
    found = findings(study)
    firms = cells(case_matrix(found))
    assert firms["Alpha"]["education/customers"] == "conferences" and firms["Beta"]["education/customers"] == ""
    table = next(t for t in quote_tables(found) if t.title == "education/customers")
    assert table.header == ("Mechanism", "Citation", "Id")
    assert table.rows[0][:2] == ("conferences", "We meet our buyers at the spring fair. (CEO, Alpha)")
    svg = flow_figure(found).svg()
    assert "education: 1" in svg and "joint decisions: 1" in svg and "direct contact: 1" in svg


def test_2_sources_references_and_words_coded_of_each_code(coded):
    study = coded(
        "value-net-2009",
        ("alpha-1", "Management of value net", "Then we plan the next model together."),
        ("alpha-3", "Management of value net", "We share our plans."),
        ("alpha-3", "Management of value net", "And our mistakes."),
    )
    rows = {
        row[1]: dict(zip(table.header, row, strict=True)) for table in [statistics(findings(study))] for row in table
    }
    counted = rows["Management of value net"]
    assert (counted["Sources"], counted["References"], counted["Words coded"]) == (2, 3, 14)
    assert rows["Sales partners"]["References"] == 0
    assert ("code", "Management of value net", 2, 3, 14) in statistics(findings(study), short=True).rows


def test_2_the_two_versions_of_its_scheme_and_how_they_differ():
    told = differences(scheme_of("value-net-2009"), scheme_of("value-net-2010"))
    assert "Management of value net" in {one.path for one in told}


def test_2_a_cross_case_table_has_a_row_a_concept_and_a_column_a_firm_also_of_group_interviews(coded):
    study = coded(
        "value-net-concepts",
        ("alpha-3", "means/coordinating", "We share our plans."),
        ("alpha-3", "capabilities/organisational/flexibility", "And our mistakes."),
        ("beta-1", "means/influencing", "We wanted their markets, and got them."),
    )
    found = findings(study)
    concepts = cells(case_matrix(found, rows="code", columns="case", cells="quotations"))
    assert concepts["means/coordinating"]["Alpha"].startswith("We share our plans. (CEO, Alpha)")
    assert "(Engineer, Alpha)" in concepts["capabilities/organisational/flexibility"]["Alpha"]
    assert concepts["means/coordinating"]["Beta"] == ""


def test_3_how_many_sources_speak_of_each_branch_rolled_up_the_tree(coded):
    study = coded(
        "dynamic-capabilities",
        ("alpha-1", "processes/specific processes", "Then we plan the next model together."),
        ("alpha-1", "antecedents/external", "We meet our buyers at the spring fair."),
        ("alpha-2", "processes/generic knowledge processes/knowledge articulation", "We only bring the coffee."),
    )
    rows = {row[1]: row[2] for row in statistics(findings(study)) if row[0] == "heading"}
    assert (rows["processes"], rows["antecedents"], rows["outcomes"]) == (2, 1, 0)


def test_4_firms_by_headings_with_the_codes_that_were_found(coded):
    study = coded(
        "knowledge-sharing",
        ("alpha-1", "motives/volatile workload", "Then we plan the next model together."),
        ("alpha-2", "knowledge/sharing mechanisms", "Our dealers learn from one another."),
    )
    firms = cells(case_matrix(findings(study)))
    assert firms["Alpha"]["motives"] == "volatile workload"
    assert firms["Alpha"]["knowledge"] == "sharing mechanisms" and firms["Beta"]["time"] == ""


def test_5_firms_by_sources_and_approaches(coded):
    study = coded(
        "sme-learning",
        ("alpha-1", "sources/external/trade fairs", "We meet our buyers at the spring fair."),
        ("alpha-2", "approaches/vicarious", "Our dealers learn from one another."),
        ("beta-1", "sources/external/international clients and partners", "The big firm wanted our idea."),
    )
    found = findings(study, Selection(code="sources"))
    learnt = cells(case_matrix(found, rows="code", columns="case", cells="counts"))
    assert (learnt["sources/external/trade fairs"]["Alpha"], learnt["sources/external/trade fairs"]["Beta"]) == (1, 0)
    both = cells(case_matrix(found, rows="part 2", columns="case", cells="counts"))
    assert both["external"] == {"Part 2": "external", "Alpha": 1, "Beta": 1, "All": 2}


def test_6_a_typology_of_two_axes_lists_the_cases_in_its_cells(coded):
    study = coded(
        "mne-sme-cooperation",
        ("beta-1", "compatibility of intent/exploration/international SME", "The big firm wanted our idea."),
        ("alpha-2", "societal purpose", "We only bring the coffee."),
    )
    found = findings(study, Selection(code="compatibility of intent"))
    table = case_matrix(found, rows="part 2", columns="part 3", cells="cases")
    assert table.header == ("Part 2", "international SME", "domestic SME")
    assert table.rows == (("exploration", "Beta", ""), ("exploitation", "", ""))


def test_the_page_of_shapes_names_every_scheme_that_ships():
    from coder.steps.study.scheme_files import scheme_names

    text = PAGE.read_text("utf-8")
    assert all(f"`{name}`" in text for name in scheme_names())
