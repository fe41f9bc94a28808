"""What takes seconds is computed beside the page that shows it: by one thread at a time, and kept."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock, Thread
from typing import Generic, TypeVar, cast

from coder.errors import CoderError
from coder.steps.study.study import Study, open_study

T = TypeVar("T")
PATIENCE = 1.0
"""A page waits so many seconds for what is computed beside it; then it says so."""


def beside(study: Study, step: Callable[[Study], T]) -> T:
    """Run a step in this thread, on the study opened anew: a connection belongs to its thread."""
    own = open_study(study.folder)
    try:
        return step(own)
    finally:
        own.close()


@dataclass
class Kept(Generic[T]):
    """The last value that was computed, and the state of the study that it was computed from.

    Examples
    --------
    >>> kept = Kept()
    >>> kept.get("at event 7", lambda: 42, seconds=5)
    42
    >>> kept.state
    'at event 7'
    """

    value: T | None = None
    state: str = ""
    _failed: Exception | None = None
    _thread: Thread | None = None
    _lock: Lock = field(default_factory=Lock)

    def get(self, state: str, compute: Callable[[], T], seconds: float) -> T | None:
        """Return the value of this state, or after so many seconds the last one there is, or None.

        Raises
        ------
        Exception
            What went wrong in the thread.
        """
        with self._lock:
            if self.state != state and (self._thread is None or not self._thread.is_alive()):
                self._thread = Thread(target=self._compute, args=(state, compute), daemon=True)
                self._thread.start()
            thread = self._thread
        if thread is not None:
            thread.join(seconds)
        if self._failed is not None and self.state == state:
            raise self._failed
        return self.value

    def _compute(self, state: str, compute: Callable[[], T]) -> None:
        try:
            self.value, self._failed = compute(), None
        except Exception as error:  # it is raised where the value is asked for
            self._failed = error
        self.state = state


class WaitError(CoderError):
    """What was asked for is being computed: ask again in a moment. Nothing was changed."""


class Asked(Generic[T]):
    """What is computed once for each question, and handed to whoever asks the same again.

    Examples
    --------
    >>> asked = Asked()
    >>> asked.answer("life", lambda: 42, seconds=5)
    42
    """

    def __init__(self) -> None:
        self._open: dict[Hashable, Kept[T]] = {}

    def answer(self, question: Hashable, compute: Callable[[], T], seconds: float | None = None) -> T:
        """Return the answer; the next one to ask begins anew.

        Raises
        ------
        WaitError
            It takes longer than so many seconds (`PATIENCE`), and goes on.
        Exception
            What went wrong in the thread.
        """
        kept = self._open.setdefault(question, Kept())
        try:
            kept.get("answered", compute, PATIENCE if seconds is None else seconds)
            if not kept.state:
                raise WaitError("this is being computed", todo="wait a moment, and ask again")
            return cast(T, kept.get("answered", compute, 0))
        finally:
            if kept.state:
                self._open.pop(question, None)
