import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.tables.cooccurrence import Pair, pairs_of, pairs_table, square

UNITS = {"cost": {1, 2, 3, 4, 5}, "speed": {4, 5, 6, 7}, "risk": {5, 8}, "never": set()}


def test_pairs_by_hand():
    found = pairs_of(UNITS, n=20)
    # cost and speed meet on 4 and 5, all three on 5: 5 * 4 / 20 = 1 by chance, and so on
    assert found == [
        Pair("cost", "speed", 2, 5, 4, 1.0, 2.0),
        Pair("speed", "risk", 1, 4, 2, 0.4, 2.5),
        Pair("cost", "risk", 1, 5, 2, 0.5, 2.0),
    ]
    assert found[0].jaccard == pytest.approx(2 / 7)
    table = pairs_table(found, things="codes", n=20, of=4)
    assert table.rows[1] == ("speed", "risk", 1, 4, 2, 0.4, 2.5, 0.2)
    assert "Of 6 pairs, 3 meet" in table.note
    assert "of 20 that were read" in table.note


def test_the_square_leaves_out_what_occurs_nowhere():
    table = square(UNITS, things="codes", n=20)
    assert table.header == ("Codes", "1", "2", "3")
    assert table.rows == (("1. cost", 5, 2, 1), ("2. speed", 2, 4, 1), ("3. risk", 1, 1, 2))
    assert table.note.endswith("occur nowhere: 1.")


def test_fewer_units_than_have_codes_are_a_mistake():
    with pytest.raises(ValueError, match="7 units were read"):
        pairs_of(UNITS, n=7)
    assert pairs_of({}, n=0) == []


@given(st.dictionaries(st.text(max_size=2), st.frozensets(st.integers(0, 9)), max_size=6), st.integers(10, 99))
def test_lift_is_symmetric_and_bounded(units, n):
    found = pairs_of(units, n)
    backwards = pairs_of(dict(reversed(units.items())), n)
    assert {frozenset((p.a, p.b)): p.lift for p in found} == {frozenset((p.a, p.b)): p.lift for p in backwards}
    for pair in found:
        assert 0 < pair.both <= min(pair.of_a, pair.of_b)
        assert pair.lift == pytest.approx(pair.both / pair.expected)
        assert pair.lift <= n / max(pair.of_a, pair.of_b) + 1e-9
        assert 0 < pair.jaccard <= 1
    assert [pair.both for pair in found] == sorted((pair.both for pair in found), reverse=True)
