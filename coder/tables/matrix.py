"""The cross-case matrix: a row a case, a column a value of the scheme's first facet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Literal

from coder.tables.passages import column, in_order, is_faceted, references
from coder.types import Case, Citation, Scheme, Table


def matrix(
    citations: Iterable[Citation],
    scheme: Scheme,
    cases: Sequence[Case],
    *,
    cells: Literal["values", "counts"] = "values",
) -> Table:
    """Cross cases with the values of the scheme's first facet, or with the codes of a plain scheme.

    A cell of `values` lists the second facet's values found there, in the scheme's order (a plain scheme: an
    `x`); a cell of `counts` has the number of passages, each once per coder. All cases and all columns
    appear, also empty ones; a case that only a citation names comes last, and citations of no case are
    in a row `(no case)`.

    Raises
    ------
    TableError
        If the scheme lacks the code of a citation.
    """
    found: dict[tuple[str, str], list[Citation]] = defaultdict(list)
    codes = {code.path: code for code in scheme.codes}
    first = scheme.facets[0]
    for cited in in_order(citations, scheme):
        found[cited.case, codes[cited.code].facets[first]].append(cited)

    def cell(at: tuple[str, str]) -> str | int:
        there = found.get(at, [])
        if cells == "counts":
            return references(there)
        if not is_faceted(scheme):
            return "x" if there else ""
        second = {codes[cited.code].facets[scheme.facets[1]] for cited in there}
        return ", ".join(value.path for value in scheme.of_facet(scheme.facets[1]) if value.path in second)

    columns = [value.path for value in scheme.of_facet(first) if not value.group]
    names = list(dict.fromkeys([*(case.name for case in cases), *sorted({case for case, _ in found})]))
    return Table(
        title=f"Cases by {first}",
        header=("Case", *(column(name, ["Case"]) for name in columns)),
        rows=tuple((name or "(no case)", *(cell((name, value)) for value in columns)) for name in names),
        note="Each passage counts once per coder." if cells == "counts" else "",
    )
