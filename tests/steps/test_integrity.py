import sqlite3

import pytest

from coder.errors import UsageError
from coder.steps.integrity import check, history, transcripts_of
from coder.steps.study.study import open_study
from coder.store import log
from coder.store.judgements import Which, judgements


def test_a_sound_study_has_no_findings(study):
    found = check(study)
    assert (found.findings, found.warnings) == ((), ())
    assert (found.events, found.chain) == log.head(study.store)
    assert found.transcripts == 4


def tampered(study, *statements):
    """Change the database by hand, as a file editor would, and open it again."""
    study.close()
    db = sqlite3.connect(study.folder / "study.db")
    for statement in statements:
        db.execute(statement)
    db.commit()
    db.close()
    return open_study(study.folder)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE coding_event SET verdict = 'absent' WHERE id = 3",
        "UPDATE coding_event SET memo = 'another' WHERE id = 2",
        "UPDATE coding_event SET at = '2020-01-01T00:00:00.000Z' WHERE id = 5",
        "DELETE FROM coding_event WHERE id = 4",
        "UPDATE words SET content = replace(content, 'skippers', 'captains')",
        "UPDATE placement SET start = start + 1 WHERE segment = (SELECT segment FROM coding_event WHERE id = 2)",
    ],
)
def test_a_change_by_hand_is_found(study, statement):
    triggers = ("coding_event_no_update", "coding_event_no_delete")
    changed = tampered(study, *(f"DROP TRIGGER {name}" for name in triggers), statement)
    assert check(changed).findings
    changed.close()


def test_history_tells_who_said_what_of_which_words(study):
    found = history(study, coder="ada")
    assert {event.coder for event, _, _ in found} == {"ada"}
    event, place, words = found[1]
    assert (event.code, place, words) == (
        "education/customers/courses",
        "alder-1",
        "We hold a course for the skippers every March.",
    )
    assert {place for _, place, _ in history(study, transcript="alder-2")} == {"alder-2"}
    assert [event.id for event, _, _ in history(study, last=2)] == [
        e.id for e in judgements(study.store, which=Which.AS_WRITTEN)[-2:]
    ]


def test_history_of_somebody_unknown_is_an_error(study):
    with pytest.raises(UsageError, match="no coder `adda`"):
        history(study, coder="adda")
    with pytest.raises(UsageError, match="no transcript `alder`"):
        history(study, transcript="alder")


def test_transcripts_tell_case_speakers_words_and_units(study):
    found = {item["transcript"]: item for item in transcripts_of(study)}
    assert list(found) == ["alder-1", "alder-2", "birch-1", "birch-2"]
    birch = found["birch-1"]
    assert (birch["case"], birch["format"]) == ("Birch", "vtt")
    assert birch["speakers"] == ["Interviewer (interviewer)", "Siri (Founder)"]
    assert sum(item["units"] for item in found.values()) == 28


def test_codings_whose_code_the_scheme_lost_are_a_finding(study):
    path = study.folder / "scheme.yaml"
    path.write_text(path.read_text("utf-8").replace("contact: [courses, fairs]", "contact: [courses]"), "utf-8")
    study.close()
    again = open_study(study.folder)
    findings = check(again).findings
    again.close()
    assert {finding.partition(",")[0] for finding in findings} == {
        "3 current codings by ada have the code `contact/fairs`",
        "3 current codings by ben have the code `contact/fairs`",
    }
