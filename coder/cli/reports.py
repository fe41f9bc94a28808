"""Commands that print what the study found: quotes, matrix, stats."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from coder.cli.output import (
    Command,
    chosen_format,
    format_options,
    give,
    json_option,
    opened,
    show_json,
    study_argument,
)
from coder.steps.citing import ONLY, case_matrix, citations, quote_tables, statistics
from coder.types import Table


def filter_options(command: Command) -> Command:
    """Add the options that choose citations, format and file."""
    for option in (
        click.option("--coder", "coders", multiple=True, help="Only codings by these people (repeatable)."),
        click.option(
            "--only",
            type=click.Choice(ONLY),
            default="seen",
            show_default=True,
            help="Which codings count: human (coded unaided), accepted (suggestions), seen (both), bulk (accepted "
            "in bulk, seen by nobody), seen+bulk, or unreviewed.",
        ),
        format_options,
        json_option,
    ):
        command = option(command)
    return command


@click.command()
@study_argument
@click.option("--code", help="Only codes at or below this path (a dimension, a mechanism, a code).")
@filter_options
def quotes(
    study: Path,
    code: str | None,
    coders: tuple[str, ...],
    only: str,
    format_: str | None,
    output: Path | None,
    as_json: bool,
) -> None:
    """Print the citations of each code, with their evidence.

    A table for each dimension; in it the mechanisms, and below each its citations with the speaker's title and firm.
    """
    chosen = chosen_format(format_, output, as_json)
    with opened(study) as s:
        tables = quote_tables(s, code=code, only=only, coders=coders)
        found = citations(s, code=code, only=only, coders=coders)
    if as_json:
        show_json(found)
    elif not found and chosen == "text":
        click.echo("No citations: nothing was coded yet, or nothing of what was asked for.")
    else:
        give(tables, chosen, output)


@click.command()
@study_argument
@click.option(
    "--cells", type=click.Choice(("values", "counts")), default="values", show_default=True, help="What cells hold."
)
@filter_options
def matrix(
    study: Path, cells: Any, coders: tuple[str, ...], only: str, format_: str | None, output: Path | None, as_json: bool
) -> None:
    """Print the matrix of cases and dimensions.

    Its cells hold the mechanisms that were found, or how many citations there are.
    """
    chosen = chosen_format(format_, output, as_json)
    with opened(study) as s:
        table = case_matrix(s, cells=cells, only=only, coders=coders)
    if as_json:
        show_json(_rows(table))
    else:
        give([table], chosen, output)


@click.command()
@study_argument
@filter_options
def stats(
    study: Path, coders: tuple[str, ...], only: str, format_: str | None, output: Path | None, as_json: bool
) -> None:
    """Print sources, references and words coded of each code."""
    chosen = chosen_format(format_, output, as_json)
    with opened(study) as s:
        table = statistics(s, only=only, coders=coders)
    if as_json:
        show_json(_rows(table))
    else:
        give([table], chosen, output)


def _rows(table: Table) -> dict[str, Any]:
    return {
        "title": table.title,
        "rows": [dict(zip(table.header, row, strict=True)) for row in table],
        "note": table.note,
    }
