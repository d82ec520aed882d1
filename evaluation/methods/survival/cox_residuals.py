"""What a Cox regression leaves unexplained, row by row and event by event, as R's residuals.coxph tells it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .cox_kernels import product

if TYPE_CHECKING:
    from ...terms import Array
    from .cox import Cox


@dataclass(frozen=True, slots=True, eq=False)
class Schoenfeld:
    """One row for each of d events, by stratum and time, in the order of rows within a time."""

    time: Array  # (d,)
    row: Array  # (d,) int: whose event it is
    residuals: Array  # (d, p) covariates less their mean among those at risk
    scaled: Array  # (d, p) what each event says of the slopes at its time


def martingale(cox: Cox) -> Array:
    """(n,) events had less events expected, were its weight 1; 0 for a row never at risk at an event (Barlow & Prentice 1988).

    Adds to 0 by weight.
    """
    return cox.sets.whole(cox.sets.own - cox.sums.r * cox.sums.cumulated)


def deviance(cox: Cox) -> Array:
    """(n,) martingale residuals made even: of both signs and no tail (Therneau, Grambsch & Fleming 1990)."""
    left = martingale(cox)
    had = cox.sets.whole(cox.sets.own.astype(float))
    expected = np.where(had > 0, np.maximum(had - left, np.finfo(float).tiny), 1.0)
    return np.asarray(np.sign(left) * np.sqrt(np.maximum(-2 * (left + had * np.log(expected)), 0.0)))


def score(cox: Cox) -> Array:
    """(n, p) what each row adds to the score, were its weight 1."""
    return np.asarray(cox.score_residuals / cox.times.w[:, None])


def dfbeta(cox: Cox) -> Array:
    """(n, p) by about how much the slopes would fall without each row, its weight counted: `cox.influence`."""
    return cox.influence


def schoenfeld(cox: Cox) -> Schoenfeld:
    """The residuals of Schoenfeld 1982, and scaled by the variance as Grambsch & Therneau 1994 do to see slopes over time.

    Among tied events the mean at risk is that over the ties as they are broken.
    """
    sets = cox.sets
    at = sets.last[sets.own]
    left = (sets.Z[sets.own] - cox.sums.mean(sets)[at]) * sets.scale
    scaled = cox.coef + sets.events * product(left, cox.naive)
    return Schoenfeld(sets.time[at], sets.rows[sets.own], left, scaled)
