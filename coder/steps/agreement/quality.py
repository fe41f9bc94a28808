"""How far coders agree, and how well the adopted model does on held-out transcripts."""

from __future__ import annotations

from dataclasses import astuple, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from coder.errors import ModelError
from coder.steps.coding.judgements import adjudicated, of_codes, ratings_of
from coder.steps.coding.ratings import by_condition, of_coders, shared, who_judged
from coder.steps.models.registry import current_model, held_out_units, model_now
from coder.steps.models.warnings import some
from coder.steps.study.study import Study
from coder.store import board_facts, log
from coder.store.board_facts import Facts
from coder.transcripts.segment import parse_rule

if TYPE_CHECKING:  # numpy is imported where it is used
    import numpy as np

    from coder.agreement.bootstrap import Interval
    from coder.agreement.ratings import Ratings
    from coder.learn.evaluation import CodeQuality

Dot = tuple[float, float, float]
"""A value and its 95 % interval; nan where undefined."""
REPLICATES = 1000


@dataclass(frozen=True)
class Measures:
    """Agreement of the coders and quality of the adopted model, as they stood at an event of the log.

    `alpha` and `f1` are by code; the code "" stands for all codes pooled (alpha) or for their mean (F1). `bins` are
    those of the reliability diagram; `wrong` is where the model differs from people. `by_code` has the model's quality
    on each code, with its threshold. `problem` tells why nothing is known of the model, `remark` which held-out
    predictions are left out.
    """

    event: int
    state: str
    coders: tuple[str, ...] = ()
    alpha: dict[str, Dot] = field(default_factory=dict)
    model: str = ""
    f1: dict[str, Dot] = field(default_factory=dict)
    by_code: list[tuple[CodeQuality, float]] = field(default_factory=list)
    wrong: Facts = field(default_factory=dict)
    bins: list[tuple[Any, ...]] = field(default_factory=list)
    problem: str = ""
    remark: str = ""


def measure_study(study: Study) -> Measures:
    """Compute agreement (Krippendorff's alpha) and the model's F1 on held-out transcripts, with intervals.

    Agreement is that of blind judgements before adjudication. Both are bootstrapped over transcripts.
    Nothing is predicted: the model's bundle keeps its predictions for each unit while its transcript was
    held out, and these are compared with people's judgements as they are now.
    """
    found = Measures(log.head(study.store)[0], board_facts.state(study.store))
    if not board_facts.transcript_of_units(study.store, str(parse_rule(study.settings.units))):
        return found
    ratings = ratings_of(study)
    coders, alpha = _agreement(study)
    try:
        return _quality(study, ratings, replace(found, coders=coders, alpha=alpha))
    except ModelError as error:
        return replace(found, coders=coders, alpha=alpha, problem=str(error))


def _agreement(study: Study) -> tuple[tuple[str, ...], dict[str, Dot]]:
    """Return the people who judged anything blind (the adjudicator apart), and alpha by code."""
    from coder.agreement.agreement_rows import agreement

    blind = by_condition(study).blind
    coders = who_judged(study, blind)
    both = of_coders(blind, coders)
    if not shared(both).any():
        return coders, {}
    found = agreement(both, coefficients=("alpha",), replicates=REPLICATES)[:-1]
    return coders, {row.code: _dot(row.alpha, row.intervals["alpha"]) for row in found}


def _quality(study: Study, ratings: Ratings, found: Measures) -> Measures:
    """Add the adopted model's name, F1 by code on held-out transcripts, and the bins of its probabilities."""
    import numpy as np

    from coder.agreement.bootstrap import with_intervals
    from coder.learn.evaluation import quality, reliability

    folder = current_model(study)
    model = model_now(study, folder) if folder else None
    if folder is None or model is None or model.held_out is None:
        return replace(found, model=folder.name if folder else "")
    ratings, unknown = of_codes(ratings, model.codes), [code for code in ratings.codes if code not in model.codes]
    if unknown:
        problem = ModelError(f"the model does not know {some(unknown)}", todo="train again: coder train")
        found = replace(found, problem=str(problem))
    held_out = held_out_units(study, model, ratings.units)
    rows, accepted = held_out.rows, held_out.accepted
    Y = adjudicated(study, ratings)[rows]
    true, given = Y == 1, accepted & ~np.isnan(Y)
    tables = np.zeros((int(ratings.clusters.max()) + 1, len(ratings.codes), 3))
    np.add.at(tables, ratings.clusters[rows], np.stack([true & given, true, given], axis=2))
    values, intervals = with_intervals(_f1, tables, replicates=REPLICATES)
    f1 = dict(zip([*ratings.codes, ""], map(_dot, values.tolist(), intervals), strict=True))
    ids, codes = [int(ratings.units[row]) for row in rows.tolist()], ratings.codes
    wrong: Facts = {}
    for row, k in np.argwhere((true != given) & ~np.isnan(Y)).tolist():
        wrong.setdefault((codes[k], ""), set()).add(ids[row])
    each = zip(quality(held_out.P, accepted, Y, codes), model.thresholds.tolist(), strict=True)
    bins = [astuple(one) for one in reliability(held_out.P, Y)]
    found = replace(found, model=folder.name, by_code=list(each), wrong=wrong)
    return replace(found, f1=f1, bins=bins, remark=held_out.remark)


def _dot(value: float, interval: Interval) -> Dot:
    return value, interval.low, interval.high


def _f1(tables: np.ndarray) -> np.ndarray:
    """Turn (n, n_codes, 3) hits, positives and suggestions into F1 of each code, then their mean."""
    import numpy as np

    from coder.agreement.coefficients import mean_defined

    hits, positives, given = np.moveaxis(tables, 2, 0)
    f1 = np.where(positives > 0, 2 * hits / np.maximum(positives + given, 1), np.nan)
    return np.column_stack([f1, mean_defined(f1)])
