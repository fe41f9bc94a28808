"""Recall guarantee: which units need not be read although people might code them, from a random sample that was read.

A code that people would give is *found* where the model suggests it, since a suggestion is accepted in bulk or put
before a person, or where a person reads its unit. docs/precision-guarantee.md states the guarantee and proves it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from coder.errors import UsageError

BETS = np.array([[0.5], [0.95]])
"""Stakes of two bets, as shares of the largest one: the bold one wins soonest where hardly anything is missed."""
SHARES = np.array([0.1, 0.9])
"""The share of the capital that each bet starts with."""
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
    chance
        (N,) with which each unit was drawn, by itself (Poisson sampling): above 0, known beforehand, as is the order.
    drawn
        (N,) bool: whether it was.
    found, missed
        (N,) how many of the codes that people gave the model suggested, and how many it did not; of drawn units.
    """

    chance: np.ndarray
    drawn: np.ndarray
    found: np.ndarray
    missed: np.ndarray


def unread(sampled: Sampled, guarantee: RecallGuarantee) -> int:
    """Return how many units, from the first on, may be left unread, but for those that were drawn; 0: none.

    Larger and larger sets are tested, each at the whole error, until one fails (a fixed sequence of tests; Maurer,
    Hothorn & Lehmacher 1995). The chance that the set which is returned violates the guarantee is at most the error.

    Examples
    --------
    >>> drawn = np.random.default_rng(1).random(2000) < 0.3
    >>> found = np.where(np.arange(2000) % 3 == 0, 1, 0)  # people would code every third unit, and all are suggested
    >>> unread(Sampled(np.full(2000, 0.3), drawn, found, np.zeros(2000, int)), RecallGuarantee())
    2000
    """
    rows = np.flatnonzero(sampled.drawn)
    chance = np.minimum(sampled.chance, 1 - 1e-12)
    missed = np.minimum(sampled.missed, guarantee.at_most)[rows]
    given = np.minimum(sampled.missed + sampled.found, guarantee.at_most)[rows]
    stake = -np.log1p(-chance.min(initial=1 - 1e-12)) / (guarantee.recall * guarantee.at_most) * BETS
    total, safe = len(sampled.drawn), 0
    for n in np.unique(np.linspace(0, total, STEPS + 1).round().astype(int))[1:].tolist():
        if not _holds(given, missed * (rows < n), chance[rows], stake, guarantee):
            break
        safe = n
    return safe


def _holds(
    given: np.ndarray, missed: np.ndarray, chance: np.ndarray, stake: np.ndarray, guarantee: RecallGuarantee
) -> bool:
    """Tell whether drawn units show that recall is kept: that their bets reach 1 / error is rare where it is not.

    For each drawn unit a bet of stake s multiplies its capital by
    (exp(s (1 - recall) given) - (1 - chance) exp(s missed)) / chance. So the capital times
    exp(s (missed codes that nobody reads - (1 - recall) all codes)) has the expectation 1 over the draws, and the
    second factor is above 1 where recall is violated. With these stakes no bet can lose all.
    """
    won = np.exp(stake * (1 - guarantee.recall) * given) - (1 - chance) * np.exp(stake * missed)
    capital = np.logaddexp.reduce((np.log(won) - np.log(chance)).sum(axis=1) + np.log(SHARES))
    return bool(capital >= -np.log(1 - guarantee.confidence))


def estimate(
    has: np.ndarray, drawn: np.ndarray, chance: np.ndarray, confidence: float = 0.95
) -> tuple[float, float, float]:
    """Return how many of the units that were not drawn have what some of the drawn ones have, with an interval.

    All units are estimated by the sum of one over the chance (Horvitz & Thompson 1952), with the interval of Fay &
    Feuer (1997) for weighted counts, which at equal chances is the exact one of Garwood (1936); then those drawn are
    taken off.

    Parameters
    ----------
    has, drawn, chance
        (N,) bool, whether a drawn unit has it; bool, whether a unit was drawn; with which chance.

    Examples
    --------
    >>> drawn, chance = np.arange(1000) < 100, np.full(1000, 0.1)
    >>> [[round(value) for value in estimate(np.arange(1000) < n, drawn, chance)] for n in (0, 5)]
    [[0, 0, 37], [45, 11, 112]]
    """
    from scipy.stats import chi2

    weights, rest = 1 / chance[has & drawn], int((~drawn).sum())
    total, spread, more = weights.sum(), (weights**2).sum(), 1 / chance.min(initial=1.0)
    tail, high, wide = (1 - confidence) / 2, total + more, spread + more**2
    low = spread / (2 * total) * chi2.ppf(tail, 2 * total**2 / spread) if total else 0.0
    high = wide / (2 * high) * chi2.ppf(1 - tail, 2 * high**2 / wide)
    seen = len(weights)
    return float(total - seen), float(max(0.0, low - seen)), float(min(rest, high - seen))
