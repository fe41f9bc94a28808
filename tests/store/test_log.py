"""The log of codings: nothing is changed or deleted, and the current view is each coder's last word."""

import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coder.store import log
from coder.store.database import Store
from coder.store.integrity import prove
from coder.store.judgements import Which, judgement, judgements
from coder.types import Coder, Coding, Shown, Verdict


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE coding_event SET memo = 'other'",
        "DELETE FROM coding_event",
        "INSERT OR REPLACE INTO coding_event SELECT * FROM coding_event",
        "UPDATE segment SET start = 1 WHERE id = 1",
        "DELETE FROM segment WHERE id = 4",
        "INSERT OR REPLACE INTO segment SELECT * FROM segment WHERE id = 1",
    ],
)
def test_the_log_and_its_segments_refuse_every_change(desk, sql):
    desk.code(0)
    before = judgements(desk.store, which=Which.AS_WRITTEN)
    with pytest.raises(sqlite3.IntegrityError, match=r"append-only|never changes"):
        desk.store.db.execute(sql)
    assert judgements(desk.store, which=Which.AS_WRITTEN) == before
    assert prove(desk.store) == []


def test_each_event_is_chained_to_the_one_before(desk):
    assert log.head(desk.store) == (0, log.GENESIS)
    first = desk.code(0)
    head = log.head(desk.store)
    second = desk.code(1)
    assert (first, second) == ([1], [2])
    assert head[0] == 1 and len(head[1]) == 64
    assert log.head(desk.store)[1] != head[1]


def test_the_same_codings_and_clock_give_the_same_chain(tmp_path, furnished, clock):
    heads = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        store = Store(tmp_path / name / "study.db", create=True, clock=type(clock)())
        desk = furnished(store)
        desk.code(0)
        desk.code(2, "b", "ben", memo="why 🌊")
        heads.append(log.head(store))
        store.close()
    assert heads[0] == heads[1]


def test_supersedes_stays_with_one_coder_segment_and_code(desk):
    desk.code(0, "a", "ada")
    desk.code(0, "a", "ben", Verdict.ABSENT)
    desk.code(0, "b", "ada")
    desk.code(1, "a", "ada")
    desk.code(0, "a", "ada", Verdict.ABSENT)
    desk.code(0, None, "ada")
    assert [event.supersedes for event in judgements(desk.store, which=Which.AS_WRITTEN)] == [
        None,
        None,
        None,
        None,
        1,
        None,
    ]


def test_two_people_can_answer_one_suggestion(desk):
    [suggestion] = desk.code(0, "a", "model-1", confidence=0.75)
    desk.code(0, "a", "ada", responds_to=suggestion, shown="suggestions")
    desk.code(0, "a", "ben", Verdict.ABSENT, responds_to=suggestion, shown="suggestions")
    model, ada, ben = judgements(desk.store)
    assert (model.confidence, model.shown) == (0.75, "nothing")
    assert [e.responds_to for e in (ada, ben)] == [suggestion, suggestion]
    assert [e.supersedes for e in (ada, ben)] == [None, None]


def test_what_repeats_the_current_word_is_left_out(desk):
    assert desk.code(0, memo="m") == [1]
    assert desk.code(0, memo="m") == []
    assert desk.code(0, memo="another") == [2]
    assert desk.code(0, verdict=Verdict.ABSENT, memo="another") == [3]
    assert desk.say(*[Coding(desk.segments[1], "a", "ben")] * 3) == [4]
    assert log.runs(desk.store)[-1]["events"] == 1


def test_a_repetition_leaves_no_run(desk):
    desk.code(0)
    runs = log.runs(desk.store)
    desk.code(0)
    assert log.runs(desk.store) == runs


def test_what_is_withdrawn_is_not_current_and_can_be_said_again(desk):
    desk.code(0)
    desk.code(0, verdict=Verdict.WITHDRAWN)
    assert judgements(desk.store) == []
    assert desk.code(0, verdict=Verdict.WITHDRAWN) == []
    assert desk.code(1, verdict=Verdict.WITHDRAWN) == []  # nothing was said, so there is nothing to withdraw
    desk.code(0)
    assert [(e.id, e.supersedes) for e in judgements(desk.store)] == [(3, 2)]


def test_a_coding_by_nobody_known_is_refused_and_nothing_is_written(desk):
    with pytest.raises(KeyError):
        desk.say(Coding(desk.segments[0], "a", "ada"), Coding(desk.segments[0], "a", "stranger"))
    assert judgements(desk.store, which=Which.AS_WRITTEN) == []


def test_the_log_is_read_by_coder_segment_and_number(desk):
    desk.code(0, "a", "ada")
    desk.code(1, "a", "ben")
    desk.code(1, "b", "ada")
    assert [e.id for e in judgements(desk.store, "ada")] == [1, 3]
    assert [e.id for e in judgements(desk.store, which=Which.AS_WRITTEN, segments=[desk.segments[1]])] == [2, 3]
    assert [e.id for e in judgements(desk.store, which=Which.AS_WRITTEN, after=2)] == [3]
    assert judgement(desk.store, 2).coder == "ben"
    assert judgement(desk.store, 9) is None


def test_the_last_words_of_a_command_are_kept_apart(desk):
    desk.code(0, "a")
    desk.code(0, "a", verdict=Verdict.ABSENT, memo="m")
    desk.say(Coding(desk.segments[0], "a", "ada"), command="audit")
    key = ("ada", desk.segments[0], "a")
    for command, expected in (("code", (Verdict.ABSENT, "m")), ("audit", (Verdict.PRESENT, ""))):
        last = judgements(desk.store, which=Which.AS_WRITTEN, command=command)[-1]
        assert (last.coder, last.segment, last.code, last.verdict, last.memo) == (*key, *expected)


def test_the_suggesting_model_is_the_adopted_one_else_the_newest(desk):
    assert log.suggesting_model(desk.store) == "model-1"
    with desk.store.transaction("models"):
        log.add_coder(desk.store, Coder("model-2", "model"))
    assert log.suggesting_model(desk.store) == "model-2"
    with desk.store.transaction("models"):
        log.adopt(desk.store, "model-1", "sha", "better")
    assert log.adopted(desk.store) == ("model-1", "sha")
    assert log.suggesting_model(desk.store) == "model-1"


WORDS = st.tuples(
    st.integers(0, 3),
    st.sampled_from(["a", "b", None]),
    st.sampled_from(["ada", "ben", "model-1"]),
    st.sampled_from(list(Verdict)),
    st.sampled_from(["", "memo 🌊"]),
)


@settings(max_examples=40)
@given(st.lists(st.lists(WORDS, max_size=6), max_size=8))
def test_the_current_view_equals_a_replay_of_the_log(tmp_path_factory, furnished, runs):
    store = Store(tmp_path_factory.mktemp("replay") / "study.db", create=True)
    desk = furnished(store)
    current = {}
    for words in runs:
        said = []
        for n, code, coder, verdict, memo in words:
            coding = Coding(desk.segments[n], code, coder, verdict, memo=memo)
            current[coding.segment, code, coder] = (verdict, memo)
            said.append(coding)
        desk.say(*said)
    expected = {key: word for key, word in current.items() if word[0] is not Verdict.WITHDRAWN}
    assert {(e.segment, e.code, e.coder): (e.verdict, e.memo) for e in judgements(store)} == expected
    assert prove(store) == []
    store.close()


def test_what_was_accepted_in_bulk_is_nobodys_current_word(desk):
    [asked] = desk.code(0, "a", "model-1", confidence=0.8)
    bulk = {"responds_to": asked, "shown": Shown.BULK, "memo": "bulk: 90 %"}
    assert desk.code(0, "a", "ada", **bulk) == [2]
    assert desk.code(0, "a", "ada", **bulk) == []
    assert [e.id for e in judgements(desk.store)] == [asked]
    assert [(e.id, e.shown) for e in judgements(desk.store, "ada", which=Which.BULK)] == [(2, "bulk")]
    assert (
        judgements(desk.store, "ben", which=Which.BULK) == []
        and judgements(desk.store, which=Which.BULK, runs=[99]) == []
    )
    assert desk.code(0, "a", "ada", responds_to=asked, shown="suggestions", memo="bulk: 90 %") == [3]  # now she looked
    assert [e.id for e in judgements(desk.store, "ada")] == [3]
    assert judgements(desk.store, which=Which.BULK) == []
    assert prove(desk.store) == []


def test_what_was_current_before_a_run_is_found_again(desk):
    desk.code(0)
    desk.code(1)
    [run] = {event.run for event in judgements(desk.store) if event.segment == desk.segments[1]}
    before = judgements(desk.store)
    desk.code(0, verdict=Verdict.ABSENT)
    desk.code(1, verdict=Verdict.WITHDRAWN)
    desk.code(2, shown=Shown.BULK)
    assert judgements(desk.store, before_run=run + 1) == before
    assert [event.segment for event in judgements(desk.store, before_run=run)] == [desk.segments[0]]
    assert judgements(desk.store, before_run=run + 99) == judgements(desk.store)
