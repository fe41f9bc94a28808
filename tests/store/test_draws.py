"""Random draws: what was sampled, in which order and with which probability; never changed afterwards."""

import pytest

from coder.errors import StudyError
from coder.store import log
from coder.store.draws import draws, write_draw
from coder.store.proof import prove


def drawn(desk, *places, how="random", frame=4):
    with desk.store.transaction("draw"):
        write_draw(desk.store, [desk.segments[n] for n in places], frame, how)


def test_a_draw_keeps_its_order_and_each_units_probability(desk):
    drawn(desk, 2, 0)
    drawn(desk, 1, how="blind", frame=2)
    found = draws(desk.store)
    assert [(d.segment, d.probability, d.how) for d in found] == [
        (desk.segments[2], 0.5, "random"),
        (desk.segments[0], 0.5, "random"),
        (desk.segments[1], 0.5, "blind"),
    ]
    assert found[0].run == found[1].run != found[2].run
    assert draws(desk.store, "blind") == found[2:]
    assert [(run["command"], run["events"]) for run in log.runs(desk.store)] == [("draw", 0), ("draw", 0)]
    assert prove(desk.store) == []


def test_a_dry_run_draws_nothing(desk):
    with desk.store.transaction("draw", dry_run=True):
        write_draw(desk.store, desk.segments, 4, "random")
    assert draws(desk.store) == []


@pytest.mark.parametrize("sql", ["UPDATE draw SET probability = 1", "DELETE FROM draw"])
def test_a_draw_is_never_changed(desk, sql):
    drawn(desk, 0)
    with pytest.raises(StudyError, match="a draw is never"), desk.store.transaction("draw"):
        desk.store.db.execute(sql)
    assert len(draws(desk.store)) == 1


@pytest.mark.parametrize(
    ("places", "how", "frame"), [((0, 0), "random", 4), ((0,), "uncertain", 4), ((0, 1), "random", 1)]
)
def test_a_draw_that_makes_no_sense_is_refused(desk, places, how, frame):
    with pytest.raises(StudyError, match="refused"):
        drawn(desk, *places, how=how, frame=frame)
    assert draws(desk.store) == []
