"""Why a code was suggested: by the model that suggested it, with what people coded and what the scheme says."""

import pytest

from coder.errors import CodingError, ModelError, UsageError
from coder.steps.corpus.units import units_of
from coder.steps.models.explanations import explainer, why
from coder.steps.models.suggest import suggest
from coder.steps.models.train import train
from coder.store import log
from coder.store.judgements import judgements
from coder.types import Coding


@pytest.fixture
def suggestion(study):
    train(study)
    suggest(study)
    return next(e for e in judgements(study.store, "model-1") if e.code)


def test_a_suggestion_is_explained_with_its_score_neighbours_and_definitions(study, suggestion):
    found = why(study, suggestion.id)
    explanation = found.explanation
    assert found.event == suggestion
    assert found.unit.segment.id == suggestion.segment
    assert explanation.code == suggestion.code
    assert explanation.score == pytest.approx(suggestion.confidence, abs=1e-3)
    assert explanation.score >= explanation.threshold
    assert not found.learned
    assert len(explanation.neighbours) == 3
    segments = {unit.segment.id: unit.segment for unit in units_of(study)}
    assert all(segments[n.segment].span.transcript != "birch-2" for n in explanation.neighbours)  # nobody coded it
    assert explanation.definitions == {suggestion.code: study.scheme.code(suggestion.code).definition}


def test_a_unit_is_not_its_own_neighbour(study, suggestion):
    unit = next(u for u in units_of(study) if u.segment.words.startswith("At the boat fair"))
    found = explainer(study, "model-1").why(unit, "education/customers/fairs")
    assert found.learned
    assert unit.segment.id not in {n.segment for n in found.explanation.neighbours}


def test_the_scheme_alone_has_no_heads_to_explain(study):
    suggest(study)
    unit = next(u for u in units_of(study) if u.segment.span.transcript == "birch-2")
    with study.store.transaction("suggest"):
        said = Coding(unit.segment.id, "education/customers/courses", "scheme-examples", confidence=0.6)
        (event,) = log.append(study.store, [said], study.scheme_version())
    explanation = why(study, event).explanation
    assert explanation.heads == ()
    assert explanation.neighbours
    train(study)  # the suggestion stays explained by what made it
    assert why(study, event).explanation == explanation


@pytest.mark.parametrize("number", [1, 99999])
def test_what_is_no_suggestion_is_not_explained(study, suggestion, number):
    with pytest.raises(CodingError, match=r"no event 99999|not a model's suggestion"):
        why(study, number)


def test_an_unknown_code_and_a_model_that_is_gone(study, suggestion):
    with pytest.raises(UsageError, match="does not know the code"):
        explainer(study, "model-1").why(units_of(study)[0], "contact")
    (study.folder / "models" / "model-1").rename(study.folder / "models" / "elsewhere")
    with pytest.raises(ModelError, match="is gone"):
        why(study, suggestion.id)
