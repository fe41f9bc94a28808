"""Agreement on spans: what coders marked, character by character and segment by segment.

The characters that all coders read are laid on one line, transcript after transcript. Everything is counted by
sweeping the sorted borders of what was marked there: a study of a million characters has some thousand borders.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from coder.agreement.coefficients import ratio
from coder.agreement.contingency import PRESENT_ABSENT, Counts, Floats, Ints, count, stacked
from coder.agreement.ratings import known_codes
from coder.errors import UsageError
from coder.types import Judgement, Verdict

CODER, CODE, START, END = range(4)
"""The columns of marks."""

SEGMENT_COUNTS = ("one", "other", "exact", "found_one", "found_other", "agree_one", "agree_other")
"""What `segment_counts` counts: segments of each coder, and which of them the other coder has as well."""


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """The characters that all of some coders read, transcript after transcript, and what each of them marked.

    Attributes
    ----------
    coders, codes
        Their names; marks give them by position.
    transcripts
        The names of those that hold characters which all the coders read.
    lengths
        Shape (n_transcripts,): how many such characters each of them holds.
    marks
        Shape (n_marks, 4), columns coder, code, start, end: what was marked present, cut to what all read.
        Places are half-open offsets on the line. None is empty, and none stands there twice.
    unsure
        The same for what a coder was unsure about and did not mark with the code as well.
    """

    coders: tuple[str, ...]
    codes: tuple[str, ...]
    transcripts: tuple[str, ...]
    lengths: Ints
    marks: Ints
    unsure: Ints

    @property
    def borders(self) -> Ints:
        """Shape (n_transcripts + 1,): where the transcripts begin on the line, and where it ends."""
        return np.concatenate([[0], np.cumsum(self.lengths)])

    def transcript_of(self, places: Ints) -> Ints:
        """Return the position of the transcript that each place lies in."""
        return np.searchsorted(self.borders[1:], places, side="right")


def lay(judgements: Mapping[str, Iterable[Judgement]], *, codes: Sequence[str] | None = None) -> Line:
    """Lay what coders marked on one line of the characters that all of them read as a whole.

    A character outside the frame does not count: whether a code is absent there was not judged by everybody. The
    frame's characters are closed up, so that a passage over two units stays one, though the speaker's label
    between them was read by nobody.

    Parameters
    ----------
    judgements
        Coder -> judgements, each with its place. Marking a passage absent is the same as not marking it in what
        was read.
    codes
        The codes in their order; those that the judgements name, sorted, if not given.

    Raises
    ------
    CodingError
        A judgement names a code that is not among `codes`.

    Examples
    --------
    >>> from coder.types import Span
    >>> whole = [Judgement.on(Span("a", 0, 20), None), Judgement.on(Span("a", 25, 45), None)]
    >>> line = lay({"Ada": [*whole, Judgement.on(Span("a", 10, 35), "cost")], "Ben": whole})
    >>> line.lengths.tolist(), line.marks.tolist()
    ([40], [[0, 0, 10, 30]])
    """
    judged = {coder: list(own) for coder, own in judgements.items()}
    known = known_codes(judged, codes)
    reach: dict[str, int] = {}
    for span in (one.span for own in judged.values() for one in own):
        reach[span.transcript] = max(reach.get(span.transcript, 0), span.end)
    names = tuple(sorted(reach))
    starts = np.cumsum([0, *(reach[name] for name in names)]).astype(np.intp)
    offset = dict(zip(names, starts.tolist(), strict=False))
    number = {code: k for k, code in enumerate(known)}
    table: dict[str, list[tuple[int, int, int, int]]] = {"read": [], "marks": [], "unsure": []}
    for n, own in enumerate(judged.values()):
        for one in own:
            span, about, verdict = one.span, one.code, one.verdict
            start = offset[span.transcript]
            row = (n, -1 if about is None else number[about], start + span.start, start + span.end)
            if about is None and verdict == Verdict.PRESENT:
                table["read"].append(row)
            elif about is not None and verdict in {Verdict.PRESENT, Verdict.UNSURE}:
                table["marks" if verdict == Verdict.PRESENT else "unsure"].append(row)
    read, marks, unsure = (np.array(rows, dtype=np.intp).reshape(-1, 4) for rows in table.values())
    borders, before = _frame(read, len(judged), starts)
    lengths = np.diff(_placed(starts, borders, before))
    shared = tuple(name for name, length in zip(names, lengths.tolist(), strict=True) if length)
    marks, unsure = (_cut(rows, borders, before) for rows in (marks, unsure))
    return Line(tuple(judged), known, shared, lengths[lengths > 0], marks, _less(unsure, marks))


def _frame(read: Ints, n_coders: int, starts: Ints) -> tuple[Ints, Ints]:
    """Return the borders of what was read, and how many characters that everybody read lie before each."""
    borders = np.unique(np.concatenate([read[:, START:].ravel(), starts]))
    shared = np.ones(len(borders) - 1, dtype=np.bool_)
    for coder in range(n_coders):
        own = read[read[:, CODER] == coder]
        shared &= covering(borders, own[:, START], own[:, END]) > 0
    return borders, np.concatenate([[0], np.cumsum(np.diff(borders) * shared)]).astype(np.intp)


def _placed(places: Ints, borders: Ints, before: Ints) -> Ints:
    """Return places of the transcripts as places on the line of what everybody read."""
    return np.rint(np.interp(places, borders, before)).astype(np.intp)


def _cut(rows: Ints, borders: Ints, before: Ints) -> Ints:
    """Cut marks to what everybody read; what is left of two may be the same and stands there once."""
    ends = [_placed(rows[:, column], borders, before) for column in (START, END)]
    placed = np.column_stack([rows[:, CODER], rows[:, CODE], *ends])
    kept: Ints = np.unique(placed[placed[:, END] > placed[:, START]], axis=0)
    return kept


def _less(rows: Ints, others: Ints) -> Ints:
    """Return what is left of stretches without those of the same coder and code among others."""
    left = [np.empty((0, 4), dtype=np.intp)]
    for coder, code in np.unique(rows[:, :START], axis=0):
        own, taken = (part[(part[:, CODER] == coder) & (part[:, CODE] == code)] for part in (rows, others))
        borders = np.unique(np.concatenate([own[:, START:].ravel(), taken[:, START:].ravel()]))
        free = covering(borders, own[:, START], own[:, END]) > 0
        free &= covering(borders, taken[:, START], taken[:, END]) == 0
        places = [borders[:-1][free], borders[1:][free]]
        left.append(np.column_stack([np.full((len(places[0]), 2), (coder, code)), *places]))
    return np.concatenate(left)


def covering(borders: Ints, starts: Ints, ends: Ints) -> Ints:
    """Return how many stretches cover each of the pieces between sorted borders, which hold all their ends.

    Examples
    --------
    >>> covering(np.array([0, 3, 5, 9]), np.array([0, 3]), np.array([5, 5])).tolist()
    [1, 2, 0]
    """
    opened = np.bincount(np.searchsorted(borders, starts), minlength=len(borders))
    closed = np.bincount(np.searchsorted(borders, ends), minlength=len(borders))
    counts: Ints = np.cumsum(opened - closed)[:-1]
    return counts


def pieces(line: Line, code: int) -> tuple[Ints, Ints, Ints]:
    """Cut the line where a code begins or ends for any coder, and at the transcripts' ends.

    Parameters
    ----------
    line
        What was marked.
    code
        Its position in `line.codes`.

    Returns
    -------
    values : array of shape (n_coders, n_pieces)
        1 present, 0 not marked, -1 unsure.
    transcripts, lengths : arrays of shape (n_pieces,)
        The position of the transcript of each piece, and its characters.

    Examples
    --------
    >>> from coder.types import Span
    >>> whole, cost = Judgement.on(Span("a", 0, 40), None), Judgement.on(Span("a", 10, 30), "cost")
    >>> values, _, lengths = pieces(lay({"Ada": [whole, cost], "Ben": [whole]}), 0)
    >>> values.tolist(), lengths.tolist()
    ([[0, 1, 0], [0, 0, 0]], [10, 20, 10])
    """
    marks, unsure = (rows[rows[:, CODE] == code] for rows in (line.marks, line.unsure))
    borders = np.unique(np.concatenate([marks[:, START:].ravel(), unsure[:, START:].ravel(), line.borders]))
    values = np.zeros((len(line.coders), len(borders) - 1), dtype=np.intp)
    for rows, value in ((unsure, -1), (marks, 1)):
        for coder, row in enumerate(values):
            own = rows[rows[:, CODER] == coder]
            row[covering(borders, own[:, START], own[:, END]) > 0] = value
    return values, line.transcript_of(borders[:-1]), np.diff(borders)


def character_counts(line: Line) -> Counts:
    """Count characters as the units of every code, present or absent, transcript by transcript.

    What `coefficients.py` makes of them is agreement on characters. A character that a coder was unsure about is not
    judged.

    Returns
    -------
    Counts
        With two leading axes: transcripts, codes.

    Raises
    ------
    UsageError
        There are no codes, or fewer than two coders.
    """
    if len(line.coders) < 2 or not line.codes:
        raise UsageError(
            f"agreement needs two coders and one code, not {len(line.coders)} and {len(line.codes)}",
            todo="have two coders read the same transcripts, with one code at least",
        )
    cut = (pieces(line, code) for code in range(len(line.codes)))
    return stacked(count(values, PRESENT_ABSENT, transcripts, lengths) for values, transcripts, lengths in cut)


def meeting(one: Ints, other: Ints) -> tuple[Ints, Ints]:
    """Return which stretches of two lists share characters: positions in the one and in the other, pair by pair.

    Parameters
    ----------
    one, other
        Shape (n, 2), half-open, the other sorted by start.

    Examples
    --------
    >>> meeting(np.array([[0, 10], [20, 30]]), np.array([[5, 25], [30, 40]]))
    (array([0, 1]), array([0, 0]))
    """
    reach = np.maximum.accumulate(other[:, 1]) if len(other) else other[:, 1]
    first = np.searchsorted(reach, one[:, 0], side="right")
    counts = np.maximum(np.searchsorted(other[:, 0], one[:, 1], side="left") - first, 0)
    rows = np.repeat(np.arange(len(one)), counts)
    columns = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts) + np.repeat(first, counts)
    touch = other[columns, 1] > one[rows, 0]
    return rows[touch], columns[touch]


def segment_counts(line: Line, percent: float = 90.0) -> Floats:
    """Count the segments of two coders, and which of them the other coder has with the same code.

    Each segment of each coder is tested against the other's, as MAXQDA does, so that a pair that agrees counts
    twice. Two segments agree when what they have in common is at least `percent` of what they cover together.

    Parameters
    ----------
    line
        Of two coders.
    percent
        How much two segments must overlap, above 0 to 100.

    Returns
    -------
    array of shape (n_transcripts, n_codes, 7)
        In the order of `SEGMENT_COUNTS`: segments of the one and of the other coder; pairs with the same borders;
        segments of each that share a character with one of the other's; segments of each that agree.

    Raises
    ------
    UsageError
        There are not two coders, or the percentage is none.

    Examples
    --------
    >>> from coder.types import Span
    >>> whole = Judgement.on(Span("a", 0, 99), None)
    >>> line = lay({name: [whole, Judgement.on(Span("a", n, 30), "cost")] for n, name in ((10, "Ada"), (11, "Ben"))})
    >>> segment_counts(line).tolist(), segment_counts(line, 96).tolist()
    ([[[1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 1.0]]], [[[1.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0.0]]])
    """
    if len(line.coders) != 2:
        raise UsageError(f"segments are compared for two coders, not {len(line.coders)}", todo="name two coders")
    if not 0 < percent <= 100:
        raise UsageError(f"an overlap of {percent} % is none", todo="give a number above 0 and up to 100")
    total = int(line.lengths.sum())
    tables = np.zeros((len(SEGMENT_COUNTS), len(line.transcripts), len(line.codes)))
    sides = [line.marks[line.marks[:, CODER] == coder] for coder in (0, 1)]
    # one code after another on a longer line: segments of different codes never meet
    shifted = [side[:, START:] + (side[:, CODE] * (total + 1))[:, None] for side in sides]
    i, j = meeting(*shifted)
    common = np.minimum(shifted[0][i, 1], shifted[1][j, 1]) - np.maximum(shifted[0][i, 0], shifted[1][j, 0])
    together = np.diff(shifted[0])[i, 0] + np.diff(shifted[1])[j, 0] - common
    agree, same = 100 * common >= percent * together, common == together
    everything = [np.arange(len(side)) for side in sides]
    counted = (everything[0], everything[1], i[same], i, j, i[agree], j[agree])
    for table, rows, side in zip(tables, counted, (0, 1, 0, 0, 1, 0, 1), strict=True):
        chosen = sides[side][np.unique(rows)]
        np.add.at(table, (line.transcript_of(chosen[:, START]), chosen[:, CODE]), 1)
    return np.moveaxis(tables, 0, -1)


def overlap_of(counts: Floats) -> Floats:
    """Return the share of segments that agree, 0 to 1, from counts of shape (..., 7)."""
    one, other, *_, agree_one, agree_other = np.moveaxis(counts, -1, 0)
    return ratio(agree_one + agree_other, one + other)


def exact_f1_of(counts: Floats) -> Floats:
    """Return F1 of segments with exactly the same borders and code, from counts of shape (..., 7)."""
    one, other, exact, *_ = np.moveaxis(counts, -1, 0)
    return ratio(2 * exact, one + other)


def partial_f1_of(counts: Floats) -> Floats:
    """Return F1 of segments that share a character with one of the other coder's of the same code.

    The harmonic mean of the shares of each coder's segments that the other coder has at least in part; it is 0
    where there are segments and none meets another.
    """
    one, other, _, found_one, found_other, *_ = np.moveaxis(counts, -1, 0)
    value = ratio(2 * found_one * found_other, found_one * other + found_other * one)
    return np.where((one + other > 0) & (found_one == 0), 0.0, value)
