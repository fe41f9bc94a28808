"""Agreement from a long table: one row for each unit, coder and code, as spreadsheets keep it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from coder.agreement.bootstrap import UNDEFINED, bootstrap
from coder.agreement.coefficients import Metric, alpha_of, check_metric, kappa_of, percent_of
from coder.agreement.counts import Floats, categorise, coincidences, confusions, label_numbers
from coder.agreement.report import AgreementRow, agreement
from coder.agreement.units import Ratings
from coder.errors import TableError, UsageError
from coder.types import Progress, silent


@dataclass(frozen=True, slots=True, eq=False)
class LongTable:
    """A long table, read.

    Attributes
    ----------
    ratings
        Each code present or absent: one against the rest.
    labels
        The one label of each unit by each coder (n_coders rows of n_units), "" where the coder gave no code
        and None where the coder did not judge the unit; None altogether where a unit may carry several codes.
    """

    ratings: Ratings
    labels: tuple[tuple[str | None, ...], ...] | None


def from_long(
    units: Sequence[str], coders: Sequence[str], codes: Sequence[str], clusters: Sequence[str] | None = None
) -> LongTable:
    """Read the columns of a long table.

    A coder who has any row for a unit has judged the unit on every code; an empty code says: judged, no code
    applies. Where no coder gives a unit two codes, the codes are the labels of one variable.

    Parameters
    ----------
    units, coders, codes
        The columns, equally long.
    clusters
        The column of transcripts, if there is one; a unit is then told by its transcript and its name
        together, since units are often numbered anew in each. Without it each unit is its own cluster.

    Raises
    ------
    TableError
        A cell for the unit or coder is empty; a row is given twice; a unit has both a code and an empty code
        from one coder; there is only one coder.

    Examples
    --------
    >>> table = from_long(["1", "1", "2", "2"], ["Ada", "Ben"] * 2, ["cost", "cost", "trust", ""])
    >>> table.ratings.codes, table.labels
    (('cost', 'trust'), (('cost', 'trust'), ('cost', '')))
    """
    places = [(unit,) for unit in units] if clusters is None else list(zip(clusters, units, strict=True))
    given = _codes_given(places, coders, codes)
    names, rows = tuple(sorted(set(coders))), list(dict.fromkeys(places))
    if len(names) < 2:
        raise TableError(
            f"agreement needs two coders, and the table has {len(names)}",
            todo="put the rows of all coders in one table, told apart by the column of coders",
        )
    known = tuple(sorted({code for said in given.values() for code in said} - {""}))
    values = np.full((len(names), len(rows), len(known)), np.nan)
    row, column = {place: i for i, place in enumerate(rows)}, {code: k for k, code in enumerate(known)}
    for (place, coder), said in given.items():
        sheet = values[names.index(coder), row[place]]
        sheet[:] = 0.0
        sheet[[column[code] for code in said if code]] = 1.0
    transcripts = np.unique([place[0] for place in rows], return_inverse=True)[1]
    ratings = Ratings(values, names, known, transcripts, tuple("/".join(place) for place in rows))
    single = all(len(said) == 1 for said in given.values())
    return LongTable(ratings, _labels(given, names, rows) if single else None)


Place = tuple[str, ...]
"""What tells a unit apart: its name, or its transcript and its name."""


def _codes_given(
    places: Sequence[Place], coders: Sequence[str], codes: Sequence[str]
) -> dict[tuple[Place, str], list[str]]:
    """Collect the codes of each unit and coder, and refuse rows that contradict one another."""
    given: dict[tuple[Place, str], list[str]] = {}
    for line, (place, coder, code) in enumerate(zip(places, coders, codes, strict=True), start=2):
        said = given.setdefault((place, coder), [])
        if not (place[-1] and coder):
            raise TableError("the unit or the coder is empty", where=f"line {line}", todo="fill in the cell")
        if code in said:
            raise TableError(
                f"unit `{place[-1]}`, coder `{coder}` and code `{code}` stand in an earlier line too",
                where=f"line {line}",
                todo="remove one of the two lines, or name each unit's transcript in a column `transcript`",
            )
        said.append(code)
        if "" in said and len(said) > 1:
            raise TableError(
                f"coder `{coder}` gives unit `{place[-1]}` both a code and no code",
                where=f"line {line}",
                todo="remove the line with the empty code",
            )
    return given


def _labels(
    given: dict[tuple[Place, str], list[str]], coders: Sequence[str], places: Sequence[Place]
) -> tuple[tuple[str | None, ...], ...]:
    return tuple(tuple(given.get((place, coder), [None])[0] for place in places) for coder in coders)


def long_agreement(
    table: LongTable,
    *,
    metric: Metric = "nominal",
    replicates: int = 2000,
    seed: int = 1,
    progress: Progress = silent,
) -> list[AgreementRow]:
    """Compute agreement from a long table.

    Where each unit has one label: a row for each code against the rest, then one over the categories, "no
    code" being a category of its own; its alpha is in the metric that is asked for. Where units carry several
    codes: the rows of `agreement`.

    Parameters
    ----------
    table
        From `from_long`.
    metric
        Of the alpha over the categories; all but nominal need labels that are numbers.
    replicates, seed, progress
        As for `agreement`.

    Raises
    ------
    UsageError
        The metric does not fit the labels.
    """
    if table.labels is None:
        if metric != "nominal":
            raise UsageError(
                f"units that carry several codes have no {metric} scale",
                todo="use the nominal metric, or give one number for each unit and coder",
            )
        return agreement(table.ratings, replicates=replicates, seed=seed, progress=progress)
    values = label_numbers(table.labels)[0] if metric == "nominal" else _numbers(table.labels, metric)
    check_metric(metric, values)
    rows = agreement(table.ratings, replicates=replicates, seed=seed, progress=progress)
    return [*(row for row in rows if row.code), _over_categories(table, values, metric, replicates, seed)]


def _numbers(labels: Sequence[Sequence[str | None]], metric: Metric) -> Floats:
    """Read labels as numbers, shape (n_coders, n_units)."""
    try:
        values = [[math.nan if label is None else _number(label) for label in row] for row in labels]
    except ValueError as error:
        raise UsageError(
            f"the {metric} metric needs codes that are numbers: {error}",
            todo="use the nominal metric; leave out the line of a unit that a coder did not judge",
        ) from error
    return np.array(values)


def _number(label: str) -> float:
    """Read a finite number: a label `nan` must not pass for a unit that was not judged."""
    number = float(label)
    if not math.isfinite(number):
        raise ValueError(f"`{label}` is not a finite number")
    return number


def _over_categories(table: LongTable, values: Floats, metric: Metric, replicates: int, seed: int) -> AgreementRow:
    """Compute the row over all categories of a single-label variable."""
    coders, clusters = table.ratings.coders, table.ratings.clusters
    positions, categories = categorise(values)
    pairable = (positions >= 0).sum(axis=0) >= 2
    coded = np.array([[bool(label) for label in row] for row in table.labels or ()])
    kappa, kappa_interval = np.nan, UNDEFINED
    if len(coders) == 2:
        pair = confusions(positions, len(categories), clusters)[:, 0]
        kappa = float(kappa_of(pair.sum(axis=0)))
        [kappa_interval] = bootstrap(lambda t: kappa_of(t)[:, None], pair, replicates=replicates, seed=seed)
    tables = coincidences(positions, len(categories), clusters)
    [alpha_interval] = bootstrap(
        lambda t: alpha_of(t, categories, metric)[:, None], tables, replicates=replicates, seed=seed
    )
    return AgreementRow(
        code="",
        label=f"all categories ({metric})",
        coders=coders,
        n=int(pairable.sum()),
        positives={coder: int((row & pairable).sum()) for coder, row in zip(coders, coded, strict=True)},
        percent=float(percent_of(confusions(positions, len(categories))[0])),
        kappa=kappa,
        alpha=float(alpha_of(tables.sum(axis=0), categories, metric)),
        kappa_interval=kappa_interval,
        alpha_interval=alpha_interval,
    )
