"""Take a transcript that was imported by mistake out of the study, and put it back."""

from __future__ import annotations

from pathlib import Path

from coder.errors import UsageError, did_you_mean
from coder.steps.study.study import Study
from coder.store import corpus, removal

REMOVED = "removed"
"""The folder in which the files of removed transcripts wait."""


def remove(study: Study, name: str, *, dry_run: bool = False) -> list[Path]:
    """Take a transcript out of the study and return where its files lie from now on; the log keeps its codings.

    Nothing counts, prints or learns from it any more, and no import takes it in again. It is no withdrawal: its words
    stay in study.db.

    Raises
    ------
    UsageError
        There is no such transcript.
    """
    with study.store.transaction("remove", dry_run=dry_run):
        found = corpus.transcripts(study.store)
        if name not in found:
            raise UsageError(f"there is no transcript `{name}`", todo=did_you_mean(name, found))
        removal.remove(study.store, found[name].id)
        if any(one.file == found[name].file for one in found.values() if one.id != found[name].id):
            return []  # the file is a table of several transcripts
        return _moved(study, found[name].file, "transcripts", REMOVED, dry_run)


def put_back(study: Study, *, dry_run: bool = False) -> str:
    """Put the transcript that was removed last back into the study, and return its name.

    Raises
    ------
    UsageError
        None was removed.
    """
    with study.store.transaction("undo remove", dry_run=dry_run):
        last = removal.last_removed(study.store)
        if last is None:
            raise UsageError("no transcript was removed")
        removal.put_back(study.store, last.name)
        _moved(study, last.file, REMOVED, "transcripts", dry_run)
        return last.name


def _moved(study: Study, file: str, source: str, target: str, dry_run: bool) -> list[Path]:
    old, new = study.folder / source / file, study.folder / target / file
    if not old.is_file():
        return []
    if not dry_run:
        new.parent.mkdir(exist_ok=True)
        old.replace(new)
    return [new]
