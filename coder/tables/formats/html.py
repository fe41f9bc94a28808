"""Tables as one HTML file, and the looks of all pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from coder.tables.formats.cells import Cell, heights, lines_of, numeric_columns
from coder.tables.formats.column_widths import LANDSCAPE, column_widths, fitting
from coder.types import Table

STYLE = """
:root { color-scheme: light dark; --ink: #1b1b1b; --paper: #fff; --line: #b9b9b9; --head: #f0f0ec; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e6e6; --paper: #161616; --line: #555; --head: #262626; }
}
body { margin: 2rem; font: 15px/1.45 Georgia, serif; color: var(--ink); background: var(--paper); }
table { border-collapse: collapse; margin-top: 2rem; }
caption { font-weight: bold; font-size: 1.15em; text-align: start; padding: .4rem 0; }
th, td { border-block: 1px solid var(--line); padding: .35rem .6rem; text-align: start; vertical-align: top; }
th { background: var(--head); font: bold .8em/1.3 system-ui, sans-serif; }
.number { text-align: end; font-variant-numeric: tabular-nums; }
td.long { min-width: 20rem; }
.note { font-size: .9em; margin: .4rem 0 0; }
@media print {
  @page { size: A4 landscape; margin: 2cm; }
  :root { --ink: #000; --paper: #fff; --line: #999; --head: #eee; }
  body { margin: 0; font-size: 9pt; }
  thead { display: table-header-group; }
  tr { break-inside: avoid; }
  table { width: 100%; table-layout: fixed; font-size: 8pt; }
  col { width: var(--width); }
  th, td { padding: .2rem .3rem; overflow-wrap: anywhere; }
  td.long { min-width: 0; }
}
"""


def as_html(tables: Sequence[Table]) -> str:
    """Return tables as one HTML file that needs nothing else, for the screen and for printing; see `render`."""
    return html_page(tables[0].title, (html_grid(part) for table in tables for part in fitting(table)))


def html_page(title: str, parts: Iterable[str], style: str = "") -> str:
    """Return a page that needs no other file, of parts that are HTML; `style` is added to the style of all pages."""
    body = "\n".join(parts)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}{style}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def html_grid(table: Table, width: float = LANDSCAPE) -> str:
    """Return a table as HTML, its title as caption, its note below; its columns have widths where it is printed."""
    widths = column_widths(table, width)
    columns = "".join(f'<col style="--width: {100 * one / sum(widths):.1f}%">' for one in widths)
    head = "".join(map(_html_head, table.header, numeric_columns(table)))
    rows = "\n".join(
        f"<tr>{''.join(_html_cell(cell, rows) for cell, rows in zip(row, reach, strict=True) if rows)}</tr>"
        for row, reach in zip(table, heights(table), strict=True)
    )
    note = f'\n<p class="note" dir="auto">{escape(table.note)}</p>' if table.note else ""
    return (
        f'<table>\n<caption dir="auto">{escape(table.title)}</caption>\n<colgroup>{columns}</colgroup>\n'
        f"<thead>\n<tr>{head}</tr>\n</thead>\n<tbody>\n{rows}\n</tbody>\n</table>{note}"
    )


def _html_head(name: str, numeric: bool) -> str:
    kind = ' class="number"' if numeric else ""
    return f'<th scope="col" dir="auto"{kind}>{escape(name)}</th>'


def _html_cell(cell: Cell, rows: int = 1) -> str:
    kind = "" if isinstance(cell, str) or cell is None else ' class="number"'
    if isinstance(cell, str) and len(cell) > 60:
        kind = ' class="long"'
    span = f' rowspan="{rows}"' if rows > 1 else ""
    return f'<td dir="auto"{kind}{span}>{"<br>".join(map(escape, lines_of(cell)))}</td>'
