"""The command that writes the methods appendix."""

from __future__ import annotations

from pathlib import Path

import click

from coder.cli.output import (
    counted,
    dry_run_option,
    json_option,
    opened,
    progress,
    say_dry,
    show_json,
    study_argument,
    wrapped,
)
from coder.errors import UsageError
from coder.steps.publishing.methods_appendix import FORMATS, place_of, report_of, write_report


@click.command()
@study_argument
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    help="The file's format; by its name, or docx, if none is given.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write this file.  [default: out/methods.docx in the study]",
)
@dry_run_option
@json_option
def report(study: Path, format_: str | None, output: Path | None, dry_run: bool, as_json: bool) -> None:
    """Write a methods appendix from the study's log.

    A document to paste from: corpus, units, scheme, coders, double coding, agreement before and after settling, models,
    suggestions and what became of them, anchoring, counts, saturation, software; and all of it by COREQ items 24-32,
    SRQR, and the criteria of Lincoln & Guba. What was not done is said to be not done; what the study does not know is
    marked, for you to write. --json prints the report in place of writing a file.
    """
    if as_json and (output or format_):
        raise UsageError("--json prints the report, and writes no file", todo="leave out --format and -o")
    with progress() as bar, opened(study) as s:
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
