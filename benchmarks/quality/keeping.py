"""Finished pieces in a side file, so that an interrupted run goes on: a line of JSON each, under a digest."""

from __future__ import annotations

import io
import json
import zlib
from base64 import b64decode, b64encode
from dataclasses import fields, is_dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

import coder.learn
from benchmarks.quality.curve import Fit
from benchmarks.quality.methods import Predicted

DECIDING = ("methods.py", "contrast.py", "curve.py")
"""The modules of the benchmark itself that decide what a piece results in."""


class Kept:
    """The side file; without a path nothing is kept."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._lines: dict[str, str] = {}
        if path is not None and path.exists():
            for line in path.read_text("utf-8").splitlines():
                try:
                    self._lines[json.loads(line)["key"]] = line
                except (ValueError, KeyError, TypeError):
                    continue  # the interrupted write of a run that was stopped
            path.write_text("".join(line + "\n" for line in self._lines.values()), "utf-8")

    def get(self, key: str) -> list[Fit] | None:
        """Return the fits that are kept under a key."""
        if key not in self._lines:
            return None
        return [_read(fit) for fit in json.loads(self._lines[key])["fits"]]

    def add(self, key: str, fits: list[Fit]) -> None:
        """Write the fits of one piece."""
        if self.path is None:
            return
        line = json.dumps({"key": key, "fits": [_written(fit) for fit in fits]})
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def remove(self) -> None:
        """Delete the side file: the run is done."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)


def _written(fit: Fit) -> dict[str, Any]:
    own = fit.predicted
    return {
        "labels": fit.labels,
        "P": _packed(own.P),
        "accepted": _packed(own.accepted),
        "fitting": fit.fitting,
        "predicting": fit.predicting,
    }


def _read(kept: dict[str, Any]) -> Fit:
    predicted = Predicted(_unpacked(kept["P"]), _unpacked(kept["accepted"]))
    return Fit(kept["labels"], predicted, kept["fitting"], kept["predicting"])


def _packed(array: np.ndarray) -> str:
    file = io.BytesIO()
    np.save(file, array, allow_pickle=False)
    return b64encode(zlib.compress(file.getvalue())).decode()


def _unpacked(text: str) -> np.ndarray:
    return np.asarray(np.load(io.BytesIO(zlib.decompress(b64decode(text))), allow_pickle=False))


def sources() -> str:
    """Return a digest of the code that fits and predicts, and of the libraries it calls."""
    modules = sorted(Path(coder.learn.__path__[0]).glob("*.py"))
    modules += [Path(__file__).with_name(name) for name in DECIDING]
    libraries = {name: version(name) for name in ("numpy", "scikit-learn", "scipy", "sentence-transformers", "torch")}
    return digest(libraries, *(path.read_bytes() for path in modules))


def digest(*values: Any) -> str:
    """Return the sha256 of dataclasses, tuples, arrays, bytes, and all that has a plain `repr`.

    Examples
    --------
    >>> digest(np.zeros(2)) == digest(np.zeros(2)), digest(np.zeros(2)) == digest(np.zeros((2, 1)))
    (True, False)
    """
    found = sha256()
    for value in values:
        if isinstance(value, np.ndarray):
            part = f"{value.dtype} {value.shape}".encode() + value.tobytes()
        elif isinstance(value, bytes):
            part = value
        elif isinstance(value, tuple):
            part = digest(*value).encode()
        elif is_dataclass(value):
            part = digest(*((field.name, getattr(value, field.name)) for field in fields(value))).encode()
        else:
            part = repr(value).encode()
        found.update(sha256(part).digest())
    return found.hexdigest()
