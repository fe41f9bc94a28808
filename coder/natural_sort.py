"""The order in which names are listed: as people count."""

from __future__ import annotations

import re
from functools import lru_cache

_KEPT = 4096  # a study has fewer cases and transcripts, and sorts its citations by them many times

_DIGITS = re.compile(r"\d+")
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")


def countable(name: str) -> str:
    """Return a text that sorts in the place of a name: numbers in it by their value, capitals as small letters.

    Examples
    --------
    >>> sorted(["Firm 10", "Firm 9", "firm 09b", "Firm"], key=countable)
    ['Firm', 'Firm 9', 'firm 09b', 'Firm 10']
    """
    return f"{_DIGITS.sub(lambda found: found[0].zfill(20), name.casefold())}\x01{name}"


@lru_cache(maxsize=_KEPT)
def natural(text: str) -> tuple[int, float, str]:
    """Return a key that sorts numbers as numbers, before other texts, and texts by the numbers in them.

    Examples
    --------
    >>> sorted(["10", "9", "round 10", "round 9", "2,5", "-1"], key=natural)
    ['-1', '2,5', '9', '10', 'round 9', 'round 10']
    """
    number = float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None
    return (1, 0.0, countable(text)) if number is None else (0, number, text)
