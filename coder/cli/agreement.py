"""The command that prints inter-coder agreement, of a study or of any table of codings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from coder.cli.output import Form, json_option, opened, progress, show, show_json
from coder.errors import UsageError
from coder.steps.agreement.from_table import METRICS, WEIGHTS, agreement_of_table
from coder.steps.agreement.intercoder import BY, agreement_of
from coder.steps.agreement.intracoder import APART
from coder.steps.agreement.results import COEFFICIENTS, overview, tables_of
from coder.steps.agreement.spans import agreement_on_spans


def _names(context: click.Context, option: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    """Put every coefficient in the place of `all`."""
    return COEFFICIENTS if "all" in given else given


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--coder", "coders", multiple=True, help="Only these coders (repeatable).")
@click.option(
    "--by",
    type=click.Choice(BY),
    default="code",
    show_default=True,
    help="Of a study: a row for each code, each value of a facet, each case, or each pair of coders.",
)
@click.option(
    "--apart",
    default=APART,
    show_default=True,
    type=click.FloatRange(0),
    help="Of a study: days between a coder's first and second word on a unit, to be beside each other.",
)
@click.option(
    "--coefficient",
    "coefficients",
    multiple=True,
    type=click.Choice((*COEFFICIENTS, "all")),
    callback=_names,
    metavar="NAME",
    help=f"Only this coefficient (repeatable): {', '.join(COEFFICIENTS)}, or all. By default agreement in percent, "
    "kappa (Cohen's for two coders, Fleiss' for more), AC1 and alpha.",
)
@click.option(
    "--metric", type=click.Choice(METRICS), default="nominal", show_default=True, help="Alpha's metric, for a table."
)
@click.option(
    "--weights",
    type=click.Choice(WEIGHTS),
    default="identity",
    show_default=True,
    help="Of kappas and AC2 over the categories of a table.",
)
@click.option("--wide", is_flag=True, help="The table has a column for each coder and a row for each unit.")
@click.option("--unit-column", "unit", metavar="NAME", help="The table's column of units.  [default: unit]")
@click.option("--coder-column", "coder", metavar="NAME", help="The table's column of coders.  [default: coder]")
@click.option("--code-column", "code", metavar="NAME", help="The table's column of codes.  [default: code]")
@click.option(
    "--transcript-column",
    "transcript",
    metavar="NAME",
    help="The table's column of transcripts.  [default: transcript]",
)
@click.option(
    "--replicates", default=2000, show_default=True, type=click.IntRange(0), help="How many, in the bootstrap."
)
@click.option(
    "--spans", is_flag=True, help="Of a study: the passages that people marked, by characters, segments and facets."
)
@click.option(
    "--overlap",
    type=click.FloatRange(0, 100, min_open=True),
    default=90,
    show_default=True,
    help="With --spans: by how many percent two segments must overlap to agree.",
)
@click.option("--gamma", is_flag=True, help="With --spans: gamma, too (needs the package pygamma-agreement).")
@json_option
def agreement(
    path: Path,
    coders: tuple[str, ...],
    by: str,
    apart: float,
    coefficients: tuple[str, ...],
    metric: Any,
    weights: str,
    wide: bool,
    replicates: int,
    spans: bool,
    overlap: float,
    gamma: bool,
    as_json: bool,
    **columns: str | None,
) -> None:
    """Print inter-coder agreement, of a study or of a table.

    PATH is a study, or any table of codings (csv, xlsx, parquet): a row for each unit, coder and code, with the
    columns unit, coder, code, and transcript if it is known; or --wide, a row for each unit and a column for each
    coder.

    Of a study it prints people on what they coded with nothing in sight, apart from what they coded with suggestions in
    sight; the model beside two people on the same units; and each coder beside herself, where she coded units again
    (`coder assign --again`). All of it is as it was before disagreements were settled, with alpha after it beside it.
    """
    if spans or gamma:
        _agreement_on_spans(path, coders, overlap, gamma, replicates, as_json)
        return
    with progress() as bar:
        if path.is_file():
            found = [
                agreement_of_table(
                    path,
                    columns={part: name for part, name in columns.items() if name},
                    wide=wide,
                    coders=coders,
                    coefficients=coefficients,
                    weights=weights,
                    metric=metric,
                    replicates=replicates,
                    progress=bar,
                )
            ]
        else:
            with opened(path) as study:
                found = agreement_of(
                    study,
                    coders=coders,
                    by=by,
                    apart=apart,
                    coefficients=coefficients,
                    replicates=replicates,
                    progress=bar,
                )
    if as_json:
        sets = [agreed.as_dict(coefficients) for agreed in found]
        show_json(sets[0] if path.is_file() else sets)
        return
    Form().give([overview(found, coefficients)] if by == "pair" else tables_of(found, coefficients))


def _agreement_on_spans(
    path: Path, coders: tuple[str, ...], overlap: float, gamma: bool, replicates: int, as_json: bool
) -> None:
    """Print agreement on the passages that people marked in a study."""
    if path.is_file():
        raise UsageError("a table of codings has no passages to compare", where=path, todo="give a study's folder")
    with progress() as bar, opened(path) as study:
        found = agreement_on_spans(
            study, coders=coders, overlap=overlap, gamma=gamma, replicates=replicates, progress=bar
        )
    if as_json:
        show_json([agreed.as_dict() for agreed in found])
        return
    for n, table in enumerate(table for agreed in found for table in agreed.tables()):
        click.echo("\n" if n else "", nl=False)
        show(table)
