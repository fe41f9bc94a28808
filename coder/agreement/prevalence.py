"""How often a code really occurs: a machine's codes, corrected by a random sample that people judged.

The units are a fixed population and only the draw is random, so nothing is assumed of the classifier: however biased
it is, the estimate aims at what people would have said of every unit. It is prediction-powered inference (Angelopoulos
et al. 2023) and design-based supervised learning (Egami et al. 2023) where prediction and code are present or absent:
the best use of such a prediction is to split the units by it, estimate each part from its drawn units, and add the
parts up by their known sizes (post-stratification; Särndal, Swensson & Wretman 1992, section 7.6).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FEWEST = 10
"""With fewer drawn units a share is not estimated."""
LEVEL = 0.95


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """One random draw, and what was known when it was made.

    Attributes
    ----------
    known
        (n_units,) 1 present, 0 absent as people had judged the unit before the draw; nan where they had not. These
        units count as they are, and could not be drawn.
    suggested
        (n_units,) whether the machine gave the code when the draw was made: a model that has learned from the drawn
        units since must not correct itself.
    probability
        (n_units,) the chance to be drawn, above 0, of each unit that was not known.
    judged
        (n_units,) 1 present, 0 absent on the units that were drawn; nan on all others.
    """

    known: NDArray[np.float64]
    suggested: NDArray[np.bool_]
    probability: NDArray[np.float64]
    judged: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Prevalence:
    """The share of `units` that carry a code: `naive` by the machine alone, `share` corrected, with its interval.

    `known` units had been judged before, `checked` were drawn and judged. Where the draw holds fewer than `FEWEST`
    units, or none of those that the machine gave (or did not give) the code, `share` and its limits are nan: too few
    checked.
    """

    units: int
    known: int
    checked: int
    naive: float
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Difference:
    """The difference of two shares, with its interval; nan where one of them has too few checked."""

    naive: float
    difference: float
    low: float
    high: float


def prevalence(draws: Sequence[Drawn], of: NDArray[np.bool_] | None = None, *, level: float = LEVEL) -> Prevalence:
    """Estimate the share of units that carry a code.

    Each draw gives an estimate of its own: what was known when it was made counts as it is, the rest is estimated. A
    later draw is unbiased whatever the earlier ones found, so the estimates are uncorrelated, and they are averaged
    with weights that are fixed before anybody judges: each by how many units it may expect to draw.

    Within the parts of a draw, units are weighed by one over their chance. The interval adds up exact limits of each
    part (Zou & Donner 2008): Clopper & Pearson's (1934) for the effective number of units (Korn & Graubard 1998), with
    the correction for a finite population. It keeps its width where nothing was found, and closes where everything was
    judged.

    Parameters
    ----------
    draws
        One or more, over the same units.
    of
        (n_units,) the units to speak of, such as those of a case; all of them if not given.
    level
        Of the interval.

    Examples
    --------
    Of 1,000 units the machine gave 300 the code; of 100 drawn ones 30 had it, and 20 of these were right, and of the
    70 others 7 were missed:

    >>> suggested = np.arange(1000) < 300
    >>> judged = np.full(1000, np.nan)
    >>> judged[:30], judged[300:370] = [1.0] * 20 + [0.0] * 10, [1.0] * 7 + [0.0] * 63
    >>> found = prevalence([Drawn(np.full(1000, np.nan), suggested, np.full(1000, 0.1), judged)])
    >>> found.naive, round(found.share, 2), round(found.low, 2), round(found.high, 2)
    (0.3, 0.27, 0.2, 0.35)
    """
    of = np.ones(len(draws[0].judged), np.bool_) if of is None else of
    checked = np.array([np.count_nonzero(of & ~np.isnan(draw.judged)) for draw in draws])
    known = int(np.count_nonzero(of & ~np.isnan(draws[-1].known)))
    naive = float(draws[-1].suggested[of].mean()) if of.any() else np.nan
    everything = known == np.count_nonzero(of) > 0
    if checked.sum() < FEWEST and not everything:
        return Prevalence(int(of.sum()), known, int(checked.sum()), naive, np.nan, np.nan, np.nan)
    weights = np.eye(len(draws))[-1] if everything else checked / checked.sum()
    limits = np.array([_limits(draw, of, level) for draw in draws])
    share = float(weights @ limits[:, 0])
    below, above = np.sqrt(weights**2 @ limits[:, 1:] ** 2)
    return Prevalence(
        int(of.sum()),
        known,
        int(checked.sum()),
        naive,
        share,
        max(0.0, float(share - below)),
        min(1.0, float(share + above)),
    )


def difference(one: Prevalence, other: Prevalence) -> Difference:
    """Compare two shares of different units, such as those of two cases (Zou & Donner 2008).

    Examples
    --------
    >>> found = difference(Prevalence(90, 0, 50, 0.4, 0.5, 0.4, 0.6), Prevalence(90, 0, 50, 0.4, 0.2, 0.1, 0.3))
    >>> round(found.difference, 2), round(found.low, 2), round(found.high, 2)
    (0.3, 0.16, 0.44)
    """
    value = one.share - other.share
    return Difference(
        one.naive - other.naive,
        value,
        value - float(np.hypot(one.share - one.low, other.high - other.share)),
        value + float(np.hypot(one.high - one.share, other.share - other.low)),
    )


def _limits(draw: Drawn, of: NDArray[np.bool_], level: float) -> tuple[float, float, float]:
    """Return a draw's estimate, and how far its interval reaches below and above it."""
    known = of & ~np.isnan(draw.known)
    share, below, above = float(draw.known[known].sum()), 0.0, 0.0
    for given in (False, True):
        part = of & ~known & (draw.suggested == given)
        drawn = part & ~np.isnan(draw.judged)
        of_part, low, high = _share(draw.judged[drawn], 1 / draw.probability[drawn], int(part.sum()), given, level)
        share += part.sum() * of_part
        below += (part.sum() * (of_part - low)) ** 2
        above += (part.sum() * (high - of_part)) ** 2
    return share / of.sum(), below**0.5 / of.sum(), above**0.5 / of.sum()


def _share(
    judged: NDArray[np.float64], weights: NDArray[np.float64], size: int, given: bool, level: float
) -> tuple[float, float, float]:
    """Return the weighted share of units judged present, with exact limits; as the machine says where none was."""
    from scipy.stats import beta

    if len(judged) in {0, size}:
        return (float(judged.mean()),) * 3 if size and len(judged) else (float(given), 0.0, 1.0)
    share = float(np.average(judged, weights=weights))
    n = weights.sum() ** 2 / (weights**2).sum() / (1 - len(judged) / size)
    found, tail = share * n, (1 - level) / 2
    low = beta.ppf(tail, found, n - found + 1) if found else 0.0
    high = beta.ppf(1 - tail, found + 1, n - found) if found < n else 1.0
    return share, float(low), float(high)
