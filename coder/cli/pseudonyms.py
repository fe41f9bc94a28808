"""The command that looks over pseudonyms."""

from __future__ import annotations

from pathlib import Path

import click

from coder.cli.output import Form, json_option, opened, show_json, study_argument
from coder.steps.findings.pseudonyms import FILE, name_tables, start


@click.command("pseudonyms")
@study_argument
@click.option("--start", "starting", is_flag=True, help=f"Write {FILE} with every case and speaker, to be completed.")
@json_option
def pseudonyms(study: Path, starting: bool, as_json: bool) -> None:
    """List the names in the study and their pseudonyms.

    Tables and figures are printed with the pseudonyms of pseudonyms.csv in the study's folder (columns: name,
    pseudonym). The lists show how often each name occurs, which cases and speakers have no pseudonym, and which longer
    words (Airbus, for Air) hold a name and stay; they contain the real names.
    """
    with opened(study) as s:
        path = start(s) if starting else None
        tables = [table for table in name_tables(s) if table.rows]
    if as_json:
        show_json({table.title: [dict(zip(table.header, row, strict=True)) for row in table] for table in tables})
        return
    if path:
        click.echo(f"{path} written: look at each pseudonym, and add the other names that must not be printed.\n")
    elif not tables or tables[0].title != "Names":
        click.echo(f"There are no pseudonyms: `coder pseudonyms {study} --start` writes a first {FILE}.\n")
    Form().give(tables)
