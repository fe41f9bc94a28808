"""Model bundles: a folder of model.json, weights.npz and a card with its picture; plain numbers and text.

Loading runs no code.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from coder.errors import ModelError
from coder.learn.dataset import Prototypes, Targets, bare
from coder.learn.features import Features, Lexicon
from coder.learn.heads import Heads
from coder.learn.model import HeldOut, Model, Tuner
from coder.learn.stacking import Combiner, Memory

FORMAT = 2
PICTURE = "reliability.svg"
TUNED = "tuned/"
"""What the names of a fine-tuned encoder's arrays begin with."""


def save_model(model: Model, folder: Path, card: str, picture: str = "") -> str:
    """Write the bundle into a new folder and return its digest; equal models give equal bytes.

    The folder appears whole or not at all.

    Parameters
    ----------
    card, picture
        What people read: the text of card.md, and that of reliability.svg where the card shows one.
    """
    part = folder.with_name(f".{folder.name}.part")
    part.mkdir(parents=True, exist_ok=True)
    weights = _weights(model)
    (part / "weights.npz").write_bytes(weights)
    description = {
        "format": FORMAT,
        "codes": model.codes,
        "targets": model.targets.names,
        "lexicons": {name: lexicon.terms for name, lexicon in model.features.lexicons.items()},
        "prototypes": model.prototypes.texts.words,
        "roles": model.features.roles,
        "combiner": {"weights": model.combiner.weights.tolist(), "intercept": model.combiner.intercept},
        "about": model.about,
        "weights_sha256": sha256(weights).hexdigest(),
    }
    text = _text(description | {"sha256": sha256(_text(description).encode()).hexdigest()})
    (part / "model.json").write_text(text, "utf-8")
    (part / "card.md").write_text(card, "utf-8")
    if picture:
        (part / PICTURE).write_text(picture, "utf-8")
    part.rename(folder)
    return digest(folder)


def digest(folder: Path) -> str:
    """Return the sha256 of model.json, which holds the sha256 of the weights: it names the bundle's every number.

    Card and picture are left out: they only tell of these numbers, and another matplotlib may draw another picture.
    """
    return sha256((folder / "model.json").read_bytes()).hexdigest()


def about_model(folder: Path) -> dict[str, Any]:
    """Return what a bundle says of itself, without its weights.

    Raises
    ------
    ModelError
        There is no bundle, or it cannot be read.
    """
    return dict(_description(folder)["about"])


def load_model(folder: Path, *, encoder: str | None = None, tuner: Callable[[], Tuner] | None = None) -> Model:
    """Load a bundle.

    Parameters
    ----------
    encoder
        The fingerprint of the encoder whose vectors the model will be given.
    tuner
        Returns what restores a fine-tuned encoder; needed to predict by a model that has one.

    Raises
    ------
    ModelError
        There is no bundle, a byte of it has changed, it was written by a newer coder, or it was trained on the
        vectors of another encoder.
    """
    found = _description(folder)
    trained_on = found["about"].get("encoder")
    if encoder is not None and trained_on != encoder:
        raise ModelError(
            f"the model was trained on the vectors of another encoder ({trained_on}, here {encoder})",
            where=folder,
            todo="set that encoder in study.toml, or train a model with this one: coder train",
        )
    path = folder / "weights.npz"
    data = path.read_bytes() if path.exists() else b""
    if sha256(data).hexdigest() != found["weights_sha256"]:
        raise ModelError("the model's weights are not those it was saved with", where=path, todo=_ANEW)
    try:
        arrays = dict(np.load(io.BytesIO(data), allow_pickle=False))
        return _model(found, arrays, tuner)
    except (KeyError, ValueError, zipfile.BadZipFile) as error:
        raise ModelError(f"the bundle is incomplete: {error}", where=folder, todo=_ANEW) from None


_ANEW = "copy the bundle again, or train anew: coder train --use"


def _description(folder: Path) -> dict[str, Any]:
    path = folder / "model.json"
    try:
        found = dict(json.loads(path.read_text("utf-8")))
        if found["format"] > FORMAT:
            raise ModelError(
                "the model was written by a newer coder",
                where=folder,
                todo="python -m pip install --upgrade transcript-coder",
            )
        if found["format"] < FORMAT:
            raise ModelError("the model was written by an older coder", where=folder, todo=_ANEW)
        if not {"about", "weights_sha256"} <= found.keys():
            raise ValueError("parts of model.json are missing")
        own = found.pop("sha256", None)  # bundles of before this was written have none
        if own is not None and own != sha256(_text(found).encode()).hexdigest():
            raise ModelError("the model's description is not the one it was saved with", where=path, todo=_ANEW)
        return found
    except FileNotFoundError:
        raise ModelError("there is no model here", where=folder, todo="see `coder models`, or train one") from None
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(f"the bundle cannot be read: {error}", where=path, todo=_ANEW) from None


def _text(description: dict[str, Any]) -> str:
    return json.dumps(description, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def _weights(model: Model) -> bytes:
    """Return the arrays as one npz file; its entries carry no time, so equal arrays give equal bytes."""
    arrays: dict[str, Any] = {
        "W": model.heads.W.astype(np.float16),
        "b": model.heads.b,
        "members": model.targets.members.astype(np.uint8),
        **{f"{name}_idf": lexicon.idf for name, lexicon in model.features.lexicons.items()},
        "mean_before": model.features.mean_before,
        "prototype_vectors": model.prototypes.texts.vectors.astype(np.float16),
        "memory_vectors": model.memory.vectors,
        "memory_labels": np.nan_to_num(model.memory.Y, nan=-1).astype(np.int8),
        "prototype_targets": model.prototypes.T.astype(np.float16),
        "prior": model.prior,
        "thresholds": model.thresholds,
        "positives": model.positives,
    }
    if model.held_out is not None:
        arrays |= {
            "held_out_ids": model.held_out.ids,
            "held_out_P": model.held_out.P.astype(np.float16),
            "held_out_accepted": model.held_out.accepted,
        }
    if model.tuned is not None:
        arrays |= {f"{TUNED}{name}": array for name, array in model.tuned.arrays.items()}
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def _model(found: dict[str, Any], arrays: dict[str, Any], tuner: Callable[[], Tuner] | None) -> Model:
    vectors = arrays["prototype_vectors"].astype(np.float32)
    lexicons = {name: Lexicon(tuple(terms), arrays[f"{name}_idf"]) for name, terms in found["lexicons"].items()}
    labels = arrays["memory_labels"].astype(np.float64)
    tuned = {name.removeprefix(TUNED): array for name, array in arrays.items() if name.startswith(TUNED)}
    held_out = None
    if "held_out_ids" in arrays:
        held_out = HeldOut(arrays["held_out_ids"], arrays["held_out_P"].astype(np.float64), arrays["held_out_accepted"])
    return Model(
        codes=tuple(found["codes"]),
        targets=Targets(tuple((f, v) for f, v in found["targets"]), arrays["members"].astype(np.float32)),
        features=Features(lexicons, arrays["mean_before"], tuple(found["roles"])),
        heads=Heads(arrays["W"].astype(np.float32), arrays["b"]),
        prototypes=Prototypes(bare(found["prototypes"], vectors), arrays["prototype_targets"].astype(np.float64)),
        memory=Memory(arrays["memory_vectors"], np.where(labels < 0, np.nan, labels)),
        prior=arrays["prior"],
        combiner=Combiner(np.array(found["combiner"]["weights"]), found["combiner"]["intercept"]),
        thresholds=arrays["thresholds"],
        positives=arrays["positives"],
        held_out=held_out,
        tuned=tuner().restore(tuned) if tuned and tuner else None,
        about=found["about"],
    )
