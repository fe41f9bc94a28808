"""How long decisions took, and the suggestions that people decided on with and without seeing them."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass

from coder.store.database import Store
from coder.types import Shown

BY_HAND = ("code", "code by hand")
"""Runs in which a coder chose what to read: what was blind in them was not blind at random."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A suggestion on a unit that a coder has read, shown (`assisted`) or not, and whether the coder gave its code.

    `seconds` is what the decision on the whole unit took, where it was measured.
    """

    transcript: str
    segment: int
    code: str
    assisted: bool
    given: bool
    seconds: float | None


def write_decision(store: Store, coder: str, segment: int, shown: Shown, seconds: float) -> None:
    """Write down how long a decision took; call it in the transaction of its events."""
    store.db.execute(
        "INSERT OR IGNORE INTO decision (run, coder, segment, shown, seconds)"
        " SELECT ?, id, ?, ?, ? FROM coder WHERE name = ?",
        (store.run(), segment, shown, seconds, coder),
    )


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
    """Return which of some units were drawn at random for a guarantee or an estimate."""
    rows = store.rows(
        "SELECT DISTINCT draw.segment FROM json_each(?) AS wanted CROSS JOIN draw ON draw.segment = wanted.value"
        " WHERE drawn = 1",
        (json.dumps(list(segments)),),
    )
    return {row[0] for row in rows}
