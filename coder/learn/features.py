"""Features of a unit: embedding, embedding of the turn before, TF-IDF of words and of characters, position and form."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from coder.learn.examples import Indices, Matrix, Texts

LEXICONS: dict[str, dict[str, Any]] = {
    "words": {"ngram_range": (1, 2), "token_pattern": r"(?u)\b\w\w+\b"},
    "characters": {"ngram_range": (3, 5), "analyzer": "char_wb"},
}
WEIGHTS = {"vectors": 0.7, "before": 0.5, "words": 1.0, "characters": 1.0, "form": 0.3}
MOST_TERMS = 10_000


@dataclass(frozen=True)
class Lexicon:
    """The terms of one TF-IDF (Salton & Buckley 1988) and their inverse document frequencies, (n_terms,)."""

    terms: tuple[str, ...]
    idf: np.ndarray

    def weigh(self, counts: sp.csr_matrix) -> sp.csr_matrix:
        """Turn counts of the terms, (n, n_terms), into weights: (1 + log count) x idf, rows of unit length."""
        from sklearn.preprocessing import normalize

        if not self.terms:
            return sp.csr_matrix(counts.shape, dtype=np.float32)
        weights = counts.astype(np.float32)
        weights.data = 1 + np.log(weights.data)
        return normalize(weights @ sp.diags(self.idf.astype(np.float32)))


@dataclass(frozen=True)
class Counts:
    """How often every term of a lexicon's kind occurs in each text: counted once, used by every fold."""

    terms: np.ndarray
    counts: sp.csr_matrix

    def lexicon(self, rows: Indices) -> tuple[Lexicon, Indices]:
        """Learn a lexicon from some of the texts: terms in two of them or more, the commonest where there are too many.

        Returns
        -------
        The lexicon, and the columns of `counts` that its terms stand in.
        """
        documents = np.asarray((self.counts[rows] > 0).sum(axis=0)).ravel()
        columns = np.flatnonzero(documents >= 2)
        if len(columns) > MOST_TERMS:
            columns = np.sort(columns[np.argsort(-documents[columns], kind="stable")[:MOST_TERMS]])
        idf = np.log((1 + len(rows)) / (1 + documents[columns])) + 1
        return Lexicon(tuple(self.terms[columns].tolist()), idf.astype(np.float32)), columns


def count_terms(words: Sequence[str]) -> dict[str, Counts]:
    """Count the terms of each kind of lexicon in each text."""
    from sklearn.feature_extraction.text import CountVectorizer

    found = {}
    for name, options in LEXICONS.items():
        vectorizer = CountVectorizer(**options)
        try:
            counts = vectorizer.fit_transform(words)
            found[name] = Counts(vectorizer.get_feature_names_out().astype(object), counts.tocsr())
        except ValueError:  # no text has a word
            found[name] = Counts(np.array([], dtype=object), sp.csr_matrix((len(words), 0)))
    return found


@dataclass(frozen=True)
class Features:
    """What is learned about features from the training units: the lexicons, and the mean turn before.

    The mean stands in where no turn before is known, so that its absence says nothing.
    """

    lexicons: Mapping[str, Lexicon]
    mean_before: np.ndarray

    def transform(self, texts: Texts) -> sp.csr_matrix:
        """Return the (n, n_features) float32 matrix of any texts."""
        from sklearn.feature_extraction.text import CountVectorizer

        counts = {
            name: CountVectorizer(vocabulary=list(lexicon.terms), **LEXICONS[name]).transform(texts.words)
            if lexicon.terms
            else sp.csr_matrix((len(texts), 0))
            for name, lexicon in self.lexicons.items()
        }
        return self.assemble(texts, counts)

    def assemble(self, texts: Texts, counts: Mapping[str, sp.csr_matrix]) -> sp.csr_matrix:
        """Put the blocks of features side by side, each with its weight."""
        known = np.abs(texts.before).sum(axis=1, keepdims=True) > 0
        blocks = {
            "vectors": texts.vectors,
            "before": np.where(known, texts.before - self.mean_before, 0),
            **{name: self.lexicons[name].weigh(counts[name]) for name in LEXICONS},
            "form": form(texts),
        }
        weighted = [sp.csr_matrix(block, dtype=np.float32) * WEIGHTS[name] for name, block in blocks.items()]
        return sp.hstack(weighted).tocsr().astype(np.float32)


@dataclass(frozen=True)
class Corpus:
    """Texts with their terms counted, from which the features of each fold are learned."""

    texts: Texts
    counts: Mapping[str, Counts]

    def learn(self, rows: Indices) -> tuple[Features, sp.csr_matrix]:
        """Learn features from some of the texts; return them with the matrix of all texts."""
        known = rows[np.abs(self.texts.before[rows]).sum(axis=1) > 0]
        mean = self.texts.before[known].mean(axis=0) if len(known) else np.zeros(self.texts.before.shape[1])
        learned = {name: counts.lexicon(rows) for name, counts in self.counts.items()}
        features = Features({name: lexicon for name, (lexicon, _) in learned.items()}, mean.astype(np.float32))
        chosen = {name: self.counts[name].counts[:, columns] for name, (_, columns) in learned.items()}
        return features, features.assemble(self.texts, chosen)


FORM = ("position", "early", "late", "length", "questions", "numbers")


def form(texts: Texts) -> Matrix:
    """Return (n, 6): place in the transcript, length and what stands out in the writing; 0 where unknown or usual."""
    position = np.nan_to_num(texts.position - 0.5)
    length = np.array([np.log1p(len(text.split())) for text in texts.words])
    questions = np.array([min(3, text.count("?")) for text in texts.words])
    numbers = np.array([bool(re.search(r"\d", text)) for text in texts.words])
    columns = [position, position < -0.4, position > 0.4, (length - 3.5) / 2, questions, numbers]
    return np.column_stack(columns).astype(np.float32).reshape(len(texts), len(FORM))
