"""Commands of the classifiers: suggest, train, retrain, models."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from coder.cli.output import (
    EXISTING_FILE,
    FILE,
    FOLDER,
    Bars,
    Command,
    counted,
    dry_run_option,
    finish,
    json_option,
    number,
    opened,
    show,
    show_found,
    show_json,
    study_argument,
    transcript_option,
    wrapped,
)
from coder.errors import UsageError
from coder.steps.models.plan import plan as plan_step
from coder.steps.models.registry import current_model, models_of, use_model
from coder.steps.models.suggest import SCHEME_MODEL, Suggested, suggest_table
from coder.steps.models.suggest import suggest as suggest_step
from coder.steps.models.train import Flip, Trained
from coder.steps.models.train import train as train_step
from coder.types import Table

FLIPS_SHOWN = 10


@click.command()
@click.argument("study", required=False, type=FOLDER)
@transcript_option
@click.option("--all", "everything", is_flag=True, help="Units that people have judged, too.")
@click.option("--table", type=EXISTING_FILE, help="Code a table of texts; no study.")
@click.option("--text-column", default="text", show_default=True, help="The table's column of texts.")
@click.option("--before-column", help="The table's column with the question or turn before, if there is one.")
@click.option("--model", help="For a table: a model's folder, or the name of one that ships.")
@click.option("--output", type=FILE, help="For a table: where to write (csv, xlsx, parquet).")
@click.option(
    "--top", type=click.IntRange(1), help="For a table: the N most likely codes of each text, accepted or not."
)
@dry_run_option
@json_option
def suggest(
    study: Path | None,
    transcripts: tuple[str, ...],
    everything: bool,
    table: Path | None,
    text_column: str,
    before_column: str | None,
    model: str | None,
    output: Path | None,
    top: int | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Suggest codes, for a study or for a table of texts.

    Of STUDY the units that nobody has judged get suggestions, for people to audit. With --table there is no study: a
    row is written for each code of each text, with its score, rank, and whether the model accepts it.
    """
    if table is not None and study is None:
        if model is None or output is None:
            raise UsageError("--table needs --model and --output", todo="--model biotech --output coded.csv")
        with Bars() as bar:
            counts = suggest_table(
                table,
                output,
                model=model,
                text_column=text_column,
                before_column=before_column,
                top=top,
                dry_run=dry_run,
                progress=bar,
            )
        if as_json:
            show_json(counts)
        else:
            click.echo(
                f"{counted(counts['texts'], 'text')}, {counted(counts['accepted'], 'code')} accepted; "
                f"{counted(counts['rows'], 'row')} {'would be written' if dry_run else 'written'} to {output}"
            )
            show_warnings(counts["warnings"])
        return
    if study is None or table is not None:
        raise UsageError("give either a STUDY or --table FILE", todo="see coder suggest --help")
    if model or output or top or before_column:
        raise UsageError(
            "--model, --output, --top and --before-column go with --table",
            todo="a study's model is chosen with `coder models --use`",
        )
    with opened(study) as s, Bars() as bar:
        found = suggest_step(s, transcripts=transcripts, everything=everything, dry_run=dry_run, progress=bar)
    if as_json:
        show_json(found)
    else:
        show_suggested(found)
        finish(study, dry_run)


def show_suggested(found: Suggested) -> None:
    """Print what was suggested."""
    if not found.trained:
        why = "No model is trained yet" if found.model == SCHEME_MODEL else f"{found.model} saw a single transcript"
        click.echo(f"{why}: the scheme's definitions and examples decide, uncalibrated.")
    total = sum(found.suggestions.values())
    if not found.units:
        click.echo("People have judged every unit: nothing is left to suggest.")
        return
    click.echo(
        f"{found.model}: {counted(total, 'suggestion')} on {found.units_with_codes} of "
        f"{counted(found.units, 'unit')} in {counted(len(found.transcripts), 'transcript')}; "
        f"{counted(found.written, 'new event')}"
    )
    if found.trained:
        show_needs_more(found.needs_more)
    show_warnings(found.warnings)


def show_warnings(warnings: Sequence[str]) -> None:
    """Print on standard error what limits a model, or how new texts differ from those that it was trained on."""
    for warning in warnings:
        click.echo(click.style(wrapped(f"Warning: {warning}"), fg="yellow"), err=True)


def show_needs_more(needs_more: dict[str, int]) -> None:
    """Print which codes have too few coded units for a classifier of their own."""
    if needs_more:
        codes = ", ".join(f"{code} ({n})" for code, n in needs_more.items())
        click.echo(wrapped(f"Not enough examples yet for a classifier of its own (number still needed): {codes}"))


def _training_options(command: Command) -> Command:
    for option in (
        json_option,
        dry_run_option,
        click.option(
            "--finetune", is_flag=True, help="Fine-tune the encoder's upper layers, too: minutes, not seconds."
        ),
        click.option("--use", is_flag=True, help="Adopt the model even if it is worse, or cannot be compared."),
        click.option("--name", help="The model's name; model-1, model-2 ... if not given."),
    ):
        command = option(command)
    return command


def _train(study: Path, *, again: bool, as_json: bool, dry_run: bool, **wanted: Any) -> None:
    with opened(study) as s, Bars() as bar:
        if again and current_model(s) is None:
            raise UsageError("there is no model to retrain", todo=f"coder train {study}")
        trained = train_step(s, **wanted, dry_run=dry_run, progress=bar)
    if as_json:
        show_json(trained)
    else:
        show_trained(trained)
        finish(study, dry_run, after="train")


@click.command()
@study_argument
@_training_options
def train(study: Path, **wanted: Any) -> None:
    """Train a model on what people have judged.

    It is adopted if it is the study's first, or not worse than the current one by the rule of `coder retrain`.
    """
    _train(study, again=False, **wanted)


@click.command()
@study_argument
@_training_options
def retrain(study: Path, **wanted: Any) -> None:
    """Train again, with the corrections, and compare.

    Both are compared by macro-F1 on the same held-out transcripts. Where the 95 % interval of the difference (a
    bootstrap over transcripts) lies above zero the new model is better, below zero it is worse, else the two are not
    distinguishable. The new model is adopted unless it is worse, as it has learned from the newer codings; where the
    two cannot be compared the current one is kept. --use adopts it in any case.
    """
    _train(study, again=True, **wanted)


def show_trained(trained: Trained) -> None:
    """Print the quality by code on held-out transcripts, and what became of the model."""
    if not trained.changed:
        click.echo(f"{trained.name}: {trained.why}")
        return
    if trained.quality:
        _show_quality(trained)
    else:
        judged = counted(trained.units, "judged unit")
        needs = (
            "more units, or a second interview" if trained.transcripts == 1 else "units that are known to lack a code"
        )
        click.echo(f"{trained.name}: {judged}; quality not measured: that needs {needs}.")
    _show_cases(trained)
    show_needs_more(trained.needs_more)
    show_warnings(trained.warnings)
    if trained.comparison:
        c = trained.comparison
        click.echo(
            f"Against the current model: macro-F1 {number(c.old)} -> {number(c.new)}, difference "
            f"{number(c.low)} to {number(c.high)} (95 %), on {counted(c.units, 'unit')} that neither has seen: "
            f"{c.finding}."
        )
    if trained.flips:
        _show_flips(trained.flips)
    click.echo(f"{'Adopted' if trained.adopted else 'Not adopted'}: {trained.why}.")
    if (trained.folder / "card.md").exists():
        click.echo(f"Card: {trained.folder / 'card.md'}")


def _show_quality(trained: Trained) -> None:
    header = ("code", "positives", "suggested", "precision", "recall", "F1", "AP")
    rows: tuple[tuple[str | int, ...], ...] = tuple(
        (q.code, q.positives, q.suggested, *map(number, (q.precision, q.recall, q.f1, q.average_precision)))
        for q in trained.quality
    )
    held, caution = "transcript", ""
    if trained.transcripts == 1:
        held, caution = "part of the transcript", "Expect less on another interview. "
    note = (
        f"{trained.units} judged units in {counted(trained.transcripts, 'transcript')}, each predicted while its "
        f"{held} was held out. {caution}AP: average precision. Macro-F1 {number(trained.macro_f1)}; calibration error "
        f"{number(trained.calibration_error)}."
    )
    show(Table(f"{trained.name}: quality on held-out {held.split()[0]}s", header, rows, note))
    if trained.not_reliable:
        codes = ", ".join(trained.not_reliable)
        click.echo(wrapped(f"Not reliable yet (kappa with people .20 or less, Landis & Koch 1977): {codes}"))
    if len(trained.aims) > 1:
        columns = ("suggest", "suggestions per code given", "precision", "recall")
        aims = tuple((a.aim, *map(number, (a.suggested, a.precision, a.recall))) for a in trained.aims)
        show(Table("What `suggest` in study.toml can be, on the same units", columns, aims))


def _show_cases(trained: Trained) -> None:
    """Print how well each case is coded by a model that has seen none of it, where that was measured apart."""
    cases = trained.cases
    if cases.held_out != "case":
        return
    header = ("case", "units", "positives", "macro-F1", "micro-F1")
    rows = tuple((c.case, c.units, c.positives, number(c.macro_f1), number(c.micro_f1)) for c in cases.by_case)
    note = (
        f"Over all cases macro-F1 {number(cases.macro_f1)}, against {number(cases.usual)} where a case may be "
        "known from its other transcripts."
    )
    show(Table("Each case predicted by a model that has seen none of its transcripts", header, rows, note))


def _show_flips(flips: tuple[Flip, ...]) -> None:
    """Print which suggestions on unjudged units the new model makes, and which it no longer makes."""
    gained = sum(flip.suggested for flip in flips)
    click.echo(f"Suggestions that flip on unjudged units: {gained} new, {len(flips) - gained} gone.")
    for flip in flips[:FLIPS_SHOWN]:
        click.echo(f"  {'+' if flip.suggested else '-'} {flip.code}, {flip.transcript}: “{flip.words[:60]}”")
    if len(flips) > FLIPS_SHOWN:
        click.echo(f"  ... and {len(flips) - FLIPS_SHOWN} more; all of them with --json")


@click.command()
@study_argument
@click.option("--use", metavar="NAME", help="Adopt this model: one of the study's, one that ships, or a folder.")
@dry_run_option
@json_option
def models(study: Path, use: str | None, dry_run: bool, as_json: bool) -> None:
    """List the study's models, or adopt one."""
    with opened(study) as s:
        if use:
            folder = use_model(s, use, dry_run=dry_run)
            click.echo(f"{'would adopt' if dry_run else 'adopted'} {folder}")
            return
        found = models_of(s)
    if as_json:
        show_json(found)
        return
    header = ("model", "adopted", "units", "transcripts", "macro-F1", "in new cases", "encoder")
    sound = [m for m in found if "problem" not in m]
    rows = []
    for m in sound:
        adopted, cases = "yes" if m["adopted"] else "", [number(m["cases"][of]) for of in ("usual", "macro_f1")]
        rows.append((m["name"], adopted, m["units"], len(m["transcripts"]), *cases, m["encoder_name"]))
    show(Table("Models", header, tuple(rows), "" if found else f"no model yet: coder train {study}"))
    show_warnings([f"{m['name']}: {m['problem']}" for m in found if "problem" in m])


@click.command()
@study_argument
@click.option("--target", default=0.7, show_default=True, help="Alpha of the model with people that is wanted.")
@json_option
def plan(study: Path, target: float, as_json: bool) -> None:
    """Estimate how many more units to code by hand.

    Models are fitted on more and more of the coded transcripts; the curve of their agreement with people, on
    transcripts that they had not seen, is followed to the target.
    """
    with opened(study) as s, Bars() as bar:
        found = plan_step(s, target=target, progress=bar)
    show_found(found, as_json, found.table())
