"""Commands that write what a study prints: all tables and figures, and the methods appendix."""

from __future__ import annotations

from pathlib import Path

import click

from coder.cli.output import (
    FILE,
    FOLDER,
    Bars,
    counted,
    dry_run_option,
    finish,
    json_option,
    opened,
    say_dry,
    show_json,
    study_argument,
    wrapped,
)
from coder.cli.selection_options import Asked, selection_options
from coder.errors import UsageError
from coder.steps.publishing import methods_appendix
from coder.steps.publishing.methods_appendix import place_of, report_of, write_report
from coder.steps.publishing.publish import FORMATS, Published
from coder.steps.publishing.publish import publish as publish_step


@click.command()
@study_argument
@click.option("-o", "--output", type=FOLDER, help="Write into this folder.  [default: out/ in the study]")
@click.option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice(FORMATS),
    help="A format of tables or figures (repeatable).  [default: all]",
)
@selection_options
@dry_run_option
@json_option
def publish(
    study: Path,
    output: Path | None,
    formats: tuple[str, ...],
    asked: Asked,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Write all tables and figures, with a page that leads to them.

    Scheme, citations, matrices, statistics, co-occurrence, agreement, saturation and figures in every format, and the
    methods appendix; index.html leads to all of it. Files of an earlier run that are not made any more are deleted;
    your own files stay.
    """
    with opened(study, asked.as_of) as s, Bars() as bar:
        found = publish_step(
            s, output, selection=asked.selection, formats=formats or FORMATS, dry_run=dry_run, progress=bar
        )
    if as_json:
        show_json(found)
    else:
        show_published(found, dry_run=dry_run)
        finish(study, dry_run, after="publish")


def show_published(found: Published, *, dry_run: bool = False) -> None:
    """Print where the page is, and what could not be made."""
    did = "would be written" if dry_run else "written"
    click.echo(f"{found.files[0]} {did}, with {counted(len(found.files) - 1, 'file')} that it leads to.")
    for title, why in found.left_out:
        click.echo(f"Left out: {title}: {why}")


@click.command()
@study_argument
@click.option(
    "--format",
    "format_",
    type=click.Choice(methods_appendix.FORMATS),
    help="The file's format; by its name, or docx, if none is given.",
)
@click.option("-o", "--output", type=FILE, help="Write this file.  [default: out/methods.docx in the study]")
@dry_run_option
@json_option
def report(study: Path, format_: str | None, output: Path | None, dry_run: bool, as_json: bool) -> None:
    """Write a methods appendix from the study's log.

    A document to copy from: corpus, units, scheme, coders, double coding, agreement before and after adjudication,
    models, suggestions and their audit, anchoring, counts, saturation, software; and all of it by COREQ items 24-32,
    SRQR, and the criteria of Lincoln & Guba. Steps that were not taken are stated as such; what the study does not
    record is marked, for you to write. Templates in the study's templates/methods replace the shipped ones of the same
    name. --json prints the report instead of writing a file.
    """
    if as_json and (output or format_):
        raise UsageError("--json prints the report, and writes no file", todo="leave out --format and -o")
    with Bars() as bar, opened(study) as s:
        path, chosen = place_of(s, output, format_)
        found = report_of(s, progress=bar)
        if not (dry_run or as_json):
            write_report(found, path, chosen)
    if as_json:
        show_json(found.as_dict())
        return
    did = "would be written" if dry_run else "written"
    sections = counted(len(found.document.sections), "section")
    click.echo(f"{path} {did}: {sections}, {counted(len(found.tables), 'table')}.")
    click.echo("\nLeft for you to write (and what the tables mark as not recorded):")
    for gap in found.gaps:
        click.echo(wrapped(gap, "  "))
    say_dry(dry_run)
