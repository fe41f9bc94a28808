"""Rich text (.rtf): read by striprtf, after what is hidden, deleted or in the margin is taken out."""

from __future__ import annotations

import re
from typing import NamedTuple

from coder.errors import TranscriptError
from coder.transcripts.document import BOX, MARKS, TRACKED, Flow, document
from coder.transcripts.turns import Parsed, Source

_TOKEN = re.compile(
    r"\\(?P<word>[a-z]{1,32})(?P<number>-?\d{1,9})? ?|\\'[0-9a-f]{2}|\\[^a-z]|(?P<brace>[{}])|[\r\n]+|[^\\{}\r\n]+|\\",
    re.IGNORECASE,
)
_DESTINATIONS = {
    **{"annotation": MARKS["comment"], "footnote": MARKS["footnote"], "sp": "", "shprslt": ""},
    **dict.fromkeys(("fldinst", "pict", "object", "listtext", "pntext", "atnid", "atnauthor", "header", "footer"), ""),
    **dict.fromkeys(("headerl", "headerr", "headerf", "footerl", "footerr", "footerf", "info", "stylesheet"), ""),
    **dict.fromkeys(("bkmkstart", "bkmkend", "rsidtbl", "themedata", "datastore", "listtable"), ""),
}
"""Groups whose words are no part of the text, and the mark that takes their place."""
_CELL, _ROW, _BEGIN = "\ufddd", "\ufdde", "\ufddf"
_TEXT = {"u", "tab", "line", "par", "emdash", "endash", "bullet", "lquote", "rquote", "ldblquote", "rdblquote"}
_OTHERWISE = {
    **{"cell": _CELL, "nestcell": _CELL, "row": _ROW, "nestrow": _ROW, "trowd": _BEGIN},
    **{"shp": "", "shpinst": "", "shptxt": rf"\par {BOX}"},
}
"""What stands for a control word that striprtf would drop, or blur: cells of tables, and boxes."""


def read_richtext(source: Source) -> Parsed:
    """Read an .rtf: tracked changes as if accepted; comments, footnotes and hidden text are left out and counted.

    Raises
    ------
    TranscriptError
        The file is no rich text.
    """
    from striprtf.striprtf import rtf_to_text

    if not source.data.lstrip().startswith(b"{\\rtf"):
        raise TranscriptError("is no rich text", where=source.path, todo="give the file the ending of its format")
    raw = source.data.decode("latin-1")
    found = document(_with_rows(rtf_to_text(_kept(raw), errors="replace")), source.known)
    changes = re.search(r"\\(?:deleted|revised)(?![a-z])", raw)
    return found._replace(notes=(*found.notes, *([TRACKED] if changes else [])))


class _State(NamedTuple):
    """What holds at a place: it lies in a group that is no part of the text, is hidden, was deleted, or names fonts."""

    gone: bool = False
    hidden: bool = False
    deleted: bool = False
    fonts: bool = False
    font: str = "0"

    def after(self, word: str, number: str | None) -> _State:
        """Return what holds after a control word."""
        if word in _DESTINATIONS:
            return self._replace(gone=True)
        if word in {"v", "plain"}:
            return self._replace(hidden=word == "v" and number != "0")
        if word == "f" and self.fonts:
            return self._replace(font=number or "0")
        if word == "fonttbl":
            return self._replace(fonts=True)
        return self._replace(deleted=number != "0") if word == "deleted" else self


def _kept(raw: str) -> str:
    """Return the RTF without the words that are no part of the text."""
    kept: list[str] = []
    outer: list[_State] = []
    now, binary_until = _State(), 0
    for token in _TOKEN.finditer(raw):
        before = now
        if token.start() < binary_until or (token[0] == r"\*" and _begins_known(raw, token.end())):
            continue
        if token["word"] == "bin":
            binary_until = token.end() + int(token["number"] or 0)
        elif token["brace"] == "{":
            outer.append(now)
        elif token["brace"]:
            now = outer.pop() if outer else now
        else:
            now = now.after(token["word"] or "", token["number"])
        kept.append(token[0] if token["brace"] else _instead(token, before, now))
    return "".join(kept)


def _instead(found: re.Match[str], before: _State, now: _State) -> str:
    """Return what is kept of a token: itself, nothing, or the mark of what is left out.

    Of the table of fonts only their character sets are kept: striprtf's time is quadratic in the rest.
    """
    token, word = found[0], found["word"]
    if before.gone or word in {"bin", "deleted"}:
        return ""
    if now.gone and word:
        return "" if before.hidden or before.deleted else _DESTINATIONS[word]
    if before.fonts:
        return rf"\f{now.font}\fcharset{found['number'] or 0} x;" if word == "fcharset" else ""
    if now.hidden and not before.hidden:
        return MARKS["hidden passage"]
    if now.hidden or now.deleted:
        return token if word and word not in _TEXT else ""
    return _OTHERWISE.get(word or "", token)


def _begins_known(raw: str, offset: int) -> bool:
    r"""Tell whether a destination that is treated here follows: `\*` would have the mark in its place ignored."""
    following = _TOKEN.match(raw, offset)
    return following is not None and (following["word"] in _DESTINATIONS or following["word"] in _OTHERWISE)


def _with_rows(text: str) -> str:
    """Return the text with its table rows as lines."""
    flow = Flow()
    for part in text.split(_ROW):
        first = part.find(_CELL)
        begin = max(part.rfind(_BEGIN, 0, first), part.rfind("\n", 0, first) if _BEGIN not in part[:first] else -1)
        flow.words(part[: begin + 1] if first >= 0 else part)
        if first >= 0:
            flow.open_row()
            for cell in part[begin + 1 :].split(_CELL)[:-1]:
                flow.open_cell()
                flow.words(cell)
                flow.close_cell()
            flow.close_row()
    return flow.text().replace(_BEGIN, "")
