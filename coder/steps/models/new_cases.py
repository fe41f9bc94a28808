"""How well a model generalises to unseen cases (firms): measured at training, told when it suggests."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from coder.steps.models.registry import transcripts_seen
from coder.steps.study.study import Study
from coder.store import corpus

if TYPE_CHECKING:  # numpy and scikit-learn are imported where they are used
    from coder.learn.dataset import Examples
    from coder.learn.model import HeldOut
    from coder.learn.model_info import ModelInfo, UnseenCases

Refit = Callable[["Examples", int], "HeldOut | None"]
"""Fits examples in so many folds, and returns what was said of the units held out."""

FEWEST_CASES = 3
MOST_FOLDS = 10
"""Where there are more cases several are held out at once, so that training stays quick."""
NAMES_SHOWN = 5


def carry(study: Study, examples: Examples, usual: HeldOut | None, refit: Refit) -> UnseenCases:
    """Measure how a model codes the units of a case of which it has seen no transcript.

    Parameters
    ----------
    examples
        Judged units and passages; their groups are transcripts.
    usual
        What was said of the units by the usual folds, which are split by transcript.
    refit
        Called with cases for groups; not called where each case has one coded transcript, as the usual folds hold out
        whole cases then, nor where fewer than three cases are coded.

    Returns
    -------
    What the model's `info` records; figures are rounded.
    """
    import numpy as np

    from coder.learn.evaluation import macro_f1, quality_by_case
    from coder.learn.model_info import UnseenCases

    case_of, spans = corpus.case_of(study.store), corpus.spans(study.store)
    cases = np.array([case_of[spans[segment].transcript] for segment in examples.ids.tolist()], dtype=str)
    names, groups = np.unique(cases, return_inverse=True)
    Y = examples.Y[examples.is_unit]
    folds = min(len(names), MOST_FOLDS)
    how, found = "", None
    if usual is not None and 1 < len(names) == len(np.unique(examples.groups)):
        how, found = "transcript", usual
    elif usual is not None and len(names) >= FEWEST_CASES:
        how, found = "case", refit(replace(examples, groups=groups), folds)
    quality = quality_by_case(found.accepted, Y, cases[examples.is_unit].tolist()) if found else []
    return UnseenCases(
        how,
        folds if how == "case" else None,
        _rounded(macro_f1(found.accepted, Y)) if found else None,
        _rounded(macro_f1(usual.accepted, Y)) if usual and (Y == 0).any() else None,
        tuple(replace(one, macro_f1=_rounded(one.macro_f1), micro_f1=_rounded(one.micro_f1)) for one in quality),
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else round(value, 4)


def of_new_cases(study: Study, info: ModelInfo, transcripts: Collection[str]) -> list[str]:
    """Say in one line of which of these transcripts' cases a model has seen none, and what that costs.

    Nothing is said where the model's usual figures are those of new cases anyway.
    """
    if not info.transcripts:  # no model is trained yet
        return []
    found, seen = info.cases, transcripts_seen(study, info)
    new = [
        case.name
        for case in corpus.cases(study.store)
        if set(case.transcripts) & set(transcripts) and not set(case.transcripts) & seen
    ]
    if not new or found.held_out == "transcript":
        return []
    more = f" and {len(new) - NAMES_SHOWN} more" if len(new) > NAMES_SHOWN else ""
    named = f"{', '.join(new[:NAMES_SHOWN])}{more}: the model has seen no interview of "
    named += "this case" if len(new) == 1 else "these cases"
    if found.macro_f1 is None or found.usual is None:
        return [f"{named}; how well it codes a new case was not measured"]
    return [f"{named}; on cases held out whole its macro-F1 was {found.macro_f1:.3f}, as usual {found.usual:.3f}"]
