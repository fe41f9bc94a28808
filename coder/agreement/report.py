"""Agreement as a researcher reports it: a row a code, then all codes pooled, then their mean."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from coder.agreement.bootstrap import UNDEFINED, Interval, bootstrap
from coder.agreement.coefficients import alpha_of, kappa_of, mean_defined, percent_of
from coder.agreement.counts import Floats, Ints, coincidences, confusions
from coder.agreement.units import Ratings
from coder.errors import UsageError
from coder.types import Progress, Table, silent

PRESENT_ABSENT = np.array([0.0, 1.0])


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
    percent
        Percent agreement as a share, 0 to 1; the mean over pairs of coders for more than two.
    kappa
        Cohen's kappa; nan for more than two coders.
    alpha
        Krippendorff's alpha.
    kappa_interval, alpha_interval
        95 % intervals over transcripts.
    """

    code: str
    label: str
    coders: tuple[str, ...]
    n: int
    positives: Mapping[str, int]
    percent: float
    kappa: float
    alpha: float
    kappa_interval: Interval
    alpha_interval: Interval


def agreement(
    ratings: Ratings, *, replicates: int = 2000, seed: int = 1, progress: Progress = silent
) -> list[AgreementRow]:
    """Compute agreement on each code, then over all codes pooled, then as the mean over codes.

    Pooled: every decision (unit x code) counts as one unit of a present-or-absent variable. Mean: over the
    codes on which alpha is defined; its label says how many were not, and its counts are those of the codes
    it is over.

    Parameters
    ----------
    ratings
        Of two coders or more; pass the ratings of two for the agreement of a pair.
    replicates, seed
        Of the bootstrap; see `bootstrap`.
    progress
        Called once a coefficient.

    Raises
    ------
    UsageError
        There are fewer than two coders, or no codes.
    """
    n_codes = len(ratings.codes)
    percent, kappa, alpha, kappas, alphas = _estimate(ratings, replicates, seed, progress)
    n, positives = _frame(ratings)
    defined = ~np.isnan(alpha[:n_codes])
    percent[-1] = percent[:n_codes][defined].mean() if defined.any() else np.nan
    everything, missing = np.ones(n_codes, dtype=np.bool_), n_codes - int(defined.sum())
    mean = f"mean of {n_codes - missing} codes" + (f" ({missing} undefined)" if missing else "")
    labels = [*ratings.codes, "all codes (pooled)", mean]
    parts = [*np.eye(n_codes, dtype=np.bool_), everything, defined]
    return [
        AgreementRow(
            code=label if k < n_codes else "",
            label=label,
            coders=ratings.coders,
            n=int(n[part].sum()),
            positives={coder: int(row[part].sum()) for coder, row in zip(ratings.coders, positives, strict=True)},
            percent=float(percent[k]),
            kappa=float(kappa[k]),
            alpha=float(alpha[k]),
            kappa_interval=kappas[k],
            alpha_interval=alphas[k],
        )
        for k, (label, part) in enumerate(zip(labels, parts, strict=True))
    ]


def _estimate(
    ratings: Ratings, replicates: int, seed: int, progress: Progress
) -> tuple[Floats, Floats, Floats, list[Interval], list[Interval]]:
    """Return percent, kappa and alpha of each code, pooled and mean; then intervals of kappa and alpha."""
    if len(ratings.coders) < 2 or not ratings.codes:
        raise UsageError(
            f"agreement needs two coders and one code, not {len(ratings.coders)} and {len(ratings.codes)}",
            todo="have two coders code the same units, with one code at least",
        )
    n_rows = len(ratings.codes) + 2
    percent = _over_codes(percent_of)(_stack(confusions, ratings, None))[0]
    progress("agreement", 1, 3)
    kappa, kappas = np.full(n_rows, np.nan), [UNDEFINED] * n_rows
    if len(ratings.coders) == 2:
        statistic = _over_codes(kappa_of)
        tables = _stack(confusions, ratings, ratings.clusters)[:, :, 0]
        kappa = statistic(tables.sum(axis=0, keepdims=True))[0]
        kappas = bootstrap(statistic, tables, replicates=replicates, seed=seed)
    progress("agreement", 2, 3)
    statistic = _over_codes(lambda t: alpha_of(t, PRESENT_ABSENT))
    tables = _stack(coincidences, ratings, ratings.clusters)
    alpha = statistic(tables.sum(axis=0, keepdims=True))[0]
    alphas = bootstrap(statistic, tables, replicates=replicates, seed=seed)
    progress("agreement", 3, 3)
    return percent, kappa, alpha, kappas, alphas


def _stack(count: Callable[[Ints, int, Ints | None], Floats], ratings: Ratings, clusters: Ints | None) -> Floats:
    """Count each code's present-or-absent table, shape (n_clusters, n_codes, ...)."""
    positions = np.where(np.isnan(ratings.values), -1, ratings.values).astype(np.intp)
    return np.stack([count(positions[:, :, k], 2, clusters) for k in range(len(ratings.codes))], axis=1)


def _over_codes(value: Callable[[Floats], Floats]) -> Callable[[Floats], Floats]:
    """Make a statistic of tables (n, n_codes, ...): the value of each code, of all pooled, and their mean."""

    def statistic(tables: Floats) -> Floats:
        codes = value(tables)
        return np.column_stack([codes, value(tables.sum(axis=1)), mean_defined(codes)])

    return statistic


def _frame(ratings: Ratings) -> tuple[Ints, Ints]:
    """Count each code's units that two coders judged (n_codes,), and the present ones (n_coders, n_codes)."""
    pairable = (~np.isnan(ratings.values)).sum(axis=0) >= 2
    return pairable.sum(axis=0), ((ratings.values == 1) & pairable).sum(axis=1)


def agreement_table(rows: Sequence[AgreementRow]) -> Table:
    """Lay out the rows for print; what is nan is printed as `undefined`."""
    coders = rows[0].coders if rows else ()
    return Table(
        title="Agreement of " + ", ".join(coders) if coders else "Agreement",
        header=(
            "code",
            "n",
            *(f"present: {coder}" for coder in coders),
            "agreement %",
            "kappa",
            "kappa 95 % interval",
            "alpha",
            "alpha 95 % interval",
        ),
        rows=tuple(_printed(row) for row in rows),
        note=_note(rows),
    )


def _printed(row: AgreementRow) -> tuple[str | int | float | None, ...]:
    return (
        row.label,
        row.n,
        *row.positives.values(),
        "undefined" if math.isnan(row.percent) else round(100 * row.percent, 1),
        "undefined" if math.isnan(row.kappa) else round(row.kappa, 3),
        _span(row.kappa_interval),
        "undefined" if math.isnan(row.alpha) else round(row.alpha, 3),
        _span(row.alpha_interval),
    )


def _span(interval: Interval) -> str:
    if math.isnan(interval.low):
        return "undefined"
    return f"{interval.low:.3f} to {interval.high:.3f}"


def _note(rows: Sequence[AgreementRow]) -> str:
    """Say what the rows were made from."""
    note = (
        "n: decisions that at least two coders made, uncoded units included. "
        "kappa: Cohen 1960, two coders only. alpha: Krippendorff 2011. "
        "undefined: nothing varies, nothing was judged twice, or (intervals) fewer than two transcripts were."
    )
    if not rows:
        return note
    drawn = rows[-1].alpha_interval
    note += (
        f" Intervals: percentile bootstrap over {drawn.clusters} transcripts (units, where none are named), "
        f"{drawn.replicates} replicates"
    )
    fewest = min((row.alpha_interval.replicates_defined for row in rows if not math.isnan(row.alpha)), default=0)
    return note + (f" (no row rests on fewer than {fewest})." if fewest < drawn.replicates else ".")


def rows_as_dicts(rows: Sequence[AgreementRow]) -> list[dict[str, Any]]:
    """Return the rows as plain values for JSON: nan is None."""
    return [_plain(asdict(row)) for row in rows]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return None if isinstance(value, float) and math.isnan(value) else value
