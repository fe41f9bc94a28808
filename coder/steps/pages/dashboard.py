"""The dashboard: figures by code, coder and case, and the units behind every number."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from coder.errors import CoderError
from coder.steps.agreement.quality import Measures, measure_study
from coder.steps.audit.blinding import unseen
from coder.steps.audit.outcomes import WHAT, Board, count_study
from coder.steps.study.background import Kept, WaitError, beside
from coder.steps.study.study import Study
from coder.store import board_facts
from coder.store.board_facts import Line

OF_SUGGESTIONS = WHAT.keys() - {"read", "covered", "audited", "holds", "present", "machine read", "disputed"}
"""To be in such a list tells what a model says of a unit."""
PAGE = 50
"""So many units are on a page of a list."""

_KEPT: dict[Path, tuple[Kept[Board], Kept[Measures]]] = {}


def counts_and_measures(study: Study, *, seconds: float = 0.3) -> tuple[Board, Measures | None]:
    """Return the newest counts and measures that are there, computing newer ones in threads of their own.

    Each is waited for this long. The measures may be None (the first time); both may be older than the log: see
    `is_newest`.

    Raises
    ------
    WaitError
        The study is being counted for the first time.
    """
    state, kept = board_facts.state(study.store), _KEPT.setdefault(study.folder.resolve(), (Kept(), Kept()))
    board = kept[0].get(state, lambda: beside(study, count_study), seconds)
    if board is None:
        raise WaitError("the study is being counted", todo="wait a moment, and reload")
    if kept[0].state != state:  # one after the other: each is slower beside the other
        return board, kept[1].value
    return board, kept[1].get(state, lambda: beside(study, measure_study), seconds)


def is_newest(study: Study, found: Board | Measures) -> bool:
    """Tell whether nothing has changed since."""
    return found.state == board_facts.state(study.store)


@dataclass(frozen=True)
class Listed:
    """A unit in a list, and what was said of it: code -> by whom, and what became of a suggestion."""

    line: Line
    said: dict[str, list[str]]


@dataclass(frozen=True)
class Listing:
    """A page of the units behind a number: `total` pairs of unit and code in `units` units.

    `left_out`: so many more units belong here, of which the reader must not see that yet.
    """

    rows: list[Listed]
    total: int
    units: int
    page: int
    pages: int
    left_out: int = 0


def list_units(
    study: Study,
    board: Board,
    measures: Measures | None,
    what: str,
    reader: str,
    *,
    code: str = "",
    coder: str = "",
    case: str = "",
    page: int = 1,
) -> Listing:
    """Return a page of the units behind a number, in order of transcript and place.

    Units that the `reader` has to code blind are left out; those whose suggestions are hidden from them at random are
    not in lists of suggestions, and are shown without them in others.

    Raises
    ------
    CoderError
        There is no such thing to count.
    """
    if what not in WHAT:
        raise CoderError(f"`{what}` is not counted", todo=f"one of {', '.join(WHAT)}")
    facts = board.facts[what] if what != "wrong" else measures.wrong if measures else {}
    found = board.behind(facts, code=code, coder=coder, case=case)
    every = set[int]().union(*found.values())
    kept_back = unseen(study, reader, every)
    chosen = every - (kept_back.suggestions if what in OF_SUGGESTIONS else kept_back.codings)
    units = [unit for unit in board.units if unit in chosen]
    pages = max(1, -(-len(units) // PAGE))
    page = min(max(1, page), pages)
    shown = units[PAGE * (page - 1) : PAGE * page]
    said = _said_of(board, set(shown), kept_back.suggestions)
    rows = [Listed(line, said.get(line.unit, {})) for line in board_facts.lines(study.store, shown)]
    total = sum(len(of_code & chosen) for of_code in found.values())
    return Listing(rows, total, len(units), page, pages, len(every) - len(chosen))


def _said_of(board: Board, units: set[int], hidden: AbstractSet[int]) -> dict[int, dict[str, list[str]]]:
    """Return what was said of some units; of the hidden ones only what people gave, and not that it was suggested."""
    found: dict[int, dict[str, list[str]]] = {}
    words = {"suggested": "suggested by {}", "accepted": "accepted by {}", "rejected": "rejected by {}"}
    words |= {"unsure": "{} is unsure", "bulk": "accepted in bulk by {}", "present": "{}"}
    words["machine"] = "{} (machine)"
    open_ones = units - hidden
    for what, form in words.items():
        for (code, coder), of in board.facts[what].items():
            seen = of & (units if what == "present" else open_ones)
            if what == "present":  # what answers a suggestion is told as that
                answers = [board.facts[how].get((code, coder), set()) for how in ("accepted", "bulk")]
                seen -= open_ones.intersection(set().union(*answers))
            for unit in seen:
                found.setdefault(unit, {}).setdefault(code, []).append(form.format(coder))
    return found
