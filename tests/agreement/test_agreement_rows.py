"""The report: rows against the coefficients, the frame, undefined codes, and how it is printed."""

import json
import math

import numpy as np
import pytest

import coder.agreement as agree
from coder.agreement.agreement_rows import agreement, agreement_table, frame, rows_as_dicts
from coder.agreement.coefficients import COEFFICIENTS, NAMED
from coder.agreement.ratings import Ratings
from coder.errors import UsageError

NAN = np.nan


def grid(n_coders=2, n_units=60, seed=2):
    """Make codings of three codes (one never used) in six transcripts; ten units lack the last coder."""
    random = np.random.default_rng(seed)
    truth = random.random((n_units, 3)) < [0.4, 0.2, 0.0]
    values = np.array([truth ^ (random.random(truth.shape) < [0.1, 0.1, 0.0]) for _ in range(n_coders)])
    values = values.astype(float)
    values[-1, -10:] = NAN
    coders = ("Ada", "Ben", "Cleo")[:n_coders]
    return Ratings(values, coders, ("cost", "trust", "never"), np.arange(n_units) // 10, tuple(range(n_units)))


def test_each_row_is_its_coefficient():
    ratings = grid()
    cost, trust, never, pooled, mean = agreement(ratings, replicates=200)
    for k, row in enumerate((cost, trust, never)):
        values = ratings.values[:, :, k]
        assert row.values["percent"] == pytest.approx(agree.coefficient(values, "percent").value)
        assert row.values["kappa"] == pytest.approx(agree.kappa(values), nan_ok=True)
        assert row.alpha == pytest.approx(agree.alpha(values), nan_ok=True)
    assert [row.code for row in (cost, trust, never, pooled, mean)] == ["cost", "trust", "never", "", ""]
    decisions = ratings.values.reshape(2, -1)
    assert pooled.values["percent"] == pytest.approx(agree.coefficient(decisions, "percent").value)
    assert pooled.values["kappa"] == pytest.approx(agree.kappa(decisions))
    assert pooled.alpha == pytest.approx(agree.alpha(decisions))


def test_the_mean_is_over_defined_codes_and_says_so():
    cost, trust, never, pooled, mean = agreement(grid(), replicates=200)
    assert math.isnan(never.alpha)
    assert never.values["percent"] == 1
    assert never.intervals["alpha"].replicates_defined == 0
    assert (pooled.label, mean.label) == ("all codes (pooled)", "mean of 2 codes (1 undefined)")
    for name in ("percent", "kappa", "alpha"):
        assert mean.values[name] == pytest.approx((cost.values[name] + trust.values[name]) / 2)
    assert (cost.n, pooled.n, mean.n) == (50, 150, 100)


def test_the_frame_is_what_two_coders_judged():
    ratings = grid()
    cost = agreement(ratings, replicates=10)[0]
    assert cost.n == 50
    assert cost.positives == {
        "Ada": int(ratings.values[0, :50, 0].sum()),
        "Ben": int(ratings.values[1, :50, 0].sum()),
    }
    assert cost.intervals["alpha"].clusters == 5


def test_intervals_hold_the_value_and_are_repeatable():
    rows = agreement(grid(), replicates=300, seed=4)
    assert repr(rows) == repr(agreement(grid(), replicates=300, seed=4))
    for row in (rows[0], rows[1], rows[3], rows[4]):
        assert row.intervals["kappa"].low < row.values["kappa"] < row.intervals["kappa"].high
        assert row.intervals["alpha"].low < row.alpha < row.intervals["alpha"].high


def test_uncoded_units_stay_in_the_frame():
    """Leaving out the units that nobody coded would turn a kappa of .444 into one below zero."""
    one = np.repeat([1.0, 1.0, 0.0, 0.0], [50, 50, 50, 850])
    other = np.repeat([1.0, 0.0, 1.0, 0.0], [50, 50, 50, 850])
    values = np.stack([one, other])[:, :, None]
    whole = Ratings(values, ("Ada", "Ben"), ("cost",), np.arange(1000) % 4, tuple(range(1000)))
    coded = Ratings(values[:, :150], ("Ada", "Ben"), ("cost",), np.arange(150) % 4, tuple(range(150)))
    assert round(agreement(whole, replicates=10)[0].values["kappa"], 3) == 0.444
    assert agreement(coded, replicates=10)[0].values["kappa"] < 0


def test_three_coders_have_alpha_and_no_kappa():
    ratings = grid(n_coders=3)
    row = agreement(ratings, replicates=100)[0]
    assert row.coders == ("Ada", "Ben", "Cleo")
    assert row.n == 60
    assert math.isnan(row.values["kappa"])
    assert math.isnan(row.intervals["kappa"].low)
    assert row.alpha == pytest.approx(agree.alpha(ratings.values[:, :, 0]))


def test_nothing_defined_at_all():
    values = np.full((2, 4, 1), NAN)
    rows = agreement(Ratings(values, ("Ada", "Ben"), ("cost",), np.arange(4), (1, 2, 3, 4)), replicates=10)
    assert [row.n for row in rows] == [0, 0, 0]
    assert all(math.isnan(row.values["percent"]) and math.isnan(row.alpha) for row in rows)
    assert rows[-1].label == "mean of 0 codes (1 undefined)"


def test_the_table_prints_undefined():
    values = np.array([[[1, 0], [0, 0], [1, 0], [0, 0]], [[1, 0], [0, 0], [0, 0], [0, 0]]], dtype=float)
    ratings = Ratings(values, ("Ada", "Ben"), ("cost", "never"), np.zeros(4, dtype=np.intp), (1, 2, 3, 4))
    table = agreement_table(agreement(ratings, replicates=50))
    assert table.header == ("code", "n", "present", "agree %", "kappa [95 %]", "AC1 [95 %]", "alpha [95 %]")
    assert table.rows == (
        ("cost", 4, "2, 1", "75.0", ".500", ".529", ".533"),
        ("never", 4, "0, 0", "100.0", "undefined", "undefined", "undefined"),
        ("all codes (pooled)", 8, "2, 1", "87.5", ".600", ".820", ".615"),
        ("mean of 1 codes (1 undefined)", 4, "2, 1", "75.0", ".500", ".529", ".533"),
    )
    assert "over 1 transcripts (units, where none are named), 50 replicates" in table.note


def test_a_table_of_three_has_fleiss_in_the_place_of_cohen():
    rows = agreement(grid(n_coders=3), replicates=50)
    assert agreement_table(rows).header[3:] == ("agree %", "Fleiss' kappa [95 %]", "AC1 [95 %]", "alpha [95 %]")
    assert "[" in agreement_table(rows).rows[0][4]
    chosen = agreement_table(rows, ("kappa", "prevalence"))
    assert chosen.header[3:] == ("kappa [95 %]", "prevalence index")
    assert chosen.rows[0][3] == "undefined"


def test_every_coefficient_of_counts_is_that_of_the_array():
    ratings = grid()
    rows = agreement(ratings, replicates=0)
    for name in COEFFICIENTS:
        for k in range(2):
            assert rows[k].values[name] == pytest.approx(agree.coefficient(ratings.values[:, :, k], name).value)
        pooled = agree.coefficient(ratings.values.reshape(2, -1), name).value
        assert rows[3].values[name] == pytest.approx(pooled)
        if not math.isnan(rows[0].values[name]):
            both = (rows[0].values[name] + rows[1].values[name]) / 2
            assert rows[4].values[name] == pytest.approx(both)


def test_rho_and_alpha_over_sets_are_made_on_request():
    rows = agreement(grid(), coefficients=tuple(NAMED), replicates=20)
    assert 0 <= rows[0].values["rho"] <= 1
    assert math.isnan(rows[2].values["rho"])  # the code that nobody used
    assert "rho" not in rows[3].values  # it is of one code
    assert rows[-1].label == "sets of codes"
    assert set(rows[-1].values) == {"alpha-masi", "alpha-jaccard"}
    assert rows[-1].n == 50
    assert rows[-1].intervals["alpha-masi"].low < rows[-1].values["alpha-masi"]
    table = agreement_table(rows, tuple(NAMED))
    assert table.rows[0][-1] == "" != table.rows[-1][-1]
    json.dumps(rows_as_dicts(rows), allow_nan=False)
    with pytest.raises(UsageError, match="no coefficient `alfa`"):
        agreement(grid(), coefficients=["alfa"])


def test_a_data_frame_has_a_column_for_each_number():
    found = frame(agreement(grid(), coefficients=["alpha", "rho"], replicates=20))
    assert list(found.columns) == [
        *("code", "label", "n", "present: Ada", "present: Ben"),
        *("alpha", "alpha low", "alpha high", "rho", "rho low", "rho high"),
    ]
    assert len(found) == 5


def test_a_doubled_study_has_narrower_intervals_and_the_same_values():
    once = grid(n_units=120)
    twice = Ratings(
        np.concatenate([once.values, once.values], axis=1),
        once.coders,
        once.codes,
        np.concatenate([once.clusters, once.clusters + 100]),
        tuple(range(240)),
    )
    for one, two in zip(agreement(once)[:2], agreement(twice)[:2], strict=True):
        for name in ("percent", "kappa", "fleiss", "conger", "ac1", "brennan-prediger", "scott", "pabak", "holsti"):
            assert two.values[name] == pytest.approx(one.values[name])
        assert two.alpha == pytest.approx(one.alpha, abs=0.01)
        for name in ("kappa", "ac1", "alpha"):
            wide, narrow = one.intervals[name], two.intervals[name]
            assert narrow.high - narrow.low == pytest.approx((wide.high - wide.low) / math.sqrt(2), rel=0.15)


def test_what_one_coder_judged_counts_for_shares_and_is_not_drawn():
    """Two transcripts were read by one coder alone: AC1 learns the categories' shares from them, too."""
    ratings = grid()
    values = ratings.values.copy()
    values[1, 40:] = NAN
    row = agreement(Ratings(values, ratings.coders, ratings.codes, ratings.clusters, ratings.units), replicates=200)[0]
    assert row.intervals["ac1"].clusters == 4
    assert row.values["ac1"] == pytest.approx(agree.gwet_ac(values[:, :, 0]))
    assert row.intervals["ac1"].low < row.values["ac1"] < row.intervals["ac1"].high


def test_the_json_form_has_none_for_undefined():
    rows = json.loads(json.dumps(rows_as_dicts(agreement(grid(), replicates=50)), allow_nan=False))
    assert rows[2]["alpha"] is None
    assert rows[2]["alpha_interval"] == {
        "low": None,
        "high": None,
        "replicates_defined": 0,
        "replicates": 50,
        "clusters": 5,
    }
    assert rows[0]["positives"].keys() == {"Ada", "Ben"}


def test_one_coder_is_not_agreement():
    with pytest.raises(UsageError, match="two coders"):
        agreement(Ratings(np.ones((1, 1, 1)), ("Ada",), ("cost",), np.zeros(1, dtype=np.intp), (1,)))


def test_progress_is_told():
    told = []
    agreement(grid(), replicates=5, progress=lambda what, done, total: told.append((what, done, total)))
    assert told[-1] == ("agreement", 3, 3)
