"""Read a coded corpus in its plain CSV form: one row a unit, its labels joined by `|`."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.quality.corpus import CONTEXT, Coders, Corpus, assemble
from coder.errors import CodingError, TableError
from coder.learn.dataset import counted

Row = dict[str, str]


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
        Keep the units of these roles (all if none are named) that have so many words. The others still are what was
        said before and after, and count in positions.
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
    context, position = _places(rows)
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
    column = {code: k for k, code in enumerate(codes)}
    return assemble(
        codes,
        [(rows[i]["transcript_id"], rows[i]["unit"]) for i in kept],
        Y,
        first=np.array([column[own[0]] if own else -1 for own in labels]),
        position=position[kept],
        place=counted([rows[i]["transcript_id"] for i in kept]),
        texts=[rows[i]["text"] for i in kept],
        roles=[rows[i].get("role", "") for i in kept],
        split=[rows[i][split_column] if split_column else "" for i in kept],
        **{name: [own[i] for i in kept] for name, own in context.items()},
    )


def _rows(path: Path, needed: Sequence[str]) -> Iterator[Row]:
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


def _places(rows: list[Row]) -> tuple[dict[str, list[str]], np.ndarray]:
    """Return the context of each row, all rows counted, and its position in its transcript, 0 to 1."""
    members: dict[str, list[int]] = {}
    for i, row in enumerate(rows):
        members.setdefault(row["transcript_id"], []).append(i)
    nobody: Row = {"text": ""}
    context = {name: [""] * len(rows) for name in CONTEXT}
    position = np.zeros(len(rows))
    for own in members.values():
        said = [nobody, *(rows[i] for i in own), nobody]
        for n, i in enumerate(own):
            around = (said[n]["text"], said[n].get("role", ""), said[n + 2]["text"], said[n + 2].get("role", ""))
            for name, value in zip(CONTEXT, around, strict=True):
                context[name][i] = value
            position[i] = n / max(1, len(own) - 1)
    return context, position


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
