"""Give texts of the study other names: pseudonyms, or the real ones again; whatever lay in them stays in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from coder.steps.study.study import Study
from coder.store import corpus, print_edits, renamed_texts, withdrawal
from coder.store.corpus import StoredTranscript
from coder.store.print_edits import PrintEdit
from coder.transcripts.replacements import Replacements
from coder.types import Transcript

Key = TypeVar("Key")
Words = Callable[[str], str]
"""What puts other names into any text."""


@dataclass(frozen=True)
class Renaming:
    """A text of the study as it is and as it is to be, and the replacements between them, one after another."""

    stored: StoredTranscript
    new: Transcript
    puts: tuple[Replacements, ...]

    @property
    def places(self) -> int:
        """The number of places that are replaced."""
        return sum(len(one.puts) for one in self.puts)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where a span of the text lies in the new one."""
        for put in self.puts:
            start, end = put.span(start, end)
        return start, end

    def then(self, put: Replacements, speakers: Iterable[str], words: Words = str) -> Renaming:
        """Return this with one more replacement; `words` changes the notes of the reader."""
        old = self.new
        turns = tuple(
            replace(turn, speaker=speaker, start=start, end=max(start, end))
            for turn, speaker in zip(old.turns, speakers, strict=True)
            for start, end in [put.span(turn.start, turn.end)]
        )
        new = replace(old, text=put.text(old.text), turns=turns, notes=tuple(map(words, old.notes)))
        return Renaming(self.stored, new, (*self.puts, put))


def rename_texts(study: Study, renamings: Sequence[Renaming], words: Words) -> int:
    """Put texts with other names in the place of those that are there; return the number of memos that changed.

    Codings, units, samples and turns keep their places, print edits and translations of the passages are written
    again; every earlier text loses its words. Call it inside a transaction.
    """
    store = study.store
    edits, translations = print_edits.edits(store), print_edits.translations(store)
    with withdrawal.unlocked(store):
        for one in renamings:
            text = renamed_texts.rename(store, one.stored, one.new, one.span)
            old, new = corpus.placements(store, one.stored.text), corpus.placements(store, text)
            withdrawal.forget_print(store, old)
            renamed_texts.forget_others(store, one.stored.id, text)
            for segment, place in old.items():
                before, after = one.stored.transcript.words(*place), one.new.words(*new[segment])
                if (edit := edits.get(segment)) and edit.fits(before):
                    moved = _moved(edit, one, place[0], new[segment][0], words)
                    print_edits.write_edit(store, segment, after, moved, edit.coder)
                for language, said in translations.get(segment, {}).items():
                    if said.fits(before):
                        print_edits.write_translation(store, segment, after, language, words(said.words), said.coder)
        memos, notes = _changed(withdrawal.memos(store), words), _changed(withdrawal.notes(store), words)
        withdrawal.set_memos(store, memos)
        withdrawal.set_notes(store, notes)
    return len(memos) + len(notes)


def _moved(edit: PrintEdit, put: Renaming, old: int, new: int, words: Words) -> list[tuple[int, int, str]]:
    """Return the edits of a passage, which began at `old` and begins at `new`, where they are after a replacement."""
    spans = [(put.span(old + start, old + end), text) for start, end, text in edit.edits]
    return [(start - new, end - new, words(text)) for (start, end), text in spans]


def _changed(texts: dict[Key, str], words: Words) -> dict[Key, str]:
    return {number: new for number, text in texts.items() if (new := words(text)) != text}
