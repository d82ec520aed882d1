"""Regressions of a risk or of a mean time: what stands for those lost, errors by cluster, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from evaluation.methods.survival.pseudo_regression import mean_time, pseudo_regression
from evaluation.methods.survival.times import Times
from evaluation.terms import Refused

STEP = 1e-5


def drawn(n=400, seed=0):
    g = np.random.default_rng(seed)
    x, served = g.normal(size=n), g.random(n) < 0.5
    T, C = g.exponential(20 * np.exp(0.3 * served + 0.1 * x)), g.exponential(40, n)
    return {"x": x}, served, Times(np.ceil(np.minimum(T, C)), (T <= C).astype(int))


def test_without_columns_the_mean_times_are_the_areas_under_the_curves_of_the_arms():
    """To the end of an arm's own censoring: the sum of w / G is then everybody, and G and the curve are made of the same losses."""
    _, served, times = drawn()
    from evaluation.methods.survival.curves import curve
    from evaluation.methods.survival.restricted import time_free

    fit = mean_time({}, served, times, 20)
    areas = [time_free(curve(times.of(arm)), 20) for arm in (~served, served)]
    assert fit.coef[0] == pytest.approx(areas[0]) and fit.coef.sum() == pytest.approx(areas[1])


def test_what_a_row_adds_to_a_slope_is_its_weight_times_the_derivative_by_it():
    columns, served, times = drawn()
    w = np.random.default_rng(1).uniform(0.5, 2, 400)
    fit = mean_time(columns, served, Times(times.stop, times.cause, None, w), 20)
    for row in (0, 7, 200):
        up, down = (
            mean_time(columns, served, Times(times.stop, times.cause, None, np.where(np.arange(400) == row, w * (1 + by), w)), 20)
            for by in (STEP, -STEP)
        )
        assert (up.coef - down.coef) / (2 * STEP) == pytest.approx(fit.influence[row], rel=1e-5, abs=1e-8)


def test_errors_by_cluster_add_up_what_rows_of_one_have_in_common():
    columns, served, times = drawn()
    fit, who = pseudo_regression(columns | {"served": served.astype(float)}, times, "risk", 20), np.arange(400)

    assert fit.std_errors(who) == pytest.approx(fit.std_errors())
    twice = pseudo_regression({"x": np.tile(columns["x"], 2)}, Times(np.tile(times.stop, 2), np.tile(times.cause, 2)), "risk", 20)
    once = pseudo_regression(columns, times, "risk", 20)
    assert twice.std_errors(np.tile(who, 2)) == pytest.approx(once.std_errors(), rel=1e-9)
    with pytest.raises(Refused, match="one cluster"):
        fit.variance(np.zeros(400, dtype=int))


def test_a_column_that_others_make_up_is_refused_by_name():
    columns, served, times = drawn()
    for regression in (lambda own: pseudo_regression(own, times, "risk", 20), lambda own: mean_time(own, served, times, 20)):
        with pytest.raises(Refused, match="the columns again, flat never vary"):
            regression(columns | {"again": 3 - columns["x"], "flat": np.ones(400)})


def test_a_horizon_beyond_the_follow_up_of_an_arm_is_refused():
    columns, served, times = drawn()
    with pytest.raises(Refused, match="nobody was followed for so long"):
        mean_time(columns, served, times, float(times.stop[served].max()) + 1)


def test_late_entries_are_refused():
    columns, served, times = drawn()
    with pytest.raises(Refused, match="rows enter late"):
        mean_time(columns, served, Times(times.stop, times.cause, np.zeros(400)), 10)
