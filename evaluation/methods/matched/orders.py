"""Who chooses first, how many each is given, and how often one person may be given: the same for every distance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...terms import Matching, OrderBy
from .pool import Pool

if TYPE_CHECKING:
    from ...terms import Array


def how_many(pool: Pool, plan: Matching) -> Array:
    """(t,) int: how many are sought for each focal row, in the order of the pool.

    With a ratio that varies, between `fewest` and `most` and `ratio` on average: `most` for those who stand nearest to the side
    of the others on the line, where others abound, and `fewest` for those farthest from it (Ming and Rosenbaum 2000).  One row
    between them is given what is left over.  So does R's MatchIt 4.7.2 (min.controls, max.controls).
    """
    focal = pool.focal
    wanted = np.full(int(focal.sum()), plan.ratio, dtype=np.int64)
    if not plan.most or not focal.any() or focal.all():
        return wanted
    assert pool.line is not None, "a ratio that varies is told by a line"
    own, others = pool.line[focal], pool.line[~focal]
    farthest_first = np.argsort(-own if own.mean() > others.mean() else own, kind="stable")
    spare, step = (plan.ratio - plan.fewest) * len(own), plan.most - plan.fewest
    wanted[farthest_first[::-1]] = plan.fewest + np.clip(spare - step * np.arange(len(own)), 0, step)
    return wanted


def in_order(values: Array, order: OrderBy) -> Array:
    """(t,) int: who chooses first, by their values; those of equal values, and everybody in an order that asks for no value, as they stand."""
    by = {"largest": -values, "smallest": values}.get(order, np.zeros(len(values)))
    return np.argsort(by, kind="stable")


def counted(person: Array, reuse: int | None) -> tuple[Array, Array, Array]:
    """With whom each candidate is counted: each row alone, or with a limit on reuse the rows of one person, `person` (n,), together.

    (n,) int: the number 0..c-1 of those a candidate is counted with; (c + 1,) and (n,) int: those of number i are
    together[first[i] : first[i + 1]].
    """
    rows = np.arange(len(person))
    if not reuse:
        return rows, np.arange(len(person) + 1), rows
    number, times = np.unique(person, return_inverse=True, return_counts=True)[1:]
    return number, np.concatenate([[0], np.cumsum(times)]), np.argsort(number, kind="stable")
