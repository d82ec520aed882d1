"""Rates of places held against the rate of the whole, given how much happened in all of them together."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import betainc, betaincinv, ndtr, ndtri, stdtr, stdtrit

from ...terms import Interval
from ..inference import LEVEL

if TYPE_CHECKING:
    from ...terms import Array

BY = "Clopper-Pearson, given all events, {} places at once"
DISPERSED = "Clopper-Pearson of counts with {:.2f} times the variance of Poisson's, t with {:,} degrees of freedom, {} places at once"
UNCOUNTED = "the outcome is no count, so that chance alone has no formula"
UNKNOWN = "too few places and periods to tell how much more than Poisson's the counts vary: {:,} degrees of freedom, and {:,} are the least"
ROUNDS = 50  # back and forth between places and periods
TINY = 1e-300
FEWEST_DF = 6  # of the dispersion: three places in four periods


@dataclass(frozen=True, slots=True)
class Dispersion:
    """How much more counts vary than events that come singly do: 1 and no end of degrees of freedom where that is taken as known."""

    ratio: float = 1.0  # variance over mean; no less than 1
    df: float = inf

    @property
    def known(self) -> bool:
        """Whether enough is there to tell it by."""
        return self.df >= FEWEST_DF


SINGLY = Dispersion()


def dispersion_of(events: Array, exposure: Array) -> Dispersion:
    """Of counts by place and period, events and exposure (n, t), about rates that are each place's own times each period's own.

    Pearson's sum of squares over its degrees of freedom (McCullagh and Nelder 1989, quasi-Poisson).  What is expected is the rate of the
    place times that of the period, fitted by going back and forth between the two.  It sees what comes and goes between periods: what lasts,
    such as a few people who come in every period, is the rate of the place.
    """
    place, period = np.ones(len(events)), np.ones(events.shape[1])
    for _ in range(ROUNDS):
        place = events.sum(axis=1) / np.maximum((exposure * period).sum(axis=1), TINY)
        period = events.sum(axis=0) / np.maximum((exposure * place[:, None]).sum(axis=0), TINY)
    expected = exposure * place[:, None] * period
    there = expected > 0
    df = max(int((place > 0).sum()) - 1, 0) * max(int((period > 0).sum()) - 1, 0)
    away = float(((events - expected)[there] ** 2 / expected[there]).sum())
    return Dispersion(max(1.0, away / df) if df else 1.0, float(df))


@dataclass(frozen=True, slots=True, eq=False)
class Disparity:
    """One place beside the whole that it is a part of."""

    rate: float
    ratio: float
    ratio_limits: Interval
    difference: float
    difference_limits: Interval
    std_error: float  # of the difference, were the rates the same; infinite where there are no limits
    p_value: float  # two-sided, of the same rate, times n; 1 where there are no limits


def disparities_of(events: Array, exposure: Array, per: float, *, counted: bool, dispersion: Dispersion = SINGLY) -> tuple[Disparity, ...]:
    """Every place's rate over that of the whole, and less it; `events` and `exposure` (n,), rates per `per` of exposure.

    Were every rate the same, each place would have its share of the exposure in all the events, whatever their number: a place's part
    of them is binomial given their sum (Przyborowski and Wilenski 1940 for two), with exact limits by Clopper and Pearson 1934, each
    at a level at which all n cover together (Bonferroni).  Events that come in twos and threes tell as much as fewer that come singly:
    counts are divided by their `dispersion`, and the level is that of a t distribution, since it is not known to the last digit.
    Without limits where `counted` says that the outcome is not a number of events, or the dispersion is not known.
    """
    total, of = float(events.sum()), float(exposure.sum())
    whole, n = per * total / of, len(events)
    by = _by(n, dispersion) if counted else UNCOUNTED
    limited = counted and dispersion.known
    told = []
    for mine, share in zip(events.tolist(), (exposure / of).tolist(), strict=True):
        ratio = mine / total / share
        x, all_of_them = mine / dispersion.ratio, total / dispersion.ratio
        low, high = _part(x, all_of_them, _tail((1 - LEVEL) / n, dispersion.df)) if limited else (-np.inf, np.inf)
        ends = Interval(low / share, high / share, by) if limited else Interval(low, high, by)
        apart = Interval(whole * (ends.low - 1), whole * (ends.high - 1), by) if limited else ends
        spread = whole * float(((1 - share) / share / all_of_them) ** 0.5) if limited else float("inf")
        p_value = min(1.0, n * _as_t(_two_sided(x, all_of_them, share), dispersion.df)) if limited else 1.0
        told.append(Disparity(whole * ratio, ratio, ends, whole * (ratio - 1), apart, spread, p_value))
    return tuple(told)


def _by(places: int, dispersion: Dispersion) -> str:
    if not dispersion.known:
        return UNKNOWN.format(int(dispersion.df), FEWEST_DF)
    return BY.format(places) if dispersion.df == inf else DISPERSED.format(dispersion.ratio, int(dispersion.df), places)


def _tail(alpha: float, df: float) -> float:
    """The normal two-sided chance of what is as far out as a chance of `alpha` is on a t distribution."""
    return alpha if df == inf else float(2 * ndtr(stdtrit(df, alpha / 2)))


def _as_t(p_value: float, df: float) -> float:
    """The other way: the t distribution's two-sided chance of what has this normal one."""
    return p_value if df == inf else float(2 * stdtr(df, ndtri(p_value / 2)))


def _part(x: float, n: float, alpha: float) -> tuple[float, float]:
    low = float(betaincinv(x, n - x + 1, alpha / 2)) if x > 0 else 0.0
    high = float(betaincinv(x + 1, n - x, 1 - alpha / 2)) if x < n else 1.0
    return low, high


def _two_sided(x: float, n: float, share: float) -> float:
    """Twice the smaller tail of the binomial, x included: below 5 % exactly where the 95 % limits of Clopper and Pearson leave `share` out."""
    at_least = float(betainc(x, n - x + 1, share)) if x > 0 else 1.0
    at_most = 1 - float(betainc(x + 1, n - x, share)) if x < n else 1.0
    return min(1.0, 2 * min(at_least, at_most))
