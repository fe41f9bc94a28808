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

    from coder.learn.continuation import GivenNeighbours
    from coder.learn.dataset import Matrix

LIKELY = 2
"""So many of the likeliest codes are listed where none is suggested."""
LONGEST = 8
"""So many units at most are accepted at once: all of them have to be read before they are accepted."""
GOES_ON = 0.5
"""No more units are offered than it is at least this likely than this to hold of all of its units."""


@dataclass(frozen=True)
class Predicted:
    """What the model alone says of a transcript's units, in the order of the text: by itself, and with those around."""

    units: list[Unit]
    row: dict[int, int]
    codes: tuple[str, ...]
    thresholds: np.ndarray
    given: GivenNeighbours | None
    own: Matrix
    P: Matrix


Said = list[tuple[Judgement, list[int]]]
"""A coder's judgements, each with the rows of the units that it is about."""


class Following:
    """The model's probabilities, kept by transcript so that an answer counts at once: no unit is predicted again."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, ...], Predicted | None] = {}
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
        Y, said = _answers(study, coder, known, row)
        shown = _shown(known, Y, said, row, item)
        return replace(shown, next_units=_next_units(study, coder, known, Y, row, shown))

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

    def _known(self, study: Study, item: AuditUnit) -> Predicted | None:
        """Return what is kept of a unit's transcript; None where nothing may follow, or the model is gone."""
        segment = item.unit.segment
        if item.shown is not Shown.SUGGESTIONS or decision_times.drawn(study.store, [segment.id]):
            return None
        name, model = segment.span.transcript, log.suggesting_model(study.store)
        text = str(unit_queries.current_text(study.store, name))
        key = (model, study.scheme.source, study.settings.suggest, rule_of(study), text)
        with self._lock:
            if key not in self._kept:
                self._kept[key] = _predict(study, model, name)
            return self._kept[key]


def _predict(study: Study, name: str, transcript: str) -> Predicted | None:
    """Have the suggesting model predict a transcript; None where it cannot be used here."""
    from coder.embed.encoders import encoder as named

    encoder = named(study.settings.encoder)
    try:
        model = model_now(study, study.folder / "models" / name, encoder)
    except ModelError:
        return None
    units = [unit for unit in units_of(study) if unit.segment.span.transcript == transcript]
    row = {unit.segment.id: n for n, unit in enumerate(units)}
    probabilities = model.own_and_around(texts_of(study, units, encoder))
    return Predicted(units, row, model.codes, model.thresholds, model.given, *probabilities)


def _answers(study: Study, coder: str, known: Predicted, row: int) -> tuple[Matrix, Said]:
    """Return (n_units + 1, n_codes) 1, 0 or nan: what a coder said of the units beside a row and of the next ones.

    The last row is nan, for the neighbours that the first and the last unit do not have. Of units that are to be coded
    a second time nothing is known.
    """
    import numpy as np

    from coder.agreement.ratings import places, ratings

    first = max(0, row - 1)
    units = known.units[first : row + LONGEST + 1]
    spans, ids = [unit.segment.span for unit in units], [unit.segment.id for unit in units]
    text = unit_queries.current_text(study.store, spans[0].transcript)
    found = judgements(study.store, coder, text=text, start=spans[0].start, end=spans[-1].end)
    said = [one for one in found if one.code is None or one.code in known.codes]
    again = unseen(study, coder, ids).own
    Y = np.full((len(known.units) + 1, len(known.codes)), np.nan)
    Y[first : first + len(units)] = ratings(spans, {coder: said}, codes=known.codes).values[0]
    Y[[known.row[segment] for segment in again]] = np.nan
    return Y, [(one, [first + n for n in own]) for one, own in zip(said, places(spans, said), strict=True)]


def _shown(known: Predicted, Y: Matrix, said: Said, row: int, item: AuditUnit) -> AuditUnit:
    """Return a unit with the codes that are suggested after the answers Y, the likeliest first."""
    import numpy as np

    before, after, at = Y[row - 1], Y[row + 1], slice(row, row + 1)
    P, answered = known.P[row], np.zeros(len(known.codes), bool)
    if known.given:
        P = known.given.probabilities(known.own[at], known.P[at], before[None], after[None])[0]
        answered = ~(np.isnan(before) & np.isnan(after))
    logged = {one.code: one for one in item.codes}
    codes, likely = [one for one in item.codes if one.code not in known.codes], []
    for k, code in enumerate(known.codes):
        one = logged.get(code)
        if answered[k]:
            alone = one.score if one else round(float(known.P[row, k]), 4)
            told = replace(one or ShownCode(code), score=round(float(P[k]), 4), alone=alone)
            if P[k] >= known.thresholds[k]:
                beside = [event.id for event, at in said if event.code in {None, code} and {row - 1, row + 1} & {*at}]
                codes.append(told if one else replace(told, given=tuple(beside)))
            elif one:
                likely.append(told)
        elif one:
            codes.append(one)
    if not codes:
        named = {one.code for one in likely}
        order = [k for k in np.argsort(-P, kind="stable").tolist() if known.codes[k] not in named]
        likely += [ShownCode(known.codes[k], score=round(float(P[k]), 4)) for k in order[: LIKELY - len(likely)]]
    return replace(item, codes=tuple(sorted(codes, key=_rank)), likely=tuple(sorted(likely, key=_rank)))


def _rank(one: ShownCode) -> float:
    return -(one.score or 0.0)


def _next_units(study: Study, coder: str, known: Predicted, Y: Matrix, row: int, item: AuditUnit) -> tuple[Unit, ...]:
    """Return the units after one that are not answered and would be suggested the same code and no other."""
    import numpy as np

    codes = [one.code for one in item.codes]
    if known.given is None or len(codes) != 1 or codes[0] not in known.codes:
        return ()
    after = audit_units(study, coder, known.units[row + 1 : row + LONGEST], {})
    drawn = decision_times.drawn(study.store, [unit.unit.segment.id for unit in after])
    Y[row], likely, found = [float(code == codes[0]) for code in known.codes], item.codes[0].score or 0.0, []
    for n, alone in enumerate(after, start=row + 1):
        if alone.shown is not Shown.SUGGESTIONS or alone.unit.segment.id in drawn or not np.isnan(Y[n]).all():
            break
        shown = _shown(known, Y, [], n, alone)
        likely *= sum(one.score or 0.0 for one in shown.codes)
        if [one.code for one in shown.codes] != codes or likely < GOES_ON:
            break
        found.append(alone.unit)
        Y[n] = Y[row]
    return tuple(found)
