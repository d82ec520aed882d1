"""Kernels that walk along a line of candidates and give away the nearest who is free; compiled by Numba.

Candidates stand group after group, and by value in each.  Whoever is free above or below a place is found through two
disjoint-set forests (Tarjan 1975), so a pool that empties costs no more than a full one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

from ..compiled import kernel

if TYPE_CHECKING:
    from ...terms import Array


class Line(NamedTuple):
    """The candidates; (n,) arrays, and those of whom a limit on reuse counts the times together."""

    value: Array  # float
    place: Array  # int: in the order of everybody by value
    person: Array  # int
    near: Array  # (n, q) float: what must lie within a caliper
    unlike: Array  # (n, u) float: what must differ
    counted: Array  # int: with whom a candidate is counted
    first: Array  # (c + 1,) int: those counted with i are together[first[i] : first[i + 1]]
    together: Array  # int


class Seekers(NamedTuple):
    """Those for whom candidates are sought; (t,) arrays."""

    value: Array  # float
    place: Array  # int
    person: Array  # int
    near: Array  # (t, q) float
    unlike: Array  # (t, u) float
    start: Array  # int: the first candidate above
    low: Array  # int: the candidates of the same group are low, ..., high - 1
    high: Array  # int
    slot: Array  # int: where the first candidate of each is written down


class State(NamedTuple):
    """What changes while candidates are given away."""

    above: Array  # (n + 1,) int: a link to the next free candidate from here on; the last stands for none
    below: Array  # (n + 1,) int: shifted by one: below[i + 1] is of candidate i, and 0 stands for none
    left: Array  # (c,) int: how many times more
    given: Array  # int: candidates, from the slot of each seeker on; -1 for none


class Walk(NamedTuple):
    """One search: who seeks whom, and by which rules."""

    line: Line
    seekers: Seekers
    state: State
    caliper: float  # the largest gap in value, inclusive
    within: Array  # (q,) float: the largest gaps in the columns of `near`, inclusive


@kernel
def _free(link: Array, at: int) -> int:
    """The end of the chain from `at`, which grows shorter on the way (path halving)."""
    while link[at] != at:
        link[at] = link[link[at]]
        at = link[at]
    return at


@njit(inline="always")  # handing over the whole search by value costs more than the function does
def _fits(walk: Walk, seeker: int, at: int, turn: int) -> bool:
    """Whether a candidate is somebody else, within every caliper, unlike, and not beside this seeker already."""
    line, seekers = walk.line, walk.seekers
    if line.person[at] == seekers.person[seeker]:
        return False
    for column in range(len(walk.within)):
        if not abs(line.near[at, column] - seekers.near[seeker, column]) <= walk.within[column]:
            return False
    for column in range(line.unlike.shape[1]):
        if line.unlike[at, column] == seekers.unlike[seeker, column]:
            return False
    slot = seekers.slot[seeker]
    new = True
    for earlier in range(slot, slot + turn):
        new &= walk.state.given[earlier] != at
    return new


@kernel
def _nearest(walk: Walk, seeker: int, turn: int) -> int:
    """The nearest free candidate who fits; of equal gaps the one fewer places away, then the one below; -1 for none."""
    value, place = walk.line.value, walk.line.place
    above, below = walk.state.above, walk.state.below
    own, stands = walk.seekers.value[seeker], walk.seekers.place[seeker]
    low, high = walk.seekers.low[seeker], walk.seekers.high[seeker]
    up = _free(above, walk.seekers.start[seeker])
    down = _free(below, walk.seekers.start[seeker]) - 1
    while up < high or down >= low:
        over = value[up] - own if up < high else np.inf
        under = own - value[down] if down >= low else np.inf
        upward = over < under or (over == under and place[up] - stands < stands - place[down])
        if min(over, under) > walk.caliper:
            return -1
        at = up if upward else down
        if _fits(walk, seeker, at, turn):
            return at
        if upward:
            up = _free(above, up + 1)
        else:
            down = _free(below, down) - 1
    return -1


@njit(inline="always")
def _give(walk: Walk, seeker: int, turn: int, at: int) -> None:
    """Writes a candidate down beside a seeker; whoever was given as often as is allowed is free no more."""
    line, state = walk.line, walk.state
    state.given[walk.seekers.slot[seeker] + turn] = at
    counted = line.counted[at]
    state.left[counted] -= 1
    if state.left[counted] == 0:
        for one in line.together[line.first[counted] : line.first[counted + 1]]:
            state.above[one] = one + 1
            state.below[one + 1] = one


@kernel
def look(walk: Walk, asking: Array, turn: int, nearest: Array, gap: Array) -> None:
    """Writes down the nearest candidate of each seeker of `asking`, and how far away; -1 and infinity for none.  Nobody is given away."""
    for seeker in asking:
        at = _nearest(walk, seeker, turn)
        nearest[seeker] = at
        gap[seeker] = abs(walk.line.value[at] - walk.seekers.value[seeker]) if at >= 0 else np.inf


@kernel
def give_in_order(walk: Walk, asking: Array, turn: int) -> None:
    """Gives each seeker of `asking`, one after another, the nearest candidate who is still free."""
    for seeker in asking:
        at = _nearest(walk, seeker, turn)
        if at >= 0:
            _give(walk, seeker, turn, at)


@kernel
def give_closest_first(walk: Walk, heap: Array, turn: int, nearest: Array, gap: Array) -> None:
    """Gives candidates away in the order of gaps, the smallest of all that are still possible first.

    `heap` holds seekers, by gap; `nearest` and `gap` what `look` found.  A gap only ever grows, when somebody closer takes the
    candidate: so it is looked at anew when its turn comes, and not before.  Of equal gaps, whoever looked anew last comes first,
    then whoever has the smaller number.
    """
    size, looks = len(heap), 0
    rank = np.arange(len(gap))
    while size > 0:
        seeker = heap[0]
        at = nearest[seeker]
        if walk.state.above[at] != at:
            at = _nearest(walk, seeker, turn)
            if at >= 0:
                looks += 1
                nearest[seeker], rank[seeker] = at, -looks
                gap[seeker] = abs(walk.line.value[at] - walk.seekers.value[seeker])
                _sink(heap, size, gap, rank)
                continue
        else:
            _give(walk, seeker, turn, at)
        size -= 1
        heap[0] = heap[size]
        _sink(heap, size, gap, rank)


@kernel
def _sink(heap: Array, size: int, gap: Array, rank: Array) -> None:
    """Moves the first of a heap down to where it belongs."""
    at, one = 0, heap[0]
    while 2 * at + 1 < size:
        child = 2 * at + 1
        if child + 1 < size and _before(heap[child + 1], heap[child], gap, rank):
            child += 1
        if not _before(heap[child], one, gap, rank):
            break
        heap[at] = heap[child]
        at = child
    heap[at] = one


@kernel
def _before(one: int, other: int, gap: Array, rank: Array) -> bool:
    """Whether a seeker comes first: of the smaller gap, then of the smaller rank."""
    return gap[one] < gap[other] or (gap[one] == gap[other] and rank[one] < rank[other])
