"""A cache of vectors in its own file, keyed by text and encoder fingerprint; it can be deleted at any time."""

from __future__ import annotations

import logging
import sqlite3
import warnings
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import numpy as np

from coder.embed.encoders import Encoder, Vectors
from coder.types import Progress, silent

logger = logging.getLogger("coder")

CHUNK = 512
"""Texts encoded between two writes to the cache: what an interruption can lose."""


def embed(texts: Sequence[str], encoder: Encoder, cache: Path | None, progress: Progress = silent) -> Vectors:
    """Return one vector a text, encoding only what the cache does not hold.

    Parameters
    ----------
    texts
        n texts; equal texts are encoded once.
    encoder
        Its fingerprint is half of each key, so a changed encoder never meets old vectors.
    cache
        The cache file, made where missing; None keeps nothing.
    progress
        Called with (what, done, total), in texts.

    Returns
    -------
    (n_texts, encoder.dimension) float32.

    Examples
    --------
    >>> from coder.embed.encoders import HashedWords
    >>> embed(["yes", "no", "yes"], HashedWords(), None).shape
    (3, 256)
    """
    keys = [sha256(text.encode()).digest() for text in texts]
    with Cache(cache) as kept:
        known = kept.load(keys, encoder)
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        order = sorted(missing, key=lambda key: len(missing[key]))
        logger.info("encoding %d texts (%d from the cache)", len(order), len(known))
        for at in range(0, len(order), CHUNK):
            chunk = order[at : at + CHUNK]
            vectors = encoder.encode([missing[key] for key in chunk])
            kept.save(chunk, vectors, encoder)
            known.update(zip(chunk, vectors, strict=True))
            progress("encoding", min(at + CHUNK, len(order)), len(order))
    if not keys:
        return np.zeros((0, encoder.dimension), dtype=np.float32)
    return np.stack([known[key] for key in keys])


class Cache:
    """The file of vectors; a file that cannot be read is deleted and started again."""

    def __init__(self, path: Path | None) -> None:
        self.path = path

    def __enter__(self) -> Cache:
        try:
            self._open()
        except sqlite3.OperationalError as error:  # a read-only folder or a full disk
            self._keep_nothing(error)
        except sqlite3.DatabaseError:
            self._start_again()
        return self

    def __exit__(self, *unused: object) -> None:
        self.db.close()

    def _open(self) -> None:
        if self.path is not None:
            with suppress(OSError):
                self.path.parent.mkdir(parents=True, exist_ok=True)
        self._use(str(self.path or ":memory:"))

    def _start_again(self) -> None:
        logger.warning("%s: the cache of vectors is damaged; it is deleted, and texts are encoded again", self.path)
        self.db.close()
        try:
            Path(str(self.path)).unlink(missing_ok=True)
            self._open()
        except (OSError, sqlite3.DatabaseError) as error:
            self._keep_nothing(error)

    def _keep_nothing(self, error: Exception) -> None:
        """Work in memory, and warn: every later command encodes the same texts again."""
        message = f"{self.path}: the cache of vectors cannot be used ({error}); texts will be encoded again each time"
        warnings.warn(message, stacklevel=2)
        self._use(":memory:")

    def _use(self, name: str) -> None:
        self.db = sqlite3.connect(name, isolation_level=None, timeout=30)
        self.db.execute(
            "CREATE TABLE IF NOT EXISTS vector (text BLOB, encoder TEXT, value BLOB NOT NULL,"
            " PRIMARY KEY (text, encoder)) WITHOUT ROWID"
        )

    def load(self, keys: Sequence[bytes], encoder: Encoder) -> dict[bytes, np.ndarray]:
        """Return the vectors that are kept, by key."""
        wanted = list(dict.fromkeys(keys))
        found = {}
        try:
            for chunk in (wanted[at : at + CHUNK] for at in range(0, len(wanted), CHUNK)):
                rows = self.db.execute(
                    f"SELECT text, value FROM vector WHERE encoder = ? AND text IN ({','.join('?' * len(chunk))})",
                    (encoder.fingerprint, *chunk),
                )
                found.update({key: np.frombuffer(value, dtype="<f4") for key, value in rows})
        except sqlite3.DatabaseError:
            self._start_again()
            return {}
        return found

    def save(self, keys: Sequence[bytes], vectors: Vectors, encoder: Encoder) -> None:
        """Keep vectors; where the file cannot be written, in memory."""
        rows = [(key, encoder.fingerprint, v.astype("<f4").tobytes()) for key, v in zip(keys, vectors, strict=True)]
        try:
            self.db.execute("BEGIN")
            self.db.executemany("INSERT OR REPLACE INTO vector VALUES (?, ?, ?)", rows)
            self.db.execute("COMMIT")
        except sqlite3.DatabaseError as error:
            self.db.close()
            self._keep_nothing(error)
