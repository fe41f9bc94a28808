"""The heat map of a confusion matrix: which code one coder gave where the other gave which."""

from __future__ import annotations

from collections.abc import Sequence

from coder.figures.drawing import Drawing
from coder.figures.heat import heat_map


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
