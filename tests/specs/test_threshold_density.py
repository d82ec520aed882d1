"""Whether people were helped over a cut-off: of scores that hardly tie, and of whole points that assessors round."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scored_people import cohort

from evaluation.methods.threshold.density import counts_step, density_step
from evaluation.methods.threshold.running import Running, running

RUNS = 200
SIZE = 0.05 + 3 * (0.05 * 0.95 / RUNS) ** 0.5  # of a right test at 5 %, and three Monte Carlo errors


def rounded(seed: int, n: int = 1_500) -> Running:
    """Whole points, 30 % of them rounded to five, in two lists that are cut at 50 and at 57."""
    rng = np.random.default_rng(seed)
    score = np.round(rng.normal(50, 15, n))
    score = np.where(rng.random(n) < 0.3, 5 * np.round(score / 5), score)
    day = rng.integers(0, 2, n)
    return running(cohort(score, score >= np.where(day == 1, 50, 57), list_day=day))


def rejects(p_values: list[float]) -> float:
    return float(np.mean(np.array(p_values) < 0.05))


def test_a_density_that_runs_on_is_taken_for_a_step_no_more_often_than_it_says() -> None:
    draws = [np.random.default_rng(seed).normal(0.4, 1, 1_000) for seed in range(RUNS)]
    assert rejects([density_step(x).p_value for x in draws]) <= SIZE


def test_a_density_of_half_as_many_is_seen() -> None:
    x = np.random.default_rng(0).normal(0, 1, 40_000)
    found = density_step(x[(x >= 0) | (np.arange(40_000) % 2 == 0)])
    assert found.p_value < 1e-6 and found.ratio == pytest.approx(2, rel=0.3)


def test_heaps_at_round_scores_are_no_step() -> None:
    everybody = np.ones(1_500, dtype=bool)
    there = [rounded(seed) for seed in range(RUNS)]
    apart = [counts_step(one, everybody) for one in there]
    assert all(one.round == 5 for one in there)
    assert rejects([one.p_value for one in apart if one]) <= SIZE
    as_if_none = [counts_step(replace(one, round=0.0), everybody) for one in there[:50]]
    errors = [abs(np.log(one.ratio) / one.statistic) for one in as_if_none if one]
    assert np.mean(errors) > 1.3 * np.mean([abs(np.log(one.ratio) / one.statistic) for one in apart[:50] if one])  # heaps are noise to it


def test_people_helped_over_by_a_point_or_two_are_seen_through_the_heaps() -> None:
    seen = []
    for seed in range(20):
        one = rounded(seed, 4_000)
        helped = (one.away >= -2) & (one.away < 0) & (np.random.default_rng(seed).random(4_000) < 0.5)
        found = counts_step(
            replace(one, away=np.where(helped, one.away + 2, one.away), score=np.where(helped, one.score + 2, one.score)), np.ones(4_000, bool)
        )
        seen.append(found is not None and found.p_value < 0.01 and found.ratio > 1.3)
    assert np.mean(seen) > 0.8


def test_too_few_scores_to_follow_tell_nothing() -> None:
    score = np.repeat([1.0, 2, 3, 4], 50)
    assert counts_step(running(cohort(score, score > 2)), np.ones(200, dtype=bool)) is None
