"""The methods that are compared: each is fitted on some units, and then scores any units and accepts codes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.quality.corpus import Corpus
from coder.embed.encoders import Encoder, MiniLM
from coder.embed.tuning import Tuner
from coder.learn.dataset import Examples, Prototypes, Targets, Texts, quoted, targets_of
from coder.learn.model import Model, fit
from coder.library.classifier import plain_scheme
from coder.steps.models.training_data import prototypes_of
from coder.types import Scheme

PENALTY = 4.0
"""The inverse strength of the penalty in logistic regression: scikit-learn's own 1 does worse on short vectors."""


@dataclass(frozen=True)
class Predicted:
    """What a method says of n units.

    Attributes
    ----------
    P
        (n, n_codes) scores between 0 and 1.
    accepted
        (n, n_codes) bool: the codes that it gives to each unit.
    thresholds
        (n_codes,) where acceptance begins, of a method that chooses it.
    """

    P: np.ndarray
    accepted: np.ndarray
    thresholds: np.ndarray | None = None


@dataclass(frozen=True)
class Task:
    """What is known before any unit is coded: the scheme, as our classifier is told of it, and the seed.

    `quoted` is (n_prototypes, n_groups) bool: which of the scheme's texts are quoted from which transcripts.
    """

    codes: tuple[str, ...]
    targets: Targets
    prototypes: Prototypes
    quoted: np.ndarray
    seed: int

    def without(self, groups: np.ndarray) -> Task:
        """Return the task without the scheme's texts that are quoted from these transcripts: they are tested."""
        kept = np.flatnonzero(~self.quoted[:, groups].any(axis=1))
        return replace(self, prototypes=self.prototypes.take(kept), quoted=self.quoted[kept])


Predict = Callable[[Corpus], Predicted]


@dataclass(frozen=True)
class Method:
    """A method; `calibrated` says whether its scores are meant as probabilities.

    `strategies` are those by which units are chosen for it in the learning curve.
    """

    fit: Callable[[Corpus, Task], Predict]
    calibrated: bool = True
    strategies: tuple[str, ...] = ("random",)


def task_of(corpus: Corpus, scheme: Scheme | None, encoder: Encoder, cache: Path | None, seed: int) -> Task:
    """Return the task of coding a corpus, with facets and definitions where there is a scheme."""
    known = scheme or plain_scheme(corpus.codes)
    targets = targets_of(known)
    prototypes = prototypes_of(known, targets, encoder, cache)
    return Task(corpus.codes, targets, prototypes, quoted(prototypes.texts.words, corpus.texts, corpus.groups), seed)


def finetuned(train: Corpus, task: Task) -> Predict:
    """Fit the classifier of `coder` with a fine-tuned encoder beside its heads."""
    return ours(train, task, Tuner(MiniLM(), task.seed))


def ours(train: Corpus, task: Task, tuner: Tuner | None = None) -> Predict:
    """Fit the classifier of `coder`; it chooses its thresholds by inner folds."""
    model = _fitted(train, task, tuner)

    def predict(units: Corpus) -> Predicted:
        scores = model.predict(texts_of(units))
        return Predicted(scores, scores >= model.thresholds, model.thresholds)

    return predict


def _fitted(train: Corpus, task: Task, tuner: Tuner | None = None) -> Model:
    examples = Examples.of_units(texts_of(train), train.Y, train.groups)
    return fit(examples, task.codes, task.targets, task.prototypes, tuner=tuner)


def texts_of(units: Corpus) -> Texts:
    """Return units as our classifier sees them."""
    return Texts(
        units.texts,
        units.vectors,
        units.manner,
        units.before_vectors,
        units.before,
        units.roles,
        units.position,
        units.groups,
        units.place,
    )


def majority(train: Corpus, task: Task) -> Predict:
    """Give every unit the set of codes that most units have."""
    sets, counts = np.unique(np.nan_to_num(train.Y), axis=0, return_counts=True)
    P, accepted = rates(train.Y), sets[counts.argmax()] > 0
    return lambda units: Predicted(np.tile(P, (len(units), 1)), np.tile(accepted, (len(units), 1)))


def rates(Y: np.ndarray) -> np.ndarray:
    """Return (n_codes,) the share of the judged units that have each code; 0 where none was judged."""
    return np.asarray(np.nansum(Y, axis=0) / np.maximum(1, (~np.isnan(Y)).sum(axis=0)))


def tfidf_svm(train: Corpus, task: Task) -> Predict:
    """Fit a balanced linear SVM on TF-IDF of words and pairs of words; its scores are no probabilities."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC

    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    X = words.fit_transform(train.texts)
    said = fit_linear(lambda: LinearSVC(class_weight="balanced", random_state=task.seed), X, train)
    return lambda units: said(words.transform(units.texts))


def minilm(train: Corpus, task: Task) -> Predict:
    """Fit logistic regression on the units' vectors."""
    return _minilm(train, None)


def minilm_balanced(train: Corpus, task: Task) -> Predict:
    """Fit logistic regression on the units' vectors, rare codes weighted as much as common ones."""
    return _minilm(train, "balanced")


def _minilm(train: Corpus, weights: str | None) -> Predict:
    from sklearn.linear_model import LogisticRegression

    said = fit_linear(lambda: LogisticRegression(C=PENALTY, class_weight=weights, max_iter=1000), train.vectors, train)
    return lambda units: said(units.vectors)


def fit_linear(make: Callable[[], Any], X: Any, train: Corpus) -> Callable[[Any], Predicted]:
    """Fit one classifier over all codes where units have one label each, else one classifier a code."""
    if train.single:
        return _fit_one_label(make, X, train)
    P = rates(train.Y)
    known = ~np.isnan(train.Y)
    fitted = {k: make().fit(X[known[:, k]], train.Y[known[:, k], k]) for k in np.flatnonzero((P > 0) & (P < 1))}

    def predict(X: Any) -> Predicted:
        found = np.tile(P, (X.shape[0], 1))  # a code with one answer only: there is nothing to learn
        for k, model in fitted.items():
            found[:, k] = _scores(model, X)[:, 1]
        return Predicted(found, found >= 0.5)

    return predict


def _fit_one_label(make: Callable[[], Any], X: Any, train: Corpus) -> Callable[[Any], Predicted]:
    """Fit one classifier whose classes are the codes, and "no code"; a unit gets the best of them."""
    rows = np.flatnonzero(train.settled)
    classes = np.unique(train.first[rows])
    model = make().fit(X[rows], train.first[rows]) if len(classes) > 1 else None

    def predict(X: Any) -> Predicted:
        scores = _scores(model, X) if model else np.ones((X.shape[0], max(1, len(classes))))
        best = classes[scores.argmax(axis=1)] if len(classes) else np.full(X.shape[0], -1)
        P = np.zeros((X.shape[0], len(train.codes)))
        P[:, classes[classes >= 0]] = scores[:, : len(classes)][:, classes >= 0]
        return Predicted(P, best[:, None] == np.arange(len(train.codes)))

    return predict


def _scores(model: Any, X: Any) -> np.ndarray:
    """Return (n, n_classes): probabilities, or margins squeezed between 0 and 1."""
    if hasattr(model, "predict_proba"):
        return np.asarray(model.predict_proba(X))
    margin = np.clip(model.decision_function(X), -30, 30)
    squeezed = 1 / (1 + np.exp(-margin))
    return np.asarray(squeezed) if squeezed.ndim > 1 else np.column_stack([1 - squeezed, squeezed])


METHODS = {
    "majority": Method(majority),
    "tfidf-svm": Method(tfidf_svm, calibrated=False),
    "minilm-lr": Method(minilm, strategies=("random", "uncertain")),
    "minilm-lr-balanced": Method(minilm_balanced, strategies=("random", "uncertain")),
    "ours": Method(ours, strategies=("random", "uncertain", "diverse", "disagreement")),
}


def in_order(train: Corpus, task: Task) -> Predict:
    """Fit ours; what people said of the unit before is known, as to a coder in reading order."""
    return _answered(train, task, both=False)


def both_known(train: Corpus, task: Task) -> Predict:
    """Fit ours; what people said of the unit before and of the one after is known."""
    return _answered(train, task, both=True)


def _answered(train: Corpus, task: Task, *, both: bool) -> Predict:
    from coder.learn.continuation import neighbours

    model = _fitted(train, task)

    def predict(units: Corpus) -> Predicted:
        texts = texts_of(units)
        own, P = model.own_and_around(texts)
        before, after = neighbours(units.Y, texts)
        if model.given:
            P = model.given.probabilities(own, P, before, after if both else np.full_like(after, np.nan))
        return Predicted(P, model.thresholds <= P, model.thresholds)

    return predict


ANSWERED = {"ours-in-order": Method(in_order), "ours-both-known": Method(both_known)}
"""Ours with the neighbours' true codes: no methods to compare with the others, which see none."""
FINETUNED = {"ours-finetuned": Method(finetuned)}
