"""What the tables have in common: the order of citations, and how passages and words are counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace

from coder.errors import TableError
from coder.natural_sort import natural
from coder.rules import count_words
from coder.types import Citation, Scheme


def in_order(citations: Iterable[Citation], scheme: Scheme) -> list[Citation]:
    """Sort citations by the scheme's order of codes, then case, transcript and offset.

    Raises
    ------
    TableError
        If a citation has a code that the scheme does not have: a table must not lose it silently.
    """
    place = {path: i for i, path in enumerate(scheme.paths())}
    citations = list(citations)
    for cited in citations:
        if cited.code not in place:
            raise TableError(
                f"the scheme `{scheme.name}` has no code `{cited.code}`",
                where=f"{cited.transcript}, turn {cited.turn + 1}, coding {cited.event}",
                todo="add the code to the scheme, or recode the passage",
            )
    return sorted(citations, key=lambda c: (place[c.code], where_it_stands(c)))


def where_it_stands(cited: Citation) -> tuple[object, ...]:
    """Return a key that sorts citations of a code by case, transcript and offset, names with numbers by the numbers."""
    return natural(cited.case), natural(cited.transcript), cited.start, cited.end, cited.coder, cited.event


def is_faceted(scheme: Scheme) -> bool:
    """Tell whether the codes of a scheme are combinations of several facets' values."""
    return len(scheme.facets) > 1


def by_code(citations: Iterable[Citation]) -> dict[str, list[Citation]]:
    """Put citations under their codes, each in the order in which they come."""
    found: dict[str, list[Citation]] = defaultdict(list)
    for cited in citations:
        found[cited.code].append(cited)
    return found


def one_a_passage(citations: Iterable[Citation]) -> list[Citation]:
    """Put what several people coded alike into one citation: the same passage of a transcript with the same code.

    It is the first coding's citation, and has the others in `also`. What nobody has reviewed has no coder and stays.

    Examples
    --------
    >>> def cite(n, coder, end=9):
    ...     return Citation(n, "fairs", {}, "We met.", "elm", "Elm", 1, 2, end, None, "Eva", "", coder, "")
    >>> found = one_a_passage([cite(4, "ben"), cite(2, "ada"), cite(7, "ben", 12)])
    >>> [(cited.event, cited.coders) for cited in found]
    [(2, 'ada, ben'), (7, 'ben')]
    """
    found: dict[tuple[object, ...], list[Citation]] = defaultdict(list)
    for cited in citations:
        found[cited.code, cited.transcript, cited.start, cited.end, cited.coder != ""].append(cited)
    kept = []
    for those in found.values():
        first, *others = sorted(those, key=lambda c: c.event)
        kept.append(replace(first, also=tuple(others), pinned=any(c.pinned for c in those)) if others else first)
    return kept


def references(citations: Iterable[Citation]) -> int:
    """Count passages: once per coder, however many of the codes at hand the coder gave the passage."""
    return len({(c.transcript, c.start, c.end, c.coder) for c in citations})


def passages(citations: Iterable[Citation]) -> int:
    """Count passages once each, however many people coded them: the same words of a transcript are one passage."""
    return len({(c.transcript, c.start, c.end) for c in citations})


def words_coded(citations: Iterable[Citation]) -> int:
    """Count words (`rules.count_words`), each word of a transcript once.

    Passages of one transcript that overlap or touch are joined first, so `words` must be exactly what
    stands between the offsets.
    """
    count, transcript, end, joined = 0, "", -1, ""
    for c in sorted(citations, key=lambda c: (c.transcript, c.start, c.end)):
        if c.transcript == transcript and c.start <= end:
            joined += c.words[end - c.start :]
            end = max(end, c.end)
        else:
            count += count_words(joined)
            transcript, end, joined = c.transcript, c.end, c.words
    return count + count_words(joined)


def clock(ms: int | None) -> str:
    """Write a time of the recording as h:mm:ss.

    Examples
    --------
    >>> clock(3_725_400), clock(None)
    ('1:02:05', '')
    """
    if ms is None:
        return ""
    minutes, seconds = divmod(ms // 1000, 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


def minute(at: str) -> str:
    """Write a time of the log to the minute.

    Examples
    --------
    >>> minute("2026-03-01T09:00:00.000Z")
    '2026-03-01 09:00'
    """
    return at[:16].replace("T", " ")


def rounded(value: float | None, digits: int = 2) -> float | None:
    """Round a number, if there is one."""
    return None if value is None else round(value, digits)


def column(name: str, taken: Collection[str]) -> str:
    """Name a column after a word of the scheme, marked where the table has a column of that name.

    Examples
    --------
    >>> column("Mechanism", ["Time"]), column("Time", ["Time"])
    ('Mechanism', 'Time (scheme)')
    """
    return f"{name} (scheme)" if name in taken else name
