"""Model bundles: a folder of model.json, weights.npz and a card with its picture; plain numbers and text.

Loading runs no code.
"""

from __future__ import annotations

import io
import json
import reprlib
import zipfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, is_dataclass
from hashlib import sha256
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

import numpy as np

from coder.errors import ModelError
from coder.learn.continuation import Continuation, GivenNeighbours
from coder.learn.dataset import Prototypes, Targets, bare
from coder.learn.features import Features, Lexicon
from coder.learn.heads import Heads
from coder.learn.model import HeldOut, Model, Tuner
from coder.learn.model_info import ModelInfo
from coder.learn.stacking import Combiner, Memory

FORMAT = 4
OLDEST = 3
"""The format of bundles without `echo` and without what neighbouring units say; models of it work as they did."""
PART = ".part"
"""What the name of a folder ends with while a bundle is written into it."""
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
    part = folder.with_name(f".{folder.name}{PART}")
    part.mkdir(parents=True)
    weights = _weights(model)
    (part / "weights.npz").write_bytes(weights)
    description = asdict(
        _Description(
            format=FORMAT if model.features.echo else OLDEST,
            codes=model.codes,
            targets=model.targets.names,
            lexicons={name: lexicon.terms for name, lexicon in model.features.lexicons.items()},
            prototypes=tuple(model.prototypes.texts.words),
            roles=model.features.roles,
            combiner=_Weights(tuple(model.combiner.weights.tolist()), model.combiner.intercept),
            info=model.info,
            weights_sha256=sha256(weights).hexdigest(),
        )
    )
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


def model_info(folder: Path) -> ModelInfo:
    """Return what a bundle records of its model, without its weights.

    Raises
    ------
    ModelError
        There is no bundle, or it cannot be read.
    """
    return _description(folder).info


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
        There is no bundle, a byte of it has changed, it was written by another format's coder, or it was trained on
        the vectors of another encoder, or an encoder fine-tuned in another way.
    """
    found = _description(folder)
    if encoder is not None and found.info.encoder != encoder:
        raise ModelError(
            f"the model was trained on the vectors of another encoder ({found.info.encoder}, here {encoder})",
            where=folder,
            todo="set that encoder in study.toml, or train a model with this one: coder train",
        )
    path = folder / "weights.npz"
    data = path.read_bytes() if path.exists() else b""
    if sha256(data).hexdigest() != found.weights_sha256:
        raise ModelError("the model's weights are not those it was saved with", where=path, todo=_ANEW)
    try:
        arrays = dict(np.load(io.BytesIO(data), allow_pickle=False))
        return _model(found, arrays, tuner() if tuner and found.info.recipe else None)
    except (KeyError, ValueError, zipfile.BadZipFile) as error:
        raise ModelError(f"the bundle is incomplete: {error}", where=folder, todo=_ANEW) from None


_ANEW = "copy the bundle again, or train again: coder train --use"


@dataclass(frozen=True)
class _Weights:
    """The combiner's."""

    weights: tuple[float, ...]
    intercept: float


@dataclass(frozen=True)
class _Description:
    """What model.json holds, beside the sha256 of all this."""

    format: int
    codes: tuple[str, ...]
    targets: tuple[tuple[str, str], ...]
    lexicons: dict[str, tuple[str, ...]]
    prototypes: tuple[str, ...]
    roles: tuple[str, ...]
    combiner: _Weights
    info: ModelInfo
    weights_sha256: str


def _description(folder: Path) -> _Description:
    path = folder / "model.json"
    try:
        found = json.loads(path.read_text("utf-8"))
        _check_format(found["format"], folder)
        own = found.pop("sha256")
        description: _Description = _typed(_Description, found, "")
    except FileNotFoundError:
        raise ModelError("there is no model here", where=folder, todo="see `coder models`, or train one") from None
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ModelError(f"the bundle cannot be read: {error}", where=path, todo=_ANEW) from None
    if own != sha256(_text(found).encode()).hexdigest():
        raise ModelError("the model's description is not the one it was saved with", where=path, todo=_ANEW)
    return description


def _check_format(found: int, folder: Path) -> None:
    if found > FORMAT:
        todo = "python -m pip install --upgrade transcript-coder"
        raise ModelError("the model was written by a newer coder", where=folder, todo=todo)
    if found < OLDEST:
        why = "the model was written by an older coder, which knew studies by their titles and units by row numbers"
        raise ModelError(why, where=folder, todo="train again: coder train --use")


def _typed(wanted: Any, value: Any, field: str) -> Any:
    """Return a value of a JSON file as the type of its field, or raise TypeError that names the field."""
    args = get_args(wanted)
    if is_dataclass(wanted) and isinstance(value, dict):
        types = get_type_hints(wanted)
        if missing := types.keys() - value.keys():
            raise TypeError(f"`{field}{min(missing)}` is missing")
        return wanted(**{name: _typed(one, value[name], f"{field}{name}.") for name, one in types.items()})  # type: ignore[operator]
    if get_origin(wanted) is tuple and isinstance(value, list):
        types_of = args[:1] * len(value) if args[-1] is Ellipsis else args
        if len(types_of) == len(value):
            return tuple(_typed(one, each, field) for one, each in zip(types_of, value, strict=True))
    if get_origin(wanted) is dict and isinstance(value, dict):
        return {name: _typed(args[1], each, f"{field}{name}.") for name, each in value.items()}
    if NoneType in args:
        return None if value is None else _typed(args[0], value, field)
    if type(value) is wanted or (wanted is float and type(value) is int):
        return value
    raise TypeError(f"`{field.rstrip('.')}` is {reprlib.repr(value)}, not {getattr(wanted, '__name__', wanted)}")


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
        "thresholds": model.by_aim,
        "positives": model.positives,
    }
    if model.continuation is not None:
        arrays |= {"continuation": model.continuation.weights, "continuation_gain": model.continuation.gain}
    if model.given is not None:
        arrays |= {"given": model.given.weights, "given_gain": model.given.gain}
    if model.held_out is not None:
        arrays |= {
            "held_out_keys": model.held_out.keys.astype("S"),
            "held_out_P": model.held_out.P.astype(np.float16),
            "held_out_accepted": model.held_out.by_aim,
        }
    if model.tuned is not None:
        arrays |= {f"{TUNED}{name}": array for name, array in model.tuned.arrays.items()}
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def _model(found: _Description, arrays: dict[str, Any], tuner: Tuner | None) -> Model:
    vectors = arrays["prototype_vectors"].astype(np.float32)
    lexicons = {name: Lexicon(terms, arrays[f"{name}_idf"]) for name, terms in found.lexicons.items()}
    labels = arrays["memory_labels"].astype(np.float64)
    if tuner and tuner.recipe != found.info.recipe:
        why = f"the model's encoder was fine-tuned by another recipe ({found.info.recipe}; here {tuner.recipe})"
        raise ModelError(why, todo="train again: coder train --use --finetune")
    tuned = {name.removeprefix(TUNED): array for name, array in arrays.items() if name.startswith(TUNED)}
    held_out = None
    if "held_out_keys" in arrays:
        keys = arrays["held_out_keys"].astype(str)
        accepted = arrays["held_out_accepted"]
        by_aim = accepted if accepted.ndim > 2 else accepted[None]  # models of version 0.2 know one aim
        held_out = HeldOut(keys, arrays["held_out_P"].astype(np.float64), by_aim)
    stages: dict[str, Any] = {
        name: kind(arrays[name], tuple(arrays[f"{name}_gain"].tolist()))
        for name, kind in (("continuation", Continuation), ("given", GivenNeighbours))
        if name in arrays
    }
    return Model(
        codes=found.codes,
        targets=Targets(found.targets, arrays["members"].astype(np.float32)),
        features=Features(lexicons, arrays["mean_before"], found.roles, echo=found.format > OLDEST),
        heads=Heads(arrays["W"].astype(np.float32), arrays["b"]),
        prototypes=Prototypes(bare(found.prototypes, vectors), arrays["prototype_targets"].astype(np.float64)),
        memory=Memory(arrays["memory_vectors"], np.where(labels < 0, np.nan, labels)),
        prior=arrays["prior"],
        combiner=Combiner(np.array(found.combiner.weights), found.combiner.intercept),
        by_aim=np.atleast_2d(arrays["thresholds"]),
        positives=arrays["positives"],
        held_out=held_out,
        **stages,
        tuned=tuner.restore(tuned) if tuner else None,
        info=found.info,
    )
