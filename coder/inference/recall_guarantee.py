"""Recall guarantee: which units need not be read although people might code them, from a random sample that was read.

A code that people would give is *found* where the model suggests it, since a suggestion is accepted in bulk or put
before a person, or where a person reads its unit. docs/precision-guarantee.md states the guarantee and proves it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from coder.errors import UsageError

STAKES = np.array([0.3, 0.6, 1.0])
"""Stakes of three bets, as shares of the largest that can be paid."""
STEPS = 20
"""The units are left unread by so many steps, the least likely to hold a missed code first."""


@dataclass(frozen=True)
class RecallGuarantee:
    """Of the codes that people would give, at least `recall` are found, with this `confidence`.

    `at_most` codes of a unit count. Raises UsageError where a share is not between 0 and 1, or `at_most` is below 1.
    """

    recall: float = 0.9
    confidence: float = 0.95
    at_most: int = 2

    def __post_init__(self) -> None:
        for name in ("recall", "confidence"):
            if not 0 < getattr(self, name) < 1:
                raise UsageError(f"a {name} of {getattr(self, name)} cannot be had", todo="between 0 and 1: 0.9")
        if self.at_most < 1:
            raise UsageError("at least one code of a unit has to count", todo="such as 2")


@dataclass(frozen=True)
class Sampled:
    """N units in the order in which they are left unread, and what a random sample of them holds.

    Attributes
    ----------
    drawn
        (N,) bool: a simple random sample; independent draws of equal chance are one, given their number.
    found, missed
        (N,) how many of the codes that people gave the model suggested, and how many it did not; of drawn units.
    """

    drawn: np.ndarray
    found: np.ndarray
    missed: np.ndarray


def unread(sampled: Sampled, guarantee: RecallGuarantee, rng: np.random.Generator) -> int:
    """Return how many units, from the first on, may be left unread; 0: none.

    Larger and larger sets are tested in this order, each at the whole error, until one fails: so the chance that the
    set which is returned violates it is at most the error (fixed sequence; Maurer, Hothorn & Lehmacher 1995).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> drawn = rng.random(2000) < 0.3
    >>> found = np.where(np.arange(2000) % 3 == 0, 1, 0)  # people would code every third unit, and all are suggested
    >>> unread(Sampled(drawn, found, np.zeros(2000, int)), RecallGuarantee(), rng)
    2000
    """
    order = rng.permutation(np.flatnonzero(sampled.drawn))
    missed = np.minimum(sampled.missed, guarantee.at_most)[order]
    given = np.minimum(sampled.missed + sampled.found, guarantee.at_most)[order]
    total, safe = len(sampled.drawn), 0
    for n in np.unique(np.linspace(0, total, STEPS + 1).round().astype(int))[1:].tolist():
        if not _holds((1 - guarantee.recall) * given - missed * (order < n), total, guarantee):
            break
        safe = n
    return safe


def _holds(margin: np.ndarray, total: int, guarantee: RecallGuarantee) -> bool:
    """Tell whether the sum of the margins of all units is above 0, from those of a sample in random order.

    A unit's margin is (1 - recall) times its codes less those missed: where they sum to 0 or more, recall is kept. Bets
    are made on each drawn unit in turn against the hypothesis that the sum is below 0 (sampling without replacement;
    Waudby-Smith & Ramdas 2024); their capital reaches 1 / error with a chance of at most the error (Ville 1939).
    """
    before = np.concatenate([[0.0], np.cumsum(margin)[:-1]])
    mean = -before / (total - np.arange(len(margin)))  # of the units left, if all sum to 0
    worst = guarantee.recall * guarantee.at_most + mean  # what a bet of 1 can lose on the next unit
    stakes = STAKES[:, None] / np.maximum(worst, 1e-9)
    with np.errstate(divide="ignore"):
        capital = np.log(np.maximum(1 + stakes * (margin - mean), 0)).cumsum(axis=1)
    best = np.logaddexp.reduce(capital, axis=0).max(initial=-np.inf) - np.log(len(STAKES))
    return bool(best >= -np.log(1 - guarantee.confidence))


def estimate(seen: int, sample: int, total: int, confidence: float = 0.95) -> tuple[float, float, float]:
    """Return how many of `total` units have what `seen` of a sample of them have, with an interval.

    The interval is that of Clopper & Pearson (1934), which holds for samples without replacement, too.

    Examples
    --------
    >>> [round(value) for value in estimate(0, 100, 1000)], [round(value) for value in estimate(5, 100, 1000)]
    ([0, 0, 36], [50, 16, 113])
    """
    from scipy.stats import binomtest

    if not sample:
        return float("nan"), 0.0, float(total)
    interval = binomtest(seen, sample).proportion_ci(confidence, method="exact")
    return total * seen / sample, max(seen, total * interval.low), total * interval.high
