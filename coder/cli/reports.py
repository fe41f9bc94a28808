"""The command that prints citations; tables of counts are in `matrices`."""

from __future__ import annotations

from pathlib import Path

import click

from coder.cli.output import (
    chosen_format,
    format_options,
    give,
    json_option,
    opened,
    show_json,
    study_argument,
)
from coder.cli.selecting import selection_options
from coder.steps.findings import Selection, findings
from coder.steps.quoting import quote_tables


@click.command()
@study_argument
@selection_options
@format_options
@json_option
def quotes(
    study: Path, selection: Selection, as_of: str, format_: str | None, output: Path | None, as_json: bool
) -> None:
    """Print the citations of each code, with their evidence.

    A table for each dimension; in it the mechanisms, and below each its citations with the speaker's title and firm.
    """
    chosen = chosen_format(format_, output, as_json)
    with opened(study, as_of) as s:
        found = findings(s, selection)
    if as_json:
        show_json(found.citations)
    elif not found.citations and chosen == "text":
        click.echo("No citations: nothing was coded yet, or nothing of what was asked for.")
    else:
        give(quote_tables(found), chosen, output)
