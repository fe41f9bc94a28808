import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from coder.errors import TableError
from coder.tables.quotation.pseudonyms import Pseudonyms, parse_pseudonyms, read_pseudonyms

FIRMS = Pseudonyms(
    (("Air", "Beta"), ("Cell", "Alfa"), ("Cell AB", "Alfa"), ("O'Hara", "Respondent 1"), ("C++", "Gamma"))
)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Cell bought Air.", "Alfa bought Beta."),
        ("cells in the air", "cells in the air"),
        ("CELL and AIR", "Alfa and Beta"),
        ("Cell's and Cell’s plans", "Alfa's and Alfa’s plans"),
        ("the Cell-based method, non-Cell", "the Alfa-based method, non-Alfa"),
        ("Airbus, Cellkit, BioCell, Cells, Cell2", "Airbus, Cellkit, BioCell, Cells, Cell2"),
        ("Cell AB, Cell\n AB, Cell Absolut", "Alfa, Alfa, Alfa Absolut"),
        ("_Cell_ «Cell»,Cell/Air;", "_Alfa_ «Alfa»,Alfa/Beta;"),
        ("O’Hara and O'Hara and Hara", "Respondent 1 and Respondent 1 and Hara"),
        ("we write C++, not C+", "we write Gamma, not C+"),
        ("Cellé Cell\u0301 Åir", "Cellé Cell\u0301 Åir"),
        ("我们在Cell工作", "我们在Alfa工作"),
        ("שלום Cell שלום", "שלום Alfa שלום"),
        ("", ""),
    ],
)
def test_names_are_replaced_as_whole_words(text, printed):
    assert FIRMS.words(text) == printed


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_accents_are_one_letter_however_they_are_written(form):
    names = Pseudonyms((("Åsa Öberg", "Respondent 1"), ("Ås", "Place 1")))
    text = unicodedata.normalize(form, "Åsa Öberg från Ås och Åsas bror")
    assert names.words(text) == unicodedata.normalize(form, "Respondent 1 från Place 1 och Åsas bror")


def test_scripts_without_spaces_have_names_replaced_wherever_they_stand():
    names = Pseudonyms((("华为", "Alfa"), ("삼성", "Beta"), ("สยาม", "Gamma")))
    assert names.words("我们在华为工作, 삼성은, บริษัทสยามดี") == "我们在Alfa工作, Beta은, บริษัทGammaดี"


def test_scripts_with_vowel_signs_keep_their_longer_words():
    names = Pseudonyms((("राम", "Alfa"), ("בסל", "Beta")))
    assert names.words("राम रामा בסל ובסל") == "Alfa रामा Beta ובסל"
    assert names.left(["राम रामा בסל ובסל"]) == {"रामा": 1, "ובסל": 1}


@pytest.mark.parametrize(
    ("label", "printed"),
    [
        ("cell-1", "Alfa-1"),
        ("CELL_ab", "Alfa"),
        ("cell1", "Alfa-1"),
        ("2019cell", "2019-Alfa"),
        ("cellkit-1", "cellkit-1"),
        ("Interviewer A", "Interviewer A"),
        ("o'hara", "Respondent 1"),
    ],
)
def test_labels_are_renamed_in_any_capitals(label, printed):
    names = Pseudonyms((*FIRMS.pairs, ("Cell_AB", "Alfa")))
    assert names.name(label) == printed


def test_a_number_in_a_name_is_a_whole_number():
    names = Pseudonyms((("Case 1", "Alfa"), ("3M", "Beta")))
    assert (names.name("case 12"), names.name("case 1-2"), names.name("3m-4")) == ("case 12", "Alfa-2", "Beta-4")


def test_longer_words_that_hold_a_name_are_counted():
    texts = ["Airbus and Cell and Airbus.", "Cellkit, cellkit, Cells' AIRBUS", "repair the cells"]
    assert FIRMS.left(texts) == {"Airbus": 2, "AIRBUS": 1, "Cellkit": 1, "Cells": 1}
    assert Pseudonyms((("Karin Berg", "R"),)).left(["Karin Bergs bil, Karin\nBergström"]) == {
        "Karin Bergs": 1,
        "Karin Bergström": 1,
    }


def test_names_are_counted_as_replaced_and_in_any_capitals():
    texts = ["Cell AB's cell", "Cell, CELL and Airbus in the air"]
    assert FIRMS.counts(texts) == {"Cell": 2, "Cell AB": 1}
    assert FIRMS.in_any_capitals(texts) == {"Cell": 3, "Cell AB": 1, "Air": 1}


def test_no_names_change_nothing():
    assert Pseudonyms(()).words("Cell") == "Cell"
    assert Pseudonyms(()).left(["Cell"]) == {}


NAMES = st.lists(
    st.text("ABab1Åå.+( 'æ华", min_size=1, max_size=5).map(lambda s: " ".join(s.split())).filter(bool),
    min_size=1, max_size=4, unique_by=str.casefold,
)  # fmt: skip
TEXTS = st.text("ABab1Åå.+( '-æ华XY\n", max_size=40)


def listed(names):
    """Give each name a pseudonym, as a file would; None where the file is refused."""
    rows = [f'"{name}",X{"YZVW"[n]}' for n, name in enumerate(names)]
    try:
        return parse_pseudonyms("\n".join(["name,pseudonym", *rows]), Path("p.csv"))
    except TableError:
        return None


@given(NAMES, TEXTS)
@example(["A B", "B"], "A A B B")
@example(["华A"], "华A华华A")
def test_what_is_printed_holds_no_name_and_stays_as_it_is(names, text):
    if pseudonyms := listed(names):
        printed = pseudonyms.words(text)
        assert pseudonyms.words(printed) == printed
        assert not pseudonyms.counts([printed])
        assert pseudonyms.words(text) == Pseudonyms(pseudonyms.pairs[::-1]).words(text)
        assert pseudonyms.name(pseudonyms.name(text)) == pseudonyms.name(text)


@given(st.lists(st.sampled_from(["Cell", "Cells", "Air", "Airbus", "unaired", "and", "Åir", "CELLO", "Bircell"])))
def test_whole_words_go_and_longer_words_stay(words):
    names = Pseudonyms((("Cell", "Alfa"), ("Air", "Beta")))
    printed = names.words(", ".join(words)).split(", ")
    assert printed == [{"Cell": "Alfa", "Air": "Beta"}.get(word, word) for word in (words or [""])]
    assert set(names.left(words)) == {w for w in words if re.fullmatch(r".*(Cell|CELL|Air).+", w)}


GOOD = "name,pseudonym\nCell,Alfa\nCell AB,Alfa\nAir,Beta\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_file_is_read_however_a_spreadsheet_saves_it(tmp_path, encoding, separator):
    path = tmp_path / "pseudonyms.csv"
    path.write_bytes(GOOD.replace(",", separator).replace("\n", "\r\n").encode(encoding))
    assert read_pseudonyms(path).pairs == (("Air", "Beta"), ("Cell", "Alfa"), ("Cell AB", "Alfa"))


def test_another_spelling_says_whose_it_is():
    text = "Name,Pseudonym,Of\nEricsson,Alfa,\nLME,,Ericsson\nLM,alfa,ericsson\n"
    assert dict(parse_pseudonyms(text, Path("p.csv")).pairs) == {"Ericsson": "Alfa", "LME": "Alfa", "LM": "alfa"}


@pytest.mark.parametrize(
    ("text", "message", "todo"),
    [
        ("", "p.csv: the table is empty", "name,pseudonym"),
        ("name,pseudonyms\n", "p.csv, line 1: column `pseudonym` is missing", "rename `pseudonyms`"),
        ("name,name,pseudonym\n", "p.csv, line 1: column `name` is there twice", "rename one"),
        ("name,pseudonym\n\nCell,\n", "p.csv, line 3: `Cell` has no pseudonym", "write one"),
        ("name,pseudonym\n,Alfa\n", "line 2: `name` is empty", "delete the row"),
        ("name,pseudonym\nCell,Alfa,x\n", "line 2: the row has 3 cells where the header has 2", "quotes"),
        ('name,pseudonym\nCell,"Al\nfa"\n', "line 2: the pseudonym of `Cell` is broken into lines", "on one line"),
        ("name,pseudonym\n++,Alfa\n", "line 2: `++` is no name", "a letter or a digit"),
        ("name,pseudonym\nCell,Alfa\nCELL,Alfa\n", "line 3: the name `CELL` stands in line 2 already", "capitals"),
        ("name,pseudonym\nCell,Alfa\nAir,alfa\n", "line 3: `Cell` and `Air` have the same pseudonym", "column `of`"),
        ("name,pseudonym\nCell,Air\nAir,Beta\n", "line 2: the pseudonym `Air` has the real name `Air`", "choose"),
        ("name,pseudonym\nCell,Big cell\n", "line 2: the pseudonym `Big cell` has the real name `Cell`", "choose"),
        ("name,pseudonym\nCell,Alfa\nAlfa AB,B\n", "line 2: the pseudonym `Alfa` begins or ends like", "choose"),
        ("name,pseudonym,of\nCell,Alfa,\nC,,Sell\n", "line 3: `of` names `Sell`", "did you mean `Cell`"),
        ("name,pseudonym,of\nCell,Alfa,\nC,Beta,Cell\n", "line 3: `C` and `Cell` have different", "leave"),
    ],
)
def test_what_cannot_be_meant_is_refused(text, message, todo):
    with pytest.raises(TableError) as error:
        parse_pseudonyms(text, Path("p.csv"))
    assert message in str(error.value)
    assert todo in error.value.todo


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(TableError, match="cannot be read"):
        read_pseudonyms(tmp_path)
