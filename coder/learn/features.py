"""Features of a unit: embedding, embedding of the turn before, TF-IDF of words and of characters, position and form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from coder.learn.examples import Matrix, Texts

WORDS = {"ngram_range": (1, 2), "token_pattern": r"(?u)\b\w\w+\b"}
CHARACTERS = {"ngram_range": (3, 5), "analyzer": "char_wb"}
WEIGHTS = {"vectors": 1.0, "before": 0.5, "words": 1.0, "characters": 1.0, "form": 0.3}
MOST_TERMS = 10_000


@dataclass(frozen=True)
class Lexicon:
    """The terms of one TF-IDF (Salton & Buckley 1988) and their inverse document frequencies."""

    terms: tuple[str, ...]
    idf: np.ndarray
    options: dict[str, Any]

    def transform(self, texts: Sequence[str]) -> sp.csr_matrix:
        """Return the (n_texts, n_terms) matrix, rows of unit length."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        if not self.terms:
            return sp.csr_matrix((len(texts), 0), dtype=np.float32)
        vectorizer = TfidfVectorizer(vocabulary=list(self.terms), sublinear_tf=True, dtype=np.float32, **self.options)
        vectorizer.idf_ = self.idf
        return vectorizer.transform(texts)


def learn_lexicon(texts: Sequence[str], options: dict[str, Any]) -> Lexicon:
    """Learn the terms that occur in two texts or more, the most frequent first where there are too many."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(
        min_df=min(2, len(texts)), max_features=MOST_TERMS, sublinear_tf=True, dtype=np.float32, **options
    )
    try:
        vectorizer.fit(texts)
    except ValueError:  # no term occurs twice
        return Lexicon((), np.zeros(0, np.float32), options)
    return Lexicon(tuple(vectorizer.get_feature_names_out()), vectorizer.idf_.astype(np.float32), options)


@dataclass(frozen=True)
class Features:
    """What is learned about features from the training units: two lexicons and the mean turn before.

    The mean stands in where no turn before is known, so that its absence says nothing.
    """

    words: Lexicon
    characters: Lexicon
    mean_before: np.ndarray

    def transform(self, texts: Texts) -> sp.csr_matrix:
        """Return the (n, n_features) float32 matrix."""
        known = np.abs(texts.before).sum(axis=1, keepdims=True) > 0
        before = np.where(known, texts.before - self.mean_before, 0)
        blocks = {
            "vectors": texts.vectors,
            "before": before,
            "words": self.words.transform(texts.words),
            "characters": self.characters.transform(texts.words),
            "form": form(texts),
        }
        weighted = [sp.csr_matrix(block, dtype=np.float32) * WEIGHTS[name] for name, block in blocks.items()]
        return sp.hstack(weighted).tocsr().astype(np.float32)

    def names(self) -> list[str]:
        """Return what each column is, the lexical ones by their term."""
        dimension = len(self.mean_before)
        return [
            *(f"meaning {i}" for i in range(dimension)),
            *(f"turn before {i}" for i in range(dimension)),
            *(f"word: {term}" for term in self.words.terms),
            *(f"letters: {term}" for term in self.characters.terms),
            *FORM,
        ]


def learn_features(texts: Texts) -> Features:
    """Learn the lexicons and the mean turn before from training units."""
    known = np.abs(texts.before).sum(axis=1) > 0
    mean = texts.before[known].mean(axis=0) if known.any() else np.zeros(texts.before.shape[1])
    words = [text.lower() for text in texts.words]
    return Features(learn_lexicon(words, WORDS), learn_lexicon(words, CHARACTERS), mean.astype(np.float32))


FORM = ("position", "early", "late", "length", "questions", "numbers")


def form(texts: Texts) -> Matrix:
    """Return (n, 6): place in the transcript, length and what stands out in the writing; 0 where unknown or usual."""
    position = np.nan_to_num(texts.position - 0.5)
    length = np.array([np.log1p(len(text.split())) for text in texts.words])
    questions = np.array([min(3, text.count("?")) for text in texts.words])
    numbers = np.array([bool(re.search(r"\d", text)) for text in texts.words])
    columns = [position, position < -0.4, position > 0.4, (length - 3.5) / 2, questions, numbers]
    return np.column_stack(columns).astype(np.float32)
