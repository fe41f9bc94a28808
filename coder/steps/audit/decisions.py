"""Audit: write a coder's decision on a unit into the log, and take it back; code by hand."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from coder.errors import UsageError
from coder.steps.audit.units import AuditUnit, Decision
from coder.steps.coding.code_lookup import known_code
from coder.steps.coding.coders import add_coder
from coder.steps.study.study import Study
from coder.store import corpus, log, unit_queries
from coder.store.decision_times import write_decision
from coder.store.judgements import judgement, judgements, last_run
from coder.store.random_draws import left_among
from coder.types import Coding, Judgement, Segment, Shown, Span, Unit, Verdict

SECOND_LOOK = "second look"
"""The memo of a decision on a doubted coding, where the coder gives none."""
_GREYED = {True: Verdict.PRESENT, False: Verdict.ABSENT}
"""The answer to a suggestion that is no longer one after answers on the next units: whether its code was added."""
MOST_SECONDS = 600.0
"""A decision that took longer was a pause: its time is not kept, and does not count as work."""


def record(study: Study, coder: str, item: AuditUnit, decision: Decision) -> list[int]:
    """Write a coder's decision on a unit in one transaction; return the events.

    All other codes are recorded as absent: the unit counts as read. A second look is about the doubted codes alone. A
    unit that the coder was given to code again is judged again: codes not given now are absent, and those given are
    written down although the coder gave them before.

    Raises
    ------
    UsageError
        A code that is shown was not decided on, a verdict is on a code that is not shown, or the passage is empty.
    CodingError
        A code is not in the scheme, or the coder is a model.
    """
    return record_each(study, coder, [(item, decision)])


def record_each(study: Study, coder: str, answers: Iterable[tuple[AuditUnit, Decision]]) -> list[int]:
    """Write decisions on several units in one transaction, each before the next is asked for; one undo takes all back.

    Raises what `record` raises.
    """
    with study.store.transaction("audit"):
        add_coder(study, coder)
        return [event for item, decision in answers for event in _recorded(study, coder, item, decision)]


def _recorded(study: Study, coder: str, item: AuditUnit, decision: Decision) -> list[int]:
    decision = _checked(study, item, decision)
    item = _suggested_for_this(study, item)
    segment = item.unit.segment
    if item.shown is Shown.CODINGS:
        codings = list(_second_look(study, coder, item, decision))
    else:
        read = Coding(segment.id, None, coder, shown=item.shown, memo=decision.memo)
        codings = [*_on_passage(study, coder, item, decision), *judgements_in(coder, item, decision), read]
        if decision.seconds is not None and 0 <= decision.seconds <= MOST_SECONDS:
            write_decision(study.store, coder, segment.id, item.shown, decision.seconds)
    again = left_among(study.store, coder, [segment.id], again=True)
    if again:
        codings += not_given_now(study, coder, segment, {c.code for c in codings}, decision.memo)
    return log.append(study.store, codings, study.scheme_version(), second=again)


def _suggested_for_this(study: Study, item: AuditUnit) -> AuditUnit:
    """Write what the model suggests only after answers on the next units: for this decision, and withdrawn at once.

    So it never counts as a suggestion of the model alone; the memo names the events that it rests on.
    """
    model, written = log.suggesting_model(study.store), []
    for one in item.codes:
        event = one.event
        if one.given:
            memo = f"given events {', '.join(map(str, one.given))}"
            said = Coding(item.unit.segment.id, one.code, model, confidence=one.score, memo=memo)
            pair = [said, Coding(said.segment, said.code, model, Verdict.WITHDRAWN)]
            event = log.append(study.store, pair, study.scheme_version())[0]
        written.append(replace(one, event=event))
    return replace(item, codes=tuple(written))


def _checked(study: Study, item: AuditUnit, decision: Decision) -> Decision:
    """Return a decision that is complete, with each added code once, as the scheme writes it."""
    shown = [one.code for one in item.codes]
    undecided = [code for code in shown if code not in decision.verdicts]
    if undecided:
        raise UsageError(
            f"{len(undecided)} of the codes shown are not decided on: {', '.join(undecided[:3])}",
            todo="accept, reject or say unsure of each; X rejects all that are left; s skips the unit",
        )
    if strangers := decision.verdicts.keys() - set(shown):
        raise UsageError(f"not shown at this unit: {', '.join(sorted(strangers))}", todo="add the code instead")
    added = dict.fromkeys(known_code(study, code) for code in decision.added if code not in shown)
    answers = {one.code: _GREYED[one.code in added] for one in item.likely if one.event}
    verdicts = {**decision.verdicts, **answers}
    left = tuple(code for code in added if code not in answers)
    return replace(decision, verdicts=verdicts, added=left, memo=decision.memo.strip())


def judgements_in(coder: str, item: AuditUnit, decision: Decision) -> Iterator[Coding]:
    """Return the codings of a unit that a decision amounts to; they respond to the suggestions that were shown."""
    unit, events = item.unit.segment.id, {one.code: one.event for one in (*item.codes, *item.likely)}
    for code, verdict in decision.by_code().items():
        yield Coding(unit, code, coder, verdict, None, events.get(code), item.shown, decision.memo)


def not_given_now(
    study: Study, coder: str, unit: Segment, codes: Collection[str | None], memo: str = ""
) -> list[Coding]:
    """Return `absent` codings for codes that the coder gave a unit, or a passage inside it, and omits now.

    A passage that reaches beyond the unit stays as it is: it is about other units, too.
    """
    text = unit_queries.current_text(study.store, unit.span.transcript)
    span = unit.span
    own = judgements(
        study.store, coder, coded=True, text=text, start=span.start, end=span.end, before_adjudication=True
    )
    places = {
        (one.segment, one.code): None
        for one in own
        if one.code not in codes
        and one.verdict is not Verdict.ABSENT
        and span.start <= one.span.start
        and one.span.end <= span.end
    }
    return [Coding(segment, code, coder, Verdict.ABSENT, memo=memo) for segment, code in places]


def _on_passage(study: Study, coder: str, item: AuditUnit, decision: Decision) -> Iterator[Coding]:
    """Give the passage the codes that the unit is given; withdraw those that earlier audits gave other passages.

    Where that changes anything, the unit's own codings are written again, so that one audit holds both.
    """
    unit, passage = item.unit.segment.id, _other_passage(item, decision)
    codes = [code for code, verdict in decision.by_code().items() if verdict is Verdict.PRESENT]
    wanted = {(_segment_of(study, passage), code) for code in codes} if passage else set()
    earlier = {(event.segment, event.code) for event in passages_of(study, coder, unit)}
    if wanted != earlier:
        yield from (Coding(unit, code, coder, Verdict.WITHDRAWN) for code in codes)
    yield from (Coding(segment, code, coder, Verdict.WITHDRAWN) for segment, code in sorted(earlier - wanted))
    yield from (Coding(segment, code, coder, shown=item.shown, memo=decision.memo) for segment, code in sorted(wanted))


def _other_passage(item: AuditUnit, decision: Decision) -> Span | None:
    """Return the passage that is coded in the unit's place, if it is another."""
    span = item.unit.segment.span
    if decision.passage in {None, (span.start, span.end)}:
        return None
    try:
        return Span(span.transcript, *(decision.passage or (0, 0)))
    except ValueError:
        raise UsageError("the passage is empty", todo="select it again") from None


def _segment_of(study: Study, passage: Span) -> int:
    text = unit_queries.current_text(study.store, passage.transcript)
    words = corpus.words(study.store, text)[passage.start : passage.end]
    return corpus.segment_at(study.store, text, passage.start, passage.end, words)


def passages_of(study: Study, coder: str, unit: int) -> list[Judgement]:
    """Return a coder's judgements of passages that were coded in a unit's place, in the same audits."""
    runs = sorted({event.run for event in judgements(study.store, coder, segments=[unit])})
    audits = [run for run, command in unit_queries.commands(study.store, runs).items() if command in {"audit", "undo"}]
    return judgements(study.store, coder, coded=True, runs=audits, passages_only=True)


def _second_look(study: Study, coder: str, item: AuditUnit, decision: Decision) -> Iterator[Coding]:
    """Decide on doubted codings; a code that is rejected is absent from the coder's own passages in the unit, too."""
    decision = replace(decision, memo=decision.memo or SECOND_LOOK)
    for coding in judgements_in(coder, item, decision):
        yield coding
        if coding.code is not None and coding.verdict is Verdict.ABSENT:
            for passage in _own_passages(study, coder, item.unit, coding.code):
                yield replace(coding, segment=passage, responds_to=None)


def _own_passages(study: Study, coder: str, unit: Unit, code: str) -> list[int]:
    """Return the passages by which a coder has coded a unit."""
    span = unit.segment.span
    text = unit_queries.current_text(study.store, span.transcript)
    own = judgements(study.store, coder, coded=True, text=text, start=span.start, end=span.end)
    given = [one for one in own if one.code == code and one.verdict is Verdict.PRESENT]
    return [one.segment for one in given if one.span.codes(span)]


def undo(
    study: Study, coder: str, commands: Sequence[str] = ("audit", "code by hand"), undoing: str = "undo"
) -> list[Judgement]:
    """Take back what a coder's last run of these commands wrote, and return the events that were taken back.

    Nothing is deleted: superseded judgements are written again, new ones are withdrawn. It can be repeated. The log
    keeps it under the command `undoing`.

    Raises
    ------
    UsageError
        There is nothing to undo.
    """
    last = last_run(study.store, coder, commands=commands, undo=undoing)
    if not last:
        raise UsageError(f"{coder} has nothing to undo")
    with study.store.transaction(undoing):
        codings = [taken_back(study, event) for event in reversed(last)]
        log.append(study.store, codings, study.scheme_version(), second={event.segment for event in last})
    return last


def taken_back(study: Study, event: Judgement) -> Coding:
    """Restore what an event superseded, or withdraw it; an acceptance in bulk is not restored by itself."""
    before = judgement(study.store, event.supersedes) if event.supersedes else None
    if before is None or before.shown is Shown.BULK:
        return Coding(event.segment, event.code, event.coder, Verdict.WITHDRAWN)
    what = (before.verdict, before.confidence, before.responds_to, before.shown, before.memo, before.at)
    return Coding(event.segment, event.code, event.coder, *what)


def code_by_hand(study: Study, coder: str, unit: Unit, codes: Sequence[str], memo: str = "") -> list[int]:
    """Write the codes that a person gives a unit without suggestions; no codes at all says that none applies."""
    segment = unit.segment.id
    codings = [Coding(segment, code, coder, memo=memo) for code in codes]
    with study.store.transaction("code by hand"):
        add_coder(study, coder)
        return log.append(study.store, [*codings, Coding(segment, None, coder)], study.scheme_version())
