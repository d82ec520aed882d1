"""The pairs with the smallest sum of gaps on a line, found by walking along it; compiled by Numba.

Of two pairs on a line that cross, the same four people uncrossed are together no farther apart, so the best pairs keep the order of the
line, and one walk over who comes next on either side finds them (Sellers 1974; for matched pairs, Rosenbaum 1989 poses the problem).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..compiled import kernel

if TYPE_CHECKING:
    from ...terms import Array

CELLS = 30_000_000  # steps remembered at once: 30 MB; more are walked twice
SKIP, TAKE, PASS = 0, 1, 2  # nobody for this one; the one just before; leave that one free


@kernel
def stretches(x: Array, y: Array, near_x: Array, near_y: Array, within: Array) -> tuple[Array, Array]:
    """For each focal slot (s,) of one group, the first and last + 1 of the others (m,) that some best solution stays within.

    `x` and `y` are places in the line and rise; `near_x` (L, s) and `near_y` (L, m) are what `within` (L,) bounds, and rise with them.

    Besides the calipers there are cuts that nobody needs to cross.  Let P(t) be the others less the slots among the first t of
    everybody in line, and cut at t where P is nowhere lower further on: every slot behind the cut has an other of its own between
    the cut and itself.  Were one of them given somebody before the cut, all others between would be taken, else a nearer one were
    free, and by slots behind it, else two pairs would cross; follow these slots as far back as they reach, and up to there stand fewer
    others than slots, which the cut rules out.  So the last such cut before a slot bounds it, and so does, from the other side,
    the first cut behind it before which P is nowhere higher.
    """
    s, m = len(x), len(y)
    low, high = np.zeros(s, np.int64), np.full(s, m, np.int64)
    for number in range(len(within)):
        first, last = 0, 0
        for i in range(s):
            value = near_x[number, i]
            while first < m and near_y[number, first] < value and abs(value - near_y[number, first]) > within[number]:
                first += 1
            while last < m and (near_y[number, last] <= value or abs(value - near_y[number, last]) <= within[number]):
                last += 1
            low[i], high[i] = max(low[i], first), min(high[i], last)
    place = np.empty(s, np.int64)  # of a slot among everybody; before it stand i slots and place - i others
    j = 0
    for i in range(s):
        while j < m and y[j] < x[i]:
            j += 1
        place[i] = i + j
    lead = np.empty(s + m + 1, np.int64)
    lead[0], i = 0, 0
    for t in range(s + m):
        slot = i < s and place[i] == t
        lead[t + 1] = lead[t] + (-1 if slot else 1)
        i += slot
    _bounds(lead, place, low, high)
    for i in range(s):
        high[i] = max(high[i], low[i])
    return low, high


@kernel
def _bounds(lead: Array, place: Array, low: Array, high: Array) -> None:
    """Narrows the stretches by the cuts of `lead` (s + m + 1,)."""
    s, total = len(place), len(lead) - 1
    least = lead.copy()
    for t in range(total - 1, -1, -1):
        least[t] = min(least[t], least[t + 1])
    t, cut, slots = 0, 0, 0
    for i in range(s):
        while t <= place[i]:  # cuts before this slot, with i slots before the last of them
            if lead[t] == least[t]:
                cut, slots = t, int(np.searchsorted(place, t))
            t += 1
        low[i] = max(low[i], cut - slots)
    most = lead.copy()
    for t in range(1, total + 1):
        most[t] = max(most[t], most[t - 1])
    t, cut, slots = total, -1, 0
    for i in range(s - 1, -1, -1):
        while t > place[i]:
            if lead[t] == most[t]:
                cut, slots = t, int(np.searchsorted(place, t))
            t -= 1
        if cut >= 0:
            high[i] = min(high[i], cut - slots)


@kernel
def walk(x: Array, y: Array, low: Array, high: Array, skip: Array) -> Array:
    """(s,) int: the other of each slot, -1 for none: the smallest sum of `skip` (s,) int, and of those the smallest sum of gaps.

    Time grows with the sum of the stretches, memory with CELLS and its square root.
    """
    s = len(x)
    given = np.full(s, -1, np.int64)
    if s == 0:
        return given
    heads = [0]
    cells = 0
    for i in range(s):
        cells += high[i] - low[i] + 1
        if cells > CELLS and i > heads[-1]:
            heads.append(i)
            cells = high[i] - low[i] + 1
    heads.append(s)
    nothing = np.zeros(0, np.int8)
    counts, sums = [np.zeros(1, np.int64)], [np.zeros(1)]
    for part in range(len(heads) - 2):
        count, total = _rows(heads[part], heads[part + 1], x, y, low, high, skip, counts[part], sums[part], nothing)
        counts.append(count)
        sums.append(total)
    j = high[s - 1]
    for part in range(len(heads) - 2, -1, -1):
        first, last = heads[part], heads[part + 1]
        offset = np.zeros(last - first + 1, np.int64)
        for i in range(first, last):
            offset[i - first + 1] = offset[i - first] + high[i] - low[i] + 1
        how = np.empty(offset[-1], np.int8)
        _rows(first, last, x, y, low, high, skip, counts[part], sums[part], how)
        i = last - 1
        while i >= first:
            j = min(j, high[i])
            step = how[offset[i - first] + j - low[i]]
            if step == TAKE:
                given[i] = j - 1
            j -= step != SKIP
            i -= step != PASS
    return given


@kernel
def _rows(
    first: int, last: int, x: Array, y: Array, low: Array, high: Array, skip: Array, count: Array, total: Array, how: Array
) -> tuple[Array, Array]:
    """The best of the slots before `last` by how many others they may use, from that of the slots before `first`; how, if there is room."""
    start = low[0] if first == 0 else low[first - 1]
    end = start if first == 0 else high[first - 1]
    at = 0
    for i in range(first, last):
        new_count, new_total = np.empty(high[i] - low[i] + 1, np.int64), np.empty(high[i] - low[i] + 1)
        for j in range(low[i], high[i] + 1):
            before = min(j, end) - start
            best, least, step = count[before] + skip[i], total[before], SKIP
            if j > low[i]:
                before = min(j - 1, end) - start
                n, c = count[before], total[before] + abs(x[i] - y[j - 1])
                if n < best or (n == best and c <= least):
                    best, least, step = n, c, TAKE
                n, c = new_count[j - 1 - low[i]], new_total[j - 1 - low[i]]
                if n < best or (n == best and c <= least):
                    best, least, step = n, c, PASS
            new_count[j - low[i]], new_total[j - low[i]] = best, least
            if len(how):
                how[at] = step
            at += 1
        start, end = low[i], high[i]
        count, total = new_count, new_total
    return count, total
