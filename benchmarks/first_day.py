"""The first day of a study: what a model suggests after one, two, three interviews, and after the first codings.

    python -m benchmarks.first_day FILE.csv [--roles respondent] [--leave-out CODE] [--scheme FILE.yaml] [--draws 6]

Interviews are drawn at random and coded whole; all others are predicted. Then the same with a few codings in three
interviews of which nothing else was judged: 5 or 20 codes on units drawn at random among those that people coded.
Figures are means over the draws. `suggested` is the number of suggestions over that of the codes that people gave.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.quality.corpus import Corpus, with_vectors
from benchmarks.quality.methods import Predicted, ours, task_of
from benchmarks.quality.running import CACHE, ENCODER
from benchmarks.quality.tables import read_corpus
from coder.agreement.api import alpha
from coder.embed.encoders import encoder
from coder.learn.evaluation import macro_f1
from coder.scheme.reading import load_scheme

FIGURES = ("suggested", "precision", "recall", "macro-F1", "alpha")


def figures(said: Predicted, Y: np.ndarray) -> list[float]:
    """Return `FIGURES` of the predictions for units with the judgements Y, (n, n_codes)."""
    judged, given = ~np.isnan(Y), Y == 1
    suggested, hits = (said.accepted & judged).sum(), (said.accepted & given).sum()
    agreement = alpha(np.stack([said.accepted[judged], given[judged]]).astype(float))
    shares = [suggested / given.sum(), hits / suggested if suggested else np.nan, hits / given.sum()]
    return [*map(float, shares), macro_f1(said.accepted, Y), float(agreement)]


def days(corpus: Corpus, rng: np.random.Generator) -> Iterator[tuple[str, Corpus, np.ndarray]]:
    """Yield what is known, its units with their judgements, and the rows of all units that are to be predicted."""
    drawn = rng.permutation(np.unique(corpus.groups))
    for n in (1, 2, 3):
        known = np.isin(corpus.groups, drawn[:n])
        yield f"{n} interview{'s' * (n > 1)}", corpus.take(np.flatnonzero(known)), np.flatnonzero(~known)
    known = np.isin(corpus.groups, drawn[:3])
    coded = rng.permutation(np.argwhere((corpus.Y == 1) & known[:, None]))
    for n in (5, 20):
        marked = corpus.take(np.flatnonzero(known))
        Y = np.full(corpus.Y.shape, np.nan)
        Y[coded[:n, 0], coded[:n, 1]] = 1.0
        marked.Y[:] = Y[known]
        yield f"{n} codings in 3", marked.take(np.flatnonzero(~np.isnan(marked.Y).all(axis=1))), np.flatnonzero(~known)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.first_day", description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--roles", type=lambda text: text.split(","), default=())
    parser.add_argument("--leave-out", type=lambda text: text.split(","), default=())
    parser.add_argument("--scheme", type=Path)
    parser.add_argument("--draws", type=int, default=6)
    parser.add_argument("--cache", type=Path, default=CACHE)
    options = parser.parse_args()
    scheme = load_scheme(options.scheme) if options.scheme else None
    codes = scheme.paths() if scheme else None
    given = read_corpus(options.file, codes=codes, roles=options.roles, leave_out=options.leave_out)
    named = encoder(ENCODER)
    corpus = with_vectors(given, named, options.cache)
    task = task_of(corpus, scheme, named, options.cache, 1)
    found: dict[str, list[list[float]]] = {}
    for draw in range(options.draws):
        for day, train, test in days(corpus, np.random.default_rng([1, draw])):
            units = corpus.take(test)
            found.setdefault(day, []).append(figures(ours(train, task)(units), units.Y))
            print(f"draw {draw + 1}: {day}", file=sys.stderr)
    print("known".ljust(16), *(name.rjust(9) for name in FIGURES))
    for day, rows in found.items():
        print(day.ljust(16), *(f"{value:9.2f}" for value in np.nanmean(np.array(rows), axis=0)))


if __name__ == "__main__":
    main()
