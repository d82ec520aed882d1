"""The kernels on lots small enough to check by hand or to draw in every way."""

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ttest_1samp

from evaluation.methods.inference import Lot, arm_means, cr2, neyman, skewness
from evaluation.methods.permutation import DRAWS, possible_lots, redraw
from evaluation.methods.proportions import Counts, chan_zhang, miettinen_nurminen, newcombe, score

SAME = 1e-9
ROUNDED = 1e-4  # limits are looked for to seven decimals, and compared more loosely


def lot(y, z, g=None, b=None):
    n = len(y)
    b = np.zeros(n, dtype=int) if b is None else np.asarray(b)
    return Lot(np.asarray(y, dtype=float), np.asarray(z, dtype=bool), b, np.bincount(b) / n, np.arange(n) if g is None else np.asarray(g))


def table(x1, n1, x0, n0):
    return Counts(*(np.array([float(value)]) for value in (x1, n1, x0, n0, 1)))


def test_within_block_differences_are_averaged_by_block_size():
    # block 0: 5 - 2 = 3 with 4 people; block 1: 10 - 4 = 6 with 2 people
    given_lot = lot([4, 6, 1, 3, 10, 4], [1, 1, 0, 0, 1, 0], b=[0, 0, 0, 0, 1, 1])

    there, elsewhere = arm_means(given_lot)
    assert there - elsewhere == pytest.approx((4 * 3 + 2 * 6) / 6)


def test_neymans_variance_is_right_on_average_over_all_lots_when_the_effect_is_the_same():
    y0 = np.array([3.0, 1.0, 4.0, 1.5, 9.0, 2.6, 5.0])
    lots = [np.isin(np.arange(7), chosen) for chosen in combinations(range(7), 3)]
    there = [neyman(lot(y0 + 2 * z, z)) for z in lots]

    assert np.mean([c.effect for c in there]) == pytest.approx(2)
    assert np.mean([c.std_error**2 for c in there]) == pytest.approx(np.var([c.effect for c in there]), rel=SAME)


def test_pairs_are_judged_by_the_spread_between_their_differences():
    y = np.array([5.0, 3.0, 8.0, 2.0, 7.0, 6.0, 4.0, 4.5, 9.0, 5.5])
    z, b = np.tile([True, False], 5), np.repeat(np.arange(5), 2)

    there, paired = neyman(lot(y, z, b=b)), ttest_1samp(y[z] - y[~z], 0)
    assert there.effect == pytest.approx(np.mean(y[z] - y[~z]))
    assert (there.p_value, there.df) == pytest.approx((paired.pvalue, 4), rel=SAME)


def test_blocks_with_one_person_in_an_arm_have_a_variance_that_is_right_on_average():
    y0 = np.array([3.0, 1.0, 4.0, 1.5, 9.0, 2.6, 5.0, 3.3, 5.8, 9.7])
    b = np.array([0, 0, 1, 1, 1, 2, 2, 3, 3, 3])
    choices = [[[i] for i in np.flatnonzero(b == block)] for block in range(4)]
    lots = [np.isin(np.arange(10), np.concatenate(chosen)) for chosen in product(*choices)]
    there = [neyman(lot(y0 + z, z, b=b)) for z in lots]

    assert np.mean([c.std_error**2 for c in there]) == pytest.approx(np.var([c.effect for c in there]), rel=SAME)


def test_two_pairs_are_too_few_to_measure_a_spread():
    assert np.isnan(neyman(lot([1, 2, 3, 5], [1, 0, 1, 0], b=[0, 0, 1, 1])).std_error)


def test_skewness_cancels_between_arms_alike_and_not_between_unequal_ones():
    y = np.array([0.0, 0.0, 0.0, 10.0])

    assert skewness(lot(np.tile(y, 2), np.arange(8) < 4)) == pytest.approx(0, abs=SAME)
    assert skewness(lot(np.concatenate([y, np.tile(y, 5)]), np.arange(24) < 4)) > 0.5


def test_clusters_of_single_people_give_hc2():
    rng = np.random.default_rng(1)
    there = lot(rng.normal(size=40), rng.random(40) < 0.4, b=np.arange(40) % 2)

    assert cr2(there).std_error == pytest.approx(neyman(there).std_error, rel=SAME)


def test_clusters_of_one_size_give_welch_on_cluster_means():
    rng = np.random.default_rng(2)
    g = np.repeat(np.arange(11), 6)
    y = rng.normal(size=66) + rng.normal(size=11)[g]
    means = y.reshape(11, 6).mean(axis=1)

    people, clusters = cr2(lot(y, g < 4, g)), neyman(lot(means, np.arange(11) < 4))
    assert (people.effect, people.std_error) == pytest.approx((clusters.effect, clusters.std_error), rel=SAME)
    # Bell and McCaffrey's degrees of freedom are Welch's with equal variances: they do not depend on the outcome
    assert people.df == pytest.approx((1 / 4 + 1 / 7) ** 2 / (1 / (4**2 * 3) + 1 / (7**2 * 6)), rel=SAME)


def test_one_cluster_in_an_arm_cannot_be_measured():
    g = np.repeat(np.arange(4), 5)

    assert np.isnan(cr2(lot(np.arange(20.0), g < 1, g)).std_error)


@pytest.mark.parametrize("n", [10, 216])
def test_no_event_at_all_still_leaves_an_interval_with_a_width(n):
    limits, exact = miettinen_nurminen(table(0, n, 0, n)), chan_zhang(0, n, 0, n)

    assert limits.low == pytest.approx(-limits.high) and limits.high > 3 / n * 0.5
    assert exact.high >= limits.high and limits.p_value == exact.p_value == 1


def test_a_block_twice_is_the_block_once_with_half_the_variance():
    once = Counts(*(np.array([v]) for v in (8.0, 30.0, 14.0, 40.0, 1.0)))
    twice = Counts(*(np.repeat(v, 2) for v in (8.0, 30.0, 14.0, 40.0)), w=np.array([0.5, 0.5]))

    assert float(score(twice, 0.07)) == pytest.approx(float(score(once, 0.07)) * 2**0.5, rel=SAME)


def test_pairs_give_the_score_of_mcnemar():
    # 12 pairs with the event among the served only, 5 among the compared only, 9 without a difference
    x1, x0 = np.array([1.0] * 12 + [0.0] * 5 + [1.0] * 9), np.array([0.0] * 12 + [1.0] * 5 + [1.0] * 9)
    pairs = Counts(x1, np.ones(26), x0, np.ones(26), np.full(26, 1 / 26))

    assert float(score(pairs, 0.0)) == pytest.approx((12 - 5) / (12 + 5) ** 0.5, rel=SAME)


tables = st.tuples(st.integers(1, 40), st.integers(1, 40)).flatmap(
    lambda n: st.tuples(st.integers(0, n[0]), st.just(n[0]), st.integers(0, n[1]), st.just(n[1]))
)


@given(tables, st.floats(-0.99, 0.99))
@settings(max_examples=150, deadline=None)
def test_the_score_rises_with_every_event_among_the_served(counts, delta):
    """The exact interval looks for its region by halving, and would miss tables otherwise."""
    _, n1, x0, n0 = counts
    every = Counts(np.arange(n1 + 1.0)[:, None], np.array([float(n1)]), np.array([float(x0)]), np.array([float(n0)]), np.ones(1))

    with np.errstate(invalid="ignore"):
        rises = np.diff(score(every, delta))
    assert not (rises < -1e-9).any()


@given(tables)
@settings(max_examples=60, deadline=None)
def test_every_interval_holds_the_difference_and_turns_round_with_the_arms(counts):
    x1, n1, x0, n0 = counts
    d = x1 / n1 - x0 / n0
    ours, back = miettinen_nurminen(table(*counts)), miettinen_nurminen(table(x0, n0, x1, n1))
    low, high = newcombe(*counts)

    assert -1 <= ours.low <= d + ROUNDED and d - ROUNDED <= ours.high <= 1 and ours.low < ours.high
    assert -1 - ROUNDED <= low <= d + ROUNDED and d - ROUNDED <= high <= 1 + ROUNDED
    assert (back.low, back.high) == pytest.approx((-ours.high, -ours.low), abs=ROUNDED)
    assert back.p_value == pytest.approx(ours.p_value)


@pytest.mark.parametrize("counts", [(1, 8, 5, 8), (0, 6, 0, 8), (7, 7, 2, 8), (3, 4, 1, 3)])
def test_the_exact_interval_says_what_its_p_value_says(counts):
    limits = chan_zhang(*counts)

    assert (limits.low <= 0 <= limits.high) == (limits.p_value > 0.05)


def test_the_possible_lots_are_counted_by_block_and_by_cluster():
    z = np.array([1, 1, 0, 0, 1, 0, 0], dtype=bool)
    b = np.array([0, 0, 0, 0, 1, 1, 1])

    assert possible_lots(z, np.zeros(7, dtype=int), np.arange(7)) == 35
    assert possible_lots(z, b, np.arange(7)) == 6 * 3
    assert possible_lots(np.repeat([True, False, False], 2), np.zeros(6, dtype=int), np.repeat([0, 1, 2], 2)) == 3


def test_sampled_lots_agree_with_all_of_them(monkeypatch):
    rng = np.random.default_rng(3)
    there = lot(rng.normal(size=16), np.arange(16) < 8)
    every = redraw(there)
    monkeypatch.setattr("evaluation.methods.permutation.ENUMERATED", 10)
    sampled = redraw(there)

    assert (every.every_lot, every.lots, sampled.every_lot, sampled.lots) == (True, 12_870, False, DRAWS)
    assert sampled.p_value == pytest.approx(every.p_value, abs=2 * 3 * (every.p_value / DRAWS) ** 0.5)  # twice a tail's Monte Carlo error
    assert (sampled.low, sampled.high) == pytest.approx((every.low, every.high), abs=0.1)


def test_clusters_of_one_size_are_redrawn_as_their_means_would_be():
    rng = np.random.default_rng(4)
    g = np.repeat(np.arange(9), 3)
    y = rng.normal(size=27) + g

    people, means = redraw(lot(y, g < 4, g)), redraw(lot(y.reshape(9, 3).mean(axis=1), np.arange(9) < 4))
    assert (people.low, people.high, people.p_value) == pytest.approx((means.low, means.high, means.p_value), rel=1e-6)


def test_a_shift_of_the_served_shifts_the_redrawn_interval():
    rng = np.random.default_rng(5)
    y, z = rng.normal(size=11), np.arange(11) < 5

    before, after = redraw(lot(y, z)), redraw(lot(y + 3 * z, z))
    assert (after.low, after.high) == pytest.approx((before.low + 3, before.high + 3), rel=1e-6)


@given(st.lists(st.integers(0, 4), min_size=8, max_size=12), st.integers(2, 6))
@settings(max_examples=40, deadline=None)
def test_a_redrawn_interval_always_ends_and_says_what_its_p_value_says(values, served):
    y, z = np.array(values, dtype=float), np.arange(len(values)) < served
    if possible_lots(z, np.zeros(len(y), dtype=int), np.arange(len(y))) < 40 or (np.ptp(y[z]) == 0 and np.ptp(y[~z]) == 0):
        return
    there = redraw(lot(y, z))

    assert np.isfinite([there.low, there.high]).all() and there.low <= there.high
    if not min(abs(there.low), abs(there.high)) < 1e-6:  # a limit at no effect itself is a matter of rounding
        assert (there.low <= 0 <= there.high) == (there.p_value > 0.05)
