"""What holds for every estimator that adjusts for history: weighted by the chance of being followed, standardised, doubly robust."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from evaluation.methods.standing import Rows
from evaluation.methods.survival.covariates import fitted, laid
from evaluation.methods.survival.curves import curve, fleming_harrington
from evaluation.methods.survival.doubly import doubly_robust, doubly_robust_at
from evaluation.methods.survival.ipcw import weighted, weighted_at
from evaluation.methods.survival.predicted import averaged
from evaluation.methods.survival.reading import Reading
from evaluation.methods.survival.sought import Sought
from evaluation.methods.survival.standardised import standardised, standardised_at
from evaluation.methods.survival.times import Times
from evaluation.terms import Horizon, Question

H = 40
SAME = 1e-9  # relative: sums taken in another order, and Newton's last step
STEP = 1e-4  # of a weight, for a slope by a small step
SLOPE = 1e-7  # of the largest part, what is left of such a slope's own error
MEASURES = ("risk", "time_free", "time_lost")
ESTIMANDS = ("average_effect", "effect_on_the_served", "effect_on_the_compared", "effect_in_the_overlap")
DOORS = {"weighted": (weighted, weighted_at), "regression": (standardised, standardised_at), "doubly_robust": (doubly_robust, doubly_robust_at)}
doors = pytest.mark.parametrize("door", DOORS)


def drawn(n=300, seed=1, losses=True):
    """Marks, deaths and two ways of being lost that all hang on history, in whole days: many at one time."""
    g = np.random.default_rng(seed)
    x, z = g.normal(size=n), (g.random(n) < 0.5).astype(float)
    served = g.random(n) < 1 / (1 + np.exp(-0.5 * x))
    ends = [
        g.exponential(40 / np.exp(0.5 * x - 0.3 * z - 0.3 * served)),
        g.exponential(130 / np.exp(0.3 * x)),
        g.exponential(60 / np.exp(0.6 * x + 0.4 * z)) + (0 if losses else H),
        g.exponential(np.full(n, 120.0)) + (0 if losses else H),
    ]
    whole = np.floor(ends).astype(int)
    first, day = whole.argmin(axis=0), whole.min(axis=0)
    reached = (day >= H) | ((day == H - 1) & (first > 1))
    why = np.where(reached, "horizon", np.array(["mark", "death", "moved", "records end"])[first])
    cause = np.select([why == "mark", why == "death"], [1, 2], 0)
    reading = Reading(
        np.minimum(day, H - 1), cause, why, np.isin(why, ["moved", "records end"]), np.zeros(n, bool), np.full(n, H), ("mark", "death")
    )  # fmt: skip
    who = np.arange(n)
    return reading, Rows(who, served, who, None, who, g.uniform(0.5, 2, n), 0.5 * x, {"x": x, "z": z})


def asked(measure="risk", estimand="average_effect"):
    return Question("return", Horizon(days=H), "survival", 0.01, estimand=estimand, measure=measure)


@doors
@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("estimand", ESTIMANDS)
def test_what_a_row_adds_is_its_weight_times_the_derivative_by_it(door, measure, estimand):
    reading, rows = drawn()
    question, estimator = asked(measure, estimand), DOORS[door][0]
    means = estimator(reading, rows, rows.history, question)
    by_weight = np.array(means.by_weight)
    for row in (0, 5, 101, 299):

        def moved(by, row=row):
            w = rows.weights.copy()
            w[row] *= 1 + by
            found = estimator(reading, replace(rows, weights=w), rows.history, question)
            return np.array([found.served, found.compared])

        slope = (moved(STEP) - moved(-STEP)) / (2 * STEP)
        assert np.abs(slope - by_weight[:, row]).max() < SLOPE * np.abs(by_weight).max()
    assert abs(means.of_served.sum()) < SAME * np.abs(means.of_served).sum()


@doors
def test_the_order_of_rows_is_nothing(door):
    reading, rows = drawn()
    order = np.random.default_rng(2).permutation(len(reading))
    means, mixed = (DOORS[door][0](reading.of(own), rows.of(own), rows.of(own).history, asked("time_lost")) for own in (np.arange(300), order))

    assert (mixed.served, mixed.compared) == pytest.approx((means.served, means.compared), rel=SAME)
    assert mixed.influence == pytest.approx(means.influence[order], rel=1e-6, abs=1e-9)


@doors
def test_weights_that_are_all_twice_as_large_tell_the_same(door):
    reading, rows = drawn()
    means, twice = (DOORS[door][0](reading, replace(rows, weights=k * rows.weights), rows.history, asked()) for k in (1, 2))

    assert (twice.served, twice.compared) == pytest.approx((means.served, means.compared), rel=SAME)
    assert twice.influence == pytest.approx(means.influence, rel=1e-6, abs=1e-10)


@doors
def test_columns_in_other_units_tell_the_same(door):
    reading, rows = drawn()
    other = {"x": 12 * rows.history["x"] - 700, "z": 1 - rows.history["z"]}
    means, changed = (DOORS[door][0](reading, replace(rows, history=history), history, asked("time_free")) for history in (rows.history, other))

    assert (changed.served, changed.compared) == pytest.approx((means.served, means.compared), rel=1e-7)
    assert changed.influence == pytest.approx(means.influence, rel=1e-5, abs=1e-7)


@doors
def test_the_course_ends_in_the_risk_at_the_horizon_and_never_falls_by_regression(door):
    reading, rows = drawn()
    estimator, at = DOORS[door]
    course = at(reading, rows, rows.history, asked(), [10, 20, H])
    means = estimator(reading, rows, rows.history, asked())

    assert (course[-1].served, course[-1].compared) == pytest.approx((means.served, means.compared), rel=SAME)
    assert course[-1].influence == pytest.approx(means.influence, rel=1e-7, abs=1e-12)
    assert door != "regression" or course[0].served < course[1].served < course[2].served


def test_survival_and_both_incidences_that_regressions_predict_add_to_one():
    reading, rows = drawn()
    design, everybody = laid(rows.history, 300), np.ones(300, dtype=bool)
    marks, deaths = (fitted(design, Times(reading.day, reading.cause), everybody, cause=cause) for cause in (1, 2))
    free, to_marks = averaged(marks, deaths, np.ones(300), [Sought(word, np.full(300, H)) for word in ("time_free", "time_lost")]).everybody.T
    to_deaths = averaged(deaths, marks, np.ones(300), [Sought("time_lost", np.full(300, H))]).everybody[:, 0]

    assert free + to_marks + to_deaths == pytest.approx(np.full(300, float(H)), rel=SAME)


def test_without_columns_the_standardised_risk_is_that_of_fleming_and_harrington():
    reading, rows = drawn()
    alone = replace(reading, cause=np.where(reading.cause == 1, 1, 0), causes=("mark",))
    means = standardised(alone, rows, {}, asked())
    for mean, arm in ((means.served, rows.served), (means.compared, ~rows.served)):
        times = alone.of(arm).times(rows.weights[arm])

        assert mean == pytest.approx(1 - np.exp(-fleming_harrington(curve(times), times)[-1]), rel=SAME)


def test_where_nobody_is_lost_weights_by_the_chance_of_being_followed_are_the_weights():
    reading, rows = drawn(losses=False)
    assert not reading.lost.any()
    for measure in MEASURES:
        means = weighted(reading, rows, {}, asked(measure))
        Y = Sought(measure, reading.horizon).value(reading.day, reading.cause)

        assert means.served == pytest.approx(np.average(Y[rows.served], weights=rows.weights[rows.served]), rel=SAME)
        assert means.least == 1 and (means.stands == rows.weights).all()


def test_where_nobody_is_lost_and_nothing_is_predicted_twice_over_is_the_weighted_mean():
    reading, rows = drawn(losses=False)
    for measure in MEASURES:
        once, twice = weighted(reading, rows, {}, asked(measure)), doubly_robust(reading, rows, {}, asked(measure))

        assert (twice.served, twice.compared) == pytest.approx((once.served, once.compared), rel=SAME)
        assert twice.influence == pytest.approx(once.influence, rel=1e-6, abs=1e-9)
