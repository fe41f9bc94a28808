"""Where words go in a figure: beside a line, on nothing that is there already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import hypot

Point = tuple[float, float]
"""Inches from the middle of the figure."""
Box = tuple[float, float, float, float]
"""Left, bottom, right, top, in inches."""


def box_around(middle: Point, size: Point) -> Box:
    """Return the box of a width and height around a point.

    Examples
    --------
    >>> box_around((0, 0), (2, 1))
    (-1.0, -0.5, 1.0, 0.5)
    """
    (x, y), (width, height) = middle, size
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


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

    def put(self, size: Point, middles: Iterable[Point]) -> Point | None:
        """Take the first place at which a box is free; None where there is none."""
        for middle in middles:
            box = box_around(middle, size)
            if self.free(box):
                self.taken.append(box)
                return middle
        return None

    def cover(self, line: Sequence[Point], width: float) -> None:
        """Take what a line of some width covers."""
        self.taken += [box_around(point, (width, width)) for point in line]

    def extent(self) -> Box:
        """Return the box around all that is taken."""
        lefts, bottoms, rights, tops = zip(*self.taken, strict=True)
        return min(lefts), min(bottoms), max(rights), max(tops)


def beside(line: Sequence[Point], width: float, size: Point) -> Iterator[Point]:
    """Yield where the middle of a box may lie beside a line, the nearest to the line's own middle first.

    The side away from the middle of the figure comes before the other one.
    """
    n = len(line)
    for gap in (0.05, 0.12, 0.22, 0.35):
        for share in (0.5, 0.44, 0.56, 0.38, 0.62, 0.3, 0.7, 0.22, 0.78):
            k = min(n - 2, max(1, round(share * (n - 1))))
            (x, y), before, after = line[k], line[k - 1], line[k + 1]
            dx, dy = after[0] - before[0], after[1] - before[1]
            length = hypot(dx, dy) or 1.0
            across = (-dy / length, dx / length)
            if across[0] * x + across[1] * y < 0:
                across = (-across[0], -across[1])
            reach = width / 2 + gap + abs(across[0]) * size[0] / 2 + abs(across[1]) * size[1] / 2
            for side in (1, -1):
                yield x + side * reach * across[0], y + side * reach * across[1]
