"""The classifier of a coding scheme as a scikit-learn estimator. Importing this module imports scikit-learn."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from coder.embed.encoders import encoder
from coder.errors import UsageError
from coder.learn.dataset import Examples, Matrix, Texts, targets_of
from coder.learn.model import Model, fit
from coder.steps.models.training_data import encoded, prototypes_of
from coder.steps.study.scheme_files import scheme_of
from coder.types import Code, FacetValue, Scheme


class CodeClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc] # scikit-learn has no type hints
    """Multi-label classifier of texts into the codes of a coding scheme, calibrated and with a threshold for each code.

    It is the classifier that `coder train` fits: see ARCHITECTURE.md for its features and how it decides.

    Parameters
    ----------
    scheme
        A coding scheme: the name of one that ships, a file (YAML, CSV, XLSX), a study's folder, or a `Scheme`. Its
        definitions and examples are training data. None: a plain list of codes, from the labels given to `fit`.
    encoder
        The name of the text encoder.
    folds
        Folds of the cross-validation that calibrates probabilities and chooses thresholds; split by group.
    min_positives
        A code with fewer positive texts gets no classifier of its own.

    Attributes
    ----------
    classes_
        (n_codes,) array of str: the codes along the columns of `Y` and of the predictions.
    thresholds_
        (n_codes,) probability from which a code is predicted.
    model_
        The fitted `coder.learn.model.Model`.

    Examples
    --------
    >>> texts = ["We meet buyers at the fair.", "Our course lasts two days."] * 6
    >>> labels = [["fairs"], ["courses"]] * 6
    >>> classifier = CodeClassifier(encoder="hashed-words", folds=2, min_positives=2)
    >>> classifier.fit(texts, labels, groups=[n // 2 for n in range(12)]).classes_.tolist()
    ['courses', 'fairs']
    >>> classifier.predict(["A course of two days."]).tolist()
    [[1, 0]]
    """

    def __init__(
        self,
        scheme: str | Path | Scheme | None = None,
        *,
        encoder: str = "all-MiniLM-L6-v2",
        folds: int = 5,
        min_positives: int = 5,
    ) -> None:
        self.scheme = scheme
        self.encoder = encoder
        self.folds = folds
        self.min_positives = min_positives

    def fit(
        self, X: Sequence[str], Y: Any, groups: Sequence[Any] | None = None, before: Sequence[str] | None = None
    ) -> CodeClassifier:
        """Fit the classifier.

        Parameters
        ----------
        X
            (n,) texts.
        Y
            For each text the list of its codes; or (n, n_codes) 1 present, 0 absent, nan not judged, with the codes as
            the columns of a data frame, or in the order of the scheme.
        groups
            (n,) what must not be split between folds, such as the transcript. None: each text is a group of its own.
        before
            (n,) the turn before each text, "" where there is none.

        Raises
        ------
        UsageError
            Lengths differ, `X` holds no texts, or a label is not in the scheme.
        """
        words = _texts(X)
        scheme, labels = self._labels(Y, len(words))
        numbers = np.arange(len(words)) if groups is None else _numbered(list(groups))
        if len(numbers) != len(words):
            raise UsageError(f"{len(numbers)} groups for {len(words)} texts", todo="give a group for each text")
        named, targets = encoder(self.encoder), targets_of(scheme)
        self.model_: Model = fit(
            Examples.of_units(self._encoded(words, before), labels, numbers),
            scheme.paths(),
            targets,
            prototypes_of(scheme, targets, named),
            folds=self.folds,
            min_positives=self.min_positives,
        )
        self.classes_ = np.array(scheme.paths(), dtype=object)
        self.thresholds_ = self.model_.thresholds
        return self

    def predict_proba(self, X: Sequence[str], before: Sequence[str] | None = None) -> Matrix:
        """Return (n, n_codes) calibrated probabilities."""
        check_is_fitted(self)
        return self.model_.predict(self._encoded(_texts(X), before))

    def predict(self, X: Sequence[str], before: Sequence[str] | None = None) -> np.ndarray:
        """Return (n, n_codes) 1 where the probability reaches the code's threshold, else 0."""
        return np.asarray(self.predict_proba(X, before) >= self.thresholds_, dtype=int)

    def _encoded(self, words: list[str], before: Sequence[str] | None) -> Texts:
        asked = _texts(before) if before is not None else [""] * len(words)
        if len(asked) != len(words):
            raise UsageError(f"{len(asked)} turns before for {len(words)} texts", todo='give "" where there is none')
        return encoded(words, asked, [float("nan")] * len(words), encoder(self.encoder), None)

    def _labels(self, Y: Any, n: int) -> tuple[Scheme, Matrix]:
        """Return the scheme, and (n, n_codes) labels in its order."""
        columns = [str(name) for name in Y.columns] if hasattr(Y, "columns") else None
        values = Y.to_numpy() if hasattr(Y, "to_numpy") else Y
        if len(values) != n:
            raise UsageError(f"{len(values)} rows of labels for {n} texts", todo="give labels for each text")
        if columns is None and not (isinstance(values, np.ndarray) and values.ndim == 2):
            rows = [[labels] if isinstance(labels, str) else list(labels) for labels in values]
            columns = sorted({str(label) for labels in rows for label in labels})
            values = np.array([[float(name in labels) for name in columns] for labels in rows]).reshape(n, len(columns))
        names = columns if columns is not None else [f"code {k + 1}" for k in range(values.shape[1])]
        scheme = plain_scheme(names) if self.scheme is None else self.scheme
        if not isinstance(scheme, Scheme):
            scheme = scheme_of(str(scheme))
        paths = list(scheme.paths())
        if columns is None:
            columns = paths
        if unknown := sorted(set(columns) - set(paths)):
            raise UsageError(f"the scheme has no code `{unknown[0]}`", todo="add it to the scheme, or leave it out")
        labels = np.zeros((n, len(paths)))
        labels[:, [paths.index(name) for name in columns]] = np.asarray(values, dtype=float)
        return scheme, labels

    def __sklearn_tags__(self) -> Any:
        """Tell scikit-learn that the input is texts and the output several labels."""
        tags = super().__sklearn_tags__()
        tags.input_tags.string, tags.input_tags.two_d_array, tags.input_tags.one_d_array = True, False, True
        tags.target_tags.multi_output, tags.target_tags.single_output = True, False
        tags.classifier_tags.multi_label = True
        return tags


def plain_scheme(codes: Sequence[str]) -> Scheme:
    """Return a scheme without definitions: the names of the codes are all that it says."""
    values = tuple(FacetValue("code", path) for path in codes)
    return Scheme("codes", ("code",), values, tuple(Code(path, {"code": path}) for path in codes))


def _texts(X: Any) -> list[str]:
    if isinstance(X, str):
        raise UsageError("one text was given in place of a list of texts", todo="put it in a list")
    texts = list(X)
    if other := next((text for text in texts if not isinstance(text, str)), None):
        raise UsageError(f"a text is expected, not {type(other).__name__}", todo="give a list of str")
    return texts


def _numbered(groups: list[Any]) -> np.ndarray:
    """Return a number for each group, in the order of first occurrence."""
    places = {group: n for n, group in enumerate(dict.fromkeys(groups))}
    return np.array([places[group] for group in groups], dtype=int)
