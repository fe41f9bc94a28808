"""Subtitles (WebVTT, SubRip, SBV): consecutive cues of one speaker are a turn."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from coder.errors import TranscriptError
from coder.transcripts.decode import decode
from coder.transcripts.labels import Head, head_of, is_name, style_of, true_labels
from coder.transcripts.noscribe import renamed
from coder.transcripts.turns import Parsed, Piece, Source, parsed
from coder.types import NO_RULES, LabelRules

_VOICE = re.compile(r"<v[^\s>]{0,80}\s+([^>]{1,200})>")
_TAG = re.compile(r"</?(?:c|i|b|u|v|ruby|rt|lang|font)(?:[.\s][^>]{0,200})?>|<\d[\d:.]{0,20}>")
_CLOCK = r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})"
_TIMING = re.compile(rf"[ \t\ufeff]*{_CLOCK}[ \t]*(?:-{{1,2}}>|,)[ \t]*{_CLOCK}(?:[ \t].*)?")
_NO_CUE = ("NOTE", "STYLE", "REGION", "WEBVTT", "X-TIMESTAMP-MAP", "Kind:", "Language:")


class _Cue(NamedTuple):
    at_ms: int
    until_ms: int
    lines: Sequence[str]


def is_subtitles(text: str) -> bool:
    r"""Tell whether a text is subtitles, whatever its file is called: a number and times, or the header WEBVTT.

    Examples
    --------
    >>> is_subtitles("1\n00:00:01,000 --> 00:00:04,000\nWhy?"), is_subtitles("Anna: Why?")
    (True, False)
    """
    first = [line for line in text[:500].split("\n") if line.strip()][:2]
    numbered = len(first) == 2 and first[0].strip().isdecimal() and bool(_TIMING.fullmatch(first[1].rstrip()))
    return numbered or text.startswith("WEBVTT")


def read_subtitles(source: Source) -> Parsed:
    """Read subtitles: speakers from voice tags (`<v Anna>`), or else from labels before the words (`Anna: ...`).

    A piece without a speaker goes on with the speaker before it. What is no cue is left
    out with a note; words that captions repeat from cue to cue, as they roll up, stand once.

    Raises
    ------
    TranscriptError
        There is no cue in the file.
    """
    raw, encoding, notes = decode(source.data, source.path)
    found = subtitles_of(raw, source.path, source.known)
    return found._replace(encoding=encoding, notes=(*notes, *found.notes))


def subtitles_of(raw: str, where: Path, rules: LabelRules = NO_RULES) -> Parsed:
    """Read the text of subtitles, as `read_subtitles` does."""
    cues, strange = _cues(raw)
    if not cues:
        if raw.strip().startswith("WEBVTT") and not strange:
            raise TranscriptError("holds no words", where=where)
        todo = "a cue is a line of times (`00:01:02.000 --> 00:01:05.000`), words, and a blank line"
        raise TranscriptError("holds no subtitles", where=where, todo=todo)
    notes = (f"no cue, left out: {len(strange)} lines, the first is {strange[0]}",) if strange else ()
    return parsed(_pieces(_unrolled(cues), rules), notes=notes)


def _cues(raw: str) -> tuple[list[_Cue], list[str]]:
    """Return the cues, and the lines that belong to none; a blank line ends a cue, a number may stand before it."""
    lines = raw.split("\n")
    cues: list[_Cue] = []
    strange: list[str] = []
    open_lines: list[str] | None = None
    skipped = False
    for n, line in enumerate(lines):
        if timing := _TIMING.fullmatch(line.rstrip()):
            at_ms, until_ms = _milliseconds(timing.groups()[:4]), _milliseconds(timing.groups()[4:])
            open_lines, skipped = [], False
            cues.append(_Cue(at_ms, max(at_ms, until_ms), open_lines))
        elif not line.strip():
            open_lines = None if open_lines else open_lines
            skipped = False
        elif open_lines is not None:
            if not _begins_next(lines, n):
                open_lines.append(line)
        elif line.startswith(_NO_CUE):
            skipped = True
        elif not (skipped or _begins_next(lines, n)):
            strange.append(f"line {n + 1}: `{line.strip()[:60]}`")
    return cues, strange


def _begins_next(lines: Sequence[str], n: int) -> bool:
    """Tell whether a line is the number or name of the cue whose times follow."""
    follows = n + 1 < len(lines) and _TIMING.fullmatch(lines[n + 1].rstrip())
    return bool(follows) and (lines[n].strip().isdecimal() or not lines[n - 1].strip())


def _milliseconds(parts: Sequence[str | None]) -> int:
    hours, minutes, seconds, fraction = parts
    whole = 3600 * int(hours or 0) + 60 * int(minutes or 0) + int(seconds or 0)
    return 1000 * whole + int((fraction or "0").ljust(3, "0"))


def _unrolled(cues: list[_Cue]) -> list[_Cue]:
    """Take off lines that a cue repeats from the one before it, where most cues do so: captions that roll up."""
    plain = [[_plain(line).strip() for line in cue.lines if line.strip()] for cue in cues]
    repeats = sum(bool(one and other) and one[-1] == other[0] for one, other in pairwise(plain))
    if 2 * repeats < len(cues) - 1 or len(cues) < 3:
        return cues
    found, last = [], ""
    for cue, lines in zip(cues, plain, strict=True):
        kept = [line for line in lines if line != last]
        found.append(cue._replace(lines=kept))
        last = lines[-1] if lines else last
    return found


def _pieces(cues: list[_Cue], rules: LabelRules) -> Iterator[Piece]:
    """Return what one speaker says in one cue, the speaker "" where the cue names none."""
    voiced = any(_VOICE.search(line) for cue in cues for line in cue.lines)
    style = "colon" if voiced else style_of([_plain(line) for cue in cues for line in cue.lines], rules)
    heads = [head for cue in cues for _, head in _labels(cue, style, rules) if head]
    believed = set() if voiced else true_labels(heads, rules, once=style == "colon")
    firsts = [_labels(cue, style, rules)[0][1] for cue in cues if cue.lines]
    if not (voiced or believed) and all(head and is_name(head.label) for head in firsts):
        believed = {head.key for head in firsts if head}  # every cue begins with a name
    found = (
        Piece(" ".join(speaker.split()).strip("/"), " ".join(words.split()), cue.at_ms, cue.until_ms)
        for cue in cues
        for speaker, words in (_voices(cue) if voiced else _labelled(cue, believed, style, rules))
    )
    return renamed(found) if voiced else found


def _plain(marked: str) -> str:
    return html.unescape(_TAG.sub("", marked))


def _voices(cue: _Cue) -> Iterator[tuple[str, str]]:
    before, *spans = _VOICE.split("\n".join(cue.lines))
    yield "", _plain(before)
    for speaker, words in zip(spans[::2], spans[1::2], strict=True):
        yield html.unescape(speaker), _plain(words)


def _labels(cue: _Cue, style: str, rules: LabelRules) -> list[tuple[str, Head | None]]:
    return [(line, head_of(line, style, rules)) for line in map(_plain, cue.lines)]


def _labelled(cue: _Cue, believed: set[str], style: str, rules: LabelRules) -> Iterator[tuple[str, str]]:
    for line, head in _labels(cue, style, rules):
        yield (head.label, line[head.words :]) if head and head.key in believed else ("", line)
