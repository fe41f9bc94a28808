"""How far a model carries: quality case by case, each case held out whole from the model that predicted it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from coder.learn.dataset import Matrix
from coder.learn.evaluation import macro_f1, micro_f1
from coder.natural_sort import natural


@dataclass(frozen=True)
class CaseQuality:
    """One case: its judged units and positives, and what a model that had not seen it got right.

    `macro_f1` is the mean over the codes that occur in the case; `micro_f1` pools all decisions, so what was suggested
    of other codes counts there too. nan where the case has no positives.
    """

    case: str
    units: int
    positives: int
    macro_f1: float
    micro_f1: float


def quality_by_case(accepted: np.ndarray, Y: Matrix, cases: Sequence[str]) -> list[CaseQuality]:
    """Return the quality of each case, in the order of their names.

    Parameters
    ----------
    accepted, Y
        (n, n_codes) held-out suggestions, and judgements (1, 0, nan).
    cases
        n names: the case of each unit.

    Examples
    --------
    >>> found = quality_by_case(np.array([[True], [True]]), np.array([[1.], [0.]]), ["Alder", "Birch"])
    >>> [(one.case, one.positives, one.macro_f1) for one in found]
    [('Alder', 1, 1.0), ('Birch', 0, nan)]
    """
    of = np.array(cases, dtype=object)
    rows = {case: np.flatnonzero(of == case) for case in sorted(set(cases), key=natural)}
    return [
        CaseQuality(
            case, len(own), int(np.nansum(Y[own])), macro_f1(accepted[own], Y[own]), micro_f1(accepted[own], Y[own])
        )
        for case, own in rows.items()
    ]
