"""Commands that print what the study found: quotes, matrix, stats."""

from __future__ import annotations

from pathlib import Path
from typing import Any

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
from coder.steps.crossing import case_matrix, statistics
from coder.steps.findings import Selection, findings
from coder.steps.quoting import quote_tables
from coder.types import Table


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


@click.command()
@study_argument
@click.option(
    "--cells", type=click.Choice(("values", "counts")), default="values", show_default=True, help="What cells hold."
)
@selection_options
@format_options
@json_option
def matrix(
    study: Path,
    cells: Any,
    selection: Selection,
    as_of: str,
    format_: str | None,
    output: Path | None,
    as_json: bool,
) -> None:
    """Print the matrix of cases and dimensions.

    Its cells hold the mechanisms that were found, or how many citations there are.
    """
    chosen = chosen_format(format_, output, as_json)
    with opened(study, as_of) as s:
        table = case_matrix(findings(s, selection), cells=cells)
    give_table(table, chosen, output, as_json)


@click.command()
@study_argument
@selection_options
@format_options
@json_option
def stats(
    study: Path, selection: Selection, as_of: str, format_: str | None, output: Path | None, as_json: bool
) -> None:
    """Print sources, references and words coded of each code."""
    chosen = chosen_format(format_, output, as_json)
    with opened(study, as_of) as s:
        table = statistics(findings(s, selection))
    give_table(table, chosen, output, as_json)


def give_table(table: Table, chosen: str, output: Path | None, as_json: bool) -> None:
    """Print one table, as JSON if that was asked for."""
    if as_json:
        rows = [dict(zip(table.header, row, strict=True)) for row in table]
        show_json({"title": table.title, "rows": rows, "note": table.note})
    else:
        give([table], chosen, output)
