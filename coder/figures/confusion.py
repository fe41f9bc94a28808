"""The heat map of a confusion matrix: which code one coder gave where the other gave which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from coder.figures.svg import as_svg

if TYPE_CHECKING:  # matplotlib is imported where it is used
    from matplotlib.figure import Figure

CELL = 0.34
"""Inches of a cell's side."""


def heat_map(
    title: str, rows: str, columns: str, codes: Sequence[str], counts: Sequence[Sequence[float]], note: str = ""
) -> str:
    """Draw a matrix of counts as cells of grey, each with its number.

    A cell is the darker the larger its share of its row. The last row and column are those of no code: what neither
    coder coded is told in the note alone, as it would outweigh all else.

    Parameters
    ----------
    rows, columns
        Who stands there.
    codes
        The names along both axes, the last one for no code.
    counts
        Square, as many as there are names.
    note
        Stands below.

    Returns
    -------
    The text of an SVG file.

    Examples
    --------
    >>> svg = heat_map("Confusion", "Ada", "Ben", ["fairs", "no code"], [[3, 1.5], [0, 40]])
    >>> "fairs" in svg, ">1.5<" in svg, ">40<" in svg
    (True, True, False)
    """
    n = len(codes)
    cells = [[float(value) for value in row] for row in counts]
    cells[-1][-1] = 0.0
    shares = [[value / (sum(row) or 1) for value in row] for row in cells]

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        axes.imshow(shares, cmap="Greys", vmin=0, vmax=1.1, aspect="equal")
        for i, row in enumerate(cells):
            for j, value in enumerate(row):
                if value:
                    color = "white" if shares[i][j] > 0.75 else "black"
                    axes.text(j, i, _short(value), ha="center", va="center", fontsize=6.5, color=color)
        axes.set_xticks(range(n), codes, rotation=90, fontsize=7)
        axes.set_yticks(range(n), codes, fontsize=7)
        axes.set_xticks([k - 0.5 for k in range(1, n)], minor=True)
        axes.set_yticks([k - 0.5 for k in range(1, n)], minor=True)
        axes.grid(which="minor", color="0.85", linewidth=0.4)
        axes.tick_params(which="minor", length=0)
        axes.spines[["top", "right"]].set_visible(True)
        axes.set_xlabel("\n".join(filter(None, (columns, note))))
        axes.set_ylabel(rows)
        figure.suptitle(title)

    longest = 0.055 * max(map(len, codes))
    side = CELL * max(4, n) + longest + 0.8
    return as_svg(draw, side, side + 0.4, title)


def _short(value: float) -> str:
    """Write a count with one digit after the point, or none where it is whole.

    Examples
    --------
    >>> _short(3.0), _short(0.333)
    ('3', '0.3')
    """
    return f"{value:.0f}" if abs(value - round(value)) < 0.05 else f"{value:.1f}"
