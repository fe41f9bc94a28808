"""Confident learning: which codings of people the model doubts, for a second look."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from coder.learn.dataset import Matrix


@dataclass(frozen=True)
class Suspect:
    """A coding that the model doubts.

    Attributes
    ----------
    row, code
        Where it stands in the grid of units and codes.
    present
        What people said; the model thinks that it is the other way round.
    probability
        The model's, of the code being present.
    margin
        Half of how far the other answer is ahead, each measured against what is usual for it: -1 to 1, the more the
        worse.
    """

    row: int
    code: int
    present: bool
    probability: float
    margin: float


def suspects(P: Matrix, Y: Matrix) -> list[Suspect]:
    """Return the codings that the model doubts, the most doubtful first (Northcutt, Jiang & Chuang 2021).

    Each code and each answer (present, absent) is looked at by itself. Usual is the mean probability that the model
    gives to an answer where people gave that answer. The model is confident of an answer where its probability is at
    least the usual one, so a rare code, whose probabilities are low even where it is present, is measured by its own
    rule. Of the codings with one answer that the model is confident about, some share is confidently the other answer;
    that share of all codings with the answer is doubted, those in which the other answer is furthest ahead
    ("prune by noise rate").

    Parameters
    ----------
    P
        (n, n_codes) probabilities by models that saw no unit of the transcript.
    Y
        (n, n_codes) what people said: 1, 0, or nan where nobody judged. A code with one answer only is left out.

    Examples
    --------
    >>> P = np.array([[.9], [.8], [.1], [.2], [.1], [.9]])
    >>> Y = np.array([[1.], [1.], [1.], [0.], [0.], [0.]])
    >>> [(found.row, found.present) for found in suspects(P, Y)]
    [(2, True), (5, False)]
    """
    found = [suspect for code in range(P.shape[1]) for suspect in _doubted(P[:, code], Y[:, code], code)]
    return sorted(found, key=lambda suspect: -suspect.margin)


def _doubted(p: np.ndarray, y: np.ndarray, code: int) -> list[Suspect]:
    present, absent = y == 1, y == 0
    if not present.any() or not absent.any():
        return []
    over_present = p - p[present].mean()
    over_absent = (1 - p) - (1 - p[absent]).mean()
    found = []
    for said, rows, own, other in (
        (True, np.flatnonzero(present), over_present, over_absent),
        (False, np.flatnonzero(absent), over_absent, over_present),
    ):
        margin = (other[rows] - own[rows]) / 2
        wrong = ((other[rows] >= 0) & (margin > 0)).sum()
        right = ((own[rows] >= 0) & (margin <= 0)).sum()
        doubted = round(len(rows) * wrong / max(1, wrong + right))
        worst = np.argsort(-margin, kind="stable")[:doubted]
        found += [Suspect(int(rows[i]), code, said, float(p[rows[i]]), float(margin[i])) for i in worst]
    return found
