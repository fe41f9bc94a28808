"""The labels at the start of turns: what one looks like in each style of transcript, and which to believe."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

import regex

from coder.errors import StudyError
from coder.transcripts.speakers import begins_no_turn, is_role_word, label_key
from coder.types import NO_RULES, LabelRules

NO_LABELS = (
    "no speaker labels found: every paragraph is taken as the respondent's words; "
    "where that is wrong, begin each turn with a label, such as `Interviewer: ...`"
)
LONGEST = 48
"""A label has no more characters, its first name or word apart."""
SECONDS = 1.0
"""A pattern of study.toml may take so long for a line."""

GAP = r"[\p{Zs}\t\p{Cf}]{0,20}"
CLOCK = r"(?:(?:\d{1,3}:){1,2}\d{1,2}(?:[.,]\d{1,3})?|\d{1,6}(?:\.\d{1,3})?s)"
_FULL_CLOCK = r"\d{1,3}:\d{1,2}:\d{1,2}(?:[.,]\d{1,3})?"
_RANGE = rf"{CLOCK}(?:{GAP}(?:-{{1,2}}>?|–|—){GAP}{CLOCK})?"
STAMP = rf"(?:\[{_RANGE}\]|\({_RANGE}\)|<{_RANGE}>|\#{CLOCK}(?:-\d{{1,3}})?\#|{_RANGE})"
_NAME = rf"(?P<label>\p{{L}}[\p{{L}}\p{{M}}\p{{N}}\p{{Cf}} .'’()&/+_–-]{{0,{LONGEST}}}?)"
_WITH_COMMAS = rf"(?P<label>\p{{L}}[\p{{L}}\p{{M}}\p{{N}}\p{{Cf}} .,'’()&/+_–-]{{0,{LONGEST}}}?)"
_BEFORE = rf"{GAP}(?:(?P<before>{STAMP}){GAP}[-–]?{GAP})?"
_LISTED = r"[>@•·–—-]{0,3}"
_OPEN, _CLOSE = r"[\[{\"“„«'*_\#/]{0,4}", r"[\]}\"”“»'*_/]{0,4}"
_COLON = r"[:：﹕]"

STYLES = {
    "colon": rf"{_BEFORE}{_LISTED}{GAP}{_OPEN}{GAP}{_WITH_COMMAS}{GAP}{_CLOSE}{GAP}(?P<after>{STAMP})?{GAP}{_CLOSE}"
    rf"{_COLON}(?!//|\d){_CLOSE}(?:{GAP}(?P<inside>[\[(]{CLOCK}[\])]|{_FULL_CLOCK}(?={GAP}$)))?",
    "brackets": rf"{_BEFORE}[\[{{(<]{GAP}{_NAME}{GAP}[\]}})>](?={GAP}\S)",
    "full stop": rf"{_BEFORE}(?P<label>\p{{L}}{{1,3}}\d{{0,3}})\.(?=[\p{{Zs}}\t])",
    "dash": rf"{_BEFORE}{_NAME}[\p{{Zs}}\t]{{1,9}}[-–—](?=[\p{{Zs}}\t])",
    "tab": rf"{_BEFORE}{_NAME}[\p{{Zs}}]{{0,9}}\t(?=\s*\S)",
    "capitals": rf"{_BEFORE}(?P<label>\p{{Lu}}[\p{{Lu}}\p{{M}}\p{{N}} .'’-]{{1,{LONGEST}}}?)[\p{{Zs}}\t]{{1,9}}"
    rf"(?=[\"“„«¿¡(\[]{{0,2}}\p{{Lu}}(?:\p{{Ll}}|[\p{{Zs}}'’]))",
    "own line": rf"{_BEFORE}{_OPEN}{GAP}{_NAME}(?<![.?!…,;]){_CLOSE}{GAP}(?P<after>{STAMP})?{GAP}$",
}
"""How a line looks that begins a turn; a transcript keeps to one of these."""


@cache
def _style(name: str, names: tuple[str, ...] = ()) -> regex.Pattern[str]:
    """Return the pattern of a style; it knows the labels in `names`, such as `12`, that look like none."""
    odd = "|".join(regex.escape(each) for each in names if not regex.fullmatch(_WITH_COMMAS, each))
    return regex.compile(STYLES[name].replace("(?P<label>", f"(?P<label>(?i:{odd})|") if odd else STYLES[name])


@cache
def own_pattern(pattern: str) -> regex.Pattern[str]:
    r"""Return the pattern of labels that study.toml gives.

    Raises
    ------
    StudyError
        It is no regular expression, or has no group `speaker`.

    Examples
    --------
    >>> own_pattern(r"(?P<speaker>P\d+)>").match("P12> Well.")["speaker"]
    'P12'
    """
    where, todo = "study.toml, `pattern` in [labels]", r"such as pattern = '(?P<speaker>P\d+)>'"
    try:
        found = regex.compile(pattern)
    except regex.error as error:
        raise StudyError(f"not a regular expression: {error}", where=where, todo=todo) from None
    if "speaker" not in found.groupindex:
        raise StudyError("there is no group `speaker`", where=where, todo=todo)
    return found


STAMP_ALONE = regex.compile(rf"{GAP}(?P<stamp>{STAMP}){GAP}")


@dataclass(frozen=True, slots=True)
class Head:
    """What looks like the start of a turn; `words` is the offset in the line where the label ends."""

    label: str
    words: int
    at_ms: int | None = None
    bracketed: bool = False
    until_ms: int | None = None

    @property
    def key(self) -> str:
        """The label for comparison."""
        return label_key(self.label)


def milliseconds(stamp: str) -> int:
    """Return a time such as `1:02:03.5`, `[02:03]` or `#00:00:05-1#` in milliseconds; a bare number is seconds.

    Raises
    ------
    ValueError
        It is no time.

    Examples
    --------
    >>> milliseconds("[01:02:03.5]"), milliseconds("75"), milliseconds("#00:00:05-1#")
    (3723500, 75000, 5100)
    """
    bare = stamp.strip(" []()<>#s\t").replace(",", ".").replace("-", ".")
    if not regex.fullmatch(r"(?:\d{1,9}:){0,2}\d{1,12}(?:\.\d{1,20})?", bare, regex.ASCII):
        raise ValueError(f"no time: {stamp[:30]}")
    seconds = 0.0
    for part in bare.split(":"):
        seconds = seconds * 60 + float(part)
    return round(seconds * 1000)


def times_of(stamp: str) -> tuple[int, int | None]:
    """Return the start of a time or range of times in milliseconds, and the end where it has one.

    Examples
    --------
    >>> times_of("[0:01 - 0:05]"), times_of("0:01")
    ((1000, 5000), (1000, None))
    """
    start, *end = regex.findall(rf"\#{CLOCK}(?:-\d{{1,3}})?\#|{CLOCK}", stamp)
    return milliseconds(start), milliseconds(end[0]) if end else None


def head_of(line: str, style: str = "colon", rules: LabelRules = NO_RULES) -> Head | None:
    """Return the label at the start of a line, if it looks like one in this style, or as the study says.

    Examples
    --------
    >>> head_of("[00:12:34] Anna: Well.")
    Head(label='Anna', words=16, at_ms=754000, bracketed=True, until_ms=None)
    >>> head_of("**Anna, 34, nurse:** Well.").label
    'Anna, 34, nurse'
    >>> head_of("Q. Why?", "full stop").label, head_of("nothing of the kind") is None
    ('Q', True)
    """
    found = _own_match(line, rules.pattern) if rules.pattern else _style(style, rules.names).match(line)
    if not found and style == "colon" and not rules.pattern:
        # `Anna  0:12`, but not `[0:12] Never`, which is a time and words
        found = _style("own line", rules.names).match(line)
        if found and not (found["after"] or (found["before"] and is_role_word(found["label"]))):
            return None
    if not found:
        return None
    groups = found.groupdict()
    stamp = groups.get("before") or groups.get("after") or groups.get("inside") or groups.get("time")
    label = clean(groups["speaker" if rules.pattern else "label"] or "")
    if not label or label_key(label) in keys(rules.not_labels):
        return None
    if begins_no_turn(label) and not rules.pattern and label_key(label) not in keys(rules.names):
        return None
    at_ms, until_ms = times_of(stamp) if stamp else (None, None)
    return Head(label, found.end(), at_ms, stamp is not None and stamp[0] in "[(<", until_ms)


def _own_match(line: str, pattern: str) -> regex.Match[str] | None:
    """Match the pattern of study.toml at the start of a line, in its first 200 characters and in `SECONDS` at most."""
    try:
        return own_pattern(pattern).match(line, 0, 200, timeout=SECONDS)
    except TimeoutError:
        where, todo = "study.toml, `pattern` in [labels]", "take out repetitions inside of repetitions"
        raise StudyError(f"takes too long on the line `{line[:60]}`", where=where, todo=todo) from None


def clean(label: str) -> str:
    """Return a label as it is shown: composed (NFC), with single blanks, without invisible characters."""
    composed = unicodedata.normalize("NFC", " ".join(label.split()))
    return "".join(c for c in composed if unicodedata.category(c) != "Cf").strip()


@cache
def keys(labels: tuple[str, ...]) -> frozenset[str]:
    """Return labels for comparison."""
    return frozenset(map(label_key, labels))


def heads_in(lines: Sequence[str], style: str, rules: LabelRules = NO_RULES) -> dict[int, Head]:
    """Return what looks like a label in this style, by the number of its line; a time may stand on the line above."""
    found = {n: head for n, line in enumerate(lines) if (head := head_of(line, style, rules))}
    timed = (n for n in found if n and STAMP_ALONE.fullmatch(lines[n - 1]))
    return found | {n: replace(found[n], bracketed=True) for n in timed}


def true_labels(heads: Iterable[Head], rules: LabelRules = NO_RULES, *, once: bool = True) -> set[str]:
    """Return the keys of the labels to believe: all, where study.toml has a pattern.

    Else they are known, or a word for a role; or they recur or have a time in brackets, and begin with a capital. With
    `once`, a label that looks like a name is believed beside others although it comes up only once.

    Examples
    --------
    >>> heads = [Head("Anna", 5), Head("Q", 2), Head("i told him", 11), Head("ANNA", 5), Head("Olof Ek", 8)]
    >>> sorted(true_labels(heads))
    ['anna', 'olof ek', 'q']
    """
    heads = list(heads)
    if rules.pattern:
        return {head.key for head in heads}
    count = Counter(head.key for head in heads)
    named = keys(rules.names)
    sure = {
        head.key
        for head in heads
        if head.key in named
        or is_role_word(head.label)
        or ((count[head.key] > 1 or head.bracketed) and looks_like_name(head.label))
    }
    if not sure:  # labels in lower case recur, too, where nobody's begins with a capital
        sure = {key for key, n in count.items() if n > 1}
    if sure and once:
        sure |= {head.key for head in heads if is_name(head.label)}
    return sure


def looks_like_name(label: str) -> bool:
    """Tell whether a label begins with a capital letter, or is in a script that has none."""
    first = next((c for c in label if c.isalpha()), "")
    return bool(first) and not first.islower()


def is_name(label: str) -> bool:
    """Tell whether a label looks like a person's name: one to four words that all begin with a capital.

    Examples
    --------
    >>> [is_name(label) for label in ("Olof Ek", "Berg, Karin", "In the end", "We", "मीरा", "王伟")]
    [True, True, False, False, True, True]
    """
    words = regex.findall(r"[\p{L}\p{M}\p{N}.'’-]+", regex.sub(r"\(.*?\)", "", label))
    capital = all(looks_like_name(word) or word[0].isdigit() or word in _PARTICLES for word in words)
    letters = sum(unicodedata.category(c)[0] in "LM" for c in label)
    caseless = label.upper() == label.lower()  # a script without capitals, in which short words may be names
    return 1 <= len(words) <= 4 and capital and letters > (1 if caseless else 2)


_PARTICLES = {"von", "van", "de", "der", "den", "af", "av", "di", "da", "del", "la", "le", "al", "bin", "och", "and"}


def style_of(lines: Sequence[str], rules: LabelRules = NO_RULES) -> str:
    """Return the style in which most lines begin with a label that can be believed; `colon` if none does.

    A style without a colon counts only where two labels recur or are words for a role, as speech has dashes and full
    stops, too.

    Examples
    --------
    >>> style_of(["Karin – How?", "Olof – So.", "Karin – And then?", "Olof – Yes."])
    'dash'
    """
    best, most = "colon", 0
    for style in STYLES if not rules.pattern else ():
        heads = list(heads_in(lines, style, rules).values())
        believed = true_labels(heads, rules, once=style == "colon")
        count = Counter(head.key for head in heads if head.key in believed)
        timed = {head.key for head in heads if head.bracketed}
        firm = [key for key, n in count.items() if n > 1 or key in timed | keys(rules.names) or is_role_word(key)]
        if style != "colon" and (len(firm) < 2 or not _covers(lines, sum(count.values()), style)):
            continue
        if sum(count.values()) > most:
            best, most = style, sum(count.values())
    return best


def _covers(lines: Sequence[str], heads: int, style: str) -> bool:
    """Tell whether so many lines begin with labels that the style is the transcript's."""
    filled = sum(bool(line.strip()) for line in lines)
    return heads >= (0.15 if style == "own line" else 0.3) * filled
