"""Whether both guarantees hold in simulated studies, how many labels they take, and what one declared look saves.

    python -m benchmarks.two_sided [--studies 10000] [--units 2000] [--jobs 2] [--suggested-more]

Each study has units of 20 interviews, in which the rate of codes, the share of wrong suggestions and the share of
missed codes differ (log-normal: errors come in clusters). One random audit of all units is drawn at equal chances, and
precision and recall of 90 % are asked for, each with 95 % confidence. `violated` is the share of studies in which fewer
of what was accepted were right, or more codes missed: .05 is allowed for each. `labels` is what people look at until
both hold, in units: those audited, those with other suggestions, and those to be read besides. The first figure of two
spends the whole error on this audit (`--looks 1`), the second keeps half of it for later ones (the rule without it).

--suggested-more draws units with suggestions at a larger chance than others (power allocation, Bankier 1988).

Then how many suggestions to audit for an 80 % chance that the precision guarantee passes, by the two rules.
"""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Any

import numpy as np

from coder.inference.precision_guarantee import (
    PrecisionGuarantee,
    Suggestions,
    audits_needed,
    confidence_at,
    safe_threshold,
)
from coder.inference.recall_guarantee import RecallGuarantee, Sampled, unread
from coder.inference.stratified_draw import chances

INTERVIEWS = 20
SHARES = (0.1, 0.2, 0.3, 0.4)
"""Of units that are audited."""
RATES = {"10 %": 0.1, "30 %": 0.3}
"""How many units people would code."""
MODELS = {
    "good, scores tell": (0.04, 0.03, True),
    "good, scores say nothing": (0.04, 0.03, False),
    "usual, scores tell": (0.2, 0.25, True),
    "usual, scores say nothing": (0.2, 0.25, False),
    "at the border, scores say nothing": (0.1, 0.1, False),
}
"""Shares of wrong suggestions and of missed codes; whether scores tell (only their order counts) or are noise."""
PRECISION = (1.0, 0.98, 0.97, 0.96)


def study(
    rate: float, model: tuple[float, float, bool], units: int, rng: np.random.Generator
) -> tuple[np.ndarray, ...]:
    """Return for each unit: is a code suggested, its score, is it right; how many codes are missed, their score."""
    wrong, misses, tells = model
    interview = rng.integers(INTERVIEWS, size=units)

    def likely(mean: float) -> np.ndarray:
        """Return the probability of an event in each unit: near 0 or 1 where scores tell, else its interview's."""
        own = np.clip(mean * np.exp(rng.normal(0, 0.7, INTERVIEWS) - 0.245), 0.001, 0.9)[interview]
        return rng.beta(2 * own, 2 * (1 - own)) if tells else own

    suggested = rng.random(units) < likely(rate)
    error, lost = likely(wrong), likely(rate * (1 - wrong) * misses / (1 - misses))
    right = suggested & (rng.random(units) >= error)
    noise = rng.random((2, units))
    return suggested, -error if tells else noise[0], right, rng.binomial(2, lost / 2), lost if tells else noise[1]


def one(rate: float, model: tuple[float, float, bool], units: int, more: bool, seed: int) -> np.ndarray:
    """Return (n_shares, 2 looks, 5): precision violated, accepted, recall violated, to read, labels."""
    rng = np.random.default_rng(seed)
    suggested, score, right, missed, doubt = study(rate, model, units, rng)
    rows, order, coins = np.flatnonzero(suggested), np.argsort(doubt), rng.random(units)
    figures = np.zeros((len(SHARES), 2, 5))
    for k, share in enumerate(SHARES):
        chance = chances(np.where(suggested & more, "suggested", "").tolist(), share * units)
        drawn = coins < chance
        s = Suggestions(rows, 0 * rows, score[rows], chance[rows], np.where(drawn, right, np.nan)[rows])
        sampled = Sampled(chance[order], drawn[order], right[order].astype(int), missed[order])
        for looks, confidence in enumerate((confidence_at(0.95, 1, 1), confidence_at(0.95, 1))):
            taken = suggested & ~drawn & (score >= safe_threshold(s, PrecisionGuarantee(0.9, confidence)))
            n = unread(sampled, RecallGuarantee(0.9, confidence))
            nobody = order[:n][~drawn[order[:n]]]
            read = np.ones(units, bool)
            read[nobody] = False
            figures[k, looks] = (
                taken.any() and right[taken].mean() < 0.9,
                taken.sum() / len(rows),
                missed[nobody].sum() > 0.1 * (right.sum() + missed.sum()),
                (read & ~drawn).mean(),
                (read | (suggested & ~taken)).mean(),
            )
    return figures


def several(seeds: np.ndarray, **of: Any) -> np.ndarray:
    """Return the sums over studies, as `one`."""
    return np.sum([one(seed=int(seed), **of) for seed in seeds], axis=0)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.two_sided", description=__doc__.splitlines()[0])
    parser.add_argument("--studies", type=int, default=10_000)
    parser.add_argument("--units", type=int, default=2_000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--suggested-more", action="store_true")
    options = parser.parse_args()
    parts = np.array_split(np.arange(options.studies), 10 * options.jobs)
    print("| coded | model | audited | precision violated | accepted | recall violated | to read | labels | saved |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    with ProcessPoolExecutor(options.jobs) as pool:
        for often, rate in RATES.items():
            for name, model in MODELS.items():
                work = partial(several, rate=rate, model=model, units=options.units, more=options.suggested_more)
                for share, (once, later) in zip(SHARES, sum(pool.map(work, parts)) / options.studies, strict=True):
                    cells = [f"{a:.3f}, {b:.3f}" for a, b in zip(once, later, strict=True)]
                    cells[4] = f"{once[4] * options.units:.0f}, {later[4] * options.units:.0f}"
                    saved = f"{1 - once[4] / later[4]:.0%}"
                    print("|", " | ".join([often, name, f"{share:.0%}", *cells, saved]), "|", flush=True)
    print("\n| suggestions | right | audits, 1 look | open | saved |\n| ---: | ---: | ---: | ---: | ---: |")
    for population in (300, 1000, 5000):
        for precision in PRECISION:
            once, later = (
                audits_needed(PrecisionGuarantee(0.9, confidence_at(0.95, 1, looks)), precision, population)
                for looks in (1, None)
            )
            if once and later:
                print(f"| {population} | {precision:.0%} | {once} | {later} | {1 - once / later:.0%} |")


if __name__ == "__main__":
    main()
