"""The proof made anew after every match: nothing too loose, and nobody left out whom the rules allowed a match."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...terms import Matching
from .pool import Chosen, Pairs, Pool

if TYPE_CHECKING:
    from ...terms import Array


def broken(pool: Pool, chosen: Chosen, plan: Matching) -> str:
    """What rule a choice breaks, in words; empty where it keeps them all."""
    caliper = next((limit.within for limit in pool.calipers if limit.name == "score"), float("inf"))
    assert pool.line is not None and chosen.pairs is not None
    return broken_pairs(chosen.pairs, pool.line, pool.focal, pool.groups, pool.person, ratio=plan.ratio, caliper=caliper)


def broken_pairs(pairs: Pairs, distance: Array, served: Array, groups: Array, person: Array, *, ratio: int, caliper: float) -> str:
    """What rule a match breaks, in words; empty where it keeps them all.

    `groups` (n,) int are the risk sets or strata within which people may be matched.  The rules: somebody served with somebody
    compared, of one group, two different people, within the caliper, each row compared once and each served row `ratio` times at
    most; and whoever was given fewer has no free candidate left within the caliper.
    """
    s, c = pairs.focal, pairs.other
    times = np.bincount(s, minlength=len(served))
    rules = {
        "a pair is not of one person served and one compared": served[s].all() and not served[c].any(),
        "a pair does not agree on its set or its exact columns": (groups[s] == groups[c]).all(),
        "somebody is matched with themself": (person[s] != person[c]).all(),
        "a pair lies outside the caliper": (np.abs(distance[s] - distance[c]) <= caliper).all(),
        "somebody compared is matched twice": len(np.unique(c)) == len(c),
        "somebody served is matched too often": (times <= ratio).all(),
    }
    free = ~served
    free[c] = False
    wanting = np.flatnonzero(served & (times < ratio))
    rules["somebody was left without a match that was free"] = not _could_have(wanting, np.flatnonzero(free), distance, groups, person, caliper).any()
    return next((rule for rule, kept in rules.items() if not kept), "")


def _could_have(wanting: Array, free: Array, distance: Array, groups: Array, person: Array, caliper: float) -> Array:
    """Whether each of the rows `wanting` has a free row within the caliper; by its two neighbours in the order of distances."""
    rows = np.concatenate([wanting, free])
    order = np.lexsort((distance[rows], groups[rows]))
    rows, is_free = rows[order], (np.arange(len(rows)) >= len(wanting))[order]
    place = np.arange(len(rows))
    below = np.maximum.accumulate(np.where(is_free, place, -1))
    above = np.minimum.accumulate(np.where(is_free, place, len(rows))[::-1])[::-1]
    found = np.zeros(len(rows), dtype=bool)
    own = np.zeros(len(rows), dtype=bool)
    for neighbour in (below, above):
        there = ~is_free & (neighbour >= 0) & (neighbour < len(rows))
        one, other = rows[there], rows[neighbour[there]]
        near = (groups[one] == groups[other]) & (np.abs(distance[one] - distance[other]) <= caliper)
        found[there] |= near & (person[one] != person[other])
        own[there] |= near & (person[one] == person[other])
    for at in np.flatnonzero(own & ~found):  # the neighbour is the person's own other row: look behind it
        row = rows[at]
        near = (groups[free] == groups[row]) & (np.abs(distance[free] - distance[row]) <= caliper)
        found[at] = (near & (person[free] != person[row])).any()
    return found[~is_free]
