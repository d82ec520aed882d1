"""Effects by imputation: what would have been is told from cells not under the programme, and taken from what was seen.

Borusyak, Jaravel & Spiess 2024, as R's didimputation has them.  Effects of units and periods (and slopes of covariates) are
fitted to untreated cells alone; a treated cell's effect is its value less theirs, and what is told is a weighted mean of those.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...terms import NEVER, Problem, Refused
from .fitted import CellWeights, Fitted, Several, gathered, summed
from .fixed_effects import pseudo_inverse
from .two_way import covariate_columns
from .wide import WHERE, Wide, wide

if TYPE_CHECKING:
    from ...terms import Array


FREE = 1e-6  # of the most that something free moves a fitted value by: one that moves by less does not hang on it, but is rounding


@dataclass(frozen=True, slots=True, eq=False)
class Imputed:
    """The cells' own effects, and the fit that they are told from."""

    panel: Wide
    w: Array  # (n, T): weight of untreated cells; 0 elsewhere
    effect: Array  # (n, T): of a treated cell that can be told; 0 elsewhere
    told: Array  # (n, T) bool: treated cells that can be told
    residual: Array  # (n, T): of untreated cells; 0 elsewhere
    beside: Array  # (n, T, q): covariates; q may be 0
    inverse: Array  # (T + q, T + q): of the system of period effects and slopes, unit effects taken out

    def influence(self, target: Array) -> tuple[float, Array]:
        """The mean of the cells' effects by `target` (n, T) weights, and what each unit adds to its error (n,).

        The estimate is a sum of v times value: v is the target's own share in treated cells, and in untreated ones what makes it
        the same whatever the effects of units and periods are.  Error is conservative: in a treated cell what is left of the
        mean of its group and period, weighted by v squared, counts as error, so that effects that differ within a group do too.
        """
        v1 = np.where(self.told, target, 0.0)
        v1 = v1 / v1.sum()
        value = float((v1 * self.effect).sum())
        v0 = -self.w * self._carried(v1)
        own = (v0 * self.residual).sum(axis=1)
        return value, own + (v1 * np.where(self.told, self.effect - self._group_means(v1), 0.0)).sum(axis=1)

    def _carried(self, v1: Array) -> Array:
        """(n, T): Z (Z'WZ)^-1 Z1'v1, the fit's own weights, for effects of units (taken out), periods and slopes."""
        of_unit = self.w.sum(axis=1)
        safe = np.where(of_unit > 0, of_unit, 1.0)
        unit = v1.sum(axis=1) / safe
        aim = np.concatenate([v1.sum(axis=0) - np.einsum("nt,n->t", self.w, unit), np.einsum("nt,ntq->q", v1 - self.w * unit[:, None], self.beside)])
        slopes = self.inverse @ aim
        T = self.w.shape[1]
        fitted = slopes[:T] + np.einsum("ntq,q->nt", self.beside, slopes[T:])
        return np.asarray(fitted + (unit - (self.w * fitted).sum(axis=1) / safe)[:, None])

    def _group_means(self, v1: Array) -> Array:
        """(n, T): the mean of the effects in each group and period, weighted by v1 squared; 0 where nothing weighs."""
        means = np.zeros_like(v1)
        for g in np.unique(self.panel.adopted[self.told.any(axis=1)]):
            there = self.panel.adopted == g
            square = v1[there] ** 2
            total = square.sum(axis=0)
            means[there] = (square * self.effect[there]).sum(axis=0) / np.where(total > 0, total, 1.0)
        return means


def impute(panel: Wide, covariates: Array | None = None) -> Imputed:
    """The fit to untreated cells, and every treated cell's effect.

    A treated cell cannot be told where its unit has no untreated cell (under the programme from the first period), its period has
    none, or the two hang together through no untreated cell.
    """
    under = panel.under
    w = np.where(under, 0.0, panel.w)
    beside = np.empty((*w.shape, 0)) if covariates is None else covariate_columns(covariates, panel)
    inverse, free = _system(w, beside)
    of_unit = w.sum(axis=1)
    safe = np.where(of_unit > 0, of_unit, 1.0)
    y = np.where(w > 0, panel.value, 0.0)
    left = np.where(w > 0, y - ((w * y).sum(axis=1) / safe)[:, None], 0.0)
    slopes = inverse @ np.concatenate([(w * left).sum(axis=0), np.einsum("nt,ntq->q", w * left, beside)])
    T = w.shape[1]
    fitted = slopes[:T] + np.einsum("ntq,q->nt", beside, slopes[T:])
    fitted = fitted + ((w * (y - fitted)).sum(axis=1) / safe)[:, None]
    untold = (of_unit == 0)[:, None] | (w.sum(axis=0) == 0)
    if free.shape[1] > 1:
        untold = untold | _hangs_on(free, w, beside)
    told = under & (panel.w > 0) & ~untold
    over = panel.value - fitted
    return Imputed(panel, w, np.where(told, over, 0.0), told, np.where(w > 0, over, 0.0), beside, inverse)


def _system(w: Array, beside: Array) -> tuple[Array, Array]:
    """The inverse (T + q, T + q) of the system of period effects and slopes, unit effects taken out, and what it leaves free (T + q, r).

    A constant in every period is always free, for unit effects make it up.
    """
    of_unit = w.sum(axis=1)
    safe = np.where(of_unit > 0, of_unit, 1.0)
    mean = np.einsum("nt,ntq->nq", w, beside) / safe[:, None]
    centred = beside - mean[:, None, :]
    top = np.diag(w.sum(axis=0)) - np.einsum("nt,ns->ts", w, w / safe[:, None])
    corner = np.einsum("nt,ntq->tq", w, centred)
    bottom = np.einsum("nt,ntq,ntr->qr", w, centred, centred) if beside.shape[2] else np.empty((0, 0))
    return pseudo_inverse(np.block([[top, corner], [corner.T, bottom]]))


def _hangs_on(free: Array, w: Array, beside: Array) -> Array:
    """(n, T) bool: cells whose fitted value would move with what untreated cells leave free."""
    T = w.shape[1]
    of_unit = w.sum(axis=1)
    safe = np.where(of_unit > 0, of_unit, 1.0)
    share = w / safe[:, None]
    hangs = np.zeros(w.shape, dtype=bool)
    for b in free.T:
        along, size = (each[:T] + np.einsum("ntq,q->nt", x, each[T:]) for x, each in ((beside, b), (np.abs(beside), np.abs(b))))
        moved = along - (share * along).sum(axis=1, keepdims=True)
        hangs |= np.abs(moved) > FREE * size.max()
    return hangs


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
    """The mean effect over treated cells, in the units of `value` (n, T); the panel as `wide.wide` reads it.

    `covariates` as in `two_way.covariate_columns`; `until`: only cells of event time 0 to that one.  The standard error is the
    conservative one of the paper, summed by cluster, with no small-sample factor, and the normal goes with it: the conventions of
    didimputation.  Refuses where no treated cell can be told; counts those set aside.
    """
    imputed = _imputed(value, adopted, weight, covariates, cluster, left, anticipation)
    panel = imputed.panel
    target = np.where(imputed.told, panel.w, 0.0)
    if until is not None:
        target = np.where(_event_time(panel) <= until, target, 0.0)
    effect, influence = imputed.influence(_some(target, panel))
    std_error = float((summed(influence[:, None], panel.cluster) ** 2).sum()) ** 0.5
    rows = int((imputed.w > 0).sum() + (target > 0).sum())
    return Fitted(effect, std_error, float("inf"), influence, rows, panel.clusters, _weights(target, panel), _left_out(imputed))


def by_event_time(
    value: Array,
    adopted: Array,
    *,
    weight: Array | None = None,
    covariates: Array | None = None,
    cluster: Array | None = None,
    left: Array | None = None,
    anticipation: int = 0,
    periods: Sequence[int] | None = None,
) -> Several:
    """The mean effect so many periods after adoption, as `fit`; `periods`: which, from 0 on; None: all that can be told."""
    imputed = _imputed(value, adopted, weight, covariates, cluster, left, anticipation)
    panel = imputed.panel
    when = _event_time(panel)
    some = np.unique(when[imputed.told])
    at = [int(e) for e in some if periods is None or e in periods]
    _some(np.where(np.isin(when, at), np.where(imputed.told, panel.w, 0.0), 0.0), panel)
    found = [imputed.influence(np.where(when == e, panel.w, 0.0)) for e in at]
    influence = np.column_stack([own for _, own in found])
    errors = np.sqrt((summed(influence, panel.cluster) ** 2).sum(axis=0))
    treated = np.array([int((imputed.told & (when == e)).sum()) for e in at])
    effect = np.array([each for each, _ in found])
    rows = int((imputed.w > 0).sum() + treated.sum())
    weights = tuple(_weights(np.where(imputed.told & (when == e), panel.w, 0.0), panel) for e in at)
    return Several(np.array(at), effect, errors, float("inf"), influence, rows, panel.clusters, treated, _left_out(imputed), weights)


def _imputed(
    value: Array,
    adopted: Array,
    weight: Array | None,
    covariates: Array | None,
    cluster: Array | None,
    left: Array | None,
    anticipation: int,
) -> Imputed:
    return impute(wide(value, adopted, weight=weight, cluster=cluster, left=left, anticipation=anticipation), covariates)


def _event_time(panel: Wide) -> Array:
    """(n, T) int: periods since adoption; far below 0 where a unit never adopts."""
    return np.arange(panel.value.shape[1]) - panel.adopted[:, None]


def _some(target: Array, panel: Wide) -> Array:
    if not (target > 0).any():
        under = int(((panel.w > 0) & panel.under).sum())
        found = f"of {under:,} cells under the programme none has a unit and a period with untreated cells."
        raise Refused(Problem(WHERE, found, "Units are watched before they adopt, and beside others who have not.", "Study longer, or more units."))
    return target


def _weights(target: Array, panel: Wide) -> CellWeights:
    """The share of each group and period in the target (n, T)."""
    total, groups = target.sum(), []
    for g in panel.cohorts:
        there = target[panel.adopted == g]
        groups.append((int(g), there.sum(axis=0) / total, np.count_nonzero(there, axis=0)))
    return gathered(groups)


def _left_out(imputed: Imputed) -> dict[str, int]:
    """What was set aside, with the treated cells that could not be told, by why."""
    panel = imputed.panel
    told = dict(panel.left_out)
    counts = (panel.w > 0) & panel.under & ~imputed.told
    no_before = (imputed.w.sum(axis=1) == 0) & (panel.w > 0).any(axis=1) & (panel.adopted != NEVER)
    no_others = (imputed.w.sum(axis=0) == 0) & (panel.w > 0).any(axis=0)
    each = {
        "units under the programme in every period watched": int(no_before.sum()),
        "periods in which no untreated unit was watched": int(no_others.sum()),
        "treated cells that no untreated cells tell of": int((counts & ~no_before[:, None] & ~no_others).sum()),
    }
    return told | {called: many for called, many in each.items() if many}
