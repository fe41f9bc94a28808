"""Find what may be a name in transcripts: persons, firms, places, addresses and numbers; a person confirms."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from coder.transcripts.speakers import is_role_word

WORD = re.compile(r"[^\W\d_]+(?:[\u0300-\u036f]+[^\W\d_]*)*")
_SENTENCE_BEGINS = re.compile(r"(?:^|[.!?…:\n\])\"“”»«–—])[\s\"“”»«(\[–—-]*$")


class Kind(StrEnum):
    """What a name is of."""

    PERSON = "person"
    ORGANISATION = "organisation"
    PLACE = "place"
    EMAIL = "e-mail"
    LINK = "link"
    NUMBER = "personal number"
    PHONE = "phone"
    NAME = "name"


CONTACTS = frozenset({Kind.EMAIL, Kind.LINK, Kind.NUMBER, Kind.PHONE})


@dataclass(frozen=True, slots=True)
class NameWords:
    """Common words of a language, and first names, all in small letters."""

    common: frozenset[str] = frozenset()
    first_names: frozenset[str] = frozenset()


class Place(NamedTuple):
    """Where a name may stand in a text (code points), and how sure that is: 4 listed or a rule, 0 a bare guess."""

    start: int
    end: int
    kind: Kind
    sure: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name that may have to be replaced.

    Attributes
    ----------
    forms
        How it is spelt -> (times, the grammatical ending of that form): `{"Anna": (3, ""), "Annas": (1, "s")}`.
    within
        A candidate whose name this one holds (`Anna` in `Anna Berg`, `Cell` in `Cellprojektet`); else "".
    seen
        Up to three places: (number of the text, start, end).
    """

    name: str
    kind: Kind
    sure: int
    forms: Mapping[str, tuple[int, str]]
    within: str = ""
    seen: tuple[tuple[int, int, int], ...] = ()

    @property
    def times(self) -> int:
        """How often it stands in the texts."""
        return sum(times for times, _ in self.forms.values())


@cache
def data() -> dict[str, dict[str, str]]:
    """Return what name_words.toml says of each language: endings, nicknames, capitalised words that are no names."""
    return tomllib.loads((Path(__file__).parent / "name_words.toml").read_text("utf-8"))


def endings(language: str) -> tuple[str, ...]:
    """Return the endings that a name takes in a language, longest first."""
    return tuple(sorted(data()["endings"].get(language, "").split(), key=len, reverse=True))


_RULES = (
    (Kind.EMAIL, r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    (Kind.EMAIL, r"\w+(?: (?:dot|punkt|piste) \w+)* (?:at|snabel-?a|ät|ät-merkki) \w+(?: (?:dot|punkt|piste) \w+)+"),
    (Kind.LINK, r"(?:https?://|www\.)[^\s<>\"”)]*[\w/]"),
    (
        Kind.LINK,
        r"(?<![\w@.])[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|eu|io|se|fi|no|dk|de|fr|uk|edu|gov)(?![\w.]\w)(?:/\S*\w)?",
    ),
    (Kind.NUMBER, r"(?<![\d-])(?:19|20)?\d\d(?:0[1-9]|1[0-2])(?:[06][1-9]|[1278]\d|[39][01])[-+]?\d{4}(?![\d-])"),
    (Kind.NUMBER, r"(?<!\w)(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d\d[-+A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y](?!\w)"),
    (Kind.PHONE, r"(?<![\w.,:-])(?:\+\d|0\d|\(\+?\d)(?:[ ().\u00a0/-]{0,2}\d){6,13}(?![\w:])"),
    (Kind.PHONE, r"(?<![\w.,:-])(?:\d{3}[ .-])?\d{3}[.-]\d{4}(?![\w:-])"),
)
"""E-mails (also as spoken), links, Swedish and Finnish personal numbers, phone numbers."""


def contacts(text: str) -> Iterator[Place]:
    """Yield e-mails, links, personal numbers of Sweden and Finland, and phone numbers.

    Examples
    --------
    >>> text = "mail anna.berg@cell.se, or call 070-123 45 67"
    >>> [(place.kind.value, text[place.start : place.end]) for place in contacts(text)]
    [('e-mail', 'anna.berg@cell.se'), ('phone', '070-123 45 67')]
    """
    taken: list[tuple[int, int]] = []
    for kind, rule in _RULES:
        for found in re.finditer(rule, text, re.IGNORECASE if kind is Kind.EMAIL else 0):
            if not any(found.start() < end and start < found.end() for start, end in taken):
                taken.append(found.span())
                yield Place(*found.span(), kind, 4)


def listed(text: str, names: Mapping[str, Kind]) -> Iterator[Place]:
    """Yield where names of a list stand, in any capitals; a word of theirs alone where it has a capital."""
    kinds = {fold(name): kind for name, kind in names.items()}
    words = {word for name in kinds for word in name.split()}
    for run in _runs(text, lambda word: fold(word[0]) in words):
        start, end = run[0].start(), run[-1].end()
        name = fold(text[start:end])
        kind = kinds.get(name) or next((kinds[one] for one in kinds if name in one.split()), Kind.NAME)
        if name in kinds or not text[start:end].islower():
            yield Place(start, end, kind, 2 if text[start:end].islower() else 4)


def capitalised(text: str, language: str, words: NameWords) -> Iterator[Place]:
    """Yield words in capitals: in the midst of a sentence (2), and at its beginning where they are known names (2)."""
    no_names = frozenset(data()["no_names"].get(language, "").split())
    nouns = language in data()["capitalised_nouns"]["languages"].split()

    def fits(word: re.Match[str]) -> bool:
        folded = word[0].casefold()
        if not word[0][0].isupper() or len(word[0]) < 2 or not no_names.isdisjoint({folded, folded.removesuffix("s")}):
            return False
        return folded not in words.common or not _begins_sentence(text, word.start())

    for run in _runs(text, fits):
        begins = _begins_sentence(text, run[0].start())
        known = any(word[0].casefold() in words.first_names for word in run)
        common = all(word[0].casefold() in words.common for word in run)
        sure = 2 if known or not (begins or nouns or common) else int(common or len(run) > 1 or run[0][0].isupper())
        yield Place(run[0].start(), run[-1].end(), Kind.PERSON if known else Kind.NAME, sure)


def small_letters(text: str, words: NameWords, bases: Collection[str]) -> Iterator[Place]:
    """Yield words in small letters: first names, parts of names in capitals elsewhere, and what follows `called`."""
    cues = frozenset(data()["cues"]["words"].split())
    before = ""
    for word in WORD.finditer(text):
        folded = fold(word[0])
        is_not = text[word.end() : word.end() + 2] in {"'t", "’t"}  # `don` of `don't`
        if word[0].islower() and len(folded) > 2 and folded not in words.common and not is_not:
            known = folded in words.first_names
            if folded in bases or known or before in cues:
                sure = 2 if before in cues or (known and folded in bases) else 1
                yield Place(*word.span(), Kind.PERSON if known else Kind.NAME, sure)
        before = folded


def _runs(text: str, fits: Callable[[re.Match[str]], bool]) -> Iterator[list[re.Match[str]]]:
    """Yield words that fit, those together that only a blank, a dot of an initial or a hyphen parts."""
    run: list[re.Match[str]] = []
    for word in WORD.finditer(text):
        if run and (not fits(word) or not re.fullmatch(r"[ \u00a0]|-", text[run[-1].end() : word.start()])):
            yield run
            run = []
        if fits(word):
            run.append(word)
    if run:
        yield run


def _begins_sentence(text: str, at: int) -> bool:
    return bool(_SENTENCE_BEGINS.search(text[max(0, at - 20) : at])) if at else True


@lru_cache(maxsize=2**16)  # every name is compared with every other
def fold(name: str) -> str:
    """Return a name so that it equals itself in other capitals, apostrophes and spaces."""
    return " ".join(unicodedata.normalize("NFC", name).replace("’", "'").casefold().split())


@dataclass
class _Group:
    forms: Counter[str] = field(default_factory=Counter)
    kinds: Counter[Kind] = field(default_factory=Counter)
    sure: int = 0
    seen: list[tuple[int, int, int]] = field(default_factory=list)


def find(
    texts: Sequence[str],
    language: str,
    words: NameWords,
    names: Mapping[str, Kind],
    entities: Callable[[str], Iterable[Place]] = lambda text: (),
) -> list[Candidate]:
    """Return what may be a name in texts, the surest and most frequent first.

    Forms of one name with a grammatical ending are one candidate; a name in small letters is another, since `hope` is
    seldom somebody called Hope.

    Parameters
    ----------
    names
        Names that are known, with their kinds: of cases, speakers.
    entities
        Gives the places of named entities in a text.

    Examples
    --------
    >>> found = find(["Yes, we asked Anna, then Annas boss, I mean anna's."], "sv", NameWords(), {"Anna": Kind.PERSON})
    >>> [(one.name, dict(one.forms)) for one in found]
    [('Anna', {'Anna': (1, ''), 'Annas': (1, 's')}), ('anna', {'anna': (1, '')}), ('Yes', {'Yes': (1, '')})]
    """
    groups: dict[tuple[str, bool], _Group] = defaultdict(_Group)
    plain = {word for text in texts for word in WORD.findall(text) if word.islower()}
    first = [
        _apart([*contacts(t), *listed(t, names), *_trimmed(t, entities(t), words), *capitalised(t, language, words)])
        for t in texts
    ]
    surest = {
        fold(part)
        for text, places in zip(texts, first, strict=True)
        for place in places
        if place.sure >= 2 and place.kind not in CONTACTS
        for part in WORD.findall(text[place.start : place.end])
    } - words.common
    for n, (text, places) in enumerate(zip(texts, first, strict=True)):
        more = [*small_letters(text, words, surest), *_with_ending(text, language, words, surest)]
        for place in _apart([*places, *more]):
            name = text[place.start : place.end]
            group = groups[fold(name), name.islower()]
            group.forms[name] += 1
            group.kinds[place.kind] += 1
            group.sure = max(group.sure, place.sure or int(fold(name) not in plain))
            group.seen.append((n, place.start, place.end))
    return _candidates(groups, language, words)


def _trimmed(text: str, places: Iterable[Place], words: NameWords) -> Iterator[Place]:
    """Yield places without common words at their ends, such as `the` and `'s`; those without a capital are left out."""
    titles = data()["cues"]["words"].split()
    for place in places:
        found = list(WORD.finditer(text, place.start, place.end))
        while found and (found[-1][0] in words.common or text[found[-1].start() - 1] in "'’"):
            found.pop()
        while found and (found[0][0].casefold() in words.common or found[0][0].casefold() in titles):
            found.pop(0)
        if found and not text[found[0].start() : found[-1].end()].islower():
            yield Place(found[0].start(), found[-1].end(), place.kind, place.sure)


def _with_ending(text: str, language: str, words: NameWords, bases: Collection[str]) -> Iterator[Place]:
    """Yield words that are a known name (2), one with an ending (2), or one of four letters or more with others (1)."""
    for word in WORD.finditer(text):
        folded = fold(word[0])
        if folded in words.common or (folded in bases and word[0].islower()):
            continue
        if folded in bases:
            yield Place(*word.span(), Kind.NAME, 2)
        elif _stem(folded, bases, language, words):
            yield Place(*word.span(), Kind.NAME, 1 if word[0].islower() else 2)
        elif word[0][0].isupper() and any(folded[:n] in bases for n in range(4, len(folded) - 2)):
            yield Place(*word.span(), Kind.NAME, 1)


def _stem(folded: str, bases: Collection[str], language: str, words: NameWords) -> str:
    """Return the known name that a word, or the last word of a name, is a form of; "" where it is none."""
    if folded in words.first_names:
        return ""
    stems = (folded.removesuffix(ending) for ending in endings(language) if folded.endswith(ending))
    return next((stem for stem in stems if len(stem) > 2 and (stem in bases or stem in words.first_names)), "")


def _apart(places: Iterable[Place]) -> list[Place]:
    """Return places that do not overlap, the surest and longest of those that do, in order."""
    taken: list[Place] = []
    ends: set[int] = set()
    for place in sorted(places, key=lambda place: (-place.sure, place.start - place.end, place.start)):
        if not ends.intersection(range(place.start, place.end)):
            taken.append(place)
            ends.update(range(place.start, place.end))
    return sorted(taken)


def _candidates(groups: Mapping[tuple[str, bool], _Group], language: str, words: NameWords) -> list[Candidate]:
    bases = {name for name, _ in groups} | {word for name, _ in groups for word in name.split()}
    merged: dict[tuple[str, bool], list[tuple[str, _Group]]] = {}
    for (folded, small), group in groups.items():
        base = _stem(folded, bases, language, words) or folded
        merged.setdefault((base, small), []).append((folded.removeprefix(base), group))
    found = [_candidate(base, parts) for (base, _), parts in merged.items() if not is_role_word(base)]
    related = [replace(one, within=_within(one, found)) for one in found]
    return sorted(related, key=lambda one: (-one.sure, -one.times, one.name))


def _candidate(base: str, parts: Sequence[tuple[str, _Group]]) -> Candidate:
    forms = {form: (times, ending) for ending, group in parts for form, times in sorted(group.forms.items())}
    kinds: Counter[Kind] = sum((group.kinds for _, group in parts), Counter())
    kind = max(kinds, key=lambda one: (one is not Kind.NAME, kinds[one]))
    bare = [form for form, (_, ending) in forms.items() if not ending]
    shortest = min(forms, key=len)
    name = max(bare, key=lambda form: (not form.isupper(), forms[form][0])) if bare else shortest[: len(base)]
    seen = [place for _, group in parts for place in group.seen]
    return Candidate(name, kind, max(group.sure for _, group in parts), forms, "", tuple(seen[:3]))


def _within(one: Candidate, others: Sequence[Candidate]) -> str:
    """Return the one other candidate with which this one shares a name: the longer one that has all of its words."""
    folded = fold(one.name)
    longer = [c.name for c in others if len(c.name) > len(one.name) and f" {folded} " in f" {fold(c.name)} "]
    if len(longer) == 1:
        return longer[0]
    same = [c.name for c in others if fold(c.name) == folded and c.name != one.name and not c.name.islower()]
    if one.name.islower() and same:
        return same[0]
    inner = [c.name for c in others if c.sure > 1 and 4 <= len(c.name) < len(folded) - 2]
    return next((name for name in inner if folded.startswith(fold(name)) and " " not in folded), "")


def rows(confirmed: Iterable[tuple[Candidate, str]]) -> dict[str, str]:
    """Return name -> pseudonym for every form of confirmed names, with its grammatical ending.

    A form that stands in small letters, too, is listed in these, as pseudonyms.csv wants it. An ending follows a digit
    or a capital after a colon, as in Swedish and Finnish.

    Examples
    --------
    >>> anna = Candidate("Anna", Kind.PERSON, 2, {"Anna": (3, ""), "ANNA": (1, ""), "Annas": (1, "s")})
    >>> rows([(anna, "Person 1"), (Candidate("anna", Kind.PERSON, 2, {"anna": (1, "")}, "Anna"), "Person 1")])
    {'anna': 'Person 1', 'Annas': 'Person 1:s'}
    """
    found: dict[str, tuple[str, str]] = {}
    for one, pseudonym in confirmed:
        colon = "" if pseudonym[-1].islower() else ":"
        for form, (_, ending) in [(one.name, (0, "")), *one.forms.items()]:
            new = f"{pseudonym}{colon}{ending}" if ending else pseudonym
            known, same = found.setdefault(fold(form), (form, new))
            if form.islower() and not known.islower():
                found[fold(form)] = form, same
    return dict(found.values())
