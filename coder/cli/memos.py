"""The command of memos."""

from __future__ import annotations

from pathlib import Path

import click

from coder.cli.output import (
    coder_option,
    dry_run_option,
    finish,
    json_option,
    opened,
    show_found,
    study_argument,
)
from coder.errors import UsageError
from coder.steps.coding import memos as steps


@click.command()
@study_argument
@click.option("--about", default="", help="Only those on study, case:NAME, transcript:NAME or code:PATH.")
@click.option("--search", default="", help="Only those with these words.")
@click.option("--add", metavar="WORDS", help="Write one on what --about names, or on the study.")
@click.option("--take-back", metavar="NO", type=int, help="Take the memo of this number back.")
@coder_option(required=False)
@dry_run_option
@json_option
def memos(
    study: Path,
    about: str,
    search: str,
    add: str | None,
    take_back: int | None,
    coder: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """List memos by date, or write one.

    All of them: on the study, its cases, transcripts and codes, on passages (comments and footnotes of imported files,
    too), with codings, and on flags.
    """
    if (add is not None or take_back is not None) and not coder:
        raise UsageError("who writes it?", todo="--coder NAME")
    with opened(study) as s:
        if add is not None:
            steps.add(s, about or "study", coder or "", add, dry_run=dry_run)
            click.echo("would be written" if dry_run else "written")
            return finish(study, dry_run)
        if take_back is not None:
            steps.take_back(s, take_back, coder or "", dry_run=dry_run)
            click.echo("would be taken back" if dry_run else "taken back")
            return finish(study, dry_run)
        found = steps.journal(s, about=about, search=search)
    show_found(found, as_json, steps.table(found))
    return None
