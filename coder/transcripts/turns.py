"""What every reader of a format gives back, and the text composed for those formats that are not text."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple
from unicodedata import normalize

from coder.transcripts.labels import NO_LABELS
from coder.types import NO_COLUMNS, NO_RULES, LabelRules, Remark, TableColumns, Turn


class Source(NamedTuple):
    """What a reader is given: the bytes of a file and its path, and what the study says of it.

    `known` is what it says of labels of speakers, `columns` of the columns of a table.
    """

    data: bytes
    path: Path
    known: LabelRules = NO_RULES
    columns: TableColumns = NO_COLUMNS


class Parsed(NamedTuple):
    """What a reader of one format gives: text, turns, encoding and notes.

    `name` is that of the interview, where a file holds several; `remarks` are comments and footnotes.
    """

    text: str
    turns: tuple[Turn, ...]
    encoding: str = "utf-8"
    notes: tuple[str, ...] = ()
    name: str = ""
    remarks: tuple[Remark, ...] = ()


def trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the span without white space at its ends, or None where nothing is left.

    Examples
    --------
    >>> trim(" ab ", 0, 4), trim("  ", 0, 2)
    ((1, 3), None)
    """
    words = text[start:end]
    start += len(words) - len(words.lstrip())
    end -= len(words) - len(words.rstrip())
    return (start, end) if start < end else None


class Piece(NamedTuple):
    """What a recorder writes at a time: a cue, a segment, or words of one speaker, with times in milliseconds."""

    speaker: str
    words: str
    at_ms: int | None = None
    until_ms: int | None = None


def merge(pieces: Iterable[Piece]) -> list[Piece]:
    """Join consecutive pieces of one speaker to a turn; a piece without a speaker goes on with the one before it.

    Examples
    --------
    >>> merge([Piece("Anna", "Well,", 0, 900), Piece("", "yes.", 950, 2000), Piece("Olof", "No.", 2000, 3000)])[0]
    Piece(speaker='Anna', words='Well, yes.', at_ms=0, until_ms=2000)
    """
    runs: list[list[Piece]] = []
    current = ""
    for piece in pieces:
        current = piece.speaker or current
        if not piece.words:
            continue
        if runs and runs[-1][0].speaker.casefold() == current.casefold():
            runs[-1].append(piece)
        else:
            runs.append([piece._replace(speaker=current)])
    return [_joined(run) for run in runs]


def parsed(pieces: Iterable[Piece], encoding: str = "utf-8", notes: tuple[str, ...] = ()) -> Parsed:
    """Compose what a reader gives of pieces: those of one speaker are a turn, and it is said where nobody is named."""
    text, turns = compose(merge(pieces))
    unnamed = () if any(turn.speaker for turn in turns) else (NO_LABELS,)
    return Parsed(text, turns, encoding, (*notes, *unnamed))


def _joined(run: list[Piece]) -> Piece:
    until = [piece.until_ms for piece in run if piece.until_ms is not None]
    words = " ".join(piece.words for piece in run)
    return Piece(run[0].speaker, words, run[0].at_ms, max(until, default=None))


def compose(parts: Iterable[tuple[str, str, int | None, int | None]]) -> tuple[str, tuple[Turn, ...]]:
    r"""Compose a text of `Label: words` blocks from (speaker, words, at_ms, until_ms), with its turns.

    Examples
    --------
    >>> compose([("Q", "Why?", None, None), ("", "So.", None, None)])[0]
    'Q: Why?\n\nSo.'
    """
    blocks: list[str] = []
    turns: list[Turn] = []
    length = 0
    for spelled, words, at_ms, until_ms in parts:
        speaker = normalize("NFC", spelled)
        label = f"{speaker}: " if speaker else ""
        start = length + len(label)
        turns.append(Turn(len(turns), speaker, start, start + len(words), at_ms, until_ms))
        blocks.append(label + words)
        length = start + len(words) + 2
    return "\n\n".join(blocks), tuple(turns)
