"""The nearest of everybody whom the effect is about, by one distance: in risk sets, or in a static pool."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ...terms import EstimandName, Matching
from .greedy import Line, Seekers, State, Walk, give_closest_first, give_in_order, look
from .orders import counted, how_many, in_order
from .pool import Chosen, Pairs, Pool
from .space import pairs_in_space
from .weighing import of_pairs

if TYPE_CHECKING:
    from ...terms import Array


def choose(pool: Pool, plan: Matching, estimand: EstimandName) -> Chosen:
    """The nearest `ratio` of everybody in focus, along the pool's line or in its space."""
    return of_pairs(pool, pairs_on_line(pool, plan) if pool.space is None else pairs_in_space(pool, plan))


def pairs_on_line(pool: Pool, plan: Matching) -> Pairs:
    """Greedy nearest neighbours, where the gap between two people is the difference of their values on `pool.line`.

    In rounds: everybody is given a first match before anybody a second, and who finds none in a round is done.  Who chooses
    first in a round is said by `plan.order`: whoever stands largest or smallest on the line; the smallest gap of all that are
    still possible ("closest"); whoever's nearest is farthest when the round begins ("farthest"); or the pool's drawn order
    ("random"), which also decides between people who are equal in that.  Of equal gaps the candidate fewer places away in the
    order of all rows by value is taken (in risk sets: of all rows of the set), then the one below.  These are the rules of R's
    MatchIt 4.7.2 (method "nearest", its orders "largest", "smallest", "data" and "closest"), whose pairs it gives.

    A row is compared once, which in risk sets lets a person be compared in every set they were drawn in; `plan.reuse` lets it
    be compared any number of times (0), or all rows of one person together so many times.  No row stands twice beside the same
    person.  Every pair is one that `pool.allowed` allows.

    O(n log n) with no caliper or one on the line, however few are left.  Columns with calipers of their own, and those in which
    people must differ, cost a look at each candidate nearer than the first who fits.  "closest" costs a look whenever the
    nearest has gone by the time somebody's turn comes: where many stand at one value, and nobody to be compared with does,
    that grows with the square of their number.
    """
    assert pool.line is not None, "those who are near on a line have a line"
    wanted = how_many(pool, plan)
    rows = np.flatnonzero(pool.focal)
    there, walk = _walk(pool, rows, wanted, plan.reuse)
    order = in_order(pool.line[rows], plan.order)
    nearest, gap = np.empty(len(rows), dtype=np.int64), np.empty(len(rows))
    for turn in range(wanted.max(initial=0)):
        asking = order[wanted[order] > turn]
        if turn:
            asking = asking[walk.state.given[walk.seekers.slot[asking] + turn - 1] >= 0]
        if plan.order in ("closest", "farthest"):
            look(walk, asking, turn, nearest, gap)
            asking = asking[nearest[asking] >= 0]
            asking = asking[np.argsort(gap[asking] if plan.order == "closest" else -gap[asking], kind="stable")]
        if plan.order == "closest":
            give_closest_first(walk, asking, turn, nearest, gap)
        else:
            give_in_order(walk, asking, turn)
    given = walk.state.given
    return Pairs(np.repeat(rows, wanted)[given >= 0], there[given[given >= 0]])


def _walk(pool: Pool, rows: Array, wanted: Array, reuse: int | None) -> tuple[Array, Walk]:
    """The rows of the candidates in a line, and the search for them by those in focus, which are `rows`."""
    line, groups = np.asarray(pool.line, dtype=np.float64), pool.groups
    place, by_group = _places(line, groups, pool.in_sets)
    other = ~pool.focal[by_group]
    there = by_group[other]
    start = np.empty(len(line), dtype=np.int64)
    start[by_group] = np.cumsum(other) - other
    ends = np.concatenate([[0], np.cumsum(np.bincount(groups[there], minlength=groups.max(initial=-1) + 1))])
    caliper, near, within = _limits(pool)
    unlike = _columns(pool.unlike, len(line))
    person = pool.person.astype(np.int64)
    candidates = Line(line[there], place[there], person[there], near[there], unlike[there], *counted(person[there], reuse))
    slot = np.cumsum(wanted) - wanted
    bounds = start[rows], ends[groups[rows]], ends[groups[rows] + 1]
    seekers = Seekers(line[rows], place[rows], person[rows], near[rows], unlike[rows], *bounds, slot)
    times = reuse or (1 if reuse is None else len(rows) + 1)
    links = np.arange(len(there) + 1), np.arange(len(there) + 1)
    left = np.full(len(candidates.first) - 1, times, dtype=np.int64)
    return there, Walk(candidates, seekers, State(*links, left, np.full(wanted.sum(), -1)), caliper, within)


def _places(line: Array, groups: Array, in_sets: bool) -> tuple[Array, Array]:
    """Everybody's place in the order by value, and rows group after group in that order; in risk sets, places are those of the latter."""
    by_value = np.argsort(line, kind="stable")
    by_group = by_value[np.argsort(groups[by_value], kind="stable")]
    place = np.empty(len(line), dtype=np.int64)
    place[by_group if in_sets else by_value] = np.arange(len(line))
    return place, by_group


def _limits(pool: Pool) -> tuple[float, Array, Array]:
    """The caliper on the line, and the columns (m, q) and calipers (q,) of all others."""
    line = np.asarray(pool.line)
    on_line = [limit for limit in pool.calipers if np.array_equal(limit.values, line)]
    others = [limit for limit in pool.calipers if not any(limit is one for one in on_line)]
    caliper = min((float(limit.within) for limit in on_line), default=float("inf"))
    columns = _columns([limit.values for limit in others], len(pool))
    return caliper, columns, np.array([limit.within for limit in others], dtype=np.float64)


def _columns(columns: Sequence[Array], n: int) -> Array:
    """(n, q) float: columns beside each other, row after row in memory, as the kernels were compiled for; there may be none."""
    return np.stack(columns, axis=1).astype(np.float64, order="C") if columns else np.empty((n, 0))
