from __future__ import annotations

from dataclasses import replace

import numpy as np

from coder.embed.encoders import HashedWords
from coder.learn.dataset import Examples, bare
from coder.learn.features import Corpus, count_terms, echo, form


def test_new_texts_get_the_features_that_training_texts_got(examples: Examples) -> None:
    texts = examples.texts
    features, X = Corpus(texts, count_terms(texts)).learn(np.arange(60))
    assert np.abs(X.toarray() - features.transform(texts).toarray()).max() < 1e-6


def test_a_lexicon_knows_only_the_texts_it_was_learned_from() -> None:
    words = ["a congress in Lyon", "the congress in Lyon", "zebras zebras", "zebras again"]
    texts = bare(words, HashedWords().encode(words))
    features, _ = Corpus(texts, count_terms(texts)).learn(np.array([0, 1]))
    terms = features.lexicons["words"].terms
    assert "congress" in terms
    assert "zebras" not in terms


def test_texts_without_words_have_features_too() -> None:
    words = ["", "   ", "!"]
    texts = bare(words, HashedWords().encode(words))
    features, X = Corpus(texts, count_terms(texts)).learn(np.arange(3))
    assert X.shape[0] == 3
    assert features.transform(bare(["?"], HashedWords().encode(["?"]))).shape == (1, X.shape[1])


def test_an_unknown_place_and_turn_before_say_nothing() -> None:
    texts = bare(["word " * 33], HashedWords().encode(["word"]))
    assert np.allclose(form(texts)[0, :3], 0)


def test_roles_are_features_where_they_differ(examples: Examples) -> None:
    n = len(examples)
    roles = ["client", "coach"] * (n // 2)
    for given, columns in ((roles, ("client", "coach")), (["client"] * n, ()), ([""] * n, ())):
        texts = replace(examples.texts, roles=given)
        features, X = Corpus(texts, count_terms(texts)).learn(np.arange(n))
        assert features.roles == columns
        assert X.toarray()[:, features.columns(texts)["role"]].shape == (n, len(columns))


def test_the_turn_before_speaks_in_a_block_of_its_own(examples: Examples) -> None:
    texts = replace(examples.texts, asked=["at our stand on the fair", *[""] * (len(examples) - 1)])
    features, X = Corpus(texts, count_terms(texts)).learn(np.arange(len(examples)))
    asked = X.toarray()[:, features.columns(texts)["asked"]]
    assert asked[0].any()
    assert not asked[1:].any()


def test_what_a_unit_takes_up_of_the_turn_before() -> None:
    words = ["You sold boats, then?", "So it was."]
    texts = bare(words, HashedWords().encode(words))
    assert not echo(texts).any()  # no turn before is known
    asked = ["we sold boats abroad", "we sold boats abroad"]
    taken_up = echo(replace(texts, asked=asked, before=HashedWords().encode(asked)))
    assert np.allclose(taken_up[:, 0], [2 / 4, 0])
    assert taken_up[0, 1] > taken_up[1, 1]
