"""Nearest neighbours on a line, against a match that looks at everybody every time."""

from __future__ import annotations

import importlib.util
import math
import sys

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lines import ORDERS, Everybody, plans, pool_of, pools, told
from numba.core.caching import FunctionCache

from evaluation.methods.compiled import kernel
from evaluation.methods.matched import greedy, nearest
from evaluation.methods.matched.invariants import broken
from evaluation.methods.matched.nearest import pairs_on_line
from evaluation.methods.matched.orders import how_many
from evaluation.methods.matched.weighing import of_pairs
from evaluation.terms import Matching

LOOKS = 8  # links read for each row and each halving of the pool: 4 at most when it was written; 40 by a scan along the line


@settings(max_examples=400, deadline=None)
@given(pools(), plans())
def test_a_pool_is_matched_as_by_looking_at_everybody(pool, plan):
    pairs = pairs_on_line(pool, plan)

    assert told(pairs) == Everybody(pool, plan).pairs()
    assert not broken(pool, of_pairs(pool, pairs), plan)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(["closest", "farthest"]))
def test_where_no_two_gaps_are_equal_gaps_decide_alone(seed, order):
    """By what the words say: of everybody still without a match, whoever's nearest free is closest; or by the gaps at first."""
    rng = np.random.default_rng(seed)
    line, focal = rng.normal(size=30), np.arange(30) < 12
    gap = np.abs(line[:12, None] - line[None, 12:])
    waiting, slow = list(np.argsort(-gap.min(axis=1))) if order == "farthest" else list(range(12)), []
    free = np.ones(18, dtype=bool)
    while waiting:
        still = np.where(free, gap, np.inf)
        row = waiting[0] if order == "farthest" else min(waiting, key=lambda one: still[one].min())
        waiting.remove(row)
        slow.append((int(row), 12 + int(still[row].argmin())))
        free[still[row].argmin()] = False

    assert told(pairs_on_line(pool_of(line, focal), Matching(order=order))) == sorted(slow)


# ------------------------------------------------------------------------------------------------ how many each
@settings(max_examples=200, deadline=None)
@given(pools(), plans())
def test_a_ratio_that_varies_has_its_bounds_and_its_mean_and_favours_those_near_the_others(pool, plan):
    wanted, own = how_many(pool, plan), pool.line[pool.focal]

    assert wanted.sum() == plan.ratio * len(own)
    if plan.most and len(own) and not pool.focal.all():
        away = own if own.mean() > pool.line[~pool.focal].mean() else -own
        assert plan.fewest <= wanted.min() and wanted.max() <= plan.most
        assert all(wanted[one] <= wanted[other] for one in range(len(own)) for other in range(len(own)) if away[one] > away[other])
        assert len(np.unique(wanted[(wanted > plan.fewest) & (wanted < plan.most)])) <= 1


def test_a_ratio_that_varies_by_hand():
    line, focal = np.array([3.0, 1.0, 2.0, 0.0, -1.0]), np.arange(5) < 3

    assert how_many(pool_of(line, focal), Matching(ratio=2, fewest=1, most=4)).tolist() == [1, 4, 1]
    assert how_many(pool_of(line, focal), Matching(ratio=2, fewest=1, most=3)).tolist() == [1, 3, 2]
    assert how_many(pool_of(-line, focal), Matching(ratio=2, fewest=1, most=3)).tolist() == [1, 3, 2]  # the others above
    assert how_many(pool_of(line, focal), Matching(ratio=2)).tolist() == [2, 2, 2]


# ------------------------------------------------------------------------------------------------ by hand
def test_a_gap_that_equals_the_caliper_is_allowed():
    for within, pairs in ((0.5, [(0, 1)]), (0.49, [])):
        assert told(pairs_on_line(pool_of([1.0, 1.5], [True, False], caliper=within), Matching())) == pairs
        assert told(pairs_on_line(pool_of([0.0, 0.0], [True, False], calipers=[([1.0, 1.5], within)]), Matching())) == pairs


def test_everybody_has_a_first_match_before_anybody_a_second():
    pool = pool_of([1.0, 0.0, 0.9, 0.8], [True, True, False, False])

    assert told(pairs_on_line(pool, Matching(ratio=2))) == [(0, 2), (1, 3)]


@pytest.mark.parametrize(
    ("order", "pairs"),
    [
        ("largest", [(0, 5), (1, 4), (2, 3)]),  # 20 takes 12, then 13 and 7
        ("smallest", [(0, 5), (1, 3), (2, 4)]),  # 7 takes 12, then 13 and 20
        ("closest", [(0, 4), (1, 3), (2, 5)]),  # 13 takes 12, 1 away; 7 has 1, 6 away, before 20
        ("farthest", [(0, 3), (1, 4), (2, 5)]),  # 20 takes 12, 8 away; 7 had it 5 away, 13 but 1
        ("random", [(0, 4), (1, 5), (2, 3)]),  # as they stand
    ],
)
def test_who_chooses_first_by_hand(order, pairs):
    pool = pool_of([13.0, 20.0, 7.0, 0.0, 12.0, 1.0], np.arange(6) < 3)

    assert told(pairs_on_line(pool, Matching(order=order))) == pairs


def test_the_order_of_the_pool_decides_between_people_who_are_equal():
    for order in ORDERS:
        assert told(pairs_on_line(pool_of([1.0, 1.0, 0.0], [True, True, False]), Matching(order=order))) == [(0, 2)]


def test_of_equal_gaps_whoever_had_to_look_anew_comes_before_those_who_wait():
    #        14 finds 14.5 gone, and then 12 as near as 10 does
    pool = pool_of([10.0, 14.5, 14.0, 14.5, 12.0, 5.0], np.arange(6) < 3)

    assert told(pairs_on_line(pool, Matching(order="closest"))) == [(0, 5), (1, 3), (2, 4)]


def test_one_person_may_be_compared_as_often_as_the_design_says():
    pool = pool_of([1.0, 1.1, 1.2, 1.3, 0.0, -5.0], np.arange(6) < 4)

    assert [told(pairs_on_line(pool, Matching(reuse=reuse, order="random"))) for reuse in (None, 1, 2, 3, 0)] == [
        [(0, 4), (1, 5)],
        [(0, 4), (1, 5)],
        [(0, 4), (1, 4), (2, 5), (3, 5)],
        [(0, 4), (1, 4), (2, 4), (3, 5)],
        [(0, 4), (1, 4), (2, 4), (3, 4)],
    ]


def test_rows_of_one_person_count_together_where_there_is_a_limit():
    pool = pool_of([1.0, 2.0, 0.9, 1.9, 5.0], [True, True, False, False, False], person=[0, 1, 7, 7, 8])

    assert told(pairs_on_line(pool, Matching())) == [(0, 2), (1, 3)]
    assert told(pairs_on_line(pool, Matching(reuse=1))) == [(0, 4), (1, 3)]


def test_nobody_stands_twice_beside_the_same():
    pool = pool_of([0.0, 1.0, 2.0], [True, False, False])

    assert told(pairs_on_line(pool, Matching(ratio=5, reuse=0))) == [(0, 1), (0, 2)]


def test_behind_those_who_may_not_be_compared_the_nearest_who_may_is_found():
    pool = pool_of(
        [0.0, 0.1, -0.2, 0.3, -0.4], np.arange(5) < 1, person=[0, 0, 1, 2, 3], calipers=[([30, 30, 50, 31, 30], 2)], unlike=[[1, 0, 0, 1, 0]]
    )

    assert told(pairs_on_line(pool, Matching())) == [(0, 4)]  # past the person's own row, one too old, and one too like


@pytest.mark.parametrize("focal", [[True], [False], [True, True], []])
def test_nobody_to_be_compared_gives_no_pairs(focal):
    for order in ORDERS:
        pairs = pairs_on_line(pool_of(np.zeros(len(focal)), focal), Matching(order=order))
        assert told(pairs) == [] and pairs.focal.dtype == pairs.other.dtype == np.int64


# ------------------------------------------------------------------------------------------------ what it costs
UNCOMPILED = "evaluation.methods.matched.uncompiled"


class Links(np.ndarray):
    """An array that counts how often one of its links is read."""

    read = 0

    def __getitem__(self, at):
        Links.read += 1
        return super().__getitem__(at)


def uncompile(patch: pytest.MonkeyPatch) -> None:
    """Puts the kernels as plain Python in the place of those compiled; their links are counted as they are read."""
    patch.setattr(numba.config, "DISABLE_JIT", 1)
    spec = importlib.util.spec_from_file_location(UNCOMPILED, greedy.__file__)
    plain = importlib.util.module_from_spec(spec)
    patch.setitem(sys.modules, UNCOMPILED, plain)
    spec.loader.exec_module(plain)
    for name in ("look", "give_in_order", "give_closest_first"):
        patch.setattr(nearest, name, getattr(plain, name))
    patch.setattr(nearest, "State", lambda above, below, *others: plain.State(above.view(Links), below.view(Links), *others))
    patch.setattr(Links, "read", 0)


@pytest.mark.parametrize("order", ORDERS)
def test_where_the_served_deplete_the_pool_few_links_are_read(order, monkeypatch):
    """The case in which a scan is quadratic: as many served as compared, all served above them."""
    uncompile(monkeypatch)
    rng = np.random.default_rng(0)
    focal = np.arange(4_000) < 2_000
    pairs = pairs_on_line(pool_of(rng.normal(size=4_000) + 3 * focal, focal), Matching(order=order))

    assert len(pairs.focal) == 2_000
    assert 4_000 < Links.read < LOOKS * 4_000 * math.log2(4_000)


@settings(max_examples=50, deadline=None)
@given(pools(), plans())
def test_compiled_and_in_plain_python_it_is_the_same(pool, plan):
    compiled = told(pairs_on_line(pool, plan))
    with pytest.MonkeyPatch.context() as patch:
        uncompile(patch)
        assert told(pairs_on_line(pool, plan)) == compiled


def test_where_nothing_can_be_kept_kernels_are_compiled_all_the_same(monkeypatch):
    def nowhere(_):
        raise RuntimeError("cannot cache function: no locator available")

    monkeypatch.setattr(FunctionCache, "__init__", lambda self, function: nowhere(function))

    assert kernel(lambda number: number + 1)(1) == 2


def test_the_kernels_are_compiled_once_whatever_is_asked():
    pools_asked = (
        pool_of([1.0, 0.0], [True, False]),
        pool_of(np.array([1, 0]), [True, False], calipers=[([1, 2], 1), ([1, 2], 3)], unlike=[[0, 1], [1, 0]]),
        pool_of([1.0, 0.0], [True, False], in_sets=True, person=np.array([1, 2], dtype=np.int32)),
    )
    for pool in pools_asked:
        for order in ORDERS:
            for plan in (Matching(order=order), Matching(order=order, reuse=2), Matching(order=order, reuse=0, ratio=2, fewest=1, most=3)):
                pairs_on_line(pool, plan)

    assert [len(kernel.signatures) for kernel in (greedy.look, greedy.give_in_order, greedy.give_closest_first)] == [1, 1, 1]
