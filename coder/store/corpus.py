"""Transcripts, speakers, cases, segments and units: what the codings are about."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise

from coder.store.database import Store
from coder.types import Case, Role, Segment, Span, Speaker, Transcript, Turn, Unit


@dataclass(frozen=True, slots=True)
class StoredTranscript:
    """A transcript in the study: its current text with the ids that the store gave it."""

    id: int
    text: int
    transcript: Transcript
    file: str
    sha256: str
    at: str


def digest(transcript: Transcript) -> str:
    """Return the sha256 of the text and its turns: equal digests need no re-import."""
    turns = [[t.speaker, t.start, t.end, t.at_ms, t.until_ms] for t in transcript.turns]
    return sha256(json.dumps([transcript.text, turns], ensure_ascii=False).encode()).hexdigest()


def words_digest(words: str) -> str:
    """Return the sha256 of a passage's words."""
    return sha256(words.encode()).hexdigest()


def add_text(store: Store, transcript: Transcript, file: str) -> int:
    """Store a transcript's text as its newest one and return the text's id."""
    store.db.execute("INSERT OR IGNORE INTO transcript (name) VALUES (?)", (transcript.name,))
    parent = store.one("SELECT id FROM transcript WHERE name = ?", (transcript.name,))
    text = store.insert(
        "INSERT INTO text (transcript, sha256, file, format, encoding, notes, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            parent,
            digest(transcript),
            file,
            transcript.format,
            transcript.encoding,
            "\n".join(transcript.notes),
            store.now(),
        ),
    )
    store.db.execute("INSERT INTO words (text, content) VALUES (?, ?)", (text, transcript.text))
    store.insert_many(
        "INSERT INTO turn (text, n, speaker, start, stop, at_ms, until_ms) VALUES (?, ?, ?, ?, ?, ?, ?)",
        ((text, t.n, t.speaker, t.start, t.end, t.at_ms, t.until_ms) for t in transcript.turns),
    )
    return text


def transcripts(store: Store, name: str = "") -> dict[str, StoredTranscript]:
    """Return the current text of every transcript (or of the one named) whose words are there, in order of name."""
    return {one.transcript.name: one for one in _stored(store, "current_text", name)}


def every_text(store: Store) -> list[StoredTranscript]:
    """Return every text whose words are there: earlier ones, and those of transcripts that were removed, too."""
    return _stored(store, "text")


def _stored(store: Store, source: str, name: str = "") -> list[StoredTranscript]:
    rows = store.rows(
        f"SELECT own.*, transcript.name, words.content FROM {source} AS own"
        " JOIN transcript ON transcript.id = own.transcript JOIN words ON words.text = own.id"
        f"{' WHERE transcript.name = :name' if name else ''} ORDER BY countable(transcript.name), own.id",
        {"name": name},
    )
    own: dict[int, list[Turn]] = {row["id"]: [] for row in rows}
    for text, *turn in store.rows(
        f"SELECT text, {_TURN} FROM turn WHERE text IN (SELECT value FROM json_each(?)) ORDER BY text, n",
        (json.dumps(list(own)),),
    ):
        own[text].append(Turn(*turn))
    found = []
    for row in rows:
        notes = tuple(row["notes"].splitlines())
        turns = tuple(own[row["id"]])
        transcript = Transcript(row["name"], row["content"], turns, row["format"], row["encoding"], notes)
        found.append(StoredTranscript(row["transcript"], row["id"], transcript, row["file"], row["sha256"], row["at"]))
    return found


_TURN = "n, speaker, start, stop, at_ms, until_ms"


def turns(store: Store, text: int, first: int = 0, end: int = 2**31) -> list[Turn]:
    """Return the turns of a text from the n-th on, up to but not including the one numbered `end`."""
    rows = store.rows(f"SELECT {_TURN} FROM turn WHERE text = ? AND n >= ? AND n < ? ORDER BY n", (text, first, end))
    return [Turn(*row) for row in rows]


def turn_at(store: Store, text: int, place: int) -> int:
    """Return the number of the turn in which a place of a text lies."""
    found = store.one("SELECT n FROM turn WHERE text = ? AND start <= ? ORDER BY n DESC LIMIT 1", (text, place))
    return int(found or 0)


def withdrawn_transcripts(store: Store) -> list[str]:
    """Return the names of transcripts whose words have been deleted."""
    rows = store.rows(
        "SELECT name FROM transcript WHERE id NOT IN (SELECT transcript FROM text JOIN words ON words.text = text.id)"
    )
    return [row["name"] for row in rows]


def set_speakers(store: Store, transcript: int, speakers: Iterable[Speaker]) -> None:
    """Replace the speakers of a transcript."""
    store.db.execute("DELETE FROM speaker WHERE transcript = ?", (transcript,))
    store.insert_many(
        "INSERT INTO speaker (transcript, label, role, title) VALUES (?, ?, ?, ?)",
        ((transcript, s.label, s.role, s.title) for s in speakers),
    )


def speakers(store: Store, name: str = "") -> dict[str, dict[str, Speaker]]:
    """Return the speakers of each transcript (or of the one named), by label."""
    sql = "SELECT name, label, role, title FROM speaker JOIN transcript ON transcript.id = speaker.transcript"
    found: dict[str, dict[str, Speaker]] = {}
    for transcript, label, role, title in store.rows(f"{sql}{' WHERE name = :name' if name else ''}", {"name": name}):
        found.setdefault(transcript, {})[label] = Speaker(label, Role(role), title)
    return found


def confirmed_doubts(store: Store, text: int) -> set[str]:
    """Return which kinds of doubt about the speakers of a text a person has confirmed to be none."""
    return {row[0] for row in store.rows("SELECT doubt FROM confirmed_doubt WHERE text = ?", (text,))}


def confirm_doubts(store: Store, text: int, kinds: Iterable[str]) -> None:
    """Write down that a person has looked at these kinds of doubt about a text."""
    rows = ((text, kind, store.now()) for kind in kinds)
    store.insert_many("INSERT OR IGNORE INTO confirmed_doubt (text, doubt, at) VALUES (?, ?, ?)", rows)


def set_case(store: Store, transcript: int, case: str, attributes: Mapping[str, str]) -> None:
    """Write down to which case a transcript belongs."""
    store.db.execute(
        "INSERT INTO membership (transcript, name, attributes) VALUES (?, ?, ?)"
        " ON CONFLICT DO UPDATE SET name = excluded.name, attributes = excluded.attributes",
        (transcript, case, json.dumps(dict(attributes), ensure_ascii=False, sort_keys=True)),
    )


def attributes(store: Store) -> dict[str, dict[str, str]]:
    """Return what cases.csv says of each transcript beside its case and speakers, by name."""
    rows = store.rows(
        "SELECT transcript.name, attributes FROM membership JOIN transcript ON transcript.id = membership.transcript"
    )
    return {row[0]: json.loads(row[1]) for row in rows}


def cases(store: Store) -> list[Case]:
    """Return the cases in order of name, each with its transcripts, and the attributes that all of these share."""
    members: dict[str, dict[str, dict[str, str]]] = {}
    for row in store.rows(
        "SELECT membership.name AS name, attributes, transcript.name AS transcript FROM membership"
        " JOIN transcript ON transcript.id = membership.transcript"
        " ORDER BY countable(membership.name), countable(transcript.name)"
    ):
        members.setdefault(row["name"], {})[row["transcript"]] = json.loads(row["attributes"])
    found = []
    for name, said in members.items():
        first, *others = said.values()  # what differs, such as the round, is of the transcript alone
        shared = {key: value for key, value in first.items() if all(one.get(key) == value for one in others)}
        found.append(Case(name, tuple(said), shared))
    return found


def case_of(store: Store) -> dict[str, str]:
    """Return the case of each transcript, by name; one that belongs to none is a case of its own."""
    rows = store.rows(
        "SELECT transcript.name, coalesce(membership.name, transcript.name) FROM transcript"
        " LEFT JOIN membership ON membership.transcript = transcript.id"
    )
    return {row[0]: row[1] for row in rows}


def segment_at(store: Store, text: int, start: int, end: int, words: str) -> int:
    """Return the segment that lies at this span of the text, making it where there is none."""
    found = store.one(
        "SELECT segment FROM placement WHERE text = ? AND start = ? AND stop = ? ORDER BY segment",
        (text, start, end),
    )
    if found is not None:
        return int(found)
    segment = store.insert("INSERT INTO segment (text, start, stop) VALUES (?, ?, ?)", (text, start, end))
    place(store, segment, text, start, end, words)
    return segment


def place(store: Store, segment: int, text: int, start: int, end: int, words: str) -> None:
    """Write down where a segment lies in a text."""
    store.db.execute(
        "INSERT INTO placement (segment, text, start, stop, words_sha256) VALUES (?, ?, ?, ?, ?)",
        (segment, text, start, end, words_digest(words)),
    )


def placements(store: Store, text: int) -> dict[int, tuple[int, int]]:
    """Return the span of every segment that is placed in a text, by segment id."""
    rows = store.rows("SELECT segment, start, stop FROM placement WHERE text = ? ORDER BY start, stop", (text,))
    return {row["segment"]: (row["start"], row["stop"]) for row in rows}


def coded_placements(store: Store, transcript: int) -> list[tuple[int, int, int, int]]:
    """Return (segment, text, start, end) of segments with codings or memos of a transcript, where each was last."""
    rows = store.rows(
        "SELECT segment, placement.text, start, stop FROM placement JOIN text ON text.id = placement.text"
        " WHERE text.transcript = ? AND"
        " (segment IN (SELECT segment FROM coding_event) OR segment IN (SELECT segment FROM memo))"
        " AND placement.text = (SELECT max(p.text) FROM placement AS p WHERE p.segment = placement.segment)"
        " AND EXISTS (SELECT 1 FROM words WHERE words.text = placement.text) ORDER BY start, stop",
        (transcript,),
    )
    return [tuple(row) for row in rows]


def unplaced(store: Store) -> list[tuple[str, int]]:
    """Return (transcript, segment) of coded segments that have no place in the current text."""
    rows = store.rows(
        "SELECT DISTINCT transcript.name, segment.id FROM segment JOIN text ON text.id = segment.text"
        " JOIN transcript ON transcript.id = text.transcript JOIN current_coding ON current_coding.segment = segment.id"
        " WHERE NOT EXISTS (SELECT 1 FROM placement JOIN current_text ON current_text.id = placement.text"
        " WHERE placement.segment = segment.id)"
        " AND NOT EXISTS (SELECT 1 FROM redacted WHERE kind = 'segment' AND redacted.id = segment.id)"
        " AND EXISTS (SELECT 1 FROM current_text AS now JOIN words ON words.text = now.id"
        " WHERE now.transcript = text.transcript) ORDER BY countable(transcript.name), segment.id"
    )
    return [(row[0], row[1]) for row in rows]


def transcript_of_segments(store: Store) -> dict[int, str]:
    """Return the transcript's name of every segment, placed or not, with words or without."""
    rows = store.rows(
        "SELECT segment.id, transcript.name FROM segment JOIN text ON text.id = segment.text"
        " JOIN transcript ON transcript.id = text.transcript"
    )
    return {row[0]: row[1] for row in rows}


def words(store: Store, text: int, start: int = 0, end: int | None = None) -> str:
    """Return the words of a text, current or not, or of a part of it; empty where they were deleted."""
    sql = "SELECT substr(content, ?1 + 1, coalesce(?2, length(content)) - ?1) FROM words WHERE text = ?3"
    return str(store.one(sql, (start, end, text)) or "")


def forget_units(store: Store, text: int) -> None:
    """Drop the tilings of a text, to be segmented again; the segments and their codings stay."""
    store.db.execute("DELETE FROM unit WHERE text = ?", (text,))


def set_units(store: Store, text: int, rule: str, segments: Sequence[int]) -> None:
    """Store the tiling of a text into units under a rule, in order."""
    store.db.execute("DELETE FROM unit WHERE text = ? AND rule = ?", (text, rule))
    store.insert_many(
        "INSERT INTO unit (text, rule, n, segment) VALUES (?, ?, ?, ?)",
        ((text, rule, n, segment) for n, segment in enumerate(segments)),
    )


def unit_ids(store: Store, text: int, rule: str) -> list[int]:
    """Return the segments that are the units of a text under a rule, in order; empty where it is not cut yet."""
    rows = store.rows("SELECT segment FROM unit WHERE text = ? AND rule = ? ORDER BY n", (text, rule))
    return [row["segment"] for row in rows]


def spans(store: Store) -> dict[int, Span]:
    """Return where every segment lies that is placed in a current text, by id; the turn is left open."""
    rows = store.rows(
        "SELECT segment, name, start, stop FROM placement JOIN current_text ON current_text.id = placement.text"
        " JOIN words ON words.text = current_text.id JOIN transcript ON transcript.id = current_text.transcript"
    )
    return {segment: Span(name, start, end) for segment, name, start, end in rows}


def unit_keys(store: Store) -> dict[int, str]:
    """Return what names each placed segment in any study: the sha256 of its text, its start and its end."""
    rows = store.rows(
        "SELECT segment, sha256, start, stop FROM placement JOIN current_text ON current_text.id = placement.text"
    )
    return {segment: f"{text}:{start}-{end}" for segment, text, start, end in rows}


def text_digests(store: Store) -> dict[str, str]:
    """Return the sha256 of the current text of each transcript, by name."""
    rows = store.rows(
        "SELECT name, sha256 FROM current_text JOIN transcript ON transcript.id = current_text.transcript"
    )
    return {row[0]: row[1] for row in rows}


def segments(store: Store) -> dict[int, Segment]:
    """Return every segment that is placed in a current text, by id, with its words, speaker and time."""
    spans: dict[int, list[tuple[int, int, int]]] = {}
    for row in store.rows("SELECT placement.* FROM placement JOIN current_text ON current_text.id = placement.text"):
        spans.setdefault(row["text"], []).append((row["start"], row["stop"], row["segment"]))
    found = {}
    for stored in transcripts(store).values():
        transcript, at = stored.transcript, 0
        turns = transcript.turns
        for start, end, segment in sorted(spans.get(stored.text, ())):
            while at + 1 < len(turns) and turns[at + 1].start <= start:
                at += 1
            turn = turns[at] if turns else Turn(0, "", 0, len(transcript.text))
            span = Span(transcript.name, start, end, turn.n)
            found[segment] = Segment(segment, span, transcript.text[start:end], turn.speaker, turn.at_ms)
    return found


def units(store: Store, rule: str) -> list[Unit]:
    """Return the units of every current text under a rule, in order of transcript and place.

    `before` of each unit is the turn that came before its own; `position` runs from 0 to 1 through the transcript.
    """
    known = segments(store)
    found = []
    for stored in transcripts(store).values():
        transcript = stored.transcript
        before = {0: ""} | {turn.n: transcript.text[last.start : last.end] for last, turn in pairwise(transcript.turns)}
        for segment in unit_ids(store, stored.text, rule):
            unit = known[segment]
            position = unit.span.start / max(1, len(transcript.text))
            found.append(Unit(unit, before.get(unit.span.turn, ""), position))
    return found
