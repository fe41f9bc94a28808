"""Why a code was suggested."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from coder.errors import CodingError, ModelError, UsageError
from coder.scheme.describing import definitions
from coder.steps.corpus.units import units_of
from coder.steps.models.registry import auditable_model, model_now, names_of_units
from coder.steps.models.suggest import SCHEME_MODEL, judged_units, scheme_model
from coder.steps.models.training_data import in_context, texts_of
from coder.steps.study.study import Study
from coder.store import corpus, log
from coder.store.judgements import Which, judgement
from coder.types import CoderKind, Judgement, Unit

if TYPE_CHECKING:  # numpy is imported where it is used
    from coder.embed.encoders import Encoder
    from coder.learn.dataset import Examples
    from coder.learn.explanations import Explanation
    from coder.learn.model import Model


@dataclass(frozen=True)
class Why:
    """A unit and what a model says of it and a code; `event` is the suggestion, where one was asked for.

    `learned` says that people's codings of this very unit were among those that the model learned from.
    """

    unit: Unit
    explanation: Explanation
    learned: bool
    event: Judgement | None = None


@dataclass(frozen=True)
class Explainer:
    """A model and the units that people have judged, loaded once to explain any number of suggestions."""

    study: Study
    encoder: Encoder
    model: Model
    known: Examples

    def why(self, unit: Unit, code: str) -> Why:
        """Explain what the model says of a unit and a code.

        Raises
        ------
        UsageError
            The model does not know the code.
        """
        import numpy as np

        from coder.learn.explanations import explain

        if code not in self.model.codes:
            raise UsageError(f"the model does not know the code `{code}`", todo="train again: coder train")
        known = self.known.take(np.flatnonzero(self.known.ids != unit.segment.id))
        texts = texts_of(self.study, in_context(self.study, self.model, [unit]), self.encoder)
        k = self.model.codes.index(code)
        explanation = explain(self.model, texts, 0, k, known, definitions(self.study.scheme, code))
        keys = set(self.model.held_out.keys.tolist()) if self.model.held_out else set()
        return Why(unit, explanation, not keys.isdisjoint(names_of_units(self.study).get(unit.segment.id, ())))


def explainer(study: Study, model: str) -> Explainer:
    """Load the model of that name, and the units that people have judged.

    Raises
    ------
    ModelError
        There is no such model in the study, or it needs another encoder.
    """
    from coder.embed.encoders import encoder as named

    encoder = named(study.settings.encoder)
    folder = study.folder / "models" / model
    if model == SCHEME_MODEL and not folder.exists():
        loaded = scheme_model(study, encoder)
    elif folder.exists():
        loaded = model_now(study, folder, encoder)
    else:
        raise ModelError(f"the model `{model}`, which suggested this, is gone", where=folder, todo="restore it")
    return Explainer(study, encoder, loaded, judged_units(study, encoder, loaded.codes))


def why(study: Study, number: int) -> Why:
    """Explain a suggestion by its event in the log, with the model that made it.

    Raises
    ------
    CodingError
        There is no such event, it is not a suggestion, or its words are not in the current transcript.
    """
    event = judgement(study.store, number, Which.EVERY)
    models = log.coders_of_kind(study.store, CoderKind.MODEL)
    if event is None or event.code is None or event.coder not in models:
        what = "there is no event" if event is None else f"by {event.coder}, not a model's suggestion: event"
        raise CodingError(f"{what} {number}", todo="coder history STUDY --coder MODEL lists a model's suggestions")
    segment = corpus.segments(study.store).get(event.segment)
    if segment is None:
        raise CodingError(f"the words of event {number} are not in the current transcript")
    units = {unit.segment.id: unit for unit in units_of(study)}
    unit = units.get(segment.id, Unit(segment, "", float("nan")))
    return replace(explainer(study, event.coder).why(unit, event.code), event=event)


class Explaining:
    """The model, kept for explanations and thresholds; it is loaded at the first question under a scheme."""

    def __init__(self) -> None:
        self._explainers: dict[tuple[str, str], Explainer] = {}
        self._thresholds: dict[tuple[str, str], dict[str, float]] = {}

    def thresholds(self, study: Study) -> dict[str, float]:
        """Return from which score on the suggesting model suggests each code; empty where the model is gone."""
        name = auditable_model(study)
        key = (name, study.scheme.source)
        if key not in self._thresholds:
            try:
                model = model_now(study, study.folder / "models" / name)
                self._thresholds[key] = dict(zip(model.codes, map(float, model.thresholds), strict=True))
            except ModelError:
                self._thresholds[key] = {}
        return self._thresholds[key]

    def why(self, study: Study, unit: Unit, code: str) -> Why:
        """Explain what the suggesting model says of a unit and a code.

        Raises
        ------
        ModelError
            The model is gone.
        UsageError
            It does not know the code.
        """
        name = auditable_model(study)
        key = (name, study.scheme.source)
        if key not in self._explainers:
            self._explainers[key] = explainer(study, name)
        return replace(self._explainers[key], study=study).why(unit, code)
