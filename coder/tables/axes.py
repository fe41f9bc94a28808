"""What can stand along the side of a cross table: cases, people, codes, facets, and attributes of the transcripts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from coder.errors import TableError, did_you_mean
from coder.natural_sort import natural
from coder.tables.citation_order import is_faceted
from coder.types import Case, Citation, Provenance, Role, Scheme

Known = Mapping[str, Iterable[str]]
"""Axis -> values that exist though no citation may have them, such as the titles of all speakers."""

TITLES = {
    "case": "Cases",
    "transcript": "Transcripts",
    "speaker": "Speakers",
    "title": "Titles",
    "role": "Roles",
    "coder": "Coders",
    "provenance": "Provenance",
    "code": "Codes",
    "heading": "Headings",
}
_PART = re.compile(r"part (\d+)")


@dataclass(frozen=True)
class Axis:
    """One side of a table: its values in order, empty ones too, and which of them a citation has.

    A citation that has none is at `missing`, which is among the values only if there is such a citation.
    """

    name: str
    values: tuple[str, ...]
    of: Callable[[Citation], str]

    @property
    def head(self) -> str:
        """Its name as the head of a column."""
        return self.name[:1].upper() + self.name[1:]

    @property
    def title(self) -> str:
        """Its name at the beginning of a table's title."""
        return TITLES.get(self.name, self.head)


def usual_columns(scheme: Scheme) -> str:
    """Return what stands in the columns if nothing is said: the first facet, or the headings of a tree."""
    tree = not is_faceted(scheme) and any("/" in path for path in scheme.paths())
    return "heading" if tree else scheme.facets[0]


def axes_of(
    citations: Iterable[Citation], scheme: Scheme, cases: Sequence[Case], known: Known | None = None
) -> list[str]:
    """Name everything that can stand along a side; what the scheme calls a facet comes before other things so named."""
    depth = max((path.count("/") for path in scheme.paths()), default=0)
    fixed = [name for name in TITLES if name != "heading" or depth]
    fixed += [f"part {n}" for n in range(2, depth + 2)]
    attributes = {name for case in cases for name in case.attributes}
    attributes |= {name for cited in citations for name in cited.attributes}
    return list(dict.fromkeys([*fixed, *scheme.facets, *sorted({*attributes, *(known or {})})]))


def axis(
    name: str, citations: Sequence[Citation], scheme: Scheme, cases: Sequence[Case], known: Known | None = None
) -> Axis:
    """Make one side of a table.

    Values stand in the scheme's order, cases in that of their list, everything else in natural order: numbers as
    numbers. A facet's values are those that can be given; a heading is the first part of a code's path, `part 2` the
    second, and so on. A speaker is named with the case, as labels such as `Respondent` come again in other cases.

    Raises
    ------
    TableError
        There is nothing of that name.
    """
    there = axes_of(citations, scheme, cases, known)
    if name not in there:
        hint = did_you_mean(name, there)
        todo = f"{f'{hint} ' if hint else ''}There are: {', '.join(there)}"
        raise TableError(f"there is no `{name}` to put along a side of a table", todo=todo)
    of = _reading(name, scheme)
    missing = f"(no {name})"
    found = {of(cited) for cited in citations}
    values = _listed(name, scheme, cases, found, (known or {}).get(name, ()))
    return Axis(name, (*values, missing) if "" in found else tuple(values), lambda cited: of(cited) or missing)


def _reading(name: str, scheme: Scheme) -> Callable[[Citation], str]:
    """Return how an axis is read off a citation; empty where the citation has no such thing."""
    if name in scheme.facets:
        value = {code.path: code.facets[name] for code in scheme.codes}
        return lambda cited: value[cited.code]
    if part := part_of_path(name):
        return lambda cited: "".join(cited.code.split("/")[part - 1 : part])
    if name == "speaker":
        return lambda cited: f"{cited.speaker} ({cited.case})" if cited.speaker and cited.case else cited.speaker
    if name in TITLES:
        return lambda cited: str(getattr(cited, name))
    return lambda cited: cited.attributes.get(name, "")


def _listed(name: str, scheme: Scheme, cases: Sequence[Case], found: set[str], known: Iterable[str]) -> list[str]:
    """Return all values of an axis in order: those that are listed somewhere, then others that citations have."""
    first: Iterable[str] = ()
    others = {*found, *known} - {""}
    if name in scheme.facets:
        given = {code.facets[name] for code in scheme.codes}
        first = [value.path for value in scheme.of_facet(name) if value.path in given]
    elif name == "code":
        first = scheme.paths()
    elif part := part_of_path(name):
        first = [one for path in scheme.paths() for one in path.split("/")[part - 1 : part]]
    elif name == "case":
        first = [case.name for case in cases]
    elif name in {"provenance", "role"}:
        kinds: Iterable[str] = [*Provenance, *Role]
        first = [str(kind) for kind in kinds if kind in others]
    elif name == "transcript":
        others |= {transcript for case in cases for transcript in case.transcripts}
    elif name not in TITLES:
        others |= {case.attributes.get(name, "") for case in cases} - {""}
    return list(dict.fromkeys([*first, *sorted(others, key=natural)]))


def part_of_path(name: str) -> int:
    """Return which part of a code's path is meant, 0 where another thing is."""
    found = _PART.fullmatch(name)
    return 1 if name == "heading" else int(found[1]) if found else 0


def facet_left(scheme: Scheme, rows: str, columns: str) -> str | None:
    """Return the facet to list in the cells: the first that is not along a side; none where the sides say it all."""
    sides = {rows, columns}
    if "heading" in sides and is_faceted(scheme):
        sides.add(scheme.facets[0])
    if "code" in sides:
        return None
    return next((facet for facet in scheme.facets if facet not in sides), None)
