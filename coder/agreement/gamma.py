"""Gamma (Mathet, Widlöcher & Métivier 2015), by the package pygamma-agreement where it is installed.

Gamma aligns the coders' passages with each other as well as can be, and compares the disorder that is left with that
of passages placed at random. Passages may overlap and hold several codes, which unitizing alpha does not allow.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from coder.agreement.spans import CODE, CODER, END, START, Line
from coder.errors import UsageError


@dataclass(frozen=True, slots=True)
class GammaRow:
    """Gamma on one transcript, and gamma-cat, that of the codes alone; nan where a coder marked nothing in it."""

    transcript: str
    units: int
    gamma: float
    gamma_cat: float


def gamma_rows(
    line: Line, *, alpha: float = 1.0, beta: float = 1.0, precision: float = 0.02, seed: int = 1
) -> list[GammaRow]:
    """Return gamma on each transcript.

    Chance is that of the coders' own passages, moved along the transcript at random.

    Parameters
    ----------
    line
        Of two coders or more.
    alpha, beta
        How much the places and the codes of passages weigh in what sets them apart.
    precision
        The relative error of the disorder expected by chance: as many random codings are made as that needs.
    seed
        Of these.

    Raises
    ------
    UsageError
        The package is not installed.
    """
    try:
        from cvxopt import glpk
        from pyannote.core import Segment
        from pygamma_agreement import CombinedCategoricalDissimilarity, Continuum, ShuffleContinuumSampler
    except ImportError as error:
        raise UsageError(
            "gamma needs the package pygamma-agreement", todo="pip install 'transcript-coder[gamma]'"
        ) from error
    glpk.options["msg_lev"] = "GLP_MSG_OFF"  # the solver writes to standard output
    apart = CombinedCategoricalDissimilarity(alpha=alpha, beta=beta, delta_empty=1.0)
    places = line.transcript_of(line.marks[:, START])
    rows = []
    for n, name in enumerate(line.transcripts):
        marks = line.marks[places == n]
        if len(np.unique(marks[:, CODER])) < len(line.coders):
            rows.append(GammaRow(name, len(marks), np.nan, np.nan))
            continue
        continuum = Continuum()
        for mark in marks.tolist():
            continuum.add(line.coders[mark[CODER]], Segment(mark[START], mark[END]), line.codes[mark[CODE]])
        np.random.seed(seed)
        with _quiet():
            found = continuum.compute_gamma(apart, sampler=ShuffleContinuumSampler(), precision_level=precision)
            rows.append(GammaRow(name, len(marks), float(found.gamma), float(found.gamma_cat)))
    return rows


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep back what the package logs of each draw: which solver it lacks."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)
