"""How many labels a strategy saves: with how many it does as well as units drawn at random."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

TARGETS = (100, 200, 500)
"""The numbers of random units whose macro-F1 is to be reached."""


def labels_saved(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a row for each method, each strategy but random, and each target.

    Parameters
    ----------
    rows
        The points of the curves: `method`, `strategy`, `size`, `labels`, `macro_f1`, and `each` by draw. The point at
        size "all" belongs to every strategy.

    Returns
    -------
    `labels` is the number with which the strategy first reaches the macro-F1 of `target` random units, nan where it
    never does; `saved` is the difference. `spread` is the standard deviation of `labels` over the draws that reach
    what random units reach in the same draw; `reached` counts these. A target is left out at which random units do no
    better than the first ones, that all strategies share.
    """
    found = []
    for method, strategy in dict.fromkeys((row["method"], row["strategy"]) for row in rows):
        if strategy == "random":
            continue
        lines = {name: _line(rows, method, name) for name in ("random", strategy)}
        for target in TARGETS:
            at = next((row for row in lines["random"] if row["size"] == target), None)
            if at is None or at["macro_f1"] <= lines["random"][0]["macro_f1"]:
                continue
            labels = needed([(row["labels"], row["macro_f1"]) for row in lines[strategy]], at["macro_f1"])
            draws = [
                needed([(row["labels"], row["each"][n]) for row in lines[strategy]], value)
                for n, value in enumerate(at["each"])
            ]
            reached = [draw for draw in draws if not np.isnan(draw)]
            found.append(
                {
                    "method": method,
                    "strategy": strategy,
                    "target": target,
                    "macro_f1": at["macro_f1"],
                    "labels": labels,
                    "saved": target - labels,
                    "spread": float(np.std(reached)) if reached else np.nan,
                    "reached": len(reached),
                    "seeds": len(draws),
                }
            )
    return found


def _line(rows: Sequence[dict[str, Any]], method: str, strategy: str) -> list[dict[str, Any]]:
    """Return the points of one curve, the fewest labels first."""
    own = [row for row in rows if row["method"] == method and (row["strategy"] == strategy or row["size"] == "all")]
    return sorted(own, key=lambda row: float(row["labels"]))


def needed(points: Sequence[tuple[float, float]], wanted: float) -> float:
    """Return the number of labels at which a curve first reaches a value, straight between points on a log scale.

    Parameters
    ----------
    points
        (labels, value), the fewest labels first.

    Returns
    -------
    nan where no point is so high, or the first one is already: then how few would do is not known.

    Examples
    --------
    >>> round(needed([(25, 0.1), (50, 0.3), (200, 0.5)], 0.4))
    100
    >>> needed([(25, 0.1), (50, 0.3)], 0.4)
    nan
    """
    if points[0][1] >= wanted:
        return float("nan")
    for (fewer, low), (more, high) in pairwise(points):
        if high >= wanted:
            share = (wanted - low) / (high - low)
            return float(np.exp(np.log(fewer) + share * np.log(more / fewer)))
    return float("nan")
