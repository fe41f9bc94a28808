"""Auditing and coding in the terminal: one unit at a time, one line an answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import click

from coder.cli.explanations import show_why
from coder.cli.output import counted, wrapped
from coder.errors import CodingError, ModelError, UsageError
from coder.steps.audit.answers import Answer, Item, answer, code_by_hand, uncoded, undo
from coder.steps.coding.code_lookup import one_code
from coder.steps.models.explanations import Explainer, explainer
from coder.steps.models.registry import auditable_model
from coder.steps.study.study import Study
from coder.types import Unit

Thing = TypeVar("Thing")

AUDIT_HELP = """\
  a        accept all suggestions       x        reject all of them
  1 3      accept these, no others      + words  in their place the code whose
  1 + ...  accept this one, add a code           name holds these words
  # words  a memo, at a line's end      s        skip: decide later
  u        take the last unit back      q        stop (all is saved)
  w        why the first suggestion     w 2      why the second one
  ?        these lines"""

CODE_HELP = """\
  words    the code whose name holds these words; `+` between several codes
  n        none of the codes            # words  a memo, at a line's end
  s        skip: decide later           u        take the last unit back
  q        stop (all is saved)          ?        these lines"""


def audit_session(study: Study, coder: str, load: Callable[[], list[Item]], nothing: str) -> None:
    """Audit the queue until it is empty or the coder stops."""
    model: list[Explainer] = []  # loaded at the first question, and kept

    def answered(item: Item, line: str) -> None:
        answer(study, coder, item, parse_answer(study, item, line))

    def why(item: Item, number: str) -> None:
        code = numbered(item, number or "1")
        if not model:
            model.append(explainer(study, auditable_model(study)))
        show_why(model[0].why(item.unit, code))

    _session(study, coder, load, lambda item: item.unit, _show_suggestions, answered, AUDIT_HELP, nothing, why)


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
    why: Callable[[Thing, str], None] | None = None,
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
                case str() if why is not None and line.split()[:1] == ["w"]:
                    why(thing, line[1:].strip())
                case _:
                    answered(thing, line)
                    at, done = at + 1, done + 1
        except (UsageError, CodingError, ModelError) as error:
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
    click.echo(click.style(f"── {segment.span.transcript}, turn {segment.span.turn + 1}{time} · {place}", dim=True))
    if unit.before.strip():
        click.echo(click.style(wrapped(_last_words(unit.before), "   "), dim=True))
    click.echo(wrapped(f"{segment.speaker}: {segment.words}" if segment.speaker else segment.words, "  "))


def _last_words(text: str, most: int = 60) -> str:
    """Return the end of the turn before, which is the question as a rule."""
    words = text.split()
    return " ".join(words) if len(words) <= most else "[…] " + " ".join(words[-most:])


def _show_suggestions(item: Item) -> None:
    if item.shown == "nothing":
        click.echo("   what is suggested stays hidden (x: none of the codes, + words: a code)")
        return
    for n, suggestion in enumerate(item.suggestions, start=1):
        said = f"  ({suggestion.said})" if suggestion.said else ""
        click.echo(click.style(f"   {n}  {suggestion.code}", bold=True) + f"  {suggestion.score:.2f}{said}")
    if item.shown == "codings":
        click.echo("   the model doubts what people said: which of these hold?")
    if not item.suggestions:
        click.echo("   no suggestion (x: none of the codes, + words: add one)")


def parse_answer(study: Study, item: Item, line: str) -> Answer:
    """Read what a person typed on an item.

    `a` accepts all suggestions, `x` rejects all; numbers accept these and reject the others; `+words` after them
    adds the one code that holds these words, as often as wanted, and alone puts it in the place of the suggestions;
    `# words` at the end is a memo.

    Raises
    ------
    UsageError
        It is none of these, a number is out of range, or the words fit several codes.
    CodingError
        The words fit no code.
    """
    body, _, memo = line.partition("#")
    verdicts, *additions = body.split("+")
    if not verdicts.strip() and not additions:
        raise UsageError("nothing was answered", todo=ANSWERS)
    suggested = tuple(s.code for s in item.suggestions)
    accepted: tuple[str, ...]
    match verdicts.split():
        case ["a"] if suggested:
            accepted = suggested
        case ["x"] | []:
            accepted = ()
        case numbers:
            accepted = tuple(numbered(item, number) for number in numbers)
    added = dict.fromkeys(one_code(study, part.strip()) for part in additions)
    accepted += tuple(code for code in added if code in suggested)  # adding what was suggested is accepting it
    rejected = tuple(code for code in suggested if code not in accepted)
    return Answer(accepted, rejected, tuple(code for code in added if code not in suggested), memo.strip())


def numbered(item: Item, number: str) -> str:
    """Return the code of the n-th suggestion.

    Raises
    ------
    UsageError
        There is none of that number, or none is shown.
    """
    if number.isdecimal() and 1 <= int(number) <= len(item.suggestions):
        return item.suggestions[int(number) - 1].code
    raise UsageError(f"`{number}` is not understood", todo=ANSWERS)


ANSWERS = "a, x, numbers of suggestions, +code, s, u, w, q or ?"
