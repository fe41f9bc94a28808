"""Plain text: turns that begin with a label."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, pairwise

from coder.transcripts.decode import decode
from coder.transcripts.labels import (
    CLOCK,
    NO_LABELS,
    STAMP_ALONE,
    Head,
    heads_in,
    milliseconds,
    style_of,
    times_of,
    true_labels,
)
from coder.transcripts.speakers import begins_no_turn, label_key
from coder.transcripts.subtitles import is_subtitles, subtitles_of
from coder.transcripts.turns import Parsed, Source, trim
from coder.types import NO_RULES, LabelRules, Turn

_NUMBERED = re.compile(r"[ \t]*[(\[]?(\d{1,5})(?:[.):\]]{0,2}[ \t]+|$)")
_END_MARK = re.compile(rf"[ \t]*#({CLOCK}-\d)#(?=[ \t]*$)", re.MULTILINE)
"""The time that f4 and MAXQDA write at the end of a paragraph."""


def read_plain(source: Source) -> Parsed:
    """Read a text file as turns that begin with a label."""
    text, encoding, notes = decode(source.data, source.path)
    if is_subtitles(text):
        found = subtitles_of(text, source.path, source.known)
        return found._replace(encoding=encoding, notes=(*notes, "read as subtitles", *found.notes))
    text, numbered = without_line_numbers(text)
    turns, more = label_turns(text, source.known)
    return Parsed(text, turns, encoding, (*notes, *numbered, *more))


def without_line_numbers(text: str) -> tuple[str, tuple[str, ...]]:
    r"""Return a text without the numbers of its lines, where every line has one, and a note that says so.

    Examples
    --------
    >>> without_line_numbers("1  I: Why?\n2  R: Because it\n3     rained.")[0]
    'I: Why?\nR: Because it\nrained.'
    """
    lines = text.split("\n")
    found = [_NUMBERED.match(line) for line in lines if line.strip()]
    numbers = [int(match[1]) for match in found if match]
    counted = sum(after in {before + 1, 1} for before, after in pairwise(numbers))
    if len(numbers) < 3 or len(numbers) < 0.9 * len(found) or counted < 0.9 * (len(numbers) - 1):
        return text, ()
    return "\n".join(_NUMBERED.sub("", line, count=1) for line in lines), ("the numbers of the lines are left out",)


def label_turns(text: str, rules: LabelRules = NO_RULES) -> tuple[tuple[Turn, ...], tuple[str, ...]]:
    r"""Find the turns of a text by the labels at the start of its lines, and say what was guessed.

    A line such as `Label: words`, `[00:12] Label: words`, `[Label] words`, `Label – words` or, alone, `Label  0:12` may
    start a turn; a transcript keeps to one of these styles (`labels.STYLES`). Because speech has colons, too ("I told
    him: never"), a label is believed only if

    - it is known, because study.toml or cases.csv names the speaker;
    - or it is a word for a role, such as `Interviewer`, `Q`, `R` or `Participant 2`;
    - or it recurs, or has a time in brackets, and begins with a capital letter;
    - or, before a colon and beside others, it looks like a name, such as `Olof Ek`;
    - or every paragraph (two at least) begins with a label whose words are all capitalised.

    A heading such as `Date:` is never a label. Where study.toml has a pattern, labels are what it matches. The lines
    that follow belong to the turn. Without any label, each paragraph is a turn of the speaker "". Paragraphs are parted
    by blank lines, or else are lines.

    Examples
    --------
    >>> turns, notes = label_turns("Q: Why?\n\nAnna: I told him: never.\nAnna: Or later.")
    >>> [(turn.speaker, turn.start, turn.end) for turn in turns]
    [('Q', 3, 7), ('Anna', 15, 33), ('Anna', 40, 49)]
    """
    text, footer = _without_footer(text)
    lines = _lines(text)
    style = style_of([line for _, line in lines], rules)
    body = _header_ends(text)
    found = heads_in([line for _, line in lines], style, rules)
    heads = {lines[n][0]: head for n, head in found.items() if lines[n][0] >= body}
    heads, beside = _without_remarks(heads)
    sure = true_labels(heads.values(), rules, once=False)
    if style == "colon":
        sure |= {key for key in _by_paragraph(text, heads) - sure if not _is_word(key, text)}
    once = true_labels(heads.values(), rules, once=style == "colon") - sure
    believed = sure | {key for key in once if not _is_word(key, text)}
    if not believed:
        return _paragraph_turns(text), (*footer, NO_LABELS)
    turns = _turns(text, lines, {start: head for start, head in heads.items() if head.key in believed})
    return turns, (*footer, *_notes(text, heads, believed, sure), *beside)


def _header_ends(text: str) -> int:
    """Return the offset behind the last of the headings that a text begins with; 0 where there are not two of them.

    Headings are lines such as `Date: ...`, before any line that ends like a sentence. `Interviewer: Eva` among them
    says who asked, and is nothing that was said.
    """
    ends: list[int] = []
    for line in re.finditer(r"[^\n]+", text[:2000]):
        label, colon, value = line[0].partition(":")
        if value.rstrip().endswith((".", "?", "!", "…")) or (ends and not colon):
            break
        if colon and begins_no_turn(label.strip("*_# ")):
            ends.append(line.end())
    return ends[-1] if len(ends) > 1 else 0


def _is_word(key: str, text: str) -> bool:
    """Tell whether a label stands in the text in small letters, too, as no name does: `money`."""
    return key != key.upper() and re.search(rf"\b{re.escape(key)}\b", text) is not None


def _without_footer(text: str) -> tuple[str, tuple[str, ...]]:
    """Return a text without the last line of Otter, which nobody said, and a note that says so."""
    above, _, last = text.rstrip().rpartition("\n")
    found = re.fullmatch(r"\s*Transcribed by https?://otter\.ai/?", last)
    return (above, (f"the last line is left out: `{last.strip()}`",)) if found else (text, ())


def _without_remarks(heads: dict[int, Head]) -> tuple[dict[int, Head], tuple[str, ...]]:
    """Take `Kari (laughing)` for `Kari` where that is a label, too, and say what is left out."""
    known = {head.key: head.label for head in heads.values()}
    found, left_out = dict(heads), list[str]()
    for start, head in heads.items():
        name, _, remark = head.label.partition(" (")
        if remark and label_key(name) in known:
            found[start] = replace(head, label=known[label_key(name)])
            left_out.append(f"({remark}")
    some = ", ".join(f"`{remark}`" for remark in dict.fromkeys(left_out))
    return found, (f"remarks beside labels are left out: {some}",) if left_out else ()


def _turns(text: str, lines: Sequence[tuple[int, str]], heads: dict[int, Head]) -> tuple[Turn, ...]:
    """Cut the text where labels stand; a time on a line of its own is that of the next label, or of what goes on."""
    turns: list[Turn] = []
    spelling: dict[str, str] = {}
    opened: Head | None = None
    begin = end = 0
    pending: tuple[int, int | None] | None = None

    def close() -> None:
        if opened and (span := trim(text, begin, end)):
            turns.append(_timed(text, Turn(len(turns), spelling[opened.key], *span, opened.at_ms, opened.until_ms)))

    for start, line in lines:
        head = heads.get(start)
        if head:
            close()
            spelling.setdefault(head.key, head.label)
            at_ms, until_ms = pending if pending and head.at_ms is None else (head.at_ms, head.until_ms)
            opened = Head(head.label, head.words, at_ms, until_ms=until_ms)
            begin, end, pending = start + head.words, start + len(line), None
        elif stamp := STAMP_ALONE.fullmatch(line):
            pending = times_of(stamp["stamp"])
        elif line.strip():
            end, pending = start + len(line), None
    close()
    return tuple(turns)


def _timed(text: str, turn: Turn) -> Turn:
    """Take the time mark at the end of a turn off its words: it says when they end."""
    mark = _END_MARK.search(text, turn.start, turn.end)
    if not mark or mark.end() != turn.end:
        return turn
    span = trim(text, turn.start, mark.start())
    return Turn(turn.n, turn.speaker, *(span or (turn.start, turn.start)), turn.at_ms, milliseconds(f"#{mark[1]}#"))


def _lines(text: str) -> list[tuple[int, str]]:
    lines = text.split("\n")
    return list(zip(accumulate((len(line) + 1 for line in lines), initial=0), lines, strict=False))


def paragraph_break(text: str) -> re.Pattern[str]:
    """Return what parts the paragraphs of a text: blank lines, or else the ends of lines."""
    blank = re.search(r"\S[^\S\n]*\n[^\S\n]*\n\s*\S", text)
    return re.compile(r"\n(?:[^\S\n]*\n)+" if blank else r"\n")


def _paragraphs(text: str) -> list[tuple[int, int]]:
    edges = [0, *(edge for found in paragraph_break(text).finditer(text) for edge in found.span()), len(text)]
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
        stamp = re.compile(rf"(\[{CLOCK}\]|\({CLOCK}\))\s*").match(text, start, end)
        at_ms = milliseconds(stamp[1]) if stamp else None
        if span := trim(text, stamp.end() if stamp else start, end):
            turns.append(Turn(len(turns), "", *span, at_ms))
    return tuple(turns)


def _notes(text: str, heads: dict[int, Head], believed: set[str], sure: set[str]) -> tuple[str, ...]:
    """Say what stands before the first label, and which labels were believed or not although that may be wrong."""
    notes = []
    before = text[: next(start for start, head in heads.items() if head.key in believed)]
    if before.strip():
        notes.append(f"text before the first speaker label was ignored: `{' '.join(before.split())[:60]}`")
    guessed = believed - sure
    taken = dict.fromkeys(head.label for head in heads.values() if head.key in guessed)
    if taken:
        notes.append(f"taken as speakers, though each speaks only once: {_named(list(taken))}")
    doubtful = dict.fromkeys(head.label for head in heads.values() if head.key not in believed)
    if doubtful:
        notes.append(f"taken as words, not as labels: {_named(list(doubtful))}; cases.csv can name a speaker")
    return tuple(notes)


def _named(labels: Sequence[str]) -> str:
    return ", ".join(f"`{label}:`" for label in labels[:5]) + (", ..." if len(labels) > 5 else "")
