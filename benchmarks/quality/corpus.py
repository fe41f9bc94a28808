"""The coded units that methods are compared on, and how they are split."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from coder.embed.cache import embed
from coder.embed.encoders import Encoder, Vectors
from coder.errors import CodingError
from coder.types import Progress, silent

SEVERAL = 0.01
"""Up to this share of the coded units may have several labels in a corpus that gives one label a unit."""

CONTEXT = ("before", "before_roles", "after", "after_roles")
LISTS = ("keys", "texts", "roles", *CONTEXT, "split")
VECTORS = ("vectors", "manner", "before_vectors", "after_vectors")
ARRAYS = ("position", "place", "Y", "first", "groups", *VECTORS)
Key = tuple[str, str]
"""A transcript's id and the unit's."""
Splits = list[tuple[np.ndarray, np.ndarray]]
"""The rows of the training and of the test units of each split."""


@dataclass(frozen=True)
class Corpus:
    """n units that people coded.

    Attributes
    ----------
    codes
        In the scheme's order, or sorted.
    keys
        The transcript and the unit, as the file or the study names them.
    texts, roles, split
        Of each unit: its words, who spoke, and the split column.
    before, before_roles, after, after_roles
        What was said just before and just after each unit in its transcript, and by whom: the unit next to it in a
        file, the whole turn next to its own in a study. It may be no unit of this corpus. Empty where there is none.
    position
        (n,) where the unit lies in its transcript, 0 to 1.
    place
        (n,) int: which unit of its transcript it is, among those that are to be coded.
    Y
        (n, n_codes) 1 present, 0 absent, nan where nobody judged it.
    first
        (n,) the column of the label that is named first, -1 where there is none.
    groups
        (n,) the transcript as a number.
    single
        Whether units have one label each, or none.
    vectors, manner, before_vectors, after_vectors
        (n, d) float32; a row of zeros where there is nothing before or after. Empty until `with_vectors`.
    """

    codes: tuple[str, ...]
    keys: list[Key]
    texts: list[str]
    roles: list[str]
    before: list[str]
    before_roles: list[str]
    after: list[str]
    after_roles: list[str]
    split: list[str]
    position: np.ndarray
    place: np.ndarray
    Y: np.ndarray
    first: np.ndarray
    groups: np.ndarray
    single: bool
    vectors: np.ndarray
    manner: np.ndarray
    before_vectors: np.ndarray
    after_vectors: np.ndarray

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def settled(self) -> np.ndarray:
        """(n,) bool: it is known which code the unit has, or that it has none."""
        return np.asarray((self.first >= 0) | ~np.isnan(self.Y).any(axis=1))

    def take(self, rows: np.ndarray) -> Corpus:
        """Return some of the units."""
        parts: dict[str, Any] = {name: getattr(self, name)[rows] for name in ARRAYS}
        parts |= {name: [getattr(self, name)[i] for i in rows.tolist()] for name in LISTS}
        return replace(self, **parts)


def assemble(
    codes: Sequence[str],
    keys: list[Key],
    Y: np.ndarray,
    first: np.ndarray,
    position: np.ndarray,
    place: Sequence[int],
    **lists: list[str],
) -> Corpus:
    """Return a corpus without vectors; `lists` are the other ones of `LISTS`, the split column where there is one."""
    number = {name: n for n, name in enumerate(dict.fromkeys(transcript for transcript, _ in keys))}
    own = (Y > 0).sum(axis=1)
    parts: dict[str, Any] = {name: np.zeros((len(keys), 0), np.float32) for name in VECTORS}
    parts |= {"split": [""] * len(keys)} | lists
    return Corpus(
        codes=tuple(codes),
        keys=keys,
        Y=Y,
        first=first,
        position=position,
        place=np.array(place, dtype=int),
        groups=np.array([number[transcript] for transcript, _ in keys], dtype=int),
        single=bool((own > 1).sum() <= SEVERAL * (own > 0).sum()),
        **parts,
    )


def with_vectors(corpus: Corpus, encoder: Encoder, cache: Path | None, progress: Progress = silent) -> Corpus:
    """Return the corpus with its texts, and those before and after, encoded."""
    vectors = embed(corpus.texts + corpus.before + corpus.after, encoder, cache, progress)
    n, meaning = len(corpus), encoder.meaning
    return replace(
        corpus,
        vectors=vectors[:n, :meaning],
        manner=vectors[:n, meaning:],
        before_vectors=_where_said(vectors[n : 2 * n, :meaning], corpus.before),
        after_vectors=_where_said(vectors[2 * n :, :meaning], corpus.after),
    )


def _where_said(vectors: Vectors, texts: list[str]) -> np.ndarray:
    return vectors * np.array([bool(text.strip()) for text in texts], np.float32)[:, None]


@dataclass(frozen=True)
class Coders:
    """What several coders said of the same units: (n_coders, n_units, n_codes) 1, 0, nan for units not looked at."""

    names: tuple[str, ...]
    values: np.ndarray


def splits_of(corpus: Corpus, folds: int) -> Splits:
    """Return (train, test) rows: folds by transcript, or by the split column where it was read.

    A split column with the value `test` gives one split, and all else is trained on; else each value is a fold.

    Raises
    ------
    CodingError
        A transcript lies in two splits, or there is only one transcript or one split.
    """
    if any(corpus.split):
        return _given_splits(corpus)
    from coder.learn.model import split_by_transcript

    folds = min(folds, len(np.unique(corpus.groups)))
    if folds < 2:
        raise CodingError("one transcript cannot be split", todo="give a corpus of two transcripts or more")
    fold_of = split_by_transcript(corpus.groups, folds)
    return [(np.flatnonzero(fold_of != k), np.flatnonzero(fold_of == k)) for k in range(folds)]


def _given_splits(corpus: Corpus) -> Splits:
    split = np.array(corpus.split)
    for group in np.unique(corpus.groups):
        if len(set(split[corpus.groups == group])) > 1:
            name = corpus.keys[int(np.flatnonzero(corpus.groups == group)[0])][0]
            raise CodingError(f"the transcript {name} lies in two splits", todo="split by whole transcripts")
    values = ["test"] if "test" in corpus.split else sorted(set(corpus.split))
    if len(set(corpus.split)) < 2:
        raise CodingError("there is only one split", todo="give a split column with two values, or --folds")
    return [(np.flatnonzero(split != value), np.flatnonzero(split == value)) for value in values]


def inner_splits(corpus: Corpus, splits: Splits, folds: int) -> Splits:
    """Return folds of the training transcripts where there is one split only; none where each unit is tested."""
    if len(splits) > 1:
        return []
    rows = splits[0][0]
    train = corpus.take(rows)
    folded = splits_of(replace(train, split=[""] * len(train)), folds)
    return [(rows[own], rows[held]) for own, held in folded]
