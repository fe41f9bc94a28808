"""After a code was split: which of its parts holds of what was coded with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from coder.errors import UsageError
from coder.steps.study.study import Study
from coder.store import board_facts, log
from coder.store.current_codes import Part, undivided
from coder.types import Coding, Shown, Verdict


@dataclass(frozen=True)
class Undivided:
    """A coding with a code that was split since: `codes` are the parts among which it is to be divided."""

    event: int
    segment: int
    was: str
    codes: tuple[str, ...]
    coder: str
    memo: str
    words: str
    transcript: str


def to_divide(study: Study, coder: str = "") -> list[Undivided]:
    """Return what a person (or everybody) has coded with a code that was split since, in order."""
    parts: dict[int, list[Part]] = {}
    for part in undivided(study.store):
        if part.coder == coder or not coder:
            parts.setdefault(part.event, []).append(part)
    lines = {one.unit: one for one in board_facts.lines(study.store, [own[0].segment for own in parts.values()])}
    found = []
    for event, (first, *others) in parts.items():
        if line := lines.get(first.segment):
            codes = (first.code, *(part.code for part in others))
            about = (first.coder, first.memo, line.words, line.transcript)
            found.append(Undivided(event, first.segment, first.was, codes, *about))
    return found


def divide(study: Study, coder: str, event: int, codes: Iterable[str]) -> list[int]:
    """Say which parts of a split code hold of what was coded with it: the others are absent. Return the events.

    Raises
    ------
    UsageError
        It is not the coder's own coding, was divided already, or a code is not one of the parts.
    """
    chosen = tuple(codes)
    with study.store.transaction("divide"):
        item = next((item for item in to_divide(study, coder) if item.event == event), None)
        if item is None:
            raise UsageError("this was divided already, or is not your coding", todo="reload the page")
        for code in chosen:
            if code not in item.codes:
                raise UsageError(f"`{code}` is no part of `{item.was}`", todo=", ".join(item.codes))
        said = [
            Coding(item.segment, code, coder, Verdict.PRESENT if code in chosen else Verdict.ABSENT,
                   shown=Shown.CODINGS, memo=item.memo)
            for code in item.codes
        ]  # fmt: skip
        return log.append(study.store, said, study.scheme_version())
