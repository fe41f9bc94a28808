from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from coder.embed.encoders import HashedWords
from coder.learn.dataset import Examples, Prototypes, Targets, bare
from coder.learn.dataset_shift import Usual, shifts, usual
from coder.learn.model import Model, fit
from coder.learn.model_info import ModelInfo
from coder.types import Scheme

from .conftest import ACTS, CHAT, PLACES

GERMAN = "Wir haben den Kunden auf der Messe gezeigt, wie man die Pumpe anschließt, und sie haben viel gefragt. " * 4
ENGLISH = "We have shown the customers at the fair how to prime the pump, and they have asked us a lot of things. " * 4


@pytest.fixture(scope="module")
def model(examples: Examples, scheme: Scheme, targets: Targets, prototypes: Prototypes) -> Model:
    return fit(examples, scheme.paths(), targets, prototypes, folds=4, min_positives=3)


@pytest.fixture(scope="module")
def known(examples: Examples, prototypes: Prototypes) -> Usual:
    return usual(examples.texts, examples.groups, prototypes)


def said(model: Model, known: Usual, *words: str) -> str:
    return "\n".join(
        shifts(replace(model, info=replace(model.info, usual=known)), bare(words, HashedWords().encode(words)))
    )


def like_training(seed: int, n: int = 12) -> list[str]:
    rng = np.random.default_rng(seed)
    acts, places = list(ACTS.values()), list(PLACES.values())
    return [
        f"{acts[rng.integers(2)]} {places[rng.integers(2)]} {CHAT[rng.integers(4)]}"
        if i % 3 == 0
        else f"{CHAT[rng.integers(4)]} number {rng.integers(1000)}"
        for i in range(n)
    ]


@pytest.mark.parametrize("seed", range(10))
def test_an_interview_like_the_others_is_nothing_to_warn_of(model: Model, known: Usual, seed: int) -> None:
    assert said(model, known, *like_training(seed)) == ""


def test_long_and_short_units_are_reported_with_the_border(model: Model, known: Usual) -> None:
    longer = said(model, known, *(" ".join(like_training(seed, 6)) for seed in range(8)))
    assert "100% of the units have more than" in longer
    assert "fewer than" not in longer
    shorter = said(model, known, *["soup", "boats", "we had soup"] * 3)
    assert "fewer than" in shorter


def test_new_words_and_what_lies_far_from_the_scheme_are_reported(model: Model, known: Usual) -> None:
    strange = [f"quarks gluons hadrons leptons mesons bosons {n}" for n in range(9)]
    warned = said(model, known, *strange)
    assert "the words are new to the model" in warned
    assert "100%" in warned


@pytest.mark.parametrize(("text", "warned"), [(GERMAN, True), (ENGLISH, False), ("Ja.", False), ("", False)])
def test_another_language_is_noticed_where_there_is_enough_of_it(model: Model, text: str, warned: bool) -> None:
    assert ("does not read like English" in said(model, {}, text)) == warned


def test_a_model_of_another_language_does_not_ask_for_english(model: Model) -> None:
    german = replace(model, info=ModelInfo(language="de"))
    assert said(german, {}, GERMAN) == ""


def test_what_is_usual_is_small_and_plain(known: Usual) -> None:
    assert json.loads(json.dumps(known)) == known
    assert all(0.05 <= one["largest share"] < 0.5 for one in known.values())


def test_one_transcript_knows_nothing_of_how_transcripts_differ(examples: Examples, prototypes: Prototypes) -> None:
    assert usual(examples.texts, np.zeros(len(examples), int), prototypes) == {}


def test_units_without_words_count_for_nothing(model: Model, known: Usual) -> None:
    assert said(model, known) == said(model, known, "", "  ") == ""
