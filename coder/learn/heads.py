"""Linear heads: one balanced logistic regression for each target of the scheme, all fitted together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from coder.learn.dataset import Matrix
from coder.learn.features import Blocks
from coder.types import SOLVERS

REGULARISATION = 4.0
"""The inverse strength of the penalty on the weights (LIBLINEAR and scikit-learn call it C)."""
TOLERANCE = 0.05
"""Fitting ends when each head's gradient has shrunk to this share of its first length; less changes no suggestion."""
MOST_STEPS = 200


@dataclass(frozen=True)
class Heads:
    """Weights (n_targets, n_features) and intercepts; a target without a head has nan in its intercept."""

    W: Matrix
    b: np.ndarray

    def logits(self, X: Blocks) -> Matrix:
        """Return (n, n_targets) log-odds, nan for targets without a head."""
        return np.asarray(X.times(self.W.T) + self.b, dtype=np.float64)


def fit_heads(X: Blocks, T: Matrix, solver: str = SOLVERS[0]) -> Heads:
    """Fit a head for each target that has both answers.

    The penalised logistic loss, classes weighted alike (King & Zeng 2001), is minimised for all targets at once by
    conjugate gradients (Polak & Ribière 1969): one product with the features a step serves every head, and the length
    of each head's step is found exactly by Newton's method, which needs no product at all.

    Parameters
    ----------
    X
        Features of n examples.
    T
        (n, n_targets) 1, 0 or nan; rows with nan are left out of that target's head.
    solver
        One of `types.SOLVERS`. That of scikit-learn minimises the same loss, head by head: the oracle of ours.

    Returns
    -------
    Weights are rounded to half precision, so that a saved model says what the fitted one said.
    """
    known, positive = ~np.isnan(T), T == 1
    counts = known.sum(axis=0), positive.sum(axis=0)
    able = (counts[1] > 0) & (counts[1] < counts[0])
    signs = np.where(positive, 1, -1).astype(np.float32)
    W = np.zeros((X.shape[1] + 1, T.shape[1]), np.float32)  # the last row holds the intercepts
    minimise = _minimise if solver == SOLVERS[0] else _by_scikit_learn
    W[:, able] = minimise(X, signs[:, able], _example_weights(known, positive)[:, able])
    return Heads(W[:-1].T.astype(np.float16).astype(np.float32), np.where(able, W[-1], np.nan).astype(np.float32))


def _example_weights(known: np.ndarray, positive: np.ndarray) -> Matrix:
    """Return (n, n_targets): positives weigh as much together as negatives do; what is not known weighs nothing."""
    n, positives = known.sum(axis=0), positive.sum(axis=0)
    weights = np.where(positive, n / (2 * np.maximum(positives, 1)), n / (2 * np.maximum(n - positives, 1)))
    return np.asarray(REGULARISATION * weights * known, dtype=np.float32)


def _minimise(X: Blocks, signs: Matrix, weights: Matrix) -> Matrix:
    """Return (n_features + 1, n_targets): weights and intercepts."""
    transposed = X.sparse.T.tocsr()
    W: Matrix = np.zeros((X.shape[1] + 1, signs.shape[1]), np.float32)
    margins: Matrix = np.zeros(signs.shape, np.float32)  # sign x log-odds of each example

    def gradient() -> Matrix:
        pull = -weights * signs * _share_wrong(margins)
        return np.concatenate([X.dense.T @ pull, transposed @ pull, pull.sum(axis=0, keepdims=True)]) + W

    slope = gradient()
    direction, first = -slope, np.linalg.norm(slope, axis=0)
    for _ in range(MOST_STEPS):
        change = signs * (X.times(direction[:-1]) + direction[-1])
        step = _step(margins, change, weights, (W * direction).sum(axis=0), (direction**2).sum(axis=0))
        W, margins = W + step * direction, margins + step * change
        before, slope = slope, gradient()
        if (np.linalg.norm(slope, axis=0) <= TOLERANCE * first).all():
            break
        turn = (slope * (slope - before)).sum(axis=0) / np.maximum((before**2).sum(axis=0), 1e-12)
        direction = np.maximum(turn, 0) * direction - slope
    return W


def _by_scikit_learn(X: Blocks, signs: Matrix, weights: Matrix) -> Matrix:
    """Return what `_minimise` returns; the intercept has a penalty there, so it is the weight of a column of ones."""
    from sklearn.linear_model import LogisticRegression

    features = sp.hstack([sp.csr_matrix(X.dense), X.sparse, np.ones((len(signs), 1), np.float32)]).tocsr()
    W = np.zeros((features.shape[1], signs.shape[1]), np.float32)
    for target in range(signs.shape[1]):
        own = np.flatnonzero(weights[:, target])
        model = LogisticRegression(C=1.0, fit_intercept=False, tol=1e-6, max_iter=5000)
        model.fit(features[own], signs[own, target], sample_weight=weights[own, target])
        W[:, target] = model.coef_[0]
    return W


def _step(
    margins: Matrix, change: Matrix, weights: Matrix, along: np.ndarray, square: np.ndarray, rounds: int = 4
) -> np.ndarray:
    """Return (n_targets,): how far to go, so that the loss along the direction is least (Newton's method)."""
    step = np.zeros(margins.shape[1], np.float32)
    for _ in range(rounds):
        wrong = _share_wrong(margins + step * change)
        slope = along + step * square - (weights * wrong * change).sum(axis=0)
        bend = square + (weights * wrong * (1 - wrong) * change**2).sum(axis=0)
        step = step - slope / np.maximum(bend, 1e-12)
    return step.astype(np.float32)


def _share_wrong(margins: Matrix) -> Matrix:
    """Return the probability that a head gives to the wrong answer."""
    return np.asarray(1 / (1 + np.exp(np.clip(margins, -30, 30))), dtype=np.float32)
