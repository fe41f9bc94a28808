"""How much more coding a model needs: its agreement with people by the number of units that it learned from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coder.errors import StudyError, UsageError
from coder.steps.models.training_data import gather
from coder.steps.study.study import Study
from coder.types import Progress, Table, silent

if TYPE_CHECKING:  # numpy is imported where it is used
    from coder.embed.encoders import Encoder

SHARES = (0.4, 0.6, 0.8, 1.0)
"""Models are fitted on so many of the coded transcripts."""
FEWEST = 5
"""With fewer coded transcripts a curve has too few points."""
FARTHEST = 4
"""The curve is not followed beyond so many times the units that are coded now."""


@dataclass(frozen=True)
class Point:
    """A model of some of the transcripts: units that it learned from, and alpha with people where it held them out."""

    transcripts: int
    units: int
    alpha: float


@dataclass(frozen=True)
class LabourPlan:
    """The curve, and how many more units it takes until alpha reaches the target; None: more than can be told."""

    target: float
    points: tuple[Point, ...]
    more: int | None

    def table(self) -> Table:
        """Return the curve as a table for print."""
        rows = tuple((one.transcripts, one.units, f"{one.alpha:.3f}") for one in self.points)
        return Table("Agreement of the model with people, by what it learned from", HEADER, rows, str(self))

    def __str__(self) -> str:
        """Say how much more to code."""
        if self.more == 0:
            return f"Alpha {self.target:.2f} is reached."
        if self.more is None:
            return (
                f"Alpha {self.target:.2f} is not within {FARTHEST} times the units that are coded now, if agreement "
                "goes on to grow as it did. Look at the codes that are not reliable (`coder train`), and at their "
                "definitions."
            )
        return (
            f"About {self.more} more units until alpha {self.target:.2f}, if agreement goes on to grow with the "
            "logarithm of the units coded. A rough guess: codes that are new or rare can change it."
        )


HEADER = ("transcripts", "units coded", "alpha")


def plan(
    study: Study, *, target: float = 0.7, progress: Progress = silent, encoder: Encoder | None = None
) -> LabourPlan:
    """Fit models on more and more of the coded transcripts, and follow the curve to a target.

    Alpha (Krippendorff 1970) is that of all decisions of all codes pooled, on units while their transcripts were held
    out. The line through alpha over the logarithm of the units is that of least squares.

    Raises
    ------
    UsageError
        The target is not between 0 and 1.
    StudyError
        Fewer than five transcripts are coded, or no unit is known to lack a code.
    """
    import numpy as np

    from coder.agreement.api import alpha
    from coder.embed.encoders import encoder as named
    from coder.learn.model import fit

    if not 0 < target < 1:
        raise UsageError(f"alpha cannot be {target}", todo="between 0 and 1, such as 0.7")
    lesson = gather(study, encoder or named(study.settings.encoder), progress)
    examples = lesson.examples
    groups = np.random.default_rng(study.settings.seed).permutation(np.unique(examples.groups[examples.is_unit]))
    if len(groups) < FEWEST or not (examples.Y[examples.is_unit] == 0).any():
        todo = f"code {FEWEST} transcripts or more as a whole; `coder train` works with fewer"
        raise StudyError(f"{len(groups)} transcripts are coded", where=study.folder, todo=todo)
    points = []
    for share in SHARES:
        some = groups[: max(3, round(share * len(groups)))]
        own = examples.take(np.flatnonzero(np.isin(examples.groups, some)))
        held_out = fit(
            own,
            study.scheme.paths(),
            lesson.targets,
            lesson.prototypes,
            folds=study.settings.folds,
            min_positives=study.settings.min_positives,
            progress=progress,
        ).held_out
        if held_out is None:
            continue
        Y = own.Y[own.is_unit]
        judged = ~np.isnan(Y)
        agreed = alpha(np.stack([held_out.accepted[judged], Y[judged]]).astype(float))
        points.append(Point(len(some), len(Y), float(agreed)))
    return LabourPlan(target, tuple(points), _more(points, target))


def _more(points: list[Point], target: float) -> int | None:
    """Return how many more units until the line through the points reaches the target.

    Examples
    --------
    >>> _more([Point(2, 100, 0.5), Point(4, 200, 0.6)], 0.7), _more([Point(2, 100, 0.5), Point(4, 200, 0.5)], 0.7)
    (200, None)
    """
    import numpy as np

    now = points[-1].units
    if points[-1].alpha >= target:
        return 0
    if points[0].units == now:
        return None
    slope, height = np.polyfit(np.log([one.units for one in points]), [one.alpha for one in points], 1)
    if slope <= 1e-6:
        return None
    units = float(np.exp(min(50.0, (target - height) / slope)))
    return max(1, round(units - now)) if units <= FARTHEST * now else None
