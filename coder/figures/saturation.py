"""The accumulation curve: what is known after each transcript, as they came and in random orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from coder.figures.drawing import Drawing

if TYPE_CHECKING:  # matplotlib is imported where it is used
    from matplotlib.figure import Figure

Curve = tuple[Sequence[float], Sequence[float], Sequence[float], Sequence[float]]
"""After each transcript: known as they came, the mean over random orders, and the band's two ends."""


def accumulation(title: str, curves: Mapping[str, Curve], reached: int | None = None, note: str = "") -> Drawing:
    """Draw a panel for each thing that is counted, such as codes, and codes of cases.

    Parameters
    ----------
    curves
        What is counted -> its curve, one number a transcript at least.
    reached
        After how many transcripts the first panel is saturated; marked by a line, none where it is not.
    note
        What the figure was made from.

    Examples
    --------
    >>> "codes" in accumulation("Saturation", {"codes": ([2, 3], [2.5, 3], [2, 3], [3, 3])}).svg()
    True
    """

    def draw(figure: Figure) -> None:
        panels = figure.subplots(1, len(curves), squeeze=False)[0]
        for n, (axes, (what, (known, mean, low, high))) in enumerate(zip(panels, curves.items(), strict=True)):
            places = range(1, len(known) + 1)
            axes.fill_between(places, low, high, color="0.88", label="random orders, 95 %")
            axes.plot(places, mean, color="0.45", linestyle="--", label="random orders, mean")
            axes.plot(places, known, color="black", marker="o", markersize=3.5, label="as they came")
            if n == 0 and reached is not None:
                axes.axvline(reached, color="black", linestyle=":", label="saturated")
            axes.set(xlabel="transcripts", ylabel=what, ylim=(0, None))
            axes.xaxis.get_major_locator().set_params(integer=True)
            axes.grid(True)
            axes.set_axisbelow(True)
        figure.suptitle(title)
        figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=4, frameon=False)

    return Drawing(title, 3.9 * len(curves), 3.6, draw, note)
