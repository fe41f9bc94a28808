"""Change between rounds of interviews: how often each code comes up in the words that were said in each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from coder.errors import TableError, did_you_mean
from coder.natural_sort import natural
from coder.tables.axes import Axis, axis
from coder.tables.citation_order import in_order, passages, rounded
from coder.types import Case, Citation, Scheme, Table

PER = 1000
Attributes = Mapping[str, Mapping[str, str]]
"""Transcript -> its attributes in cases.csv."""


def change(
    citations: Sequence[Citation],
    scheme: Scheme,
    cases: Sequence[Case],
    *,
    by: str,
    words: Mapping[str, int],
    attributes: Attributes,
    rows: str = "code",
) -> Table:
    """Compare rounds: for each code its passages in each, per 1,000 words, and how the rate changed.

    A passage counts once, whoever coded it, so that a round that two people coded does not look richer. The change is
    the rate of the last round less that of the first. Transcripts without a value of `by` are left out, and counted.

    Parameters
    ----------
    by
        The attribute that tells the rounds apart; its values in natural order are the rounds.
    words
        Transcript -> words that respondents said, in the units of it that were read: those that could have been coded.
    attributes
        Of the same transcripts.
    rows
        What stands in the rows; see `matrix`.

    Raises
    ------
    TableError
        No transcript has the attribute, or all have the same value; there is nothing of the name `rows`; the scheme
        lacks the code of a citation.
    """
    round_of = {name: attributes.get(name, {}).get(by, "") for name in words}
    rounds = _rounds(by, round_of, attributes)
    placed = [cited for cited in in_order(citations, scheme) if cited.attributes.get(by)]
    down = axis(rows, placed, scheme, cases)
    said = Counter[str]()
    for name, count in words.items():
        said[round_of[name]] += count
    return Table(
        f"{down.title} by {by}: passages per {PER:,} words",
        (down.head, *(f"{_called(by, name)}: {what}" for name in rounds for what in ("passages", "rate")), "Change"),
        tuple(_rows(placed, down, by, rounds, said)),
        _note(by, rounds, round_of, said),
    )


def _rounds(by: str, round_of: Mapping[str, str], attributes: Attributes) -> list[str]:
    rounds = sorted({*round_of.values()} - {""}, key=natural)
    known = sorted({name for one in attributes.values() for name in one})
    if not rounds:
        hint = did_you_mean(by, known)
        listed = f"There are: {', '.join(known)}" if known else "add a column to cases.csv, then `coder import` it"
        todo = f"{hint} {listed}" if hint else listed
        raise TableError(f"no transcript has the attribute `{by}`", todo=todo)
    if len(rounds) == 1:
        raise TableError(
            f"all transcripts have the same `{by}`: {rounds[0]}", todo="choose an attribute that tells rounds apart"
        )
    return rounds


def _rows(
    placed: Sequence[Citation], down: Axis, by: str, rounds: Sequence[str], said: Mapping[str, int]
) -> list[tuple[str | int | float | None, ...]]:
    made = []
    for row in (*down.values, None):
        there = [cited for cited in placed if row in {down.of(cited), None}]
        counts = [passages(cited for cited in there if cited.attributes[by] == name) for name in rounds]
        rates = [PER * n / said[name] if said[name] else None for n, name in zip(counts, rounds, strict=True)]
        cells = [cell for n, rate in zip(counts, rates, strict=True) for cell in (n, rounded(rate))]
        first, last = rates[0], rates[-1]
        made.append((row or "All", *cells, rounded(None if first is None or last is None else last - first)))
    return made


def _called(by: str, name: str) -> str:
    """Name a round in words: `round 2`, but `autumn`."""
    return f"{by} {name}" if name.isdecimal() else name


def _note(by: str, rounds: Sequence[str], round_of: Mapping[str, str], said: Mapping[str, int]) -> str:
    sizes = Counter(round_of.values())
    each = "; ".join(f"{_called(by, name)}: {said[name]} (transcripts: {sizes[name]})" for name in rounds)
    without = f" Transcripts without {by}, which are left out: {sizes['']}." if sizes[""] else ""
    return (
        f"A passage counts once, whoever coded it. Rate: passages per {PER:,} words that respondents said, in what was "
        f"read. Change: the rate in {_called(by, rounds[-1])} less that in {_called(by, rounds[0])}. "
        f"Words in {each}.{without}"
    )
