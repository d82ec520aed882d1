"""Nearest neighbours in several dimensions, against a match that looks at everybody every time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.methods.matched.boxes import LEAF
from evaluation.methods.matched.invariants import broken
from evaluation.methods.matched.nearest import choose
from evaluation.methods.matched.pool import Limit, Pool
from evaluation.methods.matched.space import pairs_in_space
from evaluation.methods.matched.weighing import of_pairs
from evaluation.terms import Matching

ORDERS = ("largest", "smallest", "random", "closest", "farthest")


def pool_of(focal, groups, person, space=None, line=None, linear=None, calipers=(), unlike=(), in_sets=False) -> Pool:
    """A pool whose focal rows are the served."""
    n = len(focal)
    limits = tuple(Limit(name, np.asarray(values, dtype=float), within) for name, values, within in calipers)
    unlike = tuple(np.asarray(column, dtype=float) for column in unlike)
    return Pool(
        "here", np.arange(n), focal, focal, person, groups, in_sets, {}, linear=linear, line=line, space=space, calipers=limits, unlike=unlike
    )


def told(pairs) -> list[tuple[int, int]]:
    return sorted(zip(pairs.focal.tolist(), pairs.other.tolist(), strict=True))


class Slow:
    """The rules of `pairs_in_space` by looking at everybody; gaps are squared, and added up dimension after dimension."""

    def __init__(self, pool: Pool, plan: Matching):
        self.pool, self.plan, self.pairs = pool, plan, []
        self.others = np.flatnonzero(~pool.focal)
        self.key = pool.person if plan.reuse else np.arange(len(pool))
        self.limit = plan.reuse or (1 if plan.reuse is None else len(pool) + 1)
        self.times = np.zeros(len(pool) + int(pool.person.max()) + 1, dtype=int)

    def gaps(self, row):
        return sum((self.pool.space[self.others, j] - self.pool.space[row, j]) ** 2 for j in range(self.pool.space.shape[1]))

    def nearest(self, row):
        """The squared gap and the row of the nearest who is free, or None."""
        fits = self.pool.allowed(np.full(len(self.others), row), self.others) & (self.times[self.key[self.others]] < self.limit)
        fits &= ~np.isin(self.others, [other for one, other in self.pairs if one == row])
        if not fits.any():
            return None
        gaps = np.where(fits, self.gaps(row), np.inf)
        return float(gaps.min()), int(self.others[np.argmin(gaps)])

    def give(self, row, other):
        self.pairs.append((row, other))
        self.times[self.key[other]] += 1

    def matched(self):
        waiting = np.flatnonzero(self.pool.focal).tolist()
        score = np.zeros(len(self.pool)) if self.pool.linear is None else self.pool.linear
        sign = {"largest": -1, "smallest": 1}.get(self.plan.order, 0)
        waiting.sort(key=lambda row: (sign * score[row], row))
        for _ in range(self.plan.ratio):
            before = len(self.pairs)
            if self.plan.order in ("closest", "farthest"):
                self.by_gap(waiting)
            else:
                for row in waiting:
                    if found := self.nearest(row):
                        self.give(row, found[1])
            had = {row for row, _ in self.pairs[before:]}
            waiting = [row for row in waiting if row in had]
        return sorted(self.pairs)

    def by_gap(self, waiting):
        """In the order of gaps; whose candidate has gone looks again, and of equal gaps whoever looked last comes first."""
        sign, looks = (1 if self.plan.order == "closest" else -1), 0
        queue = [(sign * found[0], 0, row, found[1]) for row in waiting if (found := self.nearest(row))]
        while queue:
            queue.sort()
            _, _, row, other = queue.pop(0)
            if self.times[self.key[other]] < self.limit:
                self.give(row, other)
            elif found := self.nearest(row):
                looks -= 1
                queue.append((sign * found[0], looks, row, found[1]))


@st.composite
def small_pools(draw):
    """Groups of one to six rows, on a grid, so that gaps tie and calipers are met exactly; some people with rows in both arms."""
    n = draw(st.integers(1, 6)) * draw(st.integers(1, 4))

    def column(low, high, kind=float):
        return np.array(draw(st.lists(st.integers(low, high), min_size=n, max_size=n)), dtype=kind)

    person = column(0, 7, int) if draw(st.booleans()) else np.arange(n)
    calipers = [(name, column(0, 8), draw(st.sampled_from([0.0, 1.0, 3.0]))) for name in draw(st.sampled_from([(), ("age",), ("age", "score")]))]
    unlike = [column(0, 2) for _ in range(draw(st.integers(0, 2)))]
    groups = np.unique(np.arange(n) % draw(st.integers(1, 4)), return_inverse=True)[1]
    space = np.stack([column(0, 3) for _ in range(draw(st.integers(1, 3)))], axis=1)
    focal = column(0, 2, int) == 0
    plan = Matching(
        distance="mahalanobis",
        ratio=draw(st.integers(1, 3)),
        reuse=draw(st.sampled_from([None, 0, 1, 2])),
        order=draw(st.sampled_from(ORDERS)),
    )
    return pool_of(focal, groups, person, space, linear=column(0, 3) if draw(st.booleans()) else None, calipers=calipers, unlike=unlike), plan


@settings(max_examples=300, deadline=None)
@given(small_pools())
def test_small_groups_are_matched_as_by_looking_at_everybody(drawn):
    pool, plan = drawn
    pairs = pairs_in_space(pool, plan)

    assert told(pairs) == Slow(pool, plan).matched()
    assert broken(pool, of_pairs(pool, pairs), plan) == ""


@settings(max_examples=200, deadline=None)
@given(small_pools())
def test_every_way_of_being_near_gives_pairs_that_are_allowed_and_leaves_nobody_who_could_have_had_somebody(drawn):
    pool, plan = drawn
    on_line = replace(pool, space=None, line=pool.space[:, 0])

    for one in (pool, on_line):
        chosen = choose(one, plan, "effect_on_the_served")
        slow_left = Slow(pool, plan)
        for row, other in told(chosen.pairs):
            assert one.allowed(np.array([row]), np.array([other]))[0]
            slow_left.give(row, other)
        beside = np.bincount(chosen.pairs.focal, minlength=len(pool))
        assert all(slow_left.nearest(row) is None for row in np.flatnonzero(pool.focal & (beside < plan.ratio)))
        assert broken(one, chosen, plan) == ""


def large(seed, kind):
    """More rows than boxes hold undivided."""
    rng = np.random.default_rng(seed)
    n, focal = 30 * LEAF, np.arange(30 * LEAF) % 4 == 0
    columns = {
        "continuous": rng.normal(size=(n, 5)),
        "counts": np.stack([rng.poisson(0.4, n), rng.poisson(3, n), rng.integers(0, 2, n)], axis=1).astype(float),
        "skewed": np.exp(rng.normal(size=(n, 4)) * 2.5).round(2),
        "alike": np.zeros((n, 3)),
        "nothing": np.zeros((n, 0)),
    }[kind]
    age, site = rng.normal(40, 12, n).round(), rng.integers(0, 3, n).astype(float)
    person = np.where(rng.random(n) < 0.2, rng.integers(0, n, n), np.arange(n))
    return pool_of(focal, rng.integers(0, 3, n), person, columns, linear=rng.normal(size=n)), age, site


@pytest.mark.parametrize("order", ["largest", "closest", "farthest"])
@pytest.mark.parametrize("kind", ["continuous", "counts", "skewed", "alike"])
def test_large_groups_are_matched_as_by_looking_at_everybody(kind, order):
    pool, age, site = large(1, kind)
    plans = (
        (pool, Matching(ratio=2, order=order)),
        (replace(pool, calipers=(Limit("age", age, 2.0),)), Matching(order=order)),
        (replace(pool, calipers=(Limit("age", age, 1.0), Limit("score", pool.linear, 0.3)), unlike=(site,)), Matching(reuse=2, order=order)),
    )
    for one, plan in plans:
        pairs = pairs_in_space(one, plan)

        assert told(pairs) == Slow(one, plan).matched()
        assert broken(one, of_pairs(one, pairs), plan) == ""


def test_people_who_differ_in_nothing_are_taken_in_the_order_of_the_pool():
    pool, _, _ = large(2, "nothing")
    pairs = pairs_in_space(pool, Matching(order="random"))

    assert told(pairs) == Slow(replace(pool, space=np.zeros((len(pool), 1))), Matching(order="random")).matched()


def test_with_the_smallest_gap_first_each_pair_is_the_closest_that_is_left():
    pool, _, _ = large(3, "continuous")
    pairs = pairs_in_space(pool, Matching(order="closest"))
    gaps = pool.gap(pairs.focal, pairs.other)
    order, free = np.argsort(gaps), {True: np.flatnonzero(pool.focal), False: np.flatnonzero(~pool.focal)}

    for at in order[:: len(order) // 12]:
        done = order[: np.searchsorted(gaps[order], gaps[at])]
        focal, other = np.setdiff1d(free[True], pairs.focal[done]), np.setdiff1d(free[False], pairs.other[done])
        one, two = np.repeat(focal, len(other)), np.tile(other, len(focal))
        assert pool.gap(one, two)[pool.allowed(one, two)].min() == pytest.approx(gaps[at])


def test_in_risk_sets_a_limit_on_reuse_counts_a_person_over_all_sets():
    # one served person in each of three sets, and the same two people drawn in each
    focal, groups, person = np.tile([True, False, False], 3), np.repeat([0, 1, 2], 3), np.array([0, 8, 9, 1, 8, 9, 2, 8, 9])
    space = np.tile([0.0, 1.0, 2.0], 3)[:, None]
    pool = pool_of(focal, groups, person, space, linear=np.repeat([0.0, 2.0, 1.0], 3), in_sets=True)

    def other_of(**words):
        return dict(told(pairs_in_space(pool, Matching(**words))))

    assert other_of() == {0: 1, 3: 4, 6: 7}  # in any number of sets
    assert other_of(reuse=1) == {3: 4, 6: 8}  # the largest score first: the nearest is gone, then the other, then both
    assert other_of(reuse=2) == {0: 2, 3: 4, 6: 7}
