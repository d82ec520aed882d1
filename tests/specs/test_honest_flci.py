"""The interval of fixed length under smoothness: its bias, its path of compromises, and that nothing is shorter."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from honest_studies import study
from scipy.optimize import linprog, minimize
from scipy.special import ndtr
from scipy.stats import foldnorm

from evaluation.methods.honest_bounds import smoothness
from evaluation.methods.honest_flci import folded_critical, frontier, lasso, shortest
from evaluation.methods.honest_polyhedra import EventStudy, event_study

SAME = 1e-9  # the same number by another way of solving
BETTER = 1e-7  # of a length: how far a general optimiser may get below
SHAPES = [(2, 3, "mean"), (4, 4, "first"), (5, 3, "mixed"), (1, 2, "mean"), (3, 1, "mean")]


def worst(found: EventStudy, weights: np.ndarray, M: float) -> float:
    """The largest bias of weighted coefficients over all drifts whose steps differ by at most M from one another, by programme."""
    k = found.before + found.after
    levels = np.insert(np.eye(k), found.before, 0.0, axis=0)
    bends = np.diff(levels, n=2, axis=0)
    solved = linprog(-weights, A_ub=np.concatenate([bends, -bends]), b_ub=np.full(2 * (k - 1), M), bounds=[(None, None)] * k)
    assert solved.status == 0  # a straight line biases nothing: else there is no end
    return float(-solved.fun)


def length(found: EventStudy, weights: np.ndarray, M: float) -> float:
    deviation = float(weights @ found.V @ weights) ** 0.5
    return folded_critical(worst(found, weights, M) / deviation, 0.05) * deviation


@pytest.mark.parametrize("bias", [0.0, 1e-6, 0.3, 2.0, 9.0, 60.0])
@pytest.mark.parametrize("alpha", [0.05, 0.2])
def test_the_critical_value_is_a_quantile_of_the_folded_normal(bias: float, alpha: float) -> None:
    assert folded_critical(bias, alpha) == pytest.approx(float(foldnorm.ppf(1 - alpha, bias)), rel=1e-8)
    assert ndtr(folded_critical(bias, alpha) - bias) - ndtr(-folded_critical(bias, alpha) - bias) == pytest.approx(1 - alpha, abs=1e-12)


@pytest.mark.parametrize(("before", "after", "which"), SHAPES)
def test_the_bias_of_every_compromise_is_that_of_a_linear_programme(before: int, after: int, which: str) -> None:
    found = event_study(*study(before, after, 1, which=which))
    compromises = frontier(found)

    assert len(compromises.penalty) >= min(before, 2)
    for weights, bias in zip(compromises.weights, compromises.bias, strict=True):
        assert weights[before:] == pytest.approx(found.weights)
        assert worst(found, weights, 1.0) == pytest.approx(bias, rel=1e-7)


@pytest.mark.parametrize("p", [1, 2, 5, 12])
def test_the_path_of_the_lasso_meets_the_conditions_of_a_minimum_at_every_turn_and_between(p: int) -> None:
    rng = np.random.default_rng(p)
    for _ in range(5):
        A, g = rng.normal(size=(p + 2, p)), rng.normal(size=p)
        H = A.T @ A
        penalties, path = lasso(H, g)
        assert penalties[-1] == 0 and all(earlier >= later for earlier, later in pairwise(penalties))
        assert path[-1] == pytest.approx(np.linalg.solve(H, -g), abs=1e-8)
        for (one, z), (other, y) in pairwise(zip(penalties, path, strict=True)):
            middle, slope = (z + y) / 2, (one + other) / 2
            gradient, there = g + H @ middle, np.abs(middle) > 1e-9
            assert np.abs(gradient).max() <= slope + 1e-8
            assert gradient[there] == pytest.approx(-slope * np.sign(middle[there]), abs=1e-8)


@pytest.mark.parametrize(("before", "after", "which"), SHAPES)
@pytest.mark.parametrize("M", [0.01, 0.2, 2.0])
def test_no_general_optimiser_finds_a_shorter_interval(before: int, after: int, which: str, M: float) -> None:
    found = event_study(*study(before, after, 2, which=which))
    compromises = frontier(found)
    _, half = shortest(compromises, M, 0.05)
    span = compromises.weights[0], np.linalg.svd(np.arange(-before, 0.0)[None])[2][1:]  # any weights that a straight line does not bias

    def long(free: np.ndarray) -> float:
        weights = span[0].copy()
        weights[:before] += free @ span[1]
        return length(found, weights, M)

    best = minimize(long, np.zeros(before - 1), method="Nelder-Mead", options={"maxfev": 250}).fun if before > 1 else long(np.zeros(0))
    assert half <= best * (1 + BETTER)
    assert half == pytest.approx(best, rel=0.02)


@pytest.mark.parametrize(("before", "after", "which"), SHAPES)
def test_without_any_bend_it_is_the_best_extrapolation_of_a_straight_line(before: int, after: int, which: str) -> None:
    asked = study(before, after, 3, which=which)
    found = event_study(*asked)
    # generalised least squares of a line before and free effects on top of it after
    X = np.zeros((before + after, 1 + after))
    X[:, 0], X[before:, 1:] = [*range(-before, 0), *range(1, after + 1)], np.eye(after)
    precision = np.linalg.inv(found.V)
    covariance = np.linalg.inv(X.T @ precision @ X)
    effects = covariance @ X.T @ precision @ found.beta
    middle, error = float(found.weights @ effects[1:]), float(found.weights @ covariance[1:, 1:] @ found.weights) ** 0.5

    interval = smoothness(*asked, 0.0)

    assert (interval.low, interval.high) == pytest.approx((middle - 1.959963984540054 * error, middle + 1.959963984540054 * error), abs=SAME)


@pytest.mark.parametrize("M", [0.0, 0.05, 0.5])
def test_the_worst_drift_within_the_bound_is_covered_in_95_of_100_draws_and_no_drift_in_more(M: float) -> None:
    found = event_study(*study(4, 3, 4))
    compromises = frontier(found)
    middle, half = shortest(compromises, M, 0.05)
    at_zero = shortest(frontier(EventStudy(0 * found.beta, found.V, 4, 3, found.weights)), M, 0.05)
    assert at_zero == pytest.approx((0.0, half))  # the middle is linear in the coefficients, and the length does not hang on them
    unit = np.eye(7)
    weights = np.array([shortest(frontier(EventStudy(row, found.V, 4, 3, found.weights)), M, 0.05)[0] for row in unit])
    assert weights @ found.beta == pytest.approx(middle)
    deviation, bias = float(weights @ found.V @ weights) ** 0.5, worst(found, weights, M)

    covered = ndtr((half - bias) / deviation) - ndtr((-half - bias) / deviation)

    assert covered == pytest.approx(0.95, abs=1e-9)
    assert ndtr(half / deviation) - ndtr(-half / deviation) >= 0.95 - 1e-9
