"""The independent fits that a benchmark is made of: in several processes, and each kept as soon as it is done."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np

from benchmarks.quality.corpus import Corpus, Splits
from benchmarks.quality.curve import Fit, grow, timed
from benchmarks.quality.keeping import Kept, digest, sources
from benchmarks.quality.methods import Method, Task

THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")


@dataclass(frozen=True)
class Piece:
    """One method's fits that depend on no other piece.

    `kind` is `split` (the n-th one), `inner` (the n-th fold of the training transcripts, where one split was given), or
    `curve` (with the seed n, a strategy and sizes).
    """

    method: str
    kind: str
    n: int
    strategy: str = ""
    sizes: tuple[int, ...] = ()

    def __str__(self) -> str:
        return f"{self.method}: {self.kind} {self.n + 1}" + (f", {self.strategy}" if self.strategy else "")


@dataclass(frozen=True)
class Work:
    """Everything that a piece is done with."""

    corpus: Corpus
    splits: Splits
    inner: Splits
    methods: Mapping[str, Method]
    task: Task

    def rows(self, piece: Piece) -> tuple[np.ndarray, np.ndarray]:
        """Return the training and the test units of a piece; the draws of a curve go round the splits."""
        splits = self.inner if piece.kind == "inner" else self.splits
        return splits[piece.n % len(splits)]

    def do(self, piece: Piece) -> list[Fit]:
        """Fit and predict."""
        train, test = split = self.rows(piece)
        task = self.task.without(np.setdiff1d(self.corpus.groups, self.corpus.groups[train]))
        method = self.methods[piece.method]
        if piece.kind == "curve":
            return grow(self.corpus, split, method, task, strategy=piece.strategy, sizes=piece.sizes, seed=piece.n)
        return [timed(method, self.corpus.take(train), self.corpus.take(test), task)[1]]

    def keys(self, pieces: Sequence[Piece]) -> dict[Piece, str]:
        """Return what each piece's result follows from, as a digest."""
        common = digest(self.corpus, self.task, sources())
        return {piece: digest(common, piece, *self.rows(piece)) for piece in pieces}


def done(
    work: Work, pieces: Sequence[Piece], *, jobs: int, kept: Kept, progress: Callable[[str], None]
) -> dict[Piece, list[Fit]]:
    """Return the fits of all pieces, in this order; those that an earlier run left are not made again."""
    keys = work.keys(pieces)
    found = {piece: fits for piece, key in keys.items() if (fits := kept.get(key)) is not None}
    if found:
        progress(f"{len(found)} of {len(pieces)} pieces were kept by an earlier run")
    left = [piece for piece in pieces if piece not in found]
    for piece, fits in _here(work, left, progress) if jobs == 1 else _in_processes(work, left, jobs):
        kept.add(keys[piece], fits)
        found[piece] = fits
        progress(f"{len(found)} of {len(pieces)} done ({piece})")
    return {piece: found[piece] for piece in pieces}


def _here(work: Work, pieces: Sequence[Piece], progress: Callable[[str], None]) -> Iterator[tuple[Piece, list[Fit]]]:
    """Do pieces in this process, with one thread as elsewhere: sums come out the same, and small ones no slower."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # it has no types

    for piece in pieces:
        progress(str(piece))
        with threadpool_limits(1):
            fits = work.do(piece)
        yield piece, fits


def _in_processes(work: Work, pieces: Sequence[Piece], jobs: int) -> Iterator[tuple[Piece, list[Fit]]]:
    """Do pieces in processes of one thread each, the slow methods first, which stand last; yield each when done."""
    spawn = get_context("spawn")
    with (
        _environment(dict.fromkeys(THREADS, "1")),
        ProcessPoolExecutor(jobs, mp_context=spawn, initializer=_begin, initargs=(work,)) as pool,
    ):
        futures = {pool.submit(_do, piece): piece for piece in reversed(pieces)}
        try:
            for future in as_completed(futures):
                yield futures[future], future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """Set variables for the processes that are started meanwhile."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


_given: list[Work] = []
"""In a process that does pieces: the one work they belong to."""


def _begin(work: Work) -> None:
    _given.append(work)


def _do(piece: Piece) -> list[Fit]:
    return _given[0].do(piece)
