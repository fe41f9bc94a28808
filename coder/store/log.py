"""The log of codings: append-only, chained by hashes; current codings are a view over it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from hashlib import sha256
from typing import NamedTuple

from coder.rules import strength
from coder.store.database import Store
from coder.types import Coder, CoderKind, Coding, Shown, Verdict

GENESIS = "0" * 64
TAG = b"coder/coding-event/1\n"
HASHED = (
    "segment", "code", "coder", "scheme_version", "run", "verdict",
    "confidence", "supersedes", "responds_to", "shown", "memo", "at",
)  # fmt: skip
"""The fields of an event that its hash is made of, in order."""
ANCHORS = (
    "SELECT segment.id, transcript.name, text.sha256, segment.start, segment.stop FROM segment"
    " JOIN text ON text.id = segment.text JOIN transcript ON transcript.id = text.transcript"
)
"""The id of each segment with what the hashes of its events hold of it."""


def event_hash(previous: str, anchor: Sequence[object], fields: Sequence[object]) -> str:
    """Return the hash that chains an event to the one before it.

    `anchor` is the transcript's name, the sha256 of its text, the offsets of the segment in it, the coder's kind and
    the sha256 of the scheme, so that the log proves what was coded, by whom or what and with which scheme, even where
    the words have been deleted; `fields` are those of `HASHED`.
    """
    body = json.dumps([previous, list(anchor), list(fields)], ensure_ascii=False, separators=(",", ":"))
    return sha256(TAG + body.encode()).hexdigest()


def add_coder(store: Store, coder: Coder) -> None:
    """Write a coder down, once."""
    store.db.execute(
        "INSERT OR IGNORE INTO coder (name, kind, at) VALUES (?, ?, ?)", (coder.name, coder.kind, store.now())
    )


def coders(store: Store) -> list[Coder]:
    """Return the coders in the order in which they joined."""
    rows = store.rows("SELECT name, kind FROM coder ORDER BY id")
    return [Coder(row["name"], CoderKind(row["kind"])) for row in rows]


def coders_of_kind(store: Store, *kinds: CoderKind) -> list[str]:
    """Return the names of the coders of these kinds, in the order in which they joined."""
    return [coder.name for coder in coders(store) if coder.kind in kinds]


class KindChange(NamedTuple):
    """A correction of what a coder is: up to `event` the log's hashes were made with the kind `was`."""

    coder: str
    was: CoderKind
    kind: CoderKind
    event: int
    at: str


def correct_kind(store: Store, name: str, kind: CoderKind) -> None:
    """Write down that a coder is, and always was, of another kind; call it in a transaction.

    The log stays as it was written: its hashes go on verifying the kind under which each event was written.
    """
    store.insert(
        "INSERT INTO kind_change (coder, was, kind, event, at) SELECT id, kind, ?, ?, ? FROM coder WHERE name = ?",
        (kind, head(store)[0], store.now(), name),
    )
    store.db.execute("UPDATE coder SET kind = ? WHERE name = ?", (kind, name))


def kind_changes(store: Store) -> list[KindChange]:
    """Return the corrections of coders' kinds, in order."""
    rows = store.rows(
        "SELECT name, was, kind_change.kind, event, kind_change.at FROM kind_change"
        " JOIN coder ON coder.id = kind_change.coder ORDER BY kind_change.id"
    )
    return [KindChange(name, CoderKind(was), CoderKind(kind), event, at) for name, was, kind, event, at in rows]


def scheme_version(store: Store, source: str) -> int:
    """Return the number of this version of the scheme, writing it down where it is new."""
    digest = sha256(source.encode()).hexdigest()
    found = store.one("SELECT id FROM scheme_version WHERE sha256 = ?", (digest,))
    if found is not None:
        return int(found)
    return store.insert(
        "INSERT INTO scheme_version (sha256, source, at) VALUES (?, ?, ?)", (digest, source, store.now())
    )


def append(
    store: Store, codings: Iterable[Coding], version: int, *, second: Collection[int] = frozenset()
) -> list[int]:
    """Append codings to the log; what repeats a coder's own current judgement is left out.

    On the segments `second` it is written all the same: there a coder judges for a second time, and it has to be known
    whether they judge the same.

    Returns
    -------
    The ids of the events that were written, in order.
    """
    known = {row["name"]: row for row in store.rows("SELECT id, name, kind FROM coder")}
    scheme = store.one("SELECT sha256 FROM scheme_version WHERE id = ?", (version,))
    event, previous = head(store)
    written = []
    steps = (
        step for one in codings for step in _steps(store, one, known[one.coder]["id"], one.segment in second)
    )  # each sees those before it
    for coding, supersedes in steps:
        coder = known[coding.coder]
        event += 1
        fields = (
            coding.segment,
            coding.code,
            coding.coder,
            version,
            store.run(),
            coding.verdict.value,
            coding.confidence,
            supersedes,
            coding.responds_to,
            coding.shown,
            coding.memo,
            coding.at or store.now(),
        )
        [(_, *anchor)] = store.rows(f"{ANCHORS} WHERE segment.id = ?", (coding.segment,))
        previous = event_hash(previous, (*anchor, coder["kind"], scheme), fields)
        stored = (event, *fields[:2], coder["id"], *fields[3:], previous)
        store.db.execute(
            f"INSERT INTO coding_event (id, {', '.join(HASHED)}, hash) VALUES ({', '.join('?' * len(stored))})", stored
        )
        written.append(event)
    return written


def _steps(store: Store, coding: Coding, coder: int, repeats: bool) -> Iterator[tuple[Coding, int | None]]:
    """Yield what has to be written, with the event that each supersedes; nothing where the coding repeats another.

    Where codes were merged, a coder may have several codings on what is one code now: the new one supersedes the
    strongest of them and withdraws the others. A coding on a code that was split stays until each part has its own; to
    withdraw it from one part withdraws it.
    """
    codings = store.rows(
        "SELECT id, verdict, confidence, memo, responds_to, shown, part FROM mapped_event AS event"
        " WHERE coder = ? AND segment = ? AND code IS ?"
        " AND NOT EXISTS (SELECT 1 FROM coding_event AS later WHERE later.supersedes = event.id) ORDER BY id",
        (coder, coding.segment, coding.code),
    )
    standing = [row for row in codings if row["verdict"] != Verdict.WITHDRAWN]
    parts = [row for row in standing if row["part"]]
    exact = [row for row in standing if not row["part"]]
    if not exact:
        exact = parts if coding.verdict is Verdict.WITHDRAWN and parts else [row for row in codings if not row["part"]]
    own = max(exact, key=_rank, default=None)
    outranked = own is not None and any(part["id"] > exact[-1]["id"] and _rank(part) > _rank(own) for part in parts)
    again = repeats and own is not None and coding.verdict is not Verdict.WITHDRAWN
    if _repeats(coding, own) and not (outranked or again):
        return
    for row in exact:
        if row is not own and row["verdict"] != Verdict.WITHDRAWN:
            yield Coding(coding.segment, coding.code, coding.coder, Verdict.WITHDRAWN), row["id"]
    yield coding, own["id"] if own else None


def _rank(row: sqlite3.Row) -> tuple[int, int]:
    """Order the codings that meet on a code as `current_codes` does: the strongest, then the latest, comes last."""
    return strength(row["verdict"]), row["id"]


def _repeats(coding: Coding, own: sqlite3.Row | None) -> bool:
    if own is None:
        return coding.verdict is Verdict.WITHDRAWN
    return (
        own["verdict"] == coding.verdict.value
        and (own["shown"] == Shown.BULK)
        == (coding.shown == Shown.BULK)  # to look at what was accepted in bulk says something new
        and own["confidence"] == coding.confidence
        and own["memo"] == coding.memo
        and (coding.responds_to is None or own["responds_to"] == coding.responds_to)
    )


def head(store: Store) -> tuple[int, str]:
    """Return the number of events in the log and the hash of the last one."""
    rows = store.rows("SELECT id, hash FROM coding_event ORDER BY id DESC LIMIT 1")
    return (rows[0]["id"], rows[0]["hash"]) if rows else (0, GENESIS)


def runs(store: Store) -> list[dict[str, object]]:
    """Return the runs of commands that wrote to the log: id, command, version, at, number of events."""
    rows = store.rows(
        "SELECT run.*, count(coding_event.id) AS events FROM run LEFT JOIN coding_event ON coding_event.run = run.id"
        " GROUP BY run.id ORDER BY run.id"
    )
    return [dict(row) for row in rows]


def adopt(store: Store, model: str, digest: str, why: str) -> None:
    """Write down that a model is the study's model from now on."""
    store.insert("INSERT INTO adoption (model, sha256, why, at) VALUES (?, ?, ?, ?)", (model, digest, why, store.now()))


def adopted(store: Store) -> tuple[str, str] | None:
    """Return the name and sha256 of the study's model, or None; the row of one that was retired names no model."""
    rows = store.rows("SELECT model, sha256 FROM adoption ORDER BY id DESC LIMIT 1")
    return (rows[0]["model"], rows[0]["sha256"]) if rows and rows[0]["model"] else None


def adoptions(store: Store) -> list[tuple[str, str, str, str]]:
    """Return every adoption of a model in order: its name, its sha256, why, and when."""
    rows = store.rows("SELECT model, sha256, why, at FROM adoption WHERE model <> '' ORDER BY id")
    return [(row["model"], row["sha256"], row["why"], row["at"]) for row in rows]


def suggesting_model(store: Store) -> str:
    """Return the coder name of the model whose suggestions count: the adopted one, else the last that suggested."""
    models = [row["name"] for row in store.rows("SELECT name FROM coder WHERE kind = 'model' ORDER BY id")]
    chosen = adopted(store)
    return chosen[0] if chosen and chosen[0] in models else (models or [""])[-1]
