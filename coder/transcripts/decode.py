"""Bytes to text: UTF-8 and UTF-16 are recognised for certain, the rest is guessed and the guess is told."""

from __future__ import annotations

import codecs
import re
import unicodedata

from coder.errors import TranscriptError

_BOMS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MAGIC = {
    b"PK\x03\x04": "a zip archive (a .docx or .xlsx is one, too)",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"%PDF": "a PDF",
    b"MZ\x90": "a program",
    b"\x7fELF": "a program",
    b"\xd0\xcf\x11\xe0": "an old Office file",
    b"{\\rtf": "an RTF document",
}
_OTHERS = [
    *("cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "mac_roman", "cp850", "koi8_r"),
    *("cp932", "euc_jp", "gb18030", "big5", "cp949"),
]
_WESTERN = frozenset(
    "àáâãäåæçèéêëìíîïñòóôõöøùúûüßÿœÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜŒ’‘“”„‚«»‹›–—…•·´¿¡€¤£§°%²³½¼¾ªº©®™×\u00a0\u00ad"
)
_ODD = re.compile(
    r"(?<=[^\W\d_])[^\w\s\x00-\x7f’‘–—…·´\u00ad\u00a0](?=[^\W\d_])"  # a mark inside a word: By³o
    r"|(?<=[a-z])[À-ÖØ-ÞŠŽŒŸ](?=[a-z])"  # a capital inside a word: lÕheure
    r"|(?<!\w)[À-ÖØ-öø-ÿŠšŽžŒœŸ]{3,}(?!\w)"  # a word without any plain letter: Îíà
)


def decode(data: bytes, where: object) -> tuple[str, str, tuple[str, ...]]:
    r"""Return the text of a file, its encoding, and notes on what was guessed.

    The text has no byte-order mark and its lines end in a plain newline. A mark decides; then zero bytes,
    which mean UTF-16 without a mark; then UTF-8, which other encodings do not resemble. Of the rest, Windows
    Western (cp1252) is taken where it gives Western words; else charset-normalizer chooses among other code
    pages.

    Raises
    ------
    TranscriptError
        The bytes are no text, or nearly UTF-8 with broken bytes in it.

    Examples
    --------
    >>> decode("Så är det.\r\n".encode("utf-16"), "a.txt")
    ('Så är det.\n', 'utf-16-le', ())
    >>> text, encoding, notes = decode("Så är det.".encode("cp1252"), "a.txt")
    >>> text, encoding
    ('Så är det.', 'cp1252')
    """
    for magic, kind in _MAGIC.items():
        if data.startswith(magic):
            raise _no_text(where, f"is {kind}, not text")
    text, encoding, notes = _decode(data, where)
    if _is_binary(text):
        raise _no_text(where, "is not text: it holds control characters as programs and pictures do")
    return text.replace("\r\n", "\n").replace("\r", "\n"), encoding, notes


def _decode(data: bytes, where: object) -> tuple[str, str, tuple[str, ...]]:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding), encoding, ()
            except UnicodeDecodeError as error:
                raise _broken(data, encoding, error, where) from error
    if b"\0" in data:
        encoding = "utf-16-le" if data[1::2].count(0) > data[0::2].count(0) else "utf-16-be"
        text = data.decode(encoding, errors="replace")
        if "\ufffd" in text or not (" " in text or "\n" in text):
            raise _no_text(where, "is not text: it holds zero bytes")
        return text, encoding, (f"no byte-order mark: read as {encoding}",)
    try:
        return data.decode("utf-8"), "utf-8", ()
    except UnicodeDecodeError as error:
        if _nearly_utf8(data):
            raise _broken(data, "utf-8", error, where) from error
    encoding = _guess(data)
    text = data.decode(encoding, errors="replace")
    sample = re.search(r"\S{0,20}[^\x00-\x7f]\S{0,20}", text)
    gives = f", which gives `{sample[0][:40]}`" if sample else ""
    return (
        text,
        encoding,
        (f"not UTF-8: read as {encoding}{gives}; if that is wrong, save the file as UTF-8",),
    )


def _guess(data: bytes) -> str:
    from charset_normalizer import from_bytes

    telling = b"\n".join(line for line in data.splitlines() if not line.isascii())
    if _looks_western(telling):
        return "cp1252"
    best = from_bytes(telling, cp_isolation=_OTHERS).best()
    return best.encoding if best else "cp1252"


def _looks_western(data: bytes) -> bool:
    """Tell whether cp1252 gives Western words: nine in ten characters beyond ASCII are in their place."""
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return False
    beyond = [c for c in text if not c.isascii()]
    misplaced = sum(c not in _WESTERN for c in _ODD.sub("", text) if not c.isascii())
    misplaced += sum(not c.isascii() for odd in _ODD.findall(text) for c in odd)
    return misplaced <= 0.1 * len(beyond)


def _nearly_utf8(data: bytes) -> bool:
    text = data.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    return sum(not c.isascii() for c in text) - broken > broken


def _is_binary(text: str) -> bool:
    if "\0" in text:
        return True
    controls = sum(unicodedata.category(c) in {"Cc", "Cn"} and c not in "\t\n\r\f\v\x85" for c in text)
    return controls > 0.01 * len(text)


def _no_text(where: object, message: str) -> TranscriptError:
    todo = "export the transcript as plain text, or give the file its own ending"
    return TranscriptError(message, where=where, todo=todo)


def _broken(data: bytes, encoding: str, error: UnicodeDecodeError, where: object) -> TranscriptError:
    line = data[: error.start].decode(encoding, errors="replace").count("\n") + 1
    return TranscriptError(
        f"is {encoding} with broken bytes in it",
        where=f"{where}, line {line}",
        todo="open it in an editor, mend the words of that line and save the file as UTF-8",
    )
