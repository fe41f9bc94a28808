"""The rules of the method, each written once; `store.database` registers them with SQLite under the same names."""

from __future__ import annotations

import re

_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao; Burmese; Khmer
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f"  # Japanese
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"  # Chinese characters
)
_STRENGTH = {verdict: n for n, verdict in enumerate(("withdrawn", "absent", "unsure", "present"), start=1)}


def strength(verdict: str, shown: str = "nothing") -> int:
    """Return the rank of a judgement among those of one coder on one code that meet in a unit: the strongest holds.

    Examples
    --------
    >>> strength("present") > strength("unsure") > strength("absent") > strength("present", "bulk")
    True
    """
    return 0 if shown == "bulk" else _STRENGTH[verdict]


def shares_half(start: int, end: int, other_start: int, other_end: int) -> bool:
    """Tell whether a passage codes a unit: the two share at least half of the characters of the shorter.

    A passage inside a unit codes it, a unit inside a passage is coded by it, and a passage that runs over a border does
    not code the next unit because of one word.

    Examples
    --------
    >>> shares_half(0, 40, 35, 60), shares_half(40, 60, 35, 60), shares_half(0, 40, 5, 12)
    (False, True, True)
    """
    return 2 * (min(end, other_end) - max(start, other_start)) >= min(end - start, other_end - other_start)


def holds_half(start: int, end: int, other_start: int, other_end: int) -> bool:
    """Tell whether at least half of the other span lies in the first: read as a whole, a passage judges such a unit.

    Examples
    --------
    >>> holds_half(0, 45, 0, 40), holds_half(10, 12, 0, 40)
    (True, False)
    """
    return 2 * (min(end, other_end) - max(start, other_start)) >= other_end - other_start


def count_words(text: str) -> int:
    """Count words: what stands between white space; of scripts that set none between words, each letter is one.

    These are Chinese, Japanese, Thai, Lao, Khmer and Burmese. It is how Microsoft Word counts Asian characters
    beside words (https://learn.microsoft.com/office/vba/api/word.wdstatistic); signs on a letter count with it, and
    punctuation is not counted among them.

    Examples
    --------
    >>> count_words("We met -- once."), count_words("我们用AI技术。"), count_words("우리는 만났다")
    (4, 6, 2)
    """
    unspaced = [] if text.isascii() else _UNSPACED.findall(text)
    if not unspaced:
        return len(text.split())
    others = _UNSPACED.sub(" ", text).split()
    return sum(map(str.isalnum, unspaced)) + sum(any(map(str.isalnum, word)) for word in others)
