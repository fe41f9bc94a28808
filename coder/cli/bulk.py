"""Commands of bulk acceptance, the precision guarantee, and anchoring bias."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click

from coder.cli.output import (
    Command,
    coder_option,
    counted,
    dry_run_option,
    finish,
    json_option,
    opened,
    show,
    show_found,
    show_json,
    study_argument,
    wrapped,
)
from coder.errors import UsageError
from coder.steps.audit.anchoring_bias import anchoring as anchoring_of
from coder.steps.audit.bulk_accept import Plan, undo_bulk
from coder.steps.audit.bulk_accept import accept as accept_step
from coder.steps.estimates.precision_guarantee import GuaranteeResult, guarantee_of
from coder.steps.study.study import Study
from coder.types import Guarantees


def _guarantee_options(command: Command) -> Command:
    share, toml = click.FloatRange(0, 1, min_open=True, max_open=True), "from study.toml"
    for option in (
        click.option(
            "--looks",
            type=click.IntRange(0),
            show_default=toml,
            help="How many random audits you declared before the first. 1 takes fewest labels, but "
            "no later audit can be used. 0: any number, each may err half as often as the one before.",
        ),
        click.option(
            "--at-most", type=click.IntRange(1), show_default=toml, help="Codes of a unit that recall counts."
        ),
        click.option("--recall", type=share, show_default=toml, help="Share of people's codes that are found."),
        click.option("--confidence", type=share, show_default=toml, help="Confidence of precision, and of recall."),
        click.option(
            "--precision",
            type=click.FloatRange(0, 1, min_open=True),
            show_default=toml,
            help="Share of what is accepted that is right.",
        ),
    ):
        command = option(command)
    return command


def _wanted(study: Study, given: dict[str, Any]) -> Guarantees:
    """Return what study.toml says, but for the options that were given."""
    return replace(study.settings.guarantee, **{key: value for key, value in given.items() if value is not None})


@click.command("bulk-accept")
@study_argument
@coder_option()
@_guarantee_options
@click.option("--each", is_flag=True, help="The guarantee holds for each code by itself, not for all codes together.")
@click.option("--undo", is_flag=True, help="Take your last bulk back as a whole.")
@dry_run_option
@json_option
def bulk_accept(
    study: Path,
    coder: str,
    each: bool,
    undo: bool,
    dry_run: bool,
    as_json: bool,
    **wanted: Any,
) -> None:
    """Accept in bulk what a precision guarantee allows.

    The guarantee needs a random audit (`coder audit --order random --all`, see `coder guarantee`). What is accepted
    is marked `bulk` in the log, stays in the audit queue and never counts as reviewed; `--only bulk` and `--only
    seen+bulk` print it. How many codes are missed all the same, and what has to be read, is printed below.
    """
    with opened(study) as s:
        if undo:
            n = undo_bulk(s, coder, dry_run=dry_run)
            if as_json:
                show_json({"taken_back": n})
            else:
                click.echo(f"{counted(n, 'coding')} {'would be' if dry_run else 'were'} taken back")
            return
        usual = s.settings.guarantee
        planned = accept_step(s, coder, _wanted(s, wanted), each=each, dry_run=dry_run)
    if as_json:
        show_json(_as_dict(planned, dry_run))
        return
    show(planned.table())
    click.echo()
    click.echo(_in_words(planned, dry_run))
    _show_missed(planned.guarantee, usual)
    finish(study, dry_run)


def _show_missed(found: GuaranteeResult, usual: Guarantees) -> None:
    """Print what nobody would see who looks at suggestions alone."""
    if found.recall:
        show(found.recall.table())
        if found.recall.to_read and found.recall.wanted != usual:
            click.echo(wrapped("`--order to-read` follows [guarantee] in study.toml: write it there"))
    else:
        click.echo(wrapped(found.problem))


def _in_words(planned: Plan, dry_run: bool) -> str:
    if planned.suggestions:
        does = "would be accepted" if dry_run else "accepted in bulk; `--undo` takes all of it back"
        return f"{counted(len(planned.suggestions), 'suggestion')} {does}"
    if planned.before or planned.answered or planned.blind:
        return "nothing new to accept"
    return f"nothing may be accepted at this precision: {planned.need}"


def _as_dict(planned: Plan, dry_run: bool) -> dict[str, object]:
    return {
        "accepted": len(planned.suggestions),
        "written": 0 if dry_run else len(planned.suggestions),
        "answered": planned.answered,
        "before": planned.before,
        "blind": planned.blind,
        "missing": 0 if planned.suggestions else planned.missing(),
        "each": planned.each,
        "suggestions": [{"event": e.id, "segment": e.segment, "code": e.code} for e in planned.suggestions],
        "guarantee": asdict(planned.guarantee),
    }


@click.command("anchoring-bias")
@study_argument
@coder_option(required=False)
@json_option
def anchoring_bias(study: Path, coder: str | None, as_json: bool) -> None:
    """Compare decisions with and without visible suggestions.

    For codes that were suggested for the units that a coder read: how often the coder gave them when the suggestion
    was shown, and when it was hidden. `hide_suggestions = 0.1` in study.toml hides a share of them unannounced.
    """
    with opened(study) as s:
        found = anchoring_of(s, coder)
    if not (found or as_json):
        raise UsageError("nobody has audited a suggestion yet", todo="coder review STUDY, or coder audit STUDY")
    show_found(found, as_json, *(one.table() for one in found))


@click.command()
@study_argument
@_guarantee_options
@json_option
def guarantee(study: Path, as_json: bool, **wanted: Any) -> None:
    """Find which suggestions can be accepted unreviewed, and what must be read.

    The random sample comes from `coder audit STUDY --order random`, with --all to know what is missed, too; all of it
    has to be audited. What is guaranteed is said in study.toml under [guarantee], which `coder audit --order to-read`
    follows, or by the options. docs/precision-guarantee.md has the proofs.
    """
    with opened(study) as s:
        usual = s.settings.guarantee
        found = guarantee_of(s, _wanted(s, wanted))
    parts = {"All codes together": found.together, "Each code by itself": found.by_code}
    show_found(found, as_json, *(found.table(title, kept) for title, kept in parts.items()))
    if not as_json:
        _show_missed(found, usual)
        finish(study)
