"""Intervals for the difference between two risks: by the score, by Wilson limits, and exact.

Letters as in Miettinen & Nurminen 1985: x1 of n1 served and x0 of n0 compared people had the event; delta = R1 - R0.  With
blocks, counts are (B,) arrays and w (B,) their weights; without, arrays of one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import gammaln, ndtr, ndtri, xlog1py, xlogy
from statsmodels.stats.proportion import confint_proportions_2indep

from .inference import LEVEL

if TYPE_CHECKING:
    from ..terms import Array

Z = float(ndtri((1 + LEVEL) / 2))
TAIL = (1 - LEVEL) / 2
HALVINGS = 60  # of an interval no longer than 2: the root is then exact to rounding


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """Two-by-two counts by block; each a (..., B) array, w (B,) adding to 1."""

    x1: Array
    n1: Array
    x0: Array
    n0: Array
    w: Array

    @property
    def difference(self) -> Array:
        """R1 - R0 as observed, weighted over blocks."""
        return (self.w * (self.x1 / self.n1 - self.x0 / self.n0)).sum(axis=-1)


@dataclass(frozen=True, slots=True)
class Limits:
    """A 95 % interval with the two-sided p-value of no difference by the same formula."""

    low: float
    high: float
    p_value: float


def restricted_risk(t: Counts, delta: float) -> Array:
    """R0 at its most likely value when R1 - R0 is delta: the middle root of the cubic (Miettinen & Nurminen 1985, appendix)."""
    N, c = t.n1 + t.n0, t.x1 + t.x0
    L2 = (t.n1 + 2 * t.n0) * delta - N - c
    L1 = (t.n0 * delta - N - 2 * t.x0) * delta + c
    L0 = t.x0 * delta * (1 - delta)
    q = L2**3 / (3 * N) ** 3 - L1 * L2 / (6 * N**2) + L0 / (2 * N)
    p = np.where(q > 0, 1.0, -1.0) * np.sqrt(np.maximum(L2**2 / (3 * N) ** 2 - L1 / (3 * N), 0))
    ratio = np.divide(q, p**3, out=np.zeros_like(p), where=p != 0)
    a = (np.pi + np.arccos(np.clip(ratio, -1, 1))) / 3
    return np.clip(2 * p * np.cos(a) - L2 / (3 * N), max(0.0, -delta), min(1.0, 1 - delta))


def score(t: Counts, delta: float) -> Array:
    """The standardised distance of the observed difference from delta; falls as delta rises.  Summed over blocks."""
    R0 = restricted_risk(t, delta)
    R1 = np.clip(R0 + delta, 0, 1)
    N = t.n1 + t.n0
    V = (t.w**2 * (R1 * (1 - R1) / t.n1 + R0 * (1 - R0) / t.n0) * N / (N - 1)).sum(axis=-1)
    away = t.difference - delta
    away = np.where(np.abs(away) < 1e-12, 0.0, away)  # a table at its own difference, however it was rounded
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(away == 0, 0.0, away / np.sqrt(np.maximum(V, 0)))


def miettinen_nurminen(t: Counts) -> Limits:
    """The asymptotic score interval, never of zero width (Miettinen & Nurminen 1985, stratified when there are blocks)."""
    p = float(2 * ndtr(-abs(float(score(t, 0.0)))))
    return Limits(score_limit(t, Z), score_limit(t, -Z), p)


def score_limit(t: Counts, z: float) -> float:
    """The delta at which the score is z: a lower limit when z is positive."""
    d = float(t.difference)
    return _crossing(lambda delta: float(score(t, delta)) < z, *((-1.0, d) if z > 0 else (d, 1.0)))


def _crossing(passed: Callable[[float], bool], low: float, high: float, halvings: int = HALVINGS) -> float:
    """Where `passed` turns true between low and high."""
    if passed(low):
        return low
    for _ in range(halvings):
        middle = (low + high) / 2
        low, high = (low, middle) if passed(middle) else (middle, high)
    return (low + high) / 2


def newcombe(x1: float, n1: float, x0: float, n0: float) -> tuple[float, float]:
    """The hybrid of two Wilson intervals (Newcombe 1998, method 10)."""
    low, high = confint_proportions_2indep(x1, n1, x0, n0, method="newcomb", compare="diff", alpha=1 - LEVEL)
    return float(low), float(high)


LARGEST_EXACT = 2_000  # people in both arms; about five seconds
FAR = 6.0  # standard errors beyond which a tail of the score is taken as empty
STEPS = 24  # of the scan for the outermost crossing: the tail jumps, and a bisection alone could stop at an inner one
EXACT_HALVINGS = 18  # of one step of that scan: limits to six decimals
NUISANCE = 100  # values of R0 in each round that looks for its worst
NEAR_END = 60  # further values towards each end, ever closer: where events are rare the worst R0 lies there
NEAREST = 1e-6  # to an end, as a share of the way across
BEST_FEW = 3  # values around which a finer round looks


def chan_zhang(x1: int, n1: int, x0: int, n0: int) -> Limits:
    """The exact unconditional interval: two one-sided tests at 2.5 %, ordered by the score (Chan & Zhang 1999).

    Assumes two independent binomials.  The p-value is twice the smaller one-sided p-value of no difference, at the worst R0.
    """
    p = min(_tail(x1, n1, x0, n0, 0.0), _tail(x0, n0, x1, n1, 0.0))
    # seen from the other arm, what was high is low: the upper limit is the lower one of the tables turned round
    return Limits(_lowest(x1, n1, x0, n0), -_lowest(x0, n0, x1, n1), min(1.0, 2 * p))


def _lowest(x1: int, n1: int, x0: int, n0: int) -> float:
    """The lowest delta at which a score as high as the one seen is not rarer than 2.5 %."""
    seen = _tables(x1, n1, x0, n0)
    steps = np.linspace(score_limit(seen, FAR), float(seen.difference), STEPS + 1)
    first = next((i for i, delta in enumerate(steps) if _tail(x1, n1, x0, n0, float(delta)) > TAIL), STEPS)
    if first == 0:
        return float(steps[0])
    return _crossing(lambda delta: _tail(x1, n1, x0, n0, delta) > TAIL, float(steps[first - 1]), float(steps[first]), EXACT_HALVINGS)


def _tables(x1: Array | int, n1: int, x0: Array | int, n0: int) -> Counts:
    """Tables without blocks, as many as there are x1 and x0."""
    X1, N1, X0, N0 = (np.asarray(value, dtype=float)[..., None] for value in (x1, n1, x0, n0))
    return Counts(X1, N1, X0, N0, np.ones(1))


def _tail(x1: int, n1: int, x0: int, n0: int, delta: float) -> float:
    """The largest chance, over R0, of a score as high as the one seen, when R1 - R0 is delta: on a grid, then a finer one."""
    least = _least_as_high(x1, n1, x0, n0, delta)
    low, high = max(0.0, -delta), min(1.0, 1 - delta)
    near = np.geomspace(NEAREST, 1 / NUISANCE, NEAR_END)
    R0 = low + (high - low) * np.unique(np.concatenate([np.linspace(0, 1, NUISANCE + 1), near, 1 - near]))
    chance = _chance(least, n1, n0, R0, delta)
    fine = [
        np.linspace(R0[max(best - 1, 0)], R0[min(best + 1, len(R0) - 1)], NUISANCE // BEST_FEW)
        for best in np.argsort(chance, kind="stable")[-BEST_FEW:]
    ]
    return float(max(chance.max(), _chance(least, n1, n0, np.concatenate(fine), delta).max()))


def _least_as_high(x1: int, n1: int, x0: int, n0: int, delta: float) -> Array:
    """For each x0 the least x1 whose score is as high as the one seen; (n0 + 1,).  The score rises with x1, so halving finds it."""
    seen = float(score(_tables(x1, n1, x0, n0), delta)) - 1e-9  # the same score, rounded twice, counts as a tie
    every = np.arange(n0 + 1)
    low, high = np.full(n0 + 1, -1), np.full(n0 + 1, n1 + 1)
    while (high - low > 1).any():
        middle = np.clip((low + high) // 2, 0, n1)
        as_high = score(_tables(middle, n1, every, n0), delta) >= seen
        undecided = high - low > 1
        high, low = np.where(undecided & as_high, middle, high), np.where(undecided & ~as_high, middle, low)
    return high


def _chance(least: Array, n1: int, n0: int, R0: Array, delta: float) -> Array:
    """The chance, at each R0, of at least least[x0] among the served when x0 of the compared have the event."""
    at_least = np.zeros((len(R0), n1 + 2))
    at_least[:, :-1] = _binomial(n1, np.clip(R0 + delta, 0, 1))[:, ::-1].cumsum(axis=1)[:, ::-1]
    return (at_least[:, least] * _binomial(n0, R0)).sum(axis=1)


def _binomial(n: int, p: Array) -> Array:
    """Binomial probabilities; (len(p), n + 1)."""
    x = np.arange(n + 1)
    ways = gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1)
    return np.exp(ways + xlogy(x, p[:, None]) + xlog1py(n - x, -p[:, None]))
