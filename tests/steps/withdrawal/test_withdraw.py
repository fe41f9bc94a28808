"""Nothing of a participant's words is left, all else stays, and nothing brings them back."""

import json
import shutil

import pytest
from conftest import ALDER_1, FILES

from benchmarks.withdrawal import holding, probes
from coder.errors import StudyBusyError, StudyError, TranscriptError, UsageError
from coder.scheme.reading import load_scheme
from coder.steps.coding import memos
from coder.steps.coding.human_codings import import_codings
from coder.steps.corpus.transcripts import import_transcripts
from coder.steps.corpus.units import segment_study, units_of
from coder.steps.findings.citations import citations
from coder.steps.findings.print_edits import edit, translate
from coder.steps.integrity import check, history
from coder.steps.models.registry import current_model
from coder.steps.pipeline import run
from coder.steps.publishing.methods_appendix import report_of
from coder.steps.publishing.publish import publish
from coder.steps.study.study import open_study
from coder.steps.withdrawal import withdraw as steps
from coder.steps.withdrawal.participants import resolve
from coder.steps.withdrawal.scheme_texts import without_quotations
from coder.steps.withdrawal.withdraw import withdraw
from coder.store import corpus, log, withdrawal
from coder.store.database import Store
from coder.transcripts.quoted import Quoted
from coder.types import Coding

QUOTE = "They ask one another at the fair what they caught."
OTHERS = [text for name, text in FILES.items() if name.startswith("transcripts/") and "alder-1" not in name]
TURNS = [line.removeprefix("Maja: ") for line in ALDER_1.splitlines() if line.startswith("Maja")]
MAJA = [one for turn in TURNS for one in probes([turn], OTHERS, 100)]
WHOLE = probes([ALDER_1], OTHERS, 200)


@pytest.fixture(scope="session")
def _published(_suggested, tmp_path_factory):
    """Quote an interview wherever a study can hold a quotation, and publish."""
    folder = shutil.copytree(_suggested, tmp_path_factory.mktemp("published") / "study")
    study = open_study(folder)
    cited = next(one for one in citations(study) if one.words == QUOTE)
    edit(study, cited.event, "[The skippers] ask one another at the fair what they caught.", "eva")
    translate(study, cited.event, "de", "Sie fragen einander auf der Messe, was sie gefangen haben.", "eva")
    with study.store.transaction("code by hand"):
        birch = next(unit for unit in units_of(study) if unit.segment.span.transcript == "birch-2")
        memo = f"compare “{QUOTE}”"
        log.append(study.store, [Coding(birch.segment.id, None, "ada", memo=memo)], study.scheme_version())
    publish(study, formats=("csv",), replicates=20)
    study.close()
    scheme = folder / "scheme.yaml"
    quoting = scheme.read_text("utf-8").replace("The skippers talk among themselves.", QUOTE)
    scheme.write_text(f"# {QUOTE}\n{quoting}", "utf-8")
    (folder / "out" / "mine.json").write_text(json.dumps({"words": QUOTE}))
    return folder


@pytest.fixture
def published(_published, tmp_path):
    study = open_study(shutil.copytree(_published, tmp_path / "study"))
    with study.store.transaction("code"):  # the scheme that quotes is a version of the log
        study.scheme_version()
    yield study
    study.close()


def said(study):
    """Return who says what in every current text but withdrawn words."""
    return {
        (name, turn.speaker, stored.transcript.words(turn.start, turn.end))
        for name, stored in corpus.transcripts(study.store).items()
        for turn in stored.transcript.turns
    }


@pytest.mark.parametrize(("name", "passages"), [("alder-1", WHOLE), ("Maja", MAJA)])
def test_no_byte_of_the_words_is_left(published, name, passages):
    assert {one for _, one in holding(published.folder, passages[:5])} == set(passages[:5])
    planned = withdraw(published, [name], dry_run=True)
    assert withdraw(published, [name]) == planned
    assert holding(published.folder, passages) == []
    assert check(published).findings == ()
    assert planned.words > 60 and planned.codings == 7 and planned.memos == 2 and planned.schemes == 1
    assert [path.name for path in planned.models] == ["model-1"] and not planned.left and not planned.closed
    assert current_model(published) is None


def test_the_log_keeps_who_coded_what_when_and_all_else_stays(study):
    before, events = said(study), history(study)
    withdraw(study, ["alder-1:Maja"])
    gone = {one for one in before if one[1] == "Maja"}
    assert said(study) == before - gone | {("alder-1", withdrawal.WITHDRAWN, "")}
    left = history(study)
    assert [(e.id, e.segment, e.code, e.coder, e.at, e.hash) for e, *_ in left] == [
        (e.id, e.segment, e.code, e.coder, e.at, e.hash) for e, *_ in events
    ]
    assert {words for _, place, words in left if place != "alder-1"} == {
        words for _, place, words in events if place != "alder-1"
    }
    assert {cited.transcript for cited in citations(study)} == {"alder-2", "birch-1"}
    units = [unit.segment.id for unit in units_of(study)]
    import_transcripts(study)
    assert [unit.segment.id for unit in units_of(study)] == units and segment_study(study)["alder-1"] == 0
    assert check(study).findings == () and "Maja" not in corpus.speakers(study.store)["alder-1"]
    study.close()
    past = open_study(study.folder, as_of="2026-03-01")
    assert "skippers every March. It is a long month" not in corpus.transcripts(past.store)["alder-1"].transcript.text
    past.close()


def test_a_passage_over_two_speakers_stays_where_it_is_and_keeps_the_words_of_one(study):
    stored = corpus.transcripts(study.store)["alder-1"]
    text = stored.transcript.text
    end = text.index("And afterwards?") + len("And afterwards?")
    start = end - len("Yes, yes.\nInterviewer: And afterwards?")
    with study.store.transaction("code by hand"):
        segment = corpus.segment_at(study.store, stored.text, start, end, text[start:end])
        log.append(study.store, [Coding(segment, "contact/fairs", "ada")], study.scheme_version())
    withdraw(study, ["Maja"])
    found = corpus.segments(study.store)[segment]
    assert found.words == "█████████\nInterviewer: And afterwards?" and found.span.start == start
    assert check(study).findings == ()


def test_a_case_goes_with_its_transcripts(study):
    assert resolve(study, ["Birch"]) == [("birch-1", ""), ("birch-2", "")]
    report = withdraw(study, ["Birch"])
    assert sorted(corpus.transcripts(study.store)) == ["alder-1", "alder-2"]
    assert report.targets == (("birch-1", ""), ("birch-2", ""))
    assert "Birch" not in (study.folder / "cases.csv").read_text("utf-8")
    assert check(study).findings == ()


@pytest.mark.parametrize(
    ("name", "message"),
    [("Interviewer", "`Interviewer` could be 4 things"), ("alder-9", "no transcript, case or speaker `alder-9`")],
)
def test_who_is_meant_has_to_be_clear(study, name, message):
    with pytest.raises(UsageError, match=message):
        withdraw(study, [name])
    assert check(study).findings == ()


def test_no_import_brings_them_back(study, tmp_path):
    old = (study.folder / "transcripts" / "alder-1.txt").read_text("utf-8")
    withdraw(study, ["alder-1"])
    for name, text, why in (
        ("alder-1.txt", "Maja: Another one.", "a transcript called `alder-1` was withdrawn"),
        ("other.txt", old, "holds words of a participant who withdrew"),
        ("other.txt", old.replace("Maja", "P1").upper(), "holds words of a participant who withdrew"),
    ):
        (tmp_path / name).write_text(text, "utf-8")
        with pytest.raises(TranscriptError, match=why):
            import_transcripts(study, [tmp_path / name])
    assert {one.status for one in import_transcripts(study)} == {"unchanged"}
    for table in ("ada.csv", "ben.csv"):
        assert not import_codings(study, study.folder / "codings" / table).written


def test_a_speaker_does_not_come_back_and_the_others_can_be_corrected(study, tmp_path):
    file = tmp_path / "alder-1.txt"
    old = (study.folder / "transcripts" / "alder-1.txt").read_text("utf-8")
    withdraw(study, ["Maja"])
    file.write_text(old, "utf-8")
    with pytest.raises(TranscriptError, match="`Maja` withdrew from `alder-1`"):
        import_transcripts(study, [file])
    file.write_text("Interviewer: How do the skippers learn your sonar?\nInterviewer: And afterwards?\n", "utf-8")
    [one] = import_transcripts(study, [file])
    assert one.status == "corrected" and not one.lost
    assert check(study).findings == ()


def test_what_is_not_the_programs_to_delete_is_named(study):
    study.store.backup(study.folder / "backups" / "study-schema-9.db")
    (study.folder / "notes.md").write_text(f"Maja said: {QUOTE}", "utf-8")
    (study.folder / "report.pdf").write_bytes(b"%PDF")
    report = withdraw(study, ["Maja"])
    assert [path.name for path in report.left] == ["study-schema-9.db", "notes.md"]
    assert [path.name for path in report.closed] == ["report.pdf"]


def test_a_quotation_that_runs_over_the_syntax_of_the_scheme_leaves_it_readable():
    theirs = Quoted(["We meet them at the harbour. Examples: there are some by the quay."], [])
    text = "codes:\n  fairs:\n    definition: They meet them at the harbour.\n    examples: [There are some.]\n"
    masked = text.replace("meet them at the harbour", "████ ████ ██ ███ ███████")
    assert without_quotations(text, theirs) == masked


def test_examples_of_the_scheme_go_and_its_comments_stay(published):
    withdraw(published, ["alder-1"])
    text = (published.folder / "scheme.yaml").read_text("utf-8")
    assert text.startswith("# ████ ███ ███ ███████") and QUOTE not in text
    assert load_scheme(published.folder / "scheme.yaml").paths() == published.scheme.paths()
    published.close()
    study = open_study(published.folder)
    assert check(study).findings == () and len(citations(study)) == 10
    study.close()


STAGES = ["begin", "forget_transcript", "scrub", "finish"]


@pytest.mark.parametrize("stage", STAGES)
def test_an_interrupted_withdrawal_is_finished_by_the_next_one(published, monkeypatch, stage):
    def fail(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(steps.withdrawal, stage, fail)
        with pytest.raises(KeyboardInterrupt):
            withdraw(published, ["alder-1"])
    interrupted = [one for one in check(published).findings if "a withdrawal was interrupted" in one]
    assert bool(interrupted) == (stage != "begin")
    withdraw(published, [] if interrupted else ["alder-1"])
    assert holding(published.folder, WHOLE[:40]) == []
    assert check(published).findings == ()
    with pytest.raises(UsageError, match="who withdraws"):
        withdraw(published, [])


def test_another_program_that_has_the_study_open_is_waited_for(study):
    other = Store(study.folder / "study.db")
    other.db.execute("BEGIN")
    other.one("SELECT count(*) FROM words")
    study.store.db.execute("PRAGMA busy_timeout = 10")
    with pytest.raises(StudyBusyError, match="open"):
        withdraw(study, ["alder-1"])
    other.close()
    withdraw(study)
    assert check(study).findings == ()


def test_the_line_goes_on_where_no_file_is_left(study):
    for name in ("Maja", "Olof", "Siri", "Nils"):
        withdraw(study, [name])
    assert not list((study.folder / "transcripts").iterdir())
    with pytest.raises(StudyError, match="no units"):
        run(study, formats=("csv",), replicates=20)
    assert check(study).findings == ()


def test_tables_say_how_much_was_withdrawn(study):
    from coder.steps.findings.selection import findings

    withdraw(study, ["alder-1"])
    assert "Not counted, as the words were withdrawn: 9 codings and readings" in findings(study).made_from


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("alder-1", "The text of 1 transcript was withdrawn"),
        ("Maja", "A speaker withdrew from 1 transcript"),
    ],
)
def test_the_methods_appendix_says_what_was_withdrawn(study, name, words):
    withdraw(study, [name])
    text = " ".join(repr(report_of(study, replicates=20)).replace("\\n", " ").split())
    assert words in text and "No transcript was withdrawn" not in text


def test_memos_on_who_withdrew_and_those_that_quote_them_lose_their_words(study):
    words = corpus.transcripts(study.store)["alder-1"].transcript.words
    said = words(
        *next((t.start, t.end) for t in corpus.transcripts(study.store)["alder-1"].transcript.turns if t.n == 1)
    )
    memos.add(study, "transcript:alder-1", "ada", "Recorded outdoors.")
    memos.add(study, "study", "ada", f"See: {said}")
    memos.add(study, "study", "ada", "Of nobody.")
    withdraw(study, ["alder-1"])
    left = [e.memo.words for e in memos.journal(study) if e.memo.source == "memo"]
    assert "Of nobody." in left
    assert not any(said in one or "outdoors" in one for one in left)
