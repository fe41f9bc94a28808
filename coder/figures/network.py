"""The network of codes that stand on the same units, on a circle, with those near each other that meet most often."""

from __future__ import annotations

from cmath import rect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, degrees, pi, sin, sqrt
from typing import TYPE_CHECKING, Any

from coder.figures.drawing import Drawing, sheet
from coder.figures.placing import SMALL, Line, Page, Point, box_around, broken, curve, high, wide

if TYPE_CHECKING:  # matplotlib is imported where it is used
    from matplotlib.figure import Figure

LONGEST = 2.0
"""Inches of a line of a code's name."""
LARGEST, THICKEST = 0.17, 7.0
"""Radius of the largest node in inches, and width of the widest line in points."""


@dataclass(frozen=True)
class Tie:
    """Two codes, how many units both stand on, and how many times more than by chance."""

    a: str
    b: str
    both: int
    lift: float


def network(
    title: str, units: Mapping[str, int], ties: Sequence[Tie], *, least: int = 1, of: str = "units", note: str = ""
) -> Drawing:
    """Draw codes as dots, as large as they have units, and lines between those that meet, as wide as they do.

    Lines are dark and have their number where two codes meet more often than by chance (lift above 1), as far as the
    numbers have room, the largest first; the other lines are light.

    Parameters
    ----------
    units
        Code -> its units; those without any are left out.
    least
        Pairs with fewer units in common are left out.

    Examples
    --------
    >>> svg = network("Pairs", {"a": 5, "b": 3, "c": 2}, [Tie("a", "b", 2, 1.4), Tie("a", "c", 1, 0.5)]).svg()
    >>> ">2<" in svg
    True
    """
    ties = sorted((tie for tie in ties if tie.both >= least), key=lambda tie: (tie.lift > 1, tie.both))
    codes = _in_circle([code for code, n in units.items() if n], ties)
    names = {code: broken(f"{code} ({units[code]})", LONGEST) for code in codes}
    slot = max([0.26, *(high(name) + 0.06 for name in names.values())])
    radius = max(1.5, slot * len(codes) / (2 * pi))
    angles = {code: pi / 2 - 2 * pi * (n + 0.5) / max(1, len(codes)) for n, code in enumerate(codes)}
    most = max(units.values(), default=0) or 1
    sizes = {code: max(0.03, LARGEST * sqrt(units[code] / most)) for code in codes}
    tips = [rect(radius + LARGEST + 0.1 + wide(name), angles[code]) for code, name in names.items()]
    half = max([wide(title, 11) / 2 + 0.2, 2.4, *(abs(tip.real) + slot for tip in tips)])
    outer = max([0.5, *(abs(tip.imag) + slot for tip in tips)])
    lines = [(tie, _chord(angles[tie.a], angles[tie.b], radius)) for tie in ties]
    numbers = _numbers(lines, [rect(radius, angles[code]) for code in codes])

    def draw(figure: Figure) -> None:
        from matplotlib.patches import Circle

        axes = sheet(figure, -half, -outer - 0.55)
        axes.text(0, outer + 0.4, title, ha="center", va="top", fontsize=11)
        widest = max((tie.both for tie in ties), default=1)
        for n, (tie, line) in enumerate(lines):
            strong = tie.lift > 1
            color, width = ("0.3" if strong else "0.8"), max(0.4, THICKEST * tie.both / widest)
            axes.plot(line.real, line.imag, color=color, linewidth=width, zorder=1 + n / 1e4, solid_capstyle="round")
        for place, text in numbers:
            box = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}
            axes.text(place.real, place.imag, text, ha="center", va="center", fontsize=SMALL, bbox=box, zorder=4)
        for code in codes:
            x, y = cos(angles[code]), sin(angles[code])
            dot = {"facecolor": "black", "edgecolor": "white", "linewidth": 0.8, "zorder": 3}
            axes.add_patch(Circle((radius * x, radius * y), sizes[code], **dot))
            far = radius + LARGEST + 0.06
            axes.text(far * x, far * y, names[code], **_turned(angles[code]))
        said = f"dot and number after a name: {of}; line: {of} in common, dark where more than by chance"
        axes.text(0, -outer - 0.4, broken(said, 2 * half - 0.2, SMALL), ha="center", va="bottom", fontsize=SMALL)

    return Drawing(title, 2 * half, 2 * outer + 1.0, draw, note)


def _in_circle(codes: Sequence[str], ties: Sequence[Tie]) -> list[str]:
    """Return codes so that those that meet often are near each other (Bar-Joseph, Gifford & Jaakkola 2001)."""
    import numpy as np
    from scipy.cluster.hierarchy import leaves_list, linkage
    from scipy.spatial.distance import squareform

    if len(codes) < 3 or not ties:
        return list(codes)
    place = {code: n for n, code in enumerate(codes)}
    apart = np.full((len(codes), len(codes)), 1.0 + max(tie.both for tie in ties))
    for tie in ties:
        a, b = place[tie.a], place[tie.b]
        apart[a, b] = apart[b, a] = apart[a, b] - tie.both * (tie.lift > 1)
    np.fill_diagonal(apart, 0)
    return [codes[n] for n in leaves_list(linkage(squareform(apart), "average", optimal_ordering=True))]


def _chord(one: float, other: float, radius: float) -> Line:
    """Return a line inside the circle from one place on it to another, the nearer they are the flatter."""
    inner = radius * (0.25 + 0.45 * abs(cos((one - other) / 2)))
    return curve(rect(radius, one), rect(inner, one), rect(inner, other), rect(radius, other))


def _numbers(lines: Sequence[tuple[Tie, Line]], dots: Sequence[Point]) -> list[tuple[Point, str]]:
    """Place the numbers of the pairs that meet more often than by chance, the largest first, where there is room."""
    page = Page([box_around(dot, (2 * LARGEST, 2 * LARGEST)) for dot in dots])
    found = []
    for tie, line in reversed(lines):
        size = wide(str(tie.both)) + 0.06, high("1") + 0.02
        middle = len(line) // 2
        places = [complex(line[middle + shift]) for shift in (0, 5, -5, 10, -10, 15, -15, 20, -20)]
        place = page.put(size, places) if tie.lift > 1 else None
        if place is not None:
            found.append((place, str(tie.both)))
    return found


def _turned(angle: float) -> dict[str, Any]:
    """Return how a name is written outwards from the circle, never upside down."""
    turn = degrees(angle) % 360
    over = 90 < turn < 270
    return {
        "rotation": turn - 180 if over else turn,
        "ha": "right" if over else "left",
        "va": "center",
        "rotation_mode": "anchor",
        "fontsize": SMALL,
    }
