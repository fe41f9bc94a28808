"""A coder beside herself: units that she codes again after some time, and how far her two words agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import inf
from typing import TYPE_CHECKING

from coder.errors import StudyError, UsageError, check_known
from coder.steps.coding.judgements import people
from coder.steps.coding.ratings import first_sight, words_of
from coder.steps.corpus.units import units_of
from coder.steps.study.study import Study
from coder.store.random_draws import assigned_left, recoding_draws, write_recodings
from coder.types import Judgement, Unit, Verdict

if TYPE_CHECKING:  # numpy is imported where it is used
    from coder.agreement.ratings import Ratings
    from coder.types import Span

SHARE = 0.1
"""The share of the units that a coder codes again, unless another one is asked for."""
APART = 7
"""So many days lie between two words at least; what was changed sooner was a correction."""


@dataclass(frozen=True)
class Again:
    """A draw of units that one coder is to code again.

    `frame` is how many units could be drawn: those that she judged `apart` days ago or more, with nothing in sight, and
    that are not waiting for her already. `transcripts` gives how many were drawn in each.
    """

    coder: str
    share: float
    apart: float
    seed: int
    frame: int
    left_out: int
    drawn: int
    transcripts: Mapping[str, int]


def assign_again(
    study: Study,
    coder: str,
    *,
    share: float = SHARE,
    apart: float = APART,
    seed: int | None = None,
    dry_run: bool = False,
) -> Again:
    """Draw a share of the units that a coder has judged, to be coded by her again with nothing in sight.

    Each unit of the frame has the same chance; the draw is spread over the transcripts and written down whole.

    Parameters
    ----------
    share
        How much of the frame to draw, above 0 and up to 1.
    apart
        Days that must have passed since she last read the unit.
    seed
        Of the draw; the study's own, with the number of earlier draws, if none is given.

    Raises
    ------
    UsageError
        There is no such coder, or the share is none.
    StudyError
        She judged no unit so long ago without help in sight.
    """
    import numpy as np

    from coder.inference.stratified_draw import spread

    _check(study, coder, share, apart)
    units = units_of(study)
    frame, read = _frame(study, coder, units, apart)
    if not frame:
        todo = f"wait, or say --apart with fewer days than {apart:g}" if read else f"let {coder} code some units first"
        why = f"{coder} judged no unit {apart:g} days ago or more with nothing in sight"
        raise StudyError(why, where=study.folder, todo=todo)
    key = [study.settings.seed, recoding_draws(study.store)] if seed is None else [seed]
    rng = np.random.default_rng([*key, len("code again")])
    names = [units[n].segment.span.transcript for n in frame]
    drawn = spread(np.full(len(frame), share), [(name,) for name in names], rng).tolist()
    with study.store.transaction("assign", dry_run=dry_run):
        ids = [units[n].segment.id for n in frame]
        write_recodings(study.store, coder, share, dict(zip(ids, drawn, strict=True)))
    return Again(
        coder,
        share,
        apart,
        study.settings.seed if seed is None else seed,
        len(frame),
        read - len(frame),
        sum(drawn),
        dict(Counter(name for name, taken in zip(names, drawn, strict=True) if taken)),
    )


def _frame(study: Study, coder: str, units: Sequence[Unit], apart: float) -> tuple[list[int], int]:
    """Return the places of the units that she can code again, and how many she has read."""
    spans = [unit.segment.span for unit in units]
    words = words_of(study).get(coder, [])
    seen, waiting = first_sight(spans, words), assigned_left(study.store, coder)
    latest = study.store.clock().astimezone(UTC) - timedelta(days=apart)
    read = {n: max(_time(word) for word in own) for n, own in _readings(spans, words).items()}
    return [
        n for n, last in sorted(read.items()) if last <= latest and n not in seen and units[n].segment.id not in waiting
    ], len(read)


def _check(study: Study, coder: str, share: float, apart: float) -> None:
    known = people(study)
    check_known("coder", [coder], known)
    if not 0 < share <= 1:
        raise UsageError(f"a share of {share:g} cannot be drawn", todo="a share above 0 and up to 1, such as 0.1")
    if apart < 0:
        raise UsageError("units cannot be coded again before they were coded", todo="--apart 7")


def again_ratings(study: Study, *, apart: float = APART) -> dict[str, Ratings]:
    """Return each person's first word on units beside her later one: coder -> ratings of two "coders", first and again.

    A unit counts where she read it as a whole twice, at least `apart` days apart, both times with nothing in sight. Her
    first word is what she had said until so many days after she first read it, corrections included; her later one is
    what she has said since she last read it. People without such a unit are left out.
    """
    import numpy as np

    from coder.agreement.judgements_at import standing
    from coder.agreement.ratings import ratings

    units = units_of(study)
    spans = [unit.segment.span for unit in units]
    codes = study.scheme.paths()
    empty = ratings(spans, {}, codes=codes, ids=[unit.segment.id for unit in units])
    found = {}
    for name, words in words_of(study).items():
        twice = _twice(spans, words, timedelta(days=apart))
        if twice:
            sheets = [standing(spans, words, codes, _said(twice, which)) for which in ("first", "again")]
            found[name] = replace(empty, values=np.stack(sheets), coders=(f"{name}, first", f"{name}, again"))
    return found


@dataclass(frozen=True, slots=True)
class _Twice:
    """A unit that was read twice: when the first word ends, the run of the second reading, and the end of blindness."""

    until: datetime
    run: int
    sight: float


def _twice(spans: Sequence[Span], words: Sequence[Judgement], apart: timedelta) -> dict[int, _Twice]:
    """Return the units that a coder read at two times that far apart, before she had anything of them in sight."""
    seen = first_sight(spans, words)
    found = {}
    for unit, readings in _readings(spans, words).items():
        sight = seen.get(unit, inf)
        blind = [word for word in readings if word.id < sight]
        if not blind:
            continue
        until = min(_time(word) for word in blind) + apart
        later = [word for word in blind if _time(word) >= until]
        if later:
            found[unit] = _Twice(until, max(word.run for word in later), sight)
    return found


def _said(twice: Mapping[int, _Twice], which: str) -> Callable[[int, Judgement], bool]:
    """Return what tells whether a word on a unit belongs to the first, or to the second time."""

    def counts(unit: int, word: Judgement) -> bool:
        when = twice.get(unit)
        if when is None or word.id >= when.sight:
            return False
        return word.run >= when.run if which == "again" else word.run < when.run and _time(word) < when.until

    return counts


def _readings(spans: Sequence[Span], words: Sequence[Judgement]) -> dict[int, list[Judgement]]:
    """Return of each unit (its position) the words that say that it was read as a whole, in order."""
    from coder.agreement.ratings import places

    read = [word for word in words if word.code is None and word.verdict is Verdict.PRESENT]
    found: dict[int, list[Judgement]] = {}
    for word, where in zip(read, places(spans, read), strict=True):
        for unit in where:
            found.setdefault(unit, []).append(word)
    return found


def _time(word: Judgement) -> datetime:
    found = datetime.fromisoformat(word.at)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
