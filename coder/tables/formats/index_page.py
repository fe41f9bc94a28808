"""The page that leads to everything that was published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from coder.tables.formats.html import html_page

_FEW = 6  # links that stand beside their title
_PAGE = """
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2, h3 { font-family: system-ui, sans-serif; line-height: 1.2; }
h2 { margin: 2.5rem 0 0; }
h3 { margin: 0; font-size: 1em; }
p { margin: 0; }
section { border-top: 1px solid var(--line); padding: .5rem 0; }
section { display: grid; grid-template-columns: 1fr auto; gap: 0 2rem; }
section > * { grid-column: 1; }
ul { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: 0 1rem; align-content: start; }
section.short > ul { grid-column: 2; grid-row: 1 / span 2; }
section:not(.short) > * { grid-column: 1 / -1; }
a { color: inherit; display: inline-block; padding: .25rem 0; }
a:focus-visible { outline: 2px solid; outline-offset: 2px; }
img { display: block; max-width: 100%; margin: .6rem 0; background: #fff; padding: .5rem; box-sizing: border-box; }
@media (max-width: 40rem) { section.short > ul { grid-column: 1; grid-row: auto; } }
@media print { @page { size: A4 portrait; } body { max-width: none; padding: 0; } section { break-inside: avoid; } }
"""


@dataclass(frozen=True)
class Entry:
    """Something that was published: its files beside the page, each with what its link says; `figure` is shown."""

    title: str
    about: str
    files: tuple[tuple[str, str], ...]
    figure: str = ""


def index_page(
    title: str,
    made_from: str,
    groups: Sequence[tuple[str, Sequence[Entry]]],
    left_out: Sequence[tuple[str, str]] = (),
) -> str:
    """Return the page as HTML: what there is under each heading, with a link to every file, and what there is not.

    Examples
    --------
    >>> entry = Entry("Matrix", "", (("csv", "matrix.csv"),))
    >>> page = index_page("Study", "Made from 3 citations.", [("Tables", [entry])])
    >>> '<a href="matrix.csv">csv</a>' in page
    True
    """
    body = [f'<h1 dir="auto">{escape(title)}</h1>', f'<p class="note" dir="auto">{escape(made_from)}</p>']
    for heading, entries in groups:
        body += [f"<h2>{escape(heading)}</h2>", *map(_entry, entries)]
    if left_out:
        why = "".join(f"<li>{escape(name)}: {escape(reason)}</li>" for name, reason in left_out)
        body += ["<h2>Not made</h2>", f'<section><ul class="why" dir="auto">{why}</ul></section>']
    return html_page(title, ["<main>", *body, "</main>"], _PAGE)


def _entry(entry: Entry) -> str:
    links = "".join(f'<li><a href="{quote(name)}">{escape(label)}</a></li>' for label, name in entry.files)
    few = not entry.figure and len(entry.files) <= _FEW
    opening = '<section class="short">' if few else "<section>"
    parts = [opening, f'<h3 dir="auto">{escape(entry.title)}</h3>']
    parts += [f'<p dir="auto">{escape(entry.about)}</p>'] if entry.about else []
    parts += [f'<img src="{quote(entry.figure)}" alt="{escape(entry.about or entry.title)}">'] if entry.figure else []
    label = escape(f"{entry.title}: files")
    return "\n".join([*parts, f'<ul aria-label="{label}">{links}</ul>', "</section>"])
