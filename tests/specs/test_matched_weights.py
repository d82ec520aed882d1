"""Everybody weighed by a score: what the weights are, what must not change them, and how they hang on the score."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit
from statsmodels.discrete.discrete_model import Logit
from weighed_pools import BALANCED, SCORED, TOLD, chosen, effect, people, pool_of

from evaluation.methods.columns import standardised
from evaluation.methods.matched.weights import choose
from evaluation.terms import Matching, Refused

SAME = 1e-9  # two ways to one maximum; sums in another order
STEP = 1e-5  # of a score, to either side: the error of a central difference is its square, and rounding over it
NUMERIC = 1e-8  # of a central difference
ADDS_UP = 1e-9  # equations are solved to 1e-14 of the people
ONE_MORE = 50  # copies of everybody beside which one more copy of somebody is a small change
SECOND_ORDER = 0.02  # of that change: what is left is of its square

MIRROR = {"effect_on_the_served": "effect_on_the_compared", "effect_on_the_compared": "effect_on_the_served"}


def score(columns, served):
    X = np.column_stack([np.ones(len(served)), *columns.values()])
    return expit(X @ np.asarray(Logit(served.astype(float), X).fit(disp=0, tol=1e-12).params))


def about(estimand, served, e):
    return {
        "effect_on_the_served": served.sum(),
        "effect_on_the_compared": (~served).sum(),
        "average_effect": len(served),
        "effect_in_the_overlap": (e * (1 - e)).sum(),
        "effect_on_the_matchable": np.minimum(e, 1 - e).sum(),
    }[estimand]


@pytest.mark.parametrize(("by", "estimand"), TOLD)
def test_each_arm_weighs_as_many_as_the_effect_is_about(by, estimand):
    columns, served = people()
    weights = chosen(columns, served, by, estimand).weights
    number = about(estimand, served, score(columns, served))

    assert (weights[served].sum(), weights[~served].sum()) == pytest.approx((number, number), rel=SAME)
    assert (weights > 0).all()


@pytest.mark.parametrize(("by", "estimand"), SCORED)
def test_weights_are_those_of_the_formula(by, estimand):
    columns, served = people()
    e, weights = score(columns, served), chosen(columns, served, by, estimand).weights
    formula = {
        "effect_on_the_served": e,
        "effect_on_the_compared": 1 - e,
        "average_effect": 1,
        "effect_in_the_overlap": e * (1 - e),
        "effect_on_the_matchable": np.minimum(e, 1 - e),
    }[estimand] / np.where(served, e, 1 - e)  # Li, Morgan and Zaslavsky (2018), table 1

    for arm in (served, ~served):
        assert weights[arm] / weights[arm].sum() == pytest.approx(formula[arm] / formula[arm].sum(), rel=1e-7)


@pytest.mark.parametrize(("by", "estimand"), TOLD)
def test_with_the_arms_swapped_the_effect_is_that_on_the_others(by, estimand):
    columns, served = people()
    one, other = chosen(columns, served, by, estimand), chosen(columns, ~served, by, MIRROR.get(estimand, estimand))

    assert one.weights == pytest.approx(other.weights, rel=SAME)


@pytest.mark.parametrize(("by", "estimand"), TOLD)
def test_units_constant_columns_and_repeats_change_nothing(by, estimand):
    columns, served = people()
    more = {"ones": np.ones(400), "days": 24 * columns["days"] - 7, "arrests": columns["arrests"] / 12, "free": 1 - columns["housed"]}
    more |= {"housed": columns["housed"], "sum": columns["arrests"] + columns["days"]}
    one, other = chosen(columns, served, by, estimand), chosen(more, served, by, estimand)

    assert one.weights == pytest.approx(other.weights, rel=SAME)
    y = np.random.default_rng(1).normal(size=400)
    assert effect(one, y, served)[1] == pytest.approx(effect(other, y, served)[1], abs=SAME)


@pytest.mark.parametrize(("by", "estimand"), TOLD)
def test_the_order_of_people_changes_nothing_but_rounding_and_equal_people_weigh_the_same(by, estimand):
    columns, served = people()
    order = np.random.default_rng(2).permutation(400)
    one, other = chosen(columns, served, by, estimand), chosen({name: column[order] for name, column in columns.items()}, served[order], by, estimand)
    few = {"arrests": columns["arrests"], "housed": columns["housed"]}
    rows = np.column_stack([served, *few.values()])

    assert one.weights[order] == pytest.approx(other.weights, rel=SAME)
    assert len(np.unique(chosen(few, served, by, estimand).weights[~served])) <= len(np.unique(rows[~served], axis=0)) < 40


@pytest.mark.parametrize(("by", "estimand"), TOLD)
def test_with_everybody_twice_people_weigh_what_they_did_and_the_variance_is_half(by, estimand):
    columns, served = people()
    y = columns["arrests"] + np.random.default_rng(3).normal(size=400)
    one, two = chosen(columns, served, by, estimand), chosen({k: np.tile(c, 2) for k, c in columns.items()}, np.tile(served, 2), by, estimand)

    assert two.weights == pytest.approx(np.tile(one.weights, 2), rel=SAME)
    parts, halves = effect(one, y, served)[1], effect(two, np.tile(y, 2), np.tile(served, 2))[1]
    assert (halves**2).sum() == pytest.approx((parts**2).sum() / 2, rel=SAME)


@pytest.mark.parametrize(("by", "estimand"), TOLD)
def test_what_people_add_to_the_error_of_a_score_adds_to_nothing_and_both_arms_grow_alike(by, estimand):
    columns, served = people()
    given = chosen(columns, served, by, estimand)
    learned = given.learned

    assert learned.slopes.shape == learned.influence.shape
    assert learned.slopes[served].sum(axis=0) == pytest.approx(learned.slopes[~served].sum(axis=0), abs=ADDS_UP * given.weights.sum())
    assert np.abs(learned.influence.sum(axis=0)).max() < ADDS_UP < np.abs(learned.influence).sum(axis=0).min()


@pytest.mark.parametrize(("by", "estimand"), SCORED)
def test_slopes_are_how_weights_grow_with_the_score(by, estimand):
    columns, served = people()
    e = score(columns, served)
    X, eta = np.vstack([np.ones(400), standardised(tuple(columns.values()))]), np.log(e / (1 - e))
    learned = chosen(columns, served, by, estimand).learned
    plan = Matching(by=by, score="flexible")

    for x, slope in zip(X, learned.slopes.T, strict=True):
        up, down = (choose(pool_of(columns, served, eta + way * STEP * x), plan, estimand).weights for way in (1, -1))
        assert slope == pytest.approx((up - down) / (2 * STEP), abs=NUMERIC, rel=1e-6)


@pytest.mark.parametrize(("by", "estimand"), TOLD)
def test_one_more_copy_of_somebody_moves_the_effect_by_what_that_person_adds_to_its_error(by, estimand):
    columns, served = people()
    y = columns["arrests"] + served * columns["days"] / 30 + np.random.default_rng(4).normal(size=400)
    many, arms, ys = {name: np.tile(column, ONE_MORE) for name, column in columns.items()}, np.tile(served, ONE_MORE), np.tile(y, ONE_MORE)
    before, adds = effect(chosen(many, arms, by, estimand), ys, arms)

    for row in (np.flatnonzero(served)[7], np.flatnonzero(~served)[11]):
        more = {name: np.append(column, column[row]) for name, column in many.items()}
        after = effect(chosen(more, np.append(arms, arms[row]), by, estimand), np.append(ys, ys[row]), np.append(arms, arms[row]))[0]
        assert after - before == pytest.approx(adds[row], rel=SECOND_ORDER, abs=SECOND_ORDER * np.abs(adds).mean())


def test_the_score_is_that_of_the_pool_whatever_score_it_came_with():
    columns, served = people()
    plan, alone = Matching(by="inverse_probability"), pool_of(columns, served)
    theirs = replace(alone, linear=np.random.default_rng(5).normal(size=400))

    assert choose(theirs, plan, "average_effect").weights == pytest.approx(choose(alone, plan, "average_effect").weights, rel=SAME)


def test_no_weight_is_cut():
    columns, served = people()
    columns["arrests"][np.flatnonzero(~served)[0]] = 30.0
    weights, e = chosen(columns, served, "inverse_probability", "effect_on_the_served").weights, score(columns, served)
    odds = (e / (1 - e))[~served]

    assert weights[~served].max() == pytest.approx(odds.max() * served.sum() / odds.sum(), rel=1e-6)
    assert weights[~served].max() > 3 * np.sort(weights[~served])[-2]


def test_with_a_flexible_score_weights_are_as_given_and_nothing_was_learnt():
    columns, served = people()
    eta = np.random.default_rng(6).normal(size=400)
    given = choose(pool_of(columns, served, eta), Matching(by="inverse_probability", score="flexible"), "average_effect")
    raw = np.where(served, 1 / expit(eta), 1 / expit(-eta))

    assert given.learned is None
    assert given.weights == pytest.approx(raw * np.where(served, 400 / raw[served].sum(), 400 / raw[~served].sum()), rel=SAME)


def refused(pool, by, estimand, **words) -> str:
    with pytest.raises(Refused) as caught:
        choose(pool, Matching(by=by, **words), estimand)
    (problem,) = caught.value.problems
    assert problem.where == "question 'x' by matched: compare" and problem.remedy
    return problem.found


def test_a_chance_of_nothing_or_certainty_has_no_weight():
    columns, served = people()
    eta = np.where(np.arange(400) == np.flatnonzero(~served)[0], np.inf, 0.0)

    found = refused(pool_of(columns, served, eta), "inverse_probability", "average_effect", score="flexible")
    assert found == "by the score, 1 of 400 have a chance of being served of 0 or 1, and no weight."


@pytest.mark.parametrize(("by", "estimand"), SCORED[:1] + BALANCED[:1])
def test_a_history_in_which_nothing_varies_is_refused(by, estimand):
    served = people()[1]
    assert refused(pool_of({"one": np.ones(400)}, served), by, estimand) == "'one' does not vary among the 400 who could be compared."


def test_arms_that_the_history_tells_apart_are_refused_by_the_column_that_does():
    columns, served = people()
    columns["referred"] = np.where(served, 2.0, 0.0) + (np.arange(400) % 7) / 7

    assert "most of all by 'referred'" in refused(pool_of(columns, served), "inverse_probability", "average_effect")
    assert "most of all by 'referred'" in refused(pool_of(columns, served), "covariate_balancing", "average_effect")


def test_intervals_that_count_the_error_of_the_score_hold_and_those_that_do_not_are_too_wide():
    draws = 300
    held = {"counted": 0, "as given": 0}
    for seed in range(draws):
        rng = np.random.default_rng(seed)
        x, z = rng.normal(size=(2, 300))
        served = rng.random(300) < expit(-0.5 + 0.6 * x - 0.4 * z)
        y = x + 0.7 * z + served + rng.normal(size=300)
        given = chosen({"x": x, "z": z}, served, "inverse_probability", "effect_on_the_served")
        found, adds = effect(given, y, served)
        held["counted"] += abs(found - 1) < 1.96 * (adds**2).sum() ** 0.5
        nothing = replace(given.learned, influence=np.zeros_like(given.learned.influence))
        held["as given"] += abs(found - 1) < 1.96 * (effect(replace(given, learned=nothing), y, served)[1] ** 2).sum() ** 0.5

    room = 3 * (0.95 * 0.05 / draws) ** 0.5
    assert 0.95 - room <= held["counted"] / draws <= 0.95 + room < held["as given"] / draws
