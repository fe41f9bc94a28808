"""Citation tables: every coded passage in its own words, with who said it, where, who coded it and when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from coder.errors import TableError, did_you_mean
from coder.tables.passages import clock, column, in_order, is_faceted
from coder.types import Citation, Code, Provenance, Scheme, Table

_EVIDENCE = (
    "Citation", "Transcript", "Turn", "Start", "End", "Time",
    "Coder", "Coded at", "Provenance", "Suggested by", "Score", "Event",
)  # fmt: skip
_FLAT = (
    "code", "case", "speaker", "title", "transcript", "turn", "start", "end", "at", "words",
    "coder", "coded_at", "provenance", "suggested_by", "score", "memo", "event",
)  # fmt: skip


def citation_tables(citations: Iterable[Citation], scheme: Scheme, *, first_facet: str | None = None) -> list[Table]:
    """Make the tables of a study's findings: `Mechanism | Citation (Firm)`, and the evidence beside it.

    A faceted scheme gives one table for each value of `first_facet` (by default the scheme's first), and the
    other facets are the columns before the citation. A tree gives one table for each top-level heading, a
    flat list one table. Rows stand in the scheme's order of codes, then by case, transcript and offset; a
    code that nothing was coded with has a row saying `no citation`.

    Raises
    ------
    TableError
        If the scheme lacks `first_facet`, or the code of a citation.
    """
    first = scheme.facets[0] if first_facet is None else first_facet
    if first not in scheme.facets:
        raise TableError(
            f"the scheme `{scheme.name}` has no facet `{first}`",
            todo=did_you_mean(first, scheme.facets) or f"choose one of: {', '.join(scheme.facets)}",
        )
    found: dict[str, list[Citation]] = defaultdict(list)
    for cited in in_order(citations, scheme):
        found[cited.code].append(cited)
    columns = tuple(facet for facet in scheme.facets if facet != first) or (first,)
    return [_table(title, columns, codes, found) for title, codes in _grouped(scheme, first).items() if codes]


def _grouped(scheme: Scheme, first: str) -> dict[str, list[Code]]:
    """Put the codes of a scheme under the titles of their tables."""
    if is_faceted(scheme):
        groups: dict[str, list[Code]] = {value.path: [] for value in scheme.of_facet(first)}
        for code in scheme.codes:
            groups[code.facets[first]].append(code)
        return groups
    if not any("/" in code.path for code in scheme.codes):
        return {scheme.name: list(scheme.codes)}
    tree: dict[str, list[Code]] = defaultdict(list)
    for code in scheme.codes:
        tree[code.path.partition("/")[0]].append(code)
    return tree


def _table(title: str, columns: tuple[str, ...], codes: list[Code], found: dict[str, list[Citation]]) -> Table:
    named = tuple(column(name[:1].upper() + name[1:], _EVIDENCE) for name in columns)
    rows: list[tuple[str | int | float | None, ...]] = []
    for code in codes:
        values = tuple(code.facets[name] for name in columns)
        rows.extend((*values, *_evidence(cited)) for cited in found[code.path])
        if not found[code.path]:
            rows.append((*values, "no citation", *(None,) * (len(_EVIDENCE) - 1)))
    return Table(title, (*named, *_EVIDENCE), tuple(rows), _note([c for code in codes for c in found[code.path]]))


def _evidence(cited: Citation) -> tuple[str | int | float | None, ...]:
    return (
        f"{cited.words} {in_running_text(cited)}", cited.transcript, cited.turn, cited.start, cited.end,
        clock(cited.at_ms), cited.coder, cited.coded_at, cited.provenance.value, cited.suggested_by,
        _rounded(cited.score), cited.event,
    )  # fmt: skip


def in_running_text(cited: Citation) -> str:
    """Name the speaker as running text does, `(CEO, Cell)`; the label stands in for an unknown title."""
    return f"({', '.join(filter(None, (cited.title or cited.speaker, cited.case)))})"


def _note(citations: list[Citation]) -> str:
    waiting = sum(cited.provenance is Provenance.UNREVIEWED for cited in citations)
    return (
        f"Citations: {len(citations)}. Transcripts: {len({c.transcript for c in citations})}. "
        f"Cases: {len({c.case for c in citations} - {''})}. Suggested and not yet reviewed: {waiting}."
    )


def _rounded(score: float | None) -> float | None:
    return None if score is None else round(score, 4)


def citation_rows(citations: Iterable[Citation], scheme: Scheme) -> Table:
    """List the same citations as one flat table for machines: the words exactly, a column for each facet.

    Raises
    ------
    TableError
        If the scheme lacks the code of a citation.
    """
    facets = scheme.facets if is_faceted(scheme) else ()
    codes = {code.path: code for code in scheme.codes}
    rows = [
        (
            c.code, *(codes[c.code].facets[facet] for facet in facets),
            c.case, c.speaker, c.title, c.transcript, c.turn, c.start, c.end, clock(c.at_ms), c.words,
            c.coder, c.coded_at, c.provenance.value, c.suggested_by, _rounded(c.score), c.memo, c.event,
        )
        for c in in_order(citations, scheme)
    ]  # fmt: skip
    named = (column(facet, _FLAT) for facet in facets)
    return Table(f"Citations: {scheme.name}", (_FLAT[0], *named, *_FLAT[1:]), tuple(rows))
