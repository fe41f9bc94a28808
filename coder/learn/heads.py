"""Linear heads: one balanced logistic regression for each target of the scheme."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from coder.learn.examples import Matrix

REGULARISATION = 4.0
"""The inverse strength of the penalty on the weights (C in LIBLINEAR)."""


@dataclass(frozen=True)
class Heads:
    """Weights (n_targets, n_features) and intercepts; a target without a head has nan in its intercept."""

    W: Matrix
    b: np.ndarray

    def logits(self, X: sp.csr_matrix) -> Matrix:
        """Return (n, n_targets) log-odds, nan for targets without a head."""
        return np.asarray(X @ self.W.T + self.b, dtype=np.float64)


def fit_heads(X: sp.csr_matrix, T: Matrix, seed: int) -> Heads:
    """Fit a head for each target that has both answers.

    Parameters
    ----------
    X
        (n, n_features).
    T
        (n, n_targets) 1, 0 or nan; rows with nan are left out of that target's head.

    Returns
    -------
    Weights are rounded to half precision, so that a saved model says what the fitted one said.
    """

    def one(target: int) -> tuple[np.ndarray, float]:
        labels = T[:, target]
        known = np.flatnonzero(~np.isnan(labels))
        if len(np.unique(labels[known])) < 2:
            return np.zeros(X.shape[1]), np.nan
        return _fit(X[known], labels[known], seed)

    fitted = [one(target) for target in range(T.shape[1])]  # LIBLINEAR's generator is global: threads would mix it
    W = np.stack([weights for weights, _ in fitted]).astype(np.float16)
    return Heads(W.astype(np.float32), np.array([b for _, b in fitted], dtype=np.float32))


def _fit(X: sp.csr_matrix, y: np.ndarray, seed: int) -> tuple[np.ndarray, float]:
    """Fit logistic regression in the dual (Fan et al. 2008, LIBLINEAR), classes weighted alike (King & Zeng 2001)."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(
        C=REGULARISATION,
        class_weight="balanced",
        solver="liblinear",
        dual=True,
        max_iter=1000,
        tol=1e-2,
        random_state=seed,
    )
    model.fit(X, y)
    return model.coef_[0], float(model.intercept_[0])
