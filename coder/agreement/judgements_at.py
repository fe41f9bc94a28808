"""What a coder had said of each unit at some time: her words up to then, from then on, or with nothing in sight."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from coder.agreement.contingency import Floats
from coder.agreement.ratings import MARKS, project, read_whole
from coder.types import Span, Verdict


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a coder: her verdict on a code of a passage, or (code None) that she read it as a whole.

    A later word of the same `segment` and code stands in the place of an earlier one. `event` is its number in the log,
    `run` that of the command that wrote it, `at` its time in ISO 8601, and `shown` what she had in sight.
    """

    event: int
    segment: int
    span: Span
    code: str | None
    verdict: Verdict
    run: int = 0
    at: str = ""
    shown: str = "nothing"


def places(units: Sequence[Span], words: Sequence[Word]) -> list[list[int]]:
    """Return the units of which each word says something, as their positions."""
    coded = project(units, [word.span for word in words])
    read = read_whole(units, [word.span for word in words])
    return [read[n] if word.code is None else coded[n] for n, word in enumerate(words)]


def standing(
    units: Sequence[Span], words: Sequence[Word], codes: Sequence[str], counts: Callable[[int, Word], bool]
) -> Floats:
    """Lay those words of one coder on the units that count there.

    Parameters
    ----------
    units
        The units of the frame.
    words
        All that the coder has said, in order, superseded and withdrawn words among it.
    codes
        The names along the last axis; words on other codes are left out.
    counts
        Says of a unit (its position) and a word whether the word counts there.

    Returns
    -------
    Shape (n_units, n_codes): 1 present, 0 absent, nan not judged; as `units.ratings` says it.

    Examples
    --------
    >>> unit = Span("a", 0, 10)
    >>> words = [Word(1, 7, unit, None, Verdict.PRESENT), Word(2, 7, unit, "cost", Verdict.PRESENT)]
    >>> words.append(Word(3, 7, unit, "cost", Verdict.ABSENT))
    >>> [standing([unit], words, ["cost"], lambda _, word: word.event < n).item() for n in (1, 2, 3, 4)]
    [nan, 0.0, 1.0, 0.0]
    """
    last: dict[tuple[int, int, str | None], Verdict] = {}
    for word, where in zip(words, places(units, words), strict=True):
        for unit in where:
            if counts(unit, word):
                last[unit, word.segment, word.code] = word.verdict
    values = np.full((len(units), len(codes)), np.nan)
    column = {code: k for k, code in enumerate(codes)}
    for (unit, _, code), verdict in last.items():
        if code is None and verdict is Verdict.PRESENT:
            values[unit] = 0.0
    for said, mark in MARKS.items():
        for (unit, _, code), verdict in last.items():
            if code in column and verdict is said:
                values[unit, column[code]] = mark
    return values
