"""What a page of an audit needs, by a few indexed queries: a unit in its surroundings, what was said, a queue."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from coder.natural_sort import natural
from coder.store import corpus
from coder.store.database import Store
from coder.types import Turn


@dataclass(frozen=True, slots=True)
class Place:
    """Where a unit lies in the current text: half-open code points; `n` of `of` counts the units of its transcript."""

    segment: int
    text: int
    transcript: str
    start: int
    end: int
    n: int
    of: int


def place(store: Store, rule: str, segment: int) -> Place | None:
    """Return where a unit lies now; None where it is no unit of a current text, or its words were withdrawn."""
    rows = store.rows(
        "SELECT placement.segment, placement.text, transcript.name, placement.start, placement.stop, unit.n + 1,"
        " (SELECT count(*) FROM unit AS other WHERE other.text = unit.text AND other.rule = unit.rule)"
        " FROM placement JOIN current_text ON current_text.id = placement.text"
        " JOIN transcript ON transcript.id = current_text.transcript"
        " JOIN unit ON unit.text = placement.text AND unit.segment = placement.segment"
        " WHERE placement.segment = ? AND unit.rule = ?"
        " AND EXISTS (SELECT 1 FROM words WHERE words.text = placement.text)",
        (segment, rule),
    )
    return Place(*rows[0]) if rows else None


def turns(store: Store, text: int, start: int, around: int) -> list[Turn]:
    """Return the turn that holds an offset, with as many turns before and after it."""
    own = corpus.turn_at(store, text, start)
    return corpus.turns(store, text, own - around, own + around + 1)


def asked(store: Store, text: int, transcript: str, n: int) -> Turn | None:
    """Return the interviewer's last turn before turn `n`."""
    rows = store.rows(
        "SELECT turn.n, turn.speaker, start, stop, at_ms, until_ms FROM turn WHERE text = ? AND n < ? AND speaker IN"
        " (SELECT label FROM speaker JOIN transcript ON transcript.id = speaker.transcript"
        " WHERE transcript.name = ? AND role = 'interviewer') ORDER BY n DESC LIMIT 1",
        (text, n, transcript),
    )
    return Turn(*rows[0]) if rows else None


def commands(store: Store, runs: Sequence[int]) -> dict[int, str]:
    """Return the command of each run."""
    marks = ",".join("?" * len(runs))
    return {row["id"]: row["command"] for row in store.rows(f"SELECT id, command FROM run WHERE id IN ({marks})", runs)}


def current_text(store: Store, transcript: str) -> int:
    """Return the current text of a transcript."""
    sql = "SELECT current_text.id FROM current_text JOIN transcript ON transcript.id = transcript WHERE name = ?"
    return int(store.one(sql, (transcript,)))


def span(store: Store, segment: int, text: int) -> tuple[int, int] | None:
    """Return where a segment lies in a text."""
    rows = store.rows("SELECT start, stop FROM placement WHERE segment = ? AND text = ?", (segment, text))
    return (rows[0][0], rows[0][1]) if rows else None


_SUGGESTED = (
    "SELECT event.segment FROM current_coding AS event JOIN coder ON coder.id = event.coder"
    " WHERE coder.name = :model AND event.code IN (SELECT value FROM json_each(:codes)) AND event.verdict = 'present'"
)
_READ_BY_MODEL = (
    "SELECT placement.text FROM current_coding AS event JOIN coder ON coder.id = event.coder"
    " JOIN placement ON placement.segment = event.segment WHERE coder.name = :model AND event.code IS NULL"
)
_READ = (
    "SELECT event.segment FROM current_coding AS event JOIN coder ON coder.id = event.coder"
    " WHERE event.code IS NULL AND coder.kind = 'person'"
)
_CONTRADICTED = (
    "SELECT event.segment FROM current_coding AS event JOIN coder ON coder.id = event.coder WHERE coder.name = :against"
    " AND event.code IS NOT NULL AND (event.verdict = 'absent') = EXISTS (SELECT 1 FROM current_coding AS model"
    " JOIN coder AS its ON its.id = model.coder WHERE its.name = :model AND model.segment = event.segment"
    " AND model.code = event.code) AND event.verdict IN ('present', 'absent')"
)
_SPEAKER = (
    "(SELECT turn.speaker FROM turn JOIN placement ON placement.text = turn.text WHERE placement.segment = unit.segment"
    " AND placement.text = unit.text AND turn.start <= placement.start ORDER BY turn.start DESC, turn.n DESC LIMIT 1)"
)
_FILTERS = {
    "code": f"unit.segment IN ({_SUGGESTED} AND (event.code = :code OR event.code LIKE :below))",
    "case": "coalesce((SELECT name FROM membership WHERE membership.transcript = transcript.id), transcript.name)"
    " = :case",
    "transcript": "transcript.name = :transcript",
    "speaker": f"{_SPEAKER} = :speaker",
    "reader": f"unit.segment NOT IN ({_READ} AND coder.name = :reader)",
    "against": f"unit.segment IN ({_CONTRADICTED})",
    "transcripts": "transcript.name IN (SELECT value FROM json_each(:transcripts))",
}


def queue(
    store: Store,
    rule: str,
    model: str,
    codes: Sequence[str],
    *,
    transcripts: Sequence[str] = (),
    everything: bool = False,
    unread: bool = False,
    **only: str,
) -> list[int]:
    """Return the units to audit as segments, in order of transcript and place.

    Parameters
    ----------
    model
        Whose suggestions are audited; only transcripts that it read are looked at.
    codes
        Those of the scheme; suggestions of others are not looked at.
    transcripts
        Only these; all of them if none is named.
    everything
        Units without a suggestion, too.
    unread
        Only units that no person has read.
    only
        What must hold besides: `reader` (this coder has not read it), `code` (or one below it is suggested), `case`,
        `transcript`, `speaker`, `against` (what this coder said of it is not what the model suggests).
    """
    wanted = {name: value for name, value in only.items() if value}
    if transcripts:
        wanted["transcripts"] = json.dumps(list(transcripts))
    where = [_FILTERS[name] for name in wanted]
    where.append(
        f"unit.text IN ({_READ_BY_MODEL})" if everything or "against" in wanted else f"unit.segment IN ({_SUGGESTED})"
    )
    if unread:
        where.append(f"unit.segment NOT IN ({_READ})")
    below = only.get("code", "").replace("!", "!!").replace("%", "!%").replace("_", "!_") + "/%"
    sql = (
        "SELECT unit.segment FROM current_text JOIN listed AS transcript ON transcript.id = current_text.transcript"
        " JOIN words ON words.text = current_text.id JOIN unit ON unit.text = current_text.id AND unit.rule = :rule"
        f" WHERE {' AND '.join(where)} ORDER BY transcript.place, unit.n"
    ).replace("LIKE :below", "LIKE :below ESCAPE '!'")
    asked = {"rule": rule, "model": model, "codes": json.dumps(codes), "below": below}
    return [row[0] for row in store.rows(sql, asked | wanted)]


def scores(store: Store, model: str, codes: Sequence[str]) -> list[tuple[str, list[int], list[float]]]:
    """Return of each code that a model suggests the segments, and the score of each."""
    sql = "SELECT event.code, json_group_array(event.segment), json_group_array(coalesce(event.confidence, 0.0))"
    rows = store.rows(
        f"{_SUGGESTED.replace('SELECT event.segment', sql, 1)} GROUP BY event.code",
        {"model": model, "codes": json.dumps(codes)},
    )
    return [(code, json.loads(segments), json.loads(found)) for code, segments, found in rows]


def read(store: Store, segments: Sequence[int], coder: str = "") -> set[int]:
    """Return which of at most 500 segments a coder has read as a whole, or any person where none is named."""
    marks = ",".join("?" * len(segments))
    sql = f"{_READ} AND event.segment IN ({marks})" + (" AND coder.name = ?" if coder else "")
    return {row[0] for row in store.rows(sql, [*segments, *([coder] if coder else [])])}


def last_reads(store: Store, coder: str, most: int) -> list[str]:
    """Return when a coder last read units, the newest first: at most so many."""
    rows = store.rows(
        "SELECT event.at FROM current_coding AS event WHERE event.code IS NULL"
        " AND event.coder = (SELECT id FROM coder WHERE name = ?) ORDER BY event.at DESC LIMIT ?",
        (coder, most),
    )
    return [row[0] for row in rows]


def flag(store: Store, segment: int, coder: str, raised: bool, note: str) -> None:
    """Write down, inside a transaction, that a coder raises a flag at a unit or takes it down."""
    store.insert(
        "INSERT INTO flag (segment, coder, raised, note, at)"
        " VALUES (?, (SELECT id FROM coder WHERE name = ?), ?, ?, ?)",
        (segment, coder, int(raised), note, store.now()),
    )


def flags(store: Store, coder: str, segment: int | None = None) -> dict[int, str]:
    """Return the note of each unit at which a coder's flag is up: of all, or of one unit."""
    rows = store.rows(
        "SELECT flag.segment, flag.note FROM flag JOIN coder ON coder.id = flag.coder WHERE coder.name = ?"
        " AND (? IS NULL OR flag.segment = ?) AND raised = 1 AND flag.id = (SELECT max(later.id) FROM flag AS later"
        " WHERE later.coder = flag.coder AND later.segment = flag.segment) ORDER BY flag.id",
        (coder, segment, segment),
    )
    return {row["segment"]: row["note"] for row in rows}


def names(store: Store) -> dict[str, list[str]]:
    """Return the names by which units can be chosen: of transcripts, cases, speakers and persons who code."""
    queries = {
        "transcripts": "SELECT name FROM transcript",
        "cases": "SELECT DISTINCT name FROM membership",
        "speakers": "SELECT DISTINCT label FROM speaker WHERE role = 'respondent'",
        "coders": "SELECT name FROM coder WHERE kind = 'person'",
    }
    return {what: sorted((row[0] for row in store.rows(sql)), key=natural) for what, sql in queries.items()}
