"""Rates of places held against the rate of the whole, given how much happened in all of them together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import betainc, betaincinv

from ...terms import Interval
from ..inference import LEVEL

if TYPE_CHECKING:
    from ...terms import Array

BY = "Clopper-Pearson, given all events, {} places at once"
UNCOUNTED = "the outcome is no count, so that chance alone has no formula"


@dataclass(frozen=True, slots=True, eq=False)
class Disparity:
    """One place beside the whole that it is a part of."""

    rate: float
    ratio: float
    ratio_limits: Interval
    difference: float
    difference_limits: Interval
    std_error: float  # of the difference, were the rates the same; infinite where the outcome is no count
    p_value: float  # two-sided, of the same rate, times n; 1 where the outcome is no count


def disparities_of(events: Array, exposure: Array, per: float, *, counted: bool) -> tuple[Disparity, ...]:
    """Every place's rate over that of the whole, and less it; `events` and `exposure` (n,), rates per `per` of exposure.

    Were every rate the same, each place would have its share of the exposure in all the events, whatever their number: a place's part
    of them is binomial given their sum (Przyborowski and Wilenski 1940 for two), with exact limits by Clopper and Pearson 1934, each
    at a level at which all n cover together (Bonferroni).  Assumes that events come singly; where one person has many, limits are too narrow.
    Without limits where `counted` says that the outcome is not a number of events.
    """
    total, of = float(events.sum()), float(exposure.sum())
    whole, n = per * total / of, len(events)
    told = []
    for mine, share in zip(events, exposure / of, strict=True):
        ratio = float(mine / total / share)
        low, high = _part(float(mine), total, (1 - LEVEL) / n) if counted else (-np.inf, np.inf)
        by = BY.format(n) if counted else UNCOUNTED
        ends = Interval(low / share, high / share, by) if counted else Interval(low, high, by)
        apart = Interval(whole * (ends.low - 1), whole * (ends.high - 1), by) if counted else ends
        spread = whole * float(((1 - share) / share / total) ** 0.5) if counted else float("inf")
        p_value = min(1.0, n * _two_sided(float(mine), total, float(share))) if counted else 1.0
        told.append(Disparity(whole * ratio, ratio, ends, whole * (ratio - 1), apart, spread, p_value))
    return tuple(told)


def _part(x: float, n: float, alpha: float) -> tuple[float, float]:
    low = float(betaincinv(x, n - x + 1, alpha / 2)) if x > 0 else 0.0
    high = float(betaincinv(x + 1, n - x, 1 - alpha / 2)) if x < n else 1.0
    return low, high


def _two_sided(x: float, n: float, share: float) -> float:
    """Twice the smaller tail of the binomial, x included: below 5 % exactly where the 95 % limits of Clopper and Pearson leave `share` out."""
    at_least = float(betainc(x, n - x + 1, share)) if x > 0 else 1.0
    at_most = 1 - float(betainc(x + 1, n - x, share)) if x < n else 1.0
    return min(1.0, 2 * min(at_least, at_most))
