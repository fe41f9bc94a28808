"""Tables as text for a terminal, or in a file format for a pipe."""

from __future__ import annotations

from collections.abc import Sequence

from coder.tables import render as tables
from coder.types import Table


def as_text(table: Table, width: int) -> str:
    """Return a table as plain aligned text."""
    return tables.as_text(table, width)


def as_format(shown: Sequence[Table], format: str) -> str:
    """Return tables as csv, md or html."""
    return tables.render(shown, format)
