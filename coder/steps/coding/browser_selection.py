"""The passage that a person selected on a page, or typed."""

from __future__ import annotations

from coder.errors import UsageError
from coder.steps.coding.human_codings import find_citation
from coder.steps.corpus.units import place_of
from coder.steps.study.study import Study
from coder.store import corpus
from coder.transcripts.offsets import code_points
from coder.transcripts.turns import trim


def selected(study: Study, segment: int, start: str, end: str, words: str = "") -> tuple[int, int] | None:
    """Return the passage that a coder selected, or typed, in the transcript of a unit.

    Parameters
    ----------
    start, end
        `1200:15`: 15 UTF-16 code units after the code point 1200 of the text, as a page's selection gives them.
    words
        In their place the exact words of the passage.

    Raises
    ------
    UsageError
        The offsets are no such numbers.
    CodingError
        The words are not in the transcript, or stand at several places.
    """
    if not (start and end) and not words.strip():
        return None
    place = place_of(study, segment)
    text = corpus.words(study.store, place.text)
    if words.strip():
        found = text[place.start : place.end].find(words.strip())
        if found >= 0:
            return place.start + found, place.start + found + len(words.strip())
        return find_citation(text, words, place.transcript)
    first, last = sorted(_offset(text, value) for value in (start, end))
    span = trim(text, first, last)
    if span is None:
        raise UsageError("the passage holds no words", todo="select it again")
    return span


def _offset(text: str, value: str) -> int:
    base, _, units = value.partition(":")
    if not (base.isascii() and base.isdecimal() and units.isascii() and units.isdecimal() and int(base) <= len(text)):
        raise UsageError(f"`{value[:20]}` is no place in the transcript", todo="select the passage again")
    return int(base) + code_points(text[int(base) :], int(units))
