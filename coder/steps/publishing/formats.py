"""Tables as text for a terminal, in a file format for a pipe, or as a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from coder.errors import UsageError
from coder.tables.formats import render as tables
from coder.tables.formats.render import render as as_format
from coder.tables.formats.terminal import as_text
from coder.types import Table

__all__ = ["FORMATS", "as_format", "as_text", "format_of", "write_as"]

FORMATS = ("text", *tables.FORMATS)
_BINARY = ("xlsx", "docx")


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
