"""The command that gives units to two coders each, or to one a second time."""

from __future__ import annotations

from pathlib import Path

import click

from coder.cli.output import counted, dry_run_option, json_option, opened, say_dry, show, show_json, study_argument
from coder.errors import UsageError
from coder.steps.agreement.intracoder import APART, Again, assign_again
from coder.steps.agreement.intracoder import SHARE as AGAIN
from coder.steps.audit.double_coding import SHARE, Assigned, still_to_do
from coder.steps.audit.double_coding import assign as assign_step
from coder.types import Table


@click.command()
@study_argument
@click.option("--coders", help="Names of two coders or more, with commas: ada,ben.")
@click.option("--again", metavar="NAME", help="A coder who is to code again what she coded some time ago.")
@click.option("--share", type=float, help=f"How much of the units to draw.  [default: {SHARE}; --again: {AGAIN}]")
@click.option(
    "--apart",
    default=APART,
    show_default=True,
    type=float,
    help="With --again: days since the unit was judged.",
)
@click.option("--seed", type=int, help="Of the draw; the study's own if none is given.")
@dry_run_option
@json_option
def assign(
    study: Path,
    coders: str | None,
    again: str | None,
    share: float | None,
    apart: float,
    seed: int | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Draw units to code blind, by two coders or again by one.

    The draw is spread over the transcripts; units with rarely suggested codes have a larger chance, and the chance of
    every unit is written down. Without --coders it says what each coder still has to do. They code what they were given
    with `coder audit STUDY --order assigned`, or on the page `Assigned` of `coder review STUDY`.

    With --again NAME codes a second time, blind and without her own first word in sight, what she judged --apart days
    ago or more; `coder agreement` then says how far she agrees with herself.
    """
    if again is not None and coders is not None:
        raise UsageError("--coders and --again are two draws", todo="make one after the other")
    names = [name.strip() for name in (coders or "").split(",") if name.strip()]
    found: Assigned | Again | None = None
    with opened(study) as s:
        if coders is not None:
            found = assign_step(s, names, share=SHARE if share is None else share, seed=seed, dry_run=dry_run)
        elif again is not None:
            much = AGAIN if share is None else share
            found = assign_again(s, again, share=much, apart=apart, seed=seed, dry_run=dry_run)
        left = still_to_do(s)
    if as_json:
        show_json({"draw": found, "coders": left})
        return
    if isinstance(found, Again):
        show_again(found)
    elif found is not None:
        show_assigned(found)
    if found is not None:
        say_dry(dry_run)
    rows = tuple((one.coder, one.assigned, one.done, one.assigned - one.done) for one in left)
    show(Table("To code blind", ("coder", "assigned", "done", "left"), rows, "" if left else "nothing is assigned yet"))


def show_again(found: Again) -> None:
    """Print how a draw of units to code again came out."""
    click.echo(
        f"{counted(found.drawn, 'unit')} of {found.frame} that {found.coder} judged {found.apart:g} days ago or more "
        f"drawn, in {counted(len(found.transcripts), 'transcript')}; {found.left_out} left out (judged later, with "
        f"suggestions in sight, or waiting already); seed {found.seed}"
    )


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
