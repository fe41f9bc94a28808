"""SetFit (Tunstall et al. 2022): tune the encoder on pairs of units, then logistic regression on its vectors.

By the package `setfit` where it is installed; else by a loop of our own after the same recipe.
"""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from importlib.metadata import PackageNotFoundError, version
from itertools import combinations
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks.quality.corpus import Corpus
from benchmarks.quality.methods import Method, Predict, Task, fit_linear

STEPS = 100
"""The most batches that the encoder is tuned on: minutes on a processor."""
BATCH = 16
RATE, WARM_UP = 2e-5, 0.1
"""The learning rate, and the share of the batches in which it rises to it; then it falls to 0."""


def described() -> str:
    """Say what the figures named `setfit` are those of."""
    found = _package()
    what = f"the package setfit {found}" if found else "our own loop after SetFit's recipe (setfit is not installed)"
    return f"{what}: all-MiniLM-L6-v2 tuned on at most {STEPS} batches of {BATCH} pairs, then logistic regression"


def _package() -> str | None:
    try:
        return version("setfit")
    except PackageNotFoundError:
        return None


def setfit(train: Corpus, task: Task) -> Predict:
    """Tune a fresh encoder on pairs of units that share a code or not, then fit logistic regression."""
    import torch
    from sklearn.linear_model import LogisticRegression

    from coder.embed.encoders import MiniLM

    body = MiniLM()._load()  # a fresh one for each fit, since tuning changes it
    body.to("cuda" if torch.cuda.is_available() else "cpu")
    pairs, same = pairs_of(train, np.random.default_rng(task.seed), STEPS * BATCH)
    if len(np.unique(same)) == 2:  # else there is nothing to tell apart
        with redirect_stdout(sys.stderr):  # the package prints its losses
            if _package():
                tune_by_package(body, train, task.seed)
            else:
                tune(body, train.texts, pairs, same, task.seed)
    body.eval()

    def encode(texts: list[str]) -> np.ndarray:
        return np.asarray(body.encode(texts, show_progress_bar=False))

    said = fit_linear(lambda: LogisticRegression(max_iter=1000), encode(train.texts), train)
    return lambda units: said(encode(units.texts))


def tune_by_package(body: Any, train: Corpus, seed: int) -> None:
    """Tune the encoder as the package does."""
    from setfit import SetFitModel, Trainer, TrainingArguments  # type: ignore[import-not-found]  # optional
    from sklearn.linear_model import LogisticRegression

    labels = train.first.tolist() if train.single else np.nan_to_num(train.Y).astype(int).tolist()
    strategy = None if train.single else "one-vs-rest"
    model = SetFitModel(model_body=body, model_head=LogisticRegression(), multi_target_strategy=strategy)
    with TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            output_dir=folder,
            batch_size=BATCH,
            max_steps=STEPS,
            body_learning_rate=RATE,
            warmup_proportion=WARM_UP,
            save_strategy="no",
            seed=seed,
            report_to="none",
        )
        Trainer(model=model, args=arguments).train_embeddings(train.texts, labels, args=arguments)


def tune(body: Any, texts: list[str], pairs: np.ndarray, same: np.ndarray, seed: int) -> None:
    """Tune the encoder so that the cosine of a pair comes near 1 where they share a code, and near 0 elsewhere."""
    import torch
    from transformers import get_linear_schedule_with_warmup

    torch.manual_seed(seed)  # of dropout
    starts = range(0, len(pairs), BATCH)
    optimiser = torch.optim.AdamW(body.parameters(), lr=RATE)
    schedule = get_linear_schedule_with_warmup(optimiser, round(WARM_UP * len(starts)), len(starts))
    body.train()
    for at in starts:
        one, other = (_embedded(body, [texts[i] for i in side]) for side in pairs[at : at + BATCH].T)
        wanted = torch.tensor(same[at : at + BATCH], dtype=one.dtype, device=one.device)
        loss = torch.nn.functional.mse_loss(torch.nn.functional.cosine_similarity(one, other), wanted)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(body.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        optimiser.zero_grad()


def _embedded(body: Any, texts: list[str]) -> Any:
    read = body.preprocess(texts) if hasattr(body, "preprocess") else body.tokenize(texts)
    given = {name: value.to(body.device) if hasattr(value, "to") else value for name, value in read.items()}
    return body(given)["sentence_embedding"]


def pairs_of(train: Corpus, rng: np.random.Generator, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Return (n, 2) rows of pairs in random order, and (n,) bool whether the two share a code.

    One epoch by the recipe: all pairs, the fewer kind repeated until there are as many of it as of the other; of
    these the first `most`. In a corpus of one label a unit, to have no code is shared, too.
    """
    n = len(train)
    drawn = _some_pairs(n, rng, 50 * most)
    one, other = drawn.T
    share = (np.nan_to_num(train.Y)[one] * np.nan_to_num(train.Y)[other]).sum(axis=1) > 0
    if train.single:
        share |= (train.first[one] == train.first[other]) & (train.settled[one] & train.settled[other])
    kinds = [rows for rows in (np.flatnonzero(share), np.flatnonzero(~share)) if len(rows)]
    each = min(max(map(len, kinds), default=0), most // 2)
    rows = rng.permutation(np.concatenate([np.resize(rows, each) for rows in kinds])) if kinds else np.zeros(0, int)
    return drawn[rows], share[rows]


def _some_pairs(n: int, rng: np.random.Generator, most: int) -> np.ndarray:
    """Return all pairs of n units in random order, or about `most` of them where there are more."""
    if n * (n - 1) // 2 <= most:
        return rng.permutation(np.array(list(combinations(range(n), 2)), dtype=int).reshape(-1, 2))
    drawn = np.unique(np.sort(rng.integers(n, size=(most, 2)), axis=1), axis=0)
    return rng.permutation(drawn[drawn[:, 0] < drawn[:, 1]])


SETFIT = {"setfit": Method(setfit)}
"""Chosen at random only in the learning curve: every point takes minutes."""
