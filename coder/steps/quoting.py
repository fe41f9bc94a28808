"""Citation tables of a study."""

from __future__ import annotations

from coder.steps.findings import Findings
from coder.tables.quotes import citation_rows, citation_tables
from coder.types import Table


def quote_tables(found: Findings) -> list[Table]:
    """Return a citation table for each dimension (or heading), with the speaker's title and firm."""
    return found.noted(citation_tables(found.citations, found.scheme))


def flat_citations(found: Findings) -> Table:
    """Return all citations as one table, a row each, with every link of the chain in a column."""
    return found.noted([citation_rows(found.citations, found.scheme)])[0]
