"""Recognise what was withdrawn or removed when somebody imports it again."""

from __future__ import annotations

import unicodedata
from collections.abc import Container
from pathlib import Path

from coder.errors import TranscriptError
from coder.store import corpus, removal, withdrawal
from coder.store.database import Store
from coder.transcripts.quoted import letters
from coder.types import Transcript

LONG = 40
"""A turn of so many letters and digits is recognised by itself."""


def name_mark(store: Store, transcript: str, speaker: str = "") -> str:
    """Return the mark of a transcript, or of one of its speakers."""
    return withdrawal.mark(store, *(unicodedata.normalize("NFC", one).casefold() for one in (transcript, speaker)))


def turn_marks(store: Store, transcript: Transcript, speakers: Container[str] | None = None) -> set[str]:
    """Return the marks of the long turns of a transcript, of all speakers or of these."""
    turns = (t for t in transcript.turns if speakers is None or t.speaker in speakers)
    said = (letters(transcript.words(t.start, t.end)) for t in turns)
    return {withdrawal.mark(store, "turn", words) for words in said if len(words) >= LONG}


def is_removed(store: Store, transcript: Transcript) -> bool:
    """Tell whether this text of a transcript was removed from the study."""
    return any((one.name, one.sha256) == (transcript.name, corpus.digest(transcript)) for one in removal.removed(store))


def refusal(store: Store, transcript: Transcript, path: Path) -> TranscriptError | None:
    """Return why a transcript is not imported again: somebody withdrew, or it was removed; None where nothing is.

    A withdrawn one is recognised by its name, by a speaker who withdrew from it, or by one of their longer turns; a
    removed one by its name and text, since another text of that name may be the right one.
    """
    if is_removed(store, transcript):
        todo = "`coder undo` puts it back"
        return TranscriptError(f"`{transcript.name}` was removed from the study", where=path, todo=todo)
    why = _withdrawn(store, transcript)
    return TranscriptError(why, where=path, todo="delete the file, or take their words out of it") if why else None


def _withdrawn(store: Store, transcript: Transcript) -> str:
    name = transcript.name
    if withdrawal.marked(store, [name_mark(store, name)]):
        return f"a transcript called `{name}` was withdrawn; another interview needs another name"
    for speaker in dict.fromkeys(turn.speaker for turn in transcript.turns):
        if withdrawal.marked(store, [name_mark(store, name, speaker)]):
            return f"`{speaker}` withdrew from `{name}`"
    return (
        "it holds words of a participant who withdrew"
        if withdrawal.marked(store, turn_marks(store, transcript))
        else ""
    )
