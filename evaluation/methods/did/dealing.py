"""Effects by group and time without their errors, for many dealings of the same dates: clusters by periods, without gaps or covariates.

It is the direct computation of what `group_time` and `aggregates` tell together with errors, and a test holds them equal.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from ...terms import NEVER

if TYPE_CHECKING:
    from ...terms import Array, Question


def effects_of(outcomes: Array, weight: Array, within: int, question: Question, *, from_all: bool = False) -> Callable[[Array], Array]:
    """A function of dates (n,) int that tells the question's effect on each of several outcomes (n, T, k): (k,), NaN where there is none.

    Weights (n,) of units; `within` periods from adoption on are counted.  Told from the last period before adoption or, by `from_all`,
    from the mean of all of them.
    """
    weighed = outcomes * weight[:, None, None]

    def of(adopted: Array) -> Array:
        groups, code = np.unique(adopted, return_inverse=True)
        size = np.bincount(code, weights=weight)
        total = np.zeros((len(groups), *outcomes.shape[1:]))
        np.add.at(total, code, weighed)
        return _averaged(groups, size, total, within, question, from_all=from_all)

    return of


def _averaged(groups: Array, size: Array, total: Array, within: int, question: Question, *, from_all: bool) -> Array:
    """The cells from adoption on, as the question aggregates them; `total` (g, T, k) sums of what the groups show."""
    ahead, last = question.anticipation, int(groups.max())
    cells: list[tuple[int, int, float, Array]] = []
    for place, group in enumerate(groups.tolist()):
        base = group - 1 - ahead
        if group >= total.shape[1] or base < 0 or (last != NEVER and group == last):
            continue
        before = total[:, : base + 1].mean(axis=1) if from_all else total[:, base]
        for period in range(group, min(group + within, total.shape[1])):
            never = groups == last
            pool = never if question.compared == "never_treated" else groups > period + ahead
            if (last != NEVER and period + ahead >= last) or not pool.any():
                continue
            own = (total[place, period] - before[place]) / size[place]
            others = (total[pool, period] - before[pool]).sum(axis=0) / size[pool].sum()
            cells.append((group, period, float(size[place]), own - others))
    if not cells:
        return np.full(total.shape[2], np.nan)
    group_, period_, w = (np.array(part) for part in list(zip(*cells, strict=True))[:3])
    effect = np.array([cell[3] for cell in cells])
    if question.aggregate == "simple":
        return np.asarray(w @ effect / w.sum())
    key = {"dynamic": period_ - group_, "calendar": period_, "group": group_}[question.aggregate]
    at = np.unique(key)
    each = np.array([w[key == one] @ effect[key == one] / w[key == one].sum() for one in at])
    if question.aggregate != "group":
        return np.asarray(each.mean(axis=0))
    sizes = np.array([w[key == one][0] for one in at])
    return np.asarray(sizes @ each / sizes.sum())
