from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.learn.active_learning import (
    STRATEGIES,
    at_random,
    by_coins,
    disagreement,
    divergence,
    diverse,
    neighbours_vote,
    uncertain,
    uncertainty,
)

seeds = st.integers(0, 2**32 - 1)
FREE_OF_CHANCE = ("uncertain", "diverse", "disagreement")


def units(seed: int, n: int = 30) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return probabilities, vectors of unit length, and the votes of two others with gaps."""
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(n, 6))
    votes = np.where(rng.random((2, n, 3)) < 0.2, np.nan, rng.random((2, n, 3)))
    return rng.random((n, 3)), vectors / np.linalg.norm(vectors, axis=1, keepdims=True), votes


@pytest.mark.parametrize("name", STRATEGIES)
@given(seed=seeds, n=st.integers(0, 40))
def test_n_different_units_or_all_of_them_are_chosen_and_the_same_again(name: str, seed: int, n: int) -> None:
    P, vectors, votes = units(seed)
    chosen, again = (STRATEGIES[name](P, vectors, n, np.random.default_rng(seed), votes=votes) for _ in range(2))
    assert len(set(chosen.tolist())) == len(chosen) == min(n, 30)
    assert set(chosen.tolist()) <= set(range(30))
    assert chosen.tolist() == again.tolist()


@pytest.mark.parametrize("name", FREE_OF_CHANCE)
@given(seed=seeds)
def test_the_order_in_which_units_are_given_does_not_matter(name: str, seed: int) -> None:
    P, vectors, votes = units(seed)
    order = np.random.default_rng(seed).permutation(len(P))
    rng = np.random.default_rng(1)
    plain = STRATEGIES[name](P, vectors, 12, rng, votes=votes, thresholds=np.full(3, 0.3))
    mixed = STRATEGIES[name](P[order], vectors[order], 12, rng, votes=votes[:, order], thresholds=np.full(3, 0.3))
    assert order[mixed].tolist() == plain.tolist()


@pytest.mark.parametrize("name", STRATEGIES)
def test_no_units_no_choice(name: str) -> None:
    nothing = np.zeros((0, 3))
    assert STRATEGIES[name](nothing, np.zeros((0, 6)), 5, np.random.default_rng(1)).tolist() == []


def test_the_threshold_is_where_the_model_is_least_sure() -> None:
    P = np.array([[0.1], [0.2], [0.5]])
    assert uncertain(P, P, 1, np.random.default_rng(1), thresholds=np.array([0.2])).tolist() == [1]
    assert uncertainty(P, np.array([0.2]))[1] == pytest.approx(1)  # one bit: a coin


@given(seeds)
def test_of_two_equal_units_diverse_takes_the_second_when_all_others_are_taken(seed: int) -> None:
    P, vectors, _ = units(seed)
    P[1], vectors[1] = P[0], vectors[0]
    chosen = diverse(P, vectors, 30, np.random.default_rng(1)).tolist()
    assert 0 in chosen[:-1]
    assert chosen.index(1) > chosen.index(0)
    assert chosen.index(1) == 29


def test_diverse_leaves_what_is_known_for_last() -> None:
    P, vectors, _ = units(5)
    chosen = diverse(P, vectors, 30, np.random.default_rng(1), known=vectors[:10]).tolist()
    assert set(chosen[20:]) == set(range(10))


def test_diverse_covers_every_group_before_it_comes_back_to_one() -> None:
    rng = np.random.default_rng(2)
    centres = np.eye(5)
    vectors = np.repeat(centres, 8, axis=0) + rng.normal(scale=0.01, size=(40, 5))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    chosen = diverse(np.full((40, 1), 0.5), vectors, 5, rng)
    assert sorted(chosen // 8) == [0, 1, 2, 3, 4]


def test_voters_who_agree_do_not_differ_and_opposites_differ_by_one_bit() -> None:
    same = np.array([[[0.3]], [[0.3]]])
    opposite = np.array([[[0.0]], [[1.0]]])
    alone = np.array([[[0.5]], [[np.nan]]])
    assert divergence(same) == pytest.approx(0)
    assert divergence(opposite) == pytest.approx(1, abs=1e-6)
    assert divergence(alone) == pytest.approx(0)


def test_without_other_voters_nobody_disagrees() -> None:
    P, vectors, _ = units(1)
    assert divergence(P[None]) == pytest.approx(0)
    assert disagreement(P, vectors, 3, np.random.default_rng(1)).tolist() == [0, 1, 2]


def test_a_random_draw_takes_each_unit_equally_often() -> None:
    rng = np.random.default_rng(7)
    P = np.zeros((10, 1))
    counts = np.bincount(np.concatenate([at_random(P, P, 3, rng) for _ in range(4000)]), minlength=10)
    assert np.abs(counts / 4000 - 0.3).max() < 0.03


def test_coins_fall_for_each_unit_by_itself_with_the_probability_that_is_named() -> None:
    rng = np.random.default_rng(7)
    counts, sizes = np.zeros(20), []
    for _ in range(4000):
        order, drawn, probability = by_coins(20, 5, rng)
        assert probability == 0.25
        assert sorted(order.tolist()) == list(range(20))
        counts[order[drawn]] += 1
        sizes.append(drawn.sum())
    assert np.abs(counts / 4000 - 0.25).max() < 0.03
    assert np.var(sizes) == pytest.approx(20 * 0.25 * 0.75, rel=0.1)  # as of independent coins


def test_more_than_there_are_means_all() -> None:
    _, drawn, probability = by_coins(3, 50, np.random.default_rng(1))
    assert drawn.all()
    assert probability == 1


def test_neighbours_vote_by_their_share_and_only_where_they_were_judged() -> None:
    known = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    Y = np.array([[1.0, np.nan], [0.0, np.nan], [1.0, 1.0]])
    vote = neighbours_vote(np.array([[1.0, 0.0]]), known, Y, k=2)
    assert vote[0, 0] == 0.5
    assert np.isnan(vote[0, 1])
    assert np.isnan(neighbours_vote(known, known[:0], Y[:0])).all()
