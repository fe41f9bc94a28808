"""The options that say from which codings a table or figure is made."""

from __future__ import annotations

from functools import wraps
from typing import Any

import click

from coder.cli.output import Command
from coder.steps.citing import ONLY
from coder.steps.findings import Selection
from coder.steps.times import utc

_OPTIONS = (
    click.option("--code", help="Only codes at or below this path (a dimension, a mechanism, a code)."),
    click.option("--coder", "coders", multiple=True, help="Only codings by these people (repeatable)."),
    click.option("--case", "cases", multiple=True, help="Only the transcripts of these cases (repeatable)."),
    click.option("--since", default="", help="Only what was coded since then: 2026-03-01, or a time (UTC)."),
    click.option(
        "--only",
        type=click.Choice(tuple(ONLY)),
        default="seen",
        show_default=True,
        help="Which codings count: human (coded unaided), accepted (suggestions), seen (both), bulk (accepted "
        "in bulk, seen by nobody), seen+bulk, or unreviewed.",
    ),
    click.option("--real-names", is_flag=True, help="Print real names, though the study has a pseudonyms.csv."),
    click.option("--as-of", default="", help="The study as it stood at the end of this day, or at this time (UTC)."),
)


def selection_options(command: Command) -> Command:
    """Add the options; the command gets a `selection`, and `as_of` for opening the study."""

    @wraps(command)
    def selecting(*args: Any, code: Any, coders: Any, cases: Any, since: str, only: str, **others: Any) -> Any:
        since = utc(since) if since else ""
        selection = Selection(code, only, coders, cases, since, others.pop("real_names"))
        return command(*args, selection=selection, **others)

    for option in reversed(_OPTIONS):
        selecting = option(selecting)
    return selecting  # type: ignore[return-value]  # it is called with what click parses
