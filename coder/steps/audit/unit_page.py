"""One unit on a page: what a coder sees of it, what she says of it, and how she gets on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from coder.errors import UsageError
from coder.scheme.describing import definitions
from coder.steps.audit import blinding
from coder.steps.audit.answers import Answer, Item, Suggestion, answer, passages_of, suggestions, undo
from coder.steps.audit.blinding import unseen
from coder.steps.coding.code_lookup import known_code, one_code
from coder.steps.coding.coders import add_coder
from coder.steps.corpus.units import place_of
from coder.steps.study.study import Study
from coder.store import corpus, unit_queries
from coder.store.unit_queries import Place
from coder.types import CodingEvent, Segment, Span, Turn, Unit, Verdict

AROUND = 2
"""So many turns are shown before and after a unit's own."""
PAUSE = 600.0
"""A gap of more seconds between two units is a pause, not work."""
RECENT = 100
"""The pace is that of so many units."""


@dataclass(frozen=True, slots=True)
class Line:
    """A stretch of one speaker's words, with where it starts in the transcript's text."""

    speaker: str
    title: str
    interviewer: bool
    start: int
    words: str
    at_ms: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """A code to decide on, and the coder's own word on it so far.

    `event` is the suggestion; None for a doubted coding, of which `doubt` says who said what, and for a code that the
    coder added. `probe`: it was planted against anchoring, and what is said of it is no coding.
    """

    code: str
    definition: str = ""
    event: int | None = None
    score: float | None = None
    threshold: float | None = None
    doubt: str = ""
    probe: bool = False
    own: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A unit in its surroundings, with the codes to decide on.

    `question` is the interviewer's last turn before the unit, where it is not among the turns `before`. `head` and
    `tail` are the words of the unit's own turn before and after it. `passage` is the narrower or wider span that the
    coder judged in its place. `read`: the coder has answered this unit already.
    """

    place: Place
    case: str
    unit: Line
    question: Line | None
    before: tuple[Line, ...]
    head: Line | None
    tail: Line | None
    after: tuple[Line, ...]
    rows: tuple[Row, ...]
    shown: str
    passage: Line | None
    memo: str
    flag: str | None
    read: bool

    def as_unit(self, study: Study) -> Unit:
        """Return the unit as a classifier is given it."""
        span = Span(self.place.transcript, self.place.start, self.place.end)
        segment = Segment(self.place.segment, span, self.unit.words, self.unit.speaker, self.unit.at_ms)
        length = len(corpus.words(study.store, self.place.text))
        return Unit(segment, self.before[-1].words if self.before else "", self.place.start / max(1, length))

    @property
    def suggested(self) -> dict[str, float]:
        """Return the codes that were put to the coder, each with its score; of a planted one that is like any other."""
        return {row.code: row.score for row in self.rows if row.score is not None}


@dataclass(frozen=True, slots=True)
class Said:
    """What a coder said on a page: a verdict on each code of the sheet, codes that were missed, memo and passage.

    `passage` is a span of code points of the transcript, or None for the unit as it stands. `seconds` is how long it
    took, if that is known.
    """

    marks: Mapping[str, Verdict]
    added: Sequence[str] = ()
    memo: str = ""
    passage: tuple[int, int] | None = None
    seconds: float | None = None


def sheet(
    study: Study,
    coder: str,
    segment: int,
    *,
    hidden: bool = False,
    doubted: Item | None = None,
    thresholds: Mapping[str, float] | None = None,
) -> Sheet:
    """Return a unit as a coder is to see it.

    Parameters
    ----------
    hidden
        No suggestion is shown; nor is one where the unit was hidden by lot, or given to the coder to code blind.
    doubted
        For a second look: the unit's doubted codings, which are shown in place of suggestions.
    thresholds
        From which score on each code is suggested.

    Raises
    ------
    CodingError
        As `place_of`.
    """
    place = place_of(study, segment)
    blind = unseen(study, coder, [segment])
    hidden = hidden or segment in (blind.codings if doubted else blind.suggestions)
    text = corpus.words(study.store, place.text)
    line = _liner(study, place, text)
    turns = unit_queries.turns(study.store, place.text, place.start, AROUND)
    n = max((i for i, turn in enumerate(turns) if turn.start <= place.start), default=0)
    own = turns[n] if turns else Turn(0, "", 0, len(text))
    before = tuple(line(turn, turn.start, turn.end) for turn in turns[:n])
    asked = unit_queries.asked(study.store, place.text, place.transcript, own.n)
    asked_here = asked is None or any(turn.n == asked.n for turn in turns)
    events = unit_queries.said(study.store, segment)
    again = segment in blind.own
    mine = {event.code: event for event in events if event.coder == coder and not again}
    marked = [] if again else passages_of(study, coder, segment)
    passage = unit_queries.span(study.store, marked[0].segment, place.text) if marked else None
    return Sheet(
        place,
        unit_queries.case(study.store, place.transcript),
        line(own, place.start, place.end),
        None if asked is None or asked_here else line(asked, asked.start, asked.end),
        before,
        line(own, own.start, place.start) if own.start < place.start else None,
        line(own, place.end, own.end) if place.end < own.end else None,
        tuple(line(turn, turn.start, turn.end) for turn in turns[n + 1 :]),
        _rows(study, events, mine, () if hidden else _put(study, coder, events, segment, doubted), thresholds or {}),
        "nothing" if hidden else "codings" if doubted else "suggestions",
        line(own, *passage) if passage else None,
        next((event.memo for event in mine.values() if event.memo), ""),
        None if again else unit_queries.flags(study.store, coder, segment).get(segment),
        None in mine,
    )


def _liner(study: Study, place: Place, text: str) -> Callable[[Turn, int, int], Line]:
    speakers = unit_queries.speakers(study.store, place.transcript)

    def line(turn: Turn, start: int, end: int) -> Line:
        who = speakers.get(turn.speaker)
        title, asks = (who.title, who.role.value == "interviewer") if who else ("", False)
        return Line(turn.speaker, title, asks, start, text[start:end], turn.at_ms)

    return line


def _rows(
    study: Study,
    events: Sequence[CodingEvent],
    mine: Mapping[str | None, CodingEvent],
    put: Sequence[Row],
    thresholds: Mapping[str, float],
) -> tuple[Row, ...]:
    """Return the codes to decide on, with the coder's own words; after what is put to her what she added herself."""
    rows = {row.code: replace(row, threshold=thresholds.get(row.code)) for row in put}
    for code, event in mine.items():
        if code in rows:
            rows[code] = replace(rows[code], own=event.verdict)
        elif code is not None and event.verdict is not Verdict.ABSENT:
            rows[code] = Row(code, own=event.verdict)
    return tuple(replace(row, definition=definition(study, row.code)) for row in rows.values())


def _put(study: Study, coder: str, events: Sequence[CodingEvent], segment: int, doubted: Item | None) -> list[Row]:
    """Return what is put to the coder, the likeliest first, a planted code among it."""
    if doubted:
        return [Row(s.code, event=s.event, score=s.score, doubt=s.said) for s in doubted.suggestions]
    rows = [Row(s.code, event=s.event, score=s.score) for s in suggestions(study, events).get(segment, ())]
    read = any(event.coder == coder and event.code is None for event in events)
    planted = None if read or not rows else blinding.probe(study, coder, segment, [row.code for row in rows])
    if planted:
        rows.append(Row(planted[0], score=planted[1], probe=True))
    return sorted(rows, key=lambda row: -(row.score or 0.0))


def definition(study: Study, path: str) -> str:
    """Return what the scheme says of a code, or else of the values it is made of."""
    return " ".join(definitions(study.scheme, path).values())


def record(study: Study, coder: str, page: Sheet, said: Said) -> list[int]:
    """Write what a coder says of a unit in one transaction, and return the events.

    Raises
    ------
    UsageError
        A code that is shown was not decided on, or the passage holds no words.
    CodingError
        A code is not in the scheme.
    """
    undecided = [row.code for row in page.rows if row.code not in said.marks]
    if undecided:
        raise UsageError(
            f"{len(undecided)} of the codes shown are not decided on: {', '.join(undecided[:3])}",
            todo="accept, reject or say unsure of each; X rejects all that are left; s skips the unit",
        )
    added = [known_code(study, code) for code in said.added if code not in said.marks]
    rows = [row for row in page.rows if not row.probe]
    by_verdict = {v: tuple(row.code for row in rows if said.marks[row.code] is v) for v in Verdict}
    given = Answer(
        by_verdict[Verdict.PRESENT],
        by_verdict[Verdict.ABSENT],
        tuple(dict.fromkeys(added)),
        said.memo.strip(),
        by_verdict[Verdict.UNSURE],
    )
    span = Span(page.place.transcript, page.place.start, page.place.end)
    codes = tuple(Suggestion(row.event, row.code, row.score or 0.0, row.doubt) for row in rows)
    unit = Unit(Segment(page.place.segment, span, page.unit.words, page.unit.speaker, page.unit.at_ms))
    item = Item(unit, codes, page.unit.speaker, page.unit.title, page.shown)

    def also() -> None:
        if said.seconds is not None and page.shown != "codings":
            blinding.write_time(study, coder, page.place.segment, page.shown, said.seconds)
        for row in page.rows:
            if row.probe:
                accepted = said.marks[row.code] is Verdict.PRESENT
                blinding.write_outcome(study, coder, page.place.segment, row.code, accepted=accepted)

    return answer(study, coder, item, given, _other(page, said), also)


def _other(page: Sheet, said: Said) -> Span | None:
    """Return the passage that is judged in the unit's place, if it is another."""
    if page.shown == "codings" or said.passage in {None, (page.place.start, page.place.end)}:
        return None
    try:
        return Span(page.place.transcript, *(said.passage or (0, 0)))
    except ValueError:
        raise UsageError("the passage holds no words", todo="select it anew") from None


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
    """Return how many units a coder reads in an hour of work, by her last hundred; pauses are left out."""
    times = [datetime.fromisoformat(at) for at in unit_queries.last_reads(study.store, coder, RECENT)]
    gaps = [(later - sooner).total_seconds() for later, sooner in pairwise(times)]
    worked = [gap for gap in gaps if gap <= PAUSE]
    return 3600 * len(worked) / sum(worked) if worked and sum(worked) else None


def codes_of(study: Study) -> dict[str, str]:
    """Return every code with its definition, to choose from."""
    return {path: definition(study, path) for path in study.scheme.paths()}


def names(study: Study) -> dict[str, list[str]]:
    """Return the names of transcripts, cases, speakers and coders, to choose from."""
    return unit_queries.names(study.store)
