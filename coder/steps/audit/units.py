"""A unit as it is shown to a coder, with the codes to decide on; and the coder's decision on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from coder.steps.audit.blinding import unseen
from coder.steps.study.study import Study
from coder.store import corpus, log
from coder.store.judgements import judgements
from coder.types import Shown, Unit, Verdict

KEYS = {
    "a": "accept the code, and go to the next",
    "x": "reject it",
    "?": "unsure",
    "r": "accept the one code for this unit and the next ones that are listed",
    "A": "accept all that are left",
    "X": "reject all that are left",
    "1–9": "go to this code",
    "+": "add a code by part of its name",
    "n": "save, next unit",
    "s": "skip: decide later",
    "u": "undo, as often as you like",
    "w": "why was this code suggested?",
    "h": "help: these lines",
}
"""The keys of an audit: each means the same in the terminal and in the browser."""


@dataclass(frozen=True, slots=True)
class ShownCode:
    """A code to decide on: a suggestion, a coding that the model doubts, or a code that the coder added.

    `event` is the suggestion's number in the log; None for the others. `doubt` tells who gave a doubted code.
    `threshold` is the score from which the model suggests the code, `own` the coder's verdict so far. Where the coder's
    answers on the next units count, `alone` is the model's score without them; `given` are the events of these answers,
    where the model does not suggest the code by itself.
    """

    code: str
    event: int | None = None
    score: float | None = None
    doubt: str = ""
    threshold: float | None = None
    definition: str = ""
    own: Verdict | None = None
    alone: float | None = None
    given: tuple[int, ...] = ()


@dataclass(frozen=True)
class AuditUnit:
    """A unit as it is shown, the likeliest code first.

    `title` is the speaker's. `shown` says what the coder sees: `suggestions`, `nothing` (the unit is coded blind), or
    `codings` of people, for a second look. `likely` are codes that are not suggested, to be added easily: what the
    model no longer suggests after the coder's answers on the next units, and the likeliest where it suggests nothing.
    `next_units` are those after this one over which its one suggested code goes on (see `following`).
    """

    unit: Unit
    title: str
    codes: tuple[ShownCode, ...]
    shown: Shown
    likely: tuple[ShownCode, ...] = field(default=(), kw_only=True)
    next_units: tuple[Unit, ...] = field(default=(), kw_only=True)

    @property
    def suggested(self) -> dict[str, float]:
        """Return the codes that were shown with a score, and that score."""
        return {one.code: one.score for one in self.codes if one.score is not None}


@dataclass(frozen=True, slots=True)
class Decision:
    """A coder's decision on a unit: a verdict on each code shown, the codes that were missed, and a memo.

    `passage` is a span of code points of the transcript that is coded in place of the unit; None for the unit as it
    stands. `seconds` is how long the decision took, where that was measured.
    """

    verdicts: Mapping[str, Verdict]
    added: Sequence[str] = ()
    memo: str = ""
    passage: tuple[int, int] | None = None
    seconds: float | None = None

    def by_code(self) -> dict[str, Verdict]:
        """Return the verdict on each code, those added included.

        Examples
        --------
        >>> Decision({"talk": Verdict.ABSENT}, added=["fairs"]).by_code()
        {'talk': <Verdict.ABSENT: 'absent'>, 'fairs': <Verdict.PRESENT: 'present'>}
        """
        return {**self.verdicts, **dict.fromkeys(self.added, Verdict.PRESENT)}


Doubted = Mapping[int, tuple[ShownCode, ...]]
"""Units in order, each with the codings to look at again; empty where suggestions are to be shown."""


def audit_units(
    study: Study, coder: str, units: Sequence[Unit], doubted: Doubted, *, hidden: bool = False
) -> list[AuditUnit]:
    """Return units as a coder may see them: with doubted codings or, the likeliest first, suggestions.

    Where a unit is hidden from the coder there is neither. Suggestions of codes that were retired since are left out.
    """
    ids = [unit.segment.id for unit in units]
    blind, known = unseen(study, coder, ids), set(study.scheme.paths())
    transcripts = {unit.segment.span.transcript for unit in units}
    speakers = {name: corpus.speakers(study.store, name).get(name, {}) for name in transcripts}
    suggested: dict[int, list[ShownCode]] = {}
    events = judgements(study.store, log.suggesting_model(study.store), coded=True, segments=ids)
    for event in sorted(events, key=lambda event: -(event.confidence or 0.0)):
        if event.code in known and event.verdict is Verdict.PRESENT:
            suggested.setdefault(event.segment, []).append(ShownCode(event.code, event.id, event.confidence or 0.0))
    found = []
    for unit, id in zip(units, ids, strict=True):
        who = speakers[unit.segment.span.transcript].get(unit.segment.speaker)
        doubts = doubted.get(id)
        blinded = hidden or id in (blind.codings if doubts else blind.suggestions)
        shown = Shown.NOTHING if blinded else Shown.CODINGS if doubts else Shown.SUGGESTIONS
        codes = () if blinded else doubts or tuple(suggested.get(id, ()))
        found.append(AuditUnit(unit, who.title if who else "", codes, shown))
    return found
