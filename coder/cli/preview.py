"""How transcripts were understood, on the terminal."""

from __future__ import annotations

import click

from coder.cli.output import counted, show, wrapped
from coder.steps.corpus.preview import Preview, SpeakerPreview, SpokenTurn
from coder.types import Table


def show_preview(found: Preview, status: str = "") -> None:
    """Print a transcript as it was understood: its speakers, times, doubts, and how sure all that is."""
    header = ("speaker", "role", "because", "turns", "words", "ending in ?", "begins")
    turns, words = counted(found.turns, "turn"), counted(found.words, "word")
    title = f"{found.transcript}{status and f' ({status})'}: {turns}, {words}; score {found.score:.2f}"
    show(Table(title, header, tuple(map(_row, found.speakers))))
    if found.first_ms is not None and found.last_ms is not None:
        times = f"{_clock(found.first_ms)} to {_clock(found.last_ms)}"
        click.echo(f"  times: {times}, in {found.timed} of {counted(found.turns, 'turn')}")
    else:
        click.echo("  times: none")
    for note in found.notes:
        click.echo(wrapped(f"note: {note}", "  "))
    for like in found.not_taken:
        lines = ", ".join(map(str, like.lines[:12])) + (", ..." if len(like.lines) > 12 else "")
        click.echo(wrapped(f"not taken as a label: `{like.label}`, {len(like.lines)} times; lines {lines}", "  "))
    for reason in found.reasons[:2]:
        click.echo(wrapped(reason, "  "))
    show_doubts(found)


def show_doubts(found: Preview) -> None:
    """Print what is doubtful in a transcript and was not confirmed."""
    for doubt in found.doubts:
        click.echo(wrapped(f"unsure: {doubt.message}", "  "))


def show_turn(turn: SpokenTurn) -> None:
    """Print a turn: its time where it has one, the speaker, and the words."""
    time = f"[{_clock(turn.at_ms)}] " if turn.at_ms is not None else ""
    label = f"{turn.speaker} ({turn.role}): " if turn.speaker else ""
    click.echo(wrapped(f"{time}{label}{turn.words}"))


def _row(one: SpeakerPreview) -> tuple[str | int, ...]:
    words = f"{one.words} ({one.share:.0%})"
    return (one.label or "(no label)", one.role, one.why, one.turns, words, f"{one.questions:.0%}", one.first[0])


def _clock(ms: int) -> str:
    """Return a time in milliseconds as hours, minutes and seconds.

    Examples
    --------
    >>> _clock(3_723_500)
    '1:02:03'
    """
    minutes, seconds = divmod(ms // 1000, 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
