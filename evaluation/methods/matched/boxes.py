"""Kernels that find who is nearest in several dimensions among those who are still free; compiled by Numba.

The candidates of each group stand in a tree of boxes (Bentley 1975; Friedman, Bentley and Finkel 1977).  A box spans the
distance's own dimensions, the columns of the calipers and those in which people must differ, so one look at it passes over
everybody in it who is too far away or not allowed.  Whoever is given away leaves their box.

Sums of squares are added dimension after dimension, of boxes and of people alike.  Rounding keeps order, so the bound of a box
never exceeds the gap to anybody in it: what is found is the nearest to the last bit, by one thread, whatever the machine.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..compiled import kernel

if TYPE_CHECKING:
    from ...terms import Array

LEAF = 64  # candidates in a box that is not divided, at most
UNEVEN = 16  # a box is not divided at its mean if that leaves less than one part in so many on a side
FEWEST_IN_LEAF = LEAF // UNEVEN + 1  # so a divided box has at least so many on either side
SAMPLE = 128  # candidates looked at to choose where a box is divided
DEEP = 1024  # boxes that wait during a search, at most: far more than log(n) / log(16 / 15)


class Boxes(NamedTuple):
    """The trees; (k,) arrays of boxes, of which `stop`, `free` and the places of candidates change while they are given away."""

    low: Array  # (k, d) float
    high: Array  # (k, d) float
    left: Array  # int: the first of the two boxes that it holds, the other being the next; -1 for a leaf
    parent: Array  # int; -1 for a root
    start: Array  # int: its candidates stand at the places start, ..., stop - 1 (once one is given away, of leaves only)
    stop: Array  # int
    free: Array  # int: how many in it are free
    least: Array  # int: nobody in it is earlier in the pool
    root: Array  # (g,) int: of each group; -1 where it has no candidates
    value: Array  # (d, n) float: of the candidate at each place
    at: Array  # (n,) int: which candidate stands at a place
    place: Array  # (n,) int: where a candidate stands; -1 once given away
    leaf: Array  # (n,) int: in which leaf


class Seekers(NamedTuple):
    """Those for whom candidates are sought; (t,) arrays in the order of the pool."""

    value: Array  # (t, d) float
    group: Array  # int
    person: Array  # int


class Rules(NamedTuple):
    """Who may be given to whom, and how often."""

    across: int  # how many dimensions the distance has: they come first
    within: Array  # (c,) float: the largest gaps, inclusive, in the columns that come next; in the rest people must differ
    person: Array  # (n,) int: of each candidate
    counted: Array  # (n,) int: with whom a candidate is counted
    left: Array  # int, of those counted together: how many times more they may be given; changes
    first: Array  # int: those counted with i are together[first[i] : first[i + 1]]
    together: Array  # (n,) int


class Search(NamedTuple):
    """One search: who seeks whom, and by which rules."""

    boxes: Boxes
    seekers: Seekers
    rules: Rules
    given: Array  # (t, r) int: candidates given to each seeker in each turn; -1 for none
    gap: Array  # (LEAF,) float: room for the gaps of a leaf
    waiting: Array  # (DEEP,) int: room for boxes that wait
    bound: Array  # (DEEP,) float: and for their bounds


# ------------------------------------------------------------------------------------------------ growing
@kernel
def grown(values: Array, order: Array, first: Array, weight: Array) -> Boxes:
    """The trees of candidates with `values` (n, d); `order` (n,) has those of group g at first[g], ..., first[g + 1] - 1.

    A box is divided at the mean of the dimension that varies most, `weight` (d,) being the worth of a unit of each.
    """
    n, d = values.shape
    groups = len(first) - 1
    most = 2 * (n // FEWEST_IN_LEAF) + groups + 1
    left, parent, start, stop = np.full(most, -1), np.full(most, -1), np.empty(most, np.int64), np.empty(most, np.int64)
    root = np.full(groups, -1)
    size = 0
    for group in range(groups):
        if first[group] < first[group + 1]:
            root[group], start[size], stop[size] = size, first[group], first[group + 1]
            size += 1
    at, box = order.copy(), 0
    while box < size:
        if stop[box] - start[box] > LEAF:
            half = _divide(values, at, start[box], stop[box], weight)
            left[box] = size
            parent[size], start[size], stop[size] = box, start[box], half
            parent[size + 1], start[size + 1], stop[size + 1] = box, half, stop[box]
            size += 2
        box += 1
    lows, highs, least, leaf = _bounds(values, at, start[:size], stop[:size], left[:size])
    place, value = np.empty(n, np.int64), np.empty((d, n))
    for stands in range(n):
        place[at[stands]] = stands
        for j in range(d):
            value[j, stands] = values[at[stands], j]
    free = stop[:size] - start[:size]
    return Boxes(lows, highs, left[:size], parent[:size], start[:size], stop[:size], free, least, root, value, at, place, leaf)


@kernel
def _divide(values: Array, at: Array, start: int, stop: int, weight: Array) -> int:
    """Moves the candidates of a box so that two boxes hold them, and says where the second begins."""
    size = stop - start
    if values.shape[1] == 0:  # nobody differs in anything
        return start + size // 2
    many = min(size, SAMPLE)
    best, widest, mean = 0, -1.0, 0.0
    for j in range(values.shape[1]):
        total = square = 0.0
        for one in range(many):
            x = values[at[start + one * size // many], j] - values[at[start], j]
            total += x
            square += x * x
        spread = (square - total * total / many) * weight[j] * weight[j]
        if spread > widest:
            best, widest, mean = j, spread, values[at[start], j] + total / many
    there, lower = at[start:stop].copy(), 0
    for one in there:
        lower += values[one, best] <= mean
    low, high = start, start + lower
    for one in there:  # on either side of the mean they keep their order, so those who are alike stay in that of the pool
        if values[one, best] <= mean:
            at[low] = one
            low += 1
        else:
            at[high] = one
            high += 1
    return start + lower if min(lower, size - lower) * UNEVEN >= size else start + size // 2


@kernel
def _bounds(values: Array, at: Array, start: Array, stop: Array, left: Array) -> tuple[Array, Array, Array, Array]:
    """The edges of every box, the earliest candidate in each, and the leaf of every candidate; a value that is missing may be any."""
    size, d = len(start), values.shape[1]
    low, high, least = np.full((size, d), np.inf), np.full((size, d), -np.inf), np.full(size, len(at))
    leaf = np.empty(len(at), np.int64)
    for box in range(size - 1, -1, -1):  # boxes stand behind those that hold them
        if left[box] >= 0:
            for inner in (left[box], left[box] + 1):
                least[box] = min(least[box], least[inner])
                for j in range(d):
                    low[box, j], high[box, j] = min(low[box, j], low[inner, j]), max(high[box, j], high[inner, j])
            continue
        for one in at[start[box] : stop[box]]:
            least[box], leaf[one] = min(least[box], one), box
            for j in range(d):
                missing = np.isnan(values[one, j])
                low[box, j] = min(low[box, j], -np.inf if missing else values[one, j])
                high[box, j] = max(high[box, j], np.inf if missing else values[one, j])
    return low, high, least, leaf


# ------------------------------------------------------------------------------------------------ looking
@kernel
def _bound(low: Array, high: Array, own: Array, across: int, within: Array) -> float:
    """No squared gap to anybody in a box is smaller; infinite where the rules allow nobody in it."""
    differ = across + len(within)
    for j in range(across, differ):
        if max(low[j] - own[j], own[j] - high[j]) > within[j - across]:
            return np.inf
    for j in range(differ, len(own)):
        if low[j] == own[j] and high[j] == own[j]:
            return np.inf
    total = 0.0
    for j in range(across):
        beyond = max(low[j] - own[j], own[j] - high[j], 0.0)
        total += beyond * beyond
    return total


@kernel
def _fits(search: Search, seeker: int, at: int, turn: int) -> bool:
    """Whether the candidate at a place is somebody else, within every caliper, unlike, and not beside this seeker already."""
    rules, value, own = search.rules, search.boxes.value, search.seekers.value[seeker]
    one = search.boxes.at[at]
    if rules.person[one] == search.seekers.person[seeker]:
        return False
    q, c = rules.across, len(rules.within)
    for j in range(q, q + c):
        if not abs(value[j, at] - own[j]) <= rules.within[j - q]:
            return False
    for j in range(q + c, len(own)):
        if value[j, at] == own[j]:
            return False
    new = True
    for earlier in range(turn):
        new &= search.given[seeker, earlier] != one
    return new


@kernel
def _nearest(search: Search, seeker: int, turn: int) -> tuple[int, float]:
    """The nearest free candidate who fits, of equal gaps the earlier in the pool, and the squared gap; -1 and infinity for none."""
    boxes, waiting, bound = search.boxes, search.waiting, search.bound
    own, across, within = search.seekers.value[seeker], search.rules.across, search.rules.within
    best, nearest, many = -1, np.inf, 0
    root = boxes.root[search.seekers.group[seeker]]
    if root >= 0:
        waiting[0], bound[0], many = root, _bound(boxes.low[root], boxes.high[root], own, across, within), 1
    while many > 0:
        many -= 1
        box = waiting[many]
        if boxes.free[box] == 0 or bound[many] > nearest or bound[many] == np.inf or (bound[many] == nearest and boxes.least[box] > best):
            continue
        inner = boxes.left[box]
        if inner < 0:
            best, nearest = _nearest_in_leaf(search, seeker, turn, box, best, nearest)
            continue
        one = _bound(boxes.low[inner], boxes.high[inner], own, across, within)
        other = _bound(boxes.low[inner + 1], boxes.high[inner + 1], own, across, within)
        nearer = 0 if one <= other else 1
        waiting[many], bound[many] = inner + 1 - nearer, max(one, other)
        waiting[many + 1], bound[many + 1] = inner + nearer, min(one, other)
        many += 2
    return best, nearest


@kernel
def _nearest_in_leaf(search: Search, seeker: int, turn: int, box: int, best: int, nearest: float) -> tuple[int, float]:
    """The better of the candidate found so far and those of a leaf."""
    boxes, own = search.boxes, search.seekers.value[seeker]
    start, many = boxes.start[box], boxes.stop[box] - boxes.start[box]
    gap = search.gap[:many]
    gap[:] = 0.0
    for j in range(search.rules.across):
        there, mine = boxes.value[j, start : start + many], own[j]
        for one in range(many):
            beyond = there[one] - mine
            gap[one] += beyond * beyond
    for one in range(many):
        if gap[one] <= nearest:
            who = boxes.at[start + one]
            if (gap[one] < nearest or who < best) and _fits(search, seeker, start + one, turn):
                best, nearest = who, gap[one]
    return best, nearest


# ------------------------------------------------------------------------------------------------ giving
@kernel
def _give(search: Search, seeker: int, turn: int, one: int) -> None:
    """Writes a candidate down beside a seeker; whoever was given as often as is allowed is free no more."""
    rules = search.rules
    search.given[seeker, turn] = one
    counted = rules.counted[one]
    rules.left[counted] -= 1
    if rules.left[counted] == 0:
        for same in rules.together[rules.first[counted] : rules.first[counted + 1]]:
            _remove(search.boxes, same)


@kernel
def _remove(boxes: Boxes, one: int) -> None:
    """Takes a candidate out of their box; the last one of the leaf moves to their place."""
    at, box = boxes.place[one], boxes.leaf[one]
    boxes.stop[box] -= 1
    last = boxes.stop[box]
    moved = boxes.at[last]
    boxes.at[at], boxes.place[moved] = moved, at
    for j in range(boxes.value.shape[0]):
        boxes.value[j, at] = boxes.value[j, last]
    boxes.place[one] = -1
    while box >= 0:
        boxes.free[box] -= 1
        box = boxes.parent[box]


@kernel
def give_in_order(search: Search, order: Array) -> None:
    """Gives the seekers of `order`, one after another, the nearest who is still free; in rounds, and who finds nobody is done."""
    for turn in range(search.given.shape[1]):
        for seeker in order:
            if turn == 0 or search.given[seeker, turn - 1] >= 0:
                one, _ = _nearest(search, seeker, turn)
                if one >= 0:
                    _give(search, seeker, turn, one)


@kernel
def give_by_gap(search: Search, sign: float) -> None:
    """Gives candidates away in the order of gaps, in rounds: the smallest first (`sign` 1), or the largest (-1).

    Everybody looks at the start of a round.  If the candidate has gone when somebody's turn comes, they look again, and stand
    where the new gap puts them; of equal gaps the earlier seeker comes first.
    """
    for turn in range(search.given.shape[1]):
        looks, queue = 0, [(0.0, 0, -1, -1) for _ in range(0)]
        for seeker in range(len(search.given)):
            if turn == 0 or search.given[seeker, turn - 1] >= 0:
                one, gap = _nearest(search, seeker, turn)
                if one >= 0:
                    queue.append((sign * gap, 0, seeker, one))
        heapify(queue)
        while len(queue) > 0:
            _, _, seeker, one = heappop(queue)
            if search.boxes.place[one] >= 0:
                _give(search, seeker, turn, one)
                continue
            one, gap = _nearest(search, seeker, turn)
            if one >= 0:
                looks -= 1
                heappush(queue, (sign * gap, looks, seeker, one))
