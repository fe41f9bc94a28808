"""How much was coded: sources, references and words coded, for each code and along each facet."""

from __future__ import annotations

from collections.abc import Iterable

from coder.tables.passages import in_order, is_faceted, references, words_coded
from coder.types import Citation, Scheme, Table


def code_statistics(citations: Iterable[Citation], scheme: Scheme, *, words_in_study: int) -> Table:
    """Count what was coded, for each code, rolled up the tree and along each facet.

    - Sources: the transcripts in which the row occurs.
    - References: passages coded. One passage coded by two people counts as two; a passage that one person
      gave several codes of the row counts once in that row.
    - Words coded: white-space separated words. Each word of a transcript counts once in a row: passages that
      overlap or touch are joined first.
    - Share of text: words coded in percent of `words_in_study`. Rows overlap, so shares need not
      add up to 100.

    `Level` says what a row covers: `code`, that code alone; a facet's name (in a tree `heading`), everything
    at that path and below it; `all`, every citation.

    Raises
    ------
    TableError
        If the scheme lacks the code of a citation.
    """
    ordered = in_order(citations, scheme)
    rows = []
    for level, path, codes in _levels(scheme):
        chosen = [cited for cited in ordered if cited.code in codes]
        words = words_coded(chosen)
        rows.append((
            level, path, len({c.transcript for c in chosen}), references(chosen), words,
            len({c.case for c in chosen} - {""}),
            round(100 * words / words_in_study, 2) if words_in_study else None,
        ))  # fmt: skip
    return Table(
        title=f"Coding: {scheme.name}",
        header=("Level", "Code", "Sources", "References", "Words coded", "Cases", "Share of text %"),
        rows=tuple(rows),
        note="A reference is a passage, once per coder. Each word of a transcript counts once in a row. "
        f"Words in the study: {words_in_study}.",
    )


def _levels(scheme: Scheme) -> list[tuple[str, str, set[str]]]:
    """List the rows: their level, their path and the codes that they cover."""
    levels = []
    paths = set(scheme.paths())
    for facet in scheme.facets:
        for value in scheme.of_facet(facet):
            covered = {code.path for code in scheme.codes if _at_or_below(code.facets[facet], value.path)}
            if is_faceted(scheme):
                levels.append((facet, value.path, covered))
                continue
            if covered - {value.path}:
                levels.append(("heading", value.path, covered))
            if value.path in paths:
                levels.append(("code", value.path, {value.path}))
    if is_faceted(scheme):
        levels += [("code", code.path, {code.path}) for code in scheme.codes]
    return [*levels, ("all", "all codes", paths)]


def _at_or_below(path: str, heading: str) -> bool:
    return path == heading or path.startswith(f"{heading}/")
