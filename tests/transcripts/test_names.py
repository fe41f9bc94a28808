import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.transcripts.name_words import entities, name_words
from coder.transcripts.names import Candidate, Kind, NameWords, contacts, find, rows

COMMON = frozenset(["the", "and", "we", "will", "i", "han", "en", "jag", "hope"])
WORDS = NameWords(COMMON, frozenset({"anna", "will", "björn"}))


def found(text, language="en", **names):
    return {one.name: one for one in find([text], language, WORDS, {name: Kind(kind) for name, kind in names.items()})}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("anna.berg+x@mail.cell.se", "e-mail"),
        ("anna dot berg at cell dot com", "e-mail"),
        ("anna snabel-a cell punkt se", "e-mail"),
        ("https://cell.se/om-oss?x=1", "link"),
        ("www.surdegslördag.se", "link"),
        ("cell.fi/om", "link"),
        ("+46 70 123 45 67", "phone"),
        ("(0)40 555 1234", "phone"),
        ("0304-55 01 27", "phone"),
        ("555-0172", "phone"),
        ("19800101-1234", "personal number"),
        ("800161-1234", "personal number"),
        ("131052-308T", "personal number"),
    ],
)
def test_addresses_and_numbers_are_found_whole(text, kind):
    said = f"write to {text}, please."
    assert [(said[p.start : p.end], p.kind.value) for p in contacts(said)] == [(text, kind)]


@pytest.mark.parametrize(
    "text", ["2019-2020", "10 000 000 kronor", "00:05:10.500", "3.5 percent", "e.g. this", "at 16.30", "2011, 2012"]
)
def test_years_sums_and_times_are_no_numbers_of_anybody(text):
    assert not list(contacts(f"it was {text} then"))


def test_a_name_in_the_midst_of_a_sentence_is_surer_than_one_at_its_beginning():
    names = found(
        "We asked Medivance. Somebody came. I saw Hope, and hope is all somebody has. Medivance sent Kestrel Foods."
    )
    assert (names["Medivance"].times, names["Medivance"].sure, names["Somebody"].sure) == (2, 2, 0)
    assert names["Kestrel Foods"].sure == 2
    assert names["Hope"].sure == 1
    assert "We" not in names


def test_forms_with_an_ending_are_one_candidate_and_parts_belong_to_the_longer_name():
    names = found("Jag såg Lennart Ek. Sen kom Lennarts bror, och han tog Lennart-båten till Orrvikens kaj.", "sv")
    assert {form: ending for form, (_, ending) in names["Lennart"].forms.items()} == {"Lennart": "", "Lennarts": "s"}
    assert names["Lennart"].within == "Lennart Ek"
    assert "Orrvikens" in names


def test_listed_names_are_found_in_any_capitals_and_as_part_of_longer_words():
    names = found("we like CELL. Cell-projektet, or Cellprojektet, is not a cell.", "sv", Cell="organisation")
    assert names["Cell"].times == 2
    assert names["Cellprojektet"].within == "Cell"
    assert (names["cell"].sure, names["cell"].within) == (2, "Cell")


def test_names_in_small_letters_are_candidates_of_their_own():
    names = found("so I said to anna, who is called jojo, don't. and björn came")
    assert {"anna", "jojo", "björn"} <= names.keys()
    assert "don" not in names


def test_words_for_roles_are_no_names():
    assert not found("Interviewer: why?\nRespondent: because.\n")


def test_an_ending_follows_a_digit_after_a_colon():
    lennart = Candidate("Lennart", Kind.PERSON, 2, {"Lennart": (2, ""), "Lennarts": (1, "s")})
    assert rows([(lennart, "Person 1")]) == {"Lennart": "Person 1", "Lennarts": "Person 1:s"}
    assert rows([(lennart, "Olof")]) == {"Lennart": "Olof", "Lennarts": "Olofs"}


@given(st.text(alphabet="Ab c.@-7’'Åå\n", max_size=60))
def test_every_candidate_stands_where_it_was_seen(text):
    for one in find([text], "sv", WORDS, {"Ab": Kind.PERSON}):
        assert all(text[start:end] in one.forms for _, start, end in one.seen)


def test_words_of_a_language_are_those_of_spacy_of_lists_and_of_faker():
    words = name_words("sv")
    assert "och" in words.common
    assert "jocke" in words.first_names
    assert name_words("xx").common == frozenset()
    assert entities("sv") is None
