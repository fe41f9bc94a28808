"""How long it takes until suggestions have followed an answer, in a study of 100 codes.

    python -m benchmarks.following [--units 10000] [--codes 100] [--answers 200]

A coder answers unit after unit in reading order. After each answer the next unit is computed again: the answers beside
it are read from the log, the model's stage is applied, and the units over which one code goes on are looked for. The
study is real, the probabilities are random numbers: no model is trained. The first unit of a transcript takes longer
once, as the model then predicts the whole transcript; that is not counted here.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.audit_server import make
from coder.learn.continuation import GivenNeighbours
from coder.steps.audit import following
from coder.steps.audit.decisions import record
from coder.steps.audit.units import Decision, audit_units
from coder.steps.corpus.units import units_of
from coder.steps.study.study import Study, open_study
from coder.types import Verdict


def scheme(codes: int) -> str:
    """Return a scheme of so many codes."""
    names = [f"code {n}" for n in range(codes)]
    return "\n".join(
        ["name: Load", "facets:", "  code:", "    codes:", *(f"      {name}: {{}}" for name in names), "codes:"]
        + [f"  - {name}" for name in names]
    )


def predict(study: Study, model: str, transcript: str) -> following.Predicted:
    """Return random probabilities: one unit in three has a likely code, which it shares with the next one."""
    units = [unit for unit in units_of(study) if unit.segment.span.transcript == transcript]
    codes, rng = study.scheme.paths(), np.random.default_rng(1)
    P = rng.uniform(0, 0.1, (len(units), len(codes)))
    for row in range(0, len(units), 3):
        P[row : row + 2, rng.integers(len(codes))] = 0.6
    row_of = {unit.segment.id: n for n, unit in enumerate(units)}
    given = GivenNeighbours(np.array([0.5, 0.5, 2.5, -1.0, 0.0]))
    return following.Predicted(units, row_of, codes, np.full(len(codes), 0.3), given, P, P)


def seconds(study: Study, answers: int) -> tuple[np.ndarray, np.ndarray, int]:
    """Return the seconds of following and of writing each answer, and how often several units were offered at once."""
    following._predict = predict
    live, units = following.Following(), units_of(study)[:answers]
    follow, write, offers = [], [], 0
    live.follow(study, "anna", audit_units(study, "anna", units[:1], {})[0])
    for unit in units:
        if unit.segment.span.transcript != units[0].segment.span.transcript:
            live.follow(study, "ben", audit_units(study, "ben", [unit], {})[0])  # has the transcript predicted
        start = time.perf_counter()
        shown = live.follow(study, "anna", audit_units(study, "anna", [unit], {})[0])
        then = time.perf_counter()
        marks = {one.code: Verdict.PRESENT if n == 0 else Verdict.ABSENT for n, one in enumerate(shown.codes)}
        record(study, "anna", shown, Decision(marks))
        follow.append(then - start)
        write.append(time.perf_counter() - then)
        offers += bool(shown.next_units)
    return np.array(follow), np.array(write), offers


def main(arguments: list[str] | None = None) -> int:
    """Make a study, answer, and print the times."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.following", description=__doc__)
    parser.add_argument("--units", type=int, default=10_000, help="units of the study (10000)")
    parser.add_argument("--codes", type=int, default=100)
    parser.add_argument("--answers", type=int, default=200)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder) / "study", options.units, scheme(options.codes))
        study = open_study(Path(folder) / "study")
        follow, write, offers = seconds(study, options.answers)
        study.close()
    print(f"{options.units} units, {options.codes} codes, {len(follow)} answers; {offers} offers of several units")
    for name, taken in (("suggestions have followed", follow), ("the answer is written", write)):
        p50, p95 = 1000 * np.quantile(taken, [0.5, 0.95])
        print(f"{name}: {p50:.1f} ms (median), {p95:.1f} ms (95th percentile), {1000 * taken.max():.1f} ms (longest)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
