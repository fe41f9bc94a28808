"""The first page: what there is to do."""

import re

from coder.web.app import make_app


def test_the_first_page_says_what_there_is_to_do(anna):
    page = anna.get("/").text
    assert "You have read 0 of" in page
    assert "birch-2" in page


def test_blind_shows_no_counts_of_suggestions(suggested, someone):
    page = someone("anna", make_app(suggested, blind=True)).get("/").text
    assert "To audit" not in page
    assert "blind" in page


def test_what_was_read_as_a_whole_is_read(someone):
    page = someone("ada").get("/").text
    units = [re.sub(r"<[^>]+>|\s+", " ", row).split() for row in re.findall(r"(?s)<tr>(.*?)</tr>", page)[1:]]
    assert all(row[2] == row[3] for row in units if row[0] != "birch-2")
    assert units[-1][0] == "birch-2"
    assert units[-1][3] == "0"
