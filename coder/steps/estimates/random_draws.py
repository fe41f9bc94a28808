"""The random draws of a study as estimators need them: what was known and suggested before each, and what it found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coder.errors import StudyError
from coder.steps.coding.judgements import adjudicated, people, placed
from coder.steps.study.study import Study
from coder.store import corpus, log
from coder.store.board_facts import transcript_of_units
from coder.store.judgements import judgements
from coder.store.random_draws import doubles, draws
from coder.transcripts.segment import parse_rule
from coder.types import CoderKind, Judgement, Span, Verdict

if TYPE_CHECKING:  # numpy is imported where it is used
    import numpy as np

    from coder.agreement.ratings import Ratings
    from coder.inference.prevalence import Drawn


@dataclass(frozen=True)
class DrawMade:
    """A random draw: when, how, how many units of today it took, how many of them are still to be judged.

    It counts for `cases`: none of them where it is not finished, and not one in which a unit that nobody had judged
    could not be drawn. `why` gives the reason.
    """

    run: int
    at: str
    how: str
    drawn: int
    to_go: int
    cases: tuple[str, ...]
    why: str


@dataclass(frozen=True, eq=False)
class Population:
    """The units of the study with their cases, what is known now, and the finished draws.

    `case` is the position of each unit's case in `cases`; a transcript without a case is one of its own. `transcript`
    numbers each unit's transcript. `machine` tells whether anything was ever suggested.
    """

    codes: tuple[str, ...]
    cases: tuple[str, ...]
    case: np.ndarray
    transcript: np.ndarray
    now: Drawn
    drawn: list[Drawn]
    made: list[DrawMade]
    notes: list[str]
    machine: bool

    def tallies(self) -> tuple[list[np.ndarray], np.ndarray]:
        """Return the sums of each draw and of now, by case."""
        from coder.inference.prevalence import tally

        return [tally(draw, self.case) for draw in self.drawn], tally(self.now, self.case)


def population_of(study: Study) -> Population:
    """Return the units, people's judgements of them now, and every finished draw with what was known before it."""
    import numpy as np

    from coder.inference.prevalence import Drawn

    units = transcript_of_units(study.store, str(parse_rule(study.settings.units)))
    if not units:
        raise StudyError("no units yet", where=study.folder, todo=f"coder import {study.folder}, then coder segment")
    span_of, row = corpus.spans(study.store), {unit: n for n, unit in enumerate(units)}
    case_of = corpus.case_of(study.store)
    names = [case_of[name] for name in units.values()]
    cases = tuple(dict.fromkeys(names))
    place = {name: n for n, name in enumerate(cases)}
    case = np.array([place[name] for name in names], dtype=np.intp)
    transcript = np.unique(list(units.values()), return_inverse=True)[1]
    events = judgements(study.store)
    Y, notes = _judged(study, list(units), span_of, events)
    model, models = log.suggesting_model(study.store), log.coders_of_kind(study.store, CoderKind.MODEL)
    suggested = _suggested(study, events, model, row)
    now = Drawn(Y, suggested, np.zeros(len(units)), np.full(Y.shape, np.nan))
    drawn, made = [], []
    for run, at, how, frame in _frames(study):
        found = {row[segment]: chance for segment, chance in frame.items() if segment in row}
        chance, taken = np.zeros(len(units)), np.zeros(len(units), bool)
        chance[list(found)] = [probability for probability, _ in found.values()]
        taken[list(found)] = [drawn for _, drawn in found.values()]
        to_go = int(np.isnan(Y[taken]).any(axis=1).sum())
        whole: tuple[str, ...] = ()
        why = f"{to_go} units are still to be judged"
        if not to_go:
            earlier = judgements(study.store, before_run=run)
            then = _judged(study, list(units), span_of, earlier)[0]
            known = np.where(np.isnan(then) | np.isnan(Y), then, Y)
            last_model = next((event.coder for event in reversed(earlier) if event.coder in models), "")
            machine = _suggested(study, earlier, last_model, row)
            drawn.append(Drawn(known, machine, chance, np.where(taken[:, None], Y, np.nan)))
            whole, why = _covered(np.isnan(known).any(axis=1) & (chance == 0), case, cases, how)
        made.append(DrawMade(run, at, how, int(taken.sum()), to_go, whole, why))
    return Population(study.scheme.paths(), cases, case, transcript, now, drawn, made, notes, bool(model))


def _frames(study: Study) -> list[tuple[int, str, str, dict[int, tuple[float, bool]]]]:
    """Return each draw's run, time, kind and frame: of each segment the chance, and whether it was drawn."""
    found: dict[int, tuple[int, str, str, dict[int, tuple[float, bool]]]] = {}
    for draw in draws(study.store):
        frame = found.setdefault(draw.run, (draw.run, draw.at, draw.how, {}))[3]
        frame[draw.segment] = (draw.probability, draw.drawn)
    for double in doubles(study.store):
        frame = found.setdefault(double.run, (double.run, double.at, "double coding", {}))[3]
        frame[double.segment] = (double.probability, bool(double.coders))
    return [found[run] for run in sorted(found)]


def _judged(
    study: Study, units: list[int], span_of: Mapping[int, Span], events: Sequence[Judgement]
) -> tuple[np.ndarray, list[str]]:
    """Return people's judgement of every unit and code, and notes on it.

    Where somebody has read a unit and nobody is sure of a code, the code does not count as found.
    """
    import numpy as np

    from coder.agreement.ratings import ratings

    def laid(events: Sequence[Judgement]) -> Ratings:
        judged = placed(study, span_of, events)
        spans = [span_of[unit] for unit in units]
        return ratings(spans, {name: judged.get(name, []) for name in people(study)}, codes=study.scheme.paths())

    found = laid(events)
    Y, notes = adjudicated(study, found), _undecided(study, found)
    if any(event.verdict is Verdict.UNSURE for event in events):
        sure = adjudicated(
            study,
            laid([e._replace(verdict=Verdict.ABSENT) if e.verdict is Verdict.UNSURE else e for e in events]),
        )
        unsure = int((np.isnan(Y) & ~np.isnan(sure)).sum())
        Y = np.where(np.isnan(Y), sure, Y)
        notes += [f"Codes that somebody is unsure of count as absent: {unsure} times."] * bool(unsure)
    return Y, notes


def _undecided(study: Study, found: Ratings) -> list[str]:
    """Note how often people disagree and nobody has adjudicated it."""
    import numpy as np

    if len(found.coders) < 2:
        return []
    apart = np.fmax.reduce(found.values) != np.fmin.reduce(found.values)
    apart &= ~np.isnan(found.values).all(axis=0)
    if study.settings.adjudicator in found.coders:
        apart &= np.isnan(found.values[found.coders.index(study.settings.adjudicator)])
    n = int(apart.sum())
    return [f"Disagreements that nobody has adjudicated go with the majority, ties with present: {n}."] if n else []


def _suggested(study: Study, events: Sequence[Judgement], model: str, row: dict[int, int]) -> np.ndarray:
    """Return (n_units, n_codes) whether the model gives the code."""
    import numpy as np

    column = {path: k for k, path in enumerate(study.scheme.paths())}
    found = np.zeros((len(row), len(column)), bool)
    cells = [
        (row[e.segment], column[e.code])
        for e in events
        if e.coder == model and e.segment in row and e.code in column and e.verdict is Verdict.PRESENT
    ]
    if cells:
        found[tuple(np.array(cells).T)] = True
    return found


def _covered(outside: np.ndarray, case: np.ndarray, cases: tuple[str, ...], how: str) -> tuple[tuple[str, ...], str]:
    """Return the cases in which every unit that nobody had judged could be drawn, and why others are left out."""
    import numpy as np

    left_out = np.bincount(case, outside, len(cases)) > 0
    whole = tuple(name for name, partly in zip(cases, left_out, strict=True) if not partly)
    why = f"{int(outside.sum())} units that nobody had judged could not be drawn" if len(whole) < len(cases) else ""
    return whole, why + " (it draws from suggested units)" * bool(why and how == "random")
