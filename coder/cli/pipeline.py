"""The command that runs every step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from coder.cli.models import show_suggested, show_trained, show_warnings
from coder.cli.output import Bars, counted, finish, json_option, opened, show, show_json, study_argument
from coder.cli.publish import show_published
from coder.cli.study import show_import, summary
from coder.steps.agreement.results import overview
from coder.steps.pipeline import Ran
from coder.steps.pipeline import run as run_step


@click.command()
@study_argument
@click.option(
    "--replicates", default=2000, show_default=True, type=click.IntRange(0), help="Number of bootstrap replicates."
)
@json_option
def run(study: Path, replicates: int, as_json: bool) -> None:
    """Run every step, from transcripts to tables.

    The steps: import, segment, code (the tables in codings/), train, suggest, agreement, publish (tables and figures,
    in out/). Finished steps are not repeated; an interrupted run continues where it stopped.
    """
    with opened(study, create=True) as s, Bars() as bar:
        click.echo(s.settings.name, err=as_json)

        def done(step: str, outcome: object) -> None:
            bar.clear()
            if not as_json:
                show_step(step, outcome)

        ran = run_step(s, replicates=replicates, progress=bar, done=done)
    if as_json:
        show_json(_facts(ran))
    else:
        click.echo()
        finish(study, after="publish")


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
            click.echo(f"{counted(sum(outcome.values()), 'unit')} in {counted(len(outcome), 'transcript')}")
        case "code":
            for name, found in outcome.items():
                said = ", ".join(f"{n} by {coder}" for coder, n in found.written.items()) or "nothing new"
                click.echo(f"{name}: {said}")
                show_warnings(found.warnings)
        case "train":
            show_trained(outcome)
        case "suggest":
            show_suggested(outcome)
        case "agreement" if outcome:
            show(overview(outcome))
        case "agreement":
            click.echo("No two coders have judged the same units yet.")
        case "publish":
            show_published(outcome)


def _facts(ran: Ran) -> dict[str, Any]:
    return {
        "imported": ran.imported,
        "units": ran.units,
        "codings": ran.codings,
        "trained": ran.trained,
        "suggested": ran.suggested,
        "agreement": [agreed.as_dict() for agreed in ran.agreed],
        "published": ran.published,
    }
