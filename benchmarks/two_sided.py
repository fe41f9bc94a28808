"""Whether both guarantees hold in simulated studies, and how many labels they take.

    python -m benchmarks.two_sided [--studies 10000] [--units 2000] [--jobs 2]

Each study has 20 interviews, in which the rate of codes, the share of wrong suggestions and the share of missed codes
differ (log-normal, as errors come in clusters). The model's scores say something of what is right, or nothing. One
random audit of 10, 20 or 30 % of the units is made; precision and recall of 90 % are asked for, each with 95 %
confidence. `violated` is the share of studies in which what was accepted had fewer right ones, or what was left unread
more missed codes; `accepted` the share of suggestions that were accepted, `unread` that of units. `1 look` spends the
whole error on this audit, `open` keeps half of it for later ones.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import numpy as np

from coder.inference.precision_guarantee import PrecisionGuarantee, Suggestions, confidence_at, safe_threshold
from coder.inference.recall_guarantee import RecallGuarantee, Sampled, unread

INTERVIEWS = 20
WORLDS = {
    "good, scores tell": (0.04, 0.04, 1.5),
    "good, scores do not tell": (0.04, 0.04, 0.0),
    "as usual, scores tell": (0.15, 0.15, 1.5),
    "as usual, scores do not tell": (0.15, 0.15, 0.0),
    "at the border, scores do not tell": (0.10, 0.10, 0.0),
}
"""Shares of wrong suggestions and of missed codes, and how much scores tell."""


def one(world: tuple[float, float, float], units: int, share: float, seed: int) -> list[tuple[float, ...]]:
    """Return for one look, and for an open number: violated, accepted; violated, unread."""
    wrong, missed, tells = world
    rng = np.random.default_rng(seed)
    interview = rng.integers(INTERVIEWS, size=units)

    def by_interview(rate: float) -> np.ndarray:
        return np.clip(rate * np.exp(rng.normal(0, 0.7, INTERVIEWS) - 0.245), 0, 0.9)[interview]

    given = (rng.random(units) < by_interview(0.3)).astype(int)
    given += given * (rng.random(units) < 0.2)
    lost = rng.binomial(given, by_interview(missed))
    suggested = (given - lost > 0) | (rng.random(units) < 0.05)
    right = suggested & (given - lost > 0) & (rng.random(units) >= by_interview(wrong))
    score = tells * right + rng.normal(size=units)
    drawn = rng.random(units) < share
    rows = np.flatnonzero(suggested)
    answers = np.where(drawn, right, np.nan)[rows]
    s = Suggestions(rows, np.zeros(len(rows), int), score[rows], np.full(len(rows), share), answers)
    order = np.argsort(tells * (lost > 0) + rng.normal(size=units))
    sampled = Sampled(drawn[order], (given - lost)[order], lost[order])
    found = []
    for looks in (1, None):
        threshold = safe_threshold(s, PrecisionGuarantee(0.9, confidence_at(0.95, 1, looks)))
        taken = rows[(score[rows] >= threshold) & ~drawn[rows]]
        n = unread(sampled, RecallGuarantee(0.9, confidence_at(0.95, 1, looks)), np.random.default_rng(seed))
        left = order[:n][~drawn[order[:n]]]
        broken = lost[left].sum() > 0.1 * given.sum()
        imprecise = len(taken) > 0 and right[taken].mean() < 0.9
        found.append((float(imprecise), len(taken) / len(rows), float(broken), n / units))
    return found


def several(seeds: Sequence[int], world: tuple[float, float, float], units: int, share: float) -> np.ndarray:
    """Return (n_studies, 2, 4) figures."""
    return np.array([one(world, units, share, seed) for seed in seeds])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.two_sided", description=__doc__.splitlines()[0])
    parser.add_argument("--studies", type=int, default=10_000)
    parser.add_argument("--units", type=int, default=2_000)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    parts = np.array_split(np.arange(options.studies), 4 * options.jobs)
    print("the model                           audited   precision violated   accepted     recall violated     unread")
    print(
        "                                             1 look      open   1 look  open   1 look    open   1 look  open"
    )
    with ProcessPoolExecutor(options.jobs) as pool:
        for name, world in WORLDS.items():
            for share in (0.1, 0.2, 0.3):
                work = partial(several, world=world, units=options.units, share=share)
                once, later = np.concatenate(list(pool.map(work, parts))).mean(axis=0)
                figures = [f"{a:8.3f} {b:8.3f}" for a, b in zip(once, later, strict=True)]
                print(f"{name:36} {share:6.0%}  ", *figures, flush=True)


if __name__ == "__main__":
    main()
