"""Tables as text for a terminal, in a file format for a pipe, or as a file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from coder.errors import UsageError
from coder.tables import render as tables
from coder.types import Table

FORMATS = ("text", *tables.FORMATS)
_BINARY = ("xlsx", "docx")
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
    """Return tables as csv, md, html or tex."""
    return tables.render(shown, format)


def format_of(path: Path | None, format: str | None) -> str:
    """Return the format that is meant: as asked for, else by the file's name, else text for the terminal.

    Raises
    ------
    UsageError
        The name of the file says another format, or none that is known; or there is no file for a format that is no
        text.

    Examples
    --------
    >>> format_of(Path("quotes.docx"), None), format_of(None, None)
    ('docx', 'text')
    """
    if path is None:
        if format in _BINARY:
            raise UsageError(f"{format} is no text to print", todo=f"name a file: -o tables.{format}")
        return format or "text"
    named = path.suffix.lower().lstrip(".")
    if named not in tables.FORMATS:
        raise UsageError(f"no tables are written as `{path.name}`", todo=f"name it .{', .'.join(tables.FORMATS)}")
    if format not in {None, named}:
        raise UsageError(f"`{path}` is not a name for {format}", todo="leave out --format")
    return named


def write_as(shown: Sequence[Table], path: Path) -> Path:
    """Write tables into a file of the format that its name says; return its path.

    Raises
    ------
    UsageError
        The name says no format of tables.
    TableError
        The file cannot be written, or cannot hold a text.
    """
    return tables.write_tables(shown, path.parent, path.stem, [format_of(path, None)])[0]
