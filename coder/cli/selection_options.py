"""The options that select the codings for a table or figure."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import click

from coder.cli.output import Command, opened
from coder.steps.findings.citations import ONLY
from coder.steps.findings.selection import Findings, Selection, findings
from coder.steps.study.study import Study
from coder.steps.study.timestamps import utc

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
        "in bulk, reviewed by nobody), seen+bulk, or unreviewed.",
    ),
    click.option("--real-names", is_flag=True, help="Print real names, though the study has a pseudonyms.csv."),
    click.option("--as-of", default="", help="The study as it stood at the end of this day, or at this time (UTC)."),
)


@dataclass(frozen=True)
class Asked:
    """Which codings were asked for, and of what time; an empty `as_of` is now."""

    selection: Selection
    as_of: str

    @contextmanager
    def findings(self, folder: Path) -> Iterator[tuple[Study, Findings]]:
        """Open a study and select its citations, for one command."""
        with opened(folder, self.as_of) as study:
            yield study, findings(study, self.selection)


def selection_options(command: Command) -> Command:
    """Add the options; the command gets what was `asked`."""

    @wraps(command)
    def selecting(*args: Any, since: str, as_of: str, **others: Any) -> Any:
        chosen = {name: others.pop(name) for name in ("code", "only", "coders", "cases", "real_names")}
        selection = Selection(since=utc(since) if since else "", **chosen)
        return command(*args, asked=Asked(selection, as_of), **others)

    for option in reversed(_OPTIONS):
        selecting = option(selecting)
    return selecting  # type: ignore[return-value]  # it is called with what click parses
