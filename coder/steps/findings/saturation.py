"""Whether further transcripts still bring new codes, or codes that are new to their case."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from coder.errors import StudyError, UsageError
from coder.natural_sort import natural
from coder.steps.coding.judgements import adjudicated, ratings_of
from coder.steps.corpus.units import units_of
from coder.steps.findings.pseudonyms import pseudonyms_of
from coder.steps.study.study import Study
from coder.store import corpus
from coder.types import Table

if TYPE_CHECKING:  # numpy is imported where it is used
    import numpy as np

    from coder.figures.drawing import Drawing
    from coder.inference.saturation import Assessed

BASE, RUN, THRESHOLD = 4, 2, 5.0
USUAL_RUNS, USUAL_THRESHOLDS = (2, 3), (5.0, 0.0)
"""What Guest, Namey & Chen (2020) report; thresholds in percent."""

_DATE = re.compile(r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)")


@dataclass(frozen=True)
class Reached:
    """What was known after a transcript: in all as they came, and over random orders the mean and 95 % band."""

    new: int
    known: int
    mean: float
    low: float
    high: float

    def cells(self) -> tuple[int, int, str]:
        """Return it for print: new, in all as they came, and in random orders with the band."""
        return self.new, self.known, f"{self.mean:.1f} [{self.low:.0f}, {self.high:.0f}]"


@dataclass(frozen=True)
class Further:
    """A transcript in its order: new codes, and codes that are new to its case."""

    transcript: str
    case: str
    codes: Reached
    pairs: Reached


@dataclass(frozen=True)
class Saturation:
    """Saturation of a study. `order` is how its transcripts came, `left_out` has those that nobody has coded.

    `assessed` are the codes by base, run and threshold, what was asked for first; `partly` counts transcripts that were
    coded in part.
    """

    order: str
    transcripts: list[Further]
    assessed: list[Assessed]
    left_out: list[str]
    partly: int

    def table(self) -> Table:
        """Return what each transcript brought for print."""
        rows = tuple(
            (n, one.transcript, one.case, *one.codes.cells(), *one.pairs.cells())
            for n, one in enumerate(self.transcripts, start=1)
        )
        random = "random orders [95 %]"
        header = ("", "transcript", "case", "new codes", "in all", random, "new in the case", "in all", random)
        return Table(f"What each further transcript brings, by {self.order}", header, rows, self._note())

    def _note(self) -> str:
        notes = ["What people found in a unit is found in its transcript. New in the case: pairs of code and case."]
        if self.partly:
            notes.append(f"{self.partly} transcripts are coded in part; they may hold more.")
        if self.left_out:
            notes.append(f"Nobody has coded {len(self.left_out)} transcripts; they are left out.")
        return " ".join(notes)

    def assessment(self) -> Table:
        """Return whether the codes are saturated for print."""
        rows = tuple(
            (
                one.base,
                one.items,
                one.run,
                f"{100 * one.threshold:g} %",
                "not yet" if one.reached is None else f"{one.reached}+{one.run}",
                f"{one.runs[-1].new} ({100 * one.runs[-1].share:.0f} %)" if one.runs and one.items else "",
            )
            for one in self.assessed
        )
        header = ("base", "codes in it", "run", "new at most", "saturated at", "new in the last run")
        note = "6+2: after 6 transcripts, 2 more brought no more new codes than that (Guest, Namey & Chen 2020)."
        return Table("Saturation of the codes", header, rows, note)

    def figure(self) -> Drawing:
        """Draw the curves of codes and of codes in cases."""
        from coder.figures.charts import accumulation

        curves = {
            what: tuple([getattr(one, name) for one in found] for name in ("known", "mean", "low", "high"))
            for what, found in (
                ("codes", [one.codes for one in self.transcripts]),
                ("pairs of code and case", [one.pairs for one in self.transcripts]),
            )
        }
        note = f"{len(self.transcripts)} transcripts, by {self.order}. {self._note()}"
        return accumulation("Saturation", curves, self.assessed[0].reached, note)  # type: ignore[arg-type]  # four of them


def saturation_of(
    study: Study, *, base: int = BASE, run: int = RUN, threshold: float = THRESHOLD, real_names: bool = False
) -> Saturation:
    """Find what each further transcript brings, and whether the codes are saturated.

    Transcripts come by date, if all have one: in their names, or as `date` in cases.csv; else in the order of import.

    Parameters
    ----------
    base, run
        Transcripts in the base, and in a run.
    threshold
        New codes in a run, in percent of those in the base, for the codes to be saturated.
    real_names
        Name transcripts and cases as they are called, though the study has pseudonyms.

    Raises
    ------
    StudyError
        People have coded fewer than two transcripts.
    UsageError
        Base, run or threshold make no sense.
    """
    import numpy as np

    from coder.inference.saturation import assess, new_items, pairs

    if base < 1 or run < 1 or not 0 <= threshold < 100:
        todo = "--base 4 --run 2 --threshold 5"
        raise UsageError("base and run are 1 or more, the threshold is from 0 to below 100 percent", todo=todo)
    found, judged = _found_in(study)
    names, order = _in_order(study, [name for name in found if judged[name]])
    if len(names) < 2:
        todo = "code some: coder review, coder code, or coder import for codings"
        raise StudyError("people have coded fewer than two transcripts", where=study.folder, todo=todo)
    case_of = corpus.case_of(study.store)
    cases = [case_of[name] for name in names]
    present = np.stack([found[name] for name in names])
    groups = np.unique(cases, return_inverse=True)[1]
    codes, in_cases = _reached(present), _reached(pairs(present, groups))
    asked = [(run, threshold), *((r, t) for r in USUAL_RUNS for t in USUAL_THRESHOLDS)]
    new = new_items(present)
    pseudonyms = None if real_names else pseudonyms_of(study)
    called = pseudonyms.name if pseudonyms else str
    return Saturation(
        order,
        [Further(*one) for one in zip(map(called, names), map(called, cases), codes, in_cases, strict=True)],
        [assess(new, base=base, run=r, threshold=t / 100) for r, t in dict.fromkeys(asked)],
        [called(name) for name in found if not judged[name]],
        sum(0 < share < 1 for share in judged.values()),
    )


def _found_in(study: Study) -> tuple[dict[str, np.ndarray], dict[str, float]]:
    """Return which codes people found in each transcript, (n_codes,), and the share of its units that they judged."""
    import numpy as np

    units = units_of(study)
    Y = adjudicated(study, ratings_of(study, units))
    names = np.array([unit.segment.span.transcript for unit in units], dtype=object)
    rows = {name: Y[names == name] for name in dict.fromkeys(names)}
    found = {name: (own == 1).any(axis=0) for name, own in rows.items()}
    return found, {name: float((~np.isnan(own)).any(axis=1).mean()) for name, own in rows.items()}


def _in_order(study: Study, names: list[str]) -> tuple[list[str], str]:
    """Return transcripts by date, if all have one, else by import; and which it is."""
    said = corpus.attributes(study.store)
    dates = {name: _date(name) or _date(said.get(name, {}).get("date", "")) for name in names}
    if names and all(dates[name] for name in names):
        return sorted(names, key=lambda name: (str(dates[name]), natural(name))), "date"
    imported = {name: stored.id for name, stored in corpus.transcripts(study.store).items()}
    return sorted(names, key=lambda name: imported[name]), "order of import"


def _date(text: str) -> date | None:
    found = _DATE.search(text)
    try:
        return date.fromisoformat(found[0]) if found else None
    except ValueError:
        return None


def _reached(present: np.ndarray) -> list[Reached]:
    from coder.inference.saturation import in_random_orders, new_items

    new, band = new_items(present), in_random_orders(present)
    columns = (new.tolist(), new.cumsum().tolist(), band.mean.tolist(), band.low.tolist(), band.high.tolist())
    return [Reached(*one) for one in zip(*columns, strict=True)]
