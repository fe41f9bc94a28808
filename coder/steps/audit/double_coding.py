"""Blind double coding: draw a share of the units for two coders each, and say what each still has to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coder.errors import StudyError, UsageError, did_you_mean
from coder.steps.coding.judgements import free_units, people
from coder.steps.corpus.units import units_in
from coder.steps.study.study import Study
from coder.store import log
from coder.store.judgements import judgements
from coder.store.random_draws import Share, assigned_left, doubles, shares, write_doubles
from coder.types import Verdict

SHARE = 0.2
"""The share of the units that two people code, unless another one is asked for."""


@dataclass(frozen=True)
class Assigned:
    """A draw for double coding.

    `frame` is how many units could be drawn, `left_out` how many could not, as one of the coders has judged them or
    they were drawn before. `strata` gives for each rarest suggested code ('' for none) how many units the frame has,
    how many of them were drawn, and the chance that each had.
    """

    share: float
    seed: int
    frame: int
    left_out: int
    drawn: int
    coders: Mapping[str, int]
    transcripts: Mapping[str, int]
    strata: Mapping[str, tuple[int, int, float]]


def assign(
    study: Study, coders: Sequence[str], *, share: float = SHARE, seed: int | None = None, dry_run: bool = False
) -> Assigned:
    """Draw a share of the units at random, and give each to two of the coders, to be coded blind.

    The draw is spread over the transcripts, and units with rarely suggested codes have a larger chance. The whole frame
    is written down with the chance of each unit. A unit that one of the coders has judged already can no longer be
    coded blind, and is left out; so is one of an earlier draw.

    Parameters
    ----------
    coders
        Two people of the study or more; of three or more each pair gets equally many units.
    share
        How much of the frame to draw, above 0 and up to 1.
    seed
        Of the draw; the study's own, with the number of earlier draws, if none is given.

    Raises
    ------
    UsageError
        There are not two different coders, one is unknown, or the share is none.
    StudyError
        Nothing is cut into units yet, or no unit is left to draw.
    """
    import numpy as np

    from coder.inference.stratified_draw import chances, pairs, rarest, spread

    _check(study, coders, share)
    units = units_in(study, ())
    free = free_units(study, units, coders)
    if not free:
        todo = "import more transcripts, or name other coders"
        raise StudyError("no unit is left that these coders could code blind", where=study.folder, todo=todo)
    suggested = _suggested(study)
    strata = rarest([suggested.get(unit.segment.id, ()) for unit in free])
    names = [unit.segment.span.transcript for unit in free]
    earlier = len({double.run for double in doubles(study.store)})
    key = [study.settings.seed, earlier] if seed is None else [seed]
    rng = np.random.default_rng([*key, len("double coding")])
    chance = chances(strata, share * len(free))
    drawn = spread(chance, list(zip(names, strata, strict=True)), rng)
    given = iter(pairs(coders, int(drawn.sum()), rng))
    who: list[tuple[str, ...]] = [next(given) if taken else () for taken in drawn]
    ids = [unit.segment.id for unit in free]
    with study.store.transaction("assign", dry_run=dry_run):
        write_doubles(study.store, zip(ids, strata, chance.tolist(), who, strict=True))
    return Assigned(
        share=share,
        seed=study.settings.seed if seed is None else seed,
        frame=len(free),
        left_out=len(units) - len(free),
        drawn=int(drawn.sum()),
        coders={name: sum(name in pair for pair in who) for name in coders},
        transcripts=dict(Counter(name for name, pair in zip(names, who, strict=True) if pair)),
        strata=_by_stratum(strata, chance.tolist(), who),
    )


def _check(study: Study, coders: Sequence[str], share: float) -> None:
    known = people(study)
    for name in coders:
        if name not in known:
            todo = did_you_mean(name, known) or f"coder coders add {study.folder} {name}"
            raise UsageError(f"there is no coder `{name}`", todo=todo)
    if len(coders) < 2 or len(set(coders)) < len(coders):
        raise UsageError("double coding takes two different coders or more", todo="--coders ada,ben")
    if not 0 < share <= 1:
        raise UsageError(f"a share of {share:g} cannot be drawn", todo="a share above 0 and up to 1, such as 0.2")


def _suggested(study: Study) -> dict[int, list[str]]:
    """Return the codes that the model suggests now, by unit."""
    found: dict[int, list[str]] = {}
    for event in judgements(study.store, log.suggesting_model(study.store), coded=True):
        if event.verdict is Verdict.PRESENT:
            found.setdefault(event.segment, []).append(str(event.code))
    return found


def _by_stratum(
    strata: Sequence[str], chance: Sequence[float], who: Sequence[tuple[str, ...]]
) -> dict[str, tuple[int, int, float]]:
    """Return of each stratum the units in the frame, those drawn, and the chance; the rarest first."""
    size = Counter(strata)
    drawn = Counter(stratum for stratum, pair in zip(strata, who, strict=True) if pair)
    of = dict(zip(strata, chance, strict=True))
    return {name: (size[name], drawn[name], of[name]) for name in sorted(size, key=lambda name: (size[name], name))}


def still_to_do(study: Study) -> list[Share]:
    """Return how much each coder was given to code blind, and has done."""
    return shares(study.store)


def assigned_units(study: Study, coder: str) -> dict[int, str]:
    """Return the units that a coder still has to code blind, as segments with their transcripts, in order."""
    return assigned_left(study.store, coder)
