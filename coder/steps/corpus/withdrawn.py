"""Recognise what was withdrawn when somebody imports it again, under its name or another one."""

from __future__ import annotations

import unicodedata
from collections.abc import Container
from pathlib import Path

from coder.errors import TranscriptError
from coder.store import withdrawal
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


def refuse_withdrawn(store: Store, transcript: Transcript, path: Path) -> None:
    """Refuse a file with the words of somebody who withdrew.

    Raises
    ------
    TranscriptError
        It has the name of a withdrawn transcript, a speaker who withdrew from it, or one of their longer turns.
    """
    todo = "delete the file, or take their words out of it"
    if withdrawal.marked(store, [name_mark(store, transcript.name)]):
        message = f"a transcript called `{transcript.name}` was withdrawn and is not imported again"
        raise TranscriptError(message, where=path, todo=f"{todo}; rename it if it is another interview")
    for speaker in dict.fromkeys(turn.speaker for turn in transcript.turns):
        if withdrawal.marked(store, [name_mark(store, transcript.name, speaker)]):
            raise TranscriptError(f"`{speaker}` withdrew from `{transcript.name}`", where=path, todo=todo)
    if withdrawal.marked(store, turn_marks(store, transcript)):
        raise TranscriptError("it holds words of a participant who withdrew", where=path, todo=todo)
