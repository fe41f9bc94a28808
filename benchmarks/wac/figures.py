"""Run `coder` on the studies, and take the figures from what it prints."""

from __future__ import annotations

import csv
import json
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from typing import Any

from benchmarks.wac.build import CODER, Release, path

Found = set[tuple[str, str, str]]
"""Codes on answers: (interviewee, question, code)."""


def coder(*arguments: str | Path) -> Any:
    """Run a command of `coder` with --json and return what it prints."""
    command = [sys.executable, "-m", "coder", *map(str, arguments), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stderr}")
    return json.loads(done.stdout)


def run(study: Path) -> dict[str, Any]:
    """Do the whole line for a study, and return its figures."""
    start = time.monotonic()
    ran = coder("run", study, "--replicates", "0")
    seconds = time.monotonic() - start
    with_consensus = next(agreed for agreed in ran["agreement"] if agreed["title"].endswith(f" and {CODER}"))
    pooled = next(row for row in with_consensus["rows"] if row["label"] == "all codes (pooled)")
    return {
        "seconds": round(seconds),
        "transcripts": len(ran["imported"]),
        "units": sum(ran["units"].values()),
        "codings": sum(ran["codings"][f"{CODER}.csv"]["written"].values()),
        "judged units": ran["trained"]["units"],
        "suggestions": sum(ran["suggested"]["suggestions"].values()),
        "units without judgement": ran["suggested"]["units"],
        "tables": len(ran["tables"]),
        "cross-validated": cross_validated(ran["trained"]["quality"]) | {"kappa": pooled["kappa"]},
    }


def cross_validated(quality: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Return the quality of suggestions in the program's own cross-validation."""
    hits = {q["code"]: round((q["recall"] or 0) * q["positives"]) for q in quality}
    counts = {q["code"]: (hits[q["code"]], q["suggested"], q["positives"]) for q in quality if q["positives"]}
    return scores(counts)


def scores(counts: dict[str, tuple[int, int, int]]) -> dict[str, float]:
    """Return F1, precision and recall from the hits, suggestions and positives of each code."""
    f1 = {code: 2 * hits / (said + true) for code, (hits, said, true) in counts.items()}
    often = [code for code, (_, _, true) in counts.items() if true >= 5]
    hits, said, true = (sum(column) for column in zip(*counts.values(), strict=True))
    return {
        "macro-F1": mean(f1.values()),
        "codes": len(f1),
        "macro-F1 of codes with 5 positives or more": mean(f1[code] for code in often),
        "codes with 5 positives or more": len(often),
        "micro-F1": 2 * hits / (said + true),
        "precision": hits / said,
        "recall": hits / true,
    }


def consensus(data: Release) -> Found:
    """Return the codes of the release."""
    return {(i.name, question, path(data, question, theme)) for i in data.interviews for question, theme in i.codes}


def suggestions(data: Release, study: Path) -> Found:
    """Return what was suggested for the answers that nobody had judged in the study."""
    asked = {(i.name, _key(words)): question for i in data.interviews for question, words in i.answers.items()}
    cited = coder("quotes", study, "--only", "unreviewed")
    return {(c["transcript"], asked[c["transcript"], _key(c["words"])], c["code"]) for c in cited}


def _key(words: str) -> str:
    return " ".join(words.split())


def left_out(data: Release, suggested: Found, folder: Path) -> dict[str, float]:
    """Compare the suggestions for interviews whose codings were kept back with the codes of the release."""
    judged = {(i.name, q) for i in data.interviews for q in i.answers if q not in i.uncoded}
    said, true = {f for f in suggested if f[:2] in judged}, consensus(data)
    codes = [path(data, question, theme) for question, theme in data.places]
    hits, offered, positives = (Counter(code for *_, code in part) for part in (said & true, said, true))
    counts = {code: (hits[code], offered[code], positives[code]) for code in codes}
    table = folder / "left-out.csv"
    rows = [row for who, found in (("model", said), (CODER, true)) for row in _long(judged, who, found)]
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("transcript", "unit", "coder", "code"), *rows])
    pooled = next(row for row in coder("agreement", table)["rows"] if row["label"] == "all codes (pooled)")
    elsewhere = sum(question != code.partition("/")[0] for _, question, code in said)
    return scores(counts) | {
        "kappa": pooled["kappa"],
        "kappa interval": pooled["kappa_interval"],
        "suggestions": len(said),
        "for another question": elsewhere,
    }


def _long(judged: set[tuple[str, str]], who: str, found: Found) -> list[tuple[str, str, str, str]]:
    """Return the rows of a coder for a long table: a row a code, and a row with an empty code where there is none."""
    codes = [(name, question, who, code) for name, question, code in sorted(found)]
    return codes + [(*unit, who, "") for unit in sorted(judged - {f[:2] for f in found})]


def raw_codes(table: Path) -> dict[str, Any]:
    """Return the agreement of CC and OM on one code."""
    row = next(row for row in coder("agreement", table)["rows"] if row["code"] == table.stem)
    return {name: row[name] for name in ("n", "percent", "kappa", "kappa_interval", "alpha", "alpha_interval")}


def peak_memory() -> float:
    """Return the most memory that any command has held so far, in MB."""
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return most / (1e6 if sys.platform == "darwin" else 1e3)
