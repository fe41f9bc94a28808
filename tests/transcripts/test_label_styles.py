"""Labels as people and programs write them: every style gives the same two speakers. The texts are invented."""

import pytest

from coder.transcripts.plain import label_turns, without_line_numbers
from coder.transcripts.speakers import guess_role
from coder.types import Role

STYLES = {
    "title and age": "Interviewer: Why?\nMaja, 61, fisher: The nets.\nInterviewer: Ok.\nMaja, 61, fisher: Yes.",
    "family name first": "Ek, Maja: Why?\nBerg, Olof (he/him): The nets.\nEk, Maja: Ok.\nBerg, Olof (he/him): Yes.",
    "zero width and no-break blanks": "Q:\u00a0Why?\n\u200bA:\u00a0The nets.\nQ:\u00a0Ok.\n\u200bA:\u00a0Yes.",
    "full-width colon": "访谈者：为什么？\n受访者：因为网。\n访谈者：好。\n受访者：是。",
    "Hindi": "साक्षात्कारकर्ता: क्यों?\nमीरा: जाल।\nसाक्षात्कारकर्ता: अच्छा।\nमीरा: हाँ।",
    "Thai": "ผู้สัมภาษณ์: ทำไม\nมาลี: อวน\nผู้สัมภาษณ์: ค่ะ\nมาลี: ใช่",
    "decomposed letters": "Intervjuare: Varför?\nA\u030asa: Näten.\nIntervjuare: Ja.\nÅsa: Jo.",
    "square brackets": "[Interviewer] Why?\n[Participant 2] The nets.\n[Interviewer] Ok.\n[Participant 2] Yes.",
    "brackets and colon": "[SPEAKER_00]: Why?\n[SPEAKER_01]: The nets.\n[SPEAKER_00]: Ok.\n[SPEAKER_01]: Yes.",
    "Markdown": "**Maja:** Why?\n\n**Olof:** The nets.\n\n**Maja:** Ok.\n\n**Olof:** Yes.",
    "Markdown on a line of its own": "**Maja**\n\nWhy?\n\n**Olof**\n\nThe nets.\n\n**Maja**\n\nOk.\n\n**Olof**\n\nYes.",
    "own line": "Maja Ek\nWhy is it so?\n\nOlof Berg\nThe nets tore.\n\nMaja Ek\nOk, so.\n\nOlof Berg\nYes, so.",
    "own line below times": "0:0:1.0 --> 0:0:2.5\nMaja Ek\nWhy?\n0:0:3.0 --> 0:0:4.5\nOlof Berg\nThe nets.\n"
    "0:0:5.0 --> 0:0:6.5\nMaja Ek\nOk.\n0:0:7.0 --> 0:0:8.5\nOlof Berg\nYes.",
    "full stop": "Q. Why?\nA. The nets.\nQ. Ok.\nA. Yes.",
    "dash": "Maja – Why?\nOlof – The nets.\nMaja – Ok.\nOlof – Yes.",
    "tab": "INT\tWhy?\nP01\tThe nets.\nINT\tOk.\nP01\tYes.",
    "capitals": "INTERVIEWER: Why?\nOLOF BERG: The nets.\nINTERVIEWER: Ok.\nOLOF BERG: Yes.",
    "time range": "[00:00:01 - 00:00:02] Maja: Why?\n[00:00:03 - 00:00:04] Olof: The nets.\n"
    "[00:00:05 - 00:00:06] Maja: Ok.\n[00:00:07 - 00:00:08] Olof: Yes.",
    "MAXQDA times": "#00:00:01-0# I: Why?\n#00:00:03-0# B: The nets.\n#00:00:05-0# I: Ok.\n#00:00:07-0# B: Yes.",
    "captions": ">> MAJA: Why?\n>> OLOF: The nets.\n>> MAJA: Ok.\n>> OLOF: Yes.",
    "bullets": "• Maja: Why?\n• Olof: The nets.\n• Maja: Ok.\n• Olof: Yes.",
    "signs of accounts": "@maja: Why?\n@olof: The nets.\n@maja: Ok.\n@olof: Yes.",
    "angle brackets": "<Interviewer> Why?\n<Participant> The nets.\n<Interviewer> Ok.\n<Participant> Yes.",
    "capitals without a colon": "MAJA Why is it?\nOLOF The nets.\nMAJA Ok, so.\nOLOF I know.",
    "time behind the colon": "Maja: 00:00:01\nWhy?\n\nOlof: 00:00:03\nThe nets.\n\n"
    "Maja: 00:00:05\nOk.\n\nOlof: 00:00:07\nYes.",
    "seconds": "[1.0s - 2s] Maja: Why?\n[3.0s - 4.0s] Olof: The nets.\n[5s - 6s] Maja: Ok.\n[7.0s - 8.2s] Olof: Yes.",
    "f4 times": "I: Why? #00:00:02-0#\n\nB: The nets. #00:00:04-5#\n\nI: Ok. #00:00:06-0#\n\nB: Yes. #00:00:08-0#",
}


@pytest.mark.parametrize("style", STYLES)
def test_two_speakers_take_four_turns(style):
    turns, _ = label_turns(STYLES[style])
    assert [turn.speaker for turn in turns[:2]] == [turn.speaker for turn in turns[2:]]
    assert len({turn.speaker for turn in turns}) == 2
    for turn in turns:
        words = STYLES[style][turn.start : turn.end]
        assert not any(mark in words for mark in ("#", "*", "[", "-->", turn.speaker)), words


@pytest.mark.parametrize("style", ["time range", "MAXQDA times", "time behind the colon", "seconds"])
def test_times_are_read(style):
    assert [turn.at_ms for turn in label_turns(STYLES[style])[0]] == [1000, 3000, 5000, 7000]


def test_times_at_the_end_say_when_a_turn_ends():
    assert [turn.until_ms for turn in label_turns(STYLES["f4 times"])[0]] == [2000, 4500, 6000, 8000]


def test_numbers_of_lines_are_left_out():
    text, notes = without_line_numbers("1  I: Why?\n2  B: The nets\n3     tore.\n\n4  I: Ok.")
    assert text == "I: Why?\nB: The nets\ntore.\n\nI: Ok."
    assert "numbers of the lines" in notes[0]
    assert without_line_numbers("(1) I: Why?\n(2) B: The nets.\n(3) I: Ok.")[0] == "I: Why?\nB: The nets.\nI: Ok."


@pytest.mark.parametrize("text", ["1 boat came.\nThen 2 boats.\nThen 3.", "10 years\n20 years\n40 years", "1. Yes\n"])
def test_other_numbers_stay(text):
    assert without_line_numbers(text) == (text, ())


def test_enumerations_and_clauses_are_no_speakers():
    text = "Interviewer: Why?\nMaja: Two things:\nFirst: nets.\nSecond: rain.\nFirst: as I said.\nInterviewer: Ok."
    assert [turn.speaker for turn in label_turns(text)[0]] == ["Interviewer", "Maja", "Interviewer"]


def test_a_time_inside_a_turn_makes_no_speaker():
    text = (
        "Interviewer: Why?\nMaja: Nets [00:01:00] tore, and\n[00:02:00] rain until 11:30: we slept.\nInterviewer: Ok."
    )
    turns, _ = label_turns(text)
    assert [turn.speaker for turn in turns] == ["Interviewer", "Maja", "Interviewer"]
    assert "we slept." in text[turns[1].start : turns[1].end]


def test_who_speaks_once_is_a_speaker_and_it_is_said():
    turns, notes = label_turns(
        "Moderator: Who?\nWoman 1: Me,\nI do.\nOlof Berg: Me.\nSeveral: [laughter]\nModerator: Ok."
    )
    assert [turn.speaker for turn in turns] == ["Moderator", "Woman 1", "Olof Berg", "Several", "Moderator"]
    assert any("speaks only once: `Olof Berg:`" in note for note in notes)


@pytest.mark.parametrize(
    "label",
    [
        "Entrevistadora",
        "Haastattelija",
        "المحاور",
        "访谈者",
        "Intervjuaren",
        "Tazatelka",
        "インタビュアー",
        "INT 2",
        "Anna (host)",
    ],
)
def test_words_for_interviewer_in_many_languages(label):
    assert guess_role(label) is Role.INTERVIEWER


@pytest.mark.parametrize("label", ["Entrevistada", "Haastateltava", "受访者", "Maja", "Participant 3", "B"])
def test_others_are_respondents(label):
    assert guess_role(label) is Role.RESPONDENT


def test_a_remark_beside_a_label_makes_no_other_speaker():
    turns, notes = label_turns("Maja: Why?\nOlof: The nets.\nMaja: Ok.\nOlof (laughing): Yes.")
    assert [turn.speaker for turn in turns] == ["Maja", "Olof", "Maja", "Olof"]
    assert "`(laughing)`" in notes[0]


def test_who_asked_is_said_in_a_header_and_is_no_turn():
    header = "Interview 4\nDate: 2 May 2025\nInterviewer: Maja Ek\nPlace: the harbour\n\n"
    turns, notes = label_turns(header + "ME: Why?\nOB: The nets.\nME: Ok.\nOB: Yes.")
    assert [turn.speaker for turn in turns] == ["ME", "OB", "ME", "OB"]
    assert "Interview 4 Date" in notes[0]


def test_a_word_of_the_text_is_no_name_although_it_has_a_capital_and_a_colon():
    turns, _ = label_turns("Maja: Why?\nOlof: We have no money.\nMaja: Ok.\nOlof: Two things.\nMoney: not a krona.")
    assert {turn.speaker for turn in turns} == {"Maja", "Olof"}


def test_an_answer_that_is_a_time_stays_an_answer():
    turns, _ = label_turns("Maja: When?\nOlof: 12:30\nMaja: Sure?\nOlof: Yes.")
    assert len(turns) == 4
    assert turns[1].at_ms is None
