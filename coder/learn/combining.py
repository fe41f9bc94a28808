"""From the heads of the facets to one calibrated probability a code."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from coder.learn.examples import Matrix, Prototypes, Targets

EVIDENCE = ("facets", "weakest facet", "own head", "own head known", "scheme's words", "prior")
"""What is known of a unit and a code, in the order of a combiner's weights."""

UNTRAINED = np.array([0, 0, 0, 0, 12.0, 0], dtype=np.float64)
UNTRAINED_INTERCEPT = -6.0


def similarity(vectors: Matrix, prototypes: Prototypes, targets: Targets) -> Matrix:
    """Return (n, n_targets): cosine of each unit with the target's nearest text in the scheme; nan: none."""
    cosines = vectors @ prototypes.texts.vectors.T
    best = np.full((len(vectors), len(targets.names)), np.nan)
    for target in range(len(targets.names)):
        own = np.flatnonzero(prototypes.T[:, target] == 1)
        if len(own):
            best[:, target] = cosines[:, own].max(axis=1)
    return best


def evidence(logits: Matrix, nearness: Matrix, prior: np.ndarray, targets: Targets) -> np.ndarray:
    """Gather what the heads, the scheme's words and the frequencies say of each unit and code.

    Parameters
    ----------
    logits
        (n, n_targets) log-odds of the heads, nan where there is none.
    nearness
        (n, n_targets) from `similarity`.
    prior
        (n_codes,) log-odds of each code before a unit is read.

    Returns
    -------
    (n, n_codes, len(EVIDENCE)).
    """
    single = np.array([facet != "" for facet, _ in targets.names])
    known = ~np.isnan(logits).all(axis=0) if len(logits) else np.zeros(len(single), bool)
    usual = logits[:, known].mean(axis=1, keepdims=True) if known.any() else 0.0
    z = np.where(known, logits, usual)  # a value without a head gets what the other heads say on the average
    found = np.zeros((len(logits), len(targets.members), len(EVIDENCE)))
    for code, member in enumerate(targets.members > 0):
        facets = np.flatnonzero(member & single)
        own = np.flatnonzero(member & ~single & known)
        weakest = z[:, facets].min(axis=1)
        found[:, code, 0] = z[:, facets].sum(axis=1)
        found[:, code, 1] = weakest
        found[:, code, 2] = z[:, own[0]] if len(own) else weakest
        found[:, code, 3] = len(own)
        near = nearness[:, member & ~np.isnan(nearness).all(axis=0)]
        found[:, code, 4] = near.mean(axis=1) if near.shape[1] else 0.0
        found[:, code, 5] = prior[code]
    return found


def prior_log_odds(Y: Matrix) -> np.ndarray:
    """Return (n_codes,) log-odds of each code among the judged units, drawn towards the mean of all codes.

    A code's rate counts as if five units with the mean rate had been judged beside its own (Agresti & Coull 1998).
    """
    judged, positives = (~np.isnan(Y)).sum(axis=0), np.nansum(Y, axis=0)
    mean = positives.sum() / max(1, judged.sum())
    rate = np.clip((positives + 5 * mean) / (judged + 5), 1e-4, 1 - 1e-4)
    return np.asarray(np.log(rate / (1 - rate)))


@dataclass(frozen=True)
class Combiner:
    """One logistic regression over the evidence for all units and codes: it calibrates (Platt 1999) and stacks."""

    weights: np.ndarray
    intercept: float

    def probabilities(self, found: np.ndarray) -> Matrix:
        """Return (n, n_codes) probabilities."""
        z = found @ self.weights + self.intercept
        return np.asarray(1 / (1 + np.exp(-np.clip(z, -30, 30))))


def fit_combiner(found: np.ndarray, Y: Matrix) -> Combiner:
    """Fit the combiner on predictions for units that the heads were not fitted on.

    Where nothing, or only one answer, was judged, the scheme's own words decide, uncalibrated.
    """
    from sklearn.linear_model import LogisticRegression

    judged = ~np.isnan(Y)
    y = Y[judged]
    if len(np.unique(y)) < 2:
        return Combiner(UNTRAINED, UNTRAINED_INTERCEPT)
    model = LogisticRegression(C=1.0, max_iter=1000).fit(found[judged], y)
    return Combiner(model.coef_[0].astype(np.float64), float(model.intercept_[0]))
