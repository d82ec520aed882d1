"""Optimal pairs against every choice of pairs there is, and the solver's short lists against all pairs at once."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment
from small_pools import drawn, edges_of, pool_of, pools

from evaluation.methods.matched import aligned, assignment, optimal
from evaluation.methods.matched.pool import Limit, Pool
from evaluation.terms import Matching, Refused

SERVED = "effect_on_the_served"
SUMS = 1e-9  # the same sums in another order


def best(pool: Pool, ratio: int) -> tuple[int, int, float]:
    """By trying everything: pairs that are not made, focal rows with nobody, and the sum of gaps, the first two least together."""
    edges = edges_of(pool)
    rows = np.flatnonzero(pool.focal).tolist()

    @cache
    def left(at: int, places: int, taken: frozenset[int]) -> tuple[int, float]:
        if at == len(rows):
            return 0, 0.0
        if not places:
            return left(at + 1, ratio, taken)
        missed, gap = left(at + 1, ratio, taken)
        found = [(missed + places + (places == ratio), gap)]
        for focal, other, apart in edges:
            if focal == rows[at] and other not in taken:
                missed, gap = left(at, places - 1, taken | {other})
                found.append((missed, gap + apart))
        return min(found)

    missed, gap = left(0, ratio, frozenset())
    return missed, 0, gap


def reached(pool: Pool, pairs, ratio: int) -> tuple[int, int, float]:
    focal = np.flatnonzero(pool.focal)
    times = np.bincount(pairs.focal, minlength=len(pool))[focal]
    return int((ratio - times).sum() + (times == 0).sum()), 0, float(pool.gap(pairs.focal, pairs.other).sum())


@settings(max_examples=400, deadline=None)
@given(pools(), st.integers(1, 3))
def test_no_choice_matches_more_people_or_has_a_smaller_sum_of_gaps(pool, ratio):
    chosen = optimal.choose(pool, Matching(by="optimal", ratio=ratio), SERVED)
    pairs = chosen.pairs

    assert pool.allowed(pairs.focal, pairs.other).all() and pool.focal[pairs.focal].all() and not pool.focal[pairs.other].any()
    assert len(np.unique(pairs.other)) == len(pairs.other) and (np.bincount(pairs.focal) <= ratio).all()
    assert reached(pool, pairs, ratio) == pytest.approx(best(pool, ratio), abs=SUMS)


@settings(max_examples=150, deadline=None)
@given(pools(most=9), st.integers(1, 2))
def test_a_walk_that_forgets_and_a_search_by_short_lists_find_as_much(pool, ratio):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assignment, "DENSE", 0)
        patch.setattr(assignment, "FIRST", 1)
        chosen = optimal.choose(pool, Matching(by="optimal", ratio=ratio), SERVED)

    assert reached(pool, chosen.pairs, ratio) == pytest.approx(best(pool, ratio), abs=SUMS)


@pytest.mark.parametrize("apart", [0.0, 1.0, 3.0])
@pytest.mark.parametrize("ratio", [1, 2])
def test_a_walk_along_the_line_is_the_assignment_problem(apart, ratio):
    pool = drawn(1, 150, 400, apart)
    gap = np.abs(np.repeat(pool.line[pool.focal], ratio)[:, None] - pool.line[~pool.focal])
    pairs = optimal.choose(pool, Matching(by="optimal", ratio=ratio), SERVED).pairs

    assert len(pairs.focal) == 150 * ratio
    assert pool.gap(pairs.focal, pairs.other).sum() == pytest.approx(gap[linear_sum_assignment(gap)].sum(), abs=SUMS)


def test_a_walk_in_short_parts_is_the_walk(monkeypatch):
    pool = drawn(2, 200, 300, 1.0)
    x, y = np.sort(pool.line[pool.focal]), np.sort(pool.line[~pool.focal])
    wide = np.zeros(200, dtype=np.int64), np.full(200, 300)
    whole = aligned.walk.py_func(x, y, *wide, np.ones(200, dtype=np.int64))
    monkeypatch.setattr(aligned, "CELLS", 1_000)
    parts = aligned.walk.py_func(x, y, *wide, np.ones(200, dtype=np.int64))

    assert (whole == parts).all() and (whole >= 0).all()


@pytest.mark.parametrize("apart", [0.0, 1.0, 2.0])
def test_short_lists_are_proved_by_prices_where_people_compete(apart, monkeypatch):
    random = np.random.default_rng(3)
    who = np.arange(360) < 120
    place = random.normal(size=(360, 3)) + apart * who[:, None]
    gap = np.sqrt(((place[who][:, None] - place[~who]) ** 2).sum(axis=2))
    monkeypatch.setattr(assignment, "DENSE", 0)
    slack = np.full(120, 1e4)
    given = assignment.cheapest(lambda rows: gap[rows], 120, 240, slack, copies=1, where="here")

    assert gap[np.arange(120), given].sum() == pytest.approx(gap[linear_sum_assignment(gap)].sum(), abs=SUMS)


def test_a_crowd_is_spread_along_the_line_and_nobody_is_left_out():
    pool = pool_of([1, 1, 1, 0, 0, 0], [2, 2, 2, 1, 2, 9])
    pairs = optimal.choose(pool, Matching(by="optimal"), SERVED).pairs

    assert len(pairs.focal) == 3 and pool.gap(pairs.focal, pairs.other).sum() == 8


def test_everybody_possible_is_matched_even_where_that_costs_more():
    pool = pool_of([1, 1, 0, 0], [0, 1, 1, 3], calipers=(Limit("score", np.array([0.0, 1, 1, 3]), 2.0),))
    chosen = optimal.choose(pool, Matching(by="optimal"), SERVED)

    assert (chosen.weights == 1).all() and chosen.sets.tolist() == [0, 1, 0, 1]


def test_in_risk_sets_each_takes_its_nearest_and_never_itself():
    groups, person = [0, 0, 0, 1, 1, 1], [7, 7, 1, 8, 2, 3]
    pool = pool_of([1, 0, 0, 1, 0, 0], [0, 0, 1, 0, 3, 2], groups=groups, person=person, in_sets=True)
    pairs = optimal.choose(pool, Matching(by="optimal"), SERVED).pairs

    assert (pairs.focal.tolist(), pairs.other.tolist()) == ([0, 3], [2, 5])


def test_a_problem_larger_than_memory_is_refused_with_what_to_do(monkeypatch):
    monkeypatch.setattr(assignment, "DENSE", 10)
    monkeypatch.setattr(assignment, "MOST_EDGES", 10)
    with pytest.raises(Refused, match=r"among 30 people on one side and 60 on the other asks for more pairs than memory holds. Name columns"):
        optimal.choose(drawn(4, 30, 60, 0.0, flat=False), Matching(by="optimal"), SERVED)
    monkeypatch.setattr(optimal, "MOST_STEPS", 10)
    with pytest.raises(Refused, match=r"among 30 people and 60 others, with as wide a caliper, takes too long to find. Narrow the caliper"):
        optimal.choose(drawn(4, 30, 60, 0.0), Matching(by="optimal"), SERVED)


@pytest.mark.parametrize("dense", [0, assignment.DENSE])
@pytest.mark.parametrize("unit", [1e-16, 1e-8, 1e8])
def test_the_unit_of_a_column_changes_no_pair(dense, unit, monkeypatch):
    monkeypatch.setattr(assignment, "DENSE", dense)
    random = np.random.default_rng(4)
    focal, places = random.random(80) < 0.35, random.normal(size=(80, 2))
    pool = pool_of(focal, np.zeros(80))
    for ratio in (1, 2):
        found = [
            optimal.choose(replace(pool, line=None, space=places * one), Matching(by="optimal", ratio=ratio), SERVED).pairs for one in (1.0, unit)
        ]
        assert (found[0].focal == found[1].focal).all() and (found[0].other == found[1].other).all()
