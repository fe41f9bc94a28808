"""The reading view: what a coder may see, where a passage begins and ends, what is uncoded, and what is found."""

import pytest

from coder.errors import CodingError, TranscriptError, UsageError
from coder.steps.audit.decisions import undo
from coder.steps.coding.coders import new_coder
from coder.steps.integrity import check
from coder.steps.pages.code_passages import code_quote, code_selection, note, read_whole, take_back
from coder.steps.pages.reading_view import Goal, View, WordsGoneError, hits, read, search, transcripts
from coder.store import corpus, log
from coder.store.judgements import judgement, judgements
from coder.types import Coder, Coding

COURSE = "education/customers/courses"
FAIR = "contact/fairs"


def utf16(text):
    return len(text.encode("utf-16-le")) // 2


def select(study, words, until=None, name="alder-1", coder="cleo", code=FAIR, **more):
    """Code from the first of `words` to the last of `until`, as a browser's selection would."""
    page = read(study, coder, name)
    until = until or words
    first = next(turn for turn in page.turns if words in turn.words)
    last = next(turn for turn in page.turns if until in turn.words)
    start = utf16(first.words[: first.words.index(words)])
    end = utf16(last.words[: last.words.index(until) + len(until)])
    mark = (first.n, start, last.n, end)
    return code_selection(study, coder, name, mark, code, **{"text": page.text, "shown": "nothing"} | more)


def said(study, coder="cleo"):
    segments = corpus.segments(study.store)
    return [(segments[e.segment].words, e.code, e.shown, e.memo) for e in judgements(study.store, coder)]


def suggest(study, code=FAIR, words="I like the sea 🌊."):
    """Let a model suggest a code for a unit, and return the suggestion's event."""
    segment = next(s.id for s in corpus.segments(study.store).values() if s.words == words)
    with study.store.transaction("suggest"):
        log.add_coder(study.store, Coder("model-1", "model"))
        return log.append(study.store, [Coding(segment, code, "model-1", confidence=0.9)], study.scheme_version())[0]


# --- coding ---


def test_a_selection_after_and_across_emoji_is_the_words_that_were_selected(study):
    select(study, "🚢🚢. Yes", memo=" two ships ")
    select(study, "sonar? 🐟", "We hold", code="suppliers courses", shown="codings")
    assert said(study) == [
        ("🚢🚢. Yes", FAIR, "nothing", "two ships"),
        ("sonar? 🐟\nMaja: We hold", "education/suppliers/courses", "codings", ""),
    ]
    assert check(study).findings == ()


def test_white_space_at_the_ends_is_left_out_and_a_unit_is_the_unit_itself(study):
    select(study, " They ask one another at the fair what they caught. ")
    [event] = judgements(study.store, "cleo")
    assert event.segment in corpus.unit_ids(study.store, 1, "sentence")


@pytest.mark.parametrize(
    ("mark", "message"),
    [
        ((0, 0, 0, 0), "holds no words"),
        ((0, 5, 0, 2), "holds no words"),
        ((0, 0, 99, 1), "no turn 100"),
        ((0, 0, 0, 9999), "outside the text"),
        ((0, 0, 0, utf16("How do the skippers learn your sonar? 🐟") - 1), "cuts a character"),
    ],
)
def test_a_selection_that_is_none_is_refused(study, mark, message):
    text = read(study, "cleo", "alder-1").text
    with pytest.raises(CodingError, match=message):
        code_selection(study, "cleo", "alder-1", mark, FAIR, text=text, shown="nothing")
    assert said(study) == []


def test_a_selection_in_a_version_that_was_corrected_meanwhile_is_refused(study):
    with pytest.raises(CodingError, match="was corrected since"):
        select(study, "We hold", text=99)


def test_a_quote_is_located_and_may_end_with_later_words(study):
    code_quote(study, "cleo", "alder-1", "The course  lasts two days.", FAIR, shown="nothing")
    code_quote(study, "cleo", "alder-1", "They ask one", FAIR, until="rope maker", shown="nothing", memo="long")
    assert [words for words, *_ in said(study)] == [
        "The course lasts two days.",
        "They ask one another at the fair what they caught. The coffee is good. We teach the rope maker",
    ]


def test_the_turn_tells_apart_what_is_said_twice(study):
    with pytest.raises(CodingError, match="stands at 2 places"):
        code_quote(study, "cleo", "alder-1", "Yes, yes.", FAIR, shown="nothing")
    code_quote(study, "cleo", "alder-1", "Yes, yes.", FAIR, turn=3, shown="nothing")
    [event] = judgements(study.store, "cleo")
    assert corpus.segments(study.store)[event.segment].span.turn == 3
    with pytest.raises(CodingError, match="do not come after"):
        code_quote(study, "cleo", "alder-1", "And afterwards?", FAIR, until="boat fair", shown="nothing")


def test_passages_overlap_and_a_code_needs_only_a_part_of_its_name(study):
    select(study, "We hold a course", code="customers courses")
    select(study, "a course for the skippers", code="customers fairs")
    with pytest.raises(UsageError, match="fits 2 codes"):
        select(study, "We hold", code="customers")
    assert len(read(study, "cleo", "alder-1").passages) == 2


def test_one_takes_back_and_notes_ones_own_and_nobody_elses(study):
    [event] = select(study, "We hold a course", memo="first")
    [noted] = note(study, "cleo", event, "second", shown="nothing")
    with pytest.raises(UsageError, match="not a current coding of yours"):
        take_back(study, "cleo", event, shown="nothing")  # it is no longer the last word
    with pytest.raises(UsageError, match="not a current coding of yours"):
        take_back(study, "ben", noted, shown="nothing")
    assert said(study) == [("We hold a course", FAIR, "nothing", "second")]
    [last] = take_back(study, "cleo", noted, shown="codings")
    assert said(study) == []
    assert (judgement(study.store, last).verdict, judgement(study.store, last).shown) == ("withdrawn", "codings")
    undo(study, "cleo")
    assert said(study) == [("We hold a course", FAIR, "nothing", "second")]


def test_to_code_what_is_suggested_in_sight_answers_the_suggestion(study):
    suggestion = suggest(study)
    [answer] = select(study, "I like the sea 🌊.", shown="suggestions")
    [alone] = select(study, "I like the sea 🌊.", coder="dora")
    assert judgement(study.store, answer).responds_to == suggestion
    assert judgement(study.store, alone).responds_to is None
    [noted] = note(study, "cleo", answer, "so it is", shown="nothing")
    assert judgement(study.store, noted).responds_to == suggestion


# --- what is visible ---


def test_each_view_shows_ones_own_and_what_it_names(study):
    suggest(study)
    select(study, "We hold a course")
    seen = {view: {p.coder for p in read(study, "cleo", "alder-1", view=view).passages} for view in View}
    assert seen == {"own": {"cleo"}, "people": {"cleo", "ada", "ben"}, "suggestions": {"cleo", "model-1"}}


def test_others_doubts_and_what_was_taken_back_are_not_shown(study):
    passages = read(study, "cleo", "alder-1", view=View.PEOPLE).passages
    assert {p.verdict for p in passages if p.coder == "ben"} == {"present"}
    assert "unsure" in {p.verdict for p in read(study, "ben", "alder-1").passages}


def test_a_part_shows_the_passages_that_reach_into_it(study, monkeypatch):
    [event] = select(study, "The coffee is good.", "We teach the rope maker")
    monkeypatch.setattr("coder.steps.pages.reading_view.PART", 2)
    monkeypatch.setattr("coder.steps.pages.reading_view.MORE", 1)
    for goal in (
        Goal("turn", 3),
        Goal("turn", 77),
        Goal("event", event),
        Goal("hit", 1),
        Goal("unit", last_unit(study)),
    ):
        page = read(study, "cleo", "alder-1", goal=goal, query="yes, yes")
        assert ([turn.n for turn in page.turns], len(page.passages)) == ([2, 3], 1)
    for goal in (Goal(), Goal("turn", -5), Goal("event", 1), Goal("hit", 7), Goal("unit", 999)):
        page = read(study, "cleo", "alder-1", goal=goal)
        assert ([turn.n for turn in page.turns], len(page.passages)) == ([0, 1, 2], 0)
    assert (page.turns[1].title, page.total, page.all_units) == ("CEO", 4, 10)


def last_unit(study):
    return corpus.unit_ids(study.store, 1, "sentence")[-1]


def test_a_unit_is_said_of_when_half_of_the_shorter_is_shared(study):
    select(study, "long month. The course lasts two days")
    words = {study_words(study, place): place.said for place in read(study, "cleo", "alder-1").units}
    assert [unit for unit, told in words.items() if told] == ["It is a long month.", "The course lasts two days."]


def study_words(study, place):
    return corpus.segments(study.store)[place.segment].words


def test_reading_as_a_whole_says_something_of_every_unit_and_can_be_taken_back(study):
    [event] = read_whole(study, "cleo", "alder-1", shown="nothing")
    page = read(study, "cleo", "alder-1")
    assert (page.whole, all(place.said for place in page.units)) == (event, True)
    assert read_whole(study, "cleo", "alder-1", shown="nothing") == []
    take_back(study, "cleo", event, shown="nothing")
    assert read(study, "cleo", "alder-1").whole is None


def test_progress_counts_units_codings_and_wholes(study):
    select(study, "They ask one another at the fair what they caught.")
    select(study, "We hold a course")
    read_whole(study, "cleo", "birch-2", shown="nothing")
    found = {entry.name: entry for entry in transcripts(study, "cleo")[0]}
    assert list(found) == ["alder-1", "alder-2", "birch-1", "birch-2"]
    first, last = found["alder-1"], found["birch-2"]
    assert (first.case, first.kept, first.turns, first.read, first.codings, first.whole) == (
        "Alder",
        True,
        4,
        1,
        2,
        False,
    )
    assert (last.read, last.codings, last.whole) == (last.units, 0, True)  # read as a whole is each unit read
    assert first.units == len(read(study, "cleo", "alder-1").units)


def test_the_list_comes_in_pages(study, monkeypatch):
    monkeypatch.setattr("coder.steps.pages.reading_view.LISTED", 3)
    names = {page: [entry.name for entry in transcripts(study, "cleo", page)[0]] for page in (0, 1, 2, 9)}
    assert names == {0: names[1], 1: ["alder-1", "alder-2", "birch-1"], 2: ["birch-2"], 9: ["birch-2"]}
    assert transcripts(study, "cleo")[1] == 2


def test_deleted_words_and_unknown_names_are_told_apart(study):
    with study.store.transaction("withdraw"):
        study.store.db.execute(
            "DELETE FROM words WHERE text = (SELECT id FROM current_text WHERE file LIKE '%alder-1%')"
        )
    with pytest.raises(WordsGoneError) as gone:
        read(study, "cleo", "alder-1")
    assert gone.value.events == 9
    assert [entry.kept for entry in transcripts(study, "cleo")[0]] == [False, True, True, True]
    with pytest.raises(TranscriptError, match="did you mean `alder-2`"):
        read(study, "cleo", "adler-2")


def test_a_model_cannot_code_by_hand(study):
    suggest(study)
    with pytest.raises(CodingError, match="a model's name"):
        select(study, "We hold", coder="model-1")


# --- search ---


def test_search_is_literal_and_blind_to_case_space_and_composition():
    text = "Café. CAFE\u0301 a.b\n\tA.B axb"
    assert [text[slice(*span)] for span in hits(text, "café")] == ["Café", "CAFE\u0301"]
    assert [text[slice(*span)] for span in hits(text, "a.b a.b")] == ["a.b\n\tA.B"]
    assert list(hits(text, "  ")) == []


def test_search_over_all_transcripts_counts_all_and_shows_the_words_around(study, monkeypatch):
    counts, found = search(study, "THE FAIR")
    assert counts == {"alder-1": 1, "alder-2": 1, "birch-1": 2, "birch-2": 2}
    [hit] = found["alder-1"]
    assert (hit.turn, hit.hit, hit.words) == (3, 0, "the fair")
    assert hit.before == "Yes, yes. They ask one another at "
    assert search(study, "Maja:") == ({}, {})  # a label is none of the words that were said
    monkeypatch.setattr("coder.steps.pages.reading_view.MOST_HITS", 3)
    counts, found = search(study, "THE FAIR")
    assert (sum(counts.values()), sum(map(len, found.values()))) == (6, 3)


def test_a_new_coder_has_come_nowhere(study):
    new_coder(study, "dora")
    assert {entry.read for entry in transcripts(study, "dora")[0]} == {0}
    assert read(study, "dora", "birch-2").passages == ()
