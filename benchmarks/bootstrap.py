"""How long 2,000 bootstrap replicates take: of every coefficient at once, against a plain loop that redraws the units.

The loop is what other programs do: draw transcripts, put their units together, compute alpha of each code again. It is
run for a few replicates and scaled up. Printed as a ratio, since seconds are those of a machine.

    python benchmarks/bootstrap.py [--units 10000] [--transcripts 50] [--replicates 2000]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import krippendorff
import numpy as np

from coder.agreement.agreement_rows import agreement
from coder.agreement.coefficients import COEFFICIENTS
from coder.agreement.ratings import Ratings

CODERS, CODES, LOOPED = 3, 20, 3


def study(n_units: int, n_transcripts: int) -> Ratings:
    """Make codings of three coders: rare codes, one unit in twenty read by two coders only."""
    random = np.random.default_rng(1)
    truth = random.random((n_units, CODES)) < 0.05
    values = (truth ^ (random.random((CODERS, n_units, CODES)) < 0.02)).astype(float)
    values[0, random.random(n_units) < 0.05] = np.nan
    clusters = np.arange(n_units) * n_transcripts // n_units
    names = tuple(f"code {k}" for k in range(CODES))
    return Ratings(values, ("Ada", "Ben", "Cleo"), names, clusters, tuple(range(n_units)))


def looped(ratings: Ratings, replicates: int) -> float:
    """Return the seconds that the plain loop takes for one replicate of alpha on each code."""
    random = np.random.default_rng(1)
    units = [np.flatnonzero(ratings.clusters == cluster) for cluster in np.unique(ratings.clusters)]
    start = time.perf_counter()
    for _ in range(replicates):
        drawn = np.concatenate([units[n] for n in random.integers(len(units), size=len(units))])
        for k in range(CODES):
            krippendorff.alpha(ratings.values[:, drawn, k], level_of_measurement="nominal", value_domain=[0, 1])
    return (time.perf_counter() - start) / replicates


def seconds(work: Callable[[], object]) -> float:
    """Return how long the work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    """Print both times and their ratio."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--units", type=int, default=10_000)
    arguments.add_argument("--transcripts", type=int, default=50)
    arguments.add_argument("--replicates", type=int, default=2000)
    given = arguments.parse_args()
    ratings = study(given.units, given.transcripts)
    print(f"{CODERS} coders, {CODES} codes, {given.units} units, {given.transcripts} transcripts")
    loop = looped(ratings, LOOPED) * given.replicates
    print(f"{given.replicates} draws, alpha of each code in a plain loop: {loop:.0f} s (from {LOOPED} draws)")
    for names in (("alpha",), tuple(COEFFICIENTS)):
        took = seconds(lambda names=names: agreement(ratings, coefficients=names, replicates=given.replicates))
        print(f"coder, {len(names)} coefficients: {took:.2f} s, {loop / took:.0f} times as fast")


if __name__ == "__main__":
    main()
