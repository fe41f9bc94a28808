from __future__ import annotations

import numpy as np
import pytest

from coder.learn.evaluation import quality_by_case


def test_a_case_is_measured_by_its_own_units_and_the_codes_that_occur_in_it() -> None:
    Y = np.array([[1, 0], [0, 0], [1, 0], [0, 1]], dtype=float)
    accepted = np.array([[1, 1], [0, 0], [0, 0], [0, 1]], dtype=bool)
    alder, birch = quality_by_case(accepted, Y, ["Alder", "Alder", "Birch", "Birch"])
    assert (alder.case, alder.units, alder.positives) == ("Alder", 2, 1)
    assert alder.macro_f1 == 1  # the second code does not occur in Alder
    assert alder.micro_f1 == pytest.approx(2 / 3)  # but to suggest it there was wrong
    assert (birch.macro_f1, birch.micro_f1) == (0.5, pytest.approx(2 / 3))


def test_what_nobody_judged_counts_neither_way() -> None:
    [one] = quality_by_case(np.array([[True], [True]]), np.array([[1.0], [np.nan]]), ["Alder", "Alder"])
    assert (one.units, one.positives, one.micro_f1) == (2, 1, 1)
