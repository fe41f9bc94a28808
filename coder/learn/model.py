"""Fit a coding scheme to judged units, and suggest codes for units that nobody has judged."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from coder.learn.combining import Combiner, evidence, fit_combiner, prior_log_odds, similarity
from coder.learn.examples import Examples, Indices, Matrix, Prototypes, Targets, Texts
from coder.learn.features import Features, learn_features
from coder.learn.heads import Heads, fit_heads
from coder.learn.thresholds import choose_thresholds
from coder.types import Progress, silent


@dataclass(frozen=True)
class HeldOut:
    """What the model said of its own training units while their transcripts were held out.

    Attributes
    ----------
    ids
        (n,) segments.
    P
        (n, n_codes) probabilities, each by heads, combiner and features that saw no unit of that transcript.
    accepted
        (n, n_codes) bool, by thresholds that were chosen on the other folds.
    """

    ids: Indices
    P: Matrix
    accepted: np.ndarray


@dataclass(frozen=True)
class Model:
    """A trained scheme: everything that a suggestion is computed from.

    `codes` are the scheme's code paths; `positives` the number of judged positives of each; `about` what the card
    says (data, seed, encoder, versions).
    """

    codes: tuple[str, ...]
    targets: Targets
    features: Features
    heads: Heads
    prototypes: Prototypes
    prior: np.ndarray
    combiner: Combiner
    thresholds: np.ndarray
    positives: np.ndarray
    held_out: HeldOut | None
    about: dict[str, Any] = field(default_factory=dict)

    def predict(self, texts: Texts) -> Matrix:
        """Return (n, n_codes) calibrated probabilities."""
        if not len(texts):
            return np.zeros((0, len(self.codes)))
        return self.combiner.probabilities(self._evidence(texts))

    def _evidence(self, texts: Texts) -> np.ndarray:
        logits = self.heads.logits(self.features.transform(texts))
        return evidence(logits, similarity(texts.vectors, self.prototypes, self.targets), self.prior, self.targets)

    def needs_more(self, min_positives: int) -> dict[str, int]:
        """Return how many more coded units each code needs before it has a classifier of its own."""
        return {
            code: min_positives - int(n)
            for code, n in zip(self.codes, self.positives, strict=True)
            if n < min_positives
        }


def fit(
    examples: Examples,
    codes: tuple[str, ...],
    targets: Targets,
    prototypes: Prototypes,
    *,
    folds: int = 5,
    min_positives: int = 5,
    seed: int = 1,
    progress: Progress = silent,
) -> Model:
    """Learn heads for facets and codes, a combiner and thresholds; folds are split by transcript.

    The combiner and the thresholds are learned from predictions for held-out transcripts. The heads that the model
    keeps are then fitted on everything.

    Parameters
    ----------
    examples
        n judged units; none at all gives a model in which only the scheme's own words speak.
    codes, targets
        The scheme's code paths, and what heads are learned for.
    prototypes
        The scheme's own texts: training examples in every fold, never evaluated on.
    folds
        At most one a transcript; with a single transcript nothing is validated.
    """
    folds = min(folds, len(np.unique(examples.groups)))
    n, held_out = len(examples), None
    fold_of = split_by_transcript(examples.groups, folds) if folds > 1 else np.zeros(n, int)
    found = np.zeros((n, len(codes), 6))
    for fold in range(folds if folds > 1 else 0):
        progress("cross-validating", fold, folds + 1)
        test = np.flatnonzero(fold_of == fold)
        part = _fit_heads(
            examples.take(np.flatnonzero(fold_of != fold)), codes, targets, prototypes, min_positives, seed
        )
        found[test] = part._evidence(examples.texts.take(test))
    if folds > 1:
        held_out = _cross_fitted(found, examples, fold_of, folds)
    progress("fitting on all units", folds, folds + 1)
    final = _fit_heads(examples, codes, targets, prototypes, min_positives, seed)
    combiner = fit_combiner(found, examples.Y) if folds > 1 else final.combiner
    thresholds = choose_thresholds(combiner.probabilities(found), examples.Y) if folds > 1 else final.thresholds
    progress("fitting on all units", folds + 1, folds + 1)
    return Model(
        codes,
        targets,
        final.features,
        final.heads,
        prototypes,
        final.prior,
        combiner,
        thresholds,
        final.positives,
        held_out,
    )


def _fit_heads(
    examples: Examples,
    codes: tuple[str, ...],
    targets: Targets,
    prototypes: Prototypes,
    min_positives: int,
    seed: int,
) -> Model:
    """Fit features and heads on some transcripts and the scheme's own texts; the combiner is left untrained."""
    texts = examples.texts.join(prototypes.texts)
    features = learn_features(texts)
    labels = targets.labels(examples.Y)
    T = np.concatenate([labels, prototypes.T])
    T[:, np.nansum(labels, axis=0) < min_positives] = np.nan  # the scheme's texts alone make no head
    heads = fit_heads(features.transform(texts), T, min_positives, seed)
    untrained = fit_combiner(np.zeros((0, len(codes), 6)), np.zeros((0, len(codes))))
    positives = np.nansum(examples.Y, axis=0)
    prior = prior_log_odds(examples.Y)
    return Model(
        codes,
        targets,
        features,
        heads,
        prototypes,
        prior,
        untrained,
        np.full(len(codes), 0.5),
        positives,
        None,
    )


def _cross_fitted(found: np.ndarray, examples: Examples, fold_of: Indices, folds: int) -> HeldOut:
    """Predict each fold by a combiner and thresholds learned on the other ones."""
    P = np.zeros(examples.Y.shape)
    accepted = np.zeros(examples.Y.shape, bool)
    for fold in range(folds):
        test, rest = fold_of == fold, fold_of != fold
        combiner = fit_combiner(found[rest], examples.Y[rest])
        thresholds = choose_thresholds(combiner.probabilities(found[rest]), examples.Y[rest])
        P[test] = combiner.probabilities(found[test])
        accepted[test] = P[test] >= thresholds
    return HeldOut(examples.ids, P, accepted)


def split_by_transcript(groups: Indices, folds: int) -> Indices:
    """Return the fold of each unit; whole transcripts stay together and folds are about equally large.

    Examples
    --------
    >>> np.unique(split_by_transcript(np.array([0, 0, 1, 2, 2]), 2)[:2]).size
    1
    """
    from sklearn.model_selection import GroupKFold

    fold_of = np.zeros(len(groups), int)
    for fold, (_, test) in enumerate(GroupKFold(folds).split(np.zeros(len(groups)), groups=groups)):
        fold_of[test] = fold
    return fold_of
