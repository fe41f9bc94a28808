"""Auditing and coding in the terminal: one unit at a time, one line an answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import click

from coder.cli.output import counted, width, wrapped
from coder.errors import CodingError, ModelError, UsageError
from coder.steps.audit.decisions import code_by_hand, record, undo
from coder.steps.audit.following import Following
from coder.steps.audit.queue import uncoded
from coder.steps.audit.units import KEYS, AuditUnit, Decision
from coder.steps.coding.code_lookup import one_code
from coder.steps.models.explanations import Explainer, Why, explainer
from coder.steps.models.registry import auditable_model
from coder.steps.study.study import Study
from coder.types import Shown, Unit, Verdict

Thing = TypeVar("Thing")

MOST_WORDS = 60
"""So many words of the turn before are shown."""
MOST_TERMS = 6
MARKS = {"a": Verdict.PRESENT, "x": Verdict.ABSENT, "?": Verdict.UNSURE}

AUDIT_HELP = "\n".join(
    [
        *(f"  {key:<9}{what}" for key, what in KEYS.items()),
        "  # words  a memo, at the end of a line",
        "  q        quit (all is saved)",
        "A line answers a unit: `a` (accept the only code), `1 a X` (the first code, no others), `X + fairs`.",
    ]
)

CODE_HELP = f"""\
  words    the code whose name holds these words; `+` between several codes
  n        none of these codes; {KEYS["n"]}
  s        {KEYS["s"]}
  u        {KEYS["u"]}
  h        {KEYS["h"]}
  # words  a memo, at the end of a line
  q        quit (all is saved)"""


def audit_session(
    study: Study, coder: str, load: Callable[[], list[AuditUnit]], nothing: str, *, in_order: bool = False
) -> None:
    """Audit the queue until it is empty or the coder stops; in reading order suggestions follow the answers."""
    model: list[Explainer] = []  # loaded at the first question, and kept
    following = Following()

    def now(item: AuditUnit) -> AuditUnit:
        return following.follow(study, coder, item) if in_order else item

    def answered(item: AuditUnit, line: str, rest: list[AuditUnit]) -> tuple[int, list[AuditUnit]]:
        body, _, memo = line.partition("#")
        more = [unit.segment.id for unit in item.next_units] if body.strip() == "r" else []
        if body.strip() == "r":
            following.accept_with_next(study, coder, item, more, memo)
        else:
            record(study, coder, item, parse_answer(study, item, line))
        if not in_order:
            return 1, rest
        rest = [one for one in rest if one.unit.segment.id not in more]
        after = following.next(study, coder, item, [item.unit.segment.id, *more][-1])
        known = {one.unit.segment.id for one in rest}
        return 1 + len(more), [one for one in after if one.unit.segment.id not in known] + rest

    def why(item: AuditUnit, number: str) -> None:
        code = numbered(item, number or "1")
        if not model:
            model.append(explainer(study, auditable_model(study)))
        show_why(model[0].why(item.unit, code))

    _session(study, coder, load, lambda item: item.unit, _show_suggestions, answered, AUDIT_HELP, nothing, why, now)


def coding_session(study: Study, coder: str, transcripts: Sequence[str]) -> None:
    """Code the units that the coder has not read, without showing codings of others."""

    def answered(unit: Unit, line: str, rest: list[Unit]) -> tuple[int, list[Unit]]:
        body, _, memo = line.partition("#")
        if not body.strip():
            raise UsageError("a code, or `n` for none of them", todo="type part of its name, or h for help")
        parts = [part.strip() for part in body.split("+") if part.strip()]
        codes = [] if parts == ["n"] else [one_code(study, part) for part in parts]
        code_by_hand(study, coder, unit, codes, memo.strip())
        return 1, rest

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
    answered: Callable[[Thing, str, list[Thing]], tuple[int, list[Thing]]],
    help_text: str,
    nothing: str,
    why: Callable[[Thing, str], None] | None = None,
    now: Callable[[Thing], Thing] = lambda thing: thing,
) -> None:
    """Show one thing after another, as it is now, and pass each line on; undo goes back to what was taken back.

    `answered` is given what comes after, and returns how many units it answered and what comes after now.
    """
    things, at, done = load(), 0, 0
    if not things:
        click.echo(nothing)
        return
    click.echo(help_text)
    shown = None
    while at < len(things):
        if things[at] is not shown:
            shown, thing = things[at], now(things[at])
            _show_unit(unit_of(thing), f"{at + 1} of {len(things)}")
            show_more(thing)
        line = _ask()
        try:
            match line:
                case None | "q":
                    break
                case "h":
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
                    units, things[at + 1 :] = answered(thing, line, things[at + 1 :])
                    at, done = at + 1, done + units
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
        words = unit.before.split()  # the question stands at the end, as a rule
        question = " ".join(words[-MOST_WORDS:] if len(words) <= MOST_WORDS else ["[…]", *words[-MOST_WORDS:]])
        click.echo(click.style(wrapped(question, "   "), dim=True))
    click.echo(wrapped(f"{segment.speaker}: {segment.words}" if segment.speaker else segment.words, "  "))


def _show_suggestions(item: AuditUnit) -> None:
    if item.shown is Shown.NOTHING:
        click.echo("   suggestions are hidden (n: none of the codes, + words: a code)")
        return
    for n, one in enumerate(item.codes, start=1):
        doubt = f"  ({one.doubt})" if one.doubt else ""
        without = f" ({one.alone:.2f} without your answers beside it)" if one.alone is not None else ""
        click.echo(click.style(f"   {n}  {one.code}", bold=True) + f"  {one.score or 0:.2f}{without}{doubt}")
    if item.shown is Shown.CODINGS:
        click.echo("   the model disagrees with these codings: which apply?")
    if not item.codes:
        click.echo("   no suggestion (n: none of the codes, + words: add one)")
    if item.likely:
        said = ", ".join(f"{one.code} {one.score or 0:.2f}" for one in item.likely)
        click.echo(click.style(wrapped(f"not suggested: {said}", "   "), dim=True))
    if item.next_units:
        click.echo(f"   the code goes on; r accepts it for this and the next {counted(len(item.next_units), 'unit')}:")
        for unit in item.next_units:
            click.echo(wrapped(unit.segment.words, "      "))


def show_why(why: Why) -> None:
    """Print score and threshold, each head's log-odds as a sum, what weighed most, coded units like it, definitions."""
    found = why.explanation
    side = "suggested" if found.score >= found.threshold else "not suggested, which begins"
    click.echo(f"   {click.style(found.code, bold=True)}  {found.score:.2f}, {side} from {found.threshold:.2f}")
    if found.around:
        click.echo(f"   {found.around}")
    if why.learned:
        click.echo("   (The model was trained on judgements of this unit.)")
    for head in found.heads:
        parts = ", ".join(f"{block} {value:+.2f}" for block, value in head.blocks.items())
        click.echo(wrapped(f"{head.name} {head.log_odds:+.2f} = {parts}", "   "))
        most = [f"{term.words}{'~' if term.letters else ''} {term.weight:+.2f}" for term in head.terms[:MOST_TERMS]]
        if most:
            click.echo(wrapped(f"most: {', '.join(most)}", "      "))
    if found.heads:
        click.echo(click.style("   (log-odds as a sum; ~ by the letters within the word)", dim=True))
    else:
        click.echo("   not enough examples for a classifier yet: the prediction is based on the code definitions only")
    if found.tuned:
        said = ", ".join(f"{name} {value:+.2f}" for name, value in found.tuned.items())
        click.echo(wrapped(f"the fine-tuned encoder gives: {said}", "   "))
    for neighbour in found.neighbours:
        coded = "has this code" if neighbour.coded else "does not have it"
        click.echo(wrapped(f"{neighbour.cosine:.2f} similar, {coded}: “{_short(neighbour.words)}”", "   "))
    for name, definition in found.definitions.items():
        click.echo(wrapped(f"{name}: {definition}", "   "))


def _short(words: str) -> str:
    words = " ".join(words.split())
    most = 2 * width() - 40
    return words if len(words) <= most else words[: most - 2] + " …"


def parse_answer(study: Study, item: AuditUnit, line: str) -> Decision:
    """Read the keys that a person typed on a unit; they mean what they mean in the browser.

    `a`, `x` and `?` accept, reject or leave unsure the current code, and go to the next that is undecided; a number
    makes its code the current one; `A` and `X` decide on all that are left; `n` decides nothing. `+ words` at the end
    adds the one code that holds these words, as often as wanted; to add what is suggested is to accept it. `# words`
    after it is a memo.

    Raises
    ------
    UsageError
        It is none of these, a number is out of range, or the words fit several codes.
    CodingError
        The words fit no code.
    """
    body, _, memo = line.partition("#")
    keys, *additions = body.split("+")
    if not keys.strip() and not additions:
        raise UsageError("nothing was answered", todo=ANSWERS)
    verdicts: dict[str, Verdict] = {}
    current = None
    added = dict.fromkeys(one_code(study, part.strip()) for part in additions)
    for key in keys.replace("a", " a ").replace("x", " x ").replace("?", " ? ").split():
        left = [one.code for one in item.codes if one.code not in verdicts]
        if key == "X" or (key == "A" and item.codes):
            verdicts |= dict.fromkeys(left, MARKS[key.lower()])
        elif key in MARKS and (current or left):
            verdicts[current or left[0]] = MARKS[key]
            current = None
        elif key != "n":
            current = numbered(item, key)
    shown = {one.code for one in item.codes}
    verdicts |= dict.fromkeys(added.keys() & shown, Verdict.PRESENT)
    return Decision(verdicts, [code for code in added if code not in shown], memo.strip())


def numbered(item: AuditUnit, number: str) -> str:
    """Return the n-th of the codes shown.

    Raises
    ------
    UsageError
        There is none of that number, or none is shown.
    """
    if number.isdecimal() and 1 <= int(number) <= len(item.codes):
        return item.codes[int(number) - 1].code
    raise UsageError(f"`{number}` is not understood", todo=ANSWERS)


ANSWERS = "a, x, ?, A, X, r, the number of a code, + code, n, s, u, w, q, or h for help"
