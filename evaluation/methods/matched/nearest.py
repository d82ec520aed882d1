"""Nearest neighbours by one distance: within risk sets, or in a static pool without replacement.

Rows are served or not; `distance` (n,) is a number whose differences are gaps: the logit of a propensity score, say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...terms import EstimandName, Matching
from .pool import Chosen, Pairs, Pool
from .weighing import of_pairs

if TYPE_CHECKING:
    from ...terms import Array


def choose(pool: Pool, plan: Matching, estimand: EstimandName) -> Chosen:
    """The nearest `ratio` of everybody in focus."""
    caliper = next((limit.within for limit in pool.calipers if limit.name == "score"), float("inf"))
    nearest = nearest_in_sets if pool.in_sets else nearest_in_pool
    assert pool.line is not None
    return of_pairs(pool, nearest(pool.line, pool.focal, pool.groups, pool.person, ratio=plan.ratio, caliper=caliper))


def nearest_in_sets(distance: Array, served: Array, sets: Array, person: Array, *, ratio: int, caliper: float) -> Pairs:
    """The `ratio` nearest of each set's own candidates within the caliper, each row once, nobody with themself.

    `sets` (n,) int, 0..S-1 with one served row in each; `person` (n,) int.  A gap that equals the caliper is allowed.  Of equal
    gaps the earlier row is taken.
    """
    rows = np.flatnonzero(served)
    own = np.empty(len(rows), dtype=np.int64)
    own[sets[rows]] = rows
    there = np.flatnonzero(~served)
    beside = own[sets[there]]
    gap = np.abs(distance[there] - distance[beside])
    allowed = (gap <= caliper) & (person[there] != person[beside])
    there, beside, gap = there[allowed], beside[allowed], gap[allowed]
    order = np.lexsort((gap, sets[there]))  # stable: rows keep their order where gaps are equal
    there, beside = there[order], beside[order]
    place = np.arange(len(there))
    first = np.maximum.accumulate(np.where(np.diff(sets[there], prepend=-1) != 0, place, 0))
    taken = place - first < ratio
    return Pairs(beside[taken], there[taken])


def nearest_in_pool(distance: Array, served: Array, strata: Array, person: Array, *, ratio: int, caliper: float) -> Pairs:
    """Greedy nearest neighbours without replacement within `strata` (n,) int, those of the largest distance served first.

    In rounds: everybody is given a first match before anybody a second, and who finds none in a round is done.  Of equal gaps
    the candidate fewer places away in the order of all rows by distance is taken, then the one below.  These are the rules of
    R's MatchIt 4.7.2 (method "nearest", m.order "largest"), whose pairs it gives.  A caliper is inclusive; nobody is matched
    with themself.  O(n log n) whatever is depleted: free neighbours are found by two disjoint-set forests.
    """
    order = np.argsort(distance, kind="stable")
    place = np.empty(len(distance), dtype=np.int64)
    place[order] = np.arange(len(distance))
    there = np.flatnonzero(~served)
    there = there[np.lexsort((place[there], strata[there]))]
    rows = np.flatnonzero(served)
    rows = rows[np.argsort(-distance[rows], kind="stable")]
    key = strata[there] * len(distance) + place[there]
    start = np.searchsorted(key, strata[rows] * len(distance) + place[rows])
    low, high = (np.searchsorted(strata[there], strata[rows], side) for side in ("left", "right"))
    line = _Line(distance[there].tolist(), place[there].tolist(), person[there].tolist(), caliper)
    waiting = list(zip(rows.tolist(), *(values.tolist() for values in (distance[rows], place[rows], person[rows], start, low, high)), strict=True))
    pairs: list[tuple[int, int]] = []
    for _ in range(ratio):
        found = [(row, line.take(*where)) for row, *where in waiting]
        pairs += [(row, at) for row, at in found if at >= 0]
        waiting = [one for one, (_, at) in zip(waiting, found, strict=True) if at >= 0]
    matched = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return Pairs(matched[:, 0], there[matched[:, 1]])


NOBODY = (float("inf"), 0, 0, -1)  # a gap, the places on the way, 0 for below, and where


class _Line:
    """Candidates in a line, stratum after stratum and by distance inside each, from which the nearest free one can be taken."""

    def __init__(self, distance: list[float], place: list[int], person: list[int], caliper: float):
        self.distance, self.place, self.person, self.caliper = distance, place, person, caliper
        self.above = list(range(len(distance) + 1))  # the next free candidate from here on; the last stands for none
        self.below = list(range(len(distance) + 1))  # shifted by one: below[i + 1] is for candidate i, and 0 for none

    def take(self, d: float, place: int, person: int, start: int, low: int, high: int) -> int:
        """Takes the nearest free candidate of [low, high) within the caliper of `d`, and says where; -1 where there is none."""
        up = _free(self.above, start)
        while up < high and self.person[up] == person:
            up = _free(self.above, up + 1)
        down = _free(self.below, start) - 1
        while down >= low and self.person[down] == person:
            down = _free(self.below, down) - 1
        over = (self.distance[up] - d, self.place[up] - place, 1, up) if up < high else NOBODY
        under = (d - self.distance[down], place - self.place[down], 0, down) if down >= low else NOBODY
        gap, _, _, nearer = min(over, under)
        if gap > self.caliper or nearer < 0:
            return -1
        self.above[nearer], self.below[nearer + 1] = nearer + 1, nearer
        return nearer


def _free(link: list[int], at: int) -> int:
    """The end of the chain from `at`, which grows shorter on the way (path halving)."""
    while link[at] != at:
        link[at] = link[link[at]]
        at = link[at]
    return at
