"""The command that does the whole line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from coder.cli.learning import show_suggested, show_trained
from coder.cli.output import json_option, number, opened, progress, show_json, study_argument
from coder.cli.study import show_import, summary
from coder.steps.agreeing import Agreed
from coder.steps.running import Ran
from coder.steps.running import run as run_step


@click.command()
@study_argument
@click.option("--replicates", default=2000, show_default=True, type=click.IntRange(0), help="Of the bootstrap.")
@json_option
def run(study: Path, replicates: int, as_json: bool) -> None:
    """Do the whole line: import, segment, codings, train, suggest, agreement, tables.

    What is done already is not done again; an interrupted run goes on where it stopped.
    """
    with opened(study) as s, progress() as bar:
        click.echo(f"{s.settings.name}", err=as_json)
        ran = run_step(s, replicates=replicates, progress=bar, done=None if as_json else show_step)
    if as_json:
        show_json(_facts(ran))


def show_step(step: str, outcome: Any) -> None:
    """Print what a step did, as soon as it is done."""
    if outcome is None:
        return
    click.echo(click.style(f"\n{step}", bold=True))
    match step:
        case "import":
            for item in outcome:
                show_import(item)
            click.echo(summary(outcome))
        case "segment":
            click.echo(f"{sum(outcome.values())} units in {len(outcome)} transcripts")
        case "code":
            for name, found in outcome.items():
                said = ", ".join(f"{n} by {coder}" for coder, n in found.written.items()) or "nothing new"
                click.echo(f"{name}: {said}")
        case "train":
            show_trained(outcome)
        case "suggest":
            show_suggested(outcome)
        case "agreement":
            _show_agreement(outcome)
        case "tables":
            click.echo("\n".join(str(path) for path in outcome))


def _show_agreement(found: list[Agreed]) -> None:
    """Print one line a pair of coders; `coder agreement` prints every code."""
    for agreed in found:
        pooled = next(row for row in agreed.rows if row.label.startswith("all codes"))
        low, high = pooled.alpha_interval.low, pooled.alpha_interval.high
        click.echo(
            f"{agreed.title}: alpha {number(pooled.alpha)} ({number(low)} to {number(high)}), "
            f"kappa {number(pooled.kappa)}, {100 * pooled.percent:.1f} % of {pooled.n} decisions"
        )
    click.echo("each code: coder agreement STUDY" if found else "no two coders have judged the same units yet")


def _facts(ran: Ran) -> dict[str, Any]:
    return {
        "imported": ran.imported,
        "units": ran.units,
        "codings": ran.codings,
        "trained": ran.trained,
        "suggested": ran.suggested,
        "agreement": [agreed.as_dict() for agreed in ran.agreed],
        "tables": ran.tables,
    }
