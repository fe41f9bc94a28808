"""The figures of the boards: bars, dots with intervals, what became of suggestions, and work over time.

They tell apart by place, grey, hatch and mark, never by colour alone; a row that has an address is a link.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from math import isnan
from typing import TYPE_CHECKING, Any

from coder.figures.drawing import Drawing

if TYPE_CHECKING:  # matplotlib is imported where it is used
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Dot = tuple[float, float, float]
"""A value and its interval; nan where undefined."""

STYLES = (("0.25", ""), ("0.55", "////"), ("0.8", "...."), ("1.0", "xxxx"), ("0.92", ""))
MARKS = ("o", "s", "^", "D", "v", "P", "X", "*")


def bars(
    title: str, label: str, rows: Sequence[str], series: Mapping[str, Sequence[float]], links: Sequence[str] = ()
) -> Drawing:
    """Draw a group of lying bars for each row, such as the share of units with each code.

    Parameters
    ----------
    label
        What the numbers are.
    series
        Its name -> a number for each row.
    links
        The address behind each row; none at all if left out.

    Examples
    --------
    >>> "contact" in bars("Prevalence", "units", ["contact"], {"people": [0.2]}).svg()
    True
    """

    def draw(figure: Figure) -> None:
        axes = _rows(figure, title, label, rows, links)
        height = 0.8 / max(1, len(series))
        for n, (name, values) in enumerate(series.items()):
            shift = (n + 0.5) * height - 0.4
            _lying(axes, values, shift, height, [0.0] * len(rows), links, label=name, **_fill(n))
        _legend(figure, axes)

    return Drawing(title, 7.5, _height(rows), draw)


def stacked(
    title: str, label: str, rows: Sequence[str], series: Mapping[str, Sequence[float]], links: Sequence[str] = ()
) -> Drawing:
    """Draw a bar for each row, cut into parts, such as what became of the suggestions of each code.

    Parameters are those of `bars`.

    Examples
    --------
    >>> "accepted" in stacked("Outcomes", "suggestions", ["contact"], {"accepted": [3], "rejected": [1]}).svg()
    True
    """

    def draw(figure: Figure) -> None:
        axes = _rows(figure, title, label, rows, links)
        left = [0.0] * len(rows)
        for n, (name, values) in enumerate(series.items()):
            _lying(axes, values, 0.0, 0.7, left, links, label=name, **_fill(n))
            left = [start + value for start, value in zip(left, values, strict=True)]
        _legend(figure, axes)

    return Drawing(title, 7.5, _height(rows), draw)


def dots(
    title: str, label: str, rows: Sequence[str], series: Mapping[str, Sequence[Dot]], links: Sequence[str] = ()
) -> Drawing:
    """Draw values with their intervals, from 0 (or the lowest below it) to 1, such as agreement on each code.

    Parameters are those of `bars`; what is undefined is left out.

    Examples
    --------
    >>> "alpha" in dots("Agreement", "value", ["contact"], {"alpha": [(0.7, 0.5, 0.8)]}).svg()
    True
    """

    def draw(figure: Figure) -> None:
        axes = _rows(figure, title, label, rows, links)
        for n, (name, found) in enumerate(series.items()):
            shift = 0.3 * (n - (len(series) - 1) / 2)
            known = [
                (value, low, high, row + shift) for row, (value, low, high) in enumerate(found) if not isnan(value)
            ]
            for value, low, high, place in known:
                if not isnan(low):
                    axes.plot([min(low, value), max(high, value)], [place, place], color="0.35", linewidth=1)
            axes.plot(
                [one[0] for one in known],
                [one[3] for one in known],
                MARKS[n],
                color="black",
                markerfacecolor="black" if n % 2 == 0 else "white",
                markersize=5,
                label=name,
            )
        axes.set_xlim(min(0.0, axes.get_xlim()[0]), 1.02)
        _legend(figure, axes)

    return Drawing(title, 7.5, _height(rows), draw)


def progress(title: str, found: Sequence[tuple[str, str, int]]) -> Drawing:
    """Draw the events of each day by each coder.

    Parameters
    ----------
    found
        Day in ISO 8601, coder, events; one at least.

    Examples
    --------
    >>> "Ada" in progress("Events a day", [("2026-03-01", "Ada", 12), ("2026-03-02", "Ada", 30)]).svg()
    True
    """

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        days = sorted({date.fromisoformat(day).toordinal() for day, _, _ in found})
        for n, coder in enumerate(dict.fromkeys(coder for _, coder, _ in found)):
            own = [(date.fromisoformat(day).toordinal(), count) for day, name, count in found if name == coder]
            axes.plot(
                [day for day, _ in own],
                [count for _, count in own],
                marker=MARKS[n % len(MARKS)],
                markerfacecolor="black" if n % 2 == 0 else "white",
                color=("black", "0.35", "0.55")[n % 3],
                linestyle=("-", "--", ":", "-.")[n % 4],
                markersize=5,
                label=coder,
            )
        step = max(1, -(-(days[-1] - days[0]) // 6))
        ticks = list(range(days[0], days[-1] + 1, step))
        axes.set_xticks(ticks, [date.fromordinal(day).isoformat() for day in ticks])
        axes.set(title=title, ylabel="events", yscale="log", ylim=(0.8, None))
        axes.yaxis.set_major_formatter("{x:,.0f}")
        axes.grid(True)
        axes.set_axisbelow(True)
        _legend(figure, axes)

    return Drawing(title, 7.5, 3.4, draw)


def _rows(figure: Figure, title: str, label: str, rows: Sequence[str], links: Sequence[str]) -> Axes:
    """Make axes with a named line for each row, the first one on top."""
    axes = figure.subplots()
    axes.set_yticks(range(len(rows)), rows)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    figure.suptitle(title)
    axes.set_xlabel(label)
    axes.grid(True, axis="x")
    axes.set_axisbelow(True)
    for text, link in zip(axes.get_yticklabels(), links, strict=False):
        text.set_url(link)
    return axes


def _lying(
    axes: Axes,
    values: Sequence[float],
    shift: float,
    height: float,
    left: Sequence[float],
    links: Sequence[str],
    **style: Any,
) -> None:
    """Draw the bars that are longer than nothing, each a link where its row has one."""
    rows = [row for row, value in enumerate(values) if value]
    if not rows:
        return
    drawn = axes.barh(
        [row + shift for row in rows], [values[row] for row in rows], height, [left[row] for row in rows], **style
    )
    for patch, row in zip(drawn, rows, strict=True):
        if links:
            patch.set_url(links[row])


def _fill(n: int) -> dict[str, Any]:
    grey, hatch = STYLES[n % len(STYLES)]
    return {"color": grey, "hatch": hatch, "edgecolor": "black", "linewidth": 0.6}


def _legend(figure: Figure, axes: Axes) -> None:
    if axes.get_legend_handles_labels()[0]:
        figure.legend(loc="outside lower center", ncols=4, frameon=False)


def _height(rows: Sequence[str]) -> float:
    """Return inches."""
    return 1.4 + 0.27 * max(2, len(rows))
