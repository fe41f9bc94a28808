import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.tables.quotation.choose import CHOICES, choose
from coder.types import Citation

AT = {1: [1, 0, 0], 2: [2, 0.2, 0], 3: [0, 3, 0], 4: [0.9, 0, 0.1], 5: [0, 0, 1]}
CASE = {1: "Alder", 2: "Alder", 3: "Alder", 4: "Birch", 5: "Cedar"}


def cite(n, case="Alder", code="fairs", coder="Ada", start=None, pinned=False):
    at = 100 * n if start is None else start
    return Citation(
        n, code, {}, "so", case, case, 1, at, at + 10, None, "", "", coder, "", segment=n, pinned=pinned
    )  # fmt: skip


@pytest.fixture
def found():
    return [cite(n, case) for n, case in CASE.items()]


def ids(chosen):
    return [cited.event for cited in chosen]


def test_all_are_chosen_in_their_place_and_none_without_limit_is_left_out(found):
    assert ids(choose(reversed(found), "all")) == [1, 2, 3, 4, 5]
    assert ids(choose(found, "all", 2)) == [1, 2]


def test_what_was_pinned_is_first_in_every_choice(found):
    found[4] = replace(found[4], pinned=True)
    assert [ids(choose(found, how, None, AT))[0] for how in CHOICES] == [5] * len(CHOICES)
    assert ids(choose(found, "pinned")) == [5]
    assert ids(choose(found, "typical", 2, AT)) == [5, 4]
    assert ids(choose(found, "varied", 3, AT)) == [5, 1, 4]


def test_typical_ones_are_nearest_to_the_mean_of_directions(found):
    centre = np.mean([np.array(v) / np.linalg.norm(v) for v in AT.values()], axis=0)
    nearness = {n: np.array(v) @ centre / np.linalg.norm(v) for n, v in AT.items()}
    assert ids(choose(found, "typical", None, AT)) == sorted(AT, key=lambda n: -nearness[n])


def test_varied_ones_are_of_other_cases_first_and_then_far_from_all_that_were_chosen(found):
    assert ids(choose(found, "varied", None, AT)) == [4, 3, 5, 2, 1]


def test_each_code_has_its_own_choice(found):
    both = [*found, *(replace(cited, event=cited.event + 10, code="courses") for cited in found[3:])]
    assert ids(choose(both, "typical", 1, AT)) == [4, 14]


def test_a_passage_that_two_people_coded_counts_and_is_printed_once():
    found = [cite(1, start=0), cite(2, coder="Ben", start=5), cite(3, start=6), cite(4, start=50)]
    assert ids(choose(found, "typical", None, {1: [1, 0], 2: [0, 1], 3: [0, 1], 4: [1, 1]})) == [4, 1, 3]
    assert ids(choose(found, "all")) == [1, 2, 3, 4]


def test_equal_ones_are_taken_by_case_and_place():
    found = [cite(n, case) for n, case in ((4, "Birch"), (3, "Birch"), (2, "Alder"), (1, "Alder"))]
    same = {n: [1.0, 0.3] for n in range(1, 5)}
    assert ids(choose(found, "typical", None, same)) == [1, 2, 3, 4]
    assert ids(choose(found, "varied", None, same)) == [1, 3, 2, 4]


@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=1, max_size=12), st.randoms())
def test_the_order_of_the_citations_changes_no_choice(points, random):
    found = [cite(n, "ABC"[n % 3], pinned=n == 5) for n in range(len(points))]
    at = {n: np.array(point, dtype=np.float32) for n, point in enumerate(points)}
    shuffled = random.sample(found, len(found))
    for how in ("typical", "varied"):
        chosen = choose(found, how, 4, at)
        assert chosen == choose(shuffled, how, 4, at)
        assert len(chosen) == len(set(ids(chosen))) == min(4, len(points))


def test_choosing_all_or_by_hand_needs_no_numbers():
    program = (
        "import sys\nfrom coder.tables.quotation.choose import choose\nchoose([], 'all'), choose([], 'pinned')\n"
        "sys.exit('numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
