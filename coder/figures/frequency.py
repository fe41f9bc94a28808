"""How often each code occurs in each case: bars side by side, or a heat map where they would be too many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from coder.figures.drawing import Drawing, sheet
from coder.figures.heat import heat_map, short
from coder.figures.words import SMALL, broken, high, wide

if TYPE_CHECKING:  # matplotlib is imported where it is used
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CASES = 12
"""With more cases than this the bars would be too short to compare."""
NAMES, COLUMN = 2.4, 0.62
"""Inches of a line of a code's name, and of the longest bar."""


def frequency(
    title: str, codes: Sequence[str], cases: Sequence[str], counts: Sequence[Sequence[float]], note: str = ""
) -> Drawing:
    """Draw how often each code occurs in each case.

    Up to 12 cases each have a column of lying bars, all on one scale, each bar with its number: read down for a case,
    across for a code. Of more cases it is a heat map, in which 40 cases and 70 codes are readable.

    Parameters
    ----------
    counts
        A row for each code, a number for each case.

    Examples
    --------
    >>> svg = frequency("Citations", ["contact/fairs"], ["Air", "Beat"], [[3, 0]]).svg()
    >>> "Air" in svg, ">3<" in svg
    (True, True)
    """
    if len(cases) > CASES:
        return heat_map(title, codes, cases, counts, note=note)
    names = [broken(code, NAMES) for code in codes]
    heads = [broken(case, COLUMN + 0.2) for case in cases]
    steps = [max(0.19, high(name) + 0.05) for name in names]
    most = max((value for row in counts for value in row), default=0) or 1
    number = max(wide(short(value)) for row in counts for value in row)
    column = max(COLUMN + number, *map(wide, heads)) + 0.16
    left = max(map(wide, names)) + 0.25
    top = 0.45 + max(map(high, heads)) + 0.1
    width = max(left + column * len(cases) + 0.1, wide(title, 11) + 0.3)
    height = top + sum(steps) + 0.15

    def draw(figure: Figure) -> None:
        axes = sheet(figure, 0.0, 0.0)
        axes.text(width / 2, height - 0.12, title, ha="center", va="top", fontsize=11)
        for j, head in enumerate(heads):
            x = left + column * j
            axes.text(x, height - top + 0.08, head, va="bottom", fontsize=SMALL, fontweight="bold")
            axes.plot([x, x], [0.15, height - top], color="0.4", linewidth=0.6)
        y = height - top
        for i, (name, step) in enumerate(zip(names, steps, strict=True)):
            y -= step
            axes.text(left - 0.08, y + step / 2, name, ha="right", va="center", fontsize=SMALL)
            if i % 2:
                axes.axhspan(y, y + step, color="0.95", linewidth=0, zorder=0)
            for j, value in enumerate(counts[i]):
                _bar(axes, left + column * j, y + step / 2, COLUMN * value / most, short(value))

    return Drawing(title, width, height, draw, note)


def _bar(axes: Axes, x: float, y: float, length: float, number: str) -> None:
    """Draw a bar with its number; of nothing there is none."""
    if length:
        axes.barh(y, max(0.01, length), 0.11, x, color="0.35", linewidth=0)
        axes.text(x + length + 0.03, y, number, va="center", fontsize=SMALL)
