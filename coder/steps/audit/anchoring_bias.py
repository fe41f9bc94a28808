"""Anchoring bias: each coder's judgements with suggestions shown, compared with blind ones; and their time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from coder.errors import check_known
from coder.steps.coding.judgements import adjudicated, people, ratings_of
from coder.steps.study.study import Study
from coder.store import decision_times
from coder.store.decision_times import Judged
from coder.types import Table

if TYPE_CHECKING:  # numpy is imported where it is used
    from coder.agreement.anchoring_effect import Compared, Rate, Time


@dataclass(frozen=True)
class Anchoring:
    """One coder's judgements of suggestions that were shown, compared with those of suggestions that were hidden.

    `overall` and `by_code` compare how often the suggested code was given; `agreeing` how often the coder judged as
    the others agree on (None: nobody else has judged these units).
    """

    coder: str
    overall: Compared
    by_code: list[Compared]
    agreeing: Compared | None
    assisted_time: Time
    blind_time: Time

    @property
    def any(self) -> bool:
        """Tell whether the coder has judged any suggestion."""
        return bool(self.overall.assisted.n or self.overall.blind.n)

    def table(self) -> Table:
        """Return the comparison as a table for print."""
        rows = [self.overall, *self.by_code, *([self.agreeing] if self.agreeing else [])]
        header = ("suggested code", "given when shown", "[95 %]", "given blind", "[95 %]", "difference [95 %]")
        cells = tuple((row.what, *_rate(row.assisted), *_rate(row.blind), difference(row)) for row in rows)
        note = f"Seconds a unit, median: {_seconds(self.assisted_time)} shown, {_seconds(self.blind_time)} blind."
        return Table(f"Suggestions shown and hidden: {self.coder}", header, cells, note)


def _rate(rate: Rate) -> tuple[str, str]:
    return f"{rate.given} of {rate.n}", f"{rate.low:.0%} to {rate.high:.0%}" if rate.n else ""


def difference(row: Compared) -> str:
    """Return the difference for print: in percentage points with its interval, or that there are too few."""
    if row.difference is None or row.low is None or row.high is None:
        return "too few"
    return f"{100 * row.difference:+.0f} [{100 * row.low:+.0f}, {100 * row.high:+.0f}]"


def _seconds(time: Time) -> str:
    return "not measured" if time.median is None else f"{time.median:.1f} ({time.n} units)"


def anchoring(study: Study, coder: str | None = None) -> list[Anchoring]:
    """Compare each coder's assisted judgements with blind ones: is a code given because it was suggested.

    Both are about the same thing: codes that the model had suggested for a unit when the coder read it, one unit at a
    time. Blind means that the suggestion was not shown: hidden at random, or a blind audit. What a coder chose to code
    by hand is left out.

    Raises
    ------
    UsageError
        There is no coder of that name.
    """
    known = people(study)
    check_known("coder", [coder] if coder is not None else [], known)
    found = [of_coder(study, name) for name in known if coder in (None, name)]
    return [one for one in found if coder or one.any]


def of_coder(study: Study, coder: str) -> Anchoring:
    """Compare one coder's assisted judgements with blind ones; of one who has judged nothing there is not `any`."""
    from coder.agreement.anchoring_effect import compare, time_of

    rows = decision_times.judged(study.store, coder)
    codes = [code for code in study.scheme.paths() if any(row.code == code for row in rows)]
    by_unit = {row.segment: row for row in rows}
    seconds = [(row.assisted, row.seconds) for row in by_unit.values() if row.seconds is not None]
    return Anchoring(
        coder,
        compare("all codes", *_arms(rows)),
        [compare(code, *_arms([row for row in rows if row.code == code])) for code in codes],
        _agreeing(study, coder, rows),
        time_of([taken for assisted, taken in seconds if assisted]),
        time_of([taken for assisted, taken in seconds if not assisted]),
    )


def _arms(rows: Sequence[Judged]) -> tuple[list[str], list[bool], list[bool]]:
    """Return transcript, whether assisted, and whether the code was given, of each row."""
    return [r.transcript for r in rows], [r.assisted for r in rows], [r.given for r in rows]


def _agreeing(study: Study, coder: str, rows: Sequence[Judged]) -> Compared | None:
    """Compare how often the coder agrees with the adjudicated or majority judgement of the others."""
    import numpy as np

    from coder.agreement.anchoring_effect import compare

    if len(people(study)) < 2 or not rows:
        return None
    ratings = ratings_of(study, among={row.segment for row in rows})
    others = np.array([name != coder for name in ratings.coders])
    names = tuple(name for name in ratings.coders if name != coder)
    Y = adjudicated(study, replace(ratings, values=ratings.values[others], coders=names))
    known = zip(*np.nonzero(~np.isnan(Y)), strict=True)
    truth = {(ratings.units[n], ratings.codes[k]): bool(Y[n, k]) for n, k in known}
    where = [(row, truth.get((row.segment, row.code))) for row in rows]
    agreed = [replace(row, given=row.given == given) for row, given in where if given is not None]
    return compare("agreed with the others", *_arms(agreed)) if agreed else None
