"""How many units two people should code, so that what they agree on is known well enough."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, isfinite, isnan
from typing import TYPE_CHECKING, Any

from coder.errors import StudyError, UsageError
from coder.steps.coding.judgements import free_units, people, ratings_of
from coder.steps.coding.ratings import of_coders, shared, who_judged
from coder.steps.corpus.units import units_in
from coder.steps.estimates.prevalence import estimates_of
from coder.steps.estimates.random_draws import Population, population_of
from coder.steps.study.study import Study
from coder.types import Progress, Table, silent

if TYPE_CHECKING:  # numpy is imported where it is used
    import numpy as np

COEFFICIENTS = ("alpha", "kappa", "ac1")
WIDTH, AGREEMENT, SPREAD, TRANSCRIPTS = 0.2, 0.8, 0.05, 30
MOST = 100_000
"""Without a study there may be so many units."""


@dataclass(frozen=True)
class Wanted:
    """What is to be known: the width of the interval, of which coefficient, and which value of it is expected.

    `spread` is the intraclass correlation of units within a transcript; None: as it was measured.
    """

    width: float = WIDTH
    agreement: float = AGREEMENT
    coefficient: str = "alpha"
    spread: float | None = None


@dataclass(frozen=True)
class Planned:
    """What a code needs. `units` is None where all units are too few: then the interval is as wide as `width`.

    `prevalence` was taken from `source`: `corrected`, `judged` units or `naive` counts. `spread` was `measured` on the
    code, or is the mean of the `other codes`, or `given`, or `assumed`.
    """

    code: str
    prevalence: float
    source: str
    spread: float
    spread_source: str
    units: int | None
    share: float | None
    width: float


@dataclass(frozen=True)
class Plan:
    """What each code needs, and the command that draws enough for all codes within reach.

    `twice` units two people have coded already. `unknown` are codes of which nothing was found yet, or for which no
    two coders could agree that little.
    """

    wanted: Wanted
    units: int
    transcripts: int
    twice: int
    codes: list[Planned]
    unknown: list[str]
    command: str

    def table(self) -> Table:
        """Return what each code needs for print."""
        rows = tuple(
            (
                one.code,
                f"{100 * one.prevalence:.1f} {one.source}",
                f"{one.spread:.2f} {one.spread_source}",
                f"all: {_wide(one.width)} wide" if one.units is None else one.units,
                "" if one.share is None else f"{one.share:.0%}",
            )
            for one in self.codes
        )
        header = ("code", "% of units", "spread", "units to code twice", "of all")
        return Table("How much to code twice", header, rows, " ".join(self._notes()))

    def _notes(self) -> list[str]:
        wanted = self.wanted
        notes = [
            f"So that the 95 % interval of {wanted.coefficient} is {wanted.width:g} wide at most, if it is"
            f" {wanted.agreement:g}: simulated, units with equal chances, spread over {self.transcripts} transcripts.",
            "Spread is the intraclass correlation: what units of one transcript have in common.",
        ]
        if self.twice:
            notes.append(f"Two people have coded {self.twice} units already; these count.")
        if any(one.units is None for one in self.codes):
            notes.append("All: even if all units are coded the interval is that wide; it takes more transcripts.")
        if self.unknown:
            notes.append(f"Not planned for, as nothing was found or no such value can be: {', '.join(self.unknown)}.")
        if self.command:
            notes.append("`coder double-code` draws units with rarely suggested codes more often: they may need fewer.")
        return notes


def _wide(width: float) -> str:
    return f"{width:.2f}" if isfinite(width) else "too"


def plan_of(study: Study, wanted: Wanted, *, code: str | None = None, progress: Progress = silent) -> Plan:
    """Plan the double coding of a study, code by code.

    Raises
    ------
    StudyError
        Nothing is cut into units yet, or nothing of what is asked for was found yet.
    UsageError
        There is no such code, or what is wanted makes no sense.
    """
    import numpy as np

    from coder.agreement.sample_size import ASSUMED, intraclass, units_needed

    check_wanted(wanted)
    population = population_of(study)
    estimates = estimates_of(study, code=code).rows
    measured = intraclass(population.now.known, population.transcript)
    mean = float(np.nanmean(measured)) if not np.isnan(measured).all() else ASSUMED
    sizes = np.bincount(population.transcript)
    codes: list[Planned] = []
    unknown: list[str] = []
    for n, row in enumerate(estimates):
        progress("planning", n, len(estimates))
        k = population.codes.index(row.code)
        share, source = _prevalence(population, k, row.here.share, row.here.naive)
        spread, spread_source = _spread(wanted, float(measured[k]), mean, bool(np.isnan(measured).all()))
        try:
            needed = units_needed(share, wanted.width, sizes, **_options(wanted, spread))
        except UsageError:
            unknown.append(row.code)
            continue
        of_all = None if needed.units is None else needed.units / int(sizes.sum())
        codes.append(Planned(row.code, share, source, spread, spread_source, needed.units, of_all, needed.width))
    progress("planning", len(estimates), len(estimates))
    if not codes:
        todo = f"{wanted.coefficient} of another value: --agreement; or code some units first"
        raise StudyError("there is no code to plan for", where=study.folder, todo=todo)
    twice = _twice(study)
    most = max((one.units for one in codes if one.units is not None), default=None)
    command = "" if most is None else _command(study, most - twice)
    return Plan(wanted, int(sizes.sum()), len(sizes), twice, codes, unknown, command)


def plan_alone(wanted: Wanted, prevalence: float, transcripts: int = TRANSCRIPTS) -> Plan:
    """Plan without a study, for a code with this share of the units.

    Raises
    ------
    UsageError
        What is wanted makes no sense.
    """
    import numpy as np

    from coder.agreement.sample_size import units_needed

    check_wanted(wanted)
    spread, source = (SPREAD, "assumed") if wanted.spread is None else (wanted.spread, "given")
    sizes = np.full(transcripts, MOST // transcripts)
    needed = units_needed(prevalence, wanted.width, sizes, **_options(wanted, spread))
    one = Planned("any", prevalence, "given", spread, source, needed.units, None, needed.width)
    return Plan(wanted, MOST, transcripts, 0, [one], [], "")


def check_wanted(wanted: Wanted) -> None:
    """Refuse what makes no sense."""
    if not 0 < wanted.width < 2:
        raise UsageError(f"an interval width of {wanted.width:g} is not between 0 and 2", todo="--width 0.2")
    if wanted.spread is not None and not 0 <= wanted.spread < 1:
        raise UsageError(f"a spread of {wanted.spread:g} is not between 0 and 1", todo="--spread 0.05")


def _options(wanted: Wanted, spread: float) -> dict[str, Any]:
    return {"agreement": wanted.agreement, "coefficient": wanted.coefficient, "correlation": spread}


def _prevalence(population: Population, k: int, corrected: float, naive: float) -> tuple[float, str]:
    """Return the best there is: corrected, of the judged units, or the machine's count."""
    import numpy as np

    own: np.ndarray = population.now.known[:, k]
    if not isnan(corrected):
        return corrected, "corrected"
    judged = ~np.isnan(own)
    if isnan(naive) or 2 * judged.sum() > len(own):
        return (float(own[judged].mean()), "judged") if judged.any() else (0.0, "nothing")
    return naive, "naive"


def _spread(wanted: Wanted, measured: float, mean: float, none: bool) -> tuple[float, str]:
    if wanted.spread is not None:
        return wanted.spread, "given"
    if not isnan(measured):
        return min(measured, 0.9), "measured"
    return min(mean, 0.9), "assumed" if none else "other codes"


def _twice(study: Study) -> int:
    """Return how many units two people have judged, before anybody adjudicated a disagreement."""
    ratings = ratings_of(study, before_adjudication=True)
    return int(shared(of_coders(ratings, who_judged(study, ratings))).sum())


def _command(study: Study, units: int) -> str:
    """Return the command that draws so many units more for two coders; empty where there are enough already."""
    names = [name for name in people(study) if name != study.settings.adjudicator][:2]
    coders = names if len(names) == 2 else ["YOU", "OTHER"]
    free = len(free_units(study, units_in(study, ()), names if len(names) == 2 else []))
    if units <= 0 or not free:
        return ""
    share = min(1.0, ceil(100 * units / free) / 100)
    return f"coder double-code {study.folder} --coders {','.join(coders)} --share {share:g}"
