"""Adjudication: where two people disagree on a unit, the adjudicator decides, and keeps the reason.

What each person said before stays as it was, in the log and in the agreement: an adjudication is a word of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from threading import RLock
from typing import TYPE_CHECKING

from coder.errors import CodingError, UsageError
from coder.steps.audit.blinding import unseen
from coder.steps.audit.decisions import undo
from coder.steps.coding.code_lookup import known_code, one_code
from coder.steps.coding.coders import add_coder
from coder.steps.corpus.units import place_of, rule_of
from coder.steps.study.study import Study
from coder.store import adjudications as together
from coder.store import corpus, log
from coder.store.adjudications import Work
from coder.store.judgements import (
    ADJUDICATE,
    UNDO_ADJUDICATION,
    adjudications,
    by_coder,
    judgements,
)
from coder.types import Coding, Judgement, Shown, Span, Verdict

if TYPE_CHECKING:  # numpy is imported where it is used
    from coder.agreement.ratings import Ratings

LONGEST = 10_000
"""A reason has at most so many characters."""
REASONS = 20
"""So many of the last reasons are offered again."""


@dataclass(frozen=True, slots=True)
class Side:
    """What one person said of a unit before it was adjudicated. `label` stands for the name until then: `Coder A`."""

    label: str
    coder: str
    present: tuple[str, ...]
    unsure: tuple[str, ...]
    memos: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Adjudication:
    """How a unit was adjudicated: the codes that hold, and why."""

    codes: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Dispute:
    """A unit on which people disagree, side by side.

    `disputed` are the codes that some call present and others absent, `agreed` those that nobody calls absent.
    `own`: the adjudicator is one of the sides. `adjudicated` is None as long as the unit is open.
    """

    segment: int
    sides: tuple[Side, ...]
    disputed: tuple[str, ...]
    agreed: tuple[str, ...]
    own: bool
    adjudicated: Adjudication | None


@dataclass(frozen=True, slots=True)
class Open:
    """A unit to adjudicate, in a list. `own`: the adjudicator has coded it, and that judgement counts already."""

    segment: int
    transcript: str
    codes: tuple[str, ...]
    own: bool


class Disputes:
    """The units on which people disagree: all of the log is read at the first look, later what is new in it."""

    def __init__(self) -> None:
        self._found: dict[int, list[Open]] = {}
        self._names: dict[int, str] = {}
        self._seen: tuple[object, ...] = ()
        self._head = 0
        self._lock = RLock()

    def open(self, study: Study) -> list[Open]:
        """Return the units that are to be adjudicated, in order of transcript and place.

        What the adjudicator still has to code blind is left out until then.
        """
        judge = study.settings.adjudicator
        with self._lock:
            self._refresh(study)
            every = [one for text in self._names for one in self._found[text]]
            done = adjudications(study.store, judge)
            blind = unseen(study, judge, [one.segment for one in every]).codings
            return [one for one in every if one.segment not in done and one.segment not in blind]

    def after(self, study: Study, segment: int) -> int | None:
        """Return the next unit to adjudicate after this one, or else the first, that the adjudicator has not coded."""
        with self._lock:
            left = {one.segment for one in self.open(study) if not one.own} - {segment}
            every = [one.segment for text in self._names for one in self._found[text]]
        at = every.index(segment) if segment in every else 0
        return next((one for one in every[at:] + every[:at] if one in left), None)

    def _refresh(self, study: Study) -> None:
        seen = (study.folder, together.layout(study.store), study.scheme.source, study.settings)
        head = log.head(study.store)[0]
        if seen != self._seen:
            self._found, self._seen, stale = {}, seen, set()
        elif head == self._head:
            return
        else:
            stale = together.texts_since(study.store, self._head)
        self._names = together.shared_texts(study.store)
        for text, name in self._names.items():
            if text in stale or text not in self._found:
                self._found[text] = _disagreements(study, text, name)
        self._head = head


def _disagreements(study: Study, text: int, name: str) -> list[Open]:
    """Return the units of one transcript on which people disagree."""
    import numpy as np

    where = corpus.placements(study.store, text)
    units = corpus.unit_ids(study.store, text, rule_of(study))
    words = judgements(study.store, text=text, before_adjudication=True)
    grid = _ratings(study, name, [where[unit] for unit in units], words)
    apart = (grid.values == 1).any(axis=0) & (grid.values == 0).any(axis=0)
    judge = study.settings.adjudicator
    own = grid.values[grid.coders.index(judge)] if judge in grid.coders else None
    return [
        Open(
            unit,
            name,
            tuple(code for code, differs in zip(grid.codes, apart[n], strict=True) if differs),
            own is not None and not bool(np.isnan(own[n]).all()),
        )
        for n, unit in enumerate(units)
        if apart[n].any()
    ]


def _ratings(study: Study, name: str, spans: Sequence[tuple[int, int]], words: Iterable[Judgement]) -> Ratings:
    from coder.agreement.ratings import ratings

    codes = study.scheme.paths()
    judged = by_coder(word for word in words if word.code in {None, *codes})
    return ratings([Span(name, start, end) for start, end in spans], judged, codes=codes)


def dispute(study: Study, segment: int) -> Dispute:
    """Return a unit on which people disagree, or disagreed before it was adjudicated.

    Raises
    ------
    CodingError
        There is no such unit, or nobody disagrees on it.
    """
    import numpy as np

    place = place_of(study, segment)
    words = judgements(study.store, text=place.text, start=place.start, end=place.end, before_adjudication=True)
    grid = _ratings(study, place.transcript, [(place.start, place.end)], words)
    values = grid.values[:, 0, :]
    some, none = (values == 1).any(axis=0), (values == 0).any(axis=0)
    disputed = tuple(code for code, a, b in zip(grid.codes, some, none, strict=True) if a and b)
    judge = study.settings.adjudicator
    judging = [name for name, row in zip(grid.coders, values, strict=True) if not np.isnan(row).all()]
    if not disputed:
        raise CodingError("nobody disagrees on this unit", todo="go on with the next one")
    return Dispute(
        segment,
        _sides(study, segment, grid, judging, words),
        disputed,
        tuple(code for code, a, b in zip(grid.codes, some, none, strict=True) if a and not b),
        judge in judging,
        _adjudication(study, judge, segment),
    )


def _sides(
    study: Study, segment: int, grid: Ratings, judging: Sequence[str], words: Sequence[Judgement]
) -> tuple[Side, ...]:
    """Return the sides in an order that says nothing of who they are, and is the same at each look."""

    def place(name: str) -> str:
        return sha256(f"{study.settings.name}\n{study.settings.seed}\n{segment}\n{name}".encode()).hexdigest()

    found = []
    for n, name in enumerate(sorted(judging, key=place)):
        row = grid.values[grid.coders.index(name), 0]
        own = [word for word in words if word.coder == name]
        present = tuple(code for code, value in zip(grid.codes, row, strict=True) if value == 1)
        unsure = tuple(dict.fromkeys(word.code for word in own if word.code and word.verdict is Verdict.UNSURE))
        memos = tuple(dict.fromkeys(word.memo for word in own if word.memo))
        found.append(Side(f"Coder {chr(ord('A') + n)}", name, present, unsure, memos))
    return tuple(found)


def _adjudication(study: Study, judge: str, segment: int) -> Adjudication | None:
    found = judgements(study.store, judge, segments=[segment], command=ADJUDICATE)
    whole = next((one for one in found if one.code is None), None)
    codes = tuple(one.code for one in found if one.code and one.verdict is Verdict.PRESENT)
    return Adjudication(codes, whole.memo) if whole else None


def chosen(study: Study, found: Dispute, choice: str, ticked: Sequence[str] = (), other: str = "") -> tuple[str, ...]:
    """Return the codes that hold by a choice.

    Parameters
    ----------
    choice
        `1`, `2`, ...: as the first, the second side has it; `both`: all that any side has; `neither`: only what is not
        disputed; `ticked`: the codes `ticked`, and the one that holds the words `other`.

    Raises
    ------
    UsageError
        It is none of these, or the words fit several codes.
    CodingError
        A code is not in the scheme.
    """
    if choice.isdecimal() and 1 <= int(choice) <= len(found.sides):
        return found.sides[int(choice) - 1].present
    match choice:
        case "both":
            return tuple(dict.fromkeys(code for side in found.sides for code in side.present))
        case "neither":
            return found.agreed
        case "ticked":
            added = [one_code(study, other)] if other.strip() else []
            return tuple(dict.fromkeys([known_code(study, code) for code in ticked] + added))
    raise UsageError(
        f"`{choice}` is no choice" if choice else "nothing was chosen",
        todo="choose a side, both, neither, or tick codes",
    )


def adjudicate(
    study: Study, coder: str, segment: int, codes: Sequence[str], reason: str, *, although_own: bool = False
) -> list[int]:
    """Write down how a unit is adjudicated, in one transaction; return the events.

    What one of the sides or the adjudicator calls present is said to be present or absent; every other code is
    absent, as the unit is read as a whole.

    Parameters
    ----------
    although_own
        The adjudicator knows that one of the sides is their own.

    Raises
    ------
    UsageError
        The coder is not the study's adjudicator, or gives no reason; or coded the unit and does not confirm
        that.
    CodingError
        Nobody disagrees on the unit, it is adjudicated already, or a code is not in the scheme.
    """
    check_adjudicator(study, coder)
    if not reason.strip() or len(reason) > LONGEST:
        raise UsageError(f"a reason is kept with each adjudication, of 1 to {LONGEST} characters", todo="write why")
    wanted = [known_code(study, code) for code in codes]
    with study.store.transaction(ADJUDICATE):
        found = dispute(study, segment)
        if found.adjudicated:
            raise CodingError("this unit is adjudicated already, in another tab perhaps", todo="take that back first")
        if found.own and not although_own:
            raise UsageError("you coded this unit yourself", todo="tick that you know, or leave it to somebody else")
        add_coder(study, coder)
        said = dict.fromkeys([*found.disputed, *found.agreed, *wanted])
        verdicts = {code: Verdict.PRESENT if code in wanted else Verdict.ABSENT for code in said}
        codings = [Coding(segment, c, coder, v, shown=Shown.CODINGS, memo=reason.strip()) for c, v in verdicts.items()]
        whole = Coding(segment, None, coder, shown=Shown.CODINGS, memo=reason.strip())
        return log.append(study.store, [*codings, whole], study.scheme_version())


def check_adjudicator(study: Study, coder: str) -> None:
    """Refuse whoever is not the study's adjudicator.

    Raises
    ------
    UsageError
        The study names no adjudicator, or another one.
    """
    judge = study.settings.adjudicator
    if not judge:
        todo = f'write adjudicator = "{coder}" in study.toml, or a name for the whole team, such as "panel"'
        raise UsageError("the study does not say who adjudicates", where=study.folder / "study.toml", todo=todo)
    if coder != judge:
        raise UsageError(f"`{judge}` adjudicates in this study, not `{coder}`", todo=f"sign in as `{judge}`")


def undo_adjudication(study: Study, coder: str) -> list[Judgement]:
    """Take back a coder's last adjudication, as `undo` does."""
    return undo(study, coder, (ADJUDICATE,), UNDO_ADJUDICATION)


def last_reasons(study: Study, coder: str) -> list[str]:
    """Return the reasons that a coder gave last, the newest first."""
    return together.reasons(study.store, coder, REASONS)


def adjudicated_units(study: Study, most: int) -> list[tuple[int, str]]:
    """Return (segment, transcript) of the units that were adjudicated last, at most so many."""
    units = list(adjudications(study.store, study.settings.adjudicator))[:most]
    names = together.placed(study.store, units)
    return [(unit, names[unit]) for unit in units if unit in names]


def work_of(study: Study) -> list[Work]:
    """Return what each person did: units read, codings, adjudications, and the time of the last word."""
    return together.work_of(study.store)
