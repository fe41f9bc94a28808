"""Matrices, statistics and change between rounds of interviews."""

from __future__ import annotations

from coder.steps.findings.coverage import words_read
from coder.steps.findings.selection import Findings
from coder.steps.study.study import Study
from coder.tables import cross_tables as crossed
from coder.tables.citation_order import where_it_stands
from coder.tables.code_statistics import code_statistics
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
    for attributes in found.attributes.values():
        for name, value in attributes.items():
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
