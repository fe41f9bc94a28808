"""Cut the respondents' words into units of coding."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from coder.errors import CodingError, StudyError, UsageError, did_you_mean
from coder.steps.study.study import Study
from coder.store import corpus, unit_queries
from coder.store.unit_queries import Place
from coder.transcripts.segment import parse_rule, segment
from coder.types import Progress, Role, Unit, silent

logger = logging.getLogger("coder")


def segment_study(study: Study, *, dry_run: bool = False, progress: Progress = silent) -> dict[str, int]:
    """Cut every transcript that is not cut by the study's unit rule yet; return the number of units of each."""
    rule = parse_rule(study.settings.units)
    speakers = corpus.speakers(study.store)
    counts = {}
    with study.store.transaction("segment", dry_run=dry_run):
        stored = corpus.transcripts(study.store)
        for n, (name, item) in enumerate(stored.items()):
            progress("segmenting", n, len(stored))
            units = corpus.unit_ids(study.store, item.text, str(rule))
            if not units:
                logger.info("segmenting %s (rule `%s`)", name, rule)
                people = speakers.get(name, {}).values()
                respondents = {s.label for s in people if s.role is Role.RESPONDENT}
                spans = segment(item.transcript, rule, respondents, study.settings.language)
                units = [
                    corpus.segment_at(study.store, item.text, s.start, s.end, item.transcript.words(s.start, s.end))
                    for s in spans
                ]
                corpus.set_units(study.store, item.text, str(rule), units)
            counts[name] = len(units)
        progress("segmenting", len(stored), len(stored))
    return counts


def units_of(study: Study) -> list[Unit]:
    """Return the study's units under its unit rule, in order."""
    return corpus.units(study.store, rule_of(study))


def units_in(study: Study, transcripts: Sequence[str]) -> list[Unit]:
    """Return the units of these transcripts; of all where none is named.

    Raises
    ------
    StudyError
        Nothing is cut into units yet.
    UsageError
        There is no transcript of a name that was given.
    """
    units = units_of(study)
    if not units:
        raise StudyError("no units yet", where=study.folder, todo=f"coder import {study.folder}, then coder segment")
    known = dict.fromkeys(unit.segment.span.transcript for unit in units)
    for name in transcripts:
        if name not in known:
            raise UsageError(f"there is no transcript `{name}` with units", todo=did_you_mean(name, known))
    return [unit for unit in units if not transcripts or unit.segment.span.transcript in transcripts]


def rule_of(study: Study) -> str:
    """Return the study's unit rule as the store writes it."""
    return str(parse_rule(study.settings.units))


def place_of(study: Study, segment: int) -> Place:
    """Return where a unit lies.

    Raises
    ------
    CodingError
        There is no such unit, or its transcript was withdrawn or replaced.
    """
    place = unit_queries.place(study.store, rule_of(study), segment)
    if place is None:
        raise CodingError(
            "this unit is not in the study any more: its transcript was withdrawn, replaced or segmented again",
            todo="go on with the next unit",
        )
    return place
