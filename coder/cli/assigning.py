"""The command that gives units to two coders each."""

from __future__ import annotations

from pathlib import Path

import click

from coder.cli.output import counted, dry_run_option, json_option, opened, say_dry, show, show_json, study_argument
from coder.steps.assigning import SHARE, Assigned, still_to_do
from coder.steps.assigning import assign as assign_step
from coder.types import Table


@click.command()
@study_argument
@click.option("--coders", help="Names of two coders or more, with commas: ada,ben.")
@click.option("--share", default=SHARE, show_default=True, help="How much of the units to draw.")
@click.option("--seed", type=int, help="Of the draw; the study's own if none is given.")
@dry_run_option
@json_option
def assign(study: Path, coders: str | None, share: float, seed: int | None, dry_run: bool, as_json: bool) -> None:
    """Draw units that two coders code blind.

    The draw is spread over the transcripts; units with rarely suggested codes have a larger chance, and the chance of
    every unit is written down. Without --coders it says what each coder still has to do. They code what they were given
    with `coder audit STUDY --order assigned`, or on the page `Assigned` of `coder review STUDY`.
    """
    with opened(study) as s:
        names = [name.strip() for name in (coders or "").split(",") if name.strip()]
        found = assign_step(s, names, share=share, seed=seed, dry_run=dry_run) if coders is not None else None
        left = still_to_do(s)
    if as_json:
        show_json({"draw": found, "coders": left})
        return
    if found is not None:
        show_assigned(found)
        say_dry(dry_run)
    rows = tuple((one.coder, one.assigned, one.done, one.assigned - one.done) for one in left)
    show(Table("To code blind", ("coder", "assigned", "done", "left"), rows, "" if left else "nothing is assigned yet"))


def show_assigned(found: Assigned) -> None:
    """Print how a draw came out."""
    click.echo(
        f"{counted(found.drawn, 'unit')} of {found.frame} drawn, in {counted(len(found.transcripts), 'transcript')};"
        f" {found.left_out} left out (judged by one of the coders, or drawn before); seed {found.seed}"
    )
    rows = tuple(
        (name or "(no suggestion)", size, drawn, f"{chance:.3f}")
        for name, (size, drawn, chance) in found.strata.items()
    )
    show(Table("By rarest suggested code", ("code", "units", "drawn", "chance"), rows))
