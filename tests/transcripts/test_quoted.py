"""Quotations of a participant are found, however they are written."""

import html
import json

from hypothesis import given
from hypothesis import strategies as st

from coder.transcripts.quoted import MASK, SHORTEST, STEP, Quoted, letters

SAID = (
    "We hold a course for the skippers every March, and ålar are för dyra. "
    "船長は毎年三月に講習を開きますからみんな来てください。"
)
THEIRS = Quoted([SAID], [])


@given(st.integers(0, len(SAID) - 40), st.sampled_from([str, html.escape, json.dumps, str.upper, "<b>{}</b>".format]))
def test_every_part_of_forty_characters_is_found(at, written):
    part = SAID[at : at + 40]
    assert len(letters(part)) >= SHORTEST + STEP
    assert THEIRS.in_text(f"They said: {written(part)} (CEO)")


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_mask_keeps_length_and_lines_and_leaves_no_quotation(before, after):
    text = f"{before} {SAID} {after}"
    masked = THEIRS.masked(text)
    assert len(masked) == len(text) and masked.count("\n") == text.count("\n") and MASK in masked
    assert not THEIRS.in_text(masked)


def test_what_others_said_too_is_nobodys():
    theirs = Quoted([SAID, "That is a very good question, thank you."], ["That is a very good question, thank you."])
    assert not theirs.in_text("That is a very good question, thank you.") and theirs.in_text(SAID)
