"""`coder report` as it is typed."""

import json


def test_a_report_is_written_where_it_is_asked_for(coder, coded, tmp_path):
    out = coder("report", coded).output
    assert (coded / "out" / "methods.docx").stat().st_size > 10_000
    assert "Left for you to write" in out
    coder("report", coded, "-o", tmp_path / "a.md")
    assert (tmp_path / "a.md").read_text("utf-8").startswith("# Two harbour firms\n")
    coder("report", coded, "--format", "html")
    assert (coded / "out" / "methods.html").read_text("utf-8").startswith("<!doctype html>")


def test_a_dry_run_writes_nothing(coder, coded):
    out = coder("report", coded, "--dry-run").output
    assert "methods.docx would be written" in out
    assert "nothing was written" in out
    assert not (coded / "out" / "methods.docx").exists()


def test_json_holds_the_whole_report_and_writes_nothing(coder, coded):
    found = json.loads(coder("report", coded, "--json").stdout)
    assert found["title"] == "Two harbour firms"
    assert [one["heading"] for one in found["sections"]][:2] == ["Corpus", "Units of coding"]
    assert any(one["to_write"] for one in found["sections"])
    assert not (coded / "out" / "methods.docx").exists()
    assert "writes no file" in coder("report", coded, "--json", "-o", "a.md", code=2).stderr


def test_a_study_without_transcripts_gets_a_clear_line(coder, tmp_path):
    coder("new", tmp_path / "empty")
    assert "nothing to report" in coder("report", tmp_path / "empty", code=2).stderr


def test_a_wrong_template_is_an_error_with_its_line_and_writes_nothing(coder, coded):
    (coded / "templates" / "methods").mkdir(parents=True)
    (coded / "templates" / "methods" / "corpus.md.j2").write_text("## Corpus\n\n{{ facts.transkripts }}", "utf-8")
    wrong = coder("report", coded, code=2)
    assert "corpus.md.j2, line 3" in wrong.stderr
    assert "Traceback" not in wrong.output
    assert not (coded / "out" / "methods.docx").exists()
