"""`coder double-code` as it is typed."""

import json


def test_a_draw_is_made_shown_and_worked_off_in_the_terminal(coder, suggested):
    for name in ("eva", "ole"):
        coder("coders", "add", suggested, name)
    assert "nothing is assigned yet" in coder("double-code", suggested).output
    assert "Dry run" in coder("double-code", suggested, "--coders", "eva,ole", "--dry-run").output
    made = json.loads(coder("double-code", suggested, "--coders", "eva, ole", "--share", "0.3", "--json").output)
    drawn = made["draw"]["drawn"]
    assert drawn > 2
    assert made["coders"] == [{"coder": name, "assigned": drawn, "done": 0} for name in ("eva", "ole")]
    session = coder("audit", suggested, "--coder", "eva", "--order", "assigned", input="n\n+ customers fairs\nq\n")
    assert "suggestions are hidden" in session.output
    left = json.loads(coder("double-code", suggested, "--json").output)
    assert left == {"draw": None, "coders": [{**made["coders"][0], "done": 2}, made["coders"][1]]}
    out = coder("double-code", suggested).output
    assert "eva" in out
    assert "not" not in out


def test_a_coder_who_is_not_there_is_named_with_what_to_do(coder, suggested):
    assert "coders add" in coder("double-code", suggested, "--coders", "ada,zoe", code=2).output
    assert "two different coders" in coder("double-code", suggested, "--coders", "", code=2).output


def test_a_coder_codes_again_what_they_coded_long_ago(coder, suggested):
    assert "Dry run" in coder("double-code", suggested, "--again", "ada", "--dry-run").output
    said = " ".join(coder("double-code", suggested, "--again", "ada", "--share", "0.3").output.split())
    assert "that ada judged 7 days ago or more drawn" in said
    session = coder("audit", suggested, "--coder", "ada", "--order", "assigned", input="n\nq\n")
    assert "suggestions are hidden" in session.output
    left = json.loads(coder("double-code", suggested, "--json").output)["coders"]
    assert [(one["coder"], one["done"]) for one in left] == [("ada", 1)]
    assert "judged no unit" in coder("double-code", suggested, "--again", "ada", "--apart", "1000", code=2).stderr
    assert "two samples" in coder("double-code", suggested, "--again", "ada", "--coders", "ada,ben", code=2).stderr
