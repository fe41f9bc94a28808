"""The guarantee holds at its stated rate: over every possible draw of a small study, and in simulated studies."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from coder.errors import UsageError
from coder.inference.precision_guarantee import (
    PrecisionGuarantee,
    Suggestions,
    accepted,
    audits_needed,
    guarantee_each_code,
    guarantee_together,
    ranks,
    safe_threshold,
)

STUDIES = 1000


def suggestions(score, probability, drawn, truth, unit=None, code=None):
    """Return suggestions of which the drawn ones are audited; by default one a unit, all of one code."""
    n = len(score)
    return Suggestions(
        np.arange(n) if unit is None else unit,
        np.zeros(n, int) if code is None else code,
        np.asarray(score, float),
        np.broadcast_to(probability, n).astype(float),
        np.where(np.broadcast_to(drawn, n), truth, np.nan),
    )


def broken(chosen, truth, guarantee):
    """Say whether something was accepted unreviewed and less of it is right than was guaranteed."""
    return bool(chosen.any()) and truth[chosen].mean() < guarantee.precision - 1e-9


def may_happen(error):
    """Return how often of `STUDIES` an event of at most that probability may be seen."""
    return binom.ppf(0.999, STUDIES, error)


@settings(max_examples=12)
@given(st.integers(0, 2**32 - 1).map(np.random.default_rng))
def test_over_every_possible_draw_the_guarantee_is_violated_no_more_often_than_stated(rng):
    n, guarantee = 8, PrecisionGuarantee(rng.choice([0.4, 0.5, 0.7]), rng.choice([0.5, 0.6, 0.7]))
    truth = (rng.random(n) < guarantee.precision).astype(float)
    score = rng.integers(0, 5, n)
    probability = np.full(n, rng.uniform(0.3, 0.8)) if rng.random() < 0.5 else rng.uniform(0.3, 0.8, n)
    chance = 0.0
    for draw in product((False, True), repeat=n):
        drawn = np.array(draw)
        study = suggestions(score, probability, drawn, truth)
        if broken(accepted(study, safe_threshold(study, guarantee)), truth, guarantee):
            chance += np.where(drawn, probability, 1 - probability).prod()
    assert chance <= guarantee.error


def simulated(rng, *, units, probability, best, worst, codes=1, suggested=1.0, shift=0.0):
    """Return a study and what is true in it: precision falls from `best` to `worst` along badly calibrated scores.

    A unit has one suggestion and sometimes more; what is wrong in a unit tends to be wrong together.
    """
    count = np.minimum(1 + rng.poisson(suggested - 1, units), codes)
    unit = np.repeat(np.arange(units), count)
    code = (rng.integers(codes, size=units)[unit] + np.arange(len(unit)) - (np.cumsum(count) - count)[unit]) % codes
    score = rng.random(len(unit))
    luck = np.where(rng.random(len(unit)) < 0.5, rng.random(units)[unit], rng.random(len(unit)))
    truth = (luck < np.clip(worst + (best - worst) * score - shift * code, 0, 1)).astype(float)
    odds = np.broadcast_to(probability, units) if np.ndim(probability) == 0 else rng.choice(probability, units)
    drawn = rng.random(units) < odds
    overconfident = score**0.2
    return suggestions(overconfident, odds[unit], drawn[unit], truth, unit, code), truth


@pytest.mark.parametrize("error", [0.05, 0.3])
@pytest.mark.parametrize(
    ("best", "worst", "probability"),
    [
        (0.9, 0.9, 0.25),  # as good as guaranteed on the average, and so in every other study a little worse
        (0.88, 0.88, 0.5),  # worse, and the sample takes the right ones out of the rest
        (0.99, 0.5, 0.2),
        (0.9, 0.9, (0.1, 0.3)),
        (0.99, 0.5, (0.2, 0.4)),
    ],
)
def test_one_code(error, best, worst, probability):
    rng, guarantee = np.random.default_rng(1), PrecisionGuarantee(0.9, 1 - error)
    failures = 0
    for _ in range(STUDIES):
        study, truth = simulated(rng, units=300, probability=probability, best=best, worst=worst)
        failures += broken(accepted(study, safe_threshold(study, guarantee)), truth, guarantee)
    assert failures <= may_happen(error)


@pytest.mark.parametrize(("best", "worst"), [(0.9, 0.9), (1.0, 0.7)])
def test_all_codes_pooled_where_decisions_on_a_unit_are_drawn_together(best, worst):
    rng, guarantee = np.random.default_rng(2), PrecisionGuarantee(0.9, 0.8)
    failures = some = 0
    for _ in range(STUDIES):
        study, truth = simulated(rng, units=300, probability=0.3, best=best, worst=worst, codes=3, suggested=1.5)
        rank = ranks(study)
        each = range(1, rank.max() + 1)
        thresholds = [safe_threshold(study.of(rank == r), guarantee.for_rank(r, rank.max())) for r in each]
        chosen = accepted(study, np.array(thresholds)[rank - 1])
        failures += broken(chosen, truth, guarantee)
        some += bool(chosen.any())
    assert failures <= may_happen(guarantee.error)
    assert some > 0.05 * STUDIES


def test_the_table_of_ranks_is_what_was_tested():
    study, _ = simulated(
        np.random.default_rng(9), units=600, probability=0.3, best=1.0, worst=0.9, codes=3, suggested=2
    )
    rank, guarantee = ranks(study), PrecisionGuarantee()
    kept = guarantee_together(study, guarantee)
    assert [k.what for k in kept] == ["strongest of a unit", "no. 2 of a unit", "no. 3 of a unit"]
    for r, one in enumerate(kept, start=1):
        assert one.threshold == safe_threshold(study.of(rank == r), guarantee.for_rank(r, 3))
    assert sum(guarantee.for_rank(r, 3).error for r in (1, 2, 3)) == pytest.approx(guarantee.error)


def test_every_code_at_once():
    rng, guarantee = np.random.default_rng(3), PrecisionGuarantee(0.8, 0.8)
    failures = 0
    for _ in range(STUDIES):
        study, truth = simulated(
            rng, units=400, probability=0.3, best=1.0, worst=0.6, codes=3, suggested=1.3, shift=0.1
        )
        each = guarantee.for_each_of(3)
        of_code = [study.code == k for k in range(3)]
        failures += any(
            broken(accepted(study, np.where(rows, safe_threshold(study.of(rows), each), np.inf)), truth, guarantee)
            for rows in of_code
        )
    assert failures <= may_happen(guarantee.error)


def test_looks_at_a_growing_sample_share_the_error():
    rng, guarantee = np.random.default_rng(4), PrecisionGuarantee(0.9, 0.7)
    failures = 0
    for _ in range(STUDIES):
        truth, score, coin = (rng.random(300) < 0.88).astype(float), rng.random(300), rng.random(300)
        for look, probability in enumerate((0.1, 0.2, 0.4), start=1):
            study = suggestions(score, probability, coin < probability, truth)
            chosen = accepted(study, safe_threshold(study, guarantee.at_look(look)))
            if chosen.any():
                failures += broken(chosen, truth, guarantee)
                break
    assert failures <= may_happen(guarantee.error)


def test_a_good_model_is_trusted_with_most_of_its_suggestions():
    rng, guarantee = np.random.default_rng(5), PrecisionGuarantee(0.9, 0.95)
    shares = []
    for _ in range(200):
        study, _ = simulated(rng, units=1000, probability=0.2, best=1.0, worst=0.9)
        shares.append(accepted(study, safe_threshold(study, guarantee)).sum() / np.isnan(study.right).sum())
    assert np.mean(np.array(shares) > 0) > 0.8
    assert np.mean(shares) > 0.6


def test_the_number_needed_gives_the_power_asked_for():
    rng, guarantee = np.random.default_rng(6), PrecisionGuarantee(0.9, 0.95)
    n = audits_needed(guarantee, 0.97, 1000)
    truth = np.arange(1000) >= 30
    passed = 0
    for _ in range(500):
        drawn = np.zeros(1000, bool)
        drawn[rng.choice(1000, n, replace=False)] = True
        passed += safe_threshold(suggestions(np.ones(1000), n / 1000, drawn, truth), guarantee) < np.inf
    assert 0.74 < passed / 500 < 0.92


def test_what_takes_more_audits_passes_with_that_many_more():
    study = suggestions(np.ones(2000), 0.03, np.arange(2000) < 60, np.arange(2000) % 30 > 0)
    kept = guarantee_each_code(study, PrecisionGuarantee(), ("a",))[0]
    assert (kept.threshold, kept.accepted, kept.audited, kept.right) == (np.inf, 0, 60, 58)
    enough, short = 30 * np.ceil((60 + kept.more) / 30), 60 + kept.more // 2
    for drawn, passes in ((enough, True), (short, False)):
        larger = suggestions(np.ones(2000), drawn / 2000, np.arange(2000) < drawn, np.arange(2000) % 30 > 0)
        assert (safe_threshold(larger, PrecisionGuarantee()) < np.inf) is passes


def test_it_cannot_be_guaranteed_at_any_size_what_is_not_so():
    study = suggestions(np.ones(1000), 0.2, np.arange(1000) < 200, np.arange(1000) % 5 > 0)
    kept = guarantee_each_code(study, PrecisionGuarantee(), ("a",))[0]
    assert (kept.audited, kept.right, kept.more) == (200, 160, None)
    assert 0.7 < kept.low < 0.8
    assert audits_needed(PrecisionGuarantee(), 0.8, 1000) is None


def test_nothing_audited():
    kept = guarantee_each_code(
        suggestions(np.linspace(0, 1, 500), 0.1, False, 1), PrecisionGuarantee(), ("a", "no suggestions")
    )
    assert [(k.threshold, k.audited, k.low) for k in kept] == [(np.inf, 0, 0.0)] * 2
    assert (kept[0].more, kept[1].more) == (audits_needed(PrecisionGuarantee(), 1.0, 500), None)


def test_all_right_and_all_wrong():
    drawn = np.arange(1000) % 10 == 0
    right = guarantee_each_code(suggestions(np.linspace(0, 1, 1000), 0.1, drawn, 1), PrecisionGuarantee(), ("a",))[0]
    assert (right.threshold, right.accepted, right.audited, right.right, right.more) == (0.0, 900, 100, 100, 0)
    wrong = guarantee_each_code(suggestions(np.linspace(0, 1, 1000), 0.1, drawn, 0), PrecisionGuarantee(), ("a",))[0]
    assert (wrong.threshold, wrong.right, wrong.low, wrong.more) == (np.inf, 0, 0.0, None)


def test_equal_scores_stand_or_fall_together_in_any_order():
    rng = np.random.default_rng(7)
    drawn, truth = rng.random(600) < 0.2, rng.random(600) < 0.97
    study = suggestions(np.repeat([0.9, 0.8, 0.7], 200), 0.2, drawn, truth)
    mixed = study.of(rng.permutation(600))
    assert safe_threshold(study, PrecisionGuarantee()) == safe_threshold(mixed, PrecisionGuarantee()) in {0.9, 0.8, 0.7}


def test_to_guarantee_that_none_is_wrong_takes_nearly_all():
    truth, guarantee = np.ones(200), PrecisionGuarantee(1.0, 0.95)
    assert safe_threshold(suggestions(truth, 0.5, np.arange(200) < 100, truth), guarantee) == np.inf
    assert safe_threshold(suggestions(truth, 0.97, np.arange(200) < 194, truth), guarantee) == 1.0
    assert audits_needed(guarantee, 1.0, 200) is None


def test_what_was_audited_throughout_leaves_nothing_to_guarantee():
    study = suggestions(np.linspace(0, 1, 50), 1.0, True, np.arange(50) % 2)
    kept = guarantee_each_code(study, PrecisionGuarantee(), ("a",))[0]
    assert (kept.threshold, kept.accepted, kept.audited, kept.more) == (np.inf, 0, 50, None)


def test_a_stricter_guarantee_accepts_no_more():
    rng = np.random.default_rng(8)
    study, _ = simulated(rng, units=2000, probability=0.2, best=1.0, worst=0.6)
    thresholds = [safe_threshold(study, PrecisionGuarantee(p)) for p in (0.7, 0.8, 0.85, 0.99)]
    assert thresholds == sorted(thresholds)
    shares = [(study.score >= t).mean() for t in thresholds]
    assert shares[0] > shares[2] > shares[3] == 0.0


@pytest.mark.parametrize("share", [0.0, -0.1, 1.1, float("nan")])
def test_what_cannot_be_guaranteed(share):
    with pytest.raises(UsageError, match="precision"):
        PrecisionGuarantee(share)
    with pytest.raises(UsageError, match="confidence"):
        PrecisionGuarantee(0.9, share)
    with pytest.raises(UsageError, match="confidence"):
        PrecisionGuarantee(0.9, 1.0)


def test_suggestions_that_are_no_sample_are_refused():
    good = suggestions([0.9, 0.8], 0.5, [True, True], [1, 0], unit=np.array([1, 1]), code=np.array([0, 1]))
    for wrong, message in (
        ({"right": np.array([1, np.nan])}, "all its suggestions"),
        ({"right": np.array([1, 0.5])}, "1, 0 or nan"),
        ({"probability": np.array([0.5, 0.6])}, "one probability"),
        ({"probability": np.zeros(2)}, "above 0"),
        ({"code": np.zeros(2, int)}, "once"),
        ({"score": np.ones(3)}, "length"),
    ):
        with pytest.raises(ValueError, match=message):
            replace(good, **wrong)
    with pytest.raises(ValueError, match="one suggestion a unit"):
        safe_threshold(good, PrecisionGuarantee())
