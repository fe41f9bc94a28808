"""The labels at the start of turns: what one looks like, and which to believe."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from coder.transcripts.speakers import is_role_word, word_set

NO_LABELS = (
    "no speaker labels found: every paragraph is taken as the respondent's words; "
    "where that is wrong, begin each turn with a label, such as `Interviewer: ...`"
)

TIME = r"(?:\d{1,3}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?"
_STAMP = rf"(?:\[{TIME}\]|\({TIME}\)|<{TIME}>|{TIME})"
_LABEL = r"(?P<label>[^\W\d_][\w .'’()&/#-]{0,39}?)"
_GAP = r"[ \t\u00a0]{0,20}"
_WITH_COLON = re.compile(
    rf"{_GAP}(?:(?P<before>{_STAMP}){_GAP}-?{_GAP})?{_LABEL}{_GAP}(?P<after>{_STAMP})?{_GAP}:(?!//|\d)"
    rf"(?:{_GAP}(?P<inside>[\[(]{TIME}[\])]))?"
)
_ALONE = re.compile(rf"{_GAP}(?:(?P<before>{_STAMP}){_GAP})?{_LABEL}(?:{_GAP}(?P<after>{_STAMP}))?{_GAP}")
STAMP_ALONE = re.compile(rf"{_GAP}({_STAMP}){_GAP}")
_HEADINGS = word_set(
    """
    date time place location title subject topic duration length note notes file project language
    datum tid plats ort titel ämne längd anteckning projekt språk
    zeit thema dauer notiz sprache lieu titre sujet durée remarque langue projet
    """
)


@dataclass(frozen=True, slots=True)
class Head:
    """What looks like the start of a turn; `words` is the offset in the line where the label ends."""

    label: str
    words: int
    at_ms: int | None = None
    bracketed: bool = False

    @property
    def key(self) -> str:
        """The label for comparison."""
        return self.label.casefold()


def milliseconds(stamp: str) -> int:
    """Return a time such as `1:02:03.5`, `02:03` or `[02:03]` in milliseconds; a bare number is seconds.

    Raises
    ------
    ValueError
        It is no time.

    Examples
    --------
    >>> milliseconds("[01:02:03.5]"), milliseconds("75")
    (3723500, 75000)
    """
    bare = stamp.strip(" []()<>").replace(",", ".")
    if not re.fullmatch(r"(?:\d+:){0,2}\d+(?:\.\d+)?", bare, re.ASCII):
        raise ValueError(f"no time: {stamp}")
    seconds = 0.0
    for part in bare.split(":"):
        seconds = seconds * 60 + float(part)
    return round(seconds * 1000)


def head_of(line: str) -> Head | None:
    """Return the label at the start of a line, if it looks like one.

    Examples
    --------
    >>> head_of("[00:12:34] Anna: Well.")
    Head(label='Anna', words=16, at_ms=754000, bracketed=True)
    >>> head_of("Anna  0:12")
    Head(label='Anna', words=10, at_ms=12000, bracketed=False)
    >>> head_of("nothing of the kind") is None
    True
    """
    found = _WITH_COLON.match(line)
    inside = found["inside"] if found else None
    if not found:
        found = _ALONE.fullmatch(line)
        if not found or not (found["after"] or (found["before"] and is_role_word(found["label"]))):
            return None  # `[0:12] Never` is a time and words
    stamp = found["before"] or found["after"] or inside
    label = " ".join(found["label"].split())
    if label.casefold() in _HEADINGS:
        return None
    at_ms = milliseconds(stamp) if stamp else None
    return Head(label, found.end(), at_ms, stamp is not None and not stamp[0].isdigit())


def true_labels(heads: Iterable[Head], known: Iterable[str] = ()) -> set[str]:
    """Return the keys of the labels to believe: they are known, recur, are a word for a role, or have a bracketed time.

    Examples
    --------
    >>> sorted(true_labels([Head("Anna", 5), Head("Q", 2), Head("I told him", 11), Head("ANNA", 5)]))
    ['anna', 'q']
    """
    heads = list(heads)
    count = Counter(head.key for head in heads)
    named = {label.casefold() for label in known}
    return {
        head.key
        for head in heads
        if head.key in named or count[head.key] > 1 or head.bracketed or is_role_word(head.label)
    }
