"""Commands of people: coders, code, audit; the sessions are driven line by line, as in a terminal."""

import json

import pandas as pd
import pytest

from coder.cli.terminal_sessions import show_why
from coder.learn.explanations import Explanation
from coder.steps.models.explanations import Why


def units(coder, folder, **wanted):
    return [t["units"] for t in json.loads(coder("transcripts", folder, "--json").output)]


def test_coders_are_listed_and_added(coder, coded):
    coder("coders", "add", coded, "eva", "--dry-run")
    assert "eva" not in coder("coders", "list", coded).output
    coder("coders", "add", coded, "eva")
    found = {row["coder"]: row for row in json.loads(coder("coders", "list", coded, "--json").output)}
    assert found["ada"]["codings"] == 11
    assert found["eva"] == {"coder": "eva", "kind": "person", "codings": 0, "read": 0}
    assert "a coder called `eva` already" in coder("coders", "add", coded, "eva", code=2).stderr
    assert "no name" in coder("coders", "add", coded, " ", code=2).stderr


def test_a_table_of_codings_is_imported_once(coder, study_folder):
    coder("import", study_folder)
    table = study_folder / "codings" / "ada.csv"
    assert "ada: 14 codings would be written" in coder("code", study_folder, table, "--dry-run").output
    assert "ada: 14 codings written" in coder("code", study_folder, table).output
    assert "14 codings already known" in coder("code", study_folder, table).output


def test_wrong_rows_are_all_named_and_nothing_is_imported(coder, study_folder, tmp_path, events):
    coder("import", study_folder)
    table = tmp_path / "bad.csv"
    table.write_text(
        "transcript,coder,code,citation\n"
        "alder-1,eva,education/customers/fair,At the boat fair\n"
        "alder-9,eva,contact/fairs,They ask\n"
        "alder-1,eva,contact/fairs,They asked one another at the fair\n"
        "alder-1,eva,contact/fairs,They ask one another at the fair\n",
        "utf-8",
    )
    said = coder("code", study_folder, table, code=2).stderr
    assert f"{table}, line 2: the scheme has no code" in said
    assert "did you mean `education/customers/fairs`?" in said
    assert "line 3: there is no transcript `alder-9`" in said
    assert "line 4: the citation is not in alder-1" in said
    assert "line 5" not in said
    assert "nothing was imported" in said
    assert events(study_folder) == []


def test_code_wants_to_know_who_codes(coder, coded):
    assert "who codes?" in coder("code", coded, code=2).stderr
    assert "go with a FILE" in coder("code", coded, "--coder", "eva", "--complete", code=2).stderr
    assert "no transcript `birch`" in coder("code", coded, "--coder", "eva", "--transcript", "birch", code=2).stderr


def test_coding_by_hand(coder, coded, events):
    lines = ["h", "", "nonsense", "customers", "customers courses + contact fairs # planned", "n", "u", "s", "n", "q"]
    said = coder("code", coded, "--coder", "eva", "--transcript", "birch-2", input="\n".join(lines)).output
    assert "none of these codes" in said
    assert "a code, or `n` for none of them" in said
    assert "no code holds `nonsense`" in said
    assert "`customers` fits 2 codes" in said
    assert "Taken back: 1 unit." in said
    assert "2 units judged in this session" in said
    own = [e for e in events(coded, "eva") if e.verdict != "withdrawn" and e.code]
    assert [(e.code, e.memo, e.shown) for e in own] == [
        ("education/customers/courses", "planned", "nothing"),
        ("contact/fairs", "planned", "nothing"),
    ]


def test_the_end_of_the_input_ends_a_session_and_keeps_what_was_said(coder, coded):
    said = coder("code", coded, "--coder", "eva", "--transcript", "birch-2", input="n\n").output
    assert "1 unit judged" in said
    said = coder("code", coded, "--coder", "eva", "--transcript", "birch-2", input="n\n" * 9).output
    assert "5 units judged" in said
    assert "Nothing to code" in coder("code", coded, "--coder", "eva", "--transcript", "birch-2").output


def test_ctrl_c_ends_a_session_as_q_does(coder, coded, monkeypatch):
    answers = iter(["n", KeyboardInterrupt])

    def typed(prompt):
        said = next(answers)
        if said is KeyboardInterrupt:
            raise KeyboardInterrupt
        return said

    monkeypatch.setattr("builtins.input", typed)
    assert "1 unit judged" in coder("code", coded, "--coder", "eva").output


def test_audit_with_every_key(coder, suggested, events):
    waiting = coder("audit", suggested, "--coder", "eva", input="q\n").output
    n = int(waiting.split("1 of ")[1].split()[0])
    lines = ["h", "", "zzz", "99", "s", "A", "u", "1 a X # why", "u", "u", "X + suppliers", "q"]
    said = coder("audit", suggested, "--coder", "eva", input="\n".join(lines)).output
    assert said.count("reject all that are left") == 2  # at the start, and for `h`
    assert "nothing was answered" in said
    assert "`zzz` is not understood" in said
    assert "`99` is not understood" in said
    assert said.count("Taken back: 1 unit.") == 2
    assert "eva has nothing to undo" in said
    assert "1 unit judged" in said
    left = coder("audit", suggested, "--coder", "eva", input="q\n").output
    assert f"1 of {n - 1}" in left
    now = [e for e in events(suggested, "eva") if e.code == "education/suppliers/courses"]
    assert now[-1].verdict == "present"


def test_a_wrong_line_is_asked_again_without_showing_the_unit_again(coder, suggested):
    said = coder("audit", suggested, "--coder", "eva", input="zzz\nzzz\nq\n").output
    assert said.count("── ") == 1


def test_auditing_to_the_end_leaves_nothing_to_audit(coder, suggested):
    coder("audit", suggested, "--coder", "eva", input="A\n" * 10)
    said = coder("audit", suggested, "--coder", "eva").output
    assert "Nothing to audit" in said
    assert "--all" in said
    assert "turn" in coder("audit", suggested, "--coder", "eva", "--all", input="q\n").output
    accepted = json.loads(coder("quotes", suggested, "--only", "accepted", "--json").output)
    assert accepted
    assert all(c["coder"] == "eva" and c["suggested_by"] == "model-1" and c["score"] > 0 for c in accepted)
    assert json.loads(coder("quotes", suggested, "--only", "unreviewed", "--json").output) == []


def test_audit_refuses_models_and_unknown_transcripts(coder, suggested):
    assert "model's name" in coder("audit", suggested, "--coder", "model-1", code=2).stderr
    said = coder("audit", suggested, "--coder", "eva", "--transcript", "birch-22", code=2).stderr
    assert "did you mean `birch-2`?" in said
    assert "Missing option '--coder'" in coder("audit", suggested, code=2).stderr


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_audit_as_a_spreadsheet(coder, suggested, tmp_path, ending):
    sheet = tmp_path / f"audit.{ending}"
    assert "would be written" in coder("audit", suggested, "--coder", "eva", "--out", sheet, "--dry-run").output
    assert not sheet.exists()
    assert f"written to {sheet}" in coder("audit", suggested, "--coder", "eva", "--out", sheet).output
    frame = (pd.read_csv if ending == "csv" else pd.read_excel)(sheet, dtype=str, keep_default_na=False)
    frame["verdict"] = "accept"
    write = frame.to_csv if ending == "csv" else frame.to_excel
    write(sheet, index=False)
    assert "would be written" in coder("audit", suggested, "--coder", "eva", "--in", sheet, "--dry-run").output
    said = coder("audit", suggested, "--coder", "eva", "--in", sheet).output
    assert f"{len(frame)} rows answered" in said
    assert "Nothing to audit" in coder("audit", suggested, "--coder", "eva").output
    frame["verdict"] = "perhaps"
    write(sheet, index=False)
    said = coder("audit", suggested, "--coder", "eva", "--in", sheet, code=2).stderr
    assert "line 2: `perhaps` is not a verdict" in said
    assert "nothing was written" in said


def test_sheets_and_sessions_do_not_mix(coder, suggested, tmp_path):
    sheet = tmp_path / "a.csv"
    coder("audit", suggested, "--coder", "eva", "--out", sheet)
    assert "two steps" in coder("audit", suggested, "--coder", "eva", "--out", sheet, "--in", sheet, code=2).stderr
    assert "--dry-run goes with" in coder("audit", suggested, "--coder", "eva", "--dry-run", code=2).stderr
    said = coder("audit", suggested, "--coder", "eva", "--out", tmp_path / "a.doc", code=2).stderr
    assert ".xlsx" in said


@pytest.mark.parametrize("order", ["uncertain", "diverse", "disagreement", "random"])
def test_audit_in_another_order(coder, suggested, order):
    said = coder("audit", suggested, "--coder", "eva", "--order", order, "--sample", 99, input="A\n" * 10).output
    assert "judged in this session" in said
    assert "Nothing to audit" in coder("audit", suggested, "--coder", "eva", "--order", order).output


def test_a_blind_audit_hides_what_is_suggested(coder, suggested, events):
    lines = ["w", "a", "1", "+ customers fairs", *["n"] * 20]
    said = coder(
        "audit", suggested, "--coder", "eva", "--order", "blind", "--sample", 99, input="\n".join(lines)
    ).output
    assert "suggestions are hidden" in said
    assert said.count("is not understood") == 3
    assert "0." not in said  # no score
    own = events(suggested, "eva")
    assert {(e.shown, e.responds_to) for e in own} == {("nothing", None)}
    assert [e.code for e in own if e.code] == ["education/customers/fairs"]


def test_a_second_look_at_doubted_codings(coder, suggested):
    said = coder("audit", suggested, "--coder", "ada", "--order", "suspect", input="w\nq\n").output
    assert "ada: " in said
    assert "trained on judgements of this unit" in said
    left = coder("audit", suggested, "--coder", "ada", "--order", "suspect", input="A\n" * 30).output
    assert "judged in this session" in left
    assert "doubts no coding" in coder("audit", suggested, "--coder", "ada", "--order", "suspect").output


def test_the_session_says_why(coder, suggested):
    said = coder("audit", suggested, "--coder", "eva", input="w\nw 1\nw 9\nw x\nq\n").output
    assert said.count("suggested from 0.") == 2
    assert said.count("is not understood") == 2
    assert "similar, has this code: “" in said
    assert " = meaning " in said
    assert "intercept" in said
    assert "~ by the letters within the word" in said


def test_what_a_fine_tuned_encoder_says_is_a_line_of_evidence(capsys):
    found = Explanation("talk/fair", 0.8, 0.5, (), {"act talk": 1.25, "talk/fair itself": -0.5}, (), {})
    show_why(Why(None, found, learned=False))
    assert "the fine-tuned encoder gives: act talk +1.25, talk/fair itself -0.50" in capsys.readouterr().out


def test_why_explains_an_event(coder, suggested, events):
    event = next(e for e in events(suggested, "model-1") if e.code)
    said = coder("explain", suggested, event.id).output
    assert event.code in said
    assert f"{event.confidence:.2f}, suggested from" in said
    found = json.loads(coder("explain", suggested, event.id, "--json").output)
    assert found["event"]["id"] == event.id
    heads = found["explanation"]["heads"]
    assert all(sum(head["blocks"].values()) == pytest.approx(head["log_odds"]) for head in heads)
    assert "not a model's suggestion" in coder("explain", suggested, 1, code=2).stderr
    assert "no event" in coder("explain", suggested, 99999, code=2).stderr


def test_a_setting_that_does_nothing_any_more_is_named_and_the_command_goes_on(coder, coded):
    path = coded / "study.toml"
    path.write_text(path.read_text("utf-8") + "\nprobes = 0.05\n", "utf-8")
    said = coder("transcripts", coded)
    assert "`probes` is ignored; delete the line" in said.stderr and "alder-1" in said.output
    assert "Traceback" not in said.stderr and "UserWarning" not in said.stderr
