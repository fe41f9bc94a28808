"""Guarantees: which suggestions may be accepted, and which units left unread, from a random sample that was audited."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coder.errors import ModelError, StudyError
from coder.steps.coding.judgements import unjudged
from coder.steps.corpus.units import units_of
from coder.steps.models.registry import model_now
from coder.steps.models.suggest import SCHEME_MODEL, scheme_model
from coder.steps.models.training_data import predicted
from coder.steps.study.study import Study
from coder.store import log
from coder.store.judgements import judgements
from coder.store.random_draws import Draw, draws, runs
from coder.types import CoderKind, Judgement, Table, Verdict

if TYPE_CHECKING:  # numpy is imported where it is used
    from coder.inference.precision_guarantee import Kept, Suggestions


@dataclass(frozen=True)
class Missed:
    """What nobody would see who looks at suggestions alone, by a random sample of all units that was read.

    Attributes
    ----------
    recall, confidence, at_most
        What is guaranteed: of the codes that people would give, counting so many of a unit, this share is found.
    units, audited
        How many units it is about, and how many of them the sample has.
    unread
        How many units may be left unread; nothing but their suggestions is looked at.
    to_read
        The units to read beside, the likeliest to hold a code that was not suggested first.
    lost
        Units with a code that was not suggested: how many, and the 95 % interval.
    by_code
        The same for each code that the sample has.
    """

    recall: float
    confidence: float
    at_most: int
    units: int
    audited: int
    unread: int
    to_read: tuple[int, ...]
    lost: tuple[float, float, float]
    by_code: dict[str, tuple[float, float, float]]

    def table(self) -> Table:
        """Return what is estimated to be missed, by code, as a table for print."""
        rows = tuple(
            (name, round(value), f"{low:.0f} to {high:.0f}")
            for name, (value, low, high) in {"any code": self.lost, **self.by_code}.items()
        )
        note = (
            f"{self.units} units, {self.audited} of them read at random. {self} "
            "Intervals (Clopper & Pearson 1934) are for each line by itself."
        )
        return Table("Not suggested although people would code it", ("code", "units", "95 % interval"), rows, note)

    def __str__(self) -> str:
        """Say what has to be read."""
        promise = (
            f"of people's codes, at most {self.at_most} of a unit counted, at least {self.recall:.0%} are suggested or "
            f"read, with {self.confidence:.0%} confidence"
        )
        if not self.to_read:
            return f"Nothing more has to be read: {promise}."
        return f"Read {len(self.to_read)} more units (`coder audit STUDY --order to-read`): then, {promise}."


@dataclass(frozen=True)
class GuaranteeResult:
    """What the sample allows: of all codes together, and of each code by itself.

    `suggestions` is the number that the guarantee is about, `audited` how many of them the sample has. `recall` says
    what of people's codes nobody would see; None where the sample does not tell, and `problem` says why.
    """

    precision: float
    confidence: float
    look: int
    suggestions: int
    audited: int
    together: list[Kept]
    by_code: list[Kept]
    recall: Missed | None = None
    problem: str = ""

    def table(self, title: str, kept: list[Kept]) -> Table:
        """Return what may be accepted as a table for print."""
        rows = tuple(
            (
                row.what,
                "none" if math.isinf(row.threshold) else f"{row.threshold:.2f}",
                row.accepted,
                f"{row.right} of {row.audited}",
                "" if math.isfinite(row.threshold) else "out of reach" if row.more is None else row.more,
            )
            for row in kept
        )
        note = (
            f"Of what is accepted unreviewed at least {self.precision:.0%} is right, with {self.confidence:.0%} "
            f"confidence. {self.suggestions} suggestions, {self.audited} of them audited at random; draw {self.look}."
        )
        return Table(title, ("suggestions", "from score", "accepted", "audited right", "audits to go"), rows, note)


@dataclass(frozen=True)
class Wanted:
    """What is to be guaranteed.

    `looks`: how many random draws were declared before the first; None: each may err half as often as the one before.
    """

    precision: float = 0.9
    confidence: float = 0.95
    recall: float = 0.9
    at_most: int = 2
    looks: int | None = None


USUAL = Wanted()


def guarantee_of(study: Study, wanted: Wanted = USUAL) -> GuaranteeResult:
    """Find what may be accepted unreviewed, and what has to be read, so that precision and recall are kept.

    It is about the units from which the last random draw was made (`coder audit --order random`, with `--all` for what
    is not suggested). All draws together keep the confidence.

    Raises
    ------
    StudyError
        There is no random draw, it is not audited to its end, or suggestions have changed since.
    """
    return acceptable(study, wanted)[0]


def to_read(study: Study) -> tuple[int, ...]:
    """Return the units that still have to be read for a recall of 90 % with 95 % confidence, the likeliest first.

    Raises
    ------
    StudyError
        As `guarantee_of`, or the sample does not tell.
    """
    found = guarantee_of(study)
    if found.recall is None:
        raise StudyError(found.problem, where=study.folder, todo="coder audit STUDY --order random --all")
    return found.recall.to_read


def acceptable(study: Study, wanted: Wanted = USUAL, *, each: bool = False) -> tuple[GuaranteeResult, list[Judgement]]:
    """Find what may be accepted unreviewed, and return the suggestions themselves too.

    `each`: every code has the guarantee by itself; otherwise all codes together do. Raises what `guarantee_of` raises.
    """
    import numpy as np

    from coder.inference.precision_guarantee import (
        PrecisionGuarantee,
        accepted,
        confidence_at,
        guarantee_each_code,
        guarantee_together,
        ranks,
    )

    looks = runs(study.store, "random")
    if not looks:
        raise StudyError(
            "nothing was sampled at random yet", where=study.folder, todo="coder audit STUDY --order random --coder YOU"
        )
    frame = {draw.segment: draw for draw in draws(study.store, looks[-1])}
    events, found = _suggestions(study, frame)
    sure = confidence_at(wanted.confidence, len(looks), wanted.looks)
    guarantee = PrecisionGuarantee(wanted.precision, wanted.confidence).at_look(len(looks), wanted.looks)
    audited = sum(frame[segment].drawn for segment in found.unit.tolist())
    together = guarantee_together(found, guarantee)
    by_code = guarantee_each_code(found, guarantee, study.scheme.paths())
    of_row = found.code if each else ranks(found) - 1
    thresholds = np.array([kept.threshold for kept in (by_code if each else together)])[of_row]
    rows = np.flatnonzero(accepted(found, thresholds)).tolist()
    recall, problem = _missed(study, frame, events, wanted, sure)
    result = GuaranteeResult(
        wanted.precision, wanted.confidence, len(looks), len(found.unit), audited, together, by_code, recall, problem
    )
    return result, [events[row] for row in rows]


def _missed(
    study: Study, frame: Mapping[int, Draw], suggested: Sequence[Judgement], wanted: Wanted, confidence: float
) -> tuple[Missed | None, str]:
    """Return what nobody would see of the frame's codes, or why the sample does not tell."""
    import numpy as np

    from coder.inference.recall_guarantee import RecallGuarantee, Sampled, estimate, unread

    guarantee = RecallGuarantee(wanted.recall, confidence, wanted.at_most)
    given: dict[int, set[str]] = {segment: set() for segment in frame}
    for event in suggested:
        given[event.segment].add(str(event.code))
    answers = _answers(study)
    open_ones = [unit for unit in unjudged(study, units_of(study)) if unit.segment.id not in frame]
    again = "`coder audit --order random --all` draws from all"
    if open_ones:
        return None, f"what is missed is not known: {len(open_ones)} units could not be drawn; {again}"
    if unread_ones := [s for s, draw in frame.items() if draw.drawn and s not in answers]:
        return None, f"what is missed is not known: {len(unread_ones)} of the units that were drawn are not read yet"
    order = _least_likely_first(study, given)
    drawn = np.array([frame[s].drawn for s in order])
    people = [answers[s] if frame[s].drawn else set() for s in order]
    lost = [codes - given[s] for s, codes in zip(order, people, strict=True)]
    sampled = Sampled(
        drawn,
        np.array([len(codes & given[s]) for s, codes in zip(order, people, strict=True)]),
        np.array([len(codes) for codes in lost]),
    )
    n = unread(sampled, guarantee, np.random.default_rng([study.settings.seed, len(order)]))
    seen = Counter(code for codes in lost for code in codes)
    sample = int(drawn.sum())

    def units(count: int) -> tuple[float, float, float]:
        return estimate(count, sample, len(order))

    return Missed(
        wanted.recall,
        wanted.confidence,
        wanted.at_most,
        len(order),
        sample,
        n,
        tuple(s for s in reversed(order[n:]) if s not in answers),
        units(sum(map(bool, lost))),
        {code: units(seen[code]) for code in study.scheme.paths() if seen[code]},
    ), ""


def _least_likely_first(study: Study, given: Mapping[int, set[str]]) -> list[int]:
    """Order units by the highest probability of a code that the model does not suggest, the lowest first."""
    import numpy as np

    from coder.embed.encoders import encoder as named

    encoder, name = named(study.settings.encoder), log.suggesting_model(study.store)
    try:
        folder = study.folder / "models" / name
        model = scheme_model(study, encoder) if name == SCHEME_MODEL else model_now(study, folder, encoder)
    except ModelError:  # it is gone, or from elsewhere: any order is as valid, and leaves less unread
        return list(given)
    units = [unit for unit in units_of(study) if unit.segment.id in given]
    P = predicted(study, model, units, encoder)[1]
    shown = np.array([[code in given[unit.segment.id] for code in model.codes] for unit in units])
    highest = np.where(shown, 0, P).max(axis=1, initial=0)
    order = [units[i].segment.id for i in np.argsort(highest, kind="stable").tolist()]
    return [*order, *(segment for segment in given if segment not in set(order))]


def _suggestions(study: Study, frame: dict[int, Draw]) -> tuple[list[Judgement], Suggestions]:
    """Lay out the suggestions on the frame's units, with the answers to those that were drawn.

    An answer is a judgement of a unit that somebody reviewed; bulk acceptance is none, wherever it stands.
    """
    import numpy as np

    from coder.inference.precision_guarantee import Suggestions

    known = {path: k for k, path in enumerate(study.scheme.paths())}
    suggested = judgements(study.store, log.suggesting_model(study.store), coded=True)
    rows = [s for s in suggested if s.segment in frame and s.code in known]
    run = next(iter(frame.values())).run
    if any(s.run > run for s in rows):
        raise StudyError(
            "suggestions have changed since the random draw", where=study.folder, todo="make a new one: --order random"
        )
    answers = _answers(study)
    left = {s.segment for s in rows if frame[s.segment].drawn and s.segment not in answers}
    if left:
        raise StudyError(
            f"{len(left)} of the units that were drawn are still to be audited",
            where=study.folder,
            todo="go on with `coder audit --order random`: a guarantee needs all of them",
        )
    right = [
        float(s.code in answers[s.segment]) if frame[s.segment].drawn else np.nan  # what is unsure is not right
        for s in rows
    ]
    return rows, Suggestions(
        np.array([s.segment for s in rows], dtype=int),
        np.array([known[str(s.code)] for s in rows], dtype=int),
        np.array([s.confidence or 0.0 for s in rows], dtype=float),
        np.array([frame[s.segment].probability for s in rows], dtype=float),
        np.array(right, dtype=float),
    )


def _answers(study: Study) -> dict[int, set[str]]:
    """Return the codes that people found present in each unit that one of them has read as a whole."""
    events = judgements(study.store, kind=CoderKind.PERSON)
    read: dict[int, set[str]] = {e.segment: set() for e in events if e.code is None}
    for event in events:
        if event.segment in read and event.code and event.verdict is Verdict.PRESENT:
            read[event.segment].add(event.code)
    return read
