"""The plain form in which templates write a document: headings, paragraphs, gaps, tables and sources."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from coder.errors import TemplateError
from coder.tables.formats.document import Document, Gap, Section
from coder.types import Table

_STRUCTURE = "|#>-:\x10"
HIDDEN = str.maketrans({**{sign: chr(0xE000 + n) for n, sign in enumerate(_STRUCTURE)}, "\n": " ", "\r": " "})
"""Hides in what a study holds the characters that would be read as structure; `document_of` shows them again."""
_SHOWN = str.maketrans({chr(0xE000 + n): sign for n, sign in enumerate(_STRUCTURE)})
_MARK = re.compile("\ue100([0-9]+)\ue101")
LINE_END = "\ue102"
"""Stands at the end of a line that a template leaves empty, so that it does not part two paragraphs."""


def mark_of(n: int) -> str:
    """Return the mark that stands in a text for the n-th ready-made table."""
    return f"\ue100{n}\ue101"


def document_of(text: str, tables: Sequence[Table]) -> Document:
    r"""Read a document from its text.

    Blocks are parted by empty lines, and the lines of a block are joined. `# ` begins the title, `## ` a section, `> `
    a gap that the authors fill, `- ` a source (kept if the text names its first author), `Table: ` the title of the
    table below it, whose last line may be its `Note: `. Any other block is a paragraph; those above the first section
    are about the document.

    Raises
    ------
    TemplateError
        A heading has another level, or a table's row has not as many cells as its head.

    Examples
    --------
    >>> found = document_of("# A\nAbout\nit.\n## B\n> Write.\n\nTable: T\n| x | n |\n| --- | ---: |\n| y | 2 |", [])
    >>> found.title, found.about, found.sections[0].blocks[0]
    ('A', 'About it.', 'Write.')
    >>> found.sections[0].tables[0].rows
    (('y', 2),)
    """
    title, about = "", []
    sections: list[tuple[str, list[str | Table]]] = []
    for block in _blocks(text):
        first = block[0]
        if first.startswith("## "):
            sections.append((_text([first[3:]]), []))
        elif first.startswith("# "):
            title = _text([first[2:]])
        elif first.startswith("#"):
            raise TemplateError(f"`{_text(block)}`: headings begin with `# ` (the title) or `## ` (a section)")
        elif not sections:
            about.append(_text(block))
        else:
            sections[-1][1].extend(_read(block, tables))
    made = [Section(heading, tuple(blocks)) for heading, blocks in sections]
    return Document(title, " ".join(about), tuple(_without_uncited(made)))


def _blocks(text: str) -> Iterator[list[str]]:
    """Yield the lines of each block; a heading and a source are blocks by themselves."""
    apart = re.sub(r"^(#.*)$", r"\n\1\n", text, flags=re.MULTILINE)
    apart = _MARK.sub(r"\n\n\g<0>\n\n", re.sub(r"^(?=- )", "\n", apart, flags=re.MULTILINE))
    for block in re.split(r"\n[ \t]*(?:\n[ \t]*)+", apart):
        lines = [line.strip(f" \t{LINE_END}") for line in block.splitlines()]
        if any(lines):
            yield [line for line in lines if line]


def _read(block: list[str], tables: Sequence[Table]) -> Iterator[str | Table]:
    """Yield what stands in a block below a section's heading."""
    marks = _MARK.findall(block[0])
    if marks:
        yield tables[int(marks[0])]
    elif block[0].startswith("Table: "):
        yield without_empty(_table(block))
    elif block[0].startswith("> "):
        yield Gap(_text([line.removeprefix(">") for line in block]))
    elif block[0].startswith("- "):
        yield _Source(_text(block)[2:])
    else:
        yield _text(block)


class _Source(str):
    __slots__ = ()


def _text(lines: Sequence[str]) -> str:
    """Join lines with single spaces, and none before a line that begins with a mark of punctuation."""
    joined = re.sub(r"\n(?=[.,;)]+(?:\s|$))", "", "\n".join(line.strip() for line in lines)).replace(LINE_END, "")
    return re.sub(r"[ \t\n]+", " ", joined).strip().translate(_SHOWN)


def _table(block: list[str]) -> Table:
    title = _text([block[0].removeprefix("Table: ")])
    grid = [line for line in block[1:] if line.startswith("|")]
    note = _text([line for line in block[1:] if not line.startswith("|")]).removeprefix("Note: ")
    cells = [[_text([cell]) for cell in line.strip("|").split("|")] for line in grid]
    if len(cells) < 2 or any(len(row) != len(cells[0]) for row in cells):
        wrong = next((row for row in cells if len(row) != len(cells[0])), [])
        todo = "write `| cell | cell |` in each row, and a row of `---` below the head"
        raise TemplateError(f"table `{title}`: a row has not as many cells as the head: {' | '.join(wrong)}", todo=todo)
    numeric = [rule.endswith(":") for rule in cells[1]]
    rows = tuple(tuple(_cell(text, numeric[n]) for n, text in enumerate(row)) for row in cells[2:])
    return Table(title, tuple(cells[0]), rows, note)


def _cell(text: str, numeric: bool) -> str | int | None:
    """Return a cell; in a column of numbers (`---:`) a whole number as one, and nothing where it is empty."""
    if not numeric:
        return text
    return int(text.replace(",", "")) if re.fullmatch(r"-?[\d,]+", text) else text or None


def without_empty(table: Table) -> Table:
    """Leave out columns in which nothing stands.

    Examples
    --------
    >>> without_empty(Table("", ("a", "b"), ((1, ""), (2, None)))).header
    ('a',)
    """
    kept = [n for n in range(len(table.header)) if n == 0 or any(row[n] not in {None, ""} for row in table)]
    rows = tuple(tuple(row[n] for n in kept) for row in table)
    return Table(table.title, tuple(table.header[n] for n in kept), rows, table.note)


def _without_uncited(sections: Sequence[Section]) -> Iterator[Section]:
    """Leave out sources whose first author no text or note names."""
    blocks = [block for section in sections for block in section.blocks if not isinstance(block, _Source)]
    named = " ".join(block.note if isinstance(block, Table) else block for block in blocks)
    for section in sections:
        kept = (b for b in section.blocks if not isinstance(b, _Source) or b.split(",")[0] in named)
        yield Section(section.heading, tuple(str(b) if isinstance(b, _Source) else b for b in kept))
