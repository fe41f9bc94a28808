"""Versions of the scheme: where each comes from, and what the codes of any of them are called in another.

The versions are a tree: each but the first was made from one other. A mapping leads from the codes of that one to those
of the new one, and codes go up and down the tree along these mappings, so no coding is ever rewritten.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from coder.store.database import Store

TAG = b"coder/scheme-change/1\n"

Mapped = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the scheme. `parent` is 0 for the first; `undoes` is the version that it takes back.

    `mapped` leads from codes of the parent to codes of this version; it names every code that is another code now, and
    every code that such a one meets. What it does not name keeps its path. `what` is empty where the scheme was edited
    by hand: then the codes keep their paths, and the version before it is the parent.
    """

    id: int
    parent: int
    what: str
    mapped: Mapped
    coder: str
    undoes: int | None
    at: str
    sha256: str
    hash: str = ""


def versions(store: Store) -> list[Version]:
    """Return all versions in order."""
    rows = store.rows(
        "SELECT id, coalesce(parent, id - 1), coalesce(what, ''), coalesce(mapped, '{}'), coalesce(coder, ''), undoes,"
        " scheme_version.at, sha256, coalesce(hash, '')"
        " FROM scheme_version LEFT JOIN scheme_change ON version = scheme_version.id ORDER BY scheme_version.id"
    )
    return [Version(number, parent, what, json.loads(mapped), *rest) for number, parent, what, mapped, *rest in rows]


def source(store: Store, version: int) -> str | None:
    """Return the text of a version, or None."""
    return store.one("SELECT source FROM scheme_version WHERE id = ?", (version,))  # type: ignore[no-any-return]


def last_source(store: Store) -> str | None:
    """Return the text of the version that was used last, or None."""
    sql = (
        "SELECT source FROM scheme_version WHERE id = max(coalesce((SELECT scheme_version FROM coding_event"
        " ORDER BY id DESC LIMIT 1), 0), coalesce((SELECT max(version) FROM scheme_change), 0))"
    )
    return store.one(sql)  # type: ignore[no-any-return]


def version_in_words(store: Store, text: str) -> str:
    """Return how a text of the scheme is called in a note: its version, if it was written down, and its sha256.

    Its beginning is enough to tell versions apart.
    """
    sha = digest(text)
    found = store.one("SELECT id FROM scheme_version WHERE sha256 = ?", (sha,))
    return f"version {found} ({sha[:12]})" if found else f"a version not used yet ({sha[:12]})"


def newest_change(store: Store) -> int:
    """Return the newest version that was made by a change of the scheme, 0 if none was."""
    return int(store.one("SELECT max(version) FROM scheme_change") or 0)


def digest(text: str) -> str:
    """Return the sha256 by which a text of the scheme is known."""
    return sha256(text.encode()).hexdigest()


def newest_digest(store: Store) -> str | None:
    """Return the sha256 of the version that the newest change of the scheme made, or None."""
    sql = "SELECT sha256 FROM scheme_version WHERE id = (SELECT max(version) FROM scheme_change)"
    return store.one(sql)  # type: ignore[no-any-return]


def is_written(store: Store, text: str) -> bool:
    """Tell whether a text of the scheme is one of the versions that the store keeps."""
    return bool(store.one("SELECT count(*) FROM scheme_version WHERE sha256 = ?", (digest(text),)))


def change_hash(previous: str, fields: Sequence[object]) -> str:
    """Return the hash that chains a change to the one before; `fields` name both versions by their sha256."""
    body = json.dumps([previous, *fields], ensure_ascii=False, separators=(",", ":"))
    return sha256(TAG + body.encode()).hexdigest()


def write_change(
    store: Store, version: int, parent: int, what: str, mapped: Mapped, coder: str, undoes: int | None = None
) -> None:
    """Write down where a version comes from, inside a transaction."""
    shas = {v.id: v.sha256 for v in versions(store)}
    previous = store.one("SELECT hash FROM scheme_change ORDER BY version DESC LIMIT 1") or ""
    text, at = json.dumps(mapped, ensure_ascii=False, sort_keys=True), store.now()
    chained = change_hash(previous, (shas[version], shas[parent], what, text, coder, undoes, at))
    store.insert(
        "INSERT INTO scheme_change (version, parent, what, mapped, coder, undoes, at, hash)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (version, parent, what, text, coder, undoes, at, chained),
    )


def broken_changes(store: Store) -> list[str]:
    """Return what is wrong with the chain of changes, in words."""
    shas = {v.id: v.sha256 for v in versions(store)}
    previous = ""
    for row in store.rows("SELECT * FROM scheme_change ORDER BY version"):
        fields = (shas[row["version"]], shas[row["parent"]], *tuple(row)[2:7])
        if change_hash(previous, fields) != row["hash"]:
            return [f"scheme: the change that made version {row['version']} was changed after it was written"]
        previous = row["hash"]
    return []


def down(code: str, mapped: Mapped) -> tuple[str, ...]:
    """Return what a code of the parent is called in the version made from it.

    Examples
    --------
    >>> down("risk", {"risk": ["leaks", "delays"]}), down("cost", {})
    (('leaks', 'delays'), ('cost',))
    """
    return tuple(mapped.get(code, (code,)))


def up(code: str, mapped: Mapped) -> tuple[str, ...]:
    """Return what a code is called in the version that its version was made from.

    Examples
    --------
    >>> up("cost", {"cost": ["cost"], "price": ["cost"]}), up("leaks", {"risk": ["leaks", "delays"]})
    (('cost', 'price'), ('risk',))

    A code that was added under the name of a renamed one is none there:

    >>> up("risk", {"risk": ["danger"]})
    ()
    """
    found = tuple(old for old, new in mapped.items() if code in new)
    return found or (() if code in mapped else (code,))


def code_map(found: Sequence[Version], target: int) -> dict[tuple[int, str], tuple[str, ...]]:
    """Return what codes of every version are called in one of them: (version, code) -> codes, where it differs.

    A code that the target has not at all, as its name means something else there, is called by its version too.

    Examples
    --------
    >>> first = Version(1, 0, "", {}, "", None, "", "")
    >>> second = Version(2, 1, "", {"risk": ["danger"]}, "", None, "", "")
    >>> code_map([first, second], 2), code_map([first, second], 1)
    ({(1, 'risk'): ('danger',)}, {(2, 'risk'): ('risk (version 2)',), (2, 'danger'): ('risk',)})
    """
    names = list(dict.fromkeys(name for v in found for old, new in v.mapped.items() for name in (old, *new)))
    calls: dict[int, dict[str, tuple[str, ...]]] = {target: {name: (name,) for name in names}}
    by_id = {v.id: v for v in found}
    waiting = [target]
    while waiting:
        here = waiting.pop()
        for v in found:
            if v.parent == here and v.id not in calls:
                calls[v.id] = {name: _called(up_to, calls[here]) for name in names for up_to in [up(name, v.mapped)]}
                waiting.append(v.id)
        v = by_id[here]
        if v.parent in by_id and v.parent not in calls:
            calls[v.parent] = {name: _called(down(name, v.mapped), calls[here]) for name in names}
            waiting.append(v.parent)
    return {
        (version, name): new or (f"{name} (version {version})",)
        for version, called in calls.items()
        for name, new in called.items()
        if new != (name,)
    }


def _called(codes: Iterable[str], there: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for code in codes for name in there.get(code, (code,))))
