"""How far a study is, and one coder in each transcript: counts from a few indexed queries."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from coder.store.database import Store


@dataclass(frozen=True, slots=True)
class Progress:
    """A transcript with its case, its units, how many of them a coder has read, and how many wait for review."""

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
_READ_WHOLE = (
    f"SELECT own.text FROM placement AS own WHERE own.segment IN {_READ} AND own.start = 0"
    " AND own.stop = (SELECT max(stop) FROM placement AS other WHERE other.text = own.text)"
)


def progress(store: Store, rule: str, coder: str, waiting: Sequence[int]) -> list[Progress]:
    """Return a coder's progress in every transcript whose words are there, by name; `waiting` are units to review."""
    asked = {"rule": rule, "coder": coder, "waiting": json.dumps(waiting)}
    counted = store.rows(
        f"SELECT text, count(*), sum(segment IN {_READ}), sum(segment IN (SELECT value FROM json_each(:waiting)))"
        " FROM unit WHERE rule = :rule GROUP BY text",
        asked,
    )
    counts = {text: (units, read, left) for text, units, read, left in counted}
    for (text,) in store.rows(_READ_WHOLE, asked):
        if text in counts:
            units, _, left = counts[text]
            counts[text] = (units, units, left)
    rows = store.rows(
        "SELECT current_text.id, transcript.name, coalesce(membership.name, '') FROM current_text"
        " JOIN transcript ON transcript.id = current_text.transcript JOIN words ON words.text = current_text.id"
        " LEFT JOIN membership ON membership.transcript = transcript.id ORDER BY countable(transcript.name)"
    )
    return [Progress(name, case, *counts.get(text, (0, 0, 0))) for text, name, case in rows]


class State(NamedTuple):
    """How far a study is, in numbers of transcripts.

    `unsegmented`: a respondent speaks and there are no units. `judged`: a person has coded or read something.
    `unsuggested`: no person has read all units, and the model has read none.
    """

    transcripts: int
    unsegmented: int
    judged: int
    unsuggested: int


_BY_PEOPLE = (
    "main.current_coding AS event JOIN coder ON coder.id = event.coder AND coder.kind = 'person'"
    " JOIN placement AS own ON own.segment = event.segment"
)
_UNITS = "SELECT 1 FROM unit WHERE unit.text = current_text.id AND unit.rule = :rule"
_RESPONDENT_SPEAKS = (
    "SELECT 1 FROM turn JOIN speaker ON speaker.transcript = current_text.transcript AND speaker.label = turn.speaker"
    " AND speaker.role = 'respondent' WHERE turn.text = current_text.id AND turn.stop > turn.start"
)
_READ_WHOLE_BY_PEOPLE = (
    f"SELECT own.text FROM {_BY_PEOPLE} WHERE event.code IS NULL AND own.start = 0"
    " AND own.stop = (SELECT max(stop) FROM placement AS other WHERE other.text = own.text)"
)
_READ_BY_MODEL = (
    "SELECT own.text FROM main.current_coding AS event JOIN placement AS own ON own.segment = event.segment"
    " WHERE event.code IS NULL AND event.coder = (SELECT id FROM coder WHERE name = :model)"
)


def state(store: Store, rule: str, model: str) -> State:
    """Return how far a study is; `model` is the one whose suggestions count."""
    unread = f"{_UNITS} AND unit.segment NOT IN (SELECT event.segment FROM {_BY_PEOPLE} WHERE event.code IS NULL)"
    rows = store.rows(
        f"SELECT count(*), sum(NOT EXISTS ({_UNITS}) AND EXISTS ({_RESPONDENT_SPEAKS})),"
        f" sum(id IN (SELECT own.text FROM {_BY_PEOPLE})),"
        f" sum(id NOT IN ({_READ_BY_MODEL}) AND id NOT IN ({_READ_WHOLE_BY_PEOPLE}) AND EXISTS ({unread}))"
        " FROM current_text JOIN words ON words.text = current_text.id",
        {"rule": rule, "model": model},
    )
    return State(*(n or 0 for n in rows[0]))


def judged_since(store: Store, moment: str) -> int:
    """Return how many segments people have judged after a moment, written as the log writes times."""
    sql = f"SELECT count(DISTINCT event.segment) FROM {_BY_PEOPLE} WHERE event.at > ?"
    return int(store.one(sql, (moment,)))
