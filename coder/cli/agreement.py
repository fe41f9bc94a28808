"""The command that prints inter-coder agreement, of a study or of any table of codings."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Any

import click

from coder.cli.output import (
    Bars,
    Form,
    counted,
    dry_run_option,
    figure_option,
    finish,
    format_options,
    json_option,
    opened,
    show,
    show_found,
    show_json,
    study_argument,
    wrapped,
)
from coder.errors import UsageError
from coder.steps.agreement.disagreements import Disagreement, Disagreements, confusion_figure
from coder.steps.agreement.disagreements import disagreements as disagreements_step
from coder.steps.agreement.from_table import METRICS, agreement_of_table
from coder.steps.agreement.intercoder import BY, agreement_of
from coder.steps.agreement.intracoder import APART, Again, assign_again
from coder.steps.agreement.intracoder import SHARE as AGAIN
from coder.steps.agreement.results import COEFFICIENTS, overview, tables_of
from coder.steps.agreement.spans import agreement_on_spans
from coder.steps.audit.double_coding import SHARE, Assigned, still_to_do
from coder.steps.audit.double_coding import assign as assign_step
from coder.types import Table


def _names(context: click.Context, option: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    """Put every coefficient in the place of `all`."""
    return COEFFICIENTS if "all" in given else given


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--coder", "coders", multiple=True, help="Only these coders (repeatable).")
@click.option(
    "--by",
    type=click.Choice(BY),
    default="code",
    show_default=True,
    help="Of a study: a row for each code, each value of a facet, each case, or each pair of coders.",
)
@click.option(
    "--apart",
    default=APART,
    show_default=True,
    type=click.FloatRange(0),
    help="Of a study: days between a coder's first and second coding of a unit, to be compared.",
)
@click.option(
    "--coefficient",
    "coefficients",
    multiple=True,
    type=click.Choice((*COEFFICIENTS, "all")),
    callback=_names,
    metavar="NAME",
    help=f"Only this coefficient (repeatable): {', '.join(COEFFICIENTS)}, or all. By default agreement in percent, "
    "kappa (Cohen's for two coders, Fleiss' for more), AC1 and alpha.",
)
@click.option(
    "--metric", type=click.Choice(METRICS), default="nominal", show_default=True, help="Alpha's metric, for a table."
)
@click.option("--wide", is_flag=True, help="The table has a column for each coder and a row for each unit.")
@click.option("--unit-column", "unit", metavar="NAME", help="The table's column of units.  [default: unit]")
@click.option("--coder-column", "coder", metavar="NAME", help="The table's column of coders.  [default: coder]")
@click.option("--code-column", "code", metavar="NAME", help="The table's column of codes.  [default: code]")
@click.option(
    "--transcript-column",
    "transcript",
    metavar="NAME",
    help="The table's column of transcripts.  [default: transcript]",
)
@click.option(
    "--replicates", default=2000, show_default=True, type=click.IntRange(0), help="Number of bootstrap replicates."
)
@click.option(
    "--spans", is_flag=True, help="Of a study: the passages that people marked, by characters, segments and facets."
)
@click.option(
    "--overlap",
    type=click.FloatRange(0, 100, min_open=True),
    default=90,
    show_default=True,
    help="With --spans: by how many percent two segments must overlap to agree.",
)
@click.option("--gamma", is_flag=True, help="With --spans: gamma, too (needs the package pygamma-agreement).")
@json_option
def agreement(
    path: Path,
    coders: tuple[str, ...],
    by: str,
    apart: float,
    coefficients: tuple[str, ...],
    metric: Any,
    wide: bool,
    replicates: int,
    spans: bool,
    overlap: float,
    gamma: bool,
    as_json: bool,
    **columns: str | None,
) -> None:
    """Print inter-coder agreement, of a study or of a table.

    PATH is a study, or any table of codings (csv, xlsx, parquet): a row for each unit, coder and code, with the
    columns unit, coder, code, and transcript if it is known; or --wide, a row for each unit and a column for each
    coder.

    Of a study it prints people on what they coded blind, apart from what they coded with suggestions shown; the model,
    and machines from elsewhere, beside two people on the same units; and each coder's first codings beside their second
    (`coder double-code --again`). All figures are from before adjudication, with alpha after adjudication beside them.
    """
    if spans or gamma:
        _agreement_on_spans(path, coders, overlap, gamma, replicates, as_json)
        return
    with Bars() as bar:
        wanted: dict[str, Any] = {"coders": coders, "coefficients": coefficients, "replicates": replicates}
        if path.is_file():
            named = {part: name for part, name in columns.items() if name}
            found = [agreement_of_table(path, columns=named, wide=wide, metric=metric, progress=bar, **wanted)]
        else:
            with opened(path) as study:
                found = agreement_of(study, by=by, apart=apart, progress=bar, **wanted)
    if as_json:
        sets = [agreed.as_dict(coefficients) for agreed in found]
        show_json(sets[0] if path.is_file() else sets)
        return
    Form().give([overview(found, coefficients)] if by == "pair" else tables_of(found, coefficients))
    if path.is_dir():
        finish(path, after="agreement")


def _agreement_on_spans(
    path: Path, coders: tuple[str, ...], overlap: float, gamma: bool, replicates: int, as_json: bool
) -> None:
    """Print agreement on the passages that people marked in a study."""
    if path.is_file():
        raise UsageError("a table of codings has no passages to compare", where=path, todo="give a study's folder")
    with Bars() as bar, opened(path) as study:
        found = agreement_on_spans(
            study, coders=coders, overlap=overlap, gamma=gamma, replicates=replicates, progress=bar
        )
    tables = [table for agreed in found for table in agreed.tables()]
    show_found([agreed.as_dict() for agreed in found], as_json, *tables)


@click.command("double-code")
@study_argument
@click.option("--coders", help="Names of two coders or more, with commas: ada,ben.")
@click.option("--again", metavar="NAME", help="A coder who is to code again what they coded some time ago.")
@click.option("--share", type=float, help=f"How much of the units to sample.  [default: {SHARE}; --again: {AGAIN}]")
@click.option(
    "--apart",
    default=APART,
    show_default=True,
    type=float,
    help="With --again: days since the unit was judged.",
)
@click.option("--seed", type=int, help="Of the sample; the study's own if none is given.")
@dry_run_option
@json_option
def double_code(
    study: Path,
    coders: str | None,
    again: str | None,
    share: float | None,
    apart: float,
    seed: int | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Sample units to code blind, by two coders or again by one.

    The sample is spread over the transcripts; units with rarely suggested codes have a larger chance, and the chance of
    every unit is recorded. Without --coders it lists what each coder still has to do. They code what they were given
    with `coder audit STUDY --order assigned`, or on the page `Assigned` of `coder review STUDY`.

    With --again NAME codes a second time what they judged --apart days ago or more: blind, and without seeing their
    own first coding. `coder agreement` then compares the two (intra-coder agreement).
    """
    if again is not None and coders is not None:
        raise UsageError("--coders and --again are two samples", todo="make one after the other")
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
    if found is not None:
        _show_sample(found)
    rows = tuple((one.coder, one.assigned, one.done, one.assigned - one.done) for one in left)
    show(Table("To code blind", ("coder", "assigned", "done", "left"), rows, "" if left else "nothing is assigned yet"))
    finish(study, dry_run)


def _show_sample(found: Assigned | Again) -> None:
    """Print how many units were sampled; for two coders, by stratum."""
    frame, left_out = "", "judged by one of the coders, or drawn before"
    if isinstance(found, Again):
        frame = f" that {found.coder} judged {found.apart:g} days ago or more"
        left_out = "judged later, with suggestions shown, or assigned already"
    click.echo(
        f"{counted(found.drawn, 'unit')} of {found.frame}{frame} drawn, in "
        f"{counted(len(found.transcripts), 'transcript')}; {found.left_out} left out ({left_out}); seed {found.seed}"
    )
    if isinstance(found, Again):
        return
    rows = tuple(
        (name or "(no suggestion)", size, drawn, f"{chance:.3f}")
        for name, (size, drawn, chance) in found.strata.items()
    )
    show(Table("By rarest suggested code", ("code", "units", "drawn", "chance"), rows))


CONFUSED = 15
"""So many pairs of codes are printed on the terminal."""


@click.command()
@study_argument
@click.option(
    "--coder",
    "coders",
    multiple=True,
    help="Only these coders (repeatable); of one, against each other one. Machines too.",
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
    """Print the units that two coders code differently.

    By code and by what the other coder gave instead (nothing, another mechanism of the same dimension, an unrelated
    code, the same code with other borders), the most frequent first: each passage with the turns around it, its
    speaker, what each coder gave, and memos. Before that, which codes are confused with which. All of it is from before
    adjudication.
    """
    with opened(study) as s:
        found = disagreements_step(s, coders=coders, code=code, case=case)
    if figure is not None:
        confusion_figure(found).save(figure)
    if form.as_json:
        confusions = [
            {"coders": one.coders, "units": one.units, "codes": one.codes, "counts": one.counts.tolist()}
            for one in found.confusions
        ]
        show_json({"kinds": dict(found.kinds()), "confusions": confusions, "disagreements": found.found})
    elif form.format != "text":
        form.give(found.tables())
    else:
        _show(found)
    if figure is not None:
        click.echo(f"The confusion matrix is drawn in {figure}", err=True)


def _show(found: Disagreements) -> None:
    """Print counts, then each code with its passages, kind by kind."""
    for one in found.confusions:
        click.echo(f"{' and '.join(one.coders)}: {counted(one.units, 'unit')} judged by both")
    if not found.found:
        click.echo("No disagreement in what was asked for.")
        return
    click.echo()
    Form().give([found.kinds_table(), found.confused_table(CONFUSED)])
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
    for given in (one.gave, one.against):
        memos = "".join(f" # {memo}" for memo in given.memos)
        click.echo(wrapped(f"{given.coder}: {', '.join(given.codes) or 'no code'}{memos}", "    "))


def _dim(text: str) -> None:
    for line in text.splitlines():
        click.echo(click.style(wrapped(line, "    | "), dim=True))
