"""Schemes as files: YAML, CSV and XLSX, and those that ship."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coder.errors import SchemeError, TableError, UsageError
from coder.scheme.checking import check_scheme
from coder.scheme.combining import combine
from coder.scheme.reading import parse_scheme
from coder.steps.corpus.transcripts import import_transcripts
from coder.steps.corpus.units import segment_study
from coder.steps.models import suggest as suggesting
from coder.steps.scheme.versions import differences
from coder.steps.study.scheme_files import describe_scheme, read_scheme, scheme_names, scheme_of, write_scheme
from coder.steps.study.study import new_study, open_study
from coder.types import FacetValue, Scheme

FORMULA = '=HYPERLINK("http://a.example";"x")'
letters = st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff") | st.just("\n")
openers = st.sampled_from(["", "=", "+", "-", "@", "'=", "''@", "'", ";", ",", '"', "NA", "1.10"])
texts = st.builds(lambda opener, text: f"{opener}{text}".strip(), openers, st.text(letters, max_size=20))
names = texts.map(lambda text: " ".join(text.replace("/", "").split())).filter(bool)


@st.composite
def plain(draw: st.DrawFn) -> Scheme:
    values = tuple(
        FacetValue("code", name, draw(texts), draw(texts), draw(texts), tuple(draw(st.lists(texts.filter(bool)))))
        for name in draw(st.lists(names, min_size=1, max_size=4, unique_by=str.casefold))
    )
    return Scheme(draw(texts), ("code",), values, combine({"code": values}), draw(texts))


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".yaml"])
@settings(max_examples=30, deadline=None)
@given(scheme=plain())
def test_round_trip(ending: str, scheme: Scheme) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"scheme{ending}"
        write_scheme(scheme, path)
        found = read_scheme(path)
    assert replace(found, source="") == scheme
    assert replace(parse_scheme(found.source, "source"), source="") == scheme


def test_a_spreadsheet_runs_nothing(tmp_path: Path) -> None:
    scheme = parse_scheme(f"codes: {{'@a': {{definition: '{FORMULA}', examples: ['+1', '-1']}}}}", "a.yaml")
    write_scheme(scheme, tmp_path / "a.csv")
    last = (tmp_path / "a.csv").read_text("utf-8").splitlines()[-1]
    assert last.startswith(""""code","'@a","'=HYPERLINK(""") and last.endswith('''"'+1","'-1"''')
    write_scheme(scheme, tmp_path / "a.xlsx")
    cells = [cell for row in openpyxl.load_workbook(tmp_path / "a.xlsx").active for cell in row if cell.value]
    assert {cell.data_type for cell in cells} == {"s"}
    assert FORMULA in {cell.value for cell in cells}


def test_what_cannot_be_written_or_read_is_said(tmp_path: Path) -> None:
    scheme = parse_scheme("codes: [a]", "a.yaml")
    with pytest.raises(UsageError, match=r"a scheme is not written as `.xls`\n  did you mean"):
        write_scheme(scheme, tmp_path / "a.xls")
    (tmp_path / "a.csv").write_text("path,definition\nb,\nb,\n", "utf-8")
    with pytest.raises(SchemeError, match=r"a.csv, row 3: `b` is given twice \(first in row 2\)"):
        read_scheme(tmp_path / "a.csv")
    (tmp_path / "b.xlsx").write_bytes(b"no workbook")
    with pytest.raises(TableError, match="cannot be read"):
        read_scheme(tmp_path / "b.xlsx")


def test_a_study_starts_from_a_table(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text("path;definition\nmotives/cost;Cheaper.\nmotives/speed;\n", "utf-8")
    new_study(tmp_path / "study", scheme=str(tmp_path / "own.csv"))
    study = open_study(tmp_path / "study")
    assert study.scheme.paths() == ("motives/cost", "motives/speed")
    assert scheme_of(str(tmp_path / "study")) == study.scheme
    study.close()


def test_the_two_versions_of_the_value_net_differ_as_a_whole() -> None:
    old, new = scheme_of("value-net-2009"), scheme_of("value-net-2010")
    found = differences(old, new)
    states = {d.path: (d.before, d.after) for d in found if d.what == "state"}
    assert {path for path, state in states.items() if state == ("in use", "")} == set(old.paths())
    assert {path for path, state in states.items() if state == ("", "in use")} == set(new.paths())
    assert (len(old.codes), len(new.codes)) == (15, 4)


@pytest.mark.parametrize("name", scheme_names())
def test_every_scheme_that_ships_is_printed_and_used(name: str, tmp_path: Path) -> None:
    scheme = scheme_of(name)
    assert check_scheme(scheme) == []
    assert all(1 < len(value.examples) < 4 for value in scheme.values if not value.group)
    printed = [row[0] for table in describe_scheme(scheme) for row in table.rows]
    assert printed == [value.path for value in scheme.values]
    new_study(tmp_path / "study", scheme=name)
    value = next(value for value in scheme.values if not value.group)
    words = f"Interviewer: How was that?\n\nCEO: {value.examples[0]}\n\nInterviewer: And then?\n\nCEO: Nothing else.\n"
    (tmp_path / "study" / "transcripts" / "one.txt").write_text(words, "utf-8")
    settings_file = tmp_path / "study" / "study.toml"
    settings_file.write_text(settings_file.read_text("utf-8").replace("all-MiniLM-L6-v2", "hashed-words"), "utf-8")
    study = open_study(tmp_path / "study")
    import_transcripts(study)
    segment_study(study)
    found = suggesting.suggest(study)
    assert (found.model, found.units) == ("scheme-examples", 2)
    assert any(value.path in path for path in found.suggestions)
    study.close()
