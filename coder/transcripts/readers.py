"""Read a transcript, by the ending of its file."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from coder.errors import TranscriptError
from coder.transcripts.plain import read_plain
from coder.transcripts.subtitles import read_subtitles
from coder.transcripts.tabular import read_table
from coder.transcripts.turns import Parsed
from coder.transcripts.word import read_word
from coder.types import Transcript

_READERS: dict[str, Callable[[bytes, Path, Collection[str]], Parsed]] = {
    ".txt": read_plain,
    ".docx": read_word,
    ".vtt": read_subtitles,
    ".srt": read_subtitles,
    ".sbv": read_subtitles,
    ".csv": lambda data, path, _known: read_table(data, path),
}
ENDINGS = tuple(_READERS)
"""The endings of the files that `read` knows."""


def read(path: Path, *, name: str | None = None, known: Collection[str] = ()) -> Transcript:
    """Read one interview from a file.

    Parameters
    ----------
    path
        A file whose ending is in `ENDINGS`.
    name
        The transcript's name in the study; the file's name without its ending, if None.
    known
        Labels of speakers that are believed wherever they start a turn; others have to look like labels.

    Raises
    ------
    TranscriptError
        The file cannot be read, is of an unknown kind, is broken, or holds no words.
    """
    ending = path.suffix.lower()
    if ending not in _READERS:
        todo = f"export it as one of: {', '.join(ENDINGS)}"
        raise TranscriptError(f"files ending in `{ending}` are not known", where=path, todo=todo)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TranscriptError("cannot be read", where=path, todo=error.strerror) from error
    if not data:
        raise TranscriptError("is empty", where=path)
    parsed = _READERS[ending](data, path, known)
    if not parsed.turns:
        raise TranscriptError("holds no words", where=path)
    return Transcript(name or path.stem, parsed.text, parsed.turns, ending[1:], parsed.encoding, parsed.notes)
