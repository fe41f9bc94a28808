"""Pseudonyms: real names are replaced as whole words wherever tables and figures are printed."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from io import StringIO
from pathlib import Path

from coder.errors import TableError, did_you_mean
from coder.tables.formats.spreadsheets_in import decoded, delimiter

COLUMNS = ("name", "pseudonym", "of")
KEPT = "-"
"""What stands as the pseudonym of a word that was looked at and is no name, or one that may be printed."""
Row = tuple[str, str, str]
"""A row of pseudonyms.csv: name, pseudonym, and the name of which it is another spelling."""
_UNSPACED = (  # scripts that write words without spaces between them, or endings and particles onto a name
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Myanmar, Khmer
    "\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\uac00-\ud7ff"  # kana, Hangul
    "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
)
_SAME = str.maketrans("\u2019\u02bc\u2010\u2011", "''--")
Forms = dict[str, list[tuple[tuple[str, ...], str, str]]]
"""By its first word, what is looked for: the words, the name as listed, its pseudonym; the longest first."""


@cache
def _word(*, digits: bool) -> str:
    """Return the pattern of a word: letters, the marks on them, and digits, which else are a word of their own."""
    marks = "".join(c for c in map(chr, range(0x10000)) if unicodedata.category(c)[0] == "M")
    marks = re.sub(f"[{_UNSPACED}]", "", marks)
    letters = "" if digits else r"\d"
    return rf"(?:[^\W_{letters}{_UNSPACED}\u02bc]+|[{marks}]+)+"


@cache
def _cut(*, digits: bool) -> re.Pattern[str]:
    """Return the pattern that cuts a text into words and single signs."""
    return re.compile(rf"{_word(digits=digits)}|\d+|\S")


def _plain(word: str) -> str:
    """Return a word so that it equals itself with other apostrophes, hyphens and ways to write an accent."""
    return unicodedata.normalize("NFC", word).translate(_SAME)


def fold(name: str) -> str:
    """Return a name so that it equals itself in other capitals, and with other apostrophes, hyphens and spaces."""
    return " ".join(_plain(name).casefold().split())


def _words(text: str, *, digits: bool = True) -> tuple[str, ...]:
    return tuple(_plain(word) for word in _cut(digits=digits).findall(text))


@lru_cache(maxsize=4096)  # every pseudonym is compared with every name
def _tokens(text: str) -> tuple[str, ...]:
    return _words(fold(text))


def _holds(longer: str, shorter: str) -> bool:
    """Tell whether a name holds another as whole words."""
    words, inner = _tokens(longer), _tokens(shorter)
    return any(words[n : n + len(inner)] == inner for n in range(len(words) - len(inner) + 1))


def _touches(pseudonym: str, name: str) -> bool:
    """Tell whether a pseudonym holds a name, or could be read as one together with words beside it."""
    new, old = _tokens(pseudonym), _tokens(name)
    if set(new).isdisjoint(old):
        return False
    ends = (new[-n:] == old[:n] or new[:n] == old[-n:] for n in range(1, min(len(new), len(old)) + 1))
    return _holds(pseudonym, name) or any(ends)


def _spelt(name: str) -> set[str]:
    """Return a name as listed, with a capital, with one on each word, and all in capitals."""
    return {name, name[:1].upper() + name[1:], name.title(), name.upper()}


@dataclass(frozen=True)
class Pseudonyms:
    """Pairs of a real name and its pseudonym, in any order.

    A name is replaced where it stands as whole words, as it is listed, with a capital, or all in capitals: `Cell` and
    `CELL`, but not `cell`. It stays in a longer word (`Cellkit`, `Cells`), which `left` counts. Apostrophes and hyphens
    end a word (`Cell's`, `Cell-based`). In scripts without spaces (Chinese, Japanese, Thai) and in Korean every
    occurrence is replaced, since nothing tells where a word ends.

    Examples
    --------
    >>> names = Pseudonyms((("Air", "Beta"), ("Cell", "Alfa"), ("Cell AB", "Alfa")))
    >>> names.words("Cell AB's cells, AIR and Airbus")
    "Alfa's cells, Beta and Airbus"
    >>> names.name("cell-1"), names.left(["Airbus, or Airbus and Cell"])
    ('Alfa-1', {'Airbus': 2})
    """

    pairs: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "pairs", tuple(sorted(self.pairs)))

    @cached_property
    def _in_words(self) -> Forms:
        return _forms((_words(text), *pair) for pair in self.pairs for text in _spelt(pair[0]))

    @cached_property
    def _in_labels(self) -> Forms:
        return _forms((_words(fold(name), digits=False), name, new) for name, new in self.pairs)

    def words(self, text: str) -> str:
        """Return a text with every name as its pseudonym."""
        return _replaced(text, ((start, end, new) for start, end, _, new in self.places(text)))

    def name(self, label: str) -> str:
        """Return the name of a case, a speaker or a transcript, with names in it in any capitals as pseudonyms.

        A digit ends a name there: the transcript `cell1` becomes `Alfa-1`.
        """
        found = _found(label, self._in_labels, fold, digits=False)
        return _replaced(label, ((start, end, _set_off(label, start, end, new)) for start, end, _, new in found))

    def places(self, text: str) -> Iterator[tuple[int, int, str, str]]:
        """Yield where names stand in a text: start, end, the name as listed, its pseudonym."""
        return _found(text, self._in_words, _plain, digits=True)

    def counts(self, texts: Iterable[str]) -> Counter[str]:
        """Count how often each name is replaced in texts."""
        return Counter(name for text in texts for _, _, name, _ in self.places(text))

    def in_any_capitals(self, texts: Iterable[str]) -> Counter[str]:
        """Count how often each name stands in texts, also in small letters, where it is left as it is."""
        forms = _forms((_words(fold(name)), name, new) for name, new in self.pairs)
        return Counter(name for text in texts for _, _, name, _ in _found(text, forms, fold, digits=True))

    def left(self, texts: Iterable[str]) -> dict[str, int]:
        """Count the longer words that hold a name and were left as they are, for a person to look at."""
        forms = sorted({" ".join(_plain(text).split()) for name, _ in self.pairs for text in _spelt(name)})
        found = Counter(word for text in texts for word in self._longer(text, forms))
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))

    def _longer(self, text: str, forms: Sequence[str]) -> Iterator[str]:
        """Yield each longer word that holds one of these forms of names, once."""
        without = _replaced(text, ((start, end, "\0") for start, end, _, _ in self.places(text)))
        rest = " ".join(_plain(without).split())
        starts = ((at.start(), form) for form in forms for at in re.finditer(f"(?={re.escape(form)})", rest))
        if held := [(start, start + len(form)) for start, form in starts]:
            words = [word.span() for word in re.finditer(_word(digits=True), rest)]
            longer = {_around(start, end, words) for start, end in held}
            yield from (rest[start:end] for start, end in sorted(longer))


def _replaced(text: str, places: Iterable[tuple[int, int, str]]) -> str:
    """Return a text with other words at these places, which come from left to right."""
    parts, done = [], 0
    for start, end, new in places:
        parts += [text[done:start], new]
        done = end
    return "".join([*parts, text[done:]])


def _set_off(label: str, start: int, end: int, new: str) -> str:
    """Return a pseudonym with hyphens on the sides where letters or digits stand."""
    return "-" * label[:start][-1:].isalnum() + new + "-" * label[end : end + 1].isalnum()


def _forms(found: Iterable[tuple[tuple[str, ...], str, str]]) -> Forms:
    by_first: Forms = {}
    for words, name, pseudonym in sorted(set(found), key=lambda form: (-len(form[0]), form)):
        if words:
            by_first.setdefault(words[0], []).append((words, name, pseudonym))
    return by_first


def _found(
    text: str, forms: Forms, spelt: Callable[[str], str], *, digits: bool
) -> Iterator[tuple[int, int, str, str]]:
    """Yield where names stand from left to right, the longest at each place: start, end, name, pseudonym."""
    cut = list(_cut(digits=digits).finditer(text))
    words = [spelt(word[0]) for word in cut]
    n = 0
    while n < len(words):
        fits = (form for form in forms.get(words[n], ()) if tuple(words[n : n + len(form[0])]) == form[0])
        if form := next(fits, None):
            last = n + len(form[0]) - 1
            yield cut[n].start(), cut[last].end(), form[1], form[2]
            n = last
        n += 1


def _around(start: int, end: int, words: Iterable[tuple[int, int]]) -> tuple[int, int]:
    """Return a passage made longer to the borders of the words that it cuts."""
    cut = [word for word in words if word[0] < end and start < word[1]]
    return min([start, *(word[0] for word in cut)]), max([end, *(word[1] for word in cut)])


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    name: str
    pseudonym: str
    of: str


def read_pseudonyms(path: Path) -> Pseudonyms:
    """Read pseudonyms.csv: a row for each name, with the columns `name` and `pseudonym`.

    Several names may have one pseudonym where one holds the other (`Cell`, `Cell AB`); any other spelling says in a
    column `of` which name it is a spelling of, and may leave its pseudonym empty. `-` as pseudonym: it stays as it is.

    Raises
    ------
    TableError
        With file and line: a missing column, an empty cell, a name twice, two names with one pseudonym, a pseudonym
        that holds a real name.
    """
    return parse_pseudonyms(decoded(path), path)


def parse_pseudonyms(text: str, path: Path) -> Pseudonyms:
    """Read pseudonyms from the text of a CSV file; as `read_pseudonyms`."""
    rows = _filled([row for row in _rows(text, path) if row.pseudonym != KEPT], path)
    taken: dict[str, list[_Row]] = {}
    for row in rows:
        if not any(c.isalnum() for c in row.name):
            raise _wrong(path, row, f"`{row.name}` is no name", "a name has a letter or a digit")
        if any(unicodedata.category(c) == "Cc" for c in row.pseudonym):
            raise _wrong(path, row, f"the pseudonym of `{row.name}` is broken into lines", "write it on one line")
        taken.setdefault(fold(row.pseudonym), []).append(row)
        for other in rows:
            if _touches(row.pseudonym, other.name):
                said = f"the pseudonym `{row.pseudonym}` begins or ends like the real name `{other.name}`"
                if _holds(row.pseudonym, other.name):
                    said = f"the pseudonym `{row.pseudonym}` has the real name `{other.name}` in it"
                raise _wrong(path, row, said, "choose a pseudonym without words of real names at its ends")
    for same in taken.values():
        _one_name(same, path)
    return Pseudonyms(tuple((row.name, row.pseudonym) for row in rows))


def rows_of(text: str, path: Path) -> list[Row]:
    """Return the rows of a pseudonyms.csv as they are written; none for an empty text."""
    return [(row.name, row.pseudonym, row.of) for row in _rows(text, path)] if text.strip() else []


def as_csv(rows: Iterable[Row]) -> str:
    """Return the text of a pseudonyms.csv with these rows."""
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows([COLUMNS, *rows])
    return text.getvalue()


def _rows(text: str, path: Path) -> list[_Row]:
    (at, header), *rows = list(_lines(text, path)) or [(1, [])]
    if not header:
        raise TableError("the table is empty", where=path, todo="its first line is `name,pseudonym`")
    header = [cell.casefold() for cell in header]
    _check_header(header, f"{path}, line {at}")
    found = []
    for at, cells in rows:
        named = dict(zip(header, cells, strict=False))
        row = _Row(at, *(named.get(column, "") for column in COLUMNS))
        if len(cells) > len(header):
            todo = "put a name that holds the separator between double quotes"
            raise _wrong(path, row, f"the row has {len(cells)} cells where the header has {len(header)}", todo)
        found.append(row)
    return found


def _lines(text: str, path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not empty with the line where it begins."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter(text) if text.strip() else ",")
    line = 1
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        todo = "close each double quote, and write one inside words as two"
        raise TableError(f"the table breaks off ({error})", where=f"{path}, line {line}", todo=todo) from error


def _check_header(header: Sequence[str], where: str) -> None:
    for column in COLUMNS[:2]:
        if header.count(column) > 1:
            raise TableError(f"column `{column}` is there twice", where=where, todo="rename one of them")
        if column not in header:
            near = (did_you_mean(column, header) or "").replace("did you mean", "rename")
            raise TableError(f"column `{column}` is missing", where=where, todo=near or "begin with `name,pseudonym`")


def _filled(rows: Sequence[_Row], path: Path) -> list[_Row]:
    """Give each spelling the pseudonym of the name that it is `of`, and refuse empty cells and doubled names."""
    known: dict[str, _Row] = {}
    for row in rows:
        if not row.name:
            raise _wrong(path, row, "`name` is empty", "write the real name there, or delete the row")
        if first := known.get(fold(row.name)):
            todo = "delete one of the rows; capitals make no difference"
            raise _wrong(path, row, f"the name `{row.name}` stands in line {first.line} already", todo)
        known[fold(row.name)] = row
    filled = []
    for row in rows:
        first = known.get(fold(row.of)) if row.of else row
        if first is None or (row.of and first.of):
            todo = did_you_mean(row.of, (other.name for other in rows if not other.of)) or "give that name a row"
            raise _wrong(path, row, f"`of` names `{row.of}`, which has no pseudonym of its own", todo)
        pseudonym = row.pseudonym or first.pseudonym
        if not pseudonym:
            raise _wrong(path, row, f"`{row.name}` has no pseudonym", "write one in the column `pseudonym`")
        if row.of and fold(pseudonym) != fold(first.pseudonym or pseudonym):
            todo = "leave the pseudonym of another spelling empty"
            raise _wrong(path, row, f"`{row.name}` and `{first.name}` have different pseudonyms", todo)
        filled.append(_Row(row.line, row.name, pseudonym, row.of))
    return filled


def _one_name(rows: Sequence[_Row], path: Path) -> None:
    """Refuse two names with one pseudonym that are not spellings of one name."""
    same, rest = [rows[0]], list(rows[1:])
    while near := [row for row in rest if any(_spells(row, other) for other in same)]:
        same += near
        rest = [row for row in rest if row not in near]
    if rest:
        row = rest[0]
        todo = f"choose another; or, if they are one, write `{rows[0].name}` in a column `of` of this row"
        raise _wrong(path, row, f"`{rows[0].name}` and `{row.name}` have the same pseudonym `{row.pseudonym}`", todo)


def _spells(one: _Row, other: _Row) -> bool:
    by_of = fold(one.of) == fold(other.name) or fold(other.of) == fold(one.name)
    return by_of or _holds(one.name, other.name) or _holds(other.name, one.name)


def _wrong(path: Path, row: _Row, message: str, todo: str) -> TableError:
    return TableError(message, where=f"{path}, line {row.line}", todo=todo)
