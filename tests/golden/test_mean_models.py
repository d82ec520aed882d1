"""Models of amounts against R on the Medical Expenditure Panel Survey of 2004: 19,386 people, 18 % without any expense.

R 4.2.2 with sandwich 3.0-2 and twopartm 0.1.0 (`mean_costs.json` holds the calls).
"""

from __future__ import annotations

import numpy as np
import pytest
from mean_data import GOLDEN, columns

from evaluation.methods.mean.adjusted import Arm, averaged, regressed
from evaluation.methods.mean.beside import log_regression, park, quantile
from evaluation.methods.mean.leaving import Leaving
from evaluation.methods.mean.means import Standing
from evaluation.methods.mean.models import Fitted, fitted
from evaluation.methods.mean.reading import Reading

CLOSED = 1e-9  # relative: sums and least squares
ITERATED = 1e-6  # relative: where R's own iterations stop
NAMES = ("age", "female", "anylim", "ins_unins")
MEPS = columns("meps")
Y = MEPS["exp_tot"]
SOME = Y > 0
X = np.column_stack([np.ones(len(Y)), *(MEPS[name] for name in NAMES)])
ONES = np.ones(len(Y))


def model(family: str, rows: np.ndarray = ONES > 0, y: np.ndarray = Y) -> Fitted:
    found = fitted(X[rows], y[rows], ONES[rows], family)  # type: ignore[arg-type]  # one of the families
    assert found is not None
    return found


def errors(covariance: np.ndarray) -> np.ndarray:
    return np.sqrt(np.diag(covariance))


def expected(model: Fitted, X: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """HC0 with the expected information, as R's sandwich has it: of a gamma with a logarithmic link X'X."""
    heavy = {"gamma": np.ones(len(X)), "poisson": mean, "logit": mean * (1 - mean)}[model.family]
    bread = np.linalg.inv((X * heavy[:, None]).T @ X)
    return bread @ (model.scores.T @ model.scores) @ bread


def everybody(y: np.ndarray) -> Standing:
    """Rows of which nobody is lost."""
    until = np.zeros((len(y), 1))
    reading = Reading(y, y[:, None], until, np.zeros(len(y)), np.full(len(y), "horizon"), np.zeros(len(y), dtype=bool))
    return Standing(reading, Leaving(()), np.ones((len(y), 1)), 1.0)


def test_the_data_are_those_that_r_read():
    said = GOLDEN["meps_desc"]

    assert (len(Y), Y.mean(), (Y == 0).mean(), Y.std(ddof=1)) == pytest.approx((said["n"], said["mean"], said["zero"], said["sd"]), rel=CLOSED)
    assert [quantile(Y, ONES, share) for share in (0.5, 0.9, 0.99, 0.999)] == pytest.approx(said["q"], rel=CLOSED)


def test_a_logit_of_having_any_expense_is_that_of_glm():
    logit, said = model("logit", y=SOME.astype(float)), GOLDEN["twopart_logit"]

    assert logit.b == pytest.approx(said["coef"], rel=ITERATED)
    assert errors(logit.covariance) == pytest.approx(said["hc0"], rel=ITERATED)
    assert errors(logit.bread) == pytest.approx(said["se_model"], rel=ITERATED)


def test_a_gamma_mean_of_those_with_any_is_that_of_glm_with_errors_by_the_observed_information():
    gamma, said = model("gamma", SOME), GOLDEN["twopart_gamma"]
    mean = gamma.mean(X[SOME])
    spread = (((Y[SOME] - mean) / mean) ** 2).sum() / (SOME.sum() - X.shape[1])

    assert gamma.b == pytest.approx(said["coef"], rel=ITERATED)
    assert errors(gamma.covariance) == pytest.approx(GOLDEN["twopart_gamma_hc0_oim"]["hc0_oim"], rel=ITERATED)
    assert errors(expected(gamma, X[SOME], mean)) == pytest.approx(said["hc0"], rel=ITERATED)
    assert spread == pytest.approx(said["dispersion_pearson"], rel=ITERATED)
    assert np.sqrt(spread) * errors(np.linalg.inv(X[SOME].T @ X[SOME])) == pytest.approx(said["se_model"], rel=ITERATED)
    assert 2 * ((Y[SOME] - mean) / mean - np.log(Y[SOME] / mean)).sum() == pytest.approx(said["deviance"], rel=ITERATED)


def test_a_poisson_mean_of_everybody_is_that_of_quasi_poisson():
    poisson, said = model("poisson"), GOLDEN["ppml_cost"]
    mean = poisson.mean(X)
    spread = ((Y - mean) ** 2 / mean).sum() / (len(Y) - X.shape[1])

    assert poisson.b == pytest.approx(said["coef"], rel=ITERATED)
    assert errors(poisson.covariance) == pytest.approx(said["hc0"], rel=ITERATED)
    assert np.sqrt(spread) * errors(poisson.bread) == pytest.approx(said["se_model"], rel=ITERATED)


@pytest.mark.parametrize("name", NAMES[1:])
def test_a_two_part_model_averaged_over_everybody_tells_the_same_effect_of_a_column(name):
    logit, gamma, said = model("logit", y=SOME.astype(float)), model("gamma", SOME), GOLDEN[f"twopart_ame_{name}"]
    scores = np.zeros(X.shape)
    scores[SOME] = gamma.scores
    sides = []
    for value in (1.0, 0.0):
        whole = X.copy()
        whole[:, 1 + NAMES.index(name)] = value
        models = [logit, Fitted("gamma", gamma.b, scores, gamma.bread)]
        sides.append(averaged(Arm(everybody(Y), X, whole, ONES), models)[0])
        likewise = [logit, Fitted("gamma", gamma.b, scores, np.linalg.inv(X[SOME].T @ X[SOME]))]
        sides.append(averaged(Arm(everybody(Y), X, whole, ONES), likewise)[0])
    effect, influence, as_in_r = sides[0].mean - sides[2].mean, sides[0].influence - sides[2].influence, sides[1].influence - sides[3].influence

    assert effect == pytest.approx(said["ame"], rel=ITERATED)
    # R takes the two parts of the model for independent, and the expected information; we take them as they hang together
    apart = [(logit.scores @ _pull(logit, gamma, name, 0)), scores @ _pull(logit, gamma, name, 1)]
    assert np.sqrt(sum((part**2).sum() for part in apart)) == pytest.approx(said["se_hc0"], rel=ITERATED)
    assert np.sqrt((as_in_r**2).sum()) == pytest.approx(said["se_hc0"], rel=0.02)
    assert np.sqrt((influence**2).sum()) == pytest.approx(said["se_hc0"], rel=0.06)


def _pull(logit: Fitted, gamma: Fitted, name: str, part: int) -> np.ndarray:
    """(p,) by how much the effect of a column moves with each score of a part, by the delta method and the expected information."""
    over = np.zeros(X.shape[1])
    for value, sign in ((1.0, 1.0), (0.0, -1.0)):
        whole = X.copy()
        whole[:, 1 + NAMES.index(name)] = value
        p, mean = logit.mean(whole), gamma.mean(whole)
        heavy = (logit.slope(whole) * mean, p * mean)[part]
        over += sign * (heavy[:, None] * whole).mean(axis=0)
    return (logit.bread, np.linalg.inv(X[SOME].T @ X[SOME]))[part] @ over


def test_the_slope_of_age_is_that_of_a_small_step_and_not_what_twopartm_prints():
    logit, gamma = model("logit", y=SOME.astype(float)), model("gamma", SOME)
    p, mean = logit.mean(X), gamma.mean(X)
    slope = float((logit.slope(X) * logit.b[1] * mean + p * gamma.b[1] * mean).mean())
    step = X.copy()
    step[:, 1] += 1e-4
    printed = {line.split()[1]: line.split()[2:] for line in GOLDEN["twopartm_ame"]["txt"][1:5]}

    assert slope == pytest.approx(float((logit.mean(step) * gamma.mean(step) - p * mean).mean()) / 1e-4, rel=1e-4)
    assert float(printed["age"][0]) == pytest.approx(slope, rel=0.05)
    # of a column of 0 and 1 it prints the slope of the same curve, and not what changing it does
    of_slope = [float((logit.slope(X) * logit.b[j] * mean + p * gamma.b[j] * mean).mean()) for j in (2, 3, 4)]
    assert [float(printed[name][0]) for name in NAMES[1:]] == pytest.approx(of_slope, rel=0.05)


def test_the_modified_park_test_finds_the_power_to_which_the_variance_grows():
    mean, said = model("gamma", SOME).mean(X[SOME]), GOLDEN["park_gamma"]
    found = park(Y[SOME], mean, ONES[SOME])
    lines = np.column_stack([np.ones(SOME.sum()), np.log(mean)])
    rest = fitted(lines, (Y[SOME] - mean) ** 2, ONES[SOME], "gamma")
    assert found is not None and rest is not None

    assert rest.b == pytest.approx(said["coef"], rel=10 * ITERATED)
    assert found.slope == pytest.approx(said["coef"][1], rel=10 * ITERATED)
    assert errors(expected(rest, lines, rest.mean(lines))) == pytest.approx(said["hc0"], rel=1e-4)
    assert found.std_error == pytest.approx(errors(rest.covariance)[1], rel=CLOSED)


def test_a_regression_in_levels_and_of_amounts_capped_at_the_99th_percentile_is_that_of_lm():
    said, high = GOLDEN["ols_cost"], GOLDEN["winsor99"]
    cap = quantile(Y, ONES, 0.99)
    told = [regressed(Arm(everybody(Y), X, row[None, :], np.ones(1)))[0] for row in np.eye(X.shape[1])]  # read at one slope after another
    capped = [regressed(Arm(everybody(np.minimum(Y, cap)), X, row[None, :], np.ones(1)))[0].mean for row in np.eye(X.shape[1])]
    hc1 = (len(Y) / (len(Y) - X.shape[1])) ** 0.5

    assert [mean.mean for mean in told] == pytest.approx(said["coef"], rel=CLOSED)
    assert [hc1 * (mean.influence**2).sum() ** 0.5 for mean in told] == pytest.approx(said["hc1"], rel=CLOSED)
    assert [(mean.influence**2).sum() ** 0.5 for mean in told] == pytest.approx(said["hc3"], rel=1e-3)  # with so many people as good
    assert cap == pytest.approx(high["cap"], rel=CLOSED)
    assert capped == pytest.approx(high["coef"], rel=CLOSED)


def test_a_regression_of_the_logarithm_comes_back_by_the_smearing_factor_of_duan():
    b, factor = log_regression(X[SOME], Y[SOME], ONES[SOME])
    said = GOLDEN["log_ols_smear"]
    rest = np.exp(np.log(Y[SOME]) - X[SOME] @ b)

    assert b == pytest.approx(said["coef"], rel=CLOSED)
    assert factor == pytest.approx(said["smear"], rel=CLOSED)
    assert [rest[MEPS["anylim"][SOME] == code].mean() for code in (0, 1)] == pytest.approx(said["smear_by_anylim"], rel=CLOSED)
