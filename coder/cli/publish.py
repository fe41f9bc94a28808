"""The command that writes everything that a study prints."""

from __future__ import annotations

from pathlib import Path

import click

from coder.cli.output import counted, dry_run_option, json_option, opened, progress, say_dry, show_json, study_argument
from coder.cli.selection_options import Asked, selection_options
from coder.steps.publishing.publish import FORMATS, Published
from coder.steps.publishing.publish import publish as publish_step


@click.command()
@study_argument
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write into this folder.  [default: out/ in the study]",
)
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
    with opened(study, asked.as_of) as s, progress() as bar:
        found = publish_step(
            s, output, selection=asked.selection, formats=formats or FORMATS, dry_run=dry_run, progress=bar
        )
    if as_json:
        show_json(found)
    else:
        show_published(found, dry_run=dry_run)
    say_dry(dry_run and not as_json)


def show_published(found: Published, *, dry_run: bool = False) -> None:
    """Print where the page is, and what could not be made."""
    did = "would be written" if dry_run else "written"
    click.echo(f"{found.files[0]} {did}, with {counted(len(found.files) - 1, 'file')} that it leads to.")
    for title, why in found.left_out:
        click.echo(f"Left out: {title}: {why}")
