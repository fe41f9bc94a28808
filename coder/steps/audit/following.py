"""In reading order suggestions follow the coder: an answer counts for the units next to it, a code goes on.

Only what a coder is shown follows that coder's own answers. What the model suggests by itself stays in the log as it
is, and its figures rest on that alone; units of random samples and units to be coded blind never get anything else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from threading import RLock
from typing import TYPE_CHECKING

from coder.errors import ModelError, UsageError
from coder.steps.audit.blinding import unseen
from coder.steps.audit.decisions import record_each
from coder.steps.audit.units import AuditUnit, Decision, ShownCode, audit_units
from coder.steps.corpus.units import rule_of, units_of
from coder.steps.models.registry import model_now
from coder.steps.models.training_data import texts_of
from coder.steps.study.study import Study
from coder.store import decision_times, log, unit_queries
from coder.store.judgements import judgements
from coder.types import Judgement, Shown, Unit, Verdict

if TYPE_CHECKING:  # numpy is imported where it is used
    import numpy as np

    from coder.learn.dataset import Matrix
    from coder.learn.model import Model

LIKELY = 2
"""So many of the likeliest codes are listed where none is suggested."""
LONGEST = 8
"""So many units at most are accepted at once: all of them have to be read before they are accepted."""
GOES_ON = 0.5
"""No more units are offered than it is at least this likely than this to hold of all of its units."""


@dataclass(frozen=True)
class _Known:
    """What the model alone says of a transcript's units, in the order of the text: by itself, and with those around."""

    model: Model
    units: list[Unit]
    row: dict[int, int]
    own: Matrix
    P: Matrix

    def after_answers(self, row: int, before: np.ndarray, after: np.ndarray) -> np.ndarray:
        """Return (n_codes,) probabilities of a unit, with what was said of its neighbours (1, 0 or nan)."""
        at = slice(row, row + 1)
        P = self.P[at]
        if self.model.given is not None:
            P = self.model.given.probabilities(self.own[at], P, before[None], after[None])
        probabilities: np.ndarray = P[0]
        return probabilities


@dataclass(frozen=True)
class _Answers:
    """What a coder said of units around one: (n, n_codes) 1, 0 or nan by row, and the judgements with their rows."""

    first: int
    Y: Matrix
    said: list[tuple[Judgement, list[int]]]

    def of(self, row: int) -> np.ndarray:
        """Return what was said of a unit; nan outside of the transcript."""
        said: np.ndarray = self.Y[row - self.first]
        return said

    def events(self, row: int, code: str) -> tuple[int, ...]:
        """Return the events that say whether the two neighbours of a unit have a code."""
        beside = {row - self.first - 1, row - self.first + 1}
        return tuple(one.id for one, rows in self.said if one.code in {None, code} and beside & set(rows))


class Following:
    """The model's probabilities, kept by transcript so that an answer counts at once: no unit is predicted again."""

    def __init__(self) -> None:
        self._model: tuple[tuple[str, ...], Model | None] = ((), None)
        self._kept: dict[tuple[str, ...], _Known] = {}
        self._lock = RLock()

    def follow(self, study: Study, coder: str, item: AuditUnit) -> AuditUnit:
        """Return a unit with suggestions that count the coder's answers on the two units next to it.

        Without such answers the suggestions are the model's own. A code that the model suggests by itself and no longer
        does is listed as `likely`, as are the likeliest where none is suggested. `next_units` are those over which
        the one suggested code would go on.
        """
        known = self._known(study, item)
        if known is None:
            return item
        row = known.row[item.unit.segment.id]
        answers = _answers(study, coder, known, row - 1, row + LONGEST + 1)
        shown = _shown(known, answers, row, item, answers.of(row - 1), answers.of(row + 1))
        return replace(shown, next_units=_next_units(study, coder, known, answers, row, shown))

    def next(self, study: Study, coder: str, item: AuditUnit, last: int) -> list[AuditUnit]:
        """Return the unit after the last one that was answered, if a code is suggested for it now; else nothing."""
        known = self._known(study, item)
        row = known.row[last] + 1 if known else 0
        if known is None or row >= len(known.units):
            return []
        [after] = audit_units(study, coder, [known.units[row]], {})
        return [after] if self.follow(study, coder, after).codes else []

    def accept_with_next(
        self, study: Study, coder: str, item: AuditUnit, segments: Sequence[int], memo: str = ""
    ) -> list[int]:
        """Accept the one code that is suggested for a unit and those it goes on over, in one transaction: one undo.

        Each unit is an answer of its own in the log; the suggestion for it counts the answer before. The memo is that
        of the first unit.

        Raises
        ------
        UsageError
            There are no such units, or others than these segments.
        """
        codes = [one.code for one in item.codes]
        if not item.next_units:
            raise UsageError("the suggested code does not go on over the next units", todo="answer this unit by itself")
        if list(segments) != [unit.segment.id for unit in item.next_units]:
            raise UsageError("the suggestions have changed since this page was opened", todo="look at the unit again")

        def answers() -> Iterator[tuple[AuditUnit, Decision]]:
            """Yield each unit when the one before is in the log."""
            yield item, Decision(dict.fromkeys(codes, Verdict.PRESENT), memo=memo)
            for unit in item.next_units:
                [alone] = audit_units(study, coder, [unit], {})
                yield self.follow(study, coder, alone), Decision(dict.fromkeys(codes, Verdict.PRESENT))

        return record_each(study, coder, answers())

    def _known(self, study: Study, item: AuditUnit) -> _Known | None:
        """Return what is kept of a unit's transcript; None where nothing may follow, or the model is gone."""
        segment = item.unit.segment
        if item.shown is not Shown.SUGGESTIONS or decision_times.drawn(study.store, [segment.id]):
            return None
        name, settings = segment.span.transcript, study.settings
        which = (log.suggesting_model(study.store), study.scheme.source, settings.suggest)
        key = (*which, str(unit_queries.current_text(study.store, name)), rule_of(study))
        with self._lock:
            if key not in self._kept:
                if self._model[0] != which:
                    self._model, self._kept = (which, _load(study, which[0])), {}
                if self._model[1] is None:
                    return None
                self._kept[key] = _predict(study, self._model[1], name)
            known = self._kept[key]
        return known if segment.id in known.row else None


def _load(study: Study, name: str) -> Model | None:
    """Return the suggesting model; None where it cannot be used here."""
    from coder.embed.encoders import encoder

    try:
        return model_now(study, study.folder / "models" / name, encoder(study.settings.encoder))
    except ModelError:
        return None


def _predict(study: Study, model: Model, transcript: str) -> _Known:
    from coder.embed.encoders import encoder

    units = [unit for unit in units_of(study) if unit.segment.span.transcript == transcript]
    own, P = model.own_and_around(texts_of(study, units, encoder(study.settings.encoder)))
    return _Known(model, units, {unit.segment.id: n for n, unit in enumerate(units)}, own, P)


def _answers(study: Study, coder: str, known: _Known, first: int, end: int) -> _Answers:
    """Return what a coder said of the units in these rows; of those to be coded a second time, nothing."""
    import numpy as np

    from coder.agreement.ratings import places, ratings

    codes = known.model.codes
    units = known.units[max(0, first) : end]
    spans, ids = [unit.segment.span for unit in units], [unit.segment.id for unit in units]
    text = unit_queries.current_text(study.store, spans[0].transcript)
    found = judgements(study.store, coder, text=text, start=spans[0].start, end=spans[-1].end)
    said = [one for one in found if one.code is None or one.code in codes]
    again = unseen(study, coder, ids).own
    Y = np.full((end - first, len(codes)), np.nan)
    at = max(0, first) - first
    Y[at : at + len(units)] = ratings(spans, {coder: said}, codes=codes).values[0]
    Y[[at + n for n, segment in enumerate(ids) if segment in again]] = np.nan
    rows = [[at + n for n in own] for own in places(spans, said)]
    return _Answers(first, Y, list(zip(said, rows, strict=True)))


def _shown(
    known: _Known, answers: _Answers, row: int, item: AuditUnit, before: np.ndarray, after: np.ndarray
) -> AuditUnit:
    """Return a unit with the codes that are suggested after these answers, the likeliest first."""
    import numpy as np

    model, P = known.model, known.after_answers(row, before, after)
    answered = ~(np.isnan(before) & np.isnan(after)) if model.given else np.zeros(len(P), bool)
    by_code, codes, likely = {one.code: one for one in item.codes}, [], []
    for k, code in enumerate(model.codes):
        logged, score = by_code.pop(code, None), round(float(P[k]), 4)
        if not answered[k]:
            codes += [logged] if logged else []
            continue
        alone = logged.score if logged else round(float(known.P[row, k]), 4)
        told = replace(logged or ShownCode(code), score=score, alone=alone)
        if P[k] >= model.thresholds[k]:
            codes.append(told if logged else replace(told, given=answers.events(row, code)))
        elif logged:
            likely.append(told)
    codes += by_code.values()  # codes that this model does not know
    named = {one.code for one in (*codes, *likely)}
    more = [model.codes[k] for k in np.argsort(-P, kind="stable").tolist() if model.codes[k] not in named]
    if not codes:
        place = {code: k for k, code in enumerate(model.codes)}
        likely += [ShownCode(code, score=round(float(P[place[code]]), 4)) for code in more[: LIKELY - len(likely)]]
    return replace(item, codes=tuple(sorted(codes, key=_rank)), likely=tuple(sorted(likely, key=_rank)))


def _rank(one: ShownCode) -> float:
    return -(one.score or 0.0)


def _next_units(
    study: Study, coder: str, known: _Known, answers: _Answers, row: int, item: AuditUnit
) -> tuple[Unit, ...]:
    """Return the units after one that are not answered and would be suggested the same code and no other."""
    import numpy as np

    if known.model.given is None or len(item.codes) != 1 or item.codes[0].code not in known.model.codes:
        return ()
    k, likely = known.model.codes.index(item.codes[0].code), item.codes[0].score or 0.0
    after = known.units[row + 1 : row + LONGEST]
    ids = [unit.segment.id for unit in after]
    apart = unseen(study, coder, ids).suggestions | decision_times.drawn(study.store, ids)
    alone = audit_units(study, coder, after, {})
    accepted = np.zeros(len(known.model.codes))
    accepted[k] = 1
    found: list[Unit] = []
    for n, unit in enumerate(alone, start=row + 1):
        if unit.unit.segment.id in apart or not np.isnan(answers.of(n)).all():
            break
        shown = _shown(known, answers, n, unit, accepted, answers.of(n + 1))
        likely *= shown.codes[0].score or 0.0 if shown.codes else 0.0
        if [one.code for one in shown.codes] != [item.codes[0].code] or likely < GOES_ON:
            break
        found.append(unit.unit)
    return tuple(found)
