"""Change the coding scheme: what changes is shown before; codings stay as they are and are read under the new codes."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from coder.errors import CoderError, SchemeError, UsageError
from coder.scheme.comments import lost_comments, rewritten, with_version
from coder.scheme.editing import Edit, edited, facet_of
from coder.scheme.reading import load_scheme, parse_scheme
from coder.steps.scheme.versions import Difference, base_of, difference_table, differences
from coder.steps.study.study import Study, finish_scheme_change, scheme_draft
from coder.store import log, scheme_versions
from coder.store.current_codes import held, map_codes
from coder.types import Scheme, Table


class SchemeChangedError(CoderError):
    """Somebody else has changed the scheme; `differences` say how."""

    def __init__(self, message: str, differences: tuple[Difference, ...], *, where: object, todo: str) -> None:
        super().__init__(message, where=where, todo=todo)
        self.differences = differences


@dataclass(frozen=True)
class Touched:
    """Current codings of one coder that will have other codes; `to` is empty where there is none for them."""

    code: str
    to: tuple[str, ...]
    coder: str
    kind: str
    codings: int
    transcripts: int


@dataclass(frozen=True)
class Plan:
    """What a change of the scheme does, before it is done.

    `base` identifies the scheme that it starts from; `divide` counts the codings of people that each have to be divided
    among several codes afterwards; `comments` are those in scheme.yaml that the new file will not have.
    """

    what: str
    version: int
    base: str
    codes_before: int
    codes_after: int
    differences: tuple[Difference, ...]
    touched: tuple[Touched, ...]
    divide: int
    comments: tuple[str, ...]
    text: str


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
        Only return what would be done.

    Raises
    ------
    SchemeError
        The change does not fit the scheme, or changes nothing.
    SchemeChangedError
        The scheme was changed since `base`, or while this was at work.
    """
    with _changing(study, base, dry_run) as plans:
        new, mapped = edited(study.scheme, edit)
        here = study.scheme_version()
        new = replace(new, source=rewritten(study.scheme.source, new))
        plans.append(_write(study, new, edit.words(), mapped, coder, parent=here))
    return plans[0]


def undo_change(study: Study, coder: str = "", *, base: str | None = None, dry_run: bool = False) -> Plan:
    """Take back the last change of the scheme: a new version with the text of the one before it.

    Codings of before the change stand under their own codes again; what was coded since with merged codes is to be
    divided. It can be repeated.

    Raises
    ------
    UsageError
        The scheme as it is was not made by a change of these.
    SchemeChangedError
        As `change`.
    """
    with _changing(study, base, dry_run) as plans:
        here = study.scheme_version()
        known = {v.id: v for v in scheme_versions.versions(study.store)}
        made = known[here]
        while made.undoes is not None:  # the version that came back has a past of its own
            made = known[made.parent]
        if not made.what:
            raise UsageError("the scheme has no change to take back", todo="see `coder scheme versions`")
        old = parse_scheme(scheme_versions.source(study.store, made.parent) or "", f"version {made.parent}")
        plans.append(_write(study, old, f"undo {made.what}", {}, coder, parent=made.parent, undoes=made.id))
    return plans[0]


def take_over(study: Study, new: Scheme, name: str, coder: str = "", *, dry_run: bool = False) -> Plan:
    """Put another scheme in the place of the study's; codings stay under the codes that have the same path.

    Parameters
    ----------
    name
        Where the new version comes from, for the list of versions.

    Raises
    ------
    SchemeError
        Something is coded with a code that the other scheme lacks, or the two do not differ.
    SchemeChangedError
        As `change`.
    """
    with _changing(study, None, dry_run) as plans:
        plan = _write(study, new, f"import {name}", {}, coder, parent=study.scheme_version())
        lacking = {t.code: t.codings for t in plan.touched if not t.to}
        if lacking:
            codes = ", ".join(f"`{code}`" for code in lacking)
            todo = f"rename, merge or retire with `coder scheme`, or keep in the other scheme: {codes}"
            raise SchemeError(f"{sum(lacking.values())} codings have no code in it", where=name, todo=todo)
        plans.append(plan)
    return plans[0]


def _check_base(study: Study, base: str | None) -> None:
    """Refuse to change a scheme that is not the one that was looked at."""
    file = load_scheme(study.folder / study.settings.scheme)
    unchanged = file.source == study.scheme.source and scheme_versions.newest_change(study.store) == study.scheme_change
    if base in {None, base_of(study)} and unchanged:
        return
    seen = study.scheme
    for version in scheme_versions.versions(study.store):
        if version.sha256 == base:
            seen = parse_scheme(scheme_versions.source(study.store, version.id) or "", f"version {version.id}")
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
    mapped: scheme_versions.Mapped,
    coder: str,
    *,
    parent: int,
    undoes: int | None = None,
) -> Plan:
    """Write the new version down, inside a transaction, and return what it does."""
    number = scheme_versions.versions(study.store)[-1].id + 1
    by = f", by {' '.join(coder.split())}" if coder else ""
    text = with_version(new.source, f"# Version {number} of this scheme{by}: {' '.join(what.split())}")
    after = parse_scheme(text, f"version {number}")
    changed = differences(study.scheme, after)
    if not changed:
        raise SchemeError("this changes nothing", todo="give what is to be different")
    number = log.scheme_version(study.store, text)
    scheme_versions.write_change(study.store, number, parent, what, mapped, coder, undoes)
    touched = _touched(study, scheme_versions.code_map(scheme_versions.versions(study.store), number), after)
    return Plan(
        what=what,
        version=number,
        base=base_of(study),
        codes_before=len(study.scheme.codes),
        codes_after=len(after.codes),
        differences=changed,
        touched=touched,
        divide=sum(t.codings for t in touched if len(t.to) > 1 and t.kind == "person"),
        comments=lost_comments(study.scheme.source, text),
        text=text,
    )


def _touched(study: Study, called: dict[tuple[int, str], tuple[str, ...]], after: Scheme) -> tuple[Touched, ...]:
    """Count the current codings that will have other codes, by the codes that they have now."""
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
        if item.code == old[0] and new != old:  # a coding with a code that was split is there once for each part
            group = (" or ".join(old), new, item.coder, item.kind)
            codings[group] += item.codings
            places.setdefault(group, set()).add(item.transcript)
    return tuple(Touched(*group, codings[group], len(places[group])) for group in sorted(codings))


@contextmanager
def _changing(study: Study, base: str | None, dry_run: bool) -> Iterator[list[Plan]]:
    """Give a transaction and a list for the plan: file and store change together or not at all, then the open study."""
    plans: list[Plan] = []
    path = study.folder / study.settings.scheme
    try:
        with study.store.transaction("scheme", dry_run=dry_run):
            _check_base(study, base)
            yield plans
            if not dry_run:
                _write_draft(scheme_draft(path), plans[0].text)
    finally:
        if scheme_draft(path).exists():
            finish_scheme_change(study.store, path)
    if not dry_run:
        study.scheme = load_scheme(path)
        study.scheme_change = map_codes(study.store, study.scheme.source)


def _write_draft(path: Path, text: str) -> None:
    """Write the new scheme to the disk before the change is committed."""
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def plan_tables(plan: Plan) -> list[Table]:
    """Return a plan as tables: what changes in the scheme, and whose codings stand under other codes afterwards."""
    tables = [difference_table(plan.differences, f"Version {plan.version}: {plan.what}")]
    if plan.touched:
        lines = tuple((t.code, " or ".join(t.to) or "(kept, under no code)", t.coder, t.codings, t.transcripts)
                      for t in plan.touched)  # fmt: skip
        tables.append(Table("Codings", ("code", "becomes", "coder", "codings", "transcripts"), lines))
    return tables
