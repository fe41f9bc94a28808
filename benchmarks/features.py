"""What each part of the classifier is worth: `python -m benchmarks.features STUDY` on a study that has been run.

Every variant is fitted anew and measured on held-out transcripts, in the same folds.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from coder.learn import features, heads
from coder.learn.evaluation import calibration_error, macro_f1, micro_f1, quality
from coder.learn.examples import Examples, Prototypes
from coder.learn.model import Model, fit
from coder.steps.study import open_study
from coder.steps.teaching import gather
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
    texts = replace(examples.texts, before=np.zeros_like(examples.texts.before))
    return replace(examples, texts=texts), prototypes


VARIANTS: dict[str, tuple[Change, dict[str, float], float]] = {
    "as it is": (unchanged, {}, heads.REGULARISATION),
    "without the turn before": (without_turn_before, {}, heads.REGULARISATION),
    "without the scheme's examples": (without_examples, {}, heads.REGULARISATION),
    "without marked passages": (without_passages, {}, heads.REGULARISATION),
    "without characters": (unchanged, {"characters": 0.0}, heads.REGULARISATION),
    "without words": (unchanged, {"words": 0.0}, heads.REGULARISATION),
    "without position and form": (unchanged, {"form": 0.0}, heads.REGULARISATION),
    "without the unit's embedding": (unchanged, {"vectors": 0.0}, heads.REGULARISATION),
    "embeddings alone": (unchanged, {"words": 0.0, "characters": 0.0, "form": 0.0}, heads.REGULARISATION),
    "embedding weighted 1.0, not 0.7": (unchanged, {"vectors": 1.0}, heads.REGULARISATION),
    "stronger penalty (C 1, not 4)": (unchanged, {}, 1.0),
}


def main(folder: Path) -> None:
    """Fit and measure every variant, and print a Markdown table."""
    study = open_study(folder)
    _, examples, targets, prototypes = gather(study, None, silent)
    print("| variant | macro-F1 | micro-F1 | mean AP | likeliest code right | calibration error | seconds |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |", flush=True)
    for name, (change, weights, penalty) in VARIANTS.items():
        started = time.perf_counter()
        with changed(weights, penalty):
            taught, own = change(examples, prototypes)
            settings = study.settings
            model = fit(taught, study.scheme.paths(), targets, own, folds=settings.folds, seed=settings.seed)
        seconds = time.perf_counter() - started
        figures = measured(model, taught.Y[taught.is_unit])
        print(f"| {name} | " + " | ".join(f"{value:.3f}" for value in figures) + f" | {seconds:.0f} |", flush=True)


@contextmanager
def changed(weights: dict[str, float], penalty: float) -> Iterator[None]:
    """Set feature weights and the penalty for one variant."""
    kept, kept_penalty = dict(features.WEIGHTS), heads.REGULARISATION
    features.WEIGHTS.update(weights)
    heads.REGULARISATION = penalty
    try:
        yield
    finally:
        features.WEIGHTS.update(kept)
        heads.REGULARISATION = kept_penalty


def measured(model: Model, Y: np.ndarray) -> tuple[float, ...]:
    """Return what the table shows, on held-out transcripts."""
    held = model.held_out
    assert held is not None
    coded = np.flatnonzero(np.nansum(Y, axis=1) > 0)
    first_right = float(np.mean(Y[coded, held.P[coded].argmax(axis=1)] > 0))
    precision = float(np.nanmean([q.average_precision for q in quality(held.P, held.accepted, Y, model.codes)]))
    return macro_f1(held.accepted, Y), micro_f1(held.accepted, Y), precision, first_right, calibration_error(held.P, Y)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m benchmarks.features STUDY")
    main(Path(sys.argv[1]))
