"""A coder beside herself: what she codes again, and how far her two words agree."""

from datetime import timedelta

import numpy as np
import pytest
from shared.audits import answer

from coder.errors import StudyError, UsageError
from coder.steps.agreement.intracoder import again_ratings, assign_again
from coder.steps.audit.blinding import unseen
from coder.steps.audit.decisions import record, undo
from coder.steps.audit.double_coding import still_to_do
from coder.steps.audit.queue import Choice, audit_queue
from coder.steps.audit.shared_queue import Queues
from coder.steps.audit.unit_page import page_of
from coder.steps.audit.units import AuditUnit, Decision
from coder.steps.coding.judgements import ratings_of
from coder.steps.corpus.units import units_of
from coder.steps.integrity import check
from coder.steps.models.suggest import suggest
from coder.steps.pages.reading_view import View, read
from coder.store.judgements import Which, judgements
from coder.store.random_draws import left_among
from coder.types import Verdict

COURSES, FAIRS = "education/customers/courses", "education/customers/fairs"
MARCH = "We hold a course for the skippers every March."


def unit_with(study, words, transcript="alder-1"):
    return next(
        unit for unit in units_of(study) if unit.segment.words == words and unit.segment.span.transcript == transcript
    )


def item_of(study, coder, segment):
    return next(item for item in audit_queue(study, coder, order="assigned") if item.unit.segment.id == segment)


def marks(study, coder="ada", apart=7):
    """Return unit's words -> (codes first, codes again) of what was coded twice."""
    found = again_ratings(study, apart=apart).get(coder)
    if found is None:
        return {}
    words = {unit.segment.id: unit.segment.words for unit in units_of(study)}
    rows = np.flatnonzero(~np.isnan(found.values).all(axis=(0, 2)))
    given = [[tuple(np.array(found.codes)[sheet[row] == 1].tolist()) for row in rows] for sheet in found.values]
    return {words[found.units[row]]: both for row, both in zip(rows, zip(*given, strict=True), strict=True)}


def test_only_what_was_judged_long_enough_ago_can_be_drawn(study, clock):
    found = assign_again(study, "ada", share=1)
    judged = [u for u in units_of(study) if not u.segment.span.transcript.startswith("birch-2")]
    assert (found.frame, found.drawn, found.left_out) == (len(judged), len(judged), 0)
    with pytest.raises(StudyError, match="ben judged no unit 7 days ago"):
        assign_again(study, "ben")
    with pytest.raises(StudyError, match="no unit"):  # all of them are waiting for her
        assign_again(study, "ada")
    clock.time += timedelta(days=8)
    assert assign_again(study, "ben", share=0.5, dry_run=True).drawn > 0
    assert [(one.coder, one.assigned, one.done) for one in still_to_do(study)] == [("ada", len(judged), 0)]
    check(study)


@pytest.mark.parametrize(
    ("coder", "more", "says"),
    [("adda", {}, "no coder `adda`"), ("ada", {"share": 0}, "share of 0"), ("ada", {"apart": -1}, "again before")],
)
def test_a_draw_that_makes_no_sense_is_refused(study, coder, more, says):
    with pytest.raises(UsageError, match=says):
        assign_again(study, coder, **more)


def test_she_codes_with_nothing_in_sight_not_even_her_own_word(study):
    suggest(study, everything=True)
    segment = unit_with(study, MARCH).segment.id
    answer(study, "ada", queue_item(study, segment), added=(COURSES,), memo="so")
    assert page_of(study, "ada", segment, hidden=True).codes
    assert read(study, "ada", "alder-1", view=View.PEOPLE).passages
    assign_again(study, "ada", share=1, apart=0)
    seen = page_of(study, "ada", segment)
    assert (seen.shown, seen.codes, seen.memo, seen.read, seen.passage) == ("nothing", (), "", False, None)
    assert segment in unseen(study, "ada", [segment]).codings
    assert not read(study, "ada", "alder-1", view=View.PEOPLE).passages
    assert segment not in {item.unit.segment.id for item in audit_queue(study, "ada", everything=True)}
    desk = Queues()
    assert desk.next(study, "ada", Choice(order="assigned")) in left_among(
        study.store, "ada", [segment, 1, 2, 3], again=True
    )


def queue_item(study, segment):

    unit = next(unit for unit in units_of(study) if unit.segment.id == segment)
    return AuditUnit(unit, "", (), "nothing")


def test_the_same_word_said_again_is_written_down_and_can_be_taken_back(study):
    assign_again(study, "ada", share=1)
    unit = unit_with(study, MARCH)
    segment = unit.segment.id
    before = ratings_of(study).values
    item = item_of(study, "ada", segment)
    assert (item.codes, item.shown) == ((), "nothing")
    answer(study, "ada", item, added=(COURSES,))
    assert segment not in unseen(study, "ada", [segment]).codings
    assert marks(study) == {MARCH: ((COURSES,), (COURSES,))}
    np.testing.assert_array_equal(ratings_of(study).values, before)
    undo(study, "ada")
    assert segment in unseen(study, "ada", [segment]).codings
    assert marks(study) == {}
    np.testing.assert_array_equal(ratings_of(study).values, before)


def test_twice_in_the_same_unit_and_back(study, clock):
    unit = unit_with(study, MARCH)
    answer(study, "ada", queue_item(study, unit.segment.id), added=(COURSES,))
    clock.time += timedelta(days=30)
    assign_again(study, "ada", share=1)
    answer(study, "ada", item_of(study, "ada", unit.segment.id), added=(COURSES,))
    events = len(judgements(study.store, which=Which.AS_WRITTEN, segments=[unit.segment.id]))
    undo(study, "ada")
    assert len(judgements(study.store, which=Which.AS_WRITTEN, segments=[unit.segment.id])) > events
    assert unit.segment.id in unseen(study, "ada", [unit.segment.id]).codings
    check(study)


def test_what_she_does_not_give_any_more_is_absent_on_the_unit_and_on_her_passage_in_it(study):
    assign_again(study, "ada", share=1)
    unit = unit_with(study, MARCH)
    answer(study, "ada", item_of(study, "ada", unit.segment.id), added=(FAIRS,))
    assert marks(study) == {MARCH: ((COURSES,), (FAIRS,))}
    now = {e.code: e.verdict for e in judgements(study.store, "ada") if e.segment == unit.segment.id}
    assert now == {COURSES: Verdict.ABSENT, FAIRS: Verdict.PRESENT, None: Verdict.PRESENT}


def test_a_passage_that_reaches_beyond_the_unit_stays_but_the_second_word_is_what_was_said_then(study, clock):
    clock.time += timedelta(days=30)
    assign_again(study, "ben", share=1)
    unit = unit_with(study, "It is a long month.")  # inside a longer passage of ben's
    answer(study, "ben", item_of(study, "ben", unit.segment.id))
    assert marks(study, "ben") == {"It is a long month.": ((COURSES,), ())}
    grid = ratings_of(study)
    row = grid.units.index(unit.segment.id)
    assert grid.values[grid.coders.index("ben"), row, grid.codes.index(COURSES)] == 1


def test_what_was_changed_soon_after_was_a_correction(study, clock):
    unit = unit_with(study, MARCH, "alder-2")
    item = queue_item(study, unit.segment.id)
    answer(study, "eva", item, added=(FAIRS,))
    clock.time += timedelta(days=2)
    answer(study, "eva", item, added=(COURSES,), memo="looked again")
    assert marks(study, "eva") == {}
    clock.time += timedelta(days=10)
    assign_again(study, "eva", share=1)
    answer(study, "eva", item_of(study, "eva", unit.segment.id))
    assert marks(study, "eva") == {MARCH: ((COURSES, FAIRS), ())}
    assert marks(study, "eva", apart=30) == {}


def test_a_unit_that_she_has_seen_with_suggestions_is_not_compared(study, clock):
    unit = unit_with(study, MARCH)
    from dataclasses import replace

    seen = replace(queue_item(study, unit.segment.id), shown="suggestions")
    answer(study, "ada", seen, added=(FAIRS,), memo="new")
    clock.time += timedelta(days=30)
    assert assign_again(study, "ada", share=1).left_out == 1
    assert marks(study) == {}


def test_in_the_browser_the_page_is_recorded_like_any_other(study):
    assign_again(study, "ada", share=1)
    unit = unit_with(study, MARCH)
    page = page_of(study, "ada", unit.segment.id)
    record(study, "ada", page, Decision({}, added=(COURSES,)))
    assert marks(study) == {MARCH: ((COURSES,), (COURSES,))}
