"""The methods that are compared: each is fitted on some units, and then scores any units and accepts codes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np

from benchmarks.quality.corpus import Corpus
from coder.embed.encoders import Encoder
from coder.errors import UsageError
from coder.learn.examples import Examples, Prototypes, Targets, Texts, targets_of
from coder.scheme.reading import load_scheme
from coder.steps.teaching import prototypes_of
from coder.types import Code, FacetValue, Scheme

PENALTY = 4.0
"""The inverse strength of the penalty in logistic regression: scikit-learn's own 1 does worse on short vectors."""
SETFIT_STEPS = 100
"""The most batches of 16 pairs that the encoder is tuned on: minutes on a processor."""


@dataclass(frozen=True)
class Predicted:
    """What a method says of n units.

    Attributes
    ----------
    P
        (n, n_codes) scores between 0 and 1.
    accepted
        (n, n_codes) bool: the codes that it gives to each unit.
    """

    P: np.ndarray
    accepted: np.ndarray


@dataclass(frozen=True)
class Task:
    """What is known before any unit is coded: the scheme, as our classifier is told of it, and the seed."""

    codes: tuple[str, ...]
    targets: Targets
    prototypes: Prototypes
    seed: int


Predict = Callable[[Corpus], Predicted]


@dataclass(frozen=True)
class Method:
    """A method; `calibrated` says whether its scores are meant as probabilities."""

    fit: Callable[[Corpus, Task], Predict]
    calibrated: bool = True


@dataclass(frozen=True)
class _Study:
    """The two things of a study that prototypes are made of."""

    scheme: Scheme
    vectors: Path | None


def scheme_of(corpus: Corpus) -> Scheme:
    """Return a scheme without definitions: the labels' names are all that it says."""
    codes = tuple(Code(code, {"code": code}) for code in corpus.codes)
    return Scheme("labels", ("code",), tuple(FacetValue("code", code) for code in corpus.codes), codes)


def task_of(corpus: Corpus, scheme: Path | None, encoder: Encoder, cache: Path | None, seed: int) -> Task:
    """Return the task of coding a corpus, with the definitions of the scheme's file where there is one."""
    known = load_scheme(scheme) if scheme else scheme_of(corpus)
    targets = targets_of(known)
    study: Any = _Study(known, cache)
    return Task(corpus.codes, targets, prototypes_of(study, targets, encoder), seed)


def ours(train: Corpus, task: Task) -> Predict:
    """Fit the classifier of `coder`; it chooses its thresholds by inner folds."""
    from coder.learn.model import fit

    n = len(train)
    examples = Examples(_texts(train), train.Y, train.groups, np.arange(n), np.ones(n, bool))
    model = fit(examples, task.codes, task.targets, task.prototypes, seed=task.seed)

    def predict(units: Corpus) -> Predicted:
        scores = model.predict(_texts(units))
        return Predicted(scores, scores >= model.thresholds)

    return predict


def _texts(units: Corpus) -> Texts:
    return Texts(units.texts, units.vectors, units.before_vectors, units.position)


def majority(train: Corpus, task: Task) -> Predict:
    """Give every unit the set of codes that most units have."""
    sets, counts = np.unique(train.Y, axis=0, return_counts=True)
    return _constant(train.Y.mean(axis=0), sets[counts.argmax()] > 0)


def _constant(P: np.ndarray, accepted: np.ndarray) -> Predict:
    return lambda units: Predicted(np.tile(P, (len(units), 1)), np.tile(accepted, (len(units), 1)))


def tfidf_svm(train: Corpus, task: Task) -> Predict:
    """Fit a balanced linear SVM on TF-IDF of words and pairs of words; its scores are no probabilities."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC

    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    X = words.fit_transform(train.texts)
    said = _fit_linear(lambda: LinearSVC(class_weight="balanced", random_state=task.seed), X, train)
    return lambda units: said(words.transform(units.texts))


def minilm(train: Corpus, task: Task) -> Predict:
    """Fit logistic regression on the units' vectors."""
    return _minilm(train, None)


def minilm_balanced(train: Corpus, task: Task) -> Predict:
    """Fit logistic regression on the units' vectors, rare codes weighted as much as common ones."""
    return _minilm(train, "balanced")


def _minilm(train: Corpus, weights: str | None) -> Predict:
    from sklearn.linear_model import LogisticRegression

    said = _fit_linear(lambda: LogisticRegression(C=PENALTY, class_weight=weights, max_iter=1000), train.vectors, train)
    return lambda units: said(units.vectors)


def _fit_linear(make: Callable[[], Any], X: Any, train: Corpus) -> Callable[[Any], Predicted]:
    """Fit one classifier over all codes where units have one label each, else one classifier a code."""
    n_codes = len(train.codes)
    if train.single:
        return _fit_one_label(make, X, train.first, n_codes)
    fitted = {k: make().fit(X, train.Y[:, k]) for k in range(n_codes) if 0 < train.Y[:, k].sum() < len(train)}
    rates = train.Y.mean(axis=0)

    def predict(X: Any) -> Predicted:
        P = np.tile(rates, (X.shape[0], 1))  # a code with one answer only: there is nothing to learn
        for k, model in fitted.items():
            P[:, k] = _scores(model, X)[:, 1]
        return Predicted(P, P >= 0.5)

    return predict


def _fit_one_label(make: Callable[[], Any], X: Any, first: np.ndarray, n_codes: int) -> Callable[[Any], Predicted]:
    """Fit one classifier whose classes are the codes, and "no code"; a unit gets the best of them."""
    classes = np.unique(first)
    model = make().fit(X, first) if len(classes) > 1 else None

    def predict(X: Any) -> Predicted:
        scores = _scores(model, X) if model else np.ones((X.shape[0], 1))
        best = classes[scores.argmax(axis=1)]
        P = np.zeros((X.shape[0], n_codes))
        P[:, classes[classes >= 0]] = scores[:, classes >= 0]
        return Predicted(P, best[:, None] == np.arange(n_codes))

    return predict


def _scores(model: Any, X: Any) -> np.ndarray:
    """Return (n, n_classes): probabilities, or margins squeezed between 0 and 1."""
    if hasattr(model, "predict_proba"):
        return np.asarray(model.predict_proba(X))
    margin = np.clip(model.decision_function(X), -30, 30)
    squeezed = 1 / (1 + np.exp(-margin))
    return np.asarray(squeezed) if squeezed.ndim > 1 else np.column_stack([1 - squeezed, squeezed])


def setfit(train: Corpus, task: Task) -> Predict:
    """Tune the encoder on pairs of units that share a code or not, then logistic regression (Tunstall et al. 2022).

    Raises
    ------
    UsageError
        The package is not installed.
    """
    try:
        from setfit import SetFitModel, Trainer, TrainingArguments  # type: ignore[import-not-found]  # optional
    except ImportError:
        raise UsageError("the package setfit is not installed", todo="python -m pip install setfit") from None
    from sklearn.linear_model import LogisticRegression

    from coder.embed.encoders import MiniLM

    labels = train.first.tolist() if train.single else train.Y.astype(int).tolist()
    body = MiniLM()._load()  # a fresh one for each fit, since tuning changes it
    strategy = None if train.single else "one-vs-rest"
    model = SetFitModel(model_body=body, model_head=LogisticRegression(), multi_target_strategy=strategy)
    arguments = TrainingArguments(
        output_dir=mkdtemp(),
        batch_size=16,
        max_steps=SETFIT_STEPS,
        save_strategy="no",
        seed=task.seed,
        report_to="none",
    )
    Trainer(model=model, args=arguments).train_embeddings(train.texts, labels, args=arguments)
    encode = partial(body.encode, show_progress_bar=False)
    said = _fit_linear(lambda: LogisticRegression(max_iter=1000), encode(train.texts), train)
    return lambda units: said(encode(units.texts))


METHODS = {
    "majority": Method(majority),
    "tfidf-svm": Method(tfidf_svm, calibrated=False),
    "minilm-lr": Method(minilm),
    "minilm-lr-balanced": Method(minilm_balanced),
    "ours": Method(ours),
}
