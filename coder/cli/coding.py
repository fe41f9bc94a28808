"""Commands of people who code: coders, code, audit, explain."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from coder.cli.models import show_warnings
from coder.cli.output import (
    EXISTING_FILE,
    FILE,
    Bars,
    ListingGroup,
    coder_option,
    counted,
    dry_run_option,
    finish,
    json_option,
    opened,
    show_found,
    show_json,
    study_argument,
    wrapped,
)
from coder.cli.output import transcript_option as only_transcript
from coder.cli.terminal_sessions import audit_session, coding_session, show_why
from coder.errors import UsageError
from coder.steps.audit.queue import ORDERS, SAMPLE, audit_queue
from coder.steps.audit.spreadsheet import audit_sheet, read_sheet
from coder.steps.audit.units import AuditUnit
from coder.steps.coding.coders import coders_of, kind_changes, new_coder, set_kind
from coder.steps.coding.human_codings import import_codings
from coder.steps.models.explanations import why as why_step
from coder.steps.pages.sign_in import give_password, give_token
from coder.steps.study.study import Study
from coder.types import CoderKind, Table

KINDS = (CoderKind.PERSON.value, CoderKind.MACHINE.value)


@click.group(cls=ListingGroup)
def coders() -> None:
    """List who codes, add a person, or correct what a coder is."""


@coders.command("list")
@study_argument
@json_option
def coders_list(study: Path, as_json: bool) -> None:
    """List people, machines and models with their codings."""
    with opened(study) as s:
        found, changes = coders_of(s), kind_changes(s)
    header = ("coder", "kind", "codings", "read")
    said = (f"{c.coder} counted as a {c.was} until {c.at[:10]}, and as a {c.kind} since" for c in changes)
    note = "; ".join(said) if found else "nobody has coded yet"
    rows = tuple(tuple(row[column] for column in header) for row in found)
    show_found(found, as_json, Table("Coders", header, rows, note))  # type: ignore[arg-type] # cells are text or numbers


@coders.command("add")
@study_argument
@click.argument("name")
@click.option("--token", "kind", flag_value="token", help="Make a token to sign in to the audit server, shown once.")
@click.option("--password", "kind", flag_value="password", help="Ask for a password to sign in to the audit server.")
@dry_run_option
def coders_add(study: Path, name: str, kind: str | None, dry_run: bool) -> None:
    """Add a person called NAME.

    With --token or --password NAME can sign in to the audit server (`coder review`); for an existing coder it replaces
    the earlier one. As soon as one person has either, everybody needs one there.
    """
    with opened(study) as s:
        if kind == "token":
            token = give_token(s, name, dry_run=dry_run)
            click.echo(f"{'would make a token for' if dry_run else 'token of'} {name}{'' if dry_run else f': {token}'}")
        elif kind == "password":
            password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
            give_password(s, name, password, dry_run=dry_run)
            click.echo(f"{'would set' if dry_run else 'set'} the password of {name}")
        else:
            new_coder(s, name, dry_run=dry_run)
            click.echo(f"{'would add' if dry_run else 'added'} {name}")


@coders.command("kind")
@study_argument
@click.argument("name")
@click.argument("kind", type=click.Choice(KINDS))
@dry_run_option
def coders_kind(study: Path, name: str, kind: str, dry_run: bool) -> None:
    """Correct what the coder NAME is: a person, or a machine from elsewhere.

    This applies to all that NAME has coded. A machine is compared with people and never counts as one of them. The log
    of codings stays as it was written.
    """
    with opened(study) as s:
        changed = set_kind(s, name, CoderKind(kind), dry_run=dry_run)
    if changed:
        click.echo(f"{name} {'would be' if dry_run else 'is'} registered as a {kind}")
    else:
        click.echo(f"{name} is registered as a {kind} already")


@click.command()
@study_argument
@click.argument("file", required=False, type=EXISTING_FILE)
@coder_option(required=False)
@click.option("--kind", type=click.Choice(KINDS), help="Of a FILE: what its coders are.")
@click.option("--complete", is_flag=True, help="The coder read the named transcripts as a whole: the rest is absent.")
@only_transcript
@dry_run_option
def code(
    study: Path,
    file: Path | None,
    coder: str | None,
    kind: str | None,
    complete: bool,
    transcripts: tuple[str, ...],
    dry_run: bool,
) -> None:
    """Code by hand in the terminal, or import a table of codings.

    FILE (csv, xlsx, parquet) has a row for each coding: transcript, code, citation (or start and end), and coder
    unless --coder is given; optionally kind (person or machine), verdict, at, memo. A row without code and citation
    means that the coder read the whole transcript, so that what is not coded there is absent. Codings of a machine from
    elsewhere, such as a language model, need `kind`, --kind machine, or `machines` in study.toml: they are compared
    with people's and never count as theirs.
    """
    with opened(study) as s:
        if file is not None:
            said = CoderKind(kind) if kind else None
            found = import_codings(s, file, coder=coder, kind=said, complete=complete, dry_run=dry_run)
            for name, n in found.written.items():
                click.echo(f"{name}: {counted(n, 'coding')} {'would be written' if dry_run else 'written'}")
            if found.repeated:
                click.echo(f"{counted(found.repeated, 'coding')} already known")
            show_warnings(found.warnings)
        elif dry_run or complete or kind:
            todo = "in the terminal, `u` takes a unit back"
            raise UsageError("--dry-run, --complete and --kind go with a FILE", todo=todo)
        elif coder is None:
            raise UsageError("who codes?", todo="give --coder NAME, or a FILE of codings")
        else:
            coding_session(s, coder, transcripts)
    finish(study, dry_run)


@click.command()
@study_argument
@coder_option()
@only_transcript
@click.option("--all", "everything", is_flag=True, help="Units without suggestions too: what did the model miss?")
@click.option(
    "--order",
    type=click.Choice(ORDERS),
    metavar="ORDER",
    default="transcript",
    show_default=True,
    help="What comes first; see above.",
)
@click.option(
    "--sample", default=SAMPLE, show_default=True, type=click.IntRange(1), help="About how many units to draw."
)
@click.option("--out", type=FILE, help="Write what is to audit as a spreadsheet.")
@click.option("--in", "filled", type=EXISTING_FILE, help="Read a spreadsheet that was filled in.")
@dry_run_option
def audit(
    study: Path,
    coder: str,
    transcripts: tuple[str, ...],
    everything: bool,
    order: str,
    sample: int,
    out: Path | None,
    filled: Path | None,
    dry_run: bool,
) -> None:
    """Accept, correct or reject suggestions.

    In the terminal, or as a spreadsheet: --out writes it; fill in the columns `verdict` (accept, reject, skip) and,
    where another code applies, `correct code`; --in reads it. All rows are checked before any is written.

    --order chooses what comes first. To teach the model much with few answers: uncertain (closest to the threshold, on
    suggested codes or, with --all, on any code), diverse (uncertain and different from one another), disagreement
    (the model and people, or similar coded units, disagree). To measure quality: random (a random sample of about
    --sample units with the same known probability, finished before another one is drawn), blind (the same over all
    units, nothing shown). To check human codings that the model doubts: suspect. What `coder double-code` gave you to
    code blind: assigned. Where you raised a flag in the browser: flagged. What must be
    read so that few codes are missed (`coder guarantee`): to-read.
    """
    if out and filled:
        raise UsageError("--out and --in are two steps", todo="write the spreadsheet first, fill it in, then read it")
    if dry_run and not (out or filled):
        raise UsageError("--dry-run goes with --out or --in", todo="in the terminal, `u` takes a verdict back")
    wanted: dict[str, Any] = {"order": order, "transcripts": transcripts, "everything": everything, "sample": sample}
    with opened(study) as s:
        if out:
            rows = audit_sheet(s, coder, out, **wanted, dry_run=dry_run)
            click.echo(f"{counted(rows, 'row')} {'would be written' if dry_run else 'written'} to {out}")
            if rows and not dry_run:
                click.echo("Fill in `verdict` (accept, reject, skip), or `correct code`; then read it with --in.")
        elif filled:
            _read_sheet(s, coder, filled, dry_run)
        else:
            _audit_here(s, coder, wanted)
    if not out:  # then the sheet comes next
        finish(study, dry_run)


def _read_sheet(study: Study, coder: str, path: Path, dry_run: bool) -> None:
    read = read_sheet(study, coder, path, dry_run=dry_run)
    click.echo(
        f"{counted(read.answered, 'row')} answered on {counted(read.units, 'unit')}, {read.empty} left empty; "
        f"{counted(read.written, 'event')} {'would be written' if dry_run else 'written'}"
    )
    if read.unfinished:
        click.echo(f"{counted(read.unfinished, 'unit')} stay in the queue: not every suggestion is answered")


def _audit_here(study: Study, coder: str, wanted: dict[str, Any]) -> None:
    """Audit in the terminal; the queue is computed again after each undo."""
    with Bars() as bar:

        def load() -> list[AuditUnit]:
            items = audit_queue(study, coder, **wanted, progress=bar)
            bar.clear()
            return items

        audit_session(
            study,
            coder,
            load,
            _nothing_left(wanted["order"], wanted["everything"]),
            in_order=wanted["order"] == "transcript",
        )


def _nothing_left(order: str, everything: bool) -> str:
    """Return why there is nothing to audit."""
    if order == "suspect":
        return "The model doubts no coding that you have not looked at again."
    if order == "flagged":
        return "No unit carries a flag of yours."
    if order == "random":
        return "Nothing to audit: every unit is answered, or the random audits that study.toml declares are made."
    if order == "assigned":
        return "Nothing to code blind: you have read every unit that you were given."
    if everything or order == "blind":
        return "Nothing to audit: you have answered every unit."
    return "Nothing to audit: you have answered every unit that has a suggestion. --all shows the others, too."


@click.command("explain")
@study_argument
@click.argument("event", type=click.IntRange(1))
@json_option
def explain(study: Path, event: int, as_json: bool) -> None:
    """Explain a suggestion: EVENT is its number.

    `coder history` and audit spreadsheets list the numbers. Printed are the score and the threshold, what weighed
    most, similar coded units, and the definition.
    """
    with opened(study) as s:
        found = why_step(s, event)
    if as_json:
        show_json(found)
        return
    click.echo(wrapped(found.unit.segment.words, "  "))
    show_why(found)
