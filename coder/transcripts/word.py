"""Word documents: the paragraphs and table rows of the body as lines, tracked changes as if accepted."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from coder.errors import TranscriptError
from coder.transcripts.labels import NO_LABELS, head_of
from coder.transcripts.plain import label_turns
from coder.transcripts.turns import Parsed, Source

_OLE = b"\xd0\xcf\x11\xe0"
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MARKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_HEADINGS = ("heading", "title", "rubrik", "berschrift", "überschrift", "titre")
"""How the names of heading styles begin, in the languages of Word."""
_GONE = {"del", "moveFrom", "pPr", "rPr", "txbxContent", "pict", "drawing"}
"""Elements whose words are not read: struck text, settings, text boxes."""
_HEADER_CELLS = {
    *("speaker", "who", "name", "role", "text", "words", "utterance", "content", "time", "timestamp", "no", "nr", "#"),
    *("start", "tid", "talare", "namn", "zeit", "sprecher", "temps", "locuteur"),
}


def read_word(source: Source) -> Parsed:
    """Read a .docx: inserted text is kept, struck text is not, soft line breaks are newlines.

    A table row of a name and words becomes `name: words`; a time in a cell before them becomes `[time]`.

    Raises
    ------
    TranscriptError
        The file is password-protected, an old .doc, broken, or no Word document.
    """
    body = _body(source.data, source.path)
    text = "\n".join(_lines(body))
    turns, notes = label_turns(text, source.known)
    notes += _left_out(body)
    bold = sum(_is_bold(paragraph) for paragraph in body.iter(f"{_WORD}p"))
    if bold and NO_LABELS in notes:
        notes += (f"{bold} paragraphs are in bold; if these are the questions, begin them with `Interviewer:`",)
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


def _left_out(body: Any) -> tuple[str, ...]:
    """Say how many comments, footnotes, hidden runs and headings are not read."""
    count = {
        "comment": len(list(body.iter(f"{_WORD}commentReference"))),
        "footnote": len(list(body.iter(f"{_WORD}footnoteReference", f"{_WORD}endnoteReference"))),
        "hidden passage": sum(_is_hidden(run) and bool(_words(run, hidden=True)) for run in body.iter(f"{_WORD}r")),
        "heading": sum(_is_heading(one) and bool(_words(one)) for one in body.iter(f"{_WORD}p")),
    }
    found = ", ".join(f"{n} {what}{'s' * (n > 1)}" for what, n in count.items() if n)
    return (f"not read: {found}",) if found else ()


def _is_hidden(run: Any) -> bool:
    return bool(run.xpath("./w:rPr/w:vanish[not(@w:val='0' or @w:val='false')]"))


def _is_heading(paragraph: Any) -> bool:
    styles = paragraph.xpath("./w:pPr/w:pStyle/@w:val")
    return bool(styles) and styles[0].casefold().startswith(_HEADINGS)


def _is_bold(paragraph: Any) -> bool:
    """Tell whether all of a paragraph's words are in bold."""
    runs = [run for run in paragraph.iter(f"{_WORD}r") if _words(run).strip()]
    return bool(runs) and all(run.xpath("./w:rPr/w:b[not(@w:val='0' or @w:val='false')]") for run in runs)


def _name(element: Any) -> str:
    return element.tag.removeprefix(_WORD) if isinstance(element.tag, str) else ""


def _lines(parent: Any) -> Iterator[str]:
    """Yield the lines of a body, a cell, or a wrapper such as a content control."""
    for child in parent:
        name = _name(child)
        if name == "p":
            if not _is_heading(child):
                yield _words(child)
        elif name == "tbl":
            rows = map(_row, child.xpath("./w:tr | ./w:sdt/w:sdtContent/w:tr"))
            yield from (line for line in rows if line is not None)
        elif name in {"sdt", "sdtContent", "customXml", "ins", "moveTo"}:
            yield from _lines(child)


def _words(element: Any, *, hidden: bool = False) -> str:
    words = ""
    for child in element:
        name = _name(child)
        if name == "r" and not hidden and _is_hidden(child):
            continue
        if name == "t":
            words += child.text or ""
        elif name in _MARKS:
            words += _MARKS[name]
        elif name not in _GONE:
            words += _words(child)
    return words


def _row(row: Any) -> str | None:
    """Return a row as a line, or None for a row of column names.

    The last cell holds the words; of those before, a time becomes `[time]`, a number is left out, a name the label.
    """
    if any(_name(child) == "del" for child in row.xpath("./w:trPr/*")):
        return None
    cells = ["\n".join(_lines(cell)).strip() for cell in row.xpath("./w:tc | ./w:sdt/w:sdtContent/w:tc")]
    if all(cell.casefold() in _HEADER_CELLS for cell in cells):
        return None
    *before, words = [cell for cell in cells if cell] or [""]
    times = [cell for cell in before if re.fullmatch(r"[\[(]?[\d:.,]*:[\d:.,]*\d[\])]?", cell)]
    names = [cell for cell in before if cell not in times and not re.fullmatch(r"[\d.)]+", cell)]
    time = f"[{times[0].strip('[]()')}] " if times else ""
    if len(names) == 1 and head_of(labelled := f"{time}{names[0].rstrip(' :')}: {words}"):
        return labelled
    return "\t".join(cell for cell in cells if cell)
