"""Which units may be left unread: never too many, as far as the confidence goes, whatever the errors look like."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coder.errors import UsageError
from coder.inference.precision_guarantee import confidence_at
from coder.inference.recall_guarantee import RecallGuarantee, Sampled, estimate, unread


def study(rng, n=600, *, given=0.4, missed=0.12):
    """Return what a study holds, with errors that come in clusters, and which units were drawn at unequal chances."""
    cluster = rng.integers(8, size=n)
    rate = np.clip(missed * rng.gamma(1.0, 1.0, size=8), 0, 1)[cluster]
    codes = (rng.random(n) < given) * (1 + (rng.random(n) < 0.2))
    lost = rng.binomial(codes, rate)
    chance = np.where(codes > lost, 0.5, 0.3)
    return Sampled(chance, rng.random(n) < chance, codes - lost, lost)


def missed_by(one, n):
    """Return the share of people's codes that is missed if the first n units are left unread."""
    return one.missed[:n][~one.drawn[:n]].sum() / max(1, (one.missed + one.found).sum())


@settings(max_examples=12)
@given(st.integers(0, 2**32 - 1).map(np.random.default_rng))
def test_over_every_possible_draw_recall_is_violated_no_more_often_than_stated(rng):
    n, guarantee = 9, RecallGuarantee(rng.choice([0.4, 0.6, 0.8]), rng.choice([0.2, 0.4, 0.6]), 1)
    missed = (rng.random(n) < 0.4).astype(int)
    one = Sampled(rng.uniform(0.3, 0.9, n), np.zeros(n, bool), (1 - missed) * (rng.random(n) < 0.7), missed)
    violated = 0.0
    for draw in product((False, True), repeat=n):
        drawn = np.array(draw)
        now = replace(one, drawn=drawn)
        if missed_by(now, unread(now, guarantee)) > 1 - guarantee.recall + 1e-9:
            violated += np.where(drawn, one.chance, 1 - one.chance).prod()
    assert violated <= 1 - guarantee.confidence + 1e-9


def test_recall_is_kept_as_often_as_was_said():
    broken, left = [], []
    for seed in range(300):
        one = study(np.random.default_rng(seed))
        n = unread(one, RecallGuarantee(0.9, 0.9))
        broken.append(missed_by(one, n) > 0.1)
        left.append(n / 600)
    assert np.mean(broken) <= 0.1
    assert np.mean(left) > 0.3  # it does not keep the guarantee by asking for everything


@given(st.integers(0, 1000), st.sampled_from([0.5, 0.8, 0.9]))
def test_what_is_read_grows_with_what_is_missed_and_with_what_is_asked(seed, recall):
    one = study(np.random.default_rng(seed))
    fewer = replace(one, found=one.found + one.missed, missed=np.zeros_like(one.missed))
    usual = unread(one, RecallGuarantee(recall))
    assert 0 <= usual <= unread(fewer, RecallGuarantee(recall)) <= 600
    assert unread(one, RecallGuarantee(recall + 0.05)) <= usual <= unread(one, RecallGuarantee(recall, 0.8))


def test_without_a_sample_everything_is_read():
    nothing = Sampled(np.full(50, 0.1), np.zeros(50, bool), np.zeros(50, int), np.zeros(50, int))
    assert unread(nothing, RecallGuarantee()) == 0
    assert estimate(nothing.drawn, nothing.drawn, nothing.chance)[::2] == (0, pytest.approx(36.9, abs=0.1))


@pytest.mark.parametrize(
    ("count", "low", "high"), [(0, 0, 3.689), (1, 0.025, 5.572), (5, 1.623, 11.668), (10, 4.795, 18.390)]
)
def test_at_equal_chances_the_interval_is_the_exact_one_of_a_count(count, low, high):
    """The limits are those of Garwood (1936) for a Poisson count, as in the tables of Pearson & Hartley (1966)."""
    units, drawn = np.arange(20_000), np.arange(20_000) < 10_000
    found = estimate(units < count, drawn, np.full(20_000, 0.01))
    assert found == pytest.approx((99 * count, max(0, 100 * low - count), 100 * high - count), abs=0.06)


def test_at_unequal_chances_the_interval_covers_what_was_not_drawn():
    rng, covered = np.random.default_rng(3), []
    for _ in range(1000):
        chance = np.repeat([0.05, 0.3], 500)
        has, drawn = rng.random(1000) < rng.uniform(0.01, 0.1), rng.random(1000) < chance
        _, low, high = estimate(has & drawn, drawn, chance)
        covered.append(low <= (has & ~drawn).sum() <= high)
    assert np.mean(covered) >= 0.95


def test_looks():
    assert confidence_at(0.95, 1, 1) == pytest.approx(0.95)
    assert [confidence_at(0.95, look) for look in (1, 2)] == [0.975, 0.9875]
    assert confidence_at(0.9, 2, 4) == pytest.approx(0.975)
    with pytest.raises(UsageError, match="look 2 where 1 was declared"):
        confidence_at(0.95, 2, 1)


@pytest.mark.parametrize("wrong", [{"recall": 1.0}, {"confidence": 0.0}, {"at_most": 0}])
def test_what_cannot_be_had(wrong):
    with pytest.raises(UsageError):
        RecallGuarantee(**wrong)
