"""The command `coder`."""

from __future__ import annotations

import logging
import signal

import click

from coder.cli.agreement import agreement, disagreements, double_code
from coder.cli.bulk import anchoring_bias, bulk_accept, guarantee
from coder.cli.citations import citations
from coder.cli.coding import audit, code, coders, explain
from coder.cli.estimates import prevalence, sample_size, saturation
from coder.cli.figures import figure
from coder.cli.memos import memos
from coder.cli.models import models, plan, retrain, suggest, train
from coder.cli.output import CoderCommands
from coder.cli.pipeline import run
from coder.cli.pseudonymise import pseudonymise
from coder.cli.pseudonyms import pseudonyms
from coder.cli.publish import publish, report
from coder.cli.scheme import scheme
from coder.cli.server import review
from coder.cli.study import check, demo, history, import_, new, segment, transcripts
from coder.cli.tables import cooccurrence, matrix, quotes, stats, waves
from coder.cli.withdrawal import remove, undo, withdraw
from coder.network import refuse_network

SECTIONS = {
    "Start": (new, demo, run),
    "Transcripts": (import_, transcripts, segment, remove, withdraw, pseudonymise),
    "Codebook": (scheme,),
    "Code and review": (code, review, suggest, audit, explain, double_code, bulk_accept, memos, coders),
    "Models": (train, retrain, models, plan, guarantee),
    "Agreement": (agreement, disagreements, anchoring_bias, sample_size),
    "Findings": (quotes, citations, matrix, cooccurrence, waves, stats, prevalence, saturation, figure, pseudonyms),
    "Study": (publish, report, history, undo, check),
}
FIRST = ("new", "import", "code", "review", "train", "suggest", "audit", "retrain", "agreement", "publish")
RENAMED = {
    "promise": "guarantee",
    "accept": "bulk-accept",
    "anchoring": "anchoring-bias",
    "why": "explain",
    "rounds": "waves",
    "names": "pseudonyms",
    "assign": "double-code",
    "cite": "citations",
}
"""Names of 0.1, for which nothing but an error remains."""


@click.group(
    cls=CoderCommands,
    sections=SECTIONS,
    first=FIRST,
    renamed=RENAMED,
    aliases={"codebook": "scheme"},
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="transcript-coder", prog_name="coder")
@click.option("--verbose", is_flag=True, help="Log to standard error what is done, with times.")
@click.pass_context
def main(context: click.Context, verbose: bool) -> None:
    """Code interview transcripts, audit the suggestions, retrain, and print citation tables.

    A study is a folder; `coder new FOLDER` starts one, and `coder run FOLDER` runs every step.
    """
    refuse_network()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # `kill` ends a command as Ctrl-C does, tidily
    if verbose:
        _log_to_stderr(context)


def _log_to_stderr(context: click.Context) -> None:
    """Print what the steps log, until the command ends."""
    logger, handler = logging.getLogger("coder"), logging.StreamHandler()  # to sys.stderr
    handler.setFormatter(logging.Formatter("%(asctime)s.%(msecs)03d %(levelname)s %(message)s", "%H:%M:%S"))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)

    @context.call_on_close
    def stop() -> None:
        logger.removeHandler(handler)
        logger.setLevel(logging.NOTSET)
