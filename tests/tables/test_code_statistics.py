from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coder.tables.citation_order import words_coded
from coder.tables.code_statistics import code_statistics
from coder.types import Citation, Code, FacetValue, Provenance, Scheme


def figures(table, level, code, columns=("Sources", "References", "Words coded", "Cases", "Share of text %")):
    row = next(row for row in table if row[:2] == (level, code))
    return tuple(row[table.header.index(name)] for name in columns)


SPLIT = ("References", "Passages", "Human", "Accepted", "Bulk", "Unreviewed")


def test_each_level_by_hand(study):
    table = code_statistics(study.citations, study.scheme, words_in_study=70)
    assert [row[:2] for row in table][:4] == [
        ("dimension", "education"),
        ("dimension", "education/customers"),
        ("dimension", "education/suppliers"),
        ("dimension", "contact"),
    ]
    # sources, references, words, cases, share: the fair's 21 words were coded by two people
    assert figures(table, "code", "education/customers/fairs") == (3, 4, 21 + 5 + 9, 2, 50.0)
    assert figures(table, "code", "education/customers/seminars") == (1, 1, 5, 1, 7.14)
    assert figures(table, "code", "education/suppliers/research") == (0, 0, 0, 0, 0.0)
    assert figures(table, "dimension", "education") == (3, 6, 21 + 5 + 9 + 5 + 11, 2, 72.86)
    # `so R&D … grumbling.` (8 words) lies in both passages on fairs and counts once
    assert figures(table, "mechanism", "fairs") == (3, 5, 35 + 5, 2, 57.14)
    assert figures(table, "all", "all codes")[1] == 8


def test_a_passage_under_two_codes_counts_once_where_they_meet(study):
    twice = replace(study.citations[1], event=99, code="education/customers/research")
    table = code_statistics([study.citations[1], twice], study.scheme, words_in_study=100)
    assert figures(table, "code", "education/customers/research") == (1, 1, 21, 1, 21.0)
    assert figures(table, "dimension", "education/customers") == (1, 1, 21, 1, 21.0)
    assert figures(table, "all", "all codes") == (1, 1, 21, 1, 21.0)


def test_a_tree_tells_a_code_from_what_is_below_it(study, plain):
    scheme = plain("partners", "partners/technology", "net")
    found = [
        replace(study.citations[1], code="partners"),
        replace(study.citations[6], code="partners/technology"),
    ]
    table = code_statistics(found, scheme, words_in_study=50)
    assert [row[:6] for row in table] == [
        ("heading", "partners", 2, 2, 2, 26),
        ("code", "partners", 1, 1, 1, 21),
        ("code", "partners/technology", 1, 1, 1, 5),
        ("code", "net", 0, 0, 0, 0),
        ("all", "all codes", 2, 2, 2, 26),
    ]


def test_a_study_without_words_has_no_share(study):
    table = code_statistics([], study.scheme, words_in_study=0)
    assert figures(table, "all", "all codes") == (0, 0, 0, 0, None)


def test_a_passage_of_two_coders_is_two_references_and_one_passage(study):
    table = code_statistics(study.citations, study.scheme, words_in_study=70)
    assert figures(table, "code", "education/customers/fairs", SPLIT) == (4, 3, 4, 0, 0, 0)
    assert figures(table, "all", "all codes", SPLIT) == (8, 7, 6, 1, 0, 1)


def test_the_split_counts_what_was_not_chosen(study):
    bulk = replace(study.citations[0], event=9, start=40, end=50, provenance=Provenance.BULK)
    every = [*study.citations, bulk]
    chosen = [cited for cited in every if cited.provenance is Provenance.HUMAN]
    table = code_statistics(chosen, study.scheme, words_in_study=70, every=every)
    assert figures(table, "all", "all codes", SPLIT) == (6, 5, 6, 1, 1, 1)
    assert figures(table, "dimension", "education", SPLIT) == (5, 4, 5, 0, 1, 1)
    assert figures(table, "mechanism", "seminars", SPLIT) == (1, 1, 1, 0, 1, 0)
    assert "also those that the other columns leave out" in " ".join(table.note.split())


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["Ada", "Ben"]), st.sampled_from(Provenance))))
def test_references_of_the_four_origins_add_up_where_each_passage_has_one(marks):
    """One passage of one coder has one provenance here, so the split is a partition."""
    kinds = {(start, coder): kind for start, coder, kind in marks}
    found = [
        replace(passage(start, start + 3, "a"), coder=coder, provenance=kind) for (start, coder), kind in kinds.items()
    ]
    scheme = Scheme("s", ("code",), (FacetValue("code", "a"),), (Code("a", {"code": "a"}),))
    references, unique, *split = figures(code_statistics(found, scheme, words_in_study=9), "code", "a", SPLIT)
    assert sum(split) == references == len(kinds)
    assert unique == len({start for start, _ in kinds})


TEXT = "one two  three\nfour-and five 🙂 six"
SPANS = st.tuples(st.integers(0, len(TEXT) - 1), st.integers(1, len(TEXT))).filter(lambda s: s[0] < s[1])


def passage(start, end, transcript):
    return Citation(
        event=1, code="a", facets={}, words=TEXT[start:end], transcript=transcript, case="", turn=0,
        start=start, end=end, at_ms=None, speaker="", title="", coder="", coded_at="",
    )  # fmt: skip


@settings(deadline=None)  # a busy machine must not fail it
@given(st.lists(SPANS))
def test_words_of_overlapping_passages_are_the_words_of_their_union(spans):
    covered = {i for start, end in spans for i in range(start, end)}
    # what no passage covers or touches parts the passages as white space would
    kept = "".join(char if i in covered else " " for i, char in enumerate(TEXT))
    once = [passage(start, end, "a") for start, end in spans]
    assert words_coded(once) == len(kept.split())
    assert words_coded([*once, *once]) == words_coded(once)


@pytest.mark.parametrize("other", ["a", "b"])
def test_the_same_words_in_two_transcripts_count_twice(other):
    found = [passage(0, 7, "a"), passage(4, 14, other)]
    assert words_coded(found) == (3 if other == "a" else 4)
