"""How far a model carries to a case that it never saw: measured at training, said when it suggests."""

import shutil
from dataclasses import replace

import pytest

from coder.learn.bundle import model_info
from coder.learn.model_info import ModelInfo, UnseenCases
from coder.steps.coding.human_codings import import_codings
from coder.steps.corpus.transcripts import import_transcripts
from coder.steps.corpus.units import segment_study
from coder.steps.models import new_cases
from coder.steps.models.suggest import suggest
from coder.steps.models.train import train
from coder.steps.pipeline import run
from coder.steps.study.study import open_study

MORE = """\
transcript,coder,code,citation
birch-2,ada,,
birch-2,ada,education/customers/courses,"A course for skippers, two days every March."
birch-2,ada,education/customers/fairs,At the fair we show them the winch.
birch-2,ada,education/suppliers/courses,We hold a course for the rope maker.
"""


def with_cases(study, **cases):
    """Put transcripts into other cases."""
    path = study.folder / "cases.csv"
    lines = path.read_text("utf-8").splitlines()
    for transcript, case in cases.items():
        name = transcript.replace("_", "-")
        lines = [f"{name},{case}," + line.split(",", 2)[2] if line.startswith(name) else line for line in lines]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    import_transcripts(study)
    return study


@pytest.fixture
def three(study):
    """Three cases are coded, and Birch has two transcripts."""
    path = study.folder / "codings" / "more.csv"
    path.write_text(MORE, "utf-8")
    import_codings(study, path)
    return with_cases(study, alder_2="Cedar")


def add(study, name, case):
    """Add an interview that nobody has coded."""
    (study.folder / "transcripts" / f"{name}.txt").write_text("Interviewer: And?\nJan: A course for them.\n", "utf-8")
    with (study.folder / "cases.csv").open("a", encoding="utf-8") as file:
        file.write(f"{name},{case},Jan,respondent,,{2004 if case == 'Birch' else 1980}\n")
    import_transcripts(study)
    segment_study(study)


def test_each_case_is_held_out_whole_where_a_case_has_several_transcripts(three):
    told = []
    trained = train(three, progress=lambda what, done, total: told.append((what, total)))
    found = trained.cases
    assert (found.held_out, found.folds) == ("case", 3)
    assert [(c.case, c.units) for c in found.by_case] == [("Alder", 10), ("Birch", 12), ("Cedar", 6)]
    assert sum(c.positives for c in found.by_case) == sum(q.positives for q in trained.quality)
    assert found.usual == pytest.approx(trained.macro_f1, abs=1e-4)
    assert found.macro_f1 != found.usual
    assert ("by case", 4) in told  # three folds and the whole
    card = (trained.folder / "card.md").read_text("utf-8")
    assert "by 3 folds split by case" in card
    assert f"| Birch | 12 | {found.by_case[1].positives} |" in card


def test_of_many_cases_several_are_held_out_at_once(three, monkeypatch):
    monkeypatch.setattr(new_cases, "MOST_FOLDS", 2)
    assert train(three, dry_run=True).cases.folds == 2


def test_where_each_case_has_one_transcript_the_usual_folds_hold_out_cases(study):
    trained = train(with_cases(study, alder_2="Cedar"))
    found = trained.cases
    assert (found.held_out, found.folds) == ("transcript", None)
    assert found.macro_f1 == found.usual
    assert [c.case for c in found.by_case] == ["Alder", "Birch", "Cedar"]
    assert "the folds above held out whole cases" in (trained.folder / "card.md").read_text("utf-8")
    add(study, "dune-1", "Dune")
    assert not [said for said in suggest(study).warnings if "no interview" in said]


def test_two_cases_tell_nothing(study):
    trained = train(study)
    found = trained.cases
    assert (found.held_out, found.macro_f1, found.by_case) == ("", None, ())
    assert "takes three cases" in (trained.folder / "card.md").read_text("utf-8")


def test_a_single_transcript_tells_nothing_at_all(study):
    study.close()
    (study.folder / "study.db").unlink()
    (study.folder / "codings" / "ben.csv").unlink()
    rows = "transcript,coder,code,citation\nalder-1,ada,,\nalder-1,ada,contact/fairs,The course lasts two days.\n"
    (study.folder / "codings" / "ada.csv").write_text(rows, "utf-8")
    again = open_study(study.folder, create=True)
    trained = run(again, replicates=5).trained
    again.close()
    assert trained.cases.usual is None
    assert "nothing could be held out" in (trained.folder / "card.md").read_text("utf-8")
    assert not (trained.folder / "reliability.svg").exists()


def test_suggesting_for_a_case_that_the_model_never_saw_says_so_in_one_line(three):
    found = train(three).cases
    assert not [said for said in suggest(three).warnings if "no interview" in said]
    add(three, "dune-1", "Dune")
    add(three, "dune-2", "Dune")
    [said] = [said for said in suggest(three).warnings if "no interview" in said]
    assert said == (
        "Dune: the model has seen no interview of this case; on cases held out whole its macro-F1 was "
        f"{found.macro_f1:.3f}, as usual {found.usual:.3f}"
    )
    add(three, "elm-1", "Elm")
    assert "Dune, Elm: the model has seen no interview of these cases" in "".join(suggest(three).warnings)


def test_a_new_interview_of_a_known_case_is_no_new_case(three):
    train(three)
    add(three, "birch-3", "Birch")
    assert not [said for said in suggest(three).warnings if "no interview" in said]


def test_to_a_model_of_another_study_and_of_before_this_was_measured_every_case_is_new(three):
    train(three)
    info = model_info(three.folder / "models" / "model-1")
    other = replace(info, study_id="another", texts=())
    assert "Alder: the model has seen no interview of this case" in new_cases.of_new_cases(three, other, ["alder-1"])[0]
    other = replace(other, cases=UnseenCases())
    assert "was not measured" in new_cases.of_new_cases(three, other, ["alder-1"])[0]
    assert new_cases.of_new_cases(three, ModelInfo(), ["alder-1"]) == []


def test_the_same_study_gives_the_same_bundle_with_card_and_picture(three):
    folder = train(three).folder
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert sorted(first) == ["card.md", "model.json", "reliability.svg", "weights.npz"]
    shutil.rmtree(folder)
    train(three, use=True)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == first
