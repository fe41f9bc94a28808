"""Tables of turns: columns by name, delimiters, quotes, and errors with their line."""

import pytest

from coder.errors import TranscriptError
from coder.transcripts.readers import read


def csv_file(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode(encoding))
    return path


def said(transcript):
    return [(turn.speaker, transcript.words(turn.start, turn.end)) for turn in transcript.turns]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_delimiters_quotes_and_newlines(tmp_path, mark):
    rows = [
        ["Start", "END", "Who", "Utterance"],
        ["0:01", "2.5", "Q", "Why?"],
        ["0:03", "", "R", '"It ""grew"",\n; so."'],
    ]
    transcript = read(csv_file(tmp_path, "\r\n".join(mark.join(row) for row in rows) + "\r\n\r\n"))
    assert transcript.text == 'Q: Why?\n\nR: It "grew",\n; so.'
    assert said(transcript) == [("Q", "Why?"), ("R", 'It "grew",\n; so.')]
    assert [(turn.at_ms, turn.until_ms) for turn in transcript.turns] == [(1000, 2500), (3000, None)]


def test_a_row_is_a_turn_and_rows_without_words_are_passed_over(tmp_path):
    transcript = read(csv_file(tmp_path, "speaker,text\nR,One.\nR,\nR,Två.\n", "cp1252"))
    assert said(transcript) == [("R", "One."), ("R", "Två.")]
    assert transcript.encoding == "cp1252"


def test_words_alone_are_enough(tmp_path):
    transcript = read(csv_file(tmp_path, "id,content\n1,One.\n"))
    assert said(transcript) == [("", "One.")]
    assert "no speaker labels" in transcript.notes[0]


def test_times_that_are_none_are_left_out_and_noted(tmp_path):
    transcript = read(csv_file(tmp_path, "time,who,text\n2024-05-01,R,One.\n0:09,R,Two.\n"))
    assert [turn.at_ms for turn in transcript.turns] == [None, 9000]
    assert "line 2: `2024-05-01`" in transcript.notes[0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("who,says\nR,One.\n", r"line 1: no column holds the words \(found: who, says\)"),
        ("who,text\nR,One.\nR,Two, and three.\n", "line 3: the row has 3 cells where the header has 2"),
        ('who,text\nR,"One\nand"\nR\n', "line 4: the row has 1 cells"),
        ('who,text\nR,"One.\nR,Two.\n', "the table breaks off"),
        ("text,text\nOne.,Two.\n", "line 1: column `text` is there twice"),
        ("who,text\n", "holds no words"),
    ],
)
def test_errors_name_the_line(tmp_path, text, message):
    with pytest.raises(TranscriptError, match=message):
        read(csv_file(tmp_path, text))
