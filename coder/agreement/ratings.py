"""From the passages that coders marked to one grid of ratings: coders x units x codes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from coder.errors import CodingError, did_you_mean
from coder.types import Span, Verdict

Judgement = tuple[Span, str | None, Verdict]
"""A coder's word on a passage; code None with verdict present: the passage was read as a whole."""

Overlaps = Callable[[Span], list[tuple[int, int]]]
"""Finds the units that share characters with a passage: (position, characters in common)."""

MARKS = {Verdict.ABSENT: 0.0, Verdict.UNSURE: np.nan, Verdict.PRESENT: 1.0}
"""What a verdict writes, weakest first: where two meet on a unit and code, the stronger is written last."""


@dataclass(frozen=True, slots=True, eq=False)
class Ratings:
    """What each coder said on each unit and code: the reliability data of a study.

    Attributes
    ----------
    values
        Shape (n_coders, n_units, n_codes): 1.0 present, 0.0 absent, nan where the coder did not judge it.
    coders, codes
        The names along the first and the last axis.
    clusters
        Shape (n_units,): the number of the transcript that the unit belongs to; the bootstrap draws these.
    units
        The ids along the middle axis.
    """

    values: NDArray[np.float64]
    coders: tuple[str, ...]
    codes: tuple[str, ...]
    clusters: NDArray[np.intp]
    units: tuple[int | str, ...]

    def __post_init__(self) -> None:
        shape = (len(self.coders), len(self.units), len(self.codes))
        if self.values.shape != shape or self.clusters.shape != shape[1:2]:
            raise ValueError(
                f"values {self.values.shape} and clusters {self.clusters.shape} do not fit "
                f"{shape[0]} coders, {shape[1]} units and {shape[2]} codes"
            )


def project(units: Sequence[Span], passages: Sequence[Span]) -> list[list[int]]:
    """Find the units that each passage codes.

    A passage codes a unit when they overlap by at least half of the shorter of the two, in characters: a
    passage inside a unit codes it, a unit inside a passage is coded by it, and a passage that runs over a
    border does not code the next unit for the sake of a word.

    Parameters
    ----------
    units
        The units of coding, in any order, from any number of transcripts.
    passages
        What was marked. Passages may overlap and cross the borders of units.

    Returns
    -------
    list of list of int
        For each passage the positions in `units`, in order of their place in the transcript.

    Examples
    --------
    >>> units = [Span("a", 0, 40), Span("a", 40, 60), Span("a", 60, 100)]
    >>> project(units, [Span("a", 35, 60), Span("a", 5, 12), Span("b", 0, 100)])
    [[1], [0], []]
    """
    overlaps = _overlaps(units)
    return [_coded(units, overlaps, passage) for passage in passages]


def read_whole(units: Sequence[Span], passages: Sequence[Span]) -> list[list[int]]:
    """Find the units that are judged on every code where a passage was read as a whole: half of the unit lies in it.

    Examples
    --------
    >>> read_whole([Span("a", 0, 40), Span("a", 40, 60)], [Span("a", 0, 45), Span("a", 10, 12)])
    [[0], []]
    """
    overlaps = _overlaps(units)
    return [[i for i, common in overlaps(span) if 2 * common >= _length(units[i])] for span in passages]


def ratings(
    units: Sequence[Span],
    judgements: Mapping[str, Iterable[Judgement]],
    *,
    codes: Sequence[str] | None = None,
    ids: Sequence[int | str] | None = None,
) -> Ratings:
    """Lay every coder's judgements on the units.

    A passage read as a whole (code None, verdict present) judges every code of the units that lie at least
    half inside it: absent, unless something stronger is said. A verdict on a code is written on the units
    that the passage codes (see `project`). Where verdicts of one coder meet on a unit and code, present wins
    over unsure, and unsure over absent. What nobody said anything about stays nan; withdrawn words say
    nothing.

    Parameters
    ----------
    units
        All units of the frame, uncoded ones included: leaving them out would change every coefficient.
    judgements
        Coder -> (passage, code or None, verdict).
    codes
        The codes along the last axis; those that the judgements name, sorted, if not given.
    ids
        The units' ids; their positions if not given.

    Raises
    ------
    CodingError
        A judgement names a code that is not among `codes`.

    Examples
    --------
    >>> units = [Span("a", 0, 10), Span("a", 10, 20)]
    >>> whole = (Span("a", 0, 20), None, Verdict.PRESENT)
    >>> grid = ratings(units, {"Ada": [whole, (Span("a", 2, 8), "cost", Verdict.PRESENT)], "Ben": [whole]})
    >>> grid.values[:, :, 0].tolist()
    [[1.0, 0.0], [0.0, 0.0]]
    """
    said = {coder: list(words) for coder, words in judgements.items()}
    named = {code for words in said.values() for _, code, _ in words if code is not None}
    known = tuple(sorted(named) if codes is None else codes)
    for code in sorted(named.difference(known)):
        raise CodingError(f"the code `{code}` is not in the scheme", todo=did_you_mean(code, known))
    values = np.full((len(said), len(units), len(known)), np.nan)
    overlaps = _overlaps(units)
    for sheet, words in zip(values, said.values(), strict=True):
        _write(sheet, units, overlaps, known, words)
    order = {name: n for n, name in enumerate(dict.fromkeys(unit.transcript for unit in units))}
    clusters = np.array([order[unit.transcript] for unit in units], dtype=np.intp)
    return Ratings(values, tuple(said), known, clusters, tuple(range(len(units)) if ids is None else ids))


def _write(
    sheet: NDArray[np.float64],
    units: Sequence[Span],
    overlaps: Overlaps,
    codes: Sequence[str],
    words: Sequence[Judgement],
) -> None:
    """Write one coder's words on a sheet of shape (n_units, n_codes), the weakest first."""
    for span in (span for span, code, verdict in words if code is None and verdict == Verdict.PRESENT):
        sheet[[i for i, common in overlaps(span) if 2 * common >= _length(units[i])]] = 0.0
    column = {code: k for k, code in enumerate(codes)}
    for verdict, mark in MARKS.items():
        for span, code, said in words:
            if code is not None and said == verdict:
                sheet[_coded(units, overlaps, span), column[code]] = mark


def _coded(units: Sequence[Span], overlaps: Overlaps, passage: Span) -> list[int]:
    """Return the units that share at least half of the shorter of unit and passage."""
    length = _length(passage)
    return [i for i, common in overlaps(passage) if 2 * common >= min(_length(units[i]), length)]


def _overlaps(units: Sequence[Span]) -> Overlaps:
    """Make a finder of overlapping units.

    Units are sorted by start within their transcript. The furthest end so far never falls along that order,
    so the first unit that can reach into a passage is found by bisection even where units overlap.
    """
    order: dict[str, list[int]] = {}
    for i in sorted(range(len(units)), key=lambda i: units[i].start):
        order.setdefault(units[i].transcript, []).append(i)
    reach = {name: list(accumulate((units[i].end for i in places), max)) for name, places in order.items()}

    def find(passage: Span) -> list[tuple[int, int]]:
        found = []
        places = order.get(passage.transcript, [])
        for n in range(bisect_right(reach.get(passage.transcript, []), passage.start), len(places)):
            if units[places[n]].start >= passage.end:
                break
            if common := passage.overlap(units[places[n]]):
                found.append((places[n], common))
        return found

    return find


def _length(span: Span) -> int:
    return span.end - span.start
