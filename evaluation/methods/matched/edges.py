"""Who may be set beside whom: group by group, on a line where the rules allow it, and in blocks where they do not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial.distance import cdist

from .pool import Pairs, Pool

if TYPE_CHECKING:
    from ...terms import Array

BLOCK = 4_000_000  # gaps worked out at once: 32 MB of floats


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """Everybody in one order, group after group, in which whoever is allowed beside somebody stands in one stretch.

    So it is where there is one number for each person, no columns to differ in, and every caliper is on that number or on one
    that rises, or falls, with it.  Then of two pairs that cross, the same four people uncrossed are allowed too and no farther
    apart, together and at most.
    """

    order: Array  # (m,) int: places in the pool by group, number, calipers' values, focal or not, and place
    limits: Array  # (L, m) float: the calipers' values in that order, rising in each group
    within: Array  # (L,) float


def lone(pool: Pool) -> tuple[Pairs, Array]:
    """Every allowed pair of the groups with one focal row, such as risk sets; and the groups, (G,) bool.

    There are no more such pairs than rows.
    """
    focal = np.flatnonzero(pool.focal)
    many = int(pool.groups.max()) + 1 if len(pool) else 0
    alone = np.bincount(pool.groups[focal], minlength=many) == 1
    own = np.zeros(many, dtype=np.int64)
    own[pool.groups[focal]] = focal
    other = np.flatnonzero(~pool.focal & alone[pool.groups])
    beside = own[pool.groups[other]]
    fits = pool.allowed(beside, other)
    return Pairs(beside[fits], other[fits]), alone


def in_line(pool: Pool) -> Line | None:
    """The pool as a line; None where its gaps or its rules are not those of a line.

    That nobody may be set beside themself is no rule of a line: see `with_themselves`.
    """
    if pool.line is None or pool.unlike:
        return None
    limits = np.stack([limit.values for limit in pool.calipers]) if pool.calipers else np.zeros((0, len(pool)))
    order = np.lexsort((pool.focal, *limits, pool.line, pool.groups))
    same = np.diff(pool.groups[order]) == 0
    for number, values in enumerate(limits):
        steps = np.diff(values[order])[same]
        if (steps < 0).any():
            if (steps > 0).any():
                return None
            limits[number] = -values
    return Line(order, limits[:, order], np.array([limit.within for limit in pool.calipers], dtype=np.float64))


def with_themselves(pool: Pool) -> Array:
    """(G,) bool: the groups in which somebody stands both as a focal row and as another."""
    key = pool.groups * (int(pool.person.max()) + 1) + pool.person if len(pool) else pool.groups
    both = np.intersect1d(key[pool.focal], key[~pool.focal])
    found = np.zeros(int(pool.groups.max()) + 1 if len(pool) else 0, dtype=bool)
    found[pool.groups[np.isin(key, both)]] = True
    return found


def sides(pool: Pool, groups: Array) -> Iterator[tuple[Array, Array]]:
    """The focal rows and the others of each of the `groups` (G,) bool in which there are both, in the pool's order."""
    order = np.argsort(pool.groups, kind="stable")
    order = order[groups[pool.groups[order]]]
    for rows in np.split(order, np.flatnonzero(np.diff(pool.groups[order])) + 1):
        focal = pool.focal[rows]
        if focal.any() and not focal.all():
            yield rows[focal], rows[~focal]


def gaps(pool: Pool, one: Array, other: Array) -> Array:
    """(a, b) the gap between each row of `one` and each of `other`, of one group; infinite where they may not be compared."""
    if pool.line is not None:
        apart = np.abs(pool.line[one][:, None] - pool.line[other])
    else:
        assert pool.space is not None, "a way that asks who is near has a distance"
        apart = cdist(pool.space[one], pool.space[other])
    barred = pool.person[one][:, None] == pool.person[other]
    for limit in pool.calipers:
        barred |= np.abs(limit.values[one][:, None] - limit.values[other]) > limit.within
    for column in pool.unlike:
        barred |= column[one][:, None] == column[other]
    apart[barred] = np.inf
    return apart


def blocks(rows: int, columns: int) -> Iterator[slice]:
    """Stretches of rows whose gaps to every column fit in BLOCK."""
    step = max(1, BLOCK // max(columns, 1))
    for first in range(0, rows, step):
        yield slice(first, min(first + step, rows))
