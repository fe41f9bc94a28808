"""Disagreements as text."""

import pytest

from coder.errors import StudyError, UsageError
from coder.steps.agreement.disagreements import BORDER, FEWER, NOTHING, UNRELATED, confusion_figure, disagreements
from coder.steps.coding.human_codings import import_codings
from coder.steps.study.study import open_study

COURSES, CONTACT, FAIRS = "education/customers/courses", "contact/courses", "contact/fairs"
SUPPLIERS = "education/suppliers/courses"


def coded(study, folder, coder, rows):
    path = folder / f"{coder}.csv"
    path.write_text("transcript,coder,code,citation,memo\n" + "".join(f"{row}\n" for row in rows), "utf-8")
    import_codings(study, path)


def by_words(found):
    return {(one.words, one.code): one for one in found.found}


def test_each_stands_with_its_surroundings_and_what_both_said(study):
    found = disagreements(study)
    one = by_words(found)["We teach the rope maker in a course of our own.", SUPPLIERS]
    assert (one.kind, one.instead) == (NOTHING, "")
    assert (one.gave.coder, one.gave.codes, one.against.coder, one.against.codes) == ("ada", (SUPPLIERS,), "ben", ())
    assert (one.transcript, one.case, one.speaker, one.title) == ("alder-1", "Alder", "Maja", "CEO")
    assert one.before.startswith("Interviewer: And afterwards?\nYes, yes. They ask")
    assert one.after == "I like the sea 🌊."


def test_another_code_is_told_by_the_facet_that_both_have(study):
    words = "Skippers sit together in our course and talk among themselves."
    found = by_words(disagreements(study))
    same = "the same dimension, another mechanism"
    assert [(found[words, code].kind, found[words, code].instead) for code in (CONTACT, FAIRS)] == [
        (same, FAIRS),
        (same, CONTACT),
    ]


def test_what_one_left_unsure_is_no_disagreement(study):
    assert "At the boat fair we show them the new sonar 🚢🚢." not in {one.words for one in disagreements(study).found}


def test_memos_stand_with_the_coder_who_wrote_them(study, study_folder):
    coded(
        study,
        study_folder,
        "eva",
        ["alder-1,eva,,,", "alder-1,eva,contact/fairs,We hold a course for the skippers every March.,an odd one"],
    )
    found = by_words(disagreements(study, coders=["ada", "eva"]))
    one = found["We hold a course for the skippers every March.", COURSES]
    assert (one.kind, one.instead) == (UNRELATED, FAIRS)
    assert one.gave.memos == ("planned",)
    assert one.against.memos == ("an odd one",)


def test_codes_besides_the_shared_ones_and_other_mechanisms_of_the_same_kind(study, study_folder):
    coded(
        study,
        study_folder,
        "eva",
        [
            "alder-1,eva,,,",
            "alder-1,eva,contact/fairs,They ask one another at the fair what they caught.,",
            "alder-1,eva,contact/courses,They ask one another at the fair what they caught.,",
            "alder-1,eva,education/customers/courses,We teach the rope maker in a course of our own.,",
        ],
    )
    found = by_words(disagreements(study, coders=["eva", "ada"]))
    assert found["They ask one another at the fair what they caught.", CONTACT].kind == FEWER
    one = found["We teach the rope maker in a course of our own.", SUPPLIERS]
    assert one.kind == "the same mechanism, another dimension"


def test_passages_that_overlap_but_do_not_code_the_same_unit_are_a_border(study, study_folder):
    long = "We teach the rope maker in a course of our own. I like the sea 🌊."
    coded(
        study,
        study_folder,
        "eva",
        ["alder-1,eva,,,", f"alder-1,eva,{SUPPLIERS},{long},"],
    )
    found = by_words(disagreements(study, coders=["ada", "eva"]))
    one = found["I like the sea 🌊.", SUPPLIERS]
    assert (one.kind, one.gave.coder) == (BORDER, "eva")


def test_the_most_frequent_kinds_come_first_and_counts_are_those_of_the_matrix(study):
    found = disagreements(study)
    counts = [n for _, n in found.kinds()]
    assert counts == sorted(counts, reverse=True)
    assert sum(counts) == len(found.found)
    [matrix] = found.confusions
    assert matrix.coders == ("ada", "ben")
    apart = matrix.counts.sum(axis=1)[:-1] - matrix.counts.diagonal()[:-1]
    given = {code: sum(one.code == code and one.gave.coder == "ada" for one in found.found) for code in matrix.codes}
    assert dict(zip(matrix.codes, apart.tolist(), strict=False)) == {c: n for c, n in given.items() if c != "no code"}
    assert [table.title.split(" (")[0] for table in found.tables()[3:]] == list(
        dict.fromkeys(one.code for one in found.found)
    )
    assert "ada" in confusion_figure(found).svg()


def test_a_code_a_dimension_a_case(study):
    every = disagreements(study)
    only = disagreements(study, code="contact")
    assert {one.code for one in only.found} <= {CONTACT, FAIRS}
    assert 0 < len(only.found) < len(every.found)
    assert disagreements(study, case="Alder").found == every.found
    assert {one.transcript for one in disagreements(study, case="Alder", code=CONTACT).found} == {"alder-2"}


def test_what_is_not_there_is_named(study, study_folder):
    with pytest.raises(UsageError, match="no coder `bn`") as error:
        disagreements(study, coders=["ada", "bn"])
    assert "`ben`" in error.value.todo
    with pytest.raises(UsageError, match="no code `contct`"):
        disagreements(study, code="contct")
    with pytest.raises(UsageError, match="no case `Elder`"):
        disagreements(study, case="Elder")
    with pytest.raises(StudyError, match="no two coders"):
        disagreements(study, case="Birch")
    study.close()
    (study_folder / "study.db").unlink()
    empty = open_study(study_folder, create=True)
    with pytest.raises(StudyError, match="no units"):
        disagreements(empty)
    empty.close()
