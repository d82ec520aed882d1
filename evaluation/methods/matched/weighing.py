"""What each person chosen weighs, so that both arms stand for the people whom the effect is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...terms import EstimandName
from .pool import Chosen, Pairs, Pool

if TYPE_CHECKING:
    from ...terms import Array


def of_pairs(pool: Pool, pairs: Pairs) -> Chosen:
    """Each focal person weighs 1, and those beside them 1 together; a set is a focal person with those beside them.

    Where somebody stands beside several there are no `sets`, since a row would be in more than one.
    """
    weights = np.zeros(len(pool))
    beside = np.bincount(pairs.focal, minlength=len(pool))
    focal = np.flatnonzero(beside)
    weights[focal] = 1.0
    weights += np.bincount(pairs.other, weights=1 / beside[pairs.focal], minlength=len(pool))
    if len(np.unique(pairs.other)) < len(pairs.other):
        return Chosen(weights, pairs=pairs)
    sets = np.full(len(pool), -1, dtype=np.int64)
    sets[focal] = focal
    sets[pairs.other] = pairs.focal
    return Chosen(weights, sets, pairs)


def of_sets(pool: Pool, sets: Array, estimand: EstimandName) -> Chosen:
    """In each set the arms weigh as much as those of it whom the effect is about; a set without both arms is left out.

    `sets` (m,) int, -1 for whoever is in none.  With n_1 served and n_0 compared in a set, the served weigh 1 and the compared
    n_1 / n_0 for the effect on the served, the other way round for that on the compared, and (n_1 + n_0) / n_1 and
    (n_1 + n_0) / n_0 for that on everybody.
    """
    kept = sets >= 0
    label = np.unique(sets[kept], return_inverse=True)[1]
    arm = pool.served[kept]
    n_1, n_0 = np.bincount(label, weights=arm), np.bincount(label, weights=~arm)
    both = (n_1 > 0) & (n_0 > 0)
    whom = {"effect_on_the_served": n_1, "effect_on_the_compared": n_0, "average_effect": n_1 + n_0}[estimand]
    with np.errstate(divide="ignore", invalid="ignore"):
        weighs = np.where(both, whom / np.stack([n_0, n_1]), 0.0)
    weights, chosen = np.zeros(len(pool)), np.full(len(pool), -1, dtype=np.int64)
    weights[kept] = weighs[arm.astype(int), label]
    chosen[kept] = np.where(both[label], label, -1)
    return Chosen(weights, chosen)
