"""Who audits what next: each coder's queue, computed once when it is opened, and who is looking at which unit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass, field
from threading import RLock
from time import monotonic

from coder.steps.audit.queue import Choice, elsewhere, queue
from coder.steps.audit.units import Doubted, ShownCode
from coder.steps.coding.coders import check_coder
from coder.steps.study.background import Asked, beside
from coder.steps.study.study import Study
from coder.store import unit_queries
from coder.store.random_draws import left_among

LEASE = 600.0
"""Seconds for which a unit that somebody looks at is handed to nobody else."""
FRESH = 60.0
"""A queue of shared work that was computed in so many seconds is not computed again for the next coder."""


@dataclass
class Queue:
    """What is left, in order: for one coder, or for all who share the work (`coder` is "" then).

    `doubted` holds the codings of a second look, by segment.
    """

    coder: str
    choice: Choice
    left: dict[int, None]
    total: int
    opened: float
    doubted: Doubted = field(default_factory=dict)


class Queues:
    """The queues of all coders, and the leases.

    Both are kept in memory, as one server serves a study: after a restart queues are computed again from the log and
    nobody holds a unit. If two coders then meet on one, both decisions stand in the log, each under its coder's name.
    """

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._queues: dict[tuple[str, Choice], Queue] = {}
        self._leases: dict[int, tuple[str, float]] = {}
        self._asked: Asked[Doubted] = Asked()
        self._lock = RLock()
        self._opening = RLock()  # apart, as it takes longer; two samples must not be drawn

    def open(self, study: Study, coder: str, choice: Choice) -> Queue:
        """Compute a queue again, unless the same shared work was opened a moment ago.

        Raises
        ------
        StudyError, CodingError
            As `queue`.
        WaitError
            The order asks the model, and that goes on beside this page.
        """
        check_coder(study, coder)
        with nullcontext() if choice.asks_model else self._opening:
            found = self._open(coder, choice)
            if found and found.left and choice.shared and self._now() - found.opened < FRESH:
                return found
            key = _key(coder, choice)
            if choice.asks_model:  # computed once in a thread of its own; until then the page waits
                units = self._asked.answer(key, lambda: beside(study, lambda own: queue(own, coder, choice)))
            else:
                units = queue(study, coder, choice)
            opened = Queue(key[0], choice, dict.fromkeys(units), len(units), self._now(), units)
        with self._lock:
            self._queues[key] = opened
        return opened

    def _open(self, coder: str, choice: Choice) -> Queue | None:
        return self._queues.get(_key(coder, choice))

    def queue(self, study: Study, coder: str, choice: Choice) -> Queue:
        """Return a coder's queue, opening it where it is not open."""
        return self._open(coder, choice) or self.open(study, coder, choice)

    def next(self, study: Study, coder: str, choice: Choice) -> int | None:
        """Hand out the next unit as a segment, or None if nothing is left that nobody else is looking at.

        When a queue has run out it is computed once more: what was taken back since comes up again.
        """
        for opened in (self.queue(study, coder, choice), None):
            found = self._next(study, opened or self.open(study, coder, choice), coder)
            if found is not None:
                return found
        return None

    def _next(self, study: Study, opened: Queue, coder: str) -> int | None:
        """Hand out a unit and write down its lease, in one step, so that it is handed out once."""
        with self._lock:
            left = list(opened.left)
            for segments in (left[at : at + 100] for at in range(0, len(left), 100)):
                read = unit_queries.read(study.store, segments, opened.coder)
                apart = elsewhere(study, coder, opened.choice, segments)
                if opened.choice.order in {"suspect", "flagged"}:
                    read = set()  # these are looked at because they were read
                elif opened.choice.order == "assigned":
                    read -= left_among(study.store, coder, segments, again=True)  # these are read a second time
                for segment in segments:
                    if segment in read:
                        opened.left.pop(segment)
                    elif segment not in apart and (self.holder(segment, coder) is None or not opened.choice.shared):
                        self._leases[segment] = (coder, self._now() + LEASE)
                        return segment
            return None

    def holder(self, segment: int, coder: str) -> str | None:
        """Return who else is looking at a unit now."""
        who, until = self._leases.get(segment, ("", 0.0))
        return who if who and who != coder and until > self._now() else None

    def hold(self, segment: int, coder: str) -> None:
        """Write down that a coder looks at a unit, unless somebody else does."""
        with self._lock:
            if self.holder(segment, coder) is None:
                self._leases[segment] = (coder, self._now() + LEASE)

    def skip(self, segment: int, coder: str, choice: Choice) -> None:
        """Put a unit at the end of a queue."""
        with self._lock:
            self._leases.pop(segment, None)
            opened = self._open(coder, choice)
            if opened and segment in opened.left:
                opened.left.pop(segment)
                opened.left[segment] = None

    def answered(self, segment: int, coder: str) -> None:
        """Take a unit from the coder's queues, and from those of shared work."""
        with self._lock:
            self._leases.pop(segment, None)
            for opened in self._queues.values():
                if opened.coder in {"", coder}:
                    opened.left.pop(segment, None)

    def taken_back(self, segments: Iterable[int], coder: str, choice: Choice) -> None:
        """Put units at the front of a coder's queue again."""
        with self._lock:
            opened = self._open(coder, choice)
            if opened:
                opened.left = dict.fromkeys(segments) | opened.left

    def add(self, segments: Iterable[int], coder: str, choice: Choice) -> None:
        """Put units at the front of a coder's queue that were not in it."""
        with self._lock:
            opened = self._open(coder, choice)
            if opened:
                new = [segment for segment in segments if segment not in opened.left]
                opened.total += len(new)
                self.taken_back(new, coder, choice)

    def doubted(self, study: Study, segment: int, coder: str, choice: Choice) -> tuple[ShownCode, ...]:
        """Return the doubted codings of a unit, for a second look; none in other queues."""
        return self.queue(study, coder, choice).doubted.get(segment, ()) if choice.order == "suspect" else ()


def _key(coder: str, choice: Choice) -> tuple[str, Choice]:
    return ("" if choice.shared else coder, choice)
