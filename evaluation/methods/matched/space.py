"""Nearest neighbours by a distance in several dimensions: Mahalanobis and its kin, within calipers, and unlike where asked.

Greedy: each focal person in turn is given the nearest who is still free.  MatchIt's `mahvars`, a distance within a caliper of
the score, is a pool with a `space` and a `Limit` on the score.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...terms import Matching
from .boxes import DEEP, LEAF, Boxes, Rules, Search, Seekers, give_by_gap, give_in_order, grown
from .orders import counted, in_order
from .pool import Pairs, Pool

if TYPE_CHECKING:
    from ...terms import Array

WITHOUT_END = np.iinfo(np.int64).max  # how often somebody may be compared where there is no limit


def pairs_in_space(pool: Pool, plan: Matching) -> Pairs:
    """The nearest `plan.ratio` of everybody in focus, by the Euclidean distance of the rows of `pool.space`.

    In rounds: everybody is given a first match before anybody a second, and who finds none in a round is done.  `order` says
    who chooses first: by the linear score, where the pool has one, or by the gap (as R's MatchIt 4.7.2 does, "closest" and
    "farthest"); otherwise the pool's own order, which is drawn.  Of equal gaps the earlier row of the pool is taken.  Groups,
    calipers (inclusive), columns in which people differ and the limit on reuse hold in every pair.  Memory is in proportion to
    the rows: there is no table of everybody by everybody.
    """
    assert pool.space is not None, "a way that asks who is near in several dimensions has them"
    value = np.column_stack([pool.space, *(limit.values for limit in pool.calipers), *pool.unlike]).astype(float)
    focal, others = np.flatnonzero(pool.focal), np.flatnonzero(~pool.focal)
    seekers = Seekers(value[focal], pool.groups[focal].astype(np.int64), pool.person[focal].astype(np.int64))
    rules = _rules(pool, plan, others)
    given = np.full((len(focal), plan.ratio), -1)
    search = Search(_boxes(pool, value[others], others), seekers, rules, given, np.empty(LEAF), np.empty(DEEP, np.int64), np.empty(DEEP))
    if plan.order in ("closest", "farthest"):
        give_by_gap(search, 1.0 if plan.order == "closest" else -1.0)
    else:
        give_in_order(search, in_order(np.zeros(len(focal)) if pool.linear is None else pool.linear[focal], plan.order))
    seeker, turn = np.nonzero(given >= 0)
    return Pairs(focal[seeker], others[given[seeker, turn]])


def _boxes(pool: Pool, value: Array, others: Array) -> Boxes:
    """The candidates of each group in boxes, which are divided where the distance or a caliper varies most."""
    assert pool.space is not None
    q, c = pool.space.shape[1], len(pool.calipers)
    within = np.array([limit.within for limit in pool.calipers])
    weight = np.concatenate([np.ones(q), 1 / np.maximum(within, np.finfo(float).tiny ** 0.25), np.zeros(value.shape[1] - q - c)])
    groups = pool.groups[others]
    order = np.argsort(groups, kind="stable")
    first = np.searchsorted(groups[order], np.arange(int(pool.groups.max(initial=-1)) + 2))
    return grown(value, order, first, weight)


def _rules(pool: Pool, plan: Matching, others: Array) -> Rules:
    """By which rules candidates are given away."""
    assert pool.space is not None
    person = pool.person[others].astype(np.int64)
    together = counted(person, plan.reuse)
    times = plan.reuse or (1 if plan.reuse is None else WITHOUT_END)
    within = np.array([limit.within for limit in pool.calipers], dtype=float)
    return Rules(pool.space.shape[1], within, person, together[0], np.full(len(together[1]) - 1, times), *together[1:])
