"""The whole line in one go: what is done already is not done again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from coder.errors import StudyError
from coder.steps.agreement.intercoder import agreement_of
from coder.steps.agreement.results import Agreed
from coder.steps.coding.human_codings import CodingsImported, coding_files, import_codings
from coder.steps.coding.judgements import people
from coder.steps.corpus.transcripts import Imported, import_transcripts
from coder.steps.corpus.units import segment_study
from coder.steps.models.suggest import Suggested, suggest
from coder.steps.models.train import Trained, train
from coder.steps.publishing.publish import FORMATS, Published, publish
from coder.steps.study.study import Study
from coder.store import corpus
from coder.types import Progress, silent


@dataclass(frozen=True)
class Ran:
    """What each step of the line did; None where there was nothing for it to do."""

    imported: list[Imported]
    units: dict[str, int]
    codings: dict[str, CodingsImported]
    trained: Trained | None
    suggested: Suggested
    agreed: list[Agreed]
    published: Published


def run(
    study: Study,
    *,
    replicates: int = 2000,
    formats: Sequence[str] = FORMATS,
    progress: Progress = silent,
    done: Callable[[str, object], None] | None = None,
) -> Ran:
    """Import, segment, take in codings, train, suggest, measure agreement, and publish tables and figures in out/.

    Each step is a transaction of its own, so an interrupted run goes on where it stopped.

    Parameters
    ----------
    formats
        In which tables, figures and the methods appendix are written.
    done
        Called as `done(step, outcome)` when a step has ended.

    Raises
    ------
    StudyError
        The study has no transcripts.
    """
    tell = done or (lambda step, outcome: None)
    imported = import_transcripts(study, progress=progress)
    if all(one.status == "skipped" for one in imported) and not corpus.transcripts(study.store):
        raise StudyError(
            "the study has no transcripts",
            where=study.folder / "transcripts",
            todo="put transcripts there, such as .txt, .docx or .vtt files",
        )
    tell("import", imported)
    units = segment_study(study, progress=progress)
    tell("segment", units)
    codings = {path.name: import_codings(study, path) for path in coding_files(study.folder)}
    tell("code", codings)
    trained = train(study, progress=progress) if people(study) else None
    tell("train", trained)
    suggested = suggest(study, progress=progress)
    tell("suggest", suggested)
    agreed = _agreement(study, replicates, progress)
    tell("agreement", agreed)
    published = publish(study, formats=formats, replicates=replicates, agreed=agreed, progress=progress)
    tell("publish", published)
    return Ran(imported, units, codings, trained, suggested, agreed, published)


def _agreement(study: Study, replicates: int, progress: Progress) -> list[Agreed]:
    try:
        return agreement_of(study, replicates=replicates, progress=progress)
    except StudyError:  # a single coder and no model: there is nothing to compare yet
        return []
