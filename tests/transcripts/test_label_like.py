"""Labels that were not seen: a speaker who vanishes into another's turn is noticed. The texts are invented."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.transcripts.label_like import label_like
from coder.transcripts.plain import label_turns
from coder.types import LabelRules, Transcript


def found(text, **rules):
    turns, _ = label_turns(text)
    return [(like.label, like.lines) for like in label_like(Transcript("a", text, turns), LabelRules(**rules))]


@pytest.mark.parametrize(
    "other",
    [
        "Maja> ",
        "Maja | ",
        "Maja; ",
        "Maja = ",
        "<Maja> ",
        "Maja – ",
        "Maja\t",
        "[Maja] ",
        "(Maja) ",
        "Maja\n",
        "*Maja*\n",
    ],
)
def test_labels_in_another_style_are_noticed(other):
    text = f"Q: Why?\n{other}The nets tore again.\nQ: Ok?\n{other}So we mended them."
    assert [label.title() for label, _ in found(text)] == ["Maja"]


@pytest.mark.parametrize("label", ["A1", "–", "🐟"])
def test_signs_for_speakers_are_noticed(label):
    mark = "." if label == "A1" else ""
    text = f"Q: Why?\n{label}{mark} The nets tore again.\nQ: Ok?\n{label}{mark} So we mended them."
    assert [label for label, _ in found(text)] == [label]


@pytest.mark.parametrize("label", ["Q", "Interviewer", "Maja Ek", "मीरा", "Moderator"])
def test_a_label_behind_a_sentence_is_noticed(label):
    assert found(f"Q: Why?\nR: The nets tore. {label}: And then? R: We went home.\nQ: Ok.")[0] == (label, (2,))


def test_what_people_say_is_not_taken_for_labels():
    text = (
        "Q: Why?\nR: I told him: never.\nThe reason is: nets.\nFirst: they are old. Second: they tear.\n"
        "At 10:30 we left, see http://a.example. [laughs] Well.\nThe nets - they tear.\nA list\nof two:\n1) a\n2) b\n"
        "Q: Ok."
    )
    assert found(text) == []


def test_a_clause_that_recurs_before_a_colon_is_noticed_unless_study_toml_says_it_is_no_label():
    text = "Q: Why?\nR: So.\nour wish: bigger nets.\nour wish: more of them.\nQ: Ok."
    labelled = Transcript("a", text, tuple(turn for turn in label_turns(text)[0] if turn.speaker in {"Q", "R"}))
    assert [(like.label, like.turns) for like in label_like(labelled)] in ([("our wish", (1,))], [])
    assert label_like(labelled, LabelRules(not_labels=("Our Wish",))) == []


def test_a_line_of_any_length_is_looked_at_quickly():
    assert found("Q: Why?\nR: " + "Aa. " * 20_000 + "\n" + "A" * 50_000 + "\n" + " [" * 20_000) == []


@given(st.lists(st.sampled_from(["Q: Why?", "R: So.", "Maja> No.", "and on.", "", "Q. R: x", "[Olof] y"]), max_size=8))
def test_lines_and_turns_are_those_of_the_text(lines):
    text = "\n".join(lines)
    turns, _ = label_turns(text)
    for like in label_like(Transcript("a", text, turns)):
        assert all(like.label in lines[n - 1] for n in like.lines)
        assert all(any(like.label in text[t.start : t.end] for t in turns if t.n == n) for n in like.turns)
