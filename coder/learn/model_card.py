"""The model card: what a model learned from, and what it can do, for people to read (Mitchell et al. 2019)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import astuple

from coder.learn.evaluation import AimFigures, Bin, CodeQuality, not_reliable
from coder.learn.model_info import ModelInfo, UnseenCases


def card(
    info: ModelInfo,
    quality: Sequence[CodeQuality],
    macro_f1: float,
    needs_more: Mapping[str, int],
    bins: Sequence[Bin],
    calibration_error: float,
    picture: str,
    aims: Sequence[AimFigures] = (),
    context: Sequence[str] = (),
) -> str:
    """Return the card as Markdown.

    Parameters
    ----------
    picture
        The file of the reliability diagram, beside the card.
    aims
        What thresholds of each aim suggested.
    context
        Sentences on what counts beside a unit's own words.
    """
    made = [
        f"encoder: {info.encoder_name} ({info.encoder})",
        *([f"fine-tuned: {info.recipe}"] if info.recipe else []),
        f"seed {info.seed}, {info.folds} folds; a code needs {info.min_positives} coded units for a classifier of its"
        " own",
        f"scheme sha256 {info.scheme_sha256}",
        f"fingerprint of the judged units {info.fingerprint}",
        ", ".join(f"{name} {version}" for name, version in info.versions.items()),
    ]
    needs = [f"- {code}: needs {n} more coded units" for code, n in needs_more.items()]
    paragraphs = [
        f"# {info.name}: a model for “{info.study}”",
        f"Suggests codes of the scheme “{info.scheme}” for units of interview transcripts"
        f" (unit rule `{info.units_rule}`, language `{info.language}`).",
        "## What it learned from",
        f"{info.units} units that people judged, in {len(info.transcripts)} transcripts: {', '.join(info.transcripts)}."
        " The definitions and examples of the scheme served as further examples.",
        *context,
        "## How good it is",
        _measured(info, macro_f1)
        if quality
        else "Not known: too few units of a single transcript were judged, so that nothing could be held out."
        if len(info.transcripts) == 1
        else "Not known: no unit is known to lack a code.",
        _table(
            ("code", "judged", "positives", "suggested", "precision", "recall", "F1", "average precision"),
            [astuple(one) for one in quality],
        ),
        *(["Too few examples for a classifier of their own:", "\n".join(needs)] if needs else []),
        *_unreliable(not_reliable(quality)),
        *_aims(aims),
        *_cases(info.cases),
        *_reliability(bins, calibration_error, picture),
        "## What it is not for",
        "Suggestions are for a person to audit. How well they generalise to interviews of another kind, in another"
        " language, or to a scheme whose definitions have changed, is not known.",
        "## How it was made",
        "\n".join(f"- {one}" for one in made),
    ]
    return "\n\n".join(paragraphs) + "\n"


def _measured(info: ModelInfo, macro_f1: float) -> str:
    held, caution = "transcript", ""
    if len(info.transcripts) == 1:
        held, caution = "part of the one transcript", " Expect less on another interview."
    return (
        f"Each unit was predicted by {info.folds} folds split by {held}, by heads that had seen no unit of that"
        f" {held.split()[0]}, with combiner and thresholds fitted on the units of the other folds"
        " (cross-fitting, not nested: the heads that made the evidence on those units had seen it)."
        f" Mean F1 of the codes (macro-F1): {_number(macro_f1)}.{caution}"
    )


def _unreliable(codes: Sequence[str]) -> list[str]:
    if not codes:
        return []
    return [
        "Not reliable yet: on held-out transcripts suggestions of these codes agree with people at kappa .20 or less"
        " (“slight”, Landis & Koch 1977):",
        "\n".join(f"- {code}" for code in codes),
    ]


def _aims(found: Sequence[AimFigures]) -> list[str]:
    if len(found) < 2:
        return []
    return [
        "Which units are suggested a code is a choice (`suggest` in study.toml). On the same held-out transcripts, all"
        " codes together:",
        _table(("suggest", "suggestions per code that people gave", "precision", "recall"), list(map(astuple, found))),
    ]


def _cases(found: UnseenCases) -> list[str]:
    title = "## How well it generalises to unseen cases"
    if not found.held_out:
        return [title, "Not known: that takes three cases with coded transcripts, or more."]
    how = "Each case has one coded transcript, so the folds above held out whole cases."
    if found.held_out == "case":
        how = (
            f"Each unit was predicted once more, by {found.folds} folds split by case. Mean F1 of the codes:"
            f" {_number(found.macro_f1)}, against {_number(found.usual)} above, where a case may be known from"
            " its other transcripts."
        )
    return [
        title,
        f"{how} Macro-F1 is the mean over the codes that occur in the case; micro-F1 pools all decisions, those on the"
        " other codes too.",
        _table(("case", "units", "positives", "macro-F1", "micro-F1"), [astuple(case) for case in found.by_case]),
    ]


def _reliability(bins: Sequence[Bin], calibration_error: float, picture: str) -> list[str]:
    if not bins:
        return []
    return [
        "## Do its probabilities come true?",
        "The held-out decisions of all codes, sorted by the probability that was predicted, with the share of them that"
        " people judged present and its 95 % interval (Wilson 1927, as if decisions were independent). Expected"
        f" calibration error (Naeini, Cooper & Hauskrecht 2015): {_number(calibration_error)}; where most decisions are"
        " easy absences it is small anyway, and the bins say more.",
        f"![The share judged present over the predicted probability]({picture})",
        _table(
            ("predicted", "decisions", "mean predicted", "judged present", "95 % interval"),
            [
                (f"{b.start:.1f} to {b.end:.1f}", b.n, b.predicted, b.observed, f"{b.low:.3f} to {b.high:.3f}")
                for b in bins
            ],
        ),
    ]


def _table(header: Sequence[str], rows: Sequence[Sequence[str | float | None]]) -> str:
    cells = [[value if isinstance(value, str) else _number(value) for value in row] for row in rows]
    aligned = ["---"] + ["---:"] * (len(header) - 1)
    return "\n".join(f"| {' | '.join(row)} |" for row in [header, aligned, *cells])


def _number(value: float | None) -> str:
    if isinstance(value, int):
        return str(value)
    return "undefined" if value is None or math.isnan(value) else f"{value:.3f}"
