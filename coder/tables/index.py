"""The page that leads to everything that was published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from coder.tables.render import STYLE

_PAGE = """
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2, h3 { font-family: system-ui, sans-serif; line-height: 1.2; }
h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); }
h3 { margin: 1.5rem 0 .2rem; font-size: 1em; }
p { margin: .3rem 0; }
ul { list-style: none; margin: .2rem 0; padding: 0; display: flex; flex-wrap: wrap; gap: .2rem 1rem; }
a { color: inherit; display: inline-block; padding: .25rem 0; }
a:focus-visible { outline: 2px solid; outline-offset: 2px; }
img { display: block; max-width: 100%; margin: .6rem 0; background: #fff; padding: .5rem; box-sizing: border-box; }
@media print { @page { size: A4 portrait; } body { max-width: none; padding: 0; } h3, img { break-inside: avoid; } }
"""


@dataclass(frozen=True)
class Entry:
    """Something that was published: its files beside the page, each with what its link says; `figure` is shown."""

    title: str
    about: str
    files: tuple[tuple[str, str], ...]
    figure: str = ""


def index_page(title: str, made_from: str, groups: Sequence[tuple[str, Sequence[Entry]]]) -> str:
    """Return the page as HTML: what there is under each heading, with a link to every file.

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
    inside = "\n".join(body)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}{_PAGE}</style>\n</head>\n<body>\n<main>\n{inside}\n"
        "</main>\n</body>\n</html>\n"
    )


def _entry(entry: Entry) -> str:
    links = "".join(f'<li><a href="{quote(name)}">{escape(label)}</a></li>' for label, name in entry.files)
    parts = [f'<h3 dir="auto">{escape(entry.title)}</h3>']
    parts += [f'<p dir="auto">{escape(entry.about)}</p>'] if entry.about else []
    parts += [f'<img src="{quote(entry.figure)}" alt="{escape(entry.about or entry.title)}">'] if entry.figure else []
    label = escape(f"{entry.title}: files")
    return "\n".join([*parts, f'<ul aria-label="{label}">{links}</ul>'])
