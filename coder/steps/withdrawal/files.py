"""The files of a study that hold a participant's words: which are deleted, which are changed, which are only named."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote

from coder.errors import CoderError, CodingError
from coder.steps.coding.human_codings import coding_files, place_of_row, rows_of
from coder.steps.study.study import Study
from coder.steps.withdrawal.participants import Theirs
from coder.steps.withdrawal.remove import REMOVED
from coder.steps.withdrawal.scheme_texts import without_quotations
from coder.tables.formats.atomic_files import replacing
from coder.transcripts.csvtable import without_rows
from coder.transcripts.quoted import Quoted

_CLOSED = {".pdf", ".png", ".jpg", ".jpeg", ".gif", ".tif", ".tiff", ".doc", ".xls", ".gz", ".7z", ".rar"}
_CLOSED |= {".mp3", ".mp4", ".m4a", ".wav", ".ogg", ".flac", ".webm", ".mov"}
_MOST_BYTES = 2**28
"""A larger file is not searched, but named."""


@dataclass(frozen=True)
class Change:
    """A file that is written again without a participant's words."""

    path: Path
    write: Callable[[], None]


def doomed(study: Study, found: Sequence[Theirs], theirs: Quoted) -> list[Path]:
    """Return the files to delete: their transcripts, all that was published, and what else in out/ quotes them.

    A transcript's file goes as a whole, also where others speak in it: study.db keeps what they said.
    """
    files = {one.stored.file for one in found if one.stored.file}
    names = (study.folder / folder / file for folder in ("transcripts", REMOVED) for file in sorted(files))
    published = _published(study.out)
    quoted, closed = quoting(study.out, theirs.in_text, published) if found else ([], [])
    return [*(path for path in names if path.is_file()), *published, *quoted, *closed]


def _published(folder: Path) -> list[Path]:
    """Return the page that was published last, and the files to which it leads."""
    page = folder / "index.html"
    if not page.is_file():
        return []
    links = re.findall(r'(?:href|src)="([^"/#:]+)"', page.read_text("utf-8"))
    files = (folder / unquote(unescape(link)) for link in dict.fromkeys(links))
    return [page, *(file for file in files if file.is_file())]


def changes(study: Study, found: Sequence[Theirs], theirs: Quoted) -> list[Change]:
    """Return the changes of cases.csv, tables of codings and the scheme; nothing of a file that needs none."""
    names = {(one.stored.transcript.name, one.speaker) for one in found}
    made = [
        _without_cases(study, names),
        *(_without_codings(path, found, theirs) for path in coding_files(study.folder)),
    ]
    return [change for change in (*made, _without_examples(study, theirs)) if change]


def _without_cases(study: Study, names: Collection[tuple[str, str]]) -> Change | None:
    path = study.folder / "cases.csv"
    if not path.is_file():
        return None

    def goes(row: Mapping[str, str]) -> bool:
        own = row.get("transcript", "")
        return (own, "") in names or (bool(row.get("speaker")) and (own, row["speaker"]) in names)

    before = path.read_bytes()
    after = without_rows(before, path, lambda header: "transcript" in header, goes)
    return None if after == before else Change(path, lambda: _write(path, after))


def _without_codings(path: Path, found: Sequence[Theirs], theirs: Quoted) -> Change | None:
    """Leave out the rows that are about their words or quote them."""
    from coder.tables.formats.spreadsheets_in import read_table, write_table

    try:
        going = [_is_theirs(row, found, theirs) for row in rows_of(path)]
        if not any(going):
            return None
        frame = read_table(path)
    except CoderError:
        return None  # it is no table of codings; where it quotes them, it is named
    kept = frame[[not one for one in going]]
    return Change(path, lambda: write_table(kept, path))


def _is_theirs(row: Mapping[str, str], found: Sequence[Theirs], theirs: Quoted) -> bool:
    for one in found:
        if row["transcript"] == one.stored.transcript.name:
            try:
                if not one.speaker or one.holds(*place_of_row(one.stored, row)):
                    return True
            except CodingError:
                continue  # the citation is not there, or the coder read all of it
    return any(theirs.in_text(cell) for cell in row.values())


def _without_examples(study: Study, theirs: Quoted) -> Change | None:
    path = study.folder / study.settings.scheme
    before = path.read_text("utf-8-sig")
    after = without_quotations(before, theirs)
    return None if after == before else Change(path, lambda: _write(path, after.encode()))


def _write(path: Path, data: bytes) -> None:
    with replacing(path) as part:
        part.write_bytes(data)


def quoting(folder: Path, holds: Callable[[str], bool], passed_over: Collection[Path]) -> tuple[list[Path], list[Path]]:
    """Return the files of a folder in which a text `holds` what is searched, and those that cannot be searched.

    Not looked at are study.db, what can be deleted anyway, and the files that are passed over.
    """
    found, closed = [], []
    for path in sorted(folder.rglob("*")):
        own = path.relative_to(folder).parts[0]
        if not path.is_file() or path in passed_over or own.startswith("study.db") or own == "cache":
            continue
        if path.suffix.lower() in _CLOSED or path.stat().st_size > _MOST_BYTES:
            closed.append(path)
            continue
        try:
            found += [path] if any(holds(text) for text in texts_in(path.read_bytes(), path)) else []
        except (CoderError, zipfile.BadZipFile, OSError):
            closed.append(path)
    return found, closed


def texts_in(data: bytes, path: Path) -> Iterator[str]:
    """Yield the texts in the bytes of a file: its own, or those of each member of an archive, as docx and xlsx are."""
    if path.suffix.lower() == ".parquet":
        from coder.tables.formats.spreadsheets_in import read_table

        yield read_table(path).to_csv()
    elif zipfile.is_zipfile(BytesIO(data)):
        with zipfile.ZipFile(BytesIO(data)) as archive:
            for member in archive.infolist():
                if member.file_size <= _MOST_BYTES and not member.flag_bits & 1:
                    yield _decoded(archive.read(member))
    else:
        yield _decoded(data)


def _decoded(data: bytes) -> str:
    utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    return data.decode("utf-16" if utf16 else "utf-8", errors="ignore")
