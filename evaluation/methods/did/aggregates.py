"""Effects by cohort and period told as one number, or by time since adoption, cohort or period (Callaway and Sant'Anna 2021, section 3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ...terms import Aggregate, Array
    from .group_time_parts import GroupTime


@dataclass(frozen=True, slots=True, eq=False)
class Aggregated:
    """Effects at m points, and one overall; what each of n units adds to their errors includes what it adds to the weights'."""

    at: Array  # (m,) int: periods since adoption, the period of adoption, or the period; of "simple", nothing
    effect: Array  # (m,)
    influence: Array  # (n, m)
    overall: float  # NaN where no cell from adoption on has a number
    overall_influence: Array  # (n,)


def aggregate(cells: GroupTime, how: Aggregate, *, periods: int | None = None, after_leaving: bool = False) -> Aggregated:
    """The cells that have a number, averaged; each cell weighs as much as the units of its cohort.

    simple: over all cells from adoption on.  dynamic: by time since adoption, times before it too; overall, the plain mean over the
    times from adoption on.  group: by cohort, over its periods; overall, by the cohorts' weight.  calendar: by period, over the cohorts
    under the programme; overall, the plain mean over the periods.  Periods that are anticipated lie before adoption and never count.
    `periods`: only cells within so many periods from adoption on, that of adoption the first.  `after_leaving`: of cohorts that left
    the programme again, the cells after that, and no others; else none of those.
    """
    there = np.isfinite(cells.effect) & (cells.after_leaving == after_leaving)
    since = there & (cells.event >= 0) & (True if periods is None else cells.event < periods)
    if how == "simple":
        whole = _weighed(cells, [np.flatnonzero(since)])
        nothing = np.zeros((len(cells.member), 0))
        return Aggregated(np.zeros(0, np.int64), np.zeros(0), nothing, float(whole.effect[0]), whole.influence[:, 0])
    key, among = {
        "dynamic": (cells.event, there & ((cells.event < 0) | since)),
        "group": (cells.group, since),
        "calendar": (cells.period, since),
    }[how]
    at = np.unique(key[among])
    told = _weighed(cells, [np.flatnonzero(among & (key == one)) for one in at])
    if how == "group":
        overall, by_group = _over_groups(cells, told, at, since)
        return Aggregated(at, told.effect, told.influence, overall, by_group)
    counted = at >= 0 if how == "dynamic" else np.ones(len(at), bool)
    if not counted.any():
        return Aggregated(at, told.effect, told.influence, float("nan"), np.zeros(len(cells.member)))
    return Aggregated(at, told.effect, told.influence, float(told.effect[counted].mean()), told.influence[:, counted].mean(axis=1))


@dataclass(frozen=True, slots=True, eq=False)
class _Told:
    effect: Array  # (m,)
    influence: Array  # (n, m)


def _weighed(cells: GroupTime, sets: list[Array]) -> _Told:
    """The weighted mean of each set of cells, by the weight of their cohorts.

    A mean A = sum_k N_k a_k / P, P = sum_k N_k, moves by (a_k - A) / P with N_k, and each unit of the cohort is its weight's share of N_k.
    """
    size = _sizes(cells)
    shares, effect = np.zeros((len(cells.group), len(sets))), np.full(len(sets), np.nan)
    by_cohort = np.zeros((len(size) + 1, len(sets)))  # the last row: of no cohort
    for j, cell in enumerate(sets):
        if len(cell):
            cohort, weight = cells.cohort[cell], size[cells.cohort[cell]]
            shares[cell, j] = weight / weight.sum()
            effect[j] = (shares[cell, j] * cells.effect[cell]).sum()
            np.add.at(by_cohort[:, j], cohort, (cells.effect[cell] - effect[j]) / weight.sum())
    return _Told(effect, _with_weights(cells, cells.parts.times(shares), by_cohort))


def _with_weights(cells: GroupTime, influence: Array, by_cohort: Array) -> Array:
    """(n, m) `influence`, and what each unit adds by how much its cohort weighs: `by_cohort` (cohorts + 1, m)."""
    for column, steps in zip(influence.T, by_cohort.T, strict=True):
        if steps.any():
            column += cells.weight * steps[cells.member]
    return influence


def _over_groups(cells: GroupTime, told: _Told, at: Array, since: Array) -> tuple[float, Array]:
    """The mean over cohorts by their weight, with its influence; nothing estimated but that weight is added to that of each."""
    if not len(at):
        return float("nan"), np.zeros(len(cells.member))
    size = _sizes(cells)
    group_of = np.full(len(size) + 1, -1)
    group_of[cells.cohort[since]] = np.searchsorted(at, cells.group[since])
    weight = np.array([size[group_of[:-1] == j].sum() for j in range(len(at))])
    share = weight / weight.sum()
    overall = float((share * told.effect).sum())
    steps = np.where(group_of >= 0, (told.effect[group_of] - overall) / weight.sum(), 0.0)
    influence = np.asarray(told.influence @ share)
    return overall, influence + cells.weight * steps[cells.member]


def _sizes(cells: GroupTime) -> Array:
    """(cohorts,) what the units of each cohort weigh together."""
    adopting = cells.member >= 0
    return np.bincount(cells.member[adopting], weights=cells.weight[adopting], minlength=int(cells.cohort.max(initial=-1)) + 1)
