"""Accept many suggestions at once, as far as a precision guarantee reaches; and take all of it back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from coder.errors import UsageError
from coder.steps.audit.blinding import unseen
from coder.steps.audit.unit_page import UnitPage, page_of
from coder.steps.coding.coders import add_coder, check_coder
from coder.steps.corpus.units import rule_of
from coder.steps.estimates.precision_guarantee import GuaranteeResult, acceptable
from coder.steps.study.background import Asked, beside
from coder.steps.study.study import Study
from coder.store import board_facts, log
from coder.store.judgements import Which, judgements
from coder.store.random_draws import owed
from coder.types import Coding, Guarantees, Judgement, Shown, Table, Verdict

PREVIEW = 20
"""So many of the suggestions are shown before they are accepted."""
COMMAND = "bulk"
"""The command under which the log keeps it."""


@dataclass(frozen=True)
class Plan:
    """What would be accepted: `guarantee` says on which ground, `suggestions` are those in the log.

    `each`: every code has the guarantee by itself; otherwise all of them together. `answered` suggestions are within
    the guarantee too, but somebody has looked at their unit since, and that word stands; `before` were accepted in bulk
    before. `blind`: so many units are left out, as somebody still has to code them blind, or this coder is not to see
    their suggestions.
    """

    guarantee: GuaranteeResult
    each: bool
    suggestions: list[Judgement]
    answered: int
    before: int
    blind: int = 0

    @property
    def memo(self) -> str:
        """What each event says of its ground."""
        kept = "each code" if self.each else "all codes together"
        p = self.guarantee
        draw = f"draw {p.look} of {p.looks}" if p.looks else f"draw {p.look}"
        return f"bulk: {p.precision:g} right, {p.confidence:g} sure, {kept}, {draw}"

    def table(self) -> Table:
        """Return what would be accepted of each code, and how many audits are missing where nothing may."""
        counts = Counter(event.code for event in self.suggestions)
        rows = tuple(
            (
                kept.what,
                counts[kept.what],
                f"{kept.right} of {kept.audited}",
                "" if kept.accepted else "out of reach" if kept.more is None else kept.more,
            )
            for kept in self.guarantee.by_code
            if kept.audited or kept.accepted or counts[kept.what]
        )
        note = (
            f"{len(self.suggestions)} suggestions may be accepted without a look: at least "
            f"{self.guarantee.precision:.0%} of them are right, with {self.guarantee.confidence:.0%} confidence "
            f"({'each code by itself' if self.each else 'all codes together'}). {self.answered} more are within the "
            f"guarantee, but somebody has looked at their unit since; {self.before} were accepted in bulk before. "
            f"{self.blind} units are left out, as they are to be judged blind. "
            "`Audits to go`: how many more audited units a code needs to be accepted by itself."
        )
        return Table("Accept in bulk", ("code", "accepted", "audited right", "audits to go"), rows, note)

    @property
    def need(self) -> str:
        """What it takes where nothing may be accepted."""
        if self.guarantee.look == self.guarantee.looks:  # those that were declared
            return "no later audit may be used, as none was declared"
        more = self.missing()
        return "no audit is enough for that" if more is None else f"about {more} more audited units may do"

    def missing(self) -> int | None:
        """Return how many more units have to be audited before anything may be accepted; None: out of reach."""
        if self.guarantee.look == self.guarantee.looks:  # those that were declared
            return None
        kept = self.guarantee.by_code if self.each else self.guarantee.together
        return min((one.more for one in kept if one.more is not None), default=None)


@dataclass(frozen=True)
class Example:
    """One of the suggestions to be accepted, with its unit in context."""

    code: str
    score: float
    page: UnitPage


def plan(study: Study, coder: str, wanted: Guarantees | None = None, *, each: bool = False) -> Plan:
    """Say which suggestions a coder may accept without a look.

    These are the suggestions at or above the thresholds of the guarantee, on units that were not drawn. Where a person
    has judged the code of the unit, that judgement stands. What somebody still has to code blind is left out, and so
    is what this coder is to judge without its suggestions: neither depends on whether a suggestion is right.

    Raises
    ------
    StudyError
        As `guarantee_of`.
    UsageError
        The precision or the confidence is none.
    CodingError
        The coder is a model.
    """
    check_coder(study, coder)
    guarantee, events = acceptable(study, wanted, each=each)
    judged = _judged(study, events)
    before = {(event.segment, event.code) for event in judgements(study.store, which=Which.BULK)}
    free = [event for event in events if (event.segment, event.code) not in judged]
    new = [event for event in free if (event.segment, event.code) not in before]
    units = {event.segment for event in new}
    blind = units & (owed(study.store) | unseen(study, coder, units).suggestions)
    left = [event for event in new if event.segment not in blind]
    return Plan(guarantee, each, left, len(events) - len(free), len(free) - len(new), len(blind))


_PLANS: Asked[Plan] = Asked()


def plan_beside(study: Study, coder: str, wanted: Guarantees, *, each: bool) -> Plan:
    """Return `plan`, computed beside the page that asks for it.

    Raises
    ------
    WaitError
        It takes a while; ask again.
    StudyError, UsageError, CodingError
        As `plan`.
    """

    def step(own: Study) -> Plan:
        return plan(own, coder, wanted, each=each)

    question = (study.folder.resolve(), coder, wanted, each)
    return _PLANS.answer(question, lambda: beside(study, step))


def _judged(study: Study, suggested: Sequence[Judgement]) -> set[tuple[int, str | None]]:
    """Return the units and codes of these suggestions on which some person has said a word by looking."""
    said, _ = board_facts.said_of_units(study.store, rule_of(study), machines=False)
    words = {(one.segment, one.code) for one in said if one.shown is not Shown.BULK}
    return {(s.segment, s.code) for s in suggested if (s.segment, None) in words or (s.segment, s.code) in words}


def preview(study: Study, coder: str, planned: Plan, *, n: int = PREVIEW) -> list[Example]:
    """Return a random few of the suggestions to be accepted, in context; the same ones for the same plan."""
    import numpy as np

    rng = np.random.default_rng([study.settings.seed, planned.guarantee.look, len(planned.suggestions)])
    chosen = [planned.suggestions[i] for i in rng.permutation(len(planned.suggestions))[:n].tolist()]
    return [
        Example(event.code, event.confidence, page_of(study, coder, event.segment, hidden=True)) for event in chosen
    ]


def accept(
    study: Study,
    coder: str,
    wanted: Guarantees | None = None,
    *,
    each: bool = False,
    expected: int | None = None,
    dry_run: bool = False,
) -> Plan:
    """Accept in one transaction what `plan` names, each event with `shown="bulk"`; return what was accepted.

    Nothing of it counts as reviewed: the units stay in the queue, and no answer enters a guarantee, a draw, a figure of
    agreement or the training of a model.

    Parameters
    ----------
    expected
        How many suggestions the preview spoke of. Nothing is written if there are not as many now.

    Raises
    ------
    UsageError
        The study has changed since the preview, or nothing may be accepted.
    """
    with study.store.transaction(COMMAND, dry_run=dry_run):
        planned = plan(study, coder, wanted, each=each)
        if expected is not None and expected != len(planned.suggestions):
            raise UsageError(
                f"the study has changed since the preview: {len(planned.suggestions)} suggestions, not {expected}",
                todo="look at the new preview; nothing was accepted",
            )
        if planned.suggestions:
            add_coder(study, coder)
            codings = [
                Coding(e.segment, e.code, coder, responds_to=e.id, shown=Shown.BULK, memo=planned.memo)
                for e in planned.suggestions
            ]
            log.append(study.store, codings, study.scheme_version())
    return planned


def last_bulk(study: Study, coder: str) -> list[Judgement]:
    """Return what a coder accepted in the last bulk that still stands; what they have reviewed since is not in it."""
    standing = judgements(study.store, coder, which=Which.BULK)
    last = max((event.run for event in standing), default=0)
    return [event for event in standing if event.run == last]


def undo_bulk(study: Study, coder: str, *, dry_run: bool = False) -> int:
    """Take back a coder's last bulk as a whole, and return how many codings were in it.

    Nothing is deleted: each is withdrawn. What the coder has reviewed since keeps that judgement. It can be repeated
    for the bulk before.

    Raises
    ------
    UsageError
        There is nothing to take back.
    """
    with study.store.transaction(f"undo {COMMAND}", dry_run=dry_run):
        last = last_bulk(study, coder)
        if not last:
            raise UsageError(f"{coder} has accepted nothing in bulk that could be taken back")
        codings = [Coding(e.segment, e.code, coder, Verdict.WITHDRAWN, shown=Shown.BULK, memo=e.memo) for e in last]
        log.append(study.store, codings, study.scheme_version())
    return len(last)
