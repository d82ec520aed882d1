"""The measure in each arm as it is weighted, by its own curves: nothing is told of who was lost but which arm they are of.

Cumulative incidence is that of Aalen and Johansen, area under it the mean time lost, area under survival of any end the mean time
free; with weights, and weights that change as the days go by, each row counts as much as it weighs on the day (Xie and Liu 2005).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..censoring import reweighted
from ..influence import Means
from .curves import What, curve, influence
from .restricted import time_free, time_lost

if TYPE_CHECKING:
    from ...terms import Array, Measure
    from ..standing import Rows
    from .reading import Reading
    from .times import Times

Told = tuple[float, "Array"]  # a number of one arm, with what each row of the arm adds to its error (k,)


def marginal(reading: Reading, rows: Rows, measure: Measure) -> Means:
    """The measure of both arms by the horizon: "risk", "time_free" or "time_lost".

    Assumes that within an arm, as it is weighted, who is lost and when has nothing to do with the event.  Horizons that differ
    by a few days, as months do, are each row's own.
    """
    return _means(reading, rows, lambda arm, weights: MEASURES[measure](arm, weights))


def risks(reading: Reading, rows: Rows, days: Sequence[int]) -> list[Means]:
    """The risk in both arms by the end of each of so many `days`; the horizon's own is that of `marginal`."""
    found = [_curves(reading.of(there), rows.weights[there], days) for there in (rows.served, ~rows.served)]
    return [_put(reading, rows, [(float(values[j]), parts[:, j]) for values, parts in found]) for j in range(len(days))]


def _means(reading: Reading, rows: Rows, told: Callable[[Reading, Array], Told]) -> Means:
    return _put(reading, rows, [told(reading.of(there), rows.weights[there]) for there in (rows.served, ~rows.served)])


def _put(reading: Reading, rows: Rows, told: Sequence[Told]) -> Means:
    """Numbers of the two arms as means, each row's part of the error in its place."""
    parts = [np.zeros(len(rows.row)) for _ in range(2)]
    for part, there, (_, own) in zip(parts, (rows.served, ~rows.served), told, strict=True):
        part[there] = own
    stands, least = standing_in(reading, rows)
    return Means(told[0][0], told[1][0], parts[0], parts[1], stands, least, (parts[0], parts[1]))


def standing_in(reading: Reading, rows: Rows) -> tuple[Array, float]:
    """(m,) what each row stands for once those lost are stood for within their arm, and the least chance of being followed.

    0 where lost, where a clone is no longer kept to its plan, and where the clock goes on in another row.
    """
    stands, least = np.zeros(len(rows.row)), 1.0
    for arm in (rows.served, ~rows.served):
        there = arm & reading.last & (reading.why != "strategy")
        if there.any():
            found = reweighted(np.zeros(int(there.sum())), reading.day[there], reading.lost[there], rows.weights[there], np.zeros(int(there.sum())))
            stands[there], least = found.weights, min(least, found.least)
    return stands, least


# ------------------------------------------------------------------------------------------------ of one arm
def _risk(arm: Reading, weights: Array) -> Told:
    values, parts = _curves(arm, weights, [int(arm.horizon.max())])
    return float(values[0]), parts[:, 0]


def _curves(arm: Reading, weights: Array, days: Sequence[int]) -> tuple[Array, Array]:
    """(k,) the incidence of the mark by the end of so many days, and (m, k) what each row adds to its error.

    Whoever reached a horizon of their own without an end has none within it: there they stay, to the last one's.
    """
    last = int(arm.horizon.max())
    times = replace(arm, day=np.where(arm.why == "horizon", last - 1, arm.day)).times(weights)
    at = np.minimum(np.asarray(days), last) - 1.0
    laid = curve(times, causes=len(arm.causes))
    risks = np.clip([laid.incidence_at(day) for day in at], 0.0, 1.0)  # jumps that add up to 1 may add up to more by rounding
    return risks, influence(laid, times, "incidence", at)


def _free(arm: Reading, weights: Array) -> Told:
    """Mean days to the first end of any kind, or to each row's own horizon."""
    tau = int(arm.horizon.max())
    ended = (arm.why == "horizon") & (arm.horizon < tau)  # time free ends with the horizon, as with any end
    causes = len(arm.causes) + int(ended.any())
    own = replace(arm, day=np.where(ended, arm.horizon, arm.day), cause=np.where(ended, causes, arm.cause))
    return _area(own.times(weights), causes, "time_free", tau)


def _lost(arm: Reading, weights: Array) -> Told:
    """Mean days from the mark, where it comes first, to each row's own horizon: of marks within each length of it, one after the other."""
    value, parts = 0.0, np.zeros(len(arm))
    last, many = int(arm.horizon.max()), len(arm.causes)
    stay = np.where(arm.why == "horizon", last - 1, arm.day)
    for tau in np.unique(arm.horizon[arm.cause == 1]):
        other = (arm.cause == 1) & (arm.horizon != tau)
        own = replace(arm, day=stay, cause=np.where(other, many + 1, arm.cause))
        area, part = _area(own.times(weights), many + int(other.any()), "time_lost", int(tau))
        value, parts = value + area, parts + part
    return value, parts


def _area(times: Times, causes: int, what: What, tau: int) -> Told:
    laid = curve(times, causes=causes)
    area = time_free(laid, tau) if what == "time_free" else time_lost(laid, tau, 1)
    return float(area), influence(laid, times, what, np.array([float(tau)]))[:, 0]


MEASURES: dict[Measure, Callable[[Reading, Array], Told]] = {"risk": _risk, "time_free": _free, "time_lost": _lost}
