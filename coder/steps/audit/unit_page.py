"""A unit on a page of the audit: its surroundings, the codes to decide on, flags, and the coder's pace."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from coder.scheme.describing import definitions
from coder.steps.audit.blinding import unseen
from coder.steps.audit.decisions import MOST_SECONDS, passages_of, undo
from coder.steps.audit.following import Following
from coder.steps.audit.units import AuditUnit, ShownCode, audit_units
from coder.steps.coding.code_lookup import one_code
from coder.steps.coding.coders import add_coder
from coder.steps.corpus.units import place_of
from coder.steps.study.study import Study
from coder.store import corpus, unit_queries
from coder.store.judgements import judgements
from coder.store.unit_queries import Place
from coder.types import Judgement, Role, Segment, Span, Turn, Unit, Verdict

AROUND = 2
"""So many turns are shown before and after a unit's own."""
RECENT = 100
"""The pace is that of so many units."""


@dataclass(frozen=True, slots=True)
class Line:
    """A stretch of the words of one turn (counted from 0), with where it starts in the transcript's text."""

    n: int
    speaker: str
    title: str
    interviewer: bool
    start: int
    words: str
    at_ms: int | None

    @property
    def end(self) -> int:
        """Where it ends in the transcript's text."""
        return self.start + len(self.words)


@dataclass(frozen=True)
class UnitPage(AuditUnit):
    """A unit to audit in its surroundings.

    `question` is the interviewer's last turn before the unit, where it is not among the turns `before`. `head` and
    `tail` are the words of the unit's own turn before and after it. `passage` is the narrower or wider span that the
    coder coded in its place. `read`: the coder has answered this unit already.
    """

    place: Place
    case: str
    own: Line
    question: Line | None
    before: tuple[Line, ...]
    head: Line | None
    tail: Line | None
    after: tuple[Line, ...]
    passage: Line | None
    memo: str
    flag: str | None
    read: bool


def page_of(
    study: Study,
    coder: str,
    segment: int,
    *,
    hidden: bool = False,
    doubted: Sequence[ShownCode] = (),
    thresholds: Mapping[str, float] | None = None,
    following: Following | None = None,
) -> UnitPage:
    """Return a unit as a coder may see it.

    Parameters
    ----------
    hidden
        No suggestion is shown; nor is one where the unit is hidden at random, or given to the coder to code blind.
    doubted
        For a second look: the unit's doubted codings, which are shown in place of suggestions.
    thresholds
        From which score on each code is suggested.
    following
        In reading order: has suggestions follow the coder's answers on the next units.

    Raises
    ------
    CodingError
        As `place_of`.
    """
    place = place_of(study, segment)
    text = corpus.words(study.store, place.text)
    line = liner(study, place.transcript, text)
    turns = unit_queries.turns(study.store, place.text, place.start, AROUND)
    n = max((i for i, turn in enumerate(turns) if turn.start <= place.start), default=0)
    turn = turns[n] if turns else Turn(0, "", 0, len(text))
    before = tuple(line(one, one.start, one.end) for one in turns[:n])
    asked = unit_queries.asked(study.store, place.text, place.transcript, turn.n)
    asked_here = asked is None or any(one.n == asked.n for one in turns)
    again = segment in unseen(study, coder, [segment]).own
    mine = {} if again else {one.code: one for one in judgements(study.store, coder, segments=[segment])}
    marked = [] if again else passages_of(study, coder, segment)
    passage = unit_queries.span(study.store, marked[0].segment, place.text) if marked else None
    own = line(turn, place.start, place.end)
    span = Span(place.transcript, place.start, place.end, turn.n)
    spoken = Segment(segment, span, own.words, own.speaker, own.at_ms)
    unit = Unit(spoken, before[-1].words if before else "", place.start / max(1, len(text)))
    [item] = audit_units(study, coder, [unit], {segment: tuple(doubted)}, hidden=hidden)
    item = following.follow(study, coder, item) if following else item
    return UnitPage(
        unit=unit,
        title=item.title,
        codes=_codes(study, mine, item.codes, thresholds or {}),
        shown=item.shown,
        likely=tuple(one for one in item.likely if one.code not in mine or mine[one.code].verdict is Verdict.ABSENT),
        next_units=() if None in mine else item.next_units,
        place=place,
        case=corpus.case_of(study.store)[place.transcript],
        own=own,
        question=None if asked is None or asked_here else line(asked, asked.start, asked.end),
        before=before,
        head=line(turn, turn.start, place.start) if turn.start < place.start else None,
        tail=line(turn, place.end, turn.end) if place.end < turn.end else None,
        after=tuple(line(one, one.start, one.end) for one in turns[n + 1 :]),
        passage=line(turn, *passage) if passage else None,
        memo=next((event.memo for event in mine.values() if event.memo), ""),
        flag=None if again else unit_queries.flags(study.store, coder, segment).get(segment),
        read=None in mine,
    )


def liner(study: Study, transcript: str, text: str, offset: int = 0) -> Callable[[Turn, int, int], Line]:
    """Return what makes a line of a part of a turn; `text` holds the transcript's text from `offset` on."""
    speakers = corpus.speakers(study.store, transcript).get(transcript, {})

    def line(turn: Turn, start: int, end: int) -> Line:
        who = speakers.get(turn.speaker)
        title, asks = (who.title, who.role is Role.INTERVIEWER) if who else ("", False)
        return Line(turn.n, turn.speaker, title, asks, start, text[start - offset : end - offset], turn.at_ms)

    return line


def _codes(
    study: Study, mine: Mapping[str | None, Judgement], put: Sequence[ShownCode], thresholds: Mapping[str, float]
) -> tuple[ShownCode, ...]:
    """Return the codes to decide on with the coder's own verdicts; codes that the coder added stand last."""
    found = {one.code: replace(one, threshold=thresholds.get(one.code)) for one in put}
    for code, event in mine.items():
        if code in found:
            found[code] = replace(found[code], own=event.verdict)
        elif code is not None and event.verdict is not Verdict.ABSENT:
            found[code] = ShownCode(code, own=event.verdict)
    return tuple(replace(one, definition=definition(study, one.code)) for one in found.values())


def definition(study: Study, path: str) -> str:
    """Return the definition of a code, or else of the values it is made of."""
    return " ".join(definitions(study.scheme, path).values())


def missed(study: Study, words: str) -> list[str]:
    """Return the codes that a person typed parts of the names of, with `+` between several.

    Raises
    ------
    UsageError, CodingError
        The words fit several codes, or none.
    """
    return [one_code(study, part.strip()) for part in words.split("+") if part.strip()]


def take_back(study: Study, coder: str) -> tuple[int, list[int]]:
    """Take back a coder's last answer; return the unit to look at again, and all that were taken back.

    Raises
    ------
    UsageError
        There is nothing to undo.
    """
    events = undo(study, coder)
    read = [event.segment for event in events if event.code is None]
    units = list(dict.fromkeys(read or [event.segment for event in events]))
    return units[0], units


def set_flag(study: Study, coder: str, segment: int, raised: bool, note: str = "") -> None:
    """Raise a flag at a unit, or take it down."""
    with study.store.transaction("flag"):
        add_coder(study, coder)
        unit_queries.flag(study.store, segment, coder, raised, note.strip())


def pace(study: Study, coder: str) -> float | None:
    """Return how many units a coder reads in an hour of work, by their last hundred; pauses are left out."""
    times = [datetime.fromisoformat(at) for at in unit_queries.last_reads(study.store, coder, RECENT)]
    gaps = [(later - sooner).total_seconds() for later, sooner in pairwise(times)]
    worked = [gap for gap in gaps if gap <= MOST_SECONDS]
    return 3600 * len(worked) / sum(worked) if worked and sum(worked) else None


def codes_of(study: Study) -> dict[str, str]:
    """Return every code with its definition, to choose from."""
    return {path: definition(study, path) for path in study.scheme.paths()}


def names(study: Study) -> dict[str, list[str]]:
    """Return the names of transcripts, cases, speakers and coders, to choose from."""
    return unit_queries.names(study.store)
