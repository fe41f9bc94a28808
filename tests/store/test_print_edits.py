import sqlite3

import pytest

from coder.store import print_edits
from coder.store.judgements import superseding
from coder.types import Coding, Verdict

WORDS = "We meet 🐟 them."


def test_the_last_word_on_a_citation_holds_whoever_coded_it(desk):
    [one], [two] = desk.code(0, "a", "ada"), desk.code(0, "a", "ben")
    with desk.store.transaction("pin"):
        print_edits.write_pin(desk.store, one, "eva", True)
    assert print_edits.pins(desk.store)[desk.segments[0], "a"].pinned
    with desk.store.transaction("pin"):
        print_edits.write_pin(desk.store, two, "eva", False)
    [pin] = print_edits.pins(desk.store).values()
    assert (pin.event, pin.pinned, pin.coder) == (two, False, "eva")


def test_the_last_edit_holds_as_long_as_the_words_are_those(desk):
    segment = desk.segments[0]
    with desk.store.transaction("edit"):
        print_edits.write_edit(desk.store, segment, WORDS, [(0, 2, "[They]")], "eva")
        print_edits.write_edit(desk.store, segment, WORDS, [(0, 2, "[“They”]")], "eva")
    found = print_edits.edits(desk.store)[segment]
    assert found.edits == ((0, 2, "[“They”]"),)
    assert found.fits(WORDS) and not found.fits("We met them.")
    with desk.store.transaction("edit"):
        print_edits.write_edit(desk.store, segment, WORDS, [], "eva")
    assert print_edits.edits(desk.store)[segment].edits == ()
    assert [len(one.edits) for one in print_edits.edits_of(desk.store, segment)] == [1, 1, 0]


def test_empty_words_take_a_translation_back(desk):
    segment = desk.segments[0]
    with desk.store.transaction("translate"):
        print_edits.write_translation(desk.store, segment, WORDS, "sv", "Vi möter dem.", "eva")
        print_edits.write_translation(desk.store, segment, WORDS, "de", "Wir treffen sie.", "eva")
        print_edits.write_translation(desk.store, segment, WORDS, "sv", "", "eva")
    assert list(print_edits.translations(desk.store)[segment]) == ["de"]


def test_translations_go_with_the_words_of_the_interview(desk):
    with desk.store.transaction("translate"):
        print_edits.write_translation(desk.store, desk.segments[0], WORDS, "sv", "Vi möter dem.", "eva")
        print_edits.write_edit(desk.store, desk.segments[0], WORDS, [(0, 2, "[They]")], "eva")
    assert print_edits.passage(desk.store, desk.segments[0]).words == WORDS
    with desk.store.transaction("withdraw"):
        desk.store.db.execute("DELETE FROM words WHERE text = ?", (desk.text,))
    assert desk.store.one("SELECT count(*) FROM translation") == 0
    assert print_edits.passage(desk.store, desk.segments[0]) is None
    assert len(print_edits.edits(desk.store)) == 1


@pytest.mark.parametrize("table", ["pin", "print_edit", "translation"])
def test_what_was_written_is_not_rewritten(desk, table):
    [event] = desk.code(0)
    with desk.store.transaction("edit"):
        print_edits.write_pin(desk.store, event, "eva", True)
        print_edits.write_edit(desk.store, desk.segments[0], WORDS, [], "eva")
        print_edits.write_translation(desk.store, desk.segments[0], WORDS, "sv", "Vi", "eva")
    with pytest.raises(sqlite3.IntegrityError, match="never changed"):
        desk.store.db.execute(f"UPDATE {table} SET coder = 'x'")
    if table != "translation":
        with pytest.raises(sqlite3.IntegrityError, match="never deleted"):
            desk.store.db.execute(f"DELETE FROM {table}")


def test_a_segment_is_cited_by_its_last_citation_and_by_what_became_of_it(desk):
    desk.code(0, "a", "ada")
    [two] = desk.code(0, "b", "ben")
    [three] = desk.say(Coding(desk.segments[0], None, "ben"))
    [four] = desk.code(0, "b", "ben", Verdict.UNSURE)
    [five] = desk.code(0, "b", "ben", Verdict.ABSENT)
    assert print_edits.last_citation(desk.store, desk.segments[0]) == two
    assert [event.id for event in superseding(desk.store, two)] == [four, five]
    assert superseding(desk.store, three) == []
