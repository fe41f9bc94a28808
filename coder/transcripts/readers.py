"""Read transcripts, by the ending of their file: the reader for it is found among the installed packages.

A reader takes a `Source` and returns what it holds, one `Parsed` or a list of them. A package offers one by an entry
point of the group `coder.readers`, named after the ending without its dot; so does this one, in pyproject.toml.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from coder.errors import CoderError, TranscriptError
from coder.files.workbooks import LARGEST_FILE
from coder.transcripts.turns import Parsed, Source
from coder.types import NO_COLUMNS, NO_RULES, LabelRules, TableColumns, Transcript

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

logger = logging.getLogger("coder")

Reader = Callable[[Source], Parsed | list[Parsed]]


_HALF = re.compile("[\ud800-\udfff]")
"""Half of a character, which JSON and rich text can name and no file can hold."""


@cache
def _found() -> dict[str, list[EntryPoint]]:
    """Return the readers that are installed, by ending with its dot, in order of the ending."""
    from importlib import metadata

    found: dict[str, list[EntryPoint]] = {}
    for point in sorted(metadata.entry_points(group="coder.readers")):
        found.setdefault(f".{point.name.lower()}", []).append(point)
    return found


def endings() -> tuple[str, ...]:
    """Return the endings of the files that `read` knows, such as `.docx`."""
    return tuple(_found())


def reader(path: Path) -> Reader:
    """Return the reader for the ending of a file.

    Raises
    ------
    TranscriptError
        No package reads files of this ending, several do, or the one that does cannot be loaded.
    """
    ending = path.suffix.lower()
    points = _found().get(ending, [])
    if not points:
        todo = f"export it as one of: {', '.join(endings())}"
        raise TranscriptError(f"files ending in `{ending}` are not known", where=path, todo=todo)
    packages = [point.dist.name if point.dist else point.value for point in points]
    if len(points) > 1:
        several = f"files ending in `{ending}` have {len(points)} readers, of {' and '.join(packages)}"
        raise TranscriptError(several, where=path, todo="uninstall all but one of these packages")
    try:
        found: Reader = points[0].load()
    except (ImportError, AttributeError) as error:
        message = f"the reader for `{ending}` of {packages[0]} cannot be loaded ({error})"
        raise TranscriptError(message, where=path, todo=f"install {packages[0]} again") from error
    return found


def read_all(
    path: Path, *, name: str | None = None, known: LabelRules = NO_RULES, columns: TableColumns = NO_COLUMNS
) -> list[Transcript]:
    """Read the interviews in a file; most files hold one.

    Parameters
    ----------
    path
        A file whose ending is among `endings()`.
    name
        The transcript's name in the study; the file's name without its ending, if None. An interview that has a name
        of its own, as in a table of several, keeps that.
    known
        What the study says of labels of speakers; others have to look like labels.
    columns
        What the study says of the columns of tables; others are found by their names.

    Raises
    ------
    TranscriptError
        The file cannot be read, is too large, of an unknown kind, or broken, or holds no words.
    """
    read_format = reader(path)
    source = Source(_bytes(path), path, known, columns)
    try:
        found = read_format(source)
    except CoderError:
        raise
    except Exception as error:  # a damaged file may break a library anywhere, and one file must not stop the others
        logger.debug("reading %s failed", path, exc_info=True)
        message = f"cannot be read as {path.suffix.lower()} ({type(error).__name__}: {str(error)[:200]})"
        todo = "open it in the program that made it, and save it again"
        raise TranscriptError(message, where=path, todo=todo) from error
    parsed = [_whole(one) for one in ([found] if isinstance(found, Parsed) else found) if one.turns]
    if not parsed:
        raise TranscriptError("holds no words", where=path)
    return [
        Transcript(
            one.name or name or path.stem,
            one.text,
            one.turns,
            path.suffix.lower()[1:],
            one.encoding,
            one.notes,
            one.remarks,
        )
        for one in parsed
    ]


def read(path: Path, *, name: str | None = None, known: LabelRules = NO_RULES) -> Transcript:
    """Read the one interview in a file, as `read_all` does.

    Raises
    ------
    TranscriptError
        As `read_all`, or the file holds several interviews.
    """
    found = read_all(path, name=name, known=known)
    if len(found) > 1:
        todo = "read them with `read_all`"
        raise TranscriptError(f"holds {len(found)} interviews, such as `{found[0].name}`", where=path, todo=todo)
    return found[0]


def _whole(one: Parsed) -> Parsed:
    """Put U+FFFD in the place of each half of a character, so that offsets hold, and say so."""
    if not (halves := len(_HALF.findall(one.text + one.name))):
        return one
    turns = tuple(replace(turn, speaker=_HALF.sub("\ufffd", turn.speaker)) for turn in one.turns)
    note = f"halves of characters, which stand as \ufffd: {halves}"
    text, name = (_HALF.sub("\ufffd", words) for words in (one.text, one.name))
    return one._replace(text=text, turns=turns, notes=(*one.notes, note), name=name)


def _bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            limit = f"is too large: {size:,} bytes, where {LARGEST_FILE:,} is the limit"
            raise TranscriptError(limit, where=path, todo="take out pictures and recordings, or split it")
        data = path.read_bytes()
    except OSError as error:
        raise TranscriptError("cannot be read", where=path, todo=error.strerror) from error
    if not data:
        raise TranscriptError("is empty", where=path)
    return data
