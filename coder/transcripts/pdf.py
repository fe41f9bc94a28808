"""PDF: the text layer, as lines joined to paragraphs, without running heads and hyphens at line ends."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import takewhile

from coder.errors import TranscriptError
from coder.transcripts.document import PAGE, document
from coder.transcripts.labels import head_of, heads_in, style_of
from coder.transcripts.plain import without_line_numbers
from coder.transcripts.turns import Parsed, Source
from coder.types import LabelRules

MOST_PAGES = 5_000
_HYPHEN = "\ufffe"
"""What PDFium puts in the place of a hyphen at the end of a line; it has joined the lines."""

_FULL = 0.75
"""A line of at least this share of the longest lines' length goes on in the next line."""


def read_pdf(source: Source) -> Parsed:
    """Read the text layer of a PDF; where pages begin, and what was taken out, is noted. No script in it is run.

    Raises
    ------
    TranscriptError
        The file is damaged, protected by a password, or has no text layer.
    """
    pages = _pages(source)
    if not any(page.strip() for page in pages):
        todo = "make one by text recognition, for instance with `ocrmypdf in.pdf out.pdf`, and read it against the scan"
        raise TranscriptError("has no text layer: its pages are pictures", where=source.path, todo=todo)
    notes = ["read from a PDF: look at the turns, as columns, notes and tables may be mixed"]
    if empty := sum(not page.strip() for page in pages):
        notes.append(f"pages without text: {empty}")
    lines, running = _without_running([page.splitlines() for page in pages])
    if running:
        notes.append(f"running heads and page numbers are left out: {running} lines")
    plain, numbered = without_line_numbers("\n".join(line for page in lines for line in page))
    rest = iter(plain.split("\n"))
    text = "\n".join(PAGE * (n == 0) + next(rest) for page in lines for n in range(len(page)))
    hyphens = text.count(_HYPHEN)
    if hyphens:
        notes.append(f"hyphens at the ends of lines are taken out: {hyphens}")
    found = document(_joined(_without_hyphens(text), source.known), source.known)
    return found._replace(notes=(*notes, *numbered, *found.notes))


def _pages(source: Source) -> list[str]:
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(source.data)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        message = "is protected by a password" if locked else f"is no readable PDF ({error})"
        todo = "save it without the password" if locked else "open it in a PDF viewer, and print it to a new PDF"
        raise TranscriptError(message, where=source.path, todo=todo) from error
    with pdf:
        if len(pdf) > MOST_PAGES:
            message = f"has {len(pdf):,} pages, where {MOST_PAGES:,} is the limit"
            raise TranscriptError(message, where=source.path, todo="split it")
        return [_text(page.get_textpage().get_text_range()) for page in pdf]


def _text(raw: str) -> str:
    return "\n".join(line.strip() for line in raw.replace("\0", "").splitlines())


def _without_running(pages: Sequence[list[str]]) -> tuple[list[list[str]], int]:
    """Take off the lines at the top and foot of pages that most pages have there, numbers apart."""
    tops, feet = (_recurring(page[::step][:4] for page in pages) for step in (1, -1))
    kept = []
    for page in pages:
        top = len(list(takewhile(lambda line: _shape(line) in tops, page[:4])))
        foot = len(list(takewhile(lambda line: _shape(line) in feet, page[top:][::-1][:4])))
        kept.append(page[top : len(page) - foot])
    return kept, sum(map(len, pages)) - sum(map(len, kept))


def _shape(line: str) -> str:
    return re.sub(r"\d+", "#", line.casefold()).strip()


def _recurring(edges: Iterable[list[str]]) -> set[str]:
    """Return the shapes of lines that stand at the edge of more than half of the pages, two at least.

    A line that begins with a label is a turn's, unless its number changes.
    """
    found: dict[str, set[str]] = {}
    count = Counter[str]()
    pages = 0
    for edge in edges:
        pages += 1
        for line in dict.fromkeys(edge):
            found.setdefault(_shape(line), set()).add(line)
        count.update({_shape(line) for line in edge})
    often = {shape for shape, n in count.items() if n >= max(2, pages / 2 + 0.5)}
    return {shape for shape in often if len(found[shape]) > 1 or not head_of(next(iter(found[shape])))}


def _without_hyphens(text: str) -> str:
    """Join words that a line break parted; a hyphen stays where the text has the word with it, and before a capital."""
    hyphenated = {word.casefold() for word in re.findall(r"\w+-\w+", text)}

    def joined(found: re.Match[str]) -> str:
        before, after = found[1], found[2]
        keeps = f"{before}-{after}".casefold() in hyphenated or not after[:1].islower()
        return f"{before}{'-' * keeps}{after}"

    return re.sub(rf"(\w*){_HYPHEN}[ \n]?(\w*)", joined, text)


def _joined(text: str, rules: LabelRules) -> str:
    """Join the lines of a paragraph: a line that is nearly full goes on, unless the next begins with a label."""
    lines = text.split("\n")
    lengths = sorted(len(line) for line in lines if line.strip()) or [0]
    full = _FULL * lengths[int(0.9 * (len(lengths) - 1))]
    bare = [line.lstrip(PAGE) for line in lines]
    heads = heads_in(bare, style_of(bare, rules), rules)
    joined: list[str] = []
    for n, line in enumerate(lines):
        goes_on = n > 0 and len(lines[n - 1]) >= full and line.strip() and n not in heads
        joined += [" " if goes_on else "\n", line]
    return "".join(joined[1:])
