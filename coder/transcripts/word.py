"""Word documents: the paragraphs and table rows of the body as lines, tracked changes as if accepted."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from coder.errors import TranscriptError
from coder.transcripts.archives import opened_zip, xml_in
from coder.transcripts.document import (
    BOX,
    COMMENTED,
    EMPHASIS,
    MARKS,
    TRACKED,
    Beside,
    document,
    numbered,
    roles_of,
    row_line,
)
from coder.transcripts.turns import Parsed, Source

_OLE = b"\xd0\xcf\x11\xe0"
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SIGNS = {
    **{"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"},
}
_PARTS = {
    "comments": (MARKS["comment"], 0),
    "footnotes": (MARKS["footnote"], 0),
    "endnotes": (MARKS["footnote"], 30_000),
}
"""The parts that hold what stands beside the words, their marks, and from which number on they are counted."""
_BESIDE = {
    "commentRangeStart": (COMMENTED, 0),
    "commentReference": _PARTS["comments"],
    "footnoteReference": _PARTS["footnotes"],
    "endnoteReference": _PARTS["endnotes"],
}
_HEADINGS = ("heading", "title", "rubrik", "berschrift", "überschrift", "titre")
"""How the names of heading styles begin, in the languages of Word."""
_GONE = {"del", "moveFrom", "pPr", "rPr", "txbxContent", "pict", "drawing", "object", "rt"}
"""Elements whose words are not read: struck text, settings, text boxes (`_boxes`)."""


def read_word(source: Source) -> Parsed:
    """Read a .docx: inserted text is kept, struck text is not, soft line breaks are newlines.

    A table row of a name and words becomes `name: words`; a time in a cell before them becomes `[time]`. Text boxes are
    read where they are anchored; what is left out is counted, and the turns where it stands are named.

    Raises
    ------
    TranscriptError
        The file is password-protected, an old .doc, broken, or no Word document.
    """
    body = _body(source.data, source.path)
    heading = MARKS["heading"]  # no line of its own
    text = "\n".join(_lines(body)).replace(f"{heading}\n", heading)
    text = text.removesuffix(f"\n{heading}") + heading * text.endswith(f"\n{heading}")
    found = document(text, source.known, _beside(source))
    notes = found.notes
    if any(_name(element) in {"ins", "del", "moveFrom", "moveTo"} for element in body.iter()):
        notes += (TRACKED,)
    return found._replace(notes=notes)


def _beside(source: Source) -> Beside:
    """Return the words and authors of comments, footnotes and endnotes by their marks."""
    found = {}
    with opened_zip(source.data, source.path) as archive:
        for kind, (mark, first) in _PARTS.items():
            part = f"word/{kind}.xml"
            for one in xml_in(archive, part, source.path) if part in archive.namelist() else ():
                lines = ("".join(word.text or "" for word in line.iter(f"{_WORD}t")) for line in one.iter(f"{_WORD}p"))
                if said := "\n".join(filter(None, map(str.strip, lines))):
                    name = numbered(mark, first + _number(one))
                    found[name] = said, one.get(f"{_WORD}author") or ""
    return found


def _number(element: Any) -> int:
    """Return the number by which a comment or note is referred to."""
    number = element.get(f"{_WORD}id") or ""
    return int(number) if number.isdecimal() and len(number) < 10 else 0


def _body(data: bytes, where: Path) -> Any:
    import docx
    from docx.opc.exceptions import PackageNotFoundError

    if data.startswith(_OLE):
        if "WordDocument".encode("utf-16-le") in data:
            raise TranscriptError("is an old .doc file", where=where, todo="save it as .docx in Word")
        todo = "remove the password in Word and save again"
        raise TranscriptError("is password-protected", where=where, todo=todo)
    if zipfile.is_zipfile(BytesIO(data)):
        opened_zip(data, where).close()
    try:
        document = docx.Document(BytesIO(data))
        body = document.element.body
        _spell_out_hidden(body, document.styles.element)
    except (
        *(PackageNotFoundError, zipfile.BadZipFile, zlib.error, KeyError, ValueError, SyntaxError),
        *(EOFError, NotImplementedError, RuntimeError, AttributeError),
    ) as error:  # what python-docx, zipfile and lxml raise for damaged files
        todo = "open it in Word and save it again as .docx"
        raise TranscriptError(f"is not a readable Word document ({error})", where=where, todo=todo) from error
    if body.getroottree().docinfo.doctype:
        raise TranscriptError("declares a document type, as Word never does", where=where)
    return body


def _spell_out_hidden(body: Any, styles: Any) -> None:
    """Write into each run that it is hidden where its style, or its paragraph's, says so."""
    says = "w:rPr/w:vanish[not(@w:val='0' or @w:val='false')]"
    hidden = {str(name) for name in styles.xpath(f"./w:style[{says}]/@w:styleId")}
    for run in body.iter(f"{_WORD}r") if hidden else ():
        used = run.xpath("./w:rPr/w:rStyle/@w:val | ./ancestor::w:p[1]/w:pPr/w:pStyle/@w:val")
        if hidden.intersection(used) and not run.xpath("./w:rPr/w:vanish"):
            properties = run.get_or_add_rPr()
            properties.append(properties.makeelement(f"{_WORD}vanish"))


def _is_hidden(run: Any) -> bool:
    return bool(run.xpath("./w:rPr/w:vanish[not(@w:val='0' or @w:val='false')]"))


def _is_heading(paragraph: Any) -> bool:
    styles = paragraph.xpath("./w:pPr/w:pStyle/@w:val")
    return bool(styles) and styles[0].casefold().startswith(_HEADINGS)


def _is_emphasised(paragraph: Any) -> bool:
    """Tell whether all of a paragraph's words are in bold, or all in italics."""
    runs = [run for run in paragraph.iter(f"{_WORD}r") if _words(run).strip()]
    set_so = "./w:rPr/w:{}[not(@w:val='0' or @w:val='false')]"
    return bool(runs) and any(all(run.xpath(set_so.format(how)) for run in runs) for how in "bi")


def _name(element: Any) -> str:
    return element.tag.removeprefix(_WORD) if isinstance(element.tag, str) else ""


def _lines(parent: Any) -> Iterator[str]:
    """Yield the lines of a body, a cell, or a wrapper such as a content control."""
    for child in parent:
        name = _name(child)
        if name == "p":
            if not _is_heading(child):
                yield EMPHASIS * _is_emphasised(child) + _words(child)
                yield from _boxes(child)
            elif _words(child).strip():
                yield MARKS["heading"]
        elif name == "tbl":
            yield from _rows(child.xpath("./w:tr | ./w:sdt/w:sdtContent/w:tr"))
        elif name in {"sdt", "sdtContent", "customXml", "ins", "moveTo"}:
            yield from _lines(child)


def _words(element: Any, *, hidden: bool = False) -> str:
    words = ""
    for child in element:
        name = _name(child)
        if name == "r" and not hidden and _is_hidden(child):
            words += MARKS["hidden passage"] if _words(child, hidden=True) else ""
            continue
        if name == "t":
            words += child.text or ""
        elif name in _SIGNS:
            words += _SIGNS[name]
        elif name in _BESIDE:
            mark, first = _BESIDE[name]
            words += numbered(mark, first + _number(child))
        elif name not in _GONE:
            words += _words(child)
    return words


def _rows(rows: Iterable[Any]) -> Iterator[str]:
    """Yield the rows of a table as lines, but for struck ones and those of column names."""
    roles: tuple[str, ...] = ()
    for n, row in enumerate(rows):
        if any(_name(child) == "del" for child in row.xpath("./w:trPr/*")):
            continue
        cells = ["\n".join(_lines(cell)).strip() for cell in row.xpath("./w:tc | ./w:sdt/w:sdtContent/w:tc")]
        bare = [cell.replace(EMPHASIS, "") for cell in cells]
        roles = roles if n else roles_of(bare)
        line = row_line(bare, roles) if n or not roles else None
        if line is not None:
            yield line


def _boxes(paragraph: Any) -> Iterator[str]:
    """Yield the lines of the text boxes that are anchored in a paragraph; what Word writes twice is read once."""
    for content in paragraph.iter(f"{_WORD}txbxContent"):
        around = {one.tag.rpartition("}")[2] for one in content.iterancestors() if isinstance(one.tag, str)}
        if not around & {"Fallback", "txbxContent"}:
            yield BOX + "\n".join(_lines(content))
