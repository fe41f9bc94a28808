"""Which codes come together on the same units."""

from __future__ import annotations

from dataclasses import dataclass

from coder.errors import UsageError, did_you_mean
from coder.steps.findings.coverage import Reading, coded_in, readings
from coder.steps.findings.selection import Findings
from coder.steps.study.study import Study
from coder.tables.axes import axis
from coder.tables.cooccurrence import Pair, pairs_of, pairs_table, square
from coder.types import Table


@dataclass(frozen=True)
class Together:
    """Codes (or values of a facet) on the units that were read: by code, who gave it to which unit; and all pairs.

    A unit that two people read counts once for each: two codes come together where one person gave both. What people
    disagree about does not come together.
    """

    things: str
    units: dict[str, set[Reading]]
    n: int
    found: Findings

    @property
    def pairs(self) -> list[Pair]:
        """The pairs that meet, most frequent first."""
        return pairs_of(self.units, self.n)

    def table(self) -> Table:
        """Return the pairs for print."""
        return self._noted(pairs_table(self.pairs, things=self.things, n=self.n, of=len(self.units)))

    def square(self) -> Table:
        """Return all against all for print."""
        return self._noted(square(self.units, things=self.things, n=self.n))

    def _noted(self, table: Table) -> Table:
        note = (
            f"{table.note} A unit counts once for each person who read it; two codes meet where one person gave both."
        )
        return self.found.noted([Table(table.title, table.header, table.rows, note)])[0]


def cooccurrence(study: Study, found: Findings, *, facet: str = "code") -> Together:
    """Find which codes come together.

    Parameters
    ----------
    facet
        `code`, a facet of the scheme, or `heading`: the first part of a code's path.

    Raises
    ------
    UsageError
        There is no such facet.
    StudyError
        Nothing is cut into units yet.
    """
    known = list(dict.fromkeys(["code", "heading", *found.scheme.facets]))
    if facet not in known:
        todo = did_you_mean(facet, known) or f"choose one of: {', '.join(known)}"
        raise UsageError(f"the scheme has no facet `{facet}`", todo=todo)
    side = axis(facet, found.citations, found.scheme, found.cases)
    units: dict[str, set[Reading]] = {value: set() for value in side.values}
    for cited, places in zip(found.citations, coded_in(study, found.selection, found.citations), strict=True):
        units[side.of(cited)] |= places
    read = readings(study, found.selection).union(*units.values())
    return Together(side.title.lower(), units, len(read), found)
