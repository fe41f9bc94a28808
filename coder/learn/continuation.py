"""A code goes on over neighbouring units: the probabilities of the units around correct each unit's own.

A second stage over the combiner: one logistic regression for all codes (stacked sequential learning, Cohen & Carvalho
2005), fitted on predictions for held-out transcripts. A third one takes what a person has just said of the two units
next to a unit. A model keeps each only where it gains there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from coder.learn.dataset import Matrix, Texts

WINDOWS = (1, 2, 5)
"""So many units on either side are averaged; the whole transcript is, too."""
FEWEST_FOLDS = 3
"""With fewer folds it is not tried: what is learned from one half of few transcripts says little of the other."""
NEXT_TO_ANOTHER = 0.9
"""It is learned where this share of the judged units follow on one another: else most neighbours are not known."""
FEWEST_PRESENT = 50
"""So many present codes it takes: ten for each weight (Peduzzi et al. 1996)."""
WORTH = 0.99
"""It is kept where the log loss on held-out transcripts falls to this share of what it was, or lower."""
SURE = 1e-4
"""Probabilities closer than this to 0 or 1 count as this close."""


@dataclass(frozen=True)
class Continuation:
    """What the units around a unit say of each of its codes.

    Attributes
    ----------
    weights
        (len(WINDOWS) + 3,): of the unit's own log-odds, of those of the mean probability in each window and in the
        whole transcript, each without the unit itself; and the intercept.
    gain
        Macro-F1 on held-out transcripts without the units around, and with them; nan where it was not measured.
    """

    weights: np.ndarray
    gain: tuple[float, float] = (float("nan"), float("nan"))

    def probabilities(self, P: Matrix, texts: Texts) -> Matrix:
        """Return (n, n_codes) probabilities corrected by those of the units around.

        A unit without a neighbour among these keeps its own: give all units of a transcript.

        Parameters
        ----------
        P
            (n, n_codes) probabilities of each unit by itself.
        texts
            The n units, of which transcript and place are used.
        """
        around, known = log_odds_around(P, texts)
        z = around @ self.weights[:-1] + self.weights[-1]
        return np.asarray(np.where(known[:, None], 1 / (1 + np.exp(-np.clip(z, -30, 30))), P))


@dataclass(frozen=True)
class GivenNeighbours:
    """What a person's judgements of the units just before and after a unit say of each of its codes.

    Attributes
    ----------
    weights
        (5,): of the log-odds of the unit by itself, and with the probabilities of the units around; of the number of
        its two neighbours that have the code, and of those that do not; and the intercept.
    gain
        Macro-F1 on held-out transcripts without the judgement of the unit before, and with it; nan where it was not
        measured.
    """

    weights: np.ndarray
    gain: tuple[float, float] = (float("nan"), float("nan"))

    def probabilities(self, own: Matrix, P: Matrix, before: Matrix, after: Matrix) -> Matrix:
        """Return (n, n_codes) probabilities; P, where neither neighbour was judged for the code.

        Parameters
        ----------
        own, P
            (n, n_codes) probabilities of each unit by itself, and with those of the units around.
        before, after
            (n, n_codes) 1, 0 or nan: what was said of the neighbours, as of `neighbours`.

        Examples
        --------
        >>> given, unknown = GivenNeighbours(np.array([0.5, 0.5, 2, -1, 0])), np.full((1, 2), np.nan)
        >>> P = np.array([[0.5, 0.2]])
        >>> given.probabilities(P, P, np.array([[1, np.nan]]), unknown).round(2).tolist()
        [[0.88, 0.2]]
        """
        z = _given(own, P, before, after) @ self.weights[:-1] + self.weights[-1]
        unknown = np.isnan(before) & np.isnan(after)
        return np.asarray(np.where(unknown, P, 1 / (1 + np.exp(-np.clip(z, -30, 30)))))


def fit_given(own: Matrix, P: Matrix, texts: Texts, Y: Matrix) -> GivenNeighbours | None:
    """Learn what judged neighbours say; None where there is too little to learn from.

    Each unit counts three times: the unit before is known, the unit after, and both (teacher forcing, Williams &
    Zipser 1989). Parameters as of `fit_continuation`; `own` and `P` as of `GivenNeighbours`.
    """
    from sklearn.linear_model import LogisticRegression

    before, after = neighbours(Y, texts)
    unknown = np.full(Y.shape, np.nan)
    X, y = [], []
    for one, other in ((before, unknown), (unknown, after), (before, after)):
        judged = ~np.isnan(Y) & ~(np.isnan(one) & np.isnan(other))
        X.append(_given(own, P, one, other)[judged])
        y.append(Y[judged])
    target = np.concatenate(y)
    if np.sum(y[0]) < FEWEST_PRESENT or np.all(target):
        return None
    model = LogisticRegression(C=1.0, max_iter=1000).fit(np.concatenate(X), target)
    return GivenNeighbours(np.append(model.coef_[0], model.intercept_).astype(np.float64))


def _given(own: Matrix, P: Matrix, before: Matrix, after: Matrix) -> np.ndarray:
    """Return (n, n_codes, 4): both log-odds, and how many judged neighbours have each code, and lack it."""
    p = np.clip(np.stack([own, P], axis=-1), SURE, 1 - SURE)
    counts = [(before == value).astype(float) + (after == value) for value in (1, 0)]
    return np.concatenate([np.log(p / (1 - p)), np.stack(counts, axis=-1)], axis=-1)


def neighbours(Y: Matrix, texts: Texts) -> tuple[Matrix, Matrix]:
    """Return (n, n_codes) what was said of the unit just before each, and just after; nan where there is none.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from coder.learn.dataset import bare
    >>> texts = bare(["a", "b", "c"], np.zeros((3, 1), np.float32))
    >>> texts = replace(texts, transcript=np.zeros(3, int), place=np.array([1, 0, 3]))
    >>> [found[:, 0].tolist() for found in neighbours(np.array([[1.0], [0.0], [1.0]]), texts)]
    [[0.0, nan, nan], [nan, 1.0, nan]]
    """
    order = np.lexsort((texts.place, texts.transcript))
    transcript, place = texts.transcript[order], texts.place[order]
    next_to = np.flatnonzero((np.diff(place) == 1) & (np.diff(transcript) == 0) & (transcript[1:] >= 0))
    earlier, later = order[next_to], order[next_to + 1]
    before, after = np.full(Y.shape, np.nan), np.full(Y.shape, np.nan)
    before[later], after[earlier] = Y[earlier], Y[later]
    return before, after


def fit_continuation(P: Matrix, texts: Texts, Y: Matrix) -> Continuation | None:
    """Learn how far neighbours count; None where there is too little to learn from.

    Parameters
    ----------
    P
        (n, n_codes) probabilities of units whose transcripts were held out.
    texts
        The n units.
    Y
        (n, n_codes) 1, 0 or nan.
    """
    from sklearn.linear_model import LogisticRegression

    around, known = log_odds_around(P, texts)
    judged = ~np.isnan(Y) & known[:, None]
    if np.sum(Y[judged]) < FEWEST_PRESENT or np.all(Y[judged]):
        return None
    model = LogisticRegression(C=1.0, max_iter=1000).fit(around[judged], Y[judged])
    return Continuation(np.append(model.coef_[0], model.intercept_).astype(np.float64))


def log_odds_around(P: Matrix, texts: Texts) -> tuple[np.ndarray, np.ndarray]:
    """Return (n, n_codes, len(WINDOWS) + 2) log-odds: the unit's own, of each window's mean, of the transcript's.

    In a window without another unit the unit's own stands in.

    Returns
    -------
    The log-odds, and (n,) whether another unit lies in the widest window.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from coder.learn.dataset import bare
    >>> texts = bare(["a", "b", "c"], np.zeros((3, 1), np.float32))
    >>> texts = replace(texts, transcript=np.array([0, 0, 1]), place=np.array([0, 1, 0]))
    >>> around, known = log_odds_around(np.array([[.2], [.5], [.8]]), texts)
    >>> around[:, 0, 1].round(2).tolist()[1:], known.tolist()
    ([-1.39, 1.39], [True, True, False])
    """
    means = np.repeat(P[:, :, None], len(WINDOWS) + 2, axis=2).astype(np.float64)
    known = np.zeros(len(P), bool)
    for transcript in np.unique(texts.transcript[texts.transcript >= 0]):
        rows = np.flatnonzero(texts.transcript == transcript)
        rows = rows[np.argsort(texts.place[rows], kind="stable")]
        place = texts.place[rows]
        sums = np.concatenate([np.zeros((1, P.shape[1])), np.cumsum(P[rows], axis=0, dtype=np.float64)])
        for column, reach in enumerate((*WINDOWS, int(np.ptp(place))), start=1):
            first, end = np.searchsorted(place, place - reach), np.searchsorted(place, place + reach, side="right")
            others = end - first - 1
            own = np.flatnonzero(others > 0)
            total = sums[end[own]] - sums[first[own]] - P[rows[own]]
            means[rows[own], :, column] = total / others[own, None]
            if reach == WINDOWS[-1]:
                known[rows[own]] = True
    means = np.clip(means, SURE, 1 - SURE)
    return np.log(means / (1 - means)), known


def follow_on(texts: Texts) -> bool:
    """Tell whether nearly all units have their neighbours among these, so that something can be learned of them.

    Examples
    --------
    >>> from coder.learn.dataset import bare
    >>> follow_on(bare(["a", "b"], np.zeros((2, 1), np.float32)))
    False
    """
    order = np.lexsort((texts.place, texts.transcript))
    transcript, place = texts.transcript[order], texts.place[order]
    steps = np.diff(place)[(np.diff(transcript) == 0) & (transcript[1:] >= 0)]
    return bool(len(steps)) and float(np.mean(steps == 1)) >= NEXT_TO_ANOTHER


def log_loss(P: Matrix, Y: Matrix) -> float:
    """Return the mean negative log-likelihood of the judged decisions (Good 1952), in nats."""
    judged = ~np.isnan(Y)
    p = np.clip(P[judged], SURE, 1 - SURE)
    return float(-np.mean(np.where(Y[judged] > 0, np.log(p), np.log(1 - p))))
