"""Effects of each group of adopters in each period, by one regression, and their means by how many units each has.

Sun & Abraham 2021, as R's fixest::sunab has them.  Every group that adopts together has its own change in every period, less that of
the units that never adopt; no group stands as compared for another.  Where all adopt, those who do so last are the compared, and
periods from their adoption on are set aside.  Shares are held as known, as fixest holds them: the error from which groups came to be
large is not counted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ...terms import NEVER, Problem, Refused
from .fitted import CellWeights, Fitted, Several, summed
from .fixed_effects import effects, factor, regress
from .two_way import MOST_NUMBERS, covariate_columns
from .wide import WHERE, Wide, wide

if TYPE_CHECKING:
    from ...terms import Array


TOLD = 1e-6  # by how much a change may miss what the cells tell, for rounding


@dataclass(frozen=True, slots=True, eq=False)
class Interacted:
    """The change of K cells, each a group of adopters in a period, less that of the reference period and of the compared."""

    panel: Wide
    group: Array  # (K,) int: the period of adoption
    period: Array  # (K,) int
    effect: Array  # (K,)
    size: Array  # (K,) float: the weight of the units in it
    treated: Array  # (K,) int: how many they are
    combine: Callable[[Array], Array]  # weights (K, m) -> influence (n, m)
    parameters: int  # columns and period effects: the unit effects are nested in the clusters
    left_out: dict[str, int]

    def several(self, at: Array, weights: Array) -> Several:
        """Combinations of the cells by `weights` (K, m), with CR1 by cluster and t on G - 1 (see `fixed_effects`)."""
        influence = self.combine(weights)
        variance = (summed(influence, self.panel.cluster) ** 2).sum(axis=0) * factor(self.panel.clusters, self.panel.rows, self.parameters)
        units = (self.treated[:, None] * (weights != 0)).sum(axis=0)
        each = tuple(CellWeights(*(a[weights[:, j] != 0] for a in (self.group, self.period, weights[:, j], self.treated))) for j in range(len(at)))
        df = float(self.panel.clusters - 1)
        rows, clusters = self.panel.rows, self.panel.clusters
        return Several(at, self.effect @ weights, np.sqrt(variance), df, influence, rows, clusters, units, self.left_out, each)

    def means(self, of: Array, at: Array, there: Array) -> Several:
        """The mean over cells with `of` (K,) int equal to each of `at` (m,), among those `there` (K,) bool, by their size."""
        weights = np.where((of[:, None] == at) & there[:, None], self.size[:, None], 0.0)
        return self.several(at, weights / weights.sum(axis=0))


def fit(value: Array, adopted: Array, **how: object) -> Fitted:
    """The mean effect over all cells from adoption on, by how many units each has; see `interacted` for what may be told it."""
    cells = interacted(value, adopted, **how)  # type: ignore[arg-type]  # passed on as they come
    after = _after(cells)
    one = cells.means(np.zeros(len(after), dtype=int), np.zeros(1, dtype=int), after)
    effect, error = float(one.effect[0]), float(one.std_error[0])
    return Fitted(effect, error, one.df, one.influence[:, 0], one.rows, one.clusters, one.weights[0], one.left_out)


def by_event_time(value: Array, adopted: Array, **how: object) -> Several:
    """The change so many periods from adoption, before it as well; the reference is no row of the answer."""
    cells = interacted(value, adopted, **how)  # type: ignore[arg-type]  # passed on as they come
    when = cells.period - cells.group
    return cells.means(when, np.unique(when), np.ones(len(when), dtype=bool))


def by_cohort(value: Array, adopted: Array, **how: object) -> Several:
    """The mean effect from adoption on of each group that adopts together; `at` is its period of adoption."""
    cells = interacted(value, adopted, **how)  # type: ignore[arg-type]  # passed on as they come
    after = _after(cells)
    return cells.means(cells.group, np.unique(cells.group[after]), after)


def interacted(
    value: Array,
    adopted: Array,
    *,
    weight: Array | None = None,
    covariates: Array | None = None,
    cluster: Array | None = None,
    left: Array | None = None,
    anticipation: int = 0,
    by_library: bool | None = None,
) -> Interacted:
    """Every cell's change, in the units of `value` (n, T); the panel as `wide.wide` reads it.

    The reference is the last period before anticipation, -1 - `anticipation`.  Units that adopt before there is one are set aside,
    counted.  Without covariates the regression falls apart into one for each group, whose T equations are solved; with them
    (`two_way.covariate_columns`) it is one, through `fixed_effects.regress`.  Refuses where no unit is left to compare with.
    """
    adopted, value = np.asarray(adopted, dtype=np.int64), np.asarray(value, dtype=float)
    early = _without_reference(value, adopted, left, anticipation)
    last = _last(adopted, early, value.shape[1])
    stop = value.shape[1] if last == NEVER else last - anticipation  # from then on nobody is left to compare with
    if early.all() or stop < 2:
        raise Refused(_nothing(adopted))
    late = (adopted >= stop) & (adopted < last) & (adopted < value.shape[1]) & ~early
    told = {
        "units under the programme before any period to compare with": int(early.sum()),
        "units that adopt last, compared in place of units that never do": int((adopted == last).sum()) if last != NEVER else 0,
        "periods from which on nobody is left to compare with": value.shape[1] - stop,
        "units that adopt once nobody is left to compare with": int(late.sum()),
    }
    value, weight, covariates = _until(stop, value, weight, covariates)
    away = early | late
    panel = wide(np.where(away[:, None], np.nan, value) if away.any() else value, adopted, weight=weight, cluster=cluster, left=left)
    cells = _cells(panel, -1 - anticipation)
    found = _apart(panel, -1 - anticipation, cells) if covariates is None else _regressed(panel, covariates, cells, by_library)
    return replace(found, left_out={called: many for called, many in told.items() if many} | dict(panel.left_out) | found.left_out)


def _until(stop: int, value: Array, weight: Array | None, covariates: Array | None) -> tuple[Array, Array | None, Array | None]:
    """The periods before `stop`."""
    weight = weight[:, :stop] if weight is not None and np.ndim(weight) == 2 else weight
    covariates = covariates[:, :stop] if covariates is not None and np.ndim(covariates) == 3 else covariates
    return value[:, :stop], weight, covariates


def _without_reference(value: Array, adopted: Array, left: Array | None, anticipation: int) -> Array:
    """(n,) bool: adopters whose group nobody watched in the last period before anticipation."""
    T, watched = value.shape[1], ~np.isnan(value)
    if left is not None:
        watched &= np.arange(T) < np.asarray(left)[:, None]
    without = np.zeros(len(adopted), dtype=bool)
    for g in np.unique(adopted[adopted < T]):
        there, reference = adopted == g, int(g) - 1 - anticipation
        if reference < 0 or not watched[there, reference].any():
            without |= there
    return without


def _last(adopted: Array, early: Array, T: int) -> int:
    """The period in which the last adopt, where nobody in the panel never does; NEVER otherwise."""
    if (adopted >= T).any() or early.all():
        return NEVER
    return int(adopted[~early].max())


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    group: Array
    period: Array
    size: Array
    treated: Array

    def only(self, which: Array) -> _Cells:
        return _Cells(self.group[which], self.period[which], self.size[which], self.treated[which])


def _cells(panel: Wide, reference: int) -> _Cells:
    """Every group of adopters in every period in which it was watched, but for its reference."""
    rows = []
    for g in panel.cohorts:
        w = panel.w[panel.adopted == g]
        count, size = (w > 0).sum(axis=0), w.sum(axis=0)
        rows += [(g, t, size[t], count[t]) for t in np.flatnonzero(count) if t != g + reference]
    group, period, size, treated = np.array(rows, dtype=float).reshape(-1, 4).T
    return _Cells(group.astype(int), period.astype(int), size, treated.astype(int))


def _after(cells: Interacted) -> Array:
    """(K,) bool: cells under the programme."""
    after = cells.period >= cells.group
    if not after.any():
        raise Refused(_nothing(cells.panel.adopted))
    return np.asarray(after)


def _nothing(adopted: Array) -> Problem:
    adopters = int((adopted != NEVER).sum())
    found = f"of {adopters:,} units that adopted no group was watched before and after, beside units that had not."
    return Problem(WHERE, found, "Groups are watched before they adopt, beside units that never do.", "Study longer, or more units.")


# ------------------------------------------------------------------------------------------------ without covariates
@dataclass(frozen=True, slots=True, eq=False)
class _Own:
    """The course of one group: effects of its units and periods, fitted to its own cells alone."""

    there: Array  # which units
    course: Array  # (T,) period effects, up to a constant
    inverse: Array  # (T, T)
    pulled: Array  # (units, T): weight times residual
    known: Array  # (T, T): the projection on what its cells tell

    def tells(self, one: int, other: int) -> bool:
        """Whether the change between two periods can be told."""
        change = np.zeros(len(self.course))
        change[one], change[other] = 1.0, -1.0
        return bool(np.abs(change @ self.known - change).max() < TOLD)


def _own(panel: Wide, g: int) -> _Own:
    there = np.flatnonzero(panel.adopted == g)
    w, y = panel.w[there], panel.value[there]
    out, T = effects(w, even=panel.balanced), w.shape[1]
    if out.inverse is None:
        known = np.eye(T) - 1 / T
        inverse = known * (T / out.of_unit.sum())
    else:
        inverse = out.inverse
        known = inverse @ (np.diag(w.sum(axis=0)) - np.einsum("nt,ns->ts", w, w / np.where(out.of_unit > 0, out.of_unit, 1.0)[:, None]))
    centred = y - ((w * y).sum(axis=1) / np.where(out.of_unit > 0, out.of_unit, 1.0))[:, None]
    return _Own(there, inverse @ (w * centred).sum(axis=0), inverse, w * out.taken_out(y), known)


def _apart(panel: Wide, reference: int, cells: _Cells) -> Interacted:
    """The regression group by group: a cell's change is that of its own course less that of the compared."""
    n, T = panel.value.shape
    if not len(cells.group) or not (panel.w[panel.adopted == NEVER] > 0).any():
        raise Refused(_nothing(panel.adopted))
    compared = _own(panel, NEVER)
    own = {int(g): _own(panel, int(g)) for g in np.unique(cells.group)}
    pairs = list(zip(cells.group.tolist(), cells.period.tolist(), strict=True))
    fine = np.array([own[g].tells(t, g + reference) and compared.tells(t, g + reference) for g, t in pairs])
    told = {"groups in a period that cannot be compared": int((~fine).sum())} if not fine.all() else {}
    cells = cells.only(fine)
    before = cells.group + reference
    change = np.array([own[int(g)].course[t] - own[int(g)].course[b] for g, t, b in zip(cells.group, cells.period, before, strict=True)])
    effect = change - (compared.course[cells.period] - compared.course[before])

    def combine(weights: Array) -> Array:
        influence, all_changes = np.zeros((n, weights.shape[1])), np.zeros((T, weights.shape[1]))
        for g, each in own.items():
            mine = cells.group == g
            changes = np.zeros((T, weights.shape[1]))
            np.add.at(changes, cells.period[mine], weights[mine])
            changes[g + reference] -= weights[mine].sum(axis=0)
            influence[each.there] = np.einsum("nt,tm->nm", each.pulled, each.inverse @ changes)
            all_changes += changes
        influence[compared.there] = -np.einsum("nt,tm->nm", compared.pulled, compared.inverse @ all_changes)
        return influence

    periods = int((panel.w.max(axis=0) > 0).sum())
    return Interacted(panel, cells.group, cells.period, effect, cells.size, cells.treated, combine, len(effect) + periods, told)


# ------------------------------------------------------------------------------------------------ with covariates
def _regressed(panel: Wide, covariates: Array, cells: _Cells, by_library: bool | None) -> Interacted:
    """The same as one regression, with slopes of covariates that all groups share."""
    n, T = panel.value.shape
    K = len(cells.group)
    beside = covariate_columns(covariates, panel)
    if n * T * (K + beside.shape[2]) > MOST_NUMBERS:
        found = f"{K} groups and periods of {n:,} units by {T} periods are more than fit beside covariates."
        raise Refused(Problem(WHERE, found, remedy="Ask without covariates, or for group_time."))
    columns = np.zeros((n, T, K + beside.shape[2]))
    for k in range(K):
        columns[panel.adopted == cells.group[k], cells.period[k], k] = 1.0
    columns[:, :, K:] = beside
    fitted = regress(panel, columns, by_library=by_library)
    if not K or fitted.kept[:K] != tuple(range(K)):
        raise Refused(_nothing(panel.adopted))
    influence = fitted.influence[:, :K]

    def combine(weights: Array) -> Array:
        return np.einsum("nk,km->nm", influence, weights)

    parameters = len(fitted.kept) + fitted.periods
    return Interacted(panel, cells.group, cells.period, fitted.coef[:K], cells.size, cells.treated, combine, parameters, {})
