from __future__ import annotations

import math

import pytest
from shared.audits import answer

from coder.errors import StudyError
from coder.steps.audit.queue import audit_queue
from coder.steps.estimates.precision_guarantee import guarantee_of
from coder.steps.models.suggest import suggest
from coder.steps.models.train import train


@pytest.fixture
def suggested(study):
    train(study)
    suggest(study, everything=True)
    return study


def test_a_guarantee_needs_a_random_sample(suggested):
    with pytest.raises(StudyError, match="nothing was sampled at random"):
        guarantee_of(suggested)


def test_a_sample_must_be_audited_to_its_end(suggested):
    items = audit_queue(suggested, "eva", order="random", everything=True, sample=200)
    assert items
    with pytest.raises(StudyError, match="still to be audited"):
        guarantee_of(suggested)
    for item in items:
        answer(suggested, "eva", item, accepted=tuple(s.code for s in item.codes))
    found = guarantee_of(suggested)
    assert found.audited <= found.suggestions
    assert all(kept.right == kept.audited for kept in found.by_code)
    assert "at least 90% is right" in found.table("All codes together", found.together).note


def test_suggestions_made_after_the_draw_violate_the_guarantee(suggested):
    for item in audit_queue(suggested, "eva", order="random", everything=True, sample=200):
        answer(suggested, "eva", item, rejected=tuple(s.code for s in item.codes))
    assert all(math.isinf(kept.threshold) for kept in guarantee_of(suggested).by_code)
    train(suggested, use=True, name="other")
    suggest(suggested, everything=True)
    with pytest.raises(StudyError, match="changed since the random draw"):
        guarantee_of(suggested)
