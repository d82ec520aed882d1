"""How often a target is said to be reached, or missed, when it is met to the last digit and every count errs; and disparities alike."""

import numpy as np
import pytest

from evaluation.methods.monitor.rates import disparities_of, dispersion_of
from evaluation.methods.monitor.targets import tracked

R = 2_000  # seeds 0 to R - 1
HALF = 0.025 + 3 * (0.025 * 0.975 / R) ** 0.5  # of a 5 % test, one side


@pytest.mark.parametrize("error", [0.03, 0.1])
def test_a_target_met_to_the_last_digit_is_seldom_said_to_be_reached_or_missed(error):
    said, held = [], []
    for seed in range(R):
        first, last = np.array([1_000.0, 729.0]) * np.exp(error * np.random.default_rng(seed).normal(size=2))
        one = tracked(first, last, each_year=-0.1, years=3, error=error)
        said.append(one.reached)
        held.append(one.a_year_limits.low <= -0.1 <= one.a_year_limits.high)

    assert said.count("reached") / R <= HALF and said.count("not reached") / R <= HALF
    assert np.mean(held) >= 0.95 - 3 * (0.0475 / R) ** 0.5


def test_a_level_that_did_not_fall_is_seldom_said_to_have_fallen_ten_per_cent_a_year():
    said = []
    for seed in range(R):
        first, last = 1_000.0 * np.exp(0.05 * np.random.default_rng(seed).normal(size=2))
        said.append(tracked(first, last, each_year=-0.1, years=3, error=0.05).reached)

    assert said.count("reached") == 0 and said.count("not reached") / R > 0.95


def test_of_places_with_one_rate_any_is_said_to_differ_one_time_in_twenty_at_most():
    exposure = np.array([500.0, 1_000.0, 1_500.0, 4_000.0])
    any_differs = []
    for seed in range(R):
        events = np.random.default_rng(seed).poisson(0.02 * exposure).astype(float)
        any_differs.append(any(one.ratio_limits.excludes(1.0) for one in disparities_of(events, exposure, 1.0, counted=True)))

    assert np.mean(any_differs) <= 0.05 + 3 * (0.0475 / R) ** 0.5


@pytest.mark.parametrize(("many", "mean"), [(12, 300.0), (12, 2.0), (3, 300.0)])
def test_of_places_with_one_rate_whose_counts_vary_three_times_as_much_any_is_said_to_differ_as_seldom(many, mean):
    exposure = np.full((many, 4), 1_000.0)
    any_differs = []
    for seed in range(500):
        events = np.random.default_rng(seed).negative_binomial(mean / 2, 1 / 3, exposure.shape).astype(float)
        told = disparities_of(events.sum(axis=1), exposure.sum(axis=1), 1.0, counted=True, dispersion=dispersion_of(events, exposure))
        any_differs.append(any(one.ratio_limits.excludes(1.0) for one in told))

    assert np.mean(any_differs) <= 0.08


def test_a_target_is_seldom_reached_by_the_luck_of_small_numbers():
    said = []
    for seed in range(R):
        first, last = (float(count) for count in np.random.default_rng(seed).poisson(40, 2))
        said.append(tracked(first, last, each_year=-0.1, years=1, error=0.0, events=(first, last)).reached)

    assert said.count("reached") / R <= HALF
