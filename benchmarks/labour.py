"""The labour curve: how far finished data agree with people's, against the share that people coded by hand.

    python -m benchmarks.labour FILE.csv [--roles respondent] [--leave-out CODE] [--draws 2]

People code a share of the units: whole transcripts one after another (`reading`), units at random, or in batches those
that the model is least sure of (`uncertain`). A model that learned from these codes the rest. `alpha` is that of the
finished data, by hand and by machine together, with the codes that people gave to all units; `machine` that of the rest
alone. `keys` is the number of keys pressed over those for coding everything by hand: one to go on from a unit, four for
a code that is looked up, one to accept or reject a suggestion (all on the rest are answered, and nothing is added).
`checked` is alpha of the data after that.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

from benchmarks.quality.corpus import Corpus, with_vectors
from benchmarks.quality.methods import Predicted, Task, ours, task_of
from benchmarks.quality.running import CACHE, ENCODER
from benchmarks.quality.tables import read_corpus
from coder.agreement.api import alpha
from coder.embed.encoders import encoder
from coder.learn.active_learning import uncertainty

SHARES = (0.05, 0.1, 0.2, 0.3, 0.5, 0.7)
ORDERS = ("reading", "random", "uncertain")
FIGURES = ("alpha", "machine", "checked", "keys")
LOOK_UP, ANSWER, GO_ON = 4, 1, 1


def figures(corpus: Corpus, by_hand: np.ndarray, said: Predicted) -> list[float]:
    """Return `FIGURES` where the units by_hand, (n,) bool, were coded by people, and the rest as said."""
    given, finished, checked = corpus.Y == 1, corpus.Y == 1, corpus.Y == 1
    finished[~by_hand], checked[~by_hand] = said.accepted, said.accepted & given[~by_hand]

    def agreement(one: np.ndarray, other: np.ndarray) -> float:
        return float(alpha(np.stack([one.ravel(), other.ravel()]).astype(float)))

    everything = GO_ON * len(given) + LOOK_UP * given.sum()
    keys = GO_ON * len(given) + LOOK_UP * given[by_hand].sum() + ANSWER * said.accepted.sum()
    return [
        agreement(finished, given),
        agreement(said.accepted, given[~by_hand]),
        agreement(checked, given),
        keys / everything,
    ]


def curve(corpus: Corpus, task: Task, order: str, rng: np.random.Generator) -> list[list[float]]:
    """Return the figures at each of `SHARES`."""
    n = len(corpus)
    drawn = rng.permutation(n)
    if order == "reading":
        place = rng.permutation(corpus.groups.max() + 1)
        drawn = np.lexsort((corpus.place, place[corpus.groups]))
    found = []
    for share in SHARES:
        by_hand = np.zeros(n, bool)
        by_hand[drawn[: round(share * n)]] = True
        predict = ours(corpus.take(np.flatnonzero(by_hand)), task)
        said = predict(corpus.take(np.flatnonzero(~by_hand)))
        found.append(figures(corpus, by_hand, said))
        if order == "uncertain":
            rest = np.flatnonzero(~by_hand)
            doubt = uncertainty(said.P, said.thresholds)
            drawn = np.concatenate([np.flatnonzero(by_hand), rest[np.argsort(-doubt, kind="stable")]])
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.labour", description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--roles", type=lambda text: text.split(","), default=())
    parser.add_argument("--leave-out", type=lambda text: text.split(","), default=())
    parser.add_argument("--draws", type=int, default=2)
    parser.add_argument("--cache", type=Path, default=CACHE)
    options = parser.parse_args()
    given = read_corpus(options.file, roles=options.roles, leave_out=options.leave_out)
    named = encoder(ENCODER)
    corpus = with_vectors(given, named, options.cache)
    task = task_of(corpus, None, named, options.cache, 1)
    print("order".ljust(10), "by hand", *(name.rjust(9) for name in FIGURES))
    for order in ORDERS:
        rows = np.array([curve(corpus, task, order, np.random.default_rng([1, n])) for n in range(options.draws)])
        for share, values in zip(SHARES, rows.mean(axis=0), strict=True):
            print(order.ljust(10), f"{share:7.0%}", *(f"{value:9.2f}" for value in values), flush=True)
        print(f"{order} done", file=sys.stderr)


if __name__ == "__main__":
    main()
