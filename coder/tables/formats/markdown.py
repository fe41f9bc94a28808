"""Tables as GitHub's Markdown: what would be read as markup is escaped."""

from __future__ import annotations

import re
from collections.abc import Sequence

from coder.tables.formats.cells import Cell, lines_of, numeric_columns, text_of
from coder.types import Table

_INLINE = re.compile(r"[\\`*_<|~$]|&(?=#?\w+;)|\](?=[(\[])")
_LEADING = re.compile(r"^(?=[-+=#>:!\[])|^\d+(?=[.)])")


def as_markdown(tables: Sequence[Table]) -> str:
    """Write tables one below another, each with its title as a heading and its note."""
    return "\n".join(_table(table) for table in tables)


def _table(table: Table) -> str:
    lines = [f"## {md_text(table.title)}", "", *md_grid(table)]
    if table.note:
        lines += ["", md_text(table.note)]
    return "".join(f"{line}\n" for line in lines)


def md_grid(table: Table) -> list[str]:
    """Return the lines of a Markdown table, without title and note."""
    rule = ["---:" if numeric else "---" for numeric in numeric_columns(table)]
    rows = [map(_cell, table.header), rule, *(map(_cell, row) for row in table)]
    return [f"| {' | '.join(row)} |" for row in rows]


def _cell(cell: Cell) -> str:
    return "<br>".join(map(md_text, lines_of(cell))) if isinstance(cell, str) else text_of(cell)


def md_text(cell: Cell) -> str:
    """Escape what Markdown would read as markup; numbers stay as they are."""
    if not isinstance(cell, str):
        return text_of(cell)
    text = _INLINE.sub(r"\\\g<0>", " ".join(cell.splitlines()))
    return _LEADING.sub(r"\g<0>\\", text)
