"""Charts: bars, dots with intervals, work over time, reliability, saturation, and the timeline of an interview.

They tell apart by place, grey, hatch and mark, never by colour alone; a row that has an address is a link.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import isnan
from typing import TYPE_CHECKING, Any

from coder.figures.drawing import Drawing
from coder.figures.placing import SMALL, broken, high, wide

if TYPE_CHECKING:  # matplotlib is imported where it is used
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Dot = tuple[float, float, float]
"""A value and its interval; nan where undefined."""
Bin = tuple[float, float, int, float, float, float, float]
"""Its two edges, its decisions, their mean predicted probability, the observed share, and that share's interval."""
Curve = tuple[Sequence[float], Sequence[float], Sequence[float], Sequence[float]]
"""After each transcript: known as they came, the mean over random orders, and the band's two ends."""

STYLES = (("0.25", ""), ("0.55", "////"), ("0.8", "...."), ("1.0", "xxxx"), ("0.92", ""))
WIDTH, NAMES = 5.2, 2.4
"""Inches of the interview, and of a line of a name."""
THINNEST = 0.004
"""The shortest bar, as a share of the interview."""
MARKS = ("o", "s", "^", "D", "v", "P", "X", "*")


def bars(
    title: str,
    label: str,
    rows: Sequence[str],
    series: Mapping[str, Sequence[float]],
    links: Sequence[str] = (),
    *,
    stacked: bool = False,
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
    stacked
        Draw one bar for each row, cut into parts, such as what became of the suggestions of each code.

    Examples
    --------
    >>> "contact" in bars("Prevalence", "units", ["contact"], {"people": [0.2]}).svg()
    True
    """

    def draw(figure: Figure) -> None:
        axes = _rows(figure, title, label, rows, links)
        left = [0.0] * len(rows)
        height = 0.7 if stacked else 0.8 / max(1, len(series))
        for n, (name, values) in enumerate(series.items()):
            shift = 0.0 if stacked else (n + 0.5) * height - 0.4
            _lying(axes, values, shift, height, left, links, label=name, **_fill(n))
            if stacked:
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
            known = {row + shift: dot for row, dot in enumerate(found) if not isnan(dot[0])}
            for place, (value, low, upper) in known.items():
                if not isnan(low):
                    axes.plot([min(low, value), max(upper, value)], [place, place], color="0.35", linewidth=1)
            values = [value for value, _, _ in known.values()]
            axes.plot(values, list(known), color="black", linestyle="", label=name, **_marker(n))
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
            own = {date.fromisoformat(day).toordinal(): count for day, name, count in found if name == coder}
            color, linestyle = ("black", "0.35", "0.55")[n % 3], ("-", "--", ":", "-.")[n % 4]
            axes.plot(list(own), list(own.values()), color=color, linestyle=linestyle, label=coder, **_marker(n))
        step = max(1, -(-(days[-1] - days[0]) // 6))
        ticks = list(range(days[0], days[-1] + 1, step))
        axes.set_xticks(ticks, [date.fromordinal(day).isoformat() for day in ticks])
        axes.set(title=title, ylabel="events", yscale="log", ylim=(0.8, None))
        axes.yaxis.set_major_formatter("{x:,.0f}")
        axes.grid(True)
        _legend(figure, axes)

    return Drawing(title, 7.5, 3.4, draw)


def reliability_diagram(bins: Sequence[Bin], title: str) -> Drawing:
    """Draw what was predicted beside what came true (Murphy & Winkler 1977), with how many decisions each stands for.

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

    return Drawing(title, 4.5, 5.6, draw)


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
        for n, (axes, (what, (known, mean, low, upper))) in enumerate(zip(panels, curves.items(), strict=True)):
            places = range(1, len(known) + 1)
            axes.fill_between(places, low, upper, color="0.88", label="random orders, 95 %")
            axes.plot(places, mean, color="0.45", linestyle="--", label="random orders, mean")
            axes.plot(places, known, color="black", marker="o", markersize=3.5, label="as they came")
            if n == 0 and reached is not None:
                axes.axvline(reached, color="black", linestyle=":", label="saturated")
            axes.set(xlabel="transcripts", ylabel=what, ylim=(0, None))
            axes.xaxis.get_major_locator().set_params(integer=True)
            axes.grid(True)
        figure.suptitle(title)
        figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=4, frameon=False)

    return Drawing(title, 3.9 * len(curves), 3.6, draw, note)


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


def _rows(figure: Figure, title: str, label: str, rows: Sequence[str], links: Sequence[str]) -> Axes:
    """Make axes with a named line for each row, the first one on top."""
    axes = figure.subplots()
    axes.set_yticks(range(len(rows)), rows)
    axes.set(ylim=(len(rows) - 0.4, -0.6), xlabel=label)
    figure.suptitle(title)
    axes.grid(True, axis="x")
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


def _marker(n: int) -> dict[str, Any]:
    return {"marker": MARKS[n % len(MARKS)], "markerfacecolor": ("black", "white")[n % 2], "markersize": 5}


def _fill(n: int) -> dict[str, Any]:
    grey, hatch = STYLES[n % len(STYLES)]
    return {"color": grey, "hatch": hatch, "edgecolor": "black", "linewidth": 0.6}


def _legend(figure: Figure, axes: Axes) -> None:
    if axes.get_legend_handles_labels()[0]:
        figure.legend(loc="outside lower center", ncols=4, frameon=False)


def _height(rows: Sequence[str]) -> float:
    """Return inches."""
    return 1.4 + 0.27 * max(2, len(rows))
