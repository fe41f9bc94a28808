"""What could have been coded: who read which units of the study, and how many words they hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from coder.rules import count_words
from coder.steps.coding.judgements import people
from coder.steps.corpus.units import units_in
from coder.steps.findings.citations import that_count, wants
from coder.steps.findings.selection import Selection
from coder.steps.study.study import Study
from coder.store import corpus
from coder.store.judgements import judgements
from coder.types import Citation, CoderKind, Judgement, Provenance, Unit, Verdict

Reading = tuple[str, int]
"""Who read a unit, and the unit's segment; nobody's name where only a model did."""
_ANY = "any"
"""Whatever code: who said something of one has read the unit."""
_MACHINE = (Provenance.BULK, Provenance.UNREVIEWED)


def readings(study: Study, selection: Selection) -> set[Reading]:
    """Return who read which units, as far as their codings are among those selected.

    Where the adjudicator's judgement holds, only their readings count, as with citations. If unreviewed suggestions are
    selected, too, the units that nobody read are there as the model's.

    Raises
    ------
    StudyError
        Nothing is cut into units yet.
    """
    units = _units(study, selection)
    kinds = {kind for kind in Provenance if wants(selection.only, kind)}
    found = _by_people(study, selection, units) if kinds.difference(_MACHINE) else set()
    if kinds.intersection(_MACHINE):
        read = {unit for _, unit in _by_people(study, replace(selection, coders=(), since=""), units)}
        found = found | {("", unit.segment.id) for unit in units if unit.segment.id not in read}
    return found


def coded_in(study: Study, selection: Selection, citations: Iterable[Citation]) -> list[set[Reading]]:
    """Return for each citation the readings in which its code was given: its coder's of the units that it codes.

    A passage codes a unit when they share at least half of the shorter of the two.
    """
    from coder.agreement.ratings import project

    units, spans = _units(study, selection), corpus.spans(study.store)
    given = list(citations)
    coded = project([unit.segment.span for unit in units], [spans[cited.segment] for cited in given])
    return [
        {("" if cited.provenance in _MACHINE else cited.coder, units[n].segment.id) for n in places}
        for cited, places in zip(given, coded, strict=True)
    ]


def words_read(study: Study, selection: Selection) -> dict[str, int]:
    """Return how many words the units hold that were read, by transcript; each unit once, whoever read it."""
    read = {unit for _, unit in readings(study, selection)}
    said = Counter[str]()
    for unit in _units(study, selection):
        if unit.segment.id in read:
            said[unit.segment.span.transcript] += count_words(unit.segment.words)
    return dict(said)


def _units(study: Study, selection: Selection) -> list[Unit]:
    """Return the units of the selected cases."""
    case_of = corpus.case_of(study.store)
    inside = {name for name, case in case_of.items() if not selection.cases or case in selection.cases}
    return [unit for unit in units_in(study, ()) if unit.segment.span.transcript in inside]


def _by_people(study: Study, selection: Selection, units: Sequence[Unit]) -> set[Reading]:
    import numpy as np

    from coder.agreement.ratings import ratings

    segments, known = corpus.segments(study.store), {None, *study.scheme.with_retired().paths()}
    events = [e for e in judgements(study.store, kind=CoderKind.PERSON) if e.segment in segments and e.code in known]
    names = list(selection.coders or people(study))
    counted = [event for event in events if event.coder in names and event.at >= selection.since]
    if not selection.coders:
        counted = that_count(study, events, counted, segments)
    said: dict[str, list[Judgement]] = {name: [] for name in names}
    for event in counted:
        code = None if event.code is None else _ANY
        said[event.coder].append(
            event._replace(code=code, verdict=Verdict.PRESENT, place=segments[event.segment].span)
        )  # unsure, too, has read it
    grid = ratings([unit.segment.span for unit in units], said, codes=(_ANY,), ids=[unit.segment.id for unit in units])
    coders, places = np.nonzero(~np.isnan(grid.values[:, :, 0]))
    return {(names[k], units[n].segment.id) for k, n in zip(coders.tolist(), places.tolist(), strict=True)}
