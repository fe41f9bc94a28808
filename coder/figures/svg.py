"""How every figure is written: equal bytes for equal numbers, words as words, black and greys alone."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # matplotlib is imported where it is used
    from matplotlib.figure import Figure

STYLE: dict[str, Any] = {
    "svg.hashsalt": "coder",  # the ids of clip paths hang on it, and else on chance
    "svg.fonttype": "none",  # words stay words, to be searched and read aloud
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "lines.linewidth": 0.8,
    "grid.color": "0.9",
}


def as_svg(draw: Callable[[Figure], None], width: float, height: float, title: str) -> str:
    """Draw a figure and return it as the text of an SVG file.

    Nothing of the day, the machine or the user's own matplotlib settings enters it.

    Parameters
    ----------
    draw
        Draws on the empty figure that it is given.
    width, height
        Inches.
    title
        What programs that read aloud say of the figure.

    Examples
    --------
    >>> as_svg(lambda figure: None, 1, 1, "nothing").startswith("<?xml")
    True
    """
    import matplotlib.style
    from matplotlib.figure import Figure

    file = StringIO()
    with matplotlib.style.context(["default", STYLE], after_reset=True):
        figure = Figure(figsize=(width, height), layout="constrained")
        draw(figure)
        figure.savefig(file, format="svg", metadata={"Title": title, "Date": None, "Creator": None})
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines()) + "\n"
