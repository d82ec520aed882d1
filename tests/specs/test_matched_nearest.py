"""Nearest neighbours against a match that looks at everybody every time, and the proof that a match keeps its rules."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.methods.matched.invariants import broken_pairs as broken
from evaluation.methods.matched.nearest import nearest_in_pool, nearest_in_sets
from evaluation.methods.matched.pool import Pairs

ANY = float("inf")


def slow_pool(distance, served, strata, person, ratio, caliper):
    """MatchIt's rules by looking at every candidate: rounds, largest first, fewer steps on a tie, then the one below."""
    place = np.empty(len(served), dtype=int)
    place[np.argsort(distance, kind="stable")] = np.arange(len(served))
    waiting = sorted(np.flatnonzero(served), key=lambda row: (-distance[row], row))
    free, pairs = set(np.flatnonzero(~served)), []
    for _ in range(ratio):
        still = []
        for row in waiting:
            able = [
                (abs(distance[one] - distance[row]), abs(place[one] - place[row]), place[one] > place[row], one)
                for one in free
                if strata[one] == strata[row] and person[one] != person[row] and abs(distance[one] - distance[row]) <= caliper
            ]
            if able:
                free.remove(min(able)[3])
                pairs.append((row, min(able)[3]))
                still.append(row)
        waiting = still
    return sorted((int(row), int(one)) for row, one in pairs)


def slow_sets(distance, served, sets, person, ratio, caliper):
    pairs = []
    for row in np.flatnonzero(served):
        able = [
            (abs(distance[one] - distance[row]), one)
            for one in np.flatnonzero(~served & (sets == sets[row]) & (person != person[row]))
            if abs(distance[one] - distance[row]) <= caliper
        ]
        pairs += [(int(row), int(one)) for _, one in sorted(able)[:ratio]]
    return sorted(pairs)


def told(pairs: Pairs) -> list[tuple[int, int]]:
    return sorted(zip(pairs.focal.tolist(), pairs.other.tolist(), strict=True))


@st.composite
def pools(draw):
    """Few different distances, so that gaps tie and calipers are met exactly; small strata; people with rows in both arms."""
    n = draw(st.integers(1, 24))

    def column(values):
        return np.array(draw(st.lists(values, min_size=n, max_size=n)))

    distance = column(st.integers(0, 12)) * draw(st.sampled_from([1.0, 0.5]))
    person = column(st.integers(0, 8)) if draw(st.booleans()) else np.arange(n)
    rules = {"ratio": draw(st.integers(1, 3)), "caliper": draw(st.sampled_from([0.0, 0.5, 1.0, 2.0, ANY]))}
    return distance, column(st.booleans()).astype(bool), column(st.integers(0, 2)), person, rules


@settings(max_examples=400, deadline=None)
@given(pools())
def test_a_pool_is_matched_as_by_looking_at_everybody(pool):
    distance, served, strata, person, rules = pool
    pairs = nearest_in_pool(distance, served, strata, person, **rules)

    assert told(pairs) == slow_pool(distance, served, strata, person, **rules)
    assert not broken(pairs, distance, served, strata, person, **rules)


@settings(max_examples=400, deadline=None)
@given(pools())
def test_sets_are_matched_as_by_looking_at_everybody(pool):
    distance, _, sets, person, rules = pool
    served = np.zeros(len(sets), dtype=bool)
    served[np.unique(sets, return_index=True)[1]] = True  # one in each set
    sets = np.unique(sets, return_inverse=True)[1]
    pairs = nearest_in_sets(distance, served, sets, person, **rules)

    assert told(pairs) == slow_sets(distance, served, sets, person, **rules)
    assert not broken(pairs, distance, served, sets, person, **rules)


# ------------------------------------------------------------------------------------------------ the proof
LINE = {
    "distance": np.array([0.0, 1.0, 2.0, 0.25, 1.25, 2.5]),
    "served": np.arange(6) < 3,
    "groups": np.array([0, 0, 0, 0, 0, 0]),
    "person": np.arange(6),
}
RIGHT = Pairs(np.array([0, 1, 2]), np.array([3, 4, 5]))


def fault(pairs: Pairs = RIGHT, *, caliper: float = 0.5, ratio: int = 1, **changed) -> str:
    return broken(pairs, ratio=ratio, caliper=caliper, **(LINE | changed))


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({}, ""),
        ({"caliper": 0.49}, "outside the caliper"),
        ({"groups": np.array([0, 0, 0, 0, 0, 1])}, "does not agree"),
        ({"person": np.array([0, 1, 2, 3, 4, 2])}, "with themself"),
        ({"pairs": Pairs(np.array([0, 1, 2]), np.array([3, 3, 5])), "caliper": 1.0}, "matched twice"),
        ({"pairs": Pairs(np.array([0, 1]), np.array([3, 4]))}, "left without a match"),
        ({"pairs": Pairs(np.array([0, 1]), np.array([3, 4])), "person": np.array([0, 1, 2, 3, 4, 2])}, ""),  # free, but the person's own row
        ({"pairs": Pairs(np.array([0, 1]), np.array([3, 4])), "caliper": 0.25}, ""),
        ({"pairs": Pairs(np.array([0, 1, 1, 2]), np.array([3, 4, 3, 5])), "caliper": ANY}, "matched twice"),
        ({"pairs": Pairs(np.array([0, 1, 2]), np.array([3, 4, 1])), "caliper": ANY}, "not of one person served"),
    ],
)
def test_a_broken_rule_is_found_on_both_sides(changed, rule):
    assert (rule in fault(**changed)) if rule else fault(**changed) == ""


def test_somebody_served_too_often_is_found():
    assert "too often" in fault(Pairs(np.array([0, 0, 2]), np.array([3, 4, 5])), caliper=ANY)


def test_a_free_match_behind_the_persons_own_row_is_found():
    # the nearest free row of person 2 is their own; the next one is somebody else's
    person = np.array([0, 1, 2, 3, 2, 5])

    assert "left without" in fault(Pairs(np.array([0]), np.array([3])), person=person, distance=np.array([0, 9, 2, 0.25, 2.25, 2.5]))


# ------------------------------------------------------------------------------------------------ by hand
def test_a_gap_that_equals_the_caliper_is_allowed():
    distance, served, zeros = np.array([1.0, 1.5]), np.array([True, False]), np.zeros(2, dtype=int)

    for nearest in (nearest_in_pool, nearest_in_sets):
        assert told(nearest(distance, served, zeros, np.arange(2), ratio=1, caliper=0.5)) == [(0, 1)]
        assert told(nearest(distance, served, zeros, np.arange(2), ratio=1, caliper=0.49)) == []


def test_in_a_pool_everybody_has_a_first_match_before_anybody_a_second():
    distance, served = np.array([1.0, 0.0, 0.9, 0.8]), np.array([True, True, False, False])
    pairs = nearest_in_pool(distance, served, np.zeros(4, dtype=int), np.arange(4), ratio=2, caliper=ANY)

    assert told(pairs) == [(0, 2), (1, 3)]


def test_in_sets_somebody_may_be_compared_in_each_set_they_were_drawn_in():
    distance, served = np.array([0.0, 0.1, 5.0, 5.2]), np.array([True, False, True, False])
    person = np.array([0, 7, 1, 7])

    assert told(nearest_in_sets(distance, served, np.array([0, 0, 1, 1]), person, ratio=1, caliper=1.0)) == [(0, 1), (2, 3)]


@pytest.mark.parametrize("nearest", [nearest_in_pool, nearest_in_sets])
def test_nobody_to_be_compared_with_gives_no_pairs(nearest):
    pairs = nearest(np.array([0.0]), np.array([True]), np.array([0]), np.array([0]), ratio=1, caliper=ANY)

    assert told(pairs) == [] and pairs.focal.dtype == pairs.other.dtype == np.int64


@pytest.mark.parametrize("caliper", [0.02, ANY])
def test_twenty_thousand_are_matched_out_of_two_hundred_thousand_in_about_a_second(caliper):
    rng = np.random.default_rng(0)
    served = np.arange(220_000) < 20_000
    distance, strata = rng.normal(size=220_000) + served, rng.integers(0, 20, 220_000)
    begin = time.process_time()
    pairs = nearest_in_pool(distance, served, strata, np.arange(220_000), ratio=1, caliper=caliper)

    assert time.process_time() - begin < 3  # 0.3 seconds, on a machine that does nothing else
    assert not broken(pairs, distance, served, strata, np.arange(220_000), ratio=1, caliper=caliper)


def test_where_the_served_deplete_the_pool_it_is_no_slower():
    """The case in which a scan is quadratic: as many served as compared, all served above them."""
    rng = np.random.default_rng(0)
    served = np.arange(80_000) < 40_000
    distance = rng.normal(size=80_000) + 3 * served
    begin = time.process_time()
    pairs = nearest_in_pool(distance, served, np.zeros(80_000, dtype=int), np.arange(80_000), ratio=1, caliper=ANY)

    assert len(pairs.focal) == 40_000 and time.process_time() - begin < 3


def test_twenty_thousand_sets_of_fifty_are_matched_in_about_a_second():
    rng = np.random.default_rng(0)
    n, sets = 51 * 20_000, np.repeat(np.arange(20_000), 51)
    served = np.arange(n) % 51 == 0
    distance, person = rng.normal(size=n) + served, rng.integers(0, 400_000, n)
    begin = time.process_time()
    pairs = nearest_in_sets(distance, served, sets, person, ratio=3, caliper=0.2)

    assert time.process_time() - begin < 3
    assert not broken(pairs, distance, served, sets, person, ratio=3, caliper=0.2)
