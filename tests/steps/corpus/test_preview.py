"""What is shown of a transcript before and after import, and what stays unsure until a person confirms it."""

import pytest

from coder.errors import UsageError
from coder.steps.coding.human_codings import import_codings
from coder.steps.corpus.preview import confirm, previews, spoken_turns
from coder.steps.corpus.transcripts import import_transcripts
from coder.steps.integrity import check
from coder.types import Role

SURE = "Interviewer: Why?\nMaja: The nets tore.\nInterviewer: And then?\nMaja: We mended them."


@pytest.fixture
def imported(study):
    """Return a function that imports a text as `x` and returns its preview."""

    def import_one(text, name="x.txt", **options):
        path = study.folder.parent / name
        path.write_text(text, "utf-8")
        return import_transcripts(study, [path], **options)[0].preview

    return import_one


def kinds(preview):
    return [doubt.kind for doubt in preview.doubts]


def test_a_preview_shows_speakers_roles_and_why(imported):
    found = imported(
        "[0:01] Interviewer: Why?\n[0:03] Maja: The nets tore.\n[0:05] Interviewer: Ok.\n[0:09] Maja: Yes."
    )
    assert (found.turns, found.words, found.timed, found.first_ms, found.last_ms) == (4, 6, 4, 1000, 9000)
    first, second = found.speakers
    assert (first.label, first.role, first.why) == ("Interviewer", Role.INTERVIEWER, "the label is a word for it")
    assert (second.label, second.role, second.words, second.share) == ("Maja", Role.RESPONDENT, 4, 4 / 6)
    assert (first.questions, second.first) == (0.5, ("The nets tore.", "Yes."))
    assert (found.score, found.doubts, found.not_taken) == (1, (), ())


@pytest.mark.parametrize(
    ("text", "doubted", "score"),
    [
        (SURE, [], 1),
        ("Why?\n\nThe nets tore.", ["no labels"], 0),
        (
            "Interviewer: Why?\nThe nets tore.\nInterviewer: And?\nWe left.",
            ["one speaker", "no respondent", "answer in a question"],
            0,
        ),
        (SURE + "\nOlof> Yes.\nOlof> No.", ["label-like"], 0.73),
        (SURE + "\nInterviewer: Ok?\nEva Lund: I came later.", ["once"], 0.88),
        ("So we met. " * 5 + "\n" + SURE, ["before turns"], 0.69),
        ("Eva: So.\nMaja: The nets tore.\nEva: Ok.\nMaja: Yes.", ["no interviewer"], 0.5),
        ("Eva: Why?\nMaja: The nets tore.\nEva: And then?\nMaja: We left.", ["guessed interviewer"], 0.5),
        (SURE + "\nOlof: Where?\nMaja: There.\nOlof: When?", ["respondent asks"], 0.92),
        (SURE + "\nInterviewer: That is a long story, and so I tell it.", ["interviewer talks"], 0.66),
    ],
)
def test_what_is_not_sure_is_told_with_the_share_of_words_that_is(imported, text, doubted, score):
    found = imported(text)
    assert kinds(found) == doubted
    assert found.score == pytest.approx(score, abs=0.01)
    assert [doubt.message for doubt in found.doubts] == list(found.reasons[2:])


def test_an_answer_inside_of_a_question_is_noticed(imported):
    text = "Interviewer: Why?\n\nMaja: So.\n\nInterviewer: And?\n\nWe mended them all.\n\nMaja: Yes."
    assert "answer in a question" in kinds(imported(text))


def test_who_speaks_once_in_a_table_is_no_doubt(imported):
    table = "speaker,text\nInterviewer,Why?\nMaja,The nets tore.\nInterviewer,And?\nEva Lund,I came later.\n"
    assert kinds(imported(table, "x.csv")) == []


def test_a_dry_run_previews_as_the_import_does_and_writes_nothing(study, imported):
    before = imported(SURE, dry_run=True)
    assert "x" not in [one.transcript for one in previews(study)]
    assert imported(SURE) == before


def test_a_doubt_stays_in_check_until_it_is_confirmed_and_comes_back_with_another_text(study, imported):
    text = "Eva: Why?\nMaja: The nets tore.\nEva: And then?\nMaja: We left the harbour in the morning."
    imported(text)
    assert list(check(study).unsure) == ["x"]
    imported(text)  # the rows that import has added to cases.csv settle nothing
    assert "Eva" in check(study).unsure["x"][0]
    confirm(study, ["x"], dry_run=True)
    assert check(study).unsure
    assert kinds(confirm(study, ["x"])[0]) == ["guessed interviewer"]
    assert (check(study).unsure, previews(study, ["x"])[0].score) == ({}, 1)
    assert imported(text).doubts == ()
    assert kinds(imported(text + "\nEva: Ok?")) == ["guessed interviewer"]
    assert list(check(study).unsure) == ["x"]


def test_transcripts_to_confirm_are_named(study):
    with pytest.raises(UsageError, match="no transcript is named"):
        confirm(study, [])
    with pytest.raises(UsageError, match="no transcript `nobody`"):
        confirm(study, ["nobody"])


def test_a_row_for_all_transcripts_says_once_who_asks(study, imported):
    text = "Eva: So.\nMaja: The nets tore.\nEva: Ok.\nMaja: Yes."
    assert kinds(imported(text)) == kinds(imported(text.replace("nets", "ropes"), "y.txt")) == ["no interviewer"]
    with (study.folder / "cases.csv").open("a", encoding="utf-8") as file:
        file.write("*,,EVA,interviewer,,\n")
    import_transcripts(study)
    assert [kinds(one) for one in previews(study, ["x", "y"])] == [[], []]
    first = previews(study, ["y"])[0].speakers[0]
    assert (first.label, first.role, first.why) == ("Eva", Role.INTERVIEWER, "cases.csv")


def test_a_person_whom_cases_csv_calls_a_respondent_is_not_guessed_to_ask(study, imported):
    with (study.folder / "cases.csv").open("a", encoding="utf-8") as file:
        file.write("x,x,Eva,respondent,,\n")
    assert kinds(imported("Eva: Why?\nMaja: So.\nEva: And then?\nMaja: We left.")) == ["no interviewer"]


def test_roles_under_which_a_transcript_was_coded_are_not_changed_by_a_guess(study, imported):
    text = "Eva: So why?\nMaja: The nets tore.\nEva: Where?\nMaja: There."
    imported(text.replace("?", "."))
    table = study.folder.parent / "codings.csv"
    table.write_text("transcript,code,citation\nx,contact/fairs,The nets tore.\n", "utf-8")
    import_codings(study, table, coder="lena")
    assert kinds(imported(text)) == ["no interviewer"]


def test_turns_are_given_in_order_with_roles_and_times(study, imported):
    imported("[0:01] Interviewer: Why?\n[0:03] Maja: The nets tore.\n[0:05] Interviewer: Ok.\n[0:09] Maja: Yes.")
    turn = spoken_turns(study, ["x"])[1]
    assert (turn.speaker, turn.role, turn.at_ms, turn.words) == ("Maja", Role.RESPONDENT, 3000, "The nets tore.")
    with pytest.raises(UsageError, match="no transcript `z`"):
        spoken_turns(study, ["z"])
