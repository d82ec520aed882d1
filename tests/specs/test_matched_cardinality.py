"""The largest groups that are alike, against every choice of people there is."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from small_pools import pool_of

from evaluation.methods.matched import cardinality
from evaluation.methods.matched.invariants import broken
from evaluation.methods.matched.pool import Pool
from evaluation.terms import Matching, Refused

ESTIMANDS = ("effect_on_the_served", "effect_on_the_compared", "average_effect")
SOLVED = 1e-6  # HiGHS takes a constraint for kept that is broken by this much
SAME_SUMS = 1e-12


@st.composite
def histories(draw):
    n = draw(st.integers(4, 9))

    def column(values):
        return np.array(draw(st.lists(values, min_size=n, max_size=n)), dtype=float)

    served = column(st.booleans()).astype(bool)
    served[:2] = True, False
    estimand = draw(st.sampled_from(ESTIMANDS))
    columns = {"age": column(st.integers(0, 4)), "married": column(st.booleans())}
    groups = column(st.integers(0, 1)).astype(int) if draw(st.booleans()) else None
    in_sets = draw(st.booleans())
    return pool_of(
        served, np.zeros(n), columns=columns, groups=groups, focal=~served if estimand == ESTIMANDS[1] else None, in_sets=in_sets
    ), estimand


def alike(pool: Pool, kept, plan: Matching, estimand: str, slack: float) -> bool:
    """Whether a choice keeps the rules, column by column."""
    one, two = kept & pool.focal, kept & ~pool.focal
    apart = cardinality.standardised(pool, plan, estimand).values()
    if plan.by == "cardinality":
        groups = np.zeros(len(pool)) if pool.in_sets else pool.groups
        even = all((two & (groups == each)).sum() == plan.ratio * (one & (groups == each)).sum() for each in np.unique(groups))
        return even and all(abs(z[one].mean() - z[two].mean()) <= plan.tolerance + slack for z in apart)
    target = np.ones(len(pool), dtype=bool) if estimand == "average_effect" else pool.focal
    within = plan.tolerance / 2 if estimand == "average_effect" else plan.tolerance  # of everybody, so that the arms are within all of it
    near = [abs(z[arm].mean() - z[target].mean()) <= within + slack for z in apart for arm in (one, two)]
    return all(near) and (estimand == "average_effect" or bool((one == pool.focal).all()))


def largest(pool: Pool, plan: Matching, estimand: str) -> int:
    """The size of the largest choice that keeps the rules; 0 where none does."""
    choices = (np.array(each, dtype=bool) for each in product((False, True), repeat=len(pool)))
    both = (kept for kept in choices if (kept & pool.served).any() and (kept & ~pool.served).any())
    return max((int(kept.sum()) for kept in both if alike(pool, kept, plan, estimand, SAME_SUMS)), default=0)


@settings(max_examples=120, deadline=None)
@given(histories(), st.sampled_from(["cardinality", "profile"]), st.sampled_from([0.05, 0.3, 0.8]), st.integers(1, 2))
def test_no_larger_choice_keeps_the_rules(drawn, by, tolerance, ratio):
    pool, estimand = drawn
    plan = Matching(by=by, tolerance=tolerance, ratio=ratio if by == "cardinality" else 1)
    size = largest(pool, plan, estimand)
    assume(largest(pool, replace(plan, tolerance=tolerance + SOLVED), estimand) == size)
    if not size:
        with pytest.raises(Refused, match="no two groups were found"):
            cardinality.choose(pool, plan, estimand)
        return
    chosen = cardinality.choose(pool, plan, estimand)
    kept = chosen.weights > 0

    assert alike(pool, kept, plan, estimand, SOLVED)
    assert kept.sum() == size and not chosen.note


@settings(max_examples=60, deadline=None)
@given(histories(), st.sampled_from(["cardinality", "profile"]))
def test_both_arms_weigh_as_much_as_those_whom_the_effect_is_about(drawn, by):
    pool, estimand = drawn
    try:
        weights = cardinality.choose(pool, Matching(by=by, tolerance=1.0), estimand).weights
    except Refused:
        assume(False)
    n_1, n_0 = ((weights > 0) & pool.served).sum(), ((weights > 0) & ~pool.served).sum()
    about = dict(zip(ESTIMANDS, (n_1, n_0, n_1 + n_0), strict=True))[estimand]

    assert [weights[arm].sum() for arm in (pool.served, ~pool.served)] == pytest.approx([about, about], rel=SAME_SUMS)


def crowd(seed: int, served: int, compared: int, columns: int) -> Pool:
    random = np.random.default_rng(seed)
    who = np.arange(served + compared) < served
    return pool_of(who, np.zeros(len(who)), columns={str(name): random.normal(size=len(who)) + 0.5 * who for name in range(columns)})


def test_a_search_among_those_in_doubt_is_as_good_as_a_search_among_all(monkeypatch):
    sizes = []
    for core in (10_000, 60):
        monkeypatch.setattr(cardinality, "CORE", core)
        chosen = cardinality.choose(crowd(1, 300, 1_200, 4), Matching(by="profile", tolerance=0.05), ESTIMANDS[0])
        assert not chosen.note
        sizes.append(int((chosen.weights > 0).sum()) - 300)

    assert sizes[1] >= (1 - cardinality.GAP) * sizes[0] > 0


def test_what_is_not_proved_to_be_the_largest_is_said(monkeypatch):
    monkeypatch.setattr(cardinality, "NODES", 1)
    monkeypatch.setattr(cardinality, "GAP", 0.0)
    chosen = cardinality.choose(crowd(0, 40, 100, 6), Matching(by="profile", tolerance=0.05), ESTIMANDS[0])
    said = re.fullmatch(r"The search stopped before its end: there may be a choice of up to ([0-9.]+)% more people.", chosen.note)
    monkeypatch.setattr(cardinality, "NODES", 5_000)
    best = cardinality.choose(crowd(0, 40, 100, 6), Matching(by="profile", tolerance=0.05), ESTIMANDS[0])
    found, most = ((one.weights > 0).sum() - 40 for one in (chosen, best))

    assert said and not best.note
    assert found <= most <= found * (1 + float(said[1]) / 100)


def test_of_people_with_one_history_the_first_are_chosen():
    pool = pool_of([1, 0, 0, 0], [0] * 4, columns={"age": np.array([1.0, 1, 1, 5])})

    assert cardinality.choose(pool, Matching(by="cardinality", tolerance=0.1), ESTIMANDS[0]).weights.tolist() == [1, 1, 0, 0]


def test_a_tolerance_that_nobody_meets_is_refused_with_the_columns():
    pool = pool_of([1, 1, 0, 0], [0] * 4, columns={"age": np.array([1.0, 2, 11, 12]), "pay": np.array([1.0, 2, 2, 1])})
    with pytest.raises(
        Refused,
        match=r"of 2 served and 2 others .* within 0.1 standard deviations in every column; farthest apart at first: 'age' 14.14, 'pay' 0.00.",
    ):
        cardinality.choose(pool, Matching(by="cardinality", tolerance=0.1), ESTIMANDS[0])


def test_arms_that_stand_for_everybody_lie_within_the_tolerance_of_each_other():
    pool, plan = crowd(3, 150, 150, 2), Matching(by="profile", tolerance=0.1)
    chosen = cardinality.choose(pool, plan, ESTIMANDS[2])
    for z in cardinality.standardised(pool, plan, ESTIMANDS[2]).values():
        means = [z[(chosen.weights > 0) & arm].mean() for arm in (pool.served, ~pool.served)]
        assert abs(means[0] - means[1]) <= plan.tolerance + SOLVED

    each_within_all_of_it = cardinality.choose(pool, replace(plan, tolerance=0.2), ESTIMANDS[2])
    assert "farther apart" in broken(pool, each_within_all_of_it, plan, ESTIMANDS[2])
