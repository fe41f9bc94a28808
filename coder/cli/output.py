"""What every command shares: printing, progress, errors, and the options that are the same everywhere."""

from __future__ import annotations

import json
import math
import shutil
import sys
import textwrap
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, is_dataclass
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from coder.errors import CoderError, UsageError
from coder.steps.findings.figures import figure_file
from coder.steps.pages.home import next_step
from coder.steps.publishing.formats import FORMATS, as_format, as_text, format_of, write_as
from coder.steps.study.study import Study, open_study
from coder.types import Judgement, Table

Command = TypeVar("Command", bound=Callable[..., Any])

FILE = click.Path(dir_okay=False, path_type=Path)
EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)

study_argument = click.argument("study", type=FOLDER)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
dry_run_option = click.option("--dry-run", is_flag=True, help="Show what would be done, and change nothing.")
transcript_option = click.option(
    "--transcript", "transcripts", multiple=True, help="Only this transcript (repeatable)."
)


def coder_option(required: bool = True) -> Callable[[Command], Command]:
    """Return the option that names the coder."""
    return click.option("--coder", required=required, help="Your name as a coder.")


@dataclass(frozen=True)
class Form:
    """In which form tables are given: `format` is `text` for the terminal; a file has the format of its name."""

    format: str = "text"
    output: Path | None = None
    as_json: bool = False

    def give(self, tables: Sequence[Table]) -> None:
        """Print tables, or write them into the file."""
        if self.output is not None:
            click.echo(f"{write_as(tables, self.output)} written: {counted(len(tables), 'table')}.")
        elif self.format == "text":
            for n, table in enumerate(tables):
                click.echo("\n" if n else "", nl=False)
                show(table)
        else:
            click.echo(as_format(tables, self.format), nl=False)

    def give_table(self, table: Table) -> None:
        """Print one table, or write it into the file; as JSON if that was asked for."""
        if self.as_json:
            rows = [dict(zip(table.header, row, strict=True)) for row in table]
            show_json({"title": table.title, "rows": rows, "note": table.note})
        else:
            self.give([table])


def format_options(command: Command) -> Command:
    """Add the options for the form of tables; the command gets it as `form`."""

    @wraps(command)
    def formed(*args: Any, format_: str | None, output: Path | None, as_json: bool, **others: Any) -> Any:
        if as_json and (output or format_):
            todo = "leave out --format and -o, or leave out --json"
            raise UsageError("--json and --format are two forms", todo=todo)
        return command(*args, form=Form(format_of(output, format_), output, as_json), **others)

    for option in (
        json_option,
        click.option(
            "-o",
            "--output",
            type=FILE,
            help="Write this file, in the format of its name (.csv, .md, .html, .tex, .xlsx, .docx).",
        ),
        click.option(
            "--format",
            "format_",
            type=click.Choice(FORMATS),
            help="Text for the terminal, or a file's format; xlsx and docx need -o.  [default: text, or by -o]",
        ),
    ):
        formed = option(formed)
    return formed  # type: ignore[return-value]  # it is called with what click parses


def figure_option(what: str) -> Callable[[Command], Command]:
    """Return the option that draws a figure into a file."""
    return click.option(
        "--figure",
        type=FILE,
        callback=lambda _context, _option, path: path and figure_file(path),
        help=f"Draw {what} into this file (.svg, .pdf, .png).",
    )


class ListingGroup(click.Group):
    """A group whose bare use on a study lists: `coder coders STUDY` is `coder coders list STUDY`."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the named command; `list` where a study stands in its place."""
        known = args[0] in self.commands or not Path(args[0]).is_dir()
        return super().resolve_command(ctx, args if known else ["list", *args])


class CoderCommands(click.Group):
    """Commands in sections, with errors as lines for the user: exit code 2 for usage, 1 for a finding.

    Parameters
    ----------
    sections
        Title -> the commands that `--help` lists under it, in order.
    first
        The names of the commands that a first study needs; the help marks them.
    renamed
        Former name -> present name; the error that a former name gets names the present one.
    aliases
        Second name -> name.
    """

    def __init__(
        self,
        *args: Any,
        sections: dict[str, Sequence[click.Command]],
        first: Sequence[str],
        renamed: dict[str, str],
        aliases: dict[str, str],
        **others: Any,
    ) -> None:
        super().__init__(*args, **others)
        self.sections, self.first, self.renamed, self.aliases = sections, first, renamed, aliases
        for commands in sections.values():
            for command in commands:
                self.add_command(command)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name or second name."""
        if cmd_name in self.renamed:
            now = self.renamed[cmd_name]
            raise click.UsageError(f"`{cmd_name}` is called `{now}` now: coder {now} --help", ctx)
        return super().get_command(ctx, self.aliases.get(cmd_name, cmd_name))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands by section."""
        for title, commands in self.sections.items():
            with formatter.section(title):
                marked = [
                    (f"{'*' if c.name in self.first else ' '} {c.name}", c.get_short_help_str(80)) for c in commands
                ]
                formatter.write_dl(marked, col_max=20)
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text("* The commands that a first study needs.")

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; never show a traceback for what is the user's to mend."""
        try:
            return super().invoke(ctx)
        except CoderError as error:
            click.echo(f"Error: {error}", err=True)
            sys.exit(error.exit_code)
        except BrokenPipeError:
            sys.exit(0)  # the reader, such as `head`, has seen enough
        except OSError as error:
            place = f"{error.filename}: " if error.filename else ""
            click.echo(f"Error: {place}{error.strerror or error}", err=True)
            sys.exit(2)
        except (KeyboardInterrupt, click.Abort):
            click.echo("\nInterrupted. What was finished is saved; what was under way was not written.", err=True)
            sys.exit(130)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order of their sections, not of the alphabet."""
        return list(self.commands)


@contextmanager
def opened(folder: Path, as_of: str = "", *, create: bool = False) -> Iterator[Study]:
    """Open a study for one command, as it is or as it stood at a past time; `create` makes a study.db at need."""
    with warnings.catch_warnings():
        warnings.filterwarnings("always", category=UserWarning, module=r"coder\.")
        warnings.showwarning = lambda message, *_place, **_options: click.echo(str(message), err=True)
        study = open_study(folder, as_of=as_of, create=create)
        try:
            yield study
        finally:
            study.close()


class Bars:
    """Bars for long work, on the terminal; nothing where standard error is not one.

    Call it as a `Progress`; in a `with` statement the bars are taken away when the work is over.
    """

    def __init__(self) -> None:
        self._bars: Any = None
        self._tasks: dict[str, Any] = {}

    def __call__(self, what: str, done: int, total: int) -> None:
        """Show how far the work is."""
        if not sys.stderr.isatty():
            return
        if self._bars is None:
            from rich.console import Console
            from rich.progress import Progress

            self._bars = Progress(console=Console(stderr=True), transient=True)
            self._bars.start()
        if what not in self._tasks:
            self._tasks[what] = self._bars.add_task(what)
        self._bars.update(self._tasks[what], completed=done, total=total)

    def __enter__(self) -> Bars:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def clear(self) -> None:
        """Take the bars away, so that text can be printed."""
        if self._bars is not None:
            self._bars.stop()
        self._bars, self._tasks = None, {}


def say_dry(dry_run: bool) -> None:
    """Print that nothing was written."""
    if dry_run:
        click.echo("Dry run: nothing was written.")


def finish(folder: Path, dry_run: bool = False, *, after: str = "") -> None:
    """End a command: print that nothing was written, or which command comes next; `after` as in `next_step`."""
    say_dry(dry_run)
    if not dry_run:
        with opened(folder) as study:
            step = next_step(study, after=after)
        click.echo(f"Next: {step.why}: coder {step.command}")


def show(table: Table) -> None:
    """Print a table as wide as the terminal is."""
    click.echo(as_text(table, width()))


def show_found(found: Any, as_json: bool, *tables: Table) -> None:
    """Print what was found as JSON, or its tables one below another."""
    if as_json:
        show_json(found)
    else:
        Form().give(tables)


def show_json(value: Any) -> None:
    """Print a value as JSON; what is undefined is null."""
    click.echo(json.dumps(_plain(value), ensure_ascii=False, indent=2, allow_nan=False))


def wrapped(text: str, indent: str = "") -> str:
    """Wrap a text to the terminal's width, a code path never in the middle of a word."""
    return textwrap.fill(
        " ".join(text.split()),
        width(),
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def width() -> int:
    """Return the width to print in."""
    return max(60, min(200, shutil.get_terminal_size((120, 40)).columns))


def counted(n: int, thing: str) -> str:
    """Return a number with what it counts.

    Examples
    --------
    >>> counted(1, "unit"), counted(3, "unit")
    ('1 unit', '3 units')
    """
    return f"{n} {thing}" if n == 1 else f"{n} {thing}s"


def number(value: float | None) -> str:
    """Return a coefficient for print; what is not known is undefined.

    Examples
    --------
    >>> number(0.5), number(float("nan"))
    ('0.500', 'undefined')
    """
    return "undefined" if value is None or math.isnan(value) else f"{value:.3f}"


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    if isinstance(value, Judgement):  # its place is printed beside it
        return _plain({name: part for name, part in value._asdict().items() if name != "place"})
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [_plain(item) for item in value]
    if isinstance(value, Path):
        return str(value)
    value = value.item() if hasattr(value, "item") else value  # a number of numpy
    return None if isinstance(value, float) and not math.isfinite(value) else value
