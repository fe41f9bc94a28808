"""The figures of a study's findings: what is counted for each of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from coder.errors import UsageError
from coder.scheme.flow import parties
from coder.steps.cooccurring import cooccurrence
from coder.steps.findings.cross_tables import case_matrix
from coder.steps.findings.saturation import saturation_of
from coder.steps.findings.selection import Findings
from coder.steps.study.study import Study
from coder.steps.timing import timeline_figure
from coder.tables.axes import usual_columns
from coder.tables.citation_order import by_code, references
from coder.types import Citation, FacetValue

if TYPE_CHECKING:  # matplotlib is imported where it is used
    from coder.figures.drawing import Drawing

FIGURES = ("flow", "frequency", "matrix", "network", "timeline", "saturation")
MECHANISMS = 3
"""So many of the most frequent mechanisms stand beside an arrow."""


@dataclass(frozen=True)
class Wanted:
    """What a figure is to show.

    Attributes
    ----------
    facet
        For `frequency`, `network` and `timeline`: `code`, or a facet of the scheme.
    rows, columns
        The sides of the `matrix`.
    transcript
        The interview of the `timeline`.
    least
        For the `network`: pairs with fewer units in common are left out.
    """

    facet: str = "code"
    rows: str = "case"
    columns: str | None = None
    transcript: str = ""
    least: int = 1


def figure_file(path: Path) -> Path:
    """Return the path of a file for a figure, or say why there can be none.

    Raises
    ------
    UsageError
        Its name does not end in a format of figures.
    """
    from coder.figures.drawing import format_of

    format_of(path)
    return path


def figure(study: Study, found: Findings, what: str, wanted: Wanted | None = None) -> Drawing:
    """Draw one of `FIGURES`.

    Raises
    ------
    UsageError
        There is nothing to draw.
    TableError
        A side of the matrix is nothing that is known.
    """
    wanted = wanted or Wanted()
    if what == "saturation":
        return saturation_of(study).figure()
    if not found.citations:
        raise UsageError("nothing is coded yet, or nothing of what was asked for", where=study.folder)
    match what:
        case "flow":
            return flow_figure(found)
        case "frequency":
            return frequency_figure(found, wanted.facet)
        case "matrix":
            return matrix_figure(found, wanted.rows, wanted.columns)
        case "network":
            return network_figure(study, found, wanted.facet, wanted.least)
        case _:
            return timeline_figure(study, found, wanted.transcript, wanted.facet)


def flow_figure(found: Findings) -> Drawing:
    """Draw where knowledge goes, as the values of the scheme say it.

    Raises
    ------
    UsageError
        No value of the scheme says where knowledge goes.
    """
    from coder.figures.flow import Flow, knowledge_flow

    flows, of_code = [], by_code(found.citations)
    for value in found.scheme.values:
        codes = [code for code in found.scheme.codes if code.facets.get(value.facet) == value.path]
        way = parties(value.flow)
        if not way or not codes:
            continue
        cited = [c for code in codes for c in of_code.get(code.path, ())]
        label = value.path.rpartition("/")[0] or value.path
        flows.append(Flow(*way, references(cited), label, _most_frequent(found, value, cited)))
    if not flows:
        todo = "write `flow: firm > customers`, or `flow: customers = suppliers`, with each dimension of scheme.yaml"
        raise UsageError("the scheme does not say where knowledge goes", todo=todo)
    return knowledge_flow("Knowledge flow", flows, note=found.made_from)


def _most_frequent(found: Findings, value: FacetValue, cited: list[Citation]) -> str:
    """Name the most frequent values of the first other facet."""
    other = next((facet for facet in found.scheme.facets if facet != value.facet), None)
    if other is None:
        return ""
    of_value: dict[str, list[Citation]] = {one.path: [] for one in found.scheme.of_facet(other)}
    for c in cited:
        of_value[c.facets[other]].append(c)
    counts = Counter({name: references(those) for name, those in of_value.items()})
    return ", ".join(f"{name} {n}" for name, n in counts.most_common(MECHANISMS) if n)


def frequency_figure(found: Findings, facet: str = "code") -> Drawing:
    """Draw how often each code, or value of a facet, occurs in each case."""
    from coder.figures.frequency import frequency

    names, cases, counts = _counts(found, facet, "case")
    return frequency(f"Citations by {facet} and case", names, cases, counts, found.made_from)


def matrix_figure(found: Findings, rows: str = "case", columns: str | None = None) -> Drawing:
    """Draw the heat map of a cross table."""
    from coder.figures.heat import heat_map

    columns = columns or usual_columns(found.scheme)
    down, across, counts = _counts(found, rows, columns)
    title = f"Citations by {rows} and {columns}"
    return heat_map(title, down, across, counts, down=rows, across=columns, note=found.made_from)


def _counts(found: Findings, rows: str, columns: str) -> tuple[list[str], list[str], list[list[float]]]:
    """Return the names along both sides of a cross table of counts and its cells, without the sums."""
    table = case_matrix(found, rows=rows, columns=columns, cells="counts")
    body = [[float(n or 0) for n in row[1:-1]] for row in table.rows[:-1]]
    return [str(row[0]) for row in table.rows[:-1]], list(table.header[1:-1]), body


def network_figure(study: Study, found: Findings, facet: str = "code", least: int = 1) -> Drawing:
    """Draw which codes, or values of a facet, come together on the same units."""
    from coder.figures.network import Tie, network

    together = cooccurrence(study, found, facet=facet)
    units = {name: len(those) for name, those in together.units.items()}
    ties = [Tie(pair.a, pair.b, pair.both, pair.lift) for pair in together.pairs]
    note = f"Of {together.n} units that were read. Pairs with at least {least} in common. {found.made_from}"
    return network(f"Co-occurrence of {together.things}", units, ties, least=least, note=note)
