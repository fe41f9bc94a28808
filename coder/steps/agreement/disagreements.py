"""Disagreements as text: the units that two coders see differently, by code and by kind of confusion."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from math import isnan
from typing import TYPE_CHECKING

from coder.errors import StudyError, check_known
from coder.steps.coding.judgements import ratings_of
from coder.steps.coding.ratings import by_case, of_coders, pairs_of, together
from coder.steps.corpus.units import units_of
from coder.steps.scheme.subset import below
from coder.steps.study.study import Study
from coder.store import corpus
from coder.store.judgements import judgements
from coder.tables.citation_order import clock
from coder.types import CoderKind, Judgement, Scheme, Segment, Table, Turn, Verdict

if TYPE_CHECKING:  # numpy is imported where it is used
    from coder.agreement.confusion import Confusion
    from coder.agreement.ratings import Ratings
    from coder.figures.drawing import Drawing

NOTHING = "no code at all"
FEWER = "only codes that both gave"
BORDER = "the same code, with other borders"
UNRELATED = "an unrelated code"
_NOTE = (
    "Every disagreement stands under the code that one coder gave and the other did not: a unit on which each gave a "
    "code of their own comes up under both. Counted are judgements before adjudication; units that only one of them "
    "judged, and codes that either left unsure, are not."
)
_MATRIX_NOTE = (
    "Codes that both gave to a unit are taken away; of the p and q codes that are left each meets each with "
    "1 / max(p, q), and the shorter side is filled up with no code. So each code that was given counts once. Both "
    "judged {n} units; to {none} of them neither gave a code."
)


@dataclass(frozen=True, slots=True)
class GivenCodes:
    """A coder's codes of a unit, and the memos on it."""

    coder: str
    codes: tuple[str, ...]
    memos: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A unit to which one coder (`gave`) gave a code, and the other (`against`) did not.

    `kind` is what the other did instead; `instead` is the code nearest to it that only the other gave, if any.
    `before` and `after` are the turns around the unit's own, with what the own turn holds besides the unit. `turn`
    counts from 0, as in a citation; `at_ms` is the turn's time in the recording.
    """

    code: str
    kind: str
    instead: str
    segment: int
    transcript: str
    case: str
    turn: int
    start: int
    end: int
    at_ms: int | None
    speaker: str
    title: str
    before: str
    words: str
    after: str
    gave: GivenCodes
    against: GivenCodes


@dataclass(frozen=True)
class Disagreements:
    """All disagreements of some pairs of coders.

    `found` is in order of the scheme's codes, in each by kind, the most frequent first, then by place. `confusions` are
    the matrices of the pairs, over all codes.
    """

    found: list[Disagreement]
    confusions: list[Confusion]

    def kinds(self) -> list[tuple[str, int]]:
        """Return how often each kind occurs, the most frequent first."""
        return Counter(one.kind for one in self.found).most_common()

    def tables(self) -> list[Table]:
        """Return the kinds, the codes that are confused, the matrix, and a table of passages for each code."""
        return [self.kinds_table(), self.confused_table(), *map(matrix_table, self.confusions), *self.passages()]

    def kinds_table(self) -> Table:
        """Return how often each kind occurs, the most frequent first, over all codes and of each."""
        rows: list[tuple[str | int | float | None, ...]] = []
        for kind, n in self.kinds():
            codes = Counter(one.code for one in self.found if one.kind == kind)
            rows += [(kind, "all codes", n), *((kind, code, often) for code, often in codes.most_common())]
        return Table("What the other coder gave", ("the other coder gave", "where one gave", "n"), tuple(rows), _NOTE)

    def confused_table(self, most: int | None = None) -> Table:
        """Return the pairs of codes that stand against each other, the most frequent first."""
        cells = sorted(
            ((*one.coders, *cell) for one in self.confusions for cell in one.apart()), key=lambda cell: -cell[4]
        )
        rows = tuple((a, code, b, other, round(n, 2)) for a, b, code, other, n in cells[:most])
        left = len(cells) - len(rows)
        note = f"{left} more pairs of codes; --format csv has them all." if left else ""
        return Table("Codes against each other", ("coder", "gave", "coder", "gave", "n"), rows, note)

    def passages(self) -> list[Table]:
        """Return a table of passages for each code."""
        header = (
            "The other gave", "Gave the code", "Against", "Instead", "Before", "Words", "After", "Speaker", "Title",
            "Case", "Transcript", "Turn", "Start", "End", "Time", "Memos",
        )  # fmt: skip
        by_code: dict[str, list[Disagreement]] = {}
        for one in self.found:
            by_code.setdefault(one.code, []).append(one)
        return [Table(f"{code} ({len(ones)})", header, tuple(map(_row, ones))) for code, ones in by_code.items()]


def _row(one: Disagreement) -> tuple[str | int | float | None, ...]:
    memos = "; ".join(f"{given.coder}: {memo}" for given in (one.gave, one.against) for memo in given.memos)
    return (
        one.kind, one.gave.coder, one.against.coder, ", ".join(one.against.codes), one.before, one.words, one.after,
        one.speaker, one.title, one.case, one.transcript, one.turn + 1, one.start, one.end, clock(one.at_ms), memos,
    )  # fmt: skip


def matrix_table(found: Confusion) -> Table:
    """Return a confusion matrix as a table: the first coder's codes in the rows, the second's in the columns."""
    rows = tuple(
        (code, *(round(n, 2) for n in row)) for code, row in zip(found.codes, found.counts.tolist(), strict=True)
    )
    one, other = found.coders
    title = f"Confusion matrix: {one} in the rows, {other} in the columns"
    note = _MATRIX_NOTE.format(n=found.units, none=int(found.counts[-1, -1]))
    return Table(title, (f"{one} / {other}", *found.codes), rows, note)


def disagreements(
    study: Study, *, coders: Sequence[str] = (), code: str | None = None, case: str | None = None
) -> Disagreements:
    """Return every unit and code that two coders see differently, as it stood before anything was adjudicated.

    Parameters
    ----------
    coders
        The pairs among these; of one coder, them with each of the others. All pairs of people if none is named, the
        adjudicator apart. A machine from elsewhere is compared where it is named.
    code
        Only codes at or below this path, or with this value of a facet. The matrix has all codes.
    case
        Only this case, or transcript.

    Raises
    ------
    UsageError
        There is no coder, code or case of a name that was given.
    StudyError
        No two of the coders have judged the same unit.
    """
    from coder.agreement.confusion import confusion

    codes = set(study.scheme.paths() if code is None else below(study, code).paths())
    machines = ratings_of(study, kind=CoderKind.MACHINE)
    machines = of_coders(machines, [name for name in machines.coders if name in coders])
    ratings = _of_case(study, together(ratings_of(study, before_adjudication=True), machines), case)
    pairs = pairs_of(study, ratings, coders)
    if not pairs:
        raise StudyError(
            "no two coders have judged the same units",
            where=study.folder,
            todo="let a second coder code some of them: coder double-code",
        )
    places = _Places(study, ratings)
    found = [one for pair in pairs for one in _between(study.scheme, pair, places) if one.code in codes]
    frequent = Counter((one.code, one.kind) for one in found)
    order = {path: n for n, path in enumerate(study.scheme.paths())}
    found.sort(key=lambda one: (order[one.code], -frequent[one.code, one.kind], one.kind, one.transcript, one.start))
    return Disagreements(found, [confusion(pair) for pair in pairs])


def confusion_figure(found: Disagreements) -> Drawing:
    """Draw the heat map of the confusion matrix; of several pairs of coders, of their sum."""
    from coder.agreement.confusion import summed
    from coder.figures.heat import confusion_map

    total = summed(found.confusions)
    none = int(total.counts[-1, -1])
    one, other = total.coders
    title = f"Codes of {one} against those of {other}"
    note = f"{total.units} units judged by both, to {none} of which neither gave a code"
    return confusion_map(title, one, other, total.codes, total.counts.tolist(), note)


def _of_case(study: Study, ratings: Ratings, case: str | None) -> Ratings:
    """Keep the units of a case, or of a transcript that belongs to none."""
    if case is None:
        return ratings
    cases = by_case(study, ratings)
    check_known("case", [case], cases)
    return cases[case]


def _between(scheme: Scheme, ratings: Ratings, places: _Places) -> Iterator[Disagreement]:
    """Yield what two coders see differently: each unit and code that one gave and the other did not."""
    import numpy as np

    for a, b in permutations(range(2)):
        for n, k in np.argwhere((ratings.values[a] == 1) & (ratings.values[b] == 0)).tolist():
            unit, code = int(ratings.units[n]), ratings.codes[k]
            gave, against = (
                places.given(ratings.coders[row], unit, ratings.codes, ratings.values[row, n]) for row in (a, b)
            )
            kind, instead = _kind(scheme, code, gave.codes, against.codes)
            if places.touches(unit, code, gave.coder, against.coder):
                kind, instead = BORDER, code
            yield places.disagreement(unit, code, kind, instead, gave, against)


def _kind(scheme: Scheme, code: str, gave: Sequence[str], against: Sequence[str]) -> tuple[str, str]:
    """Return what the coder who did not give the code did instead, and the nearest code that only they gave."""
    own = [other for other in against if other not in gave]
    if not own:
        return (FEWER if against else NOTHING), ""
    kinds = {other: _likeness(scheme, code, other) for other in own}
    nearest = min(own, key=lambda other: kinds[other])
    return kinds[nearest][1], nearest


def _likeness(scheme: Scheme, code: str, other: str) -> tuple[int, str]:
    """Return how near another code is, nearest first, and what they have in common, as text.

    Of a faceted scheme the first facet whose value both have; of a tree the heading right above both.
    """
    if len(scheme.facets) == 1:
        heading = code.rpartition("/")[0]
        return (0, "another code of the same heading") if heading and heading == other.rpartition("/")[0] else _FAR
    one, two = scheme.code(code), scheme.code(other)
    if one is None or two is None:
        return _FAR
    for n, facet in enumerate(scheme.facets):
        if one.facets[facet] == two.facets[facet]:
            others = [name for name in scheme.facets if one.facets[name] != two.facets[name]]
            return n, f"the same {facet}, another {' and '.join(others)}"
    return _FAR


_FAR = (99, UNRELATED)


class _Places:
    """The text of the units and around them, and the passages by which each coder coded each unit."""

    def __init__(self, study: Study, ratings: Ratings) -> None:
        from coder.agreement.ratings import project

        wanted, spans = set(ratings.units), corpus.spans(study.store)
        self._units = {unit.segment.id: unit.segment for unit in units_of(study) if unit.segment.id in wanted}
        self._texts = {name: item.transcript for name, item in corpus.transcripts(study.store).items()}
        self._speakers = corpus.speakers(study.store)
        self._case_of = corpus.case_of(study.store)
        judged = [*judgements(study.store, before_adjudication=True), *judgements(study.store, kind=CoderKind.MACHINE)]
        events = [event._replace(place=spans[event.segment]) for event in judged if event.segment in spans]
        units = list(self._units)
        coded = project([self._units[unit].span for unit in units], [event.span for event in events])
        self._codings: dict[tuple[str, int], list[Judgement]] = {}
        self._marked: dict[tuple[str, str, str], list[Judgement]] = {}
        for event, rows in zip(events, coded, strict=True):
            if event.code is not None and event.verdict is Verdict.PRESENT:
                self._marked.setdefault((event.coder, event.code, event.span.transcript), []).append(event)
            for row in rows:
                if event.code is not None or event.segment == units[row]:
                    self._codings.setdefault((event.coder, units[row]), []).append(event)

    def given(self, coder: str, unit: int, codes: Sequence[str], values: Iterable[float]) -> GivenCodes:
        """Return the codes that a coder gave a unit, with the memos of their codings of it."""
        given = tuple(code for code, value in zip(codes, values, strict=True) if not isnan(value) and value == 1)
        memos = dict.fromkeys(event.memo for event in self._codings.get((coder, unit), ()) if event.memo)
        return GivenCodes(coder, given, tuple(memos))

    def touches(self, unit: int, code: str, gave: str, against: str) -> bool:
        """Tell whether both marked the code in passages that overlap, only one of which codes the unit."""
        own = [event.span for event in self._codings.get((gave, unit), ()) if event.code == code]
        here = self._units[unit].span
        marked = self._marked.get((against, code, here.transcript), ())
        return any(event.span.overlap(span) for event in marked for span in (here, *own))

    def disagreement(
        self, unit: int, code: str, kind: str, instead: str, gave: GivenCodes, against: GivenCodes
    ) -> Disagreement:
        """Return a disagreement with its unit's place and surroundings."""
        segment = self._units[unit]
        name = segment.span.transcript
        who = self._speakers.get(name, {}).get(segment.speaker)
        before, after = self._around(segment)
        return Disagreement(
            code=code,
            kind=kind,
            instead=instead,
            segment=unit,
            transcript=name,
            case=self._case_of[name],
            turn=segment.span.turn,
            start=segment.span.start,
            end=segment.span.end,
            at_ms=segment.at_ms,
            speaker=segment.speaker,
            title=who.title if who else "",
            before=before,
            words=segment.words,
            after=after,
            gave=gave,
            against=against,
        )

    def _around(self, segment: Segment) -> tuple[str, str]:
        """Return the turn before with the head of the unit's own turn, and its tail with the turn after."""
        text, span = self._texts[segment.span.transcript], segment.span
        turns: Mapping[int, Turn] = {turn.n: turn for turn in text.turns}
        own = turns.get(span.turn)
        if own is None:
            return "", ""

        def quoted(number: int) -> str:
            turn = turns.get(number)
            return f"{turn.speaker}: {text.words(turn.start, turn.end).strip()}" if turn else ""

        head, tail = text.words(own.start, span.start).strip(), text.words(span.end, max(span.end, own.end)).strip()
        parts = ((quoted(span.turn - 1), head), (tail, quoted(span.turn + 1)))
        before, after = ("\n".join(filter(None, both)) for both in parts)
        return before, after
