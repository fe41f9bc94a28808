"""What boards count: every coder's word on every unit, events a day, and the few lines of a list of units."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

from coder.store.database import Store
from coder.store.judgements import of_row
from coder.types import Judgement

Facts = dict[tuple[str, str], set[int]]
"""Units by code ("": the unit as a whole) and by whom ("": all people)."""


class Line(NamedTuple):
    """A unit in a list: where it lies, who speaks in it, and its words."""

    unit: int
    transcript: str
    speaker: str
    words: str


def state(store: Store) -> str:
    """Return a digest of what boards show: log, coders, adopted model, scheme, texts with units, cases, speakers."""
    found = store.rows(
        "SELECT (SELECT hash FROM coding_event ORDER BY id DESC LIMIT 1), (SELECT max(id) FROM adoption),"
        " (SELECT max(id) FROM text), (SELECT count(*) FROM words), (SELECT count(*) FROM unit),"
        " (SELECT max(segment) FROM unit), (SELECT max(version) FROM scheme_change), (SELECT max(id) FROM kind_change),"
        " (SELECT group_concat(transcript || ' ' || name, ';') FROM membership),"
        " (SELECT group_concat(transcript || label || role || title, ';') FROM speaker)"
    )
    return sha256(repr(tuple(found[0])).encode()).hexdigest()[:16]


def transcript_of_units(store: Store, rule: str) -> dict[int, str]:
    """Return the transcript's name of every unit of a current text, in order of transcript and place."""
    units = f"SELECT segment, units.name FROM ({_UNITS}) AS units JOIN listed ON listed.name = units.name"
    return dict(map(tuple, store.rows(f"{units} ORDER BY place, n", (rule,))))


_UNITS = (
    "SELECT unit.segment, unit.n, unit.text, transcript.name, placement.start, placement.stop FROM unit"
    " JOIN current_text ON current_text.id = unit.text JOIN words ON words.text = unit.text"
    " JOIN transcript ON transcript.id = current_text.transcript"
    " JOIN placement ON placement.segment = unit.segment AND placement.text = unit.text WHERE unit.rule = ?"
)

# What shares no character with a passage is left out by the index, the rules of the method decide on the rest.
_WORDS = """
WITH word AS (
  SELECT event.segment AS unit, {columns} FROM current_coding AS event
  WHERE {kind} AND event.segment IN (SELECT segment FROM place)
  UNION ALL
  SELECT place.segment AS unit, {columns} FROM current_coding AS event
  JOIN placement AS passage ON passage.segment = event.segment
  JOIN place ON place.text = passage.text AND place.start > passage.start - ?1
   AND place.start < passage.stop AND place.stop > passage.start
  WHERE {kind} AND event.segment NOT IN (SELECT segment FROM place)
   AND CASE WHEN event.code IS NULL THEN holds_half(passage.start, passage.stop, place.start, place.stop)
   ELSE shares_half(passage.start, passage.stop, place.start, place.stop) END
  UNION ALL
  SELECT event.segment AS unit, {columns} FROM mapped_event AS event WHERE shown = 'bulk' AND verdict <> 'withdrawn'
   AND {kind} AND event.segment IN (SELECT segment FROM place)
   AND NOT EXISTS (SELECT 1 FROM coding_event AS later WHERE later.supersedes = event.id)
)
"""
_PEOPLE = "event.coder IN (SELECT id FROM coder WHERE kind = 'person')"
_ANSWERED = "(SELECT asked.id FROM coding_event AS asked WHERE asked.id = event.responds_to AND asked.memo = '')"
"""What a word answers, if the model suggested it by itself: what rests on answers on the next units has a memo."""
_OF_PEOPLE = _WORDS.format(
    columns=f"event.id, event.code, event.coder, event.verdict, event.shown, {_ANSWERED} AS responds_to", kind=_PEOPLE
)
_STRONGEST = f"""{_OF_PEOPLE}, strongest AS (
  SELECT *, max(strength(verdict, shown)) FROM word GROUP BY unit, coder, code
)
SELECT event.id, unit, code, coder.name, verdict, coder.kind, shown, 0, '', '', NULL, responds_to, NULL, 0, ''
FROM strongest AS event JOIN coder ON coder.id = event.coder
"""
"""As `judgements.COLUMNS`, without what boards do not count: run, time, memo and hash would make it much slower."""
_OF_MACHINES = _WORDS.format(
    columns="event.code, event.coder, event.verdict", kind=_PEOPLE.replace(" IN ", " NOT IN ", 1)
)
_SUGGESTED = f"""{_OF_MACHINES}
SELECT coalesce(code, ''), coder.name, json_group_array(unit)
FROM word JOIN coder ON coder.id = word.coder WHERE verdict = 'present' GROUP BY 1, 2
"""


def said_of_units(store: Store, rule: str, *, machines: bool = True) -> tuple[list[Judgement], Facts]:
    """Return every person's current word on every unit and code; and, if asked, what models and machines read and gave.

    Passages are laid on the units that they code. Where words of one person meet on a unit and code, present wins over
    unsure, and unsure over absent; what was given in bulk yields to any other word.
    """
    store.rows("DROP TABLE IF EXISTS temp.place")
    store.rows("CREATE TEMP TABLE place (segment INTEGER PRIMARY KEY, text INTEGER, start INTEGER, stop INTEGER)")
    store.rows(f"INSERT INTO temp.place SELECT segment, text, start, stop FROM ({_UNITS})", (rule,))
    store.rows("CREATE INDEX temp.place_start ON place (text, start, stop)")
    longest = store.one("SELECT max(stop - start) FROM place") or 0
    said, suggested = store.rows(_STRONGEST, (longest,)), store.rows(_SUGGESTED, (longest,)) if machines else []
    store.rows("DROP TABLE temp.place")
    return (
        [of_row(row) for row in said],
        {(code, coder): set(json.loads(units)) for code, coder, units in suggested},
    )


def days(store: Store) -> list[tuple[str, str, int]]:
    """Return (day, person, events) for each day in UTC on which a person coded, in order."""
    rows = store.rows(
        "SELECT substr(event.at, 1, 10) AS day, coder.name, count(*) FROM coding_event AS event"
        " JOIN coder ON coder.id = event.coder WHERE coder.kind = 'person'"
        " GROUP BY day, coder.id ORDER BY day, coder.id"
    )
    return [(row[0], row[1], row[2]) for row in rows]


def lines(store: Store, units: Sequence[int]) -> list[Line]:
    """Return the lines of some units or other segments, in the order given; of what has no place there is none."""
    rows = store.rows(
        "SELECT placement.segment, transcript.name, coalesce((SELECT speaker FROM turn WHERE turn.text = placement.text"
        " AND turn.start <= placement.start ORDER BY turn.start DESC, turn.n DESC LIMIT 1), ''),"
        " substr(words.content, placement.start + 1, placement.stop - placement.start) FROM placement"
        " JOIN current_text ON current_text.id = placement.text JOIN words ON words.text = placement.text"
        " JOIN transcript ON transcript.id = current_text.transcript"
        " WHERE placement.segment IN (SELECT value FROM json_each(?))",
        (json.dumps(units),),
    )
    found = {row[0]: Line(*row) for row in rows}
    return [found[unit] for unit in units if unit in found]
