from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from coder.embed.encoders import HashedWords
from coder.learn.dataset import Examples, Prototypes, Targets, Texts, bare
from coder.learn.explanations import Explanation, explain
from coder.learn.model import Model, fit
from coder.types import Progress, Scheme, silent

from .conftest import ACTS, PLACES

BEFORE = "What happened at the fair?"
SENTENCES = [
    f"{ACTS['teach']} {PLACES['fair']}",
    "Fair, fair, FAIR! We showed them “the pump” — at 3 fairs; the fair’s stand.",
    "my brother sells old boats",
    "Décidé: the clinic 🐟🐟 upstairs\n\tand the ward",
    "",
]


@pytest.fixture(scope="module")
def model(examples: Examples, scheme: Scheme, targets: Targets, prototypes: Prototypes) -> Model:
    return fit(examples, scheme.paths(), targets, prototypes, folds=4, min_positives=3)


@pytest.fixture(scope="module")
def texts() -> Texts:
    vectors = HashedWords().encode(SENTENCES)
    before = np.repeat(HashedWords().encode([BEFORE]), len(SENTENCES), axis=0)
    before[2] = 0
    asked = [BEFORE, BEFORE, "", BEFORE, BEFORE]
    place = np.array([0.0, 0.3, np.nan, 0.99, 0.5])
    return replace(bare(SENTENCES, vectors), before=before, asked=asked, position=place)


@pytest.fixture(scope="module")
def known(examples: Examples) -> Examples:
    return examples


def of(model: Model, texts: Texts, known: Examples, row: int, code: str = "teach/fair") -> Explanation:
    return explain(model, texts, row, model.codes.index(code), known, {code: "They were shown it at a fair."})


@pytest.mark.parametrize("row", range(len(SENTENCES)))
@pytest.mark.parametrize("code", ["teach/fair", "decide/clinic"])
def test_the_parts_sum_to_the_log_odds_of_the_head(
    model: Model, texts: Texts, known: Examples, row: int, code: str
) -> None:
    logits = model.heads.logits(model.features.transform(texts))
    for head in of(model, texts, known, row, code).heads:
        target = model.targets.names.index((head.facet, head.value))
        assert head.log_odds == pytest.approx(logits[row, target], abs=1e-4)
        assert sum(head.blocks.values()) == pytest.approx(head.log_odds, abs=1e-9)
        for letters, block in ((False, "words"), (True, "letters")):
            terms = [term.weight for term in head.terms if term.letters == letters]
            assert sum(terms) == pytest.approx(head.blocks[block], abs=1e-9)


def test_each_facet_and_the_code_itself_give_their_reasons(model: Model, texts: Texts, known: Examples) -> None:
    why = of(model, texts, known, 0)
    assert [(head.facet, head.value) for head in why.heads] == [("act", "teach"), ("place", "fair"), ("", "teach/fair")]
    assert why.score == pytest.approx(model.predict(texts)[0, model.codes.index("teach/fair")])
    assert why.score > why.threshold == model.thresholds[model.codes.index("teach/fair")]
    assert why.definitions == {"teach/fair": "They were shown it at a fair."}
    assert why.tuned == {}


def test_what_weighs_most_comes_first_and_is_in_the_text(model: Model, texts: Texts, known: Examples) -> None:
    (place,) = (head for head in of(model, texts, known, 0).heads if head.facet == "place")
    weights = [abs(term.weight) for term in place.terms]
    assert weights == sorted(weights, reverse=True)
    assert "fair" in {term.words for term in place.terms if term.weight > 0}
    assert all(word in SENTENCES[0].lower() for term in place.terms for word in term.words.split())


def test_letters_are_told_by_the_word_they_lie_in(model: Model, texts: Texts, known: Examples) -> None:
    (place,) = (head for head in of(model, texts, known, 1).heads if head.facet == "place")
    letters = [term.words for term in place.terms if term.letters]
    assert len(letters) == len(set(letters))
    assert (
        {"fair", "fairs", "stand"}
        <= set(letters)
        <= set(SENTENCES[1].lower().replace(",", "").split()) | {"fair", "pump", "fairs", "stand"}
    )


def test_a_question_that_is_not_known_weighs_nothing(model: Model, texts: Texts, known: Examples) -> None:
    assert all(head.blocks["turn before"] == 0 for head in of(model, texts, known, 2).heads)
    assert any(head.blocks["turn before"] != 0 for head in of(model, texts, known, 0).heads)


def test_units_with_the_code_come_first_each_group_from_the_nearest_on(
    model: Model, texts: Texts, known: Examples, examples: Examples
) -> None:
    k = model.codes.index("teach/fair")
    n = int(examples.Y[:, k].sum())
    found = explain(model, texts, 0, k, known, {}, near=n + 3).neighbours
    assert [neighbour.coded for neighbour in found] == [True] * n + [False] * 3
    for group in (found[:n], found[n:]):
        cosines = [neighbour.cosine for neighbour in group]
        assert cosines == sorted(cosines, reverse=True)
    words = dict(zip(examples.ids.tolist(), examples.texts.words, strict=True))
    assert all(neighbour.words == words[neighbour.segment] for neighbour in found)


def test_without_any_coding_only_the_scheme_speaks(
    examples: Examples, scheme: Scheme, targets: Targets, prototypes: Prototypes
) -> None:
    nothing = examples.take(np.array([], int))
    model = fit(nothing, scheme.paths(), targets, prototypes)
    unit = bare(["at the fair"], HashedWords().encode(["at the fair"]))
    why = explain(model, unit, 0, 0, nothing, {"act": "What was done."})
    assert why.heads == why.neighbours == ()


class Sure:
    """A fine-tuned encoder that is sure of the place, and knows nothing of codes."""

    def __init__(self, targets: Targets) -> None:
        self.arrays: dict[str, np.ndarray] = {}
        self.says = np.array([{"act": -1.5, "place": 2.5}.get(facet, np.nan) for facet, _ in targets.names])

    def fit(self, words: Sequence[str], T: np.ndarray, progress: Progress = silent) -> Sure:
        return self

    def restore(self, arrays: Mapping[str, np.ndarray]) -> Sure:
        return self

    def logits(self, words: Sequence[str]) -> np.ndarray:
        return np.tile(self.says, (len(words), 1))


def test_what_a_fine_tuned_encoder_says_is_told(
    examples: Examples, scheme: Scheme, targets: Targets, prototypes: Prototypes, texts: Texts, known: Examples
) -> None:
    tuned = fit(examples, scheme.paths(), targets, prototypes, folds=4, min_positives=3, tuner=Sure(targets))
    assert of(tuned, texts, known, 0).tuned == {"act teach": -1.5, "place fair": 2.5}
