"""Fine-tuning: the same fit twice, what is saved says what was fitted, and nothing outside changes."""

import numpy as np
import pytest

from coder.embed import tuning
from coder.embed.encoders import HashedWords, encoder
from coder.embed.tuning import Tuner
from coder.errors import ModelError

SHIPS = [f"The ship left {place} with its cargo." for place in ("Bergen", "Hull", "Gdynia", "Porto", "Cork")]
BREAD = [f"We bake {bread} before the shop opens." for bread in ("rye", "rolls", "spelt", "pretzels", "baguettes")]
WORDS = SHIPS + BREAD + [text.upper() for text in SHIPS] + [text.replace("We", "They") for text in BREAD]
T = np.array([[1, 0, 1, np.nan]] * 5 + [[0, 1, 1, np.nan]] * 5 + [[1, 0, 1, np.nan]] * 5 + [[0, np.nan, 1, 1]] * 5)


@pytest.fixture(scope="module")
def minilm():
    return encoder("all-MiniLM-L6-v2")


@pytest.fixture(scope="module")
def fit(minilm):
    """Fit 20 texts for one epoch: layers learn little in it, the head enough."""
    told = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tuning, "EPOCHS", 1)
        patch.setattr(tuning, "FEWEST_STEPS", 1)
        tuner = Tuner(minilm)
        return tuner, tuner.fit(WORDS, T, lambda *what: told.append(what)), told


def test_what_was_learned_sets_new_texts_apart(fit):
    _, tuned, _ = fit
    ship, bread = tuned.logits(["A vessel sailed out of the harbour.", "The baker sells buns."])[:, 0]
    assert ship > bread


def test_only_targets_with_both_answers_get_an_output(fit):
    logits = fit[1].logits(WORDS[:3])
    assert logits.shape == (3, 4) and logits.dtype == np.float64
    assert np.isnan(logits).all(axis=0).tolist() == [False, False, True, True]
    assert not np.isnan(logits[:, :2]).any()


def test_progress_is_told(fit):
    assert fit[2] == [("tuning", 1, 2), ("tuning", 2, 2)]


def test_the_same_fit_gives_the_same_bytes_and_leaves_the_world_as_it_was(fit, minilm, monkeypatch):
    import torch

    monkeypatch.setattr(tuning, "EPOCHS", 1)
    monkeypatch.setattr(tuning, "FEWEST_STEPS", 1)
    before, state = minilm.encode(WORDS[:2]), torch.get_rng_state()
    again = Tuner(minilm).fit(WORDS, T)
    assert {name: value.tobytes() for name, value in again.arrays.items()} == {
        name: value.tobytes() for name, value in fit[1].arrays.items()
    }
    assert np.array_equal(minilm.encode(WORDS[:2]), before)
    assert torch.equal(torch.get_rng_state(), state)
    assert not torch.are_deterministic_algorithms_enabled()


def test_a_saved_model_says_what_the_fitted_one_said(fit, minilm):
    tuned = fit[1]
    assert {value.dtype for value in tuned.arrays.values()} == {np.dtype(np.float16)}
    restored = Tuner(minilm).restore(tuned.arrays)
    assert np.array_equal(restored.logits(WORDS), tuned.logits(WORDS), equal_nan=True)


def test_a_text_is_read_by_itself_and_to_its_end(fit):
    _, tuned, _ = fit
    long = "It was a long day. " * 60
    texts = ["", "No.", *WORDS, long + SHIPS[0] * 20, long + BREAD[0] * 20]
    logits = tuned.logits(texts)[:, 0]
    assert np.allclose(tuned.logits(texts[::-1])[::-1, 0], logits, atol=1e-4)
    assert np.allclose([tuned.logits([text])[0, 0] for text in texts], logits, atol=1e-4)
    assert logits[-2] > logits[-1] + 0.01  # the ends count
    assert tuned.logits([]).shape == (0, 4)


def test_long_texts_are_learned_from_by_some_of_their_parts_at_a_time():
    rng = np.random.default_rng(1)
    parts = [np.zeros((254, 1))] * 20
    assert len(tuning._draw(parts, rng)) == tuning.MOST_PARTS
    assert len(tuning._draw(parts[:3], rng)) == 3


def test_every_text_is_in_one_batch_of_like_lengths():
    sizes = np.random.default_rng(1).integers(1, 600, 300).tolist()
    batches = list(tuning._batches(sizes, np.random.default_rng(1)))
    assert sorted(np.concatenate(batches)) == list(range(300))
    assert max(len(batch) for batch in batches) == tuning.BATCH
    assert all(len(batch) * max(sizes[i] for i in batch) <= tuning.MOST_TOKENS for batch in batches)


def test_few_texts_are_gone_through_more_often(minilm, monkeypatch):
    monkeypatch.setattr(tuning, "EPOCHS", 1)
    monkeypatch.setattr(tuning, "FEWEST_STEPS", 3)
    told = []
    Tuner(minilm).fit(["a ship", "some bread"], np.array([[1], [0]]), lambda *what: told.append(what))
    assert [step for _, step, _ in told] == [1, 2, 3]


def test_nothing_judged_learns_nothing(fit):
    tuned = fit[0].fit(["a", "b"], np.full((2, 3), np.nan))
    assert np.isnan(tuned.logits(["a"])).all()


def test_arrays_of_another_model_are_refused(fit):
    tuner, tuned, _ = fit
    for damage in ({}, {**tuned.arrays, "head.weight": np.zeros((4, 12), np.float16)}, {"head.bias": np.zeros(4)}):
        with pytest.raises(ModelError, match=r"do not fit this encoder(\n.*)train"):
            tuner.restore(damage)


def test_an_encoder_without_layers_is_refused():
    with pytest.raises(ModelError, match=r"cannot be fine-tuned: hashed-words(.*\n.*)all-MiniLM"):
        Tuner(HashedWords())
