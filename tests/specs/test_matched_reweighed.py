"""Weights that were learnt are held to the formula of the effect asked for, and to moving with the score as they say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from small_pools import pool_of

from evaluation.methods.matched.invariants import broken
from evaluation.methods.matched.ways import WAYS
from evaluation.terms import Matching

WEIGHING = [(by, estimand) for by, way in WAYS.items() if way.weighs for estimand in sorted(way.estimands)]


def people(estimand, n=300):
    rng = np.random.default_rng(0)
    columns = {"x": rng.normal(size=n), "age": rng.integers(20, 60, n) * 1.0, "housed": (rng.random(n) < 0.5) * 1.0}
    linear = 0.7 * columns["x"] + 0.02 * (columns["age"] - 40) - 1
    served = rng.random(n) < 1 / (1 + np.exp(-linear))
    return pool_of(served, linear, columns=columns, focal=~served if estimand == "effect_on_the_compared" else None)


def weighed(by, estimand, **words):
    pool, plan = people(estimand), Matching(by=by, **words)
    return pool, plan, WAYS[by].choose(pool, plan, estimand)


@pytest.mark.parametrize(("by", "estimand"), WEIGHING)
def test_weights_of_the_right_sum_that_follow_no_score_are_found(by, estimand):
    pool, plan, chosen = weighed(by, estimand)
    arm = pool.served if estimand == "effect_on_the_compared" else ~pool.served
    turned, squared = chosen.weights.copy(), chosen.weights.copy()
    turned[arm] = np.roll(chosen.weights[arm], 1)
    squared[arm] *= chosen.weights[arm] * chosen.weights[arm].sum() / (chosen.weights[arm] ** 2).sum()
    wrong = "do not balance" if by in ("entropy_balancing", "covariate_balancing", "tilting") else "are not those of the score"

    assert broken(pool, chosen, plan, estimand) == ""
    for weights in (turned, squared):
        assert wrong in broken(pool, replace(chosen, weights=weights), plan, estimand)


@pytest.mark.parametrize(("by", "estimand"), WEIGHING)
def test_what_weights_were_learnt_from_is_held_to_what_they_do(by, estimand):
    pool, plan, chosen = weighed(by, estimand)
    learned = chosen.learned
    wrong = [replace(learned, influence=part * learned.influence) for part in (-1, 0, 2)]
    wrong += [replace(learned, slopes=part * learned.slopes) for part in (-1, 0, 2)]

    for one in wrong:
        assert broken(pool, replace(chosen, learned=one), plan, estimand)
    assert "not given back" in broken(pool, replace(chosen, learned=None), plan, estimand)


def test_weights_for_the_effect_on_others_than_those_asked_about_are_found():
    pool, plan, chosen = weighed("inverse_probability", "effect_on_the_served")

    assert "do not add to the number" in broken(pool, chosen, plan, "average_effect")
    assert "do not add to the number" in broken(pool, weighed("full", "average_effect")[2], Matching(by="full"), "effect_on_the_served")


@pytest.mark.parametrize(("by", "estimand"), [one for one in WEIGHING if one[0] in ("inverse_probability", "overlap", "matching_weights")])
def test_weights_by_a_flexible_score_are_held_to_it(by, estimand):
    pool, plan, chosen = weighed(by, estimand, score="flexible")

    assert broken(pool, chosen, plan, estimand) == ""
    assert "are not those of the score" in broken(replace(pool, linear=pool.linear * 1.1), chosen, plan, estimand)
