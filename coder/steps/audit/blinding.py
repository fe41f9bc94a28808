"""What a person must not see yet: the one answer for every page, list, queue and sheet."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import TYPE_CHECKING

from coder.steps.study.study import Study
from coder.store import decision_times, log, random_draws

if TYPE_CHECKING:
    from coder.steps.audit.answers import Item


MOST_SECONDS = 600.0
"""A decision that took longer was a pause; its time is not kept."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """Units of which a coder must not see something.

    `codings`: nothing that anybody else, person or model, says of them, as the coder still has to code them blind.
    `suggestions`: nothing that a model suggests for them; besides those, the ones that were hidden by lot. `own`: of
    the former those that the coder is to code a second time, so not her own earlier word either.
    """

    codings: frozenset[int]
    suggestions: frozenset[int]
    own: frozenset[int]


def unseen(study: Study, coder: str, segments: Collection[int]) -> Unseen:
    """Return of which of these units a coder must not see codings or suggestions; three indexed queries for all.

    A unit of the double coding opens up with the coder's own answer. What was hidden by lot stays hidden: an answer
    that was revised after a look would still count as blind.
    """
    given = random_draws.left_among(study.store, coder, segments)
    again = random_draws.again_left(study.store, coder, segments)
    return Unseen(given, given | hidden_among(study, coder, segments), again)


def owed(study: Study) -> set[int]:
    """Return the units that somebody still has to code blind."""
    return random_draws.owed(study.store)


def hidden_among(study: Study, coder: str, segments: Iterable[int]) -> set[int]:
    """Return which of some units a coder is to judge without seeing their suggestions.

    Decided by a keyed hash of the study's seed, the coder and the unit: it stays the same however often the unit is
    shown, and neither place nor score of a unit tells. A unit that was drawn at random is never hidden, since a
    promise and an estimate rest on what is said of its suggestions.
    """
    share = study.settings.hide_suggestions
    by_lot = {segment for segment in segments if share and _lot(study, "hidden", coder, segment) < share}
    return by_lot - decision_times.drawn(study.store, by_lot) if by_lot else by_lot


def hidden(study: Study, coder: str, segment: int) -> bool:
    """Tell whether a coder is to judge a unit without seeing its suggestions (write `shown="nothing"` then)."""
    return bool(hidden_among(study, coder, [segment]))


def hide(study: Study, coder: str, items: Sequence[Item]) -> list[Item]:
    """Take the suggestions off the items that a coder is to judge blind."""
    blind = hidden_among(study, coder, [item.unit.segment.id for item in items])
    return [replace(item, suggestions=(), shown="nothing") if item.unit.segment.id in blind else item for item in items]


def probe(study: Study, coder: str, segment: int, suggested: Iterable[str]) -> tuple[str, float] | None:
    """Return the wrong code, with a score, that is to be shown among a unit's suggestions; None: show none.

    It is a code that the model suggested elsewhere, with its score there. Nobody, person or model, has ever named it
    for this unit, and it shares no facet with what was suggested here. It is no event: pass what the coder said of it
    to `write_outcome`, and nothing of it to `answer`.
    """
    suggested = list(suggested)
    if not suggested or _lot(study, "probe", coder, segment) >= study.settings.probes:
        return None
    if hidden(study, coder, segment) or decision_times.drawn(study.store, [segment]):
        return None
    model, said = log.suggesting_model(study.store), decision_times.said_of(study.store, segment)
    near = {value for code in said.union(suggested) for value in _facets(study, code)}
    for code, score in decision_times.suggestion_near(study.store, model, _lot(study, "which probe", coder, segment)):
        if study.scheme.code(code) and code not in said and not near.intersection(_facets(study, code)):
            return code, score
    return None


def write_outcome(study: Study, coder: str, segment: int, code: str, *, accepted: bool) -> None:
    """Write down what a coder said of a probe; call it in the transaction of the answer. The first answer counts."""
    decision_times.write_probe(study.store, coder, segment, code, accepted)


def write_time(study: Study, coder: str, segment: int, shown: str, seconds: float) -> None:
    """Write down how many seconds passed from showing a unit to its answer; call it in the answer's transaction."""
    if 0 <= seconds <= MOST_SECONDS:
        decision_times.write_decision(study.store, coder, segment, shown, seconds)


def _lot(study: Study, what: str, coder: str, segment: int) -> float:
    """Return a number from 0 to 1 that looks random and is always the same."""
    key = f"coder/{what}/{study.settings.seed}".encode()[:64]
    return int.from_bytes(blake2b(f"{segment}/{coder}".encode(), key=key, digest_size=7).digest()) / 2**56


def _facets(study: Study, path: str) -> list[tuple[str, str]]:
    code = study.scheme.code(path)
    return list(code.facets.items()) if code else []
