"""The figures of a study's findings: what is counted for each of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from coder.errors import UsageError, did_you_mean
from coder.natural_sort import natural
from coder.rules import count_words
from coder.scheme.flow import parties
from coder.steps.findings.cross_tables import case_matrix, cooccurrence
from coder.steps.findings.saturation import saturation_of
from coder.steps.findings.selection import Findings
from coder.steps.study.study import Study
from coder.store import corpus
from coder.tables.axes import axis, usual_columns
from coder.tables.citation_order import by_code, references
from coder.types import Citation, FacetValue, Provenance, Role, Transcript

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
    drawn: dict[str, Callable[[], Drawing]] = {
        "flow": lambda: flow_figure(found),
        "frequency": lambda: frequency_figure(found, wanted.facet),
        "matrix": lambda: matrix_figure(found, wanted.rows, wanted.columns),
        "network": lambda: network_figure(study, found, wanted.facet, wanted.least),
        "timeline": lambda: timeline_figure(study, found, wanted.transcript, wanted.facet),
    }
    return drawn[what]()


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
    from coder.figures.heat import frequency

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


_SEEN = (Provenance.HUMAN, Provenance.ACCEPTED)


def timeline_figure(study: Study, found: Findings, transcript: str = "", facet: str = "code") -> Drawing:
    """Draw which codes, or values of a facet, occur where in an interview.

    Parameters
    ----------
    transcript
        Its name, or what it is called in print; may be left out if all citations are of one.

    Raises
    ------
    UsageError
        There is no such transcript, or no citation from it.
    TableError
        There is no such facet.
    """
    from coder.figures.charts import Passage, timeline

    stored = corpus.transcripts(study.store)
    name = _chosen(stored, found, transcript)
    cited = [c for c in found.citations if c.transcript == found.called(name)]
    text = stored[name].transcript
    side = axis(facet, found.citations, found.scheme, found.cases)
    here = {side.of(c) for c in cited}
    place, end, measure = _places(text)
    passages = dict.fromkeys(Passage(side.of(c), place(c.start), place(c.end), c.provenance in _SEEN) for c in cited)
    speakers = corpus.speakers(study.store).get(name, {})
    asked = [t for t in text.turns if (one := speakers.get(t.speaker)) and one.role is Role.INTERVIEWER]
    title = f"{found.called(name)}: {side.title.lower()} along the interview"
    rows = [value for value in side.values if value in here]
    questions = [place(turn.start) for turn in asked]
    return timeline(title, rows, list(passages), end, measure, questions=questions, note=found.made_from)


def _chosen(names: Iterable[str], found: Findings, transcript: str) -> str:
    """Return a transcript's own name, whether it or what it is called in print was given."""
    own = {found.called(name): name for name in names}
    coded = sorted({cited.transcript for cited in found.citations}, key=natural)
    if not transcript and len(coded) == 1:
        return own[coded[0]]
    if not transcript:
        raise UsageError(
            "a timeline is of one interview", todo=f"--transcript {quote(coded[0])}, or another of {len(coded)}"
        )
    known = own | {name: name for name in own.values()}
    if transcript not in known:
        todo = did_you_mean(transcript, known) or "`coder transcripts STUDY` lists them"
        raise UsageError(f"there is no transcript `{transcript}`", todo=todo)
    if found.called(known[transcript]) not in coded:
        raise UsageError(f"in `{transcript}` nothing is coded of what was asked for")
    return known[transcript]


def _places(text: Transcript) -> tuple[Callable[[int], float], float, str]:
    """Return where an offset lies: in minutes if the turns have times, else in percent of the words; and the end."""
    import numpy as np

    turns = [turn for turn in text.turns if turn.start < turn.end]
    starts, ends = [turn.start for turn in turns], [turn.end for turn in turns]
    times = [turn.at_ms for turn in turns if turn.at_ms is not None]
    if len(times) == len(turns) and times and times == sorted(times):
        last = turns[-1].until_ms or times[-1] + round(times[-1] * (ends[-1] - starts[-1]) / max(1, starts[-1]))
        knots, values = [*starts, ends[-1]], [time / 60_000 for time in (*times, max(last, times[-1]))]
        measure = "minutes"
    else:
        words = list(accumulate((count_words(text.words(t.start, t.end)) for t in turns), initial=0))
        knots, values = [*starts, *ends[-1:]], [100 * n / max(1, words[-1]) for n in words]
        measure = "percent of the words spoken"
    return lambda offset: float(np.interp(offset, knots, values)), values[-1], measure
