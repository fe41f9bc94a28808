import dataclasses
import sqlite3
import warnings

import pytest
from shared.audits import answer, hidden

from coder.config import load_settings
from coder.errors import StudyError, UsageError
from coder.steps.audit.anchoring_bias import anchoring
from coder.steps.audit.decisions import record
from coder.steps.audit.queue import audit_queue
from coder.steps.audit.unit_page import page_of
from coder.steps.audit.units import Decision
from coder.store.decision_times import write_decision
from coder.store.judgements import judgements
from coder.store.random_draws import write_draw
from coder.types import Verdict

COURSES, FAIRS, TALK = "education/customers/courses", "education/customers/fairs", "contact/fairs"
MODEL = "guess-1"


def set_(study, **more):
    study.settings = dataclasses.replace(study.settings, **more)


@pytest.fixture
def many(study, add_interview):
    """Add four interviews of thirty units; each unit has one suggestion, of courses or of talk at fairs."""
    study.segments = []
    for t in range(4):
        lines = [f"In year {k} we held course number {t} again." for k in range(30)]
        study.segments += add_interview(study, f"cedar-{t}", lines, MODEL, COURSES, TALK)
    return study


def judge(study, coder, accept_blind=lambda n: False):
    """Accept whatever is shown; give what is hidden only where `accept_blind` says so."""
    for n, item in enumerate(audit_queue(study, coder)):
        blind = item.shown == "nothing"
        code = (COURSES, TALK)[study.segments.index(item.unit.segment.id) % 2]
        given = {"added": (code,) * accept_blind(n)} if blind else {"accepted": (code,)}
        answer(study, coder, item, **given)


def test_nothing_is_hidden_unless_the_study_says_so(many):
    assert not any(hidden(many, "eva", segment) for segment in many.segments)
    assert all(item.codes for item in audit_queue(many, "eva"))


def test_a_share_is_hidden_by_a_lot_that_stays_and_that_differs_between_coders(many):
    set_(many, hide_suggestions=0.25)
    lots = {name: [hidden(many, name, segment) for segment in many.segments] for name in ("eva", "ben")}
    assert all(0.12 < sum(lot) / len(lot) < 0.4 for lot in lots.values())
    assert lots["eva"] != lots["ben"]
    assert lots["eva"] == [hidden(many, "eva", segment) for segment in many.segments]
    set_(many, seed=2)
    assert lots["eva"] != [hidden(many, "eva", segment) for segment in many.segments]
    set_(many, seed=1, hide_suggestions=0.5)
    more = [hidden(many, "eva", segment) for segment in many.segments]
    assert all(now for before, now in zip(lots["eva"], more, strict=True) if before)  # a larger share holds the smaller


def test_the_queue_hides_them_in_their_place_and_the_events_say_so(many):
    in_order = [item.unit.segment.id for item in audit_queue(many, "eva")]
    set_(many, hide_suggestions=0.25)
    items = audit_queue(many, "eva")
    assert [item.unit.segment.id for item in items] == in_order
    assert all((not item.codes) == hidden(many, "eva", item.unit.segment.id) for item in items)
    judge(many, "eva", lambda n: True)
    for event in judgements(many.store, "eva"):
        assert event.shown == ("nothing" if hidden(many, "eva", event.segment) else "suggestions")
        assert event.shown == "suggestions" or event.responds_to is None


def test_what_was_drawn_at_random_is_never_hidden(many):
    set_(many, hide_suggestions=1.0)
    with many.store.transaction("draw"):
        write_draw(many.store, {s: k < 10 for k, s in enumerate(many.segments)}, 0.1, "random")
    assert [hidden(many, "eva", s) for s in many.segments] == [False] * 10 + [True] * 110
    drawn = audit_queue(many, "eva", order="random")
    assert len(drawn) == 10 and all(item.codes for item in drawn)


def test_times_are_kept_but_those_of_pauses_and_are_never_changed(many):
    for segment, seconds in zip(many.segments, (4.0, 7000.0), strict=False):
        page = page_of(many, "ada", segment)
        record(many, "ada", page, Decision({one.code: Verdict.PRESENT for one in page.codes}, seconds=seconds))
    assert many.store.one("SELECT count(*) FROM decision") == 1
    for sql in ("DELETE FROM decision", "UPDATE decision SET segment = 1"):
        with pytest.raises(sqlite3.IntegrityError, match="never"):
            many.store.db.execute(sql)


def test_judgements_in_sight_are_compared_with_blind_ones_on_the_same_kind_of_unit(many):
    set_(many, hide_suggestions=0.4)
    judge(many, "eva", lambda n: n % 2 == 0)
    [found] = [one for one in anchoring(many) if one.coder == "eva"]
    lot = [hidden(many, "eva", segment) for segment in many.segments]
    assert (found.overall.assisted.given, found.overall.assisted.n) == (lot.count(False), lot.count(False))
    assert found.overall.blind.n == lot.count(True) > found.overall.blind.given > 0
    rate = found.overall.blind.given / found.overall.blind.n
    assert found.overall.difference == pytest.approx(1 - rate)
    assert 0 < found.overall.low <= found.overall.difference <= found.overall.high
    assert [one.what for one in found.by_code] == [COURSES, TALK]
    assert sum(one.blind.n for one in found.by_code) == found.overall.blind.n
    assert found.agreeing is None  # nobody else has judged these
    assert found.table().rows[0][0] == "all codes"


def test_few_judgements_are_said_to_be_few(many):
    set_(many, hide_suggestions=0.4)
    for item in audit_queue(many, "eva")[:12]:
        answer(many, "eva", item, accepted=tuple(s.code for s in item.codes))
    [found] = anchoring(many, "eva")
    assert found.overall.difference is None
    assert found.table().rows[0][-1] == "too few"


def test_what_others_have_adjudicated_is_the_yardstick(many):
    judge(many, "ben")
    set_(many, hide_suggestions=0.4)
    judge(many, "eva")  # gives nothing that is not shown
    [found] = anchoring(many, "eva")
    assert found.agreeing.assisted.given == found.agreeing.assisted.n
    assert found.agreeing.blind.given == 0 < found.agreeing.blind.n


def test_time_is_told_apart_by_what_was_in_sight(many):
    set_(many, hide_suggestions=0.4)
    judge(many, "eva")
    with many.store.transaction("audit"):
        runs = many.store.rows("SELECT DISTINCT segment, run, shown FROM current_coding WHERE code IS NULL AND coder ="
                               " (SELECT id FROM coder WHERE name = 'eva')")  # fmt: skip
        for segment, run, shown in runs:  # as if each had been measured in its own run
            many.store._run = run
            write_decision(many.store, "eva", segment, shown, 3.0 if shown == "suggestions" else 9.0)
        many.store._run = None
    [found] = anchoring(many, "eva")
    assert (found.assisted_time.median, found.blind_time.median) == (3.0, 9.0)
    assert found.assisted_time.n + found.blind_time.n == 120
    assert "3.0" in found.table().note and "9.0" in found.table().note


def test_what_was_coded_by_hand_is_not_blind_by_lot(many):
    from coder.steps.audit.decisions import code_by_hand

    item = audit_queue(many, "eva")[0]
    code_by_hand(many, "eva", item.unit, [COURSES])
    assert anchoring(many) == []


def test_a_coder_who_is_not_there_is_named(many):
    with pytest.raises(UsageError, match="no coder `benn`") as error:
        anchoring(many, "benn")
    assert "`ben`" in error.value.todo


def test_a_share_lies_between_nothing_and_all(tmp_path):
    path = tmp_path / "study.toml"
    path.write_text('name = "a"\nhide_suggestions = 1.5\n', "utf-8")
    with pytest.raises(StudyError, match="is a share"):
        load_settings(path)
    path.write_text('name = "a"\nhide_suggestions = "many"\n', "utf-8")
    with pytest.raises(StudyError, match="must be a number"):
        load_settings(path)
    path.write_text('name = "a"\nhide_suggestions = 0\n', "utf-8")
    assert load_settings(path).hide_suggestions == 0.0


@pytest.mark.parametrize("value", ["0.05", '"many"'])
def test_planted_codes_of_an_older_study_are_ignored_and_the_line_is_named(tmp_path, value):
    path = tmp_path / "study.toml"
    path.write_text(f'name = "a"\nprobes = {value}\n', "utf-8")
    with pytest.warns(UserWarning, match="line 2: `probes` is ignored; delete the line"):
        assert load_settings(path).name == "a"


def test_a_study_whose_template_planted_nothing_opens_without_a_warning(tmp_path):
    path = tmp_path / "study.toml"
    path.write_text('name = "a"\nprobes = 0.0\n', "utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert load_settings(path).name == "a"
