"""The command that draws what the study found."""

from __future__ import annotations

from pathlib import Path

import click

from coder.cli.output import FILE, study_argument
from coder.cli.selection_options import Asked, selection_options
from coder.errors import UsageError
from coder.steps.findings.figures import FIGURES, Wanted, figure_file
from coder.steps.findings.figures import figure as figure_step
from coder.steps.findings.selection import Selection

_WITH_FACET = ("frequency", "network", "timeline")


@click.command()
@study_argument
@click.argument("what", type=click.Choice(FIGURES))
@click.option(
    "-o",
    "--output",
    required=True,
    type=FILE,
    callback=lambda _context, _option, path: figure_file(path),
    help="Write this file (.svg, .pdf or .png).",
)
@click.option("--facet", help="Of frequency, network, timeline: values of this facet, not codes.")
@click.option("--rows", help="Of matrix: what stands in the rows.  [default: case]")
@click.option("--columns", help="Of matrix: what stands in the columns.  [default: the first facet, a tree's headings]")
@click.option("--transcript", help="Of timeline: the interview.")
@click.option("--least", type=click.IntRange(1), help="Of network: only pairs with so many units in common.")
@selection_options
def figure(
    study: Path,
    what: str,
    output: Path,
    facet: str | None,
    rows: str | None,
    columns: str | None,
    transcript: str | None,
    least: int | None,
    asked: Asked,
) -> None:
    """Draw a figure of the findings into a file.

    flow: knowledge between the firm and its partners, as defined in the codebook (`flow:`). frequency: codes by case.
    matrix: a heat map. network: codes on the same units. timeline: codes along an interview. saturation: what each
    transcript brings, by all that people found. All in black and greys; the file's description states its
    source.
    """
    own = {
        "--facet": (facet, _WITH_FACET), "--rows": (rows, ("matrix",)), "--columns": (columns, ("matrix",)),
        "--transcript": (transcript, ("timeline",)), "--least": (least, ("network",)),
    }  # fmt: skip
    for option, (value, places) in own.items():
        if value is not None and what not in places:
            raise UsageError(f"{option} does not apply to `{what}`", todo=f"it is for {', '.join(places)}")
    if what == "saturation" and asked.selection != Selection():
        raise UsageError("saturation is of all that people found", todo="leave out what selects codings")
    wanted = Wanted(facet or "code", rows or "case", columns, transcript or "", least or 1)
    with asked.findings(study) as (s, found):
        drawing = figure_step(s, found, what, wanted)
    click.echo(f"{drawing.save(output)} written: {drawing.title}.")
