"""Take back the last imported table of codings, or the last removal of a transcript."""

from __future__ import annotations

from dataclasses import dataclass

from coder.errors import UsageError
from coder.steps.audit.decisions import taken_back
from coder.steps.coding.human_codings import IMPORT
from coder.steps.study.study import Study
from coder.steps.withdrawal.remove import put_back
from coder.store import log, removal
from coder.store.judgements import last_standing_run

UNDO_IMPORT = f"undo {IMPORT}"


@dataclass(frozen=True)
class Undone:
    """What was taken back: a removal of a `transcript`, or so many codings of an import.

    `kept` are those that their coder has judged again since, and which stay as they are.
    """

    transcript: str = ""
    codings: int = 0
    kept: int = 0


def undo(study: Study, *, dry_run: bool = False) -> Undone:
    """Take back what came last: an import of a table of codings, or a removal of a transcript.

    Raises
    ------
    UsageError
        There is neither.
    """
    removed = removal.last_removed(study.store)
    standing, kept = last_standing_run(study.store, IMPORT, UNDO_IMPORT)
    if removed and not any(event.run > removed.run for event in standing):
        return Undone(put_back(study, dry_run=dry_run))
    if not standing:
        raise UsageError("there is no imported table of codings, and no removal, to take back")
    with study.store.transaction(UNDO_IMPORT, dry_run=dry_run):
        codings = [taken_back(study, event) for event in reversed(standing)]
        log.append(study.store, codings, study.scheme_version())
    return Undone(codings=len(standing), kept=kept)
