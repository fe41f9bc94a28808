"""How quality grows with the number of labelled units, drawn at random or chosen by what the method says of them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.quality.corpus import Corpus
from benchmarks.quality.methods import Method, Predict, Predicted, Task
from benchmarks.quality.metrics import Judged, against, average_precision, together
from coder.learn.active_learning import STRATEGIES, at_random, neighbours_vote
from coder.learn.evaluation import macro_f1, micro_f1

SIZES = (25, 50, 100, 200, 500)
CHOICES = ("random", "uncertain", "diverse", "disagreement")
BATCH = 100
"""So many units at most are chosen before the method is fitted again: as many as an audit chooses actively."""


@dataclass(frozen=True)
class Fit:
    """What a method said of the test units when it had so many labelled units, and the seconds taken."""

    labels: int
    predicted: Predicted
    fitting: float
    predicting: float


def timed(method: Method, train: Corpus, test: Corpus, task: Task) -> tuple[Predict, Fit]:
    """Fit a method and try it."""
    start = time.perf_counter()
    predict = method.fit(train, task)
    between = time.perf_counter()
    predicted = predict(test)
    return predict, Fit(len(train), predicted, between - start, time.perf_counter() - between)


def grow(
    corpus: Corpus,
    split: tuple[np.ndarray, np.ndarray],
    method: Method,
    task: Task,
    *,
    strategy: str,
    sizes: Sequence[int],
    seed: int,
) -> list[Fit]:
    """Fit on more and more of the training units of a split, chosen by a strategy; return what comes at each size.

    The first units are drawn at random, and are the same for every method and strategy.
    """
    train, test = split
    rng = np.random.default_rng([task.seed, seed])
    order = train[at_random(np.zeros((len(train), 0)), corpus.vectors[train], len(train), rng)]
    chosen, predict, found = order[:0], None, []
    wanted = [size for size in sizes if size < len(train)]
    for size in wanted if strategy == "random" else _in_batches(wanted):
        rest = order[~np.isin(order, chosen)]
        n = size - len(chosen)
        if predict is not None and strategy != "random":
            rest = rest[_choose(strategy, corpus, rest, chosen, predict(corpus.take(rest)), n, rng)]
        chosen = np.concatenate([chosen, rest[:n]])
        predict, fit = timed(method, corpus.take(chosen), corpus.take(test), task)
        if size in wanted:
            found.append(fit)
    return found


def _in_batches(sizes: Sequence[int]) -> list[int]:
    """Return the sizes, and between them those at which a batch is full.

    Examples
    --------
    >>> _in_batches([25, 50, 200, 350])
    [25, 50, 150, 200, 300, 350]
    """
    found = list(sizes[:1])
    for size in sizes[1:]:
        found += [*range(found[-1] + BATCH, size, BATCH), size]
    return found


def _choose(
    strategy: str,
    corpus: Corpus,
    rest: np.ndarray,
    known: np.ndarray,
    said: Predicted,
    n: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """Return which n of the rest are labelled next, as an audit in that order would have it."""
    vectors, own = corpus.vectors[rest], corpus.vectors[known]
    votes = neighbours_vote(vectors, own, corpus.Y[known])[None]
    choose = STRATEGIES[strategy]
    return np.asarray(choose(said.P, vectors, n, rng, thresholds=said.thresholds, known=own, votes=votes))


@dataclass(frozen=True)
class Draw:
    """What came of one draw at one point of a curve: the test units' judgements and transcripts, labels, seconds."""

    judged: Judged
    groups: np.ndarray
    labels: int
    seconds: float


Points = dict[tuple[str, str, int | str], list[Draw]]
"""The draws of each method, strategy and size."""


def summaries(points: Points, seed: int) -> list[dict[str, Any]]:
    """Return a row for each method, strategy and size.

    F1 is taken over the test units of all draws together; `each` is macro-F1 in each draw, `spread` its standard
    deviation. Where our classifier was given units by the same strategy, `ours_better_by` compares it with the
    method; `better_than_random` compares a strategy with random units.
    """
    rows = []
    for (method, strategy, size), draws in points.items():
        row = {"method": method, "strategy": strategy, "size": size} | _summary(draws)
        ours, random = points.get(("ours", strategy, size)), points.get((method, "random", size))
        if ours and method != "ours":
            row["ours_better_by"] = _compared(ours, draws, seed)
        if random and strategy != "random":
            row["better_than_random"] = _compared(draws, random, seed)
        rows.append(row)
    return rows


def _summary(draws: list[Draw]) -> dict[str, Any]:
    everything = together([draw.judged for draw in draws])
    each = [macro_f1(draw.judged.accepted, draw.judged.Y) for draw in draws]
    return {
        "labels": float(np.mean([draw.labels for draw in draws])),
        "macro_f1": macro_f1(everything.accepted, everything.Y),
        "micro_f1": micro_f1(everything.accepted, everything.Y),
        "average_precision": average_precision(everything),
        "each": each,
        "spread": float(np.std(each)),
        "seeds": len(draws),
        "seconds": float(np.mean([draw.seconds for draw in draws])),
    }


def _compared(better: list[Draw], other: list[Draw], seed: int) -> dict[str, float]:
    groups = np.concatenate([draw.groups for draw in better])
    return against(together([d.judged for d in better]), together([d.judged for d in other]), groups, seed)
