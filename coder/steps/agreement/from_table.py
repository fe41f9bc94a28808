"""Agreement in any table of codings, with a row a coding or a column a coder; no study is needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coder.errors import TableError, check_known, did_you_mean
from coder.steps.agreement.results import REPLICATES, Agreed, wanted
from coder.types import Progress, silent

if TYPE_CHECKING:  # numpy is imported where it is used
    from pandas import DataFrame

    from coder.agreement.coefficients import Metric
    from coder.agreement.tables import LongTable

METRICS = ("nominal", "ordinal", "interval", "ratio")


def agreement_of_table(
    path: Path,
    *,
    columns: Mapping[str, str] | None = None,
    wide: bool = False,
    coders: tuple[str, ...] = (),
    coefficients: Sequence[str] = (),
    metric: Metric = "nominal",
    replicates: int = REPLICATES,
    progress: Progress = silent,
) -> Agreed:
    """Return the agreement in any table of codings.

    Parameters
    ----------
    path
        A table with a row for each unit, coder and code.
    columns
        The names of its columns `unit`, `coder`, `code` and `transcript`, where they are called otherwise.
    wide
        The table has a row a unit and a column a coder instead; columns for unit and transcript may stand beside them.
    coders
        Only these.
    coefficients
        Those that are wanted beside the coefficients of counts.
    metric
        Alpha's, of the row over all categories.

    Raises
    ------
    TableError
        A column is missing, or rows contradict one another.
    UsageError
        There is no coder of a name that was given; the metric does not fit the codes.
    """
    from coder.agreement.tables import long_agreement
    from coder.tables.formats.spreadsheets_in import read_table

    frame = read_table(path)
    frame.columns = [str(column).strip() for column in frame.columns]
    names = {part: part for part in ("unit", "coder", "code", "transcript")} | dict(columns or {})
    cells = {part: _column(frame, name) for part, name in names.items()}
    try:
        table = _wide(frame, cells, names, coders) if wide else _long(cells, names, list(frame.columns), coders)
    except TableError as error:
        where = f"{path}, {error.where}" if error.where else path
        raise TableError(error.message, where=where, todo=error.todo) from error
    rows = long_agreement(
        table,
        coefficients=wanted(coefficients),
        metric=metric,
        replicates=replicates,
        progress=progress,
    )
    return Agreed(path.name, rows, metric)


def _column(frame: DataFrame, name: str) -> list[Any] | None:
    """Return a column's cells by its name, in whatever case; None where there is no such column."""
    found = [column for column in frame.columns if column.lower() == name.lower()]
    return frame[found[0]].tolist() if found else None


def _long(
    cells: Mapping[str, list[Any] | None], names: Mapping[str, str], known: Sequence[str], coders: tuple[str, ...]
) -> LongTable:
    """Read a long table, of all coders or of these."""
    from coder.agreement.tables import from_long, label_of

    for part in ("unit", "coder", "code", *(["transcript"] if names["transcript"] != "transcript" else [])):
        if cells[part] is None:
            todo = did_you_mean(names[part], known) or (
                "a row a coding, with the columns unit, coder, code (name them by --unit-column and so on); of a table "
                "with a column a coder add --wide"
            )
            raise TableError(f"the column `{names[part]}` is missing", todo=todo)
    found = {part: column for part, column in cells.items() if column is not None}
    if coders:
        labels = [label_of(cell) for cell in found["coder"]]
        check_known("coder", coders, dict.fromkeys(labels))
        rows = [n for n, label in enumerate(labels) if label in coders]
        found = {part: [column[n] for n in rows] for part, column in found.items()}
    return from_long(found["unit"], found["coder"], found["code"], found.get("transcript"))


def _wide(
    frame: DataFrame, cells: Mapping[str, list[Any] | None], names: Mapping[str, str], coders: tuple[str, ...]
) -> LongTable:
    """Read a wide table: every column but those of unit and transcript is a coder's."""
    from coder.agreement.tables import from_wide

    apart = {names["unit"].lower(), names["transcript"].lower()}
    columns = {str(name): frame[name].tolist() for name in frame.columns if name.lower() not in apart}
    check_known("coder", coders, columns)
    return from_wide({name: columns[name] for name in coders or columns}, cells["transcript"])
