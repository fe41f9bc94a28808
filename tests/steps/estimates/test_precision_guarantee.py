from __future__ import annotations

import math

import pytest
from shared.audits import answer

from coder.errors import StudyError
from coder.steps.audit.queue import audit_queue
from coder.steps.estimates.precision_guarantee import guarantee_of, to_read
from coder.steps.models.suggest import suggest
from coder.steps.models.train import train
from coder.types import Guarantees


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


def test_a_sample_of_all_units_tells_what_is_missed_and_what_must_be_read(suggested):
    items = audit_queue(suggested, "eva", order="random", everything=True, sample=5)
    drawn = {item.unit.segment.id for item in items}
    for item in items:
        answer(suggested, "eva", item, accepted=tuple(s.code for s in item.codes))
    found = guarantee_of(suggested)
    assert found.problem == ""
    assert found.recall is not None
    assert found.recall.audited == len(drawn)
    assert found.recall.lost[0] == 0.0 < found.recall.lost[2]
    assert not drawn & set(found.recall.to_read)
    assert len(found.recall.to_read) == found.recall.units - len(drawn)  # so small a sample allows nothing
    queue = [item.unit.segment.id for item in audit_queue(suggested, "eva", order="to-read")]
    assert queue == list(found.recall.to_read)
    answer(suggested, "eva", next(i for i in audit_queue(suggested, "eva", order="to-read")), accepted=())
    assert to_read(suggested) == tuple(queue[1:])
    assert "Read " in found.recall.table().note


def test_a_sample_of_suggested_units_says_that_it_does_not_know_what_is_missed(suggested):
    for item in audit_queue(suggested, "eva", order="random", sample=200):
        answer(suggested, "eva", item, accepted=tuple(s.code for s in item.codes))
    found = guarantee_of(suggested)
    assert found.recall is None
    assert "could not be drawn" in found.problem
    with pytest.raises(StudyError, match="could not be drawn"):
        to_read(suggested)


def test_one_declared_look_may_spend_all_of_the_error(suggested):
    for item in audit_queue(suggested, "eva", order="random", everything=True, sample=200):
        answer(suggested, "eva", item, accepted=tuple(s.code for s in item.codes))
    once = guarantee_of(suggested, Guarantees(looks=1))
    assert all(a.accepted >= b.accepted for a, b in zip(once.together, guarantee_of(suggested).together, strict=True))
