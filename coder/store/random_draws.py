"""Double coding, by two people or by one a second time: each unit's chance to be drawn, and what is still to do."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from coder.store.database import Store


@dataclass(frozen=True, slots=True)
class Double:
    """A unit of the frame of a draw for double coding.

    `run` is the draw: its rows are all units that could have been drawn. `coders` are the two who code the unit; empty
    where it was not drawn.
    """

    run: int
    segment: int
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
        "SELECT run, segment, probability, double_coding.at, first.name, second.name"
        " FROM double_coding LEFT JOIN coder AS first ON first.id = one"
        " LEFT JOIN coder AS second ON second.id = other ORDER BY double_coding.id"
    )
    return [
        Double(run, segment, probability, (one, other) if one else (), at)
        for run, segment, probability, at, one, other in rows
    ]


_GIVEN = (
    "given JOIN placement ON placement.segment = given.segment AND placement.text IN"
    " (SELECT current_text.id FROM current_text JOIN words ON words.text = current_text.id)"
)
_DONE = (
    "EXISTS (SELECT 1 FROM current_coding AS said"
    " WHERE said.coder = given.who AND said.segment = given.segment AND said.code IS NULL"
    " AND said.at > given.since)"
)


def write_recodings(store: Store, coder: str, probability: float, drawn: Mapping[int, bool]) -> None:
    """Write down inside a transaction which units a coder is to code again: of each unit of the frame whether."""
    who, run, at = store.one("SELECT id FROM coder WHERE name = ?", (coder,)), store.run(), store.now()
    store.insert_many(
        "INSERT INTO recoding (run, coder, segment, probability, drawn, at) VALUES (?, ?, ?, ?, ?, ?)",
        ((run, who, segment, probability, int(taken), at) for segment, taken in drawn.items()),
    )


def recoding_draws(store: Store) -> int:
    """Return how many draws of units to code again there were."""
    return int(store.one("SELECT count(DISTINCT run) FROM recoding"))


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
        " JOIN listed AS transcript ON transcript.id = text.transcript"
        " WHERE given.who = (SELECT id FROM coder WHERE name = ?)"
        f" AND NOT {_DONE} ORDER BY transcript.place, placement.start",
        (coder,),
    )
    return {row["segment"]: row["name"] for row in rows}


def left_among(store: Store, coder: str, segments: Collection[int], *, again: bool = False) -> frozenset[int]:
    """Return which of some units a coder was given to code blind (or to code again) and has not read since."""
    rows = store.rows(
        "SELECT given.segment FROM json_each(?) AS wanted CROSS JOIN given ON given.segment = wanted.value"
        " WHERE given.who = (SELECT id FROM coder WHERE name = ?) AND (given.since <> '' OR NOT ?)"
        f" AND NOT {_DONE}",
        (json.dumps(list(segments)), coder, again),
    )
    return frozenset(row["segment"] for row in rows)


def owed(store: Store) -> set[int]:
    """Return the units that somebody was given to code blind and has not read yet."""
    return {row["segment"] for row in store.rows(f"SELECT given.segment FROM {_GIVEN} WHERE NOT {_DONE}")}


class Draw(NamedTuple):
    """A unit of the frame of a random draw.

    `run` is the draw: its rows are all units that could have been drawn, in the order in which to judge. Each was
    `drawn`, or not, with its `probability` and independently of the others (Poisson sampling, Hájek 1964). `how` is
    `random`, where the person sees the suggestions, or `blind`.
    """

    id: int
    run: int
    segment: int
    probability: float
    drawn: bool
    how: str
    at: str


def write_draw(store: Store, drawn: Mapping[int, bool], probability: float, how: str) -> None:
    """Write down a draw inside a transaction: of each segment of the frame whether it was drawn."""
    run, at = store.run(), store.now()
    store.insert_many(
        "INSERT INTO draw (run, segment, probability, drawn, how, at) VALUES (?, ?, ?, ?, ?, ?)",
        ((run, segment, probability, int(taken), how, at) for segment, taken in drawn.items()),
    )


def drawn(store: Store, how: str) -> tuple[int, list[int]]:
    """Return how many draws there were of any kind, and the units that those of one kind have drawn, in order."""
    rows = store.rows("SELECT segment FROM draw WHERE drawn = 1 AND how = ? ORDER BY id", (how,))
    return int(store.one("SELECT count(DISTINCT run) FROM draw")), [row[0] for row in rows]


def runs(store: Store, how: str) -> list[int]:
    """Return the draws of one kind, in order."""
    return [row[0] for row in store.rows("SELECT DISTINCT run FROM draw WHERE how = ? ORDER BY run", (how,))]


def draws(store: Store, run: int | None = None) -> list[Draw]:
    """Return the rows of all draws, or of one, in order."""
    sql = "SELECT id, run, segment, probability, drawn, how, at FROM draw WHERE ?1 IS NULL OR run = ?1 ORDER BY id"
    rows = store.rows(sql, (run,))
    return [Draw(id, run, segment, p, bool(taken), how, at) for id, run, segment, p, taken, how, at in rows]
