"""Double coding: which units two people code, each unit's chance to be drawn, and what each person still has to do."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from coder.store.database import Store


@dataclass(frozen=True, slots=True)
class Double:
    """A unit of the frame of a draw for double coding.

    `run` is the draw: its rows are all units that could have been drawn. `coders` are the two who code the unit; empty
    where it was not drawn. `stratum` is the rarest code that was suggested for it.
    """

    run: int
    segment: int
    stratum: str
    probability: float
    coders: tuple[str, ...]
    at: str


@dataclass(frozen=True, slots=True)
class Share:
    """What a coder was given to code blind, and how much of it is done."""

    coder: str
    assigned: int
    done: int


def write_doubles(store: Store, rows: Iterable[tuple[int, str, float, tuple[str, ...]]]) -> None:
    """Write down a draw inside a transaction: (segment, stratum, probability, its two coders or none), a row a unit."""
    ids = {row["name"]: row["id"] for row in store.rows("SELECT id, name FROM coder")}
    run, at = store.run(), store.now()
    store.insert_many(
        "INSERT INTO double_coding (run, segment, stratum, probability, one, other, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            (run, segment, stratum, probability, *([ids[name] for name in coders] or [None, None]), at)
            for segment, stratum, probability, coders in rows
        ),
    )


def doubles(store: Store) -> list[Double]:
    """Return the rows of all draws, in order."""
    rows = store.rows(
        "SELECT run, segment, stratum, probability, first.name AS one, second.name AS other, double_coding.at"
        " FROM double_coding LEFT JOIN coder AS first ON first.id = one"
        " LEFT JOIN coder AS second ON second.id = other ORDER BY double_coding.id"
    )
    return [
        Double(
            row["run"],
            row["segment"],
            row["stratum"],
            row["probability"],
            (row["one"], row["other"]) if row["one"] else (),
            row["at"],
        )
        for row in rows
    ]


_GIVEN = (
    "(SELECT one AS who, segment FROM double_coding WHERE one IS NOT NULL"
    " UNION SELECT other, segment FROM double_coding WHERE other IS NOT NULL) AS given"
    " JOIN placement ON placement.segment = given.segment AND placement.text IN"
    " (SELECT current_text.id FROM current_text JOIN words ON words.text = current_text.id)"
)
_DONE = (
    "EXISTS (SELECT 1 FROM current_coding AS said"
    " WHERE said.coder = given.who AND said.segment = given.segment AND said.code IS NULL)"
)


def shares(store: Store) -> list[Share]:
    """Return how much each person was given to code blind and has done; units without words are not counted."""
    rows = store.rows(
        f"SELECT coder.name, count(*), sum({_DONE}) FROM {_GIVEN} JOIN coder ON coder.id = given.who"
        " GROUP BY coder.id ORDER BY coder.id"
    )
    return [Share(row[0], row[1], row[2]) for row in rows]


def assigned_left(store: Store, coder: str) -> dict[int, str]:
    """Return the units that a coder was given to code blind and has not read, with their transcripts, in order."""
    rows = store.rows(
        f"SELECT given.segment, transcript.name FROM {_GIVEN} JOIN text ON text.id = placement.text"
        " JOIN transcript ON transcript.id = text.transcript WHERE given.who = (SELECT id FROM coder WHERE name = ?)"
        f" AND NOT {_DONE} ORDER BY transcript.name, placement.start",
        (coder,),
    )
    return {row["segment"]: row["name"] for row in rows}


def left_among(store: Store, coder: str, segments: Collection[int]) -> frozenset[int]:
    """Return which of some units a coder was given to code blind and has not read yet."""
    rows = store.rows(
        "SELECT given.segment FROM json_each(?) AS wanted CROSS JOIN double_coding AS given"
        " ON given.segment = wanted.value JOIN coder ON coder.id IN (given.one, given.other)"
        " WHERE coder.name = ? AND NOT EXISTS (SELECT 1 FROM current_coding AS said"
        " WHERE said.coder = coder.id AND said.segment = given.segment AND said.code IS NULL)",
        (json.dumps(list(segments)), coder),
    )
    return frozenset(row["segment"] for row in rows)


def owed(store: Store) -> set[int]:
    """Return the units that somebody was given to code blind and has not read yet."""
    return {row["segment"] for row in store.rows(f"SELECT given.segment FROM {_GIVEN} WHERE NOT {_DONE}")}
