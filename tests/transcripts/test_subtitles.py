"""WebVTT: voices, labels, merged cues, and errors instead of lost words."""

import pytest

from coder.errors import TranscriptError
from coder.transcripts.readers import read


def vtt(tmp_path, body, header="WEBVTT\n\n"):
    path = tmp_path / "a.vtt"
    path.write_text(header + body, encoding="utf-8")
    return path


def said(transcript):
    return [(turn.speaker, transcript.words(turn.start, turn.end)) for turn in transcript.turns]


def test_voices_are_speakers_and_their_consecutive_cues_are_a_turn(tmp_path):
    body = (
        "NOTE made by hand\n\n1\n"
        "00:01.000 --> 00:02.500 align:start\n<v Anna Berg>Why <b>so</b>\n&amp; how?</v>\n\n"
        "00:03.000 --> 00:04.000\n<v.loud Bo>It <00:03.500><c>grew</c>.\n\n"
        "00:04.000 --> 01:00:05.000\n<v Bo>Fast, x < y.</v>\n"
    )
    transcript = read(vtt(tmp_path, body))
    assert transcript.text == "Anna Berg: Why so & how?\n\nBo: It grew. Fast, x < y."
    assert said(transcript) == [("Anna Berg", "Why so & how?"), ("Bo", "It grew. Fast, x < y.")]
    assert [(turn.at_ms, turn.until_ms) for turn in transcript.turns] == [(1000, 2500), (3000, 3_605_000)]


def test_two_voices_in_a_cue(tmp_path):
    body = "00:01.000 --> 00:02.000\n<v Anna>Why?\n<v Bo>So.\n"
    assert said(read(vtt(tmp_path, body))) == [("Anna", "Why?"), ("Bo", "So.")]


def test_labels_serve_where_there_are_no_voices(tmp_path):
    body = (
        "00:01.000 --> 00:02.000\nAnna: Why?\n\n00:02.000 --> 00:03.000\nBo: It grew.\n\n"
        "00:03.000 --> 00:04.000\nI told him: never.\n\n00:04.000 --> 00:05.000\nANNA: I see.\nBo: Yes.\n"
    )
    assert said(read(vtt(tmp_path, body))) == [
        ("Anna", "Why?"),
        ("Bo", "It grew. I told him: never."),
        ("ANNA", "I see."),
        ("Bo", "Yes."),
    ]


def test_without_speakers_a_note_says_so(tmp_path):
    transcript = read(vtt(tmp_path, "00:01.000 --> 00:02.000\nIt grew.\n\n00:02.000 --> 00:03.000\nFast.\n"))
    assert said(transcript) == [("", "It grew. Fast.")]
    assert "no speaker labels" in transcript.notes[0]


def test_unknown_tags_that_may_be_words_stay(tmp_path):
    transcript = read(vtt(tmp_path, "00:01.000 --> 00:02.000\n<v Bo>It <inaudible> grew.\n"))
    assert said(transcript) == [("Bo", "It <inaudible> grew.")]


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("00:01.000 --> 00:02.000\nYes.\n\nwords after a blank line\n", 6),
        ("00:01.000 -> 00:02.000\nYes.\n", 3),
        ("00:01.000 --> later\nYes.\n", 3),
        ("7\n00:01,000 --> 00:02,000\nYes.\n", 4),
        ("00:01.000 --> 00:02.000\nYes.\n00:02.000 --> 00:03.000\nNo.\n", 3),
    ],
)
def test_broken_cues_are_errors_with_their_line(tmp_path, body, line):
    with pytest.raises(TranscriptError, match=rf"a\.vtt, line {line}: broken cue"):
        read(vtt(tmp_path, body))


def test_times_out_of_range_are_an_error(tmp_path):
    with pytest.raises(TranscriptError, match="00:99"):
        read(vtt(tmp_path, "00:99.000 --> 01:00.000\nYes.\n"))


@pytest.mark.parametrize("header", ["", "WEBVTTX\n\n", "1\n"])
def test_a_missing_header_is_an_error(tmp_path, header):
    with pytest.raises(TranscriptError, match="line 1: does not begin with WEBVTT"):
        read(vtt(tmp_path, "00:01.000 --> 00:02.000\nYes.\n", header))


def test_a_cue_that_touches_the_header_is_an_error(tmp_path):
    with pytest.raises(TranscriptError, match="line 2: a cue stands in the header"):
        read(vtt(tmp_path, "00:01.000 --> 00:02.000\nYes.\n", "WEBVTT\n"))


def test_a_header_alone_holds_no_words(tmp_path):
    with pytest.raises(TranscriptError, match="holds no words"):
        read(vtt(tmp_path, ""))
