"""Cut the respondents' words into units of coding."""

from __future__ import annotations

from coder.steps.study.study import Study
from coder.store import corpus
from coder.transcripts.segment import parse_rule, segment
from coder.types import Progress, Role, Unit, silent


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
    return corpus.units(study.store, str(parse_rule(study.settings.units)))
