"""Replace names in the file of a transcript, so that nothing else in it changes, and take that back."""

from __future__ import annotations

import html
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from coder.errors import TranscriptError
from coder.transcripts.decode import decode
from coder.transcripts.replacements import Put, Replacements

Places = Callable[[str], Iterable[Put]]
"""Gives what is replaced in a text."""
WHOLE = ""
"""The name of the only member of a file that is no archive."""
_PARAGRAPH = re.compile(r"</?(?:(?:\w+:)?(?:p|h|si|is|row|tr)|(?:dc|cp|dcterms|meta):\w+)\b")
_ATTRIBUTE = re.compile(r"(?<==\")[^\"]+(?=\")")
_CHARACTER = re.compile(r"&[#\w]+;|.", re.DOTALL)
_TODO = "export it as .txt or .docx (a table as .csv), take that into the study, and start again"


class Rewritten(NamedTuple):
    """The new bytes of a file, and by what they become the old ones: its encoding, and by member what is put back."""

    data: bytes
    encoding: str
    undo: Mapping[str, Replacements]


def rewrite(data: bytes, path: Path, places: Places) -> Rewritten:
    """Return the bytes of a file with names replaced: of a text, or of the XML in an archive (docx, odt, xlsx).

    Raises
    ------
    TranscriptError
        The file is neither, such as a PDF, or its encoding cannot hold a pseudonym.
    """
    if path.suffix.lower() == ".parquet":
        raise TranscriptError("names cannot be replaced in a Parquet file", where=path, todo=_TODO)
    if zipfile.is_zipfile(BytesIO(data)):
        return _rewrite_archive(data, path, places)
    try:
        _, encoding, _ = decode(data, path)
    except TranscriptError as error:
        raise TranscriptError(f"names cannot be replaced in it: it {error.message}", where=path, todo=_TODO) from error
    text = data.decode(encoding, "surrogateescape")
    escaped = path.suffix.lower() == ".json" and "\\u" in text
    put = Replacements(tuple(_in_json(text, places) if escaped else places(text)))
    try:
        new = put.text(text).encode(encoding, "surrogateescape")
    except UnicodeEncodeError as error:
        lacking = f"its encoding, {encoding}, has no `{error.object[error.start]}`"
        raise TranscriptError(lacking, where=path, todo="save it as UTF-8, or choose another pseudonym") from None
    return Rewritten(new, encoding, {WHOLE: put.back(text)})


def restore(data: bytes, encoding: str, undo: Mapping[str, Replacements]) -> bytes:
    """Return the bytes that a file had before `rewrite`; of an archive, the members that it had."""
    if WHOLE in undo:
        return undo[WHOLE].text(data.decode(encoding, "surrogateescape")).encode(encoding, "surrogateescape")
    return _archive(data, {name: put.text(_member(data, name)) for name, put in undo.items()})


def _rewrite_archive(data: bytes, path: Path, places: Places) -> Rewritten:
    puts, texts = {}, {}
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = [name for name in archive.namelist() if name.endswith((".xml", ".rels"))]
        for name in names:
            text = _member(data, name)
            put = Replacements(tuple(sorted([*_in_xml(text, places), *_in_attributes(text, places)])))
            if put.puts:
                puts[name], texts[name] = put.back(text), put.text(text)
        return Rewritten(_archive(data, texts), "utf-8", puts)
    except (zipfile.BadZipFile, UnicodeDecodeError, RuntimeError) as error:
        raise TranscriptError(f"names cannot be replaced in it ({error})", where=path, todo=_TODO) from error


def _member(data: bytes, name: str) -> str:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return archive.read(name).decode("utf-8")


def _archive(data: bytes, texts: Mapping[str, str]) -> bytes:
    """Return an archive with other texts for some of its members."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for member in old.infolist():
            content = texts[member.filename].encode() if member.filename in texts else old.read(member)
            new.writestr(member, content)
    return out.getvalue()


def _in_json(text: str, places: Places) -> Iterable[Put]:
    r"""Yield what is replaced in a JSON text with letters as `\u00e5`."""
    found = re.finditer(r"\\u[0-9a-fA-F]{4}|\\.|[^\\]", text)
    letters = [(json.loads(f'"{c[0]}"') if c[0].startswith("\\") else c[0], *c.span()) for c in found]
    return _put(letters, places, lambda new: json.dumps(new)[1:-1])


def _in_xml(xml: str, places: Places) -> Iterable[Put]:
    """Yield what is replaced in the words of an XML text, paragraph by paragraph, though tags part a name."""
    letters: list[tuple[str, int, int]] = []  # of one paragraph: a character, and where it stands
    for found in re.finditer(r"<[^>]*>|[^<]+", xml):
        if not found[0].startswith("<"):
            at = found.start()
            letters += [(html.unescape(c[0]), at + c.start(), at + c.end()) for c in _CHARACTER.finditer(found[0])]
        elif _PARAGRAPH.match(found[0]):
            yield from _put(letters, places, _as_xml)
            letters = []
        elif re.match(r"<\w+:(?:tab|br|cr|line-break|s)\b", found[0]):
            letters.append((" ", found.end(), found.end()))
    yield from _put(letters, places, _as_xml)


def _in_attributes(xml: str, places: Places) -> Iterable[Put]:
    """Yield what is replaced in the attributes of an XML text: authors of comments, titles of pictures, addresses."""
    for tag in re.finditer(r"<[^>]*>", xml):
        for value in _ATTRIBUTE.finditer(tag[0]):
            at = tag.start() + value.start()
            letters = [(html.unescape(c[0]), at + c.start(), at + c.end()) for c in _CHARACTER.finditer(value[0])]
            yield from _put(letters, places, html.escape)


def _as_xml(words: str) -> str:
    return html.escape(words, quote=False)


def _put(letters: list[tuple[str, int, int]], places: Places, as_written: Callable[[str], str]) -> Iterable[Put]:
    """Yield what is replaced among characters that stand at these places of a text in which they are escaped."""
    for start, end, new in places("".join(character for character, _, _ in letters)):
        pieces: list[tuple[int, int]] = []
        for _, begin, stop in letters[start:end]:
            if pieces and pieces[-1][1] == begin:
                pieces[-1] = (pieces[-1][0], stop)
            elif begin < stop:
                pieces.append((begin, stop))
        for n, (begin, stop) in enumerate(pieces):
            yield begin, stop, "" if n else as_written(new)
