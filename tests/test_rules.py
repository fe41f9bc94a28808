"""The rules of the method."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.rules import count_words


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("我们从第一天起就互相信任。握手就够了。", 17),
        ("はい、テレビを見ました。", 10),
        ("ที่บ้าน", 4),  # letters, the signs on them not counted
        ("iPhone 15 很贵", 4),
        ("नमस्ते दुनिया", 2),
        ("우리는 회의에서 만났다.", 3),
        ("-- so, um,", 3),
        ("", 0),
    ],
)
def test_words_are_counted_by_script(text, count):
    assert count_words(text) == count


@given(st.text(st.characters(max_codepoint=0x2FF)))
def test_in_scripts_with_blanks_words_stand_between_them(text):
    assert count_words(text) == len(text.split())
