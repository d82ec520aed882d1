"""Scores as they are written down: decimals, odd ones in between, empty strips; what was not examined does not hold."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scored_people import SHARP, cohort
from small_county import county, plan

from evaluation.cohort import enrol
from evaluation.diagnostics import density_at_the_cutoff
from evaluation.methods.threshold.comparison import compare
from evaluation.methods.threshold.density import counts_step
from evaluation.methods.threshold.running import centred, decimals, grain, heaping, heaps, running
from evaluation.terms import Assigned, Cohort, Cutoff, Horizon, Starts

RUNS = 150
SIZE = 0.01 + 3 * (0.01 * 0.99 / RUNS) ** 0.5  # of a right test at 1 %, and three Monte Carlo errors
CUTS = np.array([55.3, 52.1])


def listed(seed: int, n: int = 3_000, *, step: float = 0.1, helped: float = 0.0, heaped: float = 0.0, cuts: np.ndarray = CUTS) -> Cohort:
    """Two lists of scores in steps; a share of those within two points below a cut-off is helped as far over it."""
    rng = np.random.default_rng(seed)
    day, score = rng.integers(0, 2, n), rng.normal(50, 12, n)
    score = np.where(rng.random(n) < heaped, 5 * np.round(score / 5), score)
    score = np.round(np.round(score / step) * step, 6)
    cut = cuts[day]
    over = (score < cut) & (score >= cut - 2) & (rng.random(n) < helped)
    score = np.where(over, np.round(2 * cut - score, 6), score)
    return cohort(score, score >= cut, list_day=17_000 + 181 * day)


def density(people: Cohort) -> Any:
    return {one.name: one for one in compare(people, SHARP).diagnostics}["density_at_the_cutoff"]


def test_scores_as_far_apart_on_paper_are_one_distance_whatever_list_they_are_from() -> None:
    away = running(listed(0)).away
    values = np.unique(away)
    assert np.diff(values).min() == pytest.approx(0.1) and len(values) < 1_100
    half = np.array([55.3, 55.4, 52.1, 52.2], dtype=np.float32).astype(float)
    assert len(np.unique(centred(half, np.array([False, True, False, True]), np.array([0, 0, 1, 1])))) == 2


def test_a_donut_of_tenths_leaves_out_whoever_stands_as_near_as_it_says_on_every_list() -> None:
    people = listed(6)
    assert people.score is not None
    near = np.abs(people.score - CUTS[(people.list_day != 17_000).astype(int)]) < 0.25
    assert near.sum() > 20 and (compare(people, replace(SHARP, donut=0.2)).kept == ~near).all()


@pytest.mark.parametrize(("score", "found"), [([1, 2.5], 1), ([1, 2], 0), ([1.25, 3], 2), ([1 / 3, 2 / 3], 12)])
def test_decimals_are_those_with_which_scores_are_written(score: list[float], found: int) -> None:
    assert decimals(np.array(score)) == found


def test_the_grain_is_the_commonest_step_and_no_odd_score_is_a_finer_one() -> None:
    whole = np.round(np.random.default_rng(1).normal(50, 12, 1_500))
    assert grain(whole) == 1 == grain(np.append(whole, 40.5)) and grain(2 * whole) == 2
    assert grain(whole / 2) == 0.5 and grain(whole / 10) == pytest.approx(0.1) and grain(np.ones(9)) == 0


def test_heaps_are_found_on_half_points_too() -> None:
    rng = np.random.default_rng(2)
    half = np.round(2 * rng.normal(50, 12, 4_000)) / 2
    fives = rng.random(4_000) < 0.4
    assert heaping(half) == 0 and heaps(np.where(fives, 5 * np.round(half / 5), half)) == (5.0,)
    assert heaping(np.where(fives, np.round(half), half)) == 1.0


def test_whoever_helps_all_of_two_points_over_leaves_an_empty_strip_that_condemns() -> None:
    for people in (listed(3, helped=1.0), replace(one := listed(3, helped=1.0, cuts=np.array([55.3, 55.3])), score=np.round(10 * one.score))):
        told = density(people)
        assert told.required and not told.holds and told.value < 1e-4


@pytest.mark.parametrize("step", [0.01, 0.1, 0.5, 1.0])
def test_half_of_two_points_helped_over_is_seen_on_every_grid(step: float) -> None:
    seen = [counts_step(running(listed(seed, 6_000, step=step, helped=0.5, cuts=np.array([55.0, 52.0]))), np.ones(6_000, bool)) for seed in range(10)]
    assert np.mean([one is not None and one.p_value < 0.01 and one.ratio > 1.3 for one in seen]) == 1


@pytest.mark.parametrize(("step", "heaped"), [(0.1, 0.0), (0.5, 0.4), (1.0, 0.0), (1.0, 0.4)])
def test_nobody_helped_is_nobody_seen(step: float, heaped: float) -> None:
    there = [running(listed(seed, 1_500, step=step, heaped=heaped, cuts=np.array([60.0, 60.0]))) for seed in range(RUNS)]
    found = [counts_step(one, np.ones(1_500, bool)) for one in there]
    assert all(found) and np.mean([one.p_value < 0.01 for one in found if one]) <= SIZE


def test_one_odd_score_does_not_put_the_test_out_of_work() -> None:
    people = listed(5, step=1.0, helped=0.6, cuts=np.array([55.0, 52.0]))
    assert people.score is not None
    odd = replace(people, score=np.where(np.arange(3_000) == np.argmin(np.abs(people.score - 40)), 40.5, people.score))
    assert not density(people).holds and not density(odd).holds
    assert density(odd).value == pytest.approx(density(people).value, rel=0.5)


def test_what_cannot_be_examined_does_not_hold() -> None:
    score = np.tile(np.arange(1.0, 7), 100)
    few = {one.name: one for one in compare(cohort(score, score > 3), replace(SHARP, estimator="local_randomisation", bandwidth=2.0)).diagnostics}
    assert not few["density_at_the_cutoff"].holds and few["density_at_the_cutoff"].required
    assert few["density_at_the_cutoff"].sentence.endswith("too few distinct scores to tell whether some were helped over it.")
    assert few["density_at_the_cutoff"].source != density_at_the_cutoff(1.0, 1.0, by="").source


def test_places_that_run_out_at_another_score_on_each_date_are_pooled_there_and_ties_with_the_last_place_are_in() -> None:
    lines, rng = [], np.random.default_rng(4)
    for day, shift in (("2020-02-01", 0.0), ("2020-07-01", 13.1)):
        scores = np.round(rng.normal(50 + shift, 6, 60), 1)
        scores[:4] = np.sort(scores)[-20]  # ties with the 20th place
        lines += [f"need p{i} {day} {one:.1f}" for i, one in enumerate(scores)]
    people = "person_id\n" + "\n".join(f"p{i}" for i in range(60))
    chosen = plan(starts=Starts(list="need", which="every"), clock="eligibility", assigned=Assigned("score", cutoff=Cutoff(capacity=20)))

    found = enrol("main", chosen, (), county(person=people, score="list person_id day score\n" + "\n".join(lines)), Horizon(days=30))

    away = running(found)
    assert found.list_day is not None and found.score is not None
    for day in np.unique(found.list_day):
        here = found.list_day == day
        last = np.sort(found.score[here])[-20]
        assert (found.served[here] == (found.score[here] >= last)).all() and found.served[here].sum() >= 20
        assert (away.away[here] == np.round(found.score[here] - last, 1)).all() and (away.away[here] == 0).sum() >= 4
    assert len(np.unique(away.away)) == len(np.unique(np.round(away.away, 6)))
