"""The one place where the code of an event becomes the code that it is called now.

Once the scheme was changed, a connection gets temporary views in the place of `mapped_event`, `current_coding` and
`bulk_coding`, so that every query sees the codes of today's scheme, and the log stays as it was written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coder.store.database import Store
from coder.store.scheme_versions import Version, code_map, digest, newest_change, versions
from coder.types import Verdict

_COLUMNS = (
    "event.id, event.segment, coalesce(code_map.now, event.code) AS code, event.coder, event.scheme_version, event.run,"
    " CASE WHEN code_map.part AND event.verdict = 'present' THEN 'unsure' ELSE event.verdict END AS verdict,"
    " event.confidence, event.supersedes, event.responds_to, event.shown, event.memo, event.at, event.hash,"
    " coalesce(code_map.part, 0) AS part"
)
_MAPPED = (
    "CREATE TEMP VIEW {view} AS SELECT " + _COLUMNS + " FROM main.{source} AS event LEFT JOIN temp.code_map"
    " ON code_map.version = event.scheme_version AND code_map.code = event.code"
)


def _meeting(other: str) -> str:
    """Select the codings `other` of the event's coder and segment that stand under the event's code as it is now."""
    return (
        f"SELECT 1 FROM main.{{source}} AS {other} LEFT JOIN temp.code_map AS {other}_map"
        f" ON {other}_map.version = {other}.scheme_version AND {other}_map.code = {other}.code"
        f" WHERE {other}.coder = event.coder AND {other}.segment = event.segment"
        f" AND coalesce({other}_map.now, {other}.code) = coalesce(code_map.now, event.code)"
    )


def _replaced(coding: str, map_: str) -> str:
    """Tell that a coding on a code that was split is followed by one on the part itself."""
    later = f"{_meeting('later')} AND later_map.part IS NOT 1 AND later.id > {coding}.id"
    return f"({map_}.part IS 1 AND EXISTS ({later}))"


def _strength(coding: str, map_: str) -> str:
    verdict = f"CASE WHEN {map_}.part AND {coding}.verdict = 'present' THEN 'unsure' ELSE {coding}.verdict END"
    return f"(strength({verdict}, 'nothing'), {coding}.id)"


_ONE_VERDICT = (
    " WHERE event.code IS NULL OR coalesce(code_map.now, event.code) NOT IN (SELECT now FROM temp.code_map)"
    f" OR NOT ({_replaced('event', 'code_map')} OR EXISTS ({_meeting('own')}"
    f" AND {_strength('own', 'own_map')} > {_strength('event', 'code_map')} AND NOT {_replaced('own', 'own_map')}))"
)
"""A coder has one verdict on a code: of several that meet there the strongest, of these the latest, and a later coding
in place of one that is not divided. On codes to which no other one leads none can meet. `log.append` does the same."""


def map_codes(store: Store, source: str) -> int:
    """Create temporary views that map codes of past versions to the scheme of this text.

    A coding with a code that was split counts for each of the parts: what was absent is absent in all of them, what was
    present is unsure in each until its coder has judged that part.

    Returns
    -------
    The newest version that was made by a change of the scheme; 0 where there is none, and nothing is mapped.
    """
    newest = newest_change(store)
    if not newest:
        return 0
    for view in ("mapped_event", "current_coding", "bulk_coding"):
        store.db.execute(f"DROP VIEW IF EXISTS temp.{view}")
    found = versions(store)
    called = code_map(found, _version_with(found, source))
    store.db.execute("DROP TABLE IF EXISTS temp.code_map")
    store.db.execute("CREATE TEMP TABLE code_map (version INTEGER, code TEXT, now TEXT, part INTEGER)")
    rows = [(*key, code, len(codes) > 1) for key, codes in called.items() for code in codes]
    store.insert_many("INSERT INTO temp.code_map VALUES (?, ?, ?, ?)", rows)
    store.db.execute("CREATE INDEX temp.code_map_key ON code_map (version, code)")
    store.db.execute(_MAPPED.format(view="mapped_event", source="coding_event"))
    for view in ("current_coding", "bulk_coding"):
        store.db.execute((_MAPPED + _ONE_VERDICT).format(view=view, source=view))
    return newest


def _version_with(found: Sequence[Version], source: str) -> int:
    """Return the version with this text; the last one where none has it."""
    sha = digest(source)
    return next((v.id for v in found if v.sha256 == sha), found[-1].id)


def called_now(store: Store, then: str, source: str) -> dict[str, tuple[str, ...]]:
    """Return what codes of the version with the sha256 `then` are called in the scheme of this text, where it differs.

    Nothing is known of a version that was never written down.
    """
    found = versions(store)
    number = next((v.id for v in found if v.sha256 == then), None)
    if number is None:
        return {}
    called = code_map(found, _version_with(found, source))
    return {code: codes for (version, code), codes in called.items() if version == number}


@dataclass(frozen=True, slots=True)
class Held:
    """How many current codings a coder has in a transcript with a code: `was` in the version it was coded with."""

    version: int
    was: str
    code: str
    coder: str
    kind: str
    transcript: int
    codings: int


def held(store: Store) -> list[Held]:
    """Return how many current codings there are of each code; those accepted in bulk are not counted."""
    rows = store.rows(
        "SELECT said.scheme_version, said.code, event.code, coder.name, coder.kind, text.transcript, count(*)"
        " FROM current_coding AS event JOIN coding_event AS said ON said.id = event.id"
        " JOIN coder ON coder.id = event.coder JOIN segment ON segment.id = event.segment"
        " JOIN text ON text.id = segment.text WHERE said.code IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6"
    )
    return [Held(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Part:
    """A current coding with a code that was split, under one of its parts; `event` is its number in the log."""

    event: int
    segment: int
    was: str
    code: str
    coder: str
    memo: str


def undivided(store: Store) -> list[Part]:
    """Return what people coded `present` with a code that was split since, once for each part, in order."""
    if not store.one("SELECT count(*) FROM temp.sqlite_schema WHERE name = 'code_map'"):
        return []
    rows = store.rows(
        "SELECT event.id, event.segment, said.code, event.code, coder.name, event.memo FROM current_coding AS event"
        " JOIN coding_event AS said ON said.id = event.id JOIN coder ON coder.id = event.coder"
        " WHERE event.part = 1 AND said.verdict = ? AND coder.kind = 'person' ORDER BY event.id",
        (Verdict.PRESENT.value,),
    )
    return [Part(*row) for row in rows]
