"""The coders of a study: adding them, and refusing names that may not code."""

from __future__ import annotations

from collections import Counter

from coder.errors import CodingError, UsageError
from coder.steps.study.study import Study
from coder.store import log
from coder.types import Coder, Verdict


def check_coder(study: Study, name: str) -> None:
    """Refuse a model's name."""
    if any(coder.name == name and coder.kind == "model" for coder in log.coders(study.store)):
        raise CodingError(f"`{name}` is a model's name", todo="give your own name as the coder")


def add_coder(study: Study, name: str) -> None:
    """Write a person down as a coder, inside a transaction.

    Raises
    ------
    CodingError
        The name is empty or belongs to a model.
    """
    known = {coder.name: coder for coder in log.coders(study.store)}
    if not name.strip():
        raise CodingError("the coder has no name", todo="give --coder NAME, or a column `coder`")
    if name in known and known[name].kind == "model":
        raise CodingError(f"`{name}` is a model's name", todo="choose another name for the coder")
    log.add_coder(study.store, Coder(name))


def coders_of(study: Study) -> list[dict[str, object]]:
    """Return each coder with kind, current codings and transcripts read as a whole."""
    events = log.current(study.store)
    coded = Counter(e.coder for e in events if e.code is not None and e.verdict is Verdict.PRESENT)
    read = Counter(e.coder for e in events if e.code is None)
    return [
        {"coder": c.name, "kind": c.kind, "codings": coded[c.name], "read": read[c.name]}
        for c in log.coders(study.store)
    ]


def new_coder(study: Study, name: str, *, dry_run: bool = False) -> None:
    """Add a person to the study's coders.

    Raises
    ------
    UsageError
        There is a coder of that name.
    """
    if any(coder.name == name for coder in log.coders(study.store)):
        raise UsageError(f"there is a coder called `{name}` already")
    with study.store.transaction("coders add", dry_run=dry_run):
        add_coder(study, name)
