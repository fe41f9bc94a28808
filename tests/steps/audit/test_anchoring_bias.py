import dataclasses
import sqlite3

import pytest

from coder.config import load_settings
from coder.errors import StudyError, UsageError
from coder.steps.audit.anchoring_bias import anchoring
from coder.steps.audit.answers import Answer, Suggestion, answer, queue
from coder.steps.audit.blinding import hidden, probe, write_outcome, write_time
from coder.steps.audit.queue import audit_queue
from coder.steps.coding.judgements import ratings_of
from coder.steps.findings.citations import citations
from coder.steps.findings.cross_tables import statistics
from coder.steps.findings.quote_tables import flat_citations
from coder.steps.findings.selection import Selection, findings
from coder.steps.integrity import check
from coder.store import decision_times, log
from coder.store.random_draws import write_draw

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
    """Accept whatever is in sight; give what is hidden only where `accept_blind` says so."""
    for n, item in enumerate(audit_queue(study, coder)):
        blind = item.shown == "nothing"
        code = (COURSES, TALK)[study.segments.index(item.unit.segment.id) % 2]
        given = Answer(added=(code,) * accept_blind(n)) if blind else Answer(accepted=(code,))
        answer(study, coder, item, given)


def test_nothing_is_hidden_unless_the_study_says_so(many):
    assert not any(hidden(many, "eva", segment) for segment in many.segments)
    assert all(item.suggestions for item in audit_queue(many, "eva"))


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
    assert all((not item.suggestions) == hidden(many, "eva", item.unit.segment.id) for item in items)
    judge(many, "eva", lambda n: True)
    for event in log.current(many.store, "eva"):
        assert event.shown == ("nothing" if hidden(many, "eva", event.segment) else "suggestions")
        assert event.shown == "suggestions" or event.responds_to is None


def test_what_was_drawn_at_random_is_never_hidden_nor_probed(many):
    set_(many, hide_suggestions=1.0, probes=1.0)
    with many.store.transaction("draw"):
        write_draw(many.store, {s: k < 10 for k, s in enumerate(many.segments)}, 0.1, "random")
    assert [hidden(many, "eva", s) for s in many.segments] == [False] * 10 + [True] * 110
    drawn = audit_queue(many, "eva", order="random")
    assert len(drawn) == 10 and all(item.suggestions for item in drawn)
    set_(many, hide_suggestions=0.0)
    assert all(probe(many, "eva", s, [COURSES]) is None for s in many.segments[:10])


def test_a_probe_is_a_code_that_nobody_named_and_that_shares_no_facet_with_what_was_suggested(many):
    assert probe(many, "eva", many.segments[0], [COURSES]) is None
    set_(many, probes=1.0)
    found = [probe(many, "eva", s, [(COURSES, TALK)[k % 2]]) for k, s in enumerate(many.segments)]
    assert [one and one[0] for one in found] == [TALK, COURSES] * 60
    scores = {(e.code, e.confidence) for e in log.current(many.store, MODEL)}
    assert set(found) <= scores  # as the model gave them elsewhere
    assert probe(many, "eva", many.segments[0], []) is None  # nothing to hide among
    set_(many, probes=0.2)
    share = sum(probe(many, "eva", s, [(COURSES, TALK)[k % 2]]) is not None for k, s in enumerate(many.segments)) / 120
    assert 0.08 < share < 0.35
    set_(many, probes=1.0, hide_suggestions=1.0)
    assert all(probe(many, "eva", s, [COURSES]) is None for s in many.segments)


def test_an_accepted_probe_reaches_no_event_and_no_table(many):
    set_(many, probes=1.0)
    item = audit_queue(many, "eva")[0]
    code, score = probe(many, "eva", item.unit.segment.id, [s.code for s in item.suggestions])
    shown = dataclasses.replace(item, suggestions=(*item.suggestions, Suggestion(None, code, score)))
    before = log.head(many.store)

    def said():
        return (
            log.head(many.store),
            ratings_of(many).values.tolist().__repr__(),
            flat_citations(findings(many, Selection(only="all"))),
            statistics(findings(many, Selection(only="all"))),
            [c.code for c in citations(many, only="all") if c.words == item.unit.segment.words],
        )

    untouched = said()
    with many.store.transaction("audit"):
        write_outcome(many, "ada", shown.unit.segment.id, code, accepted=True)
    assert said() == untouched and log.head(many.store) == before
    [one] = decision_times.probes(many.store)
    assert (one.coder, one.segment, one.code, one.accepted) == ("ada", item.unit.segment.id, code, True)
    with many.store.transaction("audit"):
        write_outcome(many, "ada", shown.unit.segment.id, code, accepted=False)  # the first answer counts
    assert [one.accepted for one in decision_times.probes(many.store)] == [True]
    assert not check(many).findings


def test_times_and_outcomes_are_never_changed(many):
    with many.store.transaction("audit"):
        write_outcome(many, "ada", many.segments[0], TALK, accepted=True)
        write_time(many, "ada", many.segments[0], "suggestions", 4.0)
        write_time(many, "ada", many.segments[1], "suggestions", 7000.0)  # a pause
    assert many.store.one("SELECT count(*) FROM decision") == 1
    for table in ("decision", "probe"):
        for sql in (f"DELETE FROM {table}", f"UPDATE {table} SET segment = 1"):
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
        answer(many, "eva", item, Answer(accepted=tuple(s.code for s in item.suggestions)))
    [found] = anchoring(many, "eva")
    assert found.overall.difference is None
    assert found.table().rows[0][-1] == "too few"


def test_what_others_have_settled_is_the_yardstick(many):
    judge(many, "ben")
    set_(many, hide_suggestions=0.4)
    judge(many, "eva")  # gives nothing that is not in sight
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
            write_time(many, "eva", segment, shown, 3.0 if shown == "suggestions" else 9.0)
        many.store._run = None
    [found] = anchoring(many, "eva")
    assert (found.assisted_time.median, found.blind_time.median) == (3.0, 9.0)
    assert found.assisted_time.n + found.blind_time.n == 120
    assert "3.0" in found.table().note and "9.0" in found.table().note


def test_what_was_coded_by_hand_is_not_blind_by_lot(many):
    from coder.steps.audit.answers import code_by_hand

    item = queue(many, "eva")[0]
    code_by_hand(many, "eva", item.unit, [COURSES])
    assert anchoring(many) == []


def test_a_coder_who_is_not_there_is_named(many):
    with pytest.raises(UsageError, match="no coder `benn`") as error:
        anchoring(many, "benn")
    assert "`ben`" in error.value.todo


@pytest.mark.parametrize("line", ["hide_suggestions = 1.5", "probes = -0.1"])
def test_a_share_lies_between_nothing_and_all(tmp_path, line):
    (tmp_path / "study.toml").write_text(f'name = "a"\n{line}\n', "utf-8")
    with pytest.raises(StudyError, match="is a share"):
        load_settings(tmp_path / "study.toml")


def test_settings_of_shares_are_read(tmp_path):
    path = tmp_path / "study.toml"
    path.write_text('name = "a"\nhide_suggestions = 0.1\nprobes = 0\n', "utf-8")
    assert (load_settings(path).hide_suggestions, load_settings(path).probes) == (0.1, 0.0)
    path.write_text('name = "a"\nprobes = "many"\n', "utf-8")
    with pytest.raises(StudyError, match="must be a number"):
        load_settings(path)
