"""Do new units differ from what the model knows? Length, words, distance from the scheme, and language.

Of each measure a model keeps the border that 5 % of its training units lie beyond, and the largest share that lay
beyond it in any one training transcript. New units are reported where clearly more of them lie beyond the border.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from coder.learn.dataset import Indices, Matrix, Prototypes, Texts
from coder.learn.features import analyzer, count_terms
from coder.learn.model import Model
from coder.rules import count_words

Usual = dict[str, dict[str, float]]

BEYOND = 0.05
SURE = 0.01
"""How improbable the share beyond a border must be (one-sided binomial test) before a person is warned."""
USUAL_UNITS = 20
"""A transcript's share is drawn towards `BEYOND` as if so many usual units had been seen in it."""

FEWEST_WORDS = 30
LEAST_ENGLISH = 0.25
"""In English talk, two words in five are among `ENGLISH`; in other languages hardly one in ten."""
ENGLISH = """
the be to of and a in that have i it for not on with he as you do at this but his by from they we say her she or an will
my one all would there their what so up out if about who get which go me is are was were been has had did does it's
don't that's i'm we're our your its them him us can just then than more some when how no yes
"""


@dataclass(frozen=True)
class Border:
    """How units may differ: the measure, whether it is large or small values that are strange, and how to say it."""

    measure: str
    upper: bool
    warning: str


BORDERS = {
    "long": Border("length", True, "{share} of the units have more than {border:.0f} words"),
    "short": Border("length", False, "{share} of the units have fewer than {border:.0f} words"),
    "unknown words": Border(
        "unknown", True, "in {share} of the units more than {border:.0%} of the words are new to the model"
    ),
    "far": Border("distance", True, "{share} of the units are unlike anything in the training data"),
}


def usual(texts: Texts, groups: Indices, prototypes: Prototypes) -> Usual:
    """Return what is usual among training units, each transcript measured by what the other ones know.

    It is small and plain, to be kept in `ModelInfo`; nothing for fewer than two transcripts.

    Parameters
    ----------
    texts
        n training units.
    groups
        (n,) their transcripts.
    prototypes
        The scheme's own texts.
    """
    names = np.unique(groups)
    if len(names) < 2:
        return {}
    counts = count_terms(texts.join(prototypes.texts))["words"]
    scheme = np.arange(len(texts), len(texts) + len(prototypes.texts))
    values = {border.measure: np.full(len(texts), np.nan) for border in BORDERS.values()}
    for name in names:
        rows = np.flatnonzero(groups == name)
        terms, _ = counts.lexicon(np.concatenate([np.flatnonzero(groups != name), scheme]))
        for measure, found in _measures(texts.take(rows), terms.terms, prototypes.texts.vectors).items():
            values[measure][rows] = found
    return {
        name: _border(border, values[border.measure], groups)
        for name, border in BORDERS.items()
        if not np.isnan(values[border.measure]).all()
    }


def _border(border: Border, values: np.ndarray, groups: Indices) -> dict[str, float]:
    edge = float(np.nanquantile(values, 1 - BEYOND if border.upper else BEYOND))
    beyond = values > edge if border.upper else values < edge
    own = [beyond[groups == name] for name in np.unique(groups)]
    largest = max((one.sum() + BEYOND * USUAL_UNITS) / (len(one) + USUAL_UNITS) for one in own)
    return {"border": round(edge, 4), "largest share": round(max(BEYOND, float(largest)), 4)}


def shifts(model: Model, texts: Texts) -> list[str]:
    """Return in words how new units differ from those that the model was trained on; an empty list where they do not.

    Parameters
    ----------
    texts
        The new units, of one interview or of a table: warnings are about all of them together.
    """
    known = model.info.usual
    found = _language(texts.words) if model.info.language == "en" else []
    values = _measures(texts, model.features.lexicons["words"].terms, model.prototypes.texts.vectors)
    return found + [
        said for name, border in BORDERS.items() if name in known and (said := _beyond(border, values, known[name]))
    ]


def _beyond(border: Border, values: Mapping[str, np.ndarray], known: Mapping[str, float]) -> str:
    """Say that more units lie beyond a border than in the strangest training transcript, if it is so."""
    from scipy.stats import binomtest

    own = values[border.measure][~np.isnan(values[border.measure])]
    beyond = int((own > known["border"]).sum() if border.upper else (own < known["border"]).sum())
    if not beyond or binomtest(beyond, len(own), known["largest share"], "greater").pvalue >= SURE:
        return ""
    said = border.warning.format(share=f"{beyond / len(own):.0%}", border=known["border"])
    return f"{said}; of the units it was trained on, {BEYOND:.0%}"


def _measures(texts: Texts, terms: Sequence[str], landmarks: Matrix) -> dict[str, np.ndarray]:
    """Return of each unit its words, the share of them that the lexicon lacks, and 1 - cosine to the nearest landmark.

    nan where a unit has no words.
    """
    cut = analyzer("words", ngram_range=(1, 1))
    known = set(terms)
    words = [cut(text) for text in texts.words]
    length = np.array([count_words(text) or np.nan for text in texts.words], dtype=float)
    unknown = [np.mean([word not in known for word in own]) if own else np.nan for own in words]
    nearest = (texts.vectors @ landmarks.T).max(axis=1) if len(landmarks) else np.full(len(texts), np.nan)
    return {
        "length": length,
        "unknown": np.array(unknown, dtype=float),
        "distance": np.where(np.isnan(length), np.nan, 1 - nearest),
    }


def _language(words: Sequence[str]) -> list[str]:
    said = [word.strip('.,;:!?…"“”()[]').replace("’", "'") for text in words for word in text.lower().split()]
    said = [word for word in said if any(letter.isalpha() for letter in word)]
    if len(said) < FEWEST_WORDS:
        return []
    common = set(ENGLISH.split())
    share = sum(word in common for word in said) / len(said)
    if share >= LEAST_ENGLISH:
        return []
    return [f"this does not read like English, the language the model knows ({share:.0%} common English words)"]
