"""Build the studies from the release, run `coder` on them, and print the figures."""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

from benchmarks.wac import figures
from benchmarks.wac.build import Release, Variant, build, read_release, write_raw_codes

PUBLISHED = {"Q1_Outside": 0.676, "Q3_Outside": 0.547, "Dialectic": 0.651}
"""Cohen's kappa of CC and OM as the authors report it."""
FOLDS = 5


def main() -> None:
    """Read the command line and do everything."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.wac", description=__doc__)
    parser.add_argument("source", type=Path, help="the folder of the release, with codebook.md and transcripts.csv")
    parser.add_argument("--study", type=Path, default=Path(__file__).parent / "study", help="where to build")
    options = parser.parse_args()
    if not (options.source / "codebook.md").is_file():
        parser.error(f"{options.source} has no codebook.md")
    options.study.mkdir(parents=True, exist_ok=True)
    data = read_release(options.source)
    found: dict[str, Any] = {"release": about(data), "studies": {}}
    print(f"release: {found['release']}")
    suggested: figures.Found = set()
    for variant in variants(data):
        study = build(data, variant, options.study)
        lend_cache(options.study / "left-out-1", study)
        found["studies"][variant.name] = figures.run(study)
        show(variant.name, found["studies"][variant.name])
        suggested |= figures.suggestions(data, study)
    found["left out"] = figures.left_out(data, suggested, options.study)
    show("left-out-1 to 5, suggestions for the interviews left out", found["left out"])
    found["raw codes"] = {column: raw_codes(options, column) for column in PUBLISHED}
    for column, row in found["raw codes"].items():
        show(column, row)
    found["peak memory MB"] = round(figures.peak_memory())
    print(f"\npeak memory of a command: {found['peak memory MB']} MB")
    target = options.study / "figures.json"
    target.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(f"all figures: {target}")


def about(data: Release) -> dict[str, int]:
    """Count what the release holds."""
    return {
        "interviews": len(data.interviews),
        "answers": sum(len(i.answers) for i in data.interviews),
        "answers not coded": sum(len(i.uncoded) for i in data.interviews),
        "themes in the codebook": len(data.themes),
        "codes (question and theme)": len(data.places),
        "codes with a definition": sum(bool(data.themes[theme].definition) for _, theme in data.places),
        "codes with examples": len({(e.question, e.theme) for e in data.examples}),
        "examples": len(data.examples),
        "examples found in an interview": sum(bool(e.origins) for e in data.examples),
        "positives": len(figures.consensus(data)),
    }


def variants(data: Release) -> list[Variant]:
    """Return the studies to run: five that leave out a fifth of the interviews each, and three with all of them.

    A study that leaves out interviews has no example sentence from them.
    """
    names = sorted(i.name for i in data.interviews)
    folds = [names[fold::FOLDS] for fold in range(FOLDS)]
    heard = [[e for e in data.examples if not set(e.origins) & set(fold)] for fold in folds]
    return [
        *(Variant(f"left-out-{n}", *fold) for n, fold in enumerate(zip(folds, heard, strict=True), start=1)),
        Variant("no-examples", [], []),
        Variant("no-examples-tree", [], [], facets=False),
        Variant("all-examples", [], data.examples),
    ]


def lend_cache(first: Path, study: Path) -> None:
    """Copy the vectors of the first study, so that the others need not encode the same answers again."""
    if study != first:
        shutil.copytree(first / "cache", study / "cache")


def raw_codes(options: argparse.Namespace, column: str) -> dict[str, Any]:
    """Return the agreement of CC and OM on a code, beside the published kappa."""
    table = options.study / f"{column}.csv"
    write_raw_codes(options.source, column, table)
    return figures.raw_codes(table) | {"published kappa": PUBLISHED[column]}


def show(title: str, values: dict[str, Any]) -> None:
    """Print figures, a line each."""
    print(f"\n{title}")
    for name, value in values.items():
        print(f"  {name}: {_text(value)}", flush=True)


def _text(value: Any) -> str:
    if isinstance(value, dict) and "low" in value:
        return f"{value['low']:.3f} to {value['high']:.3f}"
    if isinstance(value, dict):
        return ", ".join(f"{name} {_text(inner)}" for name, inner in value.items())
    return f"{value:.3f}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    main()
