"""Tiers of annotations beside a recording, a tier a speaker: ELAN (.eaf) and Praat (.TextGrid)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from coder.errors import TranscriptError
from coder.transcripts.archives import xml_of
from coder.transcripts.decode import decode
from coder.transcripts.turns import Parsed, Piece, Source, parsed

_TOKEN = re.compile(r'"((?:[^"]|"")*)"|(?<!\S)(-?\d{1,12}(?:\.\d{1,30})?(?:[eE]-?\d{1,3})?)(?!\S)|![^\n]*', re.ASCII)
_WORDS, _SOUNDS = re.compile(r"\s*-\s*words$", re.IGNORECASE), re.compile(r"\bphon(?:e|eme)s$", re.IGNORECASE)

_LONGEST = 10**9
"""No recording lasts more seconds."""


class _Tier(NamedTuple):
    name: str
    pieces: list[Piece]
    dropped: str = ""
    """Why it is not read, if it is not."""


def read_elan(source: Source) -> Parsed:
    """Read an ELAN file: a tier is a speaker, called by its participant, or else by its own name.

    Tiers that depend on others, such as translations and glosses, are not read; a note names them.

    Raises
    ------
    TranscriptError
        The file is no ELAN file, or broken.
    """
    root = xml_of(source.data, "the annotation file", source.path)
    if root.tag != "ANNOTATION_DOCUMENT":
        raise TranscriptError("is not an ELAN file", where=source.path, todo="save it in ELAN as .eaf")
    slots = {slot.get("TIME_SLOT_ID"): slot.get("TIME_VALUE") for slot in root.iter("TIME_SLOT")}
    return _parsed(_elan_tier(tier, slots) for tier in root.iter("TIER"))


def _elan_tier(tier: Any, slots: dict[str, str | None]) -> _Tier:
    label = tier.get("PARTICIPANT") or tier.get("TIER_ID") or ""
    above = tier.get("PARENT_REF")
    pieces = []
    for one in tier.iter("ALIGNABLE_ANNOTATION", "REF_ANNOTATION"):
        words = " ".join("".join(one.itertext()).split())
        at_ms, until_ms = (_whole(slots.get(one.get(f"TIME_SLOT_REF{n}"))) for n in (1, 2))
        pieces.append(Piece(label.strip(), words, at_ms, until_ms))
    return _Tier(tier.get("TIER_ID") or label, pieces, f"depends on `{above}`" if above else "")


def _whole(value: str | None) -> int | None:
    return int(value) if value and re.fullmatch(r"\d{1,12}", value, re.ASCII) else None


def read_textgrid(source: Source) -> Parsed:
    """Read a TextGrid of Praat, long or short: a tier of intervals is a speaker; tiers of points are not read.

    Of a forced alignment only the words are read, not the sounds. A TextGrid is numbers and quoted texts in a fixed
    order; what stands between them is comment (https://www.fon.hum.uva.nl/praat/manual/TextGrid_file_formats.html).

    Raises
    ------
    TranscriptError
        The file is no TextGrid in text form, or breaks off.
    """
    if source.data.startswith(b"ooBinaryFile"):
        todo = "save it in Praat as a text file or a short text file"
        raise TranscriptError("is a binary TextGrid", where=source.path, todo=todo)
    text, encoding, notes = decode(source.data, source.path)
    tokens = (match[1] if match[1] is not None else match[2] for match in _TOKEN.finditer(text))
    given = (token for token in tokens if token is not None)
    if list(islice(given, 2)) != ["ooTextFile", "TextGrid"]:
        raise TranscriptError("is not a TextGrid", where=source.path, todo="save it in Praat as a text file")
    try:
        next(given), next(given)  # the borders of the whole
        tiers = [_praat_tier(given) for _ in range(int(next(given)))]
    except (StopIteration, ValueError, RuntimeError) as error:
        message = "the TextGrid breaks off, or has a text where a number belongs"
        raise TranscriptError(message, where=source.path, todo="save it again in Praat") from error
    return _parsed(tiers, encoding, notes)


def _praat_tier(given: Iterator[str]) -> _Tier:
    """Take the tokens of one tier: class, name, borders, number of parts, and the parts."""
    kind, name, _, _, count = (next(given) for _ in range(5))
    spans = kind == "IntervalTier"
    label = _WORDS.sub("", name).strip()
    pieces = []
    for _ in range(int(count)):
        at_ms = _thousandths(next(given))
        until_ms = _thousandths(next(given)) if spans else at_ms
        words = next(given).replace('""', '"')
        pieces.append(Piece(label, " ".join(words.split()), at_ms, until_ms))
    dropped = "sounds" if _SOUNDS.search(name) else "" if spans else "points"
    return _Tier(name, pieces, dropped)


def _thousandths(seconds: str) -> int:
    found = float(seconds)
    if found > _LONGEST:
        raise ValueError(f"no time: {seconds}")
    return max(0, round(found * 1000))


def _parsed(tiers: Iterable[_Tier], encoding: str = "utf-8", notes: tuple[str, ...] = ()) -> Parsed:
    """Put the tiers of all speakers in order of time; a piece without a time stays behind the one before it."""
    tiers = [tier for tier in tiers if any(piece.words for piece in tier.pieces)]
    read = [tier for tier in tiers if not tier.dropped]
    placed: list[tuple[int, Piece]] = []
    for tier in read:
        at = 0
        for piece in tier.pieces:
            at = at if piece.at_ms is None else piece.at_ms
            placed.append((at, piece))
    placed.sort(key=lambda one: one[0])
    if read:
        notes += (f"tiers read, each as a speaker: {', '.join(tier.name for tier in read)}",)
    for tier in tiers:
        if tier.dropped:
            count = sum(bool(piece.words) for piece in tier.pieces)
            notes += (f"tier not read: `{tier.name}` ({tier.dropped}), {count} annotations",)
    return parsed((piece for _, piece in placed), encoding, notes)
