"""Which units may be left unread: never too many, as far as the confidence goes, whatever the errors look like."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.errors import UsageError
from coder.inference.precision_guarantee import confidence_at
from coder.inference.recall_guarantee import RecallGuarantee, Sampled, estimate, unread


def study(rng, n=600, *, given=0.4, missed=0.12):
    """Return what a study holds, with errors that come in clusters, and which units were drawn."""
    cluster = rng.integers(8, size=n)
    rate = np.clip(missed * rng.gamma(1.0, 1.0, size=8), 0, 1)[cluster]
    codes = (rng.random(n) < given) * (1 + (rng.random(n) < 0.2))
    lost = rng.binomial(codes, rate)
    return Sampled(rng.random(n) < 0.35, codes - lost, lost)


def test_recall_is_kept_as_often_as_was_said():
    broken, left = [], []
    for seed in range(300):
        rng = np.random.default_rng(seed)
        one = study(rng)
        n = unread(one, RecallGuarantee(0.9, 0.9), rng)
        missed = one.missed[:n][~one.drawn[:n]].sum()
        broken.append(missed > 0.1 * (one.missed + one.found).sum())
        left.append(n / 600)
    assert np.mean(broken) <= 0.1
    assert np.mean(left) > 0.3  # it does not keep the guarantee by asking for everything


@given(st.integers(0, 1000))
def test_what_is_read_grows_with_what_is_missed_and_with_what_is_asked(seed):
    one = study(np.random.default_rng(seed))
    fewer = Sampled(one.drawn, one.found + one.missed, np.zeros_like(one.missed))

    def left(of, recall):
        return unread(of, RecallGuarantee(recall), np.random.default_rng(seed))

    assert 0 <= left(one, 0.9) <= left(fewer, 0.9) <= 600
    assert left(one, 0.95) <= left(one, 0.8)


def test_without_a_sample_everything_is_read():
    nothing = Sampled(np.zeros(50, bool), np.zeros(50, int), np.zeros(50, int))
    assert unread(nothing, RecallGuarantee(), np.random.default_rng(1)) == 0
    assert estimate(0, 0, 50)[1:] == (0, 50)


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
