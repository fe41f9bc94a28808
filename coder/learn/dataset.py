"""What a classifier is given: units as texts and vectors, and what people said of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from coder.types import Scheme

Matrix = np.ndarray[tuple[int, int], np.dtype[np.floating]]
Indices = np.ndarray[tuple[int], np.dtype[np.integer]]


@dataclass(frozen=True)
class Texts:
    """n units as a classifier sees them.

    Attributes
    ----------
    words
        The words of each unit.
    vectors
        (n, d) float32 of unit length: embeddings, by which units are compared.
    manner
        (n, d2) float32 of unit length: what a middle layer of the encoder says, which tells how a thing is said; no
        columns where the encoder has none.
    before
        (n, d) float32, embeddings of the question or turn before; a row of zeros where there is none.
    asked
        The words of the question or turn before; "" where there is none.
    roles
        Who speaks, such as interviewer or client; "" where it is not known, or always the same.
    position
        (n,) where the unit lies in its transcript, 0 to 1; nan where unknown.
    transcript, place
        (n,) int: the transcript as a number, -1 where it is unknown; which of its units this is, counted from 0.
    """

    words: Sequence[str]
    vectors: Matrix
    manner: Matrix
    before: Matrix
    asked: Sequence[str]
    roles: Sequence[str]
    position: np.ndarray
    transcript: np.ndarray
    place: np.ndarray

    def __len__(self) -> int:
        return len(self.words)

    def take(self, rows: Indices) -> Texts:
        """Return some of the units."""
        taken: dict[str, Any] = {
            name: values[rows] if isinstance(values, np.ndarray) else [values[i] for i in rows.tolist()]
            for name, values in vars(self).items()
        }
        return Texts(**taken)

    def join(self, other: Texts) -> Texts:
        """Return these units followed by the other ones."""
        joined: dict[str, Any] = {
            name: np.concatenate([own, more]) if isinstance(own, np.ndarray) else [*own, *more]
            for (name, own), more in zip(vars(self).items(), vars(other).values(), strict=True)
        }
        return Texts(**joined)


def bare(words: Sequence[str], vectors: Matrix, manner: Matrix | None = None) -> Texts:
    """Return texts of which nothing is known but their words: no turn before, no role, no place.

    Examples
    --------
    >>> len(bare(["a", "b"], np.zeros((2, 4), np.float32)))
    2
    """
    n = len(words)
    nothing = np.zeros((n, 0), np.float32)
    manner = nothing if manner is None else manner
    nobody, nowhere = [""] * n, np.full(n, -1)
    return Texts(words, vectors, manner, np.zeros_like(vectors), nobody, nobody, np.full(n, np.nan), nowhere, nowhere)


def counted(transcripts: Sequence[str]) -> list[int]:
    """Return which unit of its transcript each unit is, from 0 on; units in the order of the text.

    Examples
    --------
    >>> counted(["a", "a", "b", "a"])
    [0, 1, 0, 2]
    """
    seen: Counter[str] = Counter()
    places = []
    for name in transcripts:
        places.append(seen[name])
        seen[name] += 1
    return places


@dataclass(frozen=True)
class Examples:
    """Judged units: what to learn from.

    Attributes
    ----------
    texts
        n units.
    Y
        (n, n_codes) 1 present, 0 absent, nan nobody judged; columns in the scheme's order.
    groups
        (n,) the transcript of each unit, as a number: nothing is ever split within one.
    ids
        (n,) the segments' ids.
    keys
        (n,) str: names each unit by its text and place, in any study (`store.corpus.unit_keys`).
    is_unit
        (n,) bool: False for a passage that a coder marked, cut out of its transcript. Passages teach the heads what a
        citation looks like; frequencies, calibration, thresholds and quality are those of units.
    """

    texts: Texts
    Y: Matrix
    groups: Indices
    ids: Indices
    keys: np.ndarray
    is_unit: np.ndarray

    @classmethod
    def of_units(cls, texts: Texts, Y: Matrix, groups: Indices) -> Examples:
        """Return units that are numbered from 0 on, as they are of no study."""
        ids = np.arange(len(texts))
        return cls(texts, Y, groups, ids, ids.astype(str), np.ones(len(texts), dtype=bool))

    def __len__(self) -> int:
        return len(self.texts)

    def take(self, rows: Indices) -> Examples:
        """Return some of the units."""
        return Examples(
            self.texts.take(rows), *(values[rows] for name, values in vars(self).items() if name != "texts")
        )


@dataclass(frozen=True)
class Prototypes:
    """The scheme's own words as examples: a definition or an example sentence each.

    Attributes
    ----------
    texts
        m texts without context.
    T
        (m, n_targets) 1 where the text stands for the target, 0 where it stands for another target of the same
        facet, nan where it says nothing.
    """

    texts: Texts
    T: Matrix

    def take(self, rows: Indices) -> Prototypes:
        """Return some of the texts."""
        return Prototypes(self.texts.take(rows), self.T[rows])


@dataclass(frozen=True)
class Targets:
    """What heads are learned for: every value of every facet, and every code that is a combination of several.

    Attributes
    ----------
    names
        (facet, value) of each target; the facet of a combined code is "".
    members
        (n_codes, n_targets) bool: which codes are positives of which target.
    """

    names: tuple[tuple[str, str], ...]
    members: np.ndarray

    def labels(self, Y: Matrix) -> Matrix:
        """Turn labels of codes into labels of targets.

        A target is present where one of its codes is, absent where all of them are, and unknown else.
        """
        present = (np.nan_to_num(Y) > 0).astype(np.float32) @ self.members > 0
        known = (~np.isnan(Y)).astype(np.float32) @ self.members == self.members.sum(axis=0)
        return np.where(present, 1.0, np.where(known, 0.0, np.nan))


def targets_of(scheme: Scheme) -> Targets:
    """Return the targets of a scheme.

    Examples
    --------
    >>> from coder.types import Code
    >>> codes = (Code("e/c", {"dimension": "e", "mechanism": "c"}), Code("e/s", {"dimension": "e", "mechanism": "s"}))
    >>> targets_of(Scheme("s", ("dimension", "mechanism"), (), codes)).names
    (('dimension', 'e'), ('mechanism', 'c'), ('mechanism', 's'), ('', 'e/c'), ('', 'e/s'))
    """
    names = [
        (facet, value)
        for facet in scheme.facets
        for value in dict.fromkeys(code.facets[facet] for code in scheme.codes)
    ]
    if len(scheme.facets) > 1:
        names += [("", code.path) for code in scheme.codes]
    members = np.array(
        [[value == (code.facets.get(facet) if facet else code.path) for facet, value in names] for code in scheme.codes]
    )
    return Targets(tuple(names), members.astype(np.float32))


RUN = 5
"""Words in a row that are compared."""
SHARE = 0.2
"""A text whose runs stand in a transcript by this share is quoted from it: quotations are cut and mended for print."""


def quoted(texts: Sequence[str], words: Sequence[str], groups: Indices) -> np.ndarray:
    """Return (n_texts, n_groups) bool: whether a text is quoted from a transcript.

    Parameters
    ----------
    texts
        The scheme's definitions and examples.
    words, groups
        n units and passages, and the transcript of each as a number from 0 on.

    Examples
    --------
    >>> units = ["well we met all of them at the fair in Lyon", "it rained on us for the whole of that week"]
    >>> quoted(["We met all of them at the fair."], units, np.array([0, 1])).tolist()
    [[True, False]]
    """
    spoken: list[set[tuple[str, ...]]] = [set() for _ in range(int(groups.max(initial=-1)) + 1)]
    for text, group in zip(words, groups.tolist(), strict=True):
        spoken[group] |= _runs(text)
    own = [_runs(text) for text in texts]
    found = [[bool(runs) and len(runs & there) >= SHARE * len(runs) for there in spoken] for runs in own]
    return np.array(found, dtype=bool).reshape(len(texts), len(spoken))


def _runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", re.sub("['’]", "", text.lower()))
    return {tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}
