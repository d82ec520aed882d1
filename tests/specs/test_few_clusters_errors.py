"""Errors that correct for few clusters, held against the same numbers found the long way."""

from itertools import pairwise

import numpy as np
import pytest

from evaluation.methods.few import by_arm
from evaluation.methods.inference import Lot
from evaluation.methods.inference import cr2 as cr2_of_a_lot
from evaluation.methods.jackknifed import freedom_of_equals, jackknife, leave_one_out
from evaluation.methods.small_clusters import cr2, cr3

SAME = 1e-9  # closed forms and loops do the same sums in another order


def clustered(G=9, size=7, seed=3):
    rng = np.random.default_rng(seed)
    g = np.repeat(np.arange(G), rng.integers(2, size, G))
    z = np.isin(g, rng.permutation(G)[:4])
    return g, z, rng.normal(size=len(g)) + rng.normal(size=G)[g] + 0.4 * z


def panel(n=8, T=6, seed=5, weights=False):
    """A panel of units in rows, two to a cluster, those of the first clusters under the programme from different periods on."""
    rng = np.random.default_rng(seed)
    unit, period = np.repeat(np.arange(n), T), np.tile(np.arange(T), n)
    cluster = unit // 2
    start = np.array([2, 3, 99, 99, 99])[cluster]
    on = (period >= start).astype(float)
    z = rng.normal(size=n * T)
    y = rng.normal(size=n)[unit] + 0.3 * period + 0.5 * on + 0.2 * z + rng.normal(size=n * T)
    return np.column_stack([on, z]), y, cluster, unit, period, rng.uniform(0.5, 2.0, n * T) if weights else None


def dummies(*labels):
    return np.column_stack([np.equal.outer(label, np.unique(label)).astype(float) for label in labels])


def coefficient(X, y, unit, period, weight=None, kept=None):
    """The first coefficient of a regression with dummies for everything, by least squares."""
    kept = np.ones(len(y), dtype=bool) if kept is None else kept
    root = np.sqrt(np.ones(len(y)) if weight is None else weight)[kept, None]
    whole = np.column_stack([X, dummies(unit, period)])[kept]
    return np.linalg.lstsq(whole * root, y[kept] * root[:, 0], rcond=None)[0][0]


def long_cr2(X, y, cluster, contrast, weight):
    """CR2 and its degrees of freedom with the whole hat matrix: symmetric roots of (I - H)_cc, and the vectors g_c of every cluster."""
    root = np.sqrt(weight)
    X, y = X * root[:, None], y * root
    bread = np.linalg.pinv(X.T @ X)
    left = np.eye(len(y)) - X @ bread @ X.T
    e, g = left @ y, []
    for label in np.unique(cluster):
        there = cluster == label
        values, vectors = np.linalg.eigh(left[np.ix_(there, there)])
        inverse_root = vectors @ np.diag(np.where(values > 1e-8, 1 / np.sqrt(np.maximum(values, 1e-8)), 0)) @ vectors.T
        g.append(left[:, there] @ inverse_root @ X[there] @ bread @ contrast)
    P = np.array(g) @ np.array(g).T
    return float(contrast @ bread @ X.T @ y), sum(float(one @ e) ** 2 for one in g) ** 0.5, np.trace(P) ** 2 / (P**2).sum()


def test_cr2_of_a_difference_of_two_means_is_the_one_that_lots_are_told_by():
    g, z, y = clustered()

    there = cr2(np.column_stack([z, np.ones(len(z))]), y, g, np.array([1.0, 0.0]))
    known = cr2_of_a_lot(Lot(y, z, np.zeros(len(y), dtype=int), np.ones(1), g))
    assert (there.effect, there.std_error, there.df) == pytest.approx((known.effect, known.std_error, known.df), rel=SAME)


@pytest.mark.parametrize("weights", [False, True])
def test_cr2_of_a_panel_is_the_one_of_all_its_dummies_and_the_whole_hat_matrix(weights):
    X, y, cluster, unit, period, weight = panel(weights=weights)

    there = cr2(X, y, cluster, np.array([1.0, 0.0]), weight=weight, absorb=(unit, period))
    whole = np.column_stack([X, dummies(unit, period)])
    long = long_cr2(whole, y, cluster, np.eye(whole.shape[1])[0], np.ones(len(y)) if weight is None else weight)
    assert (there.effect, there.std_error, there.df) == pytest.approx(long, rel=1e-7)


@pytest.mark.parametrize("weights", [False, True])
def test_cr3_is_the_jackknife_that_leaves_every_cluster_out_in_turn(weights):
    X, y, cluster, unit, period, weight = panel(weights=weights)

    there = cr3(X, y, cluster, np.array([1.0, 0.0]), weight=weight, absorb=(unit, period))
    without = leave_one_out(lambda kept: coefficient(X, y, unit, period, weight, kept), cluster)
    long = jackknife(coefficient(X, y, unit, period, weight), without)
    assert (there.effect, there.std_error) == pytest.approx((long.effect, long.std_error), rel=1e-7)
    assert long.df == 3 and there.df < 3


def test_the_order_of_rows_of_labels_and_of_what_is_absorbed_changes_no_error():
    X, y, cluster, unit, period, weight = panel(weights=True)
    shuffled = np.random.default_rng(0).permutation(len(y))
    names = np.array([40, 7, 23, 5])

    def told(error, rows, labels, *absorb):
        return error(X[rows], y[rows], labels[rows], np.array([1.0, 0.0]), weight=weight[rows], absorb=[label[rows] for label in absorb])

    for error in (cr2, cr3):
        there = told(error, np.arange(len(y)), cluster, unit, period)
        other = told(error, shuffled, names[cluster], period, unit)
        assert (there.effect, there.std_error, there.df) == pytest.approx((other.effect, other.std_error, other.df), rel=SAME)


def test_an_effect_that_hangs_on_one_cluster_has_no_error():
    g, _, y = clustered()
    X = np.column_stack([g == 3, np.ones(len(g))]).astype(float)

    for there in (cr2(X, y, g, np.array([1.0, 0.0])), cr3(X, y, g, np.array([1.0, 0.0]))):
        assert there.effect == pytest.approx(y[g == 3].mean() - y[g != 3].mean()) and np.isnan(there.std_error)


def test_a_column_that_others_make_up_has_no_effect_to_tell():
    X, y, cluster, unit, period, _ = panel()
    always = np.column_stack([unit < 2, X[:, 1]]).astype(float)  # does not change over time, so that the units' own effects hold it

    assert np.isnan(cr2(always, y, cluster, np.array([1.0, 0.0]), absorb=(unit, period)).effect)
    assert not np.isnan(cr2(always, y, cluster, np.array([0.0, 1.0]), absorb=(unit, period)).std_error)


def test_what_an_effect_leaves_behind_in_each_cluster_gives_the_jackknife_of_two_means():
    g, z, y = clustered()
    influence = np.where(z, (y - y[z].mean()) / z.sum(), -(y - y[~z].mean()) / (~z).sum())

    there = by_arm(y[z].mean() - y[~z].mean(), influence, g, z)
    labels, first = np.unique(g, return_index=True)
    without = leave_one_out(lambda kept: y[kept & z].mean() - y[kept & ~z].mean(), g)
    long = jackknife(there.effect, without, z[first], np.bincount(g).astype(float))
    regression = cr3(np.column_stack([z, np.ones(len(z))]), y, g, np.array([1.0, 0.0]))
    assert len(without) == len(labels)
    assert (there.std_error, there.df) == pytest.approx((long.std_error, long.df), rel=SAME)
    assert there.std_error == pytest.approx(regression.std_error, rel=SAME)


def test_degrees_of_freedom_fall_to_those_of_the_side_whose_spread_leads():
    reached = np.arange(12) < 3
    even = np.tile([1.0, -1.0], 6)
    for spread, expected in ((1.0, None), (1000.0, 2.0)):
        without = even * np.where(reached, spread, 1.0)
        df = jackknife(0.0, without, reached).df
        assert df == pytest.approx(expected, rel=1e-3) if expected else 2 < df <= freedom_of_equals(3, 9)


def test_equal_clusters_have_the_degrees_of_freedom_of_a_difference_of_their_means():
    for treated, compared in ((3, 3), (2, 8), (5, 40)):
        g = np.arange(treated + compared)
        y = np.random.default_rng(1).normal(size=len(g))
        X = np.column_stack([g < treated, np.ones(len(g))]).astype(float)
        assert cr2(X, y, g, np.array([1.0, 0.0])).df == pytest.approx(freedom_of_equals(treated, compared), rel=SAME)
    freedoms = [freedom_of_equals(treated, 60) for treated in (1, 2, 3, 8, 30, 60)]
    assert all(fewer < more for fewer, more in pairwise(freedoms)) and freedoms[-1] == pytest.approx(118)


def test_a_cluster_whose_absence_leaves_no_effect_leaves_no_jackknife():
    g, _, y = clustered()
    alone = g == 2

    without = leave_one_out(lambda kept: y[kept & alone].mean() if (kept & alone).any() else float("nan"), g)
    assert np.isnan(without).sum() == 1 and np.isnan(jackknife(0.0, without).std_error)
    assert np.isnan(by_arm(0.0, y - y.mean(), g, alone).std_error)
    assert np.isnan(by_arm(0.0, y - y.mean(), g, np.ones(len(g), dtype=bool)).std_error)
