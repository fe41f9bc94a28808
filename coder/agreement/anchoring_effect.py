"""Assisted and blind judgements compared: shares, their difference, and time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from coder.agreement.bootstrap import with_intervals
from coder.agreement.contingency import Floats

FEWEST = 10
"""With fewer judgements on either side no difference is reported."""
FEWEST_TRANSCRIPTS = 3
"""With fewer transcripts no interval over transcripts is reported."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of `n` were `given`, with the score interval of the share (Wilson 1927) at 95 %; 0 to 1 of none."""

    given: int
    n: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Compared:
    """A share among assisted and among blind judgements.

    `difference` is assisted less blind, with an interval from resampled transcripts; all None where there are too few
    judgements or transcripts.
    """

    what: str
    assisted: Rate
    blind: Rate
    difference: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Time:
    """Seconds a unit: the median and the quartiles of `n` units; None of none."""

    n: int
    median: float | None
    low: float | None
    high: float | None


def rate(given: int, n: int) -> Rate:
    """Return a share with its interval.

    Examples
    --------
    >>> found = rate(8, 10)
    >>> round(found.low, 3), round(found.high, 3)
    (0.49, 0.943)
    """
    from scipy.stats import binomtest

    if not n:
        return Rate(0, 0, 0.0, 1.0)
    interval = binomtest(given, n).proportion_ci(method="wilson")
    return Rate(given, n, float(interval.low), float(interval.high))


def compare(
    what: str, transcripts: Sequence[str], assisted: Sequence[bool], given: Sequence[bool], *, seed: int = 1
) -> Compared:
    """Compare shares of assisted and of blind judgements, given row by row in the three sequences.

    Examples
    --------
    >>> found = compare("a", ["x", "y", "z"] * 8, [True] * 12 + [False] * 12, [True] * 12 + [True, False] * 6)
    >>> found.assisted.given, found.blind.given, found.difference
    (12, 6, 0.5)
    >>> compare("a", ["x"], [True], [True]).difference is None
    True
    """
    names = {name: n for n, name in enumerate(dict.fromkeys(transcripts))}
    tables = np.zeros((len(names), 2, 2))  # transcript, arm (assisted, blind), (given, n)
    for name, is_assisted, is_given in zip(transcripts, assisted, given, strict=True):
        tables[names[name], 0 if is_assisted else 1] += (is_given, 1)
    (given_seen, n_seen), (given_blind, n_blind) = tables.sum(axis=0).astype(int).tolist()
    rates = rate(given_seen, n_seen), rate(given_blind, n_blind)
    if min(n_seen, n_blind) < FEWEST or len(names) < FEWEST_TRANSCRIPTS:
        return Compared(what, *rates, None, None, None)
    [found], [interval] = with_intervals(_difference, tables, seed=seed)
    return Compared(what, *rates, float(found), interval.low, interval.high)


def _difference(tables: Floats) -> Floats:
    """Return (n, 1) the difference of shares in counts of shape (n, 2, 2); nan where an arm is empty."""
    with np.errstate(invalid="ignore"):
        shares = tables[:, :, 0] / tables[:, :, 1]
    return np.asarray(shares[:, :1] - shares[:, 1:])


def time_of(seconds: Sequence[float]) -> Time:
    """Return median and quartiles of decision times.

    Examples
    --------
    >>> time_of([2.0, 4.0, 9.0]), time_of([])
    (Time(n=3, median=4.0, low=3.0, high=6.5), Time(n=0, median=None, low=None, high=None))
    """
    if not seconds:
        return Time(0, None, None, None)
    low, median, high = np.quantile(np.array(seconds), [0.25, 0.5, 0.75]).tolist()
    return Time(len(seconds), median, low, high)
