"""A participant withdraws: their words go from the store and every file of the study, and cannot be imported again."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from coder.errors import UsageError
from coder.steps.models.registry import models_trained_on, retire
from coder.steps.study.study import Study
from coder.steps.withdrawal.files import changes, doomed, quoting
from coder.steps.withdrawal.participants import Target, Theirs, marks, quoted, resolve, theirs_in
from coder.steps.withdrawal.scheme_texts import without_quotations
from coder.store import corpus, withdrawal
from coder.store.judgements import judgements
from coder.transcripts.quoted import Quoted

COMMAND = "withdraw"


@dataclass(frozen=True)
class Withdrawn:
    """What goes with a participant's words, and what may still hold them.

    Attributes
    ----------
    targets
        (transcript, speaker) of each; no speaker stands for all who speak.
    words, turns, codings
        How many of theirs: words and turns of the current texts; codings that count today.
    memos
        Memos of the log and notes of flags that are about their words, or quote them.
    schemes
        Versions of the scheme that quote them.
    models, deleted, changed
        Models that learned from them, files, and tables that lose rows or quotations. All of cache/ goes, too.
    left
        Files that quote them and are not the program's to delete, such as backups.
    closed
        Files that cannot be searched for words.
    """

    targets: tuple[Target, ...]
    words: int
    turns: int
    codings: int
    memos: int
    schemes: int
    models: tuple[Path, ...] = ()
    deleted: tuple[Path, ...] = ()
    changed: tuple[Path, ...] = ()
    left: tuple[Path, ...] = ()
    closed: tuple[Path, ...] = ()


def withdraw(study: Study, names: Sequence[str] = (), *, dry_run: bool = False) -> Withdrawn:
    """Delete the words of transcripts, cases or speakers (TRANSCRIPT:SPEAKER) for good.

    First it is written down what is to go; then the files go, then the words in study.db. Whatever interrupts it, the
    next call finishes it, with names or without. Who coded what when stays in the log, without words and memos.

    Raises
    ------
    UsageError
        There is nobody of a name, or no name is given and nothing is unfinished.
    StudyBusyError
        Another program has the study open.
    """
    unfinished = withdrawal.pending(study.store)
    targets = list(dict.fromkeys([*unfinished, *resolve(study, names)]))
    if not targets:
        raise UsageError("who withdraws?", todo="name a transcript, a case, or TRANSCRIPT:SPEAKER")
    found = theirs_in(study, targets)
    theirs = quoted(study, found)
    models = models_trained_on(study, [name for name, _ in targets])
    edits = changes(study, found, theirs)
    gone = doomed(study, found, theirs)
    passed = {*gone, *(edit.path for edit in edits), *(file for folder in models for file in folder.rglob("*"))}
    left, closed = quoting(study.folder, theirs.in_text, passed) if found else ([], [])
    report = replace(
        _report(study, targets, found, theirs),
        models=tuple(models),
        deleted=tuple(gone),
        changed=tuple(edit.path for edit in edits),
        left=tuple(left),
        closed=tuple(closed),
    )
    if dry_run:
        return report
    with study.store.transaction(COMMAND):
        withdrawal.begin(study.store, targets, marks(study, targets, found))
        for model in models:
            retire(study, model.name)
    for folder in (*models, study.vectors.parent):
        shutil.rmtree(folder, ignore_errors=True)
    for file in gone:
        file.unlink(missing_ok=True)
    for edit in edits:
        edit.write()
    with study.store.transaction(COMMAND), withdrawal.unlocked(study.store):
        _forget(study, theirs_in(study, targets), theirs)  # with what was coded meanwhile
    withdrawal.scrub(study.store)
    with study.store.transaction(COMMAND):
        withdrawal.finish(study.store)
    withdrawal.scrub(study.store)
    return report


def _forget(study: Study, found: Sequence[Theirs], theirs: Quoted) -> None:
    """Take the words out of study.db."""
    store = study.store
    for transcript in {one.stored.id for one in found if not one.speaker}:
        withdrawal.forget_transcript(store, transcript)
    of_speakers = [one for one in found if one.speaker]
    withdrawal.forget_segments(store, {segment for one in of_speakers for segment in one.segments})
    for one in of_speakers:
        withdrawal.mask(store, one.stored.text, one.speaker, one.spans, one.segments)
        withdrawal.forget_speaker(store, one.stored.id, one.speaker)
    withdrawal.set_memos(store, _masked(withdrawal.memos(store), theirs))
    withdrawal.set_notes(store, _masked(withdrawal.notes(store), theirs))
    withdrawal.set_schemes(store, _schemes(study, theirs))


Key = TypeVar("Key")


def _masked(texts: dict[Key, str], theirs: Quoted) -> dict[Key, str]:
    """Return those texts that quote them, with blocks in the place of the quotations."""
    return {id_: theirs.masked(text) for id_, text in texts.items() if theirs.masked(text) != text}


def _schemes(study: Study, theirs: Quoted) -> dict[int, str]:
    """Return those versions of the scheme that quote them, without the quotations."""
    texts = withdrawal.schemes(study.store)
    return {id_: new for id_, text in texts.items() if (new := without_quotations(text, theirs)) != text}


def _report(study: Study, targets: Sequence[Target], found: Sequence[Theirs], theirs: Quoted) -> Withdrawn:
    """Count what is theirs."""
    current = {stored.text for stored in corpus.transcripts(study.store).values()}
    turns = [
        one.stored.transcript.words(turn.start, turn.end)
        for one in found
        if one.stored.text in current
        for turn in one.stored.transcript.turns
        if one.speaker in {"", turn.speaker}
    ]
    segments = {segment for one in found for segment in one.segments}
    memos = withdrawal.memos_on(study.store, segments)
    memos |= _masked(withdrawal.memos(study.store), theirs).keys()
    return Withdrawn(
        tuple(targets),
        words=sum(len(turn.split()) for turn in turns),
        turns=len(turns),
        codings=len(judgements(study.store, coded=True, segments=segments)),
        memos=len(memos) + len(_masked(withdrawal.notes(study.store), theirs)),
        schemes=len(_schemes(study, theirs)),
    )
