"""Two by two: each unit's mean after less its mean before, of those that adopt on one date less of those that never do.

With covariates the long difference is regressed on adoption and on them: units alike in what came before are compared.  On a panel
without gaps and without covariates this is two-way fixed effects; with one date no comparison in it is a bad one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...phrases import counted
from ...terms import Problem, Refused
from .fitted import CellWeights, Fitted, coded, summed
from .fixed_effects import factor
from .wide import WHERE, Wide, wide

if TYPE_CHECKING:
    from ...terms import Array


def fit(
    value: Array,
    adopted: Array,
    *,
    weight: Array | None = None,
    covariates: Array | None = None,
    cluster: Array | None = None,
    left: Array | None = None,
    anticipation: int = 0,
    until: int | None = None,
) -> Fitted:
    """The effect in the units of `value` (n, T): after are the periods from adoption on (to event time `until`), before those before it.

    `weight` (n,); `covariates` (n,) or (n, p) as they stood before.  Units not watched in each of those periods are set aside, so
    that everybody's means are over the same ones; so are units under the programme from the first period on; both counted.  CR1
    with G / (G - 1) (n - 1) / (n - k), k the coefficients of the regression and n units, t on G - 1; where each unit is a cluster
    that is HC1.  linearmodels and fixest on two periods count 2n rows and the period effects: (2n - 1) / (2n - 3) without
    covariates, so their standard errors are a hair smaller.  Refuses several dates of adoption, and fewer than two units on either
    side.
    """
    value = np.asarray(value, dtype=float)
    if weight is not None and np.ndim(weight) == 2:
        raise Refused(Problem(WHERE, "weights change over time.", "A long difference has one weight for each unit.", "Ask for two_way."))
    panel = wide(value, adopted, weight=weight, cluster=cluster, left=left, anticipation=anticipation, keep_single=True)
    always = panel.adopted <= anticipation
    date = _date(panel, always)
    change, counts = _change(panel, date, anticipation, until)
    kept = counts & ~always
    told = dict(panel.left_out)
    for many, called in (
        (int(always.sum()), "units under the programme before any period to compare with"),
        (int((~counts & ~always).sum()), "units not watched in every period"),
    ):
        if many:
            told[called] = many
    served = (panel.adopted == date) & kept
    X = _design(served, kept, covariates)
    sides = int(served.sum()), int((kept & ~served).sum())
    if min(sides) < 2:
        found = f"{counted(sides[0], 'unit')} that adopted and {counted(sides[1], 'unit')} that never did were watched throughout."
        raise Refused(Problem(WHERE, found, "Each side has two or more.", "Study more units, or ask for two_way, which takes gaps."))
    w = panel.w.max(axis=1)[kept]
    coef, influence = _least_squares(X, change[kept], w)
    whole = np.zeros(len(value))
    whole[kept] = influence
    sums = summed(influence[:, None], coded(panel.cluster[kept]))
    if len(sums) < 2:
        raise Refused(Problem(WHERE, "units watched throughout are a single cluster.", "How uncertain an effect is takes two at the least."))
    error = (float((sums**2).sum()) * factor(len(sums), len(w), X.shape[1])) ** 0.5
    cells = CellWeights(np.array([date]), np.array([date]), np.ones(1), np.array([sides[0]]))
    return Fitted(coef, error, float(len(sums) - 1), whole, len(w), len(sums), cells, told)


def _date(panel: Wide, always: Array) -> int:
    """The one period in which units adopt."""
    T = panel.value.shape[1]
    dates = np.unique(panel.adopted[~always & (panel.adopted < T)])
    if not len(dates):
        found = "no unit adopted after the first period."
        raise Refused(Problem(WHERE, found, "Two by two is of one date with a period before.", "Study earlier periods as well."))
    if len(dates) > 1:
        raise Refused(Problem(WHERE, f"units adopted in {len(dates)} periods.", "Two by two is of one date.", "Ask for group_time."))
    return int(dates[0])


def _change(panel: Wide, date: int, anticipation: int, until: int | None) -> tuple[Array, Array]:
    """(n,) the mean after less the mean before, and (n,) bool: watched in every period of both that anybody was."""
    T = panel.value.shape[1]
    some = (panel.w > 0).any(axis=0)
    period = np.arange(T)
    before = some & (period < date - anticipation)
    after = some & (period >= date) & (period <= (T if until is None else date + until))
    if not before.any() or not after.any():
        found = f"nobody was watched {'before' if not before.any() else 'after'} adoption."
        raise Refused(Problem(WHERE, found, "Units are watched before and after.", "Study longer."))
    change = panel.value[:, after].mean(axis=1) - panel.value[:, before].mean(axis=1)
    return change, np.asarray((panel.w[:, before | after] > 0).all(axis=1))


def _design(served: Array, kept: Array, covariates: Array | None) -> Array:
    """(m, k) an intercept, adoption and the covariates of the units kept; refuses what is missing, or made up of the others."""
    beside = np.empty((len(kept), 0)) if covariates is None else np.asarray(covariates, dtype=float)
    beside = beside[:, None] if beside.ndim == 1 else beside
    if beside.ndim != 2 or len(beside) != len(kept):
        raise Refused(Problem(WHERE, f"covariates come as {beside.shape} for {len(kept):,} units.", "They are one row for each unit."))
    missing = int((~np.isfinite(beside[kept]).all(axis=1)).sum())
    if missing:
        found = f"covariates are missing for {missing:,} of {int(kept.sum()):,} units."
        raise Refused(Problem(WHERE, found, "Each is known.", "Leave the covariate out, or the units without it."))
    X = np.column_stack([np.ones(int(kept.sum())), served[kept], beside[kept]])
    scaled = X / np.where((X**2).sum(axis=0) > 0, np.sqrt((X**2).sum(axis=0)), 1.0)
    if beside.shape[1] and np.linalg.matrix_rank(scaled, tol=1e-9) < X.shape[1]:
        raise Refused(Problem(WHERE, "covariates are made up of each other, or of who adopts.", "None is.", "Leave some of them out."))
    return X


def _least_squares(X: Array, y: Array, w: Array) -> tuple[float, Array]:
    """The coefficient of the second column of X (m, k), weighted by w (m,), and what each row adds to its error."""
    bread = np.linalg.inv(np.einsum("n,nj,nk->jk", w, X, X))
    coef = bread @ np.einsum("nk,n->k", X, w * y)
    return float(coef[1]), np.einsum("nk,k->n", X, bread[:, 1]) * w * (y - np.einsum("nk,k->n", X, coef))
