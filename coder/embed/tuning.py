"""The encoder fine-tuned on judged units: its upper layers and one linear head learn what each target looks like.

The lower layers stay as they are, so what they make of a text is computed once and serves every fit.
"""

from __future__ import annotations

import copy
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import ceil
from typing import Any

import numpy as np

from coder.embed.encoders import Encoder, MiniLM
from coder.errors import ModelError
from coder.types import Progress, silent

WIDTH = 384  # of a layer
LAYERS = 3  # the upper layers that learn, of six
EPOCHS = 5
FEWEST_STEPS = 100  # few texts are gone through more often
BATCH = 16  # texts
MOST_PARTS = 8  # of a very long text in one epoch, sampled again for each; predictions read all
MOST_TOKENS = 4096  # of a batch, which bounds the memory that long texts take
RATE, HEAD_RATE, DECAY, DROPOUT = 4e-4, 2e-3, 0.01, 0.1
RIDGE = 20  # the penalty on the head's first weights is the vectors' scatter over this

RECIPE = (
    f"tuned v1: layers {LAYERS}, epochs {EPOCHS}, steps {FEWEST_STEPS}, batch {BATCH}, rates {RATE} {HEAD_RATE},"
    f" decay {DECAY}, dropout {DROPOUT}, ridge {RIDGE}, parts {MOST_PARTS}, tokens {MOST_TOKENS}"
)
"""The fingerprint of how units are learned from: a bundle keeps it, and is not loaded where another one holds."""

Arrays = Mapping[str, np.ndarray]


class Tuner:
    """Fits copies of an encoder's upper layers; the encoder itself never changes.

    What the lower layers make of the texts that were learned from is kept in memory for the next fit, in half
    precision: 768 bytes a word piece. A GPU is used where torch finds one.

    Parameters
    ----------
    encoder
        An encoder with layers; its weights are loaded at the first use.
    seed
        Of the order of the texts and of the dropout.

    Raises
    ------
    ModelError
        The encoder has no layers to tune.

    Examples
    --------
    >>> from coder.embed.encoders import HashedWords
    >>> Tuner(HashedWords())
    Traceback (most recent call last):
    coder.errors.ModelError: this encoder cannot be fine-tuned: hashed-words-256 v1
      use all-MiniLM-L6-v2, or train without fine-tuning
    """

    recipe = RECIPE

    def __init__(self, encoder: Encoder, seed: int = 1) -> None:
        if not isinstance(encoder, MiniLM):
            raise ModelError(
                f"this encoder cannot be fine-tuned: {encoder.fingerprint}",
                todo="use all-MiniLM-L6-v2, or train without fine-tuning",
            )
        self.encoder, self.seed = encoder, seed
        self._kept: dict[str, Any] = {}
        self._loaded: Any = None

    def fit(self, words: Sequence[str], T: np.ndarray, progress: Progress = silent) -> Tuned:
        """Learn from judged texts; the same texts, labels and seed give the same weights on the same machine.

        The head starts as a linear probe (Kumar et al. 2022). Binary cross-entropy, positives weighted by the square
        root of their rarity; AdamW (Loshchilov & Hutter 2019) with rates that rise for a tenth of the steps and then
        fall to nothing.

        Parameters
        ----------
        words
            n texts.
        T
            (n, n_targets) 1 present, 0 absent, nan unknown. A target without both answers is not learned.
        progress
            Called with ("tuning", step, steps).
        """
        import torch

        present, absent = (T == 1).sum(axis=0), (T == 0).sum(axis=0)
        learned = (present > 0) & (absent > 0)
        known = ~np.isnan(T) & learned
        rows = np.flatnonzero(known.any(axis=1))
        model = self._fresh(T.shape[1])
        tensor = {"dtype": torch.float32, "device": model["head"].weight.device}
        y, weight = torch.tensor(np.nan_to_num(T[rows]), **tensor), torch.tensor(known[rows], **tensor)
        rarity = torch.tensor(np.sqrt(absent / np.maximum(present, 1)), **tensor)
        states = self.states([words[i] for i in rows.tolist()], keep=True)
        start, bias = _probe(_read(model["layers"], states), np.where(known, T, np.nan)[rows], present, absent)
        model["head"].weight.data, model["head"].bias.data = torch.tensor(start, **tensor), torch.tensor(bias, **tensor)
        rng = np.random.default_rng(self.seed)
        epochs = max(EPOCHS, ceil(FEWEST_STEPS / max(1, ceil(len(rows) / BATCH))))
        plan = [batch for _ in range(epochs) for batch in _batches([_size(parts) for parts in states], rng)]
        optimiser, schedule = _optimiser(model, len(plan))
        with _deterministic():
            for step, batch in enumerate(plan):
                pooled = _pool(model["layers"], [_draw(states[i], rng) for i in batch])
                stays = torch.tensor(rng.random(tuple(pooled.shape)) >= DROPOUT, **tensor) / (1 - DROPOUT)
                losses = torch.nn.functional.binary_cross_entropy_with_logits(
                    model["head"](pooled * stays), y[batch], pos_weight=rarity, reduction="none"
                )
                optimiser.zero_grad()
                ((losses * weight[batch]).sum() / len(batch)).backward()
                torch.nn.utils.clip_grad_norm_(model["layers"].parameters(), 1.0)
                optimiser.step()
                schedule.step()
                progress("tuning", step + 1, len(plan))
        arrays = {name: np.asarray(value.cpu(), dtype=np.float16) for name, value in model.state_dict().items()}
        arrays["head.bias"][~learned] = np.nan
        return self.restore(arrays)

    def restore(self, arrays: Arrays) -> Tuned:
        """Return what was fitted, from its arrays.

        Raises
        ------
        ModelError
            The arrays are not those of this recipe and encoder.
        """
        import torch

        try:
            model = self._fresh(len(arrays["head.bias"]))
            model.load_state_dict({name: torch.tensor(np.float32(value)) for name, value in arrays.items()})
        except (KeyError, RuntimeError) as wrong:
            raise ModelError("the tuned layers do not fit this encoder", todo="train the model again") from wrong
        return Tuned(self, model, dict(arrays))

    def states(self, words: Sequence[str], keep: bool = False) -> list[list[Any]]:
        """Return what the lower layers make of the parts of each text: tensors of (word pieces, 384), half precision.

        Parts of one length are computed together, so that none needs padding and hardly a bit depends on the others.
        """
        import torch

        body, tokenizer = self._body()
        parts = [self.encoder._parts(text.split() or [""]) for text in words]
        missing = [part for part in dict.fromkeys(part for own in parts for part in own) if part not in self._kept]
        pieces = tokenizer([self.encoder.prefix + part for part in missing])["input_ids"] if missing else []
        found: dict[int, Any] = {}
        for chunk in _equal([len(ids) for ids in pieces]):
            with torch.no_grad():
                start = body.embeddings(torch.tensor([pieces[i] for i in chunk], device=body.device))
                found.update(zip(chunk, _through(body.encoder.layer[:-LAYERS], start).half(), strict=True))
        new = {part: found[i] for i, part in enumerate(missing)}
        if keep:
            self._kept.update(new)
        return [[self._kept[part] if part in self._kept else new[part] for part in own] for own in parts]

    def _fresh(self, n_targets: int) -> Any:
        """Return a copy of the upper layers with a head of zeros."""
        import torch

        body, _ = self._body()
        head = torch.nn.utils.skip_init(torch.nn.Linear, WIDTH, n_targets)
        for values in head.parameters():
            torch.nn.init.zeros_(values)
        layers = copy.deepcopy(body.encoder.layer[-LAYERS:])
        return torch.nn.ModuleDict({"layers": layers, "head": head.to(body.device)})

    def _body(self) -> tuple[Any, Any]:
        """Return the transformer and its tokenizer: the encoder's own, or a copy on the GPU."""
        if self._loaded is None:
            import torch

            transformer = self.encoder._load()
            body = transformer.auto_model.eval()
            if torch.cuda.is_available():
                body = copy.deepcopy(body).to("cuda")
            self._loaded = body, transformer.tokenizer
        return self._loaded  # type: ignore[no-any-return]  # torch is untyped


class Tuned:
    """Upper layers and a head that have learned.

    Attributes
    ----------
    arrays
        float16 weights by name: what a bundle saves. The bias of a target that was not learned is nan.
    """

    def __init__(self, tuner: Tuner, model: Any, arrays: dict[str, np.ndarray]) -> None:
        self.tuner, self.model, self.arrays = tuner, model, arrays

    def logits(self, words: Sequence[str]) -> np.ndarray:
        """Return (n, n_targets) float64 log-odds; nan for a target that was not learned."""
        weights, bias = (self.arrays[f"head.{name}"].astype(np.float64) for name in ("weight", "bias"))
        found = np.zeros((len(words), len(bias)))
        for at in range(0, len(words), 512):
            chunk = self.tuner.states(words[at : at + 512])
            found[at : at + 512] = _read(self.model["layers"], chunk) @ weights.T + bias
        return found


def _read(layers: Any, texts: list[list[Any]]) -> np.ndarray:
    """Return (n_texts, 384) float64: the pooled texts, those of one length together."""
    import torch

    found = np.zeros((len(texts), WIDTH))
    for chunk in _equal([_size(parts) for parts in texts]):
        with torch.no_grad():
            found[chunk] = _pool(layers, [texts[i] for i in chunk]).cpu().numpy()
    return found


def _probe(V: np.ndarray, T: np.ndarray, present: np.ndarray, absent: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the head's first weights and bias: ridge regression on the untuned vectors, its logits about 1 apart."""
    if not len(V):
        return np.zeros((T.shape[1], WIDTH)), np.zeros(T.shape[1])
    middle, rate = V.mean(axis=0), present / np.maximum(1, present + absent)
    centred = V - middle
    scatter = centred.T @ centred
    spread = np.sqrt(np.maximum(rate * (1 - rate), 1e-3))
    penalised = scatter + np.eye(WIDTH) * np.trace(scatter) / RIDGE
    weights = np.linalg.solve(penalised, centred.T @ np.nan_to_num((T - rate) / spread))
    weights /= max(1e-9, (centred @ weights).std())
    return weights.T, np.log((present + 1) / (absent + 1)) / 2 - middle @ weights


def _pool(layers: Any, texts: list[list[Any]]) -> Any:
    """Return (n_texts, 384): the mean over all word pieces of all parts of each text."""
    import torch

    parts = [part for text in texts for part in text]
    sizes = torch.tensor([len(part) for part in parts], device=parts[0].device)
    states = torch.nn.utils.rnn.pad_sequence(parts, batch_first=True).float()
    real = torch.arange(states.shape[1], device=states.device) < sizes[:, None]
    mask = None if bool(real.all()) else torch.where(real, 0.0, -1e9)[:, None, None, :]
    sums = (_through(layers, states, mask) * real[:, :, None]).sum(dim=1)
    owners = torch.tensor([n for n, text in enumerate(texts) for _ in text], device=states.device)
    own = owners == torch.arange(len(texts), device=states.device)[:, None]
    return own.float() @ sums / (own * sizes).sum(dim=1, keepdim=True)


def _through(layers: Any, states: Any, mask: Any = None) -> Any:
    """Run states through layers, which in older versions of their library return tuples."""
    for layer in layers:
        out = layer(states, mask)
        states = out[0] if isinstance(out, tuple) else out
    return states


def _size(parts: list[Any]) -> int:
    return sum(len(part) for part in parts)


def _draw(parts: list[Any], rng: np.random.Generator) -> list[Any]:
    if len(parts) <= MOST_PARTS:
        return parts
    return [parts[i] for i in rng.choice(len(parts), MOST_PARTS, replace=False)]


def _batches(sizes: list[int], rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Deal the texts into batches of about one length, in random order."""
    order = rng.permutation(len(sizes))
    batches: list[list[int]] = []
    for at in range(0, len(order), 8 * BATCH):
        batches.append([])
        for i in sorted(order[at : at + 8 * BATCH].tolist(), key=sizes.__getitem__):
            if len(batches[-1]) == BATCH or (batches[-1] and (len(batches[-1]) + 1) * sizes[i] > MOST_TOKENS):
                batches.append([])
            batches[-1].append(i)
    for n in rng.permutation(len(batches)):
        yield np.array(batches[n])


def _equal(sizes: list[int]) -> Iterator[np.ndarray]:
    """Gather up to 16 numbers of texts of one length each."""
    order = np.argsort(sizes, kind="stable")
    edges = np.flatnonzero(np.diff(np.array(sizes)[order])) + 1
    for same in np.split(order, edges):
        for at in range(0, len(same), BATCH):
            yield same[at : at + BATCH]


def _optimiser(model: Any, steps: int) -> tuple[Any, Any]:
    """Return the optimiser and its schedule: a tenth of the steps to warm up, then down to nothing."""
    import torch

    rates = [(model["layers"], RATE), (model["head"], HEAD_RATE)]
    groups = [{"params": list(part.parameters()), "lr": rate} for part, rate in rates]
    optimiser = torch.optim.AdamW(groups, weight_decay=DECAY, fused=True)
    warm = max(1, steps // 10)

    def share(step: int) -> float:
        return min((step + 1) / warm, (steps - step) / max(1, steps - warm))

    return optimiser, torch.optim.lr_scheduler.LambdaLR(optimiser, share)


@contextmanager
def _deterministic() -> Iterator[None]:
    """Enable deterministic torch algorithms; what was set before is set again after."""
    import torch

    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # what its matrix products ask for on a GPU
    before = torch.are_deterministic_algorithms_enabled()
    torch.use_deterministic_algorithms(True)
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(before)
