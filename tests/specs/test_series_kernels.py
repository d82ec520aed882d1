"""Numbers of the series room worked out in another way: by statsmodels, by a general optimiser, by hand."""

import numpy as np
import pytest
import statsmodels.api as sm
from panels_by_hand import autoregressive
from scipy.optimize import minimize
from scipy.stats import t as student

from evaluation.methods.autocorrelated import Mixture, fit, models
from evaluation.methods.period_names import period_name, periods_a_year
from evaluation.methods.series.interrupted import interrupted
from evaluation.methods.series.placebos import Placebos
from evaluation.methods.series.simplex import nearest, sparse_nearest
from evaluation.methods.series.synthetic import Series, Synthetic, augmented, chosen_penalty, synthetic_control, synthetic_did

SAME = 1e-8  # two ways to the same number
SEARCHED = 1e-5  # a general optimiser stops there


def lines(T, before):
    since = np.arange(T) - before
    after = (since >= 0).astype(float)
    return np.column_stack([np.ones(T), since, after, after * since])


# ------------------------------------------------------------------------------------------------ errors that hang together
def test_under_every_model_the_slopes_are_statsmodels_generalised_least_squares():
    X, y = lines(30, 18), autoregressive(np.random.default_rng(0), 1, 30, 0.5)[0]
    under = models(X)
    fitted = fit(y, X, under)

    for at in range(0, len(under), 7):
        V = under[at].share * under[at].rho ** np.abs(np.subtract.outer(np.arange(30), np.arange(30))) + (1 - under[at].share) * np.eye(30)
        slow = sm.GLS(y, X, sigma=V).fit()
        assert np.allclose(fitted.slopes[at], slow.params, atol=SAME)
        assert np.allclose(fitted.variance[at], slow.cov_params(), atol=SAME)


def test_models_are_believed_by_their_restricted_likelihood():
    X, y = lines(30, 18), autoregressive(np.random.default_rng(0), 1, 30, 0.5)[0]
    under = models(X)
    rhos = np.array([model.rho for model in under if model.share == 1.0])
    slow = []
    for rho in rhos:  # errors of K'y, K orthogonal to X: what the restricted likelihood is of, up to a constant
        V = rho ** np.abs(np.subtract.outer(np.arange(30), np.arange(30)))
        K = np.linalg.svd(X, full_matrices=True)[0][:, 4:]
        inside = K.T @ V @ K
        slow.append(-np.linalg.slogdet(inside)[1] / 2 - 13 * np.log(y @ K @ np.linalg.solve(inside, K.T @ y)))
    belief = fit(y, X, under).belief[: len(rhos)]

    assert np.allclose(belief / belief.sum(), np.exp(slow - np.max(slow)) / np.exp(slow - np.max(slow)).sum(), atol=SAME)


def test_a_mixture_of_one_is_a_t_distribution_and_its_limits_hold_what_they_say():
    one = Mixture(np.ones(1), np.array([2.0]), np.array([0.5]), 10)
    three = Mixture(np.array([0.5, 0.3, 0.2]), np.array([0.0, 1.0, -1.0]), np.array([1.0, 2.0, 0.5]), 20)

    assert one.limits() == pytest.approx(student.interval(0.95, 10, 2.0, 0.5), abs=SAME)
    assert one.p_value == pytest.approx(2 * student.sf(4.0, 10), abs=SAME)
    low, high = three.limits()
    assert (three.below(low), three.below(high)) == (pytest.approx(0.025, abs=SAME), pytest.approx(0.975, abs=SAME))


def test_two_lines_are_found_where_errors_are_small():
    T, before = 40, 25
    X = lines(T, before)
    y = X @ np.array([5.0, 0.3, -2.0, 0.4]) + 1e-6 * autoregressive(np.random.default_rng(1), 1, T, 0.3)[0]
    found = interrupted(y, before)

    assert found.level.value == pytest.approx(-2.0, abs=1e-4)
    assert found.slope is not None and found.slope.value == pytest.approx(0.4, abs=1e-4)
    assert found.effect.value == pytest.approx(-2.0 + 0.4 * 7, abs=1e-4)
    assert found.continued[-1] == pytest.approx(5.0 + 0.3 * 14, abs=1e-4)
    assert [one.value for one in found.by_period] == pytest.approx([-2.0 + 0.4 * e for e in range(15)], abs=1e-4)


def test_of_two_periods_after_the_day_only_a_level_is_told():
    found = interrupted(autoregressive(np.random.default_rng(1), 1, 30, 0.3)[0], 28)

    assert found.slope is None and found.effect.value == found.level.value


# ------------------------------------------------------------------------------------------------ weights
@pytest.mark.parametrize("seed", range(4))
def test_the_nearest_weights_are_those_of_a_general_optimiser(seed):
    rng = np.random.default_rng(seed)
    A, b = rng.normal(size=(12, 7)), rng.normal(size=12)
    ridge = 0.7 * (seed % 2)
    slow = minimize(
        lambda w: ((A @ w - b) ** 2).sum() + ridge * (w**2).sum(),
        np.full(7, 1 / 7),
        bounds=[(0, 1)] * 7,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 1_000},
    )
    ours = nearest(A, b, ridge)

    assert ours.min() >= 0 and ours.sum() == pytest.approx(1)
    assert np.allclose(ours, slow.x, atol=1e-3)
    loss = ((A @ ours - b) ** 2).sum() + ridge * (ours**2).sum()
    assert loss <= slow.fun + SEARCHED


def test_a_place_that_is_a_mean_of_donors_gets_these_weights_and_other_units_do_not_matter():
    rng = np.random.default_rng(3)
    donors, weights = rng.normal(size=(6, 20)), np.array([0.5, 0.3, 0.2, 0.0, 0.0, 0.0])

    assert np.allclose(nearest(donors.T, weights @ donors), weights, atol=1e-5)
    assert np.allclose(nearest(1e6 * donors.T, 1e6 * weights @ donors), weights, atol=1e-5)


def test_frank_and_wolfe_come_near_the_exact_weights_when_they_may_go_on():
    rng = np.random.default_rng(4)
    A, b = rng.normal(size=(15, 6)), rng.normal(size=15)

    assert np.allclose(sparse_nearest(A, b, 0.5, 1e-9), nearest(A, b, 15 * 0.25), atol=1e-4)


def test_the_ridge_mends_what_is_missed_from_not_at_all_to_altogether():
    rng = np.random.default_rng(5)
    series = Series(rng.normal(size=16) + 2, rng.normal(size=(30, 16)), 10)
    plain, hardly, wholly = synthetic_control(series), augmented(series, 1e9), augmented(series, 1e-12)

    assert np.allclose(hardly.weights, plain.weights, atol=1e-6)
    assert wholly.misfit < 1e-6 < plain.misfit and wholly.weights.min() < 0
    assert wholly.weights.sum() == pytest.approx(1)
    assert chosen_penalty(series) in np.logspace(0, -8, 20)


def test_the_penalty_of_the_ridge_is_that_of_leaving_out_each_period_one_penalty_at_a_time():
    rng = np.random.default_rng(8)
    series = Series(rng.normal(size=16) + 1, rng.normal(size=(12, 16)), 10)
    A, b = series.donors[:, :10].T, series.y[:10]
    penalties = np.logspace(0, -8, 20)
    slow = np.empty((10, 20))
    for period in range(10):
        rest = np.arange(10) != period
        X, w = A[rest] - A[rest].mean(axis=1, keepdims=True), nearest(A[rest], b[rest])
        top = np.linalg.norm(X, 2) ** 2
        for at, penalty in enumerate(penalties):
            more = X.T @ np.linalg.solve(X @ X.T + penalty * top * np.eye(9), b[rest] - A[rest] @ w)
            slow[period, at] = (b[period] - A[period] @ (w + more)) ** 2
    mean, error = slow.mean(axis=0), slow.std(axis=0, ddof=1) / 10**0.5

    assert chosen_penalty(series) == penalties[np.flatnonzero(mean <= mean.min() + error[mean.argmin()])[0]]


def test_synthetic_did_does_not_mind_how_high_a_place_lies():
    rng = np.random.default_rng(6)
    y, donors = rng.normal(size=20), rng.normal(size=(12, 20))
    low, high = (synthetic_did(Series(y + up, donors, 14)) for up in (0.0, 50.0))

    assert high.effect == pytest.approx(low.effect, abs=SAME) and high.misfit == pytest.approx(low.misfit, abs=SAME)


# ------------------------------------------------------------------------------------------------ placebos
def of_placebos(effects, misfit=None, spread=10.0):
    P, effects = len(effects), np.array(effects, float)
    misfit = np.ones(P) if misfit is None else np.array(misfit)
    gap = np.tile(effects[:, None], 3)
    return Placebos(np.arange(P)[:, None], effects, gap, misfit, np.full(P, spread), np.ones(P), True)


def found(effect, misfit=1.0, spread=10.0):
    return Synthetic(np.ones(1), np.zeros(2), np.array([misfit, -misfit, effect]), 2, spread)


@pytest.mark.parametrize("many", [20, 39, 59, 60])
def test_an_interval_holds_exactly_the_effects_that_nothing_rules_out(many):
    drawn = of_placebos(np.linspace(-2, 2, many))
    reach, middle = drawn.reach(found(3.0)), 3.0

    for effect in np.linspace(-1, 7, 801):
        left = found(middle - effect)
        if abs(abs(middle - effect) - reach) > 1e-6:
            assert (drawn.p_value(left) >= 0.05) == (abs(middle - effect) < reach)


def test_p_values_count_the_treated_place_itself_and_ties_against_it():
    assert of_placebos([1.0, -2.0, 3.0]).p_value(found(2.0)) == 3 / 4
    assert of_placebos([1.0, -2.0, 3.0]).p_value(found(9.0)) == 1 / 4 == of_placebos([1.0, -2.0, 3.0]).floor(found(9.0))


def test_effects_are_ranked_over_their_misfit_and_a_lucky_fit_earns_nothing():
    lucky, usual = of_placebos([1.0, 2.0, 2.2], [0.01, 1.0, 1.0]), of_placebos([1.0, 2.0, 2.2], [1.0, 1.0, 1.0])

    assert lucky.p_value(found(1.5)) == usual.p_value(found(1.5)) == 3 / 4
    assert of_placebos([1.0, 2.0, 2.2], [1.0, 1.0, 2.0]).p_value(found(1.5)) == 2 / 4  # 2.2 is 1.1 of its own misfits
    assert usual.reach(found(0.0, misfit=0.0)) == float("inf") and usual.p_value(found(0.0, misfit=0.0)) == 1.0


def test_placebos_that_fit_worse_than_the_treated_place_has_to_do_not_count():
    drawn = of_placebos([1.0, 9.0, 3.0], [1.0, 2.6, 1.0])  # 2.6 of 10 is beyond .25

    assert drawn.alike(found(5.0)).tolist() == [True, False, True]
    assert drawn.p_value(found(5.0)) == 1 / 3 and drawn.worth(found(5.0)) == 2
    assert not drawn.passes(found(5.0, misfit=2.6)) and drawn.fit(found(5.0, misfit=2.6)) == pytest.approx(0.26)


def test_nineteen_placebos_reach_without_end():
    assert of_placebos(np.arange(19)).reach(found(1.0)) == float("inf")
    assert of_placebos(np.arange(20)).reach(found(1.0)) == 19.0


# ------------------------------------------------------------------------------------------------ names of periods
def test_periods_are_named_by_their_lengths():
    assert period_name(np.cumsum([0, 31, 28, 31])) == "month"
    assert period_name(np.cumsum([0, 90, 91, 92, 92])) == "quarter"
    assert period_name(np.cumsum([0, 365, 366])) == "year"
    assert period_name(np.cumsum([0, 14, 14])) == "14 days"
    assert periods_a_year(np.cumsum([0, 90, 91, 92, 92])) == 4.0
    assert periods_a_year(np.cumsum([0, 73, 73, 73])) == pytest.approx(365.25 / 73)
