"""The model card: what a model learned from, and what it can do, for people to read (Mitchell et al. 2019)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from coder.learn.evaluation import CodeQuality


def card(
    about: Mapping[str, Any], quality: Sequence[CodeQuality], macro_f1: float, needs_more: Mapping[str, int]
) -> str:
    """Return the card as Markdown."""
    lines = [
        f"# {about['name']}: a model for “{about['study']}”",
        "",
        f"Suggests codes of the scheme “{about['scheme']}” for units of interview transcripts"
        f" (unit rule `{about['units_rule']}`, language `{about['language']}`).",
        "",
        "## What it learned from",
        "",
        f"{about['units']} units that people judged, in {len(about['transcripts'])} transcripts: "
        + ", ".join(about["transcripts"])
        + ". The definitions and examples of the scheme served as further examples.",
        "",
        "## How good it is",
        "",
        f"Each unit was predicted by {about['folds']} folds split by transcript, by a model that had seen no unit"
        f" of that transcript. Mean F1 of the codes (macro-F1): {_number(macro_f1)}.",
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
        "## What it is not for",
        "",
        "Suggestions are for a person to audit. Nothing is known of how far they carry to interviews of another kind,"
        " another language, or a scheme whose definitions have changed.",
        "",
        "## How it was made",
        "",
        f"- encoder: {about['encoder_name']} ({about['encoder']})",
        f"- seed {about['seed']}, {about['folds']} folds; a code needs {about['min_positives']} coded units for a"
        " classifier of its own",
        f"- scheme sha256 {about['scheme_sha256']}",
        f"- fingerprint of the judged units {about['fingerprint']}",
        "- " + ", ".join(f"{name} {version}" for name, version in about["versions"].items()),
        "",
    ]
    return "\n".join(lines)


def _needs(needs_more: Mapping[str, int]) -> list[str]:
    if not needs_more:
        return []
    listed = [f"- {code}: needs {n} more coded units" for code, n in needs_more.items()]
    return ["Too few examples for a classifier of their own:", "", *listed, ""]


def _number(value: float) -> str:
    return "undefined" if math.isnan(value) else f"{value:.3f}"
