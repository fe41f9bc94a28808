"""Inter-coder agreement: of the people with each other, of the model with each of them, and of any table of codings."""

from __future__ import annotations

from collections.abc import Sequence
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
    from coder.agreement.coefficients import Metric
    from coder.agreement.report import AgreementRow
    from coder.agreement.units import Ratings

REPLICATES = 2000
METRICS = ("nominal", "ordinal", "interval", "ratio")
COLUMN_OF = {"percent": "agree %", "kappa": "kappa [95 %]", "alpha": "alpha [95 %]"}
COEFFICIENTS = tuple(COLUMN_OF)

Cells = tuple[tuple[str | int | float | None, ...], ...]


@dataclass(frozen=True)
class Agreed:
    """Agreement of one set of coders: its rows, and what stands above them."""

    title: str
    rows: list[AgreementRow]
    metric: str = "nominal"

    @property
    def overall(self) -> AgreementRow:
        """The row over all codes."""
        return next(row for row in self.rows if not row.code)

    def table(self, coefficient: str | None = None) -> Table:
        """Return it as a table for print; only one coefficient's column if it is named.

        An interval stands beside its coefficient, the coders' counts of present codes in one column.
        """
        from coder.agreement.report import agreement_table

        shown = [coefficient] if coefficient else [name for name in COEFFICIENTS if self._defined(name)]
        counts = f"present: {', '.join(self.rows[0].coders)}"
        header = ("code", "n", counts, *(COLUMN_OF[name] for name in shown))
        rows: Cells = tuple(
            (row.label, row.n, ", ".join(map(str, row.positives.values())), *(_printed(row, name) for name in shown))
            for row in self.rows
        )
        return Table(self.title, header, rows, agreement_table(self.rows).note)

    def _defined(self, name: str) -> bool:
        return any(not isnan(getattr(row, name)) for row in self.rows)

    def as_dict(self, coefficient: str | None = None) -> dict[str, Any]:
        """Return it as plain values for JSON; what is undefined is None.

        `value` and `interval` are those of the coefficient (alpha if none is named) over all codes.
        """
        from coder.agreement.report import rows_as_dicts

        rows = rows_as_dicts(self.rows)
        overall = next(row for row in rows if not row["code"])
        name = coefficient or "alpha"
        return {
            "title": self.title,
            "metric": self.metric,
            "coefficient": name,
            "value": overall[name],
            "interval": overall.get(f"{name}_interval"),
            "n": overall["n"],
            "rows": rows,
        }


def _printed(row: AgreementRow, name: str) -> str:
    """Return a coefficient with its interval."""
    value = getattr(row, name)
    if isnan(value):
        return "undefined"
    if name == "percent":
        return f"{100 * value:.1f}"
    interval = row.alpha_interval if name == "alpha" else row.kappa_interval
    return f"{value:.3f}" if isnan(interval.low) else f"{value:.3f} [{interval.low:.2f}, {interval.high:.2f}]"


def overview(found: list[Agreed], coefficient: str | None = None) -> Table:
    """Return the agreement over all codes, a row for each set of coders."""
    shown = [coefficient] if coefficient else list(COEFFICIENTS)
    header = ("coders", "n", *(COLUMN_OF[name] for name in shown))
    rows: Cells = tuple(
        (agreed.title, agreed.overall.n, *(_printed(agreed.overall, name) for name in shown)) for agreed in found
    )
    return Table("Agreement over all codes", header, rows)


def agreement_of(
    study: Study,
    *,
    coders: tuple[str, ...] = (),
    replicates: int = REPLICATES,
    progress: Progress = silent,
) -> list[Agreed]:
    """Return the agreement of the people (the settling coder apart), pair by pair, and of the model with each.

    What counts is what each person said before anybody settled it. The model is compared on the units of its own
    training data by what it said while their transcripts were held out, so that it never meets a unit it has learned.

    Raises
    ------
    StudyError
        No two coders have judged the same unit, and there is no model to compare one with.
    UsageError
        There is no coder of a name that was given.
    """
    import numpy as np

    ratings = ratings_of(study, before_settling=True)
    for name in coders:
        if name not in ratings.coders:
            raise UsageError(f"there is no coder `{name}`", todo=did_you_mean(name, ratings.coders))
    judged = {name for name, said in zip(ratings.coders, ratings.values, strict=True) if not np.isnan(said).all()}
    chosen = coders or tuple(name for name in ratings.coders if name in judged - {study.settings.settled_by})
    found = []
    sets: list[tuple[str, ...]] = [
        pair for n, one in enumerate(chosen) for pair in ((one, other) for other in chosen[n + 1 :])
    ]
    if len(chosen) > 2:
        sets.insert(0, chosen)
    for names in sets:
        found += _agreed(_only(ratings, names), _listed(names), replicates, progress)
    model = _held_out(study, ratings)
    if model is not None:
        for name in coders or ratings.coders:
            both = _beside(_only(of_codes(ratings, model.codes), (name,)), model)
            found += _agreed(both, f"{both.coders[1]} and {name}", replicates, progress)
    if not found:
        raise StudyError(
            "no two coders have judged the same units",
            where=study.folder,
            todo="let a second coder code some transcripts, or train a model",
        )
    return found


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _agreed(ratings: Ratings, title: str, replicates: int, progress: Progress) -> list[Agreed]:
    import numpy as np

    from coder.agreement.report import agreement

    together = ((~np.isnan(ratings.values)).sum(axis=0) >= 2).any()
    if not together:
        return []
    return [Agreed(title, agreement(ratings, replicates=replicates, progress=progress))]


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
    metric: Metric = "nominal",
    replicates: int = REPLICATES,
    progress: Progress = silent,
) -> Agreed:
    """Return the agreement in a long table with the columns `unit`, `coder`, `code` (and `transcript` if known).

    Raises
    ------
    TableError
        A column is missing.
    """
    from coder.agreement.longtable import from_long, long_agreement
    from coder.tables.spreadsheet import read_table

    frame = read_table(path).fillna("").astype(str)
    frame.columns = [str(column).strip().lower() for column in frame.columns]
    for column in ("unit", "coder", "code"):
        if column not in frame.columns:
            todo = did_you_mean(column, frame.columns) or "a row a coding, with the columns unit, coder, code"
            raise TableError(f"the column `{column}` is missing", where=path, todo=todo)
    columns = {column: [str(cell).strip() for cell in frame[column]] for column in frame.columns}
    table = from_long(columns["unit"], columns["coder"], columns["code"], columns.get("transcript"))
    rows = long_agreement(table, metric=metric, replicates=replicates, progress=progress)
    return Agreed(path.name, rows, metric)
