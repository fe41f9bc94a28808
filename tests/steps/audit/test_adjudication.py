"""Adjudication: what is to be adjudicated, who may adjudicate it, and what stays as it was."""

from dataclasses import replace

import pytest

from coder.errors import CodingError, UsageError
from coder.steps.agreement.intercoder import agreement_of
from coder.steps.audit.adjudication import (
    Disputes,
    adjudicate,
    adjudicated_units,
    chosen,
    dispute,
    last_reasons,
    undo_adjudication,
    work_of,
)
from coder.steps.audit.decisions import code_by_hand, undo
from coder.steps.coding.judgements import adjudicated, ratings_of
from coder.steps.corpus.units import units_of
from coder.steps.findings.citations import citations
from coder.steps.integrity import check
from coder.steps.scheme.changes import change, edit_of
from coder.store import log
from coder.store.judgements import judgements
from coder.types import Coding, Verdict

FAIRS = "education/customers/fairs"
COURSES = "education/customers/courses"
SUPPLIERS = "education/suppliers/courses"


@pytest.fixture
def board(study):
    """Return the study with a adjudicator; ada and ben disagree on some units of alder-1 and alder-2."""
    study.settings = replace(study.settings, adjudicator="panel")
    return study


@pytest.fixture
def disputes():
    return Disputes()


def unit(study, words):
    return next(u for u in units_of(study) if words in u.segment.words)


def say(study, there, code, coder, verdict):
    with study.store.transaction("code"):
        return log.append(study.store, [Coding(there.segment.id, code, coder, verdict)], study.scheme_version())


def segments(found):
    return [one.segment for one in found]


def test_what_is_open_are_the_units_on_which_two_people_disagree(board, disputes):
    found = disputes.open(board)
    ratings = ratings_of(board)
    apart = (ratings.values == 1).any(axis=0) & (ratings.values == 0).any(axis=0)
    assert segments(found) == [ratings.units[n] for n in apart.any(axis=1).nonzero()[0]]
    assert len(found) > 2
    assert {one.transcript for one in found} == {"alder-1", "alder-2"}
    assert not any(one.own for one in found)
    for one in found:
        assert dispute(board, one.segment).disputed == one.codes


def test_the_list_follows_the_log(board, disputes):
    before = disputes.open(board)
    new = unit(board, "It rains")
    code_by_hand(board, "ada", new, [FAIRS])
    assert segments(disputes.open(board)) == segments(before)
    code_by_hand(board, "ben", new, [])
    assert segments(disputes.open(board)) == [*segments(before), new.segment.id] == segments(Disputes().open(board))
    undo(board, "ben")
    assert disputes.open(board) == before


def test_sides_stand_in_an_order_of_their_own_that_stays(board, disputes):
    orders = set()
    for one in disputes.open(board):
        found = dispute(board, one.segment)
        assert found == dispute(board, one.segment)
        assert [side.label for side in found.sides] == ["Coder A", "Coder B"]
        orders.add(tuple(side.coder for side in found.sides))
    assert orders == {("ada", "ben"), ("ben", "ada")}


def test_an_adjudication_is_a_word_of_its_own_and_agreement_stays_what_it_was(board, disputes):
    before, open_ones = agreement_of(board, replicates=0), disputes.open(board)
    words = {name: judgements(board.store, name) for name in ("ada", "ben")}
    for one in open_ones:
        found = dispute(board, one.segment)
        adjudicate(board, "panel", one.segment, chosen(board, found, "both"), "the question asks for it")
    assert disputes.open(board) == []
    assert {name: judgements(board.store, name) for name in words} == words
    after = agreement_of(board, replicates=0)
    assert [a.as_dict()["rows"] for a in after] == [a.as_dict()["rows"] for a in before]
    assert {a.after["all codes (pooled)"] for a in after if a.kind == "people"} == {1.0}  # all of it is adjudicated
    assert not any(a.after for a in before)
    said = dispute(board, open_ones[0].segment).adjudicated
    assert said.reason == "the question asks for it"
    assert set(said.codes) >= set(open_ones[0].codes)
    assert len(adjudicated_units(board, 100)) == len(open_ones)
    assert last_reasons(board, "panel") == ["the question asks for it"]
    assert {e.shown for e in judgements(board.store, "panel")} == {"codings"}
    check(board)


def test_the_adjudicated_codes_are_those_that_hold_afterwards(board, disputes):
    one = disputes.open(board)[0]
    adjudicate(board, "panel", one.segment, [SUPPLIERS], "neither of them")
    ratings = ratings_of(board)
    row = adjudicated(board, ratings)[ratings.units.index(one.segment)]
    assert [code for code, holds in zip(ratings.codes, row, strict=True) if holds == 1] == [SUPPLIERS]


def test_choices_by_one_key_or_by_hand(board, disputes):
    one = next(o for o in disputes.open(board) if o.codes == (SUPPLIERS,))
    found = dispute(board, one.segment)
    assert [chosen(board, found, str(n + 1)) for n in range(2)] == [side.present for side in found.sides]
    assert chosen(board, found, "both") == (SUPPLIERS,)
    assert chosen(board, found, "neither") == ()
    assert chosen(board, found, "ticked", [FAIRS], "customers courses") == (FAIRS, COURSES)
    for choice, more in (("3", {}), ("perhaps", {}), ("ticked", {"other": "education"})):
        with pytest.raises(UsageError):
            chosen(board, found, choice, **more)
    with pytest.raises(CodingError, match="no code"):
        chosen(board, found, "ticked", ["nonsense"])


def test_an_adjudication_is_taken_back_as_often_as_wanted(board, disputes):
    before = disputes.open(board)
    for one in before[:2]:
        adjudicate(board, "panel", one.segment, [], "no")
    assert undo_adjudication(board, "panel")[0].segment == before[1].segment
    assert segments(disputes.open(board)) == segments(before[1:])
    undo_adjudication(board, "panel")
    assert disputes.open(board) == before
    assert judgements(board.store, "panel") == []
    with pytest.raises(UsageError, match="nothing"):
        undo_adjudication(board, "panel")
    adjudicate(board, "panel", before[0].segment, [], "no")
    assert segments(disputes.open(board)) == segments(before[1:])


def test_nobody_adjudicates_what_they_coded_without_saying_so_and_their_own_word_is_kept_for_agreement(study, disputes):
    study.settings = replace(study.settings, adjudicator="ben")
    before = agreement_of(study, coders=("ada", "ben"), replicates=0)
    one = disputes.open(study)[0]
    assert one.own
    assert dispute(study, one.segment).own
    with pytest.raises(UsageError, match="coded this unit yourself"):
        adjudicate(study, "ben", one.segment, one.codes, "mine")
    adjudicate(study, "ben", one.segment, one.codes, "mine", although_own=True)
    assert one.segment not in segments(disputes.open(study))
    [after] = agreement_of(study, coders=("ada", "ben"), replicates=0)
    assert after.as_dict()["rows"] == before[0].as_dict()["rows"]
    assert after.after["all codes (pooled)"] > after.overall.alpha
    assert after.table().header[-1] == "alpha, adjudicated"
    assert {side.coder for side in dispute(study, one.segment).sides} == {"ada", "ben"}
    undo_adjudication(study, "ben")
    assert one in disputes.open(study)


def test_refusals_write_nothing(board, disputes):
    one, head = disputes.open(board)[0], log.head(board.store)
    quiet = unit(board, "The coffee is good")
    for coder, segment, codes, reason, kind, words in (
        ("ada", one.segment, [], "why", UsageError, "`panel` adjudicates"),
        ("panel", one.segment, [], "  ", UsageError, "a reason"),
        ("panel", one.segment, [], "x" * 10_001, UsageError, "a reason"),
        ("panel", one.segment, ["nonsense"], "why", CodingError, "no code"),
        ("panel", quiet.segment.id, [], "why", CodingError, "nobody disagrees"),
        ("panel", 99999, [], "why", CodingError, "not in the study"),
    ):
        with pytest.raises(kind, match=words):
            adjudicate(board, coder, segment, codes, reason)
    assert log.head(board.store) == head
    adjudicate(board, "panel", one.segment, [], "why")
    with pytest.raises(CodingError, match="adjudicated already"):
        adjudicate(board, "panel", one.segment, [FAIRS], "why")
    board.settings = replace(board.settings, adjudicator="")
    with pytest.raises(UsageError, match="does not say who adjudicates"):
        adjudicate(board, "panel", one.segment, [FAIRS], "why")


def test_what_each_person_did_is_counted_apart_from_adjudications(board, disputes):
    one = disputes.open(board)[0]
    adjudicate(board, "panel", one.segment, [FAIRS], "why")
    found = {work.coder: work for work in work_of(board)}
    present = [e for e in judgements(board.store, "ada") if e.code and e.verdict is Verdict.PRESENT]
    assert (found["ada"].codings, found["ada"].adjudicated) == (len(present), 0)
    assert (found["panel"].read, found["panel"].codings, found["panel"].adjudicated) == (0, 0, 1)


def test_tables_show_what_was_adjudicated_in_place_of_what_was_said_before(board, disputes):
    one = next(o for o in disputes.open(board) if o.codes == (SUPPLIERS,))
    before = citations(board)
    assert [c.coder for c in before if c.code == SUPPLIERS and c.transcript == one.transcript] == ["ada"]
    adjudicate(board, "panel", one.segment, [COURSES], "it is a course for those who buy")
    after = citations(board)
    assert [c.coder for c in after if c.code == SUPPLIERS and c.transcript == one.transcript] == []
    [new] = [c for c in after if c not in before]
    assert (new.coder, new.code, new.memo) == ("panel", COURSES, "it is a course for those who buy")
    undo_adjudication(board, "panel")
    assert citations(board) == before


def merge(study, *pair):
    """Merge one code into another."""
    return change(study, edit_of(study, "merge", pair[0], "", [pair[1]]), "ada")


def test_of_words_that_meet_on_a_merged_code_the_strongest_is_the_word(board):
    there = unit(board, "It rains")
    code_by_hand(board, "ada", there, [FAIRS])
    say(board, there, SUPPLIERS, "ada", Verdict.ABSENT)
    code_by_hand(board, "ben", there, [])
    merge(board, SUPPLIERS, FAIRS)
    found = dispute(board, there.segment.id)
    assert found.disputed == (FAIRS,)
    assert {side.coder: side.present for side in found.sides} == {"ada": (FAIRS,), "ben": ()}


def test_a_word_on_a_merged_code_takes_the_place_of_those_on_the_codes_before(board):
    there = unit(board, "It rains")
    code_by_hand(board, "ada", there, [FAIRS, SUPPLIERS])
    code_by_hand(board, "ben", there, [FAIRS])
    merge(board, SUPPLIERS, FAIRS)
    say(board, there, FAIRS, "ada", Verdict.ABSENT)
    before = ratings_of(board, before_adjudication=True)
    row, column = before.units.index(there.segment.id), before.codes.index(FAIRS)
    assert before.values[before.coders.index("ada"), row, column] == 0
    assert dispute(board, there.segment.id).disputed == (FAIRS,)
    adjudicate(board, "panel", there.segment.id, [FAIRS], "it is one")
    assert {side.coder: side.present for side in dispute(board, there.segment.id).sides} == {"ada": (), "ben": (FAIRS,)}
