"""Which of a scheme's examples are quoted from which transcripts: an example must not help where it was taken from."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from coder.learn.dataset import Indices

RUN = 5
"""Words in a row that are compared."""
SHARE = 0.2
"""A text whose runs stand in a transcript by this share is quoted from it: quotations are cut and mended for print."""


def quoted(texts: Sequence[str], words: Sequence[str], groups: Indices) -> np.ndarray:
    """Return (n_texts, n_groups) bool: whether a text is quoted from a transcript.

    Parameters
    ----------
    texts
        The scheme's definitions and examples.
    words, groups
        n units and passages, and the transcript of each as a number from 0 on.

    Examples
    --------
    >>> units = ["well we met all of them at the fair in Lyon", "it rained on us for the whole of that week"]
    >>> quoted(["We met all of them at the fair."], units, np.array([0, 1])).tolist()
    [[True, False]]
    """
    spoken: list[set[tuple[str, ...]]] = [set() for _ in range(int(groups.max(initial=-1)) + 1)]
    for text, group in zip(words, groups.tolist(), strict=True):
        spoken[group] |= _runs(text)
    own = [_runs(text) for text in texts]
    found = [[bool(runs) and len(runs & there) >= SHARE * len(runs) for there in spoken] for runs in own]
    return np.array(found, dtype=bool).reshape(len(texts), len(spoken))


def _runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", re.sub("['’]", "", text.lower()))
    return {tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}
