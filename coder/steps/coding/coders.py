"""The coders of a study: adding them, and refusing names that may not code."""

from __future__ import annotations

import re
from collections import Counter

from coder.errors import CodingError, UsageError, check_known
from coder.steps.study.study import Study
from coder.store import log
from coder.store.judgements import judgements
from coder.store.log import KindChange
from coder.types import Coder, CoderKind, Verdict

_MACHINES = "chatgpt|gpt|llama|claude|gemini|gemma|mistral|mixtral|qwen|deepseek|grok|copilot|llm|ai"
_NAMES_OF_MACHINES = re.compile(rf"(?<![a-z])({_MACHINES})(?![a-z])", re.IGNORECASE)


def looks_like_a_machine(name: str) -> bool:
    """Tell whether a coder is called as language models are; what the coder is, a person has to say.

    Examples
    --------
    >>> [looks_like_a_machine(name) for name in ("gpt-4o", "Llama3:8b", "Claudette", "Aino")]
    [True, True, False, False]
    """
    return _NAMES_OF_MACHINES.search(name) is not None


def kinds(study: Study) -> dict[str, CoderKind]:
    """Return what each coder is registered as, by name, in the order in which they joined."""
    return {coder.name: coder.kind for coder in log.coders(study.store)}


def kind_of(study: Study, name: str) -> CoderKind | None:
    """Return what a coder is, by study.toml or as registered; None for a name that is in neither."""
    registered = kinds(study).get(name)
    if registered is not CoderKind.MODEL and name in study.settings.machines:
        return CoderKind.MACHINE
    return registered


def check_coder(study: Study, name: str) -> None:
    """Refuse an empty name, and that of a model or machine, under which no person can code.

    Raises
    ------
    CodingError
        The name is empty, or a model's or a machine's.
    """
    _check_named(name)
    kind = kind_of(study, name)
    if kind not in {None, CoderKind.PERSON}:
        raise CodingError(f"`{name}` is a {kind}'s name", todo="give your own name as the coder")


def add_coder(study: Study, name: str) -> None:
    """Register a person as a coder, inside a transaction.

    Raises
    ------
    CodingError
        The name is empty, or belongs to a model or machine.
    """
    check_coder(study, name)
    log.add_coder(study.store, Coder(name))


def _check_named(name: str) -> None:
    if not name.strip():
        raise CodingError("the coder has no name", todo="give --coder NAME, or a column `coder`")


def register_coder(study: Study, name: str, kind: CoderKind | None = None) -> None:
    """Register whose codings are imported, inside a transaction; a coder registered as another kind is corrected.

    Parameters
    ----------
    kind
        What the coder is. By default what study.toml or the study's register says, and else a person.

    Raises
    ------
    CodingError
        The name is empty or a model's; or study.toml says something else of the coder.
    """
    _check_named(name)
    registered = kinds(study).get(name)
    kind = kind or kind_of(study, name) or CoderKind.PERSON
    if registered is CoderKind.MODEL:
        raise CodingError(f"`{name}` is a model's name", todo="choose another name for the coder")
    if kind is CoderKind.PERSON and name in study.settings.machines:
        raise CodingError(f"study.toml lists `{name}` among `machines`", todo="take it out there, or say machine here")
    if kind is CoderKind.MACHINE and name == study.settings.adjudicator:
        raise CodingError(f"`{name}` adjudicates, which only a person can", todo="change `adjudicator` in study.toml")
    log.add_coder(study.store, Coder(name, kind))
    if registered not in {None, kind}:
        log.correct_kind(study.store, name, kind)


def set_kind(study: Study, name: str, kind: CoderKind, *, dry_run: bool = False) -> bool:
    """Correct what a coder is, a person or a machine, for all of the coder's codings; return whether that is new.

    Raises
    ------
    UsageError
        There is no coder of that name.
    CodingError
        The coder is a model of the study, or study.toml says something else of it.
    """
    check_known("coder", [name], kinds(study))
    before = len(log.kind_changes(study.store))
    with study.store.transaction("coders kind", dry_run=dry_run):
        register_coder(study, name, kind)
        return len(log.kind_changes(study.store)) > before


def kind_changes(study: Study) -> list[KindChange]:
    """Return the corrections of coders' kinds, in order."""
    return log.kind_changes(study.store)


def coders_of(study: Study) -> list[dict[str, object]]:
    """Return each coder with kind, current codings and what was read as a whole."""
    events = judgements(study.store)
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
    if name in kinds(study):
        raise UsageError(f"there is a coder called `{name}` already")
    with study.store.transaction("coders add", dry_run=dry_run):
        add_coder(study, name)
