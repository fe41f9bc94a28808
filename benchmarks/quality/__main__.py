"""Compare our classifier with plain methods on a coded corpus, on transcripts that none of them has seen."""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.quality import printing
from benchmarks.quality.corpus import Corpus, read_coders, read_corpus, splits_of, with_vectors
from benchmarks.quality.curve import Splits, learning_curve, summary
from benchmarks.quality.methods import METHODS, Method, Task, setfit, task_of
from benchmarks.quality.metrics import Figures, Held, Judged, against, beside_coders, figures, judged, together
from coder.embed.encoders import ENCODERS, encoder
from coder.errors import CoderError, UsageError, did_you_mean
from coder.scheme.reading import load_scheme


def main(arguments: list[str] | None = None) -> int:
    """Read the command line and do everything."""
    options = _parser().parse_args(arguments)
    try:
        found = run(options)
    except CoderError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    printing.show(found)
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(_plain(found), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality", description=__doc__)
    parser.add_argument("file", type=Path, help="CSV: transcript_id, unit, role, text, labels (joined by |)")
    parser.add_argument(
        "--roles", type=_listed, default=(), help="code only what these roles say, such as client,coach"
    )
    parser.add_argument("--min-words", type=int, default=0, help="code only units of so many words")
    parser.add_argument("--leave-out", type=_listed, default=(), help="labels that are no codes")
    splitting = parser.add_mutually_exclusive_group()
    splitting.add_argument("--folds", type=int, default=5, help="folds by transcript (5)")
    splitting.add_argument("--split-column", help="a column whose value `test` marks the test transcripts")
    parser.add_argument("--coders-file", type=Path, help="CSV: transcript_id, unit, coder, labels")
    parser.add_argument("--scheme", type=Path, help="YAML with definitions of the codes")
    parser.add_argument("--methods", type=_listed, default=tuple(METHODS), help=f"some of {', '.join(METHODS)}")
    parser.add_argument("--setfit", action="store_true", help="SetFit in the learning curve, too; slow")
    parser.add_argument("--curve", action=argparse.BooleanOptionalAction, default=True, help="the learning curve")
    parser.add_argument("--seeds", type=int, default=5, help="draws for the learning curve (5)")
    parser.add_argument("--promise", type=float, default=0.9, help="precision promised for what is accepted (0.9)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--encoder", choices=ENCODERS, default="all-MiniLM-L6-v2")
    parser.add_argument("--cache", type=Path, default=Path(__file__).parent / ".cache", help="the file of vectors")
    parser.add_argument("--json", type=Path, help="where to write all figures")
    return parser


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def run(options: argparse.Namespace) -> Figures:
    """Return all figures of all methods."""
    methods = {name: _method(name) for name in options.methods}
    corpus = read_corpus(
        options.file,
        codes=load_scheme(options.scheme).paths() if options.scheme else None,
        roles=options.roles,
        min_words=options.min_words,
        split_column=options.split_column,
        leave_out=options.leave_out,
    )
    splits = splits_of(corpus, options.folds)
    coders = read_coders(options.coders_file, corpus) if options.coders_file else None
    named, start = encoder(options.encoder), time.perf_counter()
    corpus = with_vectors(corpus, named, options.cache, _encoding)
    task = task_of(corpus, options.scheme, named, options.cache, options.seed)
    found: Figures = {"about": _about(options, corpus, splits), "seconds_encoding": time.perf_counter() - start}
    runs = {name: cross_fit(name, method, corpus, splits, task, options.folds) for name, method in methods.items()}
    tested = np.concatenate([test for _, test in splits])
    units = corpus.take(tested)
    found["methods"] = {
        name: figures(ran.all, units, ran.held, promise=options.promise, calibrated=methods[name].calibrated)
        | {"seconds_fit": ran.fit, "seconds_predict": ran.predict}
        for name, ran in runs.items()
    }
    for name, ran in runs.items():
        if "ours" in runs and name != "ours":
            found["methods"][name]["ours_better_by"] = against(runs["ours"].all, ran.all, units.groups, options.seed)
        if coders is not None:
            own = type(coders)(coders.names, coders.values[:, tested])
            found["methods"][name]["coders"] = beside_coders(own, ran.all.accepted, units)
    if options.curve:
        found["curve"] = _curve(options, corpus, splits, methods, task, runs)
    return found


def _method(name: str) -> Method:
    if name not in METHODS:
        todo = did_you_mean(name, METHODS) or f"known methods: {', '.join(METHODS)}"
        raise UsageError(f"no method is called `{name}`", todo=todo)
    return METHODS[name]


def _about(options: argparse.Namespace, corpus: Corpus, splits: Splits) -> Figures:
    given = {name: str(value) if isinstance(value, Path) else value for name, value in vars(options).items()}
    packages = ("transcript-coder", "scikit-learn", "numpy", "sentence-transformers", "torch")
    return {
        "options": given,
        "units": len(corpus),
        "transcripts": len(np.unique(corpus.groups)),
        "codes": len(corpus.codes),
        "uncoded_units": int((corpus.first < 0).sum()),
        "one_label_a_unit": corpus.single,
        "splits": [[len(train), len(test)] for train, test in splits],
        "versions": {name: version(name) for name in packages},
    }


@dataclass(frozen=True)
class Run:
    """A method's predictions for the test units of all splits, the same by split, and seconds taken."""

    all: Judged
    held: Held
    fit: float
    predict: float


def cross_fit(name: str, method: Method, corpus: Corpus, splits: Splits, task: Task, folds: int) -> Run:
    """Fit and predict each split.

    Where every unit is tested once, the thresholds of a promise are chosen on the other splits' predictions; where
    the split is given, on folds of the training transcripts.
    """
    fitted, predicted, found = 0.0, 0.0, []
    for k, (train, test) in enumerate(splits):
        _say(f"{name}: split {k + 1} of {len(splits)}")
        start = time.perf_counter()
        predict = method.fit(corpus.take(train), task)
        between = time.perf_counter()
        found.append(judged(predict(corpus.take(test)), corpus.Y[test]))
        fitted, predicted = fitted + between - start, predicted + time.perf_counter() - between
    if len(splits) > 1:
        choose = [together([other for other in found if other is not test]) for test in found]
    else:
        choose = [_inner(method, corpus.take(splits[0][0]), task, folds)]
    return Run(together(found), list(zip(choose, found, strict=True)), fitted, predicted)


def _inner(method: Method, train: Corpus, task: Task, folds: int) -> Judged:
    from dataclasses import replace

    train = replace(train, split=[""] * len(train))
    return together(
        [
            judged(method.fit(train.take(rows), task)(train.take(rest)), train.Y[rest])
            for rows, rest in splits_of(train, folds)
        ]
    )


def _curve(
    options: argparse.Namespace,
    corpus: Corpus,
    splits: Splits,
    methods: dict[str, Method],
    task: Task,
    runs: dict[str, Run],
) -> list[dict[str, Any]]:
    """Return the curves, their last points taken from the fits on all training units."""
    rows = learning_curve(corpus, splits, methods, task, seeds=options.seeds, progress=_say)
    if options.setfit:
        tuned = {"setfit": Method(setfit)}
        rows += learning_curve(corpus, splits, tuned, task, seeds=options.seeds, strategies=("random",), progress=_say)
    for name, ran in runs.items():
        tests = [ran.held[seed % len(splits)][1] for seed in range(options.seeds)]
        rows.append(summary(name, "random", "all", [(test, ran.fit / len(splits)) for test in tests]))
    return rows


def _say(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)


def _encoding(what: str, done: int, total: int) -> None:
    _say(f"{what}: {done} of {total} texts")


def _plain(value: Any) -> Any:
    """Return what JSON can hold: undefined figures become null."""
    if isinstance(value, dict):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, float | np.floating):
        return round(float(value), 6) if np.isfinite(value) else None
    return value.item() if isinstance(value, np.generic) else value


if __name__ == "__main__":
    sys.exit(main())
