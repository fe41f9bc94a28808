"""OpenDocument texts (.odt), as LibreOffice writes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from coder.errors import TranscriptError
from coder.transcripts.archives import opened_zip, xml_in
from coder.transcripts.document import BOX, MARKS, TRACKED, Flow, document
from coder.transcripts.turns import Parsed, Source

_LEFT_OUT = {
    "annotation": MARKS["comment"],
    "note": MARKS["footnote"],
    "h": MARKS["heading"],
    "hidden-text": MARKS["hidden passage"],
}
_GONE = {
    "tracked-changes",
    "annotation-end",
    "sequence-decls",
    "forms",
    "table-of-content",
    "alphabetical-index",
    "ruby-text",
    "title",
    "desc",
}
_SPACES = {"tab": "\t", "line-break": "\n"}


def read_opendocument(source: Source) -> Parsed:
    """Read an .odt: paragraphs, tables and text boxes; tracked changes as if accepted, hidden text not.

    Raises
    ------
    TranscriptError
        The file is damaged, protected by a password, or unpacks to too much.
    """
    with opened_zip(source.data, source.path) as archive:
        if b"encryption-data" in archive.read("META-INF/manifest.xml"):
            todo = "save it without the password"
            raise TranscriptError("is protected by a password", where=source.path, todo=todo)
        content = xml_in(archive, "content.xml", source.path)
        hidden = _hidden_styles([content, xml_in(archive, "styles.xml", source.path)])
    flow = Flow()
    for body in content.iter("{*}text"):
        _read(body, flow, hidden)
        break
    found = document(flow.text(), source.known, flow.beside)
    if content.find(".//{*}changed-region") is not None:
        found = found._replace(notes=(*found.notes, TRACKED))
    return found


def _hidden_styles(roots: Sequence[Any]) -> set[str]:
    """Return the names of the styles whose text is not shown, those made from such a style, too."""
    hidden, bases = set(), {}
    for style in (one for root in roots for one in root.iter("{*}style")):
        name = _attribute(style, "name")
        bases[name] = _attribute(style, "parent-style-name")
        if any(_attribute(one, "display") == "none" for one in style.iter("{*}text-properties")):
            hidden.add(name)
    return hidden | {name for name, base in bases.items() if base in hidden}


def _attribute(element: Any, name: str) -> str:
    """Return an attribute whatever its namespace is."""
    return next((str(value) for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def _read(parent: Any, flow: Flow, hidden: set[str]) -> None:
    """Read what lies in an element; libxml2 allows no deeper nesting than 256."""
    flow.words(parent.text or "")
    for child in parent:
        if isinstance(child.tag, str):
            _read_element(child, child.tag.rpartition("}")[2], flow, hidden)
        flow.words(child.tail or "")


def _read_element(element: Any, name: str, flow: Flow, hidden: set[str]) -> None:
    if name in {"span", "p", "h"} and _attribute(element, "style-name") in hidden:
        name = "hidden-text"
    if name in {"annotation", "note"}:
        said = [" ".join("".join(line.itertext()).split()) for line in element.iter("{*}p")]
        flow.remark(_LEFT_OUT[name], "\n".join(filter(None, said)), element.findtext("{*}creator") or "")
    elif name in _LEFT_OUT:
        flow.words(_LEFT_OUT[name])
    elif name in _SPACES:
        flow.words(_SPACES[name])
    elif name == "s":
        flow.words(" " * min(1000, int(_attribute(element, "c") or 1)))
    elif name == "table-row":
        flow.open_row()
        _read(element, flow, hidden)
        flow.close_row()
    elif name == "table-cell":
        flow.open_cell()
        _read(element, flow, hidden)
        flow.close_cell()
    elif name == "text-box":
        flow.words(BOX)
        _read(element, flow, hidden)
    elif name not in _GONE:
        _read(element, flow, hidden)
        if name == "p":
            flow.words("\n")
