"""The reading view: a transcript as turns with what is coded in it, how far a coder has come, and search."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from coder.errors import TranscriptError, did_you_mean
from coder.steps.audit.blinding import unseen
from coder.steps.audit.unit_page import Line, liner
from coder.steps.corpus.units import rule_of
from coder.steps.study.study import Study
from coder.store import corpus, log, unit_queries
from coder.store import transcript_queries as stored
from coder.store.corpus import StoredTranscript
from coder.store.judgements import judgements
from coder.store.transcript_queries import Progress, Text
from coder.types import CoderKind, Judgement, Shown, Turn, Verdict

PART = 100
"""So many turns make a part of a transcript."""
MORE = 5
"""So many turns of the next part are shown with each, so that a passage can be marked across the border."""
LISTED = 100
"""So many transcripts are on a page of their list."""
MOST_HITS = 200
"""So many hits of a search over all transcripts are shown; all are counted."""
AROUND = 60
"""So many characters stand on either side of a hit."""


class View(StrEnum):
    """Whose codings are visible beside one's own; `SHOWN` gives what the log records as `shown`."""

    OWN = "own"
    PEOPLE = "people"
    SUGGESTIONS = "suggestions"


Stretch = tuple[int, int, Any]
"""Where something begins and ends, half-open, and what it is."""

SHOWN = {View.OWN: Shown.NOTHING, View.PEOPLE: Shown.CODINGS, View.SUGGESTIONS: Shown.SUGGESTIONS}


class WordsGoneError(TranscriptError):
    """The transcript's words have been deleted; `events` of the log tell of it."""

    def __init__(self, name: str, events: int) -> None:
        super().__init__("the words of this transcript have been deleted", where=name, todo="choose another transcript")
        self.name, self.events = name, events


@dataclass(frozen=True, slots=True)
class Place:
    """A unit in its transcript: its segment, its span, and whether the coder has said something of it."""

    segment: int
    start: int
    end: int
    said: bool


@dataclass(frozen=True, slots=True)
class Jumps:
    """Units without a word of the coder's: next to where the page was opened, and outside of the part."""

    previous: int | None
    next: int | None
    before: int | None
    beyond: int | None


@dataclass(frozen=True, slots=True)
class Reading:
    """A part of a transcript as one coder may see it, and what there is of the whole.

    `text` is the id of the version of the text that was read, `total` its number of turns, of which `turns` are shown
    from the `first` on. `passages` are the current codings in the part that may be seen, `units` the units in it, and
    `hits` (start, end, number) those of the search. Of the whole transcript: how many units it has, how many are
    without a word of the coder's, how many hits, and the event that says that the coder read it as a whole.
    """

    name: str
    text: int
    total: int
    first: int
    turns: tuple[Line, ...]
    passages: tuple[Judgement, ...]
    units: tuple[Place, ...]
    hits: tuple[Stretch, ...]
    all_units: int
    uncoded: int
    found: int
    whole: int | None
    jumps: Jumps


@dataclass(frozen=True, slots=True)
class Goal:
    """Where to open a transcript: at a `turn` or a `hit` (from 0), a `unit` (its segment) or a coding (its `event`)."""

    kind: str = "turn"
    number: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """A hit of a search over all transcripts: the turn and the words before, of and after it."""

    turn: int
    hit: int
    before: str
    words: str
    after: str


def transcripts(study: Study, coder: str, page: int = 1) -> tuple[list[Progress], int]:
    """Return a page of the transcripts with the coder's progress, in order of name, and the number of pages."""
    pages = max(1, -(-stored.how_many(study.store) // LISTED))
    first = LISTED * (min(max(1, page), pages) - 1)
    return stored.progress(study.store, coder, rule_of(study), first=first, most=LISTED), pages


def read(
    study: Study, coder: str, name: str, *, view: View = View.OWN, goal: Goal = Goal(), query: str = ""
) -> Reading:
    """Return the part of a transcript that holds the goal, with what the coder may see of its codings.

    Raises
    ------
    TranscriptError
        There is no transcript of that name, or (`WordsGoneError`) its words have been deleted.
    """
    rule, store = rule_of(study), study.store
    text = stored.text(store, name, rule)
    if text is None:
        raise _no_words(study, name)
    found = _hits(study, text.id, query)
    opened = _goal_passage(study, coder, text.id, view, goal)
    place = _place_of(study, text.id, goal, found, opened)
    at = goal.number if goal.kind == "turn" else corpus.turn_at(store, text.id, place or 0)
    first = max(0, min(at, text.turns - 1)) // PART * PART
    part = stored.turns(store, text, first, PART + MORE)
    start, end = part[0].start, max(turn.end for turn in part)
    units = stored.units(store, text.id, rule, start, end)
    line = liner(study, name, corpus.words(store, text.id, start, end), start)
    read_as_whole = judgements(store, coder, coded=False, text=text.id)
    covering = (one.id for one in read_as_whole if one.span.start <= text.start and one.span.end >= text.end)
    whole = next(covering, None)
    passages = judgements(store, coded=True, text=text.id, start=start, end=end)
    left = [] if whole else stored.uncoded(store, text.id, rule, coder)
    open_ones = {segment for _, segment in left}
    turn = next((turn.start for turn in part if goal == Goal("turn", turn.n)), start)
    here = (turn, turn) if place is None or goal.kind == "hit" else (place, place + 1)
    return Reading(
        name,
        text.id,
        text.turns,
        first,
        tuple(line(turn, turn.start, turn.end) for turn in part),
        tuple(_seen(study, coder, text.id, view, passages)),
        tuple(Place(segment, first, last, segment not in open_ones) for first, last, segment in units),
        tuple((first, last, n) for n, (first, last) in enumerate(found) if first < end and last > start),
        text.units,
        len(left),
        len(found),
        whole,
        _jumps(study, text, left, (start, end), here),
    )


def turns_of(item: StoredTranscript) -> Sequence[Turn]:
    """Return the turns of a transcript; a text without any is one turn."""
    return item.transcript.turns or (Turn(0, "", 0, len(item.transcript.text)),)


def _hits(study: Study, text: int, query: str) -> list[tuple[int, int]]:
    """Return where the words of a query stand in a text."""
    if not query.split():
        return []
    words = corpus.words(study.store, text)
    turns: list[Stretch] = stored.turn_spans(study.store, text) or [(0, len(words), 0)]
    return [(start, end) for start, end, _ in said(words, turns, query)]


def _goal_passage(study: Study, coder: str, text: int, view: View, goal: Goal) -> Judgement | None:
    """Return the coding that is asked for, if it may be seen."""
    if goal.kind != "event":
        return None
    found = judgements(study.store, coded=True, numbers=[goal.number], text=text)
    return next(iter(_seen(study, coder, text, view, found)), None)


def _place_of(
    study: Study, text: int, goal: Goal, found: Sequence[tuple[int, int]], opened: Judgement | None
) -> int | None:
    """Return where a unit, hit or coding that is asked for begins; None where there is no such goal (any more)."""
    match goal.kind:
        case "unit":
            span = unit_queries.span(study.store, goal.number, text)
            return span[0] if span else None
        case "hit":
            return found[goal.number][0] if 0 <= goal.number < len(found) else None
        case _:
            return opened.span.start if opened else None


def _jumps(
    study: Study, text: Text, left: Sequence[tuple[int, int]], part: tuple[int, int], here: tuple[int, int]
) -> Jumps:
    """Return the nearest units of those that are left."""

    def near(place: int, step: int) -> int | None:
        n = bisect_left(left, (stored.unit_from(study.store, text, rule_of(study), place), 0)) + step
        return left[n][1] if 0 <= n < len(left) else None

    return Jumps(near(here[0], -1), near(here[1], 0), near(part[0], -1), near(part[1], 0))


def item_of(study: Study, name: str) -> StoredTranscript:
    """Return a transcript, or say why there is none."""
    item = corpus.transcripts(study.store, name).get(name)
    if item is None:
        raise _no_words(study, name)
    return item


def _no_words(study: Study, name: str) -> TranscriptError:
    events = stored.told(study.store, name)
    if events is not None:
        return WordsGoneError(name, events)
    todo = did_you_mean(name, unit_queries.names(study.store)["transcripts"]) or "see the list of them"
    return TranscriptError(f"there is no transcript `{name}`", todo=todo)


def _seen(study: Study, coder: str, text: int, view: View, passages: Sequence[Judgement]) -> list[Judgement]:
    """Return the codings that a coder may see in a view.

    What shares words with a unit that the coder is to judge blind is left out; of one that they are to judge a second
    time, their own earlier codings, too.
    """
    model = log.suggesting_model(study.store)
    visible = (passage for passage in passages if _in_sight(passage, coder, view, model))
    found = sorted(visible, key=lambda one: (one.span.start, one.span.end, one.id))
    if not found:
        return found
    units = stored.units(
        study.store, text, rule_of(study), found[0].span.start, max(passage.span.end for passage in found)
    )
    hidden = unseen(study, coder, [segment for *_, segment in units])
    of_others = hidden.suggestions if view is View.SUGGESTIONS else hidden.codings
    kept_back = set()
    for is_own, segments in ((True, hidden.own), (False, of_others)):
        places = [unit for unit in units if unit[2] in segments]
        codings = [(one.span.start, one.span.end, one.id) for one in found if (one.coder == coder) is is_own]
        kept_back |= {event for over in meeting(places, codings) for *_, event in over}
    return [passage for passage in found if passage.id not in kept_back]


def in_sight(study: Study, coder: str, segment: int, shown: Shown) -> Shown:
    """Return what a coder was shown at a segment: nothing of a unit that they are to judge blind."""
    units = set(stored.units_at(study.store, segment, rule_of(study)))
    found = unseen(study, coder, units)
    hidden = {Shown.CODINGS: found.codings, Shown.SUGGESTIONS: found.suggestions}.get(shown, frozenset())
    return Shown.NOTHING if units and units <= hidden else shown


def _in_sight(passage: Judgement, coder: str, view: View, model: str) -> bool:
    if passage.coder == coder:
        return passage.verdict in {Verdict.PRESENT, Verdict.UNSURE}
    if passage.verdict is not Verdict.PRESENT:
        return False
    if view is View.SUGGESTIONS:
        return passage.coder == model
    return view is View.PEOPLE and passage.kind is CoderKind.PERSON


def meeting(places: Sequence[Stretch], spans: Sequence[Stretch]) -> Iterator[list[Stretch]]:
    """Yield for each place the spans that share characters with it; both come in order of start.

    Examples
    --------
    >>> list(meeting([(0, 5, "a"), (5, 9, "b")], [(0, 9, "x"), (3, 5, "y")]))
    [[(0, 9, 'x'), (3, 5, 'y')], [(0, 9, 'x')]]
    """
    waiting = 0
    now: list[Stretch] = []
    for start, end, _ in places:
        while waiting < len(spans) and spans[waiting][0] < end:
            now.append(spans[waiting])
            waiting += 1
        now = [span for span in now if span[1] > start]
        yield list(now)


def hits(text: str, query: str) -> Iterator[tuple[int, int]]:
    """Yield where the words of a query stand: literal, whatever the case, white space and way of composing accents.

    Examples
    --------
    >>> list(hits("A fair. The  Fair?", "the fair"))
    [(8, 17)]
    """
    words = query.split()
    if not words:
        return
    ways = dict.fromkeys([query, unicodedata.normalize("NFC", query), unicodedata.normalize("NFD", query)])
    pattern = "|".join(r"\s+".join(map(re.escape, way.split())) for way in ways)
    for match in re.finditer(pattern, text, re.IGNORECASE):
        yield match.span()


def said(text: str, turns: Sequence[Stretch], query: str) -> Iterator[tuple[int, int, int]]:
    """Yield (start, end, turn) of the hits that lie in the words of a turn: labels and times are not searched."""
    starts = [start for start, _, _ in turns]
    for start, end in hits(text, query):
        turn = bisect_right(starts, start) - 1
        if turn >= 0 and end <= turns[turn][1]:
            yield start, end, turn


def search(study: Study, query: str) -> tuple[dict[str, int], dict[str, list[Found]]]:
    """Search all transcripts: how many hits each has, and the first hits of each, `MOST_HITS` in all."""
    counts: dict[str, int] = {}
    found: dict[str, list[Found]] = {}
    room = MOST_HITS
    for name, text, words in stored.contents(study.store):
        if next(hits(words, query), None) is None:
            continue
        turns: list[Stretch] = stored.turn_spans(study.store, text) or [(0, len(words), 0)]
        places = list(said(words, turns, query))
        if places:
            counts[name] = len(places)
            found[name] = [_found(words, turns, n, place) for n, place in enumerate(places[:room])]
            room -= len(found[name])
    return counts, found


def _found(text: str, turns: Sequence[Stretch], n: int, place: tuple[int, int, int]) -> Found:
    start, end, turn = place
    first, last, _ = turns[turn]
    return Found(
        turn, n, text[max(first, start - AROUND) : start], text[start:end], text[end : min(last, end + AROUND)]
    )
