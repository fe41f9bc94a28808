"""The command that prints citations; tables of counts are in `matrices`."""

from __future__ import annotations

from pathlib import Path

import click

from coder.cli.models import show_warnings
from coder.cli.output import Form, format_options, progress, show_json, study_argument
from coder.cli.selection_options import Asked, selection_options
from coder.steps.findings.quote_tables import CHOICES, PER_CODE, Choice, chosen_of, quote_tables, with_words_renamed


@click.command()
@study_argument
@click.option(
    "--choose",
    "how",
    type=click.Choice(CHOICES),
    default="all",
    show_default=True,
    help="Which citations of a code are printed: pinned (by `coder cite pin`), typical (nearest in meaning to the "
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
@selection_options
@format_options
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
    Their Id leads back to the interview: `coder cite show STUDY ID`.
    """
    with asked.findings(study) as (s, found), progress() as bars:
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
