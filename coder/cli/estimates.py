"""Commands of estimates: prevalence, sample size, saturation."""

from __future__ import annotations

from pathlib import Path

import click

from coder.cli.output import FOLDER, Bars, figure_option, json_option, opened, show_found, study_argument
from coder.errors import UsageError
from coder.steps.estimates.prevalence import between as between_step
from coder.steps.estimates.prevalence import estimates_of
from coder.steps.estimates.sample_size import AGREEMENT, COEFFICIENTS, TRANSCRIPTS, WIDTH, Wanted, plan_alone, plan_of
from coder.steps.findings.saturation import BASE, RUN, THRESHOLD, saturation_of


@click.command()
@study_argument
@click.option("--by", type=click.Choice(("case",)), help="A row for each case, compared with all other cases.")
@click.option("--code", help="Only codes at or below this path (a dimension, a mechanism, a code).")
@click.option("--between", nargs=2, metavar="CASE CASE", help="Compare two cases.")
@json_option
def prevalence(study: Path, by: str | None, code: str | None, between: tuple[str, str] | None, as_json: bool) -> None:
    """Print how often codes occur, corrected for machine errors.

    What people found in finished random draws (`coder audit --order blind`, or `random` if every unit has a suggestion,
    and `coder double-code`) is generalised to all units, next to the machine's own count.
    """
    if by and between:
        raise UsageError("--by and --between answer two questions", todo="give one of them")
    with opened(study) as s:
        found = between_step(s, *between, code=code) if between else estimates_of(s, code=code, by_case=bool(by))
    table = found.between_table(*between) if between else found.table()
    show_found(found, as_json, table, *([found.draws_table()] if found.draws else []))


@click.command("sample-size")
@click.argument("study", type=FOLDER, required=False)
@click.option("--width", default=WIDTH, show_default=True, help="How wide the 95 % interval may be.")
@click.option("--agreement", default=AGREEMENT, show_default=True, help="The value that you expect.")
@click.option(
    "--coefficient", type=click.Choice(COEFFICIENTS), default="alpha", show_default=True, help="Which coefficient."
)
@click.option("--code", help="Only codes at or below this path.")
@click.option("--prevalence", type=float, help="Without a study: the share of units with the code.")
@click.option(
    "--transcripts", default=TRANSCRIPTS, show_default=True, type=click.IntRange(1), help="Without a study: how many."
)
@click.option(
    "--spread", type=float, help="Intraclass correlation within transcripts; as measured, or 0.05, if none is given."
)
@json_option
def sample_size(
    study: Path | None,
    width: float,
    agreement: float,
    coefficient: str,
    code: str | None,
    prevalence: float | None,
    transcripts: int,
    spread: float | None,
    as_json: bool,
) -> None:
    """Plan how many units two people should code.

    Enough for an interval of --width, by simulation with what the study knows of each code; or, without a study, with
    --prevalence.
    """
    wanted = Wanted(width, agreement, coefficient, spread)
    if (study is None) == (prevalence is None):
        raise UsageError(
            "a plan is for a study, or for a share of units", todo="coder sample-size STUDY, or --prevalence 0.1"
        )
    if study is not None:
        with Bars() as bar, opened(study) as s:
            found = plan_of(s, wanted, code=code, progress=bar)
    else:
        found = plan_alone(wanted, prevalence or 0.0, transcripts)
    show_found(found, as_json, found.table())
    if found.command and not as_json:
        click.echo(f"\nFor all codes within reach:\n  {found.command}")


@click.command()
@study_argument
@click.option("--base", default=BASE, show_default=True, help="Transcripts in the base, the measure of new codes.")
@click.option("--run", default=RUN, show_default=True, help="Transcripts in a run.")
@click.option("--threshold", default=THRESHOLD, show_default=True, help="New codes in a run, in percent of the base.")
@figure_option("the curves")
@json_option
def saturation(study: Path, base: int, run: int, threshold: float, figure: Path | None, as_json: bool) -> None:
    """Print how many new codes each further transcript brings.

    New codes, and codes that are new to their case, as the transcripts came and in random orders; and whether the codes
    are saturated (Guest, Namey & Chen 2020).
    """
    with opened(study) as s:
        found = saturation_of(s, base=base, run=run, threshold=threshold)
    if figure is not None:
        found.figure().save(figure)
    show_found(found, as_json, found.table(), found.assessment())
