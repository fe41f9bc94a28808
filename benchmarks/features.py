"""What each part of the classifier is worth: `python -m benchmarks.features STUDY|FILE.csv` (a study after coder run).

Every variant is fitted again and measured on held-out transcripts, in the same folds.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.quality.corpus import with_vectors
from benchmarks.quality.methods import task_of, texts_of
from benchmarks.quality.running import CACHE
from benchmarks.quality.tables import read_corpus
from coder.embed.encoders import MiniLM
from coder.embed.encoders import encoder as named
from coder.learn import features, heads, stacking
from coder.learn import model as model_room
from coder.learn.dataset import Examples, Prototypes, Targets
from coder.learn.evaluation import calibration_error, macro_f1, micro_f1, quality, reliability
from coder.learn.model import Model, fit
from coder.steps.models.training_data import gather
from coder.steps.study.study import open_study
from coder.types import silent

Change = Callable[[Examples, Prototypes], tuple[Examples, Prototypes]]


def unchanged(examples: Examples, prototypes: Prototypes) -> tuple[Examples, Prototypes]:
    """Change nothing."""
    return examples, prototypes


def without_examples(examples: Examples, prototypes: Prototypes) -> tuple[Examples, Prototypes]:
    """Leave the scheme's definitions and examples out."""
    return examples, prototypes.take(np.array([], int))


def without_passages(examples: Examples, prototypes: Prototypes) -> tuple[Examples, Prototypes]:
    """Leave the passages out that coders marked."""
    return examples.take(np.flatnonzero(examples.is_unit)), prototypes


def without_turn_before(examples: Examples, prototypes: Prototypes) -> tuple[Examples, Prototypes]:
    """Hide the question asked."""
    texts = replace(examples.texts, before=np.zeros_like(examples.texts.before), asked=[""] * len(examples))
    return replace(examples, texts=texts), prototypes


RIVALS = {"lead over the likeliest other code": 0.0, "mean of all codes": 0.0, "highest of all codes": 0.0}
LEXICAL = ("words", "characters", "asked", "form", "role")
VARIANTS: dict[str, tuple[Change, dict[str, float], float]] = {
    "as it is": (unchanged, {}, heads.REGULARISATION),
    "without the turn before": (without_turn_before, {}, heads.REGULARISATION),
    "without the scheme's examples": (without_examples, {}, heads.REGULARISATION),
    "without marked passages": (without_passages, {}, heads.REGULARISATION),
    "without characters": (unchanged, {"characters": 0.0}, heads.REGULARISATION),
    "without words": (unchanged, {"words": 0.0}, heads.REGULARISATION),
    "without position and form": (unchanged, {"form": 0.0}, heads.REGULARISATION),
    "without the unit's embedding": (unchanged, {"vectors": 0.0}, heads.REGULARISATION),
    "without the middle layer": (unchanged, {"manner": 0.0}, heads.REGULARISATION),
    "without roles": (unchanged, {"role": 0.0}, heads.REGULARISATION),
    "without the words of the turn before": (unchanged, {"asked": 0.0}, heads.REGULARISATION),
    "without coded units like it": (unchanged, {"coded units like it": 0.0}, heads.REGULARISATION),
    "without the lead over other codes": (unchanged, RIVALS, heads.REGULARISATION),
    "embeddings alone": (unchanged, dict.fromkeys(LEXICAL, 0.0), heads.REGULARISATION),
    "embedding weighted 1.0, not 0.7": (unchanged, {"vectors": 1.0}, heads.REGULARISATION),
    "stronger penalty (C 1, not 4)": (unchanged, {}, 1.0),
}


def main(path: Path, only: str = "") -> None:
    """Fit and measure every variant whose name holds `only`, and print a Markdown table."""
    codes, examples, targets, prototypes = _study(path) if path.is_dir() else _table(path)
    print("| variant | macro-F1 | micro-F1 | mean AP | likeliest code right | calibration error | seconds |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |", flush=True)
    for name, (change, weights, penalty) in VARIANTS.items():
        if only not in name:
            continue
        started = time.perf_counter()
        with changed(weights, penalty):
            taught, own = change(examples, prototypes)
            model = fit(taught, codes, targets, own)
        seconds = time.perf_counter() - started
        figures = measured(model, taught.Y[taught.is_unit])
        print(f"| {name} | " + " | ".join(f"{value:.3f}" for value in figures) + f" | {seconds:.0f} |", flush=True)


def _study(folder: Path) -> tuple[tuple[str, ...], Examples, Targets, Prototypes]:
    study = open_study(folder)
    lesson = gather(study, named(study.settings.encoder), silent)
    return study.scheme.paths(), lesson.examples, lesson.targets, lesson.prototypes


def _table(path: Path) -> tuple[tuple[str, ...], Examples, Targets, Prototypes]:
    """Return the units of a coded corpus as a table, of which nothing but the codes' names is known."""
    encoder = MiniLM()
    corpus = with_vectors(read_corpus(path), encoder, CACHE)
    task = task_of(corpus, None, encoder, CACHE, 1)
    examples = Examples.of_units(texts_of(corpus), corpus.Y, corpus.groups)
    return corpus.codes, examples, task.targets, task.prototypes


@contextmanager
def changed(weights: dict[str, float], penalty: float) -> Iterator[None]:
    """Set feature weights, or hide evidence (weight 0), and set the penalty, for one variant."""
    kept, kept_penalty, kept_fit = dict(features.WEIGHTS), heads.REGULARISATION, stacking.fit_combiner
    features.WEIGHTS.update({name: weight for name, weight in weights.items() if name in kept})
    heads.REGULARISATION = penalty
    shown = np.array([weights.get(name, 1.0) if name not in kept else 1.0 for name in stacking.EVIDENCE])

    def fit_combiner(found: np.ndarray, Y: np.ndarray) -> stacking.Combiner:
        fitted = kept_fit(found * shown, Y)
        return stacking.Combiner(fitted.weights * shown, fitted.intercept)

    model_room.fit_combiner = fit_combiner
    try:
        yield
    finally:
        features.WEIGHTS.update(kept)
        heads.REGULARISATION, model_room.fit_combiner = kept_penalty, kept_fit


def measured(model: Model, Y: np.ndarray) -> tuple[float, ...]:
    """Return what the table shows, on held-out transcripts."""
    held = model.held_out
    assert held is not None
    coded = np.flatnonzero(np.nansum(Y, axis=1) > 0)
    first_right = float(np.mean(Y[coded, held.P[coded].argmax(axis=1)] > 0))
    precision = float(np.nanmean([q.average_precision for q in quality(held.P, held.accepted, Y, model.codes)]))
    return (
        macro_f1(held.accepted, Y),
        micro_f1(held.accepted, Y),
        precision,
        first_right,
        calibration_error(reliability(held.P, Y)),
    )


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: python -m benchmarks.features STUDY|FILE.csv [PART OF A VARIANT'S NAME]")
    main(Path(sys.argv[1]), *sys.argv[2:])
