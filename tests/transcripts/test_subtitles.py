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


def test_what_is_no_cue_is_left_out_with_a_note_and_the_rest_is_read(tmp_path):
    transcript = read(vtt(tmp_path, "00:01.000 --> 00:02.000\nYes.\n\nwords after a blank line\n"))
    assert said(transcript) == [("", "Yes.")]
    assert "the first is line 6: `words after a blank line`" in transcript.notes[0]


@pytest.mark.parametrize(
    "body",
    [
        "7\n00:01,000 --> 00:02,000\nYes.\n\n8\n00:02,000 --> 00:03,000\nNo.\n",
        "00:01.000 -> 00:02.000\nYes.\n\n00:02.000 -> 00:03.000\nNo.\n",
        "00:01.000 --> 00:02.000\nYes.\n00:02.000 --> 00:03.000\nNo.\n",
        "0:00:01.000,0:00:02.000\nYes.\n\n0:00:02.000,0:00:03.000\nNo.\n",
    ],
    ids=["commas", "short arrows", "no blank line", "sbv"],
)
def test_cues_of_other_forms_are_read(tmp_path, body):
    transcript = read(vtt(tmp_path, body))
    assert said(transcript) == [("", "Yes. No.")]
    assert (transcript.turns[0].at_ms, transcript.turns[0].until_ms) == (1000, 3000)


def test_an_arrow_in_the_words_is_no_cue(tmp_path):
    body = "1\n00:01.000 --> 00:02.000\nAnna: First A --> B and then\n\n2\n00:03.000 --> 00:04.000\nOlof: fine\n"
    assert said(read(vtt(tmp_path, body))) == [("Anna", "First A --> B and then"), ("Olof", "fine")]


def test_captions_that_roll_up_stand_once(tmp_path):
    body = (
        "00:00.030 --> 00:05.720 align:start\n \nthe nets<00:00.719><c> tore</c><00:00.930><c> at</c>\n\n"
        "00:05.720 --> 00:05.730\nthe nets tore at\n \n\n"
        "00:05.730 --> 00:09.730\nthe nets tore at\nsea<00:06.719><c> in</c><00:07.719><c> spring</c>\n"
    )
    assert said(read(vtt(tmp_path, body))) == [("", "the nets tore at sea in spring")]


def test_who_speaks_once_is_a_speaker(tmp_path):
    body = "00:01.000 --> 00:02.000\nMaja Ek: Why?\n\n00:03.000 --> 00:04.000\nOlof Berg: So.\n\n"
    body += "00:05.000 --> 00:06.000\nMaja Ek: Ok.\n"
    assert said(read(vtt(tmp_path, body))) == [("Maja Ek", "Why?"), ("Olof Berg", "So."), ("Maja Ek", "Ok.")]


@pytest.mark.parametrize("ending", ["srt", "txt"])
def test_subrip_is_read_whatever_it_is_called(tmp_path, ending):
    path = tmp_path / f"a.{ending}"
    path.write_text("1\n00:00:01,000 --> 00:00:02,000\nMaja: Why?\n\n2\n00:00:03,000 --> 00:00:04,000\nOlof: So.\n")
    transcript = read(path)
    assert said(transcript) == [("Maja", "Why?"), ("Olof", "So.")]
    assert [turn.at_ms for turn in transcript.turns] == [1000, 3000]


@pytest.mark.parametrize("tag", ["<v" + "." * 60 + ">", "<c " * 20_000])
def test_tags_of_any_length_are_read_at_once(tmp_path, tag):
    assert read(vtt(tmp_path, f"00:01.000 --> 00:02.000\nAnna: Yes. {tag}\n"))


def test_a_file_without_cues_is_refused(tmp_path):
    with pytest.raises(TranscriptError, match="holds no subtitles"):
        read(vtt(tmp_path, "Anna: Why?\n", ""))


def test_a_header_alone_holds_no_words(tmp_path):
    with pytest.raises(TranscriptError, match="holds no words"):
        read(vtt(tmp_path, ""))


def test_who_speaks_over_another_in_noscribe_is_no_name(tmp_path):
    path = tmp_path / "a.vtt"
    cues = ["<v S00>Where did you land?", "<v //S01>In the bay. //S00: Mm.//", "<v S01>By night."]
    times = ["00:01.000 --> 00:02.000", "00:03.000 --> 00:04.000", "00:05.000 --> 00:06.000"]
    path.write_text("WEBVTT\n\n" + "\n\n".join(f"{when}\n{cue}" for when, cue in zip(times, cues, strict=True)))
    assert {turn.speaker for turn in read(path).turns} == {"S00", "S01"}


def test_labels_in_brackets(tmp_path):
    cues = ["[Maja] Why the nets?", "[Olof] They tore.", "[Maja] And then?", "[Olof] Nobody mended them."]
    body = "\n\n".join(f"00:00:0{n}.000 --> 00:00:0{n}.900\n{cue}" for n, cue in enumerate(cues, start=1))
    found = read(vtt(tmp_path, body))
    assert [turn.speaker for turn in found.turns] == ["Maja", "Olof", "Maja", "Olof"]
