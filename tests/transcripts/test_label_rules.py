"""What study.toml says of labels: names, what is no label, and a pattern. The texts are invented."""

import pytest

from coder.errors import StudyError
from coder.transcripts.labels import own_pattern
from coder.transcripts.plain import label_turns
from coder.transcripts.subtitles import read_subtitles
from coder.transcripts.turns import Source
from coder.types import LabelRules


def said(text, **rules):
    turns, _ = label_turns(text, LabelRules(**rules))
    return [(turn.speaker, text[turn.start : turn.end]) for turn in turns]


def test_a_pattern_alone_says_what_a_label_is():
    text = "P1> Why so?\nInterviewer: is what they called me.\nP2> The nets.\n12> is no label."
    assert said(text, pattern=r"(?P<speaker>P\d+)>\s*") == [
        ("P1", "Why so?\nInterviewer: is what they called me."),
        ("P2", "The nets.\n12> is no label."),
    ]


def test_a_pattern_may_give_times():
    turns, _ = label_turns("@0:05@ Maja| Why?", LabelRules(pattern=r"@(?P<time>[\d:]+)@ (?P<speaker>\w+)\|"))
    assert [(turn.speaker, turn.at_ms) for turn in turns] == [("Maja", 5000)]


def test_a_pattern_holds_for_subtitles(tmp_path):
    cues = "WEBVTT\n\n00:01.000 --> 00:02.000\nS1| Why?\n\n00:02.000 --> 00:03.000\nS2| The nets.\n"
    turns = read_subtitles(Source(cues.encode(), tmp_path / "a.vtt", LabelRules(pattern=r"(?P<speaker>S\d)\|"))).turns
    assert [turn.speaker for turn in turns] == ["S1", "S2"]


@pytest.mark.parametrize("name", ["12", "7 (woman)", "marketing manager", "First"])
def test_a_name_in_study_toml_is_a_label_whatever_it_looks_like(name):
    text = f"Q: Why?\n{name}: The nets.\nQ: Ok."
    assert [speaker for speaker, _ in said(text, names=(name,))] == ["Q", name, "Q"]


def test_what_is_no_label_is_words_although_it_recurs():
    text = "Q: Why?\nMaja: The nets.\nÖnskan: bigger ones.\nÖnskan: more of them.\nQ: Ok."
    assert "Önskan" in dict(said(text))
    assert said(text, not_labels=("O\u0308NSKAN",))[1][1].count("Önskan:") == 2  # compared after normalisation


@pytest.mark.parametrize(
    ("pattern", "message"), [("(?P<speaker>P", "not a regular expression: missing \\)"), ("P:", "no group `speaker`")]
)
def test_a_wrong_pattern_names_its_place(pattern, message):
    with pytest.raises(StudyError, match=rf"study.toml, `pattern` in \[labels\]: .*{message}"):
        own_pattern(pattern)


def test_a_pattern_that_takes_forever_is_refused(monkeypatch):
    monkeypatch.setattr("coder.transcripts.labels.SECONDS", 0.05)
    with pytest.raises(StudyError, match="takes too long on the line"):
        said("a" * 60 + "!", pattern=r"(?P<speaker>(?:\w|\w\w)+)[:;]")
