"""UTF-16 offsets become code-point offsets, wherever emoji, astral letters and combining marks stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.errors import CodingError
from coder.transcripts.offsets import code_points

TEXTS = st.text(st.sampled_from("ab\n é🚢👩‍🚀🏽𝔄𐍈\u0301\u20dd\u202e\u0000") | st.characters(codec="utf-8"))


@given(TEXTS, st.data())
def test_the_units_before_a_code_point_lead_back_to_it(text, data):
    at = data.draw(st.integers(0, len(text)))
    assert code_points(text, len(text[:at].encode("utf-16-le")) // 2) == at


@given(TEXTS, st.integers(-3, 60))
def test_every_other_offset_is_refused(text, offset):
    borders = [len(text[:at].encode("utf-16-le")) // 2 for at in range(len(text) + 1)]
    if offset in borders:
        assert code_points(text, offset) == borders.index(offset)
    else:
        with pytest.raises(CodingError, match="mark the passage again"):
            code_points(text, offset)


def test_a_ship_between_two_letters():
    assert [code_points("a🚢b", at) for at in (0, 1, 3, 4)] == [0, 1, 2, 3]
    with pytest.raises(CodingError, match="cuts a character in two"):
        code_points("a🚢b", 2)
