"""Commands that count and quote what the study found: matrix, cooccurrence, waves, stats, quotes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from coder.cli.models import show_warnings
from coder.cli.output import Bars, Command, Form, format_options, show_json, study_argument
from coder.cli.selection_options import Asked, selection_options
from coder.errors import UsageError
from coder.steps.findings.cross_tables import CELLS, between_rounds, case_matrix, statistics
from coder.steps.findings.cross_tables import cooccurrence as find_cooccurrence
from coder.steps.findings.quote_tables import CHOICES, PER_CODE, Choice, chosen_of, quote_tables, with_words_renamed


def table_options(command: Command) -> Command:
    """Add the options for the codings that a table is made from, and for its form."""
    return selection_options(format_options(command))


@click.command()
@study_argument
@click.option(
    "--rows",
    default="case",
    show_default=True,
    metavar="SIDE",
    help="The rows: case, transcript, speaker, title (of the speaker), role, coder, provenance, code, "
    "heading (the first part of a code), `part 2` (the second), a facet of the scheme, or an attribute from cases.csv.",
)
@click.option(
    "--columns",
    metavar="SIDE",
    help="The columns, one of the same.  [default: the scheme's first facet, a tree's headings]",
)
@click.option(
    "--cells",
    type=click.Choice(CELLS),
    default="values",
    show_default=True,
    help="What cells hold: values (what was found there along the facet that is left), counts (of passages), shares "
    "(percent of the row's passages), cases (where it was found), or quotations.",
)
@click.option(
    "--per-cell", type=click.IntRange(min=1), default=1, show_default=True, help="Quotations in a cell, at most."
)
@table_options
def matrix(
    study: Path,
    rows: str,
    columns: str | None,
    cells: Any,
    per_cell: int,
    asked: Asked,
    form: Form,
) -> None:
    """Cross cases and dimensions, or any other two things.

    As it stands, it prints a row a case and a column a dimension, with the mechanisms that were found in each cell.
    --rows code --columns title has a column for each title of speakers; quotations in the cells make a framework
    matrix.
    """
    if per_cell > 1 and cells != "quotations":
        raise UsageError(f"--per-cell does not apply to {cells}", todo="add --cells quotations")
    with asked.findings(study) as (_, found):
        table = case_matrix(found, rows=rows, columns=columns, cells=cells, per_cell=per_cell)
    form.give_table(table)


@click.command()
@study_argument
@click.option(
    "--facet",
    default="code",
    show_default=True,
    help="What is paired: code, heading (the first part of a code), or a facet of the scheme.",
)
@click.option("--square", is_flag=True, help="A square table instead of a list of pairs.")
@table_options
def cooccurrence(
    study: Path,
    facet: str,
    square: bool,
    asked: Asked,
    form: Form,
) -> None:
    """Print which codes occur on the same units.

    With the number of units, the number expected by chance, and their ratio (lift).
    """
    with asked.findings(study) as (s, found):
        together = find_cooccurrence(s, found, facet=facet)
    form.give_table(together.square() if square else together.table())


@click.command("waves")
@study_argument
@click.option("--by", required=True, help="The attribute in cases.csv that distinguishes the rounds, such as year.")
@click.option("--rows", default="code", show_default=True, metavar="SIDE", help="The rows, as in `coder matrix`.")
@table_options
def waves(
    study: Path,
    by: str,
    rows: str,
    asked: Asked,
    form: Form,
) -> None:
    """Print how codes change between rounds of interviews.

    For each code and round the passages, and their rate per 1,000 words that respondents said in the units that
    somebody read; then the change from the first round to the last.
    """
    with asked.findings(study) as (s, found):
        table = between_rounds(s, found, by=by, rows=rows)
    form.give_table(table)


@click.command()
@study_argument
@click.option("--short", is_flag=True, help="Sources, references and words coded alone, as papers print them.")
@table_options
def stats(study: Path, short: bool, asked: Asked, form: Form) -> None:
    """Print sources, references and words coded of each code.

    And the passages, the share of text, the cases, and how the references came by their code: coded by a person,
    accepted one by one, accepted in bulk, or suggested and not reviewed.
    """
    with asked.findings(study) as (_, found):
        table = statistics(found, short=short)
    form.give_table(table)


@click.command()
@study_argument
@click.option(
    "--choose",
    "how",
    type=click.Choice(CHOICES),
    default="all",
    show_default=True,
    help="Which citations of a code are printed: pinned (by `coder citations pin`), typical (nearest in meaning to the "
    "centre of the code's passages), or varied (of different cases, far apart in meaning). Pinned ones come first.",
)
@click.option(
    "--per-code",
    type=click.IntRange(min=1),
    help=f"At most so many citations of a code.  [default: {PER_CODE} for typical and varied]",
)
@click.option(
    "--language",
    "languages",
    multiple=True,
    help="A column for the citations in this language (repeatable): their translations, or the study's own.",
)
@click.option(
    "--evidence/--no-evidence",
    default=None,
    help="A table with the evidence of each citation, by its Id.  [default: in files, not in the terminal]",
)
@table_options
def quotes(
    study: Path,
    how: Choice,
    per_code: int | None,
    languages: tuple[str, ...],
    evidence: bool | None,
    asked: Asked,
    form: Form,
) -> None:
    """Print the citations of each code, with their evidence.

    A table for each dimension; in it the mechanisms, and beside each its citations with the speaker's title and firm.
    Their Id leads back to the interview: `coder citations show STUDY ID`.
    """
    with asked.findings(study) as (s, found), Bars() as bars:
        chosen = chosen_of(s, found, how, per_code, bars)
        tables = quote_tables(
            found,
            chosen,
            languages=[language.lower() for language in languages],
            evidence=form.format != "text" if evidence is None else evidence,
        )
    show_warnings(chosen.warnings)
    if form.as_json:
        show_json(with_words_renamed(found, chosen.citations))
    elif not found.citations and form.format == "text":
        click.echo("No citations: nothing was coded yet, or nothing of what was asked for.")
    else:
        form.give(tables)
