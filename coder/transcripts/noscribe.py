"""noScribe: its pages, where each segment is an anchor with times, and its labels, which stand in the words, too."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator

from coder.transcripts.labels import head_of, looks_like_name
from coder.transcripts.speakers import label_key
from coder.transcripts.turns import Parsed, Piece, parsed

_ANCHOR = re.compile(r'<a\s+name="ts_(\d{1,9})_(\d{1,9})_([^"<>]{0,100})"\s*>', re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_STAMP = re.compile(r"\[\d\d:\d\d:\d\d\]\s*")


def is_noscribe(page: str) -> bool:
    """Tell whether a page is a transcript of noScribe."""
    return bool(_ANCHOR.search(page))


def noscribe(page: str, encoding: str, notes: tuple[str, ...] = ()) -> Parsed:
    """Read a page of noScribe; what stands before its first segment, the title and the settings, is noted.

    Examples
    --------
    >>> noscribe('<p>Fair</p><p><a name="ts_500_1900_S00">S00: How?</a></p>', "utf-8").text
    'S00: How?'
    """
    before, *rest = _ANCHOR.split(page)
    head = _words(re.sub(r"(?s)^.*?<body[^<>]*>", "", before, count=1))
    pieces = (
        Piece(html.unescape(speaker), _words(marked), int(start), int(end))
        for start, end, speaker, marked in zip(rest[::4], rest[1::4], rest[2::4], rest[3::4], strict=True)
    )
    left_out = (f"before the first segment, left out: `{head[:200]}`",) if head else ()
    return parsed(renamed(pieces), encoding, (*notes, "read as a page of noScribe", *left_out))


def renamed(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Take the label off the words where it stands there, too: `<v S00>S00: words`.

    Where someone has put a name in place of it (`<v S00>Anna: words`) the speaker is called so from there on.
    """
    names: dict[str, str] = {}
    for piece in pieces:
        who = piece.speaker.strip("/")
        words = _STAMP.sub("", piece.words, count=1) if _STAMP.match(piece.words) else piece.words
        head = head_of(words)
        by_number = re.fullmatch(r"S\d\d", who)
        if (
            head
            and "//" not in head.label
            and (label_key(head.label) == label_key(who) or (by_number and looks_like_name(head.label)))
        ):
            names[who] = head.label
            words = words[head.words :]
        yield piece._replace(speaker=names.get(who, who), words=words.strip())


def _words(marked: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", marked)).split())
