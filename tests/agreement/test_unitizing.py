"""Reliability of unitizing against published examples, and what must hold of it."""

import math
import sys

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from shared.marks import CODES, judgements, marked

from coder.agreement.gamma import gamma_rows
from coder.agreement.spans import lay
from coder.agreement.unitizing import (
    GAP,
    MARGIN,
    alpha_2004,
    binary_u_alpha_of,
    c_alpha_binary_of,
    coverage_of,
    cu_alpha_of,
    u_alpha_of,
    unit_counts,
    units_of,
    value_alphas_of,
    value_coverage_of,
)
from coder.errors import UsageError
from coder.types import Judgement, Span, Verdict

SAME = {code: code for code in CODES}
FAMILY = (u_alpha_of, binary_u_alpha_of, cu_alpha_of, c_alpha_binary_of)

# the three annotators Alex, Paul and Suzan of Mathet, Widlöcher & Métivier (2015) on a continuum of 60; Krippendorff
# (2019, figure 12.11) computes the family of 2016 on it
THREE = [
    *(("Alex", code, *span) for code, *span in (("1", 2, 9), ("2", 11, 17), ("5", 24, 30), ("6", 32, 36))),
    *(("Alex", code, *span) for code, *span in (("6", 36, 44), ("7", 44, 60))),
    *(("Paul", code, *span) for code, *span in (("1", 2, 9), ("3", 11, 17), ("5", 19, 25), ("6", 32, 44))),
    *(("Suzan", code, *span) for code, *span in (("1", 2, 9), ("4", 11, 17), ("5", 21, 27))),
    *(("Suzan", "6", start, start + 4) for start in (32, 36, 40)),
]
# Krippendorff (2004), p. 254: from 150, a continuum of 300
P254 = [
    *(("i", "c", 75, 145), ("i", "c", 220, 250), ("j", "c", 70, 150), ("j", "c", 205, 225), ("j", "c", 250, 270)),
    *((name, "k", *span) for name in "ij" for span in ((30, 90), (150, 200))),
]
# Krippendorff (1995), p. 57: (begin, length) on a continuum of 24
P57 = {
    "A": ([(2, 8), (14, 6)], [(4, 4), (15, 2)]),
    "B": ([(0, 18)], [(0, 2), (2, 1), (3, 1), (4, 1), (5, 1), (6, 3), (9, 1)]),
    "C": ([(2, 6), (10, 2), (14, 4), (20, 2)], [(0, 2), (4, 4), (10, 4), (16, 2), (20, 2)]),
    "D": ([(0, 2), (2, 8), (10, 4), (14, 6), (20, 4)], [(0, 4), (4, 4), (8, 7), (15, 2), (17, 7)]),
}


def counts_of(line, values=None):
    return unit_counts(units_of(line, values or {code: code for code in line.codes})).sum(axis=0)


def p57(code, stretch):
    rows = [
        (coder, code, int(start * stretch), int((start + length) * stretch))
        for coder, spans in zip(("one", "other"), P57[code], strict=True)
        for start, length in spans
    ]
    return marked(int(24 * stretch), rows, ("one", "other"))


def test_the_family_of_2016_is_the_published_one():
    line = marked(60, THREE, ("Alex", "Paul", "Suzan"))
    counts = counts_of(line)
    assert u_alpha_of(counts) == pytest.approx(0.510, abs=0.0005)
    assert binary_u_alpha_of(counts) == pytest.approx(0.413, abs=0.0005)
    assert cu_alpha_of(counts) == pytest.approx(0.724, abs=0.0005)
    labels = units_of(line, {code: code for code in line.codes}).labels[1:]
    each = dict(zip(labels, value_alphas_of(counts).tolist(), strict=True))
    assert {label: value for label, value in each.items() if not math.isnan(value)} == {
        **dict.fromkeys("156", 1.0),
        **dict.fromkeys("234", 0.0),
    }
    covered = dict(zip(labels, value_coverage_of(counts).tolist(), strict=True))
    assert covered["5"] == pytest.approx(8 / 18)
    assert covered["7"] == 0


def test_the_alpha_of_2004_is_the_published_one():
    line = marked(300, P254, ("i", "j"))
    c, k = alpha_2004(line, "c"), alpha_2004(line, "k")
    assert (round(c.observed, 4), round(c.expected, 4)) == (0.0144, 0.0532)
    assert (round(k.observed, 4), round(k.expected, 4)) == (0.0, 0.0490)
    assert c.alpha == pytest.approx(0.7286, abs=0.00005)
    assert k.alpha == 1
    # .8591 in the book, from the rounded disagreements; unrounded .8587
    assert pytest.approx(0.8591, abs=0.00005) == 1 - 0.0144 / (0.0532 + 0.0490)
    assert 1 - (c.observed + k.observed) / (c.expected + k.expected) == pytest.approx(0.8591, abs=0.0005)


@pytest.mark.parametrize(
    ("code", "observed", "expected", "alpha"),
    [
        ("A", 0.03125, 0.06990, 0.553),
        ("B", 2.26736, 1.17731, -0.926),  # the formula of 2004 expects 1.17578: -.928
        ("C", 0.02777, 0.08642, 0.679),  # .09050: .693; .08642 is without the units' own squared lengths
        ("D", 0.38715, 0.41445, 0.066),
    ],
)
def test_the_alpha_of_1995_is_the_published_one(code, observed, expected, alpha):
    found = alpha_2004(p57(code, 50_000), code)
    assert found.observed == pytest.approx(observed, abs=0.00001)
    same = code in "AD"
    assert found.expected == pytest.approx(expected, abs=0.00001 if same else 0.005)
    assert found.alpha == pytest.approx(alpha, abs=0.0005 if same else 0.015)


@pytest.mark.parametrize(("stretch", "expected"), [(0.5, 0.05494), (5, 0.08234), (50, 0.08600)])
def test_expected_disagreement_grows_with_the_length_of_the_line_as_published(stretch, expected):
    assert alpha_2004(p57("C", stretch), "C").expected == pytest.approx(expected, abs=0.005)


def test_units_within_a_unit():
    line = marked(10, [("Ada", "A", 1, 9), *(("Ben", "A", n, n + 1) for n in (2, 4, 6))])
    found = alpha_2004(line, "A")
    assert (found.observed, found.alpha) == pytest.approx((0.91, -0.7003), abs=0.0001)
    assert math.isnan(alpha_2004(marked(10, []), "A").alpha)


def brute(line):
    """Return coincidences, margins and self-pairings of values character by character, one mark a unit."""
    values = np.zeros((len(line.coders), int(line.lengths.sum())), dtype=int)
    squared = np.zeros(len(line.codes) + 1)
    for coder, code, start, end in line.marks.tolist():
        values[coder, start:end] = code + 1
        squared[code + 1] += (end - start) ** 2
    squared[0] = (values == 0).sum()
    table = np.zeros((len(squared), len(squared)))
    for i, one in enumerate(values):
        for j, other in enumerate(values):
            if i != j:
                np.add.at(table, (one, other), 1 / (len(values) - 1))
    return table, squared


def test_u_alpha_is_what_its_formula_gives_character_by_character():
    table, squared = brute(marked(60, THREE, ("Alex", "Paul", "Suzan")))
    margin, total = table.sum(axis=1), table.sum()
    expected = total * (np.outer(margin, margin) - np.diag(squared)) / (total**2 - squared.sum())
    alpha = 1 - (total - np.trace(table)) / (total - np.trace(expected))
    assert u_alpha_of(counts_of(marked(60, THREE, ("Alex", "Paul", "Suzan")))) == pytest.approx(alpha, abs=1e-12)


@given(judgements(("Ada", "Ben", "Eva"), (Verdict.PRESENT,)))
def test_equal_codings_agree_wholly(said):
    line = lay(dict.fromkeys(("Ada", "Ben", "Eva"), said["Ada"]), codes=CODES)
    counts = counts_of(line, SAME)
    for value in (*(of(counts) for of in FAMILY), *value_alphas_of(counts)):
        assert math.isnan(value) or value == pytest.approx(1)


@given(judgements(("Ada", "Ben", "Eva")), st.permutations(("Ada", "Ben", "Eva")))
def test_the_order_of_coders_does_not_matter(said, order):
    one, other = (counts_of(lay({name: said[name] for name in names}, codes=CODES), SAME) for names in (said, order))
    for of in FAMILY:
        np.testing.assert_allclose(of(one), of(other))


@given(judgements(("Ada", "Ben", "Eva"), (Verdict.PRESENT,)))
def test_counts_hold_every_character_once_a_coder(said):
    line = lay(said, codes=CODES)
    counts = unit_counts(units_of(line, SAME))
    np.testing.assert_allclose(counts[:, MARGIN].sum(axis=-1), 3 * line.lengths)
    assert (counts[:, GAP] <= counts[:, MARGIN] + 1e-9).all()


@given(st.integers(1, 30), st.integers(1, 30))
def test_a_border_that_is_moved_further_lowers_the_value(near, further):
    assume(near != further)
    lines = [
        marked(200, [("Ada", "cost", 50, 100), ("Ben", "cost", 50 + by, 100)]) for by in (0, *sorted((near, further)))
    ]
    for of in (u_alpha_of, binary_u_alpha_of, c_alpha_binary_of):
        exact, close, far = (of(counts_of(line)) for line in lines)
        assert exact == 1 > close > far
    assert 1 == alpha_2004(lines[0], "cost").alpha > alpha_2004(lines[1], "cost").alpha


def test_two_values_on_a_stretch_are_a_value_of_their_own():
    cut = units_of(marked(40, [("Ada", "cost", 0, 20), ("Ada", "time", 10, 30), ("Ben", "cost", 0, 20)]), SAME)
    assert set(cut.labels) == {"", "cost", "time", "cost + time"}
    ada = [cut.labels[value] for value in cut.values[0]]
    assert ada == ["cost", "cost + time", "time", ""]


def test_passages_that_touch_are_two_units_and_passages_that_overlap_are_one():
    touching, overlapping = (
        units_of(marked(40, [("Ada", "cost", 0, 20), ("Ada", "cost", start, 30), ("Ben", "cost", 5, 35)]), SAME)
        for start in (20, 15)
    )
    assert len(set(touching.units[0][touching.values[0] > 0])) == 2
    assert len(set(overlapping.units[0][overlapping.values[0] > 0])) == 1


def test_no_unit_runs_over_the_end_of_a_transcript():
    said = [Judgement.on(Span(name, 0, 10), code, Verdict.PRESENT) for name in "ab" for code in (None, "cost")]
    cut = units_of(lay({"Ada": said, "Ben": said}), {"cost": "cost"})
    assert cut.units.tolist() == [[0, 1], [0, 1]]


def test_codes_of_the_same_value_are_one_value():
    line = marked(
        40, [("Ada", "cost", 0, 20), ("Ben", "time", 0, 20), ("Ada", "trust", 30, 40), ("Ben", "trust", 30, 40)]
    )
    assert cu_alpha_of(counts_of(line)) < 1
    assert cu_alpha_of(counts_of(line, {"cost": "thing", "time": "thing", "trust": "person"})) == 1


def test_with_one_value_there_is_nothing_to_tell_apart():
    counts = counts_of(marked(40, [("Ada", "cost", 0, 20), ("Ben", "cost", 0, 25)]))
    assert math.isnan(cu_alpha_of(counts))
    assert u_alpha_of(counts) == pytest.approx(binary_u_alpha_of(counts))
    assert coverage_of(counts) == 0.5


def test_where_nothing_was_marked_nothing_is_defined():
    line = marked(40, [])
    counts = unit_counts(units_of(line, SAME)).sum(axis=0)
    assert all(math.isnan(of(counts)) for of in FAMILY)


def test_unitizing_alpha_needs_two_coders():
    with pytest.raises(UsageError, match="needs two coders"):
        alpha_2004(marked(9, [], ("Ada",)), "cost")


def test_gamma_says_how_to_install_what_it_needs(monkeypatch):
    monkeypatch.setitem(sys.modules, "pygamma_agreement", None)
    with pytest.raises(UsageError, match="needs the package pygamma-agreement") as error:
        gamma_rows(marked(60, THREE, ("Alex", "Paul", "Suzan")))
    assert "transcript-coder[gamma]" in error.value.todo


def test_gamma_of_the_published_example():
    pytest.importorskip("pygamma_agreement")
    [row] = gamma_rows(marked(60, THREE, ("Alex", "Paul", "Suzan")), alpha=3.0)
    assert row.units == 16
    assert row.gamma == pytest.approx(0.45, abs=0.02)
