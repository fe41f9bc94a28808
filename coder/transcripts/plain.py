"""Plain text: turns that begin with a label at the start of a line."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from pathlib import Path

from coder.transcripts.decode import decode
from coder.transcripts.labels import NO_LABELS, STAMP_ALONE, TIME, Head, head_of, milliseconds, true_labels
from coder.transcripts.turns import Parsed, trim
from coder.types import Turn


def read_plain(data: bytes, where: Path, known: Collection[str] = ()) -> Parsed:
    """Read a text file as turns that begin with a label; those in `known` are believed."""
    text, encoding, notes = decode(data, where)
    turns, more = label_turns(text, known)
    return Parsed(text, turns, encoding, notes + more)


def label_turns(text: str, known: Collection[str] = ()) -> tuple[tuple[Turn, ...], tuple[str, ...]]:
    r"""Find the turns of a text by the labels at the start of its lines, and say what was guessed.

    A line such as `Label: words`, `[00:12] Label: words`, `Label (00:12): words` or, alone, `Label  0:12` may
    start a turn. Because speech has colons, too ("I told him: never"), its label is believed only if

    - it is known, because cases.csv names the speaker;
    - or it recurs, that is, starts at least two lines (in whatever case);
    - or it is a word for a role, such as `Interviewer`, `Q`, `R` or `Participant 2`;
    - or its time stands in brackets;
    - or every paragraph (two at least) begins with a label whose words are all capitalised.

    A heading such as `Date:` is never a label. The lines that follow belong to the turn. Without any label,
    each paragraph is a turn of the speaker "". Paragraphs are parted by blank lines, or else are lines.

    Examples
    --------
    >>> turns, notes = label_turns("Q: Why?\n\nAnna: I told him: never.\nAnna: Or later.")
    >>> [(turn.speaker, turn.start, turn.end) for turn in turns]
    [('Q', 3, 7), ('Anna', 15, 33), ('Anna', 40, 49)]
    """
    lines = _lines(text)
    heads = {start: head for start, line in lines if (head := head_of(line))}
    believed = true_labels(heads.values(), known) | _by_paragraph(text, heads)
    if not believed:
        return _paragraph_turns(text), (NO_LABELS,)
    turns: list[Turn] = []
    spelling: dict[str, str] = {}
    opened: Head | None = None
    begin = end = first = 0
    pending: int | None = None

    def close() -> None:
        if opened and (span := trim(text, begin, end)):
            turns.append(Turn(len(turns), spelling[opened.key], *span, opened.at_ms))

    for start, line in lines:
        head = heads.get(start)
        if head and head.key in believed:
            close()
            first = first if opened else start
            spelling.setdefault(head.key, head.label)
            opened = Head(head.label, head.words, pending if head.at_ms is None else head.at_ms)
            begin, end, pending = start + head.words, start + len(line), None
        elif stamp := STAMP_ALONE.fullmatch(line):
            pending = milliseconds(stamp[1])
        elif line.strip():
            end, pending = start + len(line), None
    close()
    return tuple(turns), _notes(text[:first], heads.values(), believed)


def _lines(text: str) -> list[tuple[int, str]]:
    lines, start = [], 0
    for line in text.split("\n"):
        lines.append((start, line))
        start += len(line) + 1
    return lines


def _paragraphs(text: str) -> list[tuple[int, int]]:
    breaks = r"\n(?:[^\S\n]*\n)+" if re.search(r"\S[^\S\n]*\n[^\S\n]*\n\s*\S", text) else r"\n"
    edges = [0, *(edge for found in re.finditer(breaks, text) for edge in found.span()), len(text)]
    spans = (trim(text, start, end) for start, end in zip(edges[::2], edges[1::2], strict=True))
    return [span for span in spans if span]


def _by_paragraph(text: str, heads: dict[int, Head]) -> set[str]:
    starts = [text.rfind("\n", 0, start) + 1 for start, _ in _paragraphs(text)]
    firsts = [heads[start] for start in starts if start in heads]
    capitalised = all(not word[0].islower() for head in firsts for word in head.label.split())
    return {head.key for head in firsts} if capitalised and len(firsts) == len(starts) > 1 else set()


def _paragraph_turns(text: str) -> tuple[Turn, ...]:
    turns: list[Turn] = []
    for start, end in _paragraphs(text):
        stamp = re.compile(rf"(\[{TIME}\]|\({TIME}\))\s*").match(text, start, end)
        at_ms = milliseconds(stamp[1]) if stamp else None
        if span := trim(text, stamp.end() if stamp else start, end):
            turns.append(Turn(len(turns), "", *span, at_ms))
    return tuple(turns)


def _notes(before: str, heads: Iterable[Head], believed: set[str]) -> tuple[str, ...]:
    notes = []
    if before.strip():
        notes.append(f"the words before the first label belong to no turn: `{' '.join(before.split())[:60]}`")
    doubtful = [head.label for head in heads if head.key not in believed]
    if doubtful:
        named = ", ".join(f"`{label}:`" for label in doubtful[:5]) + (", ..." if len(doubtful) > 5 else "")
        notes.append(
            f"taken as words, not as a label, because it starts one line only: {named}; cases.csv can name a speaker"
        )
    return tuple(notes)
