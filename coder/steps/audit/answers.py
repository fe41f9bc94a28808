"""Audit: a person accepts, corrects or rejects what the model suggested, or looks again at what people coded."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from coder.errors import UsageError
from coder.steps.coding.coders import add_coder, check_coder
from coder.steps.corpus.units import units_in
from coder.steps.models.registry import auditable_model
from coder.steps.study.study import Study
from coder.store import corpus, log, unit_queries
from coder.store.random_draws import again_left, assigned_left
from coder.store.settlements import words_in
from coder.types import Coding, CodingEvent, Segment, Span, Unit, Verdict

SECOND_LOOK = "second look"
"""The memo of an answer to a doubted coding, where the person gives none."""


@dataclass(frozen=True)
class Suggestion:
    """A code to decide on: one that the model suggested, or a coding that it doubts.

    `event` is the suggestion's place in the log; None for a doubted coding, of which `said` tells who said what.
    """

    event: int | None
    code: str
    score: float
    said: str = ""


@dataclass(frozen=True)
class Item:
    """A unit to audit, with its suggestions from the likeliest on, and who says it.

    `shown` is what the person has in sight: `suggestions`, `nothing` (a blind audit), or `codings` of people, for a
    second look.
    """

    unit: Unit
    suggestions: tuple[Suggestion, ...]
    speaker: str
    title: str
    shown: str = "suggestions"


@dataclass(frozen=True)
class Answer:
    """A person's word on one item: which of its codes hold and which do not, and codes that were missed."""

    accepted: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    memo: str = ""
    unsure: tuple[str, ...] = ()


def queue(study: Study, coder: str, *, transcripts: Sequence[str] = (), everything: bool = False) -> list[Item]:
    """Return what a coder has to audit, transcript by transcript.

    Parameters
    ----------
    transcripts
        Only these; all of them if none is named.
    everything
        Units without suggestions too: the way to find what the model missed.

    Raises
    ------
    StudyError
        There are no suggestions yet.
    UsageError
        There is no transcript of a name that was given.
    CodingError
        The coder is a model.
    """
    model = auditable_model(study)
    check_coder(study, coder)
    units = units_in(study, transcripts)
    events = log.current(study.store)
    done = {event.segment for event in events if event.coder == coder and event.code is None}
    done |= assigned_left(study.store, coder).keys()  # these are coded blind: --order assigned
    read = {event.segment for event in events if event.coder == model and event.code is None}
    suggested = suggestions(study, events)
    segments = corpus.segments(study.store)
    covered = {segments[segment].span.transcript for segment in read if segment in segments}
    speakers = corpus.speakers(study.store)
    items = []
    for unit in units:
        segment, transcript = unit.segment, unit.segment.span.transcript
        own = tuple(suggested.get(segment.id, ()))
        if transcript in covered and segment.id not in done and (own or everything):
            who = speakers.get(transcript, {}).get(segment.speaker)
            items.append(Item(unit, own, segment.speaker, who.title if who else ""))
    return items


def suggestions(study: Study, events: Iterable[CodingEvent]) -> dict[int, list[Suggestion]]:
    """Return what is suggested of each segment, the likeliest first; codes that are retired by now are left out."""
    model, known = log.suggesting_model(study.store), set(study.scheme.paths())
    found: dict[int, list[Suggestion]] = {}
    for event in sorted(events, key=lambda event: -(event.confidence or 0.0)):
        if event.coder == model and event.code in known and event.code and event.verdict is Verdict.PRESENT:
            found.setdefault(event.segment, []).append(Suggestion(event.id, event.code, event.confidence or 0.0))
    return found


def answer(
    study: Study,
    coder: str,
    item: Item,
    given: Answer,
    passage: Span | None = None,
    also: Callable[[], None] = lambda: None,
) -> list[int]:
    """Write a person's word on one item in one transaction; return the events.

    What was neither suggested nor added is absent from then on: the unit counts as read. A second look is a word on
    the doubted codes alone. What the coder was given to code again is judged anew: whatever she does not give now is
    absent, and what she gives is written down although she has said it before.

    Parameters
    ----------
    passage
        The words that a first look's codes are about, where they are not the unit's: a segment of its own, which the
        codes that hold are said of, too.
    also
        Called in the same transaction, to write what is no coding.
    """
    with study.store.transaction("audit"):
        add_coder(study, coder)
        if item.shown == "codings":
            codings = list(_second_look(study, coder, item, given))
        else:
            codings = [*_on_passage(study, coder, item, given, passage), *_first(coder, item, given)]
        again = again_left(study.store, coder, [item.unit.segment.id])
        if again:
            codings += not_given_now(study, coder, item.unit.segment, {c.code for c in codings}, given.memo)
        also()
        return log.append(study.store, codings, study.scheme_version(), anew=again)


def not_given_now(
    study: Study, coder: str, unit: Segment, codes: Collection[str | None], memo: str = ""
) -> list[Coding]:
    """Return that absent is what a coder once gave a unit, or a passage inside it, and does not give it now.

    A passage that reaches beyond the unit stays as it is: it is about other units, too.
    """
    text = unit_queries.current_text(study.store, unit.span.transcript)
    words = words_in(study.store, text, unit.span.start, unit.span.end)
    places = {
        (word.segment, word.code): None
        for word in words
        if word.coder == coder
        and word.code is not None
        and word.code not in codes
        and word.verdict is not Verdict.ABSENT
        and unit.span.start <= word.start
        and word.end <= unit.span.end
    }
    return [Coding(segment, code, coder, Verdict.ABSENT, memo=memo) for segment, code in places]


def _first(coder: str, item: Item, given: Answer) -> Iterator[Coding]:
    segment = item.unit.segment.id
    asked = {s.code: s.event for s in item.suggestions}
    verdicts = {Verdict.PRESENT: given.accepted, Verdict.ABSENT: given.rejected, Verdict.UNSURE: given.unsure}
    for verdict, codes in verdicts.items():
        for code in codes:
            event = asked[code]
            yield Coding(segment, code, coder, verdict, responds_to=event, shown=item.shown, memo=given.memo)
    for code in given.added:
        yield Coding(segment, code, coder, shown=item.shown, memo=given.memo)
    yield Coding(segment, None, coder, shown=item.shown, memo=given.memo)


def _on_passage(study: Study, coder: str, item: Item, given: Answer, passage: Span | None) -> Iterator[Coding]:
    """Say the codes that hold of the passage; what earlier audits of the unit said of other passages is withdrawn.

    Where that changes anything, what the unit has is said anew, so that one audit holds the unit and its passage.
    """
    unit, codes = item.unit.segment.id, given.accepted + given.added
    wanted = {(_segment_of(study, passage), code) for code in codes} if passage else set()
    earlier = {(event.segment, event.code) for event in passages_of(study, coder, unit)}
    if wanted != earlier:
        yield from (Coding(unit, code, coder, Verdict.WITHDRAWN) for code in codes)
    yield from (Coding(segment, code, coder, Verdict.WITHDRAWN) for segment, code in sorted(earlier - wanted))
    yield from (Coding(segment, code, coder, shown=item.shown, memo=given.memo) for segment, code in sorted(wanted))


def _segment_of(study: Study, passage: Span) -> int:
    text = unit_queries.current_text(study.store, passage.transcript)
    words = corpus.words(study.store, text)[passage.start : passage.end]
    return corpus.segment_at(study.store, text, passage.start, passage.end, words)


def passages_of(study: Study, coder: str, unit: int) -> list[CodingEvent]:
    """Return a coder's words on the passages that were judged in a unit's place: those of the same audits."""
    runs = sorted({event.run for event in unit_queries.said(study.store, unit) if event.coder == coder})
    audits = [run for run, command in unit_queries.commands(study.store, runs).items() if command in {"audit", "undo"}]
    return unit_queries.on_passages(study.store, coder, audits)


def _second_look(study: Study, coder: str, item: Item, given: Answer) -> Iterator[Coding]:
    """Say a word on the unit; what does not hold is taken off the coder's own passages in it, too."""
    segment, memo = item.unit.segment.id, given.memo or SECOND_LOOK
    for code in given.accepted + given.added:
        yield Coding(segment, code, coder, shown=item.shown, memo=memo)
    for code in given.unsure:
        yield Coding(segment, code, coder, Verdict.UNSURE, shown=item.shown, memo=memo)
    for code in given.rejected:
        for place in dict.fromkeys([segment, *_own_passages(study, coder, item.unit, code)]):
            yield Coding(place, code, coder, Verdict.ABSENT, shown=item.shown, memo=memo)


def _own_passages(study: Study, coder: str, unit: Unit, code: str) -> list[int]:
    """Return the passages by which a coder has coded a unit."""
    from coder.agreement.ratings import project

    segments = corpus.segments(study.store)
    own = [
        event.segment
        for event in log.current(study.store, coder)
        if event.code == code and event.verdict is Verdict.PRESENT and event.segment in segments
    ]
    coded = project([unit.segment.span], [segments[segment].span for segment in own])
    return [segment for segment, units in zip(own, coded, strict=True) if units]


def undo(study: Study, coder: str) -> list[CodingEvent]:
    """Take back a coder's last audited item (or coding by hand), and return the events that were taken back.

    Nothing is deleted: what was superseded is said again, what was new is withdrawn. It can be repeated.

    Raises
    ------
    UsageError
        There is nothing to undo.
    """
    last = log.last_run(study.store, coder, commands=("audit", "code by hand"), undo="undo")
    if not last:
        raise UsageError(f"{coder} has nothing to undo")
    with study.store.transaction("undo"):
        words = [taken_back(study, event) for event in reversed(last)]
        log.append(study.store, words, study.scheme_version(), anew={event.segment for event in last})
    return last


def taken_back(study: Study, event: CodingEvent) -> Coding:
    """Say again what the event superseded, or withdraw it; what was accepted in bulk is not said again by itself."""
    before = log.event(study.store, event.supersedes) if event.supersedes else None
    if before is None or before.shown == log.BULK:
        return Coding(event.segment, event.code, event.coder, Verdict.WITHDRAWN)
    return Coding(
        event.segment,
        event.code,
        event.coder,
        before.verdict,
        before.confidence,
        before.responds_to,
        before.shown,
        before.memo,
        before.at,
    )


def code_by_hand(study: Study, coder: str, unit: Unit, codes: Sequence[str], memo: str = "") -> list[int]:
    """Write what a person codes in a unit with nothing in sight; no codes at all says that none applies."""
    segment = unit.segment.id
    codings = [Coding(segment, code, coder, memo=memo) for code in codes]
    with study.store.transaction("code by hand"):
        add_coder(study, coder)
        return log.append(study.store, [*codings, Coding(segment, None, coder)], study.scheme_version())


def uncoded(study: Study, coder: str, *, transcripts: Sequence[str] = ()) -> list[Unit]:
    """Return the units that a coder has not read yet, in order.

    Raises
    ------
    StudyError
        Nothing is cut into units yet.
    UsageError
        There is no transcript of a name that was given.
    CodingError
        The coder is a model.
    """
    import numpy as np

    from coder.agreement.ratings import ratings
    from coder.steps.coding.judgements import judgements

    check_coder(study, coder)
    units = units_in(study, transcripts)
    judged = judgements(study, corpus.spans(study.store), log.current(study.store, coder))
    spans = [unit.segment.span for unit in units]
    grid = ratings(spans, {coder: judged.get(coder, [])}, codes=study.scheme.paths()).values[0]
    return [unit for n, unit in enumerate(units) if np.isnan(grid[n]).any()]
