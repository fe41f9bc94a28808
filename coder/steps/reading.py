"""The reading view: a transcript as turns with what is coded in it, how far a coder has come, and search."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from coder.errors import TranscriptError, did_you_mean
from coder.steps.study import Study
from coder.store import log
from coder.store import reading as stored
from coder.store.corpus import StoredTranscript
from coder.store.reading import Placed, Progress
from coder.transcripts.segment import parse_rule
from coder.types import Role, Turn, Verdict

PART = 150
"""So many turns make a part of a transcript; interviews are rarely longer."""
MORE = 5
"""So many turns of the next part are shown with each, so that a passage can be marked across the border."""
MOST_HITS = 200
"""So many hits of a search over all transcripts are shown; all are counted."""
AROUND = 60
"""So many characters stand on either side of a hit."""


class View(StrEnum):
    """Whose codings are in sight beside one's own; what `shown` in the log says of it is `SHOWN`."""

    OWN = "own"
    PEOPLE = "people"
    SUGGESTIONS = "suggestions"


SHOWN = {View.OWN: "nothing", View.PEOPLE: "codings", View.SUGGESTIONS: "suggestions"}


class WordsGoneError(TranscriptError):
    """The transcript's words have been deleted; `events` of the log tell of it."""

    def __init__(self, name: str, events: int) -> None:
        super().__init__("the words of this transcript have been deleted", where=name, todo="choose another transcript")
        self.name, self.events = name, events


@dataclass(frozen=True, slots=True)
class ReadTurn:
    """A turn with who speaks; `n` counts from 0, `words` are those of the span `start`..`end` of the transcript."""

    n: int
    speaker: str
    title: str
    interviewer: bool
    at_ms: int | None
    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class Place:
    """A unit in its transcript: its segment, its span, and whether the coder has said something of it."""

    segment: int
    start: int
    end: int
    said: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """A part of a transcript as one coder may see it.

    `text` is the id of the version of the text that was read, `starts` where each of its turns starts; `passages` are
    the current codings in the part that may be seen; `units` and `hits` are those of the whole transcript, in order;
    `whole` is the event that says that the coder read it as a whole.
    """

    name: str
    text: int
    first: int
    starts: tuple[int, ...]
    turns: tuple[ReadTurn, ...]
    passages: tuple[Placed, ...]
    units: tuple[Place, ...]
    hits: tuple[tuple[int, int], ...]
    whole: int | None

    def turn_at(self, place: int) -> int:
        """Return the turn in which a place lies."""
        return max(0, bisect_right(self.starts, place) - 1)


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


def transcripts(study: Study, coder: str) -> list[Progress]:
    """Return every transcript with the coder's progress, in order of name."""
    return stored.progress(study.store, coder, _rule(study))


def read(
    study: Study, coder: str, name: str, *, view: View = View.OWN, goal: Goal = Goal(), query: str = ""
) -> Reading:
    """Return the part of a transcript that holds the goal, with what the coder may see of its codings.

    Raises
    ------
    TranscriptError
        There is no transcript of that name, or (`WordsGoneError`) its words have been deleted.
    """
    item = item_of(study, name)
    turns = turns_of(item)
    starts = tuple(turn.start for turn in turns)
    mine = stored.own_words(study.store, item.text, coder)
    units = tuple(_places(stored.units(study.store, item.text, _rule(study)), mine))
    found = tuple(
        (start, end) for start, end, _ in said(item.transcript.text, [(t.start, t.end, t) for t in turns], query)
    )
    at = _turn_of(study, item, starts, units, found, goal)
    first = max(0, min(at, len(turns) - 1)) // PART * PART
    part = turns[first : first + PART + MORE]
    seen = stored.passages(study.store, item.text, part[0].start, max(turn.end for turn in part))
    model = log.suggesting_model(study.store)
    return Reading(
        name,
        item.text,
        first,
        starts,
        tuple(_read_turns(study, item, part, first)),
        tuple(passage for passage in seen if _in_sight(passage, coder, view, model)),
        units,
        found,
        next((word.event for word in mine if _holds_all(word, turns)), None),
    )


def turns_of(item: StoredTranscript) -> Sequence[Turn]:
    """Return the turns of a transcript; a text without any is one turn."""
    return item.transcript.turns or (Turn(0, "", 0, len(item.transcript.text)),)


def _turn_of(
    study: Study,
    item: StoredTranscript,
    starts: Sequence[int],
    units: Sequence[Place],
    found: Sequence[tuple[int, int]],
    goal: Goal,
) -> int:
    """Return the turn of a goal, and the first one where there is no such goal (any more)."""
    match goal.kind:
        case "turn":
            return goal.number
        case "unit":
            place = next((unit.start for unit in units if unit.segment == goal.number), 0)
        case "hit":
            place = found[goal.number][0] if 0 <= goal.number < len(found) else 0
        case _:
            place = stored.start_of(study.store, item.text, goal.number) or 0
    return bisect_right(starts, place) - 1


def _rule(study: Study) -> str:
    return str(parse_rule(study.settings.units))


def item_of(study: Study, name: str) -> StoredTranscript:
    """Return a transcript, or say why there is none."""
    item = stored.transcript(study.store, name)
    if item is not None:
        return item
    events = stored.told(study.store, name)
    if events is not None:
        raise WordsGoneError(name, events)
    names = [entry.name for entry in stored.progress(study.store, "", "")]
    raise TranscriptError(f"there is no transcript `{name}`", todo=did_you_mean(name, names) or "see the list of them")


def _read_turns(study: Study, item: StoredTranscript, part: Sequence[Turn], first: int) -> Iterator[ReadTurn]:
    people = stored.speakers(study.store, item.id)
    for n, turn in enumerate(part, start=first):
        who = people.get(turn.speaker)
        words = item.transcript.words(turn.start, turn.end)
        asks = who is not None and who.role is Role.INTERVIEWER
        yield ReadTurn(n, turn.speaker, who.title if who else "", asks, turn.at_ms, turn.start, turn.end, words)


def _in_sight(passage: Placed, coder: str, view: View, model: str) -> bool:
    if passage.coder == coder:
        return passage.verdict in {Verdict.PRESENT, Verdict.UNSURE}
    if passage.verdict is not Verdict.PRESENT:
        return False
    if view is View.SUGGESTIONS:
        return passage.coder == model
    return view is View.PEOPLE and not passage.model


def _holds_all(word: Placed, turns: Sequence[Turn]) -> bool:
    return word.code is None and word.start <= turns[0].start and word.end >= turns[-1].end


Stretch = tuple[int, int, Any]
"""Where something begins and ends, half-open, and what it is."""


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


def _places(units: Sequence[Stretch], said: Sequence[Placed]) -> Iterator[Place]:
    """Say of each unit whether a word of the coder's is on it, or shares at least half of the shorter of the two."""
    own = {word.segment for word in said}
    known = {segment for _, _, segment in units}
    others = [(word.start, word.end, word) for word in said if word.segment not in known]
    for (start, end, segment), words in zip(units, meeting(units, others), strict=True):
        yield Place(segment, start, end, segment in own or any(_meet(word, (start, end)) for word in words))


def _meet(one: Stretch, other: tuple[int, int]) -> bool:
    common = min(one[1], other[1]) - max(one[0], other[0])
    return 2 * common >= min(one[1] - one[0], other[1] - other[0])


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
