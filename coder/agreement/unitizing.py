"""Krippendorff's reliability of unitizing: whether coders find the same passages, and give them the same values.

Two generations. The family of 2016 (u-alpha, |u-alpha, cu-alpha, (k)u-alpha; Krippendorff, Mathet, Bouvry &
Widlöcher) compares stretches by the characters they share. The coefficient of 1995 and 2004, which it replaces,
compares the borders of units by their squared distance.

The values of a line are mutually exclusive: within a domain (a facet of the scheme) a stretch has one. Where a coder
gave a stretch several, their combination is a value of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coder.agreement.coefficients import ratio
from coder.agreement.contingency import Floats, Ints
from coder.agreement.spans import CODE, CODER, END, START, Line, covering, meeting
from coder.errors import UsageError

ALIKE, MARGIN, GAP, OWN, OWN_SHARED = range(5)
"""What `unit_counts` holds of each value."""


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """A line cut into units with a value and the gaps between them, for each coder.

    Attributes
    ----------
    line
        What was marked.
    names
        The values of the domain that codes stand for.
    sets
        Shape (n_values, n_names): which of the names a value is made of; the first of none, that of gaps.
    lengths, transcripts
        Shape (n_pieces,): characters of each piece on which nothing changes (0 where a coder was unsure), and its
        transcript.
    values
        Shape (n_coders, n_pieces): the value by its position in `sets`; 0 is a gap.
    units
        Shape (n_coders, n_pieces): which of the coder's units or gaps the piece belongs to, numbered from 0.
    """

    line: Line
    names: tuple[str, ...]
    sets: NDArray[np.bool_]
    lengths: Ints
    transcripts: Ints
    values: Ints
    units: Ints

    @property
    def labels(self) -> list[str]:
        """The values as text, combinations with a plus, that of gaps empty."""
        return [" + ".join(self.names[n] for n in np.flatnonzero(row)) for row in self.sets]


def units_of(line: Line, values: Mapping[str, str]) -> Units:
    """Cut a line into each coder's units with their values.

    A unit ends where its value changes, at a transcript's end, and where one marked passage ends and another of the
    same value begins. Passages of one value that overlap are one unit. What a coder was unsure about has no length.

    Parameters
    ----------
    line
        What was marked.
    values
        Code -> the value it stands for; a code that is not there stands for none, and is left out.

    Examples
    --------
    >>> from coder.agreement.spans import lay
    >>> from coder.types import Judgement, Span
    >>> judged = [Judgement.on(Span("a", start, end), code)
    ...         for start, end, code in ((0, 50, None), (5, 25, "cost"), (20, 30, "time"))]
    >>> found = units_of(lay({"Ada": judged}), {"cost": "cost", "time": "time"})
    >>> [(found.labels[value], length) for value, length in zip(found.values[0], found.lengths.tolist())]
    [('', 5), ('cost', 15), ('cost + time', 5), ('time', 5), ('', 20)]
    """
    names = tuple(dict.fromkeys(values[code] for code in line.codes if code in values))
    number = {name: n for n, name in enumerate(names)}
    value_of = np.array([number[values[code]] if code in values else -1 for code in line.codes], dtype=np.intp)
    marks, unsure = (rows[value_of[rows[:, CODE]] >= 0] for rows in (line.marks, line.unsure))
    borders = np.unique(np.concatenate([marks[:, START:].ravel(), unsure[:, START:].ravel(), line.borders]))
    lengths = np.where(covering(borders, unsure[:, START], unsure[:, END]) > 0, 0, np.diff(borders))
    transcripts = line.transcript_of(borders[:-1])
    new_transcript = np.diff(transcripts, prepend=-1) > 0
    rows, runs = [], []
    for coder in range(len(line.coders)):
        own = marks[marks[:, CODER] == coder]
        cover = np.zeros((len(names), len(borders) - 1), dtype=np.intp)
        for value in np.unique(value_of[own[:, CODE]]):
            of_value = own[value_of[own[:, CODE]] == value]
            cover[value] = covering(borders, of_value[:, START], of_value[:, END])
        rows.append((cover > 0).T)
        ended = np.bincount(np.searchsorted(borders, own[:, END]), minlength=len(borders))[:-1]
        before = np.concatenate([[0], cover.sum(axis=0)[:-1]])
        runs.append((ended > 0) & (before == ended))  # nothing runs across this border
    values_met, sets = _numbered(np.concatenate([np.zeros((1, len(names)), dtype=np.bool_), *rows]))
    valued = values_met[1:].reshape(len(line.coders), -1)
    changes = np.diff(valued, axis=1, prepend=-1) != 0
    units = np.cumsum(changes | np.array(runs) | new_transcript, axis=1) - 1
    return Units(line, names, sets, lengths, transcripts, valued, units)


def _numbered(rows: NDArray[np.bool_]) -> tuple[Ints, NDArray[np.bool_]]:
    """Return the number of each row and the distinct rows; the row of all False is number 0."""
    packed = np.packbits(np.pad(rows, ((0, 0), (0, -rows.shape[1] % 64))), axis=1)
    chunks = np.ascontiguousarray(packed).view(np.uint64)
    numbers = np.zeros(len(rows), dtype=np.intp)
    for chunk in chunks.T:
        distinct, inverse = np.unique(chunk, return_inverse=True)
        numbers = np.unique(numbers * len(distinct) + inverse, return_inverse=True)[1]
    return numbers, rows[np.unique(numbers, return_index=True)[1]]


def unit_counts(cut: Units) -> Floats:
    """Count what the coefficients of 2016 are made of, transcript by transcript; counts add up.

    Returns
    -------
    array of shape (n_transcripts, 5, n_values)
        In characters, of each value c (0 is that of gaps): coincidences l_cc; their margin l_c.; coincidences with
        gaps l_c0; the squared lengths of units (the plain lengths of gaps); the squared lengths that units share with
        the units of each other coder, over m - 1 for m coders.
    """
    n_coders, n_values = len(cut.line.coders), len(cut.sets)
    shape = (len(cut.line.transcripts), n_values)
    counts = np.zeros((5, *shape))

    def add(part: int, transcripts: Ints, values: Ints, amounts: Floats | Ints) -> None:
        cells = transcripts * n_values + values
        counts[part] += np.bincount(cells, amounts, minlength=shape[0] * shape[1]).reshape(shape)

    for coder, (values, units) in enumerate(zip(cut.values, cut.units, strict=True)):
        first = np.unique(units, return_index=True)[1]
        where, what = cut.transcripts[first], values[first]
        whole = np.bincount(units, cut.lengths)
        add(MARGIN, cut.transcripts, values, cut.lengths)
        add(OWN, where, what, np.where(what == 0, whole, whole**2))
        for others in np.delete(cut.values, coder, axis=0):
            weights = cut.lengths / (n_coders - 1)
            add(ALIKE, cut.transcripts, values, weights * (values == others))
            add(GAP, cut.transcripts, values, weights * (others == 0))
            shared = np.bincount(units, cut.lengths * (others > 0))
            add(OWN_SHARED, where, what, np.where(what == 0, 0, shared**2) / (n_coders - 1))
    return np.moveaxis(counts, 0, 1)


def u_alpha_of(counts: Floats) -> Floats:
    """Return u-alpha from counts of shape (..., 5, n_values): agreement on units, gaps and values together.

    Disagreement is that of characters with different values. By chance each stretch meets every other but its own
    unit: units are drawn as wholes, gaps character by character (Krippendorff et al. 2016, equations 4 and 5).
    """
    return _alpha(counts[..., ALIKE, :], counts[..., MARGIN, :], counts[..., OWN, :])


def binary_u_alpha_of(counts: Floats) -> Floats:
    """Return |u-alpha: agreement on what is relevant, units of any value against gaps (equation 6)."""
    gaps, total = counts[..., MARGIN, 0], counts[..., MARGIN, :].sum(axis=-1)
    observed = (gaps - counts[..., ALIKE, 0]) * (total**2 - counts[..., OWN, :].sum(axis=-1))
    return 1 - ratio(observed, total * gaps * (total - gaps))


def cu_alpha_of(counts: Floats) -> Floats:
    """Return cu-alpha: agreement on values where units of two coders meet, gaps left out (equations 10 and 11).

    nan where only one value meets.
    """
    return _alpha(*_meeting(counts))


def value_alphas_of(counts: Floats) -> Floats:
    """Return (k)u-alpha of each value but that of gaps, shape (..., n_values - 1): how reliably it is given.

    As cu-alpha, it looks at the characters where units of two coders meet (equation 13).
    """
    alike, margin, own = _meeting(counts)
    total = margin.sum(axis=-1, keepdims=True)
    return 1 - ratio((total * margin - own) * (margin - alike), margin**2 * (total - margin))


def coverage_of(counts: Floats) -> Floats:
    """Return the share of all characters on which cu-alpha rests: those where units of two coders meet, 0 to 1."""
    return ratio(_meeting(counts)[1].sum(axis=-1), counts[..., MARGIN, :].sum(axis=-1))


def value_coverage_of(counts: Floats) -> Floats:
    """Return of each value but that of gaps the share of its characters where units of two coders meet, 0 to 1."""
    return ratio(_meeting(counts)[1], counts[..., MARGIN, 1:])


def c_alpha_binary_of(counts: Floats) -> Floats:
    """Return c-alpha-binary: Krippendorff's nominal alpha of characters, marked with any value or with none.

    As |u-alpha, but each character is drawn by itself, so that it is never higher.
    """
    gaps, total = counts[..., MARGIN, 0], counts[..., MARGIN, :].sum(axis=-1)
    return 1 - ratio((total - 1) * (gaps - counts[..., ALIKE, 0]), gaps * (total - gaps))


def _alpha(alike: Floats, margin: Floats, own: Floats) -> Floats:
    total = margin.sum(axis=-1)
    observed = (total - alike.sum(axis=-1)) * (total**2 - own.sum(axis=-1))
    return 1 - ratio(observed, total * (total**2 - (margin**2).sum(axis=-1)))


def _meeting(counts: Floats) -> tuple[Floats, Floats, Floats]:
    """Return coincidences, margins and squared lengths of the values where units meet, gaps left out."""
    valued = counts[..., 1:]
    return valued[..., ALIKE, :], valued[..., MARGIN, :] - valued[..., GAP, :], valued[..., OWN_SHARED, :]


@dataclass(frozen=True, slots=True)
class Alpha2004:
    """The unitizing alpha of 1995 and 2004 with the disagreements it is made of."""

    observed: float
    expected: float

    @property
    def alpha(self) -> float:
        """1 - D_o / D_e; nan where nothing was marked."""
        return 1 - self.observed / self.expected if self.expected else float("nan")


def alpha_2004(line: Line, code: str) -> Alpha2004:
    """Return the unitizing alpha of one code after Krippendorff (1995; 2004, p. 251 ff.).

    Units that overlap disagree by the squared distances of their beginnings and ends; a unit that meets none of the
    other coder's, by its squared length. By chance, all units of all coders could lie anywhere on the line.
    Transcripts are parts of one line whose gaps end with the transcript. For more than two coders its authors replaced
    it by u-alpha in 2016.

    Raises
    ------
    UsageError
        There are fewer than two coders.
    """
    n_coders = len(line.coders)
    if n_coders < 2:
        raise UsageError("unitizing alpha needs two coders", todo="have two coders read the same transcripts")
    cut = units_of(line, {code: code})
    borders = np.concatenate([[0], np.cumsum(cut.lengths)])
    total = int(borders[-1])
    found: list[Ints] = []
    gaps: list[Ints] = []
    for values, units in zip(cut.values, cut.units, strict=True):
        first = np.unique(units, return_index=True)[1]
        stretches = np.column_stack([borders[first], np.append(borders[first[1:]], total)])
        found.append(stretches[(values[first] > 0) & (_lengths(stretches) > 0)])
        gaps.append(_lengths(stretches[values[first] == 0]))
    observed = sum(_distance(found[i], found[j]) for i in range(n_coders) for j in range(i + 1, n_coders))
    expected = _by_chance(_lengths(np.concatenate(found)), np.concatenate(gaps), n_coders, total)
    return Alpha2004(2 * observed / (n_coders * (n_coders - 1) * max(total, 1) ** 2), expected)


def _distance(one: Ints, other: Ints) -> float:
    """Return the sum of squared distances between two coders' units of one code."""
    i, j = meeting(one, other)
    moved = (one[i].astype(np.float64) - other[j]) ** 2
    alone = [_lengths(np.delete(units, met, axis=0)) for units, met in ((one, i), (other, j))]
    return float(moved.sum()) + sum(float((lengths.astype(np.float64) ** 2).sum()) for lengths in alone)


def _lengths(stretches: Ints) -> Ints:
    return stretches[:, 1] - stretches[:, 0]


def _by_chance(units: Ints, gaps: Ints, n_coders: int, total: int) -> float:
    """Return the disagreement expected of units and gaps of these lengths (Krippendorff 2004, p. 253)."""
    lengths, places = units.astype(np.float64), float(n_coders * total)
    if not len(lengths):
        return 0.0
    longest = np.sort(gaps)[::-1].astype(np.float64)
    fitting = np.searchsorted(-longest, -lengths, side="right")
    places_left = np.concatenate([[0.0], np.cumsum(longest)])[fitting] - fitting * (lengths - 1)
    overlapping = (len(lengths) - 1) / 3 * (2 * lengths**3 - 3 * lengths**2 + lengths)
    pairs = places * (places - 1) - (lengths * (lengths - 1)).sum()
    return float(2 / total * (overlapping + lengths**2 * places_left).sum() / pairs) if pairs else 0.0
