"""Least squares with an effect for each unit and each period, by what is left of every column once the two are taken out.

Frisch & Waugh 1933; Wooldridge 2021 for panels.  Nothing is iterated: unit effects are means, and period effects solve one
system of T equations, so that gaps and uneven weights cost nothing but that system.  Sums over units are einsum's, which adds up in
one order whatever the number of threads, as a product of matrices does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
from threadpoolctl import ThreadpoolController

from ...diagnostics.sums import independent
from ..inference import Contrast
from .fitted import CellWeights, gathered, summed

if TYPE_CHECKING:
    from ...terms import Array
    from .wide import Wide

Errors = Literal["cluster", "hetero", "iid", "two_way"]
ABSORBED = 1e-10  # of a column's sum of squares: with less left, the effects of units and periods make it up
LIBRARY_CELLS = 500_000  # up to so many numbers in a regression linearmodels solves it; above, the same in numpy, tested equal


@cache
def _pools() -> ThreadpoolController:
    """The pools of threads of this process, looked for once: looking costs more than a small regression."""
    return ThreadpoolController()


@dataclass(frozen=True, slots=True, eq=False)
class Effects:
    """The effects of units and periods, to be taken out of columns; `w` (n, T) weights, 0 where a cell does not count."""

    w: Array
    even: bool  # no cell weighs 0, and each unit weighs the same in all periods
    of_unit: Array  # (n,) the weight of each unit
    inverse: Array | None  # (T, T) of the system of the period effects; None where even
    rank: int  # how many period effects are told beside those of units

    def taken_out(self, x: Array) -> Array:
        """What is left of x (n, T) or (n, T, k)."""
        if x.ndim == 3:
            return np.stack([self.taken_out(x[:, :, j]) for j in range(x.shape[2])], axis=2) if x.shape[2] else x
        if self.even:
            left = x - x.mean(axis=1, keepdims=True)
            return np.asarray(left - np.einsum("n,nt->t", self.w[:, 0], left) / self.of_unit.sum() * x.shape[1])
        beside = np.where(self.of_unit > 0, self.of_unit, 1.0)
        left = x - ((self.w * x).sum(axis=1) / beside)[:, None]
        if self.inverse is None:
            raise AssertionError("uneven weights have a system of their own")
        period = self.inverse @ (self.w * left).sum(axis=0)
        return np.asarray(left - period + (np.einsum("nt,t->n", self.w, period) / beside)[:, None])


def effects(w: Array, *, even: bool) -> Effects:
    """The effects of n units and T periods under weights w (n, T); `even` where `Wide.balanced`."""
    of_unit = w.sum(axis=1)
    if even:
        return Effects(w, True, of_unit, None, w.shape[1] - 1)
    share = w / np.where(of_unit > 0, of_unit, 1.0)[:, None]
    system = np.diag(w.sum(axis=0)) - np.einsum("nt,ns->ts", w, share)
    inverse, free = pseudo_inverse(system)
    return Effects(w, False, of_unit, inverse, len(system) - free.shape[1])


def pseudo_inverse(system: Array) -> tuple[Array, Array]:
    """The inverse (q, q) of a symmetric system that nothing pulls below 0, where it has one, and what it leaves free (q, r)."""
    scale = np.sqrt(np.where(np.diag(system) > 0, np.diag(system), 1.0))
    with _pools().limit(limits=1, user_api="blas"):
        root, basis = np.linalg.eigh(system / np.outer(scale, scale))
        some = root > ABSORBED * len(root)
        inverse = (basis[:, some] / root[some]) @ basis[:, some].T
    return inverse / np.outer(scale, scale), basis[:, ~some] / scale[:, None]


@dataclass(frozen=True, eq=False)
class Regression:
    """A regression on columns beside the effects of units and periods; p columns were kept of those given."""

    kept: tuple[int, ...]  # which: the others are made up of effects and columns before them
    coef: Array  # (p,)
    bread: Array  # (p, p): the inverse of X'WX of what is left of the columns
    left: Array  # (g, T, p): what is left of the columns, for each group of units that share them
    group: Array  # (n,) int: 0..g-1
    residual: Array  # (n, T)
    wide: Wide
    units: int  # with a cell that counts
    periods: int
    told: int  # effects of units and periods together: linearly independent ones

    def part(self, j: int) -> Array:
        """(n, T): what each cell adds to the error of coefficient j (a place among those kept)."""
        pull = (self.left @ self.bread[:, j])[self.group]
        return np.asarray(self.wide.w * pull * self.residual)

    @cached_property
    def influence(self) -> Array:
        """(n, p): what each unit adds to the error of each coefficient."""
        pulled = self.wide.w * self.residual
        if len(self.left) == len(self.group):
            score = np.einsum("nt,ntk->nk", pulled, self.left)
        else:
            score = np.empty((len(self.group), self.left.shape[2]))
            for g, there in _groups(self.group, len(self.left)):
                score[there] = np.einsum("nt,tk->nk", pulled[there], self.left[g])
        return np.einsum("nj,jk->nk", score, self.bread)

    def cell_weights(self, many: int = 1, *, before: bool = False) -> tuple[CellWeights, ...]:
        """What each group and period of adopters weighs in each of the first `many` coefficients: the sum of what is left of its column.

        `before`: in periods before adoption as well, as Sun & Abraham 2021 have them for an event study.
        """
        panel, pull = self.wide, self.left @ self.bread[:, :many]
        totals = []
        for g in panel.cohorts:
            there = np.flatnonzero(panel.adopted == g)
            w, own = panel.w[there], self.group[there]
            total = w.sum(axis=0)[:, None] * pull[own[0]] if (own == own[0]).all() else np.einsum("nt,ntk->tk", w, pull[own])
            totals.append((int(g), total, (w > 0).sum(axis=0)))
        return tuple(gathered(((g, total[:, j], count) for g, total, count in totals), before=before) for j in range(many))

    def contrast(self, j: int, by: Errors = "cluster") -> Contrast:
        """Coefficient j with its standard error and degrees of freedom, by R fixest's conventions (did.md 3.1).

        cluster: CR1 with G / (G - 1) (N - 1) / (N - K), in which K counts columns and period effects, but not the unit effects,
        which are nested in the clusters; t on G - 1.  linearmodels counts them all by default, and takes t on N - K.
        two_way: by cluster and by period (Cameron, Gelbach & Miller 2011), with the factor of the smaller number of clusters for
        all three parts and K the columns and one; t on that number less one.  Where V is not above 0 the larger part stands.
        hetero: HC1, N / (N - K) with every effect counted; iid: the residual variance over N - K; both with t on N - K.
        """
        N, everything = self.wide.rows, self.told + len(self.kept)
        value = float(self.coef[j])
        if by == "cluster":
            return self._clustered(value, self.influence[:, j])
        if by == "iid":
            spread = float((self.wide.w * self.residual**2).sum()) * float(self.bread[j, j])
            return Contrast(value, (spread / (N - everything)) ** 0.5, float(N - everything))
        part = self.part(j)
        if by == "hetero":
            return Contrast(value, (float((part**2).sum()) * N / (N - everything)) ** 0.5, float(N - everything))
        own = summed(part.sum(axis=1)[:, None], self.wide.cluster)
        return self._two_way(value, part, own)

    def _clustered(self, value: float, influence: Array) -> Contrast:
        G, K = self.wide.clusters, self.periods + len(self.kept)
        squares = float((summed(influence[:, None], self.wide.cluster) ** 2).sum())
        return Contrast(value, (squares * factor(G, self.wide.rows, K)) ** 0.5, float(G - 1))

    def _two_way(self, value: float, part: Array, own: Array) -> Contrast:
        fewest, K = min(self.wide.clusters, self.periods), 1 + len(self.kept)
        both = summed(part, self.wide.cluster)
        parts = [float((sums**2).sum()) for sums in (own, part.sum(axis=0), both)]
        variance = parts[0] + parts[1] - parts[2]
        variance = variance if variance > 0 else max(parts[:2])
        return Contrast(value, (variance * factor(fewest, self.wide.rows, K)) ** 0.5, float(fewest - 1))


def factor(clusters: int, rows: int, parameters: int) -> float:
    """G / (G - 1) (N - 1) / (N - K): by what CR1 is larger than the sum of squared sums."""
    return clusters / (clusters - 1) * (rows - 1) / max(rows - parameters, 1)


def regress(panel: Wide, columns: Array, group: Array | None = None, *, by_library: bool | None = None) -> Regression:
    """The regression of a panel's values on columns (g, T, p) beside the effects of units and periods.

    `group` (n,) int says which of the g rows of columns a unit has; None: its own.  Columns that effects and columns before them
    make up are left out.  linearmodels' PanelOLS solves it up to LIBRARY_CELLS numbers, the same normal equations in numpy above.
    """
    own = np.arange(len(panel.value)) if group is None else group
    if group is not None and (not panel.balanced or len(columns) == len(own)):
        columns, own = columns[own], np.arange(len(own))
    w = panel.w
    if len(columns) != len(own):
        w = np.broadcast_to(np.bincount(own, weights=panel.w[:, 0], minlength=len(columns))[:, None], columns.shape[:2])
    left = effects(w, even=panel.balanced).taken_out(columns)
    kept, gram = _kept(columns, left, w)
    left = np.ascontiguousarray(left[:, :, kept])
    with _pools().limit(limits=1, user_api="blas"):
        bread = np.linalg.inv(gram)
    if by_library is None:
        by_library = panel.value.size * max(len(kept), 1) <= LIBRARY_CELLS
    if by_library and kept:
        from .linearmodels_adapter import panel_ols

        coef, residual = panel_ols(panel, columns[own][:, :, kept] if len(columns) != len(own) else columns[:, :, kept])
    else:
        coef, residual = _solved(panel, columns[:, :, kept], left, own, bread)
    absorbed = effects(panel.w, even=panel.balanced)
    units = len(panel.w) if panel.balanced else int((panel.w.max(axis=1) > 0).sum())
    periods = panel.w.shape[1] if panel.balanced else int((panel.w.max(axis=0) > 0).sum())
    return Regression(tuple(kept), coef, bread, left, own, residual, panel, units, periods, units + absorbed.rank)


def _solved(panel: Wide, columns: Array, left: Array, group: Array, bread: Array) -> tuple[Array, Array]:
    """Coefficients (p,) and residuals (n, T), by the normal equations."""
    if len(left) == len(group):
        coef = bread @ np.einsum("nt,ntk->k", panel.w * panel.value, left)
        fitted = np.einsum("ntk,k->nt", columns, coef)
    else:
        score, fitted = np.zeros(left.shape[2]), np.empty(panel.value.shape)
        each = _groups(group, len(left))
        for g, there in each:
            score += np.einsum("n,nt->t", panel.w[there, 0], panel.value[there]) @ left[g]  # groups share columns on balanced panels alone
        coef = bread @ score
        for g, there in each:
            fitted[there] = columns[g] @ coef
    return coef, effects(panel.w, even=panel.balanced).taken_out(panel.value - fitted)


def _groups(group: Array, many: int) -> list[tuple[int, Array]]:
    order = np.argsort(group, kind="stable")
    ends = np.cumsum(np.bincount(group, minlength=many))
    return [(g, order[(ends[g - 1] if g else 0) : ends[g]]) for g in range(many)]


def _kept(columns: Array, left: Array, w: Array) -> tuple[list[int], Array]:
    """The columns that neither the effects nor those before them make up, and the sums of products of what is left of them."""
    spread = np.einsum("gt,gtk->k", w, columns**2) - np.einsum("gt,gtk->k", w, columns) ** 2 / w.sum()
    gram = np.einsum("gtj,gtk->jk", w[:, :, None] * left, left)
    there = np.diag(gram)
    some = [j for j in range(len(gram)) if there[j] > ABSORBED * max(spread[j], 0.0) and there[j] > 0]
    size = np.sqrt(there[some])
    kept = [some[j] for j in independent(gram[np.ix_(some, some)] / np.outer(size, size))]
    return kept, gram[np.ix_(kept, kept)]
