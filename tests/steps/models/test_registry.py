"""A model that was trained before the scheme changed speaks under the codes as they are now."""

import numpy as np
import pytest

from coder.errors import ModelError
from coder.steps.agreement.intercoder import agreement_of
from coder.steps.agreement.quality import measure_study
from coder.steps.audit.queue import audit_queue
from coder.steps.corpus.units import units_of
from coder.steps.models.explanations import explainer, why
from coder.steps.models.registry import current_model, model_now, use_model
from coder.steps.models.suggest import suggest
from coder.steps.models.train import train
from coder.steps.scheme.changes import change, edit_of, undo_change
from coder.store.judgements import judgements

COURSES, FAIRS, ROPES = "education/customers/courses", "education/customers/fairs", "education/suppliers/courses"


@pytest.fixture
def trained(study):
    train(study)
    suggest(study)
    return study


def do(study, what, path, *to):
    change(study, edit_of(study, what, path, "", to), "ada")


def probabilities(study):
    """Return what the study's model says of every unit, by code."""
    from coder.embed.encoders import encoder
    from coder.steps.models.training_data import texts_of

    named = encoder("hashed-words")
    model = model_now(study, current_model(study), named)
    P = model.predict(texts_of(study, units_of(study), named))
    return dict(zip(model.codes, P.T, strict=True)), dict(zip(model.codes, model.thresholds, strict=True)), model


def test_a_renamed_code_is_suggested_under_its_new_name(trained):
    before, thresholds, _ = probabilities(trained)
    waiting = [(i.unit.segment.id, len(i.codes)) for i in audit_queue(trained, "eva")]
    do(trained, "rename", "courses", "lessons")
    now, same, model = probabilities(trained)
    assert np.array_equal(now["education/customers/lessons"], before[COURSES])
    assert same["education/customers/lessons"] == thresholds[COURSES]
    assert (set(now), model.left_out) == (set(trained.scheme.paths()), ())
    found = suggest(trained)
    assert (found.written, set(found.suggestions)) == (0, set(trained.scheme.paths()))  # what was said stands
    assert not any("scheme" in warning for warning in found.warnings)
    assert [(i.unit.segment.id, len(i.codes)) for i in audit_queue(trained, "eva")] == waiting


def test_merged_codes_are_as_likely_as_the_likeliest_of_them(trained):
    before, thresholds, old = probabilities(trained)
    do(trained, "merge", ROPES, COURSES)
    now, lowest, model = probabilities(trained)
    assert ROPES not in now
    assert np.array_equal(now[COURSES], np.maximum(before[COURSES], before[ROPES]))
    assert lowest[COURSES] == min(thresholds[COURSES], thresholds[ROPES])
    either = old.held_out.accepted[:, [old.codes.index(COURSES), old.codes.index(ROPES)]].any(axis=1)
    assert np.array_equal(model.held_out.accepted[:, model.codes.index(COURSES)], either)
    assert suggest(trained).suggestions[COURSES] >= 1
    heads = explainer(trained, "model-1").why(units_of(trained)[0], COURSES).explanation.heads
    assert {("", COURSES), ("dimension", "education/suppliers")} <= {(head.facet, head.value) for head in heads}


def test_a_retired_code_is_left_out_and_comes_back(trained):
    do(trained, "retire", FAIRS)
    _, _, model = probabilities(trained)
    assert (FAIRS in model.codes, model.left_out) == (False, (FAIRS,))
    (said,) = [warning for warning in suggest(trained).warnings if "scheme" in warning]
    assert f"`{FAIRS}` is left out" in said and "retrain" not in said
    assert use_model(trained, "model-1").name == "model-1"
    undo_change(trained, "ada")
    assert FAIRS in probabilities(trained)[0]


def test_of_the_parts_of_a_code_that_was_split_a_model_knows_nothing(trained):
    do(trained, "split", "courses", "lessons", "visits")
    now, _, model = probabilities(trained)
    assert set(now) == {FAIRS, "contact/fairs"}
    assert set(model.left_out) == {COURSES, ROPES, "contact/courses"}
    assert any("cannot suggest" in warning and "retrain --use" in warning for warning in suggest(trained).warnings)
    with pytest.raises(ModelError, match="6 codes are new to it"):
        use_model(trained, "model-1")
    measures = measure_study(trained)
    assert "education/customers/lessons" in measures.problem and "train again" in measures.problem
    assert set(measures.f1) == {*now, ""}
    assert [len(found.rows) for found in agreement_of(trained, replicates=10) if "held out" in found.title] == [4, 4]
    for order in ("uncertain", "disagreement", "suspect"):
        audit_queue(trained, "eva", order=order)


def test_boards_agreement_and_explanations_know_a_renamed_code(trained):
    before, agreed = measure_study(trained), agreement_of(trained, replicates=10)
    event = next(e for e in judgements(trained.store, "model-1") if e.code and "courses" in e.code)
    reasons = why(trained, event.id).explanation
    do(trained, "rename", "courses", "lessons")
    renamed = event.code.replace("courses", "lessons")
    after = measure_study(trained)
    assert after.state != before.state  # a page does not keep the old names
    assert (after.f1[renamed], after.f1[""], after.problem) == (before.f1[event.code], before.f1[""], "")
    assert [one.overall.alpha for one in agreement_of(trained, replicates=10)] == [one.overall.alpha for one in agreed]
    found = why(trained, event.id).explanation
    assert (found.code, found.score, found.neighbours) == (renamed, reasons.score, reasons.neighbours)


def test_a_model_is_compared_across_a_rename_and_one_of_another_scheme_is_refused(trained):
    do(trained, "rename", "courses", "lessons")
    again = train(trained)
    assert again.changed and again.comparison is not None
    scheme = trained.folder / "scheme.yaml"
    scheme.write_text("name: S\ncodes:\n  boats: {}\n", "utf-8")
    from coder.steps.study.study import open_study

    other = open_study(trained.folder)
    with pytest.raises(ModelError, match="knows none of its codes"):
        suggest(other)
    other.close()
