"""Agreement coefficients, each a small function of counts.

The counts of `contingency.py` hold what a coefficient needs; a function `..._of` here turns summed counts into its
value, over any leading axes at once: one sum for the point estimate, 2,000 of them for a bootstrap.

Undefined is nan, never 0 or 1: no unit was judged by two coders, or (all but plain shares of agreement) only one
category occurs, so that there is nothing to agree on by more than chance.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from coder.agreement.contingency import Counts, Floats
from coder.errors import UsageError, check_known

Metric = Literal["nominal", "ordinal", "interval", "ratio"]
"""How far apart two values are for alpha; see `METRICS`."""


def distances_of(metric: str, categories: Floats, margins: Floats) -> Floats:
    """Return Krippendorff's squared distances (2011, step 3), shape (C, C), or (..., C, C) for `ordinal`.

    Parameters
    ----------
    metric
        One of `METRICS`.
    categories
        Shape (C,): the values of the categories.
    margins
        Shape (..., C): how often each was used; only `ordinal` looks at them.

    Raises
    ------
    UsageError
        There is no such metric, or it is `ratio` and categories are negative.
    """
    check_known("metric", [metric], METRICS)
    if metric == "ratio" and (categories < 0).any():
        raise UsageError("a ratio scale has no negative values", todo="use the interval metric")
    return METRICS[metric](categories, margins)


def _interval(categories: Floats, margins: Floats) -> Floats:
    return np.square(categories[:, None] - categories)


def _ratio(categories: Floats, margins: Floats) -> Floats:
    """Squared difference over squared sum, 0 where both are 0."""
    apart, sums = categories[:, None] - categories, categories[:, None] + categories
    return np.asarray(np.square(np.divide(apart, sums, out=np.zeros_like(sums), where=sums != 0)))


def _ordinal(categories: Floats, margins: Floats) -> Floats:
    """Square the difference of middle ranks: all values from c to k, less half of those at both ends."""
    ranks = margins.cumsum(axis=-1) - margins / 2
    return np.square(ranks[..., :, None] - ranks[..., None, :])


METRICS: dict[str, Callable[[Floats, Floats], Floats]] = {
    "nominal": lambda categories, margins: 1 - np.eye(len(categories)),
    "ordinal": _ordinal,
    "interval": _interval,
    "ratio": _ratio,
}
"""Squared distances of categories (C,) with margins (..., C)."""


def percent_of(counts: Counts) -> Floats:
    """Return the share of agreement, 0 to 1: the mean over units of the share of pairs of coders who agree.

    For two coders the share of units on which they agree. With missing values each unit that two coders judged
    weighs the same (Gwet 2014, p_a).
    """
    return ratio(np.trace(counts.alike, axis1=-2, axis2=-1), counts.units)


def holsti_of(counts: Counts) -> Floats:
    """Return Holsti's (1969) reliability: 2 M / (N_1 + N_2), M judgements alike of N_1 and N_2 that were made.

    A unit that only one coder judged counts as a decision that was not shared. For more than two coders, over all
    pairs of them together.
    """
    agreed = np.trace(counts.meetings, axis1=-2, axis2=-1)
    made = (counts.n_coders - 1) * counts.margins.sum(axis=(-2, -1))
    return ratio(agreed, np.where(counts.units > 0, made, 0.0))


def kappa_of(counts: Counts) -> Floats:
    """Return Cohen's kappa (1960), over the units that both coders judged.

    With n units, a of them alike, and e the sum over categories of row total x column total, kappa is (n a - e) / (n n
    - e): (p_o - p_e) / (1 - p_e) without its divisions. nan for more than two coders.
    """
    table = counts.table
    return _of_two(counts, (table.sum(axis=-1) * table.sum(axis=-2)).sum(axis=-1))


def scott_of(counts: Counts) -> Floats:
    """Return Scott's pi (1955): as Cohen's kappa, but chance is that of both coders' shares together."""
    table = counts.table
    return _of_two(counts, np.square((table.sum(axis=-1) + table.sum(axis=-2)) / 2).sum(axis=-1))


def _of_two(counts: Counts, by_chance: Floats) -> Floats:
    """Return the kappa of two coders, with `by_chance` / n units alike by chance."""
    n, alike = counts.table.sum(axis=(-2, -1)), np.trace(counts.table, axis1=-2, axis2=-1)
    return _defined(counts, ratio(n * alike - by_chance, n * n - by_chance))


def pabak_of(counts: Counts) -> Floats:
    """Return the prevalence- and bias-adjusted kappa of two coders (Byrt, Bishop & Carlin 1993).

    2 p_o - 1 of one code; (C p_o - 1) / (C - 1) of C categories.
    """
    table, n_categories = counts.table, len(counts.categories)
    observed = ratio(np.trace(table, axis1=-2, axis2=-1), table.sum(axis=(-2, -1)))
    return _defined(counts, (n_categories * observed - 1) / max(n_categories - 1, 1))


def fleiss_of(counts: Counts) -> Floats:
    """Return Fleiss' kappa (1971), with missing values as in Gwet (2014)."""
    return _corrected(counts, np.square(ratio(counts.shares, counts.units1[..., None])).sum(axis=-1))


def conger_of(counts: Counts) -> Floats:
    """Return Conger's kappa (1980), Cohen's for several coders, with missing values as in Gwet (2014).

    Chance is the mean over pairs of coders of what Cohen's kappa expects of them. Coders who judged nothing are left
    out.
    """
    judged = counts.margins.sum(axis=-1)
    shares = np.nan_to_num(ratio(counts.margins, judged[..., None]))
    coders = (judged > 0).sum(axis=-1)
    together = np.square(shares.sum(axis=-2)).sum(axis=-1)
    with_self = np.square(shares).sum(axis=(-2, -1))
    return _corrected(counts, ratio(together - with_self, coders * (coders - 1)))


def brennan_prediger_of(counts: Counts) -> Floats:
    """Return Brennan & Prediger's kappa (1981): chance is that of categories chosen with equal probability."""
    n_categories = len(counts.categories)
    return _corrected(counts, np.full(counts.units.shape, 1 / n_categories if n_categories else np.nan))


def ac_of(counts: Counts) -> Floats:
    """Return Gwet's AC1 (2008)."""
    shares = ratio(counts.shares, counts.units1[..., None])
    return _corrected(counts, (shares * (1 - shares)).sum(axis=-1) / max(len(counts.categories) - 1, 1))


def alpha_of(counts: Counts, metric: str = "nominal") -> Floats:
    """Return Krippendorff's alpha (2011).

    1 - (n - 1) sum(o_ck d_ck) / sum(n_c n_k d_ck) over all c and k, with coincidences o, their margins n_c and squared
    distances d (Krippendorff 2011, step 4).
    """
    table = counts.coincidences
    margins = counts.paired.sum(axis=-2)
    distance = distances_of(metric, counts.categories, margins)
    observed = (table * distance).sum(axis=(-2, -1))
    expected = (margins[..., :, None] * distance * margins[..., None, :]).sum(axis=(-2, -1))
    return 1 - ratio((margins.sum(axis=-1) - 1) * observed, expected)


def positive_of(counts: Counts) -> Floats:
    """Return positive agreement (Cicchetti & Feinstein 1990): 2 a / (2 a + b + c), over all pairs of coders."""
    return _specific(counts, 1)


def negative_of(counts: Counts) -> Floats:
    """Return negative agreement (Cicchetti & Feinstein 1990): 2 d / (2 d + b + c), over all pairs of coders."""
    return _specific(counts, 0)


def prevalence_of(counts: Counts) -> Floats:
    """Return the prevalence index (Byrt, Bishop & Carlin 1993): (a - d) / n, -1 all absent to 1 all present.

    For more than two coders, or units that some skipped: present less absent, of all judgements that can be paired.
    """
    each = counts.paired.sum(axis=-2)
    if each.shape[-1] != 2:
        return np.full(each.shape[:-1], np.nan)
    return ratio(each[..., 1] - each[..., 0], each.sum(axis=-1))


def bias_of(counts: Counts) -> Floats:
    """Return the bias index (Byrt, Bishop & Carlin 1993): what the first of two coders marks less the second.

    (b - c) / n: above 0 where the first coder marks more. nan for more than two coders.
    """
    table = counts.table
    if table.shape[-1] != 2:
        return np.full(table.shape[:-2], np.nan)
    return ratio(table[..., 1, 0] - table[..., 0, 1], table.sum(axis=(-2, -1)))


@dataclass(frozen=True, slots=True)
class Named:
    """What stands behind the name of a coefficient.

    Attributes
    ----------
    name, label
        The name for commands and files; the words for print.
    two
        Whether it is for two coders only: nan for more.
    source, title
        Who published it, and its full name, for help and documentation.
    """

    name: str
    label: str
    two: bool
    source: str
    title: str


@dataclass(frozen=True, slots=True)
class Coefficient(Named):
    """A coefficient of counts.

    Attributes
    ----------
    of
        The function of counts; alpha's takes a metric, too.
    """

    of: Callable[..., Floats]

    def value(self, counts: Counts, metric: str = "nominal") -> Floats:
        """Return it of counts; alpha in a metric."""
        return self.of(counts, metric) if self.name == "alpha" else self.of(counts)


_BYRT, _SPECIFIC = "Byrt, Bishop & Carlin 1993", "Cicchetti & Feinstein 1990"
COEFFICIENTS: dict[str, Coefficient] = {
    found.name: found
    for found in (
        Coefficient("percent", "agree %", False, "", "share of agreement", percent_of),
        Coefficient("holsti", "Holsti", False, "Holsti 1969", "Holsti's reliability", holsti_of),
        Coefficient("kappa", "kappa", True, "Cohen 1960", "Cohen's kappa", kappa_of),
        Coefficient("scott", "Scott's pi", True, "Scott 1955", "Scott's pi", scott_of),
        Coefficient("pabak", "PABAK", True, _BYRT, "prevalence- and bias-adjusted kappa", pabak_of),
        Coefficient("fleiss", "Fleiss' kappa", False, "Fleiss 1971, Gwet 2014", "Fleiss' kappa", fleiss_of),
        Coefficient("conger", "Conger's kappa", False, "Conger 1980", "Conger's kappa", conger_of),
        Coefficient(
            "brennan-prediger",
            "Brennan-Prediger",
            False,
            "Brennan & Prediger 1981",
            "Brennan & Prediger's kappa",
            brennan_prediger_of,
        ),
        Coefficient("ac1", "AC1", False, "Gwet 2008", "Gwet's AC1", ac_of),
        Coefficient("alpha", "alpha", False, "Krippendorff 2011", "Krippendorff's alpha", alpha_of),
        Coefficient("positive", "agree on present", False, _SPECIFIC, "agreement on present", positive_of),
        Coefficient("negative", "agree on absent", False, _SPECIFIC, "agreement on absent", negative_of),
        Coefficient("prevalence", "prevalence index", False, _BYRT, "prevalence index", prevalence_of),
        Coefficient("bias", "bias index", True, _BYRT, "bias index", bias_of),
    )
}
"""Every coefficient of counts, by its name."""

NAMED: dict[str, Named] = {
    **COEFFICIENTS,
    "rho": Named("rho", "rho", True, "Shaffer 2017", "Shaffer's rho of Cohen's kappa, by simulation"),
    "alpha-masi": Named("alpha-masi", "alpha (MASI)", False, "Passonneau 2006", "alpha over sets of codes, MASI"),
    "alpha-jaccard": Named("alpha-jaccard", "alpha (Jaccard)", False, "Krippendorff 2011", "the same, Jaccard"),
}
"""Every coefficient by its name, those that are made otherwise too."""


def mean_defined(values: Floats) -> Floats:
    """Return the mean over the last axis of what is not nan; nan where nothing is."""
    defined = ~np.isnan(values)
    return ratio(np.where(defined, values, 0.0).sum(axis=-1), defined.sum(axis=-1))


def ratio(top: Floats, bottom: Floats) -> Floats:
    """Divide; nan where the divisor is 0."""
    top, bottom = np.broadcast_arrays(top, bottom)
    quotient: Floats = np.divide(top, bottom, out=np.full(bottom.shape, np.nan), where=bottom != 0)
    return quotient


def _corrected(counts: Counts, chance: Floats) -> Floats:
    """Return (p_a - p_e) / (1 - p_e); nan where nothing varies."""
    return _defined(counts, ratio(percent_of(counts) - chance, 1 - chance))


def _defined(counts: Counts, values: Floats) -> Floats:
    return np.where(counts.varies, values, np.nan)


def _specific(counts: Counts, category: int) -> Floats:
    meetings = counts.meetings
    if meetings.shape[-1] != 2:
        return np.full(meetings.shape[:-2], np.nan)
    return ratio(meetings[..., category, category], meetings[..., category, :].sum(axis=-1))
