"""The two sides of a panel's effect: what those that adopted showed afterwards, and what would have been."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ...terms import NEVER, Arm, Comparison, Panel
from ..dominance import closest_guess
from .aggregates import aggregate
from .laid import Laid

if TYPE_CHECKING:
    from ...terms import Array
    from .group_time_parts import GroupTime


def sides(panel: Panel, comparison: Comparison, laid: Laid, seen: float, effect: float) -> tuple[Arm, Arm]:
    """The served and the compared: units, people, the mean seen and the mean less the effect.

    Of people, how many have any of the outcome in the periods told, and how near the largest amount can be guessed from outside.
    """
    rows, there = np.flatnonzero(comparison.kept), np.asarray(laid.counted.any(axis=1))
    beside = np.asarray(~laid.focal if (~laid.focal).any() else laid.adopted > laid.adopted.min())
    return (_arm(panel, laid, rows, there, seen), _arm(panel, laid, rows, beside, seen - effect))


def before_and_after(panel: Panel, comparison: Comparison, laid: Laid, seen: float, change: float) -> tuple[Arm, Arm]:
    """The units that adopted, after and before."""
    after = _arm(panel, laid, np.flatnonzero(comparison.kept), np.asarray(laid.counted.any(axis=1)), seen)
    return after, replace(after, mean=seen - change)


def seen_after(laid: Laid, cells: GroupTime | None = None) -> float:
    """The mean of what those that adopted showed within the horizon: cell by cell where cells are averaged, else over all of them."""
    if cells is None:
        weight = laid.weight[:, None] * laid.counted
        return float(np.where(laid.counted, laid.value * weight, 0.0).sum() / weight.sum())
    there = ~np.isnan(laid.value) & ~laid.after
    weight = laid.weight[:, None] * there
    total, over = np.where(there, laid.value * weight, 0.0), weight
    means = np.full(len(cells.group), np.nan)
    for group in np.unique(cells.group):
        own = laid.adopted == group
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = total[own].sum(axis=0) / over[own].sum(axis=0)
        at = cells.group == group
        means[at] = mean[cells.period[at]]
    shown = np.where(np.isfinite(cells.effect), means, np.nan)
    return aggregate(replace(cells, effect=shown), laid.question.aggregate, periods=laid.within).overall


def _arm(panel: Panel, laid: Laid, rows: Array, there: Array, mean: float) -> Arm:
    people = int(panel.people[rows][there].sum())
    if panel.unit == "area":
        return Arm(people, None, mean, areas=int(there.sum()))
    counted = laid.counted if laid.counted[there].any() else _as_counted(laid)
    amount = np.where(counted, laid.value, 0.0).sum(axis=1)
    return Arm(int(there.sum()), None, mean, some=int((amount[there] != 0).sum()), closest=closest_guess(amount * laid.weight, there))


def _as_counted(laid: Laid) -> Array:
    """(m, T) bool: of units compared, the periods in which anybody that adopted is counted."""
    periods = laid.counted.any(axis=0)
    return np.asarray(periods & ~np.isnan(laid.value) & (np.arange(laid.periods) < np.minimum(laid.adopted, NEVER)[:, None]))
