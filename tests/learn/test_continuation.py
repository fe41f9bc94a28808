"""Codes that go on over neighbouring units; the texts are invented words that say little of themselves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.embed.encoders import HashedWords
from coder.learn.bundle import load_model, save_model
from coder.learn.continuation import (
    Continuation,
    GivenNeighbours,
    fit_continuation,
    fit_given,
    follow_on,
    log_loss,
    log_odds_around,
    neighbours,
)
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


def test_what_was_said_of_the_unit_before_counts_where_codes_go_on(model: Model) -> None:
    assert model.given is not None
    without, gained = model.given.gain
    assert gained > without + 0.03
    texts, Y, _ = told(seed=2)
    own, P = model.own_and_around(texts)
    assert np.array_equal(P, model.predict(texts)) and np.array_equal(own, model.alone().predict(texts))
    before, after = neighbours(Y, texts)
    unknown = np.full(Y.shape, np.nan)
    in_order = model.given.probabilities(own, P, before, unknown)
    assert log_loss(in_order, Y) < log_loss(P, Y) - 0.03
    assert log_loss(model.given.probabilities(own, P, before, after), Y) < log_loss(in_order, Y)
    there, lacking = before == 1, before == 0
    raised = in_order - P
    assert raised[there].mean() > 0.1
    assert raised[lacking].mean() < 0


def test_it_is_not_kept_where_codes_do_not_go_on() -> None:
    assert fitted(*told(runs=False)).given is None
    texts, Y, _ = told()
    assert fit_given(np.full(Y.shape, 0.5), np.full(Y.shape, 0.5), texts, np.zeros(Y.shape)) is None


@given(st.data())
def test_units_without_answered_neighbours_keep_what_the_model_alone_says(data: st.DataObject) -> None:
    n, codes = data.draw(st.integers(1, 12)), data.draw(st.integers(1, 3))
    rng = np.random.default_rng(data.draw(st.integers(0, 2**16)))
    texts = replace(
        bare([""] * n, np.zeros((n, 1), np.float32)), transcript=rng.integers(-1, 2, n), place=rng.permutation(n)
    )
    own, P = rng.random((n, codes)), rng.random((n, codes))
    Y = np.where(rng.random((n, 1)) < data.draw(st.sampled_from([0, 0.3, 1])), rng.integers(0, 2, (n, codes)), np.nan)
    stage = GivenNeighbours(rng.normal(size=5))
    found = stage.probabilities(own, P, *neighbours(Y, texts))
    place = {(t, p): row for row, (t, p) in enumerate(zip(texts.transcript, texts.place, strict=True)) if t >= 0}
    for row, (t, p) in enumerate(zip(texts.transcript, texts.place, strict=True)):
        beside = [place[t, p + step] for step in (-1, 1) if (t, p + step) in place]
        answered = np.array([~np.isnan(Y[other]) for other in beside]).reshape(-1, codes).any(axis=0)
        assert np.array_equal(found[row][~answered], P[row][~answered])
        assert not np.isnan(found[row]).any()


def test_a_bundle_keeps_what_answers_say(model: Model, tmp_path: Path) -> None:
    save_model(model, tmp_path / "with", "")
    loaded = load_model(tmp_path / "with").given
    assert loaded is not None and model.given is not None
    assert np.array_equal(loaded.weights, model.given.weights) and loaded.gain == model.given.gain
    save_model(model.alone(), tmp_path / "without", "")
    assert load_model(tmp_path / "without").given is None
