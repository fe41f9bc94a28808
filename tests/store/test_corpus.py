"""Transcripts, speakers, cases, segments and units as the store keeps them."""

from coder.store import corpus
from coder.types import Case, Role, Speaker, Transcript, Turn


def test_a_transcript_comes_back_as_it_was(desk):
    stored = corpus.transcripts(desk.store)["alder-1"]
    assert stored.transcript.text.startswith("We meet 🐟 them.")
    assert stored.transcript.turns == (Turn(0, "Maja", 0, 25), Turn(1, "Maja", 26, 45))
    assert stored.sha256 == corpus.digest(stored.transcript)


def test_times_notes_and_encoding_come_back(desk):
    transcript = Transcript(
        "birch-1", "Hej då.", (Turn(0, "Siri", 0, 7, 500, 900),), "vtt", "cp1252", ("guessed", "two")
    )
    with desk.store.transaction("import"):
        corpus.add_text(desk.store, transcript, "birch-1.vtt")
    assert corpus.transcripts(desk.store)["birch-1"].transcript == transcript


def test_the_digest_tells_turns_apart_as_well_as_words():
    one = Transcript("a", "Yes. No.", (Turn(0, "A", 0, 8),))
    two = Transcript("a", "Yes. No.", (Turn(0, "A", 0, 4), Turn(1, "B", 5, 8)))
    assert corpus.digest(one) != corpus.digest(two)
    assert corpus.digest(one) == corpus.digest(Transcript("another name", "Yes. No.", (Turn(0, "A", 0, 8),)))


def test_a_span_has_one_segment(desk):
    with desk.store.transaction("code"):
        again = corpus.segment_at(desk.store, desk.text, 16, 25, "Yes, yes.")
        other = corpus.segment_at(desk.store, desk.text, 16, 24, "Yes, yes")
    assert again == desk.segments[1]
    assert other not in desk.segments


def test_a_segment_knows_its_words_and_turn(desk):
    found = corpus.segments(desk.store)
    assert [found[n].words for n in desk.segments] == ["We meet 🐟 them.", "Yes, yes.", "We teach.", "Yes, yes."]
    assert [found[n].span.turn for n in desk.segments] == [0, 0, 1, 1]
    assert found[desk.segments[0]].speaker == "Maja"


def test_units_come_in_order_with_what_was_said_before(desk):
    with desk.store.transaction("segment"):
        corpus.set_units(desk.store, desk.text, "sentence", desk.segments)
    units = corpus.units(desk.store, "sentence")
    assert [unit.segment.id for unit in units] == desk.segments
    assert [unit.before for unit in units] == ["", "", "We meet 🐟 them. Yes, yes.", "We meet 🐟 them. Yes, yes."]
    assert [round(unit.position, 2) for unit in units] == [0.0, 0.36, 0.58, 0.8]
    assert corpus.units(desk.store, "turn") == []


def test_units_that_are_forgotten_leave_their_codings(desk):
    desk.code(0)
    with desk.store.transaction("segment"):
        corpus.set_units(desk.store, desk.text, "sentence", desk.segments)
        corpus.forget_units(desk.store, desk.text)
    assert corpus.units(desk.store, "sentence") == []
    assert len(corpus.segments(desk.store)) == 4


def test_speakers_and_cases_are_replaced(desk):
    transcript = corpus.transcripts(desk.store)["alder-1"].id
    with desk.store.transaction("import"):
        corpus.set_speakers(
            desk.store, transcript, [Speaker("Maja", Role.RESPONDENT, "CEO"), Speaker("Q", Role.INTERVIEWER)]
        )
        corpus.set_speakers(desk.store, transcript, [Speaker("Maja", Role.RESPONDENT, "Chair")])
        corpus.set_case(desk.store, transcript, "Old", {"size": "9"})
        corpus.set_case(desk.store, transcript, "Alder", {"founded": "1999"})
    assert corpus.speakers(desk.store) == {"alder-1": {"Maja": Speaker("Maja", Role.RESPONDENT, "Chair")}}
    assert corpus.cases(desk.store) == [Case("Alder", ("alder-1",), {"founded": "1999"})]


def test_a_withdrawn_transcript_leaves_its_name_and_no_words(desk):
    with desk.store.transaction("withdraw"):
        desk.store.db.execute("DELETE FROM words")
    assert corpus.transcripts(desk.store) == {} == corpus.segments(desk.store)
    assert corpus.withdrawn_transcripts(desk.store) == ["alder-1"]
    assert set(corpus.transcript_of_segments(desk.store).values()) == {"alder-1"}
    desk.store.close()
    assert not any(b"We teach" in path.read_bytes() for path in desk.store.path.parent.iterdir())


def test_what_differs_between_the_transcripts_of_a_case_is_theirs_alone(desk):
    with desk.store.transaction("import"):
        corpus.add_text(desk.store, Transcript("alder-2", "Yes.", (Turn(0, "A", 0, 4),)), "alder-2.txt")
        for name, round_ in (("alder-1", "1"), ("alder-2", "2")):
            stored = corpus.transcripts(desk.store)[name].id
            corpus.set_case(desk.store, stored, "Alder", {"founded": "1999", "round": round_})
    assert corpus.cases(desk.store)[0].attributes == {"founded": "1999"}
    assert corpus.attributes(desk.store)["alder-2"] == {"founded": "1999", "round": "2"}
