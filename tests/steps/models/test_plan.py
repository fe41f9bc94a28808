"""How much more coding a model needs, from its agreement with people by what it learned from."""

import pytest

from coder.errors import StudyError, UsageError
from coder.steps.models import plan as steps
from coder.steps.models.plan import Point, plan


def test_a_study_of_few_transcripts_has_no_curve(study):
    with pytest.raises(StudyError, match="transcripts are coded"):
        plan(study)
    with pytest.raises(UsageError, match="alpha cannot be 2"):
        plan(study, target=2)


def test_a_curve_has_a_point_for_more_and_more_transcripts(study, monkeypatch):
    monkeypatch.setattr(steps, "FEWEST", 3)
    found = plan(study, target=0.99)
    assert [one.transcripts for one in found.points] == sorted(one.transcripts for one in found.points)
    assert found.points[-1].units >= found.points[0].units > 0
    assert found.table().rows[-1][1] == found.points[-1].units
    assert "Alpha 0.99" in str(found) or "About " in str(found)


def test_the_line_is_followed_no_farther_than_it_reaches():
    grows = [Point(3, 100, 0.3), Point(6, 200, 0.4), Point(12, 400, 0.5)]
    assert steps._more(grows, 0.6) == 400
    assert steps._more(grows, 0.5) == 0
    assert steps._more(grows, 0.9) is None
