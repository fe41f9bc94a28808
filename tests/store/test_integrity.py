"""A change behind the program's back is found, and the finding says where."""

import pytest

from coder.store import corpus
from coder.store.integrity import prove
from coder.store.judgements import Which, judgements
from coder.types import Verdict


@pytest.fixture
def coded(desk):
    desk.code(0, "a", "ada", memo="first")
    desk.code(1, "b", "ben")
    [suggestion] = desk.code(2, "a", "model-1", confidence=0.5)
    desk.code(2, "a", "ada", responds_to=suggestion, shown="suggestions")
    desk.code(0, "a", "ada", Verdict.ABSENT)
    assert prove(desk.store) == []
    return desk


@pytest.mark.parametrize(
    "change",
    [
        "verdict = 'absent'",
        "memo = 'other'",
        "code = 'b'",
        "code = NULL",
        "coder = 2",
        "segment = 4",
        "at = '2020-01-01T00:00:00.000Z'",
        "confidence = 0.75",
        "responds_to = NULL",
        "shown = 'nothing'",
        "run = 1",
        "hash = 'abc'",
    ],
)
def test_any_changed_column_of_an_event_is_named(coded, change):
    coded.by_hand(f"UPDATE coding_event SET {change} WHERE id = 4")
    assert any("event 4 was changed" in finding for finding in prove(coded.store))


def test_a_deleted_event_is_missing(coded):
    coded.by_hand("DELETE FROM coding_event WHERE id = 2")
    assert "log: event 2 is missing" in prove(coded.store)


def test_an_inserted_event_does_not_follow(coded):
    coded.by_hand(
        "INSERT INTO coding_event SELECT 6, 4, code, coder, scheme_version, run, verdict, confidence, NULL, NULL,"
        " shown, memo, at, 'made up' FROM coding_event WHERE id = 5"
    )
    assert any("event 6 was changed" in finding for finding in prove(coded.store))


def test_events_that_change_places_are_found(coded):
    coded.by_hand("UPDATE coding_event SET id = 99 WHERE id = 5")
    assert prove(coded.store) != []


def test_a_changed_word_is_found_in_the_text_and_in_its_segment(coded):
    coded.by_hand("UPDATE words SET content = replace(content, 'teach', 'cheat')")
    findings = prove(coded.store)
    assert any(finding.startswith("alder-1: the words were changed") for finding in findings)
    assert any(f"segment {coded.segments[2]}: its words" in finding for finding in findings)


def test_a_shifted_placement_is_found(coded):
    coded.by_hand("UPDATE placement SET start = start + 1 WHERE segment = 2")
    findings = prove(coded.store)
    assert any("segment 2: its words in text 1 are not those" in finding for finding in findings)


def test_a_shifted_placement_is_found_though_its_digest_was_made_anew(coded):
    words = corpus.words_digest(corpus.words(coded.store, coded.text)[17:25])
    coded.by_hand("UPDATE placement SET start = start + 1, words_sha256 = ? WHERE segment = 2", (words,))
    assert prove(coded.store) == ["segment 2: it does not lie where it was made"]


def test_a_placement_beyond_the_end_is_found(coded):
    coded.by_hand("UPDATE placement SET stop = 999 WHERE segment = 4")
    assert any("segment 4: ends at 999, the text at 45" in finding for finding in prove(coded.store))


def test_a_segment_with_other_offsets_breaks_the_chain(coded):
    coded.by_hand("UPDATE segment SET start = 17 WHERE id = 2")
    assert any("event 2 was changed" in finding for finding in prove(coded.store))


def test_a_turn_beyond_the_end_is_found(coded):
    coded.by_hand("UPDATE turn SET stop = 999 WHERE n = 1")
    findings = prove(coded.store)
    assert "alder-1: turn 1 ends at 999, the text at 45" in findings


@pytest.mark.parametrize(
    ("change", "event"),
    [
        ("UPDATE coder SET kind = 'person' WHERE name = 'model-1'", 3),
        ("UPDATE coder SET name = 'eve' WHERE name = 'ben'", 2),
        ("UPDATE transcript SET name = 'birch-9'", 1),
        ("UPDATE scheme_version SET sha256 = 'abc'", 1),
    ],
)
def test_what_an_event_rests_on_cannot_be_changed_either(coded, change, event):
    coded.by_hand(change)
    assert any(f"event {event} was changed" in finding for finding in prove(coded.store))


def test_a_changed_scheme_is_found(coded):
    coded.by_hand("UPDATE scheme_version SET source = 'codes: [a, z]'")
    assert prove(coded.store) == ["scheme: version 1 was changed after it was written (sha256 differs)"]


def test_a_link_that_strays_is_found(coded):
    coded.by_hand("UPDATE coding_event SET supersedes = 2 WHERE id = 5")
    assert "log: event 5 supersedes a word that is not its coder's own on that code" in prove(coded.store)
    coded.by_hand("UPDATE coding_event SET responds_to = 1 WHERE id = 4")
    assert "log: event 4 responds to a suggestion on another segment" in prove(coded.store)


def test_a_row_that_points_nowhere_is_found(coded):
    coded.by_hand("DELETE FROM run WHERE id = 1")
    assert any("points to a missing run" in finding for finding in prove(coded.store))


def test_a_coder_who_was_deleted_does_not_stop_the_proof(coded):
    coded.by_hand("DELETE FROM coder WHERE name = 'ben'")
    findings = prove(coded.store)
    assert "log: event 2 is missing" in findings


def test_words_that_were_withdrawn_leave_the_proof_whole(coded):
    with coded.store.transaction("withdraw"):
        coded.store.db.execute("DELETE FROM words")
    assert prove(coded.store) == []
    assert [event.id for event in judgements(coded.store, which=Which.AS_WRITTEN)] == [1, 2, 3, 4, 5]
