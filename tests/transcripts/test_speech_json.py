"""JSON with the keys that each program's documentation has; the interview is written for this project."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.errors import CoderError, TranscriptError
from coder.transcripts.readers import read
from coder.transcripts.speech_json import read_speech_json
from coder.transcripts.turns import Source


def segment(n, start, end, text, **more):
    return {"id": n, "seek": 0, "start": start, "end": end, "text": text, "tokens": [1], "avg_logprob": -0.2, **more}


def words(speaker, start, *said, word="word", **more):
    """Words of half a second each."""
    return [
        {word: each, "start": start + n / 2, "end": start + n / 2 + 0.5, "speaker": speaker, "score": 0.9, **more}
        for n, each in enumerate(said)
    ]


def aws(kind, content, start=None, **more):
    times = {} if start is None else {"start_time": str(start), "end_time": str(start + 0.5)}
    return {"type": kind, "alternatives": [{"confidence": "0.9", "content": content}], **times, **more}


SAMPLES = {
    "Whisper": {
        "text": " How did it start? At a fair.",
        "language": "en",
        "segments": [segment(0, 0.0, 2.5, " How did it start?"), segment(1, 2.5, 4.0, " At a fair.")],
    },
    "WhisperX": {
        "segments": [
            {"start": 0.5, "end": 2.5, "text": " How did it start?", "speaker": "SPEAKER_00", "words": []},
            {
                "start": 2.5,
                "end": 5.0,
                "text": " At a fair. Which one?",
                "speaker": "SPEAKER_01",
                "words": [
                    *words("SPEAKER_01", 2.5, "At", "a", "fair."),
                    {"word": "in"},
                    *words("SPEAKER_00", 4.0, "Which", "one?"),
                ],
            },
            {"start": 5.0, "end": 6.0, "text": " The one in Lyon.", "speaker": "SPEAKER_01"},
        ],
        "word_segments": [],
        "language": "en",
    },
    "whisper.cpp": {
        "systeminfo": "x",
        "result": {"language": "en"},
        "transcription": [
            {
                "timestamps": {"from": "00:00:00,000", "to": "00:00:02,000"},
                "offsets": {"from": 0, "to": 2000},
                "text": " How did it start?",
            }
        ],
    },
    "AssemblyAI": {
        "id": "x",
        "status": "completed",
        "text": "How did it start? At a fair.",
        "words": [{"text": "How", "start": 250, "end": 400, "confidence": 0.9, "speaker": "A"}],
        "utterances": [
            {"speaker": "A", "text": "How did it start?", "start": 250, "end": 2500, "confidence": 0.9, "words": []},
            {"speaker": "B", "text": "At a fair.", "start": 2600, "end": 4000, "confidence": 0.9, "words": []},
        ],
    },
    "Deepgram": {
        "metadata": {"request_id": "x"},
        "results": {
            "channels": [
                {
                    "alternatives": [
                        {
                            "transcript": "How? At a fair.",
                            "words": [
                                *words(0, 0.5, "how", punctuated_word="How?"),
                                *words(1, 1.5, "at", punctuated_word="At"),
                                *words(1, 2.0, "fair", punctuated_word="fair."),
                            ],
                        }
                    ]
                }
            ]
        },
    },
    "AWS Transcribe": {
        "jobName": "x",
        "status": "COMPLETED",
        "results": {
            "transcripts": [{"transcript": "How? At fair."}],
            "speaker_labels": {
                "speakers": 2,
                "segments": [
                    {"speaker_label": "spk_0", "items": [{"start_time": "0.5", "speaker_label": "spk_0"}]},
                    {
                        "speaker_label": "spk_1",
                        "items": [{"start_time": t, "speaker_label": "spk_1"} for t in ("1.5", "2.0")],
                    },
                ],
            },
            "items": [
                aws("pronunciation", "How", 0.5),
                aws("punctuation", "?"),
                aws("pronunciation", "At", 1.5),
                aws("pronunciation", "fair", 2.0),
                aws("punctuation", "."),
            ],
        },
    },
    "Rev": {
        "monologues": [
            {
                "speaker": 0,
                "elements": [
                    {"type": "text", "value": "How", "ts": 0.5, "end_ts": 1.0, "confidence": 1.0},
                    {"type": "punct", "value": "?"},
                ],
            },
            {
                "speaker": 1,
                "elements": [
                    {"type": "text", "value": "At", "ts": 1.5, "end_ts": 2.0},
                    {"type": "punct", "value": " "},
                    {"type": "text", "value": "fair", "ts": 2.0, "end_ts": 2.5},
                    {"type": "punct", "value": "."},
                ],
            },
        ]
    },
    "Speechmatics": {
        "format": "2.9",
        "results": [
            {
                "type": kind,
                "start_time": at,
                "end_time": at + 0.5,
                "alternatives": [{"content": said, "confidence": 1, "speaker": who}],
            }
            for kind, at, said, who in [
                ("word", 0.5, "How", "S1"),
                ("punctuation", 0.5, "?", "S1"),
                ("word", 1.5, "Here", "S2"),
            ]
        ],
    },
    "Google Speech-to-Text": {
        "results": [
            {
                "alternatives": [
                    {"transcript": "How", "words": [{"word": "How", "startTime": "0.500s", "endTime": "1s"}]}
                ]
            },
            {
                "alternatives": [
                    {
                        "words": [
                            {"word": "How?", "startTime": "0.500s", "endTime": "1s", "speakerTag": 1},
                            {"word": "Here.", "startTime": "1.500s", "endTime": "2s", "speakerTag": 2},
                        ]
                    }
                ]
            },
        ]
    },
    "ElevenLabs": {
        "language_code": "en",
        "text": "How? Here.",
        "words": [
            {"text": "How?", "start": 0.5, "end": 1.0, "type": "word", "speaker_id": "speaker_0"},
            {"text": " ", "start": 1.0, "end": 1.5, "type": "spacing", "speaker_id": "speaker_0"},
            {"text": "Here.", "start": 1.5, "end": 2.0, "type": "word", "speaker_id": "speaker_1"},
        ],
    },
}
TURNS = {
    "Whisper": [("", "How did it start? At a fair.", 0, 4000)],
    "WhisperX": [
        ("SPEAKER_00", "How did it start?", 500, 2500),
        ("SPEAKER_01", "At a fair.", 2500, 4000),
        ("SPEAKER_00", "Which one?", 4000, 5000),
        ("SPEAKER_01", "The one in Lyon.", 5000, 6000),
    ],
    "whisper.cpp": [("", "How did it start?", 0, 2000)],
    "AssemblyAI": [("Speaker A", "How did it start?", 250, 2500), ("Speaker B", "At a fair.", 2600, 4000)],
    "Deepgram": [("Speaker 0", "How?", 500, 1000), ("Speaker 1", "At fair.", 1500, 2500)],
    "AWS Transcribe": [("spk_0", "How?", 500, 1000), ("spk_1", "At fair.", 1500, 2500)],
    "Rev": [("Speaker 0", "How?", 500, 1000), ("Speaker 1", "At fair.", 1500, 2500)],
    "Speechmatics": [("S1", "How?", 500, 1000), ("S2", "Here", 1500, 2000)],
    "Google Speech-to-Text": [("Speaker 1", "How?", 500, 1000), ("Speaker 2", "Here.", 1500, 2000)],
    "ElevenLabs": [("speaker_0", "How?", 500, 1500), ("speaker_1", "Here.", 1500, 2000)],
}


def written(tmp_path, found):
    path = tmp_path / "anna.json"
    path.write_text(json.dumps(found), "utf-8")
    return path


@pytest.mark.parametrize("form", SAMPLES)
def test_each_form_gives_speakers_words_and_times(form, tmp_path):
    found = read(written(tmp_path, SAMPLES[form]))
    assert [
        (turn.speaker, found.text[turn.start : turn.end], turn.at_ms, turn.until_ms) for turn in found.turns
    ] == TURNS[form]
    assert found.notes[0] == f"read as the JSON of {form}"


def test_a_segment_that_is_cut_between_speakers_is_said(tmp_path):
    notes = read(written(tmp_path, SAMPLES["WhisperX"])).notes
    assert notes[1] == "1 segments are cut where the speaker changes between their words"


def test_words_without_speakers_of_assemblyai_are_one_turn(tmp_path):
    sample = SAMPLES["AssemblyAI"] | {"utterances": None}
    sample["words"] = [{"text": word, "start": 0, "end": 9, "confidence": 1, "speaker": None} for word in ("At", "a.")]
    found = read(written(tmp_path, sample))
    assert found.text == "At a."
    assert "no speaker labels found" in found.notes[1]


def test_utterances_of_deepgram_come_before_its_words(tmp_path):
    sample = {"results": SAMPLES["Deepgram"]["results"] | {"utterances": []}}
    sample["results"]["utterances"] = [{"start": 1.0, "end": 2.0, "transcript": "Yes.", "channel": 0, "speaker": 3}]
    assert read(written(tmp_path, sample)).text == "Speaker 3: Yes."


def test_names_of_speakers_of_rev_are_used(tmp_path):
    sample = SAMPLES["Rev"] | {"speakers": [{"id": 0, "name": "Karin"}]}
    assert read(written(tmp_path, sample)).text == "Karin: How?\n\nSpeaker 1: At fair."


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"segments": [{"text": 3}]}', r"looks like the JSON of Whisper, but a part is missing"),
        ('{"segments": [{"text": "a", "start": 1e300}]}', r"looks like the JSON of Whisper, but .*no time: 1e\+300"),
        ('{"segments": [{"text": "a", "start": NaN}]}', r"looks like the JSON of Whisper"),
        ('{"a": 1}', r"unknown form\n.*known are the forms of WhisperX, Whisper, whisper.cpp, AssemblyAI"),
        ("[1, 2]", r"unknown form"),
        ('{"segments": [\n', r"anna.json, line 2: is not JSON"),
        ("[" * 100_000, r"no transcript holds|is not JSON"),
        ('{"segments": []}', r"unknown form"),
        ('{"a": ' + "9" * 5000 + "}", "no transcript holds"),
    ],
)
def test_what_is_no_transcript_is_refused_with_a_reason(text, message, tmp_path):
    (tmp_path / "anna.json").write_text(text)
    with pytest.raises(TranscriptError, match=message):
        read(tmp_path / "anna.json")


VALUES = st.sampled_from([None, -1, 0, 1e400, "", "x", [], {}, [None], True, "1" * 400])


@given(st.sampled_from(list(SAMPLES)), st.data())
def test_any_value_in_place_of_another_is_read_or_refused(tmp_path_factory, form, data):
    found = json.loads(json.dumps(SAMPLES[form]))
    place = found
    while isinstance(place, dict | list) and place:
        key = data.draw(st.sampled_from(list(place) if isinstance(place, dict) else range(len(place))))
        if not isinstance(place[key], dict | list) or not place[key] or data.draw(st.integers(0, 4)) == 0:
            place[key] = data.draw(VALUES)
            break
        place = place[key]
    try:
        read_speech_json(Source(json.dumps(found).encode(), tmp_path_factory.getbasetemp() / "a.json"))
    except CoderError as error:
        assert error.where
