import json

import pytest
from shared.audits import answer, hidden

from coder.errors import CodingError, StudyError, UsageError
from coder.steps.agreement.intercoder import agreement_of
from coder.steps.audit.bulk_accept import PREVIEW, accept, last_bulk, plan, preview, undo_bulk
from coder.steps.audit.decisions import undo
from coder.steps.audit.double_coding import assign, assigned_units
from coder.steps.audit.queue import audit_queue
from coder.steps.coding.coders import coders_of, new_coder
from coder.steps.coding.judgements import ratings_of
from coder.steps.estimates.precision_guarantee import guarantee_of
from coder.steps.findings.citations import citations
from coder.steps.findings.cross_tables import statistics
from coder.steps.findings.selection import Selection, findings
from coder.steps.integrity import check
from coder.store import log
from coder.store.judgements import Which, judgement, judgements
from coder.types import Coding, Guarantees, Provenance, Verdict, silent

CODE = "education/customers/courses"
MODEL = "guess-1"
LESS = Guarantees(precision=0.8, confidence=0.9)


@pytest.fixture
def many(study, drawn_interview):
    """Add an interview of ninety units, each with one suggestion; eva has audited every other one, by a draw."""
    lines = [f"We hold course number {k} for skippers." for k in range(90)]
    study.segments = drawn_interview(study, lines, MODEL, CODE, "eva")
    return study


def test_nothing_is_accepted_without_a_random_audit(study):
    with pytest.raises(StudyError, match="nothing was sampled at random"):
        accept(study, "eva")
    assert judgements(study.store, which=Which.BULK) == []


def test_what_was_not_drawn_is_accepted_and_says_bulk_in_each_event(many):
    planned = accept(many, "eva", LESS, dry_run=True)
    assert planned.suggestions and judgements(many.store, which=Which.BULK) == []
    accepted = accept(many, "eva", LESS, expected=len(planned.suggestions))
    events = judgements(many.store, "eva", which=Which.BULK)
    assert {e.segment for e in events} == {e.segment for e in accepted.suggestions} <= set(many.segments[1::2])
    assert len(events) == guarantee_of(many, LESS).together[0].accepted
    for event in events:
        asked = judgement(many.store, event.responds_to)
        assert (event.shown, event.verdict, event.code) == ("bulk", Verdict.PRESENT, CODE)
        assert event.memo == "bulk: 0.8 right, 0.9 sure, all codes together, draw 1"
        assert (asked.segment, asked.code, asked.coder) == (event.segment, CODE, MODEL)
    assert {run["command"] for run in log.runs(many.store) if run["id"] == events[0].run} == {"bulk"}
    again = accept(many, "eva", LESS)
    assert (again.suggestions, again.before) == ([], len(events))
    assert not check(many).findings


def test_nothing_reads_a_bulk_answer_as_a_judgement(many):
    def everything():
        return (
            ratings_of(many).values.tolist().__repr__(),
            [item.unit.segment.id for item in audit_queue(many, "eva")],
            [item.unit.segment.id for item in audit_queue(many, "ben", everything=True)],
            guarantee_of(many, LESS),
            [row.as_dict() for row in agreement_of(many, replicates=20)],
            coders_of(many),
            [row[:-2] for row in statistics(findings(many)).rows],  # its last columns are: in bulk, and unreviewed
            citations(many),
        )

    before = json.dumps(everything(), default=str)
    accept(many, "eva", LESS)
    assert judgements(many.store, which=Which.BULK)
    assert json.dumps(everything(), default=str) == before


def test_a_bulk_answer_is_no_training_label(many):
    from coder.embed.encoders import encoder
    from coder.steps.models.training_data import gather

    before = gather(many, encoder("hashed-words"), silent).info
    accept(many, "eva", LESS)
    after = gather(many, encoder("hashed-words"), silent).info
    assert after.fingerprint == before.fingerprint and after.units == before.units


def test_a_bulk_answer_leaves_the_frame_of_the_next_draw_as_it_was(many):
    accept(many, "eva", LESS)
    frame = {item.unit.segment.id for item in audit_queue(many, "eva", order="random", sample=500)}
    assert frame == set(many.segments[1::2])


def test_tables_tell_what_was_accepted_in_bulk_from_what_was_seen(many):
    unreviewed = len(citations(many, only="unreviewed"))
    accept(many, "eva", LESS)
    n = len(judgements(many.store, which=Which.BULK))
    found = citations(many, only="bulk")
    assert len(found) == n
    assert {(c.provenance, c.coder, c.suggested_by) for c in found} == {(Provenance.BULK, "eva", MODEL)}
    assert all(c.score and c.memo.startswith("bulk") for c in found)
    assert len(citations(many, only="unreviewed")) == unreviewed - n
    assert len(citations(many, only="seen+bulk")) == len(citations(many)) + n
    assert len(citations(many, only="all")) == len(citations(many)) + unreviewed
    assert f"{n} accepted in bulk unreviewed" in statistics(findings(many, Selection(only="all"))).note
    assert citations(many, only="bulk", coders=("ben",)) == []
    assert len(citations(many, only="unreviewed", coders=("ben",))) == unreviewed - n


def test_a_look_outranks_a_bulk_answer(many):
    accept(many, "eva", LESS)
    n = len(judgements(many.store, which=Which.BULK))
    [ok, bad, *_] = [
        item for item in audit_queue(many, "eva") if item.unit.segment.id in {e.segment for e in last_bulk(many, "eva")}
    ]
    answer(many, "eva", ok, accepted=(CODE,))
    answer(many, "ben", bad, rejected=(CODE,))
    assert ok.unit.segment.id in {e.segment for e in judgements(many.store, "eva")}
    assert len(citations(many, only="bulk")) == n - 2
    assert [c.provenance for c in citations(many) if c.words == ok.unit.segment.words] == [Provenance.ACCEPTED]
    assert bad.unit.segment.words not in {c.words for c in citations(many, only="all")}


def test_one_undo_takes_all_of_it_back_but_what_was_looked_at(many):
    accept(many, "eva", LESS)
    n = len(last_bulk(many, "eva"))
    item = next(i for i in audit_queue(many, "eva") if i.unit.segment.id == last_bulk(many, "eva")[0].segment)
    answer(many, "eva", item, accepted=(CODE,))
    assert undo_bulk(many, "eva", dry_run=True) == n - 1 == len(last_bulk(many, "eva"))
    assert undo_bulk(many, "eva") == n - 1
    assert judgements(many.store, which=Which.BULK) == []
    assert item.unit.segment.id in {e.segment for e in judgements(many.store, "eva") if e.code == CODE}
    with pytest.raises(UsageError, match="nothing in bulk"):
        undo_bulk(many, "eva")
    undo(many, "eva")  # of the audit: the bulk that was taken back does not come back with it
    assert judgements(many.store, which=Which.BULK) == []
    assert len(accept(many, "eva", LESS).suggestions) == n
    assert not check(many).findings


def test_what_people_have_judged_since_keeps_their_word(many):
    item = next(i for i in audit_queue(many, "ben") if i.unit.segment.id == many.segments[1])
    answer(many, "ben", item, rejected=(CODE,))
    planned = accept(many, "eva", LESS)
    assert planned.answered == 1
    assert many.segments[1] not in {e.segment for e in judgements(many.store, which=Which.BULK)}


def test_a_study_that_has_changed_since_the_preview_is_not_accepted_from(many):
    with pytest.raises(UsageError, match="changed since the preview"):
        accept(many, "eva", LESS, expected=3)
    with pytest.raises(CodingError, match="a model's name"):
        accept(many, MODEL, LESS)
    assert judgements(many.store, which=Which.BULK) == []


def test_where_nothing_may_be_accepted_it_says_how_many_audits_are_missing(many):
    planned = accept(many, "eva", Guarantees(precision=0.97, confidence=0.99))
    assert planned.suggestions == []
    rows = {row[0]: row for row in planned.table().rows}
    assert rows[CODE][1] == 0 and rows[CODE][3]
    assert planned.missing() is None or planned.missing() > 0


def test_each_code_by_itself_is_a_guarantee_of_its_own(many):
    planned = plan(many, "eva", LESS, each=True)
    own = next(kept for kept in planned.guarantee.by_code if kept.what == CODE)
    assert len(planned.suggestions) == own.accepted
    assert "each code by itself" in planned.table().note and "each code" in planned.memo


def test_a_preview_shows_a_random_twenty_in_context_and_none_that_is_to_be_judged_blind(many):
    import dataclasses

    planned = plan(many, "eva", LESS)
    shown = preview(many, "eva", planned)
    assert len(shown) == min(PREVIEW, len(planned.suggestions))
    assert shown == preview(many, "eva", planned)
    assert {one.page.place.segment for one in shown} <= {e.segment for e in planned.suggestions}
    assert all("course number" in one.page.own.words and one.code == CODE for one in shown)
    many.settings = dataclasses.replace(many.settings, hide_suggestions=0.5)
    blind = {e.segment for e in planned.suggestions if hidden(many, "eva", e.segment)}
    less = plan(many, "eva", LESS)
    assert blind and {e.segment for e in less.suggestions} == {e.segment for e in planned.suggestions} - blind
    assert less.blind == len(blind)


def test_what_somebody_still_owes_a_blind_answer_is_not_accepted(many):
    before = {e.segment for e in plan(many, "eva", LESS).suggestions}
    for name in ("ole", "uma"):
        new_coder(many, name)
    assign(many, ["ole", "uma"], share=0.3)
    given = before & set(assigned_units(many, "ole"))
    planned = accept(many, "eva", LESS)
    assert given and {e.segment for e in planned.suggestions} == before - given
    assert planned.blind == len(given)
    for item in [*audit_queue(many, "ole", order="assigned"), *audit_queue(many, "uma", order="assigned")]:
        answer(many, "ole", item)
        answer(many, "uma", item)
    assert plan(many, "eva", LESS).blind == 0


def test_a_look_at_a_unit_outranks_what_was_accepted_there_in_bulk(many):
    first = accept(many, "eva", LESS).suggestions[0].segment
    before = {c.segment for c in citations(many, only="bulk")}
    assert first in before
    with many.store.transaction("audit"):
        log.append(many.store, [Coding(first, None, "ada")], many.scheme_version())  # read, and no code given
    assert {c.segment for c in citations(many, only="bulk")} == before - {first}
