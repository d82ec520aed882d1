"""Intervals against published numbers, against R's, and against slow versions that share no algebra with ours."""

import json
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.optimize import brentq
from scipy.stats import binom, ttest_ind
from statsmodels.stats.proportion import confint_proportions_2indep, score_test_proportions_2indep

from evaluation.methods.inference import Lot, cr2, neyman
from evaluation.methods.permutation import redraw
from evaluation.methods.proportions import Counts, chan_zhang, miettinen_nurminen, newcombe, restricted_risk, score

HERE = Path(__file__).parent
RISKS = json.loads((HERE / "randomized_risks.json").read_text(encoding="utf-8"))
CASTLE = json.loads((HERE / "randomized_cr2_castle.json").read_text(encoding="utf-8"))
PRINTED = 5.1e-5  # Newcombe prints four decimals
PRINTED_3 = 1.1e-3  # Fagerland prints two significant digits, and rounds some of them down
SAME = 1e-9  # two ways to the same number
R_ITERATES = 1e-5  # PropCIs stops its search at 1e-5


def table(x1, n1, x0, n0):
    return Counts(*(np.array([float(value)]) for value in (x1, n1, x0, n0, 1)))


def lot(y, z, g=None, b=None):
    n = len(y)
    b = np.zeros(n, dtype=int) if b is None else b
    return Lot(np.asarray(y, dtype=float), np.asarray(z, dtype=bool), b, np.bincount(b) / n, np.arange(n) if g is None else g)


@pytest.mark.parametrize("row", RISKS["newcombe_1998"]["rows"], ids=str)
def test_the_score_and_hybrid_intervals_are_newcombes_table(row):
    *counts, by_score, hybrid = row
    ours = miettinen_nurminen(table(*counts))

    assert (ours.low, ours.high) == pytest.approx(by_score, abs=PRINTED)
    assert newcombe(*counts) == pytest.approx(hybrid, abs=PRINTED)


def test_the_intervals_of_a_small_trial_are_those_that_fagerland_prints():
    printed = RISKS["fagerland_2015"]
    ours, exact = miettinen_nurminen(table(*printed["table"])), chan_zhang(*printed["table"])

    assert (exact.low, exact.high) == pytest.approx(printed["chan_zhang"], abs=2 * PRINTED_3)
    assert newcombe(*printed["table"]) == pytest.approx(printed["newcombe"], abs=PRINTED_3)
    assert (ours.low, ours.high) == pytest.approx(RISKS["propcis"]["miettinen_nurminen"], abs=R_ITERATES)


@pytest.mark.parametrize("counts", [(7, 34, 1, 34), (48, 216, 66, 216), (30, 90, 12, 60)])
def test_the_score_of_no_difference_is_that_of_statsmodels(counts):
    theirs = score_test_proportions_2indep(*counts, compare="diff", correction=True)

    assert float(score(table(*counts), 0.0)) == pytest.approx(theirs.statistic, rel=SAME)


@pytest.mark.parametrize("delta", [-0.3, -0.1, 0.05, 0.2])
@pytest.mark.parametrize("counts", [(7, 34, 1, 34), (48, 216, 66, 216)])
def test_restricted_risks_are_likelier_than_those_of_statsmodels_which_are_not_the_likeliest(counts, delta):
    x1, n1, x0, n0 = counts
    theirs = score_test_proportions_2indep(*counts, value=delta, compare="diff", correction=True)  # 0.15: wrong away from no difference
    R0 = float(restricted_risk(table(*counts), delta)[0])

    def likelihood(R1, R0):
        return binom.logpmf(x1, n1, R1) + binom.logpmf(x0, n0, R0)

    ours = likelihood(R0 + delta, R0)
    assert ours > likelihood(theirs.prop1_null, theirs.prop2_null) + 1e-4
    assert ours >= max(likelihood(R0 + delta + step, R0 + step) for step in (-1e-4, 1e-4))


def test_a_table_on_which_statsmodels_fails_has_a_score_interval():
    with pytest.raises(ValueError):
        confint_proportions_2indep(48, 216, 66, 216, method="score", compare="diff")

    ours = miettinen_nurminen(table(48, 216, 66, 216))
    assert abs(float(score(table(48, 216, 66, 216), ours.low))) == pytest.approx(1.959964, abs=1e-6)
    assert abs(float(score(table(48, 216, 66, 216), ours.high))) == pytest.approx(1.959964, abs=1e-6)


def slow_score(x1, n1, x0, n0, delta):
    """The score with the likeliest R0 found by a search over the likelihood, not by the cubic."""
    low, high = max(0.0, -delta), min(1.0, 1 - delta)
    R0 = np.linspace(low, high, 4001)
    with np.errstate(divide="ignore", invalid="ignore"):
        likelihood = binom.pmf(x1, n1, np.clip(R0 + delta, 0, 1)) * binom.pmf(x0, n0, R0)
    R0 = R0[likelihood.argmax()]
    R1 = min(1.0, max(0.0, R0 + delta))
    away, V = x1 / n1 - x0 / n0 - delta, R1 * (1 - R1) / n1 + R0 * (1 - R0) / n0
    return 0.0 if abs(away) < 1e-12 else away / V**0.5 if V > 0 else np.sign(away) * np.inf


@pytest.mark.parametrize("counts", [(2, 5, 0, 4), (0, 3, 0, 5), (4, 4, 1, 6)])
def test_the_exact_limits_are_where_going_through_every_table_turns(counts):
    x1, n1, x0, n0 = counts
    limits = chan_zhang(*counts)

    def tails(delta):
        scores = {cell: slow_score(cell[0], n1, cell[1], n0, delta) for cell in product(range(n1 + 1), range(n0 + 1))}
        R0 = np.linspace(max(0.0, -delta), min(1.0, 1 - delta), 2001)
        chance = {cell: binom.pmf(cell[0], n1, R0 + delta) * binom.pmf(cell[1], n0, R0) for cell in scores}
        seen = scores[x1, x0]
        as_high = sum(chance[cell] for cell in scores if scores[cell] >= seen - 1e-3)
        as_low = sum(chance[cell] for cell in scores if scores[cell] <= seen + 1e-3)
        return as_high.max(), as_low.max()

    just = 0.003
    assert tails(limits.low + just)[0] > 0.025
    assert limits.low == -1 or tails(limits.low - just)[0] <= 0.025
    assert tails(limits.high - just)[1] > 0.025
    assert limits.high == 1 or tails(limits.high + just)[1] <= 0.025


@pytest.mark.parametrize(("counts", "p_value", "high"), [((0, 200, 6, 1800), 0.664, None), ((0, 1000, 5, 1000), None, -0.00085)])
def test_the_exact_interval_looks_for_its_worst_risk_next_to_zero_too(counts, p_value, high):
    """By an even, fine walk over the risks below 2 %, where tables with so few events are least rare."""
    limits = chan_zhang(*counts)

    assert p_value is None or limits.p_value >= p_value
    assert high is None or limits.high >= high - 5e-6


def test_hc2_is_statsmodels_hc2_and_its_interval_is_welchs():
    rng = np.random.default_rng(1)
    z = np.arange(60) < 22
    y = rng.gamma(2, 3, 60) + z

    ours = neyman(lot(y, z))
    theirs = sm.OLS(y, sm.add_constant(z.astype(float))).fit(cov_type="HC2")
    welch = ttest_ind(y[z], y[~z], equal_var=False)
    assert ours.effect == pytest.approx(theirs.params[1], rel=SAME)
    assert ours.std_error == pytest.approx(theirs.bse[1], rel=SAME)
    assert ours.p_value == pytest.approx(welch.pvalue, rel=SAME)
    assert (ours.interval("").low, ours.interval("").high) == pytest.approx(tuple(welch.confidence_interval(0.95)), rel=SAME)


def slow_cr2(X, y, g, c):
    """CR2 and Satterthwaite degrees of freedom by whole matrices (Pustejovsky and Tipton 2018, equations 6 and 11)."""
    M = np.linalg.pinv(X.T @ X)
    H = X @ M @ X.T
    e = y - H @ y
    variance, p = 0.0, []
    for cluster in np.unique(g):
        inside = g == cluster
        values, vectors = np.linalg.eigh(np.eye(inside.sum()) - H[np.ix_(inside, inside)])
        roots = np.where(values > 1e-10, np.where(values > 1e-10, values, 1.0) ** -0.5, 0.0)
        u = (vectors * roots) @ vectors.T @ X[inside] @ M @ c
        variance += (u @ e[inside]) ** 2
        row = -H[:, inside] @ u
        row[inside] += u
        p.append(row)
    gamma = np.array(p) @ np.array(p).T
    return variance**0.5, np.trace(gamma) ** 2 / (gamma**2).sum()


def test_the_slow_cr2_is_clubsandwichs():
    years = np.array(CASTLE["years"])
    y = np.array(CASTLE["l_homicide"]).ravel()
    state = np.repeat(np.arange(50), len(years))
    year, adopted = np.tile(years, 50), np.repeat(CASTLE["adopted"], len(years))
    X = np.column_stack([(adopted > 0) & (year >= adopted), np.eye(50)[state], np.eye(len(years))[np.tile(np.arange(len(years)), 50)][:, 1:]]).astype(
        float
    )

    ours = slow_cr2(X, y, state, np.eye(X.shape[1])[0])
    assert ours == pytest.approx((CASTLE["std_error"], CASTLE["df"]), rel=1e-8)


@pytest.mark.parametrize("whole", [True, False], ids=["clusters in one arm", "clusters across arms and blocks"])
def test_the_fast_cr2_is_the_slow_one(whole):
    rng = np.random.default_rng(2)
    n = 240
    g = rng.integers(0, 24, n)
    b = g % 3 if whole else rng.integers(0, 3, n)
    z = (g // 3) % 2 == 0 if whole else rng.random(n) < 0.4
    y = rng.normal(size=n) + g / 5
    w = np.bincount(b) / n

    ours = cr2(lot(y, z, g, b))
    slow = slow_cr2(np.eye(6)[2 * b + z], y, g, np.column_stack([-w, w]).ravel())
    assert (ours.std_error, ours.df) == pytest.approx(slow, rel=SAME)


def test_cr2_is_statsmodels_cluster_variance_up_to_its_factor():
    g = np.repeat(np.arange(12), 10)
    z = g < 6
    y = np.random.default_rng(3).normal(size=120) + g % 4

    ours = cr2(lot(y, z, g))
    theirs = sm.OLS(y, sm.add_constant(z.astype(float))).fit(cov_type="cluster", cov_kwds={"groups": g, "use_correction": False})
    assert ours.std_error == pytest.approx(theirs.bse[1] * (6 / 5) ** 0.5, rel=SAME)  # 1 - n_g / N = 5 / 6 in every cluster


def test_redrawn_limits_are_where_permuting_by_hand_turns():
    y = np.array([3.0, 8.5, 4.0, 9.0, 7.5, 1.0, 2.5, 6.0, 0.5])
    z = np.array([1, 1, 0, 1, 1, 0, 0, 0, 0], dtype=bool)

    def share_as_high(tau, sign):
        shifted = y - tau * z

        def t(served):
            a, b = shifted[list(served)], np.delete(shifted, list(served))
            return sign * (a.mean() - b.mean()) / (a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b)) ** 0.5

        seen = t(np.flatnonzero(z))
        return np.mean([t(served) >= seen - 1e-9 for served in combinations(range(9), 4)])

    ours = redraw(lot(y, z))
    assert ours.every_lot and ours.lots == 126
    assert ours.p_value == pytest.approx(2 * min(share_as_high(0, 1), share_as_high(0, -1)))
    for end, sign in ((ours.low, 1), (ours.high, -1)):
        assert share_as_high(end + sign * 1e-6, sign) > 0.025 >= share_as_high(end - sign * 1e-6, sign)


def test_a_score_limit_is_the_root_that_another_solver_finds():
    t = table(5, 56, 0, 29)

    assert miettinen_nurminen(t).low == pytest.approx(brentq(lambda delta: float(score(t, delta)) - 1.959963984540054, -0.5, 0.08), abs=SAME)
