"""Agreement on spans as a researcher reports it: a row a code, and a row a domain, with intervals over transcripts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from coder.agreement.bootstrap import UNDEFINED, Interval, with_intervals
from coder.agreement.coefficients import alpha_of, kappa_of, percent_of, positive_of
from coder.agreement.contingency import Counts, Floats, Ints
from coder.agreement.spans import (
    CODE,
    CODER,
    Line,
    character_counts,
    exact_f1_of,
    overlap_of,
    partial_f1_of,
    segment_counts,
)
from coder.agreement.unitizing import (
    MARGIN,
    binary_u_alpha_of,
    c_alpha_binary_of,
    coverage_of,
    cu_alpha_of,
    u_alpha_of,
    unit_counts,
    units_of,
    value_alphas_of,
    value_coverage_of,
)

POOLED = "all codes (pooled)"
CHARACTERS: dict[str, Callable[[Counts], Floats]] = {
    "percent": percent_of,
    "positive": positive_of,
    "kappa": kappa_of,
    "alpha": alpha_of,
}
"""Coefficients of characters: the share of characters alike, F1 of characters, and two corrected for chance."""
SEGMENTS = {"exact_f1": exact_f1_of, "partial_f1": partial_f1_of, "overlap": overlap_of}
"""Measures of segments, of two coders."""
DOMAIN: dict[str, Callable[[Floats], Floats]] = {
    "u_alpha": u_alpha_of,
    "binary_u_alpha": binary_u_alpha_of,
    "cu_alpha": cu_alpha_of,
    "c_alpha_binary": c_alpha_binary_of,
}
"""Coefficients of a domain."""


@dataclass(frozen=True, slots=True)
class SpanRow:
    """Agreement of some coders on the spans of one code, or on those of all codes.

    Attributes
    ----------
    code
        The code; empty for the row over all codes, in which each character and code is one decision.
    label
        What the row is about, as printed.
    characters
        Characters that all of the coders judged.
    coded
        Coder -> how many of them the coder marked.
    segments
        Coder -> how many segments the coder marked; overlapping ones of a code count each.
    agreements, disagreements
        Segments that the other coder has with enough overlap, and those that not; None for more than two coders.
    values, intervals
        Coefficient -> its value and its 95 % interval over transcripts: those of `CHARACTERS`, `SEGMENTS` (nan for
        more than two coders) and, in the row of a code, `u_alpha`.
    """

    code: str
    label: str
    characters: int
    coded: Mapping[str, int]
    segments: Mapping[str, int]
    agreements: int | None
    disagreements: int | None
    values: Mapping[str, float]
    intervals: Mapping[str, Interval]


@dataclass(frozen=True, slots=True)
class ValueRow:
    """How reliably one value of a domain is given: (k)u-alpha, on that share of its characters where units meet."""

    value: str
    alpha: float
    interval: Interval
    coverage: float


@dataclass(frozen=True, slots=True)
class DomainRow:
    """Agreement on one domain: its coefficients (see `DOMAIN`) with intervals, and its values.

    `coverage` is the share of characters on which cu-alpha rests, `combined` that of the marked characters to which a
    coder gave two values or more.
    """

    domain: str
    values: Mapping[str, float]
    intervals: Mapping[str, Interval]
    coverage: float
    combined: float
    by_value: tuple[ValueRow, ...]


def span_rows(line: Line, *, percent: float = 90.0, replicates: int = 2000, seed: int = 1) -> list[SpanRow]:
    """Return agreement on the spans of each code, then of all codes pooled.

    Parameters
    ----------
    line
        Of two coders or more.
    percent
        How much two segments must overlap to agree; see `segment_counts`.
    replicates, seed
        Of the bootstrap over transcripts.

    Raises
    ------
    UsageError
        There are fewer than two coders, or no codes.
    """
    counts = character_counts(line)
    counts = counts.holding(_with_pooled(counts.data))

    def estimated(statistic: Callable[[Floats], Floats], tables: Floats) -> list[tuple[float, Interval]]:
        values, intervals = with_intervals(statistic, tables, replicates=replicates, seed=seed)
        return list(zip(values.tolist(), intervals, strict=True))

    def of_characters(data: Floats) -> Floats:
        held = counts.holding(data)
        return np.concatenate([of(held) for of in CHARACTERS.values()], axis=1)

    characters, n = estimated(of_characters, counts.data), len(line.codes) + 1
    found = {name: characters[k * n : (k + 1) * n] for k, name in enumerate(CHARACTERS)}
    met = _with_pooled(segment_counts(line, percent)) if len(line.coders) == 2 else None
    undefined = [(np.nan, UNDEFINED)] * n
    found |= {name: undefined if met is None else estimated(of, met) for name, of in SEGMENTS.items()}
    unitized = np.stack([_of_one_code(line, code) for code in line.codes], axis=1)
    together = unit_counts(units_of(line, {code: code for code in line.codes}))[:, None]
    found["u_alpha"] = estimated(u_alpha_of, unitized) + estimated(u_alpha_of, together)
    total, segments = counts.sum(), _segments(line)
    agreed = None if met is None else met.sum(axis=0).astype(np.intp)
    return [
        SpanRow(
            code=label if k < len(line.codes) else "",
            label=label,
            characters=int(total.units[k]),
            coded=_each(line, total.paired[k, :, 1]),
            segments=_each(line, segments[:, k]),
            agreements=None if agreed is None else int(agreed[k, 5:].sum()),
            disagreements=None if agreed is None else int(agreed[k, :2].sum() - agreed[k, 5:].sum()),
            values={name: pairs[k][0] for name, pairs in found.items()},
            intervals={name: pairs[k][1] for name, pairs in found.items()},
        )
        for k, label in enumerate([*line.codes, POOLED])
    ]


def domain_row(
    line: Line, domain: str, values: Mapping[str, str], *, replicates: int = 2000, seed: int = 1
) -> DomainRow:
    """Return agreement on one domain, whose values exclude each other.

    Parameters
    ----------
    line
        Of two coders or more.
    domain
        Its name, as printed.
    values
        Code -> the value of the domain that it stands for.
    replicates, seed
        Of the bootstrap over transcripts.
    """
    cut = units_of(line, values)
    counts = unit_counts(cut)
    total = counts.sum(axis=0)
    plain = np.flatnonzero(cut.sets[1:].sum(axis=1) == 1)
    plain = plain[np.argsort(cut.sets[1:][plain].argmax(axis=1))]  # in the order of the names

    def statistic(tables: Floats) -> Floats:
        whole = np.column_stack([of(tables) for of in DOMAIN.values()])
        return np.concatenate([whole, value_alphas_of(tables)[:, plain]], axis=1)

    found, intervals = with_intervals(statistic, counts, replicates=replicates, seed=seed)
    alphas, covered, n = found[len(DOMAIN) :].tolist(), value_coverage_of(total)[plain].tolist(), len(DOMAIN)
    names = [cut.names[cut.sets[value + 1].argmax()] for value in plain]
    marked = total[MARGIN, 1:]
    return DomainRow(
        domain=domain,
        values=dict(zip(DOMAIN, found.tolist(), strict=False)),
        intervals=dict(zip(DOMAIN, intervals, strict=False)),
        coverage=float(coverage_of(total)),
        combined=float(1 - marked[plain].sum() / marked.sum()) if marked.any() else 0.0,
        by_value=tuple(map(ValueRow, names, alphas, intervals[n:], covered)),
    )


def _of_one_code(line: Line, code: str) -> Floats:
    """Count the units of one code, shape (n_transcripts, 5, 2): gaps, and the code, though nobody may have used it."""
    counts = unit_counts(units_of(line, {code: code}))
    return np.pad(counts, ((0, 0), (0, 0), (0, 2 - counts.shape[-1])))


def _with_pooled(tables: Floats) -> Floats:
    """Append to tables of shape (n_transcripts, n_codes, ...) the sum over codes."""
    return np.concatenate([tables, tables.sum(axis=1, keepdims=True)], axis=1)


def _segments(line: Line) -> Ints:
    """Count each coder's segments of each code, and of all, shape (n_coders, n_codes + 1)."""
    counts = np.zeros((len(line.coders), len(line.codes)), dtype=np.intp)
    np.add.at(counts, (line.marks[:, CODER], line.marks[:, CODE]), 1)
    return np.column_stack([counts, counts.sum(axis=1)])


def _each(line: Line, numbers: Floats | Ints) -> dict[str, int]:
    return {coder: int(number) for coder, number in zip(line.coders, numbers, strict=True)}
