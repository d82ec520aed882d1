"""The cheapest way to give each row one column of its own, or none at a price: exact, by the cheapest columns of each row first."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from ...terms import Problem, Refused
from .edges import blocks

if TYPE_CHECKING:
    from ...terms import Array

DENSE = 4_000_000  # costs held as one matrix: 32 MB
FIRST = 16  # the cheapest columns of each row that are looked at first
MOST_EDGES = 20_000_000  # pairs held at once: about 1 GB while they are solved
ROUNDING = 1e-9  # of the largest cost: by how much a dual price may be off
OF_NONE = 1e-14  # of the price of none: what rounding leaves of a difference of costs that were added to it


def cheapest(costs: Callable[[Array], Array], rows: int, columns: int, slack: Array, *, copies: int, where: str) -> Array:
    """(rows * copies,) int: the column of each row, -1 for none, such that the sum of costs and prices of none is smallest.

    `costs` gives, for some rows (b,) int, their costs (b, columns), infinite where a column is not for them; a row stands
    `copies` times, one copy after another, and `slack` (rows * copies,) is the price of none for each.

    What is small is solved as one matrix (Crouse 2016, in scipy).  Otherwise each row starts with its FIRST cheapest columns, the
    sparse problem is solved (Jonker and Volgenant 1987, in scipy), and its dual prices are worked out: a row's price u is the cost
    of the cheapest chain of exchanges from it to a free column or to none.  A column that was not looked at costs at least as much as
    the row's last that was, and no column's price is above 0, so where no u is above that cost the solution is the cheapest of all
    (linear programming duality).  Rows where it is are given twice as many columns, until none is left.

    Refuses more than MOST_EDGES pairs; `where` names the question.
    """
    if rows * copies * columns <= DENSE:
        return _dense(np.repeat(costs(np.arange(rows)), copies, axis=0), slack)
    wide = np.full(rows, min(FIRST * copies, columns))
    near = [np.zeros(0, dtype=np.int64)] * rows
    price = [np.zeros(0)] * rows
    wanting = np.arange(rows)
    while len(wanting):
        if wide.sum() * copies > MOST_EDGES:
            raise Refused(_too_many(where, rows, columns))
        for part in blocks(len(wanting), columns):
            _look(costs(wanting[part]), wanting[part], wide, near, price)
        length = np.repeat(np.array([len(one) for one in near]), copies)
        column = np.concatenate([one for one in near for _ in range(copies)])
        cost = np.concatenate([one for one in price for _ in range(copies)])
        given = _sparse(length, column, cost, slack, columns)
        seen = np.array([one[-1] if len(one) == w < columns else np.inf for one, w in zip(price, wide.tolist(), strict=True)])
        u = _duals(length, column, cost, slack, given, columns).reshape(rows, copies).max(axis=1)
        wanting = np.flatnonzero(u > seen + ROUNDING * float(np.abs(cost).max(initial=0.0)) + OF_NONE * float(np.abs(slack).max()))
        wide[wanting] = np.minimum(wide[wanting] * 2, columns)
    return given


def chosen_of(row: Array, column: Array, cost: Array, slack: float) -> tuple[Array, Array]:
    """Of a list of pairs, (k,) arrays, those of the cheapest matching where a row or a column may be left alone, a row at price `slack`."""
    if not len(row):
        return row, column
    rows, i = np.unique(row, return_inverse=True)
    columns, j = np.unique(column, return_inverse=True)
    order = np.lexsort((j, i))
    length = np.bincount(i, minlength=len(rows))
    given = _sparse(length, j[order], cost[order], np.full(len(rows), slack), len(columns))
    return rows[given >= 0], columns[given[given >= 0]]


def _dense(cost: Array, slack: Array) -> Array:
    """A column costs at most the price of none: whoever is given one at that price has none."""
    rows, columns = cost.shape
    capped = np.minimum(cost, slack[:, None])
    if rows > columns:
        capped = np.hstack([capped, np.repeat(slack[:, None], rows - columns, axis=1)])
    row, column = linear_sum_assignment(capped)
    given = np.full(rows, -1, dtype=np.int64)
    there = column < columns
    there[there] = cost[row[there], column[there]] < slack[row[there]]
    given[row[there]] = column[there]
    return given


def _look(cost: Array, rows: Array, wide: Array, near: list[Array], price: list[Array]) -> None:
    """The cheapest columns of some rows, as many as `wide` says, written down."""
    most = int(wide[rows].max())
    part = np.argpartition(cost, most - 1, axis=1)[:, :most] if most < cost.shape[1] else np.broadcast_to(np.arange(most), cost.shape)
    found = np.take_along_axis(cost, part, axis=1)
    order = np.argsort(found, axis=1, kind="stable")
    part, found = np.take_along_axis(part, order, axis=1), np.take_along_axis(found, order, axis=1)
    for at, row in enumerate(rows.tolist()):
        there = int(min(wide[row], np.isfinite(found[at]).sum()))
        near[row], price[row] = part[at, :there], found[at, :there]


def _sparse(length: Array, column: Array, cost: Array, slack: Array, columns: int) -> Array:
    """The cheapest choice among listed pairs: row after row, `length` of each; none is a column of the row's own."""
    rows = len(length)
    ends = np.cumsum(length)
    lowest, highest = min(float(cost.min(initial=np.inf)), float(slack.min())), float(cost.max(initial=-np.inf))
    unit = 0.5 ** np.frexp(highest - lowest)[1] if highest > lowest else 1.0  # a power of two, so that costs in tiny units are not lost beside 1
    cells = np.insert(column, ends, columns + np.arange(rows))
    weights = (
        np.insert(cost, ends, slack) - lowest
    ) * unit + 1.0  # each row has one column: a constant changes nothing; a cost of 0 reads as no pair
    start = np.concatenate([[0], ends + np.arange(1, rows + 1)])
    row, given = min_weight_full_bipartite_matching(csr_array((weights, cells, start), shape=(rows, columns + rows)))
    found = np.full(rows, -1, dtype=np.int64)
    found[row] = np.where(given < columns, given, -1)
    return found


def _duals(length: Array, column: Array, cost: Array, slack: Array, given: Array, columns: int) -> Array:
    """(rows,) the cost of the cheapest chain of exchanges from each row to a free column or to none (Bellman 1958, Ford 1956)."""
    own = np.repeat(np.arange(len(length)), length)
    holder = np.full(columns, -1, dtype=np.int64)
    holder[given[given >= 0]] = np.flatnonzero(given >= 0)
    paid = np.zeros(columns)
    mine = column == given[own]
    paid[column[mine]] = cost[mine]
    taken = holder[column] >= 0
    u = slack.copy()
    np.minimum.at(u, own[~taken], cost[~taken])
    through = taken & ~mine
    own, next_row, more = own[through], holder[column[through]], cost[through] - paid[column[through]]
    for _ in range(len(length)):  # no chain is longer
        before = u.copy()
        np.minimum.at(u, own, more + before[next_row])
        if np.allclose(u, before, rtol=ROUNDING, atol=0.0):
            break
    return u


def _too_many(where: str, rows: int, columns: int) -> Problem:
    found = f"the smallest sum of gaps among {rows:,} people on one side and {columns:,} on the other asks for more pairs than memory holds."
    remedy = "Name columns that must agree ('exact') or calipers, match on a score, or take the nearest instead."
    return Problem(f"{where}: compare", found, remedy=remedy)
