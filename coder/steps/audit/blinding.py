"""What a person must not see yet: the one answer for every page, list, queue and sheet."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from coder.steps.audit.anchoring_bias import hidden_among
from coder.steps.study.study import Study
from coder.store import random_draws


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
