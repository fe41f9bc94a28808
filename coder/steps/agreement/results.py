"""Results of agreement, and their tables: by code, an overview of all coders, and the model beside people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isnan, nan
from typing import TYPE_CHECKING, Any

from coder.types import Table

if TYPE_CHECKING:  # numpy is imported where it is used
    from coder.agreement.agreement_rows import AgreementRow

REPLICATES = 2000
COEFFICIENTS = (
    "percent", "holsti", "kappa", "scott", "pabak", "fleiss", "conger", "brennan-prediger", "ac1", "alpha", "positive",
    "negative", "prevalence", "bias", "rho", "alpha-masi", "alpha-jaccard",
)  # fmt: skip
"""The names of `coder.agreement.coefficients.NAMED`."""
COUNTED = COEFFICIENTS[:-3]
"""Those that are always computed; the others are where they are asked for."""


def wanted(coefficients: Sequence[str]) -> tuple[str, ...]:
    """Return all coefficients of counts, and what else is named."""
    return tuple(dict.fromkeys((*COUNTED, *coefficients)))


@dataclass(frozen=True)
class Agreed:
    """Agreement of one set of coders: its rows, and what stands above them.

    Attributes
    ----------
    title
        Whose agreement it is.
    rows
        A row a code (or a value of a facet, or a case), and those over several.
    metric
        Alpha's, of the row over all categories of a table.
    kind
        `people`: blind judgements; `assisted`: judgements with suggestions or others' codings shown; `model`: the
        study's model beside two people on the same units, `machine`: a machine from elsewhere; `model alone`, `machine
        alone`: beside one person; `adjudicated`: a machine beside the adjudicator; `again`: a coder's first codings
        beside their second.
    of
        What the rows are: `code`, the name of a facet, `case`.
    remark
        On how many units it rests.
    after
        Label of a row -> alpha after adjudication; empty where nothing of this was adjudicated.
    """

    title: str
    rows: list[AgreementRow]
    metric: str = "nominal"
    kind: str = "people"
    of: str = "code"
    remark: str = ""
    after: Mapping[str, float] = field(default_factory=dict)

    @property
    def overall(self) -> AgreementRow:
        """The row over all codes."""
        return next(row for row in self.rows if not row.code)

    def table(self, coefficients: Sequence[str] = ()) -> Table:
        """Return it as a table for print, with the columns of these coefficients, or of a few."""
        from coder.agreement.agreement_rows import agreement_table
        from coder.agreement.number_format import digits

        found = agreement_table(self.rows, coefficients or self._lean())
        note = " ".join(filter(None, (self.remark, found.note)))
        header, rows = (self.of, *found.header[1:]), found.rows
        if self.after:
            header = (*header, AFTER)
            rows = tuple((*row, digits(self.after.get(str(row[0]), nan))) for row in rows)
        return Table(self.title, header, rows, note)

    def _lean(self) -> tuple[str, ...]:
        from coder.agreement.agreement_rows import lean

        shown = lean(self.rows[0].coders)
        return tuple(name for name in shown if any(not isnan(row.values.get(name, nan)) for row in self.rows))

    def as_dict(self, coefficients: Sequence[str] = ()) -> dict[str, Any]:
        """Return it as plain values for JSON; what is undefined is None.

        `value` and `interval` are those of the first coefficient (alpha if none is named) over all codes; None of one
        that is of single codes only.
        """
        from coder.agreement.agreement_rows import rows_as_dicts

        rows = rows_as_dicts(self.rows)
        name = coefficients[0] if coefficients else "alpha"
        overall = next((row for row in rows if not row["code"] and name in row), {})
        return {
            "title": self.title,
            "kind": self.kind,
            "of": self.of,
            "remark": self.remark,
            "metric": self.metric,
            "weights": "identity",
            "coefficient": name,
            "value": overall.get(name),
            "interval": overall.get(f"{name}_interval"),
            "n": overall.get("n", self.overall.n),
            "rows": rows,
            "alpha_after_settling": {label: None if isnan(v) else v for label, v in self.after.items()},
        }


BESIDE = {"model", "machine"}
"""The kinds of agreement that come in threes: two people, and a machine with each of them, on the same units."""
AFTER = "alpha, adjudicated"
"""The head of the column of what stands after adjudication."""


def overview(found: Sequence[Agreed], coefficients: Sequence[str] = ()) -> Table:
    """Return the agreement over all codes, a row for each set of coders."""
    from coder.agreement.agreement_rows import heading, printed
    from coder.agreement.number_format import digits

    several = any(len(agreed.overall.coders) > 2 for agreed in found)
    shown = coefficients or ("percent", "kappa", *(["fleiss"] if several else []), "ac1", "alpha")
    adjudicated = any(agreed.after for agreed in found)
    header = ("coders", "n", *(heading(name) for name in shown), *([AFTER] if adjudicated else []))
    rows: tuple[tuple[Any, ...], ...] = tuple(
        (
            agreed.title,
            agreed.overall.n,
            *(printed(agreed.overall, name) for name in shown),
            *([digits(agreed.after[agreed.overall.label]) if agreed.after else ""] if adjudicated else []),
        )
        for agreed in found
    )
    return Table("Agreement over all codes", header, rows)


def beside_table(found: Sequence[Agreed], coefficient: str = "alpha") -> Table:
    """Return one coefficient of people and model on the same units, a column for each pair.

    Parameters
    ----------
    found
        Those that rest on the same units: two people, then the model (or a machine from elsewhere) with each.
    """
    from coder.agreement.agreement_rows import heading, printed

    rows = tuple(
        (ones[0].label, ones[0].n, *(printed(one, coefficient) for one in ones))
        for ones in zip(*(agreed.rows for agreed in found), strict=True)
        if len({one.label for one in ones}) == 1  # else their means are over different codes
    )
    machine = "The model" if found[0].kind == "model" else found[1].overall.coders[0]
    title = f"{machine} beside people, on the same units: {heading(coefficient)}"
    return Table(title, (found[0].of, "n", *(agreed.title for agreed in found)), rows, found[0].remark)


def trios(found: Sequence[Agreed]) -> Iterator[tuple[Agreed, Agreed, Agreed]]:
    """Yield what stands beside each other in one table: two people, and a machine with each, on the same units."""
    beside = [agreed for agreed in found if agreed.kind in BESIDE]
    yield from zip(beside[::3], beside[1::3], beside[2::3], strict=True)


def tables_of(found: Sequence[Agreed], coefficients: Sequence[str] = ()) -> list[Table]:
    """Return all tables for print: one for each set of coders, the model beside people, and the overview of all.

    What the coefficients are stands once, below the last of the first tables.
    """
    alone = [agreed for agreed in found if agreed.kind not in BESIDE]
    tables = [replace(agreed.table(coefficients), note=agreed.remark) for agreed in alone]
    if alone:
        tables[-1] = alone[-1].table(coefficients)
    tables += [beside_table(three, name) for three in trios(found) for name in coefficients or ("alpha",)]
    return [*tables, *([overview(found, coefficients)] if len(found) > 1 else [])]
