"""What there is to do in a study, for one coder: counts by transcript, from a few indexed queries."""

from __future__ import annotations

from collections import Counter
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


def progress(store: Store, rule: str, coder: str, model: str) -> list[Progress]:
    """Return a coder's progress in every transcript whose words are there, by name."""
    text_of = {
        row["segment"]: row["text"] for row in store.rows("SELECT segment, text FROM unit WHERE rule = ?", (rule,))
    }
    said = "SELECT segment FROM current_coding WHERE coder = (SELECT id FROM coder WHERE name = ?) AND code"
    read = {row["segment"] for row in store.rows(f"{said} IS NULL", (coder,))}
    suggested = {row["segment"] for row in store.rows(f"{said} IS NOT NULL", (model,))}
    whole = {_text_read_whole(store, segment) for segment in read - text_of.keys()}
    units = Counter(text_of.values())
    done = Counter(text_of[segment] for segment in read & text_of.keys())
    waiting = Counter(text_of[segment] for segment in (suggested - read) & text_of.keys())
    rows = store.rows(
        "SELECT current_text.id, transcript.name, coalesce(membership.name, '') AS belongs FROM current_text"
        " JOIN transcript ON transcript.id = current_text.transcript JOIN words ON words.text = current_text.id"
        " LEFT JOIN membership ON membership.transcript = transcript.id ORDER BY transcript.name"
    )
    return [
        Progress(name, case, units[text], units[text], 0)
        if text in whole
        else Progress(name, case, units[text], done[text], waiting[text])
        for text, name, case in rows
    ]


def _text_read_whole(store: Store, segment: int) -> int | None:
    """Return the text that a segment covers from the first unit to the last."""
    found = store.one(
        "SELECT own.text FROM placement AS own JOIN current_text ON current_text.id = own.text WHERE own.segment = ?"
        " AND own.start = 0 AND own.stop = (SELECT max(stop) FROM placement AS other WHERE other.text = own.text)",
        (segment,),
    )
    return None if found is None else int(found)
