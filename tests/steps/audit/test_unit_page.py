"""One unit on a page and the queue it comes from: what is shown, what is written, who gets which unit."""

from threading import Event

import pytest

from coder.errors import CodingError, UsageError
from coder.steps.audit import shared_queue, unit_page
from coder.steps.audit.decisions import record
from coder.steps.audit.queue import Choice, audit_queue, choice_of
from coder.steps.audit.shared_queue import LEASE, Queues
from coder.steps.audit.unit_page import page_of, take_back
from coder.steps.audit.units import Decision
from coder.steps.coding.browser_selection import selected
from coder.steps.coding.judgements import ratings_of
from coder.steps.corpus.units import units_of
from coder.steps.findings.citations import citations
from coder.steps.integrity import check
from coder.steps.study import background
from coder.steps.study.background import WaitError
from coder.store import corpus, log, unit_queries
from coder.store.judgements import judgement, judgements
from coder.types import Coder, Coding, Provenance, Verdict

MODEL = "harbour-1"
COURSES, FAIRS, TALK = "education/customers/courses", "education/customers/fairs", "contact/fairs"
YES, NO, UNSURE = Verdict.PRESENT, Verdict.ABSENT, Verdict.UNSURE


@pytest.fixture
def units(study):
    """Let a model read alder-1 and suggest: two codes for its third unit, one each for the next two."""
    found = [unit for unit in units_of(study) if unit.segment.span.transcript == "alder-1"]
    _, _, first, second, third, *_ = (unit.segment.id for unit in found)
    with study.store.transaction("suggest"):
        from coder.steps.coding.human_codings import whole

        log.add_coder(study.store, Coder(MODEL, "model"))
        said = [(first, COURSES, 0.4), (first, FAIRS, 0.7), (second, FAIRS, 0.9), (third, TALK, 0.2)]
        codings = [Coding(segment, code, MODEL, confidence=score) for segment, code, score in said]
        read = whole(study, corpus.transcripts(study.store)["alder-1"], MODEL)
        log.append(study.store, [read, *codings], study.scheme_version())
    return [first, second, third]


def say(study, coder, segment, marks, **more):
    return record(study, coder, page_of(study, coder, segment), Decision(marks, **more))


def said(study, coder, segment=None):
    """Return a coder's current words that are no reading of a whole."""
    return {
        (e.segment, e.code): e.verdict.value
        for e in judgements(study.store, coder)
        if e.code and segment in {None, e.segment}
    }


def test_a_unit_is_shown_in_its_surroundings(study, units):
    page = page_of(study, "eva", units[0], thresholds={FAIRS: 0.3})
    assert (page.place.transcript, page.place.n, page.case, page.shown) == ("alder-1", 3, "Alder", "suggestions")
    assert page.own.words == "The course lasts two days."
    assert (page.own.speaker, page.own.title, page.own.interviewer) == ("Maja", "CEO", False)
    assert page.head.words.startswith("We hold a course") and page.tail.words.lstrip().startswith("At the boat fair")
    assert [line.words[:3] for line in page.before] == ["How"] and page.before[0].interviewer
    assert [line.speaker for line in page.after] == ["Interviewer", "Maja"]
    assert page.question is None
    assert [(row.code, row.score, row.threshold) for row in page.codes] == [(FAIRS, 0.7, 0.3), (COURSES, 0.4, None)]
    assert "public show" in page.codes[0].definition
    text = corpus.transcripts(study.store)["alder-1"].transcript.text
    for line in (page.head, page.own, page.tail, *page.before, *page.after):
        assert text[line.start :].startswith(line.words)


def test_the_question_is_shown_where_it_lies_further_back(study, units, monkeypatch):
    monkeypatch.setattr(unit_page, "AROUND", 0)
    page = page_of(study, "eva", units[0])
    assert (page.before, page.after) == ((), ())
    assert page.question.words.startswith("How do the skippers")


def test_every_verdict_is_an_event_that_answers_its_suggestion(study, units):
    asked = {row.code: row.event for row in page_of(study, "eva", units[0]).codes}
    written = say(study, "eva", units[0], {FAIRS: UNSURE, COURSES: NO}, added=(TALK,), memo=" later ")
    events = [judgement(study.store, number) for number in written]
    assert {e.code: (e.verdict.value, e.responds_to) for e in events} == {
        FAIRS: ("unsure", asked[FAIRS]),
        COURSES: ("absent", asked[COURSES]),
        TALK: ("present", None),
        None: ("present", None),
    }
    assert {(e.memo, e.shown) for e in events} == {("later", "suggestions")}
    again = page_of(study, "eva", units[0])
    assert again.read and again.memo == "later"
    assert {row.code: row.own for row in again.codes} == {FAIRS: UNSURE, COURSES: NO, TALK: YES}
    grid = ratings_of(study)
    values = dict(zip(grid.codes, grid.values[grid.coders.index("eva"), grid.units.index(units[0])], strict=True))
    assert (values[COURSES], values[TALK]) == (0.0, 1.0) and values[FAIRS] != values[FAIRS]
    check(study)


def test_a_code_that_was_not_decided_on_is_asked_for_and_nothing_is_written(study, units):
    head = log.head(study.store)
    with pytest.raises(UsageError, match="1 of the codes shown are not decided on: education/customers/courses"):
        say(study, "eva", units[0], {FAIRS: YES})
    with pytest.raises(CodingError, match="no code `fares`"):
        say(study, "eva", units[1], {FAIRS: YES}, added=("fares",))
    assert log.head(study.store) == head


def test_the_same_answer_again_writes_nothing_and_another_one_takes_its_place(study, units):
    say(study, "eva", units[0], {FAIRS: YES, COURSES: NO}, added=(TALK,))
    assert say(study, "eva", units[0], {FAIRS: YES, COURSES: NO, TALK: YES}) == []
    assert len(say(study, "eva", units[0], {FAIRS: NO, COURSES: NO, TALK: NO})) == 2
    assert set(said(study, "eva", units[0]).values()) == {"absent"}


def test_undo_goes_back_as_far_as_there_are_answers(study, units):
    say(study, "eva", units[0], {FAIRS: YES, COURSES: NO})
    before = said(study, "eva")
    say(study, "eva", units[1], {FAIRS: NO})
    say(study, "eva", units[0], {FAIRS: NO, COURSES: NO})
    assert take_back(study, "eva") == (units[0], [units[0]])
    assert take_back(study, "eva") == (units[1], [units[1]])
    assert said(study, "eva") == before
    assert take_back(study, "eva") == (units[0], [units[0]])
    assert said(study, "eva") == {}
    with pytest.raises(UsageError, match="nothing to undo"):
        take_back(study, "eva")
    say(study, "eva", units[2], {TALK: YES})
    assert take_back(study, "eva") == (units[2], [units[2]])


def test_nothing_is_shown_where_nothing_may_be_seen(study, units):
    page = page_of(study, "eva", units[0], hidden=True)
    assert (page.codes, page.shown, page.suggested) == ((), "nothing", {})
    written = record(study, "eva", page, Decision({}, added=(COURSES,)))
    assert {judgement(study.store, number).shown for number in written} == {"nothing"}
    assert [row.code for row in page_of(study, "eva", units[0], hidden=True).codes] == [COURSES]


def test_a_unit_whose_transcript_was_withdrawn_is_named_as_gone(study, units):
    study.store.db.execute("DELETE FROM words WHERE text = 1")
    with pytest.raises(CodingError, match="not in the study any more"):
        page_of(study, "eva", units[0])
    assert Queues().next(study, "eva", Choice(again=True)) is None


# ---- Another passage ----


def emoji_unit(study):
    """Return the unit with the two ships and its text."""
    unit = next(unit for unit in units_of(study) if "🚢🚢" in unit.segment.words)
    return unit.segment, corpus.transcripts(study.store)["alder-1"].transcript.text


def test_a_selection_over_emoji_becomes_code_points(study, units):
    segment, text = emoji_unit(study)
    words = segment.words
    start = words.index("sonar")
    before = len(words[:start].encode("utf-16-le")) // 2
    after = len(words[: words.index("🚢🚢") + 2].encode("utf-16-le")) // 2
    base = segment.span.start
    found = selected(study, segment.id, f"{base}:{before}", f"{base}:{after}")
    assert text[slice(*found)] == "sonar 🚢🚢"
    assert selected(study, segment.id, f"{base}:{after}", f"{base}:{before}") == found
    assert text[slice(*selected(study, segment.id, f"{base}:{before - 1}", "0:0"))].endswith("the new")
    assert selected(study, segment.id, "", "", "sonar 🚢🚢") == found
    assert selected(study, segment.id, "", "") is None


@pytest.mark.parametrize(
    ("start", "end"), [("x", "1:0"), ("99999999:0", "1:0"), ("-1:0", "1:0"), ("5:0", "5:0"), ("²:0", "1:0")]
)
def test_a_selection_that_is_none_is_refused(study, units, start, end):
    with pytest.raises(UsageError):
        selected(study, units[0], start, end)


def test_the_judged_passage_is_a_segment_of_its_own_and_the_citation_has_its_words(study, units):
    segment, _ = emoji_unit(study)
    span = selected(study, segment.id, "", "", "the new sonar 🚢🚢")
    say(study, "eva", segment.id, {FAIRS: YES}, added=(TALK,), passage=span)
    cited = {c.code: c for c in citations(study, coders=["eva"])}
    assert {c.words for c in cited.values()} == {"the new sonar 🚢🚢"} and set(cited) == {FAIRS, TALK}
    assert cited[FAIRS].provenance is Provenance.ACCEPTED and cited[FAIRS].suggested_by == MODEL
    assert cited[TALK].provenance is Provenance.HUMAN
    page = page_of(study, "eva", segment.id)
    assert page.passage.words == "the new sonar 🚢🚢"
    grid = ratings_of(study)
    values = dict(zip(grid.codes, grid.values[grid.coders.index("eva"), grid.units.index(segment.id)], strict=True))
    assert (values[FAIRS], values[TALK], values[COURSES]) == (1.0, 1.0, 0.0)
    check(study)


def test_another_passage_takes_the_place_of_the_first_and_undo_brings_it_back(study, units):
    segment, _ = emoji_unit(study)
    first, second = (selected(study, segment.id, "", "", words) for words in ("the new sonar", "boat fair"))
    say(study, "eva", segment.id, {FAIRS: YES}, passage=first)
    say(study, "eva", segment.id, {FAIRS: YES}, passage=second)
    assert [c.words for c in citations(study, coders=["eva"])] == ["boat fair"]
    take_back(study, "eva")
    assert [c.words for c in citations(study, coders=["eva"])] == ["the new sonar"]
    say(study, "eva", segment.id, {FAIRS: YES}, passage=None)
    assert [c.words for c in citations(study, coders=["eva"])] == [segment.words]
    take_back(study, "eva")
    take_back(study, "eva")
    assert citations(study, coders=["eva"]) == []


# ---- Flags and pace ----


def test_a_flag_is_raised_and_taken_down_without_a_word_on_the_unit(study, units):
    head = log.head(study.store)
    unit_page.set_flag(study, "eva", units[1], True, "ask Ole")
    assert page_of(study, "eva", units[1]).flag == "ask Ole" and page_of(study, "ole", units[1]).flag is None
    assert Queues().open(study, "eva", Choice(order="flagged")).left == {units[1]: None}
    unit_page.set_flag(study, "eva", units[1], False)
    assert page_of(study, "eva", units[1]).flag is None
    assert log.head(study.store) == head


def test_the_pace_is_that_of_work_without_its_pauses(study, units, clock):
    assert unit_page.pace(study, "eva") is None
    say(study, "eva", units[0], {FAIRS: YES, COURSES: NO})
    say(study, "eva", units[1], {FAIRS: YES})
    quick = unit_page.pace(study, "eva")
    clock.time = clock.time.replace(hour=15)
    say(study, "eva", units[2], {TALK: YES})
    assert unit_page.pace(study, "eva") == quick > 0


# ---- The queue ----


def handed(study, desk, coder, choice=Choice()):  # noqa: B008 - a frozen value
    segment = desk.next(study, coder, choice)
    if segment is not None:
        desk.answered(segment, coder)
        page = page_of(study, coder, segment)
        record(study, coder, page, Decision({row.code: NO for row in page.codes}))
    return segment


def test_the_queue_in_order_of_transcripts_is_that_of_the_terminal(study, units):
    alone = Choice(again=True)
    assert list(Queues().open(study, "eva", alone).left) == [item.unit.segment.id for item in audit_queue(study, "eva")]
    everything = Choice(again=True, everything=True)
    expected = [item.unit.segment.id for item in audit_queue(study, "eva", everything=True)]
    assert list(Queues().open(study, "eva", everything).left) == expected


@pytest.mark.parametrize("order", ["uncertain", "random", "blind"])
def test_the_other_orders_that_ask_no_model_are_those_of_the_terminal_too(study, units, order):
    room = list(Queues().open(study, "eva", Choice(order=order, again=True)).left)
    assert room == [item.unit.segment.id for item in audit_queue(study, "eva", order=order)]


def test_uncertain_is_what_was_suggested_near_the_threshold_and_two_such_codes_before_one(study, units):
    assert list(Queues().open(study, "eva", Choice(order="uncertain")).left) == [units[0], units[2], units[1]]
    assert list(Queues().open(study, "eva", Choice(order="uncertain", code=FAIRS)).left) == [units[0], units[1]]


def test_an_order_that_asks_the_model_is_computed_once_beside_the_page(study, units, monkeypatch):
    go_on, calls = Event(), []

    def slow(own, coder, choice):
        assert own is not study
        calls.append(coder)
        go_on.wait(5)
        return {units[2]: ()}

    monkeypatch.setattr(shared_queue, "queue", slow)
    monkeypatch.setattr(background, "PATIENCE", 0)
    desk = Queues()
    for _ in range(2):
        with pytest.raises(WaitError):
            desk.next(study, "eva", Choice(order="diverse"))
    go_on.set()
    monkeypatch.setattr(background, "PATIENCE", 5)
    assert desk.next(study, "eva", Choice(order="diverse")) == units[2]
    assert calls == ["eva"]


@pytest.mark.parametrize(
    ("only", "kept"),
    [
        ({"code": FAIRS}, [0, 1]),
        ({"code": "education"}, [0, 1]),
        ({"code": "educ_tion"}, []),
        ({"case": "Alder"}, [0, 1, 2]),
        ({"case": "Birch"}, []),
        ({"transcript": "alder-1"}, [0, 1, 2]),
        ({"speaker": "Maja"}, [0, 1, 2]),
        ({"speaker": "Interviewer"}, []),
    ],
)
def test_filters_keep_what_fits(study, units, only, kept):
    assert list(Queues().open(study, "eva", Choice(**only)).left) == [units[n] for n in kept]


def test_where_the_model_disagrees_with_a_coder(study, units):
    say(study, "ben", units[1], {FAIRS: NO})
    say(study, "ben", units[2], {TALK: YES})
    found = Queues().open(study, "eva", Choice(against="ben", transcript="alder-1"))
    assert units[1] in found.left and units[2] not in found.left


def test_two_coders_never_get_the_same_unit_and_share_the_work(study, units):
    desk = Queues()
    assert [handed(study, desk, who) for who in ("eva", "ole", "eva", "ole")] == [*units, None]
    assert handed(study, Queues(), "ole", Choice(again=True)) == units[0]


def test_a_unit_on_one_desk_is_handed_to_nobody_else_until_the_lease_is_over(study, units):
    time = [0.0]
    desk = Queues(now=lambda: time[0])
    assert [desk.next(study, who, Choice()) for who in ("eva", "ole", "eva", "ida")] == [*units[:2], units[0], units[2]]
    assert desk.next(study, "uwe", Choice()) is None
    assert desk.holder(units[0], "uwe") == "eva" and desk.holder(units[0], "eva") is None
    assert desk.next(study, "uwe", Choice(again=True)) == units[0]
    time[0] = LEASE + 1
    assert desk.next(study, "uwe", Choice()) == units[0]


def test_a_unit_that_was_skipped_comes_again_at_the_end(study, units):
    desk, choice = Queues(), Choice()
    desk.skip(desk.next(study, "eva", choice), "eva", choice)
    assert [handed(study, desk, "eva") for _ in range(4)] == [units[1], units[2], units[0], None]


def test_what_was_taken_back_comes_up_again_and_what_the_terminal_answered_does_not(study, units):
    desk, choice = Queues(), Choice()
    handed(study, desk, "eva")
    say(study, "ben", units[1], {FAIRS: NO})  # elsewhere: the desk was not told
    assert desk.next(study, "eva", choice) == units[2]
    segment, segments = take_back(study, "eva")
    desk.taken_back(segments, "eva", choice)
    assert desk.next(study, "eva", choice) == units[0] == segment


def test_a_choice_is_read_from_a_link_and_written_to_one():
    choice = Choice(order="random", case="Alder", everything=True)
    assert choice_of(choice.fields()) == choice
    with pytest.raises(UsageError, match="no order `randm`"):
        choice_of({"order": "randm"})
    for fields in ({"order": "uncertain"}, {"code": "a"}, {"against": "ben"}):
        with pytest.raises(UsageError, match="blind mode"):
            choice_of(fields, blind=True)
    for fields in ({"code": "a"}, {"against": "ben"}):
        with pytest.raises(UsageError, match="blind mode"):
            choice_of({"order": "blind", **fields})
    assert choice_of({}, blind=True) == Choice(everything=True, again=True)


def test_reads_are_found_for_one_coder_and_for_anybody(study, units):
    say(study, "eva", units[0], {FAIRS: YES, COURSES: YES})
    assert unit_queries.read(study.store, units) == {units[0]} == unit_queries.read(study.store, units, "eva")
    assert unit_queries.read(study.store, units, "ole") == set()
