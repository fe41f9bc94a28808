"""Commands that print what the study found: quotes, matrix, stats."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from coder.cli.output import Command, json_option, opened, show, show_json, study_argument
from coder.steps.citing import ONLY, case_matrix, citations, quote_tables, statistics
from coder.steps.printing import as_format
from coder.types import Table


def filter_options(command: Command) -> Command:
    """Add the options that choose citations and format."""
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
        click.option(
            "--format",
            "format_",
            type=click.Choice(("text", "csv", "md", "html")),
            default="text",
            show_default=True,
            help="Text for the terminal, or a file's format.",
        ),
        json_option,
    ):
        command = option(command)
    return command


def _print(tables: Sequence[Table], format_: str, as_json: bool, data: Callable[[], Any]) -> None:
    if as_json:
        show_json(data())
    elif format_ == "text":
        for n, table in enumerate(tables):
            click.echo("\n" if n else "", nl=False)
            show(table)
    else:
        click.echo(as_format(tables, format_), nl=False)


@click.command()
@study_argument
@click.option("--code", help="Only codes at or below this path (a dimension, a mechanism, a code).")
@filter_options
def quotes(study: Path, code: str | None, coders: tuple[str, ...], only: str, format_: str, as_json: bool) -> None:
    """Print the citations of each code, with their evidence.

    A table for each dimension; in it the mechanisms, and below each its citations with the speaker's title and firm.
    """
    with opened(study) as s:
        tables = quote_tables(s, code=code, only=only, coders=coders)
        found = citations(s, code=code, only=only, coders=coders)
    if not found and format_ == "text" and not as_json:
        click.echo("No citations: nothing was coded yet, or nothing of what was asked for.")
        return
    _print(tables, format_, as_json, lambda: found)


@click.command()
@study_argument
@click.option(
    "--cells", type=click.Choice(("values", "counts")), default="values", show_default=True, help="What cells hold."
)
@filter_options
def matrix(study: Path, cells: Any, coders: tuple[str, ...], only: str, format_: str, as_json: bool) -> None:
    """Print the matrix of cases and dimensions.

    Its cells hold the mechanisms that were found, or how many citations there are.
    """
    with opened(study) as s:
        table = case_matrix(s, cells=cells, only=only, coders=coders)
    _print([table], format_, as_json, lambda: _rows(table))


@click.command()
@study_argument
@filter_options
def stats(study: Path, coders: tuple[str, ...], only: str, format_: str, as_json: bool) -> None:
    """Print sources, references and words coded of each code."""
    with opened(study) as s:
        table = statistics(s, only=only, coders=coders)
    _print([table], format_, as_json, lambda: _rows(table))


def _rows(table: Table) -> dict[str, Any]:
    return {
        "title": table.title,
        "rows": [dict(zip(table.header, row, strict=True)) for row in table],
        "note": table.note,
    }
