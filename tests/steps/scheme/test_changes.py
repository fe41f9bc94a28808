"""A changed scheme: what people said stays in the log as it was, and counts under the codes as they are now."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.errors import CodingError, SchemeError, StudyError, UsageError
from coder.scheme.editing import Edit, edited
from coder.scheme.reading import parse_scheme
from coder.steps.coding.code_lookup import known_code
from coder.steps.coding.human_codings import import_codings
from coder.steps.coding.judgements import ratings_of
from coder.steps.findings.citations import citations
from coder.steps.findings.quote_tables import quote_tables
from coder.steps.findings.selection import findings
from coder.steps.integrity import check
from coder.steps.scheme.changes import SchemeChangedError, change, edit_of, undo_change
from coder.steps.scheme.split_codes import divide, to_divide
from coder.steps.scheme.versions import base_of, compare, scheme_versions
from coder.steps.study.study import open_study
from coder.store import log
from coder.store.judgements import judgements
from coder.store.scheme_versions import Version, code_map
from coder.types import Coding, Verdict

COURSES = "education/customers/courses"


def do(study, what, path, *to, facet="", **more):
    return change(study, edit_of(study, what, path, facet, to), "ada", **more)


def values(study):
    """Return the ratings by (coder, unit, code), those that nobody made left out."""
    grid = ratings_of(study)
    return {
        (coder, unit, code): grid.values[i, j, k]
        for i, coder in enumerate(grid.coders)
        for j, unit in enumerate(grid.units)
        for k, code in enumerate(grid.codes)
        if not np.isnan(grid.values[i, j, k])
    }


def words(study, code):
    return sorted((c.coder, c.words) for c in citations(study) if c.code == code)


def say(study, segment, code, coder="ada", verdict=Verdict.PRESENT):
    with study.store.transaction("code"):
        return log.append(study.store, [Coding(segment, code, coder, verdict)], study.scheme_version())


def coded(study, code, coder="ada"):
    return next(e for e in judgements(study.store, coder) if e.code == code)


def test_a_rename_is_a_new_version_and_codings_stand_under_the_new_name(study):
    before, head = words(study, COURSES), log.head(study.store)
    text = (study.folder / "scheme.yaml").read_text("utf-8")
    plan = do(study, "rename", "courses", "lessons")
    assert (study.scheme.code(COURSES), study.scheme.code("education/customers/lessons").facets["mechanism"]) == (
        None,
        "lessons",
    )
    assert words(study, "education/customers/lessons") == before != []
    assert log.head(study.store) == head
    assert {(t.code, t.to) for t in plan.touched if t.coder == "ada"} >= {(COURSES, ("education/customers/lessons",))}
    assert check(study).findings == check(study).warnings[:0] == ()
    assert (study.folder / "scheme.yaml").read_text("utf-8").startswith("# Version 2 of this scheme, by ada: rename")
    assert [v.what for v in scheme_versions(study)] == ["", "rename mechanism `courses` to `lessons`"]
    assert study.store.one("SELECT source FROM scheme_version WHERE id = 1") == text


def test_a_plan_changes_nothing(study):
    before = (study.folder / "scheme.yaml").read_text("utf-8"), study.store.rows("SELECT * FROM scheme_version")
    plan = do(study, "merge", "fairs", "courses", facet="mechanism", dry_run=True)
    assert (study.folder / "scheme.yaml").read_text("utf-8") == before[0]
    assert len(study.store.rows("SELECT * FROM scheme_version")) == len(before[1])
    assert plan.version == 2 and (plan.codes_before, plan.codes_after) == (5, 3)
    assert sum(t.codings for t in plan.touched if t.coder == "ben") == 4


def test_renaming_there_and_back_gives_the_same_ratings(study):
    before = values(study)
    do(study, "rename", "education/customers", "buyers")
    assert {key[:2] for key in values(study)} == {key[:2] for key in before} and values(study) != before
    do(study, "rename", "education/buyers", "customers")
    assert values(study) == before


def test_merging_gives_the_union(study):
    one, other = ("contact/courses", "contact/fairs")
    before = values(study)
    do(study, "merge", other, one)
    after = values(study)
    for coder, unit in {key[:2] for key in before}:
        both = [before[coder, unit, code] for code in (one, other) if (coder, unit, code) in before]
        assert after[coder, unit, one] == max(both)
    assert not any(code == other for _, _, code in after)


def test_merged_and_undone_everything_is_as_before(study):
    before = values(study)
    do(study, "merge", "fairs", "courses", facet="mechanism")
    plan = undo_change(study, "ada")
    assert values(study) == before and plan.divide == 0
    assert [v.undoes for v in scheme_versions(study)] == [None, None, 2]
    assert check(study).findings == ()
    with pytest.raises(UsageError, match="no change"):
        undo_change(study)


def test_a_later_word_holds_over_all_that_was_merged(study):
    event = coded(study, "contact/fairs")
    say(study, event.segment, "contact/courses", verdict=Verdict.ABSENT)
    do(study, "merge", "contact/fairs", "contact/courses")
    assert [e.verdict for e in judgements(study.store, "ada") if e.segment == event.segment and e.code] == [
        Verdict.PRESENT
    ]
    written = say(study, event.segment, "contact/courses", verdict=Verdict.UNSURE)
    assert len(written) == 2  # one old word is superseded, the other one taken back
    now = [e for e in judgements(study.store, "ada") if e.segment == event.segment and e.code]
    assert [(e.code, e.verdict) for e in now] == [("contact/courses", Verdict.UNSURE)]
    assert check(study).findings == ()


def test_a_word_under_the_new_name_supersedes_and_can_be_withdrawn(study):
    event = coded(study, "contact/fairs")
    do(study, "rename", "contact", "meeting")
    assert say(study, event.segment, "meeting/fairs") == []  # she has said so under the old name
    assert len(say(study, event.segment, "meeting/fairs", verdict=Verdict.ABSENT)) == 1
    say(study, event.segment, "meeting/fairs", verdict=Verdict.WITHDRAWN)
    assert not [e for e in judgements(study.store, "ada") if e.segment == event.segment and e.code]
    assert check(study).findings == ()


def test_what_was_said_of_a_split_code_waits_to_be_divided(study):
    count = len(words(study, COURSES))
    plan = do(study, "split", "courses", "lessons", "visits")
    assert plan.divide == len(to_divide(study)) > 0 and count > 0
    both = {code for item in to_divide(study, "ada") for code in item.codes}
    assert "education/customers/visits" in both
    assert not words(study, "education/customers/lessons")
    grid = values(study)
    item = to_divide(study, "ada")[0]
    assert all(("ada", item.segment, code) not in grid for code in item.codes)  # unsure, never absent
    divide(study, "ada", item.event, [item.codes[0]])
    assert item.event not in {other.event for other in to_divide(study, "ada")}
    assert item.words in {said for _, said in words(study, item.codes[0])}
    assert not words(study, item.codes[1])
    assert check(study).findings == ()
    undo_change(study, "ada")
    assert to_divide(study) == [] and len(words(study, COURSES)) == count


def test_only_the_own_word_is_divided_and_only_among_its_parts(study):
    do(study, "split", "courses", "lessons", "visits")
    item = to_divide(study, "ada")[0]
    with pytest.raises(UsageError, match="not your coding"):
        divide(study, "ben", item.event, item.codes)
    with pytest.raises(UsageError, match="no part"):
        divide(study, "ada", item.event, ["contact/fairs"])


def test_a_retired_code_keeps_its_citations_and_takes_no_new_codings(study):
    before = words(study, "contact/fairs")
    do(study, "retire", "contact/fairs")
    assert "contact/fairs" not in study.scheme.paths() and "contact/fairs" not in ratings_of(study).codes
    assert words(study, "contact/fairs") == before != []
    assert any("contact" in table.title for table in quote_tables(findings(study)))
    with pytest.raises(CodingError, match="retired"):
        known_code(study, "contact/fairs")
    assert check(study).warnings == ()
    do(study, "restore", "contact/fairs")
    assert "contact/fairs" in study.scheme.paths()


def test_a_name_that_is_given_anew_does_not_take_old_codings(study):
    do(study, "rename", "courses", "lessons")
    do(study, "add", "courses", facet="mechanism")
    do(study, "add", COURSES)
    assert words(study, COURSES) == []
    event = coded(study, "education/customers/lessons")
    say(study, event.segment, COURSES)
    assert {e.code for e in judgements(study.store, "ada") if e.segment == event.segment} == {
        COURSES,
        "education/customers/lessons",
    }
    assert check(study).findings == ()


def test_a_table_that_was_imported_before_the_change_can_be_read_again(study):
    do(study, "rename", "courses", "lessons")
    found = import_codings(study, study.folder / "codings" / "ada.csv")
    assert found.written == {}


def test_a_study_that_is_open_elsewhere_writes_nothing_under_the_old_scheme(study):
    other = open_study(study.folder)
    do(study, "rename", "courses", "lessons")
    with pytest.raises(StudyError, match="changed meanwhile"):
        say(other, coded(study, "contact/fairs").segment, COURSES)
    other.close()


def test_the_second_of_two_editors_is_told_what_the_first_changed(study):
    base = base_of(study)
    other = open_study(study.folder)
    do(study, "rename", "courses", "lessons")
    with pytest.raises(SchemeChangedError) as caught:
        do(other, "rename", "contact", "meeting", base=base)
    assert ("mechanism", "lessons", "in use") in {(d.kind, d.path, d.after) for d in caught.value.differences}
    other.close()
    again = open_study(study.folder)
    with pytest.raises(SchemeChangedError):
        do(again, "rename", "contact", "meeting", base=base)
    do(again, "rename", "contact", "meeting", base=base_of(again))
    again.close()


def test_a_file_that_was_edited_by_hand_stays_as_it_is(study):
    path = study.folder / "scheme.yaml"
    by_hand = path.read_text("utf-8").replace("A public show.", "A show.")
    path.write_text(by_hand, "utf-8")
    with pytest.raises(SchemeChangedError):
        do(study, "rename", "courses", "lessons")
    assert path.read_text("utf-8") == by_hand
    again = open_study(study.folder)
    do(again, "rename", "courses", "lessons")
    assert words(again, "education/customers/lessons")
    assert [(d.kind, d.path, d.what) for d in compare(again, 1, 2)] == [("mechanism", "fairs", "definition")]
    again.close()


def test_a_mapping_that_was_changed_behind_the_program_is_found(study):
    do(study, "rename", "courses", "lessons")
    study.store.db.execute("DROP TRIGGER scheme_change_no_update")
    study.store.db.execute("UPDATE scheme_change SET mapped = '{}'")
    assert "version 2" in check(study).findings[0]


def test_what_does_not_fit_changes_nothing(study):
    before = (study.folder / "scheme.yaml").read_text("utf-8")
    for what, path, to, message in (
        ("rename", "courses", ["fairs"], "already"),
        ("rename", "courses", ["a/b"], "no name"),
        ("rename", COURSES, ["x"], "combination"),
        ("merge", "education", ["contact"], "heading"),
        ("split", "courses", ["one"], "two or more"),
        ("retire", "education", [], "heading"),
        ("restore", "courses", [], "not retired"),
        ("define", "courses", [], "changes nothing"),
        ("rename", "coarses", ["x"], "no code or value"),
    ):
        with pytest.raises(SchemeError, match=message):
            do(study, what, path, *to)
    assert (study.folder / "scheme.yaml").read_text("utf-8") == before


def renames(names=("courses", "fairs", "lessons", "shows", "visits")):
    return st.lists(st.tuples(st.sampled_from(["rename", "merge", "split", "retire"]), *[st.sampled_from(names)] * 3))


@given(renames())
def test_every_chain_of_changes_can_be_walked_back(steps):
    scheme = first = parse_scheme("codes: [courses, fairs, teas]", "a.yaml")
    found = [Version(1, 0, "", {}, "", None, "", "")]
    for what, path, *to in steps:
        try:
            scheme, mapped = edited(scheme, Edit(what, path, to=tuple(to[: {"split": 2, "retire": 0}.get(what, 1)])))
        except SchemeError:
            continue
        found.append(Version(len(found) + 1, len(found), what, mapped, "", None, "", ""))
    there, back = code_map(found, len(found)), code_map(found, 1)
    known = scheme.with_retired().paths()
    for code in first.paths():
        now = there.get((1, code), (code,))
        assert now and set(now) <= set(known)  # no code is lost
        assert all(code in back.get((len(found), name), (name,)) for name in now)


@given(st.lists(st.sampled_from(["a", "b", "c", "d", "e"]), min_size=1, max_size=6))
def test_any_renames_are_one_to_one(names):
    scheme = parse_scheme("codes: [a, x, y]", "a.yaml")
    found, path = [Version(1, 0, "", {}, "", None, "", "")], "a"
    for name in [*dict.fromkeys(n for n in names if n != "a"), "a"]:
        if name != path:
            scheme, mapped = edited(scheme, Edit("rename", path, to=(name,)))
            found.append(Version(len(found) + 1, len(found), "rename", mapped, "", None, "", ""))
            path = name
    assert scheme.paths() == ("a", "x", "y")
    assert all(code_map(found, len(found)).get((1, code), (code,)) == (code,) for code in "axy")


def test_undoing_changes_gives_the_earlier_text_back_with_its_comments(study):
    path = study.folder / "scheme.yaml"
    path.write_text("# ours\n" + path.read_text("utf-8").replace("a stand.]}", "a stand.]}  # or shows?"), "utf-8")
    again, text = open_study(study.folder), path.read_text("utf-8")
    do(again, "rename", "courses", "lessons")
    assert "# or shows?" in path.read_text("utf-8")
    plan = do(again, "merge", "fairs", "lessons", facet="mechanism")
    assert plan.comments == ("# or shows?",)
    undo_change(again)
    undo_change(again)
    assert path.read_text("utf-8").split("\n", 1)[1] == text
    again.close()
