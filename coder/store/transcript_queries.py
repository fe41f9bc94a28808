"""What the reading view asks of the store: one transcript, what lies in it, and how far a coder has come."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from coder.store import corpus
from coder.store.database import Store
from coder.types import Turn


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a coder has come in a transcript: its units, those that the coder has read, and codings made.

    `kept` is False where the words have been deleted; `whole`: the coder read it as a whole, so each unit.
    """

    name: str
    case: str
    kept: bool
    turns: int
    units: int
    read: int
    codings: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Text:
    """A version of a transcript's text: where its first turn begins and the last ends; a text without turns is one."""

    id: int
    transcript: int
    turns: int
    units: int
    start: int
    end: int


def how_many(store: Store) -> int:
    """Return the number of transcripts, those without words included."""
    return int(store.one("SELECT count(*) FROM current_text"))


def progress(store: Store, coder: str, rule: str, *, first: int = 0, most: int = -1) -> list[Progress]:
    """Return the progress of a coder in transcripts in order of name: from the n-th on, so many of them (-1: all)."""
    rows = store.rows(
        "SELECT current_text.id, transcript.name, membership.name,"
        " EXISTS (SELECT 1 FROM words WHERE text = current_text.id) FROM current_text"
        " JOIN transcript ON transcript.id = current_text.transcript"
        " LEFT JOIN membership ON membership.transcript = transcript.id"
        " ORDER BY countable(transcript.name) LIMIT ? OFFSET ?",
        (most, first),
    )
    texts = {"texts": json.dumps([row[0] for row in rows]), "rule": rule, "coder": coder}
    turns, units, words = ({row[0]: row for row in store.rows(sql, texts)} for sql in (_TURNS, _UNITS, _WORDS))
    found = []
    for text, name, case, kept in rows:
        _, n_turns, whole = turns.get(text, (text, 0, 0))
        _, n_units = units.get(text, (text, 0))
        _, judged, codings = words.get(text, (text, 0, 0))
        read = n_units if whole else judged
        found.append(Progress(name, case or "", bool(kept), n_turns, n_units, read, codings, bool(whole)))
    return found


# Which codes they are does not matter here, so the words are asked as they were written (`main`).
_OWN = (
    "main.current_coding AS own ON own.segment = placement.segment"
    " AND own.coder = (SELECT id FROM coder WHERE name = :coder)"
)
_FIRST = "(SELECT start FROM turn WHERE turn.text = {text} ORDER BY n LIMIT 1)"
_LAST = "(SELECT stop FROM turn WHERE turn.text = {text} ORDER BY n DESC LIMIT 1)"
_TURNS = f"""
WITH shape AS (SELECT value AS text, (SELECT count(*) FROM turn WHERE turn.text = value) AS turns,
 {_FIRST.format(text="value")} AS start, {_LAST.format(text="value")} AS stop FROM json_each(:texts))
SELECT text, turns, EXISTS (SELECT 1 FROM placement CROSS JOIN {_OWN} WHERE placement.text = shape.text
 AND placement.start <= shape.start AND placement.stop >= shape.stop AND own.code IS NULL) FROM shape
"""
"""Of each text: its turns, and whether the coder read a segment as a whole that holds all of them."""
_UNITS = """
SELECT text, count(*) FROM json_each(:texts) AS wanted CROSS JOIN unit ON unit.text = wanted.value AND rule = :rule
GROUP BY text
"""
_WORDS = f"""
SELECT placement.text, count(DISTINCT unit.segment), sum(own.code IS NOT NULL AND own.verdict = 'present')
FROM json_each(:texts) AS wanted CROSS JOIN placement ON placement.text = wanted.value CROSS JOIN {_OWN}
LEFT JOIN unit INDEXED BY unit_segment
 ON unit.segment = placement.segment AND unit.text = placement.text AND unit.rule = :rule
GROUP BY placement.text
"""
"""Of each text: the units with a word of the coder's, and the codings made."""


def text(store: Store, name: str, rule: str) -> Text | None:
    """Return the current text of one transcript without its words; None where there is none, or its words are gone."""
    rows = store.rows(
        "SELECT current_text.id, current_text.transcript,"
        " max(1, (SELECT count(*) FROM turn WHERE text = current_text.id)),"
        " (SELECT count(*) FROM unit WHERE text = current_text.id AND rule = ?),"
        f" coalesce({_FIRST.format(text='current_text.id')}, 0),"
        f" coalesce({_LAST.format(text='current_text.id')}, length(words.content))"
        " FROM current_text JOIN transcript ON transcript.id = current_text.transcript"
        " JOIN words ON words.text = current_text.id WHERE transcript.name = ?",
        (rule, name),
    )
    return Text(*rows[0]) if rows else None


def turns(store: Store, text: Text, first: int, count: int) -> list[Turn]:
    """Return so many turns of a text from the n-th on; a text without turns is one."""
    return corpus.turns(store, text.id, first, first + count) or [Turn(0, "", text.start, text.end)]


# The range of a text comes first, and the unit by its segment: SQLite would go through all units for each of them.
_PLACE_OF_UNIT = (
    "placement AS place CROSS JOIN unit INDEXED BY unit_segment"
    " ON unit.segment = place.segment AND unit.text = place.text AND unit.rule = :rule"
)


def units(store: Store, text: int, rule: str, start: int, end: int) -> list[tuple[int, int, int]]:
    """Return (start, end, segment) of the units that share characters with a stretch of a text, in order."""
    rows = store.rows(
        f"SELECT place.start, place.stop, place.segment FROM {_PLACE_OF_UNIT}"
        " WHERE place.text = :text AND place.start < :end AND place.stop > :start ORDER BY place.start",
        {"rule": rule, "text": text, "start": start, "end": end},
    )
    return [(row[0], row[1], row[2]) for row in rows]


def units_at(store: Store, segment: int, rule: str) -> list[int]:
    """Return the units that share characters with a segment, be it a unit or not."""
    rows = store.rows(
        f"SELECT place.segment FROM placement AS own CROSS JOIN {_PLACE_OF_UNIT} WHERE own.segment = :segment"
        " AND own.text IN (SELECT id FROM current_text) AND place.text = own.text"
        " AND place.start < own.stop AND place.stop > own.start",
        {"rule": rule, "segment": segment},
    )
    return [row[0] for row in rows]


def unit_from(store: Store, text: Text, rule: str, place: int) -> int:
    """Return the number of the first unit that begins at a place of a text or after it; the number of units if none."""
    rows = store.rows(
        f"SELECT unit.n FROM {_PLACE_OF_UNIT} WHERE place.text = :text AND place.start >= :place"
        " ORDER BY place.start LIMIT 1",
        {"rule": rule, "text": text.id, "place": place},
    )
    return int(rows[0][0]) if rows else text.units


def uncoded(store: Store, text: int, rule: str, coder: str) -> list[tuple[int, int]]:
    """Return (n, segment) of the units on which a coder has said nothing, in order.

    Said is a word on the unit itself, or on a passage that shares at least half of the shorter of the two with it.
    """
    units = corpus.unit_ids(store, text, rule)
    said = store.rows(
        "SELECT segment FROM placement WHERE text = ? AND EXISTS (SELECT 1 FROM current_coding AS own"
        " WHERE own.coder = (SELECT id FROM coder WHERE name = ?) AND own.segment = placement.segment)",
        (text, coder),
    )
    own = {row["segment"] for row in said}
    passages = json.dumps(list(own.difference(units)))
    own.update(row[0] for row in store.rows(_COVERED, {"text": text, "rule": rule, "passages": passages}))
    return [(n, segment) for n, segment in enumerate(units) if segment not in own]


_COVERED = f"""
SELECT place.segment FROM json_each(:passages) AS own
CROSS JOIN placement AS passage ON passage.segment = own.value AND passage.text = :text
CROSS JOIN {_PLACE_OF_UNIT}
WHERE place.text = :text AND place.start < passage.stop AND place.start >= coalesce(
  (SELECT before.start FROM placement AS before CROSS JOIN unit AS one INDEXED BY unit_segment
   ON one.segment = before.segment AND one.text = before.text AND one.rule = :rule
   WHERE before.text = :text AND before.start <= passage.start ORDER BY before.start DESC LIMIT 1), 0)
 AND shares_half(place.start, place.stop, passage.start, passage.stop)
"""
"""The units that passages code: from the last one that begins before a passage, to the passage's end."""


def contents(store: Store) -> Iterator[tuple[str, int, str]]:
    """Yield (name, text, words) of every current text, one at a time, in order of name."""
    rows = store.rows(
        "SELECT transcript.name, current_text.id FROM current_text"
        " JOIN transcript ON transcript.id = current_text.transcript"
        " WHERE EXISTS (SELECT 1 FROM words WHERE text = current_text.id) ORDER BY countable(transcript.name)"
    )
    yield from ((name, text, corpus.words(store, text)) for name, text in rows)


def turn_spans(store: Store, text: int) -> list[tuple[int, int, int]]:
    """Return (start, end, n) of the turns of a text, in order."""
    return [(turn.start, turn.end, turn.n) for turn in corpus.turns(store, text)]


def told(store: Store, name: str) -> int | None:
    """Return how many events the log holds on a transcript, its deleted words included; None for an unknown name."""
    found = store.one(
        "SELECT (SELECT count(*) FROM coding_event JOIN segment ON segment.id = coding_event.segment"
        " JOIN text ON text.id = segment.text WHERE text.transcript = transcript.id) FROM transcript WHERE name = ?",
        (name,),
    )
    return None if found is None else int(found)
