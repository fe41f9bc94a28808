"""Commands on the codebook: `coder scheme show`, `export`, `check`, and those that change it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from coder.cli.output import (
    FILE,
    Command,
    Form,
    coder_option,
    counted,
    dry_run_option,
    format_options,
    json_option,
    opened,
    say_dry,
    show,
    show_found,
    show_json,
    study_argument,
)
from coder.errors import FindingError, UsageError
from coder.steps.scheme import changes, versions
from coder.steps.study.scheme_files import describe_scheme, scheme_findings, scheme_of, write_scheme
from coder.types import Table


@click.group()
def scheme() -> None:
    """Print, check and change the codebook (`coder codebook` is the same)."""


scheme_argument = click.argument("scheme", metavar="STUDY|NAME|FILE")


@scheme.command("show")
@scheme_argument
@format_options
def scheme_show(scheme: str, form: Form) -> None:
    """Print the codes with their descriptions, a table a facet."""
    found = scheme_of(scheme)
    if form.as_json:
        show_json({"name": found.name, "codes": found.codes})
    else:
        form.give(describe_scheme(found))


@scheme.command("export")
@scheme_argument
@click.option("-o", "--out", required=True, type=FILE, help="The file to write.")
@dry_run_option
def scheme_export(scheme: str, out: Path, dry_run: bool) -> None:
    """Write a codebook as .yaml, .csv or .xlsx.

    `coder new --scheme FILE` and `coder scheme import STUDY FILE` read the edited file. Text is never run as a formula
    in a spreadsheet.
    """
    found = scheme_of(scheme)
    if not dry_run:
        write_scheme(found, out)
    codes = counted(len(found.codes), "code")
    click.echo(f"{'would write' if dry_run else 'wrote'} {out} ({codes})")
    say_dry(dry_run)


@scheme.command("check")
@scheme_argument
def scheme_check(scheme: str) -> None:
    """Check for missing definitions and near-duplicate codes.

    Codes without definition or example, near-duplicates, and values that no code uses; exit code 1 if there are any.
    """
    found = scheme_of(scheme)
    findings = scheme_findings(found)
    if findings:
        raise FindingError("\n".join([f"the scheme, {counted(len(findings), 'finding')}:", *findings]))
    click.echo(f"The scheme's {len(found.codes)} codes all have definitions and examples.")


facet_option = click.option("--facet", default="", help="The facet whose value it is, where several have it.")


def _changing(command: Command) -> Command:
    """Add what all of these have in common."""
    for option in (json_option, dry_run_option, coder_option(required=False)):
        command = option(command)
    return command


def _texts(command: Command) -> Command:
    for name in ("not-when", "use-when", "definition"):
        command = click.option(f"--{name}", help=f"Its {name.replace('-', ' ')}.")(command)
    return click.option("--example", "examples", multiple=True, help="A passage (repeatable); replaces those before.")(
        command
    )


def _say(plan: changes.Plan, dry_run: bool, as_json: bool) -> None:
    if as_json:
        show_json(plan)
        return
    for table in changes.plan_tables(plan):
        show(table)
    if plan.divide:
        click.echo(
            f"{counted(plan.divide, 'coding')} of people to be divided: on the page `Codebook` of `coder review`."
        )
    for comment in plan.comments:
        click.echo(f"note: this comment is not in the new scheme.yaml, the store keeps it: {comment}")
    say_dry(dry_run)


def _add_change(do: str, words: str, *more: Callable[[Any], Any], name: str = "") -> None:
    """Add the command of a change; `more` are the arguments and options that not all of these have."""

    def run(study: Path, path: str, facet: str, to: str | tuple[str, ...] = (), **options: Any) -> None:
        coder, dry_run, as_json = (options.pop(name) for name in ("coder", "dry_run", "as_json"))
        said = {name: value for name, value in options.items() if value is not None and value != ()}
        with opened(study) as s:
            edit = changes.edit_of(s, do, path, facet, (to,) if isinstance(to, str) else to, said)
            _say(changes.change(s, edit, coder or "", dry_run=dry_run), dry_run, as_json)

    command: Any = run
    shared: tuple[Callable[[Any], Any], ...] = (_changing, *more, facet_option, click.argument("path"), study_argument)
    for option in shared:
        command = option(command)
    scheme.command(name or do, help=words)(command)


_add_change(
    "define",
    "Change the definition of a code or facet value.\n\nPATH is that of a code, or of a value of a facet.",
    _texts,
    name="edit",
)
_add_change("add", "Add a code, or with --facet a value of it.", _texts)
_add_change("rename", "Give a code or value another NAME; its codings follow.", click.argument("to", metavar="NAME"))
_add_change("merge", "Merge a code or value INTO another; its codings follow.", click.argument("to", metavar="INTO"))
_add_change(
    "split",
    "Split a code or value into several NAMES.\n\n"
    "Its codings are unsure in each part until their coder has assigned them to one.",
    click.argument("to", metavar="NAMES...", nargs=-1, required=True),
)
_add_change("retire", "Retire a code: no new codings, existing ones are kept.")
_add_change("restore", "Use a retired code or value again.")


@scheme.command("undo")
@study_argument
@_changing
def scheme_undo(study: Path, coder: str | None, dry_run: bool, as_json: bool) -> None:
    """Undo the last change of the codebook.

    This makes a new version, and can be repeated.
    """
    with opened(study) as s:
        _say(changes.undo_change(s, coder or "", dry_run=dry_run), dry_run, as_json)


@scheme.command("import")
@study_argument
@click.argument("other", metavar="NAME|FILE")
@_changing
def scheme_import(study: Path, other: str, coder: str | None, dry_run: bool, as_json: bool) -> None:
    """Replace the codebook by another one, or an edited table.

    Codings stay under the codes of the same path; it is refused where something is coded with a code that is not in the
    other scheme.
    """
    with opened(study) as s:
        _say(changes.take_over(s, scheme_of(other), other, coder or "", dry_run=dry_run), dry_run, as_json)


@scheme.command("versions")
@study_argument
@json_option
def scheme_versions(study: Path, as_json: bool) -> None:
    """List when and by whom the codebook was changed."""
    with opened(study) as s:
        found = versions.scheme_versions(s)
    rows = tuple((v.id, v.at[:19].replace("T", " "), v.coder, v.what or "by hand") for v in found)
    show_found(found, as_json, Table("Versions of the scheme", ("version", "at", "by", "change"), rows))


@scheme.command("diff")
@click.argument("scheme", metavar="STUDY|NAME|FILE")
@click.argument("one", metavar="[NUMBER|STUDY|NAME|FILE]", required=False)
@click.argument("other", metavar="[NUMBER]", type=int, required=False)
@json_option
def scheme_diff(scheme: str, one: str | None, other: int | None, as_json: bool) -> None:
    """Show how two versions of the codebook, or two codebooks, differ.

    Without numbers the last change of the study's scheme; with one of them that version and the scheme as it is. With
    another STUDY|NAME|FILE in place of a number, what is in the first alone is `before`, in the other alone `after`.
    """
    if one and not one.isdecimal():
        if other is not None:
            raise UsageError("two schemes have no numbers", todo=f"leave out the {other}")
        found = versions.differences(scheme_of(scheme), scheme_of(one))
    else:
        with opened(Path(scheme)) as s:
            found = versions.compare(s, int(one) if one else None, other)
    show_found(found, as_json, versions.difference_table(found))
