"""A citation as it is to be printed, aligned with the interview's own words: what was cut, put in, and left out.

The researcher writes the citation as it should stand in print; what they change is kept as edits on the original,
which never changes. `[…]` stands for words that were cut; `[own words]` are put in, or replace at most five words;
`[W]e` marks a changed letter. Fillers may be left out without a mark. Full stops, commas, colons and dashes are the
transcriber's and may change; so may white space, and the kind of a quotation mark. Everything else is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from coder.errors import UsageError
from coder.tables.quotation.tokens import ALIKE, BRACKET, CUT, FREE, Item, blank, items_of, tokens_of

MOST_REPLACED = 5
"""Words that a bracket may stand for; where more are left out, `[…]` says so."""
FILLERS = {
    "en": ("um, umm, uh, uhm, er, erm, eh, ah, hm, hmm, mm, mhm, you know, I mean", "like, sort of, kind of"),
    "sv": (
        "eh, ehm, öh, öhm, äh, ah, hm, hmm, mm, mhm, asså, du vet, jag menar",
        "alltså, liksom, typ, va, så att säga",
    ),
}
"""What may be left out without a mark, by language; the second ones only between commas, as they may mean something."""

_MATCHED, _SMALL, _INSIDE, _MARKED, _REPLACED, _EMPTY = 0, 10, 50, 100, 5, 1_000_000  # what each step costs


class Edit(NamedTuple):
    """The words from `start` to `end` (half-open code points of the original) give way to `put`, the researcher's."""

    start: int
    end: int
    put: str


def printed(original: str, edits: Iterable[Edit]) -> str:
    """Return the words as they are printed.

    Raises
    ------
    ValueError
        The edits overlap, or lie outside the words.

    Examples
    --------
    >>> printed("um, we teach them all", [Edit(0, 5, "[W]"), Edit(18, 21, "[…]")])
    '[W]e teach them […]'
    """
    parts, at = [], 0
    for start, end, put in edits:
        if not at <= start <= end <= len(original):
            raise ValueError(f"edit {start}..{end} does not follow {at}, or the words end at {len(original)}")
        parts += [original[at:start], put]
        at = end
    return "".join([*parts, original[at:]])


def fillers_of(language: str, more: str = "") -> tuple[str, ...]:
    """Return the words that may be left out without a mark; `more` has others, separated by commas.

    Those with commas around them may be left out only where punctuation sets them off, or at either end.

    Examples
    --------
    >>> fillers_of("en")[-2:], fillers_of("de", "äh, halt")
    ((',sort of,', ',kind of,'), ('äh', 'halt'))
    """
    always, between = FILLERS.get(language, ("", ""))
    return tuple(_listed(f"{always},{more}")) + tuple(f",{word}," for word in _listed(between))


def _listed(words: str) -> list[str]:
    return [word.strip() for word in words.split(",") if word.strip()]


def edits_of(original: str, printed: str, fillers: Sequence[str] = ()) -> tuple[Edit, ...]:
    """Return the edits that make the original what is to be printed.

    Of several ways to align the two the one with least changes is taken, the same each time.

    Parameters
    ----------
    fillers
        Words that may be left out without a mark.

    Raises
    ------
    UsageError
        A word is not the interview's and stands in no bracket, words are left out without a mark, or none is left.

    Examples
    --------
    >>> said = "They um invite us to the fair, every year, and we teach."
    >>> edits_of(said, "[The firms] invite us to the fair […] and we teach.", ["um"])
    (Edit(start=0, end=7, put='[The firms]'), Edit(start=29, end=42, put=' […]'))
    >>> edits_of(said, said)
    ()
    """
    return _Alignment(original, items_of(printed), fillers).edits()


# --- the two together ---


class _Step(NamedTuple):
    """The cheapest way to a place: after `items` of what is printed, and so many tokens of the original."""

    cost: int
    item: int
    token: int
    how: str


class _Alignment:
    """All ways to read what is printed as the original's words, item by item.

    `ways[i][p]` is the cheapest way to `p` tokens of the original after `i` items. Few places are open at a time,
    except after a cut.
    """

    def __init__(self, original: str, items: list[Item], fillers: Sequence[str]) -> None:
        self.original, self.items = original, items
        self.tokens = list(tokens_of(original))
        self.keys = [token.key for token in self.tokens]
        self.folded = [key.casefold() for key in self.keys]
        self.fillers: dict[str, list[tuple[list[str], bool]]] = {}
        for phrase in fillers:
            words = [token.key.casefold() for token in tokens_of(phrase.strip(","))]
            self.fillers.setdefault(words[0] if words else "", []).append((words, phrase.startswith(",")))
        self.ways: list[dict[int, _Step]] = [{} for _ in range(len(items) + 1)]

    def edits(self) -> tuple[Edit, ...]:
        self.ways[0][0] = _Step(0, 0, 0, "start")
        for i in range(len(self.items)):
            self._leave_out(i)
            for p, step in self.ways[i].items():
                self._read(i, p, step.cost)
            if self.items[i].cut:
                self._cut(i)
        self._leave_out(len(self.items))
        if len(self.tokens) not in self.ways[-1]:
            raise self._refusal()
        pieces = list(self._pieces())
        kept = [token.key for *_, place in pieces if place for token in tokens_of(self.original, *place)]
        if FREE.issuperset(kept) and not FREE.issuperset(self.keys):
            raise UsageError("no word of the interview is left", todo="keep one at least")
        return tuple(self._composed(pieces))

    def _open(self, i: int, p: int, cost: int, before: tuple[int, int], how: str) -> bool:
        """Open a place, unless there is a way to it that is as cheap."""
        if p in self.ways[i] and self.ways[i][p].cost <= cost:
            return False
        self.ways[i][p] = _Step(cost, *before, how)
        return True

    def _leave_out(self, i: int) -> None:
        """Go past fillers, and past punctuation that is the transcriber's."""
        queue = list(self.ways[i])
        heapify(queue)
        while queue:
            p = heappop(queue)
            if p == len(self.tokens):
                continue
            ends = [p + 1] if self.keys[p] in FREE else []
            for words, between in self.fillers.get(self.folded[p], ()):
                end = p + len(words)
                if self.folded[p:end] == words and (not between or self._is_set_off(p, end)):
                    ends.append(end)
            for end in ends:
                if self._open(i, end, self.ways[i][p].cost + _SMALL, (i, p), "left out"):
                    heappush(queue, end)

    def _is_set_off(self, p: int, end: int) -> bool:
        """Say whether punctuation, or the end of the passage, stands on both sides of some words."""
        return all(not keys or keys[0] in FREE for keys in (self.keys[max(0, p - 1) : p], self.keys[end : end + 1]))

    def _read(self, i: int, p: int, cost: int) -> None:
        """Go on from a place by one item (a cut apart), or by a word that has brackets inside."""
        item = self.items[i]
        if tuple(self.keys[p : p + len(item.literal)]) == item.literal:
            self._open(i + 1, p + len(item.literal), cost + _MATCHED, (i, p), "same")
        if item.key in FREE:
            self._open(i + 1, p, cost + _SMALL, (i, p), "put in")
        if item.mark and not item.cut:
            words = 0
            for q in range(p, len(self.tokens) + 1):
                self._open(i + 1, q, cost + _MARKED + _REPLACED * (q - p), (i, p), "put in")
                words += q < len(self.tokens) and self.keys[q] not in FREE
                if words > MOST_REPLACED:
                    break
        if p < len(self.tokens) and (end := self._inside(i)) and self._letters(i, end, p):
            self._open(end, p + 1, cost + _INSIDE, (i, p), "inside")

    def _cut(self, i: int) -> None:
        """Go on by a cut: to every place at least one word behind one that is open."""
        waiting: list[tuple[int, int]] = []
        best: tuple[int, int] | None = None  # the cheapest way less its tokens, and the place where it begins
        for q in range(len(self.tokens) + 1):
            if q and self.keys[q - 1] not in FREE:
                best = min([*waiting, *([best] if best else [])], default=None)
                waiting = []
            if best is not None:
                self._open(i + 1, q, best[0] + _MARKED + q, (i, best[1]), "put in")
            if q in self.ways[i]:
                waiting.append((self.ways[i][q].cost - q, q))
                self._open(i + 1, q, self.ways[i][q].cost + _EMPTY, (i, q), "put in")

    def _inside(self, i: int) -> int | None:
        """Return where the items end that are one word with brackets inside, such as `[W]e`; None where there is none.

        A word that begins before this item is looked at from its own beginning.
        """
        if i and self._is_part(i - 1) and not self.items[i].spaced:
            return None
        end = i
        while end < len(self.items) and self._is_part(end) and (end == i or not self.items[end].spaced):
            end += 1
        marks = sum(item.mark for item in self.items[i:end])
        return end if 0 < marks < end - i else None

    def _is_part(self, i: int) -> bool:
        item = self.items[i]
        return item.mark or item.key == "'" or item.key[:1].isalnum()

    def _letters(self, i: int, end: int, p: int) -> re.Match[str] | None:
        """Match the word `p` of the original with items that are one word: each bracket is for any letters, or none."""
        marks = {True: ".+?", False: ".*?"}
        parts = [marks[x.cut] if x.mark else re.escape(x.text.translate(ALIKE)) for x in self.items[i:end]]
        word = self.original[self.tokens[p].start : self.tokens[p].end].translate(ALIKE)
        return re.fullmatch("".join(f"({part})" for part in parts), word, re.DOTALL)

    # --- edits ---

    def _pieces(self) -> Iterator[tuple[str, bool, tuple[int, int] | None]]:
        """Yield what is put in (without a place) and what is kept (with its place), and whether a space precedes it."""
        path, i, p = [], len(self.items), len(self.tokens)
        while (i, p) != (0, 0):
            step = self.ways[i][p]
            path.append((step, i, p))
            i, p = step.item, step.token
        for step, i, p in reversed(path):
            item = self.items[step.item] if step.item < len(self.items) else None
            if item is None or step.how == "left out":
                continue
            if step.how == "same":
                yield "", item.spaced, (self.tokens[step.token].start, self.tokens[p - 1].end)
            elif step.how == "put in":
                self._check_cut(item, step.token, p)
                yield item.text, item.spaced, None
            else:
                yield from self._pieces_inside(step, i)

    def _pieces_inside(self, step: _Step, end: int) -> Iterator[tuple[str, bool, tuple[int, int] | None]]:
        match, start = self._letters(step.item, end, step.token), self.tokens[step.token].start
        for n, item in enumerate(self.items[step.item : end], start=1):
            if match is not None:
                place = (start + match.start(n), start + match.end(n))
                yield (item.text, item.spaced, None) if item.mark else ("", item.spaced, place)

    def _composed(self, pieces: Iterable[tuple[str, bool, tuple[int, int] | None]]) -> Iterator[Edit]:
        """Yield one edit for all that changes between two words that are kept."""
        at, put, changed = 0, "", False
        for text, spaced, place in [*pieces, ("", False, (len(self.original),) * 2)]:
            put += " " * spaced + text
            if place is None:
                changed = True
                continue
            gap = self.original[at : place[0]]
            if changed or not all(map(blank, gap)):
                yield from _trimmed(at, gap, put)
            at, put, changed = place[1], "", False

    # --- what does not fit ---

    def _refusal(self) -> UsageError:
        """Say which word does not fit: where every way ends that goes furthest."""
        furthest = max(i for i, ways in enumerate(self.ways) if ways)
        places = [p for p in self.ways[furthest] if p < len(self.tokens)]
        if furthest == len(self.items):
            return self._missing(max(places), len(self.tokens))
        return self._stray(self.items[furthest], places, self.items[furthest + 1 :])

    def _stray(self, item: Item, places: Sequence[int], following: Sequence[Item]) -> UsageError:
        """Say why an item does not fit at any of these places."""
        word = item.whole if BRACKET.search(item.whole) else item.text
        if item.key in {"[", "]"}:
            return UsageError(f"a bracket is left alone in `{item.whole}`", todo="close it; none goes inside another")
        for p in places:
            if self.folded[p] == item.key.casefold() and word == item.text:
                said = self.original[self.tokens[p].start : self.tokens[p].end]
                return UsageError(
                    f"`{word}` is `{said}` in the interview", todo=f"mark the change: `{_marked(said, word)}`"
                )
        after = next((other for other in following if not other.mark), None)
        last = max(places, default=len(self.tokens))
        if (after is None or all(self.keys[p] != after.key for p in places)) and item.key in self.keys[last:]:
            return self._missing(last, self.keys.index(item.key, last))
        own = f"[{word.replace('[', '').replace(']', '')}]"
        return UsageError(
            f"`{word}` is not what the interview says here", todo=f"put your own words in brackets: `{own}`"
        )

    def _check_cut(self, item: Item, first: int, end: int) -> None:
        """Refuse a mark of words that were cut where none were; at either end the interview goes on."""
        before, between, after = (
            any(key not in FREE for key in keys) for keys in (self.keys[:first], self.keys[first:end], self.keys[end:])
        )
        if item.cut and before and after and not between:
            near = self.tokens[max(0, first - 3) : end + 3]
            here = " ".join(self.original[near[0].start : near[-1].end].split())
            raise UsageError(
                f"`{CUT}` stands for words that are cut, and none are cut in `{here}`", todo="leave it out"
            )

    def _missing(self, first: int, end: int) -> UsageError:
        """Name the words that were left out, without the punctuation around them."""
        words = [p for p in range(first, end) if self.keys[p] not in FREE]
        first, end = words[0], words[-1] + 1
        said = " ".join(self.original[self.tokens[first].start : self.tokens[end - 1].end].split())
        said = said if len(said) <= 80 else f"{said[:40]} … {said[-40:]}"
        return UsageError(f"`{said}` was left out without a mark", todo=f"write `{CUT}` where words are cut")


def _trimmed(start: int, gap: str, put: str) -> Iterator[Edit]:
    """Yield the edit of a gap, less the white space at its ends that stays."""
    before = len(gap) - len(gap.lstrip()) if put[:1].isspace() else 0
    if before:
        gap, put, start = gap[before:], put.lstrip(), start + before
    after = len(gap) - len(gap.rstrip()) if put[-1:].isspace() else 0
    if after:
        gap, put = gap[: len(gap) - after], put.rstrip()
    if gap or put:
        yield Edit(start, start + len(gap), put)


def _marked(said: str, word: str) -> str:
    """Put the letters in brackets that differ: the first one, as a rule.

    Examples
    --------
    >>> _marked("we", "We"), _marked("sonar", "SONAR")
    ('[W]e', '[SONAR]')
    """
    return f"[{word[0]}]{word[1:]}" if said[1:] == word[1:] else f"[{word}]"
