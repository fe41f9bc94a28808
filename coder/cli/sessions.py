"""Auditing and coding in the terminal: one unit at a time, one line an answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import click

from coder.cli.output import counted, wrapped
from coder.errors import CodingError, UsageError
from coder.steps.auditing import Item, answer, code_by_hand, one_code, parse_answer, queue, uncoded, undo
from coder.steps.study import Study
from coder.types import Unit

Thing = TypeVar("Thing")

AUDIT_HELP = """\
  a        accept all suggestions       x        reject all of them
  1 3      accept these, no others      + words  in their place the code whose
  1 + ...  accept this one, add a code           name holds these words
  # words  a memo, at a line's end      s        skip: decide later
  u        take the last unit back      q        stop (all is saved)
  ?        these lines"""

CODE_HELP = """\
  words    the code whose name holds these words; `+` between several codes
  n        none of the codes            # words  a memo, at a line's end
  s        skip: decide later           u        take the last unit back
  q        stop (all is saved)          ?        these lines"""


def audit_session(study: Study, coder: str, transcripts: Sequence[str], everything: bool) -> None:
    """Audit the queue until it is empty or the coder stops."""
    nothing = "Nothing to audit: you have answered every unit" + (
        "." if everything else " that has a suggestion. --all shows the others, too."
    )

    def items() -> list[Item]:
        return queue(study, coder, transcripts=transcripts, everything=everything)

    def answered(item: Item, line: str) -> None:
        answer(study, coder, item, parse_answer(study, item, line))

    _session(study, coder, items, lambda item: item.unit, _show_suggestions, answered, AUDIT_HELP, nothing)


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
        "Nothing to code: you have read every unit.",
    )


def _session(
    study: Study,
    coder: str,
    load: Callable[[], list[Thing]],
    unit_of: Callable[[Thing], Unit],
    show_more: Callable[[Thing], None],
    answered: Callable[[Thing, str], None],
    help_text: str,
    nothing: str,
) -> None:
    """Show one thing after another and pass each line on; undo goes back to the unit that was taken back."""
    things, at, done = load(), 0, 0
    if not things:
        click.echo(nothing)
        return
    click.echo(help_text)
    shown = None
    while at < len(things):
        thing = things[at]
        if thing is not shown:
            _show_unit(unit_of(thing), f"{at + 1} of {len(things)}")
            show_more(thing)
            shown = thing
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
                    click.echo(click.style(f"Taken back: {counted(len(taken), 'unit')}.", fg="yellow"))
                case _:
                    answered(thing, line)
                    at, done = at + 1, done + 1
        except (UsageError, CodingError) as error:
            for text in str(error).splitlines():
                click.echo(click.style(wrapped(text, "  "), fg="red"))
    click.echo(f"{counted(done, 'unit')} judged in this session; all of it is saved.")


def _ask() -> str | None:
    """Return what was typed, or None at the end of the input or after Ctrl-C."""
    try:
        return input("> ").strip()
    except (EOFError, KeyboardInterrupt):
        click.echo()
        return None


def _show_unit(unit: Unit, place: str) -> None:
    segment = unit.segment
    time = f", {segment.at_ms // 60000}:{segment.at_ms // 1000 % 60:02}" if segment.at_ms is not None else ""
    click.echo()
    click.echo(click.style(f"── {segment.span.transcript}, turn {segment.span.turn}{time} · {place}", dim=True))
    if unit.before.strip():
        click.echo(click.style(wrapped(_last_words(unit.before), "   "), dim=True))
    click.echo(wrapped(f"{segment.speaker}: {segment.words}" if segment.speaker else segment.words, "  "))


def _last_words(text: str, most: int = 60) -> str:
    """Return the end of the turn before, which is the question as a rule."""
    words = text.split()
    return " ".join(words) if len(words) <= most else "[…] " + " ".join(words[-most:])


def _show_suggestions(item: Item) -> None:
    for n, suggestion in enumerate(item.suggestions, start=1):
        click.echo(click.style(f"   {n}  {suggestion.code}", bold=True) + f"  {suggestion.score:.2f}")
    if not item.suggestions:
        click.echo("   no suggestion (x: none of the codes, + words: add one)")
