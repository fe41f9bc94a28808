"""A unit as it is shown to a coder, with the codes to decide on; and the coder's decision on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from coder.steps.audit.blinding import unseen
from coder.steps.study.study import Study
from coder.store import corpus, log
from coder.store.judgements import judgements
from coder.types import Judgement, Shown, Unit, Verdict


@dataclass(frozen=True, slots=True)
class ShownCode:
    """A code to decide on: a suggestion, a coding that the model doubts, or a code that the coder added.

    `event` is the suggestion's number in the log; None for the others. `doubt` tells who gave a doubted code.
    `threshold` is the score from which the model suggests the code, `own` the coder's verdict so far.
    """

    code: str
    event: int | None = None
    score: float | None = None
    doubt: str = ""
    threshold: float | None = None
    definition: str = ""
    own: Verdict | None = None


@dataclass(frozen=True)
class AuditUnit:
    """A unit as it is shown, the likeliest code first.

    `title` is the speaker's. `shown` says what the coder sees: `suggestions`, `nothing` (the unit is coded blind), or
    `codings` of people, for a second look.
    """

    unit: Unit
    title: str
    codes: tuple[ShownCode, ...]
    shown: Shown

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
    """Return units as a coder may see them, with suggestions, doubted codings, or neither where they are blind."""
    blind = unseen(study, coder, [unit.segment.id for unit in units])
    suggested = suggestions(study, judgements(study.store, log.suggesting_model(study.store)))
    speakers = corpus.speakers(study.store)
    found = []
    for unit in units:
        segment = unit.segment
        who = speakers.get(segment.span.transcript, {}).get(segment.speaker)
        codes = doubted.get(segment.id) or ()
        blinded = hidden or segment.id in blind.suggestions
        shown = Shown.CODINGS if codes else Shown.NOTHING if blinded else Shown.SUGGESTIONS
        if shown is Shown.SUGGESTIONS:
            codes = tuple(suggested.get(segment.id, ()))
        found.append(AuditUnit(unit, who.title if who else "", codes, shown))
    return found


def suggestions(study: Study, events: Iterable[Judgement]) -> dict[int, list[ShownCode]]:
    """Return what is suggested for each segment, the likeliest first; codes that were retired since are left out."""
    model, known = log.suggesting_model(study.store), set(study.scheme.paths())
    found: dict[int, list[ShownCode]] = {}
    for event in sorted(events, key=lambda event: -(event.confidence or 0.0)):
        if event.coder == model and event.code in known and event.code and event.verdict is Verdict.PRESENT:
            found.setdefault(event.segment, []).append(ShownCode(event.code, event.id, event.confidence or 0.0))
    return found
