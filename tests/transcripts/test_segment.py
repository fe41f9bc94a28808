"""Units of coding: rules, sentences, windows, and the tiling of the respondents' words."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coder.errors import UsageError
from coder.transcripts.segment import UnitRule, parse_rule, segment, windows
from coder.types import Transcript, Turn


def one_turn(words):
    return Transcript("a", words, (Turn(0, "R", 0, len(words)),))


def cut(words, rule, language="en"):
    transcript = one_turn(words)
    return [transcript.words(span.start, span.end) for span in segment(transcript, parse_rule(rule), {"R"}, language)]


@pytest.mark.parametrize("text", ["turn", "sentence", "sentences:3"])
def test_rules_read_and_print(text):
    assert str(parse_rule(text)) == text
    assert parse_rule("sentences:1") == parse_rule(" Sentence ") == UnitRule(1)


@pytest.mark.parametrize("text", ["", "sentences", "sentences:0", "sentences:-1", "sentences:x", "paragraph"])
def test_other_rules_are_errors(text):
    with pytest.raises(UsageError, match="is not a rule for units"):
        parse_rule(text)


def test_sentences_of_speech():
    words = "Well, I told Dr. Smith. He said no...  Really? Yes, at 10.30 a.m. we left.\n"
    assert cut(words, "sentence") == [
        "Well, I told Dr. Smith.",
        "He said no...",
        "Really?",
        "Yes, at 10.30 a.m. we left.",
    ]


def test_other_languages_have_sentences():
    assert cut("Det gick bra. Vi växte. Ja!", "sentence", "sv") == ["Det gick bra.", "Vi växte.", "Ja!"]


@pytest.mark.parametrize(
    ("words", "units"),
    [
        ("[...] We grew. [...] Fast. -- --", ["[...] We grew.", "[...] Fast. -- --"]),
        ("[...]", ["[...]"]),
        ("No. [laughs] We grew. [laughs]", ["No.", "[laughs] We grew. [laughs]"]),
        ("... ... 😀", ["... ... 😀"]),
    ],
)
def test_what_has_no_letter_joins_its_neighbour(words, units):
    assert cut(words, "sentence") == units


@pytest.mark.parametrize(("count", "sizes"), [(1, [1]), (2, [2]), (4, [4]), (5, [2, 3]), (7, [3, 4]), (10, [3, 3, 4])])
def test_windows_are_balanced(count, sizes):
    edges = [*windows(list(range(count)), 3), count]
    assert [after - before for before, after in pairwise(edges)] == sizes


def test_windows_of_a_turn():
    assert cut("One. Two is it. Three. Four. Five is it.", "sentences:2") == [
        "One. Two is it.",
        "Three. Four. Five is it.",
    ]


def test_only_respondents_are_cut_and_units_know_their_turn():
    text = "Q: Why? Why? R: So. No."
    transcript = Transcript("a", text, (Turn(0, "Q", 3, 12), Turn(1, "R", 16, 23)))
    spans = segment(transcript, parse_rule("turn"), {"R"})
    assert [(span.transcript, span.start, span.end, span.turn) for span in spans] == [("a", 16, 23, 1)]


def test_an_unknown_language_says_what_to_do():
    with pytest.raises(UsageError, match=r"no sentence rules for language `qq`\n  set `language`"):
        segment(one_turn("One. Two."), UnitRule(1), {"R"}, "qq")
    assert segment(one_turn("One. Two."), UnitRule(0), {"R"}, "qq")


def test_a_turn_of_more_than_a_million_characters():
    words = "So it is. " * 101_000
    assert len(segment(one_turn(words), UnitRule(20), {"R"})) == 5050


pieces = st.one_of(
    st.text(st.characters(blacklist_categories=["Cs"])),
    st.sampled_from(["So. ", "No! ", " ... ", "[...]", "\n\n", "Dr. ", "😀", "\u00a0", "\u200d", "a.b", "e\u0301? "]),
)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("QR"), st.lists(pieces).map("".join)), max_size=4),
    st.sampled_from([0, 1, 3]),
    st.sampled_from(["en", "sv"]),
)
def test_units_tile_the_respondents_words(parts, n, language):
    text, turns = "", []
    for speaker, words in parts:
        text += f"{speaker}: "
        turns.append(Turn(len(turns), speaker, len(text), len(text) + len(words)))
        text += words + "\n"
    spans = segment(Transcript("a", text, tuple(turns)), UnitRule(n), {"R"}, language)
    covered = [at for span in spans for at in range(span.start, span.end)]
    respondents = [at for turn in turns if turn.speaker == "R" for at in range(turn.start, turn.end)]
    assert [at for at in covered if not text[at].isspace()] == [at for at in respondents if not text[at].isspace()]
    assert len(covered) == len(set(covered))
    assert all(text[span.start : span.end].strip() == text[span.start : span.end] for span in spans)
    assert all(turns[span.turn].start <= span.start < span.end <= turns[span.turn].end for span in spans)
