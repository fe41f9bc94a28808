"""Tables of turns: columns by name, interviews, times, delimiters, quotes, and errors with their line."""

from datetime import datetime, time, timedelta

import openpyxl
import pandas
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coder.errors import TranscriptError
from coder.transcripts.readers import read, read_all
from coder.types import TableColumns


def csv_file(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode(encoding))
    return path


def said(transcript):
    return [(turn.speaker, transcript.words(turn.start, turn.end)) for turn in transcript.turns]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_delimiters_quotes_and_newlines(tmp_path, mark):
    rows = [
        ["Start", "END", "Who", "Utterance"],
        ["0:01", "2.5", "Q", "Why?"],
        ["0:03", "", "R", '"It ""grew"",\n; so."'],
    ]
    transcript = read(csv_file(tmp_path, "\r\n".join(mark.join(row) for row in rows) + "\r\n\r\n"))
    assert transcript.text == 'Q: Why?\n\nR: It "grew",\n; so.'
    assert said(transcript) == [("Q", "Why?"), ("R", 'It "grew",\n; so.')]
    assert [(turn.at_ms, turn.until_ms) for turn in transcript.turns] == [(1000, 2500), (3000, None)]


def test_a_row_is_a_turn_and_rows_without_words_are_passed_over(tmp_path):
    transcript = read(csv_file(tmp_path, "speaker,text\nR,One.\nR,\nR,Två.\n", "cp1252"))
    assert said(transcript) == [("R", "One."), ("R", "Två.")]
    assert transcript.encoding == "cp1252"


def test_words_alone_are_enough(tmp_path):
    transcript = read(csv_file(tmp_path, "id,content\n1,One.\n"))
    assert said(transcript) == [("", "One.")]
    assert "no speaker labels" in transcript.notes[0]


def test_times_that_are_none_are_left_out_and_noted(tmp_path):
    transcript = read(csv_file(tmp_path, "time,who,text\n2024-05-01,R,One.\n0:09,R,Two.\n"))
    assert [turn.at_ms for turn in transcript.turns] == [None, 9000]
    assert "line 2: `2024-05-01`" in transcript.notes[0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("who,says\nR,One.\n", r"line 1: no column holds the words \(found: who, says\)"),
        ("who,text\nR,One.\nR,Two, and three.\n", "line 3: the row has 3 cells where the header has 2"),
        ('who,text\nR,"One\nand"\nR\n', "line 4: the row has 1 cells"),
        ('who,text\nR,"One.\nR,Two.\n', "the table breaks off"),
        ("text,text\nOne.,Two.\n", "line 1: column `text` is there twice"),
        ("who,text\n", "holds no words"),
    ],
)
def test_errors_name_the_line(tmp_path, text, message):
    with pytest.raises(TranscriptError, match=message):
        read(csv_file(tmp_path, text))


ENDINGS = ["csv", "tsv", "xlsx", "parquet"]
BY_INTERVIEW = TableColumns(transcript="interview")


def table_file(folder, ending, frame):
    path = folder / f"t.{ending}"
    if ending in {"csv", "tsv"}:
        frame.to_csv(path, index=False, sep="," if ending == "csv" else "\t")
    elif ending == "xlsx":
        frame.to_excel(path, index=False)
    else:
        frame.to_parquet(path)
    return path


def interviews(path, **columns):
    return {one.name: said(one) for one in read_all(path, columns=TableColumns(**columns))}


def times(path, **columns):
    return [
        (turn.at_ms, turn.until_ms) for one in read_all(path, columns=TableColumns(**columns)) for turn in one.turns
    ]


CELLS = st.text(st.characters(categories=["L", "N", "P", "Zs", "So"], include_characters="\n"), min_size=1, max_size=12)
CELLS = CELLS.filter(str.strip).filter(lambda cell: cell.strip()[0] != "=")
ROWS = st.lists(st.tuples(st.sampled_from(["P1", "P2", "På 3"]), CELLS, st.integers(1, 9999), CELLS), min_size=1)


@given(rows=ROWS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_table_reads_alike_in_every_format(tmp_path, rows):
    frame = pandas.DataFrame(rows, columns=["Interview", "Speaker", "Start", "Text"])
    found = [read_all(table_file(tmp_path, ending, frame), columns=BY_INTERVIEW) for ending in ENDINGS]
    plain = [[(one.name, one.text, one.turns) for one in each] for each in found]
    assert plain == plain[:1] * 4
    assert [name for name, *_ in plain[0]] == list(dict.fromkeys(row[0] for row in rows))
    spoken = [(one.name, turn.at_ms, one.words(turn.start, turn.end)) for one in found[0] for turn in one.turns]
    assert sorted(spoken) == sorted((name, 1000 * at, words.strip()) for name, _, at, words in rows)


def test_several_interviews_in_a_table_are_told_apart_by_a_column(tmp_path):
    text = "Document ID,who,text\n2,Q,Why?\n1,R,So.\n2,R,Nets.\n"
    assert interviews(csv_file(tmp_path, text), transcript="document_id") == {
        "2": [("Q", "Why?"), ("R", "Nets.")],
        "1": [("R", "So.")],
    }
    assert list(interviews(csv_file(tmp_path, text))) == ["a"]
    [first, second] = read_all(csv_file(tmp_path, text.replace("Document ID", "Interview ID")))
    assert (first.name, second.name) == ("2", "1")
    assert "told apart by its column `interview id`" in first.notes[0]


def test_a_column_that_tells_nothing_apart_leaves_the_files_name(tmp_path):
    path = csv_file(tmp_path, "file,session,text\nx.wav,1,One.\nx.wav,1,Two.\n")
    assert list(interviews(path)) == ["a"]
    assert list(interviews(path, transcript="file")) == ["x.wav"]


def test_names_become_legal_and_interviews_without_words_are_named(tmp_path):
    path = csv_file(tmp_path, "interview,text\nP/1: *,One.\nP 2,Two.\nP 3,\n")
    first, second = read_all(path)
    assert (first.name, second.name) == ("P-1- -", "P 2")
    assert first.notes[-1] == "interviews without words are left out: P 3"


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (["P/1", "P:1"], "3: two interviews would be called `P-1`: `P/1` and `P:1`"),
        (["p1", "P1"], "3: two interviews would be called `P1`: `p1` and `P1`"),
        (["P1", "P2", ""], "4: the row has words and no `interview`"),
    ],
)
def test_interviews_that_cannot_be_told_apart_are_refused(tmp_path, ending, cells, message):
    path = table_file(tmp_path, ending, pandas.DataFrame({"interview": cells, "text": "So."}))
    with pytest.raises(TranscriptError, match=("line " if ending in {"csv", "tsv"} else "row ") + message):
        read_all(path)


@pytest.mark.parametrize("ending", ENDINGS)
def test_study_toml_names_columns_and_those_that_are_not_there_are_an_error(tmp_path, ending):
    frame = pandas.DataFrame({"Vem": ["Q"], "Svar_1": ["Why?"], "Text": ["a note"], "speaker": ["nobody"]})
    path = table_file(tmp_path, ending, frame)
    assert interviews(path, text="svar 1", speaker="VEM") == {"t": [("Q", "Why?")]}
    with pytest.raises(TranscriptError, match=r"1: there is no column `Svar` \(found: vem, svar_1, text, speaker\)"):
        interviews(path, text="Svar")


def test_a_column_that_study_toml_names_for_one_thing_is_nothing_else(tmp_path):
    assert interviews(csv_file(tmp_path, "name,words\nSo.,4\n"), text="name") == {"a": [("", "So.")]}


def test_times_are_those_of_the_cells(tmp_path):
    ones = (time(0, 0, 1), time(1, 2, 3, 500_000)), (timedelta(seconds=2.5), timedelta(hours=25))
    frame = pandas.DataFrame({"text": ["a", "b"], "start": ones[0], "end": ones[1]})
    book = openpyxl.Workbook()
    for row in [["text", "start", "end"], *zip("ab", *ones, strict=True)]:
        book.active.append(row)  # pandas writes a duration as a part of a day, which nothing tells from seconds
    book.save(tmp_path / "t.xlsx")
    for path in (tmp_path / "t.xlsx", table_file(tmp_path, "parquet", frame)):
        assert times(path) == [(1000, 2500), (3_723_500, 90_000_000)]


@pytest.mark.parametrize("ending", ENDINGS)
def test_computed_seconds_are_read_with_all_their_digits(tmp_path, ending):
    frame = pandas.DataFrame({"text": ["a", "b"], "start": [0.1 + 0.2, 12.34000015258789]})
    assert times(table_file(tmp_path, ending, frame)) == [(300, None), (12340, None)]


@pytest.mark.parametrize("ending", ENDINGS)
def test_dates_count_from_the_first_of_the_interview(tmp_path, ending):
    began = datetime(2026, 3, 1, 23, 59, 58)
    frame = pandas.DataFrame({"text": ["a", "b"], "start": [began + timedelta(seconds=2), began], "interview": "P1"})
    assert times(table_file(tmp_path, ending, frame)) == [(2000, None), (0, None)]


def test_a_time_of_a_day_or_more_in_a_workbook_counts_from_excels_first_day(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["text", "start"])
    for cell in (0.5, 1.5):
        book.active.append(["So.", cell])
        book.active.cell(book.active.max_row, 2).number_format = "h:mm:ss"
    book.save(tmp_path / "t.xlsx")
    assert times(tmp_path / "t.xlsx") == [(43_200_000, None), (129_600_000, None)]


def test_zones_are_told_apart(tmp_path):
    path = csv_file(tmp_path, "text,start\na,2026-03-01T10:00:00+01:00\nb,2026-03-01T10:00:05+00:00\n")
    assert times(path) == [(0, None), (3_605_000, None)]


def test_categories_and_missing_cells_of_parquet_are_text(tmp_path):
    frame = pandas.DataFrame({"speaker": pandas.Categorical(["Q", None]), "text": ["Why?", "So."]})
    frame["start"] = pandas.array([None, 7], "Int64")
    path = table_file(tmp_path, "parquet", frame)
    assert interviews(path) == {"t": [("Q", "Why?"), ("", "So.")]}
    assert times(path) == [(None, None), (7000, None)]


def test_a_workbook_is_read_from_its_first_sheet_and_the_others_are_named(tmp_path):
    book = openpyxl.Workbook()
    for row in [["text", "speaker"], [], ["Why?", "Q"], ["So."]]:
        book.active.append(row)
    book.create_sheet("P2")["A1"] = "text"
    book.save(tmp_path / "t.xlsx")
    [one] = read_all(tmp_path / "t.xlsx")
    assert said(one) == [("Q", "Why?"), ("", "So.")] and one.notes == ("sheets that are not read: P2",)
    book.worksheets[0]["C4"] = "beside"
    book.save(tmp_path / "t.xlsx")
    with pytest.raises(TranscriptError, match="row 4: the row has 3 cells where the header has 2"):
        read_all(tmp_path / "t.xlsx")
