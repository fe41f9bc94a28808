"""Corrected counts of a study: which draws count, and what was known and suggested before each."""

import math

import pytest
from shared.audits import answer

from coder.errors import StudyError, UsageError
from coder.steps.audit.decisions import code_by_hand
from coder.steps.audit.double_coding import assign
from coder.steps.audit.queue import audit_queue
from coder.steps.coding.coders import new_coder
from coder.steps.corpus.units import units_of
from coder.steps.estimates.prevalence import TOO_FEW, between, estimates_of
from coder.steps.models.suggest import suggest
from coder.steps.models.train import train
from coder.steps.study.study import open_study
from coder.store import corpus, log
from coder.types import Coder, Coding, Shown, Transcript, Turn, Verdict

COURSES, FAIRS = "education/customers/courses", "contact/fairs"
MODEL = "guess-1"


def add_interview(study, name, n, said):
    """Add an interview of n units; a machine gives `COURSES` to those for which `said` says so."""
    lines = [f"{name.title()} sentence {k} was said." for k in range(n)]
    text = "\n".join(lines)
    with study.store.transaction("import"):
        stored = corpus.add_text(study.store, Transcript(name, text, (Turn(0, "Tove", 0, len(text)),)), f"{name}.txt")
        at, segments = 0, []
        for line in lines:
            segments.append(corpus.segment_at(study.store, stored, at, at + len(line), line))
            at += len(line) + 1
        corpus.set_units(study.store, stored, "sentence", segments)
        log.add_coder(study.store, Coder(MODEL, "model"))
        whole = corpus.segment_at(study.store, stored, 0, len(text), text)
        codings = [Coding(s, COURSES, MODEL, confidence=0.9) for k, s in enumerate(segments) if said(k)]
        log.append(study.store, [Coding(whole, None, MODEL), *codings], study.scheme_version())
    return segments


@pytest.fixture
def large(study):
    """Return the study with two interviews of 60 units; the machine gives every third unit the code.

    In truth every fourth unit of cedar and every sixth of dogwood has it.
    """
    for name in ("eva", "ole"):
        new_coder(study, name)
    units = units_of(study)
    for name, often in (("cedar-1", 4), ("dogwood-1", 6)):
        segments = add_interview(study, name, 60, lambda k: k % 3 == 0)
        study.truth = getattr(study, "truth", {}) | {s: k % often == 0 for k, s in enumerate(segments)}
    with study.store.transaction("suggest"):  # the machine has read the other interviews, too, and found nothing
        log.append(study.store, [Coding(unit.segment.id, None, MODEL) for unit in units], study.scheme_version())
    return study


def judge(study, items, coder="eva"):
    for item in items:
        suggested = {suggestion.code for suggestion in item.codes}
        holds = study.truth.get(item.unit.segment.id, False)
        accepted = (COURSES,) if holds and COURSES in suggested else ()
        added = (COURSES,) if holds and COURSES not in suggested else ()
        answer(study, coder, item, accepted, tuple(suggested - set(accepted)), added)


def of(study, code=COURSES, **more):
    found = estimates_of(study, **more)
    return found, next(row.here for row in found.rows if row.code == code)


def test_without_a_draw_there_is_the_naive_count_and_what_to_do(large):
    found, row = of(large)
    assert math.isnan(row.share)
    assert row.checked == 0
    assert row.units == len(units_of(large))
    assert 0 < row.known < row.units
    assert found.draws == []
    assert "coder audit STUDY --order blind" in found.table().note
    assert found.table().rows[0][5] == TOO_FEW


def test_a_blind_draw_counts_once_it_is_finished(large):
    items = audit_queue(large, "eva", order="blind", sample=80)
    judge(large, items[:-2])
    found, row = of(large)
    assert (found.draws[0].to_go, found.draws[0].cases, math.isnan(row.share)) == (2, (), True)
    assert "2 units are still to be judged" in found.draws_table().rows[0][-1]
    judge(large, items[-2:])
    found, row = of(large)
    assert found.draws[0].cases == ("Alder", "Birch", "cedar-1", "dogwood-1")
    assert found.draws[0].why == ""
    assert 0 < row.checked <= len(items)
    assert row.low < row.share < row.high
    assert row.low > 0


def test_when_everything_is_judged_the_share_is_what_people_said(large):
    judge(large, audit_queue(large, "eva", order="blind", sample=10_000))
    _, row = of(large)
    said = (
        sum(large.truth.values()) + 1
    )  # ada's word on the others yields to eva's, where both judged: a tie is present
    assert row.known == row.units
    assert row.share == row.low == row.high
    assert row.share >= said / row.units - 1e-9


def test_a_draw_from_suggested_units_alone_does_not_count(large):
    judge(large, audit_queue(large, "eva", order="random", sample=10_000))
    found, row = of(large)
    assert "suggested units" in found.draws[0].why
    assert "cedar-1" not in found.draws[0].cases
    assert math.isnan(row.share)


def test_a_random_draw_from_all_units_counts(large):
    judge(large, audit_queue(large, "eva", order="random", everything=True, sample=90))
    found, row = of(large)
    assert found.draws[0].why == ""
    assert not math.isnan(row.share)


def test_a_draw_in_one_interview_counts_for_its_case(large):
    judge(large, audit_queue(large, "eva", order="blind", transcripts=["cedar-1"], sample=30))
    found = estimates_of(large, by_case=True, code=COURSES)
    shares = {row.case: row.here.share for row in found.rows}
    assert "cedar-1" in found.draws[0].cases
    assert "dogwood-1" not in found.draws[0].cases
    assert not math.isnan(shares["cedar-1"])
    assert math.isnan(shares["dogwood-1"])
    assert math.isnan(of(large)[1].share)


def test_double_coding_counts_with_its_unequal_chances(large):
    assign(large, ["eva", "ole"], share=0.6)
    for coder in ("eva", "ole"):
        judge(large, audit_queue(large, coder, order="assigned"), coder)
    found, row = of(large)
    assert (found.draws[0].how, found.draws[0].why) == ("double coding", "")
    assert row.low <= row.share <= row.high
    assert row.checked > 50


def test_a_model_that_learned_from_the_drawn_units_does_not_correct_itself(large):
    judge(large, audit_queue(large, "eva", order="blind", sample=80))
    before = of(large)[1]
    with large.store.transaction("suggest"):  # another machine, which now knows the answers
        log.add_coder(large.store, Coder("guess-2", "model"))
        knows = [Coding(s, COURSES, "guess-2", confidence=0.9) for s, holds in large.truth.items() if holds]
        log.append(large.store, knows, large.scheme_version())
    after = of(large)[1]
    assert (after.share, after.low, after.high) == (before.share, before.low, before.high)
    assert after.naive != before.naive


def test_units_that_were_chosen_after_the_draw_only_bound_it(large):
    judge(large, audit_queue(large, "eva", order="blind", sample=60))
    before = of(large)[1]
    left = [u for u in units_of(large) if u.segment.id in large.truth and not large.truth[u.segment.id]][:20]
    for unit in left:
        code_by_hand(large, "ole", unit, [])
    after = of(large)[1]
    assert after.share == before.share
    assert after.known > before.known
    assert after.checked == before.checked


def test_a_second_draw_is_added_to_the_first(large):
    for _ in range(2):
        judge(large, audit_queue(large, "eva", order="blind", sample=50))
    found, row = of(large)
    assert [draw.why for draw in found.draws] == ["", ""]
    assert row.checked > 60


def test_what_was_accepted_in_bulk_is_no_judgement(large):
    judge(large, audit_queue(large, "eva", order="blind", sample=60))
    before = of(large)[1]
    with large.store.transaction("bulk"):
        words = [Coding(s, COURSES, "ole", shown=Shown.BULK) for s in list(large.truth)[:50]]
        log.append(large.store, words, large.scheme_version())
    assert of(large)[1] == before


def test_unsure_counts_as_absent_and_is_told(large):
    items = audit_queue(large, "eva", order="blind", sample=60)
    judge(large, items[1:])
    suggested = Coding(items[0].unit.segment.id, COURSES, "eva", Verdict.UNSURE)
    with large.store.transaction("audit"):
        log.append(large.store, [suggested, Coding(suggested.segment, None, "eva")], large.scheme_version())
    found, row = of(large)
    assert found.draws[0].to_go == 0
    assert not math.isnan(row.share)
    assert "unsure of count as absent: " in found.table().note


def test_cases_are_compared_with_all_others_and_with_each_other(large):
    judge(large, audit_queue(large, "eva", order="blind", sample=10_000))
    found = estimates_of(large, by_case=True, code=COURSES)
    cedar = next(row for row in found.rows if row.case == "cedar-1")
    assert cedar.here.share == 0.25
    assert cedar.apart.difference == pytest.approx(cedar.here.share - cedar.others.share)
    pair = between(large, "cedar-1", "dogwood-1", code=COURSES)
    back = between(large, "dogwood-1", "cedar-1", code=COURSES)
    assert pair.rows[0].apart.difference == pytest.approx(0.25 - 1 / 6) == -back.rows[0].apart.difference
    assert "+8.3" in pair.between_table("cedar-1", "dogwood-1").rows[0][-1]


def test_a_code_or_case_that_is_not_there_is_named(large):
    with pytest.raises(UsageError, match="no code `fairness`"):
        estimates_of(large, code="fairness")
    with pytest.raises(UsageError, match="no case `Alderr`") as caught:
        between(large, "Alderr", "Birch")
    assert "Alder" in str(caught.value)
    with pytest.raises(UsageError, match="with itself"):
        between(large, "Birch", "Birch")
    assert {row.code for row in estimates_of(large, code="contact").rows} == {"contact/courses", FAIRS}


def test_a_trained_model_of_a_small_study_goes_through(study):
    train(study)
    suggest(study, everything=True)
    assert estimates_of(study, by_case=True).table().rows


def test_without_units_there_is_nothing_to_count(study_folder):
    bare = open_study(study_folder, create=True)
    with pytest.raises(StudyError, match="no units yet"):
        estimates_of(bare)
    bare.close()
