"""Small studies in Swedish and Finnish, from import to tables; the interviews are fiction, written for this project."""

import pytest

from benchmarks.languages.studies import write_study
from coder.steps.study.study import open_study


@pytest.mark.parametrize("language", ["sv", "fi"])
def test_a_study_runs_from_import_to_tables(coder, tmp_path, language):
    folder = write_study(tmp_path / "study", language, "hashed-words")
    open_study(folder, create=True).close()
    said = coder("import", folder)
    assert "8 new" in said.stdout and "note:" not in said.stdout
    assert "Warning" not in said.stderr
    assert "72" in coder("segment", folder).stdout
    coder("code", folder, folder / "codings" / "ada.csv")
    assert "quality on held-out transcripts" in coder("train", folder).stdout
    table = coder("quotes", folder).stdout
    word = {"sv": "handslag", "fi": "Kädenpuristus"}[language]
    assert word in table


def test_a_language_that_the_encoder_does_not_know_is_told_at_import(coder, tmp_path):
    folder = write_study(tmp_path / "study", "sv", "all-MiniLM-L6-v2")
    assert "hardly sees what the units mean" in " ".join(coder("import", folder).stderr.split())
