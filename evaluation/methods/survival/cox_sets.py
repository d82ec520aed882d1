"""Who is at risk at which event, laid out once for a Cox regression, and the sums over risk sets that everything is read from.

Rows are put in order of the last event at which they are at risk, so that one pass gives the sums of all risk sets.  The second
moments are never held: the sum over times of h S2 is Z' diag(w r A) Z, A being the cumulative hazard over a row's own window.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .cox_kernels import at_risk, centred, cross, linear, over_windows, tied

if TYPE_CHECKING:
    from ...terms import Array
    from .times import Times


@dataclass(frozen=True, slots=True, eq=False)
class RiskSets:
    """k of n rows, those at risk at some event, in order of their last; m times with events, in order within strata."""

    n: int
    rows: Array  # (k,) int: their places among the n
    Z: Array  # (k, p) covariates less their mean in the stratum, over `scale`
    centre: Array  # (S, p) these means
    scale: Array  # (p,) standard deviations within strata; 1 where a column never varies
    w: Array  # (k,)
    offset: Array  # (k,)
    first: Array  # (k,) int: the place of the first time at which the row is at risk
    last: Array  # (k,) int
    own: Array  # (k,) bool: the last is its own event's
    stratum: Array  # (k,) int, 0..S-1, rising
    named: Array  # (S,) int: the places of these strata, those with events, among all labels in order
    time: Array  # (m,)
    of: Array  # (m,) int: each time's stratum, rising
    begins: Array  # (m,) int: the place of the first time of that stratum
    many: Array  # (m,) int: events at the time
    weight: Array  # (m,) their weights
    efron: bool

    @property
    def events(self) -> int:
        """How many events there are."""
        return int(self.many.sum())

    def whole(self, values: Array) -> Array:
        """(n, ...) values (k, ...) of the rows at risk, 0 for those never at risk, in the order in which rows came."""
        out = np.zeros((self.n, *values.shape[1:]))
        out[self.rows] = values
        return out

    def window(self, values: Array, spared: Array) -> Array:
        """(k, q) the sums of `values` (m, q) over the times at which each row is at risk, less what it is `spared` at its own event."""
        return over_windows(values, spared, self.first, self.last, self.own)


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """All that the log likelihood, its derivatives and the residuals are made of, at slopes b; hazards up to a factor in each stratum."""

    b: Array  # (p,) slopes of Z
    loglik: float
    score: Array  # (p,)
    information: Array  # (p, p)
    r: Array  # (k,) hazards relative to the baseline's
    shift: Array  # (S,) what is taken off Z b + offset in each stratum, so that no power overflows
    cumulated: Array  # (k,) the baseline hazard over each row's window
    S1: Array  # (m, p)
    E1: Array  # (m, p)
    ties: Array  # (m, 5): see `cox_kernels.tied`

    @property
    def hazard(self) -> Array:
        """(m,) the baseline hazard's jumps."""
        return self.ties[:, 0]

    @property
    def mean_hazard(self) -> Array:
        """(m, p) each jump times the mean of Z at it, tie by tie; the derivative of the jump by the slopes, less its sign."""
        return self.S1 * self.ties[:, 2, None] - self.E1 * self.ties[:, 3, None]

    def spared(self) -> Array:
        """(m, 1 + p) by how much less hazard, and hazard times mean, an event meets at its own time than others at risk."""
        means = self.S1 * self.ties[:, 3, None] - self.E1 * self.ties[:, 4, None]
        return np.column_stack([self.ties[:, 1], means])

    def mean(self, sets: RiskSets) -> Array:
        """(m, p) the mean of Z among those at risk at each time, averaged over its ties."""
        return (self.S1 * self.ties[:, 0, None] - self.E1 * self.ties[:, 1, None]) / sets.weight[:, None]


def laid_out(X: Array, times: Times, strata: Array | None, offset: Array | None, cause: int, efron: bool) -> RiskSets:
    """The risk sets of events of `cause`, at least one, all other causes being censorings; X (n, p), strata (n,) labels."""
    stop, had = np.asarray(times.stop, dtype=float), np.asarray(times.cause) == cause
    label = np.zeros(len(stop), dtype=np.int64) if strata is None else np.unique(strata, return_inverse=True)[1].astype(np.int64)
    moments, rank = np.unique(stop[had], return_inverse=True)
    span = len(moments) + 1
    grid = np.unique(label[had] * span + rank)
    # the last time of the row's own stratum at or before its stop, and the first after its entry
    last = np.searchsorted(grid, label * span + np.searchsorted(moments, stop, side="right"), side="left") - 1
    since = 0 if times.entry is None else np.searchsorted(moments, np.asarray(times.entry, dtype=float), side="right")
    first = np.searchsorted(grid, label * span + since, side="left")
    there = np.flatnonzero(first <= last)
    rows = there[np.argsort(last[there], kind="stable")]
    of, own, w = grid // span, had[rows], times.w[rows].astype(float)
    many = np.bincount(last[rows][own], minlength=len(grid))
    weight = np.bincount(last[rows][own], weights=w[own], minlength=len(grid))
    named, stratum = np.unique(label[rows], return_inverse=True)
    Z = np.ascontiguousarray(X[rows], dtype=float)
    centre, spread = centred(Z, stratum, int(stratum[-1]) + 1)
    shift = np.zeros(len(rows)) if offset is None else np.asarray(offset, dtype=float)[rows]
    scale = np.where(spread > 0, spread, 1.0)
    return RiskSets(
        n=len(stop), rows=rows, Z=Z, centre=centre, scale=scale, w=w, offset=shift, first=first[rows], last=last[rows], own=own,
        stratum=stratum, named=named, time=moments[grid % span], of=np.searchsorted(named, of),
        begins=np.searchsorted(of, of, side="left"), many=many, weight=weight, efron=efron,
    )  # fmt: skip


def sums(sets: RiskSets, b: Array) -> Sums:
    """The sums at slopes b (p,) of Z."""
    eta = linear(sets.Z, b, sets.offset)
    starts = np.flatnonzero(np.diff(sets.stratum, prepend=-1))
    shift = np.maximum.reduceat(eta, starts)
    eta -= shift[sets.stratum]  # the likelihood stays as it is
    r = np.exp(eta)
    wr = sets.w * r
    S0, S1, E0, E1 = at_risk(sets.Z, wr, sets.first, sets.last, sets.own, sets.begins)
    logs, ties = tied(np.maximum(S0, E0), E0, sets.many, sets.weight, sets.efron)  # those who had the event are at risk, whatever is rounded off
    had = sets.own
    loglik = float((sets.w[had] * eta[had]).sum() - logs.sum())
    with np.errstate(invalid="ignore", over="ignore"):  # a step too far, which is then halved
        expected = S1 * ties[:, 0, None] - E1 * ties[:, 1, None]
        score = cross(sets.Z, np.where(had, sets.w, 0.0), np.ones((len(eta), 1)))[:, 0] - expected.sum(axis=0)
        cumulated = sets.window(ties[:, :1], ties[:, 1:2])[:, 0]
        information = spread(sets, wr, cumulated, S1, E1, ties)
    return Sums(b, loglik, score, information, r, shift, cumulated, S1, E1, ties)


def spread(sets: RiskSets, wr: Array, cumulated: Array, S1: Array, E1: Array, ties: Array) -> Array:
    """(p, p) the variances of Z among those at risk, added up over events; all hazards may be multiplied by a function of time."""
    mixed = cross(S1, ties[:, 3], E1)
    means = cross(S1, ties[:, 2], S1) - mixed - mixed.T + cross(E1, ties[:, 4], E1)
    found = cross(sets.Z, wr * cumulated, sets.Z) - means
    return np.asarray((found + found.T) / 2)
