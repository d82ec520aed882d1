"""Small pools on a line for tests, and nearest neighbours found by looking at everybody every time."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter

import numpy as np
from hypothesis import strategies as st

from evaluation.methods.matched.orders import how_many
from evaluation.methods.matched.pool import Limit, Pairs, Pool
from evaluation.terms import Matching

EITHER = st.booleans()
REUSED = st.sampled_from([None, None, 0, 1, 2, 3])
ORDERS = ("largest", "smallest", "closest", "farthest", "random")


def pool_of(line, focal, groups=None, person=None, *, in_sets=False, caliper=None, calipers=(), unlike=()) -> Pool:
    """A pool on a line; `caliper` is of the line, `calipers` pairs of a column and its caliper, `unlike` columns.

    Without a caliper on the line, the first of the others is called the score's, as where the line is a column.
    """
    n, line = len(line), np.asarray(line, dtype=float)
    limits = [Limit("score", line, caliper)] if caliper is not None else []
    limits += [
        Limit(f"column {number}" if number or limits else "score", np.asarray(one, dtype=float), within)
        for number, (one, within) in enumerate(calipers)
    ]
    focal = np.asarray(focal, dtype=bool)
    return Pool(
        where="here",
        rows=np.arange(n),
        served=focal,
        focal=focal,
        person=np.arange(n) if person is None else np.asarray(person),
        groups=np.zeros(n, dtype=np.int64) if groups is None else np.unique(groups, return_inverse=True)[1],
        in_sets=in_sets,
        columns={},
        line=line,
        calipers=tuple(limits),
        unlike=tuple(np.asarray(column, dtype=float) for column in unlike),
    )


def told(pairs: Pairs) -> list[tuple[int, int]]:
    """Pairs as places in the pool, in order."""
    return sorted(zip(pairs.focal.tolist(), pairs.other.tolist(), strict=True))


@st.composite
def pools(draw, in_sets=EITHER):
    """Few different values, so that gaps tie and calipers are met exactly; tiny groups; people with several rows, in both arms."""
    n = draw(st.integers(1, 20))

    def column(values):
        return np.array(draw(st.lists(values, min_size=n, max_size=n)))

    groups, focal, sets = column(st.integers(0, 3)), column(st.booleans()), draw(in_sets)
    if sets:
        focal = np.zeros(n, dtype=bool)
        focal[np.unique(groups, return_index=True)[1]] = True  # one in each set
    within = st.sampled_from([0.0, 0.5, 1.0, 2.0])
    return pool_of(
        column(st.integers(0, 10)) * draw(st.sampled_from([1.0, 0.5])),
        focal,
        groups,
        column(st.integers(0, 6)) if draw(st.booleans()) else None,
        in_sets=sets,
        caliper=draw(st.none() | within),
        calipers=[(column(st.integers(0, 4)), draw(within)) for _ in range(draw(st.integers(0, 2)))],
        unlike=[column(st.integers(0, 2)) for _ in range(draw(st.integers(0, 1)))],
    )


@st.composite
def plans(draw, reuse=REUSED):
    """Everything a design can ask of those who are near on a line."""
    ratio = draw(st.integers(1, 3))
    varies = {"fewest": draw(st.integers(1, ratio)), "most": draw(st.integers(ratio, 5))} if draw(st.booleans()) else {}
    return Matching(ratio=ratio, order=draw(st.sampled_from(ORDERS)), reuse=draw(reuse), **varies)


class Everybody:
    """The rules by looking at everybody: who may be compared as `Pool` says, who is near by gap, then by steps, then below."""

    def __init__(self, pool: Pool, plan: Matching):
        self.pool, self.plan = pool, plan
        self.place = np.empty(len(pool), dtype=int)
        self.place[np.lexsort((pool.line, pool.groups)) if pool.in_sets else np.argsort(pool.line, kind="stable")] = np.arange(len(pool))
        self.times: Counter = Counter()
        self.beside: dict[int, list[int]] = {row: [] for row in np.flatnonzero(pool.focal).tolist()}
        self.wanted = dict(zip(self.beside, how_many(pool, plan).tolist(), strict=True))

    def counted(self, one: int) -> tuple[str, int]:
        return ("person", int(self.pool.person[one])) if self.plan.reuse else ("row", one)

    def nearest(self, row: int) -> tuple[float, int, bool, int] | None:
        most = {None: 1, 0: len(self.pool) + 1}.get(self.plan.reuse, self.plan.reuse)
        others = np.flatnonzero(~self.pool.focal)
        fits = self.pool.allowed(np.full(len(others), row), others)
        gaps = self.pool.gap(np.full(len(others), row), others)
        able = [
            (float(gap), int(abs(self.place[one] - self.place[row])), bool(self.place[one] > self.place[row]), one)
            for one, gap in zip(others[fits].tolist(), gaps[fits], strict=True)
            if self.times[self.counted(one)] < most and one not in self.beside[row]
        ]
        return min(able, default=None)

    def give(self, row: int) -> None:
        found = self.nearest(row)
        if found:
            self.beside[row].append(found[-1])
            self.times[self.counted(found[-1])] += 1

    def closest_first(self, waiting: list[int]) -> None:
        """A queue by gap; whoever finds the nearest gone looks anew and stands before all who wait with an equal gap."""
        queue = sorted(((found[0], row, found[-1]) for row in waiting if (found := self.nearest(row))), key=lambda one: one[0])
        while queue:
            _, row, one = queue.pop(0)
            found = self.nearest(row)
            if found and found[-1] != one:
                queue.insert(bisect_left([gap for gap, _, _ in queue], found[0]), (found[0], row, found[-1]))
            else:
                self.give(row)

    def pairs(self) -> list[tuple[int, int]]:
        line, order = self.pool.line, self.plan.order
        for turn in range(max(self.wanted.values(), default=0)):
            waiting = [row for row, beside in self.beside.items() if self.wanted[row] > turn and len(beside) == turn]
            if order == "closest":
                self.closest_first(waiting)
                continue
            gap = {row: (self.nearest(row) or (np.inf,))[0] for row in waiting}
            by = {"largest": lambda row: -line[row], "smallest": lambda row: line[row], "farthest": lambda row, gap=gap: -gap[row]}
            for row in sorted(waiting, key=by.get(order, lambda row: 0)):
                self.give(row)
        return sorted((row, one) for row, beside in self.beside.items() for one in beside)
