"""What of a citation is printed: which are pinned, how their words were edited, and their translations."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from coder.store.corpus import words_digest
from coder.store.database import Store


@dataclass(frozen=True, slots=True)
class Pin:
    """That a citation is to be printed, or no longer; `code` as it is called now."""

    event: int
    segment: int
    code: str
    pinned: bool
    coder: str
    at: str


@dataclass(frozen=True, slots=True)
class PrintEdit:
    """How a passage is printed: (start, end, what is put in), on the words with this sha256."""

    segment: int
    words_sha256: str
    edits: tuple[tuple[int, int, str], ...]
    coder: str
    at: str

    def fits(self, words: str) -> bool:
        """Say whether these are the words that were edited."""
        return words_digest(words) == self.words_sha256


@dataclass(frozen=True, slots=True)
class Translation:
    """A passage in another language, made from the words with this sha256."""

    segment: int
    language: str
    words: str
    words_sha256: str
    coder: str
    at: str

    def fits(self, words: str) -> bool:
        """Say whether these are the words that were translated."""
        return words_digest(words) == self.words_sha256


def write_pin(store: Store, event: int, coder: str, pinned: bool) -> None:
    """Write down, inside a transaction, that a citation is pinned or no longer."""
    store.insert(
        "INSERT INTO pin (event, pinned, coder, run, at) VALUES (?, ?, ?, ?, ?)",
        (event, int(pinned), coder, store.run(), store.now()),
    )


def write_edit(store: Store, segment: int, words: str, edits: Sequence[tuple[int, int, str]], coder: str) -> None:
    """Write down, inside a transaction, how a passage of these words is printed; without edits, as it was said."""
    store.insert(
        "INSERT INTO print_edit (segment, words_sha256, edits, coder, run, at) VALUES (?, ?, ?, ?, ?, ?)",
        (segment, words_digest(words), json.dumps(edits, ensure_ascii=False), coder, store.run(), store.now()),
    )


def write_translation(store: Store, segment: int, words: str, language: str, translated: str, coder: str) -> None:
    """Write down, inside a transaction, these words in another language; empty ones take back what was there."""
    store.insert(
        "INSERT INTO translation (segment, language, words, words_sha256, coder, run, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (segment, language, translated, words_digest(words), coder, store.run(), store.now()),
    )


def pins(store: Store) -> dict[tuple[int, str], Pin]:
    """Return the last word on every citation that was ever pinned, by segment and code as it is called now."""
    rows = store.rows(
        "SELECT pin.event, event.segment, event.code, pin.pinned, pin.coder, pin.at FROM pin"
        " JOIN mapped_event AS event ON event.id = pin.event WHERE event.code IS NOT NULL ORDER BY pin.id"
    )
    return {(row["segment"], row["code"]): Pin(**{**row, "pinned": bool(row["pinned"])}) for row in map(dict, rows)}


def edits(store: Store) -> dict[int, PrintEdit]:
    """Return how passages are printed, by segment: the last word on each that was edited, be it to the original."""
    sql = "SELECT segment, words_sha256, edits, coder, at FROM print_edit WHERE id IN"
    return {
        one.segment: one for one in map(_edit, store.rows(f"{sql} (SELECT max(id) FROM print_edit GROUP BY segment)"))
    }


def edits_of(store: Store, segment: int) -> list[PrintEdit]:
    """Return all that was written down of how one passage is printed, in order."""
    sql = "SELECT segment, words_sha256, edits, coder, at FROM print_edit WHERE segment = ? ORDER BY id"
    return [_edit(row) for row in store.rows(sql, (segment,))]


def translations(store: Store) -> dict[int, dict[str, Translation]]:
    """Return the translations by segment and language, in order of language; those taken back are none."""
    rows = store.rows(
        "SELECT segment, language, words, words_sha256, coder, at FROM translation WHERE words <> '' AND id IN"
        " (SELECT max(id) FROM translation GROUP BY segment, language) ORDER BY segment, language"
    )
    found: dict[int, dict[str, Translation]] = {}
    for row in rows:
        found.setdefault(row["segment"], {})[row["language"]] = Translation(**dict(row))
    return found


def _edit(row: sqlite3.Row) -> PrintEdit:
    edits = tuple((start, end, put) for start, end, put in json.loads(row["edits"]))
    return PrintEdit(row["segment"], row["words_sha256"], edits, row["coder"], row["at"])


@dataclass(frozen=True, slots=True)
class Passage:
    """Where a segment lies in the current text, in half-open code points, with its words."""

    transcript: str
    text: int
    start: int
    end: int
    words: str


def passage(store: Store, segment: int) -> Passage | None:
    """Return where a segment lies now; None where it has no place in the current text, or its words were deleted."""
    rows = store.rows(
        "SELECT transcript.name, placement.text, start, stop, substr(content, start + 1, stop - start) FROM placement"
        " JOIN current_text ON current_text.id = placement.text JOIN words ON words.text = placement.text"
        " JOIN transcript ON transcript.id = current_text.transcript WHERE placement.segment = ?",
        (segment,),
    )
    return Passage(*rows[0]) if rows else None


def last_citation(store: Store, segment: int) -> int:
    """Return the last event that says that a code is present in a segment: the number that a citation is called by."""
    sql = "SELECT max(id) FROM coding_event WHERE segment = ? AND code IS NOT NULL AND verdict = 'present'"
    return int(store.one(sql, (segment,)) or 0)


def last_passage(store: Store, segment: int) -> Passage:
    """Return where a segment lay last in a text whose words are there; without words where all were deleted."""
    rows = store.rows(
        "SELECT transcript.name, placement.text, start, stop, coalesce(substr(content, start + 1, stop - start), '')"
        " FROM placement JOIN text ON text.id = placement.text JOIN transcript ON transcript.id = text.transcript"
        " LEFT JOIN words ON words.text = text.id WHERE segment = ? ORDER BY content IS NULL, text.id DESC LIMIT 1",
        (segment,),
    )
    return Passage(*rows[0])
