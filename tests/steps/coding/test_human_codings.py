"""Human codings: what does not fit is named with its row and nothing is written; what was said is not said again."""

import csv

import pytest
from openpyxl import Workbook

from coder.errors import CodingError, UsageError
from coder.steps.coding.code_lookup import find_codes
from coder.steps.coding.coders import coders_of, new_coder
from coder.steps.coding.human_codings import find_citation, import_codings
from coder.steps.corpus.transcripts import import_transcripts
from coder.steps.integrity import check
from coder.store import corpus, log
from coder.store.judgements import judgements
from coder.types import Coder, Coding, Verdict

HEADER = ["transcript", "code", "citation", "start", "end", "coder", "verdict", "at", "memo"]
CODE = "education/customers/courses"
COURSE = "We hold a course for the skippers every March."
FAIR = "At the fair we show them the winch."


def row(citation=FAIR, transcript="birch-2", code=CODE, coder="cleo", **more):
    return {"transcript": transcript, "code": code, "citation": citation, "coder": coder} | more


def table(study, *rows):
    path = study.folder.parent / "more.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, HEADER)
        writer.writeheader()
        writer.writerows(rows)
    return path


def said(study, coder="cleo"):
    """Return a coder's current words as (words, code, verdict, memo)."""
    segments = corpus.segments(study.store)
    return [(segments[e.segment].words, e.code, e.verdict.value, e.memo) for e in judgements(study.store, coder)]


def refused(study, *rows, **options):
    """Import rows that do not fit; check that nothing was written, and return the error's words."""
    before = log.head(study.store), log.coders(study.store), len(corpus.segments(study.store))
    with pytest.raises(CodingError) as caught:
        import_codings(study, table(study, *rows), **options)
    assert (log.head(study.store), log.coders(study.store), len(corpus.segments(study.store))) == before
    return str(caught.value)


# --- what fits ---


def test_codings_are_written_with_words_time_verdict_and_memo(study):
    path = table(
        study,
        row(memo="the winch 🚢", at="2026-02-03T10:00:00+02:00"),
        row("It rains.", verdict="Absent"),
        row(code="contact/fairs", citation="Skippers who  talk\nwith one another at the fair."),
    )
    found = import_codings(study, path)
    assert (found.written, found.repeated) == ({"cleo": 3}, 0)
    assert said(study) == [
        (FAIR, CODE, "present", "the winch 🚢"),
        ("It rains.", CODE, "absent", ""),
        ("Skippers who talk with one another at the fair.", "contact/fairs", "present", ""),
    ]
    first = judgements(study.store, "cleo")[0]
    assert (first.at, first.shown) == ("2026-02-03T08:00:00.000Z", "nothing")
    assert check(study).findings == ()


def test_a_citation_that_is_a_unit_is_the_unit_itself(study):
    import_codings(study, table(study, row()))
    [event] = judgements(study.store, "cleo")
    assert event.segment in corpus.unit_ids(study.store, 4, "sentence")


def test_offsets_stand_for_a_citation_and_count_code_points(study):
    text = corpus.transcripts(study.store)["alder-1"].transcript.text
    start = text.index("At the boat fair")
    end = text.index("🚢🚢.") + 3
    import_codings(study, table(study, row("", "alder-1", start=start, end=end)))
    assert said(study)[0][0] == "At the boat fair we show them the new sonar 🚢🚢."


def test_offsets_choose_among_the_same_words(study):
    text = corpus.transcripts(study.store)["alder-1"].transcript.text
    start = text.rindex("Yes, yes.")
    import_codings(study, table(study, row("Yes, yes.", "alder-1", start=start, end=start + 9)))
    segment = corpus.segments(study.store)[judgements(study.store, "cleo")[0].segment]
    assert segment.span.start == start


def test_a_row_without_code_and_citation_reads_the_whole_transcript(study):
    import_codings(study, table(study, row("", code=""), row()))
    whole, coded = judgements(study.store, "cleo")
    assert (whole.code, coded.code) == (None, CODE)
    assert (
        corpus.segments(study.store)[whole.segment].words == corpus.transcripts(study.store)["birch-2"].transcript.text
    )


def test_complete_reads_every_transcript_that_is_named_once(study):
    path = table(study, row(), row("It rains."), row(COURSE, "alder-2"), row("", "alder-2", code="", memo="twice"))
    assert import_codings(study, path, complete=True).written == {"cleo": 5}
    assert sum(e.code is None for e in judgements(study.store, "cleo")) == 2
    assert import_codings(study, path, complete=True).written == {}


def test_the_coder_may_be_named_for_the_whole_table(study):
    assert import_codings(study, table(study, row(coder="")), coder="dora").written == {"dora": 1}
    assert {"coder": "dora", "kind": "person", "codings": 1, "read": 0} in coders_of(study)


def test_a_workbook_is_read_as_a_csv_is(study):
    text = corpus.transcripts(study.store)["birch-2"].transcript.text
    book = Workbook()
    book.active.append([" Transcript", "CODE", "citation", "start", "end", "coder", "verdict", "memo"])
    book.active.append(["birch-2", CODE, FAIR, None, None, "cleo", None, "seen"])
    book.active.append(
        ["birch-2", "contact/fairs", None, text.index(FAIR), text.index(FAIR) + len(FAIR), "cleo", "unsure"]
    )
    path = study.folder / "codings" / "cleo.xlsx"
    book.save(path)
    assert import_codings(study, path).written == {"cleo": 2}
    assert said(study) == [(FAIR, CODE, "present", "seen"), (FAIR, "contact/fairs", "unsure", "")]


def test_a_dry_run_counts_and_writes_nothing(study):
    head = log.head(study.store)
    assert import_codings(study, table(study, row()), dry_run=True).written == {"cleo": 1}
    assert log.head(study.store) == head
    assert [coder.name for coder in log.coders(study.store)] == ["ada", "ben"]


# --- what was said is not said again ---


def test_a_table_that_is_read_twice_says_nothing_new(study):
    path = table(study, row("", code=""), row(), row(code="contact/fairs"), row(), row("It rains.", verdict="absent"))
    assert import_codings(study, path).repeated == 1
    head = log.head(study.store)
    again = import_codings(study, path)
    assert (again.written, again.repeated) == ({}, 5)
    assert log.head(study.store) == head


def test_a_corrected_table_supersedes_what_it_said(study):
    import_codings(study, table(study, row(), row("It rains.")))
    assert import_codings(study, table(study, row(verdict="absent"), row("It rains."))).written == {"cleo": 1}
    assert said(study) == [("It rains.", CODE, "present", ""), (FAIR, CODE, "absent", "")]
    assert import_codings(study, table(study, row(), row("It rains."))).written == {"cleo": 1}


@pytest.mark.parametrize("verdict", [Verdict.ABSENT, Verdict.WITHDRAWN])
def test_what_was_changed_by_hand_since_the_table_was_read_stays(study, verdict):
    path = table(study, row())
    import_codings(study, path)
    [event] = judgements(study.store, "cleo")
    with study.store.transaction("audit"):
        log.append(study.store, [Coding(event.segment, CODE, "cleo", verdict)], study.scheme_version())
    head = log.head(study.store)
    assert import_codings(study, path).written == {}
    assert log.head(study.store) == head


def test_a_table_is_read_again_after_its_transcript_was_corrected(study):
    path = study.folder / "transcripts" / "alder-2.txt"
    path.write_text(path.read_text("utf-8").replace("Nobody pays", "Well 🐟, nobody pays"), "utf-8")
    import_transcripts(study)
    head = log.head(study.store)
    for name in ("ada.csv", "ben.csv"):
        assert import_codings(study, study.folder / "codings" / name).written == {}
    assert log.head(study.store) == head


# --- what does not fit ---


@pytest.mark.parametrize(
    ("wrong", "message", "todo"),
    [
        (row(code="education/customer/courses"), "has no code", "did you mean `education/customers/courses`"),
        (row(code="zzz"), "the scheme has no code `zzz`", "coder scheme show"),
        (row("At the fair we show them the wench."), "the citation is not in birch-2", "the nearest words are"),
        (row("Nothing like it."), "the citation is not in birch-2", ""),
        (row("Yes, yes.", "alder-1"), "`Yes, yes.` stands at 2 places in alder-1 (201, 246)", "give more of its words"),
        (row("", start="400", end="9999"), "the span 400..9999 does not lie in birch-2", ""),
        (row("", start="9", end="9"), "the span 9..9 does not lie", ""),
        (row("", start="-5", end="9"), "the span -5..9 does not lie", ""),
        (row("", start="9"), "`start` and `end` must both be whole numbers", ""),
        (row("", start="nine", end="12"), "`start` and `end` must both be whole numbers", ""),
        (row(FAIR, start="0", end="11"), "at 0..11 birch-2 says `Interviewer`, not the citation", ""),
        (row(transcript="birch-22"), "there is no transcript `birch-22`", "did you mean `birch-2`"),
        (row(transcript=""), "there is no transcript ``", ""),
        (row(coder=""), "the coder has no name", "--coder NAME"),
        (row(coder="model-1"), "`model-1` is a model's name", "another name"),
        (row(verdict="maybe"), "`maybe` is not a verdict", "present, absent, unsure, withdrawn"),
        (row(at="yesterday"), "`yesterday` is not a time", "2026-03-01"),
        (row(""), "neither a citation nor a start and an end", "exact words"),
        (row(code=""), "a citation without a code", "name its code"),
    ],
)  # fmt: skip
def test_a_row_that_does_not_fit_is_named(study, wrong, message, todo):
    with study.store.transaction("suggest"):
        log.add_coder(study.store, Coder("model-1", "model"))
    words = refused(study, row("It rains."), wrong)
    assert "more.csv, line 3: " in words
    assert message in words and todo in words
    assert words.endswith("nothing was imported")


def test_every_row_that_does_not_fit_is_named(study):
    wrong = [row("no such words"), row(), row(code="zzz"), row(coder="")]
    words = refused(study, *wrong)
    assert [n for n in range(2, 6) if f"line {n}: " in words] == [2, 4, 5]


def test_after_ten_rows_the_rest_is_counted(study):
    words = refused(study, *[row(f"no such words {n}") for n in range(25)])
    assert words.count("the citation is not in") == 10
    assert "... and 15 rows more" in words


def test_rows_that_contradict_each_other_are_refused(study):
    words = refused(study, row(), row("It rains."), row(verdict="absent"))
    assert "line 4: line 2 says otherwise of the same words and code" in words
    assert "line 3" in refused(study, row(memo="one"), row(memo="two"))


def test_a_missing_column_is_named(study):
    path = study.folder / "codings" / "odd.csv"
    path.write_text("transcripts,code,citation\nbirch-2,contact/fairs,It rains.\n", "utf-8")
    with pytest.raises(CodingError, match="the column `transcript` is missing\n  did you mean `transcripts`"):
        import_codings(study, path)


# --- citations, codes, coders ---


def test_a_citation_is_found_whatever_its_white_space():
    assert find_citation("He said: we (two)\n\n grew.", "we  (two) grew.", "a") == (9, 25)


def test_the_nearest_words_of_a_long_citation_are_shown():
    text = "Before that we had built the whole machine in a barn in the north, and nobody came to see it."
    with pytest.raises(CodingError, match=r"nearest words are `.*the whole machine in a barn"):
        find_citation(text, "later we built the whole machine in a shed in the south and everybody came", "a")


def test_codes_are_found_by_their_words(study):
    assert find_codes(study, "contact/fairs") == ["contact/fairs"]
    assert find_codes(study, "FAIRS") == ["education/customers/fairs", "contact/fairs"]
    with pytest.raises(CodingError, match="no code holds `fares`"):
        find_codes(study, "fares")


def test_a_coder_is_added_once(study):
    new_coder(study, "cleo", dry_run=True)
    new_coder(study, "cleo")
    with pytest.raises(UsageError, match="there is a coder called `cleo` already"):
        new_coder(study, "cleo")
    with pytest.raises(CodingError, match="has no name"):
        new_coder(study, " ")
    assert coders_of(study)[0] == {"coder": "ada", "kind": "person", "codings": 11, "read": 3}
