"""How many clusters an effect rests on, cell by cell: those that adopt and are counted, and those that stand beside them in that period."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...terms import NEVER
from ..few import Reached
from .two_by_two import changes

if TYPE_CHECKING:
    from ...terms import Aggregate, Array
    from .laid import Laid

SLIGHT = 20  # clusters on a side of a cell: with fewer, what each adds is told too small by a twentieth or more


@dataclass(frozen=True, slots=True, eq=False)
class Resting:
    """Whom the effect that is told rests on."""

    there: Reached
    slight: Array  # (G,) bool: clusters that stand on a side of a cell with fewer than SLIGHT


@dataclass(frozen=True, slots=True, eq=False)
class _Cell:
    """One effect that is averaged: its clusters by date of adoption."""

    group: int
    period: int
    weight: float  # of the units of its date
    served: Array  # (P,) bool, of pairs of a cluster and a date
    pool: Array  # (P,) bool


def resting_on(laid: Laid) -> Resting:
    """Whom the effect rests on, each cluster for as much as the cells in which it stands weigh in what is told.

    In a cell all clusters of a side count alike.  What a side is worth is one over the sum of its clusters' squared shares, as many as
    there are where they stand in all cells, and fewer where most of the effect is told against few: of 600 that are compared with one
    that adopts after them, that one.  Clusters that stand in no cell are not there.
    """
    G = int(laid.clusters.max()) + 1
    if laid.question.estimator == "difference":
        laid = laid.of(changes(laid).rows)
    aggregate = laid.question.aggregate if laid.question.estimator == "group_time" else "simple"
    date, pair = np.unique(laid.adopted, return_inverse=True)[1], laid.clusters.astype(np.int64)
    dates = np.unique(laid.adopted)
    keys, code = np.unique(pair * len(dates) + date, return_inverse=True)
    cluster, adopted = keys // len(dates), dates[keys % len(dates)].astype(np.int64)
    seen = ~np.isnan(laid.value) & ~laid.after
    watched = np.ones((len(keys), laid.periods), bool)
    if not seen.all():
        watched = np.column_stack([np.bincount(code, weights=column, minlength=len(keys)) > 0 for column in seen.T])
    cells = list(_cells(laid, adopted, watched))
    shares = _shares(cells, aggregate)
    by = np.zeros((2, len(keys)))
    slight = np.zeros(G, bool)
    for cell, share in zip(cells, shares, strict=True):
        for row, side in ((0, cell.served), (1, cell.pool)):
            many = int(np.count_nonzero(side))
            by[row, side] += share / many
            if many < SLIGHT:
                slight[cluster[side]] = True
    served, compared = (np.bincount(cluster, weights=row, minlength=G) for row in by)
    return Resting(_reached(served, compared), slight)


def _reached(served: Array, compared: Array) -> Reached:
    some = served > 0, compared > 0
    worth = tuple(float(side.sum() ** 2 / (side**2).sum()) if side.any() else 0.0 for side in (served, compared))
    return Reached(int((some[0] | some[1]).sum()), int(some[0].sum()), int(some[1].sum()), (worth[0], worth[1]))


def _cells(laid: Laid, adopted: Array, watched: Array) -> Iterator[_Cell]:
    """The cells within the horizon that have somebody on either side; `adopted` (P,) int, `watched` (P, T) bool."""
    ahead, question = laid.question.anticipation, laid.question
    last = int(adopted.max(initial=0))
    for group in np.unique(laid.adopted[laid.focal]).tolist():
        base = group - 1 - ahead
        if base < 0 or group == last:
            continue
        before = watched[:, : base + 1].any(axis=1)
        weight = float(laid.weight[laid.focal & (laid.adopted == group)].sum())
        own = (adopted == group) & before
        for period in range(group, min(group + laid.within, laid.periods)):
            if last < NEVER and period + ahead >= last:
                break
            pool = adopted == last if question.compared == "never_treated" else adopted > period + ahead
            served, beside = own & watched[:, period], pool & before & watched[:, period]
            if served.any() and beside.any():
                yield _Cell(group, period, weight, served, beside)


def _shares(cells: list[_Cell], aggregate: Aggregate) -> Array:
    """(cells,) how much of what is told each cell is, as `aggregates.aggregate` averages them."""
    weight = np.array([cell.weight for cell in cells])
    if aggregate == "simple" or not cells:
        return weight / weight.sum() if len(weight) else weight
    key = np.array([{"dynamic": cell.period - cell.group, "calendar": cell.period, "group": cell.group}[aggregate] for cell in cells])
    at, code = np.unique(key, return_inverse=True)
    within = weight / np.bincount(code, weights=weight)[code]
    whole = np.ones(len(at)) if aggregate != "group" else np.bincount(code, weights=weight) / np.bincount(code)
    return np.asarray(within * (whole / whole.sum())[code])
