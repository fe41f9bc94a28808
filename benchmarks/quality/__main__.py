"""Compare our classifier with plain methods on a coded corpus, on transcripts that none of them has seen."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.quality import printing
from benchmarks.quality.curve import CHOICES, SIZES
from benchmarks.quality.keeping import Kept
from benchmarks.quality.methods import METHODS
from benchmarks.quality.running import CACHE, ENCODER, run
from coder.embed.encoders import ENCODERS
from coder.errors import CoderError


def main(arguments: list[str] | None = None) -> int:
    """Read the command line and do everything."""
    options = _parser().parse_args(arguments)
    kept = Kept(options.json.with_name(options.json.name + ".part") if options.json else None)
    try:
        found = run(options, kept)
    except CoderError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print(
            f"interrupted; the same command goes on from {kept.path}" if kept.path else "interrupted", file=sys.stderr
        )
        return 130
    printing.show(found)
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(_plain(found), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    kept.remove()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality", description=__doc__)
    parser.add_argument(
        "corpus", type=Path, help="the folder of a coded study, or a CSV: transcript_id, unit, role, text, labels by |"
    )
    parser.add_argument("--roles", type=_listed, default=(), help="code only what these say, such as client,coach")
    parser.add_argument("--min-words", type=int, default=0, help="code only units of so many words")
    parser.add_argument("--leave-out", type=_listed, default=(), help="labels that are no codes")
    splitting = parser.add_mutually_exclusive_group()
    splitting.add_argument("--folds", type=int, default=5, help="folds by transcript (5)")
    splitting.add_argument("--split-column", help="a column whose value `test` marks the test transcripts")
    parser.add_argument("--coders-file", type=Path, help="CSV: transcript_id, unit, coder, labels")
    parser.add_argument("--scheme", type=Path, help="YAML with definitions of the codes")
    parser.add_argument("--methods", type=_listed, default=tuple(METHODS), help=f"some of {', '.join(METHODS)}")
    parser.add_argument("--setfit", action="store_true", help="SetFit, too, which tunes the encoder; slow")
    parser.add_argument("--finetune", action="store_true", help="ours with a fine-tuned encoder, too; slow")
    parser.add_argument(
        "--whole", action=argparse.BooleanOptionalAction, default=True, help="fits on all training units"
    )
    parser.add_argument("--curve", action=argparse.BooleanOptionalAction, default=True, help="the learning curve")
    parser.add_argument("--sizes", type=_sizes, default=SIZES, help=f"its labelled units ({','.join(map(str, SIZES))})")
    parser.add_argument(
        "--strategies", type=_strategies, default=CHOICES, help=f"how they are chosen ({','.join(CHOICES)})"
    )
    parser.add_argument("--seeds", type=_count, default=5, help="its draws (5)")
    parser.add_argument("--promise", type=float, default=0.9, help="precision promised for what is accepted (0.9)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=_count, default=1, help="processes, of one thread each (1: this one)")
    parser.add_argument("--encoder", choices=ENCODERS, help=f"the study's own, or {ENCODER}")
    parser.add_argument(
        "--cache", type=Path, help=f"the file of vectors (the study's own, or {CACHE.name} beside this)"
    )
    parser.add_argument("--json", type=Path, help="where to write all figures; finished fits are kept beside it")
    return parser


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _count(text: str) -> int:
    if int(text) < 1:
        raise argparse.ArgumentTypeError("1 or more")
    return int(text)


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(sorted({_count(part) for part in _listed(text)}))


def _strategies(text: str) -> tuple[str, ...]:
    for name in _listed(text):
        if name not in CHOICES:
            raise argparse.ArgumentTypeError(f"`{name}` is none of {', '.join(CHOICES)}")
    return _listed(text)


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
