"""The public functions: arrays and data frames in, dataclasses and data frames out; no study needed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from coder.agreement.agreement_rows import AgreementRow, agreement_table, estimate, frame, rows_as_dicts
from coder.agreement.bootstrap import grouped
from coder.agreement.coefficients import COEFFICIENTS, Metric, distances_of
from coder.agreement.contingency import PRESENT_ABSENT, Floats, Ints, categorise, count, size_of
from coder.agreement.rho import rho_of
from coder.agreement.set_alpha import SetAlpha, set_alpha
from coder.agreement.tables import from_long, label_of, long_agreement
from coder.agreement.variance import ESTIMATED, Estimate, estimated, estimated_alpha
from coder.errors import UsageError, check_known, did_you_mean

if TYPE_CHECKING:  # pandas is imported where it is used
    from pandas import DataFrame

__all__ = [
    "AgreementRow",
    "Estimate",
    "SetAlpha",
    "agreement",
    "agreement_table",
    "all_coefficients",
    "alpha",
    "alpha_over_sets",
    "coefficient",
    "fleiss_kappa",
    "frame",
    "gwet_ac",
    "kappa",
    "rows_as_dicts",
    "shaffer_rho",
]

Values = Any
"""Reliability data of one variable: an array (or nested sequence) of shape (n_coders, n_units), nan or None where the
coder did not judge the unit; or a data frame with a column a coder and a row a unit."""


def agreement(
    data: DataFrame,
    *,
    unit: str = "unit",
    coder: str = "coder",
    code: str = "code",
    transcript: str | None = None,
    coefficients: Sequence[str] = tuple(COEFFICIENTS),
    metric: Metric = "nominal",
    replicates: int = 2000,
    seed: int = 1,
) -> list[AgreementRow]:
    """Return the agreement in a long data frame: a row a code, then over all codes.

    Parameters
    ----------
    data
        A row for each unit, coder and code. An empty code (or a missing one) means: judged, and no code applies. A unit
        that a coder did not judge has no row.
    unit, coder, code, transcript
        The names of its columns. Transcripts are drawn for the intervals, units where there are none.
    coefficients
        Names of `coefficients.NAMED`: those of `coefficient`, and `rho`, `alpha-masi`, `alpha-jaccard`.
    metric
        Alpha's, of the row over all categories, where each unit has one code from each coder.
    replicates, seed
        Of the bootstrap.

    Returns
    -------
    list of AgreementRow
        `frame` makes a data frame of them, `agreement_table` a table for print, `rows_as_dicts` plain values.

    Examples
    --------
    >>> import pandas as pd
    >>> codings = pd.DataFrame({"unit": [1, 1, 2, 2, 3, 3], "coder": ["Ada", "Ben"] * 3, "code": list("aaabbb")})
    >>> [row.label for row in agreement(codings, replicates=20)]
    ['a', 'b', 'all categories (nominal)']
    >>> frame(agreement(codings, replicates=20)).loc[2, ["n", "percent", "kappa", "ac1"]].round(3).tolist()
    [3.0, 0.667, 0.4, 0.333]
    """
    names = {"unit": unit, "coder": coder, "code": code} | ({"transcript": transcript} if transcript else {})
    for name in names.values():
        if name not in data.columns:
            raise UsageError(f"the data frame has no column `{name}`", todo=did_you_mean(name, map(str, data.columns)))
    columns = {part: data[name].tolist() for part, name in names.items()}
    table = from_long(columns["unit"], columns["coder"], columns["code"], columns.get("transcript"))
    return long_agreement(table, coefficients=coefficients, metric=metric, replicates=replicates, seed=seed)


def coefficient(values: Values, name: str, *, metric: Metric = "nominal", level: float = 0.95) -> Estimate:
    """Return one coefficient of one variable, with Gwet's standard error over units where he gives one.

    Parameters
    ----------
    values
        Shape (n_coders, n_units): numbers or labels, nan or None where the coder did not judge the unit. Or a data
        frame with a column a coder and a row a unit.
    name
        One of `COEFFICIENTS`: percent, holsti, kappa, scott, pabak, fleiss, conger, brennan-prediger, ac1, alpha,
        positive, negative, prevalence, bias.
    metric
        Of alpha: nominal, ordinal, interval, ratio. All but nominal need numbers.
    level
        Of the t interval.

    Returns
    -------
    Estimate
        nan where undefined. Standard error, interval and p value are those of AC1, Fleiss, Conger, Brennan-Prediger
        and alpha; `ordinal` alpha has none, since its distances depend on the data.

    Raises
    ------
    UsageError
        There is no such coefficient, it is for two coders, there are fewer than two, or the scale does not fit.

    Examples
    --------
    >>> found = coefficient([[1, 1, 0, 0, 1], [1, 0, 0, 0, 1], [1, 1, 0, None, 1]], "ac1")
    >>> round(found.value, 3), round(found.standard_error, 3), found.n
    (0.735, 0.264, 5)
    """
    check_known("coefficient", [name], COEFFICIENTS)
    positions, categories = _read(values, metric)
    if COEFFICIENTS[name].two and len(positions) != 2:
        raise UsageError(
            f"{COEFFICIENTS[name].title} is for two coders, and there are {len(positions)}",
            todo="use Fleiss' kappa or Krippendorff's alpha, or name two of the coders",
        )
    counts = count(positions, categories).sum()
    value = float(COEFFICIENTS[name].value(counts, metric))
    if name in ESTIMATED:
        return estimated(name, positions, len(categories), level)
    if name == "alpha" and metric != "ordinal" and not math.isnan(value):
        return estimated_alpha(positions, distances_of(metric, categories, counts.shares), level)
    return Estimate(name, value, n=round(float(counts.units)))


def kappa(values: Values) -> float:
    """Return Cohen's kappa of two coders (Cohen 1960); see `coefficient`.

    Examples
    --------
    >>> kappa([[1, 1, 0, 0], [1, 0, 0, 0]])
    0.5
    """
    return coefficient(values, "kappa").value


def fleiss_kappa(values: Values) -> float:
    """Return Fleiss' kappa (1971) of any number of coders; see `coefficient`.

    Examples
    --------
    >>> round(fleiss_kappa([[1, 1, 0, 0], [1, 0, 0, 0], [1, 0, 0, 1]]), 3)
    0.314
    """
    return coefficient(values, "fleiss").value


def gwet_ac(values: Values) -> float:
    """Return Gwet's AC1 (2008) of any number of coders; see `coefficient`.

    Examples
    --------
    >>> round(gwet_ac([[1, 1, 0, 0], [1, 0, 0, 0], [1, 0, 0, 1]]), 3)
    0.351
    """
    return coefficient(values, "ac1").value


def alpha(values: Values, metric: Metric = "nominal") -> float:
    """Return Krippendorff's alpha (2011) of any number of coders; see `coefficient`.

    Examples
    --------
    >>> round(alpha([[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]]), 3)
    0.095
    """
    return coefficient(values, "alpha", metric=metric).value


def all_coefficients(
    values: Values,
    *,
    clusters: ArrayLike | None = None,
    metric: Metric = "nominal",
    replicates: int = 2000,
    seed: int = 1,
) -> DataFrame:
    """Return every coefficient of one variable, with bootstrap intervals, a row each.

    Parameters
    ----------
    values
        As for `coefficient`.
    clusters
        Shape (n_units,): the transcript of each unit, which are drawn; each unit by itself if not given.
    metric
        Alpha's.
    replicates, seed
        Of the bootstrap.

    Examples
    --------
    >>> found = all_coefficients([[1, 1, 0, 0, 1], [1, 0, 0, 0, 1]], replicates=50)
    >>> float(found.loc["kappa", "value"].round(3)), found.columns.tolist()
    (0.615, ['value', 'low', 'high', 'source'])
    """
    import pandas as pd

    positions, categories = _read(values, metric)
    groups = grouped(_clusters(clusters, positions.shape[1]), size_of(len(positions), len(categories)))
    tables = count(positions, categories, groups)[:, None]
    found, intervals = estimate(tables, metric=metric, replicates=replicates, seed=seed)
    rows = [
        (found[name][0], intervals[name][0].low, intervals[name][0].high, COEFFICIENTS[name].source) for name in found
    ]
    return pd.DataFrame(
        rows, index=pd.Index(list(found), name="coefficient"), columns=["value", "low", "high", "source"]
    )


def alpha_over_sets(
    values: Sequence[Sequence[frozenset[str] | set[str] | None]],
    distance: str = "masi",
    *,
    clusters: ArrayLike | None = None,
    replicates: int = 2000,
    seed: int = 1,
) -> SetAlpha:
    """Return Krippendorff's alpha over sets of codes, by MASI (as nltk defines it) or Jaccard distance.

    Parameters
    ----------
    values
        For each coder the set of codes of each unit, the empty set where no code applies, None where the coder did not
        judge the unit.
    distance
        `masi` or `jaccard`.
    clusters
        Shape (n_units,): the transcript of each unit, which are drawn; each unit by itself if not given.
    replicates, seed
        Of the bootstrap.

    Examples
    --------
    >>> found = alpha_over_sets([[{"A"}, {"A", "B"}, set()], [{"A"}, {"A"}, set()]], replicates=0)
    >>> round(found.value, 3), found.n
    (0.667, 3)
    """
    check_known("distance of sets", [distance], ("masi", "jaccard"))
    given = [[None if cell is None else frozenset(cell) for cell in row] for row in values]
    sets = sorted({cell for row in given for cell in row if cell is not None}, key=sorted)
    number = {cell: n for n, cell in enumerate(sets)}
    positions = np.array([[-1 if cell is None else number[cell] for cell in row] for row in given], dtype=np.intp)
    groups = _clusters(clusters, positions.shape[1])
    return set_alpha(positions, sets, f"alpha-{distance}", groups, replicates=replicates, seed=seed)


def shaffer_rho(values: Values, *, threshold: float = 0.65, replicates: int = 800, seed: int = 1) -> float:
    """Return Shaffer's rho of two coders on one code (0 absent, 1 present); see `coder.agreement.rho.simulated_rho`.

    Examples
    --------
    >>> shaffer_rho([[1, 0, 0, 0, 1] * 20, [1, 0, 0, 0, 1] * 20]) < 0.05
    True
    """
    positions, categories = _read(values)
    if len(positions) != 2 or not set(categories.tolist()) <= {0.0, 1.0}:
        raise UsageError("rho is for two coders and one code, 0 or 1", todo="give an array of shape (2, n_units)")
    marks = np.where(positions < 0, -1, categories.astype(np.intp)[positions])
    return rho_of(count(marks, PRESENT_ABSENT).sum(), threshold=threshold, replicates=replicates, seed=seed)


def _clusters(clusters: ArrayLike | None, n_units: int) -> Ints:
    """Return the number of each unit's cluster; each unit by itself if no clusters are given."""
    return np.arange(n_units) if clusters is None else np.unique(np.asarray(clusters), return_inverse=True)[1]


def _read(values: Values, metric: str = "nominal") -> tuple[Ints, Floats]:
    """Return one variable's positions (n_coders, n_units) and the values of its categories."""
    if hasattr(values, "columns"):  # a data frame: a column a coder
        values = values.to_numpy(dtype=object, na_value=None).T
    try:
        numbers = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        if metric != "nominal":
            raise UsageError(f"the {metric} metric needs numbers, and these are labels", todo="give ranks") from None
        rows = [[label_of(cell) for cell in row] for row in values]
        if len({len(row) for row in rows}) > 1:
            raise UsageError(
                "coders have different numbers of units", todo="put nan where one was not judged"
            ) from None
        number = {label: n for n, label in enumerate(sorted({label for row in rows for label in row if label}))}
        numbers = np.array([[number.get(label, np.nan) for label in row] for row in rows])
    if numbers.ndim != 2 or len(numbers) < 2:
        raise UsageError(
            f"agreement needs an array of shape (n_coders, n_units) with two coders, not {numbers.shape}",
            todo="give a row a coder, or a data frame with a column a coder",
        )
    return categorise(numbers)
