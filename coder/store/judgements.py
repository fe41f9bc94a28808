"""The judgements in the log: one query with filters, and who judged what before adjudication."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum

from coder.rules import strength
from coder.store.database import Store
from coder.types import CoderKind, Judgement, Shown, Span, Verdict

ADJUDICATE, UNDO_ADJUDICATION = "settle", "undo settling"
"""The commands under which the log keeps adjudication: no judgement of theirs is a coder's own."""


class Which(StrEnum):
    """Which judgements of the log are asked for, by the view that has them."""

    CURRENT = "current_coding"
    """Each coder's last one on a segment and code, unless withdrawn; what was accepted in bulk is none."""
    BULK = "bulk_coding"
    """What was accepted in bulk and still stands: not withdrawn, and not judged by the same coder since."""
    EVERY = "mapped_event"
    """Superseded and withdrawn ones as well."""
    AS_WRITTEN = "coding_event"
    """Every one, with its code as it was called then; the others have it as it is called now."""


COLUMNS = (
    "event.id, event.segment, event.code, coder.name, event.verdict, coder.kind, event.shown, event.run, event.at,"
    " event.memo, event.confidence, event.responds_to, event.supersedes, event.scheme_version, event.hash"
)
"""What `of_row` makes a judgement of."""
_STOOD = (
    "event.run < :before_run AND event.verdict <> 'withdrawn' AND event.shown <> 'bulk' AND NOT EXISTS"
    " (SELECT 1 FROM coding_event AS later WHERE later.supersedes = event.id AND later.run < :before_run)"
)
_NOT_UNDONE = (
    "run.command NOT LIKE 'undo%' AND NOT EXISTS (SELECT 1 FROM coding_event AS later JOIN run AS undoing"
    " ON undoing.id = later.run WHERE later.supersedes = event.id AND undoing.command LIKE 'undo%')"
)
_FILTERS = {
    "coder": "event.coder = (SELECT id FROM coder WHERE name = :coder)",
    "kind": "coder.kind = :kind",
    "after": "event.id > :after",
    "before_run": _STOOD,
    "numbers": "event.id IN (SELECT value FROM json_each(:numbers))",
    "runs": "event.run IN (SELECT value FROM json_each(:runs))",
    "segments": "event.segment IN (SELECT value FROM json_each(:segments))",
    "command": "run.command = :command",
    "text": "place.text = :text AND place.stop > :start AND (:end IS NULL OR place.start < :end)",
}


def judgements(
    store: Store,
    coder: str | None = None,
    *,
    which: Which = Which.CURRENT,
    kind: CoderKind | None = None,
    coded: bool | None = None,
    numbers: Collection[int] | None = None,
    after: int | None = None,
    before_run: int | None = None,
    runs: Collection[int] | None = None,
    command: str | None = None,
    segments: Collection[int] | None = None,
    passages_only: bool = False,
    text: int | None = None,
    start: int = 0,
    end: int | None = None,
    before_adjudication: bool = False,
    undone: bool = True,
) -> list[Judgement]:
    """Return judgements in order of the log.

    Parameters
    ----------
    coder, kind
        Of this coder; of coders of this kind.
    which
        Where a code was split since, a judgement of it comes once for each part.
    coded
        True: only judgements of a code. False: only that a segment was read as a whole.
    numbers, after
        Only those with these numbers; with a higher one than this.
    before_run
        As everything stood when this run of a command began.
    runs, command
        Written by these runs; by runs of this command.
    segments, passages_only
        On these segments; only on segments that are no units.
    text, start, end
        On segments that share characters with this half-open part of a text, each with its place there.
    before_adjudication
        What persons judged themselves, as if nobody had adjudicated.
    undone
        False leaves out what was undone, together with what undid it.
    """
    asked = {"coder": coder, "kind": kind, "after": after, "before_run": before_run, "command": command, "text": text}
    asked |= {
        name: json.dumps(list(chosen))
        for name, chosen in (("numbers", numbers), ("runs", runs), ("segments", segments))
        if chosen is not None
    }
    where = [sql for name, sql in _FILTERS.items() if asked.get(name) is not None]
    if coded is not None:
        where.append(f"event.code IS {'NOT ' if coded else ''}NULL")
    if passages_only:
        where.append("NOT EXISTS (SELECT 1 FROM unit WHERE unit.segment = event.segment)")
    if not undone:
        where.append(_NOT_UNDONE)
    own, columns = before_adjudication and which is Which.CURRENT, COLUMNS
    if before_adjudication:
        where.append("coder.kind = 'person'")
        columns += f", run.command IN ('{ADJUDICATE}', '{UNDO_ADJUDICATION}') AS adjudicating"
        columns += ", event.part" if own else ""
    source = Which.EVERY if own or before_run is not None else which
    rows = store.rows(
        f"SELECT {columns}{', place.start, place.stop' if text is not None else ''} FROM"
        f"{' placement AS place CROSS JOIN' if text is not None else ''} {source} AS event"
        f"{' ON event.segment = place.segment' if text is not None else ''} JOIN coder ON coder.id = event.coder"
        f"{' JOIN run ON run.id = event.run' if command or not undone or before_adjudication else ''}"
        f"{' WHERE ' if where else ''}{' AND '.join(where)} ORDER BY event.id",
        {**asked, "start": start, "end": end},
    )
    if before_adjudication:
        rows = _own(rows) if own else [row for row in rows if not row["adjudicating"]]
    if text is None:
        return [of_row(row) for row in rows]
    name = store.one("SELECT name FROM transcript WHERE id = (SELECT transcript FROM text WHERE id = ?)", (text,))
    return [of_row(row)._replace(place=Span(name, row["start"], row["stop"])) for row in rows]


_VERDICTS = {one.value: one for one in Verdict}  # faster than to call the enum
_KINDS = {one.value: one for one in CoderKind}
_SHOWN = {one.value: one for one in Shown}


def of_row(row: sqlite3.Row) -> Judgement:
    """Return the judgement of a row that begins with `COLUMNS`."""
    number, segment, code, coder, verdict, kind, shown, *rest = row[:15]
    return Judgement(number, segment, code, coder, _VERDICTS[verdict], _KINDS[kind], _SHOWN[shown], *rest)


def _own(rows: Sequence[sqlite3.Row]) -> list[sqlite3.Row]:
    """Return each person's judgement of each segment and code, adjudication left aside; rows are in order of the log.

    Where several judgements of a person meet on a code, as after a merge of codes, the strongest holds; one of a code
    that was split gives way to a later one of the part itself (the rule of `current_codes`).
    """
    own: dict[int, int | None] = {}  # of each event: the person's own judgement that held then
    later: set[int | None] = set()
    for row in rows:
        before = own.get(row["supersedes"])
        own[row["id"]] = before if row["adjudicating"] else row["id"]
        if not row["adjudicating"]:
            later.add(before)
    found: dict[tuple[str, int, str | None], list[sqlite3.Row]] = {}
    for row in rows:
        left_out = row["adjudicating"] or row["verdict"] == Verdict.WITHDRAWN or row["shown"] == Shown.BULK
        if not left_out and row["id"] not in later:
            found.setdefault((row["name"], row["segment"], row["code"]), []).append(row)
    kept = []
    for meeting in found.values():
        last = max((row["id"] for row in meeting if not row["part"]), default=0)
        standing = [row for row in meeting if not row["part"] or row["id"] > last]
        kept.append(max(standing, key=lambda row: (strength(row["verdict"]), row["id"])))
    return kept


def judgement(store: Store, number: int, which: Which = Which.AS_WRITTEN) -> Judgement | None:
    """Return one judgement by its number in the log, or None; of several parts of a split code the first."""
    return next(iter(judgements(store, which=which, numbers=[number])), None)


def superseding(store: Store, number: int) -> list[Judgement]:
    """Return the judgements by which the same coder revised one, each revising the one before, in order."""
    found = store.rows(
        "WITH RECURSIVE later (id) AS (SELECT id FROM coding_event WHERE supersedes = ?"
        " UNION ALL SELECT event.id FROM coding_event AS event JOIN later ON event.supersedes = later.id)"
        " SELECT id FROM later",
        (number,),
    )
    return judgements(store, which=Which.AS_WRITTEN, numbers=[row["id"] for row in found])


def last_run(store: Store, coder: str, *, commands: Sequence[str], undo: str) -> list[Judgement]:
    """Return what a coder judged in the last run of these commands that no run of `undo` has taken back."""
    runs = store.db.execute(
        "SELECT DISTINCT event.run, run.command FROM coding_event AS event JOIN run ON run.id = event.run"
        " WHERE event.coder = (SELECT id FROM coder WHERE name = ?)"
        " AND run.command IN (SELECT value FROM json_each(?)) ORDER BY event.run DESC",
        (coder, json.dumps([*commands, undo])),
    )
    taken_back = 0
    for run, command in runs:  # from the newest on, and no further than need be
        if command == undo:
            taken_back += 1
        elif taken_back:
            taken_back -= 1
        else:
            return judgements(store, coder, which=Which.EVERY, runs=[run])
    return []


def last_standing_run(store: Store, command: str, undo: str) -> tuple[list[Judgement], int]:
    """Return what still stands of the last run of a command of which anything does, and how much does not."""
    sql = "SELECT id FROM run WHERE command = ? ORDER BY id DESC"
    undoing = {row["id"] for row in store.rows(sql, (undo,))}
    for row in store.rows(sql, (command,)):
        own = judgements(store, which=Which.AS_WRITTEN, runs=[row["id"]])
        standing = [one for one in own if _stands(one, superseding(store, one.id), undoing)]
        if standing:
            return standing, len(own) - len(standing)
    return [], 0


def _stands(one: Judgement, later: Sequence[Judgement], undoing: Collection[int]) -> bool:
    """Return whether a judgement holds after its revisions, where one that undoes takes back the one before."""
    held = [one]
    for revision in later:
        if revision.run not in undoing:
            held.append(revision)
        elif held:
            held.pop()
    return held == [one] and one.verdict is not Verdict.WITHDRAWN


def adjudications(store: Store, coder: str) -> dict[int, int]:
    """Return the units that a coder has adjudicated, the last one first, each with the event that says so."""
    read = judgements(store, coder, coded=False, command=ADJUDICATE)
    return {one.segment: one.id for one in reversed(read)}


def by_coder(found: Iterable[Judgement]) -> dict[str, list[Judgement]]:
    """Return the judgements of each coder, in the order given."""
    own: dict[str, list[Judgement]] = {}
    for one in found:
        own.setdefault(one.coder, []).append(one)
    return own
