"""Corrected counts: exact where everything is judged, right on average, and honest about what was not looked at."""

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from coder.inference.prevalence import FEWEST, Drawn, difference, estimate, tally

NOBODY = np.nan


def prevalence(draws, now, groups=None, **options):
    """Estimate shares of each group of units; of all of them together if there are no groups."""
    groups = np.zeros(len(now.known), np.intp) if groups is None else groups
    return estimate([tally(draw, groups) for draw in draws], tally(now, groups), **options)


def nothing(shape):
    return np.full(shape, NOBODY)


def drawn(truth, suggested, taken, chance=0.5, known=()):
    """Return a draw of these units, and what is known after it; units `known` before stand as they are."""
    truth, suggested = np.asarray(truth, float)[:, None], np.asarray(suggested, bool)[:, None]
    before, judged = nothing(truth.shape), nothing(truth.shape)
    rows = list(known)
    before[rows] = truth[rows]
    judged[list(taken)] = truth[list(taken)]
    probability = np.broadcast_to(chance, len(truth)).astype(float).copy()
    after = np.where(np.isnan(before), judged, before)
    now = Drawn(after, suggested, np.zeros(len(truth)), nothing(truth.shape))
    return Drawn(before, suggested, probability, judged), now


@st.composite
def populations(draw):
    n = draw(st.integers(12, 60))
    truth, suggested = (draw(arrays(bool, n)) for _ in range(2))
    chance = draw(arrays(float, n, elements=st.sampled_from([0.1, 0.25, 0.8, 1.0])))
    taken = np.flatnonzero(draw(arrays(bool, n)))
    known = np.flatnonzero(draw(arrays(bool, n)))
    return truth, suggested, chance, taken, known


@given(populations())
def test_where_everything_is_judged_the_share_is_exact(found):
    truth, suggested, chance, _, known = found
    draw, now = drawn(truth, suggested, range(len(truth)), chance, known)
    shares = prevalence([draw], now)
    assert shares.share[0, 0] == shares.low[0, 0] == shares.high[0, 0] == pytest.approx(truth.mean())
    assert shares.known[0, 0] == shares.units[0, 0] == len(truth)


@given(populations())
def test_the_interval_holds_the_estimate_and_what_was_found_bounds_both(found):
    truth, suggested, chance, taken, known = found
    draw, now = drawn(truth, suggested, taken, chance, known)
    shares = prevalence([draw], now)
    assert shares.checked[0, 0] == len(set(taken.tolist()) - set(known.tolist()))
    if np.isnan(shares.share[0, 0]):
        assert shares.checked[0, 0] < FEWEST
        return
    seen = ~np.isnan(now.known[:, 0])
    lowest, highest = truth[seen].sum() / len(truth), 1 - (~truth[seen]).sum() / len(truth)
    ends = (lowest, shares.low[0, 0], shares.share[0, 0], shares.high[0, 0], highest)
    assert all(one <= other + 1e-12 for one, other in pairwise(ends))


@given(populations(), st.randoms(use_true_random=False))
def test_the_order_of_units_does_not_matter(found, random):
    draw, now = drawn(*found[:2], found[3], found[2], found[4])
    order = list(range(len(found[0])))
    random.shuffle(order)
    again = [Drawn(d.known[order], d.suggested[order], d.probability[order], d.judged[order]) for d in (draw, now)]
    one, other = prevalence([draw], now), prevalence(again[:1], again[1])
    for name in ("naive", "share", "low", "high"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name))


@given(populations(), populations())
def test_a_difference_is_the_other_way_round_with_its_sign_changed(found, other_found):
    one, other = (prevalence([d], now) for d, now in (drawn(*f[:2], f[3], f[2], f[4]) for f in (found, other_found)))
    there, back = difference(one, other), difference(other, one)
    np.testing.assert_allclose(there.difference, -back.difference)
    np.testing.assert_allclose(there.low, -back.high)
    np.testing.assert_allclose(there.naive, -back.naive)


def test_over_all_samples_of_a_size_the_estimate_is_right_on_average_however_bad_the_machine_is():
    truth = np.array([1, 1, 0, 1, 0, 0, 0, 1, 1, 1, 1, 0, 0], bool)
    suggested = np.array([0, 0, 1, 0, 1, 1, 1, 0, 0, 0, 0, 1, 0], bool)  # nearly the opposite
    yes, no = np.flatnonzero(suggested), np.flatnonzero(~suggested)
    shares = [
        prevalence(list(pair[:1]), pair[1]).share[0, 0]
        for some in combinations(yes, 4)
        for others in combinations(no, 6)
        for pair in [drawn(truth, suggested, some + others)]
    ]
    assert np.mean(shares) == pytest.approx(truth.mean())
    assert np.std(shares) > 0.01


def test_a_drawn_unit_stands_for_one_over_its_chance():
    truth = np.arange(200) < 100
    chance = np.where(truth, 0.5, 0.1)
    taken = [*range(50), *range(100, 110)]  # half of the one hundred, a tenth of the other
    draw, now = drawn(truth, np.zeros(200), taken, chance)
    assert prevalence([draw], now).share[0, 0] == pytest.approx(0.5)  # unweighted it would be 50 in 60


def test_unequal_chances_and_two_draws_with_chosen_units_in_between_are_right_on_average():
    rng = np.random.default_rng(1)
    n = 600
    suggested = rng.random(n) < 0.3
    truth = rng.random(n) < np.where(suggested, 0.5, 0.1)
    chance = np.where(rng.random(n) < 0.3, 0.5, 0.2)
    found = []
    for _ in range(300):
        first, now = drawn(truth, suggested, np.flatnonzero(rng.random(n) < chance), chance)
        chosen = np.flatnonzero(truth & np.isnan(now.known[:, 0]))[:40]  # somebody looks only where there is a find
        known = np.union1d(np.flatnonzero(~np.isnan(now.known[:, 0])), chosen)
        taken = np.setdiff1d(np.flatnonzero(rng.random(n) < 0.2), known)
        second, after = drawn(truth, suggested, taken, 0.2, known)
        found.append(float(prevalence([first, second], after).share[0, 0]))
    error = np.std(found) / len(found) ** 0.5
    assert abs(np.mean(found) - truth.mean()) < 4 * error
    assert error < 0.002


def test_groups_and_codes_are_estimated_as_each_by_itself():
    rng = np.random.default_rng(2)
    truth, suggested = rng.random((90, 3)) < 0.4, rng.random((90, 3)) < 0.4
    groups, taken = np.arange(90) % 2, rng.random(90) < 0.6
    judged = np.where(taken[:, None], truth, NOBODY)
    draw = Drawn(nothing((90, 3)), suggested, np.full(90, 0.6), judged)
    now = Drawn(judged, suggested, np.zeros(90), nothing((90, 3)))
    together = prevalence([draw], now, groups)
    for group in (0, 1):
        rows = np.flatnonzero(groups == group)
        for code in range(3):
            own, own_now = drawn(truth[rows, code], suggested[rows, code], np.flatnonzero(taken[rows]), 0.6)
            alone = prevalence([own], own_now)
            assert together.share[group, code] == pytest.approx(alone.share[0, 0])
            assert together.low[group, code] == pytest.approx(alone.low[0, 0])
    whole = estimate([tally(draw, groups).sum(axis=0, keepdims=True)], tally(now, groups).sum(axis=0, keepdims=True))
    np.testing.assert_allclose(whole.high, prevalence([draw], now).high)


def test_a_draw_that_left_units_out_counts_only_for_groups_that_it_could_take_whole():
    truth, suggested = np.arange(60) % 3 == 0, np.arange(60) % 2 == 0
    groups = np.repeat([0, 1], 30)
    draw, now = drawn(truth, suggested, range(15), np.where(groups == 0, 0.5, 0.0))
    shares = prevalence([draw], now, groups)
    assert shares.checked[:, 0].tolist() == [15, 0]
    assert np.isnan(shares.share[:, 0]).tolist() == [False, True]
    assert np.isnan(prevalence([draw], now).share[0, 0])


def test_no_draw_at_all_and_no_units_say_nothing_and_break_nothing():
    _, now = drawn([1, 0, 1], [1, 1, 0], [])
    shares = prevalence([], now)
    assert np.isnan(shares.share[0, 0])
    assert shares.naive[0, 0] == pytest.approx(2 / 3)
    draw, now = drawn([], [], [])
    assert prevalence([draw], now).units[0, 0] == 0


def test_what_the_draw_did_not_meet_may_be_anything():
    truth, suggested = np.zeros(40, bool), np.arange(40) < 4
    draw, now = drawn(truth, suggested, range(10, 30))
    shares = prevalence([draw], now)
    assert shares.high[0, 0] > 4 / 40
    assert shares.low[0, 0] == 0


def test_what_was_found_elsewhere_bounds_the_interval():
    truth = np.arange(400) < 60
    draw, after = drawn(truth, np.zeros(400, bool), range(360, 380), 0.05)
    known = after.known.copy()
    known[:40] = 1.0  # somebody went where the code is
    shares = prevalence([draw], Drawn(known, after.suggested, after.probability, after.judged))
    assert shares.low[0, 0] == shares.share[0, 0] == 0.1
