"""The timeline of an interview: which codes occur where in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coder.figures.drawing import Drawing
from coder.figures.words import SMALL, broken, high, wide

if TYPE_CHECKING:  # matplotlib is imported where it is used
    from matplotlib.figure import Figure

WIDTH, NAMES = 5.2, 2.4
"""Inches of the interview, and of a line of a name."""
THINNEST = 0.004
"""The shortest bar, as a share of the interview."""


@dataclass(frozen=True)
class Passage:
    """A passage of an interview with a code: where it starts and ends, in the figure's measure."""

    row: str
    start: float
    end: float
    seen: bool = True
    """False where nobody has looked at the code: a suggestion."""


def timeline(
    title: str,
    rows: Sequence[str],
    passages: Sequence[Passage],
    end: float,
    measure: str,
    *,
    questions: Sequence[float] = (),
    note: str = "",
) -> Drawing:
    """Draw a row for each code, and in it a bar for each passage; what nobody has looked at is hollow.

    Parameters
    ----------
    rows
        The names of the codes, the first on top.
    end
        Where the interview ends.
    measure
        What places are counted in, such as `minutes`.
    questions
        Where the interviewer speaks: ticks along the foot.

    Examples
    --------
    >>> svg = timeline("Air 1", ["fairs"], [Passage("fairs", 3.0, 4.5)], 45.0, "minutes", questions=[0.0, 12.5]).svg()
    >>> "fairs" in svg, "minutes" in svg, "interviewer" in svg
    (True, True, True)
    """
    names = [broken(row, NAMES) for row in rows] + ["interviewer"] * bool(questions)
    step = max([0.2, *(high(name) + 0.06 for name in names)])
    least = THINNEST * end
    hollow = "" if all(one.seen for one in passages) else " (hollow: a suggestion that nobody has looked at)"

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        place = {row: n for n, row in enumerate(rows)}
        for one in passages:
            face = "0.15" if one.seen else "white"
            length = max(least, one.end - one.start)
            axes.barh(place[one.row], length, 0.6, one.start, color=face, edgecolor="black", linewidth=0.5, zorder=2)
        if questions:
            axes.vlines(questions, len(rows) - 0.25, len(rows) + 0.25, color="0.35", linewidth=0.6)
        axes.set_yticks(range(len(names)), names, fontsize=SMALL)
        axes.set(ylim=(len(names) - 0.4, -0.6), xlim=(0, 1.005 * end), title=title, xlabel=measure + hollow)
        axes.hlines(range(len(rows)), 0, end, color="0.85", linewidth=0.5, zorder=1)
        axes.tick_params(axis="y", length=0)
        axes.tick_params(axis="x", labelsize=8)

    width = max(WIDTH + max(map(wide, names), default=0.0) + 0.3, wide(title, 11) + 0.4)
    return Drawing(title, width, step * max(2, len(names)) + 0.95, draw, note)
