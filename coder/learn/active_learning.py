"""Active learning: which units a person should judge next, so that few judgements teach the model much.

Each strategy is a pure function of what the model says and where the units lie, and returns the rows of at most n
units, the first to judge first. What they choose is no random sample: it never enters an estimate of quality or
prevalence. That is what `by_coins` is for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from coder.learn.dataset import Indices, Matrix

Strategy = Callable[..., Indices]
NEIGHBOURS = 5


def uncertain(
    P: Matrix, vectors: Matrix, n: int, rng: np.random.Generator, *, thresholds: np.ndarray | None = None, **_: Any
) -> Indices:
    """Choose the units of which the model is least sure (Lewis & Gale 1994).

    Parameters
    ----------
    P
        (n_units, n_codes) probabilities.
    vectors
        (n_units, d); not looked at.
    n
        How many to choose.
    rng
        Not used: the answer follows from P.
    thresholds
        (n_codes,) where suggestions begin; 0.5 if not given.

    Examples
    --------
    >>> P = np.array([[.02], [.55], [.9], [.4]])
    >>> uncertain(P, np.zeros((4, 1)), 2, np.random.default_rng(1)).tolist()
    [1, 3]
    """
    return np.argsort(-uncertainty(P, thresholds), kind="stable")[:n]


def diverse(
    P: Matrix,
    vectors: Matrix,
    n: int,
    rng: np.random.Generator,
    *,
    thresholds: np.ndarray | None = None,
    known: Matrix | None = None,
    **_: Any,
) -> Indices:
    """Choose units that are uncertain, and unlike one another and what is judged already.

    The greedy k-centre of Sener & Savarese (2018), each distance weighed by the unit's uncertainty: the next unit is
    the one whose uncertainty, times its cosine distance to the nearest unit that is chosen or known, is largest. Of
    two equal units the second comes when nothing else is left.

    Parameters
    ----------
    P, n, rng, thresholds
        As in `uncertain`.
    vectors
        (n_units, d) of unit length.
    known
        (m, d) vectors of units that are judged already.

    Examples
    --------
    >>> P, vectors = np.array([[.5], [.5], [.3]]), np.array([[1., 0.], [1., 0.], [0., 1.]])
    >>> diverse(P, vectors, 3, np.random.default_rng(1)).tolist()
    [0, 2, 1]
    """
    doubt = uncertainty(P, thresholds) + 1e-12
    distance = np.ones(len(P))
    if known is not None and len(known):
        distance = 1 - (vectors @ known.T).max(axis=1)
    chosen: list[int] = []
    left = np.ones(len(P), bool)
    for _step in range(min(n, len(P))):
        score = doubt * (np.maximum(distance, 0) + 1e-6)  # equals are taken by their uncertainty, when all are covered
        best = int(np.where(left, score, -1).argmax())
        chosen.append(best)
        left[best] = False
        distance = np.minimum(distance, 1 - vectors @ vectors[best])
    return np.array(chosen, dtype=int)


def disagreement(
    P: Matrix, vectors: Matrix, n: int, rng: np.random.Generator, *, votes: np.ndarray | None = None, **_: Any
) -> Indices:
    """Choose the units on which the model and other voters differ most (query by committee, Seung et al. 1992).

    Parameters
    ----------
    P, vectors, n, rng
        As in `uncertain`.
    votes
        (n_voters, n_units, n_codes) what others say beside the model: a person's 1 and 0, probabilities of another
        classifier, or nan for no vote.

    Examples
    --------
    >>> P, people = np.array([[.9], [.9], [.1]]), np.array([[[1.], [0.], [np.nan]]])
    >>> disagreement(P, np.zeros((3, 1)), 1, np.random.default_rng(1), votes=people).tolist()
    [1]
    """
    committee = P[None] if votes is None else np.concatenate([P[None], votes])
    return np.argsort(-divergence(committee), kind="stable")[:n]


def at_random(P: Matrix, vectors: Matrix, n: int, rng: np.random.Generator, **_: Any) -> Indices:
    """Choose n units at random, all with the same probability.

    Examples
    --------
    >>> sorted(at_random(np.zeros((3, 1)), np.zeros((3, 1)), 9, np.random.default_rng(1)).tolist())
    [0, 1, 2]
    """
    return rng.permutation(len(P))[:n]


def by_coins(units: int, n: int, rng: np.random.Generator) -> tuple[Indices, np.ndarray, float]:
    """Sample about n units, each independently, for an estimate (Poisson sampling, Hájek 1964).

    Returns
    -------
    All units in the order in which to judge, which of these are sampled, and the probability of each.

    Examples
    --------
    >>> order, drawn, probability = by_coins(8, 2, np.random.default_rng(1))
    >>> sorted(order.tolist()), drawn.shape, probability
    ([0, 1, 2, 3, 4, 5, 6, 7], (8,), 0.25)
    """
    probability = min(1.0, n / max(1, units))
    return rng.permutation(units), rng.random(units) < probability, probability


STRATEGIES: dict[str, Strategy] = {
    "uncertain": uncertain,
    "diverse": diverse,
    "disagreement": disagreement,
    "random": at_random,
    "blind": at_random,  # as random, with nothing shown of what the model suggests
}


def uncertainty(P: Matrix, thresholds: np.ndarray | None = None) -> np.ndarray:
    """Return (n_units,) the entropy of every code's decision, summed over the codes (Shannon 1948), in bits.

    The log-odds of each code are moved so that its threshold lies at one half: most uncertain is the unit on whose
    suggestion the model could as well have decided otherwise.
    """
    from scipy.special import expit, logit

    if thresholds is not None:
        P = expit(logit(np.clip(P, 1e-9, 1 - 1e-9)) - logit(np.clip(thresholds, 1e-9, 1 - 1e-9)))
    return np.asarray(_entropy(P).sum(axis=1))


def divergence(votes: np.ndarray) -> np.ndarray:
    """Return (n_units,) how much voters differ: the entropy of their mean less their mean entropy, over all codes.

    That is the mean Kullback-Leibler divergence of a vote from the mean vote (McCallum & Nigam 1998), in bits.

    Parameters
    ----------
    votes
        (n_voters, n_units, n_codes) probabilities, nan where a voter has no vote.
    """
    known = ~np.isnan(votes)
    voters = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, votes, 0).sum(axis=0) / voters
    own = np.where(known, _entropy(np.where(known, votes, 0)), 0).sum(axis=0) / voters
    return np.asarray((_entropy(mean) - own).sum(axis=1))


def neighbours_vote(vectors: Matrix, known: Matrix, Y: Matrix, k: int = NEIGHBOURS) -> Matrix:
    """Return (n_units, n_codes): the share of the k nearest judged units that have the code (Fix & Hodges 1951).

    Parameters
    ----------
    vectors, known
        (n_units, d) and (m, d) of unit length.
    Y
        (m, n_codes) 1, 0 or nan; nan where none of the neighbours was judged.
    """
    if not len(known):
        return np.full((len(vectors), Y.shape[1]), np.nan)
    nearest = np.argsort(-(vectors @ known.T), axis=1, kind="stable")[:, :k]
    judged = ~np.isnan(Y[nearest])
    counts = judged.sum(axis=1)
    return np.where(counts > 0, np.nan_to_num(Y[nearest]).sum(axis=1) / np.maximum(counts, 1), np.nan)


def _entropy(p: np.ndarray) -> np.ndarray:
    p = np.clip(p, 1e-12, 1 - 1e-12)
    return np.asarray(-(p * np.log2(p) + (1 - p) * np.log2(1 - p)))
