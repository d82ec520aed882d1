"""How often intervals at a cut-off hold what was planted there, and what is declared of a short list before any outcome is read.

A fifth of those offered a place refuse it and a few come without one; the score is a number, or whole points; each list has its own cut-off.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from evaluation.methods.threshold.anderson_rubin import anderson_rubin
from evaluation.methods.threshold.jumping import Found, by_line
from evaluation.methods.threshold.reading import Reading
from evaluation.pipeline import prepare
from evaluation.records import connect
from evaluation.rehearsal import all_lives
from evaluation.study import load
from evaluation.terms import Cohort, Comparison, Estimand, Horizon, Question
from synthetic import WORLDS

DESIGNS = Path(__file__).parents[2] / "designs" / "bayview"
RUNS, PEOPLE, PLANTED = 400, 1_000, -8.0
LEAST, MOST = 0.93, 0.97  # of 95 % intervals: two Monte Carlo errors of 400 runs
ASKED = Question("custody_days/recorded", Horizon(days=364), "threshold", -5.0, estimator="local_linear", estimand="complier_effect_at_the_cutoff")


def found(seed: int, *, whole: bool, refuse: float = 0.2) -> Found:
    """The answer in one county; need bends the outcome, and the score that it decides is need with an assessor's error."""
    rng = np.random.default_rng(seed)
    need, day = rng.normal(0, 10, PEOPLE), rng.integers(0, 2, PEOPLE)
    score = 50 + need + rng.normal(0, 5, PEOPLE)
    score = np.round(score) if whole else score
    served = score >= np.where(day == 1, 55.0, 52.0)
    came = rng.random(PEOPLE) < np.where(served, 1 - refuse, 0.04)
    y = 30 + 0.6 * need + 0.02 * need**2 + rng.normal(0, 8, PEOPLE) + PLANTED * came
    people = Cohort(
        "main", "person", "", np.arange(1, PEOPLE + 1), np.arange(PEOPLE), served, {}, (), "score", taken_up=came, score=score, list_day=day
    )  # fmt: skip
    everybody = Comparison(Estimand("", "", "", ""), np.ones(PEOPLE, dtype=bool), np.ones(PEOPLE))
    there = by_line(people, everybody, Reading(y, np.zeros(PEOPLE, dtype=bool), np.zeros(PEOPLE, dtype=int)), ASKED)
    assert there is not None
    return there


@pytest.mark.parametrize("whole", [False, True])
def test_a_fuzzy_jump_with_refusals_is_covered_as_often_as_it_is_said_to_be(whole: bool) -> None:
    answers = [found(seed, whole=whole) for seed in range(RUNS)]

    effects = np.array([one.effect for one in answers])
    covered = np.mean([not one.interval.excludes(PLANTED) for one in answers])

    assert LEAST <= covered <= MOST
    assert abs(np.median(effects) - PLANTED) < 0.05 * effects.std() + 3 * 1.25 * effects.std() / RUNS**0.5


def test_the_set_of_an_offer_that_hardly_moves_anybody_holds_the_effect_as_often_and_often_has_no_end() -> None:
    answers = [found(seed, whole=False, refuse=0.8) for seed in range(RUNS // 2)]

    held = np.mean([anderson_rubin(one.jumps).holds(PLANTED) for one in answers if one.jumps])

    assert held >= LEAST
    assert np.mean([not one.interval.given for one in answers]) > 0.2


def test_a_list_of_900_declares_what_it_could_see_before_any_outcome_is_read() -> None:
    study, world = load(DESIGNS / "list_301.toml"), WORLDS["cut_off_900"]
    people = world.people(world.size, 0)

    prepared = prepare(study, connect(world.records(world.live(people, world.as_run))))

    for comparison in prepared.comparisons.values():
        assert isinstance(comparison, Comparison)
        declared = {one.name: one for one in comparison.diagnostics}["detectable_at_the_cutoff"]
        assert not declared.holds and not declared.required and declared.value > 3 * abs(study.questions[0].worthwhile)
        assert declared.sentence.startswith("Before any outcome was read")


def test_the_truth_at_the_cut_off_is_of_those_near_it_and_of_compliers_among_them() -> None:
    study, world = load(DESIGNS / "list_of_need.toml"), WORLDS["cut_off"]
    complier, offer = study.questions

    lives = all_lives(study, study.questions, world, people=3_000, seed=1)
    two = lives[complier.name]

    weights = two.at_the_cutoff
    assert two.away is not None and ((two.away >= 0) == two.served).all()
    assert (weights[np.abs(two.away) >= 5] == 0).all() and weights[two.away == 0].min() == 1
    assert two.truth().effect == two.complier_effect(within_days=90, weights=weights).effect
    moved = lives[offer.name].truth()
    assert abs(moved.effect) < abs(two.truth().effect) and moved.effect == pytest.approx(two.mean_difference(weights=weights).effect)
