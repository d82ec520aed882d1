"""Optimal pair matching: as many people as can be are given somebody, and the sum of all gaps is the smallest there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...terms import EstimandName, Matching, Problem, Refused
from .aligned import stretches, walk
from .assignment import cheapest
from .edges import Line, gaps, in_line, lone, sides
from .pool import Chosen, Pairs, Pool
from .weighing import of_pairs

if TYPE_CHECKING:
    from ...terms import Array

MOST_STEPS = 20_000_000_000  # of a walk along a line: about a minute


def choose(pool: Pool, plan: Matching, estimand: EstimandName) -> Chosen:
    """Everybody in focus with at most `ratio` others, each other once (Rosenbaum 1989).

    As many pairs as the groups, calipers and columns to differ in allow, and as many focal people in them, which some choice does
    at once (the sets of places that can be filled are a matroid); of all such choices one with the smallest sum of gaps.
    Whoever could be given nobody is left out.  Where choices tie, the order of the pool decides.

    A group with one focal row takes its nearest.  On a line (`edges.in_line`) the best pairs are found by a walk along it: a second for
    20,000 by 200,000 rows where others abound, longer the farther people must go for a free one (`aligned.stretches`).
    Elsewhere each group is an assignment problem (`assignment.cheapest`), whose gaps are worked out in blocks: the time grows with focal
    rows times others in a group.  Refused where that, or the walk, is beyond memory or patience.
    """
    pairs, alone = lone(pool)
    found = [_nearest(pool, pairs, plan.ratio)]
    line = in_line(pool)
    if line is None:
        left = ~alone
    else:
        walked = _walked(pool, line, ~alone, plan.ratio)
        left = _with_own_rows(pool, walked)
        keep = ~left[pool.groups[walked.focal]]
        found.append(Pairs(walked.focal[keep], walked.other[keep]))
    found += [_assigned(pool, focal, other, plan.ratio) for focal, other in sides(pool, left)]
    focal, other = (np.concatenate([getattr(part, word) for part in found]) for word in ("focal", "other"))
    order = np.lexsort((other, focal))
    return of_pairs(pool, Pairs(focal[order], other[order]))


def _nearest(pool: Pool, pairs: Pairs, ratio: int) -> Pairs:
    """Of each focal row's pairs those with the smallest gaps."""
    order = np.lexsort((pairs.other, pool.gap(pairs.focal, pairs.other), pairs.focal))
    focal, other = pairs.focal[order], pairs.other[order]
    place = np.arange(len(focal))
    first = np.maximum.accumulate(np.where(np.diff(focal, prepend=-1) != 0, place, 0))
    return Pairs(focal[place - first < ratio], other[place - first < ratio])


def _walked(pool: Pool, line: Line, groups: Array, ratio: int) -> Pairs:
    """The best pairs of some groups (G,) bool on a line, people's own other rows not ruled out."""
    assert pool.line is not None
    there = groups[pool.groups[line.order]]
    focal, other = (np.flatnonzero(there & (pool.focal[line.order] == which)) for which in (True, False))
    focal = np.repeat(focal, ratio)
    skip = np.where(np.arange(len(focal)) % ratio == 0, 2, 1)
    value, group = pool.line[line.order], pool.groups[line.order]
    both = np.intersect1d(group[focal], group[other])
    bounds = [(np.searchsorted(group[part], both, "left"), np.searchsorted(group[part], both, "right")) for part in (focal, other)]
    parts = [(slice(a, b), slice(c, d)) for a, b, c, d in zip(*bounds[0], *bounds[1], strict=True)]
    steps, ways = 0, []
    for mine, theirs in parts:
        f, o = focal[mine], other[theirs]
        low, high = stretches(f, o, line.limits[:, f], line.limits[:, o], line.within)
        steps += int((high - low).sum())
        if steps > MOST_STEPS:
            raise Refused(_too_long(pool, len(focal) // ratio, len(other)))
        ways.append((low, high))
    given = np.full(len(focal), -1, dtype=np.int64)
    for (mine, theirs), (low, high) in zip(parts, ways, strict=True):
        found = walk(value[focal[mine]], value[other[theirs]], low, high, skip[mine])
        given[mine] = np.where(found >= 0, found + theirs.start, -1)
    filled = given >= 0
    return Pairs(line.order[focal[filled]], line.order[other[given[filled]]])


def _with_own_rows(pool: Pool, pairs: Pairs) -> Array:
    """(G,) bool: the groups in which somebody was set beside their own other row; in any other the best pairs are the best allowed."""
    own = pool.person[pairs.focal] == pool.person[pairs.other]
    return np.bincount(pool.groups[pairs.focal[own]], minlength=int(pool.groups.max(initial=-1)) + 1) > 0


def _assigned(pool: Pool, focal: Array, other: Array, ratio: int) -> Pairs:
    """The best pairs of one group, each focal row with `ratio` places to fill; an empty place costs more than all gaps together."""
    rows = np.concatenate([focal, other])
    places = pool.space if pool.line is None else pool.line[:, None]
    assert places is not None, "a way that asks who is near has a distance"
    widest = float(np.sqrt((np.ptp(places[rows], axis=0) ** 2).sum()))
    price = 2 * (widest or 1.0) * (min(len(focal) * ratio, len(other)) + 1)
    slack = np.where(np.arange(len(focal) * ratio) % ratio == 0, 2 * price, price)
    given = cheapest(lambda rows: gaps(pool, focal[rows], other), len(focal), len(other), slack, copies=ratio, where=pool.where)
    filled = given >= 0
    return Pairs(np.repeat(focal, ratio)[filled], other[given[filled]])


def _too_long(pool: Pool, focal: int, other: int) -> Problem:
    found = f"the smallest sum of gaps among {focal:,} people and {other:,} others, with as wide a caliper, takes too long to find."
    return Problem(f"{pool.where}: compare", found, remedy="Narrow the caliper, name columns that must agree ('exact'), or take the nearest instead.")
