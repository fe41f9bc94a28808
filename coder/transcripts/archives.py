"""Zip archives and the XML in them, within bounds: a small file must not unpack to one that fills memory or disk."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

from coder.errors import TranscriptError

MOST_UNPACKED = 500_000_000
"""All files of an archive together have no more bytes."""

MOST_XML = 50_000_000
"""A file of XML in it has no more: in memory it takes tens of times as much."""

MOST_FILES = 10_000
MOST_TIMES = 500
"""A file of more than a million bytes is not packed to less than one part in so many; text is packed to a fourth."""


def opened_zip(file: bytes | Path, where: object) -> zipfile.ZipFile:
    """Open a zip archive, and refuse one that would unpack to too much.

    Raises
    ------
    TranscriptError
        It is no zip archive, or has more than `MOST_FILES` files or `MOST_UNPACKED` bytes, XML of more than `MOST_XML`,
        or a file that is packed to less than one part in `MOST_TIMES`.
    """
    try:
        archive = zipfile.ZipFile(BytesIO(file) if isinstance(file, bytes) else file)
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError) as error:
        raise TranscriptError(f"is a damaged archive ({error})", where=where) from error
    members = archive.infolist()
    size = sum(one.file_size for one in members)
    bombs = [one for one in members if one.file_size > max(1_000_000, MOST_TIMES * one.compress_size)]
    if len(members) > MOST_FILES:
        raise _too_much(where, f"{len(members):,} files, where {MOST_FILES:,} is the limit")
    if size > MOST_UNPACKED:
        raise _too_much(where, f"{size:,} bytes when unpacked, where {MOST_UNPACKED:,} is the limit")
    if any(one.file_size > MOST_XML and one.filename.lower().endswith((".xml", ".rels")) for one in members):
        raise _too_much(where, f"a file of XML of more than {MOST_XML:,} bytes")
    if bombs:
        times = bombs[0].file_size // max(1, bombs[0].compress_size)
        raise _too_much(where, f"a file that unpacks to {times:,} times its size, where {MOST_TIMES} is the limit")
    return archive


def xml_in(archive: zipfile.ZipFile, name: str, where: object) -> Any:
    """Return the root of an XML file in an archive, as `xml_of` does.

    Raises
    ------
    TranscriptError
        There is no such file, or as `xml_of`.
    """
    try:
        data = archive.read(name)
    except (KeyError, zipfile.BadZipFile, RuntimeError, EOFError) as error:
        raise TranscriptError(f"{name} in it cannot be read ({error})", where=where, todo=_SAVE_AGAIN) from error
    return xml_of(data, name, where)


_SAVE_AGAIN = "open it in the program that made it, and save it again"


def xml_of(data: bytes, name: str, where: object) -> Any:
    """Return the root of XML; what it declares itself (entities) or refers to is not followed.

    Raises
    ------
    TranscriptError
        It is broken, or declares a document type, which may hide entities.
    """
    from lxml import etree

    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise TranscriptError(f"{name} in it cannot be read ({error})", where=where, todo=_SAVE_AGAIN) from error
    if root.getroottree().docinfo.doctype:
        raise TranscriptError(f"{name} in it declares a document type, as no program of texts does", where=where)
    return root


def _too_much(where: object, what: str) -> TranscriptError:
    return TranscriptError(f"holds {what}", where=where, todo="unpack it, and import the transcripts alone")
