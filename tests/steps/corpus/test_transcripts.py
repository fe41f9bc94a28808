"""Importing: nothing twice, nothing by half, and a corrected transcript takes its codings along."""

import docx
import pytest

from coder.errors import TranscriptError
from coder.steps.corpus.cases import case_warnings
from coder.steps.corpus.transcripts import import_transcripts, transcript_files
from coder.steps.corpus.units import segment_study, units_of
from coder.steps.findings.citations import citations
from coder.steps.integrity import check, history
from coder.steps.study.study import open_study
from coder.store import corpus, log
from coder.store.judgements import Which, judgements
from coder.types import Role

COURSE = "We hold a course for the skippers every March."


def snapshot(study):
    tables = study.store.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")
    counts = {row[0]: study.store.one(f"SELECT count(*) FROM {row[0]}") for row in tables}
    return log.head(study.store), counts


def correct(study, name, *changes):
    """Change words in a transcript's file, import it, and return its part of the report."""
    path = next((study.folder / "transcripts").glob(f"{name}.*"))
    text = path.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, "utf-8")
    return next(item for item in import_transcripts(study) if item.name == name)


def coded_words(study, coder="ada"):
    """Return what a coder coded, by the words that it lies on now."""
    segments = corpus.segments(study.store)
    return {
        (segments[e.segment].words, e.code)
        for e in judgements(study.store, coder)
        if e.segment in segments and e.code is not None
    }


# --- new and unchanged ---


def test_all_transcripts_of_the_folder_are_imported(study_folder, clock):
    study = open_study(study_folder, clock=clock, create=True)
    report = import_transcripts(study)
    assert [(item.name, item.status) for item in report] == [
        ("alder-1", "new"), ("alder-2", "new"), ("birch-1", "new"), ("birch-2", "new"),
    ]  # fmt: skip
    assert report[0].speakers == ("Interviewer", "Maja")
    assert [case.name for case in corpus.cases(study.store)] == ["Alder", "Birch"]
    maja = corpus.speakers(study.store)["alder-1"]["Maja"]
    assert (maja.role, maja.title) == (Role.RESPONDENT, "CEO")
    study.close()


def test_what_is_unchanged_is_not_written_again(study):
    before = snapshot(study)
    assert {item.status for item in import_transcripts(study)} == {"unchanged"}
    assert segment_study(study) == {"alder-1": 10, "alder-2": 6, "birch-1": 6, "birch-2": 6}
    assert snapshot(study) == before


def test_a_dry_run_writes_nothing_not_even_files(study, tmp_path):
    outside = tmp_path / "birch-3.txt"
    outside.write_text("Interviewer: And?\nSiri: We went home.\n", "utf-8")
    before, files = snapshot(study), sorted(study.folder.rglob("*.txt"))
    [item] = import_transcripts(study, [outside], dry_run=True)
    assert item.status == "new"
    assert (snapshot(study), sorted(study.folder.rglob("*.txt"))) == (before, files)


def test_a_file_from_elsewhere_is_kept_in_the_study(study, tmp_path):
    outside = tmp_path / "birch-3.txt"
    outside.write_bytes("Interviewer: And?\r\nSiri: We went home 🏠.\r\n".encode())
    import_transcripts(study, [outside])
    kept = study.folder / "transcripts" / "birch-3.txt"
    assert kept.read_bytes() == outside.read_bytes()
    assert kept in transcript_files(study.folder)
    assert {item.status for item in import_transcripts(study)} == {"unchanged"}


# --- what cannot be read ---


def test_a_bad_file_does_not_stop_the_others(study, tmp_path):
    good, empty, unknown = tmp_path / "new.txt", tmp_path / "empty.txt", tmp_path / "tape.mp3"
    good.write_text("Interviewer: And?\nSiri: We went home.\n", "utf-8")
    empty.write_bytes(b"")
    unknown.write_bytes(b"x")
    before = snapshot(study)
    with pytest.raises(TranscriptError, match="2 files cannot be imported") as caught:
        import_transcripts(study, [empty, unknown])
    assert "empty.txt" in str(caught.value) and "tape.mp3" in str(caught.value)
    assert snapshot(study) == before
    report = import_transcripts(study, [good, empty, unknown])
    assert [(item.name, item.status) for item in report] == [
        ("new", "new"), (str(empty), "refused"), (str(unknown), "refused"),
    ]  # fmt: skip
    assert report[1].notes == ("is empty",)
    assert not (study.folder / "transcripts" / "empty.txt").exists()


def test_one_bad_file_is_the_error_itself(study, tmp_path):
    empty = tmp_path / "empty.txt"
    empty.write_bytes(b"")
    with pytest.raises(TranscriptError, match="is empty") as caught:
        import_transcripts(study, [empty])
    assert caught.value.where == empty


def test_a_bad_cases_table_stops_the_import(study_folder, clock):
    (study_folder / "cases.csv").write_text("transcript,case,speaker,role\nalder-1,Alder,Maja,boss\n", "utf-8")
    study = open_study(study_folder, clock=clock, create=True)
    with pytest.raises(TranscriptError, match="role `boss` is unknown"):
        import_transcripts(study)
    assert corpus.transcripts(study.store) == {}
    study.close()


def test_two_transcripts_of_one_name_are_refused(study, tmp_path):
    (study.folder / "transcripts" / "alder-1.csv").write_text("speaker,text\nMaja,Hello there.\n", "utf-8")
    refused = import_transcripts(study)[-1]
    assert refused.status == "refused"
    assert refused.notes[0].startswith("two transcripts are called `alder-1`") and "rename" in refused.notes[0]
    assert corpus.transcripts(study.store)["alder-1"].file == "alder-1.txt"


def test_two_files_of_one_name_in_two_folders_are_refused(study, tmp_path):
    paths = [tmp_path / "monday" / "new.txt", tmp_path / "friday" / "new.txt"]
    for path in paths:
        path.parent.mkdir()
        path.write_text(f"Siri: It was {path.parent.name}.\n", "utf-8")
    item, second = import_transcripts(study, paths)
    assert (item.status, second.status) == ("new", "refused")
    assert "two transcripts are called `new`" in second.notes[0]
    assert (study.folder / "transcripts" / "new.txt").read_text("utf-8") == "Siri: It was monday.\n"
    [item] = import_transcripts(study, [paths[0], paths[0]])
    assert item.status == "unchanged"


# --- corrected ---


def test_codings_follow_their_words_into_the_corrected_text(study):
    before, events = coded_words(study), judgements(study.store, which=Which.AS_WRITTEN)
    head = log.head(study.store)
    item = correct(study, "alder-1", ("It is a long month. ", "Well, it is a very long month, I think 🐟. "))
    assert (item.status, item.placed, item.lost) == ("corrected", 5, ())
    assert item.changed == (f"{COURSE} It is a long month.",)  # ben's, who coded it too
    assert coded_words(study) == before
    assert judgements(study.store, which=Which.AS_WRITTEN) == events and log.head(study.store) == head
    assert check(study).findings == ()


def test_a_passage_with_a_changed_word_is_placed_and_listed(study):
    item = correct(study, "alder-1", ("At the boat fair we show", "At the big boat fair we show"))
    assert item.changed == ("At the boat fair we show them the new sonar 🚢🚢.",)
    assert item.lost == ()
    words = "At the big boat fair we show them the new sonar 🚢🚢."
    assert (words, "education/customers/fairs") in coded_words(study)
    found = check(study)
    assert (found.findings, found.warnings) == ((), ())


def test_a_passage_that_is_gone_is_listed_and_its_history_stays(study):
    gone = "They ask one another at the fair what they caught."
    item = correct(study, "alder-1", (gone + " ", ""))
    assert item.lost == (gone,)
    assert len(item.lost) + item.placed == 5
    found = check(study)
    assert found.findings == ()
    assert any(w.startswith("alder-1: the words of segment") and "no place" in w for w in found.warnings)
    assert not any(words == gone for words, _ in coded_words(study))
    told = [
        (event.coder, words)
        for event, _, words in history(study, transcript="alder-1")
        if event.code == "contact/fairs"
    ]
    assert told == [("ada", ""), ("ben", "")]


def test_a_passage_that_comes_back_has_its_codings_again(study):
    before = coded_words(study)
    gone = "They ask one another at the fair what they caught."
    correct(study, "alder-1", (gone + " ", ""))
    item = correct(study, "alder-1", ("The coffee is good.", gone + " The coffee is good."))
    assert item.lost == ()
    assert coded_words(study) == before
    assert (check(study).findings, check(study).warnings) == ((), ())


def test_a_text_that_goes_there_and_back_is_as_it_was(study):
    before = coded_words(study), coded_words(study, "ben")
    spans = {s.id: s.span for s in corpus.segments(study.store).values()}
    correct(study, "alder-2", ("Nobody pays for it.", "Nobody, nobody at all, has ever paid for it 🌊."))
    correct(study, "alder-2", ("Nobody, nobody at all, has ever paid for it 🌊.", "Nobody pays for it."))
    assert (coded_words(study), coded_words(study, "ben")) == before
    now = {s.id: s.span for s in corpus.segments(study.store).values()}
    coded = {event.segment for event in judgements(study.store, which=Which.AS_WRITTEN)}
    assert {n: span for n, span in now.items() if n in coded} == {n: span for n, span in spans.items() if n in coded}


def test_a_passage_that_moves_is_followed(study):
    item = correct(study, "alder-1", (COURSE + " ", ""), ("The coffee is good. ", f"The coffee is good. {COURSE} "))
    text = corpus.transcripts(study.store)["alder-1"].transcript.text
    places = [s.span.start for s in corpus.segments(study.store).values() if s.words == COURSE]
    assert text.index(COURSE) in places and text.index(COURSE) > text.index("coffee")
    assert (COURSE, "education/customers/courses") in coded_words(study)
    assert item.lost == (f"{COURSE} It is a long month.",)  # ben's passage is torn apart


def test_a_transcript_read_as_a_whole_stays_read(study):
    correct(study, "alder-2", ("Nobody pays for it.", "It is free, you know, and that is that."))
    text = corpus.transcripts(study.store)["alder-2"].transcript.text
    segments = corpus.segments(study.store)
    wholes = [segments[e.segment] for e in judgements(study.store, "ada") if e.code is None]
    assert text in [segment.words for segment in wholes]


def test_a_corrected_transcript_is_cut_into_units_anew(study):
    correct(study, "alder-2", ("Nobody pays for it.", "Nobody pays for it. It is free."))
    assert segment_study(study)["alder-2"] == 7
    words = [unit.segment.words for unit in units_of(study) if unit.segment.span.transcript == "alder-2"]
    assert words[1:3] == ["Nobody pays for it.", "It is free."]
    coded = {event.segment for event in judgements(study.store) if event.code is not None}
    units = {unit.segment.id for unit in units_of(study)}
    assert len(coded & units) == 11  # the passages that were units before are the same segments still


# --- cases and roles ---


def test_a_changed_role_leads_to_new_units(study):
    cases = study.folder / "cases.csv"
    cases.write_text(cases.read_text("utf-8").replace("Interviewer,interviewer", "Interviewer,respondent"), "utf-8")
    import_transcripts(study)
    assert units_of(study) == []
    assert segment_study(study) == {"alder-1": 12, "alder-2": 7, "birch-1": 7, "birch-2": 8}
    assert {unit.segment.speaker for unit in units_of(study)} >= {"Interviewer", "Maja"}
    assert check(study).findings == ()


def test_without_cases_roles_are_guessed_and_each_transcript_is_a_case(study):
    (study.folder / "cases.csv").unlink()
    import_transcripts(study)
    assert [case.name for case in corpus.cases(study.store)] == ["alder-1", "alder-2", "birch-1", "birch-2"]
    assert corpus.speakers(study.store)["alder-1"]["Interviewer"].role is Role.INTERVIEWER


@pytest.mark.parametrize("ending", ["txt", "docx", "vtt"])
def test_a_speaker_of_one_turn_is_found_once_cases_csv_names_her(study, ending):
    said = ["Q: Why?", "Marketing manager: We met at a fair.", "Q: And then?"]
    path = study.folder / f"transcripts/elm-1.{ending}"
    if ending == "docx":
        document = docx.Document()
        for line in said:
            document.add_paragraph(line)
        document.save(path)
    elif ending == "vtt":
        cues = (f"00:0{n}.000 --> 00:0{n + 1}.000\n{line}\n" for n, line in enumerate(said))
        path.write_text("\n".join(["WEBVTT\n", *cues]), "utf-8")
    else:
        path.write_text("\n".join(said), "utf-8")
    import_transcripts(study)
    assert set(corpus.speakers(study.store)["elm-1"]) == {"Q"}
    with (study.folder / "cases.csv").open("a", encoding="utf-8") as file:
        file.write("elm-1,Elm,Marketing manager,,Marketing manager,\n")
    report = {one.name: one.status for one in import_transcripts(study)}
    assert report == {
        "alder-1": "unchanged",
        "alder-2": "unchanged",
        "birch-1": "unchanged",
        "birch-2": "unchanged",
        "elm-1": "corrected",
    }
    assert set(corpus.speakers(study.store)["elm-1"]) == {"Q", "Marketing manager"}
    assert case_warnings(study) == []


HEAD = "transcript,case,speaker,role,title,note\n"


def cases_of(folder, text, **transcripts):
    """Start a study whose cases.csv is `text`; each transcript is a few lines."""
    (folder / "cases.csv").write_bytes(text)
    for path in (folder / "transcripts").iterdir():
        path.unlink()
    for name, lines in transcripts.items():
        (folder / f"transcripts/{name}.txt").write_text("\n".join(lines) + "\n", "utf-8")
    return open_study(folder, create=True)


ONE = ["I: Why?", "Eva: We met.", "I: Where?", "Eva: At a fair."]
TWO = [*ONE, "Åsa: And in the course.", "I: When?", "Åsa: In May."]


def titles(study, name):
    return {label: speaker.title for label, speaker in corpus.speakers(study.store)[name].items()}


def test_a_title_without_a_speaker_is_the_one_respondents(study_folder):
    study = cases_of(study_folder, f"{HEAD}elm,Elm,,,CEO,\n".encode(), elm=ONE)
    assert [one.added_to_cases for one in import_transcripts(study)] == [()]
    assert titles(study, "elm") == {"I": "", "Eva": "CEO"}


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        ("elm,Elm,,,CEO,\n", TWO),
        ("elm,Elm,Eva,,Owner,\nelm,Elm,,,CEO,\n", ONE),
        ("elm,Elm,,,CEO,\nelm,Elm,,,Owner,\n", ONE),
    ],
)
def test_a_title_that_could_be_several_peoples_is_refused_with_its_line(study_folder, rows, lines):
    study = cases_of(study_folder, (HEAD + rows).encode(), elm=lines)
    with pytest.raises(TranscriptError) as caught:
        import_transcripts(study)
    line = 2 if rows.startswith("elm,Elm,,,CEO,\n") and "Owner" not in rows else 3
    assert f"cases.csv, line {line}" in str(caught.value)
    assert "fill in `speaker`" in str(caught.value)
    assert corpus.transcripts(study.store) == {}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_respondents_without_a_row_get_one_and_the_rest_of_the_file_stays(study_folder, encoding):
    before = 'Transcript;Case;note;Speaker;Title\r\nelm;Ålm;"says; much";;CEO\r\noak;Oak;;Eva;'.encode(encoding)
    study = cases_of(study_folder, before, elm=ONE, oak=TWO, yew=[line.split(": ")[1] for line in ONE])
    path = study.folder / "cases.csv"
    dry = {one.name: one.added_to_cases for one in import_transcripts(study, dry_run=True)}
    assert (dry, path.read_bytes()) == ({"elm": (), "oak": ("Åsa",), "yew": ("",)}, before)
    assert {one.name: one.added_to_cases for one in import_transcripts(study)} == dry
    after = path.read_bytes()
    assert after.startswith(before)
    assert after.decode(encoding).split("\r\n")[3:] == ["oak;Oak;;Åsa;", "yew;yew;;;", ""]
    assert {one.added_to_cases for one in import_transcripts(study)} == {()}
    assert path.read_bytes() == after
    assert titles(study, "elm")["Eva"] == "CEO"


def test_a_complete_table_of_cases_stays_and_a_missing_one_is_written(study):
    path = study.folder / "cases.csv"
    before = path.read_bytes()
    import_transcripts(study)
    assert path.read_bytes() == before
    path.unlink()
    import_transcripts(study)
    assert path.read_text("utf-8").splitlines()[:2] == [
        "transcript,case,speaker,role,title",
        "alder-1,alder-1,Maja,respondent,",
    ]


def test_a_name_that_the_files_encoding_lacks_is_refused_and_nothing_is_imported(study_folder):
    study = cases_of(
        study_folder, f"{HEAD}elm,Ålm,Eva,,,\n".encode("cp1252"), elm=[line.replace("Eva", "陳") for line in ONE]
    )
    with pytest.raises(TranscriptError, match="save the file as UTF-8"):
        import_transcripts(study)
    assert corpus.transcripts(study.store) == {}


def test_names_that_no_transcript_has_are_warned_of(study):
    assert case_warnings(study) == []
    with (study.folder / "cases.csv").open("a", encoding="utf-8") as file:
        file.write("alder-9,Alder,Maja,,,\nalder-1,Alder,Maia,,,\n")
    assert case_warnings(study) == [
        "cases.csv: there is no transcript `alder-9`",
        "cases.csv: nobody in alder-1 is called `Maia`",
    ]
    assert set(case_warnings(study)) <= set(check(study).warnings)


# --- a participant withdraws ---


def test_without_the_words_everything_else_still_works(study):
    events = judgements(study.store, which=Which.AS_WRITTEN)
    text = corpus.transcripts(study.store)["alder-1"].text
    with study.store.transaction("withdraw"):
        study.store.db.execute("DELETE FROM words WHERE text = ?", (text,))
    found = check(study)
    assert found.findings == ()
    assert "alder-1: its words have been withdrawn" in found.warnings
    assert judgements(study.store, which=Which.AS_WRITTEN) == events
    told = history(study, transcript="alder-1")
    assert len(told) == 9 and {words for _, _, words in told} == {""}
    assert {cited.transcript for cited in citations(study)} == {"alder-2", "birch-1"}
    assert {unit.segment.span.transcript for unit in units_of(study)} == {"alder-2", "birch-1", "birch-2"}
    (study.folder / "transcripts" / "alder-1.txt").unlink()
    assert {item.status for item in import_transcripts(study)} == {"unchanged"}
    assert segment_study(study) == {"alder-2": 6, "birch-1": 6, "birch-2": 6}
