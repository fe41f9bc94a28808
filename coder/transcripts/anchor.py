"""Carry spans of a transcript to its corrected version, by their words."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_TOKEN = re.compile(r"\w+|[^\w\s]+")
_KEPT = 0.8
_STRETCH = 2
_RUN = 4


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a span stands in the corrected text; `exact` if its words are the same but for white space."""

    start: int
    end: int
    exact: bool


def reanchor(old: str, new: str, spans: Sequence[tuple[int, int]]) -> list[Placed | None]:
    """Carry spans of the old text to the new one.

    The words of both texts are aligned by their longest common runs. A span is placed where its words went:
    exactly if all are there, not exactly if at least 0.8 of them are, in a stretch of at most twice its
    length. Otherwise it has moved if its words stand at one place only among the words that are new.
    Otherwise it is None: for a person to place. White space at the ends of a span is dropped.

    Parameters
    ----------
    old, new
        The two versions of the text.
    spans
        Half-open code-point offsets in `old`.

    Examples
    --------
    >>> reanchor("We grew fast. We hired.", "Well, we grew fast. We hired.", [(14, 23)])
    [Placed(start=20, end=29, exact=True)]
    """
    alignment = _Alignment(old, new)
    return [alignment.place(start, end) for start, end in spans]


class _Alignment:
    """The words of two texts and which went where."""

    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = old, new
        self.old_at = [found.span() for found in _TOKEN.finditer(old)]
        self.new_at = [found.span() for found in _TOKEN.finditer(new)]
        self.to = _align([old[a:b] for a, b in self.old_at], [new[a:b] for a, b in self.new_at])
        self.source = {j: i for i, j in self.to.items()}

    def place(self, start: int, end: int) -> Placed | None:
        tokens = _covered(self.old_at, start, end)
        if start >= end or not tokens:
            return None
        return self._same(start, end, tokens) or self._alike(tokens) or self._moved(start, end)

    def _same(self, start: int, end: int, tokens: range) -> Placed | None:
        """Find the span's very words where one of them went."""
        head = max(0, start - self.old_at[tokens[0]][0])  # above 0 where a span begins inside a word
        tail = min(0, end - self.old_at[tokens[-1]][1])
        shifts = Counter(self.to[i] - i for i in tokens if i in self.to)
        for shift, _ in shifts.most_common():
            run = range(tokens.start + shift, tokens.stop + shift)
            if run.start < 0 or run.stop > len(self.new_at) or any(self._belongs_elsewhere(j, tokens) for j in run):
                continue
            place = self.new_at[run[0]][0] + head, self.new_at[run[-1]][1] + tail
            if self.new[slice(*place)].split() == self.old[start:end].split():
                return Placed(*place, exact=True)
        return None

    def _alike(self, tokens: range) -> Placed | None:
        """Find the stretch that keeps most of the span's words."""
        words = [i for i in tokens if self.old[self.old_at[i][0]].isalnum()] or tokens
        kept = [i for i in tokens if i in self.to]
        if not kept or sum(i in self.to for i in words) < _KEPT * len(words):
            return None
        low, high = self.to[kept[0]], self.to[kept[-1]]
        for _ in range(kept[0] - tokens[0]):  # a corrected first word belongs to the span, too
            low -= low > 0 and low - 1 not in self.source
        for _ in range(tokens[-1] - kept[-1]):
            high += high + 1 < len(self.new_at) and high + 1 not in self.source
        if high - low + 1 > _STRETCH * len(tokens):
            return None
        return Placed(self.new_at[low][0], self.new_at[high][1], exact=False)

    def _moved(self, start: int, end: int) -> Placed | None:
        """Find the span's words at the one place where most of them are new."""
        words = r"\s+".join(map(re.escape, self.old[start:end].split()))
        edges = r"(?<!\w)" if words[0].isalnum() else "", r"(?!\w)" if words[-1].isalnum() else ""
        found = [hit.span() for hit in re.finditer(words.join(edges), self.new)]
        free = [place for place in found if self._is_new(_covered(self.new_at, *place))]
        return Placed(*free[0], exact=True) if len(free) == 1 else None

    def _is_new(self, run: range) -> bool:
        return sum(j in self.source for j in run) < 0.5 * len(run)

    def _belongs_elsewhere(self, j: int, tokens: range) -> bool:
        return j in self.source and self.source[j] not in tokens


def _covered(places: list[tuple[int, int]], start: int, end: int) -> range:
    """Return the tokens that share a character with start..end."""
    first = bisect_right(places, start, key=lambda place: place[1])
    return range(first, max(first, bisect_left(places, end, key=lambda place: place[0])))


def _align(old: list[str], new: list[str]) -> dict[int, int]:
    """Map the index of each old token to that of the new token it became.

    Runs of tokens are aligned first, and single tokens only between them: quick, because runs seldom repeat.
    """
    to: dict[int, int] = {}
    a = b = 0
    for run_a, run_b, size in [*_common(_runs(old), _runs(new)), (len(old), len(new), 0)]:
        for single_a, single_b, length in _common(old[a:run_a], new[b:run_b]):
            to |= {a + single_a + i: b + single_b + i for i in range(length)}
        to |= {run_a + i: run_b + i for i in range(size)}
        a, b = run_a + size, run_b + size
    return to


def _runs(tokens: list[str]) -> list[tuple[str, ...]]:
    return [tuple(tokens[i : i + _RUN]) for i in range(len(tokens) - _RUN + 1)]


def _common(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int, int]]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [(block.a, block.b, block.size) for block in matcher.get_matching_blocks()[:-1]]
