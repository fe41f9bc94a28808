"""Agreement as a researcher reports it: a row a code, then all codes pooled, then their mean."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from coder.agreement.bootstrap import UNDEFINED, Interval, grouped, with_intervals
from coder.agreement.coefficients import COEFFICIENTS, NAMED, mean_defined
from coder.agreement.contingency import Counts, Floats, Ints, count_codes, size_of
from coder.agreement.number_format import digits, with_interval
from coder.agreement.ratings import Ratings
from coder.agreement.rho import rho_of
from coder.agreement.set_alpha import DISTANCES, Codes, code_sets, set_alpha
from coder.errors import UsageError, check_known
from coder.types import Progress, Table, silent

if TYPE_CHECKING:  # pandas is imported where it is used
    from pandas import DataFrame


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """Agreement on one code, or over several.

    Attributes
    ----------
    code
        The code; empty for a row over several codes.
    label
        What the row is about, as printed: the code, `all codes (pooled)`, `mean of 7 codes (2 undefined)`.
    coders
        Whose agreement it is.
    n
        Decisions (a unit and a code) that at least two coders made; units, in the row of one code.
    positives
        Coder -> how many of these the coder marked present.
    values
        Coefficient (a name of `NAMED`) -> its value; nan where undefined.
    intervals
        Coefficient -> its 95 % interval over transcripts.
    """

    code: str
    label: str
    coders: tuple[str, ...]
    n: int
    positives: Mapping[str, int]
    values: Mapping[str, float]
    intervals: Mapping[str, Interval]

    @property
    def alpha(self) -> float:
        """Krippendorff's alpha."""
        return self.values.get("alpha", math.nan)


def agreement(
    ratings: Ratings,
    *,
    coefficients: Sequence[str] = tuple(COEFFICIENTS),
    replicates: int = 2000,
    seed: int = 1,
    progress: Progress = silent,
) -> list[AgreementRow]:
    """Compute agreement on each code, then over all codes pooled, then as the mean over codes.

    Pooled: every decision (unit x code) counts as one unit of a present-or-absent variable. Mean: over the codes that
    vary, on which the coefficients are defined; its label says how many do not, and its counts are those of the codes
    it is over.

    Parameters
    ----------
    ratings
        Of two coders or more; pass the ratings of two for the agreement of a pair.
    coefficients
        Names of `NAMED`; if not given all of `COEFFICIENTS`. Alpha over sets of codes has a row of its own, the last.
    replicates, seed
        Of the bootstrap; see `bootstrap.with_intervals`.
    progress
        Called three times.

    Raises
    ------
    UsageError
        There are fewer than two coders, or no codes; there is no coefficient of a name.
    """
    if len(ratings.coders) < 2 or not ratings.codes:
        raise UsageError(
            f"agreement needs two coders and one code, not {len(ratings.coders)} and {len(ratings.codes)}",
            todo="have two coders code the same units, with one code at least",
        )
    rows = rows_of(
        count_codes(ratings.values, grouped(ratings.clusters, size_of(len(ratings.coders)) * len(ratings.codes))),
        ratings.codes,
        ratings.coders,
        coefficients=coefficients,
        replicates=replicates,
        seed=seed,
        progress=progress,
    )
    names = [name for name in coefficients if name in DISTANCES]
    if names:
        positions, sets = code_sets(ratings.values, ratings.codes)
        rows.append(set_row(positions, sets, ratings.coders, ratings.clusters, names, replicates, seed))
    return rows


def rows_of(
    tables: Counts,
    codes: Sequence[str],
    coders: Sequence[str],
    *,
    coefficients: Sequence[str] = tuple(COEFFICIENTS),
    replicates: int = 2000,
    seed: int = 1,
    progress: Progress = silent,
) -> list[AgreementRow]:
    """Compute the rows of `agreement` from counts, of whatever units: passages, turns, characters.

    Parameters
    ----------
    tables
        With two leading axes: clusters, codes; from `count_codes`.
    codes, coders
        The names along the second axis of the counts, and of the coders in them.
    coefficients, replicates, seed, progress
        As for `agreement`.
    """
    check_known("coefficient", coefficients, NAMED)
    progress("agreement", 1, 3)
    names = [name for name in coefficients if name in COEFFICIENTS]
    values, intervals = estimate(tables, coefficients=names, replicates=replicates, seed=seed)
    progress("agreement", 2, 3)
    whole = tables.sum()
    if "rho" in coefficients:
        values["rho"] = np.array([rho_of(whole[k], seed=seed) for k in range(len(codes))])  # it is of one code
    progress("agreement", 3, 3)
    varies, n, present = whole.varies, whole.units, whole.paired[..., 1]
    missing = int((~varies).sum())
    mean = f"mean of {len(codes) - missing} codes" + (f" ({missing} undefined)" if missing else "")
    parts = [*np.eye(len(codes), dtype=np.bool_), np.ones(len(codes), dtype=np.bool_), varies]
    return [
        AgreementRow(
            code=codes[k] if k < len(codes) else "",
            label=label,
            coders=tuple(coders),
            n=round(n[part].sum()),
            positives={coder: round(present[part, g].sum()) for g, coder in enumerate(coders)},
            values={name: float(found[k]) for name, found in values.items() if k < len(found)},
            intervals={name: found[k] for name, found in intervals.items()},
        )
        for k, (label, part) in enumerate(zip([*codes, "all codes (pooled)", mean], parts, strict=True))
    ]


def estimate(
    tables: Counts,
    *,
    coefficients: Sequence[str] = tuple(COEFFICIENTS),
    metric: str = "nominal",
    replicates: int = 2000,
    seed: int = 1,
) -> tuple[dict[str, Floats], dict[str, list[Interval]]]:
    """Return each coefficient's values and intervals: of each variable, of all pooled, and their mean.

    All are from the same draws of clusters. Clusters in which no unit was judged twice are not drawn from; they stay
    as they are, since some coefficients learn the categories' shares from every judgement.

    Parameters
    ----------
    tables
        With two leading axes: clusters, variables (codes).
    coefficients
        Names of `COEFFICIENTS`.
    metric
        Alpha's.
    replicates, seed
        Of the bootstrap.
    """
    n_rows = tables.data.shape[1] + 2

    def statistic(data: Floats) -> Floats:
        codes = tables.holding(data)
        pooled, varies = codes.sum(axis=1), codes.varies
        columns = []
        for name in coefficients:
            each = COEFFICIENTS[name].value(codes, metric)
            all_of = COEFFICIENTS[name].value(pooled, metric) if n_rows > 3 else each[:, 0]
            columns += [each, all_of, mean_defined(np.where(varies, each, np.nan))]
        return np.column_stack(columns)

    together = tables.units.any(axis=1)
    found, intervals = with_intervals(
        statistic,
        tables.data[together],
        fixed=tables.data[~together].sum(axis=0),
        replicates=replicates,
        seed=seed,
    )
    places = {name: slice(n * n_rows, (n + 1) * n_rows) for n, name in enumerate(coefficients)}
    return (
        {name: found[place] for name, place in places.items()},
        {name: intervals[place] for name, place in places.items()},
    )


def set_row(
    positions: Ints,
    sets: Sequence[Codes],
    coders: Sequence[str],
    clusters: Ints,
    names: Sequence[str],
    replicates: int = 2000,
    seed: int = 1,
) -> AgreementRow:
    """Compute the row of alpha over sets of codes; see `set_alpha`."""
    found = {name: set_alpha(positions, sets, name, clusters, replicates=replicates, seed=seed) for name in names}
    values, intervals = ({name: getattr(one, part) for name, one in found.items()} for part in ("value", "interval"))
    return row_of_sets("sets of codes", positions, sets, coders, values, intervals)


def row_of_sets(
    label: str,
    positions: Ints,
    sets: Sequence[Codes],
    coders: Sequence[str],
    values: Mapping[str, float],
    intervals: Mapping[str, Interval],
) -> AgreementRow:
    """Return a row about all codes of a unit together: its n are units, its positives those given any code.

    Parameters
    ----------
    positions
        Shape (n_coders, n_units): which of `sets` the coder gave the unit, -1 where the coder did not judge it.
    """
    paired = (positions >= 0).sum(axis=0) >= 2
    coded = np.array([*(bool(one) for one in sets), False])[positions] & paired
    positives = dict(zip(coders, coded.sum(axis=1).tolist(), strict=True))
    return AgreementRow("", label, tuple(coders), int(paired.sum()), positives, values, intervals)


def frame(rows: Sequence[AgreementRow]) -> DataFrame:
    """Return the rows as a data frame: a column a count, a coefficient, and an end of an interval."""
    import pandas as pd

    columns = []
    for row in rows:
        found: dict[str, Any] = {"code": row.code, "label": row.label, "n": row.n}
        found |= {f"present: {coder}": n for coder, n in row.positives.items()}
        for name, value in row.values.items():
            interval = row.intervals.get(name, UNDEFINED)
            found |= {name: value, f"{name} low": interval.low, f"{name} high": interval.high}
        columns.append(found)
    return pd.DataFrame(columns)


def lean(coders: Sequence[str]) -> tuple[str, ...]:
    """Return the coefficients of a short table: Cohen's kappa for two coders, Fleiss' for more."""
    return ("percent", "kappa" if len(coders) == 2 else "fleiss", "ac1", "alpha")


def agreement_table(rows: Sequence[AgreementRow], coefficients: Sequence[str] = ()) -> Table:
    """Lay out the rows for print; what is nan is printed as `undefined`.

    An interval stands beside its coefficient, the coders' counts of present codes in one column.
    """
    coders = rows[0].coders if rows else ()
    shown = coefficients or lean(coders)
    return Table(
        title="Agreement of " + ", ".join(coders) if coders else "Agreement",
        header=("code", "n", "present", *(heading(name) for name in shown)),
        rows=tuple(
            (row.label, row.n, ", ".join(map(str, row.positives.values())), *(printed(row, name) for name in shown))
            for row in rows
        ),
        note=_note(rows, shown),
    )


PLAIN = ("percent", "holsti", "prevalence", "bias", "rho")
"""Printed without an interval."""


def heading(name: str) -> str:
    """Return the head of a coefficient's column."""
    label = NAMED[name].label
    return label if name in PLAIN else f"{label} [95 %]"


def printed(row: AgreementRow, name: str) -> str:
    """Return a coefficient as printed, with its interval; nothing where it is not of this row."""
    if name not in row.values:
        return ""
    value, interval = row.values[name], row.intervals.get(name, UNDEFINED)
    if math.isnan(value):
        return "undefined"
    if name == "percent":
        return f"{100 * value:.1f}"
    return digits(value) if name in PLAIN else with_interval(value, interval.low, interval.high)


def _note(rows: Sequence[AgreementRow], shown: Sequence[str]) -> str:
    """Describe what the rows were made from."""
    named = [NAMED[name] for name in shown]
    sources = "; ".join(f"{found.label}: {found.source}" for found in named if found.source)
    note = (
        "n: decisions that at least two coders made, uncoded units included; present: how often each coder gave the "
        f"code ({', '.join(rows[0].coders) if rows else ''}). "
        f"{sources}. undefined: nothing varies, nothing was judged twice, or there are more coders than two."
    )
    values = [(row.intervals[name], row.values[name]) for row in rows for name in shown if name in row.intervals]
    if not values:
        return note
    drawn = values[-1][0]
    note += (
        f" Intervals: percentile bootstrap over {drawn.clusters} transcripts (units, where none are named), "
        f"{drawn.replicates} replicates"
    )
    fewest = min((interval.replicates_defined for interval, value in values if not math.isnan(value)), default=0)
    return note + (f" (no value rests on fewer than {fewest})." if fewest < drawn.replicates else ".")


def rows_as_dicts(rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Return rows (of codes, spans or domains) as plain values for JSON: nan is None.

    Each coefficient stands under its name, and its interval beside it.
    """
    found = []
    for row in rows:
        plain = asdict(row)
        values, intervals = plain.pop("values"), plain.pop("intervals")
        found.append(without_nan(plain | values | {f"{name}_interval": one for name, one in intervals.items()}))
    return found


def without_nan(value: Any) -> Any:
    """Return plain values with None for nan, and lists for tuples."""
    if isinstance(value, dict):
        return {key: without_nan(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [without_nan(part) for part in value]
    return None if isinstance(value, float) and math.isnan(value) else value
