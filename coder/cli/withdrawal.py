"""Commands that take something out of a study: withdraw, remove, undo."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from coder.cli.output import (
    counted,
    dry_run_option,
    finish,
    json_option,
    opened,
    show_json,
    study_argument,
    wrapped,
)
from coder.errors import UsageError
from coder.steps.withdrawal.remove import REMOVED
from coder.steps.withdrawal.remove import remove as remove_step
from coder.steps.withdrawal.undo import undo as undo_step
from coder.steps.withdrawal.withdraw import Withdrawn
from coder.steps.withdrawal.withdraw import withdraw as withdraw_step

MOST_NAMED = 8
"""Of more files in one folder the number is printed; --json names each."""


@click.command()
@study_argument
@click.argument("names", nargs=-1, metavar="[TRANSCRIPT|CASE|SPEAKER]...")
@click.option("--yes", is_flag=True, help="Do not ask.")
@dry_run_option
@json_option
def withdraw(study: Path, names: tuple[str, ...], yes: bool, dry_run: bool, as_json: bool) -> None:
    """Delete a participant's words for good.

    Of a transcript, of all transcripts of a case, or of one speaker (TRANSCRIPT:SPEAKER): from study.db, transcripts,
    codings, tables and figures, the cache, and models that learned from them. Who coded what when stays in the log,
    without words. The same words are not imported again. What was interrupted is finished by `coder withdraw STUDY`.
    docs/privacy.md says what stays, and what this cannot reach.
    """
    with opened(study) as s:
        planned = withdraw_step(s, names, dry_run=True)
        if not as_json:
            _show(planned, study)
        if not (dry_run or yes or _confirmed(as_json)):
            raise click.Abort
        if not dry_run:
            planned = withdraw_step(s, names)
    if as_json:
        show_json(planned)
        return
    click.echo("" if dry_run else "Withdrawn: their words are deleted.")
    finish(study, dry_run)


def _confirmed(as_json: bool) -> bool:
    """Ask whether it is meant.

    Raises
    ------
    UsageError
        There is nobody to ask.
    """
    if as_json or not sys.stdin.isatty():
        raise UsageError("a withdrawal cannot be undone", todo="--dry-run shows what goes; --yes does it")
    return click.confirm("This cannot be undone. Delete all of this?")


def _show(planned: Withdrawn, folder: Path) -> None:
    """Print what goes, and what may be left."""
    for transcript, speaker in planned.targets:
        click.echo(f"{transcript}: {speaker or 'all who speak'}")
    goes = {"word": planned.words, "turn": planned.turns, "coding": planned.codings, "memo": planned.memos}
    said = ", ".join(counted(n, thing) for thing, n in goes.items() if n)
    click.echo(f"  goes: {said or 'nothing that is still there'}")
    if planned.schemes:
        click.echo(f"  the scheme quotes them in {counted(planned.schemes, 'version')}; the examples are taken out")
    _list("models that learned from them are deleted; train again: coder train --use", planned.models, folder)
    _list("deleted; what was published is made again by coder publish", planned.deleted, folder)
    _list("loses their rows or quotations", planned.changed, folder)
    _list("STILL QUOTES THEM, and is yours to delete or edit", planned.left, folder)
    _list("cannot be searched for words; look yourself", planned.closed, folder)


def _list(what: str, paths: Sequence[Path], folder: Path) -> None:
    if paths:
        folders: dict[Path, list[str]] = {}
        for path in paths:
            folders.setdefault(path.relative_to(folder).parent, []).append(str(path.relative_to(folder)))
        few = (n if len(n) <= MOST_NAMED else [f"{len(n)} files in {where}/"] for where, n in folders.items())
        click.echo(wrapped(f"{what}: {', '.join(name for names in few for name in names)}", "  "))


@click.command()
@study_argument
@click.argument("transcript")
@dry_run_option
@json_option
def remove(study: Path, transcript: str, dry_run: bool, as_json: bool) -> None:
    """Take a transcript out of the study that was imported by mistake.

    Its file moves to removed/, its codings stay in the log and count nowhere; `coder undo` puts it back. To delete a
    participant's words for good, see `coder withdraw`.
    """
    with opened(study) as s:
        files = remove_step(s, transcript, dry_run=dry_run)
    if as_json:
        show_json({"transcript": transcript, "files": files})
        return
    moved = f"; its file {'would move' if dry_run else 'moved'} to {REMOVED}/" if files else ""
    click.echo(f"{transcript} {'would be' if dry_run else 'is'} removed{moved}")
    finish(study, dry_run)


@click.command()
@study_argument
@dry_run_option
@json_option
def undo(study: Path, dry_run: bool, as_json: bool) -> None:
    """Take back the last import of codings, or the last removal.

    Whichever came last. It can be repeated. Nothing is deleted from the log: codings are withdrawn in it. What a coder
    has judged again since stays as it is.
    """
    with opened(study) as s:
        done = undo_step(s, dry_run=dry_run)
    if as_json:
        show_json(done)
        return
    be = "would be" if dry_run else "is" if done.transcript else "were"
    if done.transcript:
        click.echo(f"{done.transcript} {be} put back")
    else:
        kept = f"; {counted(done.kept, 'coding')} judged again since stay" if done.kept else ""
        click.echo(f"{counted(done.codings, 'coding')} of the last import {be} taken back{kept}")
        click.echo("`coder run` imports every table in codings/: move it out of there if it was wrong.")
    finish(study, dry_run)
