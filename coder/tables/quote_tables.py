"""Citation tables: every coded passage in its own words, with who said it, where, who coded it and when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from coder.errors import TableError, check_known
from coder.tables.citation_order import by_code, clock, column, in_order, is_faceted, minute, one_a_passage, rounded
from coder.types import Citation, Code, Provenance, Scheme, Table

ID, CODERS, CODING, EVIDENCE = "Id", "Coders", "Coding", "Evidence"
NO_CITATION, NONE_CHOSEN, NOT_TRANSLATED = "no citation", "none chosen", "[not translated]"
_EVIDENCE = (
    ID, "Transcript", "Turn", "Time", "Characters",
    "Coder", "Coded at", "Provenance", "Suggested by", "Score", "Edited",
)  # fmt: skip
Cell = str | int | float | None
_FLAT = (
    "code", "case", "speaker", "title", "transcript", "turn", "start", "end", "at", "words",
    "coder", "coded_at", "provenance", "suggested_by", "score", "memo", "event",
)  # fmt: skip


def citation_tables(
    citations: Iterable[Citation],
    scheme: Scheme,
    *,
    first_facet: str | None = None,
    chosen: Iterable[Citation] | None = None,
    languages: Sequence[str] = (),
    original: str = "en",
    evidence: bool = True,
) -> list[Table]:
    """Make the tables of a study's findings, `Mechanism | Citation | Id`, and one of the evidence for each id.

    A faceted scheme gives one table for each value of `first_facet` (by default the scheme's first), and the other
    facets are the columns before the citation. A tree gives one table for each top-level heading, with the rest of
    each code's path, a flat list one table. Rows stand in the scheme's order of codes, then by case, transcript and
    offset; a code that nothing was coded with has a row saying `no citation`. What several people coded alike is one
    row, under the id of the first coding; a column `Coders` names them, and the evidence has a row for each.

    Parameters
    ----------
    chosen
        Those of the citations that are printed, for each code in the order in which they are; by default all.
        Where some are left out, a column `Citations` says how many a code has in all.
    languages
        A column of citations for each, such as `("en", "sv")`; by default the original alone. What lacks a translation
        is marked `[not translated]`, and the original stands there unless it has a column of its own.
    original
        The language of the transcripts.
    evidence
        Add the table `Evidence`, a row for each id.

    Raises
    ------
    TableError
        If the scheme lacks `first_facet`, or the code of a citation.
    """
    first = scheme.facets[0] if first_facet is None else first_facet
    check_known("facet", [first], scheme.facets, TableError)
    everything = in_order(one_a_passage(citations), scheme)
    shown = everything if chosen is None else one_a_passage(chosen)
    facets = tuple(facet for facet in scheme.facets if facet != first) or (first,)
    languages = tuple(languages) or (original,)
    words = [f"Citation ({language})" for language in languages] if languages != (original,) else ["Citation"]
    counts = ["Citations"] * (len(shown) < len(everything))
    coders = [CODERS] * any(cited.also for cited in shown)
    taken = ("Citations", CODERS, CODING, *words, *_EVIDENCE)
    before = [*(column(name[:1].upper() + name[1:], taken) for name in facets), *counts]
    header = (*before, *words, *coders, ID)
    found, printed = by_code(everything), by_code(shown)
    tables = []
    for title, codes in _grouped(scheme, first).items():
        rows: list[tuple[Cell, ...]] = []
        above = "" if is_faceted(scheme) else f"{title}/"  # a tree's title is the heading of its codes
        for code in codes:
            start: list[Cell] = [code.facets[name].removeprefix(above) for name in facets]
            start += [len(found[code.path])] * len(counts)
            for cited in printed[code.path]:
                said = (_in_language(cited, language, original, languages) for language in languages)
                rows.append((*start, *said, *[cited.coders] * len(coders), cited.event))
            if not printed[code.path]:
                nothing = NONE_CHOSEN if found[code.path] else NO_CITATION
                rows.append((*start, nothing, *[None] * len([*words, *coders])))
        note = _note([c for code in codes for c in found[code.path]], sum(len(printed[code.path]) for code in codes))
        tables += [Table(title, header, tuple(rows), note, grouped=len(before))] if codes else []
    return [*tables, _evidence_table(shown)] if evidence and shown else tables


def _in_language(cited: Citation, language: str, original: str, languages: Sequence[str]) -> str:
    """Return a citation in one of the languages that are printed, with its speaker; marked where it lacks that one."""
    text = cited.text if language == original else cited.translations.get(language)
    if text is None:
        text = NOT_TRANSLATED if original in languages else f"{cited.text} {NOT_TRANSLATED}"
    return f"{' '.join(text.split())} {in_running_text(cited)}"


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


def _evidence_table(citations: Iterable[Citation]) -> Table:
    """Return the chain of evidence of each printed citation, in the order of their ids: a row for each coding."""
    shown = sorted(citations, key=lambda c: c.event)
    several = any(cited.also for cited in shown)
    rows = [
        (
            cited.event, *[c.event] * several, c.transcript, c.turn + 1, clock(c.at_ms), f"{c.start}–{c.end}",
            c.coder, minute(c.coded_at), c.provenance.value, c.suggested_by, rounded(c.score, 4),
            "yes" if c.printed else "",
        )
        for cited in shown for c in cited.codings
    ]  # fmt: skip
    note = (
        f"Id: the {'first ' * several}coding's number in the study's log. Time: in the recording. Characters: from the "
        "first, which is 0, up to the second, without it. Coded at: UTC. Edited: printed with changes; the transcript "
        "has the words as they were said."
    )
    return Table(EVIDENCE, (ID, *[CODING] * several, *_EVIDENCE[1:]), tuple(rows), note, key=ID)


def in_running_text(cited: Citation) -> str:
    """Name the speaker as running text does, `(CEO, Cell)`; the label stands in for an unknown title."""
    return f"({', '.join(filter(None, (cited.title or cited.speaker, cited.case)))})"


def _note(citations: list[Citation], printed: int) -> str:
    waiting = sum(cited.provenance is Provenance.UNREVIEWED for cited in citations)
    left_out = f", of which {printed} printed" if printed < len(citations) else ""
    codings = sum(len(cited.codings) for cited in citations)
    alike = f" (codings: {codings}, as several people coded some alike)" if codings > len(citations) else ""
    return (
        f"Citations: {len(citations)}{alike}{left_out}. Transcripts: {len({c.transcript for c in citations})}. "
        f"Cases: {len({c.case for c in citations} - {''})}. Suggested and not yet reviewed: {waiting}."
    )


def citation_rows(citations: Iterable[Citation], scheme: Scheme) -> Table:
    """List the same citations as one flat table for machines: the words exactly, a column for each facet.

    Where there are any, further columns have the words as printed, whether a citation was pinned, its translations, the
    speaker's role and the transcript's attributes.

    Raises
    ------
    TableError
        If the scheme lacks the code of a citation.
    """
    facets = scheme.facets if is_faceted(scheme) else ()
    codes = {code.path: code for code in scheme.codes}
    found = in_order(citations, scheme)
    more = _further(found)
    rows = [
        (
            c.code, *(codes[c.code].facets[facet] for facet in facets),
            c.case, c.speaker, c.title, c.transcript, c.turn + 1, c.start, c.end, clock(c.at_ms), c.words,
            c.coder, c.coded_at, c.provenance.value, c.suggested_by, rounded(c.score, 4), c.memo, c.event,
            *(cell(c) for cell in more.values()),
        )
        for c in found
    ]  # fmt: skip
    named = [column(facet, (*_FLAT, *more)) for facet in facets]
    return Table(f"Citations: {scheme.name}", (_FLAT[0], *named, *_FLAT[1:], *more), tuple(rows))


def _further(found: Sequence[Citation]) -> dict[str, Callable[[Citation], Cell]]:
    """Return the columns that only some studies have, and how each cell is filled."""
    languages = sorted({language for c in found for language in c.translations})
    attributes = dict.fromkeys(name for c in found for name in c.attributes)
    columns: dict[str, Callable[[Citation], Cell]] = {
        "role": lambda c: c.role,
        "printed": lambda c: c.printed,
        "pinned": lambda c: "yes" if c.pinned else "",
    }
    for language in languages:
        columns[f"words ({language})"] = lambda c, language=language: c.translations.get(language, "")  # type: ignore[misc]
    for name in attributes:
        named = f"{name} (cases.csv)" if name in {*_FLAT, *columns} else name
        columns[named] = lambda c, name=name: c.attributes.get(name, "")  # type: ignore[misc]
    return {name: cell for name, cell in columns.items() if any(cell(c) for c in found)}
