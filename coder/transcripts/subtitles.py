"""WebVTT subtitles: consecutive cues of one speaker are a turn."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from coder.errors import TranscriptError
from coder.transcripts.decode import decode
from coder.transcripts.labels import NO_LABELS, Head, head_of, true_labels
from coder.transcripts.turns import Parsed, compose

_VOICE = re.compile(r"<v(?:\.[^\s>]*)*\s+([^>]+)>")
_TAG = re.compile(r"</?(?:c|i|b|u|v|ruby|rt|lang|font)(?:[.\s][^>]*)?>|<\d[\d:.]*>")
_TIMING = re.compile(r"\s*(?:\d{2,}:)?\d{2}:\d{2}\.\d{3}\s*-->\s*(?:\d{2,}:)?\d{2}:\d{2}\.\d{3}(?=\s|$)")
_WORDLESS = ("NOTE", "STYLE", "REGION")


class _Piece(NamedTuple):
    speaker: str
    words: str
    at_ms: int
    until_ms: int


def read_subtitles(data: bytes, where: Path, known: Collection[str] = ()) -> Parsed:
    """Read WebVTT: speakers from voice tags (`<v Anna>`), or else from labels before the words (`Anna: ...`).

    A piece without a speaker goes on with the speaker before it. Labels in `known` are believed.

    Raises
    ------
    TranscriptError
        With the line: a missing header, a block without times (its words would be lost), broken times.
    """
    import webvtt

    raw, encoding, notes = decode(data, where)
    _check(raw, where)
    try:
        captions = list(webvtt.WebVTT.from_string(raw, strict=True))
    except (webvtt.errors.MalformedFileError, webvtt.errors.MalformedCaptionError) as error:
        raise TranscriptError(str(error), where=where, todo="mend that cue") from error
    text, turns = compose(_merge(_pieces(captions, known)))
    if not any(turn.speaker for turn in turns):
        notes += (NO_LABELS,)
    return Parsed(text, turns, encoding, notes)


def _check(raw: str, where: Path) -> None:
    """Refuse what a reader of WebVTT would silently pass over."""
    lines = raw.split("\n")
    if not re.match(r"WEBVTT(?:\s|$)", lines[0]):
        todo = "export the subtitles as WebVTT, whose first line is WEBVTT"
        raise TranscriptError("does not begin with WEBVTT", where=f"{where}, line 1", todo=todo)
    blocks = [list(block) for filled, block in groupby(enumerate(lines, 1), lambda line: line[1] != "") if filled]
    for block in blocks[1:]:
        number, first = block[0]
        timed = [n for n, line in block if _TIMING.match(line)]
        arrows = [n for n, line in block if "-->" in line]
        if first.startswith(_WORDLESS) and not arrows:
            continue
        if arrows != timed or len(timed) != 1 or timed[0] - number > 1:
            wrong = next((n for n in arrows if n not in timed), number)
            raise TranscriptError(
                f"broken cue: `{lines[wrong - 1][:60]}`",
                where=f"{where}, line {wrong}",
                todo="a cue is a line of times (`00:01:02.000 --> 00:01:05.000`), words, and a blank line",
            )
    header_arrow = next((n for n, line in blocks[0] if "-->" in line), None)
    if header_arrow:
        todo = "put a blank line below the header WEBVTT"
        raise TranscriptError("a cue stands in the header", where=f"{where}, line {header_arrow}", todo=todo)


def _pieces(captions: list[Any], known: Collection[str]) -> Iterator[_Piece]:
    """Yield what one speaker says in one cue, the speaker "" where the cue names none."""
    voiced = any(_VOICE.search(caption.raw_text) for caption in captions)
    heads = [head for caption in captions for _, head in _lines(caption)]
    believed = set() if voiced else true_labels((head for head in heads if head), known)
    for caption in captions:
        at_ms, until_ms = caption.start_time.in_milliseconds(), caption.end_time.in_milliseconds()
        for speaker, words in _voices(caption) if voiced else _labelled(caption, believed):
            yield _Piece(" ".join(speaker.split()), " ".join(words.split()), at_ms, until_ms)


def _plain(marked: str) -> str:
    return html.unescape(_TAG.sub("", marked))


def _voices(caption: Any) -> Iterator[tuple[str, str]]:
    before, *spans = _VOICE.split(caption.raw_text)
    yield "", _plain(before)
    for speaker, words in zip(spans[::2], spans[1::2], strict=True):
        yield html.unescape(speaker), _plain(words)


def _lines(caption: Any) -> list[tuple[str, Head | None]]:
    lines = [_plain(line) for line in caption.lines]
    return [(line, head_of(line)) for line in lines]


def _labelled(caption: Any, believed: set[str]) -> Iterator[tuple[str, str]]:
    for line, head in _lines(caption):
        if head and head.key in believed:
            yield head.label, line[head.words :]
        else:
            yield "", line


def _merge(pieces: Iterator[_Piece]) -> list[tuple[str, str, int | None, int | None]]:
    turns: list[_Piece] = []
    current = ""
    for piece in pieces:
        current = piece.speaker or current
        if not piece.words:
            continue
        if turns and turns[-1].speaker.casefold() == current.casefold():
            last = turns[-1]
            turns[-1] = last._replace(words=f"{last.words} {piece.words}", until_ms=max(last.until_ms, piece.until_ms))
        else:
            turns.append(piece._replace(speaker=current))
    return list(turns)
