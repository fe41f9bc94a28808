"""Matrices and statistics of a study."""

from __future__ import annotations

from typing import Literal

from coder.steps.findings import Findings
from coder.tables.matrix import matrix
from coder.tables.stats import code_statistics
from coder.types import Table


def case_matrix(found: Findings, *, cells: Literal["values", "counts"] = "values") -> Table:
    """Return the matrix of cases and dimensions, with mechanisms (or counts) in its cells."""
    return found.noted([matrix(found.citations, found.scheme, found.cases, cells=cells)])[0]


def statistics(found: Findings) -> Table:
    """Return Sources, References and Words coded of each code, rolled up along facets and tree."""
    table = code_statistics(found.citations, found.scheme, words_in_study=sum(found.spoken.values()))
    return found.noted([table])[0]
