from __future__ import annotations

import numpy as np

from coder.embed.encoders import HashedWords
from coder.learn.examples import Examples, bare
from coder.learn.features import Corpus, count_terms, form


def test_new_texts_get_the_features_that_training_texts_got(examples: Examples) -> None:
    texts = examples.texts
    features, X = Corpus(texts, count_terms(texts.words)).learn(np.arange(60))
    assert abs(X - features.transform(texts)).max() < 1e-6


def test_a_lexicon_knows_only_the_texts_it_was_learned_from() -> None:
    words = ["a congress in Lyon", "the congress in Lyon", "zebras zebras", "zebras again"]
    texts = bare(words, HashedWords().encode(words))
    features, _ = Corpus(texts, count_terms(words)).learn(np.array([0, 1]))
    terms = features.lexicons["words"].terms
    assert "congress" in terms
    assert "zebras" not in terms


def test_texts_without_words_have_features_too() -> None:
    words = ["", "   ", "!"]
    features, X = Corpus(bare(words, HashedWords().encode(words)), count_terms(words)).learn(np.arange(3))
    assert X.shape[0] == 3
    assert features.transform(bare(["?"], HashedWords().encode(["?"]))).shape == (1, X.shape[1])


def test_an_unknown_place_and_turn_before_say_nothing() -> None:
    texts = bare(["word " * 33], HashedWords().encode(["word"]))
    assert np.allclose(form(texts)[0, :3], 0)
