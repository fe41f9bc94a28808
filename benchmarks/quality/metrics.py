"""Figures of a method on held-out units; all that is chosen here is chosen on other transcripts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from benchmarks.quality.corpus import Coders, Corpus
from benchmarks.quality.methods import Predicted
from coder.agreement import alpha, kappa
from coder.agreement.agreement_rows import agreement
from coder.agreement.ratings import Ratings
from coder.learn.evaluation import calibration_error, compare, macro_f1, micro_f1, quality, reliability

Figures = dict[str, Any]


@dataclass(frozen=True)
class Judged:
    """What a method said of some units, beside what people said: (n, n_codes) each; Y is nan where nobody judged."""

    P: np.ndarray
    accepted: np.ndarray
    Y: np.ndarray

    @property
    def human(self) -> np.ndarray:
        """Where people said that the code is there."""
        return np.asarray(self.Y > 0)

    @property
    def said(self) -> np.ndarray:
        """Where the method says that the code is there, and people judged."""
        return np.asarray(self.accepted & ~np.isnan(self.Y))

    @property
    def right(self) -> np.ndarray:
        """(n,) bool: all decisions on the unit that people made are those of the method."""
        return np.asarray((self.human == self.said).all(axis=1))


Held = list[tuple[Judged, Judged]]
"""For each split: held-out units to choose a threshold on, and the units of other transcripts that it is tried on."""


def judged(predicted: Predicted, Y: np.ndarray) -> Judged:
    """Put predictions beside what people said."""
    return Judged(predicted.P, predicted.accepted, Y)


def together(parts: Sequence[Judged]) -> Judged:
    """Return the units of all parts."""
    return Judged(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("P", "accepted", "Y")))


def figures(found: Judged, units: Corpus, held: Held, *, promise: float, calibrated: bool) -> Figures:
    """Return all figures of a method.

    Parameters
    ----------
    found, units
        Predictions for units, and the units.
    held
        The same predictions by split, each with the held-out units on which thresholds may be chosen.
    promise
        The precision (of codes) and the agreement (on units) that is promised for what is accepted without a look.
    calibrated
        Whether scores are meant as probabilities; if not, calibration errors are nan.
    """
    codes, own = code_figures(found, units)
    sure = np.where(found.accepted, found.Y, np.nan)
    return {
        "macro_f1": macro_f1(found.accepted, found.Y),
        "micro_f1": micro_f1(found.accepted, found.Y),
        "average_precision": average_precision(found),
        "likeliest_right": likeliest_right(found),
        **own,
        "calibration_error": calibration_error(reliability(found.P, found.Y)) if calibrated else np.nan,
        "calibration_error_of_accepted": calibration_error(reliability(found.P, sure)) if calibrated else np.nan,
        "coverage": coverage(held, promise, by_code=False),
        "coverage_by_code": coverage(held, promise, by_code=True),
        "without_a_look": without_a_look(held, promise),
        "codes": codes,
    }


def average_precision(found: Judged) -> float:
    """Return the mean over codes: how well units are ranked, whatever the thresholds."""
    names = tuple(map(str, range(found.Y.shape[1])))
    return _mean([code.average_precision for code in quality(found.P, found.accepted, found.Y, names)])


def likeliest_right(found: Judged) -> float:
    """Return the share of the coded units whose likeliest code is right: top-1 accuracy where they have one code.

    Examples
    --------
    >>> likeliest_right(Judged(np.array([[.4, .3], [.1, .2]]), np.zeros((2, 2), bool), np.array([[1., 0.], [0., 0.]])))
    1.0
    """
    coded = np.flatnonzero(found.human.any(axis=1))
    of_likeliest = found.Y[coded, found.P[coded].argmax(axis=1)]
    return _ratio(np.nansum(of_likeliest), (~np.isnan(of_likeliest)).sum())


def code_figures(found: Judged, units: Corpus) -> tuple[list[Figures], Figures]:
    """Return the figures of each code, and agreement with the people over all codes.

    In a corpus of one label a unit, kappa and alpha are those of one nominal variable, as such corpora report them;
    else kappa is the mean over codes, and alpha is that of all decisions pooled.
    """
    rows = agreement_of(found.Y, found.accepted, units)
    codes = [
        {**vars(code), "kappa": row.values["kappa"], "alpha": row.alpha}
        for code, row in zip(quality(found.P, found.accepted, found.Y, units.codes), rows[:-2], strict=True)
    ]
    own = {
        "kappa": rows[-1].values["kappa"],
        "kappa_pooled": rows[-2].values["kappa"],
        "alpha": rows[-2].alpha,
        "alpha_mean": rows[-1].alpha,
    }
    if units.single:
        best = best_code(found, may_be_none=bool((units.first < 0).any()))
        one_code = best[:, None] == np.arange(len(units.codes))
        values = np.stack([np.where(units.settled, units.first, np.nan), best])
        own |= {
            "kappa": kappa(values),
            "alpha": alpha(values),
            "macro_f1_one_code": macro_f1(one_code, found.Y),
            "micro_f1_one_code": micro_f1(one_code, found.Y),
        }
    return codes, own


def agreement_of(one: np.ndarray, other: np.ndarray, units: Corpus) -> list[Any]:
    """Return agreement of two coders on each code, pooled, and mean; nan is what a coder did not look at."""
    values = np.stack([one.astype(float), other.astype(float)])
    names = tuple(f"{transcript} {unit}" for transcript, unit in units.keys)
    return agreement(
        Ratings(values, ("human", "model"), units.codes, units.groups.astype(np.intp), names), replicates=0
    )


def best_code(found: Judged, *, may_be_none: bool) -> np.ndarray:
    """Return (n,) the accepted code with the highest score; where none is accepted, -1 or the best of all."""
    accepted = np.where(found.accepted, found.P, -1.0)
    instead = np.full(len(found.P), -1) if may_be_none else found.P.argmax(axis=1)
    return np.where(found.accepted.any(axis=1), accepted.argmax(axis=1), instead)


def lowest_threshold(scores: np.ndarray, right: np.ndarray, promise: float) -> float:
    """Return the lowest score from which on at least the promised share is right; infinity where there is none.

    Examples
    --------
    >>> lowest_threshold(np.array([.9, .8, .7, .6]), np.array([1, 1, 0, 0]), .6)
    0.7
    """
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    share = np.cumsum(right[order]) / np.arange(1, len(ranked) + 1)
    last_of_ties = np.append(ranked[1:] < ranked[:-1], True)[: len(ranked)]
    good = np.flatnonzero(last_of_ties & (share >= promise))
    return float(ranked[good[-1]]) if len(good) else np.inf


def coverage(held: Held, promise: float, *, by_code: bool) -> Figures:
    """Return how much can be accepted under a promised precision, by thresholds chosen on other transcripts.

    Returns
    -------
    The share of the model's own positive decisions, and of all human positives, that lie above the threshold; the
    precision that came out; and how many codes have anything above it.
    """
    above = np.concatenate([_above(choose, test, promise, by_code) for choose, test in held])
    found = together([test for _, test in held])
    hits = int((above & found.human).sum())
    return {
        "of_decisions": _ratio(above.sum(), found.said.sum()),
        "of_positives": _ratio(hits, found.human.sum()),
        "precision": _ratio(hits, above.sum()),
        "codes": int(above.any(axis=0).sum()),
    }


def _above(choose: Judged, test: Judged, promise: float, by_code: bool) -> np.ndarray:
    """Return which accepted decisions of the test units lie above the threshold of the promise."""
    sets = [[k] for k in range(test.P.shape[1])] if by_code else [list(range(test.P.shape[1]))]
    above = np.zeros_like(test.accepted)
    for columns in sets:
        said = choose.said[:, columns]
        threshold = lowest_threshold(choose.P[:, columns][said], choose.Y[:, columns][said], promise)
        above[:, columns] = test.said[:, columns] & (test.P[:, columns] >= threshold)
    return above


def without_a_look(held: Held, promise: float) -> Figures:
    """Return what comes of taking the surest units as the model codes them, uncoded ones included.

    A unit is right where all of its codes are. Agreement alone misleads, as most units have few codes or none: so the
    share of units is given with kappa among them, and with the share of their human codes that the model missed.
    """
    taken = np.concatenate([_taken(choose, test, promise) for choose, test in held])
    found = together([test for _, test in held])
    human, model = found.human[taken], found.accepted[taken]
    decisions = np.stack([found.Y[taken].ravel(), model.ravel()])
    return {
        "share": float(taken.mean()),
        "agreement": _ratio(found.right[taken].sum(), len(human)),
        "kappa": kappa(decisions) if len(human) else np.nan,
        "missed": _ratio((human & ~model).sum(), human.sum()),
        "human_codes": _ratio(human.sum(), found.human.sum()),
    }


def _taken(choose: Judged, test: Judged, promise: float) -> np.ndarray:
    return sureness(test) >= lowest_threshold(sureness(choose), choose.right, promise)


def sureness(found: Judged) -> np.ndarray:
    """Return (n,) the log-probability that all decisions on a unit are right, were they independent."""
    p = np.clip(np.where(found.accepted, found.P, 1 - found.P), 1e-9, 1)
    return np.asarray(np.log(p).sum(axis=1))


def against(ours: Judged, other: Judged, groups: np.ndarray, seed: int) -> Figures:
    """Return by how much ours is better in macro-F1, with the 95 % interval of a paired bootstrap over transcripts."""
    found = compare(other.accepted, ours.accepted, ours.Y, groups, replicates=200, seed=seed)
    return {"difference": found.new - found.old, "low": found.low, "high": found.high}


def beside_coders(coders: Coders, accepted: np.ndarray, units: Corpus) -> Figures:
    """Return agreement of the coders with each other and of the model with them, on units that two of them judged."""
    several = (~np.isnan(coders.values).all(axis=2)).sum(axis=0) >= 2
    sheets = np.where(several[:, None], coders.values, np.nan)
    humans = [_pair(one, other, units) for one, other in combinations(sheets, 2)]
    model = [_pair(sheet, accepted, units) for sheet in sheets]
    found = {"coders": coders.names, "units": int(several.sum())}
    for name in ("kappa", "kappa_pooled", "alpha"):
        between = _mean([pair[name] for pair in humans])
        with_model = _mean([pair[name] for pair in model])
        found[name] = {"human": between, "model": with_model, "ratio": _ratio(with_model, between)}
    return found


def _pair(one: np.ndarray, other: np.ndarray, units: Corpus) -> Figures:
    rows = agreement_of(one, other, units)
    return {"kappa": rows[-1].values["kappa"], "kappa_pooled": rows[-2].values["kappa"], "alpha": rows[-2].alpha}


def _mean(values: Sequence[float]) -> float:
    known = [value for value in values if not np.isnan(value)]
    return float(np.mean(known)) if known else np.nan


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else np.nan
