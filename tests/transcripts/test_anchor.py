"""Spans are carried to a corrected transcript by their words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.transcripts.anchor import Placed, reanchor

OLD = (
    "Interviewer: How did it begin? 😀\n"
    "Anna: Yes. We met the customers at the fair in Lund. Yes.\n"
    "Interviewer: And then?\n"
    "Anna: Yes. They told us what was wrong with the pump, and we mended it. Yes.\n"
)


def span(words, text=OLD, nth=0):
    start = -1
    for _ in range(nth + 1):
        start = text.index(words, start + 1)
    return start, start + len(words)


def carried(new, words, nth=0, old=OLD):
    (placed,) = reanchor(old, new, [span(words, old, nth)])
    return placed and (new[placed.start : placed.end], placed.exact)


def test_words_that_shift_stay_exact():
    new = "A new first line.\n" + OLD.replace("begin", "all begin 🎉")
    assert carried(new, "We met the customers at the fair in Lund.") == (
        "We met the customers at the fair in Lund.",
        True,
    )


def test_white_space_does_not_matter():
    assert carried(OLD.replace("at the fair", "at\n the  fair"), "customers at the fair") == (
        "customers at\n the  fair",
        True,
    )


def test_a_mended_word_inside_is_placed_for_a_look():
    new = OLD.replace("pump", "pumps")
    assert carried(new, "They told us what was wrong with the pump") == (
        "They told us what was wrong with the pumps",
        False,
    )
    assert carried(new, "They told us what was wrong with the pump, and") == (
        "They told us what was wrong with the pumps, and",
        False,
    )


def test_mended_punctuation_is_placed_for_a_look():
    assert carried(OLD.replace("in Lund. Yes", "in Lund! Yes"), "at the fair in Lund.") == (
        "at the fair in Lund!",
        False,
    )


def test_too_little_left_is_not_placed():
    assert (
        carried(OLD.replace("the pump, and we mended it", "everything"), "wrong with the pump, and we mended it")
        is None
    )


def test_a_moved_passage_is_found_again():
    passage = "We met the customers at the fair in Lund."
    new = OLD.replace(passage + " ", "") + "Anna: As I said. " + passage + "\n"
    assert carried(new, passage) == (passage, True)


def test_what_is_gone_is_not_taken_for_its_twin():
    old = "Q: One? R: I think so. Q: Two, then? R: I think so. Q: Three?"
    new = "Q: One? R: I think so. Q: Two, then? R: Q: Three?"
    assert carried(new, "I think so.", 0, old) == ("I think so.", True)
    assert carried(new, "I think so.", 1, old) is None


@pytest.mark.parametrize("nth", range(4))
def test_repeated_words_go_to_their_own_place(nth):
    new = OLD.replace("How did it begin?", "Tell me, how did this all begin? Yes?").replace("And then", "Then")
    (placed,) = reanchor(OLD, new, [span("Yes.", OLD, nth)])
    assert placed == Placed(*span("Yes.", new, nth), exact=True)


def test_part_of_a_word_and_symbols():
    new = "So. " + OLD
    assert carried(new, "ustomers at the fai") == ("ustomers at the fai", True)
    assert carried(new, "😀") == ("😀", True)
    assert reanchor("a  b", "a  b", [(1, 3)]) == [None]


def test_nothing_left():
    assert reanchor(OLD, "", [span("Yes.")]) == [None]
    assert reanchor("", "", []) == []


words = st.lists(
    st.sampled_from(["yes.", "no", "well,", "😀", "𝒳y", "e\u0301", "...", "då", "so!"]),
    min_size=1,
    max_size=40,
)
anything = st.text(st.characters(blacklist_categories=["Cs"]), max_size=30)


@given(words, st.data())
def test_identity(old_words, data):
    old = " ".join(old_words)
    first = data.draw(st.integers(0, len(old_words) - 1))
    last = data.draw(st.integers(first, len(old_words) - 1))
    start = len(" ".join([*old_words[:first], ""]))
    end = len(" ".join(old_words[: last + 1]))
    assert reanchor(old, old, [(start, end)]) == [Placed(start, end, exact=True)]


@given(words, words, words, anything, st.booleans())
def test_an_insertion_outside_the_span_keeps_its_words(before, inside, after, inserted, ahead):
    head, kept, tail = (" ".join(part) for part in (before, inside, after))
    old = f"{head} {kept} {tail}"
    new = f"{head} {inserted} {kept} {tail}" if ahead else f"{head} {kept} {inserted} {tail}"
    (placed,) = reanchor(old, new, [(len(head) + 1, len(head) + 1 + len(kept))])
    assert placed is not None
    assert placed.exact
    assert new[placed.start : placed.end].split() == kept.split()


@given(words, st.lists(st.sampled_from(["pump", "fair", "🎈", "Lund"]), min_size=1), words)
def test_a_span_that_is_deleted_is_not_placed(before, inside, after):
    head, gone, tail = (" ".join(part) for part in (before, inside, after))
    old = f"{head} {gone} {tail}"
    assert reanchor(old, f"{head} {tail}", [(len(head) + 1, len(head) + 1 + len(gone))]) == [None]


@given(anything, anything, st.data())
def test_any_texts_give_spans_inside_the_new_text(old, new, data):
    start = data.draw(st.integers(0, len(old)))
    end = data.draw(st.integers(start, len(old)))
    (placed,) = reanchor(old, new, [(start, end)])
    if placed:
        assert 0 <= placed.start < placed.end <= len(new)
        assert not placed.exact or new[placed.start : placed.end].split() == old[start:end].split()
