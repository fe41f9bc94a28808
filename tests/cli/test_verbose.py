"""`coder --verbose` logs what is done; what falls back is told with or without it."""

import re


def test_verbose_logs_each_step_with_its_time(coder, study_folder):
    said = coder("--verbose", "import", study_folder).stderr
    assert re.search(r"^\d\d:\d\d:\d\d\.\d{3} INFO reading .*alder-1\.txt$", said, re.MULTILINE)
    assert "`import` is committed" in said
    assert "segmenting birch-1 (rule `sentence`)" in coder("--verbose", "segment", study_folder).stderr
    assert "INFO" not in coder("code", study_folder, study_folder / "codings" / "ada.csv").stderr
    said = coder("--verbose", "train", study_folder).stderr
    assert re.search(r"encoding \d+ texts \(0 from the cache\)", said)
    assert "fitting fold 2 of 2" in said


def test_a_damaged_cache_is_told_of(coder, coded, caplog):
    (coded / "cache").mkdir(exist_ok=True)
    (coded / "cache" / "vectors.db").write_bytes(b"no database" * 1000)
    coder("suggest", coded)
    assert "the cache of vectors is damaged" in caplog.text
