"""The styles of the recorders that people use most, each in the exact form of its export; written for this project."""

import pytest

from coder.transcripts.readers import read

ZOOM_VTT = """WEBVTT

1
00:00:02.310 --> 00:00:05.010
Karin Berg: How did you find your first customers?

2
00:00:05.400 --> 00:00:08.000
Olof Ek: At a fair, in 2009.

3
00:00:08.200 --> 00:00:11.750
Olof Ek: Note: it rained.

4
00:00:12.000 --> 00:00:13.000
Karin Berg: I see.
"""
TEAMS_VTT = """WEBVTT

3f2f9b0c-9d8e-4b3a-8f36-7c1d9a3b5e11/12-0
00:00:02.310 --> 00:00:05.010
<v Karin Berg>How did you find
your first customers?</v>

3f2f9b0c-9d8e-4b3a-8f36-7c1d9a3b5e11/19-0
00:00:05.400 --> 00:00:08.000
<v Ek, Olof (Guest)>At a fair, in 2009.</v>

3f2f9b0c-9d8e-4b3a-8f36-7c1d9a3b5e11/19-1
00:00:08.200 --> 00:00:11.750
<v Ek, Olof (Guest)>Note: it rained.</v>

3f2f9b0c-9d8e-4b3a-8f36-7c1d9a3b5e11/25-0
00:00:12.000 --> 00:00:13.000
<v Karin Berg>I see.</v>
"""
OTTER_TXT = """Karin Berg  0:02{blanks}
How did you find your first customers?

Olof Ek  0:05{blanks}
At a fair, in 2009. Note: it rained.

Karin Berg  1:02:12{blanks}
I see.

Transcribed by https://otter.ai
""".format(blanks="  ")
WHISPER_TSV = "start\tend\ttext\n2310\t5010\tHow did you find your first customers?\n5400\t8000\tAt a fair, in 2009.\n"
WHISPER_VTT = """WEBVTT

00:02.310 --> 00:05.010
[SPEAKER_00]: How did you find your first customers?

00:05.400 --> 00:08.000
[SPEAKER_01]: At a fair, in 2009.

00:08.200 --> 00:11.750
[SPEAKER_01]: Note: it rained.

00:12.000 --> 00:13.000
[SPEAKER_00]: I see.
"""
NOSCRIBE_VTT = """WEBVTT interview

NOTE
Transcribed with noScribe vers. 0.7
Audio file: /home/karin/interview.wav
(Start: 00:00:00 | Speaker detection: auto | Timestamps: True)


NOTE media: /home/karin/interview.wav

1
00:00:02.310 --> 00:00:05.010
<v S00>[00:00:02] S00: How did you find your first customers?

2
00:00:05.400 --> 00:00:08.000
<v S01>S01: At a fair, in 2009.

3
00:00:08.200 --> 00:00:11.750
<v S01>Note: it rained.

4
00:00:12.000 --> 00:00:13.000
<v S00>S00: I see.
"""
NOSCRIBE_HTML = """<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.0//EN" "http://www.w3.org/TR/REC-html40/strict.dtd">
<html ><head ><meta charset="UTF-8" /><meta name="qrichtext" content="1" />
<style type="text/css" >p, li { white-space: pre-wrap; }</style>
<meta name="audio_source" content="/home/karin/interview.wav" /></head>
<body style="font-family: 'Arial'; font-weight: 400" >
<p style="font-weight:600;" >interview</p>
<p ><span style="color: #909090; font-size: 0.8em" >Transcribed with noScribe vers. 0.7</span></p>
<p ><a name="ts_2310_5010_S00" ><span style="color: #909090">[00:00:02] </span>Karin: How did you find
your first customers?</a></p>
<p ><a name="ts_5400_8000_S01" >S01: At a fair, in 2009.</a><a name="ts_8200_11750_S01" > And it &amp; I rained.</a></p>
<p ><a name="ts_12000_13000_S00" >Karin: I see.</a></p>
</body></html>
"""


def turns(found):
    return [(turn.speaker, found.text[turn.start : turn.end], turn.at_ms, turn.until_ms) for turn in found.turns]


def spoken(tmp_path, name, text):
    (tmp_path / name).write_text(text, "utf-8")
    return read(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "text", "karin", "olof"),
    [
        ("zoom.vtt", ZOOM_VTT, "Karin Berg", "Olof Ek"),
        ("teams.vtt", TEAMS_VTT, "Karin Berg", "Ek, Olof (Guest)"),
        ("whisperx.vtt", WHISPER_VTT, "SPEAKER_00", "SPEAKER_01"),
        ("noscribe.vtt", NOSCRIBE_VTT, "S00", "S01"),
        ("zoom renamed.txt", ZOOM_VTT, "Karin Berg", "Olof Ek"),
    ],
)
def test_subtitles_of_recorders(name, text, karin, olof, tmp_path):
    assert turns(spoken(tmp_path, name, text)) == [
        (karin, "How did you find your first customers?", 2310, 5010),
        (olof, "At a fair, in 2009. Note: it rained.", 5400, 11750),
        (karin, "I see.", 12000, 13000),
    ]


def test_a_text_of_otter(tmp_path):
    found = spoken(tmp_path, "otter.txt", OTTER_TXT)
    assert turns(found) == [
        ("Karin Berg", "How did you find your first customers?", 2000, None),
        ("Olof Ek", "At a fair, in 2009. Note: it rained.", 5000, None),
        ("Karin Berg", "I see.", 3732000, None),
    ]
    assert any("Transcribed by https://otter.ai" in note for note in found.notes)


def test_a_page_of_noscribe_with_a_name_that_was_put_in(tmp_path):
    found = spoken(tmp_path, "noscribe.html", NOSCRIBE_HTML)
    assert turns(found) == [
        ("Karin", "How did you find your first customers?", 2310, 5010),
        ("S01", "At a fair, in 2009. And it & I rained.", 5400, 11750),
        ("Karin", "I see.", 12000, 13000),
    ]
    assert found.notes[0] == "read as a page of noScribe"
    assert "left out: `interview Transcribed with noScribe vers. 0.7`" in found.notes[1]


def test_a_table_of_whisper(tmp_path):
    found = spoken(tmp_path, "whisper.tsv", WHISPER_TSV)
    assert [(turn.at_ms, turn.until_ms) for turn in found.turns] == [(2310, 5010), (5400, 8000)]
