"""Cross tables: cases, people, codes, facets or attributes against each other, with what was found where they meet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal, get_args

from coder.errors import TableError, check_known
from coder.tables.axes import Axis, Known, axis, facet_left, part_of_path, usual_columns
from coder.tables.citation_order import column, in_order, is_faceted, references
from coder.tables.quote_tables import in_running_text
from coder.types import Case, Citation, Scheme, Table

Cells = Literal["values", "counts", "shares", "cases", "quotations"]
CELLS: tuple[Cells, ...] = get_args(Cells)
_ALL = "All"
_ABOUT = {
    "values": "",
    "counts": "",
    "shares": ": percent of passages",
    "cases": ": cases",
    "quotations": ": citations",
}


@dataclass(frozen=True)
class Crossed:
    """Citations where two axes meet."""

    down: Axis
    across: Axis
    found: dict[tuple[str | None, str | None], list[Citation]]

    def at(self, row: str | None, column: str | None) -> list[Citation]:
        """Return the citations of a cell; None stands for all rows, or all columns."""
        return self.found.get((row, column), [])


def cross(
    citations: Sequence[Citation],
    scheme: Scheme,
    cases: Sequence[Case],
    *,
    rows: str = "case",
    columns: str | None = None,
    known: Known | None = None,
) -> Crossed:
    """Put citations where two axes meet; see `matrix`.

    Raises
    ------
    TableError
        There is nothing of the name `rows` or `columns`, or both are the same; the scheme lacks the code of a citation.
    """
    columns = columns or usual_columns(scheme)
    in_order(citations, scheme)  # raises where the scheme lacks a code
    down, across = (axis(name, citations, scheme, cases, known) for name in (rows, columns))
    if rows == columns:
        raise TableError(f"rows and columns are both `{rows}`", todo="cross two different things")
    found: dict[tuple[str | None, str | None], list[Citation]] = defaultdict(list)
    for cited in citations:
        for place in product((down.of(cited), None), (across.of(cited), None)):
            found[place].append(cited)
    return Crossed(down, across, dict(found))


def matrix(
    citations: Sequence[Citation],
    scheme: Scheme,
    cases: Sequence[Case],
    *,
    rows: str = "case",
    columns: str | None = None,
    cells: Cells = "values",
    per_cell: int = 1,
    known: Known | None = None,
) -> Table:
    """Cross two things; by default cases with the values of the scheme's first facet (a tree: its headings).

    All values of both appear, also empty ones, and citations that have none are at `(no case)` and the like.

    Parameters
    ----------
    citations
        Chosen, and in the order in which `quotations` are to stand in a cell.
    rows, columns
        `case`, `transcript`, `speaker`, `title`, `role`, `coder`, `provenance`, `code`, `heading` (the first part of a
        code's path), `part 2` (the second part, and so on), a facet, or an attribute of the transcripts.
    cells
        - `values`: what was found there along the first facet that is not a side of the table, in the scheme's order;
          an `x` where the sides say it all. Of a tree's codes, the parts that no side says.
        - `counts`: passages, each once per coder, with their sums by row and column; a passage of several codes counts
          once in a sum.
        - `shares`: the same in percent of the row's passages, beside their number.
        - `cases`: the cases that it was found in, as in a typology.
        - `quotations`: the citations themselves, with speaker and number.
    per_cell
        Citations in a cell of `quotations`; how many more there are is said. A passage stands there once.
    known
        Values that exist though no citation may have them, by axis.

    Raises
    ------
    TableError
        There is nothing of the name `rows` or `columns`, or both are the same; `cells` is none of these; the scheme
        lacks the code of a citation.
    """
    check_known("content of cells", [cells], CELLS, TableError)
    crossed = cross(citations, scheme, cases, rows=rows, columns=columns, known=known)
    title = f"{crossed.down.title} by {crossed.across.name}{_ABOUT[cells]}"
    if cells == "counts":
        return _counts(crossed, title)
    if cells == "shares":
        return _shares(crossed, title)
    if cells == "cases":
        order = [case.name for case in cases]
        return _filled(crossed, title, lambda there: _cases(there, order))
    if cells == "quotations":
        note = "Numbers in brackets are those of the codings in the log."
        return _filled(crossed, title, lambda there: _quoted(there, per_cell), note)
    facet = facet_left(scheme, crossed.down.name, crossed.across.name)
    sides = set() if is_faceted(scheme) else {part_of_path(crossed.down.name), part_of_path(crossed.across.name)}
    return _filled(crossed, title, lambda there: _found(there, scheme, facet, sides))


def _filled(crossed: Crossed, title: str, cell: Callable[[list[Citation]], str], note: str = "") -> Table:
    """Make the table whose cells hold texts."""
    rows = ((row, *(cell(crossed.at(row, value)) for value in crossed.across.values)) for row in crossed.down.values)
    return Table(title, _header(crossed), tuple(rows), note)


def _header(crossed: Crossed, *more: str) -> tuple[str, ...]:
    taken = [crossed.down.head, *more, _ALL]
    return (crossed.down.head, *more, *(column(name, taken) for name in crossed.across.values))


def _found(there: list[Citation], scheme: Scheme, facet: str | None, sides: Collection[int]) -> str:
    """List the values of a facet that citations have, without those parts of their paths that the sides say."""
    if facet is None:
        return "x" if there else ""
    codes = {cited.code for cited in there}
    values = {code.facets[facet] for code in scheme.codes if code.path in codes} if codes else set()
    found = (_without(value.path, sides) for value in scheme.of_facet(facet) if value.path in values)
    return ", ".join(dict.fromkeys(found))


def _without(path: str, parts: Collection[int]) -> str:
    """Return a path without some of its parts, counted from 1; an `x` where nothing is left.

    Examples
    --------
    >>> _without("sources/internal/experience", {1}), _without("purpose", {1})
    ('internal/experience', 'x')
    """
    return "/".join(part for n, part in enumerate(path.split("/"), 1) if n not in parts) or "x"


def _cases(there: list[Citation], order: Sequence[str]) -> str:
    """List the cases of citations, those of no case left out."""
    found = {cited.case for cited in there} - {""}
    return ", ".join([*(name for name in order if name in found), *sorted(found - set(order))])


def _quoted(there: list[Citation], per_cell: int) -> str:
    """Print the first citations of a cell, a line each, and how many more there are."""
    first: dict[tuple[str, int, int], Citation] = {}
    for cited in there:
        first.setdefault((cited.transcript, cited.start, cited.end), cited)
    passages = list(first.values())
    lines = [
        f"{' '.join(cited.text.split())} {in_running_text(cited)} [{cited.event}]" for cited in passages[:per_cell]
    ]
    more = len(passages) - len(lines)
    return "\n".join([*lines, f"+ {more} more"] if more else lines)


def _counts(crossed: Crossed, title: str) -> Table:
    columns = (*crossed.across.values, None)
    rows: list[tuple[str | int, ...]] = [
        (row or _ALL, *(references(crossed.at(row, value)) for value in columns))
        for row in (*crossed.down.values, None)
    ]
    note = "Each passage counts once per coder. All: a passage of several codes counts once."
    return Table(title, (*_header(crossed), _ALL), tuple(rows), note)


def _shares(crossed: Crossed, title: str) -> Table:
    rows: list[tuple[str | int | float | None, ...]] = []
    for row in (*crossed.down.values, None):
        n = references(crossed.at(row, None))
        counts = [references(crossed.at(row, value)) for value in crossed.across.values]
        rows.append((row or _ALL, n, *(round(100 * count / n, 1) if n else None for count in counts)))
    note = (
        "Cells hold percent of the row's passages, each counted once per coder; as a passage may have several codes, "
        "they need not add up to 100."
    )
    return Table(title, _header(crossed, "Passages"), tuple(rows), note)
