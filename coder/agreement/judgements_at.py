"""A coder's judgements of each unit at some time: up to then, from then on, or with nothing shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from coder.agreement.contingency import Floats
from coder.agreement.ratings import places, write
from coder.types import Judgement, Span, Verdict


def standing(
    units: Sequence[Span], words: Sequence[Judgement], codes: Sequence[str], counts: Callable[[int, Judgement], bool]
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
    >>> said = [(None, Verdict.PRESENT), ("cost", Verdict.PRESENT), ("cost", Verdict.ABSENT)]
    >>> words = [Judgement(n, 7, code, "Ada", verdict, place=unit) for n, (code, verdict) in enumerate(said, start=1)]
    >>> [standing([unit], words, ["cost"], lambda _, word: word.id < n).item() for n in (1, 2, 3, 4)]
    [nan, 0.0, 1.0, 0.0]
    """
    last: dict[tuple[int, int, str | None], Verdict] = {}
    for word, where in zip(words, places(units, words), strict=True):
        for unit in where:
            if counts(unit, word):
                last[unit, word.segment, word.code] = word.verdict
    values = np.full((len(units), len(codes)), np.nan)
    write(values, ((unit, code, verdict) for (unit, _, code), verdict in last.items()), codes)
    return values
