"""Verify the store: the chain of hashes, offsets, foreign keys, and that every citation equals its words."""

from __future__ import annotations

from coder.store import corpus, log, scheme_versions, withdrawal
from coder.store.database import Store
from coder.store.judgements import Which, judgements


def prove(store: Store) -> list[str]:
    """Return what is wrong with the store, in words; the list is empty where nothing is."""
    return [
        *_sqlite(store), *_chain(store), *_links(store), *_schemes(store), *_texts(store), *_placements(store),
    ]  # fmt: skip


def _sqlite(store: Store) -> list[str]:
    broken = [row[0] for row in store.rows("PRAGMA integrity_check") if row[0] != "ok"]
    keys = [f"{row[0]} row {row[1]} points to a missing {row[2]}" for row in store.rows("PRAGMA foreign_key_check")]
    return [f"database: {what}" for what in broken + keys]


def _chain(store: Store) -> list[str]:
    """Recompute every hash from the first event on; where words were withdrawn, an event only has its place in it."""
    redacted = withdrawal.redacted(store, "event")
    anchors = {row["id"]: (row["name"], row["sha256"], row["start"], row["stop"]) for row in store.rows(log.ANCHORS)}
    kinds = {coder.name: coder.kind for coder in log.coders(store)}
    changes = log.kind_changes(store)
    schemes = {row["id"]: row["sha256"] for row in store.rows("SELECT id, sha256 FROM scheme_version")}
    previous = log.GENESIS
    for n, event in enumerate(judgements(store, which=Which.AS_WRITTEN), start=1):
        if event.id != n:
            return [f"log: event {n} is missing"]
        fields = [getattr(event, name) for name in log.HASHED]
        kind = next((c.was for c in changes if c.coder == event.coder and event.id <= c.event), kinds[event.coder])
        anchor = (*anchors.get(event.segment, ()), kind, schemes.get(event.scheme_version))
        if event.id not in redacted and log.event_hash(previous, anchor, fields) != event.hash:
            return [f"log: event {n} was changed after it was written (its hash does not follow from event {n - 1})"]
        previous = event.hash
    return []


def _links(store: Store) -> list[str]:
    """`supersedes` stays with one coder, segment and code (as its scheme calls it), `responds_to` with one segment."""
    other_codes = store.rows(
        "SELECT event.id, event.scheme_version, event.code, old.scheme_version AS old_version, old.code AS old_code,"
        " old.coder IS event.coder AND old.segment IS event.segment AS own"
        " FROM coding_event AS event JOIN coding_event AS old ON old.id = event.supersedes"
        " WHERE old.coder <> event.coder OR old.segment <> event.segment OR old.code IS NOT event.code"
    )
    found = scheme_versions.versions(store)
    called = {v: scheme_versions.code_map(found, v) for v in {row["scheme_version"] for row in other_codes}}
    strayed = [
        row
        for row in other_codes
        if not row["own"]
        or row["code"] not in called[row["scheme_version"]].get((row["old_version"], row["old_code"]), ())
    ]
    wrong = store.rows(
        "SELECT event.id FROM coding_event AS event JOIN coding_event AS asked ON asked.id = event.responds_to"
        " WHERE asked.segment <> event.segment"
    )
    return [f"log: event {row[0]} supersedes a word that is not its coder's own on that code" for row in strayed] + [
        f"log: event {row[0]} responds to a suggestion on another segment" for row in wrong
    ]


def _schemes(store: Store) -> list[str]:
    rows = store.rows("SELECT id, sha256, source FROM scheme_version")
    masked = withdrawal.redacted(store, "scheme")
    changed = [
        row["id"] for row in rows if corpus.words_digest(row["source"]) != row["sha256"] and row["id"] not in masked
    ]
    found = [f"scheme: version {number} was changed after it was written (sha256 differs)" for number in changed]
    return found + scheme_versions.broken_changes(store)


def _texts(store: Store) -> list[str]:
    found, masked = [], withdrawal.redacted(store, "text")
    for name, stored in corpus.transcripts(store).items():
        if stored.text not in masked and corpus.digest(stored.transcript) != stored.sha256:
            found.append(f"{name}: the words were changed after import (sha256 differs)")
        length = len(stored.transcript.text)
        found += [
            f"{name}: turn {turn.n} ends at {turn.end}, the text at {length}"
            for turn in stored.transcript.turns
            if turn.end > length
        ]
    return found


def _placements(store: Store) -> list[str]:
    """Every segment's words are those that it was placed on, and in its own text it lies where it was made."""
    contents = {row["text"]: row["content"] for row in store.rows("SELECT text, content FROM words")}
    shifted = store.rows(
        "SELECT segment.id FROM segment LEFT JOIN placement ON placement.segment = segment.id"
        " AND placement.text = segment.text WHERE placement.start IS NOT segment.start"
        " OR placement.stop IS NOT segment.stop"
    )
    gone = withdrawal.redacted(store, "segment")
    found = [f"segment {row[0]}: it does not lie where it was made" for row in shifted if row[0] not in gone]
    for row in store.rows("SELECT * FROM placement ORDER BY text, start"):
        content = contents.get(row["text"])
        if content is None:
            continue  # the words were withdrawn
        if row["stop"] > len(content):
            found.append(f"segment {row['segment']}: ends at {row['stop']}, the text at {len(content)}")
        elif corpus.words_digest(content[row["start"] : row["stop"]]) != row["words_sha256"]:
            found.append(f"segment {row['segment']}: its words in text {row['text']} are not those that were coded")
    return found
