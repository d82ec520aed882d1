"""The wild cluster bootstrap, held against every change of sign gone through in plain loops of whole regressions."""

from itertools import product

import numpy as np
import pytest

from evaluation.methods.small_clusters import cr2
from evaluation.methods.wild import DRAWS, wild_bootstrap

SAME = 1e-9


def panel(G=6, T=4, seed=2, treated=3):
    rng = np.random.default_rng(seed)
    unit, period = np.repeat(np.arange(2 * G), T), np.tile(np.arange(T), 2 * G)
    cluster = unit // 2
    on = ((cluster < treated) & (period >= 2)).astype(float)
    z = rng.normal(size=len(unit))
    y = rng.normal(size=2 * G)[unit] + 0.4 * period + rng.normal(size=(G, T))[cluster, period] + rng.normal(size=len(unit)) + 0.3 * z
    return np.column_stack([on, z]), y, cluster, unit, period, rng.uniform(0.5, 2, len(unit))


def full(X, unit, period):
    return np.column_stack([X, *(np.equal.outer(label, np.unique(label)).astype(float) for label in (unit, period))])


def t_of(W, y, cluster, null):
    """The t of the first coefficient by least squares with a cluster-robust error, and the coefficient."""
    bread = np.linalg.pinv(W.T @ W)
    b = bread @ W.T @ y
    e = y - W @ b
    meat = sum(np.outer(s, s) for s in (W[cluster == c].T @ e[cluster == c] for c in np.unique(cluster)))
    return (b[0] - null) / np.sqrt((bread @ meat @ bread)[0, 0]), b[0]


def long_p(X, y, cluster, unit, period, weight, null):
    """Fits under the null, changes the signs of whole clusters' residuals in all ways, and fits again each time."""
    root = np.sqrt(weight)
    W, y = full(X, unit, period) * root[:, None], y * root
    rest = W[:, 1:]
    under = null * W[:, 0] + rest @ np.linalg.lstsq(rest, y - null * W[:, 0], rcond=None)[0]
    seen = abs(t_of(W, y, cluster, null)[0])
    signs = product((1.0, -1.0), repeat=len(np.unique(cluster)))
    drawn = [abs(t_of(W, under + np.array(v)[cluster] * (y - under), cluster, null)[0]) for v in signs]
    return np.mean(np.array(drawn) >= seen * (1 - SAME))


@pytest.mark.parametrize("null", [0.0, -1.1])
def test_every_change_of_sign_gives_the_p_value_of_regressions_in_loops(null):
    X, y, cluster, unit, period, weight = panel(G=6)

    there = wild_bootstrap(X, y - null * X[:, 0], cluster, np.array([1.0, 0.0]), weight=weight, absorb=(unit, period))
    assert there.every and there.draws == 32  # 64, of which each mirrors another
    assert there.p_value == pytest.approx(long_p(X, y, cluster, unit, period, weight, null), abs=SAME)


def test_the_ends_of_the_interval_are_where_the_null_begins_to_be_rejected():
    X, y, cluster, unit, period, weight = panel(G=8, treated=4)

    there = wild_bootstrap(X, y, cluster, np.array([1.0, 0.0]), weight=weight, absorb=(unit, period))
    width = there.high - there.low
    assert there.low < there.effect < there.high

    def p(b):
        return wild_bootstrap(X, y - b * X[:, 0], cluster, np.array([1.0, 0.0]), weight=weight, absorb=(unit, period)).p_value

    assert p(there.low - 0.01 * width) <= 0.05 < p(there.low + 0.01 * width)
    assert p(there.high + 0.01 * width) <= 0.05 < p(there.high - 0.01 * width)
    assert (there.p_value <= 0.05) == (not there.low <= 0 <= there.high)


def test_any_contrast_is_told_as_the_coefficient_it_can_be_rewritten_as():
    X, y, cluster, unit, period, _ = panel(G=7)
    turned = X @ np.array([[1.0, 1.0], [1.0, -1.0]])  # the first coefficient is the sum of the new ones

    plain = wild_bootstrap(X, y, cluster, np.array([1.0, 0.0]), absorb=(unit, period))
    there = wild_bootstrap(turned, y, cluster, np.array([1.0, 1.0]), absorb=(unit, period))
    assert (there.effect, there.p_value, there.low, there.high) == pytest.approx((plain.effect, plain.p_value, plain.low, plain.high), rel=1e-7)


def test_five_clusters_never_reach_five_percent():
    X, y, cluster, unit, period, _ = panel(G=5, treated=2)

    there = wild_bootstrap(X, y + 50 * X[:, 0], cluster, np.array([1.0, 0.0]), absorb=(unit, period))
    assert (there.low, there.high) == (-np.inf, np.inf) and there.p_value >= 1 / 16


def test_many_clusters_are_drawn_from_a_seed_and_agree_with_t():
    X, y, cluster, unit, period, _ = panel(G=40, treated=20)

    there, again = (wild_bootstrap(X, y, cluster, np.array([1.0, 0.0]), absorb=(unit, period)) for _ in range(2))
    shuffled = np.random.default_rng(0).permutation(len(y))
    other = wild_bootstrap(X[shuffled], y[shuffled], cluster[shuffled], np.array([1.0, 0.0]), absorb=(unit[shuffled], period[shuffled]))
    by_t = cr2(X, y, cluster, np.array([1.0, 0.0]), absorb=(unit, period))
    assert there == again and not there.every and there.draws == DRAWS + 1
    assert (there.low, there.high, there.p_value) == pytest.approx((other.low, other.high, other.p_value), rel=1e-6)
    assert there.high - there.low == pytest.approx(by_t.interval("").high - by_t.interval("").low, rel=0.1)


def test_what_the_other_columns_make_up_has_no_p_value():
    _, y, cluster, unit, period, _ = panel()

    there = wild_bootstrap((unit < 4).astype(float), y, cluster, np.ones(1), absorb=(unit, period))
    assert np.isnan(there.p_value) and np.isnan(there.effect) and there.draws == 0
