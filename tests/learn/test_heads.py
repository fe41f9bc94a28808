from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.linear_model import LogisticRegression

from coder.learn import heads
from coder.learn.features import Blocks
from coder.learn.heads import fit_heads


@pytest.fixture
def task() -> tuple[Blocks, np.ndarray]:
    """300 units with dense and sparse features, and four targets of unlike frequency."""
    rng = np.random.default_rng(3)
    dense = rng.normal(size=(300, 8)).astype(np.float32)
    sparse = sp.random(300, 40, density=0.1, random_state=3, dtype=np.float32).tocsr()
    features = np.hstack([dense, sparse.toarray()])
    scores = features @ rng.normal(size=(48, 4)) + rng.normal(size=(300, 4))
    return Blocks(dense, sparse), (
        scores > np.quantile(scores, [0.5, 0.8, 0.9, 0.97], axis=0)[range(4), range(4)]
    ) * 1.0


def test_heads_are_those_of_another_program(task: tuple[Blocks, np.ndarray], monkeypatch: pytest.MonkeyPatch) -> None:
    X, T = task
    monkeypatch.setattr(heads, "TOLERANCE", 1e-4)
    found = fit_heads(X, T)
    for target in range(T.shape[1]):
        other = LogisticRegression(
            C=heads.REGULARISATION, class_weight="balanced", solver="liblinear", intercept_scaling=1, tol=1e-8
        ).fit(X.toarray(), T[:, target])
        assert np.abs(found.W[target] - other.coef_[0]).max() < 5e-3  # half precision
        assert found.b[target] == pytest.approx(float(other.intercept_[0]), abs=5e-3)


def test_scikit_learn_comes_to_the_same(task: tuple[Blocks, np.ndarray], monkeypatch: pytest.MonkeyPatch) -> None:
    X, T = task
    T[::7, 1] = np.nan
    monkeypatch.setattr(heads, "TOLERANCE", 1e-4)
    ours, theirs = fit_heads(X, T), fit_heads(X, T, "scikit-learn")
    assert np.abs(ours.W - theirs.W).max() < 1e-2  # half precision, and the tolerance of lbfgs
    assert ours.b == pytest.approx(theirs.b, abs=1e-2)


def test_what_nobody_judged_teaches_nothing(task: tuple[Blocks, np.ndarray]) -> None:
    X, T = task
    some = np.arange(0, 300, 2)
    hidden = np.full_like(T, np.nan)
    hidden[some] = T[some]
    assert np.allclose(fit_heads(X, hidden).W, fit_heads(X.take(some), T[some]).W, atol=2e-3)


def test_a_target_with_one_answer_has_no_head(task: tuple[Blocks, np.ndarray]) -> None:
    X, T = task
    T[:, 1] = 0
    T[:, 2] = np.nan
    found = fit_heads(X, T)
    assert np.isnan(found.b).tolist() == [False, True, True, False]
    assert np.isnan(found.logits(X)).all(axis=0).tolist() == [False, True, True, False]


def test_the_same_examples_give_the_same_bytes(task: tuple[Blocks, np.ndarray]) -> None:
    one, two = fit_heads(*task), fit_heads(*task)
    assert one.W.tobytes() == two.W.tobytes()
