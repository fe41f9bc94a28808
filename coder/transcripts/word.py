"""Word documents: the paragraphs and table rows of the body as lines, tracked changes as if accepted."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Collection, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from coder.errors import TranscriptError
from coder.transcripts.labels import head_of
from coder.transcripts.plain import label_turns
from coder.transcripts.turns import Parsed

_OLE = b"\xd0\xcf\x11\xe0"
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MARKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_GONE = {
    "del",
    "moveFrom",
    "pPr",
    "rPr",
    "txbxContent",
    "pict",
    "drawing",
}  # struck text, settings, text boxes
_HEADER_CELLS = {
    "speaker",
    "who",
    "name",
    "role",
    "text",
    "words",
    "utterance",
    "content",
    "time",
    "timestamp",
}


def read_word(data: bytes, where: Path, known: Collection[str] = ()) -> Parsed:
    """Read a .docx: inserted text is kept, struck text is not, soft line breaks are newlines.

    A table row of a name and words becomes `name: words`; a time in a cell before them becomes `[time]`.
    Labels in `known` are believed.

    Raises
    ------
    TranscriptError
        The file is password-protected, an old .doc, broken, or no Word document.
    """
    body = _body(data, where)
    text = "\n".join(_lines(body))
    turns, notes = label_turns(text, known)
    if any(_name(element) in {"ins", "del", "moveFrom", "moveTo"} for element in body.iter()):
        notes += ("tracked changes are read as if accepted",)
    return Parsed(text, turns, notes=notes)


def _body(data: bytes, where: Path) -> Any:
    import docx
    from docx.opc.exceptions import PackageNotFoundError

    if data.startswith(_OLE):
        if "WordDocument".encode("utf-16-le") in data:
            raise TranscriptError("is an old .doc file", where=where, todo="save it as .docx in Word")
        todo = "remove the password in Word and save again"
        raise TranscriptError("is password-protected", where=where, todo=todo)
    try:
        return docx.Document(BytesIO(data)).element.body
    except (
        *(PackageNotFoundError, zipfile.BadZipFile, zlib.error, KeyError, ValueError, SyntaxError),
        *(EOFError, NotImplementedError, RuntimeError, AttributeError),
    ) as error:  # what python-docx, zipfile and lxml raise for damaged files
        todo = "open it in Word and save it again as .docx"
        raise TranscriptError(f"is not a readable Word document ({error})", where=where, todo=todo) from error


def _name(element: Any) -> str:
    return element.tag.removeprefix(_WORD) if isinstance(element.tag, str) else ""


def _lines(parent: Any) -> Iterator[str]:
    """Yield the lines of a body, a cell, or a wrapper such as a content control."""
    for child in parent:
        name = _name(child)
        if name == "p":
            yield _words(child)
        elif name == "tbl":
            yield from (
                line for line in map(_row, child.xpath("./w:tr | ./w:sdt/w:sdtContent/w:tr")) if line is not None
            )
        elif name in {"sdt", "sdtContent", "customXml", "ins", "moveTo"}:
            yield from _lines(child)


def _words(element: Any) -> str:
    words = ""
    for child in element:
        name = _name(child)
        if name == "t":
            words += child.text or ""
        elif name in _MARKS:
            words += _MARKS[name]
        elif name not in _GONE:
            words += _words(child)
    return words


def _row(row: Any) -> str | None:
    """Return a row as a line, or None for a row of column names."""
    if any(_name(child) == "del" for child in row.xpath("./w:trPr/*")):
        return None
    cells = ["\n".join(_lines(cell)).strip() for cell in row.xpath("./w:tc | ./w:sdt/w:sdtContent/w:tc")]
    if all(cell.casefold() in _HEADER_CELLS for cell in cells):
        return None
    time = ""
    if len(cells) > 2 and re.fullmatch(r"[\[(]?[\d:.,]*\d[\d:.,]*[\])]?", cells[0]):
        time, cells = (f"[{cells[0].strip('[]()')}] " if ":" in cells[0] else ""), cells[1:]
    if len(cells) == 2 and head_of(labelled := f"{time}{cells[0].rstrip(' :')}: {cells[1]}"):
        return labelled
    return "\t".join(cell for cell in cells if cell)
