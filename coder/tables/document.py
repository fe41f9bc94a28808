"""Documents of headed sections with paragraphs and tables, as Markdown and as one HTML file; Word is in `wordfile`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from html import escape

from coder.tables.render import STYLE, html_grid, md_grid, md_text
from coder.types import Table

PORTRAIT, LANDSCAPE = 17.0, 25.7
"""Centimetres between the margins of an A4 page."""
_CHARACTER, _PADDING, _COMFORT, _UNBROKEN = 0.16, 0.45, 60, 22
_BOLD = 0.18  # the same, in a head
_SQUEEZED = 1.25  # a table so much too wide for a page on its side can still be read on it
_REFERENCE = re.compile(r"\[\[(.+?)\]\]")


class Gap(str):
    """A paragraph on what is not known here, for the author to write."""

    __slots__ = ()


@dataclass(frozen=True)
class Section:
    """A heading with what stands below it: paragraphs and tables, in order."""

    heading: str
    blocks: tuple[str | Table, ...]

    @property
    def tables(self) -> list[Table]:
        """The tables among the blocks."""
        return [block for block in self.blocks if isinstance(block, Table)]

    @property
    def wide(self) -> bool:
        """Whether a table needs a page on its side."""
        return any(map(is_wide, self.tables))


@dataclass(frozen=True)
class Document:
    """A document. `about` stands below the title."""

    title: str
    about: str
    sections: tuple[Section, ...]


def resolved(document: Document) -> Document:
    """Put the number of a table in the place of its title wherever a text says `[[title]]`.

    Examples
    --------
    >>> words = Table("Words", ("code", "n"), (("risk", 2),))
    >>> document = resolved(Document("A", "See [[Words]] and [[x]].", (Section("B", (words,)),)))
    >>> document.about
    'See Table 1 and [[x]].'
    """
    numbers = {table.title: n for section in document.sections for n, table in numbered(document, section)}

    return rewritten(
        document, lambda text: _REFERENCE.sub(lambda m: f"Table {numbers[m[1]]}" if m[1] in numbers else m[0], text)
    )


def rewritten(document: Document, change: Callable[[str], str]) -> Document:
    """Change every text of a document but headings and the titles and heads of tables, by which it is found."""

    def text(found: str) -> str:
        return type(found)(change(found))

    def table(found: Table) -> Table:
        rows = tuple(tuple(text(cell) if isinstance(cell, str) else cell for cell in row) for row in found)
        return replace(found, rows=rows, note=text(found.note))

    sections = tuple(
        replace(one, blocks=tuple(table(b) if isinstance(b, Table) else text(b) for b in one.blocks))
        for one in document.sections
    )
    return Document(document.title, text(document.about), sections)


def numbered(document: Document, section: Section) -> Iterator[tuple[int, Table]]:
    """Yield the tables of a section with their numbers in the document."""
    before = document.sections[: document.sections.index(section)]
    yield from enumerate(section.tables, start=1 + sum(len(one.tables) for one in before))


def as_markdown(document: Document) -> str:
    """Return the document as Markdown; what is for the author to write is quoted.

    Examples
    --------
    >>> print(as_markdown(Document("A", "b", (Section("C", (Gap("Write."),)),))), end="")
    # A
    <BLANKLINE>
    b
    <BLANKLINE>
    ## C
    <BLANKLINE>
    > Write.
    """
    parts = [f"# {md_text(document.title)}", md_text(document.about)]
    for section in document.sections:
        parts.append(f"## {md_text(section.heading)}")
        tables = numbered(document, section)
        for block in section.blocks:
            if isinstance(block, Table):
                n, table = next(tables)
                parts += [f"**Table {n}.** {md_text(table.title)}", "\n".join(md_grid(table))]
                parts += [md_text(table.note)] if table.note else []
            else:
                parts.append(f"> {md_text(block)}" if isinstance(block, Gap) else md_text(block))
    return "\n\n".join(parts) + "\n"


_PAGE = """
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2 { font-family: system-ui, sans-serif; line-height: 1.2; }
h2 { margin-top: 2.5rem; }
.gap { border-inline-start: .25rem solid var(--line); padding-inline-start: .8rem; font-style: italic; }
.about { color: var(--ink); opacity: .85; }
.scroll { overflow-x: auto; }
.scroll:focus-visible { outline: 2px solid; }
table { font-size: .85em; margin-top: 1rem; }
td.long { min-width: 14rem; }
@media print {
  @page { size: A4 portrait; margin: 2cm; @bottom-center { content: counter(page); } }
  @page wide { size: A4 landscape; margin: 2cm; }
  body { max-width: none; padding: 0; }
  section.wide { page: wide; }
  h2, caption { break-after: avoid; }
  .scroll { overflow: visible; }
  table { width: 100%; font-size: 8pt; }
  td.long { min-width: 0; }
}
"""


def as_html(document: Document) -> str:
    """Return the document as one HTML file that needs nothing else, for the screen and for printing."""
    body = [
        f'<h1 dir="auto">{escape(document.title)}</h1>',
        f'<p class="about" dir="auto">{escape(document.about)}</p>',
    ]
    for section in document.sections:
        body.append('<section class="wide">' if section.wide else "<section>")
        body.append(f'<h2 dir="auto">{escape(section.heading)}</h2>')
        tables = numbered(document, section)
        body += [_html_block(block, tables) for block in section.blocks]
        body.append("</section>")
    inside = "\n".join(body)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(document.title)}</title>\n<style>{STYLE}{_PAGE}</style>\n</head>\n<body>\n<main>\n{inside}\n"
        "</main>\n</body>\n</html>\n"
    )


def _html_block(block: str | Table, tables: Iterator[tuple[int, Table]]) -> str:
    if isinstance(block, Table):
        n, table = next(tables)
        title = f"Table {n}. {table.title}"
        grid = html_grid(replace(table, title=title))
        return f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(title)}">\n{grid}\n</div>'
    kind = ' class="gap"' if isinstance(block, Gap) else ""
    return f'<p{kind} dir="auto">{escape(block)}</p>'


def is_wide(table: Table) -> bool:
    """Tell whether a table needs a page on its side."""
    return sum(_least(table)) > PORTRAIT


def fitting(table: Table) -> list[Table]:
    """Cut a table that is far too wide for any page into parts with fewer columns, each with the first column.

    A table whose first column does not tell its rows apart stays whole: in a part, nobody could say which row is
    which.

    Examples
    --------
    >>> wide = Table("Cases", ("Case", *(f"motives/{n}" for n in range(30))), (("Alder", *range(30)),))
    >>> [(part.title, len(part.header)) for part in fitting(wide)]
    [('Cases (1 of 3)', 12), ('Cases (2 of 3)', 11), ('Cases (3 of 3)', 10)]
    """
    least, keys = _least(table), [row[0] for row in table]
    if sum(least) <= _SQUEEZED * LANDSCAPE or len(set(keys)) < len(keys):
        return [table]
    parts: list[list[int]] = [[]]
    for n, width in enumerate(least[1:], start=1):
        if parts[-1] and least[0] + sum(least[i] for i in parts[-1]) + width > LANDSCAPE:
            parts.append([])
        parts[-1].append(n)
    return [
        Table(
            f"{table.title} ({k} of {len(parts)})",
            tuple(table.header[i] for i in (0, *columns)),
            tuple(tuple(row[i] for i in (0, *columns)) for row in table),
            table.note if k == len(parts) else "",
        )
        for k, columns in enumerate(parts, start=1)
    ]


def column_widths(table: Table, width: float) -> list[float]:
    """Return the columns' widths in centimetres: each word fits if it can, and the long texts get what is left.

    Examples
    --------
    >>> table = Table("", ("item", "text"), (("a", "many words " * 9),))
    >>> [round(one, 1) for one in column_widths(table, 17.0)]
    [1.2, 15.8]
    """
    least, longest = _least(table), [max(map(len, column)) for column in _columns(table)]
    wanted = [max(low, min(_COMFORT, most) * _CHARACTER + _PADDING) for low, most in zip(least, longest, strict=True)]
    rest, more = width - sum(least), sum(wanted) - sum(least)
    if rest < 0:
        return [width * low / sum(least) for low in least]
    part = min(1.0, rest / more) if more else 0.0
    takers = [most > _COMFORT for most in longest]
    takers = takers if any(takers) else [True] * len(least)
    spare = (rest - part * more) / sum(takers)
    return [low + part * (want - low) + spare * takes for low, want, takes in zip(least, wanted, takers, strict=True)]


def _least(table: Table) -> list[float]:
    """Return how wide each column must be for its longest word; short texts, such as an interval, are one word."""
    return [
        min(_COMFORT * _CHARACTER, max(_widths(column), default=_CHARACTER)) + _PADDING for column in _columns(table)
    ]


def _widths(column: list[str]) -> Iterator[float]:
    for n, cell in enumerate(column):
        for word in _words(cell, n == 0):
            yield len(word) * (_BOLD if n == 0 else _CHARACTER)


def _words(cell: str, head: bool) -> list[str]:
    return [cell] if len(cell) <= _UNBROKEN and "[" in cell and not head else cell.split()


def _columns(table: Table) -> list[list[str]]:
    return [["" if cell is None else str(cell) for cell in column] for column in zip(table.header, *table, strict=True)]
