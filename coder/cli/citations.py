"""Commands of citations for print: `coder citations pin`, `unpin`, `edit`, `translate`, `show`, `sheet`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from coder.cli.output import (
    EXISTING_FILE,
    FILE,
    ListingGroup,
    coder_option,
    counted,
    dry_run_option,
    json_option,
    opened,
    say_dry,
    show_json,
    study_argument,
    wrapped,
)
from coder.cli.tables import quotes
from coder.errors import UsageError
from coder.steps.findings import print_edits
from coder.steps.findings.citations import ONLY
from coder.steps.findings.evidence import Shown, shown
from coder.steps.findings.print_spreadsheet import read_sheet, write_sheet
from coder.steps.findings.selection import Selection

id_argument = click.argument("number", metavar="ID", type=int)


@click.group("citations", cls=ListingGroup)
def citations() -> None:
    """List, pin, edit and translate citations for print.

    `coder citations STUDY` lists them, as `coder quotes STUDY` does. ID is the number of a citation: the column Id.
    """


citations.add_command(quotes, "list")


def _add_pinning(name: str, on: bool, words: str) -> None:
    """Add a command that pins citations, or unpins them."""

    @citations.command(name, help=words)
    @study_argument
    @click.argument("numbers", metavar="ID...", type=int, nargs=-1, required=True)
    @coder_option()
    @dry_run_option
    def command(study: Path, numbers: tuple[int, ...], coder: str, dry_run: bool) -> None:
        with opened(study) as s:
            n = print_edits.pin(s, numbers, coder, on, dry_run=dry_run)
        did = "would be" if dry_run else "was" if n == 1 else "were"
        click.echo(f"{counted(n, 'citation')} {did} {name}ned")


_add_pinning("pin", True, "Pin citations for print.\n\n`coder quotes --choose pinned` prints them.")
_add_pinning("unpin", False, "Unpin citations.")


@citations.command()
@study_argument
@id_argument
@click.option("--words", help="The citation as it should be printed.")
@click.option("--original", is_flag=True, help="Go back to the interview's own words.")
@coder_option()
@dry_run_option
def edit(study: Path, number: int, words: str | None, original: bool, coder: str, dry_run: bool) -> None:
    """Edit a citation for print; the interview never changes.

    Write […] where words are cut, and put your own in brackets: [the firm], [W]e. Fillers (um, you know) may be left
    out; every other word has to be the interview's.
    """
    if (words is None) != original:
        raise UsageError("how is it to be printed?", todo="give --words TEXT, or --original to go back")
    with opened(study) as s:
        text = print_edits.edit(s, number, words, coder, dry_run=dry_run)
    click.echo(f"Citation {number} {'would be' if dry_run else 'is'} printed so:")
    click.echo(wrapped(text, "  "))
    say_dry(dry_run)


@citations.command()
@study_argument
@id_argument
@click.option("--language", required=True, help="Two letters: sv, en, de.")
@click.option("--words", required=True, help="The translation; empty takes back what was there.")
@coder_option()
@dry_run_option
def translate(study: Path, number: int, language: str, words: str, coder: str, dry_run: bool) -> None:
    """Store a translation of a citation, next to the original."""
    with opened(study) as s:
        new = print_edits.translate(s, number, language, words, coder, dry_run=dry_run)
    done = "taken back" if not words.strip() else "kept"
    click.echo(f"Citation {number} in {language.lower()}: {done if new else 'nothing new'}")
    say_dry(dry_run)


@citations.command("show")
@study_argument
@id_argument
@json_option
def show_(study: Path, number: int, as_json: bool) -> None:
    """Show a citation's speaker, its place, and who coded it."""
    with opened(study) as s:
        found = shown(s, number)
    if as_json:
        show_json(found)
        return
    click.echo(f"Citation {number}: {found.citation.code}")
    for name, text in _lines(found):
        head, *more = wrapped(text, " " * 14).split("\n")
        click.echo("\n".join([f"  {name:<12}{head.strip()}", *more]))


def _lines(found: Shown) -> Iterator[tuple[str, str]]:
    c = found.citation
    yield "words", c.words or "(deleted)"
    if c.printed:
        yield "printed", c.printed
    for one in found.translated:
        yield f"in {one.language}", f"{one.words} ({one.coder}, {one.at[:10]})"
    yield "by", ", ".join(filter(None, (c.speaker, c.title, c.case)))
    places = (c.transcript, f"turn {c.turn + 1}", found.time(), f"characters {c.start} to {c.end}")
    yield "where", ", ".join(filter(None, places))
    if found.question:
        yield "asked", found.question
    yield "coded", found.coded()
    if c.memo:
        yield "memo", c.memo
    if found.code_then != c.code:
        yield "code then", found.code_then
    if found.pin:
        yield "pinned" if found.pin.pinned else "unpinned", f"by {found.pin.coder}, {found.pin.at[:10]}"
    for edit in found.edited:
        yield "edited", f"by {edit.coder}, {edit.at[:10]}: {counted(len(edit.edits), 'change')}"
    for event in found.superseded_by:
        yield "superseded", f"by {event.id}: {event.coder} judged `{event.verdict}`, {event.at[:10]}"
    for note in found.notes:
        yield "note", note


@citations.command()
@study_argument
@click.option("--out", type=FILE, help="Write citations as a spreadsheet.")
@click.option("--in", "filled", type=EXISTING_FILE, help="Read a spreadsheet that was filled in.")
@coder_option(required=False)
@click.option("--language", "languages", multiple=True, help="With --out: a column for this language (repeatable).")
@click.option("--code", help="With --out: only codes at or below this path.")
@click.option("--case", "cases", multiple=True, help="With --out: only these cases (repeatable).")
@click.option("--only", type=click.Choice(ONLY), default="seen", show_default=True, help="With --out: which codings.")
@dry_run_option
def sheet(
    study: Path,
    out: Path | None,
    filled: Path | None,
    coder: str | None,
    languages: tuple[str, ...],
    code: str | None,
    cases: tuple[str, ...],
    only: str,
    dry_run: bool,
) -> None:
    """Edit, pin and translate many citations in a spreadsheet.

    --out writes it (.xlsx, .csv). Change `print` as `coder citations edit` wants it, write x in `pin`, and
    translations in the column of a language; --in reads it. All rows are checked before any is written.
    """
    if (out is None) == (filled is None):
        raise UsageError("--out writes the sheet, --in reads it", todo="give one of them")
    with opened(study) as s:
        if out is not None:
            n = write_sheet(s, out, Selection(code, only, cases=cases), languages, dry_run=dry_run)
            click.echo(f"{counted(n, 'citation')} {'would be written' if dry_run else 'written'} to {out}")
            return
        if coder is None:
            raise UsageError("who edits?", todo="give --coder NAME")
        if filled is not None:
            read = read_sheet(s, filled, coder, dry_run=dry_run)
            numbers = {"edit": read.edits, "pin": read.pins, "translation": read.translations}
            done = ", ".join(counted(n, what) for what, n in numbers.items())
            click.echo(f"{counted(read.rows, 'row')}: {done} {'would be written' if dry_run else 'written'}")
            if read.left_alone:
                click.echo(f"columns that were left alone: {', '.join(read.left_alone)}")
