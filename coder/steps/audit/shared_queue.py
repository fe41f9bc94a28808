"""Who audits what next: each coder's queue, computed once when it is opened, and who has which unit on the desk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field
from threading import RLock
from time import monotonic
from typing import Any

from coder.errors import UsageError, did_you_mean
from coder.steps.audit.answers import Item
from coder.steps.audit.blinding import unseen
from coder.steps.audit.double_coding import assigned_units
from coder.steps.audit.queue import ORDERS as COMPUTED
from coder.steps.audit.queue import audit_queue, draw, least_sure
from coder.steps.coding.coders import check_coder
from coder.steps.models.registry import auditable_model
from coder.steps.study.background import Asked, beside
from coder.steps.study.study import Study
from coder.store import corpus, unit_queries
from coder.store.random_draws import again_left
from coder.transcripts.segment import parse_rule

ORDERS = (*COMPUTED, "assigned", "flagged")
HIDDEN = ("blind", "assigned")
"""In these orders no suggestion is shown."""
ALONE = (*HIDDEN, "suspect", "flagged")
"""In these orders each coder has a queue of her own: what others have read comes up, too."""

FILTERS = ("code", "case", "transcript", "speaker", "against")
"""What can be chosen beside the order."""

Computed = tuple[list[int], dict[int, Item]]
"""The segments of a queue in order, and for a second look what is doubted of each."""

LEASE = 600.0
"""Seconds for which a unit that somebody looks at is handed to nobody else."""
FRESH = 60.0
"""A queue of shared work that was computed in so many seconds is not computed again for the next coder."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a coder wants to audit, and in which order.

    `everything`: units without suggestions, too. `again`: what others have read, too. `against`: what this coder's
    codings contradict, or the other way round; it comes up although that coder has read it.
    """

    order: str = "transcript"
    code: str = ""
    case: str = ""
    speaker: str = ""
    transcript: str = ""
    against: str = ""
    everything: bool = False
    again: bool = False

    @property
    def shared(self) -> bool:
        """Tell whether coders share the work: what one has read comes up for none of the others."""
        return not (self.again or self.against or self.order in ALONE)

    @property
    def asks_model(self) -> bool:
        """Tell whether the model has to read the units anew, which takes a while where there are many."""
        return self.order in {"diverse", "disagreement", "suspect"} or (self.order == "uncertain" and self.everything)

    def fields(self) -> dict[str, Any]:
        """Return what is not as usual, as the fields of a form or a link.

        Examples
        --------
        >>> Choice(order="uncertain", everything=True).fields()
        {'order': 'uncertain', 'everything': '1'}
        """
        usual = asdict(Choice())
        return {k: "1" if v is True else v for k, v in asdict(self).items() if v != usual[k]}


def choice_of(fields: dict[str, str], *, blind: bool = False) -> Choice:
    """Read a choice from the fields of a form or a link; in blind mode nothing is chosen by what others said.

    Raises
    ------
    UsageError
        There is no such order, or it shows what a blind coder must not see.

    Examples
    --------
    >>> choice_of({"order": "random", "again": "1", "x": "y"})
    Choice(order='random', code='', case='', speaker='', transcript='', against='', everything=False, again=True)
    """
    words = {name: fields.get(name, "").strip() for name in FILTERS}
    order = fields.get("order", "") or "transcript"
    if order not in ORDERS:
        raise UsageError(f"there is no order `{order}`", todo=did_you_mean(order, ORDERS) or ", ".join(ORDERS))
    chosen_by_codes = words["code"] or words["against"]
    if (blind and order not in {"transcript", "flagged", *HIDDEN}) or (chosen_by_codes and (blind or order in HIDDEN)):
        raise UsageError(
            "in blind mode units come in order of transcript, or by a blind draw",
            todo="choose one of these, and neither a suggested code nor another coder",
        )
    return Choice(
        order, **words, everything=blind or bool(fields.get("everything")), again=blind or bool(fields.get("again"))
    )


@dataclass
class Queue:
    """What is left, in order: for one coder, or for all who share the work (`coder` is "" then).

    `items` holds the doubted codings of a second look, by segment.
    """

    coder: str
    choice: Choice
    left: dict[int, None]
    total: int
    opened: float
    items: dict[int, Item] = field(default_factory=dict)


class Desk:
    """The queues of everybody, and the leases.

    Both are kept in memory, as one room serves a study: after a restart queues are computed anew from the log and
    nobody holds a unit. If two coders then meet on one, both verdicts stand in the log, each under its coder's name.
    """

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._queues: dict[tuple[str, Choice], Queue] = {}
        self._leases: dict[int, tuple[str, float]] = {}
        self._asked: Asked[Computed] = Asked()
        self._lock = RLock()
        self._opening = RLock()  # apart, as it takes longer; two draws must not be made

    def open(self, study: Study, coder: str, choice: Choice) -> Queue:
        """Compute a queue anew, unless the same shared work was opened a moment ago.

        Raises
        ------
        StudyError
            There are no suggestions yet, or no model that could doubt a coding.
        CodingError
            The coder is a model.
        WaitError
            The order asks the model, and that goes on beside this page.
        """
        check_coder(study, coder)
        with nullcontext() if choice.asks_model else self._opening:
            found = self._open(coder, choice)
            if found and found.left and choice.shared and self._now() - found.opened < FRESH:
                return found
            segments, items = (
                self._asking(study, coder, choice) if choice.asks_model else _computed(study, coder, choice)
            )
            key = _key(coder, choice)
            queue = Queue(key[0], choice, dict.fromkeys(segments), len(segments), self._now(), items)
        with self._lock:
            self._queues[key] = queue
        return queue

    def _asking(self, study: Study, coder: str, choice: Choice) -> Computed:
        """Return a queue that was computed in a thread of its own, once; until then have the page wait."""
        return self._asked.answer(_key(coder, choice), lambda: beside(study, lambda own: _computed(own, coder, choice)))

    def _open(self, coder: str, choice: Choice) -> Queue | None:
        return self._queues.get(_key(coder, choice))

    def queue(self, study: Study, coder: str, choice: Choice) -> Queue:
        """Return a coder's queue, opening it where it is not open."""
        return self._open(coder, choice) or self.open(study, coder, choice)

    def next(self, study: Study, coder: str, choice: Choice) -> int | None:
        """Hand out the next unit as a segment, or None if nothing is left that nobody else is looking at.

        When a queue has run out it is computed once more: what was taken back since comes up again.
        """
        for queue in (self.queue(study, coder, choice), None):
            found = self._next(study, queue or self.open(study, coder, choice), coder)
            if found is not None:
                return found
        return None

    def _next(self, study: Study, queue: Queue, coder: str) -> int | None:
        """Hand out a unit and write down its lease, in one step, so that it is handed out once."""
        with self._lock:
            for segments in _batches(list(queue.left), 100):
                read = unit_queries.read(study.store, segments, queue.coder)
                elsewhere = _elsewhere(study, coder, queue.choice, segments)
                if queue.choice.order in {"suspect", "flagged"}:
                    read = set()  # these are looked at because they were read
                elif queue.choice.order == "assigned":
                    read -= again_left(study.store, coder, segments)  # these are read a second time
                for segment in segments:
                    if segment in read:
                        queue.left.pop(segment)
                    elif segment not in elsewhere and (self.holder(segment, coder) is None or not queue.choice.shared):
                        self._leases[segment] = (coder, self._now() + LEASE)
                        return segment
            return None

    def holder(self, segment: int, coder: str) -> str | None:
        """Return who else has a unit on the desk now."""
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
            queue = self._open(coder, choice)
            if queue and segment in queue.left:
                queue.left.pop(segment)
                queue.left[segment] = None

    def answered(self, segment: int, coder: str) -> None:
        """Take a unit from the coder's queues, and from those of shared work."""
        with self._lock:
            self._leases.pop(segment, None)
            for queue in self._queues.values():
                if queue.coder in {"", coder}:
                    queue.left.pop(segment, None)

    def taken_back(self, segments: Iterable[int], coder: str, choice: Choice) -> None:
        """Put units at the front of a coder's queue again."""
        with self._lock:
            queue = self._open(coder, choice)
            if queue:
                queue.left = dict.fromkeys(segments) | queue.left

    def doubted(self, segment: int, coder: str, choice: Choice) -> Item | None:
        """Return the doubted codings of a unit, for a second look."""
        queue = self._open(coder, choice)
        return queue.items.get(segment) if queue else None


def _key(coder: str, choice: Choice) -> tuple[str, Choice]:
    return ("" if choice.shared else coder, choice)


def _elsewhere(study: Study, coder: str, choice: Choice, segments: list[int]) -> frozenset[int]:
    """Return the units that do not come up here for a coder.

    What is to be coded blind has a queue of its own; and a queue that is chosen by what was suggested or said would
    tell it of a unit whose suggestions are hidden.
    """
    if choice.order in {"assigned", "flagged"}:
        return frozenset()
    found = unseen(study, coder, segments)
    return found.suggestions if choice.code or choice.against else found.codings


def _computed(study: Study, coder: str, choice: Choice) -> Computed:
    """Return the segments of a queue in order, and for a second look what is doubted of each."""
    if choice.order == "flagged":
        return list(unit_queries.flags(study.store, coder)), {}
    if choice.order == "assigned":
        return list(assigned_units(study, coder)), {}
    if choice.order == "suspect":
        found = audit_queue(study, coder, order=choice.order)
        items = {item.unit.segment.id: item for item in _kept(study, found, choice)}
        return list(items), items
    listed = _listed(study, coder, choice)
    if choice.order == "transcript":
        return listed, {}
    among = set(listed)
    return [segment for segment in _ordered(study, coder, choice, listed) if segment in among], {}


def _ordered(study: Study, coder: str, choice: Choice, listed: list[int]) -> list[int]:
    """Return segments in the order of a choice, these among them."""
    if choice.order in {"random", "blind"}:
        elsewhere = assigned_units(study, coder)
        frame = _listed(study, coder, choice, ()) if any(getattr(choice, name) for name in FILTERS) else listed
        return draw(study, [segment for segment in frame if segment not in elsewhere], choice.order)
    if choice.asks_model:
        found = audit_queue(study, coder, order=choice.order, everything=choice.everything, unread=choice.shared)
        return [item.unit.segment.id for item in found]
    suggested = unit_queries.scores(study.store, auditable_model(study), study.scheme.paths())
    return least_sure(study, listed, suggested)


def _listed(study: Study, coder: str, choice: Choice, filters: Sequence[str] = FILTERS) -> list[int]:
    return unit_queries.queue(
        study.store,
        str(parse_rule(study.settings.units)),
        auditable_model(study),
        study.scheme.paths(),
        everything=choice.everything or choice.order == "blind",
        unread=choice.shared,
        reader="" if choice.shared else coder,
        **{name: getattr(choice, name) for name in filters},
    )


def _kept(study: Study, items: Iterable[Item], choice: Choice) -> Iterator[Item]:
    """Keep the units that the filters of a choice let through."""
    case_of = corpus.case_of(study.store)
    among = set(_listed(study, "", choice)) if choice.against else None
    for item in items:
        segment = item.unit.segment
        name = segment.span.transcript
        codes = [s.code for s in item.suggestions]
        if (
            choice.transcript in {"", name}
            and choice.case in {"", case_of[name]}
            and choice.speaker in {"", segment.speaker}
            and (not choice.code or any(c == choice.code or c.startswith(f"{choice.code}/") for c in codes))
            and (among is None or segment.id in among)
        ):
            yield item


def _batches(values: list[int], size: int) -> Iterator[list[int]]:
    for at in range(0, len(values), size):
        yield values[at : at + size]
