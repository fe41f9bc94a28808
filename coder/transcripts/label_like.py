"""What looks like a label and was not taken for one: where a speaker may have vanished into another's turn."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Set
from dataclasses import dataclass

import regex

from coder.transcripts.labels import CLOCK, GAP, STAMP, clean, is_name, keys, looks_like_name
from coder.transcripts.speakers import begins_no_turn, is_role_word, label_key
from coder.types import NO_RULES, LabelRules, Transcript

_WORDS = r"[\p{L}\p{N}][\p{L}\p{M}\p{N}\p{Cf} .,'’()&/+_–-]{0,100}?"
_LINE = regex.compile(
    rf"{GAP}[^\p{{L}}\p{{N}}\s]{{0,4}}{GAP}(?P<label>{_WORDS}){GAP}(?:[\"”»*_]{{0,4}}(?P<colon>[:：﹕])(?!//|\d)"
    rf"|[^\p{{L}}\p{{M}}\p{{N}}\p{{Z}}\s.,:!?…'’\"”“„«»()&/+_–—-]|[\])]|\t|[\p{{Zs}}][-–—/][\p{{Zs}}]|(?P<end>[*_]{{0,4}}$))"
)
"""A line that begins with a few words and a mark, or that is a few words."""
_ODD = regex.compile(
    rf"{GAP}(?:(?P<label>[-–—])[\p{{Zs}}]+(?=\p{{Lu}})|(?P<label>\p{{So}}{{1,3}})|(?P<label>\p{{L}}{{1,2}}\d{{1,3}})[.)](?=[\p{{Zs}}])"
    rf"|(?P<label>\p{{Lu}}{{3,30}})(?=[\p{{Zs}}]+\p{{Lu}}(?:\p{{Ll}}|[\p{{Zs}}]))"
    rf"|[#@_*>•]{{1,4}}(?P<label>\p{{Lu}}[\p{{L}}\p{{M}}]{{1,30}})[_*]{{0,4}}(?=[\p{{Zs}}])"
    rf"|{CLOCK}{GAP}(?P<label>\p{{Lu}}[\p{{L}}\p{{M}}]{{2,30}})"
    rf"|(?P<label>\p{{Lu}}[\p{{L}}\p{{M}}]{{2,30}}){GAP}{STAMP}(?!\p{{L}}))"
)
"""A line that begins with a dash, a pictogram, `A1.`, `ANNA Well`, `#Anna`, `0:12 Anna` or `Anna 0:12`."""
_INSIDE = regex.compile(
    rf"(?<=[.?!…。？！।][\"”»’)\]]?[\p{{Zs}}\t]{{0,3}})(?P<label>{_WORDS}){GAP}(?P<colon>[:：﹕])(?!//|\d)"
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
    - at the start of a line also what recurs there: any words before a colon; a few that begin with a capital before
      another mark, such as `>`, `]`, a dash or a tab, or alone on the line; a name beside a time; a dash.

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
    first = _ODD.match(line) or _LINE.match(line)
    if first:
        yield first
    if not {":", "：", "﹕"}.isdisjoint(line):  # most lines have none, and are passed over quickly
        yield from _INSIDE.finditer(line)


def _is_likely(label: str, found: regex.Match[str], known: Set[str]) -> bool | None:
    """Tell whether a label is believed to be one (True), would be if it recurred (False), or is none (None)."""
    firm = label_key(label) in known or is_role_word(label)
    if found.re is _ODD:
        return False
    if found["colon"]:
        named = firm or is_name(label)
        return named if named or found.re is _LINE else None
    if len(label.split()) > 4 or not (firm or looks_like_name(label)):
        return None
    return None if found["end"] is not None and label.endswith((".", "!", "?", ",")) else False
