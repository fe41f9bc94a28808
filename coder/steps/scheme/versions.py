"""What differs between two versions of the coding scheme, and which versions there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from coder.errors import UsageError, did_you_mean
from coder.scheme import combining
from coder.scheme.reading import parse_scheme
from coder.steps.study.study import Study
from coder.store import scheme_versions as versions
from coder.store.scheme_versions import Version
from coder.types import Code, FacetValue, Scheme, Table

FIELDS = combining.FIELDS
_COMPARED = FIELDS | {"flow": "flow"}  # which values have, and codes have not


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


def base_of(study: Study) -> str:
    """Return what identifies the scheme as it is open here."""
    return versions.digest(study.scheme.source)


def differences(old: Scheme, new: Scheme) -> tuple[Difference, ...]:
    """Return how two schemes differ, value by value and code by code; in a plain scheme these are the same."""
    found = []
    for facet in dict.fromkeys((*old.facets, *new.facets)):
        found += _differ(facet, {v.path: v for v in old.of_facet(facet)}, {v.path: v for v in new.of_facet(facet)})
    if len(new.facets) > 1 or len(old.facets) > 1:
        one, other = ({c.path: c for c in (*scheme.codes, *scheme.retired)} for scheme in (old, new))
        changed = _differ("code", one, other)
        found += [d for d in changed if d.what in {"state", "use when", "not when"}]
        found += [d for d in changed if d.what in {"definition", "examples"} and _own(old, new, d.path)]
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
        for name, field in _COMPARED.items() if before and after else ():
            one, other = (_text(getattr(thing, name, "")) for thing in (before, after))
            if one != other:
                found.append(Difference(kind, path, field, one, other))
        if before is None and after is not None:
            found += [
                Difference(kind, path, field, "", _text(getattr(after, name)))
                for name, field in _COMPARED.items()
                if isinstance(after, FacetValue) and getattr(after, name)
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
    if one is None:
        known = {v.id: v.parent for v in scheme_versions(study)}
        here = current_version(study)
        # a scheme that was edited by hand is no version until something is coded with it
        parent = known[here] if here else max(known, default=0)
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


def difference_table(found: tuple[Difference, ...], title: str = "Differences") -> Table:
    """Return differences as a table."""
    rows = tuple((d.kind, d.path, d.what, d.before, d.after) for d in found)
    return Table(title, ("", "path", "what", "before", "after"), rows, "" if rows else "no differences")
