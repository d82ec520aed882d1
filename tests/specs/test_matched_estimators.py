"""What being served did, told by a difference, a regression or both: by hand, by derivative, and where one of two things is wrong."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from amounts_told import AMOUNT, SEEN, Told
from scipy.special import expit

from evaluation.methods.influence import Means, errors
from evaluation.methods.matched import compare, estimate
from evaluation.methods.matched.doubly import doubly_robust, in_folds
from evaluation.methods.matched.leaving import alike_in_leaving
from evaluation.methods.matched.means import difference
from evaluation.methods.matched.reading import Reading
from evaluation.methods.matched.regression import regressed
from evaluation.methods.standing import Rows, standing
from evaluation.terms import Cohort, Comparison, Estimand, Horizon, Inference, Learned, Matching, Places, Question, Refused

SAME = 1e-9  # the same sums
STEP = 1e-6  # of a weight, either way, in a numerical derivative
DERIVED = 1e-6  # relative: of such a derivative


def people(seed: int = 0, n: int = 400) -> tuple[Cohort, np.ndarray]:
    """Whoever has more of x is sooner served, and has more; being served adds 2."""
    rng = np.random.default_rng(seed)
    x, z = rng.normal(size=n), rng.normal(size=n)
    served = rng.random(n) < expit(0.8 * x + 0.4 * z - 0.6)
    y = 20 + 3 * x + z + 2 * served + 2 * rng.normal(size=n)
    who = np.arange(n)
    return Cohort("main", "person", "", who + 1, who, served, {"x": x, "z": z}, (), "offer"), y


def asked(estimand="effect_on_the_served", estimator="difference", inference="robust", **words) -> Question:
    compared = Matching(**{"by": "inverse_probability", **words})
    return Question(AMOUNT.name, Horizon(days=SEEN), "matched", 0.5, estimand=estimand, estimator=estimator, inference=Inference(inference),
                    compare=compared)  # fmt: skip


def answered(cohort, y, question):
    return estimate(cohort, compare(cohort, question), Told(y), question)


def weighed(seed: int = 1, n: int = 120) -> tuple[Reading, Rows]:
    """People of uneven weights, some of whom were lost."""
    rng = np.random.default_rng(seed)
    x, served, who = rng.normal(size=n), rng.random(n) < 0.5, np.arange(n)
    lost = rng.random(n) < 0.2
    reading = Reading(3 * x + rng.normal(size=n) + served, rng.integers(10, 90, n), lost)
    reading.day[~lost] = rng.integers(40, 100, int((~lost).sum()))
    return reading, Rows(who, served, who, None, who, rng.uniform(0.5, 2, n), None, {"x": x})


ESTIMATORS = {
    "difference": lambda reading, rows, estimand: difference(reading, rows),
    "regression": lambda reading, rows, estimand: regressed(reading, rows, rows.history, estimand, "here"),
    "doubly_robust": lambda reading, rows, estimand: doubly_robust(reading, rows, rows.history, estimand),
}


# ------------------------------------------------------------------------------------------------ what a row adds to an error
@pytest.mark.parametrize("estimand", ["effect_on_the_served", "effect_on_the_compared", "average_effect", "effect_in_the_overlap"])
@pytest.mark.parametrize("estimator", ["difference", "regression"])
def test_what_hangs_on_a_weight_is_the_derivative_by_it_those_lost_and_all(estimator, estimand):
    reading, rows = weighed()
    told = ESTIMATORS[estimator]
    means = told(reading, rows, estimand)

    for row in (0, 1, *np.flatnonzero(reading.lost)[:2]):

        def moved(by: float, row: int = row) -> Means:
            weights = rows.weights.copy()
            weights[row] += by
            return told(reading, replace(rows, weights=weights), estimand)

        for served in (True, False):
            up, down = (moved(by).served if served else moved(by).compared for by in (STEP, -STEP))
            derivative = means.by_weight[0 if served else 1][row] / rows.weights[row]
            assert (up - down) / (2 * STEP) == pytest.approx(derivative, rel=1e-4, abs=DERIVED)


@pytest.mark.parametrize("estimand", ["effect_on_the_served", "average_effect"])
@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_what_rows_add_to_an_error_adds_to_nothing(estimator, estimand):
    means = ESTIMATORS[estimator](*weighed(), estimand)

    for part in (means.of_served, means.of_compared):
        assert abs(part.sum()) < SAME * np.abs(part).sum()


def test_the_error_of_learnt_weights_is_theirs_times_how_the_effect_hangs_on_them():
    cohort, y = people()
    found = compare(cohort, asked(by="entropy_balancing"))
    rng = np.random.default_rng(5)
    learned = Learned(np.where(found.kept[:, None], rng.normal(size=(400, 2)), 0.0), rng.normal(size=(400, 2)) / 400)
    reading, rows = Reading(y, np.full(400, SEEN), np.zeros(400, dtype=bool)), standing(cohort, found)
    given, counted = (errors(cohort, replace(found, learned=each), rows, difference(reading, rows)) for each in (None, learned))

    for j in range(2):  # by moving the weights along each slope
        moved = [difference(reading, replace(rows, weights=rows.weights + step * learned.slopes[rows.row, j])).effect for step in (STEP, -STEP)]
        given = replace(given, of_served=given.of_served + learned.influence[:, j] * (moved[0] - moved[1]) / (2 * STEP))
    assert counted.influence == pytest.approx(given.influence, rel=1e-4, abs=1e-8)


def test_those_who_taught_the_weights_and_are_not_compared_count_in_the_error():
    cohort, y = people()
    found = compare(cohort, asked(by="entropy_balancing"))
    kept = found.kept & (np.arange(400) >= 20)
    influence = np.random.default_rng(0).normal(size=(400, 1))
    less = replace(found, kept=kept, weights=np.where(kept, found.weights, 0), learned=Learned(np.where(kept[:, None], 1e-3, 0.0), influence))
    rows = standing(cohort, less)
    means = difference(Reading(y[rows.row], np.full(len(rows.row), SEEN), np.zeros(len(rows.row), dtype=bool)), rows)

    assert len(errors(cohort, less, rows, means).influence) == 400 and len(rows.row) < 400


# ------------------------------------------------------------------------------------------------ the estimators
def test_a_regression_by_hand():
    """Two columns of two values each: the fits of the compared, averaged over those served, are theirs by least squares."""
    cohort, y = people(n=60)
    rows = standing(cohort, compare(cohort, asked()))
    reading = Reading(y[rows.row], np.full(60, SEEN), np.zeros(60, dtype=bool))
    found = regressed(reading, rows, rows.history, "effect_on_the_served", "here")

    X = np.column_stack([np.ones(60), rows.history["x"], rows.history["z"]])
    others, w = ~rows.served, rows.weights
    b = np.linalg.lstsq(X[others] * np.sqrt(w[others])[:, None], reading.y[others] * np.sqrt(w[others]), rcond=None)[0]
    assert found.compared == pytest.approx(np.average(X[rows.served] @ b, weights=w[rows.served]), rel=SAME)
    assert found.served == pytest.approx(np.average(reading.y[rows.served], weights=w[rows.served]), rel=SAME)
    assert found.parameters == 6


def test_a_column_that_one_arm_does_not_vary_in_is_left_out_of_both():
    reading, rows = weighed()
    only = np.where(rows.served, rows.history["x"], 1.0)
    both = {"x": rows.history["x"], "only": only}

    told = regressed(reading, rows, both, "effect_on_the_served", "here")
    alone = regressed(reading, rows, {"x": rows.history["x"]}, "effect_on_the_served", "here")
    assert (told.served, told.compared, told.parameters) == (alone.served, alone.compared, 4)


def test_more_columns_than_people_can_tell_are_refused():
    reading, rows = weighed(n=60)
    many = {f"x{j}": np.random.default_rng(j).normal(size=60) for j in range(15)}

    with pytest.raises(Refused, match="fewer than 32 people followed, for a regression on 15 columns"):
        regressed(reading, rows, many, "effect_on_the_served", "here")


@pytest.mark.parametrize("estimand", ["effect_on_the_served", "effect_on_the_compared", "average_effect"])
@pytest.mark.parametrize("wrong", ["weights", "predictions"])
def test_doubly_robust_is_right_where_one_of_the_two_is_wrong(estimand, wrong):
    rng, n = np.random.default_rng(0), 20_000
    x = rng.normal(size=n)
    e = expit(0.9 * x)
    served, who = rng.random(n) < e, np.arange(n)
    level = x if wrong == "weights" else np.exp(x)  # a line predicts the first, and not the second
    y = 10 + 3 * level + 2 * served + rng.normal(size=n)
    odds = {"effect_on_the_served": np.where(served, 1, e / (1 - e)), "effect_on_the_compared": np.where(served, (1 - e) / e, 1)}
    w = odds.get(estimand, 1 / np.where(served, e, 1 - e))
    if wrong == "weights":
        w = np.ones(n)
    reading, rows = Reading(y, np.full(n, SEEN), np.zeros(n, dtype=bool)), Rows(who, served, who, None, who, w, None, {"x": x})

    found, plain = doubly_robust(reading, rows, {"x": x}, estimand), difference(reading, rows)
    error = float((found.influence**2).sum() ** 0.5)
    assert abs(found.effect - 2) < 3 * error
    if wrong == "weights":
        assert abs(plain.effect - 2) > 20 * error


def test_folds_hold_together_who_shares_luck_and_are_drawn_by_what_people_are():
    rng = np.random.default_rng(0)
    Z, together = rng.normal(size=(300, 2)), np.arange(300) // 3
    folds, order = in_folds(Z, together), rng.permutation(300)

    assert all(len(set(folds[together == one])) == 1 for one in range(100))
    assert (in_folds(Z[order], 700 - 3 * together[order]) == folds[order]).all()
    assert np.bincount(folds).tolist() == [60] * 5


@pytest.mark.parametrize("learner", ["regression", "flexible"])
def test_trees_or_a_penalised_regression_predict(learner):
    cohort, y = people(n=600)
    found = answered(cohort, y, asked("average_effect", "doubly_robust", score=learner, trim=0.02))

    assert abs(found.effect - 2) < 3 * found.std_error and found.std_error < 0.5


# ------------------------------------------------------------------------------------------------ where rows stand in several sets
def test_a_row_that_stands_in_several_sets_weighs_in_each():
    cohort, y = people(n=40)
    served, others = np.flatnonzero(cohort.served), np.flatnonzero(~cohort.served)
    beside = others[np.arange(len(served)) % 3]
    places = Places(np.concatenate([served, beside]), np.tile(np.arange(len(served)), 2), np.ones(2 * len(served)))
    weights = np.bincount(places.row, weights=places.weight, minlength=40)
    comparison = Comparison(Estimand("effect_on_the_served", "", "", ""), weights > 0, weights, cohort.person, places=places)
    question = asked(by="matching", reuse=0)
    found = estimate(cohort, comparison, Told(y), question)

    assert found.effect == pytest.approx((y[served] - y[beside]).mean(), rel=SAME)
    assert found.interval.by == "two-way cluster-robust by set and person"
    assert (found.compared.people, found.compared.weighed.rows) == (3, 3)


def test_a_ratio_by_hand():
    cohort, y = people()
    found = answered(cohort, y, asked())
    means = found.served.mean, found.compared.mean

    assert found.ratio.name == "ratio of means" and found.ratio.value == pytest.approx(means[0] / means[1], rel=SAME)
    low, high = np.log((found.ratio.interval.low, found.ratio.interval.high))
    assert (low + high) / 2 == pytest.approx(np.log(found.ratio.value), rel=1e-6)
    assert found.ratio.interval.excludes(1) == found.interval.excludes(0)
    assert answered(cohort, y - 50, asked()).ratio is None


@pytest.mark.parametrize("mean", [0.5, 1e-6])
def test_there_is_no_ratio_where_a_mean_is_not_clear_of_0(mean):
    cohort, y = people()
    found = answered(cohort, y, asked())
    moved = np.where(cohort.served, y - found.served.mean + mean * found.std_error / 2, y)
    clear = np.where(cohort.served, y - found.served.mean + 5 * found.std_error, y)

    assert answered(cohort, moved, asked()).ratio is None
    assert answered(cohort, clear, asked()).ratio.interval.low > 0


# ------------------------------------------------------------------------------------------------ units and labels
def test_an_outcome_far_from_0_is_measured_and_one_that_never_varies_is_not():
    cohort, y = people()
    near, far = (answered(cohort, values, asked()) for values in (y, y + 1e9))

    assert far.effect == pytest.approx(near.effect, abs=1e-5) and far.std_error == pytest.approx(near.std_error, rel=1e-5)
    for same in (np.full(400, 0.1), np.where(cohort.served, 1e9 + 1, 1e9)):
        with pytest.raises(Refused, match="everybody has the same outcome"):
            answered(cohort, same, asked())


@pytest.mark.parametrize("estimator", ["difference", "regression", "doubly_robust"])
@pytest.mark.parametrize("by", ["inverse_probability", "matching"])
def test_what_codes_of_a_category_are_called_changes_nothing(by, estimator):
    """Who is lost hangs on the code, and not by rising code: so does what they have."""
    cohort, _ = people(n=800)
    rng = np.random.default_rng(7)
    code = rng.choice(6, 800, p=[0.3, 0.22, 0.18, 0.14, 0.1, 0.06])
    level = np.array([0.0, 2, -2, 1.5, -2.5, 2.5])[code]
    y = 20 + cohort.history["x"] + level + rng.normal(size=800)
    seen = np.where(rng.random(800) < np.where(level > 1, 0.4, 0.05), rng.integers(1, 60, 800), SEEN)

    def told(called):
        question = asked(estimator=estimator, by=by, categories=("code",))
        there = replace(cohort, history={"x": cohort.history["x"], "code": np.array(called)[code].astype(float)})
        comparison = compare(there, question)
        found = estimate(there, comparison, Told(y, seen), question)
        values = {one.name: (one.value, *sorted(one.detail.values())) for one in (*comparison.diagnostics, *found.diagnostics)}
        return (found.effect, found.std_error, found.interval.low, found.interval.high), values

    numbers, values = told([0, 1, 2, 3, 4, 5])
    for called in ([3, 0, 4, 5, 1, 2], [5, 4, 3, 2, 1, 0]):
        again, otherwise = told(called)
        assert again == pytest.approx(numbers, rel=1e-6)
        for name in values:
            assert otherwise[name] == pytest.approx(values[name], rel=1e-5, abs=1e-6, nan_ok=True), name


def test_where_too_few_are_lost_for_every_code_the_rarest_have_no_slope():
    """Forty are lost: four slopes, that of the number and those of the three commonest of six codes."""
    rng = np.random.default_rng(2)
    x, code = rng.normal(size=1_000), rng.choice(6, 1_000, p=[0.05, 0.3, 0.25, 0.2, 0.12, 0.08])
    lost = np.zeros(1_000, dtype=bool)
    lost[rng.choice(1_000, 40, replace=False, p=np.where(code == 1, 5.0, 1) / np.where(code == 1, 5.0, 1).sum())] = True
    T, every = np.where(lost, 20, 99), [(code == each).astype(float) for each in range(6)]

    def groups(columns, codes):
        return alike_in_leaving(columns, None, T, lost, np.ones(1_000), 1_000, codes)

    assert (groups([x, *every], 6) == groups([x, every[1], every[2], every[3]], 0)).all()
    assert len(np.unique(groups([x, *every], 6))) > 1 and len(np.unique(groups([x, *every], 0))) == 1


def test_which_of_two_codes_of_as_many_has_a_slope_does_not_hang_on_their_order():
    """Thirty are lost: the slopes of the number, of the commonest code, and of one of two that are as common as each other."""
    rng = np.random.default_rng(4)
    x, code = rng.normal(size=1_000), rng.permutation(np.repeat(np.arange(4), [400, 250, 250, 100]))
    lost = np.zeros(1_000, dtype=bool)
    lost[np.concatenate([np.flatnonzero(code == each)[:many] for each, many in enumerate((8, 15, 4, 3))])] = True
    a, b, c, d = ((code == each).astype(float) for each in range(4))
    one, other = (
        alike_in_leaving([x, *every], None, np.where(lost, 20, 99), lost, np.ones(1_000), 1_000, 4) for every in ((a, b, c, d), (d, c, b, a))
    )

    assert (one == other).all() and len(np.unique(one)) > 1
