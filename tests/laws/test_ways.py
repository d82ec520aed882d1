"""What holds for every way of comparing in the table WAYS, whomever its effect is about, in pools and in risk sets."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit
from worlds_of_ways import CASES, SAME, STATIC, alike, cases, world

from evaluation.methods.matched.gathering import gather
from evaluation.methods.matched.invariants import broken
from evaluation.methods.matched.ways import WAYS

SUMS = 1e-6  # of a weight: equations solved to their own tolerance
NEARLY = 0.035  # n - 1 in place of n
TURNED = {"effect_on_the_served": "effect_on_the_compared", "effect_on_the_compared": "effect_on_the_served"}
SEVERAL = "of the largest groups that are alike there are several"
ANOTHER = {  # what being turned round or standing twice makes another comparison of, and why
    "cardinality": SEVERAL,
    "profile": SEVERAL,
}
ANOTHER_OF_TWO = ANOTHER | {
    "full": "somebody's two copies may stand in one set or in two, at the same sum of gaps",
    "subclasses": "R's quantiles, between the people around a cut, move when these stand twice",
}


@cases(CASES)
def test_the_order_of_rows_does_not_matter(by, estimand, form):
    there = world(by, estimand, form)
    shuffled = there.rows(np.random.default_rng(1).permutation(len(there.y)))

    for estimator in sorted(WAYS[by].estimators):
        assert alike(shuffled.asked(estimator=estimator).answered(), there.asked(estimator=estimator).answered())


@cases(CASES)
def test_what_people_and_sets_are_called_does_not_matter(by, estimand, form):
    there = world(by, estimand, form)
    cohort, rng = there.cohort, np.random.default_rng(2)
    person = 3 * rng.permutation(cohort.person.max() + 1)[cohort.person] + 1
    sets = cohort.sets
    if sets is not None:  # ways that take all sets together read in which order they were opened, and nothing else
        sets = 3 * sets + 1 if WAYS[by].pooled else rng.permutation(sets.max() + 1)[sets]
    renamed = replace(there, cohort=replace(cohort, start_id=cohort.start_id[::-1] + 1_000, person=person, sets=sets))

    assert alike(renamed.answered(), there.answered())


@cases(CASES)
def test_units_of_the_history_change_nothing_and_the_unit_of_the_outcome_the_numbers_alone(by, estimand, form):
    there = world(by, estimand, form)
    history = {"x": 1_000 * there.cohort.history["x"] - 7, "z": there.cohort.history["z"] / 8}
    measured = replace(there, cohort=replace(there.cohort, history=history), y=100 * there.y)

    for estimator in sorted(WAYS[by].estimators - {"doubly_robust"}):  # whose folds are drawn in the order of columns added up
        assert alike(measured.asked(estimator=estimator).answered(), there.asked(estimator=estimator).answered(), unit=100)


@cases(STATIC)
def test_who_is_served_and_who_is_not_turned_round_turns_the_sign(by, estimand, form):
    if by in ANOTHER:
        pytest.skip(ANOTHER[by])
    there = world(by, estimand, form)
    turned = replace(there, cohort=replace(there.cohort, served=~there.cohort.served)).asked(
        estimand=TURNED.get(estimand, estimand),
        compare=replace(there.question.compare, order="smallest" if by == "matching" else "largest"),  # the same people choose first
    )
    for estimator in sorted(WAYS[by].estimators):
        before, after = there.asked(estimator=estimator).answered(), turned.asked(estimator=estimator).answered()
        assert after.effect == pytest.approx(-before.effect, abs=SAME * before.std_error)
        assert (after.interval.low, after.interval.high) == pytest.approx((-before.interval.high, -before.interval.low), abs=SAME * before.std_error)


@cases(STATIC)
def test_everybody_twice_keeps_the_effect_and_shrinks_the_error_by_root_two(by, estimand, form):
    if by in ANOTHER_OF_TWO:
        pytest.skip(ANOTHER_OF_TWO[by])
    there = world(by, estimand, form)
    n = len(there.y)
    twice = there.rows(np.tile(np.arange(n), 2))
    twice = replace(twice, cohort=replace(twice.cohort, person=np.arange(2 * n)))

    for estimator in sorted(WAYS[by].estimators - {"doubly_robust"}):  # a copy in another fold gives the outcome away
        before, after = there.asked(estimator=estimator).answered(), twice.asked(estimator=estimator).answered()
        assert after.effect == pytest.approx(before.effect, abs=SAME * before.std_error)
        assert before.std_error / after.std_error == pytest.approx(2**0.5, rel=NEARLY)


@cases(CASES)
def test_a_column_that_is_the_same_for_everybody_changes_nothing(by, estimand, form):
    there = world(by, estimand, form)
    same = {**there.cohort.history, "same": np.full(len(there.y), 3.0)}

    assert alike(replace(there, cohort=replace(there.cohort, history=same)).answered(), there.answered())


@cases(CASES)
def test_a_column_that_the_design_does_not_name_changes_nothing(by, estimand, form):
    there = world(by, estimand, form)
    there = there.asked(compare=replace(there.question.compare, on=("x", "z")))
    cohort, rng = there.cohort, np.random.default_rng(4)
    wider = {"noise": rng.normal(size=len(there.y)), **cohort.history, "told": (there.y > 20).astype(float)}
    if by == "exact":  # a column of everybody's own: nobody would agree on it
        wider["number"] = np.arange(len(there.y), dtype=float)

    for estimator in sorted(WAYS[by].estimators):
        asked = there.asked(estimator=estimator)
        assert alike(replace(asked, cohort=replace(cohort, history=wider)).answered(), asked.answered())


@cases(CASES)
def test_no_rule_of_the_design_is_broken(by, estimand, form):
    there = world(by, estimand, form)
    plan = there.question.compare
    pool = gather(there.cohort, there.question, plan, "here").pool

    assert broken(pool, WAYS[by].choose(pool, plan, estimand), plan) == ""


@cases(CASES)
def test_each_arm_weighs_as_many_as_the_effect_is_about(by, estimand, form):
    there = world(by, estimand, form)
    found, served = there.compared(), there.cohort.served
    if estimand in ("effect_in_the_overlap", "effect_on_the_matchable"):
        e = expit(found.score[found.kept])
        about = (e * (1 - e) if estimand == "effect_in_the_overlap" else np.minimum(e, 1 - e)).sum()
    else:
        whom = {"effect_on_the_served": served, "effect_on_the_compared": ~served, "average_effect": served | ~served}[estimand]
        about = (found.kept & whom).sum()

    assert (found.weights[~found.kept] == 0).all() and (found.weights[found.kept] > 0).all()
    for arm in (served, ~served):
        assert found.weights[arm].sum() == pytest.approx(about, rel=SUMS)
    if found.places is not None:
        places = np.bincount(found.places.row, weights=found.places.weight, minlength=len(served))
        assert places == pytest.approx(found.weights, abs=SUMS)


@cases(CASES)
def test_as_much_more_for_everybody_changes_no_effect(by, estimand, form):
    there = world(by, estimand, form)

    for estimator in sorted(WAYS[by].estimators):
        asked = there.asked(estimator=estimator)
        assert alike(replace(asked, y=asked.y + 1_000).answered(), asked.answered())


@cases(CASES)
def test_what_does_the_same_for_everybody_served_is_found(by, estimand, form):
    """An outcome that is made of the columns and of being served, and nothing else: a regression finds it, whoever is compared."""
    there = world(by, estimand, form)
    there = replace(there, y=5 + 3 * there.cohort.history["x"] - there.cohort.history["z"] + 2 * there.cohort.served)
    noise = 1e-3 * np.random.default_rng(3).normal(size=len(there.y))  # or no error could be measured

    assert replace(there, y=there.y + noise).asked(estimator="regression").answered().effect == pytest.approx(2, abs=0.01)
