"""Agreement from a table of codings, as spreadsheets keep it: long (a row a coding) or wide (a column a coder)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from coder.agreement.agreement_rows import AgreementRow, estimate, row_of_sets, rows_of, set_row
from coder.agreement.bootstrap import grouped
from coder.agreement.coefficients import COEFFICIENTS, Metric
from coder.agreement.contingency import PRESENT_ABSENT, Counts, Floats, Ints, count, size_of, stacked
from coder.agreement.set_alpha import DISTANCES, Codes
from coder.errors import TableError, UsageError
from coder.types import Progress, silent

MOST_CODES = 1000
"""More different codes than these are no codebook: a column of texts, most likely."""
MOST_CATEGORIES = 300
"""Of more categories than these there is no row over the categories, but those over all codes."""


@dataclass(frozen=True, slots=True, eq=False)
class LongTable:
    """A table of codings, read.

    Attributes
    ----------
    positions
        Shape (n_coders, n_units): which of `sets` the coder gave the unit, -1 where the coder did not judge it.
    sets
        The distinct sets of codes; an empty one means that no code applies.
    coders
        The names along the first axis.
    clusters
        Shape (n_units,): the number of each unit's transcript; of the unit itself, where there are none.
    codes
        All codes, sorted.
    """

    positions: Ints
    sets: tuple[Codes, ...]
    coders: tuple[str, ...]
    clusters: Ints
    codes: tuple[str, ...]

    @property
    def single(self) -> bool:
        """Whether no unit has two codes from one coder: the codes are the categories of one variable."""
        return all(len(found) <= 1 for found in self.sets)

    def sheet(self, code: str) -> Ints:
        """Return who gave a code, shape (n_coders, n_units): 1 present, 0 absent, -1 not judged."""
        has = np.array([*(code in found for found in self.sets), -1], dtype=np.intp)
        return np.asarray(has[self.positions])

    def counts(self) -> Counts:
        """Return the counts of every code, with two leading axes: clusters, codes."""
        clusters = grouped(self.clusters, size_of(len(self.coders)) * len(self.codes))
        return stacked(count(self.sheet(code), PRESENT_ABSENT, clusters) for code in self.codes)


def from_long(
    units: Sequence[Any], coders: Sequence[Any], codes: Sequence[Any], clusters: Sequence[Any] | None = None
) -> LongTable:
    """Read the columns of a long table: a row for each unit, coder and code.

    A coder who has any row for a unit has judged it on every code; an empty code means: judged, no code applies.

    Parameters
    ----------
    units, coders, codes
        The columns, equally long. Cells are read as `label_of` reads them.
    clusters
        The column of transcripts, if there is one; a unit is then identified by transcript and name together, since
        units are often numbered again in each. Without it each unit is its own cluster.

    Raises
    ------
    TableError
        A cell for the unit or coder is empty; a row is given twice; a unit has both a code and an empty code from one
        coder; there is only one coder; no unit has two coders; there are too many different codes.

    Examples
    --------
    >>> table = from_long(["1", "1", "2", "2"], ["Ada", "Ben"] * 2, ["cost", "cost", "trust", ""])
    >>> table.codes, [[sorted(table.sets[n]) for n in row] for row in table.positions]
    (('cost', 'trust'), [[['cost'], ['trust']], [['cost'], []]])
    """
    unit, unit_names = _factors(units)
    coder, coder_names = _factors(coders)
    code, code_names = _factors(codes)
    place, cluster = unit, np.arange(len(unit_names))
    if clusters is not None:
        n_names = max(len(unit_names), 1)
        pairs, place = np.unique(_factors(clusters)[0] * n_names + unit, return_inverse=True)
        cluster = pairs // n_names
    _check_rows(unit, coder, code, place, (unit_names, coder_names, code_names))
    sets, number = _sets(place * max(len(coder_names), 1) + coder, code, code_names)
    order = np.argsort(coder_names, kind="stable")
    positions = np.full((len(coder_names), len(cluster)), -1, np.intp)
    positions[coder, place] = number
    table = LongTable(
        positions=positions[order],
        sets=sets,
        coders=tuple(coder_names[n] for n in order),
        clusters=cluster,
        codes=tuple(sorted(set(code_names) - {""})),
    )
    return _checked(table)


def from_wide(columns: dict[str, Sequence[Any]], clusters: Sequence[Any] | None = None) -> LongTable:
    """Read a wide table: a column for each coder, a row for each unit.

    An empty cell means that the coder did not judge the unit. A cell may hold several codes, with semicolons between.

    Parameters
    ----------
    columns
        Coder -> the column, equally long.
    clusters
        The column of transcripts, if there is one.

    Raises
    ------
    TableError
        There is only one coder; no unit has two coders; there are too many different codes.

    Examples
    --------
    >>> table = from_wide({"Ada": ["cost", "cost; trust", None], "Ben": ["cost", "trust", "cost"]})
    >>> table.codes, table.single, table.positions[0].tolist()
    (('cost', 'trust'), False, [0, 1, -1])
    """
    cells = [[_split(cell) for cell in column] for column in columns.values()]
    sets = sorted({found for row in cells for found in row if found is not None}, key=sorted)
    number: dict[Codes | None, int] = {found: n for n, found in enumerate(sets)} | {None: -1}
    positions = np.array([[number[found] for found in row] for row in cells], dtype=np.intp)
    n_units = positions.shape[1] if positions.ndim == 2 else 0
    table = LongTable(
        positions=positions.reshape(len(cells), n_units),
        sets=tuple(sets),
        coders=tuple(columns),
        clusters=np.arange(n_units) if clusters is None else _factors(clusters)[0],
        codes=tuple(sorted(set().union(*sets))),
    )
    return _checked(table)


def long_agreement(
    table: LongTable,
    *,
    coefficients: Sequence[str] = tuple(COEFFICIENTS),
    metric: Metric = "nominal",
    replicates: int = 2000,
    seed: int = 1,
    progress: Progress = silent,
) -> list[AgreementRow]:
    """Compute the agreement in a table of codings.

    Where no coder gives a unit two codes: a row for each code against the rest, then one over the categories, "no code"
    being a category of its own, with alpha in the metric that is asked for. Where units carry several codes: the rows
    of `agreement`.

    Parameters
    ----------
    table
        From `from_long` or `from_wide`.
    coefficients
        Names of `coefficients.NAMED`.
    metric
        Alpha's, of the row over the categories; all but `nominal` need labels that are numbers.
    replicates, seed, progress
        As for `agreement`.

    Raises
    ------
    UsageError
        The metric does not fit the codes.
    """
    if not table.single and metric != "nominal":
        raise UsageError(
            "units that carry several codes have no scale, so no metric",
            todo="use the nominal metric, or give one number for each unit and coder",
        )
    values = _values(table, metric) if table.single else np.empty(0)
    given: dict[str, Any] = {"coefficients": coefficients, "replicates": replicates, "seed": seed}
    rows = rows_of(table.counts(), table.codes, table.coders, progress=progress, **given) if table.codes else []
    if table.single and len(table.codes) <= MOST_CATEGORIES:
        categories, order = np.unique(values, return_inverse=True)
        positions = np.append(order, -1)[table.positions]
        clusters = grouped(table.clusters, size_of(len(table.coders), len(categories)))
        tables = count(positions, categories, clusters)[:, None]
        rows = [row for row in rows if row.code]
        given["coefficients"] = [name for name in coefficients if name in COEFFICIENTS]
        found, intervals = estimate(tables, metric=metric, **given)
        over_all = {name: float(value[0]) for name, value in found.items()}
        interval = {name: every[0] for name, every in intervals.items()}
        label = f"all categories ({metric})"
        rows.append(row_of_sets(label, table.positions, table.sets, table.coders, over_all, interval))
    names = [name for name in coefficients if name in DISTANCES]
    if names:
        rows.append(set_row(table.positions, table.sets, table.coders, table.clusters, names, replicates, seed))
    return rows


def label_of(cell: Any) -> str:
    """Return a cell as a label: 1.0 and "1 " are both "1"; empty where it is missing.

    Examples
    --------
    >>> [label_of(cell) for cell in (1.0, " 1 ", 0.5, None, float("nan"), True)]
    ['1', '1', '0.5', '', '', 'True']
    """
    if isinstance(cell, str):
        return cell.strip()
    if cell is None or str(cell) in {"nan", "<NA>", "NaT"}:
        return ""
    if isinstance(cell, float | np.floating) and float(cell).is_integer():
        return str(int(cell))
    return str(cell)


def _split(cell: Any) -> Codes | None:
    """Return the codes of a wide table's cell; None where it is empty."""
    found = frozenset(part.strip() for part in label_of(cell).split(";") if part.strip())
    return found or None


def _factors(column: Sequence[Any]) -> tuple[Ints, list[str]]:
    """Give the labels of a column numbers in order of their first use; return the numbers and the labels."""
    labels = [label_of(cell) for cell in column]
    names = list(dict.fromkeys(labels))
    number = {name: n for n, name in enumerate(names)}
    return np.array([number[label] for label in labels], dtype=np.intp), names


def _check_rows(
    unit: Ints, coder: Ints, code: Ints, place: Ints, names: tuple[list[str], list[str], list[str]]
) -> None:
    """Refuse rows with empty cells, and rows that contradict one another; the header is line 1."""
    units, coders, codes = names
    empty = (
        np.array([not name for name in units], dtype=bool)[unit] | np.array([not name for name in coders], bool)[coder]
    )
    if empty.any():
        raise TableError("the unit or the coder is empty", where=f"line {empty.argmax() + 2}", todo="fill in the cell")
    cell = place * max(len(coders), 1) + coder
    order = np.lexsort((np.arange(len(cell)), code, cell))
    again = (np.diff(cell[order]) == 0) & (np.diff(code[order]) == 0)
    if again.any():
        row = order[1:][again].min()
        raise TableError(
            f"unit `{units[unit[row]]}`, coder `{coders[coder[row]]}` and code `{codes[code[row]]}` stand in an "
            "earlier line too",
            where=f"line {row + 2}",
            todo="remove one of the two lines, or name each unit's transcript in a column `transcript`",
        )
    none = code == codes.index("") if "" in codes else np.zeros(len(code), bool)
    both = np.isin(cell, np.intersect1d(cell[none], cell[~none]))
    if both.any():
        row = both.nonzero()[0][1:][0]
        raise TableError(
            f"coder `{coders[coder[row]]}` gives unit `{units[unit[row]]}` both a code and no code",
            where=f"line {row + 2}",
            todo="remove the line with the empty code",
        )


def _sets(cell: Ints, code: Ints, names: list[str]) -> tuple[tuple[Codes, ...], Ints]:
    """Return the distinct sets of codes, and for each row which of them its cell (unit and coder) holds."""
    alone = [frozenset({name} if name else ()) for name in names]
    found: dict[Codes, int] = {one: n for n, one in enumerate(alone)}
    number = code.copy()
    _, which, times = np.unique(cell, return_inverse=True, return_counts=True)
    several: dict[int, list[int]] = {}
    for row in np.flatnonzero(times[which] > 1).tolist():
        several.setdefault(int(cell[row]), []).append(row)
    for rows in several.values():
        codes = frozenset(names[code[row]] for row in rows)
        number[rows] = found.setdefault(codes, len(found))
    return tuple(found), number


def _checked(table: LongTable) -> LongTable:
    """Refuse a table in which there is nothing to compare."""
    if len(table.coders) < 2:
        raise TableError(
            f"agreement needs two coders, and the table has {len(table.coders)}",
            todo="put the codings of all coders in one table, with a column of coders",
        )
    judged = table.positions >= 0
    if not judged.any():
        raise TableError("nobody judged anything: every cell is empty", todo="fill in the codes")
    if not (judged.sum(axis=0) >= 2).any():
        raise TableError(
            "no unit was judged by two coders", todo="see that the coders' units have the same names in the table"
        )
    if len(table.codes) > MOST_CODES:
        raise TableError(
            f"the table has {len(table.codes)} different codes, more than {MOST_CODES}",
            todo="see that the column of codes holds codes, not texts",
        )
    return table


def _values(table: LongTable, metric: str) -> Floats:
    """Return the value of each set of a single-label table: the number, if a scale is asked for; else its rank."""
    labels = [next(iter(found), "") for found in table.sets]
    if metric == "nominal":
        return np.unique(labels, return_inverse=True)[1].astype(np.float64)
    used = set(table.positions[table.positions >= 0].tolist())
    try:
        return np.array([_number(label) if n in used else math.inf for n, label in enumerate(labels)])
    except ValueError as error:
        raise UsageError(
            f"the {metric} metric needs codes that are numbers: {error}",
            todo="use the nominal metric; leave out the line of a unit that a coder did not judge",
        ) from error


def _number(label: str) -> float:
    """Read a finite number: a label `nan` must not pass for a unit that was not judged."""
    number = float(label)
    if not math.isfinite(number):
        raise ValueError(f"`{label}` is not a finite number")
    return number
