"""How often a code really occurs: a machine's codes, corrected by a random sample that people judged.

The units are a fixed population and only the draw is random, so nothing is assumed of the classifier: however biased
it is, the estimate aims at people's judgement of every unit. It is prediction-powered inference (Angelopoulos
et al. 2023) and design-based supervised learning (Egami et al. 2023) where prediction and code are present or absent:
the best use of such a prediction is to split the units by it, estimate each part from its drawn units, and add the
parts up by their known sizes (post-stratification; Särndal, Swensson & Wretman 1992, section 7.6).

All that is needed of a draw is a few sums, so many codes and groups of units (cases) are estimated at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FEWEST = 10
"""With fewer drawn units a share is not estimated."""
LEVEL = 0.95


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """One random draw, and what was known when it was made.

    Attributes
    ----------
    known
        (n_units, n_codes) 1 present, 0 absent as people had judged the unit before the draw; nan where they had not.
        These units count as they are.
    suggested
        (n_units, n_codes) whether the machine gave the code when the draw was made: a model that has learned from the
        drawn units since must not correct itself.
    probability
        (n_units,) the chance to be drawn; 0 for a unit that was not in the frame.
    judged
        (n_units, n_codes) 1 present, 0 absent on the units that were drawn; nan on all others.
    """

    known: Floats
    suggested: NDArray[np.bool_]
    probability: Floats
    judged: Floats


class Sum(IntEnum):
    """The last axis of a tally: what is summed over units. `KNOWN` ones first, then those that were not known."""

    KNOWN = 0
    KNOWN_PRESENT = 1
    SIZE = 2
    """Units that were not known."""
    OUTSIDE = 3
    """Those of them that were not in the frame."""
    EXPECTED = 4
    """Those of them that the draw may expect to take."""
    JUDGED = 5
    """Those of them that were drawn and judged."""
    FOUND = 6
    """Those that were judged present."""
    WEIGHT = 7
    """One over the chance, summed over the judged."""
    WEIGHT_SQUARED = 8
    WEIGHT_FOUND = 9


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """The share of `units` that carry a code, each an array of shape (n_groups, n_codes).

    `known` units are judged by now, `checked` ones were drawn at random and judged. `naive` counts the machine's
    codes on the units that are not known, `share` is corrected, with its interval. They are nan (too few checked) where
    fewer than `FEWEST` units were drawn by a draw that could have taken any unit, unless everything is known.
    """

    units: NDArray[np.intp]
    known: NDArray[np.intp]
    checked: NDArray[np.intp]
    naive: Floats
    share: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Differences:
    """The difference of two shares, with its interval; nan where one of them has too few checked."""

    naive: Floats
    difference: Floats
    low: Floats
    high: Floats


def tally(draw: Drawn, groups: NDArray[np.intp]) -> Floats:
    """Return the sums over the units of each group: shape (n_groups, n_codes, 2, len(Sum)).

    The axis of length 2 is whether the machine gave the code. Tallies add up: the sum of some groups is that of their
    units together.

    Parameters
    ----------
    groups
        (n_units,) the group of each unit, from 0.
    """
    n_codes = draw.known.shape[1]
    n_groups = int(groups.max(initial=0)) + 1
    cells = (groups[:, None] * n_codes + np.arange(n_codes)) * 2 + draw.suggested
    unknown = np.isnan(draw.known)
    chance = np.broadcast_to(draw.probability[:, None], draw.known.shape)
    judged = unknown & ~np.isnan(draw.judged)
    weight = np.divide(1.0, chance, out=np.zeros(chance.shape), where=judged)
    found = np.where(judged, draw.judged, 0.0)
    sums: dict[Sum, NDArray[np.bool_] | Floats] = {
        Sum.KNOWN: ~unknown,
        Sum.KNOWN_PRESENT: np.nan_to_num(draw.known),
        Sum.SIZE: unknown,
        Sum.OUTSIDE: unknown & (chance == 0),
        Sum.EXPECTED: chance * unknown,
        Sum.JUDGED: judged,
        Sum.FOUND: found,
        Sum.WEIGHT: weight,
        Sum.WEIGHT_SQUARED: weight**2,
        Sum.WEIGHT_FOUND: weight * found,
    }
    shape = (n_groups, n_codes, 2)
    size = n_groups * n_codes * 2
    columns = [np.bincount(cells.ravel(), sums[name].ravel(), size).reshape(shape) for name in Sum]
    return np.stack(columns, axis=-1)


def estimate(draws: Sequence[Floats], now: Floats, *, level: float = LEVEL) -> Shares:
    """Estimate shares from tallies.

    Each draw gives an estimate of its own: what was known when it was made counts as it is, the rest is estimated. A
    later draw is unbiased whatever the earlier ones found, so the estimates are uncorrelated, and they are averaged
    with weights that are fixed before anybody judges: each by how many units it may expect to draw. A draw from which
    a unit that nobody had judged was left out does not count for the group that holds the unit.

    Within the parts of a draw, units are weighed by one over their chance. The interval adds up exact limits of each
    part (Zou & Donner 2008): Clopper & Pearson's (1934) for the effective number of units (Korn & Graubard 1998), with
    the correction for a finite population. It keeps its width where nothing was found, and closes where everything was
    judged. What is known by now bounds it: a share is no lower than what was found, no higher than what is left.

    Parameters
    ----------
    draws
        Each of shape (n_groups, n_codes, 2, len(Sum)), over the same groups.
    now
        The same of what is known and suggested by now.
    level
        Of the interval.

    Examples
    --------
    Of 1,000 units the machine gave 300 the code; of 100 drawn ones 30 had it, and 20 of these were right, and of the
    70 others 7 were missed:

    >>> suggested, nobody, one_group = np.arange(1000)[:, None] < 300, np.full((1000, 1), np.nan), np.zeros(1000, int)
    >>> judged = nobody.copy()
    >>> judged[:30, 0], judged[300:370, 0] = [1.0] * 20 + [0.0] * 10, [1.0] * 7 + [0.0] * 63
    >>> draw = Drawn(nobody, suggested, np.full(1000, 0.1), judged)
    >>> now = Drawn(judged, suggested, np.zeros(1000), nobody)
    >>> found = estimate([tally(draw, one_group)], tally(now, one_group))
    >>> [round(float(value), 2) for value in (found.share[0, 0], found.low[0, 0], found.high[0, 0])]
    [0.27, 0.2, 0.35]
    """
    units = now[..., Sum.KNOWN].sum(axis=-1) + now[..., Sum.SIZE].sum(axis=-1)
    known, present = now[..., Sum.KNOWN].sum(axis=-1), now[..., Sum.KNOWN_PRESENT].sum(axis=-1)
    naive = _over(present + now[..., 1, Sum.SIZE], units)
    every = np.stack(draws) if draws else np.zeros((0, *now.shape))
    counts = every[..., Sum.OUTSIDE].sum(axis=-1) == 0
    checked = (counts * every[..., Sum.JUDGED].sum(axis=-1)).sum(axis=0)
    expected = counts * every[..., Sum.EXPECTED].sum(axis=-1)
    weights = _over(expected, expected.sum(axis=0))
    share, low, high = _of_parts(every, level)
    size = every[..., Sum.SIZE]
    found = (weights * _over((every[..., Sum.KNOWN_PRESENT] + size * share).sum(axis=-1), units)).sum(axis=0)
    limits = (
        found,
        found - _reach(every, size * (share - low), weights, units),
        found + _reach(every, size * (high - share), weights, units),
    )
    lowest, highest = _over(present, units), 1 - _over(known - present, units)
    enough, everything = checked >= FEWEST, known == units
    share, low, high = (
        np.where(everything, lowest, np.where(enough, np.clip(value, lowest, highest), np.nan)) for value in limits
    )
    return Shares(units.astype(int), known.astype(int), checked.astype(int), naive, share, low, high)


def difference(one: Shares, other: Shares) -> Differences:
    """Compare shares of different units, such as those of two cases (Zou & Donner 2008).

    Examples
    --------
    >>> n, found = np.array([[90]]), [np.array([[value]]) for value in (0.4, 0.5, 0.4, 0.6)]
    >>> less = [np.array([[value]]) for value in (0.4, 0.2, 0.1, 0.3)]
    >>> compared = difference(Shares(n, n, n, *found), Shares(n, n, n, *less))
    >>> [round(float(v[0, 0]), 2) for v in (compared.difference, compared.low, compared.high)]
    [0.3, 0.16, 0.44]
    """
    value = one.share - other.share
    return Differences(
        one.naive - other.naive,
        value,
        value - np.hypot(one.share - one.low, other.high - other.share),
        value + np.hypot(one.high - one.share, other.share - other.low),
    )


def _reach(every: Floats, parts: Floats, weights: Floats, units: Floats) -> Floats:
    """Return how far the interval reaches to one side, (n_groups, n_codes), from what each part reaches in units.

    Errors of chance add up by their squares. A part of which nobody judged a unit may be wrong the same way in every
    draw, so what it reaches is added as it is.
    """
    blank = every[..., Sum.JUDGED] == 0
    guessed = (weights * np.where(blank, parts, 0.0).sum(axis=-1)).sum(axis=0)
    chance = np.sqrt((weights**2 * (np.where(blank, 0.0, parts) ** 2).sum(axis=-1)).sum(axis=0))
    return _over(guessed + chance, units)


def _of_parts(every: Floats, level: float) -> tuple[Floats, Floats, Floats]:
    """Return the weighted share of units judged present in each part, with exact limits.

    A part of which nobody judged a unit is as the machine coded it, and may be anything from 0 to 1.
    """
    from scipy.stats import beta

    size, judged, weight = (every[..., name] for name in (Sum.SIZE, Sum.JUDGED, Sum.WEIGHT))
    none, all_ = judged == 0, (judged == size) & (size > 0)
    machine = np.broadcast_to(np.array([0.0, 1.0]), size.shape)
    share = np.where(all_, _over(every[..., Sum.FOUND], size), _over(every[..., Sum.WEIGHT_FOUND], weight))
    left = 1 - _over(judged, size)  # the correction for a finite population
    n = _over(_over(weight**2, every[..., Sum.WEIGHT_SQUARED]), left)
    found, tail = share * n, (1 - level) / 2
    with np.errstate(invalid="ignore"):
        low = np.where(found > 0, beta.ppf(tail, found, n - found + 1), 0.0)
        high = np.where(found < n, beta.ppf(1 - tail, found + 1, n - found), 1.0)
    share = np.where(none, machine, share)
    low, high = np.where(all_, share, low), np.where(all_, share, high)
    return share, np.where(none, 0.0, low), np.where(none, 1.0, high)


def _over(top: Floats, bottom: Floats) -> Floats:
    """Divide; 0 where there is nothing to divide by."""
    return np.divide(top, bottom, out=np.zeros(np.broadcast_shapes(top.shape, bottom.shape)), where=bottom != 0)
