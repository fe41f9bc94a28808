"""Turns of plain text: labels, times, and colons that are no labels."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.transcripts.labels import head_of
from coder.transcripts.plain import label_turns
from coder.types import LabelRules


def said(text):
    turns, _ = label_turns(text)
    return [(turn.speaker, text[turn.start : turn.end]) for turn in turns]


def test_a_turn_runs_to_the_next_label_and_keeps_its_lines():
    text = "Interviewer: Why?\n\nAnna Berg: Well.\nIt grew.\n\nSo.\nInterviewer: I see.\nAnna Berg: Yes."
    assert said(text) == [
        ("Interviewer", "Why?"),
        ("Anna Berg", "Well.\nIt grew.\n\nSo."),
        ("Interviewer", "I see."),
        ("Anna Berg", "Yes."),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "[00:12:34] Anna: Well.",
        "00:12:34 Anna: Well.",
        "(12:34) Anna: Well.",
        "Anna [00:12:34]: Well.",
        "Anna (12:34): Well.",
        "Anna 12:34: Well.",
        "Anna: [00:12:34] Well.",
        "Anna  12:34\nWell.",
        "00:12:34\nAnna: Well.",
        "Anna (00:12:34):\n\n  Well.  ",
    ],
)
def test_times_before_and_after_the_label(line):
    text = f"Q: And?\n{line}\nQ: Hm.\nAnna: Yes."
    turns, _ = label_turns(text)
    assert said(text)[:2] == [("Q", "And?"), ("Anna", "Well.")]
    assert turns[1].at_ms in {754_000}


def test_a_label_alone_on_its_line():
    assert said("Anna:\nWell.\n\nBo:\nNo.\nAnna:\nBut.") == [
        ("Anna", "Well."),
        ("Bo", "No."),
        ("Anna", "But."),
    ]


def test_a_colon_in_speech_is_no_label():
    text = "Q: Why?\nR: We met.\nI told him: never.\nQ: And then?"
    _, notes = label_turns(text)
    assert said(text)[1] == ("R", "We met.\nI told him: never.")
    assert any("`I told him:`" in note for note in notes)


def test_a_label_that_cases_csv_names_is_believed_though_it_comes_once():
    text = "Q: Why?\nMarketing manager: We met.\nI told him: never."
    assert len(label_turns(text)[0]) == 1
    turns, _ = label_turns(text, LabelRules(names=("Marketing Manager", "Somebody")))
    assert [(t.speaker, text[t.start : t.end]) for t in turns][1] == (
        "Marketing manager",
        "We met.\nI told him: never.",
    )


def test_times_of_day_and_addresses_are_no_labels():
    text = "Q: When?\nR: At ten.\nhttp://a.se is it.\nAt 10:30 we left.\nhttp://b.se is not.\nAt 10:45 too."
    assert [speaker for speaker, _ in said(text)] == ["Q", "R"]


@pytest.mark.parametrize(
    "label",
    [
        *(
            "Interviewer",
            "Respondent 2",
            "I",
            "R",
            "Q",
            "A",
            "Moderator",
            "Participant 1",
            "SPEAKER_00",
            "IP3",
        ),
        *("Intervjuare", "Befragte", "Répondante"),
    ],
)
def test_a_word_for_a_role_is_a_label_though_it_comes_once(label):
    assert said(f"{label}: Words.") == [(label, "Words.")]


def test_a_time_before_a_label_alone_on_its_line():
    assert said("[0:12] Speaker 1\nWell.\n\n[0:19] Speaker 2\nNo.") == [("Speaker 1", "Well."), ("Speaker 2", "No.")]
    assert said("[0:12] Never\n\n[0:15] Never") == [("", "Never"), ("", "Never")]


def test_a_bracketed_time_makes_a_label():
    assert said("Q: And?\n[00:01:00] Zoë: Yes.") == [("Q", "And?"), ("Zoë", "Yes.")]


def test_labels_that_come_once_count_where_every_paragraph_has_one():
    assert said("Anna: Why?\n\nBo-Erik O'Neil (CEO): So.") == [
        ("Anna", "Why?"),
        ("Bo-Erik O'Neil (CEO)", "So."),
    ]
    assert said("I told him: never.\n\nThen she said: why?")[0][0] == ""


def test_spelling_of_a_label_follows_its_first_use():
    assert [speaker for speaker, _ in said("Anna: A.\nBo: B.\nANNA: C.\nBO: D.")] == [
        "Anna",
        "Bo",
        "Anna",
        "Bo",
    ]


def test_headings_and_words_before_the_first_label_belong_to_no_turn():
    text = "Date: 4 May\nDate: 5 May\nA talk in Lund\n\nQ: Why?\nR: So."
    _, notes = label_turns(text)
    assert said(text) == [("Q", "Why?"), ("R", "So.")]
    assert any("before the first speaker label" in note for note in notes)


def test_a_label_without_words_gives_no_turn():
    assert said("Q:\nR: So.\nQ: ") == [("R", "So.")]


def test_without_labels_every_paragraph_is_a_turn():
    turns, notes = label_turns("It grew\nfast.\n\n[01:00] Then it did not.\n")
    assert [(turn.speaker, turn.start, turn.end, turn.at_ms) for turn in turns] == [
        ("", 0, 13, None),
        ("", 23, 39, 60_000),
    ]
    assert notes[0].startswith("no speaker labels found: every paragraph is taken as the respondent's words")
    assert said("One.\nTwo.") == [("", "One."), ("", "Two.")]


def test_a_very_long_line_of_spaces_is_read_quickly():
    assert head_of(" " * 200_000 + "a" + " " * 200_000) is None


labels = st.sampled_from(["Q: ", "Anna: ", "[00:01:02] Bo: ", "", "  "])
words = st.text(st.characters(blacklist_characters="\r", blacklist_categories=["Cs"]), max_size=20)


@given(st.lists(st.tuples(labels, words)))
def test_turns_are_ordered_trimmed_and_do_not_overlap(parts):
    text = "\n".join(label + spoken for label, spoken in parts)
    turns, _ = label_turns(text)
    assert [turn.n for turn in turns] == list(range(len(turns)))
    edges = [edge for turn in turns for edge in (turn.start, turn.end)]
    assert edges == sorted(edges)
    for turn in turns:
        assert text[turn.start : turn.end].strip() == text[turn.start : turn.end] != ""
