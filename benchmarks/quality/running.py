"""Compare the methods: read a corpus or a study, fit everything, and gather all figures."""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np

from benchmarks.quality.contrast import SETFIT, described
from benchmarks.quality.corpus import Coders, Corpus, Splits, inner_splits, splits_of, with_vectors
from benchmarks.quality.curve import Draw, Fit, Points, summaries
from benchmarks.quality.keeping import Kept
from benchmarks.quality.methods import ANSWERED, FINETUNED, METHODS, Method, task_of
from benchmarks.quality.metrics import Figures, Held, Judged, against, beside_coders, figures, judged, together
from benchmarks.quality.pieces import Piece, Work, done
from benchmarks.quality.saving import labels_saved
from benchmarks.quality.studies import read_study
from benchmarks.quality.tables import read_coders, read_corpus
from coder.embed.encoders import encoder
from coder.errors import UsageError, did_you_mean
from coder.scheme.reading import load_scheme
from coder.types import Scheme

ENCODER = "all-MiniLM-L6-v2"
CACHE = Path(__file__).parent / ".cache"
FOR_TABLES = ("split_column", "leave_out", "coders_file", "scheme")
"""Options that a study answers itself."""


def run(options: argparse.Namespace, kept: Kept) -> Figures:
    """Return all figures of all methods.

    Raises
    ------
    CoderError
        An option, the corpus or the study cannot be used.
    """
    methods = _methods(options)
    given = _read(options)
    splits = splits_of(given.corpus, options.folds)
    named, start = encoder(given.encoder), time.perf_counter()
    corpus = with_vectors(given.corpus, named, given.cache, _encoding)
    task = task_of(corpus, given.scheme, named, given.cache, options.seed)
    about = _about(options, corpus, splits, given.encoder)
    found: Figures = {"about": about, "seconds_encoding": time.perf_counter() - start}
    work = Work(corpus, splits, inner_splits(corpus, splits, options.folds), methods, task)
    fits = done(work, _pieces(options, work), jobs=options.jobs, kept=kept, progress=say)
    runs = {name: _gathered(name, work, fits) for name in methods if options.whole}
    found["methods"] = _measured(options, work, runs, given.coders)
    if options.curve:
        found["curve"] = summaries(_points(work, fits, runs, options.seeds), options.seed)
        found["saved"] = labels_saved(found["curve"])
    return found


def _methods(options: argparse.Namespace) -> dict[str, Method]:
    """Return the methods by name, the slow ones where they are asked for."""
    slow = [*(FINETUNED if options.finetune else ()), *(SETFIT if options.setfit else ())]
    wanted = dict.fromkeys([*options.methods, *slow])
    known = METHODS | ANSWERED | FINETUNED | SETFIT
    for name in wanted:
        if name not in known:
            todo = did_you_mean(name, known) or f"known methods: {', '.join(known)}"
            raise UsageError(f"no method is called `{name}`", todo=todo)
    return {name: known[name] for name in wanted}


@dataclass(frozen=True)
class _Given:
    corpus: Corpus
    scheme: Scheme | None
    coders: Coders | None
    encoder: str
    cache: Path


def _read(options: argparse.Namespace) -> _Given:
    """Read a study's folder, or a table."""
    if options.corpus.is_dir():
        for name in FOR_TABLES:
            if getattr(options, name):
                raise UsageError(f"--{name.replace('_', '-')} is for a CSV file", todo="leave it out: a study knows")
        coded = read_study(options.corpus, roles=options.roles, min_words=options.min_words)
        cache = options.cache or coded.vectors
        return _Given(coded.corpus, coded.scheme, coded.coders, options.encoder or coded.encoder, cache)
    scheme = load_scheme(options.scheme) if options.scheme else None
    corpus = read_corpus(
        options.corpus,
        codes=scheme.paths() if scheme else None,
        roles=options.roles,
        min_words=options.min_words,
        split_column=options.split_column,
        leave_out=options.leave_out,
    )
    coders = read_coders(options.coders_file, corpus) if options.coders_file else None
    return _Given(corpus, scheme, coders, options.encoder or ENCODER, options.cache or CACHE)


def _about(options: argparse.Namespace, corpus: Corpus, splits: Splits, encoder: str) -> Figures:
    given = {name: str(value) if isinstance(value, Path) else value for name, value in vars(options).items()}
    packages = ("transcript-coder", "scikit-learn", "numpy", "sentence-transformers", "torch")
    return {
        "options": given,
        "encoder": encoder,
        "units": len(corpus),
        "transcripts": len(np.unique(corpus.groups)),
        "codes": len(corpus.codes),
        "uncoded_units": int((corpus.first < 0).sum()),
        "decisions_nobody_made": int(np.isnan(corpus.Y).sum()),
        "one_label_a_unit": corpus.single,
        "splits": [[len(train), len(test)] for train, test in splits],
        "versions": {name: version(name) for name in packages},
    } | ({"setfit": described()} if options.setfit else {})


def _pieces(options: argparse.Namespace, work: Work) -> list[Piece]:
    """Return everything that is to be fitted; all strategies of a curve in one piece each."""
    found = []
    for name, method in work.methods.items():
        if options.whole:
            found += [Piece(name, "split", n) for n in range(len(work.splits))]
            found += [Piece(name, "inner", n) for n in range(len(work.inner))]
        for strategy in options.strategies if options.curve else ():
            if strategy in method.strategies:
                found += [Piece(name, "curve", seed, strategy, options.sizes) for seed in range(options.seeds)]
    return found


@dataclass(frozen=True)
class Run:
    """A method's predictions for the test units of all splits, the same by split, and seconds taken."""

    all: Judged
    held: Held
    fit: float
    predict: float


def _gathered(name: str, work: Work, fits: dict[Piece, list[Fit]]) -> Run:
    """Put a method's splits together.

    Where every unit is tested once, the thresholds of a promise are chosen on the other splits' predictions; where
    the split is given, on folds of the training transcripts.
    """

    def of(kind: str) -> list[tuple[Judged, Fit]]:
        own = [piece for piece in fits if (piece.method, piece.kind) == (name, kind)]
        return [(judged(fits[piece][0].predicted, work.corpus.Y[work.rows(piece)[1]]), fits[piece][0]) for piece in own]

    tested, inner = of("split"), [held for held, _ in of("inner")]
    found = [held for held, _ in tested]
    choose = [together(inner or [other for other in found if other is not test]) for test in found]
    seconds = [(fit.fitting, fit.predicting) for _, fit in tested]
    fitting, predicting = map(sum, zip(*seconds, strict=True))
    return Run(together(found), list(zip(choose, found, strict=True)), fitting, predicting)


def _measured(options: argparse.Namespace, work: Work, runs: dict[str, Run], coders: Coders | None) -> Figures:
    """Return the figures of each method, beside ours and beside the coders."""
    tested = np.concatenate([test for _, test in work.splits])
    units = work.corpus.take(tested)
    found = {}
    for name, ran in runs.items():
        calibrated = work.methods[name].calibrated
        own = figures(ran.all, units, ran.held, promise=options.promise, calibrated=calibrated)
        own |= {"seconds_fit": ran.fit, "seconds_predict": ran.predict}
        if "ours" in runs and name != "ours":
            own["ours_better_by"] = against(runs["ours"].all, ran.all, units.groups, options.seed)
        if coders is not None:
            own["coders"] = beside_coders(Coders(coders.names, coders.values[:, tested]), ran.all.accepted, units)
        found[name] = own
    return found


def _points(work: Work, fits: dict[Piece, list[Fit]], runs: dict[str, Run], seeds: int) -> Points:
    """Return the draws of all curves; their last points are the fits on all training units."""
    found: Points = {}
    for piece in (piece for piece in fits if piece.kind == "curve"):
        _, test = work.rows(piece)
        groups = work.corpus.groups[test]
        for fit in fits[piece]:
            draw = Draw(judged(fit.predicted, work.corpus.Y[test]), groups, fit.labels, fit.fitting)
            found.setdefault((piece.method, piece.strategy, fit.labels), []).append(draw)
    for name, ran in runs.items():
        for seed in range(seeds):
            n = seed % len(work.splits)
            train, test = work.splits[n]
            draw = Draw(ran.held[n][1], work.corpus.groups[test], len(train), ran.fit / len(work.splits))
            found.setdefault((name, "random", "all"), []).append(draw)
    return found


def say(what: str) -> None:
    """Report progress."""
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)


def _encoding(what: str, done: int, total: int) -> None:
    say(f"{what}: {done} of {total} texts")
