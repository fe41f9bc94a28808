"""A small faceted task that a classifier can learn: two acts and two places, told in made-up sentences."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from coder.embed.encoders import HashedWords
from coder.learn.dataset import Examples, Prototypes, Targets, bare, targets_of
from coder.types import Code, Scheme

ACTS = {"teach": "we showed them how the pump is primed", "decide": "their advice settled which pump we build"}
PLACES = {"fair": "at our stand on the fair in Lyon", "clinic": "in the ward of the clinic upstairs"}
CHAT = ("the weather turned on Tuesday", "my brother sells old boats", "the printer is broken again", "we had soup")


@pytest.fixture(scope="session")
def scheme() -> Scheme:
    codes = tuple(Code(f"{a}/{p}", {"act": a, "place": p}) for a in ACTS for p in PLACES)
    return Scheme("pumps", ("act", "place"), (), codes)


@pytest.fixture(scope="session")
def targets(scheme: Scheme) -> Targets:
    return targets_of(scheme)


@pytest.fixture(scope="session")
def prototypes(targets: Targets) -> Prototypes:
    words = [*ACTS.values(), *PLACES.values()]
    values = [("act", a) for a in ACTS] + [("place", p) for p in PLACES]
    T = np.full((len(words), len(targets.names)), np.nan)
    for row, value in enumerate(values):
        for column, name in enumerate(targets.names):
            if name[0] == value[0]:
                T[row, column] = float(name == value)
    return Prototypes(bare(words, HashedWords().encode(words)), T)


@pytest.fixture(scope="session")
def examples(scheme: Scheme) -> Examples:
    """Eight transcripts of twelve units, a third of them coded, seldom with two codes."""
    rng = np.random.default_rng(3)
    words, Y, groups = [], [], []
    acts, places = list(ACTS), list(PLACES)
    for group in range(8):
        for n in range(12):
            row = np.zeros(4)
            text = CHAT[rng.integers(4)] + f" number {rng.integers(1000)}"
            if n % 3 == 0:
                a, p = rng.integers(2), rng.integers(2)
                row[2 * a + p] = 1
                text = f"{ACTS[acts[a]]} {PLACES[places[p]]} {CHAT[rng.integers(4)]}"
            words.append(text)
            Y.append(row)
            groups.append(group)
    return examples_of(words, np.array(Y), np.array(groups))


def examples_of(words: list[str], Y: np.ndarray, groups: np.ndarray) -> Examples:
    vectors = HashedWords().encode(words)
    texts = replace(
        bare(words, vectors),
        before=np.roll(vectors, 1, axis=0),
        asked=[*words[-1:], *words[:-1]],
        position=np.linspace(0, 1, len(words)),
    )
    return Examples(
        texts, Y, groups, np.arange(len(words)) + 100, np.arange(len(words)).astype(str), np.ones(len(words), bool)
    )
