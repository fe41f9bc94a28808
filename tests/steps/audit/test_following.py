"""Suggestions follow the coder in reading order; what the model says by itself stays as it is in log and figures."""

from dataclasses import replace

import numpy as np
import pytest

from coder.errors import UsageError
from coder.learn.continuation import GivenNeighbours
from coder.steps.audit import following as module
from coder.steps.audit.decisions import record, undo
from coder.steps.audit.following import Following
from coder.steps.audit.outcomes import count_study
from coder.steps.audit.queue import draw
from coder.steps.audit.unit_page import page_of
from coder.steps.audit.units import Decision, audit_units
from coder.steps.corpus.units import units_of
from coder.steps.findings.citations import citations
from coder.steps.integrity import check
from coder.steps.study.study import open_study
from coder.store import log
from coder.store.judgements import Which, judgements
from coder.types import Shown, Verdict

YES, NO = Verdict.PRESENT, Verdict.ABSENT
TALK = "contact/courses"


@pytest.fixture
def study(suggested, monkeypatch):
    """Return a study whose model takes an answer on the unit before to say nearly all; birch-2 waits for an audit."""
    own = module.model_now

    def loaded(study, folder, encoder):
        return replace(own(study, folder, encoder), given=GivenNeighbours(np.array([0.1, 0.1, 6.0, -6.0, 0.0])))

    monkeypatch.setattr(module, "model_now", loaded)
    opened = open_study(suggested)
    yield opened
    opened.close()


@pytest.fixture
def units(study):
    """Return the units of birch-2."""
    return [unit for unit in units_of(study) if unit.segment.span.transcript == "birch-2"]


def alone(study, unit, coder="eva"):
    [item] = audit_units(study, coder, [unit], {})
    return item


def now(study, unit, coder="eva"):
    return Following().follow(study, coder, alone(study, unit, coder))


def say(study, item, *codes, coder="eva"):
    """Answer a unit: these codes, and no others."""
    shown = {one.code: YES if one.code in codes else NO for one in item.codes}
    return record(study, coder, item, Decision(shown, [code for code in codes if code not in shown]))


def suggested_by(study, which=Which.CURRENT):
    """Return what the model suggests, as segment, code, score, memo."""
    model = log.suggesting_model(study.store)
    return [(e.segment, e.code, e.confidence, e.memo) for e in judgements(study.store, model, which=which)]


def test_without_answers_beside_it_a_unit_is_suggested_what_the_model_says(study, units):
    for unit in units:
        assert now(study, unit).codes == alone(study, unit).codes
        assert now(study, unit, "ben").codes == alone(study, unit, "ben").codes


def test_an_answer_changes_what_is_suggested_for_the_next_unit(study, units):
    before = now(study, units[1])
    say(study, alone(study, units[0]), TALK)
    after = now(study, units[1])
    assert [one.code for one in after.codes] == [TALK]
    assert after.codes[0].score > 0.9 > after.codes[0].alone
    dropped = {one.code for one in before.codes} - {TALK}
    assert dropped <= {one.code for one in after.likely}
    assert now(study, units[1], "ben").codes == alone(study, units[1], "ben").codes  # of eva's answers ben sees nothing
    say(study, alone(study, units[2]))
    assert now(study, units[1]).codes[0].score < after.codes[0].score if now(study, units[1]).codes else True


def test_undo_restores_what_is_suggested(study, units):
    first = alone(study, units[0])
    before = now(study, units[1])
    say(study, first, TALK)
    assert now(study, units[1]) != before
    undo(study, "eva")
    assert now(study, units[1]) == before


def test_the_log_says_what_an_accepted_suggestion_rested_on(study, units):
    said = say(study, alone(study, units[0]), TALK)
    item, stood = now(study, units[1]), suggested_by(study)
    assert item.codes[0].event is None
    say(study, item, TALK)
    assert suggested_by(study) == stood  # the model alone suggests what it did
    [coded] = [e for e in judgements(study.store, "eva", segments=[units[1].segment.id]) if e.code == TALK]
    assert coded.shown is Shown.SUGGESTIONS
    [asked] = judgements(study.store, which=Which.AS_WRITTEN, numbers=[coded.responds_to])
    assert (asked.coder, asked.code, asked.verdict) == (log.suggesting_model(study.store), TALK, YES)
    assert asked.confidence == item.codes[0].score
    given = {int(n) for n in asked.memo.removeprefix("given events ").split(", ")}
    assert given and given <= set(said)
    [cited] = [c for c in citations(study, only="all", coders=("eva",)) if c.event == coded.id]
    assert cited.provenance == "accepted"
    assert not check(study).findings
    undo(study, "eva")
    assert suggested_by(study) == stood and now(study, units[1]).codes[0].score == item.codes[0].score


def test_figures_of_the_model_rest_on_what_it_suggests_by_itself(study, units):
    say(study, alone(study, units[0]), TALK)
    before = count_study(study)
    answered = {what: before.count(what) for what in ("suggested", "accepted", "rejected", "added")}
    item = now(study, units[1])
    dropped = sum(one.event is not None for one in item.likely)
    say(study, item, TALK)
    after = count_study(study)
    assert after.count("suggested") == answered["suggested"]
    assert after.count("accepted") == answered["accepted"]
    assert after.count("added") == answered["added"] + 1  # the model alone had missed it
    assert after.count("rejected") == answered["rejected"] + dropped  # what was greyed is answered, too


def test_a_code_that_is_no_longer_suggested_can_be_added(study, units):
    say(study, alone(study, units[0]))
    greyed = [(unit, one) for unit in units[1:2] for one in now(study, unit).likely if one.event]
    assert greyed
    unit, one = greyed[0]
    say(study, now(study, unit), one.code)
    [coded] = [e for e in judgements(study.store, "eva", segments=[unit.segment.id]) if e.code == one.code]
    assert (coded.verdict, coded.responds_to) == (YES, one.event)


def test_the_likeliest_codes_are_listed_where_none_is_suggested(study, units):
    say(study, alone(study, units[0]))
    for unit in units:
        item = now(study, unit)
        assert not {one.code for one in item.codes} & {one.code for one in item.likely}
        assert item.codes or len(item.likely) >= 2


def test_several_units_are_accepted_at_once_and_taken_back_at_once(study, units):
    say(study, alone(study, units[0]), TALK)
    item = now(study, units[1])
    more = [unit.segment.id for unit in item.next_units]
    assert more == [unit.segment.id for unit in units[2 : 2 + len(more)]] and more
    stood, board = suggested_by(study), count_study(study)
    with pytest.raises(UsageError, match="have changed"):
        Following().accept_with_next(study, "eva", item, more[:-1])
    Following().accept_with_next(study, "eva", item, more, "all of it")
    own = judgements(study.store, "eva", segments=[units[1].segment.id, *more])
    assert {e.segment for e in own if e.code is None} == {units[1].segment.id, *more}
    assert {e.segment for e in own if e.code == TALK and e.verdict is YES} == {units[1].segment.id, *more}
    assert all(e.responds_to for e in own if e.code == TALK)
    assert len({e.run for e in own}) == 1
    assert suggested_by(study) == stood
    assert count_study(study).count("accepted") == board.count("accepted")
    undo(study, "eva")
    assert not judgements(study.store, "eva", segments=[units[1].segment.id, *more])
    assert now(study, units[1]) == item


def test_the_unit_after_comes_up_where_a_code_is_suggested_now(study, units):
    first = alone(study, units[0])
    say(study, first, TALK)
    [after] = Following().next(study, "eva", first, units[0].segment.id)
    assert after.unit.segment.id == units[1].segment.id
    assert Following().next(study, "eva", first, units[-1].segment.id) == []


def test_what_is_coded_blind_or_drawn_at_random_follows_nobody(study, units):
    say(study, alone(study, units[0]), TALK)
    [blind] = audit_units(study, "eva", [units[1]], {}, hidden=True)
    assert Following().follow(study, "eva", blind) == blind
    page = page_of(study, "eva", units[1].segment.id, hidden=True, following=Following())
    assert (page.codes, page.likely, page.next_units) == ((), (), ())
    draw(study, [units[1].segment.id], "random", sample=1)
    assert now(study, units[1]) == alone(study, units[1])


def test_without_the_model_or_its_stage_nothing_follows(suggested, monkeypatch):
    study = open_study(suggested)
    [first, second] = [unit for unit in units_of(study) if unit.segment.span.transcript == "birch-2"][:2]
    say(study, alone(study, first), TALK)
    assert now(study, second).codes == alone(study, second).codes
    assert now(study, second).next_units == ()
    monkeypatch.setattr(module, "_predict", lambda study, name, transcript: None)
    assert now(study, second) == alone(study, second)
    study.close()
