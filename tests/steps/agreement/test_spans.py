"""Agreement on spans, from a study's log to tables."""

import json
import math

import pytest

from coder.errors import StudyError, UsageError
from coder.steps.agreement.spans import agreement_on_spans, semantic_domains
from coder.steps.coding.coders import new_coder
from coder.steps.coding.human_codings import import_codings
from coder.steps.study.study import open_study
from coder.types import Code, Scheme

WHOLE = "transcript,coder,code,citation\nalder-1,eva,,\n"


def test_people_are_compared_on_what_both_read(study):
    [agreed] = agreement_on_spans(study, replicates=20)
    assert agreed.title == "ada and ben"
    assert agreed.transcripts == 2
    rows = {row.label: row for row in agreed.rows}
    fairs = rows["contact/fairs"]
    assert fairs.segments == {"ada": 2, "ben": 3}
    assert (fairs.agreements, fairs.disagreements) == (4, 1)
    assert fairs.values["exact_f1"] == pytest.approx(0.8)
    courses = rows["education/customers/courses"]
    assert (courses.agreements, courses.disagreements) == (2, 2)  # ben's passage goes on for a sentence
    assert courses.values["partial_f1"] == 1
    assert 0 < courses.values["kappa"] < 1
    assert rows["education/customers/fairs"].characters < fairs.characters  # ben was unsure about a sentence


def test_a_smaller_overlap_is_enough_where_it_is_asked_for(study):
    [agreed] = agreement_on_spans(study, overlap=50, replicates=20)
    row = next(row for row in agreed.rows if row.label == "education/customers/courses")
    assert row.disagreements == 0


def test_the_facets_are_the_domains(study):
    [agreed] = agreement_on_spans(study, replicates=20)
    assert [row.domain for row in agreed.domains] == ["dimension", "mechanism"]
    assert [value.value for value in agreed.domains[1].by_value] == ["courses", "fairs"]
    assert all(0 < row.values["u_alpha"] < 1 for row in agreed.domains)


@pytest.mark.parametrize(
    ("paths", "domains"),
    [
        (("means/courses", "means/fairs", "ends/sales"), ["means", "ends", "headings"]),
        (("courses", "fairs"), ["code"]),
        (("means/courses", "means/fairs"), ["code"]),
    ],
)
def test_the_domains_of_a_tree_are_its_headings(paths, domains):
    scheme = Scheme("s", ("code",), (), tuple(Code(path, {"code": path}) for path in paths))
    found = semantic_domains(scheme)
    assert list(found) == domains
    assert set().union(*(found[name] for name in domains)) == set(paths)


def test_tables_say_what_they_are_of(study):
    [agreed] = agreement_on_spans(study, replicates=20)
    titles = [table.title for table in agreed.tables()]
    assert titles == [f"ada and ben: {what}" for what in ("characters", "segments", "domains", "values")]
    assert all(len(row) == len(table.header) for table in agreed.tables() for row in table)
    assert any("undefined" in row for row in agreed.tables()[0])
    json.dumps(agreed.as_dict(), allow_nan=False)


def test_three_coders_stand_before_their_pairs(study, tmp_path):
    table = tmp_path / "eva.csv"
    table.write_text(WHOLE, "utf-8")
    import_codings(study, table)
    found = agreement_on_spans(study, replicates=10)
    assert [agreed.title for agreed in found] == ["ada, ben and eva", "ada and ben", "ada and eva", "ben and eva"]
    assert len(found[0].tables()) == 3  # segments are compared for two coders
    assert [agreed.title for agreed in agreement_on_spans(study, coders=("ben", "ada"), replicates=10)] == [
        "ben and ada"
    ]
    assert math.isnan(found[0].rows[0].values["kappa"])


def test_who_read_nothing_together_is_told_so(study):
    new_coder(study, "eva")
    with pytest.raises(StudyError, match="no two coders have read the same text") as error:
        agreement_on_spans(study, coders=("ada", "eva"), replicates=10)
    assert "--complete" in error.value.todo
    with pytest.raises(UsageError, match="no coder `bne`") as wrong:
        agreement_on_spans(study, coders=("bne",))
    assert "`ben`" in wrong.value.todo


def test_a_study_without_codings_is_told_so(study_folder):
    study = open_study(study_folder, create=True)
    with pytest.raises(StudyError, match="no two coders"):
        agreement_on_spans(study)
    study.store.close()
