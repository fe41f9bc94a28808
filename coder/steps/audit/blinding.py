"""Blinding: what a coder must not see yet, for every page, list, queue and spreadsheet."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from hashlib import blake2b

from coder.steps.study.study import Study
from coder.store import decision_times, random_draws


@dataclass(frozen=True, slots=True)
class Unseen:
    """Units of which a coder must not see something.

    `codings`: units that the coder still has to code blind: no coding or suggestion by anybody else is shown.
    `suggestions`: units whose suggestions are hidden, which are those and the ones hidden at random. `own`: of the
    former, units that the coder is to code a second time, whose own earlier codings are hidden, too.
    """

    codings: frozenset[int]
    suggestions: frozenset[int]
    own: frozenset[int]


def unseen(study: Study, coder: str, segments: Collection[int]) -> Unseen:
    """Return of which of these units a coder must not see codings or suggestions; three indexed queries for all.

    A unit of the double coding opens up with the coder's own decision. Suggestions hidden at random stay hidden: a
    decision revised after seeing them would still count as blind.
    """
    given = random_draws.left_among(study.store, coder, segments)
    again = random_draws.left_among(study.store, coder, segments, again=True)
    return Unseen(given, given | hidden_among(study, coder, segments), again)


def hidden_among(study: Study, coder: str, segments: Iterable[int]) -> set[int]:
    """Return which of some units a coder is to judge without seeing their suggestions.

    Decided by a keyed hash of the study's seed, the coder and the unit: it stays the same however often the unit is
    shown, and neither place nor score of a unit tells. A unit of a random sample is never hidden, since precision
    guarantees and estimates rest on the decisions on its suggestions.
    """
    share = study.settings.hide_suggestions
    hidden = {segment for segment in segments if share and _random(study, coder, segment) < share}
    return hidden - decision_times.drawn(study.store, hidden) if hidden else hidden


def _random(study: Study, coder: str, segment: int) -> float:
    """Return a number from 0 to 1 that looks random and is always the same."""
    key = f"coder/hidden/{study.settings.seed}".encode()[:64]
    return int.from_bytes(blake2b(f"{segment}/{coder}".encode(), key=key, digest_size=7).digest()) / 2**56
