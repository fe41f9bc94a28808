"""What takes seconds is computed beside the page that shows it: in a thread of its own, and kept."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from concurrent.futures import Future, wait
from threading import Lock, Thread
from typing import Generic, TypeVar

from coder.errors import CoderError
from coder.steps.study.study import Study, open_study

T = TypeVar("T")
PATIENCE = 1.0
"""Seconds that a page waits for what is computed beside it; then it says so."""


def beside(study: Study, step: Callable[[Study], T]) -> T:
    """Run a step in this thread, on the study opened again: a connection belongs to its thread."""
    own = open_study(study.folder)
    try:
        return step(own)
    finally:
        own.close()


def _started(compute: Callable[[], T]) -> Future[T]:
    """Compute in a daemon thread, which unlike those of an executor does not keep the program from ending."""
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(compute())
        except Exception as error:  # it is raised where the value is asked for
            future.set_exception(error)

    Thread(target=run, daemon=True).start()
    return future


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

    def __init__(self) -> None:
        self.value: T | None = None
        self.state = ""
        self._running: tuple[str, Future[T]] | None = None
        self._lock = Lock()

    def get(self, state: str, compute: Callable[[], T], seconds: float) -> T | None:
        """Return the value of this state, or after so many seconds the last one there is, or None.

        Raises
        ------
        Exception
            What went wrong in the thread.
        """
        with self._lock:
            if self._running is None or (self._running[0] != state and self._running[1].done()):
                self._running = state, _started(compute)
            computed, future = self._running
        if wait([future], seconds).done:
            self.state = computed
            if future.exception() is None:
                self.value = future.result()
            elif computed == state:
                future.result()
        return self.value


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
        self._open: dict[Hashable, Future[T]] = {}
        self._lock = Lock()

    def answer(self, question: Hashable, compute: Callable[[], T], seconds: float | None = None) -> T:
        """Return the answer; the next one to ask starts a new computation.

        Raises
        ------
        WaitError
            It takes longer than so many seconds (`PATIENCE`), and continues.
        Exception
            What went wrong in the thread.
        """
        with self._lock:
            if question not in self._open:
                self._open[question] = _started(compute)
            future = self._open[question]
        if not wait([future], PATIENCE if seconds is None else seconds).done:
            raise WaitError("this is being computed", todo="wait a moment, and reload")
        self._open.pop(question, None)
        return future.result()
