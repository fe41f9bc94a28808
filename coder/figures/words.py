"""How much room words take in a figure, and how long names are broken into lines."""

from __future__ import annotations

import re
from functools import lru_cache

SMALL = 7.0
"""Points; nothing in a figure is smaller."""

_PIECE = re.compile(r"[^/ ]+/? *|[/ ]")


@lru_cache(maxsize=4096)
def wide(text: str, size: float = SMALL) -> float:
    """Return how wide the longest line of a text is, in inches, in letters of so many points.

    Examples
    --------
    >>> 0.3 < wide("education") < 0.6
    True
    """
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(family="DejaVu Sans", size=size)
    return max(text_to_path.get_text_width_height_descent(line, font, False)[0] for line in text.split("\n")) / 72


def high(text: str, size: float = SMALL) -> float:
    r"""Return how high the lines of a text are, in inches.

    Examples
    --------
    >>> round(high("two\nlines", 7.2), 2)
    0.24
    """
    return 1.2 * size / 72 * (text.count("\n") + 1)


def broken(text: str, room: float, size: float = SMALL) -> str:
    r"""Break a name after `/` and at blanks into lines of so many inches; a longer word has a line of its own.

    There are as few lines as can be, and of these none is longer than need be.

    Examples
    --------
    >>> broken("education/customers/conferences", 1.2)
    'education/customers/\nconferences'
    >>> broken("joint decisions with customers/courses 2", 1.8)
    'joint decisions with\ncustomers/courses 2'
    """
    best = _filled(text, room, size)
    while "\n" in best:
        narrower = _filled(text, wide(best, size) - 0.001, size)
        if narrower.count("\n") > best.count("\n") or wide(narrower, size) >= wide(best, size):
            break
        best = narrower
    return best


def _filled(text: str, room: float, size: float) -> str:
    """Break a name into lines, each as full as can be."""
    lines = [""]
    for piece in _PIECE.findall(text):
        if lines[-1] and wide((lines[-1] + piece).rstrip(), size) > room:
            lines.append("")
        lines[-1] += piece
    return "\n".join(line.rstrip() for line in lines)
