"""Train a model on what people have judged, compare it with the study's model, and adopt it unless it is worse."""

from __future__ import annotations

import itertools
import logging
import math
import shutil
from dataclasses import astuple, dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from coder.errors import ModelError
from coder.steps.coding.judgements import unjudged
from coder.steps.corpus.units import units_of
from coder.steps.models.new_cases import carry
from coder.steps.models.registry import current_model, held_out_units, model_now, transcripts_seen
from coder.steps.models.training_data import Lesson, gather, predicted
from coder.steps.models.warnings import of_training
from coder.steps.study.study import Study
from coder.store import corpus, log
from coder.store.judgements import judgements
from coder.types import Progress, silent

if TYPE_CHECKING:  # numpy and scikit-learn are imported where they are used
    from coder.embed.encoders import Encoder
    from coder.embed.tuning import Tuner
    from coder.learn.dataset import Examples
    from coder.learn.evaluation import AimFigures, Bin, CodeQuality, Comparison
    from coder.learn.model import HeldOut, Model
    from coder.learn.model_info import UnseenCases


logger = logging.getLogger("coder")


@dataclass(frozen=True)
class Trained:
    """A training's outcome. `changed` is False when the study's model had learned from the very same judgements.

    `reliability` says whether the probabilities come true; `aims` what thresholds of other aims would suggest;
    `not_reliable` on which codes it agrees at most slightly with people; `cases` how well the model generalises to
    unseen cases; `warnings` what in the data limits what can be learned.
    """

    name: str
    folder: Path
    changed: bool
    adopted: bool
    why: str
    units: int
    transcripts: int
    quality: list[CodeQuality]
    macro_f1: float
    needs_more: dict[str, int]
    reliability: list[Bin]
    calibration_error: float
    cases: UnseenCases
    aims: list[AimFigures]
    not_reliable: list[str]
    comparison: Comparison | None = None
    flips: tuple[Flip, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Flip:
    """A suggestion on a unit that nobody has judged, which the new model makes (or no longer makes)."""

    transcript: str
    code: str
    suggested: bool
    words: str


def train(
    study: Study,
    *,
    name: str | None = None,
    use: bool = False,
    finetune: bool = False,
    dry_run: bool = False,
    progress: Progress = silent,
    encoder: Encoder | None = None,
) -> Trained:
    """Fit a model, compare it with the study's model on the same held-out units, and adopt it unless it is worse.

    It is worse where the 95 % interval of the difference in macro-F1 lies below zero. A model that is not
    distinguishable is adopted, as it has learned from all corrections.

    Parameters
    ----------
    name
        The bundle's name under models/; `model-1`, `model-2` ... if not given.
    use
        Adopt the model even if it is worse, or cannot be compared.
    finetune
        Fine-tune the encoder, too, in every fold and once on everything; figures by case are those without.

    Raises
    ------
    ModelError
        A model of that name is there already, or the encoder cannot be fine-tuned.
    """
    from coder.embed.encoders import encoder as named
    from coder.embed.tuning import Tuner
    from coder.learn.bundle import load_model, model_info

    encoder = encoder or named(study.settings.encoder)
    lesson = gather(study, encoder, progress, finetune=finetune)
    logger.info("training on %d units and passages that people have judged", len(lesson.examples.Y))
    current = _current(study, use)
    if current is not None and name is None and not use and model_info(current).fingerprint == lesson.info.fingerprint:
        known = load_model(current)
        return _outcome(study, current, known, lesson.examples, True, "nothing new to learn from", changed=False)
    folder = study.folder / "models" / name if name else _free_folder(study)
    if folder.exists():
        raise ModelError(f"there is a model called `{folder.name}` already", where=folder, todo="choose another name")
    tuner = Tuner(encoder, study.settings.seed) if finetune else None
    model = _learn(study, lesson, folder.name, tuner, progress)
    comparison = _compare(study, current, model, lesson.examples, encoder)
    adopted, why = _decide(comparison, current, use, encoder.fingerprint)
    outcome = replace(
        _outcome(study, folder, model, lesson.examples, adopted, why),
        comparison=comparison,
        flips=_flips(study, model, encoder) if comparison else (),
        warnings=tuple(of_training(study, encoder, lesson.examples)),
    )
    if not dry_run:
        _save(study, model, outcome)
    return outcome


def _learn(study: Study, lesson: Lesson, name: str, tuner: Tuner | None, progress: Progress) -> Model:
    """Fit the model, measure how well it generalises to unseen cases, and record what it is made of."""
    import numpy as np

    from coder.learn.dataset_shift import usual
    from coder.learn.model import fit

    fitted = partial(
        fit,
        codes=study.scheme.paths(),
        targets=lesson.targets,
        prototypes=lesson.prototypes,
        min_positives=study.settings.min_positives,
        solver=study.settings.classifier,
    )
    model = fitted(lesson.examples, folds=study.settings.folds, tuner=tuner, progress=progress)

    def by_case(examples: Examples, folds: int) -> HeldOut | None:
        return fitted(examples, folds=folds, progress=lambda _, done, total: progress("by case", done, total)).held_out

    units = lesson.examples.take(np.flatnonzero(lesson.examples.is_unit))
    info = replace(
        lesson.info,
        name=name,
        usual=usual(units.texts, units.groups, lesson.prototypes),
        cases=carry(study, lesson.examples, model.held_out, by_case),
    )
    return replace(model, info=info).aimed(study.settings.suggest)


def _current(study: Study, use: bool) -> Path | None:
    """Return the study's model; one that is gone or changed does not stand in the way of another with `use`."""
    from coder.learn import bundle

    try:
        folder = current_model(study)
        if folder is not None:
            bundle.load_model(folder)  # it proves its bytes
        return folder
    except ModelError:
        if use:
            return None
        raise


def _free_folder(study: Study) -> Path:
    numbered = (study.folder / "models" / f"model-{n}" for n in itertools.count(1))
    return next(folder for folder in numbered if not folder.exists())


def _outcome(
    study: Study,
    folder: Path,
    model: Model,
    examples: Examples,
    adopted: bool,
    why: str,
    *,
    changed: bool = True,
) -> Trained:
    import numpy as np

    from coder.learn.evaluation import aim_figures, calibration_error, macro_f1, not_reliable, quality, reliability

    held_out, Y = model.held_out, examples.Y[examples.is_unit]
    known = np.flatnonzero((Y == 0).any(axis=0))  # of the other codes it is not known where they do not hold
    found = quality(held_out.P, held_out.accepted, Y, model.codes) if held_out else []
    found = [found[k] for k in known.tolist() if found]
    bins = reliability(held_out.P[:, known], Y[:, known]) if held_out else []
    return Trained(
        folder.name,
        folder,
        changed,
        adopted,
        why,
        len(Y),
        len(set(examples.groups.tolist())),
        found,
        macro_f1(held_out.accepted[:, known], Y[:, known]) if held_out and len(known) else float("nan"),
        model.needs_more(study.settings.min_positives),
        bins,
        calibration_error(bins),
        model.info.cases,
        aim_figures(held_out.by_aim[:, :, known], Y[:, known]) if held_out and len(known) else [],
        not_reliable(found),
    )


def _compare(
    study: Study, current: Path | None, model: Model, examples: Examples, encoder: Encoder
) -> Comparison | None:
    """Compare old and new where neither saw the unit's transcript in training; None where there is no such unit."""
    import numpy as np

    from coder.learn.bundle import model_info
    from coder.learn.evaluation import compare

    if current is None or model.held_out is None or model_info(current).encoder != encoder.fingerprint:
        return None
    examples = examples.take(np.flatnonzero(examples.is_unit))
    old = model_now(study, current, encoder)
    if old.codes != model.codes:
        return None
    accepted = old.predict(examples.texts) >= old.thresholds
    seen, spans = transcripts_seen(study, old.info), corpus.spans(study.store)
    honest = np.array([spans[segment].transcript not in seen for segment in examples.ids.tolist()], dtype=bool)
    try:
        held_out = held_out_units(study, old, examples.ids.tolist())
        own = ~honest[held_out.rows]
        accepted[held_out.rows[own]] = held_out.accepted[own]
        honest[held_out.rows] = True
    except ModelError:  # of another study: only transcripts that it has not seen are compared on
        pass
    rows = np.flatnonzero(honest)
    if not len(rows):
        return None
    return compare(accepted[rows], model.held_out.accepted[rows], examples.Y[rows], examples.groups[rows])


def _flips(study: Study, new: Model, encoder: Encoder) -> tuple[Flip, ...]:
    """Return where the new model differs from what is suggested now, on units that nobody has judged."""
    suggested = {(e.segment, e.code) for e in judgements(study.store, log.suggesting_model(study.store))}
    asked = {segment for segment, _ in suggested}
    open_ones = unjudged(study, units_of(study))
    covered = {unit.segment.span.transcript for unit in open_ones if unit.segment.id in asked}
    open_ones = [unit for unit in open_ones if unit.segment.span.transcript in covered]
    accepted = predicted(study, new, open_ones, encoder)[1] >= new.thresholds
    return tuple(
        Flip(unit.segment.span.transcript, code, bool(accepted[row, k]), unit.segment.words)
        for row, unit in enumerate(open_ones)
        for k, code in enumerate(new.codes)
        if bool(accepted[row, k]) != ((unit.segment.id, code) in suggested)
    )


def _decide(comparison: Comparison | None, current: Path | None, use: bool, encoder: str) -> tuple[bool, str]:
    from coder.learn.bundle import model_info

    if use:
        return True, "--use was given"
    if current is None:
        return True, "the study's first model"
    if model_info(current).encoder != encoder:
        return True, "the current model cannot be used with the study's encoder"
    if comparison is None:
        return False, "cannot be compared with the current model on units that neither has seen; adopt with --use"
    return comparison.finding != "worse", _reason(comparison)


def _reason(c: Comparison) -> str:
    """Say what the comparison allows, and what follows from it."""
    words = {
        "better": ("better than", ""),
        "worse": ("worse than", "; kept the current model"),
        "not distinguishable": ("not distinguishable from", "; the newer codings decide"),
    }
    finding, then = words[c.finding]
    interval = "" if math.isnan(c.low) else f", difference {c.low:.3f} to {c.high:.3f} (95 %)"
    return (
        f"{finding} the current model on held-out transcripts: macro-F1 {c.old:.3f} -> {c.new:.3f}{interval} on"
        f" {c.units} units{then}"
    )


def _context(model: Model) -> list[str]:
    """Say what counts beside a unit's own words."""
    told = f"Speakers are told apart by role: {', '.join(model.features.roles)}." if model.features.roles else ""
    around = "Each unit is judged by itself."
    if model.continuation:
        without, gained = model.continuation.gain
        around = (
            "A code goes on over neighbouring units: the probabilities of the units around (one, two and five on either"
            " side, and the whole transcript) correct each unit's own. On held-out transcripts this took macro-F1 from"
            f" {without:.3f} to {gained:.3f}. It is used where units are known to follow on one another, not for a"
            " table of texts."
        )
    answered = ""
    if model.given:
        without, gained = model.given.gain
        answered = (
            "In reading order the coder's answer on the unit before counts, too: on held-out transcripts this took"
            f" macro-F1 from {without:.3f} to {gained:.3f}. Figures of the model never rest on it."
        )
    return [" ".join(filter(None, [told, around, answered]))]


def _save(study: Study, model: Model, outcome: Trained) -> None:
    """Write the bundle and adopt it in one transaction; a failure leaves neither.

    One training writes at a time, so a part that lies there was left by one that was killed.
    """
    from coder.figures.charts import reliability_diagram
    from coder.learn.bundle import PART, PICTURE, save_model
    from coder.learn.model_card import card

    folder, bins, error = outcome.folder, outcome.reliability, outcome.calibration_error
    context = _context(model)
    text = card(
        model.info, outcome.quality, outcome.macro_f1, outcome.needs_more, bins, error, PICTURE, outcome.aims, context
    )
    title = f"{folder.name}: held-out probabilities and judgements"
    picture = reliability_diagram([astuple(one) for one in bins], title).svg() if bins else ""
    with study.store.transaction("train"):
        if folder.exists():
            todo = "train again; its name is free to choose: --name NAME"
            raise ModelError(f"another training has made `{folder.name}` meanwhile", where=folder, todo=todo)
        for part in folder.parent.glob(f".*{PART}"):
            shutil.rmtree(part)
        try:
            digest = save_model(model, folder, text, picture)
            if outcome.adopted:
                log.adopt(study.store, folder.name, digest, outcome.why)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
