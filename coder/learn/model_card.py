"""The model card: what a model learned from, and what it can do, for people to read (Mitchell et al. 2019)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from coder.learn.evaluation import Bin, CodeQuality
from coder.learn.model_info import ModelInfo, UnseenCases


def card(
    info: ModelInfo,
    quality: Sequence[CodeQuality],
    macro_f1: float,
    needs_more: Mapping[str, int],
    bins: Sequence[Bin],
    calibration_error: float,
    picture: str,
) -> str:
    """Return the card as Markdown; `picture` is the file of the reliability diagram, beside the card."""
    lines = [
        f"# {info.name}: a model for “{info.study}”",
        "",
        f"Suggests codes of the scheme “{info.scheme}” for units of interview transcripts"
        f" (unit rule `{info.units_rule}`, language `{info.language}`).",
        "",
        "## What it learned from",
        "",
        f"{info.units} units that people judged, in {len(info.transcripts)} transcripts: "
        + ", ".join(info.transcripts)
        + ". The definitions and examples of the scheme served as further examples.",
        "",
        "## How good it is",
        "",
        f"Each unit was predicted by {info.folds} folds split by transcript, by a model that had seen no unit"
        f" of that transcript. Mean F1 of the codes (macro-F1): {_number(macro_f1)}."
        if quality
        else "Not known: a single transcript was judged, so that nothing could be held out.",
        "",
        "| code | judged | positives | suggested | precision | recall | F1 | average precision |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        *(
            f"| {q.code} | {q.judged} | {q.positives} | {q.suggested} | {_number(q.precision)} | {_number(q.recall)}"
            f" | {_number(q.f1)} | {_number(q.average_precision)} |"
            for q in quality
        ),
        "",
        *_needs(needs_more),
        *_cases(info.cases),
        *_reliability(bins, calibration_error, picture),
        "## What it is not for",
        "",
        "Suggestions are for a person to audit. Nothing is known of how far they carry to interviews of another kind,"
        " in another language, or a scheme whose definitions have changed.",
        "",
        "## How it was made",
        "",
        f"- encoder: {info.encoder_name} ({info.encoder})",
        *([f"- fine-tuned: {info.recipe}"] if info.recipe else []),
        f"- seed {info.seed}, {info.folds} folds; a code needs {info.min_positives} coded units for a"
        " classifier of its own",
        f"- scheme sha256 {info.scheme_sha256}",
        f"- fingerprint of the judged units {info.fingerprint}",
        "- " + ", ".join(f"{name} {version}" for name, version in info.versions.items()),
        "",
    ]
    return "\n".join(lines)


def _needs(needs_more: Mapping[str, int]) -> list[str]:
    if not needs_more:
        return []
    listed = [f"- {code}: needs {n} more coded units" for code, n in needs_more.items()]
    return ["Too few examples for a classifier of their own:", "", *listed, ""]


def _cases(found: UnseenCases) -> list[str]:
    lines = ["## How far it carries to a case that it never saw", ""]
    if not found.held_out:
        return [*lines, "Not known: that takes three cases with coded transcripts, or more.", ""]
    if found.held_out == "transcript":
        lines += ["Each case has one coded transcript, so the folds above held out whole cases."]
    else:
        lines += [
            f"Each unit was predicted once more, by {found.folds} folds split by case. Mean F1 of the codes:"
            f" {_number(found.macro_f1)}, against {_number(found.usual)} above, where a case may be known from"
            " its other transcripts."
        ]
    lines[-1] += (
        " Macro-F1 is the mean over the codes that occur in the case; micro-F1 pools all decisions, those on the other"
        " codes too."
    )
    return [
        *lines,
        "",
        "| case | units | positives | macro-F1 | micro-F1 |",
        "| --- | ---: | ---: | ---: | ---: |",
        *(
            f"| {c.case} | {c.units} | {c.positives} | {_number(c.macro_f1)} | {_number(c.micro_f1)} |"
            for c in found.by_case
        ),
        "",
    ]


def _reliability(bins: Sequence[Bin], calibration_error: float, picture: str) -> list[str]:
    if not bins:
        return []
    return [
        "## Do its probabilities come true?",
        "",
        "The held-out decisions of all codes, sorted by the probability that was predicted, with the share of them that"
        " people judged present and its 95 % interval (Wilson 1927, as if decisions did not hang together). Expected"
        f" calibration error (Naeini, Cooper & Hauskrecht 2015): {_number(calibration_error)}; where most decisions are"
        " easy absences it is small anyway, and the bins say more.",
        "",
        f"![The share judged present over the predicted probability]({picture})",
        "",
        "| predicted | decisions | mean predicted | judged present | 95 % interval |",
        "| --- | ---: | ---: | ---: | ---: |",
        *(
            f"| {b.start:.1f} to {b.end:.1f} | {b.n} | {_number(b.predicted)} | {_number(b.observed)}"
            f" | {_number(b.low)} to {_number(b.high)} |"
            for b in bins
        ),
        "",
    ]


def _number(value: float | None) -> str:
    return "undefined" if value is None or math.isnan(value) else f"{value:.3f}"
