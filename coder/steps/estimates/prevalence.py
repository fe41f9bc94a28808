"""How often each code occurs, in all and in each case: machine codes corrected by random samples that people judged."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from math import isnan, nan
from typing import TYPE_CHECKING, Any

from coder.errors import UsageError, check_known
from coder.steps.estimates.random_draws import DrawMade, Population, population_of
from coder.steps.scheme.subset import below
from coder.steps.study.study import Study
from coder.store.current_codes import undivided
from coder.types import Table

if TYPE_CHECKING:  # numpy is imported where it is used
    from coder.inference.prevalence import Differences, Shares

TOO_FEW = "too few checked"
DRAW_ONE = "coder audit STUDY --order blind --coder YOU, or coder double-code STUDY --coders YOU,OTHER"


@dataclass(frozen=True)
class Estimate:
    """The share of `units` with a code; nan where it is not known.

    `known` units people have judged by now, `checked` ones were drawn at random for it and judged. `naive` counts the
    machine's code where nobody has judged; `share`, from `low` to `high`, is corrected.
    """

    units: int
    known: int
    checked: int
    naive: float
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Apart:
    """The difference of two shares with its interval; nan where one of them is not known."""

    naive: float
    difference: float
    low: float
    high: float


@dataclass(frozen=True)
class Row:
    """A code in a case, beside the same code in other cases; with all cases together (case '') there are none."""

    code: str
    case: str
    here: Estimate
    others: Estimate | None = None
    apart: Apart | None = None


@dataclass(frozen=True)
class Estimates:
    """What was estimated, from which draws; `notes` are what a reader must know."""

    rows: list[Row]
    draws: list[DrawMade]
    notes: list[str]

    def table(self) -> Table:
        """Return all units together, or case by case with the difference from all other cases, for print."""
        header: tuple[str, ...] = ("code", "case", *_HEADER, "less the other cases [95 %]")
        rows: list[tuple[Any, ...]] = [
            (row.code, row.case, *_cells(row.here), _printed(row.apart)) for row in self.rows
        ]
        if not any(row.case for row in self.rows):
            header, rows = ("code", *_HEADER), [(code, *cells) for code, _, *cells, _ in rows]
        return Table("How often each code occurs", header, tuple(rows), " ".join(self.notes))

    def between_table(self, one: str, other: str) -> Table:
        """Return two cases beside each other for print."""
        header = ("code", f"{one} %", "[95 %]", f"{other} %", "[95 %]", "difference [95 %]")
        rows = tuple(
            (row.code, *_cells(row.here)[-2:], *_cells(row.others)[-2:], _printed(row.apart))
            for row in self.rows
            if row.others
        )
        return Table(f"How often each code occurs: {one} and {other}", header, rows, " ".join(self.notes))

    def draws_table(self) -> Table:
        """Return the random draws, and what each counts for."""
        rows = tuple((draw.at[:10], draw.how, draw.drawn, draw.to_go, _listed(draw), draw.why) for draw in self.draws)
        return Table("Random draws", ("made", "how", "drawn", "to go", "counts for", "why not"), rows)


_HEADER = ("units", "known", "checked", "naive %", "corrected %", "95 % interval")


def estimates_of(study: Study, *, code: str | None = None, by_case: bool = False) -> Estimates:
    """Estimate how often each code occurs, in all units or case by case (with the difference from all other cases).

    Parameters
    ----------
    code
        Only codes at or below this path, or with this value of a facet.

    Raises
    ------
    StudyError
        Nothing is cut into units yet.
    UsageError
        There is no such code.
    """
    from coder.inference.prevalence import difference, estimate

    population, columns = population_of(study), _columns(study, code)
    each, now = population.tallies()
    if not by_case:
        all_ = estimate([sums.sum(axis=0, keepdims=True) for sums in each], now.sum(axis=0, keepdims=True))
        rows = [Row(population.codes[k], "", _estimate(population, all_, 0, k)) for k in columns]
        return Estimates(rows, population.made, _notes(study, population))
    own = estimate(each, now)
    others = estimate([sums.sum(axis=0) - sums for sums in each], now.sum(axis=0) - now)
    apart = difference(own, others)
    cells = [(n, k) for k in columns for n in range(len(population.cases))]
    if len(population.cases) > 1:
        rows = [_row(population, own, others, apart, n, k) for n, k in cells]
    else:
        rows = [Row(population.codes[k], population.cases[n], _estimate(population, own, n, k)) for n, k in cells]
    return Estimates(rows, population.made, _notes(study, population))


def between(study: Study, one: str, other: str, *, code: str | None = None) -> Estimates:
    """Compare how often each code occurs in two cases.

    Raises
    ------
    StudyError, UsageError
        As `estimates_of`, or there is no such case, or both cases are one.
    """
    from coder.inference.prevalence import difference, estimate

    population, columns = population_of(study), _columns(study, code)
    check_known("case", (one, other), population.cases)
    if one == other:
        raise UsageError(f"`{one}` cannot be compared with itself", todo="name two cases")
    each, now = population.tallies()
    first, second = (
        estimate([sums[[n]] for sums in each], now[[n]]) for n in map(population.cases.index, (one, other))
    )
    apart = difference(first, second)
    rows = [replace(_row(population, first, second, apart, 0, k), case=one) for k in columns]
    return Estimates(rows, population.made, _notes(study, population))


def _columns(study: Study, code: str | None) -> list[int]:
    """Return the positions of the codes at or below a path, or with this value of a facet; of all if none is named."""
    kept = below(study, code, retired=False).paths()
    return [k for k, path in enumerate(study.scheme.paths()) if path in kept]


def _notes(study: Study, population: Population) -> list[str]:
    """Return how the numbers came about, and what a reader must know."""
    notes = [
        "Naive: people's judgement where there is one, elsewhere the machine's. Corrected: what people found in random"
        " samples, weighted by one over each unit's chance to be sampled, separately for units with and without the"
        " suggestion; the interval holds whatever the machine's errors are."
    ]
    if not population.machine:
        notes.append("Nothing is suggested yet, so there is no naive count.")
    if not any(draw.cases for draw in population.made):
        notes.append(f"No random draw is finished in which every unit could be drawn: {DRAW_ONE}.")
    if parts := undivided(study.store):
        notes.append(f"{len(parts)} codings of codes that were split are not divided yet; they count as absent.")
    return notes + population.notes


def _estimate(population: Population, shares: Shares, group: int, k: int) -> Estimate:
    found = Estimate(*_cell(shares, group, k))
    return found if population.machine else replace(found, naive=nan)


def _row(population: Population, own: Shares, others: Shares, apart: Differences, group: int, k: int) -> Row:
    here, there = _estimate(population, own, group, k), _estimate(population, others, group, k)
    found = replace(Apart(*_cell(apart, group, k)), naive=here.naive - there.naive)
    return Row(population.codes[k], population.cases[group], here, there, found)


def _cell(arrays: Shares | Differences, group: int, k: int) -> list[Any]:
    """Return the numbers of one group and code, in the order of the fields."""
    return [getattr(arrays, field.name)[group, k].item() for field in fields(arrays)]


def _cells(found: Estimate) -> tuple[Any, ...]:
    if isnan(found.share):
        return found.units, found.known, found.checked, _percent(found.naive), TOO_FEW, ""
    interval = f"{_percent(found.low)} to {_percent(found.high)}"
    return found.units, found.known, found.checked, _percent(found.naive), _percent(found.share), interval


def _percent(share: float) -> str:
    return "none" if isnan(share) else f"{100 * share:.1f}"


def _printed(apart: Apart | None) -> str:
    if apart is None or isnan(apart.difference):
        return TOO_FEW if apart else ""
    return f"{100 * apart.difference:+.1f} [{100 * apart.low:+.1f}, {100 * apart.high:+.1f}]"


def _listed(draw: DrawMade) -> str:
    if not draw.why:
        return "all units"
    return ", ".join(draw.cases[:5]) + (f" and {len(draw.cases) - 5} more" if len(draw.cases) > 5 else "")
