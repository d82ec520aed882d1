"""Errors of a Cox regression that hold where rows hang together or the model does not, with corrections for few clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from ...phrases import counted
from ...terms import Problem, Refused
from . import by_cluster
from .cox_kernels import product
from .cox_sets import sums

if TYPE_CHECKING:
    from ...terms import Array
    from .cox import Cox

Correction = Literal["none", "CR1", "CR3"]

STEP = 1e-4  # of a slope of a standardised covariate: the score is differentiated over it
CARRIES = 0.98  # of the information on some combination of slopes: with more of it in one cluster no jackknife leaves that out


def sandwich(cox: Cox, cluster: Array | None, correction: Correction) -> Array:
    """(p, p) the sandwich variance of Lin & Wei 1989 from exact score residuals, summed by `cluster` (n,) or each row alone.

    "CR1" is as in `by_cluster`.  "CR3" takes each cluster out by one step of Newton's method from the slopes of
    all, with what the cluster adds to the information taken out too: nearly a jackknife by cluster, the correction of Mancl &
    DeRouen 2001 that Wang, Turner & Li 2023 carried over to this regression.  It costs 2p passes over the rows.  Refuses a single
    cluster, and for "CR3" one that carries all that is known of some slope.
    """
    score = by_cluster.sums(cox.score_residuals, cluster)
    if correction != "CR3":
        return by_cluster.squared(product(score, cox.naive), correction)
    label = np.arange(len(cox.times)) if cluster is None else np.unique(cluster, return_inverse=True)[1]
    return _jackknife(cox, label, len(score))


def _jackknife(cox: Cox, label: Array, G: int) -> Array:
    from .cox import score_parts

    sets, p = cox.sets, len(cox.coef)
    own = label[sets.rows]
    score = by_cluster.totals(score_parts(sets, cox.sums), own, G)
    known = np.empty((G, p, p))  # what each cluster adds to the information, as the derivative of its exact score
    for j in range(p):
        nudge = np.zeros(p)
        nudge[j] = STEP
        up, down = (by_cluster.totals(score_parts(sets, sums(sets, cox.sums.b + sign * nudge)), own, G) for sign in (1, -1))
        known[:, :, j] = (down - up) / (2 * STEP)
    root = np.linalg.cholesky(np.linalg.inv(cox.sums.information))
    share = root.T @ ((known + known.transpose(0, 2, 1)) / 2) @ root
    carried = np.linalg.eigvalsh(share)[:, -1] > CARRIES if p else np.zeros(G, dtype=bool)
    if carried.any():
        found = f"{counted(int(carried.sum()), 'cluster')} of {G:,} carries nearly all that is known of some slope."
        raise Refused(Problem("the regression", found, "A jackknife leaves each cluster out.", "Leave out the covariate that varies there alone."))
    out = np.linalg.solve(cox.sums.information - known, score[:, :, None])[:, :, 0]
    return np.asarray(by_cluster.squared(out) / np.outer(sets.scale, sets.scale))
