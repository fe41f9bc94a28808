"""Random draws of units: written down before anybody judges them, so that estimates know what was sampled, and how."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from coder.store.database import Store


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
