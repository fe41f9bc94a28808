"""The reliability diagram: what was predicted beside what came true (Murphy & Winkler 1977)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from coder.figures.drawing import Drawing

if TYPE_CHECKING:  # matplotlib is imported where it is used
    from matplotlib.figure import Figure

Bin = tuple[float, float, int, float, float, float, float]
"""Its two edges, its decisions, their mean predicted probability, the observed share, and that share's interval."""


def reliability_diagram(bins: Sequence[Bin], title: str) -> Drawing:
    """Draw observed shares with their intervals over predicted probabilities, and how many decisions each stands for.

    Parameters
    ----------
    bins
        At least one; empty bins are left out.

    Examples
    --------
    >>> "<svg" in reliability_diagram([(0.0, 0.1, 90, 0.03, 0.02, 0.01, 0.08)], "m").svg()
    True
    """

    def draw(figure: Figure) -> None:
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=[4, 1])
        start, end, n, predicted, observed, low, high = zip(*bins, strict=True)
        down = [share - edge for share, edge in zip(observed, low, strict=True)]
        up = [edge - share for share, edge in zip(observed, high, strict=True)]
        above.plot([0, 1], [0, 1], color="0.6", linestyle="--", label="as often as predicted")
        above.errorbar(
            predicted, observed, [down, up], color="black", fmt="o", markersize=4, capsize=3, label="observed, 95 %"
        )
        above.set(xlim=(0, 1), ylim=(0, 1), aspect="equal", title=title, ylabel="share judged present")
        above.legend(loc="upper left", frameon=False)
        widths = [right - left for left, right in zip(start, end, strict=True)]
        below.bar(start, n, widths, align="edge", color="0.75", edgecolor="black", linewidth=0.6)
        below.set(yscale="log", ylim=(0.5, None), xlabel="predicted probability", ylabel="decisions")
        below.yaxis.set_major_formatter("{x:,.0f}")
        for axes in (above, below):
            axes.grid(True)
            axes.set_axisbelow(True)

    return Drawing(title, 4.5, 5.6, draw)
