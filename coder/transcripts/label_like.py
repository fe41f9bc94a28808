"""What looks like a label and was not taken for one: where a speaker may have vanished into another's turn."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Set
from dataclasses import dataclass

import regex

from coder.transcripts.labels import GAP, clean, is_name, keys, looks_like_name
from coder.transcripts.speakers import begins_no_turn, is_role_word, label_key
from coder.types import NO_RULES, LabelRules, Transcript

_SHORT = r"[\p{L}\p{N}][\p{L}\p{M}\p{N}\p{Cf} .,'’()&/+_–-]{0,48}?"
_LINE = regex.compile(
    rf"{GAP}[\[{{(<\"“„«*_\#/]{{0,4}}(?P<label>{_SHORT}){GAP}(?:[\"”»*_]{{0,4}}(?P<colon>[:：﹕])(?!//|\d)"
    rf"|[>|;=\]}})\#~]|\t|[\p{{Zs}}][-–—][\p{{Zs}}]|(?P<end>[*_]{{0,4}}$))"
)
"""A line that begins with a few words and a mark, or that is a few words."""
_INSIDE = regex.compile(
    rf"(?<=[.?!…。？！।][\"”»’)\]]?[\p{{Zs}}\t]{{0,3}})(?P<label>{_SHORT}){GAP}(?P<colon>[:：﹕])(?!//|\d)"
)
"""A few words and a colon, behind the end of a sentence."""


@dataclass(frozen=True, slots=True)
class LabelLike:
    """What looks like a label inside of turns: the lines of the text, counted from 1, and the numbers of the turns."""

    label: str
    lines: tuple[int, ...]
    turns: tuple[int, ...]


def label_like(transcript: Transcript, rules: LabelRules = NO_RULES) -> list[LabelLike]:
    r"""Return what looks like a label inside of turns, the most frequent first.

    That is, at the start of a line or behind the end of a sentence inside it,

    - before a colon: a label of this transcript, a word for a role, or what looks like a person's name;
    - at the start of a line also what recurs there: a few words that begin with a capital before another mark, such as
      `>`, `]`, a dash or a tab, or alone on the line; before a colon whatever the words.

    What study.toml has in `not_labels` and headings such as `Date:` are left out.

    Examples
    --------
    >>> from coder.types import Turn
    >>> text = "Q: Why?\nMaja > The nets.\nQ: Ok.\nMaja > Yes. Q: No?"
    >>> label_like(Transcript("a", text, (Turn(0, "Q", 3, 24), Turn(1, "Q", 28, 49))))
    [LabelLike(label='Maja', lines=(2, 4), turns=(0, 1)), LabelLike(label='Q', lines=(4,), turns=(1,))]
    """
    known = frozenset(label_key(turn.speaker) for turn in transcript.turns if turn.speaker) | keys(rules.names)
    found: dict[str, list[tuple[str, bool, int, int]]] = {}
    for label, sure, line, turn in _candidates(transcript, known):
        if not (begins_no_turn(label) or label_key(label) in keys(rules.not_labels)):
            found.setdefault(label_key(label), []).append((label, sure, line, turn))
    kept = [places for places in found.values() if len(places) > 1 or places[0][1]]
    return [
        LabelLike(
            places[0][0],
            tuple(dict.fromkeys(line for _, _, line, _ in places)),
            tuple(dict.fromkeys(turn for *_, turn in places)),
        )
        for places in sorted(kept, key=len, reverse=True)
    ]


def _candidates(transcript: Transcript, known: Set[str]) -> Iterator[tuple[str, bool, int, int]]:
    """Yield label, whether once is enough, line, and turn of what may be a label."""
    starts = [turn.start for turn in transcript.turns]
    at = 0
    for number, line in enumerate(transcript.text.split("\n"), start=1):
        for found in _matches(line):
            n = bisect_right(starts, at + found.start("label")) - 1
            label = clean(found["label"])
            inside = n >= 0 and at + found.start("label") < transcript.turns[n].end
            if inside and label and (sure := _is_likely(label, found, known)) is not None:
                yield label, sure, number, transcript.turns[n].n
        at += len(line) + 1


def _matches(line: str) -> Iterator[regex.Match[str]]:
    first = _LINE.match(line)
    if first:
        yield first
    yield from _INSIDE.finditer(line)


def _is_likely(label: str, found: regex.Match[str], known: Set[str]) -> bool | None:
    """Tell whether a label is believed to be one (True), would be if it recurred (False), or is none (None)."""
    firm = label_key(label) in known or is_role_word(label)
    if found["colon"]:
        named = firm or is_name(label)
        return named if named or (found.re is _LINE and len(label.split()) <= 4) else None
    if not (firm or (looks_like_name(label) and len(label.split()) <= 4)):
        return None
    return None if found["end"] is not None and label.endswith((".", "!", "?", ",")) else False
