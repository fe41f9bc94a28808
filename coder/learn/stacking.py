"""From the heads of the facets to one calibrated probability a code."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from coder.learn.dataset import Matrix, Prototypes, Targets

EVIDENCE = (
    "facets",
    "weakest facet",
    "own head",
    "own head known",
    "scheme's words",
    "prior",
    "lead over the likeliest other code",
    "mean of all codes",
    "highest of all codes",
    "coded units like it",
)
"""What is known of a unit and a code, in the order of a combiner's weights."""
TUNED_EVIDENCE = ("tuned facets", "tuned weakest facet", "tuned own head")
"""What a fine-tuned encoder adds."""

UNTRAINED = np.array([12.0 if name == "scheme's words" else 0.0 for name in EVIDENCE])
UNTRAINED_INTERCEPT = -6.0
NEAREST = 10
"""So many coded units like a unit are asked."""
SHARPNESS = 10.0
"""How much more a nearer one counts: its weight is the exponential of its cosine times this."""


def similarity(vectors: Matrix, prototypes: Prototypes, targets: Targets) -> Matrix:
    """Return (n, n_targets): cosine of each unit with the target's nearest text in the scheme; nan: none."""
    cosines = vectors @ prototypes.texts.vectors.T
    best = np.full((len(vectors), len(targets.names)), np.nan)
    for target in range(len(targets.names)):
        own = np.flatnonzero(prototypes.T[:, target] == 1)
        if len(own):
            best[:, target] = cosines[:, own].max(axis=1)
    return best


@dataclass(frozen=True)
class Memory:
    """The judged units themselves: vectors (m, d) in half precision, and Y (m, n_codes) 1, 0 or nan."""

    vectors: Matrix
    Y: Matrix

    def log_odds(self, vectors: Matrix, prior: np.ndarray) -> Matrix:
        """Return (n, n_codes): log-odds of each code among the nearest judged units (Cover & Hart 1967).

        A unit of which the code is not known counts with the code's rate, and so does a little more than nothing. A
        code that no judged unit has gets what the other codes have on the average.
        """
        rate = 1 / (1 + np.exp(-prior))
        if not len(self.vectors):
            return np.tile(prior, (len(vectors), 1))
        labels = np.where(np.isnan(self.Y), rate, self.Y)
        cosines = vectors @ self.vectors.astype(np.float32).T
        k = min(NEAREST, len(labels))
        nearest = np.argpartition(-cosines, k - 1, axis=1)[:, :k]
        weights = np.exp(SHARPNESS * np.take_along_axis(cosines, nearest, axis=1).astype(np.float64))
        weights /= weights.sum(axis=1, keepdims=True)
        share = np.einsum("nk,nkc->nc", weights, labels[nearest])
        share = np.clip((share + 0.05 * rate) / 1.05, 1e-3, 1 - 1e-3)
        found = np.log(share / (1 - share))
        seen = (self.Y == 1).any(axis=0)
        return np.where(seen, found, found[:, seen].mean(axis=1, keepdims=True) if seen.any() else prior)

    def nearest(self, vectors: Matrix) -> Matrix:
        """Return (n, n_codes): the cosine of each unit with the coded unit nearest to it, -1 for codes it lacks."""
        coded = np.flatnonzero((self.Y == 1).any(axis=1))
        if not len(coded):
            return np.full((len(vectors), self.Y.shape[1]), -1.0)
        cosines = vectors @ self.vectors[coded].astype(np.float32).T
        nearest = cosines.argmax(axis=1)
        return np.where(self.Y[coded[nearest]] == 1, cosines.max(axis=1, keepdims=True), -1.0)


def evidence(
    logits: Matrix, nearness: Matrix, alike: Matrix, prior: np.ndarray, targets: Targets, tuned: Matrix | None = None
) -> np.ndarray:
    """Gather what the heads, the scheme's words, the frequencies and like units say of each unit and code.

    Parameters
    ----------
    logits
        (n, n_targets) log-odds of the heads, nan where there is none.
    nearness
        (n, n_targets) from `similarity`.
    alike
        (n, n_codes) from `Memory.log_odds`.
    prior
        (n_codes,) log-odds of each code before a unit is read.
    tuned
        (n, n_targets) log-odds by a fine-tuned encoder, nan where there are none.

    Returns
    -------
    (n, n_codes, len(EVIDENCE)), with `tuned` len(TUNED_EVIDENCE) more.
    """
    facets, weakest, own, known = _of_codes(logits, targets)
    near = np.zeros_like(own)
    for code, member in enumerate(targets.members > 0):
        found = nearness[:, member & ~np.isnan(nearness).all(axis=0)]
        near[:, code] = found.mean(axis=1) if found.shape[1] else 0.0
    highest, mean = own.max(axis=1, keepdims=True), own.mean(axis=1, keepdims=True)
    columns = [facets, weakest, own, known, near, prior, _lead(own), mean, highest, alike]
    if tuned is not None:
        columns += _of_codes(tuned, targets)[:3]
    return np.stack([np.broadcast_to(column, own.shape) for column in columns], axis=2)


def _of_codes(logits: Matrix, targets: Targets) -> list[Matrix]:
    """Turn log-odds of targets into four of codes, (n, n_codes): facets' sum, weakest facet, own head, own known.

    A value without a head gets what the other heads say on the average, a code without one its weakest facet.
    """
    single = np.array([facet != "" for facet, _ in targets.names])
    known = ~np.isnan(logits).all(axis=0) if len(logits) else np.zeros(len(single), bool)
    usual = logits[:, known].mean(axis=1, keepdims=True) if known.any() else 0.0
    z = np.where(known, logits, usual)
    found = np.zeros((4, len(logits), len(targets.members)))
    for code, member in enumerate(targets.members > 0):
        facets, own = np.flatnonzero(member & single), np.flatnonzero(member & ~single & known)
        found[0, :, code] = z[:, facets].sum(axis=1)
        found[1, :, code] = z[:, facets].min(axis=1)
        found[2, :, code] = z[:, own[0]] if len(own) else found[1, :, code]
        found[3, :, code] = len(own)
    return list(found)


def _lead(own: Matrix) -> Matrix:
    """Return how far each code is ahead of the likeliest other one, (n, n_codes); 0 where there is no other."""
    if own.shape[1] < 2:
        return np.zeros_like(own)
    two = np.sort(own, axis=1)[:, -2:]
    return np.asarray(own - np.where(own == two[:, 1:], two[:, :1], two[:, 1:]))


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

    @property
    def trained(self) -> bool:
        """Whether it was fitted on judgements."""
        return not np.array_equal(self.weights[: len(EVIDENCE)], UNTRAINED)

    def probabilities(self, found: np.ndarray) -> Matrix:
        """Return (n, n_codes) probabilities."""
        z = found @ self.weights + self.intercept
        return np.asarray(1 / (1 + np.exp(-np.clip(z, -30, 30))))


def fit_combiner(found: np.ndarray, Y: Matrix) -> Combiner:
    """Fit the combiner on predictions for units that the heads were not fitted on.

    Where nothing, or only one answer, was judged, similarity to definitions and examples decides, uncalibrated.
    """
    from sklearn.linear_model import LogisticRegression

    judged = ~np.isnan(Y)
    y = Y[judged]
    if len(np.unique(y)) < 2:
        return untrained(found.shape[2])
    model = LogisticRegression(C=1.0, max_iter=1000).fit(found[judged], y)
    return Combiner(model.coef_[0].astype(np.float64), float(model.intercept_[0]))


def untrained(n_evidence: int = len(EVIDENCE)) -> Combiner:
    """Return a combiner that was fitted on nothing: the scheme's own words decide."""
    return Combiner(np.pad(UNTRAINED, (0, n_evidence - len(UNTRAINED))), UNTRAINED_INTERCEPT)
