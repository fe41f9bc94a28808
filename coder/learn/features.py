"""Features of a unit: embeddings, previous turn and what is taken up of it, TF-IDF, position, surface form."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from coder.learn.dataset import Indices, Matrix, Texts

LEXICONS: dict[str, dict[str, Any]] = {
    "words": {"ngram_range": (1, 2), "token_pattern": r"(?u)\b\w\w+\b"},
    "characters": {"ngram_range": (3, 5), "analyzer": "char_wb"},
}
WEIGHTS = {
    "vectors": 0.7,
    "manner": 0.7,
    "before": 0.5,
    "form": 0.3,
    "role": 0.7,
    "echo": 0.5,
    "words": 1.0,
    "characters": 1.0,
    "asked": 0.5,
}
"""The blocks of features in the order of their columns, and how much each weighs; the last three are sparse."""
MOST_TERMS = 10_000
MOST_ROLES = 10
"""So many of the commonest roles are told apart; none where all are the same."""


@dataclass(frozen=True)
class Blocks:
    """The features of n units: dense columns (n, p) float32, followed by sparse ones (n, q)."""

    dense: Matrix
    sparse: sp.csr_matrix

    @property
    def shape(self) -> tuple[int, int]:
        """Return the number of units and of features."""
        return self.dense.shape[0], self.dense.shape[1] + self.sparse.shape[1]

    def take(self, rows: Indices) -> Blocks:
        """Return some of the units."""
        return Blocks(self.dense[rows], self.sparse[rows])

    def times(self, W: Matrix) -> Matrix:
        """Return the product with (n_features, k)."""
        p = self.dense.shape[1]
        return np.asarray(self.dense @ W[:p] + self.sparse @ np.ascontiguousarray(W[p:]))

    def toarray(self) -> Matrix:
        """Return all columns, dense."""
        return np.hstack([self.dense, self.sparse.toarray()])


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


def count_terms(texts: Texts) -> dict[str, Counts]:
    """Count the terms of each kind of lexicon in each text; `asked`: the terms of `words` in the turn before."""
    from sklearn.feature_extraction.text import CountVectorizer

    found = {}
    for name, options in LEXICONS.items():
        vectorizer = CountVectorizer(**options)
        try:
            counts = vectorizer.fit_transform(texts.words)
            found[name] = Counts(vectorizer.get_feature_names_out().astype(object), counts.tocsr())
        except ValueError:  # no text has a word
            found[name] = Counts(np.array([], dtype=object), sp.csr_matrix((len(texts), 0)))
    terms = found["words"].terms
    found["asked"] = Counts(terms, _count(texts.asked, terms.tolist(), "words"))
    return found


def _count(texts: Sequence[str], terms: Sequence[str], lexicon: str) -> sp.csr_matrix:
    """Return how often each of the terms occurs in each text, (n, n_terms)."""
    from sklearn.feature_extraction.text import CountVectorizer

    if not terms:
        return sp.csr_matrix((len(texts), 0))
    return CountVectorizer(vocabulary=list(terms), **LEXICONS[lexicon]).transform(texts).tocsr()


@dataclass(frozen=True)
class Features:
    """What is learned about features from the training units: the lexicons, the mean turn before, and the roles.

    The mean stands in where no turn before is known, so that its absence says nothing. Models of bundle format 3 know
    no `echo`.
    """

    lexicons: Mapping[str, Lexicon]
    mean_before: np.ndarray
    roles: tuple[str, ...] = ()
    echo: bool = True

    def transform(self, texts: Texts) -> Blocks:
        """Return the features of any texts."""
        counts = {name: _count(texts.words, lexicon.terms, name) for name, lexicon in self.lexicons.items()}
        return self.assemble(texts, counts | {"asked": _count(texts.asked, self.lexicons["words"].terms, "words")})

    def assemble(self, texts: Texts, counts: Mapping[str, sp.csr_matrix]) -> Blocks:
        """Put the blocks of features side by side, each with its weight."""
        sparse = {name: self.lexicons[name].weigh(counts[name]) for name in LEXICONS}
        sparse["asked"] = self.lexicons["words"].weigh(counts["asked"])
        dense = self._dense(texts).items()
        return Blocks(
            np.hstack([np.asarray(block, np.float32) * np.float32(WEIGHTS[name]) for name, block in dense]),
            sp.hstack([block * np.float32(WEIGHTS[name]) for name, block in sparse.items()]).tocsr(),
        )

    def _dense(self, texts: Texts) -> dict[str, Matrix]:
        known = np.abs(texts.before).sum(axis=1, keepdims=True) > 0
        return {
            "vectors": texts.vectors,
            "manner": texts.manner,
            "before": np.where(known, texts.before - self.mean_before, 0),
            "form": form(texts),
            "role": np.array([[role == own for role in self.roles] for own in texts.roles]).reshape(len(texts), -1),
            "echo": echo(texts)[:, : 2 * self.echo],
        }

    def columns(self, texts: Texts) -> dict[str, slice]:
        """Return where each block stands among the features."""
        sizes = {name: block.shape[1] for name, block in self._dense(texts).items()}
        sizes |= {name: len(lexicon.terms) for name, lexicon in self.lexicons.items()}
        sizes["asked"] = sizes["words"]
        ends = np.cumsum(list(sizes.values())).tolist()
        return {name: slice(end - sizes[name], end) for name, end in zip(sizes, ends, strict=True)}


def analyzer(lexicon: str, **changes: Any) -> Callable[[str], list[str]]:
    """Return what cuts a text into the terms that a lexicon counts, with these changes to its options."""
    from sklearn.feature_extraction.text import CountVectorizer

    cut: Callable[[str], list[str]] = CountVectorizer(**LEXICONS[lexicon] | changes).build_analyzer()
    return cut


@dataclass(frozen=True)
class Corpus:
    """Texts with their terms counted, from which the features of each fold are learned."""

    texts: Texts
    counts: Mapping[str, Counts]

    def learn(self, rows: Indices) -> tuple[Features, Blocks]:
        """Learn features from some of the texts; return them with the features of all texts."""
        known = rows[np.abs(self.texts.before[rows]).sum(axis=1) > 0]
        mean = self.texts.before[known].mean(axis=0) if len(known) else np.zeros(self.texts.before.shape[1])
        learned = {name: self.counts[name].lexicon(rows) for name in LEXICONS}
        lexicons = {name: lexicon for name, (lexicon, _) in learned.items()}
        found = Counter(self.texts.roles[i] for i in rows.tolist() if self.texts.roles[i])
        roles = sorted(role for role, _ in found.most_common(MOST_ROLES)) if len(found) > 1 else []
        features = Features(lexicons, mean.astype(np.float32), tuple(roles))
        columns = {name: chosen for name, (_, chosen) in learned.items()}
        columns["asked"] = columns["words"]
        return features, features.assemble(
            self.texts, {name: counts.counts[:, columns[name]] for name, counts in self.counts.items()}
        )


def form(texts: Texts) -> Matrix:
    """Return (n, 6): place in the transcript, length and what stands out in the writing; 0 where unknown or usual."""
    position = np.nan_to_num(texts.position - 0.5)
    length = np.array([np.log1p(len(text.split())) for text in texts.words])
    questions = np.array([min(3, text.count("?")) for text in texts.words])
    numbers = np.array([bool(re.search(r"\d", text)) for text in texts.words])
    columns = [position, position < -0.4, position > 0.4, (length - 3.5) / 2, questions, numbers]
    return np.column_stack(columns).astype(np.float32)


def echo(texts: Texts) -> Matrix:
    """Return (n, 2): how much a unit takes up of the turn before it; 0 where no turn before is known.

    The first is the share of the unit's words that the turn before has, the second the cosine of their vectors.
    """
    own, asked = ([set(re.findall(r"\w\w+", text.lower())) for text in part] for part in (texts.words, texts.asked))
    shared = [len(words & before) / max(1, len(words)) for words, before in zip(own, asked, strict=True)]
    norms = np.linalg.norm(texts.vectors, axis=1) * np.linalg.norm(texts.before, axis=1)
    cosine = (texts.vectors * texts.before).sum(axis=1) / np.where(norms > 0, norms, 1)
    return np.column_stack([shared, cosine]).astype(np.float32)
