"""The figures of a board: which numbers each shows, and what it says in words."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from coder.steps.agreement.quality import Dot, Measures
from coder.steps.audit.outcomes import Board

if TYPE_CHECKING:  # matplotlib is imported where it is used
    from coder.figures.drawing import Drawing

FIGURES = ("prevalence", "outcomes", "quality", "reliability", "progress")
OUTCOMES = ("accepted", "rejected", "unsure", "bulk", "unreviewed")
UNKNOWN = (math.nan, math.nan, math.nan)

Address = Callable[[str, str], str]
"""Makes the address of the units behind a number from what is counted and a code."""


def available(board: Board, measures: Measures | None) -> list[str]:
    """Return the figures for which there are numbers."""
    known = {
        "prevalence": board.count("read") or board.count("covered"),
        "outcomes": board.count("suggested"),
        "quality": measures and (measures.alpha or measures.f1),
        "reliability": measures and measures.bins,
        "progress": board.days,
    }
    return [name for name in FIGURES if known[name]]


def state_of(name: str, board: Board, measures: Measures | None) -> str:
    """Return the state of the study that a figure shows: it changes when the figure may change."""
    return measures.state if measures and name in {"quality", "reliability"} else board.state


def draw(name: str, board: Board, measures: Measures | None, address: Address) -> Drawing:
    """Draw one of the figures that are available; in an SVG file of it codes lead to their units."""
    from coder.figures import charts

    codes = list(board.codes)
    title, shown = titles(board, measures)[name], measures or Measures(0, "")
    match name:
        case "prevalence":
            links = [address("holds" if board.count("holds", code=code) else "suggested", code) for code in codes]
            return charts.bars(title, "share of units, %", codes, _prevalence(board), links)
        case "outcomes":
            series = {what: [float(board.count(what, code=code)) for code in codes] for what in OUTCOMES}
            links = [address("suggested", code) for code in codes]
            return charts.bars(title, "suggestions", codes, series, links, stacked=True)
        case "quality":
            links = [address("wrong" if code in shown.f1 else "disputed", code) for code in codes]
            known = {"agreement of coders (alpha)": shown.alpha, "model (F1)": shown.f1}
            dots = {label: [found.get(code, UNKNOWN) for code in codes] for label, found in known.items() if found}
            return charts.dots(title, "value, 95 % interval", codes, dots, links)
        case "reliability":
            return charts.reliability_diagram([(*one,) for one in shown.bins], title)
        case _:
            return charts.progress(title, board.days)


def _prevalence(board: Board) -> dict[str, list[float]]:
    found = {}
    for label, part, whole in (
        ("given by people", "holds", "read"),
        ("suggested by the model", "suggested", "covered"),
    ):
        if board.count(whole):
            found[label] = [100 * board.count(part, code=code) / board.count(whole) for code in board.codes]
    return found


def titles(board: Board, measures: Measures | None) -> dict[str, str]:
    """Return the title of each figure."""
    model = measures.model if measures and measures.model else "the model"
    return {
        "prevalence": "Share of units with each code",
        "outcomes": "What became of the suggestions",
        "quality": "Agreement of coders, and the model on held-out transcripts",
        "reliability": f"{model}: held-out probabilities and judgements",
        "progress": "Events a day by coder",
    }


def in_words(name: str, board: Board, measures: Measures | None) -> str:
    """Return what a figure shows, for those who do not see it; the tables hold every number."""
    text = f"{titles(board, measures)[name]}. "
    match name:
        case "prevalence":
            rows = [(code, board.share("holds", "read", code=code, of_units=True) or 0.0) for code in board.codes]
            return text + _extremes("given by people in", rows, "{:.1%} of the units read")
        case "outcomes":
            return text + ", ".join(f"{what}: {board.count(what):,}" for what in OUTCOMES) + "."
        case "quality" if measures:
            parts = (("Alpha over all codes", measures.alpha), ("Mean F1", measures.f1))
            return text + "; ".join(f"{label} {dot(found[''])}" for label, found in parts if "" in found) + "."
        case "reliability" if measures:
            said = (f"{one[3]:.2f} predicted, {one[4]:.2f} present" for one in measures.bins)
            return text + "Mean probability and share judged present of each bin: " + "; ".join(said) + "."
        case _:
            days = sorted({day for day, _, _ in board.days})
            events = sum(count for _, _, count in board.days)
            return text + f"{events:,} events by people from {days[0]} to {days[-1]}."


def _extremes(verb: str, rows: list[tuple[str, float]], form: str) -> str:
    (most, high), (least, low) = max(rows, key=lambda row: row[1]), min(rows, key=lambda row: row[1])
    return f"Most often {most}, {verb} {form.format(high)}; least often {least}, {form.format(low)}."


def dot(value: Dot | None) -> str:
    """Return a value with its interval as words.

    Examples
    --------
    >>> dot((0.5, 0.25, 0.75)), dot((0.5, math.nan, math.nan)), dot(None)
    ('0.50 (0.25–0.75)', '0.50', '–')
    """
    if value is None or math.isnan(value[0]):
        return "–"
    return f"{value[0]:.2f}" + ("" if math.isnan(value[1]) else f" ({value[1]:.2f}–{value[2]:.2f})")
