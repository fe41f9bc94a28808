"""How quality grows with the number of labelled units, drawn at random or chosen by the method's own doubt."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from benchmarks.quality.corpus import Corpus
from benchmarks.quality.methods import Method, Predicted, Task
from benchmarks.quality.metrics import Judged, average_precision, judged, together
from coder.learn.evaluation import macro_f1, micro_f1

SIZES = (25, 50, 100, 200, 500)
STRATEGIES = ("random", "uncertain")
Splits = Sequence[tuple[np.ndarray, np.ndarray]]


def learning_curve(
    corpus: Corpus,
    splits: Splits,
    methods: Mapping[str, Method],
    task: Task,
    *,
    seeds: int = 5,
    strategies: Sequence[str] = STRATEGIES,
    progress: Callable[[str], None] = lambda what: None,
) -> list[dict[str, Any]]:
    """Return a row for each method, strategy and size.

    Seed s draws from the training units of split s (the splits are gone round), tries on its test units, and gives
    every method the same first units. F1 is taken over the test units of all seeds together; `spread` is the standard
    deviation of macro-F1 between seeds.
    """
    found: dict[tuple[str, str, int], list[tuple[Judged, float]]] = {}
    for seed in range(seeds):
        train, test = splits[seed % len(splits)]
        order = np.random.default_rng([task.seed, seed]).permutation(train)
        for name, method in methods.items():
            for strategy in strategies if name != "majority" else ("random",):
                progress(f"curve: {name}, {strategy}, seed {seed + 1} of {seeds}")
                for size, predicted, seconds in _one(corpus, order, test, method, task, strategy):
                    row = found.setdefault((name, strategy, size), [])
                    row.append((judged(predicted, corpus.Y[test]), seconds))
    return [summary(*key, values) for key, values in found.items()]


def _one(
    corpus: Corpus, order: np.ndarray, test: np.ndarray, method: Method, task: Task, strategy: str
) -> list[tuple[int, Predicted, float]]:
    """Fit on more and more units; return (size, what is said of the test units, seconds to fit)."""
    chosen, found = order[:0], []
    predict = None
    for size in (size for size in SIZES if size < len(order)):
        rest = order[~np.isin(order, chosen)]
        if predict is not None and strategy == "uncertain":
            rest = rest[most_uncertain(predict(corpus.take(rest)).P, size - len(chosen))]
        chosen = np.concatenate([chosen, rest[: size - len(chosen)]])
        start = time.perf_counter()
        predict = method.fit(corpus.take(chosen), task)
        found.append((size, predict(corpus.take(test)), time.perf_counter() - start))
    return found


def most_uncertain(P: np.ndarray, n: int) -> np.ndarray:
    """Return the n rows whose codes are in most doubt: the largest sum of entropies over codes (Settles 2009).

    Examples
    --------
    >>> most_uncertain(np.array([[.9, .9], [.5, .5], [.1, .4]]), 2).tolist()
    [1, 2]
    """
    p = np.clip(P, 1e-9, 1 - 1e-9)
    doubt = -(p * np.log(p) + (1 - p) * np.log(1 - p)).sum(axis=1)
    return np.argsort(-doubt, kind="stable")[:n]


def summary(method: str, strategy: str, size: int | str, values: list[tuple[Judged, float]]) -> dict[str, Any]:
    """Return one point of a curve."""
    everything = together([found for found, _ in values])
    each = [macro_f1(found.accepted, found.Y) for found, _ in values]
    return {
        "method": method,
        "strategy": strategy,
        "size": size,
        "macro_f1": macro_f1(everything.accepted, everything.Y),
        "micro_f1": micro_f1(everything.accepted, everything.Y),
        "average_precision": average_precision(everything),
        "spread": float(np.std(each)),
        "seeds": len(values),
        "seconds": float(np.mean([seconds for _, seconds in values])),
    }
