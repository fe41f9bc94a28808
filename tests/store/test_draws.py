"""Random draws: what was sampled, in which order and with which probability; never changed afterwards."""

import pytest

from coder.errors import StudyError
from coder.store import log
from coder.store.integrity import prove
from coder.store.random_draws import draws, write_draw


def draw(desk, *drawn, how="random", frame=(2, 0, 1, 3), probability=0.5):
    with desk.store.transaction("draw"):
        write_draw(desk.store, {desk.segments[n]: n in drawn for n in frame}, probability, how)


def test_a_draw_keeps_its_frame_its_order_and_each_units_probability(desk):
    draw(desk, 0, 2)
    draw(desk, 1, frame=(3, 1), how="blind", probability=0.25)
    found = draws(desk.store)
    assert [(d.segment, d.probability, d.drawn, d.how) for d in found] == [
        (desk.segments[2], 0.5, True, "random"),
        (desk.segments[0], 0.5, True, "random"),
        (desk.segments[1], 0.5, False, "random"),
        (desk.segments[3], 0.5, False, "random"),
        (desk.segments[3], 0.25, False, "blind"),
        (desk.segments[1], 0.25, True, "blind"),
    ]
    assert [d.run for d in found] == [1, 1, 1, 1, 2, 2]
    assert [(run["command"], run["events"]) for run in log.runs(desk.store)] == [("draw", 0), ("draw", 0)]
    assert prove(desk.store) == []


def test_a_dry_run_draws_nothing(desk):
    with desk.store.transaction("draw", dry_run=True):
        write_draw(desk.store, {desk.segments[0]: True}, 0.5, "random")
    assert draws(desk.store) == []


@pytest.mark.parametrize("sql", ["UPDATE draw SET probability = 1", "DELETE FROM draw"])
def test_a_draw_is_never_changed(desk, sql):
    draw(desk, 0)
    with pytest.raises(StudyError, match="a draw is never"), desk.store.transaction("draw"):
        desk.store.db.execute(sql)
    assert len(draws(desk.store)) == 4


@pytest.mark.parametrize("wrong", [{"how": "uncertain"}, {"probability": 0}, {"probability": 1.1}])
def test_a_draw_that_makes_no_sense_is_refused(desk, wrong):
    with pytest.raises(StudyError, match="refused"):
        draw(desk, 0, **wrong)
    assert draws(desk.store) == []
