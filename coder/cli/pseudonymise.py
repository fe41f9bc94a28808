"""The command that finds names, has a person confirm them, replaces them in the transcripts, and restores them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from coder.cli.output import (
    Bars,
    counted,
    dry_run_option,
    finish,
    json_option,
    opened,
    show_json,
    study_argument,
    wrapped,
)
from coder.errors import TableError, UsageError
from coder.steps.pseudonymise.candidates import (
    ENOUGH,
    Search,
    confirm,
    known_names,
    listed,
    read_sheet,
    search,
    suggestion,
    write_sheet,
)
from coder.steps.pseudonymise.replace import Replaced, replace_names, restore_names
from coder.steps.study.study import Study

PASS_PHRASE = "CODER_PASS_PHRASE"  # noqa: S105 # the name of a variable
HELP = """\
  a        accept: replace it by the pseudonym that is suggested
  words    replace it by these words
  x        it is no name, or may stay
  s        decide later
  q        quit (all is saved)"""


@click.command()
@study_argument
@click.argument("transcripts", nargs=-1)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write what may be names as a spreadsheet."
)
@click.option(
    "--from", "sheet", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Take the spreadsheet back."
)
@click.option("--replace", "replacing", is_flag=True, help="Replace the confirmed names; the key goes to --key.")
@click.option("--reverse", is_flag=True, help="Restore the real names with the key.")
@click.option("--key", type=click.Path(dir_okay=False, path_type=Path), help="The encrypted file with the real names.")
@dry_run_option
@json_option
def pseudonymise(
    study: Path,
    transcripts: tuple[str, ...],
    out: Path | None,
    sheet: Path | None,
    replacing: bool,
    reverse: bool,
    key: Path | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Replace names in the transcripts themselves.

    First it lists what may be a name of a person, a firm or a place, an e-mail, a phone number, a link or a personal
    number, in all TRANSCRIPTS that have no pseudonyms yet, and asks for each, or writes them to a spreadsheet. What is
    confirmed is written to pseudonyms.csv. Then --replace puts the pseudonyms into study.db, transcripts/, cases.csv
    and codings/; every coding keeps its place. The real names go to the file --key, encrypted with a pass phrase that
    is asked for or taken from the variable CODER_PASS_PHRASE. Keep it away from the study: who has both can --reverse.
    """
    _check(transcripts, [out, sheet, replacing, reverse], key, needs_key=replacing or reverse)
    with opened(study) as s:
        if key and (replacing or reverse):
            phrase = _pass_phrase(new=replacing and not key.exists() and not dry_run)
            done = (replace_names if replacing else restore_names)(s, key, phrase, dry_run=dry_run)
            show_json(done) if as_json else _show(done, study, reverse=reverse)
            return finish(study, dry_run) if not as_json else None
        known = known_names(s, key, _pass_phrase()) if key else []
        if sheet:
            accepted, rejected = read_sheet(s, sheet, known=known, dry_run=dry_run)
            click.echo(f"{counted(accepted, 'name')} confirmed, {rejected} rejected; see pseudonyms.csv.")
            return _next(study, dry_run)
        with Bars() as bar:
            found = search(s, transcripts, known=known, progress=bar)
        if as_json:
            show_json({"words": found.words, "not looked for": found.missing, "candidates": _as_json(found)})
        elif out:
            rows = 0 if dry_run else write_sheet(s, found, out, known=known)
            click.echo(f"{out}: {counted(rows, 'row')}; fill in `verdict` (accept, reject), then: --from {out}")
        else:
            _missing(found)
            _ask_all(s, found, known, dry_run)
            _next(study, dry_run)
    return None


def _check(transcripts: Sequence[str], ways: Sequence[object], key: Path | None, *, needs_key: bool) -> None:
    """Refuse options that do not go together."""
    if sum(map(bool, ways)) > 1:
        raise UsageError("--out, --from, --replace and --reverse are steps of their own", todo="give one of them")
    if needs_key and key is None:
        raise UsageError("--key is missing", todo="name a file outside of the study, such as --key ~/names.key")
    if needs_key and transcripts:
        todo = "leave out the names of transcripts: a name has one pseudonym everywhere"
        raise UsageError("names are replaced and restored in all transcripts", todo=todo)


def _pass_phrase(*, new: bool = False) -> str:
    """Return the pass phrase from the environment, or ask for it; it is never an argument."""
    found = os.environ.get(PASS_PHRASE)
    asked = found or click.prompt("Pass phrase of the key", hide_input=True, confirmation_prompt=new, err=True)
    return str(asked)


def _as_json(found: Search) -> list[Mapping[str, Any]]:
    return [
        {
            "name": one.name,
            "kind": one.kind,
            "sure": one.sure,
            "times": one.times,
            "forms": {form: times for form, (times, _) in one.forms.items()},
            "within": one.within,
            "contexts": contexts,
        }
        for one, contexts in zip(found.candidates, found.contexts, strict=True)
    ]


def _missing(found: Search) -> None:
    for what in found.missing:
        click.echo(wrapped(f"note: {what}", "  "))


def _ask_all(study: Study, found: Search, known: Sequence[tuple[str, str, str]], dry_run: bool) -> None:
    """Ask for one candidate after another; each answer is saved at once."""
    click.echo(f"{counted(len(found.candidates), 'candidate')} in {counted(found.words, 'word')}.")
    if found.candidates:
        click.echo(HELP)
    looked = 0
    for n, (one, contexts) in enumerate(zip(found.candidates, found.contexts, strict=True), start=1):
        before, looked = looked, looked + len(one.name.split())
        if before <= ENOUGH * found.words < looked:
            click.echo(f"You have looked at {ENOUGH:.0%} of the words. What follows is seldom a name; q ends it.")
        forms = ", ".join(f"{form} {times}" for form, (times, _) in one.forms.items() if times)
        click.echo(click.style(f"\n{n} of {len(found.candidates)}  {one.name}  ({one.kind}: {forms})", bold=True))
        for context in contexts:
            click.echo(wrapped(context, "    "))
        if not _answered(study, one, [*listed(study), *known], known, dry_run):
            break


def _answered(
    study: Study,
    one: Any,
    rows: Sequence[tuple[str, str, str]],
    known: Sequence[tuple[str, str, str]],
    dry_run: bool,
) -> bool:
    """Ask for one candidate until the answer can be saved; return False to end."""
    pseudonym = suggestion(one, rows)
    while True:
        try:
            line = input(f"{pseudonym} > ").strip()
        except (EOFError, KeyboardInterrupt):
            line = "q"
        if line in {"q", "s"}:
            return line == "s"
        if line in {"h", "?", ""}:
            click.echo(HELP)
            continue
        try:
            if not dry_run:
                confirm(study, one, {"a": pseudonym, "x": None}.get(line, line), known=known)
            return True
        except TableError as error:
            click.echo(click.style(wrapped(str(error), "  "), fg="red"))


def _next(folder: Path, dry_run: bool) -> None:
    if dry_run:
        return finish(folder, dry_run)
    click.echo(f"Then: coder pseudonymise {folder} --replace --key FILE  (FILE outside of the study)")
    return None


def _show(done: Replaced, folder: Path, *, reverse: bool) -> None:
    """Print what became of the names, and where they are left."""
    places = sum(done.places.values())
    into = "real names restored" if reverse else "names replaced"
    click.echo(f"{into} at {counted(places, 'place')} of {counted(len(done.places), 'transcript')}")
    click.echo(f"  {counted(len(done.files), 'file')} written again; {counted(done.memos, 'memo')} changed")
    _list("trained on the words before; train again (coder train --use), then delete", done.models, folder)
    _list("its name has a name in it and stays; tables print the pseudonym", done.named, folder)
    _list("was changed since, and is left" if reverse else "STILL HOLDS NAMES, and is yours to edit", done.left, folder)
    _list("removed, but study.db keeps its words for `coder undo`; `coder withdraw` deletes them", done.removed, folder)
    _list("cannot be searched for names; look yourself", done.closed, folder)
    if not reverse:
        click.echo("The key alone restores the real names: keep it, and its pass phrase, away from the study.")


def _list(what: str, items: Sequence[Path | str], folder: Path) -> None:
    for item in items:
        shown = item.relative_to(folder) if isinstance(item, Path) and item.is_relative_to(folder) else item
        click.echo(f"  {shown}: {what}")
