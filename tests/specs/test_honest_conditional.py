"""The conditional test behind relative magnitudes, against the linear programmes of Andrews, Roth and Pakes (2023) and by simulation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from honest_studies import Array, levels, study
from scipy.optimize import linprog
from scipy.stats import truncnorm

from evaluation.methods.honest_bounds import relative_magnitudes
from evaluation.methods.honest_conditional import Prepared, kept, least_favourable, prepared
from evaluation.methods.honest_polyhedra import EventStudy, event_study, relative_magnitudes_moments

ALPHA = 0.05
PROGRAMME = 1e-6  # HiGHS's own tolerance
DRAWN = 0.01  # relative: of a quantile at .995 of 400,000 draws
SHAPES = [(2, 2, "mean"), (2, 4, "first"), (3, 3, "mixed"), (4, 5, "mixed"), (1, 3, "mean"), (3, 1, "mean")]


def inequalities(found: EventStudy, Mbar: float, s: int, sign: int) -> Array:
    """A with A delta <= 0: every step after the reference within Mbar times the step s before it, which has this sign."""
    steps = found.steps
    after, largest = steps[found.before :], sign * steps[s]
    return np.concatenate([after - Mbar * largest, -after - Mbar * largest])


def nuisance(found: EventStudy) -> tuple[Array, Array]:
    """Effects after the reference whose weighted sum is 1, (after,), and those in which it is 0, (after, after - 1)."""
    w = found.weights
    return w / (w @ w), np.linalg.svd(w[None])[2][1:].T


def by_programme(found: EventStudy, A: Array, theta: float, critical: float) -> tuple[float, bool]:
    """The statistic, and whether theta is kept: primal and truncation by HiGHS, with the multipliers that it finds."""
    one, zero = nuisance(found)
    after = A[:, found.before :]
    y, X = A @ found.beta - after @ one * theta, after @ zero
    S = A @ found.V @ A.T
    deviation = np.sqrt(np.diag(S))
    k = X.shape[1]
    solved = linprog([1.0, *np.zeros(k)], A_ub=np.column_stack([-deviation, -X]), b_ub=-y, bounds=[(None, None)] * (k + 1))
    eta, gamma = solved.x[0], -solved.ineqlin.marginals
    variance = gamma @ S @ gamma
    share = S @ gamma / variance
    rest = y - share * eta
    # the statistic may be v while gamma stays the best: rest + share v <= X tau + deviation v for some tau
    stays = np.column_stack([share - deviation, -X])
    ends = [linprog([way, *np.zeros(k)], A_ub=stays, b_ub=-rest, bounds=[(None, None)] * (k + 1)) for way in (1.0, -1.0)]
    low, high = (one.x[0] if one.status == 0 else way * -np.inf for one, way in zip(ends, (1.0, -1.0), strict=True))
    if eta <= 0:
        return eta, True
    if eta > critical:
        return eta, False
    kappa, root = ALPHA / 10, variance**0.5
    limit = truncnorm.ppf(1 - (ALPHA - kappa) / (1 - kappa), low / root, min(high, critical) / root) * root
    return eta, bool(eta <= max(limit, 0.0))


def cases(found: EventStudy) -> list[tuple[int, int]]:
    """Which step is the largest, and its sign, in the order of the moments."""
    return [(s, sign) for sign in (1, -1) for s in range(found.before)]


@pytest.mark.parametrize(("before", "after", "which"), SHAPES)
def test_known_vertices_give_the_statistic_and_the_decision_of_the_linear_programme(before: int, after: int, which: str) -> None:
    found = event_study(*study(before, after, 1, which=which))
    rng, close = np.random.default_rng(7), 0
    for Mbar in (0.4, 1.5):
        tested = prepared(found, relative_magnitudes_moments(found, Mbar), ALPHA)
        thetas = found.effect + 4 * found.std_error * rng.normal(size=(1, 4))
        ours = kept(tested, np.repeat(thetas, 2 * before, axis=0))
        for case, (s, sign) in enumerate(cases(found)):
            A = inequalities(found, Mbar, s, sign)
            for theta, stays in zip(thetas[0], ours[case], strict=True):
                eta, programme = by_programme(found, A, theta, float(tested.critical[case]))
                assert (tested.value[case] - tested.slope[case] * theta).max() == pytest.approx(eta, abs=PROGRAMME)
                assert stays == programme
                close += not programme
    assert close  # some were rejected


@pytest.mark.parametrize("Mbar", [0.0, 0.5, 2.0])
def test_the_least_favourable_critical_value_is_that_of_many_draws(Mbar: float) -> None:
    found = event_study(*study(3, 4, 2, which="mixed"))
    moments = relative_magnitudes_moments(found, Mbar)
    covariance = moments.rows @ found.V @ moments.rows.transpose(0, 2, 1)
    draws = np.random.default_rng(3).multivariate_normal(np.zeros(7), found.V, size=400_000)

    values = least_favourable(covariance, 0.005)

    for case in (0, 4):
        drawn = np.quantile((draws @ moments.rows[case].T).max(axis=1), 0.995)
        assert values[case] == pytest.approx(drawn, rel=DRAWN)


def test_beyond_both_ends_of_the_interval_values_are_rejected_and_within_them_kept() -> None:
    asked = study(3, 3, 4)
    found = event_study(*asked)
    interval = relative_magnitudes(*asked, 1.0)
    tested = prepared(found, relative_magnitudes_moments(found, 1.0), ALPHA)

    def stays(theta: Array) -> Array:
        return kept(tested, np.repeat(theta[None], 6, axis=0)).any(axis=0)

    width = interval.high - interval.low
    assert stays(np.linspace(interval.low + 1e-9 * width, interval.high - 1e-9 * width, 301)).all()
    assert not stays(interval.high + width * np.geomspace(1e-9, 10, 60)).any()
    assert not stays(interval.low - width * np.geomspace(1e-9, 10, 60)).any()


# what drifts: steps before the reference and after it; the largest before is 1 in each
DRIFTS = {
    "none": ([0.0, 0.0, 0.0], [0.0, 0.0]),
    "as large as allowed, upwards": ([0.2, -0.1, 1.0], [1.0, 1.0]),
    "as large as allowed, downwards": ([-1.0, 0.9, -1.0], [-1.0, -1.0]),
    "there and back": ([1.0, -1.0, 1.0], [1.0, -1.0]),
}


@pytest.mark.parametrize("drift", DRIFTS)
@pytest.mark.parametrize("noise", [0.05, 0.5])
def test_the_truth_is_kept_in_at_least_95_of_100_draws_whatever_drifts_within_the_bound(drift: str, noise: float) -> None:
    before, after = DRIFTS[drift]
    path = np.cumsum([0.0, *before, *after])
    delta = np.delete(path - path[3], 3)
    _, V, pre, post, weights = study(3, 2, 5)
    found = event_study(delta, noise * V, pre, post, weights)
    tested = prepared(found, relative_magnitudes_moments(found, 1.0), ALPHA)
    draws, times = np.random.default_rng(11).multivariate_normal(delta, found.V, size=1_000), 0
    moments = relative_magnitudes_moments(found, 1.0)
    truth = np.zeros((6, 1))  # no effect: all that is seen is drift
    for beta in draws:
        times += bool(kept(replace(tested, value=moments.rows @ beta), truth).any())

    assert times / len(draws) >= 0.95 - 3 * (0.95 * 0.05 / len(draws)) ** 0.5
    assert np.abs(np.diff(levels(delta, 3))[3:]).max() <= max(1.0, np.abs(np.diff(levels(delta, 3))[:3]).max())


def test_a_moment_that_leads_by_far_is_tested_on_one_side_by_what_the_first_stage_leaves() -> None:
    # P(Z > 1.668 | Z < 2.81) = .045 / .995
    tested = Prepared(np.array([[2.0, -50.0]]), np.array([[1.0, -1.0]]), np.array([[[1.0, 0.0], [0.0, 1.0]]]), np.array([2.81]), 0.045 / 0.995)
    assert kept(tested, np.array([[2.0 - 1.66, 2.0 - 1.68]])).tolist() == [[True, False]]
