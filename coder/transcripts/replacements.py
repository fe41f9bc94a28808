"""Words put in the place of others in a text, and where every other place of the text is then."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

Put = tuple[int, int, str]
"""Half-open code-point offsets of the words that go, and what is put in their place."""


@dataclass(frozen=True)
class Replacements:
    """Places of a text that are replaced, from left to right, none of which is empty or overlaps another.

    Examples
    --------
    >>> put = Replacements(((5, 9, "Person 1"),))
    >>> put.text(" saw Anna's boat"), put.span(0, 4), put.span(7, 14)
    (" saw Person 1's boat", (0, 4), (5, 18))
    >>> put.back(" saw Anna's boat").text(" saw Person 1's boat")
    " saw Anna's boat"
    """

    puts: tuple[Put, ...]

    @cached_property
    def _starts(self) -> list[int]:
        return [start for start, _, _ in self.puts]

    @cached_property
    def _shifts(self) -> list[int]:
        """By how much a place moves that lies behind none, one, two, ... of the replacements."""
        return list(accumulate((len(new) - (end - start) for start, end, new in self.puts), initial=0))

    def text(self, old: str) -> str:
        """Return the new text."""
        parts, done = [], 0
        for start, end, new in self.puts:
            parts += [old[done:start], new]
            done = end
        return "".join([*parts, old[done:]])

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where a span of the old text lies in the new one; one that cuts a replaced word holds all of it."""
        first = bisect_right(self._starts, start) - 1  # the last replacement that begins at the start or before it
        inside = first >= 0 and start < self.puts[first][1]
        begin = self.puts[first][0] + self._shifts[first] if inside else start + self._shifts[first + 1]
        last = bisect_left(self._starts, end) - 1  # the last that begins before the end
        within = last >= 0 and end < self.puts[last][1]
        return begin, (self.puts[last][1] if within else end) + self._shifts[last + 1]

    def back(self, old: str) -> Replacements:
        """Return the replacements by which the new text becomes the old one again."""
        moved = zip(self.puts, self._shifts, strict=False)
        return Replacements(
            tuple((start + shift, start + shift + len(new), old[start:end]) for (start, end, new), shift in moved)
        )


def replacements(places: Iterable[tuple[int, int, str, str]]) -> Replacements:
    """Return the replacements of names found in a text, as `Pseudonyms.places` gives them."""
    return Replacements(tuple((start, end, new) for start, end, _, new in places))
