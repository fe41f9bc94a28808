"""Small inputs that once hung or crashed a reader: what they are made of is written here."""

import time

import openpyxl
import pandas
import pytest

from coder.config import load_settings
from coder.errors import ModelError, SchemeError, StudyError, TableError
from coder.learn.bundle import model_info
from coder.scheme.reading import parse_scheme
from coder.scheme.writing import dump_scheme
from coder.tables.formats.spreadsheets_in import read_cells, read_table
from coder.transcripts.decode import decode
from coder.transcripts.readers import read

CUE = "WEBVTT\n\n00:01.000 --> 00:02.000\n"
N = 4000
SHAPES = {
    "dots in a voice tag": ("a.vtt", lambda n: CUE + "<v" + "." * n + ">hi"),
    "open tags": ("a.vtt", lambda n: CUE + "<c " * n),
    "open voice tags": ("a.vtt", lambda n: CUE + "<v a" * n),
    "lines of one cue": ("a.vtt", lambda n: CUE + "well\n" * n),
    "cues of one speaker": ("a.vtt", lambda n: "WEBVTT\n\n" + "00:01.000 --> 00:02.000\nwell\n\n" * n),
    "labels that come once": ("a.txt", lambda n: "".join(f"A{k}: x\n" for k in range(n))),
    "columns": ("a.csv", lambda n: "text," + ",".join(f"c{k}" for k in range(n)) + "\nhi" + "," * n),
    "no blank": ("a.txt", lambda n: ("x" * 20 * n + " café\nA: oui\n").encode("cp1252")),
    "no blank, all beyond ASCII": ("a.txt", lambda n: ("é" * 20 * n + "\nA: oui\n").encode("cp1252")),
}


def seconds(path, data):
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    began = time.process_time()
    read(path)
    return time.process_time() - began


@pytest.mark.parametrize("shape", SHAPES)
def test_reading_takes_time_linear_in_the_file(shape, tmp_path):
    name, made = SHAPES[shape]
    seconds(tmp_path / name, made(10))  # what is imported at first use
    short, long = (seconds(tmp_path / name, made(n)) for n in (N // 8, N))
    assert long < 0.05 + 24 * short  # eight times as long: quadratic is 64, and timing is rough


@pytest.mark.parametrize("digits", [20, 400])
def test_a_time_of_many_digits_is_left_out_and_said(digits, tmp_path):
    (tmp_path / "a.csv").write_text(f"speaker,text,start\nAnna,hello,{'9' * digits}\n")
    found = read(tmp_path / "a.csv")
    assert found.turns[0].at_ms is None
    assert "times that are not understood are left out: 1, the first in line 2" in found.notes[0]


def workbook(path, **cells):
    book = openpyxl.Workbook()
    book.active.append(["transcript", "code", "coder"])
    for place, value in cells.items():
        book.active[place] = value
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("place", "wrong"),
    [
        ("A1048576", "over 50,000 empty rows follow row 1"),
        ("XFD1048576", "over 50,000 empty rows follow row 1"),
        ("XFD9000", "row 9000 has 16384 cells where the header has 3"),
    ],
)
def test_a_cell_far_from_the_table_is_refused_at_once(place, wrong, tmp_path):
    with pytest.raises(TableError, match=wrong):
        read_table(workbook(tmp_path / "t.xlsx", **{place: "x"}))


def test_empty_rows_within_a_workbook_are_passed_over(tmp_path):
    path = workbook(tmp_path / "t.xlsx", A5="a", C7="b", F9=None)
    assert read_cells(path).to_dict("list") == {"transcript": ["a", ""], "code": ["", ""], "coder": ["", "b"]}


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("coder.files.workbooks.LARGEST", 1000)
    with pytest.raises(TableError, match=r"unpacks to [\d,]+ bytes, where 1,000 is the limit"):
        read_table(workbook(tmp_path / "t.xlsx"))


def test_a_parquet_file_that_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    pandas.DataFrame({"code": ["a"] * 100_000}).to_parquet(tmp_path / "t.parquet")
    assert (tmp_path / "t.parquet").stat().st_size < 3000
    monkeypatch.setattr("coder.files.workbooks.MOST_CELLS", 50_000)
    with pytest.raises(TableError, match=r"holds over 50,000 cells, or over 500,000,000 bytes when unpacked, which"):
        read_table(tmp_path / "t.parquet")


def test_a_parquet_file_that_repeats_a_long_cell_is_refused(tmp_path, monkeypatch):
    pandas.DataFrame({"code": ["a" * 10_000] * 5000}).to_parquet(tmp_path / "t.parquet")
    assert (tmp_path / "t.parquet").stat().st_size < 20_000
    monkeypatch.setattr("coder.files.workbooks.LARGEST", 20_000_000)
    with pytest.raises(TableError, match="or over 20,000,000 bytes when unpacked"):
        read_table(tmp_path / "t.parquet")


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_a_table_of_a_gigabyte_is_refused_with_the_limit(ending, tmp_path):
    with (tmp_path / f"t.{ending}").open("wb") as file:
        file.truncate(2**30)
    with pytest.raises(TableError, match="too large: 1,073,741,824 bytes, where 200,000,000 is the limit"):
        read_table(tmp_path / f"t.{ending}")


def test_categories_and_missing_numbers_of_parquet_are_text(tmp_path):
    frame = pandas.DataFrame({"code": pandas.Categorical(["a", None]), "start": pandas.array([0, None], "Int64")})
    frame["end"], frame["day"], frame["sure"] = [5.0, None], pandas.to_datetime(["2026-01-02", None]), [True, False]
    frame.to_parquet(tmp_path / "t.parquet")
    assert read_cells(tmp_path / "t.parquet").to_numpy().tolist() == [
        ["a", "0", "5", "2026-01-02", "True"],
        ["", "", "", "", "False"],
    ]


def facets(*, sizes, uses=""):
    listed = "\n".join(f"  f{n}: {{codes: [{', '.join(f'v{n}{k}' for k in range(m))}]}}" for n, m in enumerate(sizes))
    return f"facets:\n{listed}\n{uses}"


def test_facets_that_combine_to_millions_are_refused():
    with pytest.raises(SchemeError, match=r"5 facets combine to 777,600,000 codes; 10,000 is the limit") as caught:
        parse_scheme(facets(sizes=[60] * 5), "scheme.yaml")
    assert "`codes:`" in caught.value.todo


def test_facets_that_combine_to_millions_are_written_where_the_combinations_are_listed():
    scheme = parse_scheme(facets(sizes=[60] * 5, uses="codes: [v00/v10/v20/v30/v40]\n"), "scheme.yaml")
    assert parse_scheme(dump_scheme(scheme), "scheme.yaml").codes == scheme.codes


@pytest.mark.parametrize("value", ["[" * 3000, "9" * 5000, "{a=" * 3000])
def test_settings_that_break_the_parser_are_an_error_with_the_file(value, tmp_path):
    (tmp_path / "study.toml").write_text(f'name = "Small"\nfolds = {value}\n')
    with pytest.raises(StudyError, match=r"study\.toml: not valid TOML"):
        load_settings(tmp_path / "study.toml")


@pytest.mark.parametrize("text", ["[" * 100_000, '{"format": "x"}', '{"format": [1]}', "[1]", "null"])
def test_a_model_of_other_types_is_refused(text, tmp_path):
    (tmp_path / "model.json").write_text(text)
    with pytest.raises(ModelError):
        model_info(tmp_path)


def test_a_guessed_encoding_shows_few_characters_of_a_run_without_blanks():
    _, _, (note,) = decode(("x" * 900 + "é" + "x" * 900).encode("cp1252"), "a.txt")
    assert f"`{'x' * 20}é{'x' * 19}`" in note
