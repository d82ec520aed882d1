"""The effect had everybody changed by the same share without the programme, and not by the same amount.

Where two groups start from different levels they cannot do both: what is parallel in amounts is not in shares (Roth and Sant'Anna 2023).
No period before adoption in which levels stand still can tell the one from the other, so that both are told.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics import levels_apart
from ...diagnostics.paths import MATERIAL
from ...terms import NEVER, Diagnostic, Interval, Other
from ..few import told
from .aggregates import aggregate
from .fits import FROM_THE_LAST, Fit, cells_of
from .group_time_parts import GroupTime
from .laid import Laid
from .resting import resting_on
from .two_by_two import changes
from .uncertainty import measured

if TYPE_CHECKING:
    from ...terms import Array
    from ..few import Told

NAME = "proportional trends"
MOST_REFITS = 60  # clusters: up to so many the effect is told again without each, where what each adds does not tell enough


@dataclass(frozen=True, slots=True, eq=False)
class _Cell:
    """The means behind one effect, and what the units behind it add to its error."""

    own: float  # mean before, of the cohort
    pool: float  # and of those it is compared with
    effect: float
    rows: Array  # (r,) int
    parts: Array  # (r,)


@dataclass(frozen=True, slots=True, eq=False)
class _Shares:
    """What units add to the errors of effects by shares, told anew cell by cell, so that no more than one cell is held at a time."""

    laid: Laid
    cells: GroupTime

    def times(self, weights: Array) -> Array:
        """See `group_time_parts.Parts`."""
        found = np.zeros((len(self.laid.adopted), weights.shape[1]))
        for k in np.flatnonzero(weights.any(axis=1)).tolist():
            if (cell := _cell(self.laid, self.cells, k)) is not None:
                found[cell.rows] += cell.parts[:, None] * weights[k]
        return found

    def covariance(self) -> Array:
        """See `group_time_parts.Parts`."""
        written = self.times(np.eye(len(self.cells.group)))
        return np.asarray(written.T @ written)


@dataclass(frozen=True, slots=True, eq=False)
class Proportional:
    """The effect by shares, and where the two groups stood before adoption."""

    fit: Fit
    served: float
    compared: float


def by_proportion(laid: Laid, cells: GroupTime | None = None) -> Proportional | None:
    """The mean of the cohorts after adoption less that before, times the share by which those compared changed in the same periods.

    Cohort by cohort and period by period as the question's own estimator compares them: from the last period before adoption, or from
    all of them, with what `aggregate` makes of the cells.  None where an outcome is below 0, where those compared had none before, or
    where the question adjusts by the history, which this does not.
    """
    if laid.covariates is not None or np.nanmin(laid.value) < 0:
        return None
    read = _two_periods(laid) if laid.question.estimator == "difference" else laid
    there = cells_of(read) if cells is None or read is not laid else cells
    counted = np.isfinite(there.effect) & (there.event >= 0) & (there.event < read.within) & ~there.after_leaving
    found = {k: _cell(read, there, k) for k in np.flatnonzero(counted).tolist()}
    if not found or any(cell is None for cell in found.values()):
        return None

    def of(name: str) -> GroupTime:
        values = np.full(len(there.group), np.nan)
        values[list(found)] = [getattr(cell, name) for cell in found.values()]
        return replace(there, effect=values, parts=_Shares(read, there))

    how = laid.question.aggregate
    effect = aggregate(of("effect"), how, periods=read.within)
    own, pool = (aggregate(of(name), how, periods=read.within).overall for name in ("own", "pool"))
    return Proportional(Fit(effect.overall, effect.overall_influence), own, pool)


def beside_shares(laid: Laid, additive: Told, cells: GroupTime) -> tuple[tuple[Interval, ...], tuple[Other, ...], tuple[Diagnostic, ...]]:
    """The interval by shares and the effect, where they would make a difference that matters, and what is said of it.

    By the recipe of the question's own interval where errors by cluster are told.  Where dates were dealt out anew instead, outcomes
    made alike in scale have no shares: the range of the effect is then moved to where the other lies, which leaves out the error
    of the share itself.
    """
    found = by_proportion(laid, cells)
    if found is None or not np.isfinite(found.fit.effect):
        return (), (), ()
    effect, worth = found.fit.effect, laid.question.worthwhile
    near = abs(effect - additive.effect) < MATERIAL * abs(worth)
    interval = None if near else _interval(laid, found.fit, additive)
    turns = interval is not None and interval.given and interval.excludes(0.0) != additive.interval.excludes(0.0)
    said = levels_apart(additive.effect, effect, worth, served=found.served, compared=found.compared, turns=turns)
    if interval is None:
        return (), (), (said,)
    return ((interval,) if interval.given else ()), (Other(NAME, effect, interval if interval.given else None),), (said,)


def _interval(laid: Laid, fit: Fit, additive: Told) -> Interval:
    by = laid.question.inference.by
    rests = resting_on(laid)
    contrast, formula = measured(laid, fit, _again, "jackknife" if by == "jackknife" else "robust", rests, MOST_REFITS)
    there = told(contrast, formula, rests.there).interval
    if there.given or not additive.interval.given:
        return replace(there, by=f"{NAME}: {there.by}")
    away = fit.effect - additive.effect
    return Interval(additive.interval.low + away, additive.interval.high + away, f"{NAME}: as wide as by amounts")


def _again(laid: Laid) -> Fit:
    """Without some clusters; NaN where those compared had none of the outcome."""
    found = by_proportion(laid)
    return Fit(float("nan"), np.zeros(len(laid.adopted))) if found is None else found.fit


def _two_periods(laid: Laid) -> Laid:
    """Each unit's mean before and after, as two by two reads them; units seen on one side alone are none of it."""
    change = changes(laid)
    value = np.full((len(laid.adopted), 2), np.nan)
    value[change.rows] = np.column_stack([change.before, change.after])
    question = replace(laid.question, anticipation=0, compared="never_treated", aggregate="simple")
    never = np.full(len(laid.adopted), NEVER)
    return replace(laid, value=value, adopted=np.where(laid.adopted < NEVER, 1, NEVER), left=never, within=1, question=question)


def _cell(laid: Laid, cells: GroupTime, k: int) -> _Cell | None:
    """The means of the cohort and of those compared, before and in the period; None where those compared had none before."""
    group, period, ahead = int(cells.group[k]), int(cells.period[k]), laid.question.anticipation
    pool = laid.adopted == NEVER if laid.question.compared == "never_treated" else laid.adopted.astype(np.int64) > period + ahead
    before = laid.value[:, [int(cells.base[k])] if laid.question.estimator in FROM_THE_LAST else slice(0, group - ahead)]
    seen = ~np.isnan(before)
    watched = seen.any(axis=1) & ~np.isnan(laid.value[:, period])
    own, others = (np.flatnonzero(side & watched) for side in (laid.adopted == group, pool))
    if not (len(own) and len(others)):
        return None
    start = np.where(seen, before, 0.0).sum(axis=1) / np.maximum(seen.sum(axis=1), 1)
    (mean1, moved1), (mean0, moved0) = (_side(laid, rows, start, period) for rows in (own, others))
    if not mean0[0] > 0:
        return None
    share, level = mean0[1] / mean0[0], mean1[0] / mean0[0]
    parts = np.concatenate([moved1[1] - share * moved1[0], -level * (moved0[1] - share * moved0[0])])
    return _Cell(mean1[0], mean0[0], mean1[1] - mean1[0] * share, np.concatenate([own, others]), parts)


def _side(laid: Laid, rows: Array, start: Array, period: int) -> tuple[tuple[float, float], tuple[Array, Array]]:
    """The means of some units before and in the period, and what each unit adds to the error of either."""
    w = laid.weight[rows] / laid.weight[rows].sum()
    shown = start[rows], laid.value[rows, period]
    before, after = (float((w * values).sum()) for values in shown)  # one order, whatever the number of threads
    return (before, after), (w * (shown[0] - before), w * (shown[1] - after))
