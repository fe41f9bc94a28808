"""Why a code was suggested: score and threshold, what weighed in the heads, coded units like it, the definition."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from coder.learn.dataset import Examples, Texts
from coder.learn.features import analyzer
from coder.learn.model import Model

CALLED = {
    "vectors": "meaning",
    "before": "turn before",
    "form": "place and form",
    "characters": "letters",
    "asked": "words of the turn before",
    "echo": "taking up the turn before",
}
"""What blocks of features are called in an explanation, where it is not their name."""


@dataclass(frozen=True)
class Term:
    """Words of the text, and how much they add to a head's log-odds; `letters`: by the letters within the word."""

    words: str
    weight: float
    letters: bool = False


@dataclass(frozen=True)
class HeadReason:
    """What one head says: `log_odds` is exactly the sum of `blocks`, of which `terms` are parts.

    `facet` is "" for the code's own head. `terms` begin with what weighs most, for or against.
    """

    facet: str
    value: str
    log_odds: float
    blocks: dict[str, float]
    terms: tuple[Term, ...]

    @property
    def name(self) -> str:
        """What the head is for, in words."""
        return _name(self.facet, self.value)


def _name(facet: str, value: str) -> str:
    return f"{facet} {value}" if facet else f"{value} itself"


@dataclass(frozen=True)
class Neighbour:
    """A unit that people judged, its cosine to the suggestion's unit, and whether it has the code."""

    segment: int
    words: str
    cosine: float
    coded: bool


@dataclass(frozen=True)
class Explanation:
    """Why a code was, or was not, suggested for a unit. `definitions` are the scheme's, as they were passed in.

    `alone` is the score of the unit by itself, which the units around it raised or lowered to `score`; None where they
    do not count.
    `tuned` holds what a fine-tuned encoder says beside the heads: the log-odds of each value, and of the code itself.
    """

    code: str
    score: float
    threshold: float
    heads: tuple[HeadReason, ...]
    tuned: dict[str, float]
    neighbours: tuple[Neighbour, ...]
    definitions: dict[str, str]
    alone: float | None = None

    @property
    def around(self) -> str:
        """What the units around it did to the score, in words; "" where they do not count."""
        if self.alone is None:
            return ""
        did = "raised" if self.score > self.alone else "lowered"
        return f"by itself {self.alone:.2f}; the units around it {did} it to {self.score:.2f}"


def explain(
    model: Model, texts: Texts, row: int, k: int, known: Examples, definitions: Mapping[str, str], *, near: int = 3
) -> Explanation:
    """Explain what the model says of one unit and code.

    A head is linear: its log-odds are the sum of weight times feature over all features, and the intercept. The sum
    is given in blocks, and the terms of the blocks `words` and `letters` by name, so nothing is approximated. The
    character n-grams are counted to the word they lie in. What the combiner makes of the heads is in the score alone.

    Parameters
    ----------
    texts, row
        The unit is `texts` at `row`; the others are the units around it.
    k
        The code's place in `model.codes`.
    known
        Units that people judged.
    definitions
        What the scheme says, by the name of the code or facet value.
    near
        How many judged units to show: those with this code first, each group from the nearest on.
    """
    one = texts.take(np.array([row]))
    x = model.features.transform(one).toarray()[0].astype(np.float64)
    own = model.parts[k] if model.parts else [k]
    members = np.flatnonzero(model.targets.members[own].max(axis=0) > 0).tolist()
    heads = [_reason(model, target, x, one) for target in members if not np.isnan(model.heads.b[target])]
    tuned = model.tuned.logits(one.words)[0] if model.tuned else np.full(len(model.targets.names), np.nan)
    return Explanation(
        model.codes[k],
        float(model.predict(texts)[row, k]),
        float(model.thresholds[k]),
        tuple(heads),
        {_name(*model.targets.names[n]): float(tuned[n]) for n in members if not np.isnan(tuned[n])},
        _neighbours(one.vectors[0], known, k, near),
        dict(definitions),
        float(model.alone().predict(one)[0, k]) if model.continuation else None,
    )


def _neighbours(vector: np.ndarray, known: Examples, k: int, near: int) -> tuple[Neighbour, ...]:
    if not len(known):
        return ()
    cosines = known.texts.vectors @ vector
    coded = known.Y[:, k] == 1
    order = np.lexsort((-cosines, ~coded))[:near]
    return tuple(Neighbour(int(known.ids[i]), known.texts.words[i], float(cosines[i]), bool(coded[i])) for i in order)


def _reason(model: Model, target: int, x: np.ndarray, one: Texts) -> HeadReason:
    facet, value = model.targets.names[target]
    contributions = model.heads.W[target].astype(np.float64) * x
    columns = model.features.columns(one)
    blocks = {CALLED.get(name, name): float(contributions[span].sum()) for name, span in columns.items()}
    blocks["intercept"] = float(model.heads.b[target])
    words, weights = model.features.lexicons["words"].terms, contributions[columns["words"]]
    terms = [
        *(Term(words[i], float(weights[i])) for i in np.flatnonzero(weights).tolist()),
        *_letters(one.words[0], model.features.lexicons["characters"].terms, contributions[columns["characters"]]),
    ]
    terms.sort(key=lambda term: -abs(term.weight))
    return HeadReason(facet, value, sum(blocks.values()), blocks, tuple(terms))


def _letters(text: str, terms: Sequence[str], contributions: np.ndarray) -> list[Term]:
    """Count each character n-gram to the words it lies in, by how often it occurs in each."""
    weight = {terms[i]: float(contributions[i]) for i in np.flatnonzero(contributions).tolist()}
    grams = analyzer("characters")
    words = text.lower().split()
    occurrences = [[gram for gram in grams(word) if gram in weight] for word in words]
    counts = Counter(gram for own in occurrences for gram in own)
    found: dict[str, float] = {}
    for word, own in zip(words, occurrences, strict=True):
        if own:
            name = word.strip(".,;:!?…\"'“”‘’()[]—–-") or word
            found[name] = found.get(name, 0.0) + sum(weight[gram] / counts[gram] for gram in own)
    return [Term(word, total, letters=True) for word, total in found.items()]
