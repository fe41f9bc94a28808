"""Read the coded units of a study, as `coder train` learns from them, and its scheme."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.quality.corpus import CONTEXT, Coders, Corpus, assemble
from coder.agreement.ratings import Ratings
from coder.errors import CodingError, StudyError
from coder.learn.dataset import counted
from coder.steps.coding.judgements import adjudicated, people, ratings_of
from coder.steps.corpus.units import units_of
from coder.steps.models.training_data import roles_of
from coder.steps.study.study import Study, open_study
from coder.store.corpus import speakers, transcripts
from coder.types import Scheme, Speaker, Transcript

NOBODY = ("",) * len(CONTEXT)


@dataclass(frozen=True)
class Coded:
    """A study's coded units, its scheme, what each of its coders said, and its encoder and file of vectors."""

    corpus: Corpus
    scheme: Scheme
    coders: Coders | None
    encoder: str
    vectors: Path


def read_study(folder: Path, *, roles: Collection[str] = (), min_words: int = 0) -> Coded:
    """Read a study in which transcripts were cut and coded.

    The passages that coders marked are not among the examples: every method is given the same units.

    Parameters
    ----------
    roles, min_words
        As in `read_corpus`.

    Raises
    ------
    StudyError
        The folder holds no study, or its transcripts are not cut yet.
    CodingError
        No coded unit is left.
    """
    if not (folder / "study.db").exists():
        raise StudyError("nothing was coded here", where=folder, todo=f"coder run {folder}")
    study = open_study(folder)
    try:
        return _read(study, roles, min_words)
    finally:
        study.close()


def _read(study: Study, roles: Collection[str], min_words: int) -> Coded:
    units = units_of(study)
    ratings = ratings_of(study, units)
    Y = adjudicated(study, ratings)
    spoken = roles_of(study, units)
    places = counted([unit.segment.span.transcript for unit in units])
    kept = [
        i
        for i, unit in enumerate(units)
        if not np.isnan(Y[i]).all()
        and (not roles or spoken[i] in roles)
        and len(unit.segment.words.split()) >= min_words
    ]
    if not (Y[kept] > 0).any():
        raise CodingError("no coded unit is left", where=study.folder, todo="check --roles and --min-words")
    context = _context(study)
    own = [units[i].segment for i in kept]
    around = [context.get((segment.span.transcript, segment.span.turn), NOBODY) for segment in own]
    corpus = assemble(
        study.scheme.paths(),
        [(segment.span.transcript, str(segment.id)) for segment in own],
        Y[kept],
        first=np.where((Y[kept] > 0).any(axis=1), (Y[kept] > 0).argmax(axis=1), -1),
        position=np.array([units[i].position for i in kept]),
        place=[places[i] for i in kept],
        texts=[segment.words for segment in own],
        roles=[spoken[i] for i in kept],
        **{name: [said[n] for said in around] for n, name in enumerate(CONTEXT)},
    )
    return Coded(corpus, study.scheme, _coders(study, ratings, kept), study.settings.encoder, study.vectors)


def _coders(study: Study, ratings: Ratings, kept: list[int]) -> Coders | None:
    """Return what each person but the adjudicator judged; None where that is fewer than two."""
    names = tuple(name for name in people(study) if name != study.settings.adjudicator)
    values = ratings.values[[ratings.coders.index(name) for name in names]][:, kept]
    return Coders(names, values) if len(names) > 1 else None


def _context(study: Study) -> dict[tuple[str, int], tuple[str, ...]]:
    """Return what `CONTEXT` names, for each transcript and turn: the turns next to it, and who spoke."""
    who = speakers(study.store)
    found: dict[tuple[str, int], tuple[str, ...]] = {}
    for name, stored in transcripts(study.store).items():
        said = [("", ""), *_turns(stored.transcript, who.get(name, {})), ("", "")]
        for n, turn in enumerate(stored.transcript.turns):
            found[name, turn.n] = (*said[n], *said[n + 2])
    return found


def _turns(transcript: Transcript, who: dict[str, Speaker]) -> list[tuple[str, str]]:
    return [(transcript.words(turn.start, turn.end), _role(who, turn.speaker)) for turn in transcript.turns]


def _role(who: dict[str, Speaker], label: str) -> str:
    return str(who[label].role) if label in who else ""
