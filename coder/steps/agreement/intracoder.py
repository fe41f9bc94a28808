"""Intra-coder agreement: units that a coder codes again after some time, compared with their first coding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import inf
from typing import TYPE_CHECKING

from coder.errors import StudyError, UsageError, check_known
from coder.steps.coding.judgements import people
from coder.steps.coding.ratings import first_shown, judgements_by_person
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
"""Days between two codings, at least; an earlier change is a correction."""


@dataclass(frozen=True)
class Again:
    """A random sample of units that one coder is to code again.

    `frame` is how many units could be drawn: those that the coder judged blind `apart` days ago or more, and that are
    not assigned to them already. `transcripts` gives how many were drawn in each.
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
    """Sample a share of the units that a coder has judged, to be coded by them again, blind.

    Each unit of the frame has the same chance; the sample is spread over the transcripts and recorded with its frame.

    Parameters
    ----------
    share
        How much of the frame to sample, above 0 and up to 1.
    apart
        Days that must have passed since the coder last read the unit.
    seed
        Of the sample; the study's own, with the number of earlier samples, if none is given.

    Raises
    ------
    UsageError
        There is no such coder, or the share is none.
    StudyError
        The coder judged no unit blind so long ago.
    """
    import numpy as np

    from coder.inference.stratified_draw import spread

    _check(study, coder, share, apart)
    units = units_of(study)
    frame, read = _frame(study, coder, units, apart)
    if not frame:
        todo = f"wait, or say --apart with fewer days than {apart:g}" if read else f"let {coder} code some units first"
        why = f"{coder} judged no unit {apart:g} days ago or more without seeing suggestions"
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
    """Return the positions of the units that the coder can code again, and how many they have read."""
    spans = [unit.segment.span for unit in units]
    judged = judgements_by_person(study).get(coder, [])
    seen, waiting = first_shown(spans, judged), assigned_left(study.store, coder)
    latest = study.store.clock().astimezone(UTC) - timedelta(days=apart)
    read = {n: max(map(_time, own)) for n, own in _readings(spans, judged).items()}
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
    """Return each person's first coding beside their later one: coder -> ratings of two "coders", first and again.

    A unit counts where the person read it as a whole twice, at least `apart` days apart, both times blind. The first
    coding is what they had judged until so many days after they first read it, corrections included; the later one is
    what they have judged since they last read it. People without such a unit are left out.
    """
    import numpy as np

    from coder.agreement.ratings import ratings, ratings_where

    units = units_of(study)
    spans = [unit.segment.span for unit in units]
    codes = study.scheme.paths()
    empty = ratings(spans, {}, codes=codes, ids=[unit.segment.id for unit in units])
    found = {}
    for name, judged in judgements_by_person(study).items():
        twice = _twice(spans, judged, timedelta(days=apart))
        if twice:
            sheets = [ratings_where(spans, judged, codes, _belongs(twice, which)) for which in ("first", "again")]
            found[name] = replace(empty, values=np.stack(sheets), coders=(f"{name}, first", f"{name}, again"))
    return found


@dataclass(frozen=True, slots=True)
class _Twice:
    """A unit that was read twice: the end of the first coding, the run of the second reading, the end of blindness."""

    until: datetime
    run: int
    shown: float


def _twice(spans: Sequence[Span], judged: Sequence[Judgement], apart: timedelta) -> dict[int, _Twice]:
    """Return the units that a coder read at two times that far apart, before they were shown anything on them."""
    shown = first_shown(spans, judged)
    found = {}
    for unit, readings in _readings(spans, judged).items():
        blind = [one for one in readings if one.id < shown.get(unit, inf)]
        if not blind:
            continue
        until = min(map(_time, blind)) + apart
        later = [one.run for one in blind if _time(one) >= until]
        if later:
            found[unit] = _Twice(until, max(later), shown.get(unit, inf))
    return found


def _belongs(twice: Mapping[int, _Twice], which: str) -> Callable[[int, Judgement], bool]:
    """Return what tells whether a judgement on a unit belongs to the first, or to the second coding."""

    def counts(unit: int, one: Judgement) -> bool:
        when = twice.get(unit)
        if when is None or one.id >= when.shown:
            return False
        return one.run >= when.run if which == "again" else one.run < when.run and _time(one) < when.until

    return counts


def _readings(spans: Sequence[Span], judged: Sequence[Judgement]) -> dict[int, list[Judgement]]:
    """Return of each unit (its position) the judgements that it was read as a whole, in order."""
    from coder.agreement.ratings import places

    read = [one for one in judged if one.code is None and one.verdict is Verdict.PRESENT]
    found: dict[int, list[Judgement]] = {}
    for one, about in zip(read, places(spans, read), strict=True):
        for unit in about:
            found.setdefault(unit, []).append(one)
    return found


def _time(judgement: Judgement) -> datetime:
    found = datetime.fromisoformat(judgement.at)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
