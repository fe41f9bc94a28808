"""Change the coding scheme: what changes is shown before; codings stay as they are and are read under the new codes."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from coder.errors import CoderError, SchemeError, UsageError, did_you_mean
from coder.scheme.editing import Edit, edited, facet_of, lost_comments, with_head
from coder.scheme.reading import load_scheme, parse_scheme
from coder.steps.study import Study
from coder.store import log, versions
from coder.store.mapping import Part, held, map_codes, undivided
from coder.store.versions import Version
from coder.types import Code, Coding, FacetValue, Scheme, Table, Verdict

FIELDS = {"definition": "definition", "use_when": "use when", "not_when": "not when", "examples": "examples"}


class SchemeChangedError(CoderError):
    """Somebody else has changed the scheme; `differences` say how."""

    def __init__(self, message: str, differences: tuple[Difference, ...], *, where: object, todo: str) -> None:
        super().__init__(message, where=where, todo=todo)
        self.differences = differences


@dataclass(frozen=True)
class Difference:
    """One thing in which two versions differ: `kind` is `code` or a facet's name, `what` the field that differs.

    A field `state` is `in use`, `heading`, `retired`, or empty where there is no such code or value.
    """

    kind: str
    path: str
    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Touched:
    """Current words of one coder that will stand under other codes; `to` is empty where there is none for them."""

    code: str
    to: tuple[str, ...]
    coder: str
    kind: str
    codings: int
    transcripts: int


@dataclass(frozen=True)
class Plan:
    """What a change of the scheme does, before it is done.

    `base` identifies the scheme that it starts from; `divide` counts the words of people that each have to be divided
    among several codes afterwards; `comments` are lines in scheme.yaml that the new file will not have.
    """

    what: str
    version: int
    base: str
    codes_before: int
    codes_after: int
    differences: tuple[Difference, ...]
    touched: tuple[Touched, ...]
    divide: int
    comments: int
    text: str


@dataclass(frozen=True)
class Undivided:
    """A word of a coder on a code that was split since: `codes` are the parts among which it is to be divided."""

    event: int
    segment: int
    was: str
    codes: tuple[str, ...]
    coder: str
    memo: str
    words: str
    transcript: str


def base_of(study: Study) -> str:
    """Return what identifies the scheme as it is open here."""
    return sha256(study.scheme.source.encode()).hexdigest()


def edit_of(
    study: Study, do: str, path: str, facet: str = "", to: Iterable[str] = (), said: Mapping[str, Any] | None = None
) -> Edit:
    """Return a change, with the facet found where it is not given; `said` are texts of `FIELDS`.

    Raises
    ------
    SchemeError
        The path is nothing in the scheme, or a value of several facets.
    """
    if do == "add":
        facet = facet or (study.scheme.facets[0] if len(study.scheme.facets) == 1 else "")
        return Edit(do, path, facet, tuple(to), **(said or {}))
    return Edit(do, path, facet_of(study.scheme, path, facet), tuple(to), **(said or {}))


def change(study: Study, edit: Edit, coder: str = "", *, base: str | None = None, dry_run: bool = False) -> Plan:
    """Change the scheme: write a new version of scheme.yaml and how its codes follow from those of the old one.

    Parameters
    ----------
    coder
        Who changes it.
    base
        `base` of the plan that was shown: where the scheme is another one now, nothing is changed.
    dry_run
        Only say what would be done.

    Raises
    ------
    SchemeError
        The change does not fit the scheme, or changes nothing.
    SchemeChangedError
        The scheme was changed since `base`, or while this was at work.
    """
    with _changing(study, dry_run) as text:
        _check_base(study, base)
        new, mapped = edited(study.scheme, edit)
        here = study.scheme_version()
        plan = _write(study, new, edit.words(), mapped, coder, parent=here)
        text.append(plan.text)
    return plan if dry_run else _reopened(study, plan)


def undo_change(study: Study, coder: str = "", *, base: str | None = None, dry_run: bool = False) -> Plan:
    """Take back the last change of the scheme: a new version with the text of the one before it.

    Codings of before the change stand under their own codes again; what was said since on merged codes is to be
    divided. It can be repeated.

    Raises
    ------
    UsageError
        The scheme as it is was not made by a change of these.
    SchemeChangedError
        As `change`.
    """
    with _changing(study, dry_run) as text:
        _check_base(study, base)
        here = study.scheme_version()
        known = {v.id: v for v in versions.versions(study.store)}
        made = known[here]
        while made.undoes is not None:  # the version that came back has a past of its own
            made = known[made.parent]
        if not made.what:
            raise UsageError("the scheme has no change to take back", todo="see `coder scheme versions`")
        old = parse_scheme(versions.source(study.store, made.parent) or "", f"version {made.parent}")
        what = f"undo {made.what}"
        plan = _write(study, old, what, {}, coder, parent=made.parent, undoes=made.id)
        text.append(plan.text)
    return plan if dry_run else _reopened(study, plan)


def _check_base(study: Study, base: str | None) -> None:
    """Refuse to change a scheme that is not the one that was looked at."""
    file = load_scheme(study.folder / study.settings.scheme)
    unchanged = file.source == study.scheme.source and versions.newest_change(study.store) == study.scheme_change
    if base in {None, base_of(study)} and unchanged:
        return
    seen = study.scheme
    for version in versions.versions(study.store):
        if version.sha256 == base:
            seen = parse_scheme(versions.source(study.store, version.id) or "", f"version {version.id}")
    raise SchemeChangedError(
        "the scheme was changed since you opened it; nothing was changed now",
        differences(seen, file),
        where=study.folder / study.settings.scheme,
        todo="look at what is new, then make your change again",
    )


def _write(
    study: Study,
    new: Scheme,
    what: str,
    mapped: versions.Mapped,
    coder: str,
    *,
    parent: int,
    undoes: int | None = None,
) -> Plan:
    """Write the new version down, inside a transaction, and say what it does."""
    number = versions.versions(study.store)[-1].id + 1
    by = f", by {' '.join(coder.split())}" if coder else ""
    text = with_head(
        study.scheme.source, new.source, f"# Version {number} of this scheme{by}: {' '.join(what.split())}"
    )
    after = parse_scheme(text, f"version {number}")
    changed = differences(study.scheme, after)
    if not changed:
        raise SchemeError("this changes nothing", todo="say what is to be different")
    number = log.scheme_version(study.store, text)
    versions.write_change(study.store, number, parent, what, mapped, coder, undoes)
    touched = _touched(study, versions.code_map(versions.versions(study.store), number), after)
    return Plan(
        what=what,
        version=number,
        base=base_of(study),
        codes_before=len(study.scheme.codes),
        codes_after=len(after.codes),
        differences=changed,
        touched=touched,
        divide=sum(t.codings for t in touched if len(t.to) > 1 and t.kind == "person"),
        comments=lost_comments(study.scheme.source),
        text=text,
    )


def _touched(study: Study, called: dict[tuple[int, str], tuple[str, ...]], after: Scheme) -> tuple[Touched, ...]:
    """Count the current words that will stand under other codes, by what they stand under now."""
    known = {code.path for code in (*after.codes, *after.retired)}
    now: dict[tuple[int, str], tuple[str, ...]] = {}
    found = held(study.store)
    for item in found:
        key = (item.version, item.was)
        now[key] = tuple(dict.fromkeys((*now.get(key, ()), item.code)))
    codings: Counter[tuple[str, tuple[str, ...], str, str]] = Counter()
    places: dict[tuple[str, tuple[str, ...], str, str], set[int]] = {}
    for item in found:
        old = now[item.version, item.was]
        new = tuple(path for path in called.get((item.version, item.was), (item.was,)) if path in known)
        if item.code == old[0] and new != old:  # a word on a code that was split is there once for each part
            group = (" or ".join(old), new, item.coder, item.kind)
            codings[group] += item.codings
            places.setdefault(group, set()).add(item.transcript)
    return tuple(Touched(*group, codings[group], len(places[group])) for group in sorted(codings))


@contextmanager
def _changing(study: Study, dry_run: bool) -> Iterator[list[str]]:
    """Give a transaction, and a list for the new text of the scheme: file and store change together or not at all."""
    text: list[str] = []
    placed = False
    try:
        with study.store.transaction("scheme", dry_run=dry_run):
            yield text
            if not dry_run:
                _put(study, text[0])
                placed = True
    except BaseException:
        if placed:  # the store could not keep the change
            _put(study, study.scheme.source)
        raise


def _put(study: Study, text: str) -> None:
    """Write the scheme's file beside the old one and put it in its place."""
    path = scheme_path(study)
    beside = path.with_name(f".{path.name}.part")
    with beside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _reopened(study: Study, plan: Plan) -> Plan:
    """Have the open study use the new version."""
    study.scheme = load_scheme(study.folder / study.settings.scheme)
    study.scheme_change = map_codes(study.store, study.scheme.source)
    return plan


def differences(old: Scheme, new: Scheme) -> tuple[Difference, ...]:
    """Return how two schemes differ, value by value and code by code; in a plain scheme these are the same."""
    found = []
    for facet in dict.fromkeys((*old.facets, *new.facets)):
        found += _differ(facet, {v.path: v for v in old.of_facet(facet)}, {v.path: v for v in new.of_facet(facet)})
    if len(new.facets) > 1 or len(old.facets) > 1:
        one, other = ({c.path: c for c in (*scheme.codes, *scheme.retired)} for scheme in (old, new))
        found += [d for d in _differ("code", one, other) if d.what in {"state", "use when", "not when"}]
        found += [
            d for d in _differ("code", one, other) if d.what in {"definition", "examples"} and _own(old, new, d.path)
        ]
    return tuple(found)


def _own(old: Scheme, new: Scheme, path: str) -> bool:
    """Tell whether a code says something else itself, and not for a change of its values."""
    values = [{(v.facet, v.path): v for v in scheme.values} for scheme in (old, new)]
    codes = [next(c for c in (*s.codes, *s.retired) if c.path == path) for s in (old, new)]
    return all(values[0][pair] == values[1].get(pair) for pair in codes[0].facets.items())


def _differ(kind: str, old: Mapping[str, Code | FacetValue], new: Mapping[str, Code | FacetValue]) -> list[Difference]:
    found = []
    for path in dict.fromkeys((*old, *new)):
        before, after = old.get(path), new.get(path)
        if _state(before) != _state(after):
            found.append(Difference(kind, path, "state", _state(before), _state(after)))
        for name, field in FIELDS.items() if before and after else ():
            if getattr(before, name) != getattr(after, name):
                found.append(Difference(kind, path, field, _text(getattr(before, name)), _text(getattr(after, name))))
        if before is None and after is not None:
            found += [
                Difference(kind, path, field, "", _text(getattr(after, name)))
                for name, field in FIELDS.items()
                if kind != "code" and getattr(after, name)
            ]
    return found


def _state(thing: Code | FacetValue | None) -> str:
    if thing is None:
        return ""
    return "retired" if thing.retired else "heading" if isinstance(thing, FacetValue) and thing.group else "in use"


def _text(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else "\n".join(value)


def scheme_versions(study: Study) -> list[Version]:
    """Return the versions of the scheme, in order: when, by whom, and what was changed."""
    return versions.versions(study.store)


def current_version(study: Study) -> int | None:
    """Return the number of the scheme as it is open here; None where nothing was coded with it yet."""
    return next((v.id for v in scheme_versions(study) if v.sha256 == base_of(study)), None)


def compare(study: Study, one: int | None = None, other: int | None = None) -> tuple[Difference, ...]:
    """Return how two versions differ: by default the last change; one number is compared with the scheme as it is.

    Raises
    ------
    UsageError
        There is no such version.
    """
    known = scheme_versions(study)
    if one is None:
        here = next((v for v in known if v.sha256 == base_of(study)), known[-1] if known else None)
        # a scheme that was edited by hand is no version until something is coded with it
        parent = (here.parent if here.sha256 == base_of(study) else here.id) if here else 0
        return differences(_version(study, parent), study.scheme) if parent else ()
    new = study.scheme if other is None else _version(study, other)
    return differences(_version(study, one), new)


def _version(study: Study, number: int) -> Scheme:
    text = versions.source(study.store, number)
    if text is None:
        known = [str(v.id) for v in scheme_versions(study)]
        raise UsageError(
            f"there is no version {number} of the scheme", todo=did_you_mean(str(number), known) or ", ".join(known)
        )
    return parse_scheme(text, f"version {number}")


def to_divide(study: Study, coder: str = "") -> list[Undivided]:
    """Return what a person (or everybody) has coded with a code that was split since, in order."""
    from coder.store import corpus

    segments = corpus.segments(study.store)
    parts: dict[int, list[Part]] = {}
    for part in undivided(study.store):
        if part.coder == coder or not coder:
            parts.setdefault(part.event, []).append(part)
    return [
        Undivided(
            event,
            own[0].segment,
            own[0].was,
            tuple(part.code for part in own),
            own[0].coder,
            own[0].memo,
            segments[own[0].segment].words,
            segments[own[0].segment].span.transcript,
        )
        for event, own in parts.items()
        if own[0].segment in segments
    ]


def divide(study: Study, coder: str, event: int, codes: Iterable[str]) -> list[int]:
    """Say which parts of a split code hold of what was coded with it: the others are absent. Return the events.

    Raises
    ------
    UsageError
        It is not the coder's own word, was divided already, or a code is not one of the parts.
    """
    chosen = tuple(codes)
    with study.store.transaction("divide"):
        item = next((item for item in to_divide(study, coder) if item.event == event), None)
        if item is None:
            raise UsageError("this was divided already, or is not your word", todo="open the page anew")
        for code in chosen:
            if code not in item.codes:
                raise UsageError(f"`{code}` is no part of `{item.was}`", todo=", ".join(item.codes))
        said = [
            Coding(item.segment, code, coder, Verdict.PRESENT if code in chosen else Verdict.ABSENT,
                   shown="codings", memo=item.memo)
            for code in item.codes
        ]  # fmt: skip
        return log.append(study.store, said, study.scheme_version())


def plan_tables(plan: Plan) -> list[Table]:
    """Return a plan as tables: what changes in the scheme, and whose codings stand under other codes afterwards."""
    header = ("", "path", "what", "before", "after")
    rows = tuple((d.kind, d.path, d.what, d.before, d.after) for d in plan.differences)
    tables = [Table(f"Version {plan.version}: {plan.what}", header, rows)]
    if plan.touched:
        lines = tuple((t.code, " or ".join(t.to) or "(kept, under no code)", t.coder, t.codings, t.transcripts)
                      for t in plan.touched)  # fmt: skip
        tables.append(Table("Codings", ("code", "becomes", "coder", "codings", "transcripts"), lines))
    return tables


def difference_table(found: tuple[Difference, ...], title: str = "Differences") -> Table:
    """Return differences as a table."""
    rows = tuple((d.kind, d.path, d.what, d.before, d.after) for d in found)
    return Table(title, ("", "path", "what", "before", "after"), rows, "" if rows else "no differences")


def scheme_path(study: Study) -> Path:
    """Return the scheme's file."""
    return study.folder / study.settings.scheme
