"""A coded corpus in its plain CSV form: one row a unit, its labels joined by `|`."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from coder.embed.cache import embed
from coder.embed.encoders import Encoder
from coder.errors import CodingError, TableError
from coder.types import Progress, silent

SEVERAL = 0.01
"""Up to this share of the coded units may have several labels in a corpus that gives one label a unit."""

LISTS = ("keys", "texts", "before", "roles", "split")
ARRAYS = ("position", "Y", "first", "groups", "vectors", "before_vectors")
Key = tuple[str, str]
"""A transcript's id and the unit's."""


@dataclass(frozen=True)
class Corpus:
    """n units that people coded.

    Attributes
    ----------
    codes
        In the scheme's order, or sorted.
    keys
        The transcript and the unit, as the file names them.
    texts, before, roles, split
        Of each unit: its words, those of the unit before it in its transcript, who spoke, and the split column.
    position
        (n,) where the unit lies in its transcript, 0 to 1.
    Y
        (n, n_codes) 1 present, 0 absent.
    first
        (n,) the column of the label that is named first, -1 where there is none.
    groups
        (n,) the transcript as a number.
    single
        Whether units have one label each, or none.
    vectors, before_vectors
        (n, d) float32; a row of zeros where there is no unit before. Empty until `with_vectors`.
    """

    codes: tuple[str, ...]
    keys: list[Key]
    texts: list[str]
    before: list[str]
    roles: list[str]
    split: list[str]
    position: np.ndarray
    Y: np.ndarray
    first: np.ndarray
    groups: np.ndarray
    single: bool
    vectors: np.ndarray
    before_vectors: np.ndarray

    def __len__(self) -> int:
        return len(self.texts)

    def take(self, rows: np.ndarray) -> Corpus:
        """Return some of the units."""
        parts: dict[str, Any] = {name: getattr(self, name)[rows] for name in ARRAYS}
        parts |= {name: [getattr(self, name)[i] for i in rows.tolist()] for name in LISTS}
        return replace(self, **parts)


def read_corpus(
    path: Path,
    *,
    codes: Sequence[str] | None = None,
    roles: Collection[str] = (),
    min_words: int = 0,
    split_column: str | None = None,
    leave_out: Collection[str] = (),
) -> Corpus:
    """Read a corpus.

    Parameters
    ----------
    codes
        The scheme's codes; all labels of the file, sorted, if not given.
    roles, min_words
        Keep the units of these roles (all if none are named) that have so many words. The others still are the unit
        before of what follows, and count in positions.
    leave_out
        Labels that are no codes, such as one that says "nothing of interest".

    Raises
    ------
    TableError
        The file cannot be read, lacks a column, or names a unit twice.
    CodingError
        A label is not among `codes`, or no unit is left.
    """
    needed = ("transcript_id", "unit", "text", "labels") + ((split_column,) if split_column else ())
    rows = list(_rows(path, needed))
    before, position = _places(rows)
    kept = [
        i
        for i, row in enumerate(rows)
        if (not roles or row.get("role", "") in roles) and len(row["text"].split()) >= min_words
    ]
    labels = [[label for label in _labels(rows[i]["labels"]) if label not in leave_out] for i in kept]
    if not any(labels):
        raise CodingError("no coded unit is left", where=path, todo="check --roles, --min-words and the labels column")
    codes = tuple(codes or sorted({label for own in labels for label in own}))
    Y = _grid(labels, codes, path)
    names = {name: n for n, name in enumerate(dict.fromkeys(rows[i]["transcript_id"] for i in kept))}
    column = {code: k for k, code in enumerate(codes)}
    return Corpus(
        codes=codes,
        keys=[(rows[i]["transcript_id"], rows[i]["unit"]) for i in kept],
        texts=[rows[i]["text"] for i in kept],
        before=[before[i] for i in kept],
        roles=[rows[i].get("role", "") for i in kept],
        split=[rows[i][split_column] if split_column else "" for i in kept],
        position=position[kept],
        Y=Y,
        first=np.array([column[own[0]] if own else -1 for own in labels]),
        groups=np.array([names[rows[i]["transcript_id"]] for i in kept]),
        single=bool((Y.sum(axis=1) > 1).sum() <= SEVERAL * (Y.sum(axis=1) > 0).sum()),
        vectors=np.zeros((len(kept), 0), np.float32),
        before_vectors=np.zeros((len(kept), 0), np.float32),
    )


def _rows(path: Path, needed: Sequence[str]) -> Iterator[dict[str, str]]:
    """Read a table whose rows are each about another unit (and coder, where it names them)."""
    seen: set[tuple[str, ...]] = set()
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            table = csv.DictReader(lines)
            for name in needed:
                if name not in (table.fieldnames or ()):
                    raise TableError(f"there is no column `{name}`", where=path, todo=f"it needs {', '.join(needed)}")
            for row in table:
                known = {name: value or "" for name, value in row.items() if isinstance(name, str)}
                key = (known["transcript_id"], known["unit"], known.get("coder", ""))
                if key in seen:
                    raise TableError(
                        f"unit {key[1]} of {key[0]} is there twice", where=f"{path}, line {table.line_num}"
                    )
                seen.add(key)
                yield known
    except OSError as error:
        raise TableError(f"cannot read the table ({error.strerror})", where=path, todo="check the path") from error
    except UnicodeDecodeError as error:
        raise TableError("the table is not UTF-8 text", where=path, todo="save it as CSV in UTF-8") from error


def _labels(cell: str) -> list[str]:
    """Return the labels of a cell, each once, in their order."""
    return list(dict.fromkeys(label.strip() for label in cell.split("|") if label.strip()))


def _places(rows: list[dict[str, str]]) -> tuple[list[str], np.ndarray]:
    """Return the text before each unit in its transcript, and its position there, 0 to 1."""
    said: dict[str, list[str]] = {}
    before, place = [], []
    for row in rows:
        earlier = said.setdefault(row["transcript_id"], [])
        before.append(earlier[-1] if earlier else "")
        place.append(len(earlier))
        earlier.append(row["text"])
    last = [max(1, len(said[row["transcript_id"]]) - 1) for row in rows]
    return before, np.array(place) / np.array(last)


def _grid(labels: list[list[str]], codes: Sequence[str], path: Path) -> np.ndarray:
    """Return (n, n_codes) 1 present, 0 absent."""
    column = {code: k for k, code in enumerate(codes)}
    Y = np.zeros((len(labels), len(codes)))
    for i, own in enumerate(labels):
        for label in own:
            if label not in column:
                raise CodingError(f"the label `{label}` is not in the scheme", where=path, todo="add it to the scheme")
            Y[i, column[label]] = 1
    return Y


def with_vectors(corpus: Corpus, encoder: Encoder, cache: Path | None, progress: Progress = silent) -> Corpus:
    """Return the corpus with its texts, and the texts before, encoded."""
    vectors = embed(corpus.texts + corpus.before, encoder, cache, progress)
    known = np.array([bool(text.strip()) for text in corpus.before], np.float32)
    n = len(corpus)
    return replace(corpus, vectors=vectors[:n], before_vectors=vectors[n:] * known[:, None])


@dataclass(frozen=True)
class Coders:
    """What several coders said of the same units: (n_coders, n_units, n_codes) 1, 0, nan for units not looked at."""

    names: tuple[str, ...]
    values: np.ndarray


def read_coders(path: Path, corpus: Corpus) -> Coders:
    """Read the raw labels of several coders: a row for each unit that a coder looked at.

    Units and labels that the corpus does not have are left out.

    Raises
    ------
    TableError
        The file cannot be read or lacks a column.
    CodingError
        Fewer than two coders looked at units of the corpus.
    """
    place = {key: i for i, key in enumerate(corpus.keys)}
    column = {code: k for k, code in enumerate(corpus.codes)}
    sheets: dict[str, np.ndarray] = {}
    for row in _rows(path, ("transcript_id", "unit", "coder", "labels")):
        i = place.get((row["transcript_id"], row["unit"]))
        if i is not None:
            sheet = sheets.setdefault(row["coder"], np.full(corpus.Y.shape, np.nan))
            sheet[i] = 0
            sheet[i, [column[label] for label in _labels(row["labels"]) if label in column]] = 1
    if len(sheets) < 2:
        raise CodingError("fewer than two coders looked at units of the corpus", where=path, todo="check its ids")
    return Coders(tuple(sheets), np.stack(list(sheets.values())))


def splits_of(corpus: Corpus, folds: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return (train, test) rows: folds by transcript, or by the split column where it was read.

    A split column with the value `test` gives one split, and all else is trained on; else each value is a fold.

    Raises
    ------
    CodingError
        A transcript lies in two splits, or there is only one transcript or one split.
    """
    from coder.learn.model import split_by_transcript

    folds = min(folds, len(np.unique(corpus.groups)))
    if not any(corpus.split):
        if folds < 2:
            raise CodingError("one transcript cannot be split", todo="give a corpus of two transcripts or more")
        fold_of = split_by_transcript(corpus.groups, folds)
        return [(np.flatnonzero(fold_of != k), np.flatnonzero(fold_of == k)) for k in range(folds)]
    split = np.array(corpus.split)
    for group in np.unique(corpus.groups):
        if len(set(split[corpus.groups == group])) > 1:
            name = corpus.keys[int(np.flatnonzero(corpus.groups == group)[0])][0]
            raise CodingError(f"the transcript {name} lies in two splits", todo="split by whole transcripts")
    values = ["test"] if "test" in corpus.split else sorted(set(corpus.split))
    if len(set(corpus.split)) < 2:
        raise CodingError("there is only one split", todo="give a split column with two values, or --folds")
    return [(np.flatnonzero(split != value), np.flatnonzero(split == value)) for value in values]
