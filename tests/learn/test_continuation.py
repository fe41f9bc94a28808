"""Codes that go on over neighbouring units; the texts are invented words that say little of themselves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from coder.embed.encoders import HashedWords
from coder.learn.bundle import load_model, save_model
from coder.learn.continuation import Continuation, fit_continuation, follow_on, log_loss, log_odds_around
from coder.learn.dataset import Examples, Prototypes, Targets, Texts, bare, targets_of
from coder.learn.explanations import explain
from coder.learn.model import Model, fit
from coder.types import Code, Scheme

SCHEME = Scheme("s", ("code",), (), tuple(Code(name, {"code": name}) for name in ("boats", "nets")))
WORDS = {0: "boat deck mast", 1: "net rope knot"}
FILLER = ["well", "so", "then", "it", "was", "like", "that", "again", "more", "or", "less", "as", "they", "told", "us"]


def told(seed: int = 1, *, runs: bool = True) -> tuple[Texts, np.ndarray, np.ndarray]:
    """Return nine transcripts of 24 units in which each code comes in runs of six, one unit in three names it."""
    rng = np.random.default_rng(seed)
    words, labels = [], []
    for _ in range(9):
        code = np.repeat(rng.permutation([0, 1, 2, 2]), 6)
        code = code if runs else rng.permutation(code)
        for k in code.tolist():
            named = WORDS.get(k, "") if rng.random() < 0.35 else ""
            words.append(" ".join([*rng.choice(FILLER, 5), named]))
            labels.append([float(k == 0), float(k == 1)])
    groups, place = np.divmod(np.arange(len(words)), 24)
    texts = replace(bare(words, HashedWords().encode(words)), transcript=groups, place=place)
    return texts, np.array(labels), groups


def fitted(texts: Texts, Y: np.ndarray, groups: np.ndarray) -> Model:
    targets: Targets = targets_of(SCHEME)
    nothing = Prototypes(bare([], np.zeros((0, texts.vectors.shape[1]), np.float32)), np.zeros((0, 2)))
    return fit(Examples.of_units(texts, Y, groups), SCHEME.paths(), targets, nothing, folds=3, min_positives=3)


@pytest.fixture(scope="module")
def model() -> Model:
    return fitted(*told())


def test_it_is_kept_where_codes_go_on_and_says_what_it_gained(model: Model) -> None:
    assert model.continuation is not None
    without, gained = model.continuation.gain
    assert gained > without + 0.1
    texts, Y, _ = told(seed=2)
    assert log_loss(model.predict(texts), Y) < log_loss(model.alone().predict(texts), Y) - 0.03


def test_it_is_not_tried_where_neighbours_are_not_known_or_folds_are_few(model: Model) -> None:
    texts, Y, groups = told()
    every_third = np.arange(0, len(Y), 3)
    assert fitted(texts.take(every_third), Y[every_third], groups[every_third]).continuation is None
    assert fitted(replace(texts, transcript=np.full(len(Y), -1)), Y, groups).continuation is None
    assert fitted(texts, Y, groups % 2).continuation is None


def test_a_unit_without_neighbours_keeps_its_own_probability(model: Model) -> None:
    texts, _, _ = told(seed=3)
    one = texts.take(np.array([30]))
    assert np.array_equal(model.predict(one), model.alone().predict(one))
    assert not np.allclose(model.predict(texts)[30], model.predict(one)[0])


def test_units_of_other_transcripts_and_their_order_do_not_matter(model: Model) -> None:
    texts, _, _ = told(seed=3)
    assert model.continuation is not None
    own = model.alone().predict(texts)
    P = model.continuation.probabilities(own, texts)
    rows = np.flatnonzero(texts.transcript == 4)[::-1]
    assert np.allclose(model.continuation.probabilities(own[rows], texts.take(rows)), P[rows])


def test_windows_are_means_of_the_units_around_by_hand() -> None:
    P = np.array([[0.1], [0.3], [0.5], [0.9]])
    texts = replace(bare(list("abcd"), np.zeros((4, 1), np.float32)), transcript=np.zeros(4, int), place=np.arange(4))
    around, known = log_odds_around(P, texts)
    assert known.all()
    means = 1 / (1 + np.exp(-around[1, 0]))
    assert means == pytest.approx([0.3, 0.3, 0.5, 0.5, 0.5])  # itself; a, c; a, c, d; all others; all others
    assert follow_on(texts)
    assert fit_continuation(P, texts, np.zeros((4, 1))) is None


def test_a_bundle_keeps_it_or_is_without_it(model: Model, tmp_path: Path) -> None:
    texts, _, _ = told(seed=3)
    save_model(model, tmp_path / "with", "")
    save_model(model.alone(), tmp_path / "without", "")
    loaded = load_model(tmp_path / "with")
    assert isinstance(loaded.continuation, Continuation)
    assert model.continuation is not None
    assert np.array_equal(loaded.continuation.weights, model.continuation.weights)
    assert loaded.continuation.gain == model.continuation.gain
    assert np.allclose(loaded.predict(texts), model.predict(texts), atol=5e-3)
    assert load_model(tmp_path / "without").continuation is None


def test_equal_data_give_equal_weights(model: Model) -> None:
    again = fitted(*told())
    assert model.continuation is not None
    assert again.continuation is not None
    assert np.array_equal(again.continuation.weights, model.continuation.weights)


def test_an_explanation_says_what_the_units_around_did(model: Model) -> None:
    texts, Y, groups = told(seed=3)
    known = Examples.of_units(texts, Y, groups)
    P, own = model.predict(texts), model.alone().predict(texts)
    row, k = divmod(int((P - own).argmax()), 2)
    why = explain(model, texts, row, k, known, {})
    assert why.score == pytest.approx(P[row, k])
    assert why.around == f"by itself {own[row, k]:.2f}; the units around it raised it to {P[row, k]:.2f}"
    assert explain(model.alone(), texts, row, k, known, {}).around == ""
