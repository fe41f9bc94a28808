import math

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coder.cli.terminal_sessions import parse_answer
from coder.errors import CodingError, StudyError, UsageError
from coder.steps.audit.decisions import code_by_hand, record, undo
from coder.steps.audit.queue import audit_queue, uncoded
from coder.steps.audit.spreadsheet import audit_sheet, read_sheet
from coder.steps.audit.units import Decision
from coder.steps.coding.judgements import ratings_of
from coder.steps.corpus.units import units_of
from coder.steps.findings.citations import citations
from coder.steps.integrity import check
from coder.store import log
from coder.store.judgements import Which, judgement, judgements
from coder.types import Coder, Coding, Provenance, Verdict

MODEL = "harbour-1"
COURSES, FAIRS, TALK = "education/customers/courses", "education/customers/fairs", "contact/fairs"


@pytest.fixture
def suggestions(study):
    """Let a model read birch-2 and suggest: two codes for its first unit, one for each of the next two."""
    units = [unit for unit in units_of(study) if unit.segment.span.transcript == "birch-2"]
    first, second, third, *_ = (unit.segment.id for unit in units)
    with study.store.transaction("suggest"):
        from coder.steps.coding.human_codings import whole
        from coder.store import corpus

        log.add_coder(study.store, Coder(MODEL, "model"))
        said = [(first, COURSES, 0.4), (first, FAIRS, 0.7), (second, FAIRS, 0.9), (third, TALK, 0.2)]
        codings = [Coding(segment, code, MODEL, confidence=score) for segment, code, score in said]
        read = whole(study, corpus.transcripts(study.store)["birch-2"], MODEL)
        log.append(study.store, [read, *codings], study.scheme_version())
    return [first, second, third]


def current(study, *coders):
    """Return the current words without what tells when and where in the log they were said."""
    return {
        (e.coder, e.segment, e.code): (e.verdict, e.confidence, e.responds_to, e.shown, e.memo, e.at)
        for e in judgements(study.store)
        if e.coder in coders
    }


def given_line(study, coder, item, line):
    return record(study, coder, item, parse_answer(study, item, line))


def test_the_queue_holds_units_with_suggestions_likeliest_first(study, suggestions):
    items = audit_queue(study, "eva")
    assert [item.unit.segment.id for item in items] == suggestions
    assert [(s.code, s.score) for s in items[0].codes] == [(FAIRS, 0.7), (COURSES, 0.4)]
    assert (items[0].unit.segment.speaker, items[0].title) == ("Nils", "Engineer")


def test_everything_shows_units_without_suggestion_of_transcripts_that_the_model_read(study, suggestions):
    items = audit_queue(study, "eva", everything=True)
    assert {item.unit.segment.span.transcript for item in items} == {"birch-2"}
    assert len(items) > len(suggestions)


def test_without_suggestions_there_is_nothing_to_audit(study):
    with pytest.raises(StudyError, match="nothing has been suggested"):
        audit_queue(study, "eva")


def test_an_unknown_transcript_and_a_models_name_are_refused(study, suggestions):
    with pytest.raises(UsageError, match="no transcript `birch-3`") as error:
        audit_queue(study, "eva", transcripts=("birch-3",))
    assert "birch-2" in error.value.todo
    with pytest.raises(CodingError, match="model's name"):
        audit_queue(study, MODEL)
    with pytest.raises(CodingError, match="model's name"):
        uncoded(study, MODEL)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("A", {FAIRS: "present", COURSES: "present"}),
        ("X", {FAIRS: "absent", COURSES: "absent"}),
        ("a x", {FAIRS: "present", COURSES: "absent"}),
        ("a?", {FAIRS: "present", COURSES: "unsure"}),
        ("1 a X", {FAIRS: "present", COURSES: "absent"}),
        ("2a 1x", {FAIRS: "absent", COURSES: "present"}),
        ("2 a x", {FAIRS: "absent", COURSES: "present"}),
        ("X + suppliers", {FAIRS: "absent", COURSES: "absent", "education/suppliers/courses": "present"}),
        ("2 a X + suppliers + contact/fairs", {
            FAIRS: "absent", COURSES: "present", "education/suppliers/courses": "present", TALK: "present",
        }),
        ("X + customers fairs", {FAIRS: "present", COURSES: "absent"}),
        ("X + contact fairs + contact fairs", {FAIRS: "absent", COURSES: "absent", TALK: "present"}),
    ],
)  # fmt: skip
def test_a_line_says_a_verdict_on_each_suggestion(study, suggestions, line, expected):
    item = audit_queue(study, "eva")[0]
    written = given_line(study, "eva", item, line + " # a memo, with + and 1")
    events = [judgement(study.store, number) for number in written]
    assert {e.code: e.verdict.value for e in events if e.code} == expected
    assert all(e.shown == "suggestions" for e in events)
    assert {e.memo for e in events if e.code} == {"a memo, with + and 1"}
    by_code = {s.code: s.event for s in item.codes}
    assert {e.code: e.responds_to for e in events if e.code} == {code: by_code.get(code) for code in expected}
    assert [e.segment for e in events if e.code is None] == [item.unit.segment.id]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("", "nothing was answered"),
        ("# only a memo", "nothing was answered"),
        ("3", "`3` is not understood"),
        ("0", "`0` is not understood"),
        ("-1", "`-1` is not understood"),
        ("a", "1 of the codes shown are not decided on"),
        ("n", "2 of the codes shown are not decided on"),
        ("1 2", "2 of the codes shown are not decided on"),
        ("+ suppliers", "2 of the codes shown are not decided on"),
        ("a a a", "`a` is not understood"),
        ("yes", "`yes` is not understood"),
        ("²", "`²` is not understood"),
        ("A +", "no code after"),
        ("+ customers", "fits 2 codes"),
        ("+ conferences", "no code holds"),
    ],
)
def test_a_line_that_is_not_understood_writes_nothing(study, suggestions, line, says):
    before = log.head(study.store)
    with pytest.raises((UsageError, CodingError), match=says):
        given_line(study, "eva", audit_queue(study, "eva")[0], line)
    assert log.head(study.store) == before


def test_accepted_suggestions_are_cited_with_model_and_score_and_rejected_ones_are_not(study, suggestions):
    first, second, _ = audit_queue(study, "eva")
    given_line(study, "eva", first, "a X")
    given_line(study, "eva", second, "x + suppliers")
    cited = [c for c in citations(study, only="all") if c.transcript == "birch-2"]
    accepted = [c for c in cited if c.provenance is Provenance.ACCEPTED]
    assert [(c.code, c.coder, c.suggested_by, c.score) for c in accepted] == [(FAIRS, "eva", MODEL, 0.7)]
    corrected = [c for c in cited if c.provenance is Provenance.HUMAN]
    assert [(c.code, c.suggested_by, c.score) for c in corrected] == [("education/suppliers/courses", "", None)]
    waiting = [c for c in cited if c.provenance is Provenance.UNREVIEWED]
    assert [(c.code, c.coder, c.coded_at, c.suggested_by) for c in waiting] == [(TALK, "", "", MODEL)]
    assert [c.code for c in citations(study, only="accepted")] == [FAIRS]
    assert [c.code for c in citations(study, only="unreviewed")] == [TALK]
    assert check(study).findings == ()


def test_an_audited_unit_counts_as_read(study, suggestions):
    given_line(study, "eva", audit_queue(study, "eva")[0], "1 a X")
    ratings = ratings_of(study)
    row = ratings.values[ratings.coders.index("eva"), ratings.units.index(suggestions[0])]
    assert {code: value for code, value in zip(ratings.codes, row, strict=True) if value} == {FAIRS: 1.0}


def test_a_second_person_audits_the_same_suggestion(study, suggestions):
    given_line(study, "eva", audit_queue(study, "eva")[0], "A")
    item = audit_queue(study, "ole")[0]
    assert item.unit.segment.id == suggestions[0]
    given_line(study, "ole", item, "X")
    answers = [e for e in judgements(study.store, which=Which.AS_WRITTEN) if e.responds_to == item.codes[0].event]
    assert [(e.coder, e.verdict, e.supersedes) for e in answers] == [
        ("eva", Verdict.PRESENT, None),
        ("ole", Verdict.ABSENT, None),
    ]
    assert len(audit_queue(study, "eva")) == len(audit_queue(study, "ole")) == 2


def test_undo_goes_back_as_far_as_the_coder_has_gone(study, suggestions):
    start = current(study, "eva")
    for line in ("A", "X", "X + suppliers"):
        given_line(study, "eva", audit_queue(study, "eva")[0], line)
    assert audit_queue(study, "eva") == []
    for segment in reversed(suggestions):
        assert {event.segment for event in undo(study, "eva")} == {segment}
    assert current(study, "eva") == start
    with pytest.raises(UsageError, match="nothing to undo"):
        undo(study, "eva")
    assert [item.unit.segment.id for item in audit_queue(study, "eva")] == suggestions


def test_undo_leaves_others_and_tables_of_codings_alone(study, suggestions):
    before = current(study, "ada", "ben", MODEL)
    given_line(study, "eva", audit_queue(study, "eva")[0], "A")
    for coder in ("ada", "ole"):
        with pytest.raises(UsageError, match="nothing to undo"):
            undo(study, coder)
    undo(study, "eva")
    assert current(study, "ada", "ben", MODEL) == before


LINES = st.sampled_from(["A", "X", "aX", "X + suppliers", "a X + contact fairs # why", "X + education/customers/fairs"])
STEPS = st.lists(
    st.one_of(
        st.just(("undo",)),
        st.tuples(st.just("audit"), st.integers(0, 2), LINES),
        st.tuples(st.just("hand"), st.integers(0, 2), st.sampled_from([(), (COURSES,), (TALK, FAIRS)])),
    ),
    max_size=12,
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_any_mix_of_answers_and_undos_leaves_what_a_replay_of_the_kept_answers_says(study, suggestions, steps):
    states = [current(study, "eva")]
    for kind, *rest in [*steps, *[("undo",)] * len(steps)]:
        items = audit_queue(study, "eva")
        if kind == "undo":
            if len(states) == 1:
                with pytest.raises(UsageError, match="nothing to undo"):
                    undo(study, "eva")
            else:
                undo(study, "eva")
                states.pop()
        elif rest[0] < len(items):
            item, said = items[rest[0]], rest[1]
            if kind == "audit":
                given_line(study, "eva", item, said)
            else:
                code_by_hand(study, "eva", item.unit, said)
            states.append(current(study, "eva"))
        assert current(study, "eva") == states[-1]
    assert states == [{}]
    assert check(study).findings == ()


def test_coding_by_hand_shows_nothing_and_can_say_that_no_code_applies(study):
    unit = uncoded(study, "eva", transcripts=("birch-2",))[0]
    code_by_hand(study, "eva", unit, [COURSES], "memo")
    later = uncoded(study, "eva", transcripts=("birch-2",))
    assert unit not in later
    code_by_hand(study, "eva", later[0], [])
    events = [e for e in judgements(study.store, which=Which.AS_WRITTEN) if e.coder == "eva"]
    assert [(e.code, e.shown, e.responds_to) for e in events] == [
        (COURSES, "nothing", None),
        (None, "nothing", None),
        (None, "nothing", None),
    ]
    assert len(uncoded(study, "eva", transcripts=("birch-2",))) == len(later) - 1


def test_what_a_coder_read_as_a_whole_need_not_be_coded_again(study):
    assert {unit.segment.span.transcript for unit in uncoded(study, "ada")} == {"birch-2"}


ENDINGS = ("csv", "xlsx", "parquet")


@pytest.fixture
def sheet(study, suggestions, tmp_path):
    path = tmp_path / "audit.csv"
    assert audit_sheet(study, "eva", path) == 4
    return path


def fill(path, **columns):
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    for name, values in columns.items():
        frame[name.replace("_", " ")] = values
    frame.to_csv(path, index=False)
    return path


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_spreadsheet_goes_out_and_comes_in(study, suggestions, tmp_path, ending):
    path = tmp_path / f"audit.{ending}"
    audit_sheet(study, "eva", path)
    frame = {"csv": pd.read_csv, "xlsx": pd.read_excel}.get(ending, lambda p, **_: pd.read_parquet(p))(
        path, dtype=str, keep_default_na=False
    )
    frame["verdict"] = ["accept", "Reject ", "", "skip"]
    frame["correct code"] = ["", "", "education suppliers", ""]
    {"csv": frame.to_csv, "xlsx": frame.to_excel}.get(ending, frame.to_parquet)(path, index=False)
    read = read_sheet(study, "eva", path)
    assert (read.answered, read.units, read.unfinished) == (4, 2, 0)
    events = [e for e in judgements(study.store, which=Which.AS_WRITTEN) if e.coder == "eva" and e.code]
    assert [(e.segment, e.code, e.verdict.value) for e in events] == [
        (suggestions[0], FAIRS, "present"),
        (suggestions[0], COURSES, "absent"),
        (suggestions[1], FAIRS, "absent"),
        (suggestions[1], "education/suppliers/courses", "present"),
    ]
    assert all(e.shown == "suggestions" for e in events)
    assert [item.unit.segment.id for item in audit_queue(study, "eva")] == [suggestions[2]]
    assert read_sheet(study, "eva", path).written == 0  # read twice, it says nothing new


def test_a_unit_with_an_open_suggestion_stays_in_the_queue_and_is_not_read(study, suggestions, sheet):
    read = read_sheet(study, "eva", fill(sheet, verdict=["accept", "", "", ""]))
    assert (read.answered, read.empty, read.units, read.unfinished) == (1, 3, 1, 1)
    assert suggestions[0] in {item.unit.segment.id for item in audit_queue(study, "eva")}
    ratings = ratings_of(study)
    row = ratings.values[ratings.coders.index("eva"), ratings.units.index(suggestions[0])]
    assert {code: v for code, v in zip(ratings.codes, row, strict=True) if not math.isnan(v)} == {FAIRS: 1.0}
    read = read_sheet(study, "eva", fill(sheet, verdict=["", "reject", "", ""]))
    assert read.unfinished == 0
    assert suggestions[0] not in {item.unit.segment.id for item in audit_queue(study, "eva")}


def test_every_wrong_row_is_named_and_nothing_is_written(study, suggestions, sheet):
    frame = pd.read_csv(sheet, dtype=str, keep_default_na=False)
    frame["verdict"] = ["aceppt", "accept", "accept", ""]
    frame["correct code"] = ["", "", "", "conferences"]
    frame.loc[1, "words"] = "Other words."
    frame.loc[2, "event"] = "1"
    frame.to_csv(sheet, index=False)
    before = log.head(study.store)
    with pytest.raises(CodingError) as error:
        read_sheet(study, "eva", sheet)
    text = str(error.value)
    for line, what in ((2, "is not a verdict"), (3, "not those of the unit"), (4, "not this sugg"), (5, "no code")):
        assert f"line {line}: " in text
        assert what in text
    assert "did you mean `accept`?" in text
    assert log.head(study.store) == before


def test_a_sheet_that_lacks_a_column_or_names_no_unit_is_refused(study, suggestions, sheet):
    frame = pd.read_csv(sheet, dtype=str, keep_default_na=False)
    frame.drop(columns="verdict").to_csv(sheet, index=False)
    with pytest.raises(CodingError, match="column `verdict` is missing"):
        read_sheet(study, "eva", sheet)
    frame["verdict"], frame["segment"] = "accept", "99999"
    frame.to_csv(sheet, index=False)
    with pytest.raises(CodingError, match="no unit 99999"):
        read_sheet(study, "eva", sheet)


def test_a_dry_run_reads_the_sheet_and_writes_nothing(study, suggestions, sheet):
    before = log.head(study.store)
    assert read_sheet(study, "eva", fill(sheet, verdict="accept"), dry_run=True).written == 7
    assert log.head(study.store) == before
    assert "eva" not in {coder.name for coder in log.coders(study.store)}


def test_a_spreadsheet_is_one_step_of_undo(study, suggestions, sheet):
    read_sheet(study, "eva", fill(sheet, verdict=["accept", "reject", "accept", ""]))
    assert {event.segment for event in undo(study, "eva")} == set(suggestions[:2])
    assert current(study, "eva") == {}
    with pytest.raises(UsageError, match="nothing to undo"):
        undo(study, "eva")


def test_two_spreadsheets_on_the_same_units_are_two_steps_of_undo(study, suggestions, sheet):
    read_sheet(study, "eva", fill(sheet, verdict="accept"))
    read_sheet(study, "eva", fill(sheet, verdict="reject"))
    undo(study, "eva")
    assert {c.code for c in citations(study, only="accepted")} == {COURSES, FAIRS, TALK}
    assert {event.segment for event in undo(study, "eva")} == set(suggestions)
    assert current(study, "eva") == {}
    with pytest.raises(UsageError, match="nothing to undo"):
        undo(study, "eva")


def test_a_decision_is_about_the_codes_that_were_shown(study, suggestions):
    item = audit_queue(study, "eva")[1]
    with pytest.raises(UsageError, match=f"not shown at this unit: {COURSES}"):
        record(study, "eva", item, Decision({FAIRS: Verdict.PRESENT, COURSES: Verdict.PRESENT}))
