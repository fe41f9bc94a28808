"""Which citations of a code are printed: all, those chosen by hand, the most typical, or the most varied."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from coder.rules import shares_half
from coder.tables.citation_order import by_code, where_it_stands
from coder.types import Citation

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float64]

Choice = Literal["all", "pinned", "typical", "varied"]
CHOICES: tuple[Choice, ...] = ("all", "pinned", "typical", "varied")
_DIGITS = 9  # two distances that differ by less are equal, so that every machine breaks ties alike


def choose(
    citations: Iterable[Citation],
    how: Choice,
    n: int | None = None,
    vectors: Mapping[int, Sequence[float] | NDArray[Any]] | None = None,
) -> list[Citation]:
    """Choose at most `n` citations of each code; those that were pinned come first, then the others in order of choice.

    Parameters
    ----------
    how
        - `all`: every one, by case, transcript and place.
        - `pinned`: only those chosen by hand.
        - `typical`: the nearest first to the centre of the code's passages, the mean of their vectors, by cosine.
        - `varied`: the most typical first; then each time, in a case that was not shown if there is one, the passage
          that is farthest from the nearest of those chosen (Gonzalez 1985).

        In the last two, passages that share half of the shorter one's characters are one and are printed once.
    n
        None sets no limit.
    vectors
        A vector for each segment that is cited; `typical` and `varied` need them.

    References
    ----------
    Gonzalez, T. F. (1985). Clustering to minimize the maximum intercluster distance. Theoretical Computer Science 38,
    293-306.

    Examples
    --------
    >>> def cite(n, case):
    ...     return Citation(n, "fairs", {}, "so", case, case, 1, 9 * n, 9 * n + 5, None, "", "", "Ada", "", segment=n)
    >>> found = [cite(1, "Alder"), cite(2, "Alder"), cite(3, "Birch"), cite(4, "Birch")]
    >>> at = {1: [0, 1], 2: [1, 1], 3: [1, 0.9], 4: [1, 0]}
    >>> [cited.event for cited in choose(found, "typical", 2, at)]
    [2, 3]
    >>> [cited.event for cited in choose(found, "varied", 3, at)]
    [2, 4, 1]
    """
    found = by_code(citations).values()
    return [cited for of_code in found for cited in _of_one_code(of_code, how, n, vectors or {})[:n]]


def _of_one_code(found: list[Citation], how: Choice, n: int | None, vectors: Mapping[int, Any]) -> list[Citation]:
    found = sorted(found, key=lambda c: (not c.pinned, where_it_stands(c)))
    pinned = [cited for cited in found if cited.pinned]
    if how == "all":
        return found
    if how == "pinned":
        return pinned
    passages = _distinct(found)
    at = _directions([vectors[cited.segment] for cited in passages])
    order = _typical(at)
    if how == "varied":
        chosen = [place for place, cited in enumerate(passages) if cited.pinned] or order[:1]
        order = _varied(at, [cited.case for cited in passages], chosen, n)
    return pinned + [passages[place] for place in order if not passages[place].pinned]


def _distinct(found: Iterable[Citation]) -> list[Citation]:
    """Keep the first citation of each passage; they come in order of place, the pinned ones before."""
    kept: list[Citation] = []
    near: dict[str, list[Citation]] = defaultdict(list)
    for cited in found:
        here = [other for other in near[cited.transcript] if other.pinned or other.end > cited.start]
        if not any(shares_half(cited.start, cited.end, other.start, other.end) for other in here):
            kept.append(cited)
            here.append(cited)
        near[cited.transcript] = here
    return kept


def _directions(vectors: Sequence[Any]) -> Vectors:
    """Return the vectors with length one, (n_passages, dimension)."""
    import numpy as np

    at: Vectors = np.array(vectors, dtype=np.float64)
    at /= np.maximum(np.linalg.norm(at, axis=1, keepdims=True), 1e-12)
    return at


def _typical(at: Vectors) -> list[int]:
    """Order passages by their cosine with the mean of all, the nearest first."""
    import numpy as np

    nearness = np.round(at @ at.mean(axis=0), _DIGITS)  # the mean's length changes no order
    return [int(place) for place in np.argsort(-nearness, kind="stable")]


def _varied(at: Vectors, cases: Sequence[str], chosen: Sequence[int], n: int | None) -> list[int]:
    """Order `n` passages, or all: those chosen, then of cases not shown first, always the farthest from all before."""
    import numpy as np

    order = list(chosen)
    rest = [place for place in range(len(cases)) if place not in order]
    farness = np.round(1 - (at @ at[order].T).max(axis=1), _DIGITS)
    while rest and (n is None or len(order) < n):
        shown = {cases[place] for place in order}
        new = [place for place in rest if cases[place] not in shown]
        next_one = max(new or rest, key=lambda place: (farness[place], -place))
        order.append(next_one)
        rest.remove(next_one)
        farness = np.minimum(farness, np.round(1 - at @ at[next_one], _DIGITS))
    return order
