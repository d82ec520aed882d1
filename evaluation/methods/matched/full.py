"""Optimal full matching: everybody who may be set beside somebody is in a set, and the sum of all gaps within sets is the smallest there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...terms import EstimandName, Matching, Problem, Refused
from .assignment import cheapest, chosen_of
from .edges import Line, blocks, gaps, in_line, lone, sides, with_themselves
from .pool import Chosen, Pairs, Pool
from .weighing import of_sets

if TYPE_CHECKING:
    from ...terms import Array

MOST_EDGES = 20_000_000  # pairs that could be worth more than what each of the two has otherwise


def choose(pool: Pool, plan: Matching, estimand: EstimandName) -> Chosen:
    """Sets of one focal row with others, or of one other with focal rows, that hold everybody who may be set beside somebody.

    The sum of all gaps inside sets is the smallest there is (Rosenbaum 1991; Hansen 2004): such stars are enough, since of any other set a
    pair could be taken out.  They are a cover by edges.  With mu the gap of each row to its nearest, a pair at gap g saves mu + mu' - g;
    the matching that saves most, and everybody else beside their nearest, is the smallest cover (Schrijver 2003, section 19.3).
    Of people equally near each is taken in turn, so that sets stay even.  Rows without anybody allowed are left out.  Weights are those
    of the sets (`weighing.of_sets`).

    On a line only rows near the border of two stretches of one arm can save anything (`_saving`): 20,000 by 200,000 rows take a few
    seconds.  Elsewhere each group is an assignment problem (`assignment.cheapest`), whose gaps are worked out in blocks, twice: the time
    grows with focal rows times others in a group.  Refused where more pairs are asked for than memory holds.
    """
    line, own = in_line(pool), with_themselves(pool)
    pairs, alone = lone(pool)
    if line is None:
        left = ~alone
        found = [pairs]
    else:
        left = own & ~alone
        keep = own[pool.groups[pairs.focal]]
        found = [Pairs(pairs.focal[keep], pairs.other[keep]), _on_line(pool, line, ~own)]
    found += [_in_group(pool, focal, other) for focal, other in sides(pool, left)]
    focal, other = (np.concatenate([getattr(part, word) for part in found]) for word in ("focal", "other"))
    return of_sets(pool, _stars(focal, other, len(pool)), estimand)


def _stars(focal: Array, other: Array, rows: int) -> Array:
    """(rows,) int: the set of each row, numbered by the row at its centre; -1 for none.

    A pair is taken out if both have somebody else: such a pair has no gap, or the cover were not the smallest.
    """
    focal, other = np.unique(np.stack([focal, other]), axis=1)
    times = np.bincount(np.concatenate([focal, other]), minlength=rows)
    kept = np.ones(len(focal), dtype=bool)
    for at in np.flatnonzero((times[focal] > 1) & (times[other] > 1)).tolist():
        one, two = focal[at], other[at]
        if times[one] > 1 and times[two] > 1:
            kept[at] = False
            times[one] -= 1
            times[two] -= 1
    focal, other = focal[kept], other[kept]
    centre = np.where(times[focal] > 1, focal, other)
    sets = np.full(rows, -1, dtype=np.int64)
    sets[focal] = centre
    sets[other] = centre
    return sets


def _on_line(pool: Pool, line: Line, groups: Array) -> Pairs:
    """The smallest cover of the groups (G,) bool on a line."""
    order = line.order[groups[pool.groups[line.order]]]
    limits = line.limits[:, groups[pool.groups[line.order]]]
    mu, nearest = _nearest(pool, order)
    told = np.isfinite(mu)
    order, mu, nearest, limits = order[told], mu[told], (np.cumsum(told) - 1)[nearest[told]], limits[:, told]
    start = _stretches(pool, order)
    one, two = _saving(pool, order, mu, start)
    gap = pool.gap(order[one], order[two])
    focal = pool.focal[order]
    row = np.where(focal[one], one, two)
    row, column = chosen_of(row, one + two - row, gap - mu[one] - mu[two], 0.0)
    one, two = _nearest_borders(start, np.minimum(row, column))
    single = np.ones(len(order), dtype=bool)
    single[one] = single[two] = False
    beside = _in_turn(_spots(pool, order, limits), nearest[single], mu[single] == 0)
    one, two = np.concatenate([one, np.flatnonzero(single)]), np.concatenate([two, beside])
    return Pairs(order[np.where(focal[one], one, two)], order[np.where(focal[one], two, one)])


def _nearest(pool: Pool, order: Array) -> tuple[Array, Array]:
    """The gap from each row in `order` to the nearest of the other arm on a line, infinite for none, and where that one stands."""
    focal, place = pool.focal[order], np.arange(len(order))
    mu, nearest = np.full(len(order), np.inf), place.copy()
    for step in (1, -1):  # the last of the other arm before, then the first behind: of equal gaps the one before is taken
        walk = place[::step]
        last = {arm: np.maximum.accumulate(np.where(focal[walk] == arm, place, -1)) for arm in (True, False)}
        seen = np.where(focal[walk], last[False], last[True])
        there = walk[seen >= 0]
        beside = walk[seen[seen >= 0]]
        fits = pool.allowed(order[there], order[beside])
        there, beside = there[fits], beside[fits]
        gap = pool.gap(order[there], order[beside])
        better = gap < mu[there]
        mu[there[better]], nearest[there[better]] = gap[better], beside[better]
    return mu, nearest


def _spots(pool: Pool, order: Array, limits: Array) -> Array:
    """The same number for rows in `order` of one arm with the same values, who may stand in for each other."""
    assert pool.line is not None
    keys = np.stack([pool.groups[order], pool.line[order], *limits, pool.focal[order]])
    return np.cumsum((np.diff(keys, axis=1, prepend=np.nan) != 0).any(axis=0)) - 1


def _in_turn(spot: Array, beside: Array, together: Array) -> Array:
    """Those at the same spot as `beside`, each in turn; whoever stands at that spot has a round of their own."""
    first, many = np.unique(spot, return_index=True, return_counts=True)[1:]
    key = 2 * spot[beside] + together
    order = np.argsort(key, kind="stable")
    place = np.arange(len(order))
    start = np.maximum.accumulate(np.where(np.diff(key[order], prepend=-1) != 0, place, 0))
    turn = np.empty(len(order), dtype=np.int64)
    turn[order] = place - start
    return first[spot[beside]] + turn % many[spot[beside]]


def _stretches(pool: Pool, order: Array) -> Array:
    """Where each stretch of one arm in one group starts, and the end."""
    focal, group = pool.focal[order], pool.groups[order]
    return np.append(np.flatnonzero((np.diff(focal, prepend=-1) != 0) | (np.diff(group, prepend=-1) != 0)), len(order))


def _nearest_borders(start: Array, one: Array) -> tuple[Array, Array]:
    """As many pairs over each border as `one`, the places before it, has: of those nearest to it, uncrossed.

    They save as much, or `one` would not save most, and read the same from either end of the line.
    """
    many = np.bincount(np.searchsorted(start, one, side="right") - 1, minlength=len(start) - 1)
    border = np.repeat(start[1:], many)
    step = np.arange(len(border)) - np.repeat(np.cumsum(many) - many, many)
    return border - np.repeat(many, many) + step, border + step


def _saving(pool: Pool, order: Array, mu: Array, start: Array) -> tuple[Array, Array]:
    """Every pair on a line that may be in the matching that saves most, as places in `order`; `start` are the stretches of one arm.

    Let a focal row u stand before an other v.  If an other o stands between them, mu(u) is o - u or less; if a focal row f does, mu(v) is
    v - f or less; if both do, the pair saves no more than o - f, which is something only where f stands before o.  So between u
    and v come focal rows first and others then: the pair crosses one border of two stretches, and the same holds with the arms changed about.
    Over the border of a and b rows at most min(a, b) pairs are made, and a row nearer to it may stand in for one farther off: whoever
    is allowed beside the farther is beside the nearer, and it saves as much.  So min(a, b) rows on either side are enough.
    """
    length, group = np.diff(start), pool.groups[order][start[:-1]]
    follows = np.flatnonzero(group[1:] == group[:-1])
    many = np.minimum(length[follows], length[follows + 1])
    if (many.astype(float) ** 2).sum() > MOST_EDGES:
        raise Refused(_too_many(pool.where, int(many.max())))
    border = np.repeat(start[follows + 1], many**2)
    wide = np.repeat(many, many**2)
    number = np.arange(len(border)) - np.repeat(np.cumsum(many**2) - many**2, many**2)
    one, two = border - 1 - number // wide, border + number % wide
    saves = pool.allowed(order[one], order[two])
    saves &= pool.gap(order[one], order[two]) < mu[one] + mu[two]
    return one[saves], two[saves]


def _in_group(pool: Pool, focal: Array, other: Array) -> Pairs:
    """The smallest cover of one group, whatever its gaps."""
    swap = len(focal) > len(other)
    rows, columns = (other, focal) if swap else (focal, other)
    mu, nearest = _least(pool, rows, columns)
    nu, closest = _least(pool, columns, rows)

    def costs(some: Array) -> Array:
        cost = gaps(pool, rows[some], columns) - mu[some][:, None] - np.where(np.isfinite(nu), nu, 0.0)
        cost[cost >= 0] = np.inf  # what saves nothing
        return cost

    able = np.flatnonzero(np.isfinite(mu))
    given = cheapest(lambda some: costs(able[some]), len(able), len(columns), np.zeros(len(able)), copies=1, where=pool.where)
    paired = given >= 0
    one, two = [able[paired]], [given[paired]]
    single = np.setdiff1d(able, one[0])
    free = np.setdiff1d(np.flatnonzero(np.isfinite(nu)), two[0])
    one += [single, closest[free]]
    two += [nearest[single], free]
    a, b = rows[np.concatenate(one)], columns[np.concatenate(two)]
    return Pairs(b, a) if swap else Pairs(a, b)


def _least(pool: Pool, rows: Array, columns: Array) -> tuple[Array, Array]:
    """The smallest gap of each row to a column, and that column; of several, each row takes the next."""
    mu, nearest = np.empty(len(rows)), np.empty(len(rows), dtype=np.int64)
    for part in blocks(len(rows), len(columns)):
        apart = gaps(pool, rows[part], columns)
        mu[part] = apart.min(axis=1)
        nearest[part] = apart.argmin(axis=1)
        ties = apart == mu[part][:, None]
        many = ties.sum(axis=1)
        for at in np.flatnonzero(many > 1).tolist():
            nearest[part.start + at] = np.flatnonzero(ties[at])[(part.start + at) % many[at]]
    return mu, nearest


def _too_many(where: str, longest: int) -> Problem:
    found = f"the smallest sum of gaps asks for more pairs than memory holds: up to {longest:,} people of either arm stand in a row on the score."
    return Problem(f"{where}: compare", found, remedy="Name columns that must agree ('exact') or a caliper, or take the nearest instead.")
