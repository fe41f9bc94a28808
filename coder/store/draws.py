"""Random draws of units: written down before anybody judges them, so that estimates know what was sampled, and how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coder.store.database import Store


@dataclass(frozen=True, slots=True)
class Draw:
    """A unit that was drawn at random.

    `run` is the draw it belongs to: rows of one run are a simple random sample without replacement, in the order in
    which they were drawn, from a frame of 1 / `probability` times their number. `how` is `random`, where the person
    sees the suggestions, or `blind`.
    """

    id: int
    run: int
    segment: int
    probability: float
    how: str
    at: str


def write_draw(store: Store, segments: Sequence[int], frame: int, how: str) -> None:
    """Write down that these units were drawn from a frame of that many, inside a transaction."""
    run, at, probability = store.run(), store.now(), len(segments) / max(1, frame)
    store.insert_many(
        "INSERT INTO draw (run, segment, probability, how, at) VALUES (?, ?, ?, ?, ?)",
        ((run, segment, probability, how, at) for segment in segments),
    )


def draws(store: Store, how: str | None = None) -> list[Draw]:
    """Return all draws, or those of one kind, in order."""
    sql = "SELECT id, run, segment, probability, how, at FROM draw"
    if how is None:
        return [Draw(*row) for row in store.rows(f"{sql} ORDER BY id")]
    return [Draw(*row) for row in store.rows(f"{sql} WHERE how = ? ORDER BY id", (how,))]
