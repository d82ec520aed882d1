"""Cells of coarsened and of exact columns, against the same rules in plain Python."""

from __future__ import annotations

from bisect import bisect_right
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_pools import pool_of

from evaluation.methods.matched import coarsened
from evaluation.methods.matched.distances import space
from evaluation.terms import Matching, Refused

SERVED = "effect_on_the_served"
SAME_SUMS = 1e-12


@st.composite
def histories(draw):
    """Small pools with a column to coarsen in each way, one of two values, and groups."""
    n = draw(st.integers(4, 14))

    def column(values):
        return np.array(draw(st.lists(values, min_size=n, max_size=n)), dtype=float)

    columns = {name: column(st.integers(0, 9)) for name in ("age", "pay", "days", "visits")} | {"married": column(st.booleans()) * 3.0}
    served = column(st.booleans()).astype(bool)
    served[:2] = True, False
    return pool_of(served, np.zeros(n), columns=columns, groups=column(st.integers(0, 1)).astype(int) if draw(st.booleans()) else None)


def spelt_out(name: str, values: list[float], plan: Matching) -> list[float]:
    """The cell of each value, by the words of the docstring."""
    low, high, n = min(values), max(values), len(values)
    if name in plan.cuts:
        return [bisect_right(plan.cuts[name], value) for value in values]
    if name in plan.quantiles:
        inner = sorted(set(np.quantile(values, [k / plan.quantiles[name] for k in range(1, plan.quantiles[name])]).tolist()))
        return [bisect_right(inner, value) for value in values]
    many = plan.bins.get(name)
    if many is None:
        if len(set(values)) <= 2:
            return values
        many = next(k for k in range(1, 99) if 2 ** (k - 1) >= n)  # the smallest k with 2^(k - 1) >= n: Sturges
    if low == high:
        return [0.0] * n
    return [bisect_right(np.linspace(low, high, many + 1).tolist()[1:-1], value) for value in values]


PLAN = Matching(by="coarsened_exact", bins={"pay": 3}, quantiles={"days": 3}, cuts={"age": (2.0, 5.5)})


@settings(max_examples=200, deadline=None)
@given(histories(), st.booleans(), st.sampled_from([SERVED, "effect_on_the_compared", "average_effect"]))
def test_people_are_compared_with_all_those_of_their_cell(pool, exact, estimand):
    plan = Matching(by="exact") if exact else PLAN
    told = [column.tolist() if exact else spelt_out(name, column.tolist(), plan) for name, column in pool.columns.items()]
    cells = list(zip(pool.groups.tolist(), *told, strict=True))
    whole = {cell: [row for row, one in enumerate(cells) if one == cell] for cell in cells}
    expected = np.zeros(len(pool))
    for rows in whole.values():
        n_1 = sum(bool(pool.served[row]) for row in rows)
        n_0 = len(rows) - n_1
        whom = {SERVED: n_1, "effect_on_the_compared": n_0, "average_effect": n_1 + n_0}[estimand]
        for row in rows if n_1 and n_0 else ():
            expected[row] = whom / (n_1 if pool.served[row] else n_0)
    if not expected.any():
        with pytest.raises(Refused):
            coarsened.choose(pool, plan, estimand)
        return
    chosen = coarsened.choose(pool, plan, estimand)

    assert chosen.weights == pytest.approx(expected, rel=SAME_SUMS)
    for one, other in product(range(len(pool)), repeat=2):
        if chosen.sets[one] >= 0:
            assert (chosen.sets[one] == chosen.sets[other]) == (cells[one] == cells[other])


@settings(max_examples=200, deadline=None)
@given(histories())
def test_pairs_inside_cells_are_taken_closest_first(pool):
    plan = Matching(by="coarsened_exact", bins=dict.fromkeys(pool.columns, 2), one_to_one=True)
    cells = coarsened.cells(pool, plan)
    place = space(list(pool.columns.values()), pool.served, "mahalanobis")
    able = sorted(
        (((place[one] - place[two]) ** 2).sum(), int(one), int(two))
        for one in np.flatnonzero(pool.focal)
        for two in np.flatnonzero(~pool.focal & (cells == cells[one]))
    )
    pairs = []
    for _, one, two in able:
        if all(one not in pair and two not in pair for pair in pairs):
            pairs.append((one, two))
    if not pairs:
        with pytest.raises(Refused):
            coarsened.choose(pool, plan, SERVED)
        return
    chosen = coarsened.choose(pool, plan, SERVED)

    assert list(zip(chosen.pairs.focal.tolist(), chosen.pairs.other.tolist(), strict=True)) == sorted(pairs)
    assert (chosen.weights == np.isin(range(len(pool)), pairs)).all()
    assert coarsened.choose(pool, plan, "average_effect").weights.max() == 2


def test_a_value_on_a_cut_belongs_to_the_cell_above():
    pool = pool_of([1, 0, 0], [0, 0, 0], columns={"age": np.array([18.0, 18, 17.9])})
    chosen = coarsened.choose(pool, Matching(by="coarsened_exact", cuts={"age": (18.0,)}), SERVED)

    assert chosen.weights.tolist() == [1, 1, 0]


def test_one_cell_for_a_column_leaves_it_out():
    pool = pool_of([1, 0], [0, 0], columns={"age": np.array([18.0, 90])})

    assert coarsened.choose(pool, Matching(by="coarsened_exact", bins={"age": 1}), SERVED).weights.tolist() == [1, 1]


def test_on_risk_sets_cells_lie_inside_the_sets():
    pool = pool_of([1, 0, 1, 0], [0] * 4, columns={"age": np.array([1.0, 2, 2, 2])}, groups=[0, 0, 1, 1], in_sets=True)

    assert coarsened.choose(pool, Matching(by="exact"), SERVED).weights.tolist() == [0, 0, 1, 1]


def test_cells_with_one_arm_alone_are_refused_with_what_each_column_leaves():
    columns = {"age": np.array([1.0, 2, 1, 3]), "pay": np.array([5.0, 6, 7, 6])}
    pool = pool_of([1, 1, 0, 0], [0] * 4, columns=columns)
    with pytest.raises(Refused, match=r"none of the 2 is alike in all columns to any of the 2 others; .* of the 2: 'age' 1, 'pay' 1. Coarsen"):
        coarsened.choose(pool, Matching(by="exact"), SERVED)
    with pytest.raises(Refused, match="none of the 2 has any of the 2 others in their stratum"):
        coarsened.choose(pool_of([1, 1, 0, 0], [0] * 4, columns=columns, groups=[0, 0, 1, 1]), Matching(by="exact"), SERVED)


def test_a_category_that_is_to_be_cut_is_refused():
    pool = pool_of([1, 0], [0, 0], columns={"race: 1": np.array([1.0, 1]), "race: 2": np.array([0.0, 0])})
    with pytest.raises(Refused, match=r"compare.bins: 'race' is no number here: each of its codes is a column of its own"):
        coarsened.choose(pool, Matching(by="coarsened_exact", categories=("race",), bins={"race": 3}), SERVED)


def test_a_cell_with_too_many_pairs_is_refused(monkeypatch):
    monkeypatch.setattr(coarsened, "MOST_PAIRS", 5)
    pool = pool_of([1, 1, 1, 0, 0], [0] * 5, columns={"age": np.ones(5)})
    with pytest.raises(Refused, match=r"one cell holds 3 people and 2 others: too many pairs to put in order. Make the cells finer"):
        coarsened.choose(pool, Matching(by="exact", one_to_one=True), SERVED)
