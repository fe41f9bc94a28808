"""Precision guarantee: which suggestions may be accepted unreviewed, from a random sample that was audited."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coder.errors import StudyError
from coder.steps.study.study import Study
from coder.store import log
from coder.store.judgements import judgements
from coder.store.random_draws import Draw, draws, runs
from coder.types import CoderKind, Judgement, Table, Verdict

if TYPE_CHECKING:  # numpy is imported where it is used
    from coder.inference.precision_guarantee import Kept, Suggestions


@dataclass(frozen=True)
class GuaranteeResult:
    """What the sample allows: of all codes together, and of each code by itself.

    `suggestions` is the number that the guarantee is about, `audited` how many of them the sample has.
    """

    precision: float
    confidence: float
    look: int
    suggestions: int
    audited: int
    together: list[Kept]
    by_code: list[Kept]

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


def guarantee_of(study: Study, *, precision: float = 0.9, confidence: float = 0.95) -> GuaranteeResult:
    """Find what may be accepted unreviewed so that at least `precision` of it is right.

    It is about the suggestions on the units from which the last random draw was made (`coder audit --order random`).
    The n-th draw of a study may err half as often as the one before it, so all of them together keep the confidence.

    Raises
    ------
    StudyError
        There is no random draw, it is not audited to its end, or suggestions have changed since.
    """
    return acceptable(study, precision=precision, confidence=confidence)[0]


def acceptable(
    study: Study, *, precision: float = 0.9, confidence: float = 0.95, each: bool = False
) -> tuple[GuaranteeResult, list[Judgement]]:
    """Find what may be accepted unreviewed, and return the suggestions themselves too.

    `each`: every code has the guarantee by itself; otherwise all codes together do. Raises what `guarantee_of` raises.
    """
    import numpy as np

    from coder.inference.precision_guarantee import (
        PrecisionGuarantee,
        accepted,
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
    guarantee = PrecisionGuarantee(precision, confidence).at_look(len(looks))
    audited = sum(frame[segment].drawn for segment in found.unit.tolist())
    together = guarantee_together(found, guarantee)
    by_code = guarantee_each_code(found, guarantee, study.scheme.paths())
    of_row = found.code if each else ranks(found) - 1
    thresholds = np.array([kept.threshold for kept in (by_code if each else together)])[of_row]
    rows = np.flatnonzero(accepted(found, thresholds)).tolist()
    result = GuaranteeResult(precision, confidence, len(looks), len(found.unit), audited, together, by_code)
    return result, [events[row] for row in rows]


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
