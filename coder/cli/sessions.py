"""Auditing and coding in the terminal: one unit at a time, one line an answer."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from typing import TypeVar

import click

from coder.cli.output import width
from coder.errors import CodingError, UsageError
from coder.steps.auditing import Item, answer, code_by_hand, one_code, parse_answer, queue, uncoded, undo
from coder.steps.study import Study
from coder.types import Unit

Thing = TypeVar("Thing")

AUDIT_HELP = """\
  a          accept all suggestions        x          reject all suggestions
  1 3        accept these, reject others   + words    add the code that holds these words
  # words    memo, at the end of a line    s          skip: decide later
  u          undo the last unit            q          stop (everything is saved)"""

CODE_HELP = """\
  + words    the code that holds these words (as often as wanted; the + may be left out for the first)
  n          none of the codes             # words    memo, at the end of a line
  s          skip: decide later            u          undo the last unit
  q          stop (everything is saved)"""


def audit_session(study: Study, coder: str, transcripts: Sequence[str], everything: bool) -> None:
    """Audit the queue until it is empty or the coder stops."""

    def items() -> list[Item]:
        return queue(study, coder, transcripts=transcripts, everything=everything)

    def answered(item: Item, line: str) -> None:
        answer(study, coder, item, parse_answer(study, item, line))

    _session(study, coder, items, lambda item: item.unit, _show_suggestions, answered, AUDIT_HELP)


def coding_session(study: Study, coder: str, transcripts: Sequence[str]) -> None:
    """Code the units that the coder has not read, with nothing of others in sight."""

    def answered(unit: Unit, line: str) -> None:
        body, _, memo = line.partition("#")
        if not body.strip():
            raise UsageError("a code, or `n` for none of them", todo="type part of its name, or ? for help")
        parts = [part.strip() for part in body.split("+") if part.strip()]
        codes = [] if parts == ["n"] else [one_code(study, part) for part in parts]
        code_by_hand(study, coder, unit, codes, memo.strip())

    _session(
        study,
        coder,
        lambda: uncoded(study, coder, transcripts=transcripts),
        lambda unit: unit,
        lambda unit: None,
        answered,
        CODE_HELP,
    )


def _session(
    study: Study,
    coder: str,
    load: Callable[[], list[Thing]],
    unit_of: Callable[[Thing], Unit],
    show_more: Callable[[Thing], None],
    answered: Callable[[Thing, str], None],
    help_text: str,
) -> None:
    """Show one thing after another and pass each line on; undo goes back to the unit that was taken back."""
    things, at, done = load(), 0, 0
    if not things:
        click.echo("Nothing to do: every unit has your word.")
    while at < len(things):
        thing = things[at]
        unit = unit_of(thing)
        _show_unit(unit, f"{at + 1} of {len(things)}")
        show_more(thing)
        line = _ask()
        try:
            match line:
                case None | "q":
                    break
                case "?":
                    click.echo(help_text)
                case "s":
                    at += 1
                case "u":
                    taken = {event.segment for event in undo(study, coder)}
                    things, done = load(), max(0, done - 1)
                    at = next((n for n, t in enumerate(things) if unit_of(t).segment.id in taken), 0)
                    click.echo(click.style("Taken back.", fg="yellow"))
                case _:
                    answered(thing, line)
                    at, done = at + 1, done + 1
        except (UsageError, CodingError) as error:
            click.echo(click.style(str(error), fg="red"))
    click.echo(f"{done} units judged in this session; all of it is in the log.")


def _ask() -> str | None:
    """Return what was typed, or None at the end of the input."""
    try:
        line = input("> ")
    except EOFError:
        return None
    return line.strip()


def _show_unit(unit: Unit, place: str) -> None:
    segment = unit.segment
    time = f", {segment.at_ms // 60000}:{segment.at_ms // 1000 % 60:02}" if segment.at_ms is not None else ""
    click.echo()
    click.echo(click.style(f"── {segment.span.transcript}, turn {segment.span.turn}{time} · {place}", dim=True))
    if unit.before.strip():
        click.echo(click.style(_wrapped(_last_words(unit.before), "   "), dim=True))
    click.echo(_wrapped(f"{segment.speaker}: {segment.words}", "  "))


def _last_words(text: str, most: int = 60) -> str:
    """Return the end of the turn before, which is the question as a rule."""
    words = text.split()
    return " ".join(words) if len(words) <= most else "[…] " + " ".join(words[-most:])


def _wrapped(text: str, indent: str) -> str:
    return textwrap.fill(" ".join(text.split()), width() - 4, initial_indent=indent, subsequent_indent=indent)


def _show_suggestions(item: Item) -> None:
    for n, suggestion in enumerate(item.suggestions, start=1):
        click.echo(click.style(f"   {n}  {suggestion.code}", bold=True) + f"  {suggestion.score:.2f}")
    if not item.suggestions:
        click.echo("   no suggestion (x: none of the codes, + words: add one)")
