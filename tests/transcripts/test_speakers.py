"""Roles from labels, and cases.csv."""

import tomllib
import unicodedata
from importlib.util import find_spec
from pathlib import Path

import pytest

from coder.errors import TranscriptError
from coder.transcripts import speakers
from coder.transcripts.speakers import guess_role, read_cases
from coder.types import Role, Speaker

CASES = """transcript,case,speaker,role,title,country,size
anna,Pump AB,Anna,respondent,CEO,Sweden,40
anna,Pump AB,I,,,,
bo,Pump AB,Bo,Respondent,buyer,,40
cia,Fan GmbH,,,,Germany,
"""


@pytest.mark.parametrize(
    "label",
    [
        *("Interviewer", "INTERVIEWER A", "I", "I1", "I 2", "Q", "INT", "Int.", "Moderator", "Facilitator"),
        *(
            "Researcher 2",
            "Interviewer Anna",
            "Anna (interviewer)",
            "Intervjuare",
            "Frågeställare",
            "Forskare",
        ),
        *("Interviewerin", "Fragesteller", "Enquêtrice", "Modérateur", "intervieweuse"),
    ],
)
def test_interviewers(label):
    assert guess_role(label) is Role.INTERVIEWER


@pytest.mark.parametrize(
    "label",
    [
        "",
        "R",
        "A",
        "Anna",
        "Respondent",
        "Participant 1",
        "IP",
        "Ingrid",
        "Interviewee",
        "Interviewpartner",
        "Quentin",
    ],
)
def test_respondents(label):
    assert guess_role(label) is Role.RESPONDENT


def cases_csv(tmp_path, text):
    path = tmp_path / "cases.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_cases_speakers_and_attributes(tmp_path):
    table = read_cases(cases_csv(tmp_path, CASES))
    pump = {"country": "Sweden", "size": "40"}
    assert table.cases == {
        "anna": ("Pump AB", pump),
        "bo": ("Pump AB", pump),
        "cia": ("Fan GmbH", {"country": "Germany", "size": ""}),
    }
    assert table.speakers == {
        "anna": (Speaker("Anna", Role.RESPONDENT, "CEO"), Speaker("I", Role.INTERVIEWER)),
        "bo": (Speaker("Bo", Role.RESPONDENT, "buyer"),),
        "cia": (),
    }


def test_transcripts_of_a_case_may_differ_such_as_in_their_round(tmp_path):
    table = read_cases(
        cases_csv(tmp_path, "transcript,case,speaker,round,country\na,X,I,1,\na,X,R,,Peru\nb,X,I,2,\nc,X,I,,\n")
    )
    assert table.cases == {
        "a": ("X", {"round": "1", "country": "Peru"}),
        "b": ("X", {"round": "2", "country": "Peru"}),
        "c": ("X", {"round": "", "country": "Peru"}),
    }


def test_two_columns_are_enough(tmp_path):
    table = read_cases(cases_csv(tmp_path, "Case;Transcript\nPump AB;anna\n"))
    assert table.cases == {"anna": ("Pump AB", {})}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            CASES + "anna,Fan GmbH,,,,,\n",
            "line 6: transcript `anna` is in two cases: `Pump AB` and `Fan GmbH`",
        ),
        (
            CASES + "anna,Pump AB,,,,Norway,\n",
            "line 6: `country` of `anna` is `Sweden` above and `Norway` here",
        ),
        (
            CASES + "dan,Pump AB,Dan,respondant,,,\n",
            "line 6: role `respondant` is unknown\n  did you mean `respondent`",
        ),
        (CASES + "dan,Pump AB,Dan,boss,,,\n", "write one of: interviewer, respondent"),
        (CASES + "anna,Pump AB,Anna,,,,\n", "line 6: speaker `Anna` of `anna` is named twice"),
        (CASES + ",Pump AB,Anna,,,,\n", "line 6: `transcript` is empty"),
        (CASES + "dan,,Dan,,,,\n", "line 6: `case` is empty"),
        ("transcripts,case\nanna,A\n", "line 1: column `transcript` is missing\n  rename `transcripts`"),
        ("transcript,firm\nanna,A\n", "column `case` is missing\n  found: transcript, firm"),
    ],
)
def test_errors_name_the_line(tmp_path, text, message):
    with pytest.raises(TranscriptError, match=message):
        read_cases(cases_csv(tmp_path, text))


def test_every_language_that_can_be_segmented_has_words_for_an_interviewer():
    known = tomllib.loads(Path(speakers.__file__).with_name("role_words.toml").read_text("utf-8"))
    (spacy,) = find_spec("spacy").submodule_search_locations
    languages = {path.parent.name for path in Path(spacy, "lang").glob("*/__init__.py")} - {"xx"}
    assert languages - known["interviewer"].keys() == set()
    for kind in (Role.INTERVIEWER, Role.RESPONDENT):
        for word in " ".join(known[kind].values()).replace("_", "\u00a0").split(" "):
            assert guess_role(unicodedata.normalize("NFD", word.title().replace("\u00a0", " "))) is kind, word


def test_a_row_for_all_transcripts_names_a_speaker_and_one_for_a_transcript_goes_before_it(tmp_path):
    table = read_cases(
        cases_csv(tmp_path, "transcript,case,speaker,role,title\n*,,EVA,interviewer,\na,A,Eva,,\nb,B,Eva,respondent,\n")
    )
    roles = {name: table.speakers_of(name, ["Eva", "Maja"])["Eva"].role for name in "abc"}
    assert roles == {"a": Role.INTERVIEWER, "b": Role.RESPONDENT, "c": Role.INTERVIEWER}
    assert table.said("c") == {"eva"}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("*,A,Eva,interviewer", "`case` is filled in for the transcript `\\*`"),
        ("*,,,interviewer", "`speaker` is empty"),
    ],
)
def test_a_row_for_all_transcripts_is_about_a_speaker_only(tmp_path, row, message):
    with pytest.raises(TranscriptError, match=f"line 2: {message}"):
        read_cases(cases_csv(tmp_path, f"transcript,case,speaker,role\n{row}\n"))


def test_a_missing_file(tmp_path):
    with pytest.raises(TranscriptError, match="cannot be read"):
        read_cases(tmp_path / "cases.csv")
