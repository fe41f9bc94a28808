import openpyxl
import pandas
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coder.errors import TableError
from coder.tables.formats.spreadsheets_in import read_table, write_table

ROWS = [
    {"transcript": "alder-1", "words": '=1+1, "two"; three\tfour\nfive', "n": "001"},
    {"transcript": "birch-1", "words": "🙂 שלום NA", "n": ""},
    {"transcript": "birch-1", "words": "NA", "n": "#N/A"},
]


@pytest.fixture
def frame():
    return pandas.DataFrame(ROWS)


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet", "CSV"])
def test_round_trip(frame, tmp_path, ending):
    path = tmp_path / f"units.{ending}"
    write_table(frame, path)
    assert read_table(path).to_dict("records") == ROWS
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_a_header_alone_is_a_table_without_rows(frame, tmp_path, ending):
    write_table(frame.iloc[:0], tmp_path / f"units.{ending}")
    back = read_table(tmp_path / f"units.{ending}")
    assert list(back.columns) == ["transcript", "words", "n"]
    assert back.empty


@settings(deadline=None)  # a busy machine must not fail it
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), min_size=1))
def test_csv_keeps_any_text(tmp_path_factory, texts):
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    write_table(pandas.DataFrame({"words": texts, "n": "1"}), path)
    assert list(read_table(path)["words"]) == texts


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_separators_and_encodings_are_found(tmp_path, delimiter, encoding):
    path = tmp_path / "t.csv"
    text = f'code{delimiter} "words, all"{delimiter}n\r\nfür{delimiter}"a{delimiter}b"{delimiter}1,5\r\n'
    text = text.replace(' "', '"').replace("1,5", '"1,5"')
    path.write_bytes(text.encode(encoding))
    assert read_table(path).to_dict("records") == [{"code": "für", "words, all": f"a{delimiter}b", "n": "1,5"}]


def test_empty_lines_before_the_header_are_passed_over(tmp_path):
    (tmp_path / "t.csv").write_bytes(b"\r\n\r\na;b\r\n1;2\r\n")
    assert read_table(tmp_path / "t.csv").to_dict("records") == [{"a": "1", "b": "2"}]


def test_a_file_that_may_not_be_read_is_told(tmp_path, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied")

    (tmp_path / "t.csv").write_text("a\n1\n")
    monkeypatch.setattr("pathlib.Path.read_bytes", refuse)
    with pytest.raises(TableError, match="cannot be read: Permission denied"):
        read_table(tmp_path / "t.csv")


def test_short_rows_are_filled_with_empty_texts(tmp_path):
    (tmp_path / "t.csv").write_text("a,b\n1\n")
    assert read_table(tmp_path / "t.csv").to_dict("records") == [{"a": "1", "b": ""}]


def test_numbers_of_a_workbook_are_read_as_text(tmp_path):
    book = openpyxl.Workbook()
    for row in (["id", "score"], [7, 0.5], [None, "x"]):
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    assert read_table(tmp_path / "t.xlsx").to_dict("records") == [
        {"id": "7", "score": "0.5"},
        {"id": "", "score": "x"},
    ]


def test_a_workbook_runs_no_text_and_keeps_its_header_in_sight(frame, tmp_path):
    frame["score"] = [0.5, 1.0, None]
    write_table(frame, tmp_path / "t.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").active
    assert sheet["B2"].data_type == "s"
    assert sheet["C4"].data_type == "s"
    assert sheet["D2"].value == 0.5
    assert sheet["D4"].value is None
    assert sheet.freeze_panes == "A2"
    assert sheet.column_dimensions["B"].width > sheet.column_dimensions["C"].width


def test_parquet_keeps_types(tmp_path):
    write_table(pandas.DataFrame({"id": [1, 2], "score": [0.5, None]}), tmp_path / "t.parquet")
    back = read_table(tmp_path / "t.parquet")
    assert [kind.kind for kind in back.dtypes] == ["i", "f"]


BAD = {
    "t.ods": (b"x", "not read or written as `.ods`"),
    "t.csv": (b" \n", "the table is empty"),
    "twice.csv": (b"a, a\n1,2\n", "two columns are called `a`"),
    "ragged.csv": (b"a,b\n1,2,3\n", "rows do not fit"),
    "long.csv": (b'"' + b"a" * 200_000 + b"\n1\n", "rows do not fit"),
    "quote.csv": (b'a,b\n"1,2\n', "rows do not fit"),
    "bytes.csv": (b"a\n\x81\n", "encoding is not known"),
    "nul.xlsx": (b"PK\x03\x04 broken", "workbook cannot be read"),
    "text.xlsx": (b"a,b", "workbook cannot be read"),
    "t.parquet": (b"PAR1 broken", "Parquet file cannot be read"),
    "none.parquet": (b"", "Parquet file cannot be read"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_read_is_told_with_the_file_and_what_to_do(tmp_path, name):
    content, message = BAD[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(TableError, match=message) as told:
        read_table(tmp_path / name)
    assert told.value.where == tmp_path / name
    assert told.value.todo


def test_a_missing_file_and_an_empty_sheet(tmp_path):
    with pytest.raises(TableError, match="no such file"):
        read_table(tmp_path / "t.csv")
    openpyxl.Workbook().save(tmp_path / "t.xlsx")
    with pytest.raises(TableError, match="empty"):
        read_table(tmp_path / "t.xlsx")


@pytest.mark.parametrize(
    ("cells", "name", "message"),
    [
        (["a\x01"], "t.xlsx", "control characters"),
        (["a" * 32_768], "t.xlsx", "this table has more"),
        ([1, "a"], "t.parquet", "a column cannot be written"),
        (["a"], "t.doc", "not read or written"),
    ],
)
def test_what_a_format_cannot_hold_is_told_and_nothing_is_written(tmp_path, cells, name, message):
    with pytest.raises(TableError, match=message):
        write_table(pandas.DataFrame({"words": pandas.Series(cells, dtype=object)}), tmp_path / name)
    assert not list(tmp_path.iterdir())
