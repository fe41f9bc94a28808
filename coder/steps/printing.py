"""Tables as text for a terminal, or in a file format for a pipe."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from coder.tables import render as tables
from coder.types import Table

_PATH = re.compile(r"[^/.,;:!?\n]{1,40}(/[^/.,;:!?\n]{1,40}){1,6}")
_PART = re.compile(r"[^/]+/?")


def as_text(table: Table, width: int) -> str:
    """Return a table as plain aligned text; code paths that are long for the width are broken at their slashes."""
    longest = max(16, width - 64)  # what the numbers of the widest tables leave
    header = tuple(_broken(name, 16) for name in table.header)
    rows = tuple(tuple(_broken(c, longest) if isinstance(c, str) else c for c in row) for row in table)
    return tables.as_text(replace(table, header=header, rows=rows), width)


def _broken(text: str, longest: int) -> str:
    r"""Break a code path at its slashes into lines of at most so many characters; leave every other text alone.

    Examples
    --------
    >>> _broken("joint decisions/customers/product", 20)
    'joint decisions/\ncustomers/product'
    >>> _broken("Lines and/or circles. We tried them.", 20)
    'Lines and/or circles. We tried them.'
    """
    if len(text) <= longest or not _PATH.fullmatch(text):
        return text
    lines = [""]
    for part in _PART.findall(text):
        if lines[-1] and len(lines[-1] + part) > longest:
            lines.append("")
        lines[-1] += part
    return "\n".join(lines)


def as_format(shown: Sequence[Table], format: str) -> str:
    """Return tables as csv, md or html."""
    return tables.render(shown, format)
