from dataclasses import replace

import pytest

from coder.errors import TableError
from coder.tables.rounds import change

WORDS = {"alder-1": 2000, "alder-2": 500, "birch-1": 1000, "cedar-1": 0}
ROUNDS = {"alder-1": {"round": "9"}, "alder-2": {"round": "10"}, "birch-1": {"round": "9"}, "cedar-1": {}}


def of(study, **more):
    given = {"by": "round", "words": WORDS, "attributes": ROUNDS} | more
    found = [replace(cited, attributes=ROUNDS[cited.transcript]) for cited in study.citations]
    return change(found, study.scheme, study.cases, **given)


def test_rates_and_change_by_hand(study):
    table = of(study)
    assert table.title == "Codes by round: passages per 1,000 words"
    assert table.header == (
        "Code",
        "round 9: passages",
        "round 9: rate",
        "round 10: passages",
        "round 10: rate",
        "Change",
    )
    # the fair of alder-1 was coded by two people and is one passage; 3,000 words in round 9, 500 in round 10
    assert table.rows[0] == ("education/customers/fairs", 2, 0.67, 1, 2.0, 1.33)
    assert table.rows[3] == ("education/suppliers/research", 0, 0.0, 0, 0.0, 0.0)
    assert table.rows[4] == ("contact/fairs", 1, 0.33, 0, 0.0, -0.33)
    assert table.rows[-1] == ("All", 5, 1.67, 2, 4.0, 2.33)
    assert "Words in round 9: 3000 (transcripts: 2); round 10: 500 (transcripts: 1)." in table.note
    assert "without round, which are left out: 1" in table.note


def test_rows_may_be_a_facet_and_their_counts_add_up(study):
    table = of(study, rows="dimension")
    assert [row[:2] for row in table] == [
        ("education/customers", 3),
        ("education/suppliers", 0),
        ("contact", 2),
        ("All", 5),
    ]
    columns = list(zip(*table.rows, strict=True))
    assert all(sum(columns[n][:-1]) == columns[n][-1] for n in (1, 3))


def test_what_was_said_in_no_round_is_left_out(study):
    stray = replace(study.citations[0], transcript="cedar-1")
    table = change([stray], study.scheme, study.cases, by="round", words=WORDS, attributes=ROUNDS)
    assert table.rows[-1] == ("All", 0, 0.0, 0, 0.0, 0.0)


def test_a_round_in_which_nothing_was_said_has_no_rate(study):
    assert of(study, words={**WORDS, "alder-2": 0}).rows[0] == ("education/customers/fairs", 2, 0.67, 1, None, None)


def test_rounds_that_are_not_there_are_told(study):
    with pytest.raises(TableError, match=r"(?s)`ronde`.*did you mean `round`"):
        of(study, by="ronde")
    with pytest.raises(TableError, match="no transcript has"):
        of(study, attributes={})
    with pytest.raises(TableError, match="the same `round`: 9"):
        of(study, words={"alder-1": 10, "birch-1": 10})
    with pytest.raises(TableError, match="no `dimensoin`"):
        of(study, rows="dimensoin")
