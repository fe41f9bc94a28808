"""How a transcript is laid out: words in pieces, and a stripe at the margin for each coding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

from coder.steps.audit.unit_page import Line
from coder.steps.pages.reading_view import Reading, Stretch, meeting
from coder.types import CoderKind, Verdict

COLOURS = 7
"""So many colours tell codes apart; every further seven codes take another pattern. The number stands beside."""
PATTERNS = 5
ROWS = 20
"""So many rows has the margin of a turn: a stripe begins and ends at the nearest of them."""
LINE = 70
"""About so many characters stand on a line."""


@dataclass(frozen=True, slots=True)
class Key:
    """How a code looks at the margin: its number in the scheme, a colour and a pattern."""

    code: str
    number: str
    colour: int
    pattern: int


@dataclass(frozen=True, slots=True)
class Stripe:
    """A coding at the margin of a turn: from which of the rows on, and over how many."""

    event: int
    key: Key
    coder: str
    own: bool
    doubt: bool
    score: float | None
    words: str
    row: int
    rows: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words under the same codings.

    `unit` is set on the first piece of a unit in the turn, `hit` on those of a hit, of which one begins it.
    """

    words: str
    events: tuple[int, ...]
    unit: int | None
    uncoded: bool
    hit: int | None
    begins: bool


def keys(reading: Reading, scheme: Sequence[str]) -> dict[str, Key]:
    """Return how the codes look, in the scheme's order; what the scheme has no more comes last, without a number."""
    known = {code: n for n, code in enumerate(scheme)}
    codes = {passage.code or "" for passage in reading.passages}
    found = {}
    for code in sorted(codes, key=lambda code: (known.get(code, len(known)), code)):
        n = known.get(code)
        found[code] = (
            Key(code, "–", COLOURS, 0) if n is None else Key(code, str(n + 1), n % COLOURS, n // COLOURS % PATTERNS)
        )
    return found


def lay_out(reading: Reading, person: str, scheme: Sequence[str]) -> Iterator[tuple[Line, list[Piece], list[Stripe]]]:
    """Yield each turn with its words in pieces and its stripes."""
    looks = keys(reading, scheme)
    places = [(turn.start, turn.end, turn) for turn in reading.turns]
    layers = (
        [(passage.span.start, passage.span.end, passage) for passage in reading.passages],
        [(unit.start, unit.end, unit) for unit in reading.units],
        reading.hits,
    )
    for turn, passages, units, hits in zip(reading.turns, *(meeting(places, layer) for layer in layers), strict=True):
        yield turn, list(_pieces(turn, passages, units, hits)), list(_stripes(turn, passages, looks, person))


def _pieces(
    turn: Line, passages: Sequence[Stretch], units: Sequence[Stretch], hits: Sequence[Stretch]
) -> Iterator[Piece]:
    """Yield the words of a turn, cut where a coding, a unit or a hit begins or ends; none is lost."""
    cuts = {at for start, end, _ in (*passages, *units, *hits) for at in (start, end) if turn.start < at < turn.end}
    borders = sorted({turn.start, turn.end} | cuts)
    places = [(start, end, None) for start, end in pairwise(borders)]
    layers = (meeting(places, layer) for layer in (passages, units, hits))
    for (start, end, _), codings, here, found in zip(places, *layers, strict=True):
        unit = here[0][2] if here else None
        yield Piece(
            turn.words[start - turn.start : end - turn.start],
            tuple(passage.id for _, _, passage in codings),
            unit.segment if unit and max(unit.start, turn.start) == start else None,
            unit is not None and not unit.said,
            found[0][2] if found else None,
            bool(found) and max(found[0][0], turn.start) == start,
        )


def _stripes(turn: Line, passages: Sequence[Stretch], looks: Mapping[str, Key], person: str) -> Iterator[Stripe]:
    """Yield the stripes of a turn: at the height of the passage, and one line high at least."""
    length = max(1, len(turn.words))
    least = ceil(ROWS / ceil(length / LINE))
    for first, last, passage in passages:
        start, end = max(first, turn.start) - turn.start, min(last, turn.end) - turn.start
        row = min(ROWS * start // length, ROWS - least)
        rows = min(ROWS, max(row + least, ceil(ROWS * end / length))) - row
        look, own, doubt = looks[passage.code], passage.coder == person, passage.verdict is Verdict.UNSURE
        score = None if passage.kind is CoderKind.PERSON else passage.confidence
        yield Stripe(passage.id, look, passage.coder, own, doubt, score, turn.words[start:end][:80], row, rows)
