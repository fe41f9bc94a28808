"""Matrices, statistics and change between rounds of interviews."""

from __future__ import annotations

from dataclasses import dataclass, replace

from coder.errors import check_known
from coder.steps.findings.coverage import Reading, coded_in, readings, words_read
from coder.steps.findings.selection import Findings
from coder.steps.study.study import Study
from coder.tables import cross_tables as crossed
from coder.tables.axes import axis
from coder.tables.citation_order import where_it_stands
from coder.tables.code_statistics import code_statistics
from coder.tables.cooccurrence import Pair, pairs_of, pairs_table, square
from coder.tables.cross_tables import Cells, matrix
from coder.tables.rounds import change
from coder.types import Table

CELLS = crossed.CELLS
"""What the cells of a matrix may hold."""


def case_matrix(
    found: Findings,
    *,
    rows: str = "case",
    columns: str | None = None,
    cells: Cells = "values",
    per_cell: int = 1,
) -> Table:
    """Return a cross table: by default cases and dimensions, with the mechanisms in its cells.

    In cells of quotations, those that were chosen by hand come first.

    Raises
    ------
    TableError
        As `tables.matrix.matrix`.
    """
    known = {"title": set(found.titles)}
    for name, value in (item for attributes in found.attributes.values() for item in attributes.items()):
        known.setdefault(name, set()).add(value)
    pinned_first = sorted(found.citations, key=lambda c: (not c.pinned, where_it_stands(c)))
    table = matrix(
        pinned_first, found.scheme, found.cases,
        rows=rows, columns=columns, cells=cells, per_cell=per_cell, known=known,
    )  # fmt: skip
    return found.noted([table])[0]


SHORT = ("Level", "Code", "Sources", "References", "Words coded")
"""The columns of statistics that papers print."""


def statistics(found: Findings, *, short: bool = False) -> Table:
    """Return what was coded with each code, rolled up along facets and tree, and how it came by the code.

    `short` leaves Sources, References and Words coded alone.
    """
    words = sum(found.spoken.values())
    table = code_statistics(found.citations, found.scheme, words_in_study=words, every=found.every)
    if short:
        kept = [table.header.index(name) for name in SHORT]
        rows = tuple(tuple(row[n] for n in kept) for row in table)
        note = "References: passages, one for each person who coded them, as NVivo counts."
        table = Table(table.title, SHORT, rows, note)
    return found.noted([table])[0]


def between_rounds(study: Study, found: Findings, *, by: str, rows: str = "code") -> Table:
    """Return how often each code comes up in each round of interviews, in what was read of it.

    Parameters
    ----------
    by
        The attribute in cases.csv that tells the rounds apart.
    rows
        As in a matrix.

    Raises
    ------
    TableError
        No transcript that was read has the attribute, or all have the same value; or there is nothing like `rows`.
    StudyError
        Nothing is cut into units yet.
    """
    words = {found.called(name): n for name, n in words_read(study, found.selection).items()}
    table = change(
        found.citations, found.scheme, found.cases, by=by, words=words, attributes=found.attributes, rows=rows
    )
    return found.noted([table])[0]


@dataclass(frozen=True)
class Together:
    """Codes (or values of a facet) on the units that were read: by code, who gave it to which unit; and all pairs.

    A unit that two people read counts once for each: two codes come together where one person gave both. What people
    disagree about does not come together.
    """

    things: str
    units: dict[str, set[Reading]]
    n: int
    found: Findings

    @property
    def pairs(self) -> list[Pair]:
        """The pairs that meet, most frequent first."""
        return pairs_of(self.units, self.n)

    def table(self) -> Table:
        """Return the pairs for print."""
        return self._noted(pairs_table(self.pairs, things=self.things, n=self.n, of=len(self.units)))

    def square(self) -> Table:
        """Return all against all for print."""
        return self._noted(square(self.units, things=self.things, n=self.n))

    def _noted(self, table: Table) -> Table:
        more = "A unit counts once for each person who read it; two codes meet where one person gave both."
        return self.found.noted([replace(table, note=f"{table.note} {more}")])[0]


def cooccurrence(study: Study, found: Findings, *, facet: str = "code") -> Together:
    """Find which codes come together.

    Parameters
    ----------
    facet
        `code`, a facet of the scheme, or `heading`: the first part of a code's path.

    Raises
    ------
    UsageError
        There is no such facet.
    StudyError
        Nothing is cut into units yet.
    """
    known = dict.fromkeys(["code", "heading", *found.scheme.facets])
    check_known("facet", [facet], known)
    side = axis(facet, found.citations, found.scheme, found.cases)
    units: dict[str, set[Reading]] = {value: set() for value in side.values}
    for cited, places in zip(found.citations, coded_in(study, found.selection, found.citations), strict=True):
        units[side.of(cited)] |= places
    read = readings(study, found.selection).union(*units.values())
    return Together(side.title.lower(), units, len(read), found)
