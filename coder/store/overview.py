"""What there is to do in a study, for one coder: counts by transcript, from a few indexed queries."""

from __future__ import annotations

from dataclasses import dataclass

from coder.store.database import Store


@dataclass(frozen=True, slots=True)
class Progress:
    """A transcript with its case, its units, how many of them a coder has read, and how many suggestions wait.

    `waiting` counts units that the coder has not read and for which the model suggested a code.
    """

    transcript: str
    case: str
    units: int
    read: int
    waiting: int


# Which codes they are does not matter here, so the words are asked as they were written (`main`).
_READ = (
    "(SELECT segment FROM main.current_coding WHERE code IS NULL"
    " AND coder = (SELECT id FROM coder WHERE name = :coder))"
)
_SUGGESTED = (
    "EXISTS (SELECT 1 FROM main.current_coding AS event WHERE event.segment = unit.segment AND event.code IS NOT NULL"
    " AND event.coder = (SELECT id FROM coder WHERE name = :model))"
)
_READ_WHOLE = (
    f"SELECT own.text FROM placement AS own WHERE own.segment IN {_READ} AND own.start = 0"
    " AND own.stop = (SELECT max(stop) FROM placement AS other WHERE other.text = own.text)"
)


def progress(store: Store, rule: str, coder: str, model: str) -> list[Progress]:
    """Return a coder's progress in every transcript whose words are there, by name."""
    asked = {"rule": rule, "coder": coder, "model": model}
    counted = store.rows(
        f"SELECT text, count(*), sum(segment IN {_READ}), sum(segment NOT IN {_READ} AND {_SUGGESTED}) FROM unit"
        " WHERE rule = :rule GROUP BY text",
        asked,
    )
    counts = {row[0]: tuple(row)[1:] for row in counted}
    counts |= {row[0]: (counts[row[0]][0],) * 2 + (0,) for row in store.rows(_READ_WHOLE, asked) if row[0] in counts}
    rows = store.rows(
        "SELECT current_text.id, transcript.name, coalesce(membership.name, '') FROM current_text"
        " JOIN transcript ON transcript.id = current_text.transcript JOIN words ON words.text = current_text.id"
        " LEFT JOIN membership ON membership.transcript = transcript.id ORDER BY countable(transcript.name)"
    )
    return [Progress(name, case, *counts.get(text, (0, 0, 0))) for text, name, case in rows]
