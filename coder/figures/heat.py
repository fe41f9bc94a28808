"""Matrices of numbers, such as how often each code occurs in each case: as heat maps, or bars side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from coder.figures.drawing import Drawing, sheet
from coder.figures.placing import SMALL, broken, high, wide

if TYPE_CHECKING:  # matplotlib is imported where it is used
    from matplotlib.figure import Figure

CELL = 0.3
"""Inches of a cell's side, at least."""
LONGEST = 2.6
"""Inches of a line of a name."""
DARKEST = 0.9
CASES = 12
"""With more cases than this the bars would be too short to compare."""
NAMES, COLUMN = 2.4, 0.62
"""Inches of a line of a code's name, and of the longest bar."""


def heat_map(
    title: str,
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Sequence[Sequence[float]],
    *,
    down: str = "",
    across: str = "",
    shades: Sequence[Sequence[float]] | None = None,
    note: str = "",
) -> Drawing:
    """Draw a matrix of numbers, such as citations by case and code; the picture grows with it.

    Parameters
    ----------
    rows, columns
        The names along the left and at the top.
    cells
        A number for each row and column; a cell of none is empty.
    down, across
        What the rows and the columns are.
    shades
        How dark each cell is, from 0 to 1; else its share of the largest number.
    note
        What the figure was made from.

    Examples
    --------
    >>> svg = heat_map("Citations", ["Air"], ["courses", "fairs"], [[3, 0]]).svg()
    >>> ">3<" in svg, ">0<" in svg
    (True, False)
    """
    left, top = ([broken(name, LONGEST) for name in names] for names in (rows, columns))
    most = max((value for row in cells for value in row), default=0) or 1
    dark = shades or [[value / most for value in row] for row in cells]
    numbers = [[short(value) if value else "" for value in row] for row in cells]
    wider = max((wide(text) for row in numbers for text in row if text), default=0) + 0.08
    side = max(CELL, wider, *(high(name) + 0.05 for name in top))
    step = max(CELL, *(high(name) + 0.05 for name in left))
    margins = max(map(wide, left)) + 0.7, max(map(wide, top)) + 0.9

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        # edges apart from the cells, as a mesh of them is drawn again by every viewer
        axes.pcolormesh([[DARKEST * one for one in row] for row in dark], cmap="gray_r", vmin=0, vmax=1)
        for i, row in enumerate(numbers):
            for j, text in enumerate(row):
                color = "white" if DARKEST * dark[i][j] > 0.54 else "black"
                axes.text(j + 0.5, i + 0.5, text, ha="center", va="center", fontsize=SMALL, color=color)
        axes.set(ylim=(len(rows), 0), xlim=(0, len(columns)), xlabel=across, ylabel=down)
        axes.set_xticks([j + 0.5 for j in range(len(columns))], top, rotation=90, fontsize=SMALL)
        axes.set_yticks([i + 0.5 for i in range(len(rows))], left, fontsize=SMALL)
        axes.xaxis.tick_top()
        axes.xaxis.set_label_position("top")
        axes.hlines(range(len(rows) + 1), 0, len(columns), color="0.75", linewidth=0.4)
        axes.vlines(range(len(columns) + 1), 0, len(rows), color="0.75", linewidth=0.4)
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        figure.suptitle(title)

    width = max(side * len(columns) + margins[0], wide(title, 11) + 0.4)
    return Drawing(title, width, step * len(rows) + margins[1], draw, note)


def short(value: float) -> str:
    """Write a number with one digit after the point, or none where it is whole.

    Examples
    --------
    >>> short(3.0), short(0.333)
    ('3', '0.3')
    """
    return f"{value:.0f}" if abs(value - round(value)) < 0.05 else f"{value:.1f}"


def confusion_map(
    title: str, rows: str, columns: str, codes: Sequence[str], counts: Sequence[Sequence[float]], note: str = ""
) -> Drawing:
    """Draw which code one coder gave where the other gave which.

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
        Stands with the columns.

    Examples
    --------
    >>> svg = confusion_map("Confusion", "Ada", "Ben", ["fairs", "no code"], [[3, 1.5], [0, 40]]).svg()
    >>> "fairs" in svg, ">1.5<" in svg, ">40<" in svg
    (True, True, False)
    """
    cells = [[float(value) for value in row] for row in counts]
    cells[-1][-1] = 0.0
    shares = [[value / (sum(row) or 1) for value in row] for row in cells]
    across = "\n".join(filter(None, (note, columns)))
    return heat_map(title, codes, codes, cells, down=rows, across=across, shades=shares, note=note)


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
                if value:
                    x, length = left + column * j, COLUMN * value / most
                    axes.barh(y + step / 2, max(0.01, length), 0.11, x, color="0.35", linewidth=0)
                    axes.text(x + length + 0.03, y + step / 2, short(value), va="center", fontsize=SMALL)

    return Drawing(title, width, height, draw, note)
