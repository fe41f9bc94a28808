"""What there is to do in a study, for one coder; and which command comes next."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from coder.steps.audit.double_coding import still_to_do
from coder.steps.audit.queue import waiting
from coder.steps.coding.human_codings import coding_files
from coder.steps.coding.judgements import people
from coder.steps.corpus.units import rule_of
from coder.steps.study.study import Study
from coder.store import adjudications, log, overview
from coder.store.overview import Progress


@dataclass(frozen=True)
class NextStep:
    """The command that comes next, without `coder` before it, and why."""

    command: str
    why: str


@dataclass(frozen=True)
class Overview:
    """A coder's progress by transcript; `model` is empty where nothing has been suggested yet."""

    transcripts: tuple[Progress, ...]
    model: str
    next: NextStep


def to_do(study: Study, coder: str) -> Overview:
    """Return what there is to do for a coder."""
    model = log.suggesting_model(study.store)
    units = waiting(study, coder) if model else []
    transcripts = overview.progress(study.store, rule_of(study), coder, units)
    return Overview(tuple(transcripts), model, next_step(study, coder))


def next_step(study: Study, coder: str = "", *, after: str = "") -> NextStep:
    """Return the command that takes a study one step further, with the reason.

    Transcripts, units, codes, codings, a model, suggestions, their review, blind coding, the model again, agreement,
    tables.

    Parameters
    ----------
    coder
        Whose review and blind coding count; everybody's if no name is given.
    after
        The command that has just ended: `agreement` and `publish` leave no trace in the log, and what comes before
        them is not proposed again.
    """
    return next(_steps(study, coder, after))


def _steps(study: Study, coder: str, after: str) -> Iterator[NextStep]:
    """Yield the steps that a study still needs, in order."""
    folder, model = shlex.quote(str(study.folder)), log.suggesting_model(study.store)
    trained = log.adopted(study.store) is not None
    state = overview.state(study.store, rule_of(study), model)
    if not state.transcripts:
        yield NextStep(f"run {folder}", f"put interviews into {study.folder / 'transcripts'}")
    if state.unsegmented:
        yield NextStep(f"segment {folder}", f"{_counted(state.unsegmented, 'transcript')} without units")
    if not study.scheme.codes:
        yield NextStep(f"scheme add {folder} NAME", "the codebook has no codes yet")
    tables = coding_files(study.folder)
    what = shlex.quote(str(tables[0])) if tables else "--coder NAME"
    code = NextStep(f"code {folder} {what}", "nothing is coded yet")
    if not (state.judged or model):
        yield code
    if state.judged > 1 and not trained:
        yield NextStep(f"train {folder}", f"{_counted(state.judged, 'transcript')} coded, and no model trained")
    if state.unsuggested:
        yield NextStep(f"suggest {folder}", f"{_counted(state.unsuggested, 'transcript')} without suggestions")
    if model and (n := len(waiting(study, coder))):
        yield NextStep(f"review {folder}", f"{_counted(n, 'unit')} with suggestions to review")
    if not state.judged:
        yield code
    for one in still_to_do(study):
        if one.assigned > one.done and coder in {"", one.coder}:
            command = f"audit {folder} --coder {shlex.quote(one.coder)} --order assigned"
            yield NextStep(command, f"{_counted(one.assigned - one.done, 'unit')} for {one.coder} to code blind")
    if trained and not after and (n := overview.judged_since(study.store, _last_training(study))):
        yield NextStep(f"retrain {folder}", f"{_counted(n, 'passage')} judged since the last training")
    yield from _last_steps(study, folder, after)


def _last_steps(study: Study, folder: str, after: str) -> Iterator[NextStep]:
    """Yield the steps once everything is reviewed; the last one is always there."""
    if after not in {"agreement", "publish"}:
        if adjudications.shared_texts(study.store):
            yield NextStep(f"agreement {folder}", "two coders have coded the same transcripts")
        elif len(names := people(study)) > 1:
            two = shlex.quote(",".join(names[:2]))
            yield NextStep(f"double-code {folder} --coders {two}", "no transcript is coded by two people")
    if after != "publish":
        yield NextStep(f"publish {folder}", "everything is reviewed")
    yield NextStep(f"check {folder}", "verify the study before you pass its tables on")


def _last_training(study: Study) -> str:
    """Return when a model was last adopted or trained here, as the log writes times."""
    saved = [path.stat().st_mtime for path in (study.folder / "models").glob("*/model.json")]
    times = [datetime.fromtimestamp(time, UTC).isoformat() for time in saved]
    return max([at for *_, at in log.adoptions(study.store)] + times)


def _counted(n: int, thing: str) -> str:
    return f"{n:,} {thing}" if n == 1 else f"{n:,} {thing}s"
