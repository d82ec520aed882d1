"""Exact matching, on columns as they are or coarsened: people are compared with all those of the same cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import ceil, log2
from typing import TYPE_CHECKING

import numpy as np

from ...terms import EstimandName, Matching, Problem, Refused
from .distances import space
from .pool import Chosen, Pairs, Pool
from .weighing import of_sets

if TYPE_CHECKING:
    from ...terms import Array

NAMED = 6  # columns that a refusal names, those that leave fewest people first
MOST_PAIRS = 20_000_000  # pairs inside cells that are put in order at once: about 1 GB


def choose(pool: Pool, plan: Matching, estimand: EstimandName) -> Chosen:
    """Everybody in a cell with both arms, by cells of all columns together within the pool's groups (Iacus, King and Porro 2012).

    With by = "exact" a cell is one combination of values.  With "coarsened_exact" a column of two values stays as it is, and any other is cut
    at its `cuts`, between its `quantiles`, or into `bins` of equal width over the range of the whole pool; where nothing is said, into as
    many bins as Sturges (1926) advises, ceil(log2 n) + 1.  A value on a cut belongs to the cell above.  On risk sets the cells lie inside the sets.

    With `one_to_one` the closest pairs of each cell are taken, closest first, each person once: by the Mahalanobis distance over all
    columns, whose covariance is pooled within the arms.  These are the rules of R's MatchIt 4.7.2 (methods "cem" and "exact").

    Refuses cells none of which holds both arms, and says how many people each column alone would leave.
    """
    there = cells(pool, plan)
    chosen = of_sets(pool, there, estimand)
    if not (chosen.weights > 0).any():
        raise Refused(_empty(pool, coded(pool, plan)))
    if not plan.one_to_one:
        return chosen
    pairs = closest(pool, there)
    sets = np.full(len(pool), -1, dtype=np.int64)
    sets[pairs.focal] = pairs.focal
    sets[pairs.other] = pairs.focal
    one = of_sets(pool, sets, estimand)
    return Chosen(one.weights, one.sets, pairs)


def cells(pool: Pool, plan: Matching) -> Array:
    """(m,) int: the cell of each person, of all columns together inside the pool's groups; also of those who are alone there."""
    return together(pool.groups, coded(pool, plan))


def coded(pool: Pool, plan: Matching) -> dict[str, Array]:
    """(m,) int for each column: equal where people are alike in it."""
    if plan.by == "exact":
        return {name: np.unique(column, return_inverse=True)[1] for name, column in pool.columns.items()}
    problems = list(_unusable(pool, plan))
    if problems:
        raise Refused(*problems)
    return {name: _coarse(name, column, plan) for name, column in pool.columns.items()}


def _coarse(name: str, column: Array, plan: Matching) -> Array:
    if name in plan.cuts:
        inner = np.array(plan.cuts[name], dtype=np.float64)
    elif name in plan.quantiles:
        inner = np.unique(np.quantile(column, np.linspace(0, 1, plan.quantiles[name] + 1)[1:-1]))
    elif name not in plan.bins and len(np.unique(column)) <= 2:
        return np.unique(column, return_inverse=True)[1]
    else:
        many = plan.bins.get(name) or ceil(log2(len(column)) + 1)
        inner = np.linspace(column.min(), column.max(), many + 1)[1:-1]
    return np.searchsorted(inner, column, side="right")


def _unusable(pool: Pool, plan: Matching) -> Iterator[Problem]:
    """Words about a column that cannot be followed."""
    for word, named in (("bins", plan.bins), ("quantiles", plan.quantiles), ("cuts", plan.cuts)):
        for name in named:
            if name not in pool.columns:
                found = f"'{name}' is no number here: each of its codes is a column of its own, matched as it is."
                yield Problem(f"{pool.where}: compare.{word}", found, remedy="Take it out of 'categories', or do not coarsen it.")


def together(groups: Array, codes: Mapping[str, Array]) -> Array:
    """(m,) int: the cell of each person by all columns at once, inside `groups` (m,) int."""
    found = groups
    for code in codes.values():
        found = np.unique(found * (int(code.max(initial=0)) + 1) + code, return_inverse=True)[1]
    return found


def closest(pool: Pool, inside: Array) -> Pairs:
    """Inside each cell the closest focal and other first, each once; of equal gaps the focal row that comes first, then the other."""
    focal, other = _pairs(pool, inside)
    turned = space(list(pool.columns.values()), pool.served, "mahalanobis")
    gap = ((turned[focal] - turned[other]) ** 2).sum(axis=1)
    order = np.lexsort((other, focal, gap))
    focal, other = focal[order], other[order]
    taken: list[tuple[Array, Array]] = []
    first = np.empty(len(pool), dtype=np.int64)
    while len(focal):  # a pair that comes first for both is taken, whatever the others do
        place = np.arange(len(focal))
        first[focal[::-1]] = place[::-1]
        first[other[::-1]] = place[::-1]
        now = (first[focal] == place) & (first[other] == place)
        taken.append((focal[now], other[now]))
        gone = np.zeros(len(pool), dtype=bool)
        gone[focal[now]] = gone[other[now]] = True
        left = ~(gone[focal] | gone[other])
        focal, other = focal[left], other[left]
    pairs = np.concatenate([np.stack(part) for part in taken], axis=1) if taken else np.zeros((2, 0), dtype=np.int64)
    pairs = pairs[:, np.argsort(pairs[0])]
    return Pairs(pairs[0], pairs[1])


def _pairs(pool: Pool, inside: Array) -> tuple[Array, Array]:
    """Every allowed pair of one cell."""
    order = np.lexsort((pool.focal, inside))
    focal, other = (np.bincount(inside[pool.focal == arm], minlength=int(inside.max()) + 1) for arm in (True, False))
    many = other[inside] * pool.focal
    if many.astype(float).sum() > MOST_PAIRS:
        raise Refused(_too_many(pool, int((focal * other).argmax()), focal, other))
    ends = np.cumsum(focal + other)
    rows = np.flatnonzero(many)
    one = np.repeat(rows, many[rows])
    step = np.arange(len(one)) - np.repeat(np.cumsum(many[rows]) - many[rows], many[rows])
    two = order[np.repeat((ends - focal - other)[inside[rows]], many[rows]) + step]
    fits = pool.allowed(one, two)
    return one[fits], two[fits]


def _empty(pool: Pool, codes: Mapping[str, Array]) -> Problem:
    """What each column alone leaves."""
    everybody, others = int(pool.focal.sum()), int((~pool.focal).sum())
    alone = sorted(((_left(pool, together(pool.groups, {name: code})), name) for name, code in codes.items()), key=lambda one: one[0])
    told = ", ".join(f"'{name}' {left:,}" for left, name in alone[:NAMED])
    found = f"none of the {everybody:,} is alike in all columns to any of the {others:,} others"
    found += f"; each column alone leaves, of the {everybody:,}: {told}."
    if _left(pool, pool.groups) == 0:
        found = f"none of the {everybody:,} has any of the {others:,} others in their stratum, whatever the columns."
    remedy = "Coarsen the columns that leave fewest ('bins', 'quantiles', 'cuts'), or name fewer in 'on'."
    return Problem(f"{pool.where}: compare", found, remedy=remedy)


def _left(pool: Pool, cells: Array) -> int:
    """How many focal people stand in a cell with both arms."""
    return int(np.isin(cells[pool.focal], cells[~pool.focal]).sum())


def _too_many(pool: Pool, cell: int, focal: Array, other: Array) -> Problem:
    found = f"one cell holds {int(focal[cell]):,} people and {int(other[cell]):,} others: too many pairs to put in order."
    return Problem(f"{pool.where}: compare.one_to_one", found, remedy="Make the cells finer, or leave 'one_to_one' out.")
