"""Units of coding: the respondents' words cut into turns, sentences, or windows of sentences."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass
from itertools import pairwise

from coder.errors import UsageError
from coder.transcripts.sentences import sentence_starts
from coder.transcripts.turns import trim
from coder.types import Span, Transcript


@dataclass(frozen=True, slots=True)
class UnitRule:
    """What is a unit of coding: a turn (`sentences` 0), or a window of so many sentences of a turn."""

    sentences: int

    def __str__(self) -> str:
        return {0: "turn", 1: "sentence"}.get(self.sentences, f"sentences:{self.sentences}")


def parse_rule(text: str) -> UnitRule:
    """Read a unit rule: `turn`, `sentence`, or `sentences:3` for windows of three.

    Raises
    ------
    UsageError
        It is none of these.

    Examples
    --------
    >>> parse_rule("sentences:3")
    UnitRule(sentences=3)
    >>> str(parse_rule("turn"))
    'turn'
    """
    rule = text.strip().lower()
    if rule in {"turn", "sentence"}:
        return UnitRule(int(rule == "sentence"))
    window = re.fullmatch(r"sentences:\s*([1-9]\d{0,3})", rule, re.ASCII)
    if not window:
        todo = "write `turn`, `sentence`, or `sentences:3` for windows of three sentences"
        raise UsageError(f"`{text}` is not a rule for units", todo=todo)
    return UnitRule(int(window[1]))


def segment(transcript: Transcript, rule: UnitRule, respondents: Container[str], language: str = "en") -> list[Span]:
    """Cut the respondents' words into units of coding.

    The units tile the words: each character but white space of each respondent's turn lies in exactly one
    unit. A turn of m sentences gives max(1, round(m / n)) windows, whose sizes differ by one sentence at
    most, so that no scrap is left over. What has no letter or digit outside of brackets (`[...]`, `[laughs]`,
    `--`) is no sentence and joins its neighbour.

    Parameters
    ----------
    transcript
        The transcript to cut.
    rule
        What is a unit.
    respondents
        The labels of the speakers whose words are coded.
    language
        The language of the sentences as a code that spaCy knows; not used where units are turns.

    Returns
    -------
    The units in the order of the text, without white space at their ends.

    Raises
    ------
    UsageError
        There are no sentence rules for the language.

    Examples
    --------
    >>> from coder.types import Turn
    >>> transcript = Transcript("a", "Q: Why? A: It grew.", (Turn(0, "Q", 3, 7), Turn(1, "A", 11, 19)))
    >>> segment(transcript, UnitRule(0), {"A"})
    [Span(transcript='a', start=11, end=19, turn=1)]
    """
    units = []
    for turn in transcript.turns:
        if turn.speaker in respondents and (span := trim(transcript.text, turn.start, turn.end)):
            words = transcript.text[span[0] : span[1]]
            starts = windows(sentence_starts(words, language), rule.sentences) if rule.sentences else [0]
            for start, end in pairwise([*starts, len(words)]):
                edges = trim(transcript.text, span[0] + start, span[0] + end)
                if edges:
                    units.append(Span(transcript.name, *edges, turn.n))
    return units


def windows(starts: list[int], n: int) -> list[int]:
    """Return the starts of the balanced windows of about n sentences.

    Examples
    --------
    >>> windows([0, 10, 20, 30, 40, 50, 60], 3)
    [0, 30]
    >>> windows([0, 10], 3)
    [0]
    """
    k = max(1, round(len(starts) / n))
    return [starts[i * len(starts) // k] for i in range(k)]
