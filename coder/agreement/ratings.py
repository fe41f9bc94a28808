"""From the passages that coders marked to one grid of ratings: coders x units x codes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from coder.errors import CodingError, did_you_mean
from coder.rules import strength
from coder.types import Judgement, Span, Verdict

Overlaps = Callable[[Span], list[int]]
"""Finds the units that share characters with a passage, as their positions."""

MARKS = {Verdict.PRESENT: 1.0, Verdict.UNSURE: np.nan, Verdict.ABSENT: 0.0}
"""What a verdict writes."""


@dataclass(frozen=True, slots=True, eq=False)
class Ratings:
    """Each coder's judgement of each unit and code: the reliability data of a study.

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
    """Find the units that each passage codes (see `rules.shares_half`).

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
    return [[i for i in overlaps(passage) if passage.codes(units[i])] for passage in passages]


def places(units: Sequence[Span], judgements: Sequence[Judgement]) -> list[list[int]]:
    """Return the units that each judgement is about, as their positions: those that it codes.

    Of a passage that was read as a whole, those that lie at least half inside it (see `rules.holds_half`).

    Examples
    --------
    >>> units, passages = [Span("a", 0, 40), Span("a", 40, 60)], [Span("a", 0, 45), Span("a", 10, 12)]
    >>> places(units, [Judgement.on(passage, None) for passage in passages])
    [[0], []]
    """
    overlaps = _overlaps(units)
    return [
        [i for i in overlaps(one.span) if (one.span.holds if one.code is None else one.span.codes)(units[i])]
        for one in judgements
    ]


def ratings(
    units: Sequence[Span],
    judgements: Mapping[str, Iterable[Judgement]],
    *,
    codes: Sequence[str] | None = None,
    ids: Sequence[int | str] | None = None,
) -> Ratings:
    """Lay every coder's judgements on the units.

    A passage read as a whole (code None, verdict present) judges every code of the units that lie at least
    half inside it: absent, unless a stronger verdict is given. A verdict on a code is written on the units
    that the passage codes (see `project`). Where verdicts of one coder meet on a unit and code, present wins
    over unsure, and unsure over absent. What nobody judged stays nan; withdrawn judgements
    do not count.

    Parameters
    ----------
    units
        All units of the frame, uncoded ones included: leaving them out would change every coefficient.
    judgements
        Coder -> judgements, each with its place.
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
    >>> whole = Judgement.on(Span("a", 0, 20), None)
    >>> grid = ratings(units, {"Ada": [whole, Judgement.on(Span("a", 2, 8), "cost")], "Ben": [whole]})
    >>> grid.values[:, :, 0].tolist()
    [[1.0, 0.0], [0.0, 0.0]]
    """
    own = {coder: list(found) for coder, found in judgements.items()}
    known = known_codes(own, codes)
    values = np.full((len(own), len(units), len(known)), np.nan)
    for sheet, found in zip(values, own.values(), strict=True):
        about = places(units, found)
        _write(
            sheet, ((unit, one.code, one.verdict) for one, at in zip(found, about, strict=True) for unit in at), known
        )
    order = {name: n for n, name in enumerate(dict.fromkeys(unit.transcript for unit in units))}
    clusters = np.array([order[unit.transcript] for unit in units], dtype=np.intp)
    return Ratings(values, tuple(own), known, clusters, tuple(range(len(units)) if ids is None else ids))


def ratings_where(
    units: Sequence[Span],
    judgements: Sequence[Judgement],
    codes: Sequence[str],
    counts: Callable[[int, Judgement], bool],
) -> NDArray[np.float64]:
    """Return one coder's ratings from those of their judgements that count on each unit.

    Parameters
    ----------
    units
        The units of the frame.
    judgements
        All of the coder, in order, superseded and withdrawn ones among them.
    codes
        The names along the last axis; judgements on other codes are left out.
    counts
        Given a unit (its position) and a judgement, returns whether it counts there: those up to some time, say.

    Returns
    -------
    Shape (n_units, n_codes): 1 present, 0 absent, nan not judged.

    Examples
    --------
    >>> unit, verdicts = Span("a", 0, 10), [(None, "present"), ("cost", "present"), ("cost", "absent")]
    >>> own = [Judgement(n + 1, 7, code, "Ada", Verdict(one), place=unit) for n, (code, one) in enumerate(verdicts)]
    >>> [ratings_where([unit], own, ["cost"], lambda _, one: one.id < n).item() for n in (1, 2, 3, 4)]
    [nan, 0.0, 1.0, 0.0]
    """
    last: dict[tuple[int, int, str | None], Verdict] = {}
    for one, about in zip(judgements, places(units, judgements), strict=True):
        for unit in about:
            if counts(unit, one):
                last[unit, one.segment, one.code] = one.verdict
    values = np.full((len(units), len(codes)), np.nan)
    _write(values, ((unit, code, verdict) for (unit, _, code), verdict in last.items()), codes)
    return values


def known_codes(judgements: Mapping[str, Sequence[Judgement]], codes: Sequence[str] | None) -> tuple[str, ...]:
    """Return the codes given, or those that judgements name, sorted.

    Raises
    ------
    CodingError
        A judgement names a code that is not among those given.
    """
    named = {one.code for own in judgements.values() for one in own if one.code is not None}
    known = tuple(sorted(named) if codes is None else codes)
    for code in sorted(named.difference(known)):
        raise CodingError(f"the code `{code}` is not in the scheme", todo=did_you_mean(code, known))
    return known


def _write(
    sheet: NDArray[np.float64], verdicts: Iterable[tuple[int, str | None, Verdict]], codes: Sequence[str]
) -> None:
    """Write one coder's (unit, code, verdict) on a sheet of shape (n_units, n_codes), the weakest first.

    The strongest of those that meet on a unit and code is what stays there; other codes are left out.
    """
    column = {code: k for k, code in enumerate(codes)}
    found = sorted(verdicts, key=lambda one: (one[1] is not None, strength(one[2])))
    for unit, code, verdict in found:
        if code is None and verdict is Verdict.PRESENT:
            sheet[unit] = 0.0
        elif code in column and verdict in MARKS:
            sheet[unit, column[code]] = MARKS[verdict]


def _overlaps(units: Sequence[Span]) -> Overlaps:
    """Make a finder of overlapping units.

    Units are sorted by start within their transcript. The furthest end so far never falls along that order,
    so the first unit that can reach into a passage is found by bisection even where units overlap.
    """
    order: dict[str, list[int]] = {}
    for i in sorted(range(len(units)), key=lambda i: units[i].start):
        order.setdefault(units[i].transcript, []).append(i)
    reach = {name: list(accumulate((units[i].end for i in places), max)) for name, places in order.items()}

    def find(passage: Span) -> list[int]:
        found = []
        places = order.get(passage.transcript, [])
        for n in range(bisect_right(reach.get(passage.transcript, []), passage.start), len(places)):
            if units[places[n]].start >= passage.end:
                break
            if units[places[n]].end > passage.start:
                found.append(places[n])
        return found

    return find
