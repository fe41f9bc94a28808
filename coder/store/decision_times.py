"""What is known of how people decided: the time that each decision took, and what became of probes."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass

from coder.store.database import Store

BY_HAND = ("code", "code by hand")
"""Runs in which a coder chose what to read: what was blind in them was not blind by lot."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A suggestion on a unit that a coder has read, in sight (`assisted`) or not, and whether the coder gave its code.

    `seconds` is what the decision on the whole unit took, where it was measured.
    """

    transcript: str
    segment: int
    code: str
    assisted: bool
    given: bool
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Probe:
    """What became of a code that was planted in a unit."""

    coder: str
    transcript: str
    segment: int
    code: str
    accepted: bool
    at: str


def write_decision(store: Store, coder: str, segment: int, shown: str, seconds: float) -> None:
    """Write down how long a decision took; call it in the transaction of its events."""
    store.db.execute(
        "INSERT OR IGNORE INTO decision (run, coder, segment, shown, seconds)"
        " SELECT ?, id, ?, ?, ? FROM coder WHERE name = ?",
        (store.run(), segment, shown, seconds, coder),
    )


def write_probe(store: Store, coder: str, segment: int, code: str, accepted: bool) -> None:
    """Write down what became of a probe, the first time that the coder answers; call it in a transaction."""
    store.db.execute(
        "INSERT OR IGNORE INTO probe (run, coder, segment, code, accepted, at)"
        " SELECT ?, id, ?, ?, ?, ? FROM coder WHERE name = ?",
        (store.run(), segment, code, int(accepted), store.now(), coder),
    )


def probes(store: Store) -> list[Probe]:
    """Return the outcomes of probes, in the order in which they were answered."""
    rows = store.rows(
        "SELECT coder.name AS coder, transcript.name AS transcript, segment, code, accepted, probe.at FROM probe"
        " JOIN coder ON coder.id = probe.coder JOIN segment ON segment.id = probe.segment"
        " JOIN text ON text.id = segment.text JOIN transcript ON transcript.id = text.transcript ORDER BY probe.id"
    )
    return [Probe(**{**row, "accepted": bool(row["accepted"])}) for row in rows]


def judged(store: Store, coder: str) -> list[Judged]:
    """Return every suggestion on the units that a coder has read one by one, as they stood when the coder read them.

    A doubled look at codings of people is left out, and so is what the coder chose to code by hand.
    """
    marks = ", ".join("?" * len(BY_HAND))
    rows = store.rows(
        "SELECT transcript.name AS transcript, word.segment, asked.code, word.shown = 'suggestions' AS assisted,"
        " EXISTS (SELECT 1 FROM current_coding AS said WHERE said.coder = word.coder AND said.segment = word.segment"
        " AND said.code = asked.code AND said.verdict = 'present') AS given,"
        " (SELECT seconds FROM decision WHERE decision.coder = word.coder AND decision.segment = word.segment"
        " AND decision.run = word.run) AS seconds"
        " FROM current_coding AS word JOIN coder ON coder.id = word.coder JOIN run ON run.id = word.run"
        " JOIN mapped_event AS asked ON asked.segment = word.segment JOIN coder AS model ON model.id = asked.coder"
        " JOIN segment ON segment.id = word.segment JOIN text ON text.id = segment.text"
        " JOIN transcript ON transcript.id = text.transcript"
        f" WHERE coder.name = ? AND word.code IS NULL AND word.shown <> 'codings' AND run.command NOT IN ({marks})"
        " AND model.kind = 'model' AND asked.code IS NOT NULL AND asked.verdict = 'present' AND asked.id < word.id"
        " AND NOT EXISTS (SELECT 1 FROM coding_event AS later WHERE later.supersedes = asked.id AND later.id < word.id)"
        " AND asked.coder = (SELECT last.coder FROM coding_event AS last JOIN coder AS m ON m.id = last.coder"
        " WHERE last.segment = word.segment AND last.code IS NOT NULL AND m.kind = 'model' AND last.id < word.id"
        " ORDER BY last.id DESC LIMIT 1)"
        " ORDER BY word.id, asked.id",
        (coder, *BY_HAND),
    )
    return [Judged(**{**row, "assisted": bool(row["assisted"]), "given": bool(row["given"])}) for row in rows]


def drawn(store: Store, segments: Collection[int]) -> set[int]:
    """Return which of some units were drawn at random for a promise or an estimate."""
    rows = store.rows(
        "SELECT DISTINCT draw.segment FROM json_each(?) AS wanted CROSS JOIN draw ON draw.segment = wanted.value"
        " WHERE drawn = 1",
        (json.dumps(list(segments)),),
    )
    return {row[0] for row in rows}


def said_of(store: Store, segment: int) -> set[str]:
    """Return the codes that anybody, a person or a model, has named for a unit, in whatever sense."""
    rows = store.rows("SELECT DISTINCT code FROM mapped_event WHERE segment = ? AND code IS NOT NULL", (segment,))
    return {row[0] for row in rows}


def suggestion_near(store: Store, model: str, share: float) -> list[tuple[str, float]]:
    """Return (code, score) of twenty suggestions of a model, from a place in the log that `share` (0 to 1) names."""
    rows = store.rows(
        "SELECT code, confidence FROM mapped_event AS event JOIN coder ON coder.id = event.coder"
        " WHERE coder.name = ? AND code IS NOT NULL AND verdict = 'present' AND confidence IS NOT NULL"
        " AND event.id >= (SELECT min(id) + CAST((max(id) - min(id)) * ? AS INTEGER) FROM coding_event)"
        " ORDER BY event.id LIMIT 20",
        (model, share),
    )
    return [(row["code"], row["confidence"]) for row in rows]
