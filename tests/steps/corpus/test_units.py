"""Units of coding in the study: cut once for each text and rule, from the respondents' words alone."""

from dataclasses import replace

import pytest

from coder.errors import UsageError
from coder.steps.corpus.units import segment_study, units_of
from coder.steps.integrity import check
from coder.store import corpus, log


def under(study, **settings):
    study.settings = replace(study.settings, **settings)
    return study


def test_units_are_the_respondents_sentences_in_order(study):
    words = [unit.segment.words for unit in units_of(study) if unit.segment.span.transcript == "birch-1"]
    assert words[:3] == [
        "We show each skipper the winch at the fair.",
        "The hall is cold ❄️.",
        "They talk with one another at the fair, too.",
    ]
    assert {unit.segment.speaker for unit in units_of(study)} == {"Maja", "Olof", "Siri", "Nils"}


def test_the_question_goes_with_the_unit(study):
    units = [unit for unit in units_of(study) if unit.segment.span.transcript == "alder-1"]
    assert units[0].before == "How do the skippers learn your sonar? 🐟"
    assert units[-1].before == "And afterwards?"
    assert 0 < units[0].position < units[-1].position < 1


def test_equal_sentences_are_units_of_their_own(study):
    same = [unit.segment for unit in units_of(study) if unit.segment.words == "Yes, yes."]
    assert len({segment.id for segment in same}) == 5


def test_another_rule_cuts_anew_and_leaves_the_codings(study):
    before = log.head(study.store), len(units_of(study))
    assert segment_study(under(study, units="turn")) == {"alder-1": 2, "alder-2": 1, "birch-1": 1, "birch-2": 2}
    assert len(units_of(study)) == 6
    assert (log.head(study.store), len(units_of(under(study, units="sentence")))) == before
    assert check(study).findings == ()


def test_a_dry_run_counts_and_writes_nothing(study):
    count = len(corpus.segments(study.store))
    assert sum(segment_study(under(study, units="turn"), dry_run=True).values()) == 6
    assert units_of(study) == []
    assert len(corpus.segments(study.store)) == count


def test_a_rule_that_is_none_is_refused(study):
    with pytest.raises(UsageError, match="`paragraph` is not a rule for units"):
        segment_study(under(study, units="paragraph"))


def test_progress_is_told_for_every_transcript(study):
    told = []
    segment_study(study, progress=lambda *what: told.append(what))
    assert told == [("segmenting", n, 4) for n in range(5)]
