"""How many names of five interviews are found, if a person looks at 2 % of the words: `python -m benchmarks.names`.

The interviews were written for this project; they are fiction, and so is everybody in them. Names and addresses were
marked by hand, in braces. A person who knows what is a name looks at the candidates in their order, each once, until
these make 2 % of the words that were spoken, and confirms those that are names. What of the marked places is replaced
then is the recall; the precision is the share of replaced places that were marked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from coder.tables.quotation.pseudonyms import Pseudonyms
from coder.transcripts.name_words import entities, name_words
from coder.transcripts.names import Candidate, Kind, find, rows
from coder.transcripts.plain import label_turns
from coder.transcripts.speakers import is_role_word

FOLDER = Path(__file__).parent
LOOKED_AT = 0.02


@dataclass(frozen=True)
class Interview:
    """Its language, text, the spans of marked names, and its words as they were spoken, without labels."""

    name: str
    language: str
    text: str
    marked: tuple[tuple[int, int], ...]
    words: int
    speakers: tuple[str, ...]


@dataclass(frozen=True)
class Score:
    """What a person found: `missed` are marked places that were left, `wrong` places that were replaced needlessly."""

    marked: int
    words: int
    looked: int
    missed: tuple[str, ...]
    wrong: tuple[str, ...]
    candidates: tuple[str, ...]

    @property
    def recall(self) -> float:
        """The share of the marked places that is replaced."""
        return 1 - len(self.missed) / self.marked


def interviews(*, held_out: bool = False) -> list[Interview]:
    """Read the interviews in this folder, or those that were written when the rules were finished."""
    return [_read(path) for path in sorted((FOLDER / "held_out" if held_out else FOLDER).glob("*.txt"))]


def _read(path: Path) -> Interview:
    parts = re.split(r"[{}]", path.read_text("utf-8"))
    ends = list(accumulate(map(len, parts)))
    text = "".join(parts)
    turns, _ = label_turns(text)
    spoken = sum(len(text[turn.start : turn.end].split()) for turn in turns)
    marked = tuple(zip(ends[:-1:2], ends[1::2], strict=True))
    return Interview(path.name, path.suffixes[0][1:], text, marked, spoken, tuple({turn.speaker for turn in turns}))


def looked_at(found: list[Candidate], words: int) -> list[Candidate]:
    """Return the candidates that a person sees who looks at 2 % of so many words."""
    sizes = accumulate(len(one.name.split()) for one in found)
    return [one for one, size in zip(found, sizes, strict=True) if size <= LOOKED_AT * words]


def score(group: list[Interview], *, with_model: bool = True) -> Score:
    """Find names in interviews of one language, confirm those among the candidates looked at, and replace them."""
    language = group[0].language
    model = (entities(language) if with_model else None) or (lambda text: ())
    speakers = {speaker: Kind.PERSON for one in group for speaker in one.speakers if not is_role_word(speaker)}
    found = find([one.text for one in group], language, name_words(language), speakers, model)
    words = sum(one.words for one in group)
    seen = looked_at(found, words)
    true = [one for one in seen if any(_is_marked(group[n], start, end) for n, start, end in one.seen)]
    names = Pseudonyms(tuple(rows((one, f"Name {n}") for n, one in enumerate(true)).items()))
    replaced = [[(start, end) for start, end, *_ in names.places(one.text)] for one in group]
    missed, wrong = [], []
    for one, places in zip(group, replaced, strict=True):
        gone = {n for start, end in places for n in range(start, end)}
        missed += [one.text[s:e] for s, e in one.marked if any(n not in gone for n in range(s, e))]
        wrong += [
            one.text[s - 20 : e + 9] for s, e in places if not _is_marked(one, s, e) and one.text[s:e] not in speakers
        ]
    marked, looked = sum(len(one.marked) for one in group), sum(len(one.name.split()) for one in seen)
    return Score(marked, words, looked, tuple(missed), tuple(wrong), tuple(one.name for one in seen))


def _is_marked(one: Interview, start: int, end: int) -> bool:
    return any(start < stop and begin < end for begin, stop in one.marked)
