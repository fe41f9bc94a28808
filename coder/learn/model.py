"""Fit a coding scheme to judged units, and suggest codes for units that nobody has judged."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from coder.errors import ModelError
from coder.learn.continuation import (
    FEWEST_FOLDS,
    WORTH,
    Continuation,
    GivenNeighbours,
    fit_continuation,
    fit_given,
    follow_on,
    log_loss,
    neighbours,
)
from coder.learn.dataset import Examples, Indices, Matrix, Prototypes, Targets, Texts, quoted
from coder.learn.evaluation import macro_f1
from coder.learn.features import Blocks, Corpus, Features, count_terms
from coder.learn.heads import Heads, fit_heads
from coder.learn.model_info import ModelInfo
from coder.learn.stacking import (
    EVIDENCE,
    TUNED_EVIDENCE,
    Combiner,
    Memory,
    evidence,
    fit_combiner,
    prior_log_odds,
    similarity,
    untrained,
)
from coder.learn.thresholds import FEW, choose_thresholds
from coder.types import AIMS, SOLVERS, Progress, silent

logger = logging.getLogger("coder")

FEWEST_IN_PART = 10
"""A single transcript with fewer units a fold is not held out by parts."""


class Tuned(Protocol):
    """An encoder that was fine-tuned on judged units, with an output for each target."""

    @property
    def arrays(self) -> Mapping[str, np.ndarray]:
        """The weights that a bundle keeps."""
        ...

    def logits(self, words: Sequence[str]) -> Matrix:
        """Return (n, n_targets) log-odds, nan for a target without an output."""
        ...


class Tuner(Protocol):
    """Fine-tunes an encoder; `recipe` tells how."""

    recipe: str

    def fit(self, words: Sequence[str], T: Matrix, progress: Progress = silent) -> Tuned:
        """Learn from n texts with (n, n_targets) 1, 0 or nan."""
        ...

    def restore(self, arrays: Mapping[str, np.ndarray]) -> Tuned:
        """Return what was fitted, from the weights that a bundle kept."""
        ...


@dataclass(frozen=True)
class HeldOut:
    """Predictions for the training units, each by heads that were fitted without its transcript (cross-fitting).

    Combiner and thresholds of a fold are fitted on the units of the other folds only. The evidence on these units comes
    from heads whose training did include the fold's transcripts, since cross-fitting is not nested: the fold's own
    judgements reach its combiner and thresholds through that evidence, and only through it.

    Attributes
    ----------
    keys
        (n,) str: text and place of each unit, from `Examples`.
    P
        (n, n_codes) probabilities.
    by_aim
        (n_aims, n, n_codes) bool, whether they reach the fold's thresholds for each of `AIMS`, or for the first alone.
    aim
        Which of these counts.
    """

    keys: np.ndarray
    P: Matrix
    by_aim: np.ndarray
    aim: str = AIMS[0]

    @property
    def accepted(self) -> np.ndarray:
        """Return (n, n_codes) bool, whether they reach the thresholds of the fold."""
        return np.asarray(self.by_aim[AIMS.index(self.aim)])


@dataclass(frozen=True)
class Fitted:
    """What is fitted on some of the examples: evidence of every code is computed from it."""

    targets: Targets
    features: Features
    heads: Heads
    prior: np.ndarray
    prototypes: Prototypes
    memory: Memory
    tuned: Tuned | None

    def evidence(self, X: Blocks, texts: Texts) -> np.ndarray:
        """Return the evidence on each code in units with the features X."""
        near = similarity(texts.vectors, self.prototypes, self.targets)
        alike = self.memory.log_odds(texts.vectors, self.prior)
        tuned = self.tuned.logits(texts.words) if self.tuned else None
        return evidence(self.heads.logits(X), near, alike, self.prior, self.targets, tuned)


@dataclass(frozen=True)
class Model(Fitted):
    """A trained scheme: everything that a suggestion is computed from.

    `codes` are the scheme's code paths; `by_aim` are (n_aims, n_codes) thresholds for each of `AIMS`, or for the first
    alone, and `aim` says which of them count; `positives` the number of judged positives of each code; `continuation`
    what units around count for, `given` what a person's word on the next units does, each None where it gains nothing;
    `info` what it knows of itself. Under a later scheme (see `under`) `parts` are the places of each code among those
    that it was trained on, and `left_out` are the codes that it was trained on and no longer suggests.
    """

    codes: tuple[str, ...]
    combiner: Combiner
    by_aim: Matrix
    positives: np.ndarray
    held_out: HeldOut | None
    continuation: Continuation | None = None
    given: GivenNeighbours | None = None
    info: ModelInfo = field(default_factory=ModelInfo)
    parts: tuple[list[int], ...] = ()
    left_out: tuple[str, ...] = ()
    aim: str = AIMS[0]

    @property
    def thresholds(self) -> np.ndarray:
        """Return (n_codes,) the probabilities from which on codes are suggested."""
        return np.asarray(self.by_aim[AIMS.index(self.aim)])

    def aimed(self, aim: str) -> Model:
        """Return the model with thresholds for another of `AIMS`.

        Raises
        ------
        ModelError
            It was trained by a version that chose thresholds for agreement alone.
        """
        if AIMS.index(aim) >= len(self.by_aim):
            why = f"the model has no thresholds for `{aim}`"
            raise ModelError(why, todo='train again: coder train --use; or set `suggest = "agreement"` in study.toml')
        held_out = self.held_out and replace(self.held_out, aim=aim)
        return replace(self, aim=aim, held_out=held_out)

    def evidence(self, X: Blocks, texts: Texts) -> np.ndarray:
        """Return the evidence on each code; coded units are examples of their codes as long as likeness decides."""
        found = super().evidence(X, texts)
        if not self.combiner.trained:
            words = EVIDENCE.index("scheme's words")
            found[:, :, words] = np.maximum(found[:, :, words], self.memory.nearest(texts.vectors))
        return found

    def predict(self, texts: Texts) -> Matrix:
        """Return (n, n_codes) calibrated probabilities.

        Units around count where `continuation` is known, and only those among these texts: give whole transcripts.
        """
        return self.own_and_around(texts)[1]

    def own_and_around(self, texts: Texts) -> tuple[Matrix, Matrix]:
        """Return (n, n_codes) probabilities of each unit by itself, and those of `predict`."""
        if not len(texts):
            return np.zeros((0, len(self.codes))), np.zeros((0, len(self.codes)))
        found = _own_and_around(self, self.evidence(self.features.transform(texts), texts), texts)
        own, P = [_highest(P, self.parts) if self.parts else P for P in found]
        return own, P

    def alone(self) -> Model:
        """Return the model that judges each unit by itself."""
        return replace(self, continuation=None, given=None)

    def under(self, codes: Mapping[str, Sequence[str]]) -> Model:
        """Return the model under other codes, each of which is one of its own or several in one.

        Such a code is as probable as the likeliest of its parts, and is suggested from the lowest of their thresholds
        on; where units were held out, it was accepted where one of its parts was.
        """
        parts = tuple([self.codes.index(code) for code in own] for own in codes.values())
        held_out = self.held_out
        if held_out is not None:
            held_out = replace(held_out, P=_highest(held_out.P, parts), by_aim=_highest(held_out.by_aim, parts))
        return replace(
            self,
            codes=tuple(codes),
            by_aim=-_highest(-self.by_aim, parts),
            positives=np.nansum(_highest(self.memory.Y, parts), axis=0),
            held_out=held_out,
            parts=parts,
            left_out=tuple(code for code in self.codes if not any(code in own for own in codes.values())),
        )

    def needs_more(self, min_positives: int) -> dict[str, int]:
        """Return how many more coded units each code needs before it has a classifier of its own."""
        return {
            code: min_positives - int(n)
            for code, n in zip(self.codes, self.positives, strict=True)
            if n < min_positives
        }


def _highest(values: np.ndarray, parts: Sequence[list[int]]) -> np.ndarray:
    """Return for each group of columns the highest value of each row; nan only where nothing is known."""
    return np.stack([np.fmax.reduce(values[..., own], axis=-1) for own in parts], axis=-1)


def fit(
    examples: Examples,
    codes: tuple[str, ...],
    targets: Targets,
    prototypes: Prototypes,
    *,
    folds: int = 5,
    min_positives: int = 5,
    tuner: Tuner | None = None,
    solver: str = SOLVERS[0],
    progress: Progress = silent,
) -> Model:
    """Learn heads for facets and codes, a combiner and thresholds; folds are split by transcript.

    The combiner and the thresholds are learned from predictions for held-out transcripts. The heads that the model
    keeps are then fitted on everything.

    Parameters
    ----------
    examples
        n judged units and passages; without any the model is zero-shot: only code definitions and examples are used.
    codes, targets
        The scheme's code paths, and what heads are learned for.
    prototypes
        The scheme's own texts: training examples, never evaluated on. One that is quoted from a transcript is left
        out of the folds in which that transcript is held out.
    folds
        At most one a transcript; a single transcript is held out by its parts, one after another.
    min_positives
        A target with fewer judged positives gets no head.
    tuner
        Fine-tunes an encoder beside the heads, on the same examples.
    solver
        What fits the heads: one of `types.SOLVERS`.
    """
    few = len(np.unique(examples.groups)) <= FEW
    if len(np.unique(examples.groups)) == 1:
        examples = replace(examples, groups=parts_of_one(examples.texts, folds))
    texts = examples.texts.join(prototypes.texts)
    corpus = Corpus(texts, count_terms(texts))
    from_transcript = quoted(prototypes.texts.words, examples.texts.words, examples.groups)
    task = _Task(examples, prototypes, targets, corpus, from_transcript, min_positives, few, tuner, solver, progress)
    folds = min(folds, len(np.unique(examples.groups)))
    decision, held_out = task.validate(folds) if folds > 1 else task.unvalidated()
    progress("cross-validating", folds, folds + 1)
    logger.info("fitting on all %d examples", len(examples))
    final, _ = task.fit(np.arange(len(examples)))
    progress("cross-validating", folds + 1, folds + 1)
    return Model(
        **vars(final),
        codes=codes,
        **vars(decision),
        positives=np.nansum(examples.Y[examples.is_unit], axis=0),
        held_out=held_out,
    )


@dataclass(frozen=True)
class Decision:
    """What turns evidence into suggestions; `by_aim` are (n_aims, n_codes) thresholds."""

    combiner: Combiner
    continuation: Continuation | None
    by_aim: Matrix
    given: GivenNeighbours | None = None


def _own_and_around(decision: Decision | Model, found: np.ndarray, texts: Texts) -> tuple[Matrix, Matrix]:
    """Return the probabilities that evidence means of each unit by itself, and with those of the units around."""
    own = decision.combiner.probabilities(found)
    return own, decision.continuation.probabilities(own, texts) if decision.continuation else own


@dataclass(frozen=True)
class _Task:
    """Examples and the scheme's own texts, with their terms counted: fits heads on any choice of the examples."""

    examples: Examples
    prototypes: Prototypes
    targets: Targets
    corpus: Corpus
    quoted: np.ndarray
    min_positives: int
    few: bool
    tuner: Tuner | None
    solver: str
    progress: Progress

    def fit(self, rows: Indices) -> tuple[Fitted, Blocks]:
        """Fit on these examples and the scheme's texts; return what was fitted, and the features of all examples."""
        kept = self._kept(rows)
        everything = np.concatenate([rows, len(self.examples) + kept])
        features, X = self.corpus.learn(everything)
        labels = self.targets.labels(self.examples.Y[rows])
        unit = self.examples.is_unit[rows]
        T = np.concatenate([labels, self.prototypes.T[kept]])
        tuned = None
        if self.tuner:
            words = [self.corpus.texts.words[i] for i in everything.tolist()]
            tuned = self.tuner.fit(words, T, self.progress)
        T[:, np.nansum(labels[unit], axis=0) < self.min_positives] = np.nan  # the scheme's texts alone make no head
        memory = Memory(self.examples.texts.vectors[rows[unit]].astype(np.float16), self.examples.Y[rows[unit]])
        prior = prior_log_odds(memory.Y)
        heads = fit_heads(X.take(everything), T, self.solver)
        return Fitted(self.targets, features, heads, prior, self.prototypes.take(kept), memory, tuned), X

    @property
    def n_evidence(self) -> int:
        """How many things are known of a unit and a code."""
        return len(EVIDENCE) + (len(TUNED_EVIDENCE) if self.tuner else 0)

    def validate(self, folds: int) -> tuple[Decision, HeldOut]:
        """Learn to decide from what is said of each unit by what was fitted without its fold."""
        examples, unit = self.examples, self.examples.is_unit
        fold_of = split_by_transcript(examples.groups, folds)
        found = np.zeros((*examples.Y.shape, self.n_evidence))
        for fold in range(folds):
            self.progress("cross-validating", fold, folds + 1)
            logger.info("fitting fold %d of %d", fold + 1, folds)
            test = np.flatnonzero((fold_of == fold) & unit)
            fitted, X = self.fit(np.flatnonzero(fold_of != fold))
            found[test] = fitted.evidence(X.take(test), examples.texts.take(test))
        units, found, fold_of = examples.take(np.flatnonzero(unit)), found[unit], fold_of[unit]
        few = self.few
        beside = folds >= FEWEST_FOLDS and follow_on(units.texts)
        held_out, in_order = _cross_fitted(found, units, fold_of, around=False, beside=beside, few=few)
        decision = _learn_to_decide(found, units, around=False, beside=beside, few=few)
        if beside:
            together, told = _cross_fitted(found, units, fold_of, around=True, beside=True, few=few)
            other = _learn_to_decide(found, units, around=True, beside=True, few=few)
            if other.continuation and _gains(together, held_out, units.Y):
                gain = macro_f1(held_out.accepted, units.Y), macro_f1(together.accepted, units.Y)
                decision = replace(other, continuation=replace(other.continuation, gain=gain))
                held_out, in_order = together, told
        if decision.given:
            gain = macro_f1(held_out.accepted, units.Y), macro_f1(in_order.accepted, units.Y)
            given = replace(decision.given, gain=gain) if _gains(in_order, held_out, units.Y) else None
            decision = replace(decision, given=given)
        return decision, held_out

    def unvalidated(self) -> tuple[Decision, None]:
        """Use the code definitions alone, where nothing can be held out."""
        logger.info("nothing can be held out: the model decides by code definitions, with thresholds of 0.5")
        return Decision(untrained(self.n_evidence), None, _undecided(self.examples.Y)), None

    def _kept(self, rows: Indices) -> Indices:
        """Return the scheme's texts that are not quoted from transcripts outside these examples."""
        outside = np.setdiff1d(self.examples.groups, self.examples.groups[rows])
        return np.flatnonzero(~self.quoted[:, outside].any(axis=1))


def _gains(better: HeldOut, than: HeldOut, Y: Matrix) -> bool:
    """Tell whether probabilities are so much better on held-out transcripts that they are worth another stage."""
    return log_loss(better.P, Y) < WORTH * log_loss(than.P, Y)


def _learn_to_decide(found: np.ndarray, units: Examples, *, around: bool, few: bool, beside: bool = False) -> Decision:
    """Learn from held-out evidence which probability it means, and from which on a code is suggested.

    `around` says whether the probabilities of the units around count, too; `beside` whether to learn what judgements
    of the next units say, which changes neither probabilities nor thresholds of a unit without any; `few` that there
    are few transcripts (`FEW`).
    """
    combiner = fit_combiner(found, units.Y)
    if len(np.unique(units.Y[~np.isnan(units.Y)])) < 2:  # no unit is known to lack a code: nothing can be chosen
        return Decision(combiner, None, _undecided(units.Y))
    own = combiner.probabilities(found)
    continuation = fit_continuation(own, units.texts, units.Y) if around else None
    P = continuation.probabilities(own, units.texts) if continuation else own
    by_aim = np.stack([choose_thresholds(P, units.Y, aim, few=few) for aim in AIMS])
    given = fit_given(own, P, units.texts, units.Y) if beside else None
    return Decision(combiner, continuation, by_aim, given)


def _undecided(Y: Matrix) -> Matrix:
    """Return thresholds where none can be chosen: more likely than not, whatever the aim."""
    return np.full((len(AIMS), Y.shape[1]), 0.5)


def _cross_fitted(
    found: np.ndarray, units: Examples, fold_of: Indices, *, around: bool, few: bool, beside: bool = False
) -> tuple[HeldOut, HeldOut]:
    """Predict each fold by what was learned of deciding on the other ones: by the model alone, and in reading order.

    In reading order what people said of the unit before is known; the thresholds are the same.
    """
    P, told = np.zeros(units.Y.shape), np.zeros(units.Y.shape)
    accepted = np.zeros((2, len(AIMS), *units.Y.shape), bool)
    before, unknown = neighbours(units.Y, units.texts)[0], np.full(units.Y.shape, np.nan)
    for fold in np.unique(fold_of):
        test, rest = np.flatnonzero(fold_of == fold), np.flatnonzero(fold_of != fold)
        learned = _learn_to_decide(found[rest], units.take(rest), around=around, beside=beside, few=few)
        own, P[test] = _own_and_around(learned, found[test], units.texts.take(test))
        told[test] = P[test]
        if learned.given:
            told[test] = learned.given.probabilities(own, P[test], before[test], unknown[test])
        for n, said in enumerate((P, told)):
            accepted[n][:, test] = said[test] >= learned.by_aim[:, None]
    return HeldOut(units.keys, P, accepted[0]), HeldOut(units.keys, told, accepted[1])


def parts_of_one(texts: Texts, parts: int) -> Indices:
    """Return in which of so many parts of their one transcript units lie, by their position.

    All in one part where positions are not known, or there are fewer than ten units a part.

    Examples
    --------
    >>> from coder.learn.dataset import bare
    >>> texts = replace(bare([""] * 40, np.zeros((40, 1))), position=np.linspace(0, 1, 40))
    >>> np.bincount(parts_of_one(texts, 4)).tolist(), np.bincount(parts_of_one(texts, 5)).tolist()
    ([10, 10, 10, 10], [40])
    """
    if len(texts) < FEWEST_IN_PART * parts or np.isnan(texts.position).any():
        return np.zeros(len(texts), int)
    borders = np.quantile(texts.position, np.arange(1, parts) / parts)
    return np.searchsorted(borders, texts.position, side="right")


def split_by_transcript(groups: Indices, folds: int) -> Indices:
    """Return the fold of each unit; whole transcripts stay together and folds are about equally large.

    Examples
    --------
    >>> folds = split_by_transcript(np.array([0, 0, 1, 2, 2]), 2)
    >>> bool(folds[0] == folds[1]), bool(folds[3] == folds[4]), sorted(set(folds.tolist()))
    (True, True, [0, 1])
    """
    from sklearn.model_selection import GroupKFold

    fold_of = np.zeros(len(groups), int)
    for fold, (_, test) in enumerate(GroupKFold(folds).split(np.zeros(len(groups)), groups=groups)):
        fold_of[test] = fold
    return fold_of
