"""Commands of the classifiers: suggest, train, retrain, models."""

from __future__ import annotations

from pathlib import Path

import click

from coder.cli.output import (
    dry_run_option,
    json_option,
    number,
    opened,
    progress,
    show,
    show_json,
    study_argument,
    transcript_option,
)
from coder.errors import UsageError
from coder.steps.suggesting import Suggested, suggest_table
from coder.steps.suggesting import suggest as suggest_step
from coder.steps.training import Trained, current_model, models_of, use_model
from coder.steps.training import train as train_step
from coder.types import Table


@click.command()
@click.argument("study", required=False, type=click.Path(file_okay=False, path_type=Path))
@transcript_option
@click.option("--all", "everything", is_flag=True, help="Units that people have judged, too.")
@click.option(
    "--table", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Code a table of texts; no study."
)
@click.option("--text-column", default="text", show_default=True, help="The table's column of texts.")
@click.option("--before-column", help="The table's column with the question or turn before, if there is one.")
@click.option("--model", help="For a table: a model's folder, or the name of one that ships.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="For a table: where to write (csv, xlsx, parquet).",
)
@click.option(
    "--top", type=click.IntRange(1), help="For a table: the so many likeliest codes of each text, accepted or not."
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
    """Suggest codes: for the units of STUDY that nobody has judged, or for a --table of texts."""
    if table is not None and study is None:
        if model is None or output is None:
            raise UsageError("--table needs --model and --output", todo="--model biotech --output coded.csv")
        with progress() as bar:
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
                f"{counts['texts']} texts, {counts['accepted']} codes accepted, {counts['rows']} rows in {output}"
            )
        return
    if study is None or table is not None:
        raise UsageError("give either a STUDY or --table FILE", todo="coder suggest STUDY")
    with opened(study) as s, progress() as bar:
        found = suggest_step(s, transcripts=transcripts, everything=everything, dry_run=dry_run, progress=bar)
    if as_json:
        show_json(found)
    else:
        show_suggested(found)


def show_suggested(found: Suggested) -> None:
    """Say what was suggested."""
    if not found.trained:
        click.echo("No model is trained yet: the scheme's definitions and examples decide, uncalibrated.")
    total = sum(found.suggestions.values())
    click.echo(
        f"{found.model}: {total} suggestions on {found.units_with_codes} of {found.units} units in "
        f"{len(found.transcripts)} transcripts; {found.written} events written"
    )
    for code, n in found.needs_more.items():
        click.echo(f"  {code}: needs {n} more coded units for a classifier of its own")


def _train(study: Path, name: str | None, use: bool, dry_run: bool, as_json: bool, *, again: bool) -> None:
    with opened(study) as s, progress() as bar:
        if again and current_model(s) is None:
            raise UsageError("there is no model to retrain", todo=f"coder train {study}")
        trained = train_step(s, name=name, use=use, dry_run=dry_run, progress=bar)
    if as_json:
        show_json(trained)
    else:
        show_trained(trained)


@click.command()
@study_argument
@click.option("--name", help="The model's name; model-1, model-2 ... if not given.")
@click.option("--use", is_flag=True, help="Adopt the model even if it is not better than the current one.")
@dry_run_option
@json_option
def train(study: Path, name: str | None, use: bool, dry_run: bool, as_json: bool) -> None:
    """Train a model on what people have judged; adopt it if it is the first or better than the current one."""
    _train(study, name, use, dry_run, as_json, again=False)


@click.command()
@study_argument
@click.option("--name", help="The model's name; model-1, model-2 ... if not given.")
@click.option("--use", is_flag=True, help="Adopt the model even if it is not better than the current one.")
@dry_run_option
@json_option
def retrain(study: Path, name: str | None, use: bool, dry_run: bool, as_json: bool) -> None:
    """Train on the corrections too, and compare with the current model on the same held-out transcripts."""
    _train(study, name, use, dry_run, as_json, again=True)


def show_trained(trained: Trained) -> None:
    """Print the quality by code on held-out transcripts, and what became of the model."""
    if not trained.changed:
        click.echo(f"{trained.name}: {trained.why}")
        return
    header = ("code", "positives", "suggested", "precision", "recall", "F1", "average precision")
    rows = tuple(
        (
            q.code,
            q.positives,
            q.suggested,
            number(q.precision),
            number(q.recall),
            number(q.f1),
            number(q.average_precision),
        )
        for q in trained.quality
    )
    note = (
        f"{trained.units} judged units in {trained.transcripts} transcripts, each predicted while its transcript was "
        f"held out. Macro-F1 {number(trained.macro_f1)}."
    )
    show(Table(f"{trained.name}: quality on held-out transcripts", header, rows, note))
    for code, n in trained.needs_more.items():
        click.echo(f"  {code}: needs {n} more coded units for a classifier of its own")
    if trained.comparison:
        c = trained.comparison
        click.echo(
            f"Against the current model: macro-F1 {number(c.old)} -> {number(c.new)}, difference "
            f"{number(c.low)} to {number(c.high)} (95 %), {c.units} units that neither has seen."
        )
    click.echo(f"{'Adopted' if trained.adopted else 'Not adopted'}: {trained.why}. Card: {trained.folder / 'card.md'}")


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
    header = ("model", "adopted", "units", "transcripts", "encoder")
    rows = tuple(
        (m["name"], "yes" if m["adopted"] else "", m["units"], len(m["transcripts"]), m["encoder_name"]) for m in found
    )
    show(Table("Models", header, rows, "" if rows else "no model yet: coder train"))
