"""Documents of headed sections with paragraphs and tables, as Markdown and as one HTML file; Word is in `docx_file`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from html import escape

from coder.tables.formats.column_widths import LANDSCAPE, PORTRAIT, is_wide
from coder.tables.formats.html import html_grid, html_page
from coder.tables.formats.markdown import md_grid, md_text
from coder.types import Table

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
    blocks = [found for section in document.sections for found in numbered(document, section)]
    numbers = {block.title: n for n, block in blocks if isinstance(block, Table)}
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


def numbered(document: Document, section: Section) -> Iterator[tuple[int, str | Table]]:
    """Yield the blocks of a section with the number in the document of the last table up to each."""
    n = sum(len(one.tables) for one in document.sections[: document.sections.index(section)])
    for block in section.blocks:
        n += isinstance(block, Table)
        yield n, block


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
        for n, block in numbered(document, section):
            if isinstance(block, Table):
                parts += [f"**Table {n}.** {md_text(block.title)}", "\n".join(md_grid(block))]
                parts += [md_text(block.note)] if block.note else []
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
        body += [_html_block(n, block) for n, block in numbered(document, section)]
        body.append("</section>")
    return html_page(document.title, ["<main>", *body, "</main>"], _PAGE)


def _html_block(n: int, block: str | Table) -> str:
    if isinstance(block, Table):
        title = f"Table {n}. {block.title}"
        grid = html_grid(replace(block, title=title), LANDSCAPE if is_wide(block) else PORTRAIT)
        return f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(title)}">\n{grid}\n</div>'
    kind = ' class="gap"' if isinstance(block, Gap) else ""
    return f'<p{kind} dir="auto">{escape(block)}</p>'
