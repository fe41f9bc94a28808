"""The command that says what may be accepted without a look."""

from __future__ import annotations

from pathlib import Path

import click

from coder.cli.output import json_option, opened, show, show_json, study_argument
from coder.steps.estimates.precision_guarantee import promise_of


@click.command()
@study_argument
@click.option("--precision", default=0.9, show_default=True, help="The share that is to be right.")
@click.option("--confidence", default=0.95, show_default=True, help="How sure the promise is to be.")
@json_option
def promise(study: Path, precision: float, confidence: float, as_json: bool) -> None:
    """Say what may be accepted unseen, after a random audit.

    The sample comes from `coder audit STUDY --order random`, audited to its end. docs/promise.md has the proof.
    """
    with opened(study) as s:
        found = promise_of(s, precision=precision, confidence=confidence)
    if as_json:
        show_json(found)
        return
    show(found.table("All codes together", found.together))
    click.echo()
    show(found.table("Each code by itself", found.by_code))
