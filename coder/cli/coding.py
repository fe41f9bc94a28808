"""Commands of people who code: coders, code, audit."""

from __future__ import annotations

from pathlib import Path

import click

from coder.cli.output import coder_option, counted, dry_run_option, json_option, opened, show, show_json, study_argument
from coder.cli.output import transcript_option as only_transcript
from coder.cli.sessions import audit_session, coding_session
from coder.errors import UsageError
from coder.steps.auditing import audit_sheet, read_sheet
from coder.steps.coding import coders_of, import_codings, new_coder
from coder.types import Table


@click.group()
def coders() -> None:
    """List the people and models that code, or add a person."""


@coders.command("list")
@study_argument
@json_option
def coders_list(study: Path, as_json: bool) -> None:
    """List people and models with their codings."""
    with opened(study) as s:
        found = coders_of(s)
    if as_json:
        show_json(found)
        return
    header = ("coder", "kind", "codings", "read")
    note = "" if found else "nobody has coded yet"
    rows = tuple(tuple(row[column] for column in header) for row in found)
    show(Table("Coders", header, rows, note))  # type: ignore[arg-type] # cells are text or numbers


@coders.command("add")
@study_argument
@click.argument("name")
@dry_run_option
def coders_add(study: Path, name: str, dry_run: bool) -> None:
    """Add a person called NAME."""
    with opened(study) as s:
        new_coder(s, name, dry_run=dry_run)
    click.echo(f"{'would add' if dry_run else 'added'} {name}")


@click.command()
@study_argument
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@coder_option(required=False)
@click.option("--complete", is_flag=True, help="The coder read the named transcripts as a whole: the rest is absent.")
@only_transcript
@dry_run_option
def code(
    study: Path, file: Path | None, coder: str | None, complete: bool, transcripts: tuple[str, ...], dry_run: bool
) -> None:
    """Code by hand in the terminal, or import a table of codings.

    FILE (csv, xlsx, parquet) has a row for each coding: transcript, code, citation (or start and end), and coder
    unless --coder says it; if wanted verdict, at, memo. A row without code and citation says that the coder read the
    whole transcript, so that what is not coded there is absent.
    """
    with opened(study) as s:
        if file is not None:
            found = import_codings(s, file, coder=coder, complete=complete, dry_run=dry_run)
            for name, n in found.written.items():
                click.echo(f"{name}: {counted(n, 'coding')} {'would be written' if dry_run else 'written'}")
            if found.repeated:
                click.echo(f"{counted(found.repeated, 'coding')} said nothing new")
            return
        if dry_run or complete:
            raise UsageError("--dry-run and --complete go with a FILE", todo="in the terminal, `u` takes a unit back")
        if coder is None:
            raise UsageError("who codes?", todo="give --coder NAME, or a FILE of codings")
        coding_session(s, coder, transcripts)


@click.command()
@study_argument
@coder_option()
@only_transcript
@click.option("--all", "everything", is_flag=True, help="Units without suggestions too: what did the model miss?")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write what is to audit as a spreadsheet.")
@click.option(
    "--in",
    "filled",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Read a spreadsheet that was filled in.",
)
@dry_run_option
def audit(
    study: Path,
    coder: str,
    transcripts: tuple[str, ...],
    everything: bool,
    out: Path | None,
    filled: Path | None,
    dry_run: bool,
) -> None:
    """Accept, correct or reject suggestions.

    In the terminal, or as a spreadsheet: --out writes it; fill in the columns `verdict` (accept, reject, skip) and,
    where another code holds, `correct code`; --in reads it. All rows are checked before any is written.
    """
    if out and filled:
        raise UsageError("--out and --in are two steps", todo="write the spreadsheet first, fill it in, then read it")
    with opened(study) as s:
        if out:
            rows = audit_sheet(s, coder, out, transcripts=transcripts, everything=everything, dry_run=dry_run)
            click.echo(f"{counted(rows, 'row')} {'would be written' if dry_run else 'written'} to {out}")
            if rows and not dry_run:
                click.echo("Fill in `verdict` (accept, reject, skip), or `correct code`; then read it with --in.")
        elif filled:
            read = read_sheet(s, coder, filled, dry_run=dry_run)
            click.echo(
                f"{counted(read.answered, 'row')} answered on {counted(read.units, 'unit')}, {read.empty} left empty; "
                f"{counted(read.written, 'event')} {'would be written' if dry_run else 'written'}"
            )
            if read.unfinished:
                click.echo(f"{counted(read.unfinished, 'unit')} stay in the queue: not every suggestion is answered")
        elif dry_run:
            raise UsageError("--dry-run goes with --out or --in", todo="in the terminal, `u` takes a verdict back")
        else:
            audit_session(s, coder, transcripts, everything)
