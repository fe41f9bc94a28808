"""What is to be judged blind: which units, for whom, until when; and that no queue, draw or sheet gives it away."""

from dataclasses import replace

import pandas as pd
import pytest
from shared.audits import answer

from coder.errors import CodingError
from coder.steps.audit.blinding import unseen
from coder.steps.audit.decisions import undo
from coder.steps.audit.double_coding import assign, assigned_units
from coder.steps.audit.queue import Choice, audit_queue, queue
from coder.steps.audit.shared_queue import Queues
from coder.steps.audit.spreadsheet import audit_sheet, read_sheet
from coder.steps.audit.unit_page import page_of
from coder.steps.coding.coders import new_coder
from coder.steps.corpus.units import units_of
from coder.steps.models.suggest import suggest
from coder.steps.models.train import train
from coder.store import log
from coder.store.judgements import judgements
from coder.store.random_draws import draws, owed


@pytest.fixture
def suggested(study):
    """Return the study with suggestions for birch-2, and two coders who have read nothing."""
    train(study)
    suggest(study)
    for name in ("eva", "ole"):
        new_coder(study, name)
    return study


def units(study):
    return [unit.segment.id for unit in units_of(study)]


def test_a_unit_is_unseen_until_its_coder_has_answered_and_again_after_an_undo(suggested):
    assign(suggested, ["eva", "ole"], share=1)
    every = set(units(suggested))
    assert unseen(suggested, "eva", every).codings == unseen(suggested, "ole", every).suggestions == every
    assert unseen(suggested, "ada", every).codings == unseen(suggested, "eva", []).codings == set()
    item = audit_queue(suggested, "eva", order="assigned")[0]
    answer(suggested, "eva", item)
    assert every - unseen(suggested, "eva", every).codings == {item.unit.segment.id}
    assert owed(suggested.store) == every  # ole still owes it
    undo(suggested, "eva")
    assert unseen(suggested, "eva", every).codings == every


def test_what_is_hidden_by_lot_has_no_suggestions_but_codings(suggested):
    suggested.settings = replace(suggested.settings, hide_suggestions=0.5)
    every = units(suggested)
    found = unseen(suggested, "eva", every)
    assert found.codings == set() and 0 < len(found.suggestions) < len(every)
    assert found.suggestions != unseen(suggested, "ole", every).suggestions
    assert found.suggestions >= unseen(suggested, "eva", every[::2]).suggestions


def test_a_second_look_has_no_unit_that_is_to_be_coded_blind(suggested):
    before = {item.unit.segment.id for item in audit_queue(suggested, "eva", order="suspect")}
    assign(suggested, ["eva", "ole"], share=1)
    assert before and audit_queue(suggested, "eva", order="suspect") == []
    assert {item.unit.segment.id for item in audit_queue(suggested, "ada", order="suspect")} == before


def test_a_queue_hands_such_units_to_others_alone(suggested):
    assign(suggested, ["eva", "ole"], share=1)
    desk, choice = Queues(), Choice(everything=True)
    assert desk.next(suggested, "eva", choice) is None
    assert desk.next(suggested, "ada", choice) in set(units(suggested))
    assert desk.next(suggested, "eva", Choice("assigned")) == next(iter(assigned_units(suggested, "eva")))


def test_a_queue_by_code_does_not_tell_what_is_suggested_for_a_hidden_unit(suggested):
    suggested.settings = replace(suggested.settings, hide_suggestions=1.0)
    for choice in (Choice(code="education"), Choice(against="ada", everything=True)):
        assert Queues().next(suggested, "eva", choice) is None
    assert Queues().next(suggested, "eva", Choice()) is not None


def test_who_shares_the_work_gets_a_new_draw_when_somebody_has_finished_the_last_one(suggested):
    def shared(coder):
        return list(queue(suggested, coder, Choice(order="random", everything=True), sample=2))

    def decide(coder, segment):
        page = page_of(suggested, coder, segment)
        answer(suggested, coder, page)

    first = shared("eva")
    for segment in first[:-1]:
        decide("eva", segment)
    assert shared("ole") == first[-1:]
    decide("ole", first[-1])
    second = shared("ole")
    assert second and not set(first) & set(second)
    assert len({draw.run for draw in draws(suggested.store)}) == 2
    again = [item.unit.segment.id for item in audit_queue(suggested, "ada", order="random", everything=True)]
    assert again[: len(first)] == first  # in the terminal each finishes every draw


def test_a_sheet_from_before_the_draw_does_not_answer_what_is_to_be_coded_blind(suggested, tmp_path):
    path = tmp_path / "audit.csv"
    audit_sheet(suggested, "eva", path)
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    frame["verdict"] = "reject"
    frame.to_csv(path, index=False)
    assign(suggested, ["eva", "ole"], share=1)
    head = log.head(suggested.store)
    with pytest.raises(CodingError, match="given this unit to code blind"):
        read_sheet(suggested, "eva", path)
    assert log.head(suggested.store) == head
    audit_sheet(suggested, "eva", path, order="assigned")
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    assert set(frame["suggested code"]) == {""} and set(frame["score"]) == {"hidden"}
    frame["verdict"] = "reject"
    frame.to_csv(path, index=False)
    assert read_sheet(suggested, "eva", path).unfinished == 0
    assert unseen(suggested, "eva", units(suggested)).codings == set()
    assert {event.shown for event in judgements(suggested.store, "eva")} == {"nothing"}
