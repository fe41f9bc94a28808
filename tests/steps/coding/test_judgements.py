"""What holds of a unit, who said so before anybody adjudicated it, and which marked passages teach."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.agreement.ratings import ratings
from coder.config import Settings
from coder.steps.audit.outcomes import _holding
from coder.steps.coding.judgements import adjudicated, marked_passages, ratings_of
from coder.steps.corpus.units import units_of
from coder.steps.scheme.changes import change, edit_of
from coder.steps.study.study import Study
from coder.store import corpus, log, unit_queries
from coder.types import Coding, Judgement, Scheme, Span, Verdict

COURSES, ROPES, TALK = "education/customers/courses", "education/suppliers/courses", "contact/fairs"
JUDGED = {"p": Verdict.PRESENT, "a": Verdict.ABSENT, "u": Verdict.UNSURE}
CODES, UNITS = ("a", "b"), range(3)


def say(study, *codings):
    with study.store.transaction("code"):
        from coder.steps.coding.coders import add_coder

        for coding in codings:
            add_coder(study, coding.coder)
        return log.append(study.store, codings, study.scheme_version())


@given(
    st.dictionaries(
        st.tuples(st.sampled_from(["ada", "ben", "panel"]), st.sampled_from(UNITS), st.sampled_from([None, *CODES])),
        st.sampled_from("pau"),
    )
)
def test_boards_count_what_holds_by_the_rule_that_models_learn_by(words):
    spans = [Span("t", 10 * unit, 10 * unit + 10) for unit in UNITS]
    said = [
        Judgement(0, unit, code, coder, Verdict.PRESENT if code is None else JUDGED[verdict], place=spans[unit])
        for (coder, unit, code), verdict in words.items()
    ]
    judged = {name: [] for name in ("ada", "ben", "panel")}
    for one in said:
        judged[one.coder].append(one)
    study = Study(None, replace(Settings("s"), adjudicator="panel"), Scheme("s", (), (), ()), None)
    Y = adjudicated(study, ratings(spans, judged, codes=CODES))
    read = {one.segment for one in said if one.code is None}
    holds, _ = _holding(study, said)
    found = {(unit, code) for (code, _), units in holds.items() for unit in units}
    assert found == {(n, CODES[k]) for n, k in np.argwhere(Y == 1) if n in read}


@pytest.fixture
def marking(study):
    """Let ada and ben have marked a passage each, narrower than a unit, in the units of alder-2."""
    study.units = [unit.segment for unit in units_of(study) if unit.segment.span.transcript == "alder-2"]
    text = unit_queries.current_text(study.store, "alder-2")
    passages = {}
    with study.store.transaction("code"):
        for name, unit in zip(("ada", "ben"), study.units[1:], strict=False):
            start, end = unit.span.start, unit.span.start + 12
            passages[name] = corpus.segment_at(study.store, text, start, end, unit.words[:12])
    for name, passage in passages.items():
        say(study, Coding(passage, TALK, name))
    study.passages = passages
    study.settings = replace(study.settings, adjudicator="panel")
    return study


def marked(study):
    found = {unit.segment.id for unit in marked_passages(study, {unit.segment.id for unit in units_of(study)})}
    return [name for name, passage in study.passages.items() if passage in found]


def test_the_adjudicators_passages_count_where_she_has_read_and_everybodys_elsewhere(marking):
    assert marked(marking) == ["ada", "ben"]
    say(marking, Coding(marking.units[1].id, TALK, "panel"), Coding(marking.units[1].id, None, "panel"))
    assert marked(marking) == ["ben"]  # of ada's place the panel has said what holds
    say(marking, Coding(marking.passages["ada"], TALK, "panel"))
    assert marked(marking) == ["ada", "ben"]  # it is the panel's passage, too


def test_what_was_said_before_adjudication_is_read_under_the_codes_of_today(study):
    unit = next(unit.segment.id for unit in units_of(study) if unit.segment.span.transcript == "birch-2")
    say(study, Coding(unit, COURSES, "eva"), Coding(unit, ROPES, "eva", Verdict.ABSENT))

    def of(code):
        found = ratings_of(study, before_adjudication=True)
        return found.values[found.coders.index("eva"), found.units.index(unit), found.codes.index(code)]

    assert of(COURSES) == 1
    change(study, edit_of(study, "rename", "courses", "", ["lessons"]), "ada")
    assert of("education/customers/lessons") == 1
    change(study, edit_of(study, "merge", "education/suppliers", "", ["education/customers"]), "ada")
    assert of("education/customers/lessons") == 1  # present in one of them
    say(study, Coding(unit, "education/customers/lessons", "eva", Verdict.ABSENT))
    assert of("education/customers/lessons") == 0  # said anew
