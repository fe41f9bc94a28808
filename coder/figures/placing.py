"""The room that text takes; lines, arrows as bands, and labels beside them, with points as complex numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Point = complex
"""Inches to the right and, as the imaginary part, upwards from the middle of the figure."""
Line = NDArray[np.complex128]
Box = tuple[float, float, float, float]
"""Left, bottom, right, top, in inches."""
STEPS = 80
SMALL = 7.0
"""Points; nothing in a figure is smaller."""

_PIECE = re.compile(r"[^/ ]+/? *|[/ ]")


def box_around(middle: Point, size: tuple[float, float]) -> Box:
    """Return the box of a width and height around a point.

    Examples
    --------
    >>> box_around(0j, (2, 1))
    (-1.0, -0.5, 1.0, 0.5)
    """
    width, height = size
    return middle.real - width / 2, middle.imag - height / 2, middle.real + width / 2, middle.imag + height / 2


@dataclass
class Page:
    """What of a figure is taken."""

    taken: list[Box] = field(default_factory=list)

    def free(self, box: Box) -> bool:
        """Tell whether nothing lies in a box.

        Examples
        --------
        >>> Page([(0, 0, 1, 1)]).free((0.9, 0.9, 2, 2)), Page([(0, 0, 1, 1)]).free((1, 1, 2, 2))
        (False, True)
        """
        left, bottom, right, top = box
        return not any(left < one[2] and one[0] < right and bottom < one[3] and one[1] < top for one in self.taken)

    def put(self, size: tuple[float, float], middles: Iterable[Point]) -> Point | None:
        """Take the first place at which a box is free; None where there is none."""
        for middle in middles:
            box = box_around(middle, size)
            if self.free(box):
                self.taken.append(box)
                return middle
        return None

    def cover(self, line: Line, width: float) -> None:
        """Take what a line of some width covers."""
        self.taken += [box_around(point, (width, width)) for point in line.tolist()]

    def extent(self) -> Box:
        """Return the box around all that is taken."""
        lefts, bottoms, rights, tops = zip(*self.taken, strict=True)
        return min(lefts), min(bottoms), max(rights), max(tops)


def beside(line: Line, width: float, size: tuple[float, float]) -> Iterator[Point]:
    """Yield where the middle of a box may lie beside a line, the nearest to the line's own middle first.

    The side away from the middle of the figure comes before the other one.
    """
    points, across = line.tolist(), _across(line).tolist()
    for gap in (0.05, 0.12, 0.22, 0.35):
        for share in (0.5, 0.44, 0.56, 0.38, 0.62, 0.3, 0.7, 0.22, 0.78):
            k = min(len(line) - 2, max(1, round(share * (len(line) - 1))))
            outwards = -across[k] if (across[k].conjugate() * points[k]).real < -1e-9 else across[k]
            reach = width / 2 + gap + abs(outwards.real) * size[0] / 2 + abs(outwards.imag) * size[1] / 2
            yield points[k] + reach * outwards
            yield points[k] - reach * outwards


def curve(start: Point, first: Point, second: Point, end: Point) -> Line:
    """Return points along a cubic Bezier curve."""
    t = np.linspace(0, 1, STEPS + 1)
    points: Line = (1 - t) ** 3 * start + 3 * t * (1 - t) ** 2 * first + 3 * t * t * (1 - t) * second + t**3 * end
    return points


def bent(start: Point, through: Point, end: Point) -> Line:
    """Return points along a curve that passes a point halfway."""
    pull = 2 * through - (start + end) / 2
    return curve(start, start + 2 * (pull - start) / 3, end + 2 * (pull - end) / 3, end)


def outside(line: Line, boxes: Iterable[Box], gap: float = 0.04) -> Line:
    """Return the part of a line that lies outside of boxes."""
    for left, low, right, top in boxes:
        between = (left - gap < line.real) & (line.real < right + gap)
        line = line[~(between & (low - gap < line.imag) & (line.imag < top + gap))]
    return line


def band(line: Line, width: float, *, both: bool) -> Line:
    """Return the outline of an arrow along a line, with a head at its end, or at both ends.

    Examples
    --------
    >>> outline = band(np.array([0, 1, 2 + 0j]), 0.2, both=False)
    >>> float(outline.real.max()), float(outline.imag.max().round(2))
    (2.0, 0.18)
    """
    head = min(0.08 + 0.8 * width, 0.45 * float(np.abs(np.diff(line)).sum()))
    shaft = _shortened(line, head)
    if both:
        shaft = _shortened(shaft[::-1], head)[::-1]
    across = _across(shaft)
    edge, barb = width / 2 * across, (width / 2 + 0.03 + 0.25 * width) * across
    tip = [shaft[-1] + barb[-1], line[-1], shaft[-1] - barb[-1]]
    tail = [shaft[0] - barb[0], line[0], shaft[0] + barb[0]] if both else []
    return np.array([*(shaft + edge), *tip, *(shaft - edge)[::-1], *tail])


def _shortened(line: Line, by: float) -> Line:
    """Return a line without so many inches of its end."""
    last = len(line) - 1
    while last > 1 and (step := abs(line[last] - line[last - 1])) < by:
        by -= step
        last -= 1
    back = line[last - 1] - line[last]
    return np.append(line[:last], line[last] + min(0.95, by / (abs(back) or 1.0)) * back)


def _across(line: Line) -> Line:
    """Return for each point of a line the direction to its left, of length one."""
    along = np.array([*line[1:], line[-1]]) - np.array([line[0], *line[:-1]])
    left: Line = 1j * along / np.where(along == 0, 1, np.abs(along))
    return left


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
