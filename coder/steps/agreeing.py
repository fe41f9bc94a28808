"""Inter-coder agreement: of the people with each other, of the model with each of them, and of any table of codings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coder.errors import StudyError, TableError, UsageError, did_you_mean
from coder.steps.judging import of_codes, ratings_of
from coder.steps.models import current_model, model_now
from coder.steps.study import Study
from coder.types import Progress, Table, silent

if TYPE_CHECKING:  # numpy is imported where it is used
    from pandas import DataFrame

    from coder.agreement.coefficients import Metric
    from coder.agreement.longtable import LongTable
    from coder.agreement.report import AgreementRow
    from coder.agreement.units import Ratings

REPLICATES = 2000
METRICS = ("nominal", "ordinal", "interval", "ratio")
WEIGHTS = ("identity", "linear", "quadratic", "ordinal", "radical", "ratio", "circular", "bipolar")
COEFFICIENTS = (
    "percent",
    "holsti",
    "kappa",
    "scott",
    "pabak",
    "fleiss",
    "conger",
    "brennan-prediger",
    "ac1",
    "alpha",
    "positive",
    "negative",
    "prevalence",
    "bias",
    "rho",
    "alpha-masi",
    "alpha-jaccard",
)
"""The names of `coder.agreement.coefficients.NAMED`."""
COUNTED = COEFFICIENTS[:-3]
"""Those that are always computed; the others are where they are asked for."""

Cells = tuple[tuple[str | int | float | None, ...], ...]


@dataclass(frozen=True)
class Agreed:
    """Agreement of one set of coders: its rows, and what stands above them."""

    title: str
    rows: list[AgreementRow]
    metric: str = "nominal"
    weights: str = "identity"

    @property
    def overall(self) -> AgreementRow:
        """The row over all codes."""
        return next(row for row in self.rows if not row.code)

    def table(self, coefficients: Sequence[str] = ()) -> Table:
        """Return it as a table for print, with the columns of these coefficients, or of a few."""
        from coder.agreement.report import agreement_table

        return replace(agreement_table(self.rows, coefficients or self._lean()), title=self.title)

    def _lean(self) -> tuple[str, ...]:
        from coder.agreement.report import lean

        shown = lean(self.rows[0].coders)
        return tuple(name for name in shown if any(not isnan(row.values[name]) for row in self.rows if row.values))

    def as_dict(self, coefficients: Sequence[str] = ()) -> dict[str, Any]:
        """Return it as plain values for JSON; what is undefined is None.

        `value` and `interval` are those of the first coefficient (alpha if none is named) over all codes.
        """
        from coder.agreement.report import rows_as_dicts

        rows = rows_as_dicts(self.rows)
        name = coefficients[0] if coefficients else "alpha"
        overall = next(row for row in rows if not row["code"] and name in row)
        return {
            "title": self.title,
            "metric": self.metric,
            "weights": self.weights,
            "coefficient": name,
            "value": overall[name],
            "interval": overall.get(f"{name}_interval"),
            "n": overall["n"],
            "rows": rows,
        }


def overview(found: list[Agreed], coefficients: Sequence[str] = ()) -> Table:
    """Return the agreement over all codes, a row for each set of coders."""
    from coder.agreement.report import heading, printed

    shown = coefficients or ("percent", "kappa", *(["fleiss"] if _several(found) else []), "ac1", "alpha")
    header = ("coders", "n", *(heading(name) for name in shown))
    rows: Cells = tuple(
        (agreed.title, agreed.overall.n, *(printed(agreed.overall, name) for name in shown)) for agreed in found
    )
    return Table("Agreement over all codes", header, rows)


def _several(found: list[Agreed]) -> bool:
    return any(len(agreed.overall.coders) > 2 for agreed in found)


def agreement_of(
    study: Study,
    *,
    coders: tuple[str, ...] = (),
    coefficients: Sequence[str] = (),
    replicates: int = REPLICATES,
    progress: Progress = silent,
) -> list[Agreed]:
    """Return the agreement of the people (the settling coder apart), pair by pair, and of the model with each.

    What counts is what each person said before anybody settled it. The model is compared on the units of its own
    training data by what it said while their transcripts were held out, so that it never meets a unit it has learned.
    All coefficients of counts are computed; others (`rho`, alpha over sets) where they are named.

    Raises
    ------
    StudyError
        No two coders have judged the same unit, and there is no model to compare one with.
    UsageError
        There is no coder of a name that was given.
    """
    import numpy as np

    ratings = ratings_of(study, before_settling=True)
    _check_coders(coders, ratings.coders)
    judged = {name for name, said in zip(ratings.coders, ratings.values, strict=True) if not np.isnan(said).all()}
    chosen = coders or tuple(name for name in ratings.coders if name in judged - {study.settings.settled_by})
    found = []
    names_of = wanted(coefficients)
    sets: list[tuple[str, ...]] = [
        pair for n, one in enumerate(chosen) for pair in ((one, other) for other in chosen[n + 1 :])
    ]
    if len(chosen) > 2:
        sets.insert(0, chosen)
    for names in sets:
        found += _agreed(_only(ratings, names), _listed(names), names_of, replicates, progress)
    model = _held_out(study, ratings)
    if model is not None:
        for name in coders or ratings.coders:
            both = _beside(_only(of_codes(ratings, model.codes), (name,)), model)
            found += _agreed(both, f"{both.coders[1]} and {name}", names_of, replicates, progress)
    if not found:
        raise StudyError(
            "no two coders have judged the same units",
            where=study.folder,
            todo="let a second coder code some transcripts, or train a model",
        )
    return found


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"


def wanted(coefficients: Sequence[str]) -> tuple[str, ...]:
    """Return all coefficients of counts, and what else is named."""
    return tuple(dict.fromkeys((*COUNTED, *coefficients)))


def _agreed(
    ratings: Ratings, title: str, coefficients: Sequence[str], replicates: int, progress: Progress
) -> list[Agreed]:
    import numpy as np

    from coder.agreement.report import agreement

    together = ((~np.isnan(ratings.values)).sum(axis=0) >= 2).any()
    if not together:
        return []
    rows = agreement(ratings, coefficients=coefficients, replicates=replicates, progress=progress)
    return [Agreed(title, rows)]


def _only(ratings: Ratings, coders: tuple[str, ...]) -> Ratings:
    rows = [ratings.coders.index(name) for name in coders]
    return replace(ratings, values=ratings.values[rows], coders=coders)


def _held_out(study: Study, ratings: Ratings) -> Ratings | None:
    """Return what the study's model said of its training units while their transcripts were held out."""
    import numpy as np

    folder = current_model(study)
    if folder is None:
        return None
    model = model_now(study, folder)
    if model.held_out is None or model.about["study"] != study.settings.name:
        return None
    ratings = of_codes(ratings, model.codes)
    place = {unit: n for n, unit in enumerate(ratings.units)}
    values = np.full((1, *ratings.values.shape[1:]), np.nan)
    for row, segment in enumerate(model.held_out.ids.tolist()):
        if segment in place:
            values[0, place[segment]] = model.held_out.accepted[row]
    return replace(ratings, values=values, coders=(f"{folder.name} (held out)",))


def _beside(one: Ratings, other: Ratings) -> Ratings:
    import numpy as np

    return replace(one, values=np.concatenate([one.values, other.values]), coders=one.coders + other.coders)


def agreement_of_table(
    path: Path,
    *,
    columns: Mapping[str, str] | None = None,
    wide: bool = False,
    coders: tuple[str, ...] = (),
    coefficients: Sequence[str] = (),
    weights: str = "identity",
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
    weights, metric
        Of the row over all categories.

    Raises
    ------
    TableError
        A column is missing, or rows contradict one another.
    UsageError
        There is no coder of a name that was given; weights or metric do not fit the codes.
    """
    from coder.agreement.longtable import long_agreement
    from coder.tables.spreadsheet import read_table

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
        weights=weights,
        metric=metric,
        replicates=replicates,
        progress=progress,
    )
    return Agreed(path.name, rows, metric, weights)


def _column(frame: DataFrame, name: str) -> list[Any] | None:
    """Return a column's cells by its name, in whatever case; None where there is no such column."""
    found = [column for column in frame.columns if column.lower() == name.lower()]
    return frame[found[0]].tolist() if found else None


def _long(
    cells: Mapping[str, list[Any] | None], names: Mapping[str, str], known: Sequence[str], coders: tuple[str, ...]
) -> LongTable:
    """Read a long table, of all coders or of these."""
    from coder.agreement.longtable import from_long, label_of

    found = {}
    for part in ("unit", "coder", "code", *(["transcript"] if names["transcript"] != "transcript" else [])):
        column = cells[part]
        if column is None:
            todo = did_you_mean(names[part], known) or (
                "a row a coding, with the columns unit, coder, code (name them by --unit-column and so on); of a table "
                "with a column a coder say --wide"
            )
            raise TableError(f"the column `{names[part]}` is missing", todo=todo)
        found[part] = column
    if coders:
        labels = [label_of(cell) for cell in found["coder"]]
        _check_coders(coders, set(labels))
        rows = [n for n, label in enumerate(labels) if label in coders]
        found = {part: [column[n] for n in rows] for part, column in found.items()}
        transcripts = cells["transcript"]
        return from_long(found["unit"], found["coder"], found["code"], transcripts and [transcripts[n] for n in rows])
    return from_long(found["unit"], found["coder"], found["code"], cells["transcript"])


def _wide(
    frame: DataFrame, cells: Mapping[str, list[Any] | None], names: Mapping[str, str], coders: tuple[str, ...]
) -> LongTable:
    """Read a wide table: every column but those of unit and transcript is a coder's."""
    from coder.agreement.longtable import from_wide

    apart = {names["unit"].lower(), names["transcript"].lower()}
    columns = {str(name): frame[name].tolist() for name in frame.columns if name.lower() not in apart}
    _check_coders(coders, columns)
    return from_wide({name: columns[name] for name in coders or columns}, cells["transcript"])


def _check_coders(coders: Sequence[str], known: Iterable[str]) -> None:
    for name in coders:
        if name not in set(known):
            raise UsageError(f"there is no coder `{name}`", todo=did_you_mean(name, known))
