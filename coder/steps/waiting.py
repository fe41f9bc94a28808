"""What takes seconds is computed beside the page that shows it: by one thread at a time, and kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock, Thread
from typing import Generic, TypeVar

from coder.steps.study import Study, open_study

T = TypeVar("T")


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
