"""Planning of double coding from what a study knows."""

import pytest

from coder.errors import StudyError, UsageError
from coder.steps.estimates.sample_size import Wanted, plan_alone, plan_of


def test_a_study_says_what_each_code_needs_and_how_to_draw_it(study):
    found = plan_of(study, Wanted(width=1.5))
    assert {one.code for one in found.codes} | set(found.unknown) == set(study.scheme.paths())
    assert {one.source for one in found.codes} == {"judged"}
    assert {one.spread_source for one in found.codes} == {"assumed"}
    assert found.twice > 10
    table = found.table()
    assert "alpha is 1.5 wide at most" in table.note
    assert "coded" in table.note


def test_the_command_asks_for_what_is_missing(study):
    found = plan_of(study, Wanted(width=1.9, agreement=0.9), code="contact")
    reach = [one.units for one in found.codes if one.units]
    assert bool(found.command) == bool(reach and max(reach) > found.twice)
    assert plan_of(study, Wanted(width=0.01)).command == ""


def test_what_makes_no_sense_is_refused(study):
    with pytest.raises(UsageError, match="width of -1 "):
        plan_of(study, Wanted(width=-1))
    with pytest.raises(UsageError, match="spread of 1 "):
        plan_alone(Wanted(spread=1), 0.1)
    with pytest.raises(StudyError, match="no code to plan for"):
        plan_of(study, Wanted(agreement=-0.9))
    with pytest.raises(UsageError, match="no code"):
        plan_of(study, Wanted(), code="nothing")


def test_without_a_study_the_assumptions_are_told():
    found = plan_alone(Wanted(), 0.1)
    assert 300 < found.codes[0].units < 2000
    assert "30 transcripts" in found.table().note
    assert found.table().rows[0][2] == "0.05 assumed"
    assert plan_alone(Wanted(spread=0.0), 0.1).codes[0].units < found.codes[0].units
