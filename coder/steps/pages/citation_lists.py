"""Quotations to choose from in the web app: what a reader may see of them, a page at a time, and as printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from coder.errors import CodingError, TableError, UsageError
from coder.natural_sort import natural
from coder.steps.audit.blinding import Unseen, unseen
from coder.steps.corpus.units import units_of
from coder.steps.findings.citations import ONLY, citations, wants
from coder.steps.findings.print_edits import editions_of, with_editions
from coder.steps.findings.pseudonyms import in_print, pseudonyms_of
from coder.steps.pages.reading_view import View, meeting
from coder.steps.scheme.subset import below
from coder.steps.study import background
from coder.steps.study.background import Kept, WaitError, beside
from coder.steps.study.study import Study
from coder.store import board_facts
from coder.tables.citation_order import in_order
from coder.tables.quotation.pseudonyms import Pseudonyms
from coder.tables.quote_tables import in_running_text
from coder.types import Citation, Provenance, Segment

PAGE = 20
"""So many citations are on a page."""

LONG = 60.0
"""A form waits so many seconds for the citations: what was typed in it must not be lost."""

Placed = tuple[Citation, tuple[int, ...]]
"""A citation, and the units that share words with it."""

_PLACED: dict[Path, Kept[list[Placed]]] = {}


def placed(study: Study, seconds: float | None = None) -> list[Placed]:
    """Return every citation that there is, in the scheme's order; they are computed beside the page.

    Waits so many seconds for the newest (`waiting.PATIENCE`), else gives those from before.

    Raises
    ------
    WaitError
        They are being computed for the first time.
    """
    kept = _PLACED.setdefault(study.folder.resolve(), Kept())
    found = kept.get(
        board_facts.state(study.store),
        lambda: beside(study, _place),
        background.PATIENCE if seconds is None else seconds,
    )
    if found is None:
        raise WaitError("citations are being collected", todo="wait a moment, and ask again")
    return found


def _place(study: Study) -> list[Placed]:
    found = in_order(citations(study, only="all"), study.scheme.with_retired())
    cited: dict[str, set[tuple[int, int, int]]] = {}
    for c in found:
        cited.setdefault(c.transcript, set()).add((c.start, c.end, c.segment))
    units: dict[str, list[Segment]] = {}
    for unit in units_of(study):
        units.setdefault(unit.segment.span.transcript, []).append(unit.segment)
    at: dict[int, tuple[int, ...]] = {}
    for name, here in units.items():
        spans = sorted(cited.get(name, ()))
        over = meeting(spans, [(one.span.start, one.span.end, one.id) for one in here])
        at |= {segment: tuple(id for *_, id in met) for (*_, segment), met in zip(spans, over, strict=True)}
    return [(c, at.get(c.segment, ())) for c in found]


def in_sight(study: Study, reader: str, only: str = "seen") -> tuple[list[Citation], int]:
    """Return the citations of a kind (see `citations`) that a reader may see, and how many they must not see yet.

    Raises
    ------
    UsageError
        There is no such kind.
    WaitError
        As `placed`.
    """
    if only not in ONLY:
        raise UsageError(f"`{only}` is no kind of citations", todo=f"one of {', '.join(ONLY)}")
    every = placed(study)
    hidden = unseen(study, reader, {unit for _, units in every for unit in units})
    found, left_out = [], 0
    for cited, units in every:
        shown, kind = _shown(cited, units, reader, hidden), only
        if hidden.suggestions.intersection(units) and only in {"human", "accepted"}:  # either would tell of the other
            shown, kind = (cited, only) if shown and _is_own(cited, reader) else (None, "seen")
        if shown is None:
            left_out += wants(kind, cited.provenance)
        elif wants(only, shown.provenance):
            found.append(shown)
    return found, left_out


def _shown(cited: Citation, units: Sequence[int], reader: str, hidden: Unseen) -> Citation | None:
    """Return a citation as a reader may see it, or None.

    What they are to judge blind shows nothing of others or of a model; what they are to judge again, nothing of
    their own.
    Where suggestions are hidden at random, what people coded does not say whether it was suggested.
    """
    if _is_own(cited, reader):
        return None if hidden.own.intersection(units) else cited
    if hidden.codings.intersection(units):
        return None
    if not hidden.suggestions.intersection(units):
        return cited
    if cited.provenance in {Provenance.BULK, Provenance.UNREVIEWED}:
        return None
    return replace(cited, provenance=Provenance.HUMAN, suggested_by="", score=None)


def _is_own(cited: Citation, reader: str) -> bool:
    return cited.coder == reader and cited.provenance is not Provenance.BULK


@dataclass(frozen=True)
class OfCode:
    """How many citations a code has: in all, pinned, edited for print, and translated."""

    code: str
    citations: int
    pinned: int
    edited: int
    translated: int


def by_code(study: Study, reader: str, *, only: str = "seen", case: str = "") -> tuple[list[OfCode], int]:
    """Return what there is of each code, in the scheme's order, and how many citations the reader must not see yet."""
    found, left_out = in_sight(study, reader, only)
    known = editions_of(study)
    of_code: dict[str, list[Citation]] = {path: [] for path in study.scheme.with_retired().paths()}
    for cited in found:
        if case in {"", cited.case}:
            of_code.setdefault(cited.code, []).append(cited)
    return [
        OfCode(
            code,
            len(every),
            sum(known.pinned(c.segment, code) for c in every),
            sum(known.printed(c.segment, c.words) != c.words for c in every),
            sum(bool(known.translated(c.segment)) for c in every),
        )
        for code, every in of_code.items()
    ], left_out


@dataclass(frozen=True)
class Listed:
    """A citation to choose: as it is in the study, and as it is printed, with its speaker in running text.

    `view` says in which view of the transcript it is shown; None: in none.
    """

    cited: Citation
    printed: Citation
    who: str
    view: View | None


@dataclass(frozen=True)
class Listing:
    """A page of the citations of a code."""

    rows: list[Listed]
    total: int
    page: int
    pages: int
    left_out: int
    problem: str
    """Why no pseudonyms can be shown."""


def list_citations(
    study: Study, reader: str, code: str, *, only: str = "seen", case: str = "", pinned: bool = False, page: int = 1
) -> Listing:
    """Return a page of the citations of a code that a reader may see, in order of case, transcript and place.

    Raises
    ------
    UsageError
        There is no such code, or no such kind of citations.
    WaitError
        As `placed`.
    """
    codes = {one.path for one in below(study, code).codes}
    found, left_out = in_sight(study, reader, only)
    known = editions_of(study)
    chosen = [
        c for c in found if c.code in codes and case in {"", c.case} and (not pinned or known.pinned(c.segment, c.code))
    ]
    pages = max(1, -(-len(chosen) // PAGE))
    page = min(max(1, page), pages)
    names, problem = _names(study)
    rows = with_editions(study, chosen[PAGE * (page - 1) : PAGE * page])
    return Listing([_listed(c, reader, names) for c in rows], len(chosen), page, pages, left_out, problem)


def _names(study: Study) -> tuple[Pseudonyms, str]:
    """Return the study's pseudonyms; where they cannot be used, none, and why."""
    try:
        return pseudonyms_of(study) or Pseudonyms(()), ""
    except TableError as error:
        return Pseudonyms(()), str(error)


def under_pseudonyms(study: Study, words: str) -> str:
    """Return words with the study's pseudonyms, if it has any."""
    return _names(study)[0].words(words)


def _listed(cited: Citation, reader: str, names: Pseudonyms) -> Listed:
    printed = in_print(cited, names)
    views = {Provenance.UNREVIEWED: View.SUGGESTIONS, Provenance.BULK: None}
    view = View.OWN if _is_own(cited, reader) else views.get(cited.provenance, View.PEOPLE)
    return Listed(cited, printed, in_running_text(printed), view)


def check_in_sight(study: Study, reader: str, event: int) -> None:
    """Refuse a citation that a reader may not see, as if it were not there; what was typed waits for all citations.

    Raises
    ------
    CodingError
        She may not see it, or there is none.
    """
    placed(study, LONG)
    if all(c.event != event for c in in_sight(study, reader, "all")[0]):
        raise CodingError(f"there is no citation {event} that you may see", todo="open the page again")


def cases(study: Study) -> list[str]:
    """Return the names of the cases, and of transcripts that belong to none."""
    return sorted({cited.case for cited, _ in placed(study)}, key=natural)
