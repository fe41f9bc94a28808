"""How much was coded: sources, references and words coded, for each code and along each facet."""

from __future__ import annotations

from collections.abc import Iterable

from coder.tables.citation_order import by_code, in_order, is_faceted, passages, references, words_coded
from coder.types import Citation, Provenance, Scheme, Table

_SPLIT = {kind: kind.capitalize() for kind in Provenance}
_HEADER = (
    "Level", "Code", "Sources", "References", "Passages", "Words coded", "Share of text %", "Cases", *_SPLIT.values(),
)  # fmt: skip
_NOTE = (
    "Sources: transcripts. References: passages, one for each person who coded them, as NVivo counts. Passages: the "
    "same words once, whoever coded them. Words coded: each word of a transcript once in a row, also where passages "
    "overlap (NVivo may count such words again); a letter of a script without blanks between words, such as Chinese, "
    "is a word. The last four columns count all references, also those that the other columns leave out. Human: coded "
    "unaided. Accepted: suggestions that a person accepted. Bulk: accepted in bulk and seen by nobody. Unreviewed: "
    "suggestions that nobody has answered."
)


def code_statistics(
    citations: Iterable[Citation],
    scheme: Scheme,
    *,
    words_in_study: int,
    every: Iterable[Citation] | None = None,
) -> Table:
    """Count what was coded, for each code, rolled up the tree and along each facet.

    - Sources: the transcripts in which the row occurs.
    - References: passages coded. One passage coded by two people counts as two; a passage that one person
      gave several codes of the row counts once in that row.
    - Passages: the same, but the same words count once, whoever coded them. Where two people set borders
      differently there are two passages.
    - Words coded: white-space separated words. Each word of a transcript counts once in a row: passages that
      overlap or touch are joined first.
    - Share of text: words coded in percent of `words_in_study`. Rows overlap, so shares need not
      add up to 100.
    - Human, Accepted, Bulk, Unreviewed: references by provenance, over `every`.

    `Level` says what a row covers: `code`, that code alone; a facet's name (in a tree `heading`), everything
    at that path and below it; `all`, every citation.

    Parameters
    ----------
    every
        All citations, also those of a provenance that was not chosen; `citations` if not given.

    Raises
    ------
    TableError
        If the scheme lacks the code of a citation.
    """
    chosen = by_code(in_order(citations, scheme))
    split = chosen if every is None else by_code(in_order(every, scheme))
    rows = []
    for level, path, codes in _levels(scheme):
        here = [cited for code in codes for cited in chosen.get(code, ())]
        also = [cited for code in codes for cited in split.get(code, ())]
        words = words_coded(here)
        rows.append((
            level, path, len({c.transcript for c in here}), references(here), passages(here), words,
            round(100 * words / words_in_study, 2) if words_in_study else None,
            len({c.case for c in here} - {""}),
            *(references(c for c in also if c.provenance is kind) for kind in _SPLIT),
        ))  # fmt: skip
    return Table(f"Coding: {scheme.name}", _HEADER, tuple(rows), f"{_NOTE} Words in the study: {words_in_study}.")


def _levels(scheme: Scheme) -> list[tuple[str, str, set[str]]]:
    """List the rows: their level, their path and the codes that they cover."""
    levels = []
    paths = set(scheme.paths())
    for facet in scheme.facets:
        for value in scheme.of_facet(facet):
            covered = {c.path for c in scheme.codes if f"{c.facets[facet]}/".startswith(f"{value.path}/")}
            if is_faceted(scheme):
                levels += [(facet, value.path, covered)] if covered else []
                continue
            if covered - {value.path}:
                levels.append(("heading", value.path, covered))
            if value.path in paths:
                levels.append(("code", value.path, {value.path}))
    if is_faceted(scheme):
        levels += [("code", code.path, {code.path}) for code in scheme.codes]
    return [*levels, ("all", "all codes", paths)]
