"""Blind double coding: who codes what, with which chance, and what is left to do."""

import pytest
from shared.audits import answer

from coder.errors import StudyError, UsageError
from coder.steps.audit.blinding import unseen
from coder.steps.audit.decisions import undo
from coder.steps.audit.double_coding import assign, assigned_units, still_to_do
from coder.steps.audit.queue import audit_queue
from coder.steps.coding.coders import new_coder
from coder.steps.corpus.units import units_of
from coder.steps.integrity import check
from coder.steps.models.suggest import suggest
from coder.steps.models.train import train
from coder.store.judgements import judgements
from coder.store.random_draws import doubles

FAIRS = "education/customers/fairs"


@pytest.fixture
def team(study):
    """Return the study with two coders who have read nothing of it."""
    for name in ("eva", "ole"):
        new_coder(study, name)
    return study


def test_a_draw_keeps_its_whole_frame_with_chances_and_gives_each_drawn_unit_to_two(team):
    found = assign(team, ["eva", "ole"], share=0.5)
    rows, units = doubles(team.store), units_of(team)
    assert [row.segment for row in rows] == [unit.segment.id for unit in units]
    assert sum(row.probability for row in rows) == pytest.approx(len(units) / 2)
    assert {row.coders for row in rows} == {(), ("eva", "ole")}
    drawn = [row.segment for row in rows if row.coders]
    assert found.drawn == len(drawn) == found.coders["eva"] == found.coders["ole"]
    assert (found.frame, found.left_out) == (len(units), 0)
    assert list(assigned_units(team, "eva")) == list(assigned_units(team, "ole")) == drawn
    assert set(found.transcripts) == {"alder-1", "alder-2", "birch-1", "birch-2"}
    check(team)


def test_units_with_rarely_suggested_codes_have_a_larger_chance(team):
    train(team)
    suggest(team, everything=True)
    found = assign(team, ["eva", "ole"], share=0.5)
    chances = [chance for _, _, chance in found.strata.values()]
    assert len(found.strata) > 2
    assert chances == sorted(chances, reverse=True)
    assert sum(size for size, _, _ in found.strata.values()) == found.frame
    assert sum(drawn for _, drawn, _ in found.strata.values()) == found.drawn


def test_what_a_coder_has_judged_cannot_be_coded_blind_any_more(study):
    new_coder(study, "eva")
    found = assign(study, ["ben", "eva"], share=1)
    birch = [unit.segment.id for unit in units_of(study) if unit.segment.span.transcript.startswith("birch")]
    assert sorted(row.segment for row in doubles(study.store)) == sorted(birch)
    assert found.left_out == len(units_of(study)) - len(birch)
    with pytest.raises(StudyError, match="no unit is left"):
        assign(study, ["ben", "eva"])


def test_a_second_draw_has_no_unit_of_the_first(team):
    assign(team, ["eva", "ole"], share=0.5)
    first = {row.segment for row in doubles(team.store) if row.coders}
    assert assign(team, ["eva", "ole"], share=0.5).left_out == len(first)
    second = {row.segment for row in doubles(team.store) if row.coders} - first
    assert second
    assert len(assigned_units(team, "eva")) == len(first) + len(second)


def test_three_coders_share_the_units_pair_by_pair(team):
    new_coder(team, "uma")
    found = assign(team, ["eva", "ole", "uma"], share=1)
    assert sum(found.coders.values()) == 2 * found.drawn
    assert max(found.coders.values()) - min(found.coders.values()) <= 1


def test_the_same_seed_draws_the_same_and_a_dry_run_writes_nothing(team):
    dry = assign(team, ["eva", "ole"], seed=7, share=0.3, dry_run=True)
    assert doubles(team.store) == []
    assert still_to_do(team) == []
    assert assign(team, ["eva", "ole"], seed=7, share=0.3) == dry


def test_what_is_assigned_is_coded_with_nothing_in_sight_and_is_then_done(team):
    suggest(team, everything=True)
    assign(team, ["eva", "ole"], share=0.5)
    items = audit_queue(team, "eva", order="assigned")
    assert [item.unit.segment.id for item in items] == list(assigned_units(team, "eva"))
    assert {(item.shown, item.codes) for item in items} == {("nothing", ())}
    given = assigned_units(team, "eva")
    assert not given.keys() & {item.unit.segment.id for item in audit_queue(team, "eva", everything=True)}
    assert given.keys() <= {item.unit.segment.id for item in audit_queue(team, "uma", everything=True)}
    first = next(iter(given))
    assert (unseen(team, "eva", [first]).codings, unseen(team, "uma", [first]).codings) == ({first}, set())
    answer(team, "eva", items[0], added=(FAIRS,))
    assert not unseen(team, "eva", [first]).codings
    assert audit_queue(team, "eva", order="assigned") == items[1:]
    assert [(one.coder, one.done, one.assigned) for one in still_to_do(team)] == [
        ("eva", 1, len(items)),
        ("ole", 0, len(items)),
    ]
    assert {event.shown for event in judgements(team.store, "eva")} == {"nothing"}
    undo(team, "eva")
    assert audit_queue(team, "eva", order="assigned") == items


@pytest.mark.parametrize(
    ("coders", "share", "words"),
    [
        (["eva"], 0.2, "two different"),
        (["eva", "eva"], 0.2, "two different"),
        (["eva", "olle"], 0.2, "no coder `olle`"),
        (["eva", "ole"], 0, "share of 0"),
        (["eva", "ole"], 1.5, "share of 1.5"),
    ],
)
def test_a_draw_that_makes_no_sense_is_refused(team, coders, share, words):
    with pytest.raises(UsageError, match=words):
        assign(team, coders, share=share)
    assert doubles(team.store) == []
