"""The reading view: a transcript as turns with what is coded in it, coding by passage, and search."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from coder.errors import CodingError, TranscriptError, UsageError, did_you_mean
from coder.steps.auditing import check_coder, one_code
from coder.steps.coding import add_coder, find_citation, whole
from coder.steps.study import Study
from coder.store import corpus, log
from coder.store import reading as stored
from coder.store.corpus import StoredTranscript
from coder.store.reading import Placed, Progress
from coder.transcripts.offsets import code_points
from coder.transcripts.segment import parse_rule
from coder.types import Coding, CodingEvent, Role, Turn, Verdict

COMMAND = "code by hand"
"""The command under which the log keeps what is said here; `undo` takes it back too."""
WINDOW = 300
"""So many turns make a part of a transcript; interviews are rarely longer."""
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

    `text` is the id of the version of the text that was read; `passages` are current codings that lie in the part, the
    coder's own and what the view allows; `units` and `hits` are those of the whole transcript, in order.
    """

    name: str
    text: int
    total: int
    turns: tuple[ReadTurn, ...]
    passages: tuple[Placed, ...]
    units: tuple[Place, ...]
    hits: tuple[tuple[int, int], ...]
    whole: int | None
    """The event that says that the coder read it as a whole."""


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
    study: Study,
    coder: str,
    name: str,
    *,
    view: View = View.OWN,
    first: int = 0,
    count: int = WINDOW,
    query: str = "",
) -> Reading:
    """Return `count` turns of a transcript from turn `first` on, with what the coder may see of its codings.

    Raises
    ------
    TranscriptError
        There is no transcript of that name, or (`WordsGoneError`) its words have been deleted.
    """
    item = _item(study, name)
    turns = item.transcript.turns or (Turn(0, "", 0, len(item.transcript.text)),)
    first = max(0, min(first, len(turns) - 1))
    part = turns[first : first + count]
    mine = stored.own_words(study.store, item.text, coder)
    units = stored.units(study.store, item.text, _rule(study))
    seen = stored.passages(study.store, item.text, part[0].start, max(turn.end for turn in part))
    return Reading(
        name,
        item.text,
        len(turns),
        tuple(_read_turns(study, item, part, first)),
        tuple(passage for passage in seen if _in_sight(study, passage, coder, view)),
        tuple(_places(units, [(word.start, word.end) for word in mine])),
        tuple(hits(item.transcript.text, query)),
        next((word.event for word in mine if _holds_all(word, turns)), None),
    )


def _rule(study: Study) -> str:
    return str(parse_rule(study.settings.units))


def _item(study: Study, name: str) -> StoredTranscript:
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


def _in_sight(study: Study, passage: Placed, coder: str, view: View) -> bool:
    if passage.coder == coder:
        return passage.verdict in {Verdict.PRESENT, Verdict.UNSURE}
    if passage.verdict is not Verdict.PRESENT:
        return False
    if view is View.SUGGESTIONS:
        return passage.model and passage.coder == log.suggesting_model(study.store)
    return view is View.PEOPLE and not passage.model


def _holds_all(word: Placed, turns: Sequence[Turn]) -> bool:
    return word.code is None and word.start <= turns[0].start and word.end >= turns[-1].end


def _places(units: Sequence[tuple[int, int, int]], said: Sequence[tuple[int, int]]) -> Iterator[Place]:
    """Say of each unit whether a passage shares at least half of the shorter of the two; both come in order of start.

    >>> [place.said for place in _places([(1, 0, 10), (2, 10, 20)], [(12, 19)])]
    [False, True]
    """
    waiting = 0
    open_: list[tuple[int, int]] = []
    for segment, start, end in units:
        while waiting < len(said) and said[waiting][0] < end:
            open_.append(said[waiting])
            waiting += 1
        open_ = [passage for passage in open_ if passage[1] > start]
        yield Place(segment, start, end, any(_meet(passage, (start, end)) for passage in open_))


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
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


def search(study: Study, query: str) -> tuple[dict[str, int], dict[str, list[Found]]]:
    """Search all transcripts: how many hits each has, and the first hits of each, `MOST_HITS` in all."""
    counts: dict[str, int] = {}
    found: dict[str, list[Found]] = {}
    room = MOST_HITS
    for name, text, words in stored.contents(study.store):
        spans = list(hits(words, query))
        if spans:
            counts[name] = len(spans)
            shown, room = spans[:room], max(0, room - len(spans))
            starts = stored.turn_starts(study.store, text) if shown else []
            found[name] = [_found(words, starts, n, span) for n, span in enumerate(shown)]
    return counts, found


def _found(text: str, starts: Sequence[int], n: int, span: tuple[int, int]) -> Found:
    start, end = span
    turn = max(0, bisect_right(starts, start) - 1)
    return Found(turn, n, text[max(0, start - AROUND) : start], text[start:end], text[end : end + AROUND])


# --- coding ---


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a browser's selection begins and ends: turns from 0, and UTF-16 offsets in their words."""

    turn: int
    offset: int
    until_turn: int
    until_offset: int


def code_selection(
    study: Study, coder: str, name: str, mark: Mark, code: str, *, text: int, shown: str, memo: str = ""
) -> list[int]:
    """Code a selected passage; white space at its ends is left out.

    `text` is the version of the transcript that was on the page.

    Raises
    ------
    CodingError
        The transcript was corrected meanwhile, or the selection holds no words.
    UsageError
        The code's words fit none or several codes.
    """
    item = _item(study, name)
    if item.text != text:
        raise CodingError(f"{name} was corrected since the page was opened", todo="mark the passage again")
    turns = item.transcript.turns or (Turn(0, "", 0, len(item.transcript.text)),)
    start = _point(item, turns, mark.turn, mark.offset)
    end = _point(item, turns, mark.until_turn, mark.until_offset)
    return _code(study, coder, item, (start, end), code, shown, memo)


def _point(item: StoredTranscript, turns: Sequence[Turn], turn: int, offset: int) -> int:
    if not 0 <= turn < len(turns):
        raise CodingError(f"there is no turn {turn + 1}", where=item.transcript.name, todo="mark the passage again")
    at = turns[turn]
    return at.start + code_points(item.transcript.words(at.start, at.end), offset)


def code_quote(
    study: Study,
    coder: str,
    name: str,
    quote: str,
    code: str,
    *,
    shown: str,
    until: str = "",
    turn: int | None = None,
    memo: str = "",
) -> list[int]:
    """Code the passage that begins with a quote and ends with it or, if given, with the words `until`.

    Parameters
    ----------
    turn
        The turn (from 0) in which to look, where the words stand at several places.

    Raises
    ------
    CodingError
        The words are not there, or at several places.
    UsageError
        The code's words fit none or several codes.
    """
    item = _item(study, name)
    text, turns = item.transcript.text, item.transcript.turns
    low, high = 0, len(text)
    if turn is not None:
        low, high = _point(item, turns, turn, 0), turns[turn].end
    start, end = (low + at for at in find_citation(text[low:high], quote, name))
    if until.strip():
        end = start + next((match[1] for match in hits(text[start:], until)), 0)
        if end == start:
            raise CodingError(f"the words `{until}` do not come after the quote", where=name, todo="copy them exactly")
    return _code(study, coder, item, (start, end), code, shown, memo)


def _code(
    study: Study, coder: str, item: StoredTranscript, span: tuple[int, int], code: str, shown: str, memo: str
) -> list[int]:
    check_coder(study, coder)
    words = item.transcript.text[span[0] : span[1]]
    if not words.strip():
        raise CodingError("the passage holds no words", where=item.transcript.name, todo="mark some words first")
    start = span[0] + len(words) - len(words.lstrip())
    end = start + len(words.strip())
    path = one_code(study, code)
    with study.store.transaction(COMMAND):
        add_coder(study, coder)
        segment = corpus.segment_at(study.store, item.text, start, end, words.strip())
        suggested = stored.suggestion(study.store, segment, path, log.suggesting_model(study.store))
        answered = suggested if shown == SHOWN[View.SUGGESTIONS] else None
        coding = Coding(segment, path, coder, responds_to=answered, shown=shown, memo=memo.strip())
        return log.append(study.store, [coding], study.scheme_version())


def take_back(study: Study, coder: str, event: int, *, shown: str) -> list[int]:
    """Withdraw one's own current word; nothing is deleted.

    Raises
    ------
    UsageError
        It is no current word of this coder.
    """
    with study.store.transaction(COMMAND):
        word = _own(study, coder, event)
        coding = Coding(word.segment, word.code, coder, Verdict.WITHDRAWN, shown=shown)
        return log.append(study.store, [coding], study.scheme_version())


def note(study: Study, coder: str, event: int, memo: str, *, shown: str) -> list[int]:
    """Say one's own current word again with this memo.

    Raises
    ------
    UsageError
        It is no current word of this coder.
    """
    with study.store.transaction(COMMAND):
        word = _own(study, coder, event)
        about = (word.verdict, word.confidence, word.responds_to, shown, memo.strip())
        return log.append(study.store, [Coding(word.segment, word.code, coder, *about)], study.scheme_version())


def _own(study: Study, coder: str, event: int) -> CodingEvent:
    word = log.event(study.store, event)
    if word is None or word.coder != coder or not stored.is_current(study.store, event):
        raise UsageError("this is not a current coding of yours", todo="look at the page anew: it may be taken back")
    return word


def read_whole(study: Study, coder: str, name: str, *, shown: str) -> list[int]:
    """Say that the coder has read the whole transcript: what is not coded in it is absent."""
    check_coder(study, coder)
    item = _item(study, name)
    with study.store.transaction(COMMAND):
        add_coder(study, coder)
        coding = replace(whole(study, item, coder), shown=shown)
        return log.append(study.store, [coding], study.scheme_version())
