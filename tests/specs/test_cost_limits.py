"""Whether limits about mean costs cut short hold the truth: one group's by Hall's transformation, a difference's by the larger of two errors."""

import numpy as np
import pytest
from scipy import stats

from evaluation.methods.mean.censored import FEW, LONG, group, of_one, of_two, partitioned

RUNS = 400
LUCK = 0.035  # of a share of 400 runs: three errors of a nominal .05
WRONG = 0.02  # by which t alone must miss more often than Hall's


def seen(n: int, seed: int, sigma: float = 1.0, less: float = 1.0):
    """Costs of twelve months of n people, six in ten of whom have none, and a third of whom is lost; the truth is 0.4 a month, times `less`."""
    rng = np.random.default_rng(seed)
    rate = less * np.where(rng.random(n) < 0.6, 0.0, np.exp(sigma * rng.normal(size=n) - sigma**2 / 2))
    until = np.arange(30.0, 361.0, 30.0)
    day = np.minimum(rng.exponential(900.0, n), 360.0)
    parts = rate[:, None] * np.clip(day[:, None] - until + 30, 0, 30) / 30
    lost = day < 360
    return parts, until, day, lost


def told(*of: object, **words: object):
    parts, until, day, lost = seen(*of, **words)
    mean = partitioned(parts, until, day, lost, np.ones(len(day)))
    return group(mean, parts.sum(axis=1), lost, np.ones(len(day)))


def test_limits_of_a_mean_hold_it_where_those_of_t_do_not():
    missed, by_t = [], []
    for seed in range(RUNS):
        one = told(60, seed)
        limits = of_one(one)
        if limits.why != "":
            continue
        missed.append(not limits.low <= 4.8 <= limits.high)
        by_t.append(abs(one.mean - 4.8) > stats.t.ppf(0.975, one.worth - 1) * one.variance**0.5)

    assert len(missed) > 0.7 * RUNS
    assert np.mean(missed) < 0.05 + LUCK
    assert np.mean(by_t) > np.mean(missed) + WRONG


def test_limits_of_a_difference_hold_it_in_unequal_arms():
    missed = []
    for seed in range(RUNS):
        limits = of_two(told(300, seed, 1.5), told(50, RUNS + seed, 1.5))
        if limits.why == "":
            missed.append(not limits.low <= 0.0 <= limits.high)

    assert len(missed) > 0.7 * RUNS
    assert np.mean(missed) < 0.05 + LUCK


def test_most_samples_with_a_very_long_tail_and_those_of_a_handful_have_no_limits():
    why = [of_one(told(150, seed, 2.0)).why for seed in range(100)]

    assert np.mean([one == LONG for one in why]) > 0.7
    assert of_one(told(12, 1)).why == FEW
    assert np.isnan(of_one(told(12, 1)).low)


def test_the_transformation_is_t_where_nothing_leans_to_one_side():
    y = np.concatenate([np.arange(1.0, 51.0), np.arange(1.0, 51.0)])
    lost = np.zeros(100, dtype=bool)
    limits = of_one(group(partitioned(y[:, None], np.array([1.0]), np.ones(100), lost, np.ones(100)), y, lost, np.ones(100)))
    plain = stats.t.interval(0.95, 99, y.mean(), y.std(ddof=1) / 10)

    assert (limits.low, limits.high) == pytest.approx(plain)
