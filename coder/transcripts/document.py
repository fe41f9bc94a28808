"""What the readers of documents share: lines from blocks, rows and cells, and notes on what is no part of the words."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from coder.transcripts.labels import NO_LABELS, head_of
from coder.transcripts.plain import label_turns
from coder.transcripts.speakers import is_role_word
from coder.transcripts.turns import Parsed, trim
from coder.types import NO_RULES, LabelRules, Remark, Turn

MARKS = {
    "comment": "\ufdd0",
    "footnote": "\ufdd1",
    "hidden passage": "\ufdd2",
    "heading": "\ufdd3",
    "page head": "\ufdd6",
}
"""What is left out, and the character that stands in its place until the turns are found (no text has these)."""

PAGE = "\ufdd4"
"""Where a page begins, the first one, too."""

BOX = "\ufdd5"
"""Where a text box stands, whose words are read."""

BY_TYPE = "no labels: paragraphs in bold or italics are taken as one speaker's words, the other ones as another's"
_TYPES = ("Speaker in plain type", "Speaker in bold or italics")

TRACKED = "tracked changes are read as if accepted"

EMPHASIS = "\ufdd7"
"""Where a paragraph begins whose words are all in bold, or all in italics."""

COMMENTED = "\ufdd8"
"""Where the passage of a comment begins, if that is known; the comment's mark ends it."""

_MARK = re.compile("[\ufdd0-\ufdd8][\U000f0000-\U000ffffd]?|\xad")  # a soft hyphen is no part of a word, either
_TIME = re.compile(r"[\[(]?[\d:.,]*:[\d:.,]*\d[\])]?")
_HEADER_CELLS = {
    *("speaker", "who", "name", "role", "text", "words", "utterance", "content", "time", "timestamp", "no", "nr", "#"),
    *("start", "tid", "talare", "namn", "zeit", "sprecher", "temps", "locuteur"),
}


Beside = Mapping[str, tuple[str, str]]
"""The words and the author of comments and footnotes, by their marks with the number that `numbered` gives."""


def numbered(mark: str, n: int) -> str:
    """Return a mark that is told from others of its kind."""
    return mark + chr(0xF0000 + n % 0xFFFD)


def document(marked: str, rules: LabelRules = NO_RULES, beside: Beside = MappingProxyType({})) -> Parsed:
    r"""Find the turns of a document's text, and say what was left out and where; the marks are no part of the text.

    Comments and footnotes whose words are known, `beside`, become remarks on their passage, or else on their paragraph.

    Examples
    --------
    >>> found = document(f"Q: Why?\nR: So{MARKS['comment']}.\nQ: And?")
    >>> found.text, found.notes
    ('Q: Why?\nR: So.\nQ: And?', ('not read: 1 comment (in turn 2)',))
    """
    text = _MARK.sub("", marked)
    turns, notes = label_turns(text, rules)
    places: dict[str, list[int]] = {}
    begun: dict[str, int] = {}
    remarks: list[Remark] = []
    gone = 0
    for mark in _MARK.finditer(marked):
        at, gone = mark.start() - gone, gone + len(mark[0])
        if mark[0] in beside:
            start, end = begun.get(mark[0][1:], text.rfind("\n", 0, at) + 1), at
            remarks.append(_remark(turns, text, start, end, *beside[mark[0]]))
        elif mark[0][0] == COMMENTED:
            begun[mark[0][1:]] = at
        else:
            places.setdefault(mark[0][0], []).append(_turn_at(turns, at))
    emphasised = {n - 1 for n in places.get(EMPHASIS, ())}
    if NO_LABELS in notes and 0.2 * len(turns) <= len(emphasised) <= 0.8 * len(turns):
        turns = tuple(replace(turn, speaker=_TYPES[turn.n in emphasised]) for turn in turns)
        notes = (*(note for note in notes if note != NO_LABELS), BY_TYPE)
    kept = (f"comments and footnotes become memos: {len(remarks)}",) if remarks else ()
    return Parsed(text, turns, notes=(*notes, *_notes(places), *kept), remarks=tuple(remarks))


def _remark(turns: Sequence[Turn], text: str, start: int, end: int, words: str, author: str) -> Remark:
    """Return a remark on a passage inside of one turn; on nothing, with offsets of 0, where no turn has it."""
    n = max(0, _turn_at(turns, max(start, end - 1)) - 1)
    span = trim(text, max(start, turns[n].start), min(end, turns[n].end)) if turns else None
    return Remark(*(span or (0, 0)), words, author)


def _turn_at(turns: Sequence[Turn], offset: int) -> int:
    """Return the number, from 1, of the turn at an offset; 0 before the first."""
    return bisect_right(turns, offset, key=lambda turn: turn.start)


def _notes(places: dict[str, list[int]]) -> list[str]:
    """Say how much was left out, and in which turns; and where pages begin."""
    left = [
        f"{len(found)} {what}{'s' * (len(found) > 1)}{_in_turns(found)}"
        for what, mark in MARKS.items()
        if (found := places.get(mark))
    ]
    notes = [f"not read: {', '.join(left)}"] if left else []
    if boxes := places.get(BOX):
        notes.append(f"text boxes are read where they are anchored: {len(boxes)}{_in_turns(boxes)}")
    if pages := places.get(PAGE, [])[1:]:
        begins = ", ".join(f"{n} in {turn}" for n, turn in enumerate(pages, start=2))
        notes.append(f"pages begin in turns: {begins}")
    return notes


def _in_turns(found: list[int]) -> str:
    """Name turns, the first ten."""
    turns = [str(turn) for turn in dict.fromkeys(found) if turn]
    more = ", ..." if len(turns) > 10 else ""
    return f" (in turn{'s' * (len(turns) > 1)} {', '.join(turns[:10])}{more})" if turns else ""


def roles_of(cells: Sequence[str]) -> tuple[str, ...]:
    """Return the columns of a table of questions and answers by its first row; none where it is no such table.

    Examples
    --------
    >>> roles_of(["No", "Question", "Answer"]), roles_of(["Speaker", "Text"])
    (('', 'Question', 'Answer'), ())
    """
    roles = tuple("" if cell.casefold() in _HEADER_CELLS else cell for cell in cells)
    named = [role for role in roles if role]
    return roles if len(named) > 1 and all(map(is_role_word, named)) else ()


def row_line(cells: Sequence[str], roles: Sequence[str] = ()) -> str | None:
    r"""Return a row of a table as a line, or None for a row of column names.

    The last cell holds the words; of those before, a time becomes `[time]`, a number is left out, a name the label.
    In a table of questions and answers the columns say who speaks (`roles_of`), and each cell is a line.

    Examples
    --------
    >>> row_line(["1", "0:05", "Anna", "Well."]), row_line(["Speaker", "Text"])
    ('[0:05] Anna: Well.', None)
    >>> row_line(["Why?", "So."], ("Question", "Answer"))
    'Question: Why?\nAnswer: So.'
    """
    if all(cell.casefold() in _HEADER_CELLS for cell in cells):
        return None
    if roles and len(cells) == len(roles):
        said = [f"{role}: {cell}" for role, cell in zip(roles, cells, strict=True) if role and cell]
        return None if tuple(cells) == tuple(roles) else "\n".join(said)
    *before, words = [cell for cell in cells if cell] or [""]
    times = [cell for cell in before if _TIME.fullmatch(cell)]
    names = [cell for cell in before if cell not in times and not re.fullmatch(r"[\d.)]+", cell)]
    time = f"[{times[0].strip('[]()')}] " if times else ""
    if len(names) == 1 and head_of(labelled := f"{time}{names[0].rstrip(' :')}: {words}"):
        return labelled
    return "\t".join(cell for cell in cells if cell)


class Flow:
    r"""The text of a document as its blocks, rows and cells open and close, in time linear in its length.

    Examples
    --------
    >>> flow = Flow()
    >>> flow.words("Q: Why?")
    >>> flow.open_row()
    >>> for cell in "R", "So.":
    ...     flow.open_cell()
    ...     flow.words(cell)
    ...     flow.close_cell()
    >>> flow.close_row()
    >>> flow.text()
    'Q: Why?\nR: So.'
    """

    def __init__(self) -> None:
        self._cells: list[list[str]] = [[]]
        self._rows: list[list[str]] = []
        self._roles: tuple[str, ...] = ()
        self.beside: dict[str, tuple[str, str]] = {}

    def words(self, words: str) -> None:
        """Add words to the line; blanks do not begin one."""
        if words.strip(" ") or (words and self._cells[-1] and self._cells[-1][-1] != "\n"):
            self._cells[-1].append(words)

    def remark(self, mark: str, words: str, author: str = "") -> None:
        """Add a comment or a footnote, whose words are no part of the line."""
        name = numbered(mark, len(self.beside)) if words else mark
        self._cells[-1].append(name)
        if words:
            self.beside[name] = words, author

    def line(self) -> None:
        """End the line, if there is anything on it."""
        if self._cells[-1] and self._cells[-1][-1] != "\n":
            self._cells[-1].append("\n")

    def open_row(self) -> None:
        """Begin a row of a table."""
        self.line()
        self._rows.append([])

    def open_cell(self) -> None:
        """Begin a cell."""
        self._cells.append([])

    def close_cell(self) -> None:
        """End a cell."""
        if self._rows and len(self._cells) > 1:
            self._rows[-1].append(_lines("".join(self._cells.pop())))

    def close_row(self) -> None:
        """End a row: it becomes a line."""
        cells = self._rows.pop() if self._rows else []
        roles = roles_of(cells)
        self._roles = roles or (self._roles if len(cells) == len(self._roles) else ())
        self.words(("" if roles else row_line(cells, self._roles)) or "")
        self.line()

    def text(self) -> str:
        """Return the lines, without blanks at their ends."""
        return _lines("".join(words for cell in self._cells for words in cell))


def _lines(text: str) -> str:
    return "\n".join(line.strip(" ") for line in text.split("\n")).strip()
