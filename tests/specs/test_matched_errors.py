"""Two-way cluster-robust errors by hand, and what uneven weights leave of a number of clusters."""

import numpy as np
import pytest

from evaluation.diagnostics.sums import effective_number, sums_by
from evaluation.methods.clustering import skewness, two_way

SAME = 1e-12


def factor(clusters: int, n: int) -> float:
    return clusters / (clusters - 1) * (n - 1) / (n - 2)


def test_two_ways_are_one_plus_the_other_less_both():
    influence, one, other = np.array([1.0, 2, -1, -2, 3, -3]), np.array([0, 0, 1, 1, 2, 2]), np.array([5, 7, 5, 7, 7, 7])
    found = two_way(0.5, influence, one, other)

    v_one = (3**2 + 3**2 + 0**2) * factor(3, 6)
    v_other = (0**2 + 0**2) * factor(2, 6)
    v_both = (1 + 4 + 1 + 4 + 0) * factor(5, 6)  # the last two rows share both
    assert found.std_error == pytest.approx((v_one + v_other - v_both) ** 0.5, abs=SAME)
    assert (found.effect, found.df) == (0.5, 1.0)


def test_clusters_within_sets_or_sets_within_clusters_are_one_way():
    influence, sets = np.random.default_rng(0).normal(size=30), np.arange(30) // 3
    rows = np.arange(30)

    expected = (float((sums_by(influence, sets) ** 2).sum()) * factor(10, 30)) ** 0.5
    assert two_way(0.0, influence, sets, rows).std_error == pytest.approx(expected, abs=SAME)
    assert two_way(0.0, influence, rows, sets).std_error == pytest.approx(expected, abs=SAME)


def test_a_variance_below_zero_gives_way_to_the_larger_of_the_two():
    influence, one, other = np.array([1.0, -1, -1, 1]), np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    influence[0] += 0.1  # sums by either label are small and the rows are not
    found = two_way(0.0, influence, one, other)

    assert found.std_error == pytest.approx((0.1**2 * factor(2, 4)) ** 0.5, abs=SAME)


def test_uneven_weights_cost_degrees_of_freedom():
    influence, rows = np.random.default_rng(0).normal(size=30), np.arange(30)

    assert two_way(0.0, influence, rows, rows).df == 29
    assert two_way(0.0, influence, rows, rows, worth=7.5).df == 6.5
    assert two_way(0.0, influence, rows, rows, worth=1.2).df == 1


def test_one_cluster_has_no_error():
    found = two_way(0.0, np.ones(6), np.arange(6), np.zeros(6, dtype=int))

    assert np.isnan(found.std_error) and np.isnan(found.df)


def test_ten_of_equal_weight_are_ten_and_one_that_leads_is_fewer():
    assert effective_number(np.full(20, 0.5), np.arange(20) // 2) == pytest.approx(10)
    assert effective_number(np.array([3.0, 1, 1]), np.arange(3)) == pytest.approx(25 / 11)


def test_skewness_is_that_of_a_sum():
    assert skewness(np.array([1.0, 1, -2]), np.arange(3)) == pytest.approx((1 + 1 - 8) / 6**1.5)
    assert skewness(np.zeros(3), np.arange(3)) == 0
