"""Laws of nearest neighbours in risk sets, where one person may be drawn on several days and compared only so many times."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from lines import ORDERS, plans, pool_of, pools, told

from evaluation.methods.matched.nearest import pairs_on_line
from evaluation.methods.matched.pool import Pool
from evaluation.terms import Matching

risk_sets = pools(in_sets=st.just(True))
limits = st.integers(1, 3)


def rows_alone(pool: Pool, rows: np.ndarray) -> Pool:
    """Some rows of a pool, and nobody else."""
    parts = {
        "calipers": tuple(replace(limit, values=limit.values[rows]) for limit in pool.calipers),
        "unlike": tuple(column[rows] for column in pool.unlike),
        "groups": np.unique(pool.groups[rows], return_inverse=True)[1],
    }
    each = {name: getattr(pool, name)[rows] for name in ("rows", "served", "focal", "person", "line")}
    return replace(pool, **each, **parts)


def gaps(pool: Pool, pairs: list[tuple[int, int]]) -> list[float]:
    return [float(pool.gap(np.array([row]), np.array([one]))[0]) for row, one in pairs]


@settings(max_examples=150, deadline=None)
@given(risk_sets, plans(), limits)
def test_nobody_is_compared_more_often_than_the_limit(pool, plan, limit):
    pairs = pairs_on_line(pool, replace(plan, reuse=limit))

    assert np.bincount(pool.person[pairs.other], minlength=1).max() <= limit
    assert pool.allowed(pairs.focal, pairs.other).all()
    assert len(set(told(pairs))) == len(pairs.focal)


@settings(max_examples=150, deadline=None)
@given(risk_sets, plans(), limits)
def test_whoever_was_given_fewer_has_nobody_left_who_may_be_compared_once_more(pool, plan, limit):
    plan = replace(plan, reuse=limit, fewest=0, most=0)
    pairs = pairs_on_line(pool, plan)
    times = np.bincount(pool.person[pairs.other], minlength=pool.person.max() + 1)
    beside = told(pairs)

    for row in np.flatnonzero(pool.focal):
        if sum(focal == row for focal, _ in beside) < plan.ratio:
            others = np.flatnonzero(~pool.focal)
            able = others[pool.allowed(np.full(len(others), row), others) & (times[pool.person[others]] < limit)]
            assert all((row, one) in beside for one in able)


@settings(max_examples=150, deadline=None)
@given(risk_sets, plans())
def test_a_limit_that_nobody_reaches_changes_nothing(pool, plan):
    often = int(np.bincount(pool.person).max())  # everybody in every set they were drawn in
    free = told(pairs_on_line(pool, replace(plan, reuse=None)))

    assert told(pairs_on_line(pool, replace(plan, reuse=often))) == free
    assert told(pairs_on_line(pool, replace(plan, reuse=0))) == free  # a row stands in one set: to be compared once is no limit


@settings(max_examples=150, deadline=None)
@given(risk_sets, plans(reuse=st.none()))
def test_without_a_limit_each_set_is_matched_as_if_it_were_alone(pool, plan):
    plan = replace(plan, fewest=0, most=0)
    alone = []
    for number in range(pool.groups.max() + 1):
        rows = np.flatnonzero(pool.groups == number)
        alone += [(int(rows[row]), int(rows[one])) for row, one in told(pairs_on_line(rows_alone(pool, rows), plan))]

    assert told(pairs_on_line(pool, plan)) == sorted(alone)


@settings(max_examples=150, deadline=None)
@given(risk_sets, limits, st.sampled_from(["largest", "smallest", "random"]))
def test_whoever_chooses_first_has_what_they_would_have_alone(pool, limit, order):
    focal = np.flatnonzero(pool.focal)
    by = {"largest": -pool.line[focal], "smallest": pool.line[focal], "random": focal}[order]
    first = int(focal[np.argsort(by, kind="stable")[0]])
    rows = np.flatnonzero(pool.groups == pool.groups[first])
    alone = told(pairs_on_line(rows_alone(pool, rows), Matching(reuse=limit, order=order)))

    assert [pair for pair in told(pairs_on_line(pool, Matching(reuse=limit, order=order))) if pair[0] == first] == [
        (int(rows[row]), int(rows[one])) for row, one in alone
    ]


@settings(max_examples=150, deadline=None)
@given(risk_sets, limits)
def test_the_closest_pair_of_all_is_kept_where_the_closest_choose_first(pool, limit):
    free = gaps(pool, told(pairs_on_line(pool, Matching(order="closest"))))
    limited = gaps(pool, told(pairs_on_line(pool, Matching(order="closest", reuse=limit))))

    assert bool(free) == bool(limited)
    assert min(free, default=0.0) == min(limited, default=0.0)


@settings(max_examples=100, deadline=None)
@given(risk_sets, plans(), st.permutations(range(4)), st.permutations(range(7)))
def test_what_sets_and_people_are_called_does_not_matter(pool, plan, sets, people):
    called = np.unique(np.array(sets)[pool.groups], return_inverse=True)[1]
    person = np.array(people)[pool.person] if pool.person.max() < 7 else pool.person + 1_000

    assert told(pairs_on_line(replace(pool, groups=called, person=person), plan)) == told(pairs_on_line(pool, plan))


@settings(max_examples=100, deadline=None)
@given(risk_sets, st.integers(1, 3), limits)
def test_everybody_has_a_first_match_before_anybody_a_second_whatever_the_limit(pool, ratio, limit):
    """So with more sought, nobody who had a match loses it."""
    for order in ORDERS:
        once = set(told(pairs_on_line(pool, Matching(order=order, reuse=limit))))
        assert once <= set(told(pairs_on_line(pool, Matching(order=order, reuse=limit, ratio=ratio))))


def test_a_person_drawn_on_two_days_by_hand():
    line, person = np.array([0.0, 0.1, 0.5, 5.0, 5.2, 6.0]), [0, 7, 8, 1, 7, 9]
    pool = pool_of(line, [True, False, False] * 2, np.repeat([0, 1], 3), person, in_sets=True)

    assert told(pairs_on_line(pool, Matching())) == [(0, 1), (3, 4)]
    assert told(pairs_on_line(pool, Matching(reuse=1))) == [(0, 2), (3, 4)]  # 5.0 chooses first
    assert told(pairs_on_line(pool, Matching(reuse=1, order="smallest"))) == [(0, 1), (3, 5)]
    assert told(pairs_on_line(pool, Matching(reuse=1, order="closest"))) == [(0, 1), (3, 5)]
    assert told(pairs_on_line(pool, Matching(reuse=1, order="farthest"))) == [(0, 2), (3, 4)]
    assert told(pairs_on_line(pool, Matching(reuse=2))) == [(0, 1), (3, 4)]
