"""Shaffer's rho: may a kappa on some units stand for the whole data set? (Shaffer 2017; Eagan et al. 2017).

Rho is the share of samples, from simulated data sets whose kappa lies below a threshold, that show a kappa as high as
the observed one. If rho is below .05, it is unlikely that coders whose agreement is too low would have reached the
observed kappa by the luck of the sample.
"""

from __future__ import annotations

import math

import numpy as np

from coder.agreement.coefficients import kappa_of
from coder.agreement.contingency import Counts, Floats, Ints, counts_of_tables
from coder.errors import UsageError

LENGTH = 10_000
"""Units of a simulated data set."""
KAPPA_MIN, PRECISION_MIN = 0.4, 0.6
"""The least kappa and precision of simulated data sets."""


def simulated_rho(
    kappa: float,
    base_rate: float,
    n: int,
    *,
    threshold: float = 0.65,
    replicates: int = 800,
    seed: int = 1,
) -> float:
    """Return Shaffer's rho of a kappa that two coders reached on one code.

    Each replicate draws a kappa between 0.4 and `threshold` and a precision between 0.6 and 1
    evenly (the precision again from those possible, where the two are not possible together at this base rate), makes
    the 10,000 units that have them, draws a test set of n units from these without replacement, and computes its kappa.
    Rho is the share of these kappas that are not below the observed one; 1 where the observed one is below their mean.
    Test sets in which kappa is undefined are left out.

    Parameters
    ----------
    kappa
        Cohen's kappa of the two coders on the test set.
    base_rate
        How often the first coder marks the code, 0 to 1.
    n
        Units in the test set.
    threshold
        The kappa that would be good enough.
    replicates, seed
        How many simulated data sets, and the seed of the draws.

    Raises
    ------
    UsageError
        The threshold is not above 0.4, or not below 1.

    Examples
    --------
    >>> simulated_rho(0.88, 0.2, 80) < 0.05 < simulated_rho(0.7, 0.2, 80)
    True
    """
    if not KAPPA_MIN < threshold < 1:
        raise UsageError(f"a threshold of {threshold:g} is not between {KAPPA_MIN:g} and 1", todo="0.65 is customary")
    if math.isnan(kappa) or not 0 < base_rate < 1 or n < 1:
        return math.nan
    random = np.random.default_rng(seed)
    kappas = random.uniform(KAPPA_MIN, threshold, replicates)
    tables = _simulated(base_rate, kappas, _precisions(base_rate, kappas, random))
    drawn = np.array([random.multivariate_hypergeometric(table, min(n, LENGTH)) for table in tables])
    reached = kappa_of(counts_of_tables(drawn.reshape(-1, 2, 2)))
    reached = reached[~np.isnan(reached)]
    if not len(reached):
        return math.nan
    return 1.0 if kappa < reached.mean() else float((reached >= kappa).mean())


def rho_of(counts: Counts, *, threshold: float = 0.65, replicates: int = 800, seed: int = 1) -> float:
    """Return rho of two coders' counts of one code, over the units that both judged; nan for more coders."""
    table = counts.table
    n = table.sum()
    if np.isnan(n) or not n:
        return math.nan
    base_rate = float(table[1].sum() / n)
    return simulated_rho(
        float(kappa_of(counts)), base_rate, round(n), threshold=threshold, replicates=replicates, seed=seed
    )


def _precisions(base_rate: float, kappas: Floats, random: np.random.Generator) -> Floats:
    """Draw a precision for each kappa, evenly from those that are possible at this base rate."""
    precisions = random.uniform(PRECISION_MIN, 1, len(kappas))
    least = (2 * base_rate + kappas - 2 * kappas * base_rate) / (2 - kappas)  # at it the recall is 1
    return np.where(precisions < least, random.uniform(np.maximum(least, PRECISION_MIN), 1), precisions)


def _simulated(base_rate: float, kappas: Floats, precisions: Floats) -> Ints:
    """Return tables (both, first alone, second alone, neither) of data sets that have these kappas and precisions.

    Recall follows from kappa, precision and base rate b: k p / (2 p - 2 b - k + 2 k b).
    """
    recalls = kappas * precisions / (2 * precisions - 2 * base_rate - kappas + 2 * kappas * base_rate)
    both = np.rint(LENGTH * base_rate * recalls)
    first = np.rint(LENGTH * base_rate)
    second = np.minimum(np.rint(both / precisions), LENGTH - first + both)
    table = np.column_stack([both, first - both, second - both, LENGTH - first - second + both])
    return table.astype(np.intp)
