"""Web pages (.html): what a reader of the page sees."""

from __future__ import annotations

import re
from typing import ClassVar

from coder.transcripts.decode import decode
from coder.transcripts.document import MARKS, Flow, document
from coder.transcripts.noscribe import is_noscribe, noscribe
from coder.transcripts.turns import Parsed, Source

_CHARSET = re.compile(rb"""charset\s{0,9}=\s{0,9}["']?([\w-]{1,40})""", re.IGNORECASE)
_HIDDEN = re.compile(
    r"display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden|mso-hide\s{0,9}:\s{0,9}all", re.IGNORECASE
)


def read_webpage(source: Source) -> Parsed:
    """Read a page: paragraphs as lines, a table row of a name and words as `name: words`; scripts are not read.

    Raises
    ------
    TranscriptError
        The file is no text.
    """
    from lxml import etree

    text, encoding, notes = _decoded(source)
    if is_noscribe(text):
        return noscribe(text, encoding, notes)
    page = _Page()
    parser = etree.HTMLParser(target=page, encoding="utf-8", huge_tree=True, no_network=True)
    parser.feed(text.encode())
    parser.close()
    found = document(page.flow.text(), source.known)
    return found._replace(encoding=encoding, notes=(*notes, *found.notes))


def _decoded(source: Source) -> tuple[str, str, tuple[str, ...]]:
    """Return the text in the encoding that the page names, if that fits."""
    named = _CHARSET.search(source.data, 0, 2048)
    if named:
        try:
            encoding = named[1].decode().lower()
            return source.data.decode(encoding), encoding, ()
        except (LookupError, UnicodeError):
            pass
    return decode(source.data, source.path)


def _left_out(tag: str, attributes: dict[str, str]) -> str:
    """Return what an element is, if it is none of the words; LibreOffice marks notes and page heads in its own way."""
    if tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
        return "heading"
    if tag in {"nav", "footer"} or (tag == "div" and attributes.get("title") in {"header", "footer"}):
        return "page head"
    if tag == "a" and attributes.get("class") == "sdfootnoteanc":
        return "footnote"
    hidden = "hidden" in attributes or _HIDDEN.search(attributes.get("style", ""))
    return "hidden passage" if hidden and tag != "body" else ""


class _Page:
    """Takes a page as its elements open and close; what lies in a hidden one or a script is passed over."""

    BLOCKS: ClassVar = {
        *("p", "div", "li", "ul", "ol", "dl", "dt", "dd", "section", "article", "header", "main", "body"),
        *("table", "blockquote", "pre", "hr", "figure", "figcaption", "address", "details", "summary", "form"),
    }
    GONE: ClassVar = {
        "script",
        "style",
        "head",
        "template",
        "noscript",
        "svg",
        "math",
        "object",
        "iframe",
        "select",
        "rt",
        "rp",
    }

    def __init__(self) -> None:
        self.flow = Flow()
        self._gone: list[str] = []  # the elements that are open from the one on that is passed over

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        left_out = _left_out(tag, attributes)
        note = tag == "div" and attributes.get("id", "").startswith("sdfootnote")
        if self._gone or left_out or note or tag in self.GONE:
            if left_out and not self._gone:
                self.flow.words(MARKS[left_out])
            self._gone.append(tag)
        elif tag == "tr":
            self.flow.open_row()
        elif tag in {"td", "th"}:
            self.flow.open_cell()
        elif tag == "br":
            self.flow.words("\n")
        elif tag in self.BLOCKS:
            self.flow.line()

    def end(self, tag: str) -> None:
        if self._gone:
            self._gone.pop()
        elif tag == "tr":
            self.flow.close_row()
        elif tag in {"td", "th"}:
            self.flow.close_cell()
        elif tag in self.BLOCKS:
            self.flow.line()

    def data(self, words: str) -> None:
        if not self._gone:
            self.flow.words(re.sub(r"[ \t\r\n\f]+", " ", words))

    def comment(self, words: str) -> None:
        pass

    def close(self) -> None:
        pass
