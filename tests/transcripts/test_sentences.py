"""Sentence borders: as marked by hand in five languages, and in scripts without capitals."""

from itertools import pairwise

import pytest

from benchmarks.sentences.__main__ import counts, passages
from coder.transcripts.sentences import sentence_starts


def cut(words, language):
    return [words[start:end].strip() for start, end in pairwise([*sentence_starts(words, language), len(words)])]


@pytest.mark.parametrize("language", ["en", "sv", "de", "fi", "es"])
def test_borders_are_those_that_were_marked_by_hand(language):
    right, found, there = counts(lambda words: sentence_starts(words, language), passages(language, 1))
    assert there > 55
    assert 2 * right / (found + there) >= 0.98


@pytest.mark.parametrize(
    ("language", "words", "sentences"),
    [
        ("hi", "हम मिले। फिर क्या हुआ? हम हँसे।", ["हम मिले।", "फिर क्या हुआ?", "हम हँसे।"]),
        ("zh", "我们见面了。他说：“好！”然后呢？我走了。", ["我们见面了。", "他说：“好！”", "然后呢？", "我走了。"]),
        ("ja", "はい。そうです。なぜ？わかりません。", ["はい。", "そうです。", "なぜ？", "わかりません。"]),
        ("ar", "لماذا؟ لأننا لم نعرف. نعم.", ["لماذا؟", "لأننا لم نعرف.", "نعم."]),
        ("he", "למה? כי לא ידענו. כן.", ["למה?", "כי לא ידענו.", "כן."]),
        ("ur", "ہم ملے۔ پھر کیا ہوا؟ کچھ نہیں۔", ["ہم ملے۔", "پھر کیا ہوا؟", "کچھ نہیں۔"]),
        ("th", "เราไปที่ตลาด แล้วก็กลับ", ["เราไปที่ตลาด แล้วก็กลับ"]),  # Thai has no mark for the end of a sentence
        ("fr", "« Oui ! » Puis il est parti. Pourquoi ?", ["« Oui ! »", "Puis il est parti.", "Pourquoi ?"]),
    ],
)
def test_other_scripts_and_marks(language, words, sentences):
    assert cut(words, language) == sentences


def test_a_blank_line_after_a_mark_is_a_border_and_a_list_number_is_none():
    assert cut("We left.\n\nthen we came back.", "en") == ["We left.", "then we came back."]
    assert cut("Three of us. 1. Tom. 2. Me. How many? 12. Me too.", "en")[1:3] == ["1. Tom.", "2. Me."]


def test_time_is_linear_in_marks_that_end_nothing():
    assert len(sentence_starts("Dr. " * 50_000 + "(" * 50_000, "en")) == 1
