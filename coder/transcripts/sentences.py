"""Sentence borders of speech, by rules over end marks; `python -m benchmarks.sentences` measures them beside others.

The function words of a language are spaCy's; abbreviations stand in abbreviations.toml.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import regex

from coder.errors import UsageError

_END = regex.compile(
    r"""(?P<marks>[\p{Sentence_Terminal}…]++) (?P<closers>["'\p{Pi}\p{Pf}\p{Pe}]*+ (?:[ \u00a0\u202f]»(?=\s|$))?+)
    (?: (?P<gap>\s++) | (?<=[。！？｡]["'\p{Pi}\p{Pf}\p{Pe}]*) )""",
    regex.VERBOSE,
)
_REMARK = regex.compile(r"(?:(?:\[[^\[\]]{0,80}+\]|\([^\s()]{1,40}+(?: [^\s()]{1,40}+){0,2}+\))[.,]?+\s*+)++")
_OPENERS = regex.compile(r"[\p{Ps}\p{Pi}\p{Pf}\p{Pd}\s\"'¿¡]*+")
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]*+")
_STOPS_INSIDE = regex.compile(r"\p{L}{1,4}(?:\.\p{L}{1,4})+")
_ORDINAL = regex.compile(r"\d{1,2}|[IVX]{1,5}")
_NEAR = 100  # characters that are looked at on either side of a mark


@dataclass(frozen=True, slots=True)
class _Language:
    """What the rules know of a language: the table of abbreviations.toml, and words that seldom are names or nouns."""

    function_words: frozenset[str]
    abbreviations: Mapping[str, str]  # to `never`, `number` or `may_end`
    ordinals: bool = False
    nouns: bool = False
    capital: str = ""


@dataclass(frozen=True, slots=True)
class _Mark:
    """An end mark: where it starts, where what follows it starts, and what stands around it."""

    start: int
    end: int
    marks: str
    closers: str
    paragraph: bool  # a blank line follows
    before: str
    openers: str
    after: str

    @property
    def lower(self) -> bool:
        return self.after[:1].islower()


def sentence_starts(words: str, language: str) -> list[int]:
    """Return the offsets at which the sentences of the words start; the first is 0.

    A remark in square brackets, or of up to three words in round ones, goes with the sentence after it.

    Raises
    ------
    UsageError
        spaCy does not know the language.

    Examples
    --------
    >>> sentence_starts("No. So Dr. Hale said no... and left. [laughs] Why? Yes.", "en")
    [0, 4, 37, 51]
    >>> sentence_starts("Am 3. Mai z.B. nicht. Danach schon.", "de")
    [0, 22]
    """
    known = _language(language)
    marks = list(_marks(words))
    plain = [mark for mark in marks if mark.marks == "." and mark.after and not mark.closers and not _kind(mark, known)]
    uncased = sum(mark.lower for mark in plain) > len(plain) / 2 and (len(plain) > 1 or words[:1].islower())
    found, listed = [0], 0
    for mark in marks:
        sentence = words[found[-1] : min(mark.end, found[-1] + _NEAR)]
        alone = sentence[: mark.start - found[-1]].strip() == mark.before
        if alone and mark.before == str(listed + 1):
            listed += 1  # `1. Tom. 2. Me.`
        elif _ends_sentence(mark, known, alone, uncased) and not is_remark(sentence):
            found.append(mark.end)
    return found


def is_remark(words: str) -> bool:
    """Return whether there is no letter or digit outside of remarks in brackets.

    Examples
    --------
    >>> is_remark("[laughs] -- (pause)"), is_remark("[laughs] Yes.")
    (True, False)
    """
    return not regex.search(r"[\p{L}\p{N}]", _REMARK.sub("", words))


def _ends_sentence(mark: _Mark, known: _Language, alone: bool, uncased: bool) -> bool:
    """Return whether a sentence ends at the mark; `alone` where the word before it is all that it has."""
    kind = _kind(mark, known)
    function_word = mark.after.lower() in known.function_words
    if not mark.after or mark.paragraph:
        return mark.paragraph
    if mark.marks.strip(".…"):
        return not (mark.lower and (mark.closers or regex.search(r"\p{Pd}", mark.openers)))
    if mark.marks != ".":
        capital = mark.after[0].isalpha() and not mark.lower and mark.after != known.capital
        return capital and (function_word or not known.nouns)
    if kind == "never" or (kind == "number" and not alone and mark.after[0].isdigit()):
        return False
    if mark.lower:
        return uncased and not mark.closers and not kind
    return function_word or kind in {"", "number"}


def _kind(mark: _Mark, known: _Language) -> str:
    """Return what the word before a full stop may be: `never`, `number`, `may_end`, or empty for an ordinary word."""
    kind = known.abbreviations.get(mark.before.lower(), "")
    initial = len(mark.before) == 1 and mark.before.isupper()
    ordinal = known.ordinals and _ORDINAL.fullmatch(mark.before)
    return kind or ("may_end" if initial or ordinal or _STOPS_INSIDE.fullmatch(mark.before) else "")


def _marks(words: str) -> Iterator[_Mark]:
    for found in _END.finditer(words):
        before = words[max(0, found.start() - _NEAR) : found.start()]
        word = _OPENERS.sub("", before.rsplit(maxsplit=1)[-1], 1) if before[-1:].strip() else ""
        rest = words[found.end() : found.end() + 2 * _NEAR]
        rest = rest[remark.end() :] if (remark := _REMARK.match(rest)) else rest
        openers = _OPENERS.match(rest)[0]
        after = _WORD.match(rest, len(openers))[0]
        paragraph = (found["gap"] or "").count("\n") > 1
        yield _Mark(found.start(), found.end(), found["marks"], found["closers"], paragraph, word, openers, after)


@cache
def _language(language: str) -> _Language:
    from spacy.util import get_lang_class

    try:
        defaults = get_lang_class(language).Defaults
    except ImportError as error:
        todo = "set `language` to a code that spaCy knows, such as en, sv or de; xx serves any other language"
        raise UsageError(f"no sentence rules for language `{language}`", todo=todo) from error
    table = tomllib.loads(Path(__file__).with_name("abbreviations.toml").read_text("utf-8")).get(language, {})
    kinds = {word: kind for kind in ("may_end", "number", "never") for word in table.pop(kind, "").split()}
    if not table and not kinds:
        kinds = {word[:-1].lower(): "may_end" for word in defaults.tokenizer_exceptions if word.endswith(".")}
    function_words = defaults.stop_words | set(table.pop("spoken", "").split())
    return _Language(frozenset(function_words), kinds, **table)
