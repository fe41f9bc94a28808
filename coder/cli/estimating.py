"""Commands that say how often codes occur, how much to code twice, and whether new transcripts bring new codes."""

from __future__ import annotations

from pathlib import Path

import click

from coder.cli.output import json_option, opened, show, show_json, study_argument
from coder.errors import UsageError
from coder.steps.estimating import between as between_step
from coder.steps.estimating import estimates_of


@click.command()
@study_argument
@click.option("--by", type=click.Choice(("case",)), help="A row for each case, beside all other cases.")
@click.option("--code", help="Only codes at or below this path (a dimension, a mechanism, a code).")
@click.option("--between", nargs=2, metavar="CASE CASE", help="Compare two cases.")
@json_option
def prevalence(study: Path, by: str | None, code: str | None, between: tuple[str, str] | None, as_json: bool) -> None:
    """Print how often codes occur, corrected for machine errors.

    What people found in finished random draws (`coder audit --order blind`, or `random` if every unit has a suggestion,
    and `coder assign`) is carried to all units; the machine's own count stands beside it.
    """
    if by and between:
        raise UsageError("--by and --between answer two questions", todo="give one of them")
    with opened(study) as s:
        found = between_step(s, *between, code=code) if between else estimates_of(s, code=code, by_case=bool(by))
    if as_json:
        show_json(found)
        return
    show(found.between_table(*between) if between else found.table())
    if found.draws:
        click.echo()
        show(found.draws_table())
