"""A citation as words and marks: those of the interview, and those of what is to be printed, with its brackets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from typing import NamedTuple

CUT = "[…]"
ALIKE = str.maketrans({mark: plain for plain, marks in (("'", "’‘ʼ"), ('"', "“”„"), ("-", "‐‑–—−")) for mark in marks})
"""Quotation marks and dashes of different kinds, one for one."""
BRACKET = re.compile(r"\[([^\[\]]*)\]")
FREE = frozenset(".,;:-…")
"""Punctuation that is the transcriber's."""


class Token(NamedTuple):
    """A word or a mark: half-open code points, and what two spellings of it have in common."""

    start: int
    end: int
    key: str


def tokens_of(text: str, start: int = 0, end: int | None = None) -> Iterator[Token]:
    """Yield words (numbers such as -1,5 among them) and single marks."""
    end = len(text) if end is None else end
    while start < end:
        if blank(text[start]):
            start += 1
            continue
        stop = min(_stop(text, start), end)
        yield Token(start, stop, _key(text[start:stop]))
        start = stop


def _stop(text: str, start: int) -> int:
    """Return where the token ends that starts here."""
    stop = start + 1
    if text[start] in ".…":
        return stop + sum(1 for _ in takewhile(lambda c: c in ".…", text[stop:]))
    minus = text[start] in "-−–" and text[stop : stop + 1].isdigit() and not text[max(0, start - 1) : start].isalnum()
    word = minus or _is_letter(text[start])
    while stop < len(text):
        c, after = text[stop], text[stop + 1 : stop + 2]
        number = text[stop - 1].isdigit() and after.isdigit() and c in ".,:-–/"
        joined = word and after and _is_letter(after) and (c in "'’ʼ" or number or unicodedata.category(c) == "Cf")
        if not (unicodedata.category(c)[0] == "M" or (word and _is_letter(c)) or joined):
            break
        stop += 1
    return stop


def _is_letter(c: str) -> bool:
    """Say whether a character belongs to a word of several; in scripts without spaces each is a word by itself."""
    alone = unicodedata.east_asian_width(c) in "WF" or "\u0e00" <= c <= "\u0eff" or "\u1000" <= c <= "\u109f"
    return c.isalnum() and not (alone or "\u1780" <= c <= "\u17ff")


def blank(c: str) -> bool:
    """Say whether a character shows nothing: white space, marks of direction, joiners."""
    return c.isspace() or unicodedata.category(c) in {"Cf", "Cc"}


def _key(word: str) -> str:
    """Return what two spellings of a word have in common: composed letters, straight quotation marks, plain dashes."""
    kept = "".join(c for c in word if unicodedata.category(c) != "Cf" and c != "\ufe0f")
    key = unicodedata.normalize("NFC", kept).translate(ALIKE)
    return "…" if len(key) > 1 and not key.strip(".…") else key


@dataclass(frozen=True)
class Item:
    """A word or a mark of what is to be printed, or a bracket as a whole (`mark`)."""

    text: str
    key: str
    mark: bool
    spaced: bool
    whole: str
    """The item with all that it is written together with."""

    @property
    def cut(self) -> bool:
        """Whether it stands for words that were cut."""
        return self.mark and self.text == CUT

    @cached_property
    def literal(self) -> tuple[str, ...]:
        """The tokens of a bracket that stands in the interview already."""
        return tuple(token.key for token in tokens_of(self.key)) if self.mark else (self.key,)


def items_of(text: str) -> list[Item]:
    """Take what is to be printed apart: words, marks, and brackets as a whole."""
    wholes = [(m.start(), m.end(), m.group()) for m in re.finditer(r"(?:\[[^\[\]]*\]|\S)+", text)]
    found, at, w = [], 0, 0
    brackets = [m for m in BRACKET.finditer(text) if m[1].strip()]
    for bracket in [*brackets, None]:
        for token in tokens_of(text, at, bracket.start() if bracket else len(text)):
            found.append((token.start, text[token.start : token.end], token.key, False))
        if bracket:
            inside = " ".join(bracket[1].split())
            put = CUT if not inside.strip(".… ") else f"[{inside}]"
            found.append((bracket.start(), put, bracket.group(), True))
            at = bracket.end()
    items: list[Item] = []
    for start, shown, key, mark in found:
        while w + 1 < len(wholes) and wholes[w][1] <= start:
            w += 1
        spaced = start > 0 and blank(text[start - 1]) and bool(items)
        items.append(Item(shown, key, mark, spaced, wholes[w][2]))
    return items
