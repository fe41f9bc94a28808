"""ELAN and Praat. The TextGrids in files/ were written by Praat 6.1.38, of words written for this project."""

from pathlib import Path

import pytest

from coder.errors import TranscriptError
from coder.transcripts.readers import read

FILES = Path(__file__).parent / "files"
ELAN = """<?xml version="1.0" encoding="UTF-8"?>
<ANNOTATION_DOCUMENT AUTHOR="" DATE="2026-12-01T10:00:00+01:00" FORMAT="3.0" VERSION="3.0"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xsi:noNamespaceSchemaLocation="http://www.mpi.nl/tools/elan/EAFv3.0.xsd">
 <HEADER MEDIA_FILE="" TIME_UNITS="milliseconds"/>
 <TIME_ORDER>
  <TIME_SLOT TIME_SLOT_ID="ts1" TIME_VALUE="2310"/><TIME_SLOT TIME_SLOT_ID="ts2" TIME_VALUE="5010"/>
  <TIME_SLOT TIME_SLOT_ID="ts3" TIME_VALUE="5400"/><TIME_SLOT TIME_SLOT_ID="ts4"/>
  <TIME_SLOT TIME_SLOT_ID="ts5" TIME_VALUE="8000"/><TIME_SLOT TIME_SLOT_ID="ts6" TIME_VALUE="12000"/>
 </TIME_ORDER>
 <TIER LINGUISTIC_TYPE_REF="default-lt" PARTICIPANT="Olof Ek" TIER_ID="olof">
  <ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a1" TIME_SLOT_REF1="ts3" TIME_SLOT_REF2="ts4">
   <ANNOTATION_VALUE>At a fair,</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>
  <ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a2" TIME_SLOT_REF1="ts4" TIME_SLOT_REF2="ts5">
   <ANNOTATION_VALUE>in 2009.</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>
 </TIER>
 <TIER LINGUISTIC_TYPE_REF="default-lt" TIER_ID="Karin">
  <ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a3" TIME_SLOT_REF1="ts1" TIME_SLOT_REF2="ts2">
   <ANNOTATION_VALUE>How did you find
 your first customers?</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>
 </TIER>
 <TIER LINGUISTIC_TYPE_REF="translation" PARENT_REF="olof" TIER_ID="in German">
  <ANNOTATION><REF_ANNOTATION ANNOTATION_ID="a4" ANNOTATION_REF="a1">
   <ANNOTATION_VALUE>Auf einer Messe,</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION>
 </TIER>
 <TIER LINGUISTIC_TYPE_REF="default-lt" TIER_ID="empty"/>
</ANNOTATION_DOCUMENT>
"""


def turns(found):
    return [(turn.speaker, found.text[turn.start : turn.end], turn.at_ms, turn.until_ms) for turn in found.turns]


def test_a_tier_of_elan_is_a_speaker(tmp_path):
    (tmp_path / "interview.eaf").write_text(ELAN, "utf-8")
    found = read(tmp_path / "interview.eaf")
    assert turns(found) == [
        ("Karin", "How did you find your first customers?", 2310, 5010),
        ("Olof Ek", "At a fair, in 2009.", 5400, 8000),
    ]
    assert found.notes == (
        "tiers read, each as a speaker: olof, Karin",
        "tier not read: `in German` (depends on `olof`), 1 annotations",
    )


@pytest.mark.parametrize("form", ["long", "short"])
def test_a_textgrid_that_praat_wrote(form):
    found = read(FILES / f"praat-{form}.TextGrid")
    assert turns(found) == [
        ("Karin", 'How did "you" find your first customers?', 2310, 5010),
        ("Olof", "Så här: at a fair, in 2009. ! 3 people", 5400, 11750),
        ("Karin", "I see.", 12000, 12500),
    ]
    assert found.notes == (
        "tiers read, each as a speaker: Karin, Olof",
        "tier not read: `Place` (points), 1 annotations",
    )
    assert found.encoding == "utf-16-be"


def test_the_sounds_of_a_forced_alignment_are_not_read(tmp_path):
    tier = '"IntervalTier" "Anna - {}" 0 1 1 0 1 "{}" '
    text = '"ooTextFile" "TextGrid" 0 1 <exists> 2 ' + tier.format("words", "fair") + tier.format("phones", "F")
    (tmp_path / "a.TextGrid").write_text(text)
    assert turns(read(tmp_path / "a.TextGrid")) == [("Anna", "fair", 0, 1000)]


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.TextGrid", (FILES / "praat-binary.TextGrid").read_bytes(), "is a binary TextGrid"),
        ("a.TextGrid", b"Anna: Well.", "is not a TextGrid"),
        ("a.TextGrid", b'"ooTextFile" "TextGrid" 0 1 <exists> 2 "IntervalTier" "A" 0 1 99999999 0 1 "x"', "breaks off"),
        ("a.TextGrid", b'"ooTextFile" "TextGrid" 0 1 1 "IntervalTier" "A" 0 1 1 0 1e300 "x"', "breaks off"),
        ("a.eaf", b"<ANNOTATION_DOCUMENT>", "cannot be read"),
        ("a.eaf", b"<html/>", "is not an ELAN file"),
        ("a.eaf", b"<!DOCTYPE a [<!ENTITY b 'c'>]><ANNOTATION_DOCUMENT/>", "declares a document type"),
        ("a.eaf", b"<ANNOTATION_DOCUMENT/>", "holds no words"),
    ],
)
def test_what_is_broken_is_refused(name, data, message, tmp_path):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(TranscriptError, match=message):
        read(tmp_path / name)
