"""Commands that print what the study found: agreement, quotes, matrix, stats."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from coder.cli.output import Command, json_option, opened, progress, show, show_json, study_argument
from coder.steps.agreeing import COEFFICIENTS, METRICS, agreement_of, agreement_of_table
from coder.steps.citing import ONLY, case_matrix, citations, quote_tables, statistics
from coder.steps.printing import as_format
from coder.types import Table


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--coder", "coders", multiple=True, help="Only these coders (repeatable).")
@click.option("--coefficient", type=click.Choice(COEFFICIENTS), help="Only this coefficient.")
@click.option(
    "--metric", type=click.Choice(METRICS), default="nominal", show_default=True, help="Of alpha, for a table."
)
@click.option("--replicates", default=2000, show_default=True, type=click.IntRange(0), help="Of the bootstrap.")
@json_option
def agreement(
    path: Path, coders: tuple[str, ...], coefficient: str | None, metric: Any, replicates: int, as_json: bool
) -> None:
    """Print inter-coder agreement: of a study, or of any table `unit, coder, code` (csv, xlsx, parquet)."""
    with progress() as bar:
        if path.is_file():
            found = [agreement_of_table(path, metric=metric, replicates=replicates, progress=bar)]
        else:
            with opened(path) as study:
                found = agreement_of(study, coders=coders, replicates=replicates, progress=bar)
    if as_json:
        sets = [agreed.as_dict(coefficient) for agreed in found]
        show_json(sets[0] if path.is_file() else sets)
        return
    for agreed in found:
        show(agreed.table(coefficient))
        click.echo()


def filter_options(command: Command) -> Command:
    """Add the options that choose citations and format."""
    for option in (
        click.option("--coder", "coders", multiple=True, help="Only codings by these people (repeatable)."),
        click.option("--only", type=click.Choice(ONLY), default="seen", show_default=True, help="Which codings count."),
        click.option(
            "--format", "format_", type=click.Choice(("text", "csv", "md", "html")), default="text", show_default=True
        ),
        json_option,
    ):
        command = option(command)
    return command


def _print(tables: Sequence[Table], format_: str, as_json: bool, data: Callable[[], Any]) -> None:
    if as_json:
        show_json(data())
    elif format_ == "text":
        for table in tables:
            show(table)
            click.echo()
    else:
        click.echo(as_format(tables, format_), nl=False)


@click.command()
@study_argument
@click.option("--code", help="Only codes at or below this path (a dimension, a mechanism, a code).")
@filter_options
def quotes(study: Path, code: str | None, coders: tuple[str, ...], only: str, format_: str, as_json: bool) -> None:
    """Print the citations of each code, by dimension and mechanism, with the speaker's title and firm."""
    with opened(study) as s:
        tables = quote_tables(s, code=code, only=only, coders=coders)
        found = citations(s, code=code, only=only, coders=coders)
    _print(tables, format_, as_json, lambda: found)


@click.command()
@study_argument
@click.option("--cells", type=click.Choice(("values", "counts")), default="values", show_default=True)
@filter_options
def matrix(study: Path, cells: Any, coders: tuple[str, ...], only: str, format_: str, as_json: bool) -> None:
    """Print the matrix of cases and dimensions, the mechanisms (or counts) in its cells."""
    with opened(study) as s:
        table = case_matrix(s, cells=cells, only=only, coders=coders)
    _print([table], format_, as_json, lambda: _rows(table))


@click.command()
@study_argument
@filter_options
def stats(study: Path, coders: tuple[str, ...], only: str, format_: str, as_json: bool) -> None:
    """Print Sources, References and Words coded of each code."""
    with opened(study) as s:
        table = statistics(s, only=only, coders=coders)
    _print([table], format_, as_json, lambda: _rows(table))


def _rows(table: Table) -> dict[str, Any]:
    return {
        "title": table.title,
        "rows": [dict(zip(table.header, row, strict=True)) for row in table],
        "note": table.note,
    }
