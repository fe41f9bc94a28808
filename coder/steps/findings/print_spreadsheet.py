"""Citations for print in a spreadsheet: written, edited, pinned and translated by a person, and taken back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from coder.errors import CodingError, UsageError
from coder.steps.coding.coders import check_coder
from coder.steps.findings.print_edits import (
    Editions,
    cited,
    editions_of,
    language_code,
    passage,
    set_edit,
    set_pin,
    set_translation,
)
from coder.steps.findings.selection import Selection, findings
from coder.steps.study.study import Study
from coder.tables.citation_order import in_order
from coder.tables.formats.cells import FORMULA
from coder.tables.quote_tables import in_running_text
from coder.types import Citation

COLUMNS = ("id", "code", "who", "original", "print", "pin")
MUST = ("id", "original")
PINNED = {"x": True, "yes": True, "1": True, "": False, "no": False, "0": False}


def write_sheet(
    study: Study,
    path: Path,
    selection: Selection | None = None,
    languages: Sequence[str] = (),
    *,
    dry_run: bool = False,
) -> int:
    """Write citations as a spreadsheet to edit, a row each; return the number of rows.

    `print` has the words as they are printed now, `pin` an x where a citation is pinned. There is a column for each of
    the languages, and for those in which any of the citations is there already. In a CSV file, what a spreadsheet would
    run as a formula begins with an apostrophe.

    Raises
    ------
    UsageError
        A language is no two-letter code, or is called as another column is.
    """
    import pandas as pd

    from coder.tables.formats.spreadsheets_in import write_table

    found = findings(study, replace(selection or Selection(), real_names=True)).citations
    wanted = sorted({language_code(one) for one in languages} | {one for c in found for one in c.translations})
    if "id" in wanted:
        todo = "keep it with `coder citations translate STUDY ID --language id`"
        raise UsageError("`id` is the column of numbers, so Indonesian has none in the sheet", todo=todo)
    rows = [_row(c, wanted) for c in in_order(found, study.scheme.with_retired())]
    if path.suffix.lower() == ".csv":
        rows = [tuple(f"'{cell}" if FORMULA.match(cell) else cell for cell in row) for row in rows]
    if not dry_run:
        write_table(pd.DataFrame(rows, columns=[*COLUMNS, *wanted]).astype(str), path)
    return len(rows)


def _row(c: Citation, languages: Sequence[str]) -> tuple[str, ...]:
    who = in_running_text(c)[1:-1]
    translated = (c.translations.get(language, "") for language in languages)
    return (str(c.event), c.code, who, c.words, c.text, "x" if c.pinned else "", *translated)


@dataclass
class SheetRead:
    """What came back in a spreadsheet: its rows, what was written of them, and columns that were left alone."""

    rows: int
    edits: int = 0
    pins: int = 0
    translations: int = 0
    left_alone: tuple[str, ...] = ()


def read_sheet(study: Study, path: Path, coder: str, *, dry_run: bool = False) -> SheetRead:
    """Take back what a person edited, pinned and translated in a spreadsheet; what is unchanged writes nothing.

    An empty cell in `print` goes back to the original, an empty one of a language takes the translation back. Of rows
    on the same passage it is enough to change one.

    Raises
    ------
    CodingError
        Any row does not fit: every such row is named, and nothing is written.
    """
    from coder.tables.formats.spreadsheets_in import read_rows

    columns, found = read_rows(path, MUST, "write the sheet again with `coder citations sheet STUDY --out`")
    rows = [{column: _cell(text) for column, text in row.items()} for row in found]
    languages = [column for column in columns if re.fullmatch("[a-z]{2}", column) and column not in COLUMNS]
    reader = _Reader(study, coder, editions_of(study), languages)
    left_alone = tuple(column for column in columns if column not in {*COLUMNS, *languages})
    read, wrong = SheetRead(len(rows), left_alone=left_alone), []
    with study.store.transaction("edit citations", dry_run=dry_run):
        check_coder(study, coder)
        for line, row in enumerate(rows, start=2):
            try:
                reader.take(row, line, read)
            except (CodingError, UsageError) as error:
                wrong.append(CodingError(error.message, where=f"{path}, line {line}", todo=error.todo))
        if wrong:
            many = "1 row does" if len(wrong) == 1 else f"{len(wrong)} rows do"
            raise CodingError("\n".join(map(str, wrong[:20])) + f"\n{many} not fit; nothing was written")
    return read


@dataclass
class _Reader:
    """Takes rows one by one; `known` is what held before the first, `said` what rows have changed so far."""

    study: Study
    coder: str
    known: Editions
    languages: Sequence[str]
    said: dict[tuple[str, int], tuple[str, int]] = field(default_factory=dict)

    def take(self, row: Mapping[str, str], line: int, read: SheetRead) -> None:
        """Write down what a row changes."""
        if not any(row.values()):
            return
        event = cited(self.study, _number(row["id"]))
        segment, words = event.segment, passage(self.study, event.id, event.segment).words
        if row["original"].split() != words.split():
            raise CodingError(
                f"`original` does not have the words of citation {event.id}",
                todo="leave `original` as it was written; if the transcript was corrected, write the sheet again",
            )
        if "print" in row:
            wanted = row["print"] or words
            if self._is_new("print", segment, self.known.printed(segment, words), wanted, line):
                read.edits += set_edit(self.study, self.known, segment, words, wanted, self.coder)
        if "pin" in row:
            on, before = _pinned(row["pin"]), self.known.pinned(segment, str(event.code))
            if self._is_new(f"pin of {event.code}", segment, "x" * before, "x" * on, line):
                read.pins += set_pin(self.study, self.known, event, self.coder, on)
        for language in self.languages:
            if self._is_new(language, segment, self.known.translated(segment).get(language, ""), row[language], line):
                read.translations += set_translation(
                    self.study, self.known, segment, words, language, row[language], self.coder
                )

    def _is_new(self, what: str, segment: int, before: str, wanted: str, line: int) -> bool:
        """Say whether a row changes what held before, and no row before it has said so; both must say the same."""
        if before.split() == wanted.split():
            return False
        said, earlier = self.said.setdefault((what, segment), (wanted, line))
        if said.split() != wanted.split():
            raise CodingError(f"`{what}` is not what line {earlier} says of the same words", todo="leave one of them")
        return earlier == line


def _cell(text: str) -> str:
    """Return the text of a cell without the apostrophe that keeps a spreadsheet from running it as a formula."""
    return text[1:] if text[:1] == "'" and FORMULA.match(text[1:]) else text


def _number(text: str) -> int:
    number = text.removesuffix(".0")  # a spreadsheet may take it for a number with decimals
    if not (number.isascii() and number.isdecimal()):
        raise CodingError(f"`{text}` is no number of a citation", todo="leave `id` as it was written")
    return int(number)


def _pinned(text: str) -> bool:
    if text.lower() not in PINNED:
        raise CodingError(f"`pin` is `{text}`", todo="write x to pin the citation, or leave the cell empty")
    return PINNED[text.lower()]
