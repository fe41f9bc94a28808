"""Guarantees: which suggestions may be accepted, and which units left unread, from a random sample that was audited."""

from __future__ import annotations

import math
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
from coder.types import CoderKind, Guarantees, Judgement, Table, Verdict

if TYPE_CHECKING:  # numpy is imported where it is used
    from coder.inference.precision_guarantee import Kept, Suggestions


@dataclass(frozen=True)
class Missed:
    """What nobody would see who looks at suggestions alone, by a random sample of all units that was read.

    Attributes
    ----------
    wanted
        What is guaranteed.
    units, audited
        How many units it is about, and how many of them the sample has.
    suggested
        Which share of people's codes was suggested, estimated; nan where the sample has none.
    to_review
        How many other units nobody has read that have suggestions which are not accepted in bulk.
    to_read
        The units to read, the likeliest to hold a code that was not suggested first.
    lost
        Units that were not drawn and have a code that was not suggested: how many, and the 95 % interval.
    by_code
        The same for each code that the sample has.
    """

    wanted: Guarantees
    units: int
    audited: int
    suggested: float
    to_review: int
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
            f"{self.units} units, {self.audited} of them drawn at random and read. {self} "
            "Intervals (Fay & Feuer 1997) are for each line by itself."
        )
        header = ("code", "units that were not drawn", "95 % interval")
        return Table("Not suggested although people would code it", header, rows, note)

    def __str__(self) -> str:
        """Say what was suggested, and what has to be looked at."""
        share = "" if math.isnan(self.suggested) else f"About {self.suggested:.0%} of people's codes were suggested. "
        read = f"read {len(self.to_read)} more units (`coder audit STUDY --order to-read`)" if self.to_read else ""
        review = f"review the suggestions on {self.to_review} others" if self.to_review else ""
        todo = " and ".join(filter(None, (read, review)))
        todo = f"{todo[0].upper()}{todo[1:]}: then" if todo else "Nothing more has to be read:"
        return (
            f"{share}{todo} at least {self.wanted.recall:.0%} of people's codes are found, "
            f"at most {self.wanted.at_most} of a unit counted, with {self.wanted.confidence:.0%} confidence."
        )


@dataclass(frozen=True)
class GuaranteeResult:
    """What the sample allows: of all codes together, and of each code by itself.

    `suggestions` is the number that the guarantee is about, `audited` how many of them the sample has. `recall` says
    what of people's codes nobody would see; None where the sample does not tell, and `problem` says why. `looks` random
    audits were declared; 0: any number.
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
    looks: int = 0

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


def guarantee_of(study: Study, wanted: Guarantees | None = None) -> GuaranteeResult:
    """Find what may be accepted unreviewed, and what has to be read, so that precision and recall are kept.

    It is about the units from which the last random draw was made (`coder audit --order random`, with `--all` for what
    is not suggested). All draws together keep the confidence. Without `wanted` it is what study.toml says.

    Raises
    ------
    StudyError
        There is no random draw, it is not audited to its end, or suggestions have changed since.
    """
    return acceptable(study, wanted)[0]


def to_read(study: Study) -> tuple[int, ...]:
    """Return the units that still have to be read for the recall that study.toml asks for, the likeliest first.

    Raises
    ------
    StudyError
        As `guarantee_of`, or the sample does not tell.
    """
    found = guarantee_of(study)
    if found.recall is None:
        raise StudyError(found.problem, where=study.folder, todo="coder audit STUDY --order random --all")
    return found.recall.to_read


def acceptable(
    study: Study, wanted: Guarantees | None = None, *, each: bool = False
) -> tuple[GuaranteeResult, list[Judgement]]:
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

    wanted = wanted or study.settings.guarantee
    looks = runs(study.store, "random")
    if not looks:
        raise StudyError(
            "nothing was sampled at random yet",
            where=study.folder,
            todo="coder audit STUDY --order random --all --coder YOU",
        )
    frame = {draw.segment: draw for draw in draws(study.store, looks[-1])}
    events, found = _suggestions(study, frame)
    sure = confidence_at(wanted.confidence, len(looks), wanted.looks or None)
    guarantee = PrecisionGuarantee(wanted.precision, sure)
    audited = sum(frame[segment].drawn for segment in found.unit.tolist())
    together = guarantee_together(found, guarantee)
    by_code = guarantee_each_code(found, guarantee, study.scheme.paths())
    of_row = found.code if each else ranks(found) - 1
    thresholds = np.array([kept.threshold for kept in (by_code if each else together)])[of_row]
    rows = np.flatnonzero(accepted(found, thresholds)).tolist()
    taken = [events[row] for row in rows]
    recall, problem = _missed(study, frame, events, taken, wanted, sure)
    kept = (wanted.precision, wanted.confidence, len(looks), len(found.unit), audited, together, by_code)
    result = GuaranteeResult(*kept, recall, problem, wanted.looks)
    return result, taken


def _missed(
    study: Study,
    frame: Mapping[int, Draw],
    suggested: Sequence[Judgement],
    taken: Sequence[Judgement],
    wanted: Guarantees,
    confidence: float,
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
    drawn, chance = (np.array([getattr(frame[s], name) for s in order]) for name in ("drawn", "probability"))
    people = [answers[s] if frame[s].drawn else set() for s in order]
    lost = [codes - given[s] for s, codes in zip(order, people, strict=True)]
    missed, found = np.array([*map(len, lost)]), np.array([*map(len, people)])
    n = unread(Sampled(chance, drawn, found - missed, missed), guarantee)
    missing = {code: np.array([code in codes for codes in lost]) for code in study.scheme.paths()}
    reading = tuple(s for s in reversed(order[n:]) if s not in answers)
    accepted = {event.id for event in taken}
    others = {event.segment for event in suggested if event.id not in accepted} - answers.keys() - set(reading)
    return Missed(
        wanted,
        len(order),
        int(drawn.sum()),
        float(1 - (missed / chance).sum() / (found / chance).sum()) if found.any() else math.nan,
        len(others),
        reading,
        estimate(missed > 0, drawn, chance),
        {code: estimate(has, drawn, chance) for code, has in missing.items() if has.any()},
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
