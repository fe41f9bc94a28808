"""`coder scheme` changes the scheme, after saying what it would do."""

import json


def test_a_change_is_said_done_and_taken_back(coder, coded):
    before = (coded / "scheme.yaml").read_text("utf-8")
    said = coder("scheme", "merge", coded, "fairs", "courses", "--dry-run").output
    assert "Version 2" in said and "contact/courses" in said and "Dry run" in said
    assert (coded / "scheme.yaml").read_text("utf-8") == before
    coder("scheme", "merge", coded, "fairs", "courses", "--coder", "ada")
    assert "contact/fairs" not in coder("scheme", "show", coded).output
    found = json.loads(coder("scheme", "diff", coded, "1", "2", "--json").output)
    assert {"kind": "code", "path": "contact/fairs", "what": "state", "before": "in use", "after": ""} in found
    coder("scheme", "undo", coded)
    assert "merge mechanism" in coder("scheme", "versions", coded).output
    assert json.loads(coder("scheme", "diff", coded, "1", "--json").output) == []
    coder("check", coded)


def test_each_kind_of_change(coder, coded):
    coder("scheme", "edit", coded, "courses", "--definition", "A lesson.", "--example", "We teach.")
    coder("scheme", "add", coded, "visits", "--facet", "mechanism", "--use-when", "somebody comes")
    coder("scheme", "add", coded, "contact/visits")
    coder("scheme", "rename", coded, "contact", "meeting")
    assert "to be divided" in coder("scheme", "split", coded, "courses", "lessons", "talks").output
    coder("scheme", "retire", coded, "meeting/visits")
    coder("scheme", "restore", coded, "meeting/visits")
    plan = json.loads(coder("scheme", "retire", coded, "visits", "--json", "--dry-run").output)
    assert plan["differences"][0]["after"] == "retired"
    assert "there is no version 99" in coder("scheme", "diff", coded, "99", code=2).output
    coder("check", coded)


def test_a_scheme_is_edited_as_a_table_and_taken_over(coder, coded, tmp_path):
    table = tmp_path / "own.csv"
    coder("scheme", "export", coded, "-o", table)
    assert "this changes nothing" in coder("scheme", "import", coded, table, code=2).stderr
    table.write_text(table.read_text("utf-8").replace('"The firm teaches', '"=The firm teaches', 1), "utf-8")
    before = (coded / "scheme.yaml").read_text("utf-8")
    assert "Dry run" in coder("scheme", "import", coded, table, "--dry-run").output
    assert (coded / "scheme.yaml").read_text("utf-8") == before
    coder("scheme", "import", coded, table, "--coder", "ada")
    assert "=The firm teaches" in (coded / "scheme.yaml").read_text("utf-8")
    assert "import" in coder("scheme", "versions", coded).output
    coder("check", coded)
    coder("scheme", "undo", coded)
    coder("check", coded)


def test_no_coding_loses_its_code_to_another_scheme(coder, coded):
    before = (coded / "scheme.yaml").read_bytes()
    said = coder("scheme", "import", coded, "sme-learning", code=2).stderr
    assert "codings have no code in it" in said and "`education/customers/courses`" in said
    assert (coded / "scheme.yaml").read_bytes() == before
    coder("check", coded)
