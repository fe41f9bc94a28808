"""Commands that print: agreement, quotes and tables of counts; and run, which does the whole line."""

import csv
import importlib
import io
import json
import os
import signal
import subprocess
import sys
from functools import partial

import pytest

OBSERVERS = "unit,coder,code\n1,A,x\n1,B,x\n2,A,y\n2,B,x\n3,A,y\n3,B,y\n"
PROGRAM = "from coder.cli.main import main; main()"
REPORTS = ("quotes", "matrix", "cooccurrence", "stats")


def test_agreement_of_a_study_ends_with_an_overview(coder, suggested):
    said = coder("agreement", suggested, "--replicates", 20).output
    assert said.startswith("ada and ben\n")
    assert said.index("The model beside people, on the same units") < said.index("Agreement over all codes")
    assert said.index("Agreement over all codes") < said.rindex("model-1 (held")
    assert said.count("Krippendorff 2011") == 1
    found = json.loads(coder("agreement", suggested, "--replicates", 20, "--json").output)
    assert found[0]["title"] == "ada and ben"
    only = coder("agreement", suggested, "--coder", "ada", "--coder", "ben", "--coefficient", "alpha").output
    assert "alpha [95 %]" in only
    assert "kappa [95 %]" not in only


def test_agreement_by_facet_case_and_pair(coder, suggested):
    assert "ada and ben, by mechanism" in coder("agreement", suggested, "--by", "facet", "--replicates", 20).output
    assert "\nAlder " in coder("agreement", suggested, "--by", "case", "--replicates", 20).output
    pairs = coder("agreement", suggested, "--by", "pair", "--replicates", 20).output
    assert pairs.startswith("Agreement over all codes\n")
    found = json.loads(coder("agreement", suggested, "--by", "pair", "--replicates", 20, "--json").output)
    assert [one["kind"] for one in found] == ["people", "model", "model", "model"]
    assert len({one["n"] for one in found[1:]}) == 1


def test_agreement_of_a_table(coder, tmp_path):
    table = tmp_path / "codings.csv"
    table.write_text(OBSERVERS, "utf-8")
    found = json.loads(coder("agreement", table, "--coefficient", "alpha", "--metric", "nominal", "--json").output)
    assert found["value"] == pytest.approx(1 - (6 - 1) * 2 / (2 * 3 * 3))
    assert found["n"] == 3
    table.write_text(OBSERVERS.replace("x", "3").replace("y", "1"), "utf-8")
    assert json.loads(coder("agreement", table, "--metric", "ratio", "--json").output)["metric"] == "ratio"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("unit,code\n1,x\n", "column `coder` is missing"),
        ("unit,coder,code\n", ""),
        ("unit,coder,code\n1,A,x\n2,A,y\n", ""),
    ],
)
def test_tables_without_agreement_get_a_clear_line(coder, tmp_path, text, says):
    table = tmp_path / "codings.csv"
    table.write_text(text, "utf-8")
    said = coder("agreement", table, code=2).stderr
    assert said.startswith("Error: ")
    assert says in said


def test_a_metric_that_the_codes_do_not_have_is_refused(coder, tmp_path):
    table = tmp_path / "codings.csv"
    table.write_text(OBSERVERS, "utf-8")
    assert coder("agreement", table, "--metric", "interval", code=2).stderr.startswith("Error: ")


def test_json_has_null_for_what_is_undefined(coder, tmp_path):
    table = tmp_path / "codings.csv"
    table.write_text("unit,coder,code\n1,A,x\n1,B,x\n2,A,x\n2,B,x\n", "utf-8")
    said = coder("agreement", table, "--json").output
    assert "NaN" not in said
    assert json.loads(said)["value"] is None


@pytest.mark.parametrize("report", REPORTS)
def test_reports_in_every_format(coder, suggested, report):
    assert "Citations in all: 16" in coder(report, suggested).output
    rows = list(csv.reader(io.StringIO(coder(report, suggested, "--format", "csv").output)))
    assert len({len(row) for row in rows}) == 1
    assert coder(report, suggested, "--format", "md").output.startswith("## ")
    assert coder(report, suggested, "--format", "html").output.startswith("<!")
    json.loads(coder(report, suggested, "--json").output)


@pytest.mark.parametrize("report", (*REPORTS, "disagreements"))
@pytest.mark.parametrize("ending", ["csv", "md", "html", "tex", "xlsx", "docx"])
def test_tables_go_into_a_file_of_the_format_that_its_name_says(coder, suggested, tmp_path, report, ending):
    path = tmp_path / f"found.{ending}"
    assert f"{path} written: " in coder(report, suggested, "-o", path).output
    if ending in {"xlsx", "docx"}:
        assert path.read_bytes().startswith(b"PK")
        assert "name a file: -o tables." in coder(report, suggested, "--format", ending, code=2).stderr
    else:
        assert path.read_text("utf-8") == coder(report, suggested, "--format", ending).output


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("-o", "found.doc"), "no tables are written as `found.doc`"),
        (("-o", "found.csv", "--format", "docx"), "is not a name for docx"),
        (("-o", "found.csv", "--json"), "leave out --format and -o"),
        (("--format", "csv", "--json"), "leave out --format and -o"),
    ],
)
def test_a_file_that_says_another_format_is_refused(coder, coded, options, says):
    assert says in coder("quotes", coded, *options, code=2).stderr


@pytest.mark.parametrize("report", REPORTS)
@pytest.mark.parametrize("option", [("--coder", "nobody"), ("--only", "some"), ("--format", "doc")])
def test_reports_refuse_what_they_do_not_know(coder, coded, report, option):
    assert "Error: " in coder(report, coded, *option, code=2).stderr


def test_quotes_of_one_code(coder, coded):
    said = coder("quotes", coded, "--code", "education/suppliers").output
    assert "We teach the rope maker in a course of our own. (CEO, Alder)" in " ".join(said.split())
    assert "boat fair" not in said
    assert "no code `educaton`" in coder("quotes", coded, "--code", "educaton", code=2).stderr
    assert "No citations" in coder("quotes", coded, "--only", "accepted").output


def test_quotes_in_a_file_have_their_evidence_and_in_the_terminal_on_request(coder, coded, tmp_path):
    assert "Provenance" not in coder("quotes", coded).output
    assert "Provenance" in coder("quotes", coded, "--evidence").output
    assert "Provenance" in coder("quotes", coded, "--format", "md").output
    assert "Provenance" not in coder("quotes", coded, "--format", "csv", "--no-evidence").output


def test_quotes_that_are_chosen(coder, coded):
    said = coder("quotes", coded, "--choose", "varied", "--per-code", 1, "--code", "courses").output
    assert "Printed: at most 1 citation a code" in " ".join(said.split())
    found = json.loads(coder("quotes", coded, "--choose", "typical", "--per-code", 1, "--json").stdout)
    assert len({one["code"] for one in found}) == len(found)
    assert {"words", "printed", "translations", "transcript", "turn", "coder", "event"} <= set(found[0])
    assert f"`coder citations pin {coded} ID`" in coder("quotes", coded, "--choose", "pinned", code=2).stderr
    coder("citations", "pin", coded, found[0]["event"], "--coder", "eva")
    pinned = json.loads(coder("quotes", coded, "--choose", "pinned", "--json").stdout)
    assert [one["event"] for one in pinned] == [found[0]["event"]]
    assert "no citation is translated into `sv`" in coder("quotes", coded, "--language", "sv", code=2).stderr
    coder(
        "citations", "translate", coded, found[0]["event"], "--language", "sv", "--words", "Vi visar", "--coder", "eva"
    )
    said = coder("quotes", coded, "--language", "SV", "--language", "en", "--format", "csv").output
    assert '"Citation (sv)","Citation (en)","Coders","Id","Coding","Transcript"' in said
    assert '"Vi visar (' in said
    assert "Invalid value" in coder("quotes", coded, "--per-code", 0, code=2).stderr


@pytest.mark.parametrize("width", ["60", "80", "140"])
def test_tables_are_no_wider_than_the_terminal(coded, suggested, width):
    from click.testing import CliRunner

    from coder.cli.main import main

    for command in (*REPORTS, "transcripts", "models"):
        said = CliRunner().invoke(main, [command, str(suggested)], env={"COLUMNS": width}).output
        assert max(map(len, said.splitlines())) <= int(width), command


def test_run_takes_every_step_and_again_writes_no_event(coder, study_folder, events, monkeypatch):
    module = importlib.import_module("coder.cli.pipeline")
    monkeypatch.setattr(module, "run_step", partial(module.run_step, formats=("html",)))  # all formats take long
    said = coder("run", study_folder, "--replicates", 20).output
    for step in ("import", "segment", "code", "train", "suggest", "agreement", "publish"):
        assert f"\n{step}\n" in said
    assert (study_folder / "out" / "citations.html").exists()
    before = events(study_folder)
    found = json.loads(coder("run", study_folder, "--replicates", 20, "--json").stdout)
    assert events(study_folder) == before
    assert found["suggested"]["written"] == 0
    assert found["trained"]["changed"] is False
    assert "The study is sound" in coder("check", study_folder).output


def called(*args):
    env = os.environ | {"COLUMNS": "80"}
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, *map(str, args)], capture_output=True, text=True, env=env, check=False
    )


def test_a_pipe_that_closes_early_is_no_error(coded):
    script = f'"{sys.executable}" -c "{PROGRAM}" quotes "{coded}" --format html | head -c 1'
    ended = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
    assert (ended.stdout, ended.stderr, ended.returncode) == ("<", "", 0)


def test_no_progress_where_the_output_is_no_terminal(coded):
    ended = called("import", coded)  # shows a bar in a terminal
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "\x1b[" not in ended.stdout
    assert "%|" not in ended.stdout


def test_bars_can_be_taken_away_before_text_is_printed(monkeypatch):
    from coder.cli.output import Bars

    screen = io.StringIO()
    monkeypatch.setattr(screen, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    bars = Bars()
    bars("cross-validating", 1, 3)
    bars.clear()
    drawn = screen.getvalue()
    assert "cross-validating" in drawn
    assert drawn.endswith("\x1b[2K")  # the line is erased and nothing is drawn again
    bars.clear()
    assert screen.getvalue() == drawn


def test_an_interrupt_ends_with_130_and_a_line(coder, study_folder, monkeypatch):
    def interrupted(*args, **more):
        raise KeyboardInterrupt

    monkeypatch.setattr(importlib.import_module("coder.cli.pipeline"), "run_step", interrupted)
    assert "Interrupted. What was finished is saved" in coder("run", study_folder, code=130).stderr


def test_who_ends_publishing_by_kill_leaves_nothing_half_made_behind(coder, coded, monkeypatch):
    def killed(*args):
        assert list(coded.glob(".out-*"))
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr("coder.steps.publishing.publish.index_page", killed)
    usual = signal.getsignal(signal.SIGTERM)
    try:
        assert "Interrupted." in coder("publish", coded, "--format", "csv", code=130).stderr
    finally:
        signal.signal(signal.SIGTERM, usual)
    assert not list(coded.glob(".out-*"))
    assert not (coded / "out" / "index.html").exists()


def test_an_error_of_the_system_is_a_line_too(coder, study_folder, monkeypatch):
    def full(*args, **more):
        raise OSError(28, "No space left on device", "out/citations.csv")

    monkeypatch.setattr(importlib.import_module("coder.cli.pipeline"), "run_step", full)
    assert "Error: out/citations.csv: No space left on device" in coder("run", study_folder, code=2).stderr


def test_names_and_their_pseudonyms(coder, study):
    study.close()
    assert "There are no pseudonyms" in coder("pseudonyms", study.folder).output
    assert "written" in coder("pseudonyms", study.folder, "--start").output
    shown = json.loads(coder("pseudonyms", study.folder, "--json").output)
    assert [row["Name"] for row in shown["Names"]] == ["Alder", "Birch", "Maja", "Nils", "Olof", "Siri"]
    assert "never written over" in coder("pseudonyms", study.folder, "--start", code=2).output
