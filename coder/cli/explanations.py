"""Printing why a code was suggested."""

from __future__ import annotations

import click

from coder.cli.output import width, wrapped
from coder.steps.models.explanations import Why

MOST_TERMS = 6


def show_why(why: Why) -> None:
    """Print score and threshold, each head's log-odds as a sum, what weighed most, coded units like it, definitions."""
    found = why.explanation
    side = "suggested" if found.score >= found.threshold else "not suggested, which begins"
    click.echo(f"   {click.style(found.code, bold=True)}  {found.score:.2f}, {side} from {found.threshold:.2f}")
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
