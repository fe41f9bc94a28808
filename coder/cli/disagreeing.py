"""The command that prints what coders disagree on, in its own words."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import click

from coder.cli.output import (
    Form,
    counted,
    figure_option,
    format_options,
    opened,
    show,
    show_json,
    study_argument,
    wrapped,
)
from coder.steps.agreement.disagreements import Disagreement, Disagreements, Said, confusion_figure
from coder.steps.agreement.disagreements import disagreements as disagreements_step

CONFUSED = 15
"""So many pairs of codes are printed on the terminal."""


@click.command()
@study_argument
@click.option(
    "--coder", "coders", multiple=True, help="Only these coders (repeatable); of one, against each other one."
)
@click.option("--code", help="Only codes at or below this path (a dimension, a mechanism, a code).")
@click.option("--case", help="Only this case, or transcript.")
@format_options
@click.option("--csv", "format_", flag_value="csv", help="The same as --format csv.")
@figure_option("the confusion matrix")
def disagreements(
    study: Path,
    coders: tuple[str, ...],
    code: str | None,
    case: str | None,
    figure: Path | None,
    form: Form,
) -> None:
    """Print the units that two coders see differently.

    By code and by what the other coder gave instead (nothing, another mechanism of the same dimension, an unrelated
    code, the same code with other borders), the most frequent first: each passage with the turns around it, who said
    it, what each coder gave, and memos. Before that, which codes stand against which. Everything is as it was before
    disagreements were settled.
    """
    with opened(study) as s:
        found = disagreements_step(s, coders=coders, code=code, case=case)
    if figure is not None:
        confusion_figure(found).save(figure)
    if form.as_json:
        show_json({"kinds": dict(found.kinds()), "confusions": _matrices(found), "disagreements": found.found})
    elif form.format != "text":
        form.give(found.tables())
    else:
        _show(found)
    if figure is not None:
        click.echo(f"The confusion matrix is drawn in {figure}", err=True)


def _matrices(found: Disagreements) -> list[dict[str, object]]:
    return [
        {"coders": one.coders, "units": one.units, "codes": one.codes, "counts": one.counts.tolist()}
        for one in found.confusions
    ]


def _show(found: Disagreements) -> None:
    """Print counts, then each code with its passages, kind by kind."""
    for one in found.confusions:
        click.echo(f"{' and '.join(one.coders)}: {counted(one.units, 'unit')} judged by both")
    if not found.found:
        click.echo("No disagreement in what was asked for.")
        return
    click.echo()
    show(found.kinds_table())
    click.echo()
    show(found.confused_table(CONFUSED))
    for code, ones in groupby(found.found, key=lambda one: one.code):
        here = list(ones)
        click.echo()
        click.echo(click.style(f"{code}: {counted(len(here), 'disagreement')}", bold=True))
        for kind, those in groupby(here, key=lambda one: one.kind):
            passages = list(those)
            click.echo(f"\n  The other coder gave: {kind} ({len(passages)})")
            for passage in passages:
                _show_passage(passage)


def _show_passage(one: Disagreement) -> None:
    time = f", {one.at_ms // 60000}:{one.at_ms // 1000 % 60:02}" if one.at_ms is not None else ""
    who = ", ".join(filter(None, (one.speaker, one.title, one.case)))
    click.echo()
    click.echo(click.style(f"  ── {one.transcript}, turn {one.turn + 1}{time} · {who}", dim=True))
    _dim(one.before)
    click.echo(wrapped(one.words, "    "))
    _dim(one.after)
    for said in (one.gave, one.against):
        click.echo(wrapped(_said(said), "    "))


def _dim(text: str) -> None:
    for line in text.splitlines():
        click.echo(click.style(wrapped(line, "    | "), dim=True))


def _said(said: Said) -> str:
    memos = "".join(f" # {memo}" for memo in said.memos)
    return f"{said.coder}: {', '.join(said.codes) or 'no code'}{memos}"
