"""Agreement on the passages that people marked: their characters, their borders, and their values in each facet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from math import isnan
from typing import TYPE_CHECKING, Any

from coder.errors import StudyError, check_known
from coder.steps.coding.judgements import people
from coder.steps.coding.ratings import blind_judgements
from coder.steps.study.study import Study
from coder.types import Progress, Scheme, Table, silent

if TYPE_CHECKING:  # numpy is imported where it is used
    from coder.agreement.bootstrap import Interval
    from coder.agreement.gamma import GammaRow
    from coder.agreement.span_rows import DomainRow, SpanRow

REPLICATES = 2000
CHARACTER_COLUMNS = {"percent": "agree %", "positive": "F1", "kappa": "kappa", "u_alpha": "u-alpha"}
"""Alpha is in the JSON form: over thousands of characters it is kappa but for the fourth digit."""
SEGMENT_COLUMNS = {"overlap": "agree %", "exact_f1": "F1 exact", "partial_f1": "F1 partial"}
DOMAIN_COLUMNS = {
    "u_alpha": "u-alpha",
    "binary_u_alpha": "|u-alpha",
    "cu_alpha": "cu-alpha",
    "c_alpha_binary": "c-alpha-binary",
}
HEADINGS = "headings"
"""The domain of a tree's headings."""
HOW = (
    "Domains are the scheme's facets; each code has a value in all of them, so there is no Cu-alpha.",
    "Domains are the scheme's headings; in the last row, of the headings themselves, cu-alpha is Cu-alpha.",
)
"""The notes on domains: of facets, of a tree."""
SHARES = ("percent", "overlap")
"""Printed as percentages, without their interval."""

Row = tuple[str | int | float | None, ...]


@dataclass(frozen=True)
class SpansAgreed:
    """Agreement of one set of coders on spans.

    `overlap` is the percentage by which segments must overlap to agree; `gamma` is None where it was not asked for.
    """

    title: str
    characters: int
    transcripts: int
    rows: list[SpanRow]
    domains: list[DomainRow]
    overlap: float
    gamma: list[GammaRow] | None = None

    def tables(self) -> list[Table]:
        """Return it as tables for print: characters, segments (of two coders), facets, gamma."""
        found = [self._characters()]
        if self.rows[0].agreements is not None:
            found.append(self._segments())
        found += [self._domains(), self._values()]
        return [*found, self._gamma()] if self.gamma is not None else found

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values for JSON; what is undefined is None."""
        from coder.agreement.agreement_rows import rows_as_dicts, without_nan

        return {
            "title": self.title,
            "characters": self.characters,
            "transcripts": self.transcripts,
            "overlap_percent": self.overlap,
            "codes": rows_as_dicts(self.rows),
            "domains": rows_as_dicts(self.domains),
            "gamma": self.gamma and [without_nan(asdict(row)) for row in self.gamma],
        }

    def _characters(self) -> Table:
        names = list(self.rows[0].coded)
        header = ("code", "marked", *CHARACTER_COLUMNS.values())
        rows: tuple[Row, ...] = tuple(
            (row.label, _listed(row.coded), *_cells(row, CHARACTER_COLUMNS)) for row in self.rows
        )
        note = (
            f"Every character counts that all of them read as a whole: {self.characters} in {self.transcripts} "
            f"transcripts. Marked: characters, by {', '.join(names)}. [..]: 95 % intervals over transcripts. u-alpha: "
            "Krippendorff et al. 2016; over all codes, "
            "their combinations are the values."
        )
        return Table(f"{self.title}: characters", header, rows, note)

    def _segments(self) -> Table:
        names = list(self.rows[0].segments)
        header = ("code", "segments", "agree", "disagree", *SEGMENT_COLUMNS.values())
        rows = tuple(
            (row.label, _listed(row.segments), row.agreements, row.disagreements, *_cells(row, SEGMENT_COLUMNS))
            for row in self.rows
        )
        note = (
            f"Segments: of {', '.join(names)}. Two of a code agree when they have at least {self.overlap:g} % of "
            "what they cover together in common; each segment of each coder is tested, so that a pair counts twice. "
            "F1 partial: a character in common is enough."
        )
        return Table(f"{self.title}: segments", header, rows, note)

    def _domains(self) -> Table:
        header = ("domain", *DOMAIN_COLUMNS.values(), "cu-alpha covers %", "combined %")
        rows = tuple(
            (row.domain, *_cells(row, DOMAIN_COLUMNS), _percent(row.coverage), _percent(row.combined))
            for row in self.domains
        )
        note = (
            "u-alpha: passages and values; |u-alpha: what is marked at all; cu-alpha: values where passages of two "
            "coders meet; c-alpha-binary: as |u-alpha, character by character. Where a coder gave a stretch several "
            "values, their combination is a value of its own: combined % of what was marked. "
            + HOW[HEADINGS in {row.domain for row in self.domains}]
        )
        return Table(f"{self.title}: domains", header, rows, note)

    def _values(self) -> Table:
        rows = tuple(
            (row.domain, value.value, _with_interval(value.alpha, value.interval), _percent(value.coverage))
            for row in self.domains
            for value in row.by_value
        )
        header = ("domain", "value", "(k)u-alpha", "covers %")
        return Table(f"{self.title}: values", header, rows, "On the characters where passages of two coders meet.")

    def _gamma(self) -> Table:
        from statistics import fmean

        from coder.agreement.number_format import digits

        found = self.gamma or []
        rows: list[Row] = [(r.transcript, r.units, digits(r.gamma), digits(r.gamma_cat)) for r in found]
        defined = [row.gamma for row in found if not isnan(row.gamma)]
        rows.append((f"mean of {len(defined)}", None, digits(fmean(defined) if defined else float("nan")), None))
        note = "Mathet, Widlöcher & Métivier 2015, by pygamma-agreement; undefined where a coder marked nothing."
        return Table(f"{self.title}: gamma", ("transcript", "passages", "gamma", "gamma-cat"), tuple(rows), note)


def agreement_on_spans(
    study: Study,
    *,
    coders: Sequence[str] = (),
    overlap: float = 90.0,
    gamma: bool = False,
    replicates: int = REPLICATES,
    progress: Progress = silent,
) -> list[SpansAgreed]:
    """Return agreement on the passages that people marked: of all of them where they are more than two, then by pairs.

    What counts are blind judgements before adjudication, on the characters that all of the compared read as a
    whole. The adjudicator is left out unless named.

    Raises
    ------
    StudyError
        No two of the coders have read the same characters as a whole.
    UsageError
        There is no coder of a name that was given, the overlap is no percentage, or gamma is not installed.
    """
    known = people(study)
    check_known("coder", coders, known)
    judged = blind_judgements(study)
    chosen = tuple(coders) or tuple(name for name in known if name in judged and name != study.settings.adjudicator)
    sets = [*([chosen] if len(chosen) > 2 else []), *combinations(chosen, 2)]
    found = []
    for n, names in enumerate(sets):
        progress("agreement on spans", n, len(sets))
        one = _agreed(study, {name: judged.get(name, []) for name in names}, overlap, gamma, replicates)
        found += [one] if one else []
    progress("agreement on spans", len(sets), len(sets))
    if not found:
        raise StudyError(
            "no two coders have read the same text as a whole",
            where=study.folder,
            todo="import codings with --complete, or let a second coder read the units: `coder review`",
        )
    return found


def _agreed(
    study: Study, judged: Mapping[str, list[Any]], overlap: float, gamma: bool, replicates: int
) -> SpansAgreed | None:
    """Return the agreement of a set of coders; None where they read nothing together."""
    from coder.agreement.gamma import gamma_rows
    from coder.agreement.span_rows import domain_row, span_rows
    from coder.agreement.spans import lay

    line = lay(judged, codes=study.scheme.paths())
    if not line.transcripts:
        return None
    names = list(judged)
    return SpansAgreed(
        title=f"{', '.join(names[:-1])} and {names[-1]}",
        characters=int(line.lengths.sum()),
        transcripts=len(line.transcripts),
        rows=span_rows(line, percent=overlap, replicates=replicates),
        domains=[
            domain_row(line, name, values, replicates=replicates)
            for name, values in semantic_domains(study.scheme).items()
        ],
        overlap=overlap,
        gamma=gamma_rows(line) if gamma else None,
    )


def semantic_domains(scheme: Scheme) -> dict[str, dict[str, str]]:
    """Return the semantic domains of a scheme: name -> code -> the value that it stands for.

    Each facet is a domain with its values. In a tree without facets each heading is one, with its codes, and `headings`
    asks which of them coders find: its cu-alpha is Cu-alpha. A flat list is one domain.
    """
    if len(scheme.facets) > 1:
        return {facet: {code.path: code.facets[facet] for code in scheme.codes} for facet in scheme.facets}
    heading = {path: path.partition("/")[0] for path in scheme.paths()}
    if len(set(heading.values())) in {1, len(heading)}:
        return {facet: {path: path for path in heading} for facet in scheme.facets}
    each = {name: {path: path for path, own in heading.items() if own == name} for name in heading.values()}
    return {**each, HEADINGS: heading}


def _cells(row: SpanRow | DomainRow, columns: Mapping[str, str]) -> list[str]:
    return [
        _percent(row.values[name]) if name in SHARES else _with_interval(row.values[name], row.intervals[name])
        for name in columns
    ]


def _with_interval(value: float, interval: Interval) -> str:
    from coder.agreement.number_format import with_interval

    return with_interval(value, interval.low, interval.high)


def _listed(numbers: Mapping[str, int]) -> str:
    return ", ".join(map(str, numbers.values()))


def _percent(share: float) -> str:
    return "undefined" if isnan(share) else f"{100 * share:.1f}"
