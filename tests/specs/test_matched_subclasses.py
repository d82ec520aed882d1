"""Classes of the score: where they part, whom they hold, and what becomes of one without an arm."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_pools import pool_of

from evaluation.methods.matched import subclasses
from evaluation.terms import Matching, Refused

SERVED = "effect_on_the_served"


def logit(p):
    return np.log(np.asarray(p) / (1 - np.asarray(p)))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=2, max_size=30), st.integers(2, 5))
def test_every_class_holds_both_arms_in_the_order_of_the_score(rows, many):
    score, served = (np.array(part) for part in zip(*rows, strict=True))
    if min(served.sum(), (~served).sum()) < many:
        with pytest.raises(Refused):
            subclasses.choose(pool_of(served, score), Matching(by="subclasses", subclasses=many), SERVED)
        return
    classes = subclasses.classed(score, served, subclasses.cuts(score[served], many))

    for arm in (served, ~served):
        order = np.lexsort((classes[arm], score[arm]))
        assert sorted(set(classes[arm].tolist())) == list(range(many))
        assert (np.diff(classes[arm][order]) >= 0).all() or len(np.unique(score[arm])) < arm.sum()
        assert all(
            classes[arm][score[arm] == low].max() <= classes[arm][score[arm] == high].min() for low in score[arm] for high in score[arm] if low < high
        )


def test_a_score_on_a_cut_belongs_above_and_one_beyond_to_the_outermost():
    bounds = np.array([0.2, 0.4, 0.6])
    score = np.array([0.1, 0.2, 0.39, 0.4, 0.6, 0.9] * 2)

    assert subclasses.classed(score, np.arange(12) < 6, bounds).tolist() == [0, 0, 0, 1, 1, 1] * 2


def test_a_class_without_an_arm_takes_the_nearest_from_above_or_else_from_below():
    bounds = np.array([0.0, 0.25, 0.5, 0.75, 1.0])
    served = np.array([True] * 4 + [False] * 5)
    above = np.array([0.1, 0.3, 0.6, 0.8, 0.1, 0.8, 0.7, 0.9, 0.95])
    below = np.array([0.1, 0.3, 0.6, 0.8, 0.1, 0.05, 0.2, 0.15, 0.3])

    assert subclasses.classed(above, served, bounds).tolist() == [0, 1, 2, 3, 0, 2, 1, 3, 3]
    assert subclasses.classed(below, served, bounds).tolist() == [0, 1, 2, 3, 0, 0, 2, 1, 3]


@pytest.mark.parametrize(("estimand", "cut"), [(SERVED, 0.35), ("effect_on_the_compared", 0.55), ("average_effect", 0.45)])
def test_classes_hold_equally_many_of_those_whom_the_effect_is_about(estimand, cut):
    score, served = [0.2, 0.3, 0.4, 0.5, 0.4, 0.5, 0.6, 0.7], np.arange(8) < 4
    chosen = subclasses.choose(pool_of(served, logit(score)), Matching(by="subclasses", subclasses=2), estimand)
    apart = np.array(score) >= cut

    assert len(np.unique(chosen.sets)) == 2
    moved = chosen.sets != np.where(apart, chosen.sets[3], chosen.sets[0])
    assert moved.sum() == (1 if estimand != "average_effect" else 0)  # the class that lacks an arm is given one of it


def test_classes_lie_inside_strata_and_across_risk_sets():
    score, served = logit([0.2, 0.3, 0.6, 0.7]), [1, 0, 1, 0]
    plan = Matching(by="subclasses", subclasses=2)
    inside = subclasses.choose(pool_of(served, score, groups=[0, 1, 0, 0]), plan, SERVED)
    across = subclasses.choose(pool_of(served, score, groups=[0, 1, 0, 1], in_sets=True), plan, SERVED)

    assert inside.weights.tolist() == [0, 0, 1, 1]
    assert across.weights.tolist() == [1, 1, 1, 1]


def test_more_classes_than_people_are_refused():
    with pytest.raises(Refused, match=r"compare.subclasses: 3 classes are asked for, and there are 2 served. Each class holds one"):
        subclasses.choose(pool_of([1, 1, 0, 0, 0], range(5)), Matching(by="subclasses", subclasses=3), SERVED)
