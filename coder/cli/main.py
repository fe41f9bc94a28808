"""The command `coder`."""

from __future__ import annotations

import signal

import click

from coder.cli.agreement import agreement, assign, disagreements
from coder.cli.bulk import accept, anchoring, guarantee
from coder.cli.citations import cite
from coder.cli.coding import audit, code, coders, why
from coder.cli.estimates import plan, prevalence, saturation
from coder.cli.figures import figure
from coder.cli.models import models, retrain, suggest, train
from coder.cli.output import CoderCommands
from coder.cli.pipeline import run
from coder.cli.pseudonyms import names
from coder.cli.publish import publish, report
from coder.cli.scheme import scheme
from coder.cli.server import review
from coder.cli.study import check, history, import_, new, segment, transcripts
from coder.cli.tables import cooccurrence, matrix, quotes, rounds, stats


@click.group(cls=CoderCommands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="transcript-coder", prog_name="coder")
def main() -> None:
    """Code interview transcripts, audit the suggestions, retrain, and print citation tables.

    A study is a folder; `coder new FOLDER` starts one, and `coder run FOLDER` does the whole line.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # `kill` ends a command as Ctrl-C does, tidily


for command in (
    new, run, import_, transcripts, segment, scheme, coders, plan, assign, code, suggest, audit, review, why,
    guarantee, accept, anchoring, train, retrain, models, agreement, disagreements, prevalence, saturation,
    cite, quotes, matrix, cooccurrence, rounds, stats, figure, names, report, publish, history, check,
):  # fmt: skip
    main.add_command(command)
