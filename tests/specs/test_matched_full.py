"""Full matching against every cover there is of small pools, and its two ways of solving against each other on larger ones."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from small_pools import drawn, edges_of, pool_of, pools

from evaluation.methods.matched import assignment, full
from evaluation.methods.matched.pool import Limit, Pool
from evaluation.terms import Matching, Refused

SERVED = "effect_on_the_served"
FULL = Matching(by="full")
SUMS = 1e-9  # the same sums in another order


def smallest_cover(pool: Pool) -> float:
    """The smallest sum of gaps of pairs that leave nobody out who is in any: by trying every choice of pairs."""
    edges = edges_of(pool)
    everybody = {row for one, two, _ in edges for row in (one, two)}
    sums = [
        sum(gap for _, _, gap in some)
        for many in range(len(everybody) + 1)
        for some in combinations(edges, many)
        if {row for one, two, _ in some for row in (one, two)} == everybody
    ]
    return min(sums)


def inside(pool: Pool, sets) -> list[tuple[int, int]]:
    """Every pair of a focal row with another of its set."""
    return [(int(one), int(two)) for one in np.flatnonzero(pool.focal & (sets >= 0)) for two in np.flatnonzero(~pool.focal & (sets == sets[one]))]


def sum_of_gaps(pool: Pool, sets) -> float:
    pairs = np.array(inside(pool, sets), dtype=np.int64).reshape(-1, 2)
    return float(pool.gap(pairs[:, 0], pairs[:, 1]).sum())


def keeps_the_rules(pool: Pool, sets) -> bool:
    """Stars of allowed pairs, with everybody in one who is allowed beside anybody."""
    pairs = inside(pool, sets)
    allowed = {(one, two) for one, two, _ in edges_of(pool)}
    stars = all(min(((sets == one) & pool.focal).sum(), ((sets == one) & ~pool.focal).sum()) == 1 for one in np.unique(sets[sets >= 0]))
    return set(pairs) <= allowed and stars and {row for pair in pairs for row in pair} == {row for pair in allowed for row in pair}


@settings(max_examples=400, deadline=None)
@given(pools(most=7))
def test_no_cover_has_a_smaller_sum_of_gaps(pool):
    sets = full.choose(pool, FULL, SERVED).sets

    assert keeps_the_rules(pool, sets)
    assert sum_of_gaps(pool, sets) == pytest.approx(smallest_cover(pool), abs=SUMS)


@settings(max_examples=200, deadline=None)
@given(pools(most=7))
def test_nor_where_the_pairs_are_found_by_short_lists(pool):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assignment, "DENSE", 0)
        patch.setattr(assignment, "FIRST", 1)
        sets = full.choose(pool, FULL, SERVED).sets

    assert keeps_the_rules(pool, sets)
    assert sum_of_gaps(pool, sets) == pytest.approx(smallest_cover(pool), abs=SUMS)


@pytest.mark.parametrize("apart", [0.0, 1.0, 3.0])
@pytest.mark.parametrize("within", [None, 0.05])
def test_neighbouring_stretches_of_the_line_are_enough(apart, within):
    found = []
    for flat in (True, False):
        values = drawn(5, 150, 400, apart).linear
        pool = drawn(5, 150, 400, apart, flat=flat, calipers=(Limit("score", values, within),) if within else ())
        sets = full.choose(pool, FULL, SERVED).sets
        assert keeps_the_rules(pool, sets)
        found.append(sum_of_gaps(pool, sets))

    assert found[0] == pytest.approx(found[1], abs=SUMS)


def continuous(within=None) -> Pool:
    random = np.random.default_rng(6)
    who = np.arange(240) < 60
    values = random.normal(size=240) + who
    return pool_of(who, values, calipers=(Limit("score", values, within),) if within else ())


@pytest.mark.parametrize("within", [None, 0.1])
def test_sets_are_the_same_read_from_the_other_end_and_with_the_arms_changed_about(within):
    pool = continuous(within)
    turned = replace(pool, served=~pool.served, focal=~pool.focal, line=-pool.line)

    assert (full.choose(turned, FULL, "average_effect").weights == full.choose(pool, FULL, "average_effect").weights).all()


@pytest.mark.parametrize("within", [None, 0.1])
def test_everybody_twice_weighs_as_much_each(within):
    pool = continuous(within)
    calipers = tuple(replace(limit, values=np.tile(limit.values, 2)) for limit in pool.calipers)
    weights = full.choose(pool_of(np.tile(pool.served, 2), np.tile(pool.line, 2), calipers=calipers), FULL, SERVED).weights

    assert (weights == np.tile(full.choose(pool, FULL, SERVED).weights, 2)).all()


def test_people_who_are_equally_near_stand_in_even_sets():
    served = [1] * 4 + [0] * 12
    for flat in (True, False):
        chosen = full.choose(pool_of(served, [1.0] * 16, flat=flat), FULL, SERVED)
        sizes = np.unique(chosen.sets, return_counts=True)[1]

        assert sizes.tolist() == [4, 4, 4, 4] and (chosen.weights[4:] == 1 / 3).all()


def test_a_crowd_on_a_spot_shares_the_neighbours_it_has():
    chosen = full.choose(pool_of([1, 1, 0, 0, 0, 0], [0, 0, 1, 2, 3, 4]), FULL, SERVED)

    assert np.unique(chosen.sets, return_counts=True)[1].tolist() == [3, 3]


@pytest.mark.parametrize(
    ("estimand", "served", "compared"),
    [
        ("effect_on_the_served", [1, 1, 1], [0.5, 0.5, 2]),
        ("effect_on_the_compared", [2, 0.5, 0.5], [1, 1, 1]),
        ("average_effect", [3, 1.5, 1.5], [1.5, 1.5, 3]),
    ],
)
def test_sets_weigh_as_much_as_those_whom_the_effect_is_about(estimand, served, compared):
    pool = pool_of([1, 1, 1, 0, 0, 0], [0, 10, 11, 1, 1, 10.5])
    weights = full.choose(pool, FULL, estimand).weights

    assert (weights[:3].tolist(), weights[3:].tolist()) == (served, compared)


def test_in_risk_sets_everybody_allowed_stands_beside_the_one_served():
    groups, person = [0, 0, 0, 1, 1, 1, 2], [7, 7, 1, 8, 2, 3, 9]
    pool = pool_of([1, 0, 0, 1, 0, 0, 1], [0, 0, 1, 0, 3, 2, 0], groups=groups, person=person, in_sets=True)
    chosen = full.choose(pool, FULL, SERVED)

    assert chosen.weights.tolist() == [1, 0, 1, 1, 0.5, 0.5, 0]
    assert chosen.sets[6] == chosen.sets[1] == -1


def test_arms_too_far_apart_to_hold_are_refused(monkeypatch):
    monkeypatch.setattr(full, "MOST_EDGES", 80)
    with pytest.raises(Refused, match="up to 9 people of either arm stand in a row on the score"):
        full.choose(pool_of([1] * 9 + [0] * 9, range(18)), FULL, SERVED)


def test_nobody_allowed_is_nobody_chosen():
    chosen = full.choose(pool_of([1, 0], [0, 5], calipers=(Limit("score", np.array([0.0, 5]), 1.0),)), FULL, SERVED)

    assert not chosen.weights.any() and (chosen.sets == -1).all()
