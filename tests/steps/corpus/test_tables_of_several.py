"""A table of several interviews: each is imported, removed, withdrawn and given pseudonyms for itself."""

import pandas
import pytest

from coder.config import load_settings
from coder.errors import TranscriptError
from coder.steps.corpus.transcripts import import_transcripts
from coder.steps.integrity import check
from coder.steps.pseudonymise import key_file
from coder.steps.pseudonymise.replace import replace_names, restore_names
from coder.steps.withdrawal.remove import remove
from coder.steps.withdrawal.undo import undo
from coder.steps.withdrawal.withdraw import withdraw
from coder.store import corpus

TURNS = [
    ("Interviewer", "What do you do in the spring?"),
    ("Eva", "We mend the nets, and then Eva counts all of the crates on the pier."),
    ("Interviewer", "What do you do in autumn?"),
    ("Tor", "We sell the old boat, and in the evenings we read about new motors."),
]
ENDINGS = ["csv", "xlsx", "parquet"]
PHRASE = "four quite ordinary words"


def table(folder, ending, names=("P 1", "P 1", "P 2", "P 2")):
    frame = pandas.DataFrame([(name, *turn) for name, turn in zip(names, TURNS, strict=True)])
    frame.columns = ["Nr", "Who", "Svar"]
    path = folder / f"both.{ending}"
    {"csv": frame.to_csv, "xlsx": frame.to_excel, "parquet": frame.to_parquet}[ending](path, index=False)
    return path


@pytest.fixture
def study(study):
    path = study.folder / "study.toml"
    path.write_text(path.read_text("utf-8") + '\n[columns]\ntext = "svar"\ntranscript = "Nr"\n', "utf-8")
    study.settings = load_settings(path)
    return study


def statuses(study, *paths, **options):
    return {one.name: one.status for one in import_transcripts(study, paths, **options)}


@pytest.mark.parametrize("ending", ENDINGS)
def test_each_interview_is_imported_removed_and_put_back(study, tmp_path, ending):
    path, before = table(tmp_path, ending), set(corpus.transcripts(study.store))
    assert statuses(study, path, dry_run=True) == {"P 1": "new", "P 2": "new"}
    assert set(corpus.transcripts(study.store)) == before
    assert statuses(study, path) == {"P 1": "new", "P 2": "new"}
    assert statuses(study, path) == {"P 1": "unchanged", "P 2": "unchanged"}
    assert remove(study, "P 2") == []
    found = statuses(study)
    assert found["P 1"] == "unchanged" and "P 2" not in found and list(found.values()).count("skipped") == 1
    assert undo(study).transcript == "P 2"
    assert statuses(study)["P 2"] == "unchanged" and check(study).findings == ()


@pytest.mark.parametrize("ending", ENDINGS)
def test_one_interview_withdraws_and_the_table_does_not_come_back(study, tmp_path, ending):
    path = table(tmp_path, ending)
    import_transcripts(study, [path])
    withdraw(study, ["P 1"])
    with pytest.raises(TranscriptError, match="a transcript called `P 1` was withdrawn"):
        import_transcripts(study, [path])
    assert not (study.folder / "transcripts" / path.name).exists()
    assert "P 2" in corpus.transcripts(study.store) and check(study).findings == ()
    assert set(statuses(study).values()) == {"unchanged"}


def test_a_table_is_imported_whole_or_not_at_all(study, tmp_path):
    (tmp_path / "P 2.txt").write_text("Interviewer: Why?\nTor: Quite other words.\n", "utf-8")
    import_transcripts(study, [tmp_path / "P 2.txt"])
    with pytest.raises(TranscriptError, match=r"two transcripts are called `P 2`: P 2.txt and .*both.csv"):
        import_transcripts(study, [table(tmp_path, "csv")])
    assert "P 1" not in corpus.transcripts(study.store)
    assert not (study.folder / "transcripts" / "both.csv").exists()


@pytest.mark.parametrize("ending", ENDINGS)
def test_names_are_replaced_where_the_format_allows_it(study, tmp_path, monkeypatch, ending):
    monkeypatch.setattr(key_file, "_COST", {"n": 16, "r": 8, "p": 1})
    (study.folder / "pseudonyms.csv").write_text("name,pseudonym\nEva,Iris\n", "utf-8")
    import_transcripts(study, [table(tmp_path, ending)])
    if ending == "parquet":
        with pytest.raises(TranscriptError, match=r"cannot be replaced in a Parquet file(.|\n)*a table as .csv"):
            replace_names(study, tmp_path / "key", PHRASE)
        return
    assert replace_names(study, tmp_path / "key", PHRASE).places == {"P 1": 2}
    assert corpus.transcripts(study.store)["P 1"].transcript.turns[1].speaker == "Iris"
    assert set(statuses(study).values()) == {"unchanged"}
    restore_names(study, tmp_path / "key", PHRASE)
    assert "then Eva counts" in corpus.transcripts(study.store)["P 1"].transcript.text
    assert set(statuses(study).values()) == {"unchanged"}


@pytest.mark.parametrize("names", [("Eva", "Eva", "P 2", "P 2"), ("P 1", "P 1", "Eva", "Eva")])
def test_an_interview_that_a_table_calls_by_a_name_is_not_renamed(study, tmp_path, names):
    (study.folder / "pseudonyms.csv").write_text("name,pseudonym\nEva,Iris\n", "utf-8")
    import_transcripts(study, [table(tmp_path, "csv", names)])
    with pytest.raises(TranscriptError, match="a table calls an interview `Eva`"):
        replace_names(study, tmp_path / "key", PHRASE)
