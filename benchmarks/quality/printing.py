"""The figures as tables for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.quality.metrics import Figures

WIDTH = 170


def show(found: Figures) -> None:
    """Print all tables."""
    console = Console(width=WIDTH)
    about = found["about"]
    kind = "one label a unit" if about["one_label_a_unit"] else "several labels a unit"
    console.print(
        f"{about['options']['corpus']}: {about['units']} units ({about['uncoded_units']} uncoded), "
        f"{about['transcripts']} transcripts, {about['codes']} codes, {kind}; {len(about['splits'])} splits; "
        f"encoding {found['seconds_encoding']:.1f} s"
    )
    if "setfit" in about:
        console.print(f"setfit: {about['setfit']}")
    promise = about["options"]["promise"]
    if found["methods"]:
        console.print(_quality(found["methods"], about["one_label_a_unit"], promise))
        console.print(_acceptance(found["methods"], promise))
    if any("coders" in figures for figures in found["methods"].values()):
        console.print(_coders(found["methods"]))
    if "curve" in found:
        console.print(_curve(found["curve"]))
    if found.get("saved"):
        console.print(_saved(found["saved"]))


def _quality(methods: dict[str, Figures], single: bool, promise: float) -> Table:
    columns: list[tuple[str, Callable[[Figures], Any]]] = [
        ("macro-F1", lambda m: m["macro_f1"]),
        ("micro-F1", lambda m: m["micro_f1"]),
        ("mean AP", lambda m: m["average_precision"]),
        ("likeliest code right", lambda m: m["likeliest_right"]),
        ("kappa", lambda m: m["kappa"]),
        ("alpha", lambda m: m["alpha"]),
        ("calib. error", lambda m: m["calibration_error"]),
        ("... of accepted", lambda m: m["calibration_error_of_accepted"]),
        (f"coverage at {promise:g}", lambda m: m["coverage"]["of_positives"]),
        ("ours better by (macro-F1)", lambda m: _difference(m.get("ours_better_by"))),
        ("fit s", lambda m: f"{m['seconds_fit']:.1f}"),
        ("predict s", lambda m: f"{m['seconds_predict']:.1f}"),
    ]
    if single:
        columns.insert(2, ("macro-F1, best code only", lambda m: m["macro_f1_one_code"]))
    return _table("Quality on held-out transcripts", "method", columns, methods)


def _difference(found: Figures | None) -> str:
    return f"{found['difference']:+.3f} ({found['low']:+.3f} to {found['high']:+.3f})" if found else ""


def _acceptance(methods: dict[str, Figures], promise: float) -> Table:
    def of(part: str, name: str) -> Callable[[Figures], Any]:
        return lambda figures: figures[part][name]

    columns: list[tuple[str, Callable[[Figures], Any]]] = [
        ("of its decisions", of("coverage", "of_decisions")),
        ("of human codes", of("coverage", "of_positives")),
        ("precision", of("coverage", "precision")),
        ("codes", of("coverage", "codes")),
        ("by code: of human codes", of("coverage_by_code", "of_positives")),
        ("precision", of("coverage_by_code", "precision")),
        ("codes", of("coverage_by_code", "codes")),
        ("whole units: share", of("without_a_look", "share")),
        ("agreement", of("without_a_look", "agreement")),
        ("kappa", of("without_a_look", "kappa")),
        ("human codes missed", of("without_a_look", "missed")),
    ]
    return _table(f"What can be accepted without a look, {promise:g} being promised", "method", columns, methods)


def _coders(methods: dict[str, Figures]) -> Table:
    def of(name: str, part: str) -> Callable[[Figures], Any]:
        return lambda figures: figures["coders"][name][part]

    columns = [
        (f"{name.replace('_', ', ')}: {part}", of(name, part))
        for name in ("kappa", "kappa_pooled", "alpha")
        for part in ("human", "model", "ratio")
    ]
    coders = next(iter(methods.values()))["coders"]
    title = f"Coders {', '.join(coders['coders'])} with each other and with the model, on {coders['units']} units"
    return _table(title, "method", columns, methods)


def _curve(rows: Sequence[dict[str, Any]]) -> Table:
    sizes = sorted({row["size"] for row in rows}, key=lambda size: (isinstance(size, str), size))
    points = {(row["method"], row["strategy"], row["size"]): row for row in rows}
    lines: dict[str, Any] = {}
    for row in rows:
        lines[f"{row['method']}, {row['strategy']}"] = {
            size: points.get((row["method"], row["strategy"], size)) for size in sizes
        }

    def at(size: int | str) -> Callable[[Any], Any]:
        return lambda line: f"{line[size]['macro_f1']:.3f} ±{line[size]['spread']:.3f}" if line[size] else ""

    return _table("Macro-F1 by labelled units (± between draws)", "method", [(str(s), at(s)) for s in sizes], lines)


def _saved(rows: Sequence[dict[str, Any]]) -> Table:
    targets = sorted({row["target"] for row in rows})
    lines: dict[str, dict[Any, Any]] = {}
    for row in rows:
        lines.setdefault(f"{row['method']}, {row['strategy']}", {})[row["target"]] = row

    def at(target: int) -> Callable[[Any], Any]:
        return lambda line: _needed(line[target]) if target in line else ""

    columns = [(f"as {target} at random", at(target)) for target in targets]
    return _table("Labels needed for the macro-F1 of random units (± between draws)", "method", columns, lines)


def _needed(row: dict[str, Any]) -> str:
    if np.isnan(row["labels"]):
        return "not reached"
    few = f", {row['reached']} of {row['seeds']} draws" if row["reached"] < row["seeds"] else ""
    return f"{row['labels']:.0f} ±{row['spread']:.0f}{few}: saves {row['saved']:.0f}"


def _table(
    title: str, first: str, columns: Sequence[tuple[str, Callable[[Figures], Any]]], rows: dict[str, Figures]
) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column(first, no_wrap=True)
    for name, _ in columns:
        table.add_column(name, justify="right")
    for name, figures in rows.items():
        table.add_row(name, *(_text(value(figures)) for _, value in columns))
    return table


def _text(value: Any) -> str:
    if isinstance(value, float):
        return "-" if np.isnan(value) else f"{value:.3f}"
    return str(value)
