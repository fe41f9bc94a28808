"""Arrows as bands: outlines along a curve, as wide as a number says, with a head at either end."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import hypot

from coder.figures.placing import Box, Point

STEPS = 80


def curve(start: Point, first: Point, second: Point, end: Point) -> list[Point]:
    """Return points along a cubic Bezier curve."""
    found = []
    for step in range(STEPS + 1):
        t = step / STEPS
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
        x, y = (sum(w * p[axis] for w, p in zip(weights, (start, first, second, end), strict=True)) for axis in (0, 1))
        found.append((x, y))
    return found


def bent(start: Point, through: Point, end: Point) -> list[Point]:
    """Return points along a curve that passes a point halfway."""
    pull = tuple(2 * through[axis] - (start[axis] + end[axis]) / 2 for axis in (0, 1))
    first, second = ((one[0] + 2 * (pull[0] - one[0]) / 3, one[1] + 2 * (pull[1] - one[1]) / 3) for one in (start, end))
    return curve(start, first, second, end)


def outside(line: Sequence[Point], boxes: Sequence[Box], gap: float = 0.04) -> list[Point]:
    """Return the part of a line that lies outside of boxes."""
    return [
        (x, y)
        for x, y in line
        if not any(left - gap < x < right + gap and low - gap < y < top + gap for left, low, right, top in boxes)
    ]


def band(line: Sequence[Point], width: float, *, both: bool) -> list[Point]:
    """Return the outline of an arrow along a line, with a head at its end, or at both ends.

    Examples
    --------
    >>> outline = band([(0.0, 0.0), (1.0, 0.0), (2.0, 0.0)], 0.2, both=False)
    >>> max(x for x, _ in outline), round(max(y for _, y in outline), 2)
    (2.0, 0.18)
    """
    length = sum(hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(line))
    head = min(0.08 + 0.8 * width, 0.45 * length)
    half = width / 2 + 0.03 + 0.25 * width
    shaft = _shortened(line, head)
    if both:
        shaft = _shortened(shaft[::-1], head)[::-1]
    left, right = _sides(shaft, width / 2)
    wide_left, wide_right = _sides(shaft, half)
    outline = [*left, wide_left[-1], line[-1], wide_right[-1], *right[::-1]]
    return [*outline, wide_right[0], line[0], wide_left[0]] if both else outline


def _shortened(line: Sequence[Point], by: float) -> list[Point]:
    """Return a line without so many inches of its end."""
    found = list(line)
    while len(found) > 2:
        (x, y), (u, v) = found[-1], found[-2]
        step = hypot(x - u, y - v)
        if step >= by:
            break
        by -= step
        found.pop()
    (x, y), (u, v) = found[-1], found[-2]
    share = min(0.95, by / (hypot(x - u, y - v) or 1.0))
    return [*found[:-1], (x + share * (u - x), y + share * (v - y))]


def _sides(line: Sequence[Point], reach: float) -> tuple[list[Point], list[Point]]:
    """Return the lines on both sides of a line."""
    left, right = [], []
    for k, (x, y) in enumerate(line):
        (u, v), (p, q) = line[max(0, k - 1)], line[min(len(line) - 1, k + 1)]
        length = hypot(p - u, q - v) or 1.0
        dx, dy = -(q - v) / length * reach, (p - u) / length * reach
        left.append((x + dx, y + dy))
        right.append((x - dx, y - dy))
    return left, right
