"""Where a monthly series goes if nothing changes: a baseline with a fan, for a curve that somebody wants to turn.

The level wanders from month to month, the month's own luck comes on top, and there may be a steady drift and, from three years of
months on, a pattern of the year: y = X b + level + noise, where the level is a random walk (the local level model of Harvey
1989).  How much the level wanders beside the noise nobody knows, and to put in an estimate as if it were known makes fans too narrow: the
restricted likelihood is averaged over a grid of that ratio, with as much weight on a level that stands still as on all others
together, and the forecast is a mixture of t distributions.  Counts are taken as the root of what they are (Anscombe 1948), shares as
the angle whose sine is their root, so that chance spreads months about equally; the ends of the fan are turned back.

How often the 95 % bands hold what came, mean over the next twelve months of 300 series of counts about 60 a month
(`tests/rehearsals/test_scorecard_fans.py` redoes some):

    months of history              24    36    60
    nothing moves                 .97   .97   .96
    a steady drift                .97   .96   .95
    the level wanders, 2 % a month .97  .95   .96
    the level wanders, 6 % a month .93  .94   .95
    a pattern of the year         .97   .97   .95
    the same, and it wanders, 4 % .96   .94   .95
    counts in clusters            .97   .96   .96
    counts about 8 a month        .98   .98   .97

The lowest is the twelfth month ahead of 24 whose level wanders by 6 %: .87.

The fan says what the next months would be like if all went on as it did.  It is no target, and no claim that anything worked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.optimize import brentq
from scipy.special import stdtr, stdtrit

from ..phrases import counted
from ..terms import Problem, Refused

if TYPE_CHECKING:
    from ..terms import Array

FEWEST = 24  # months: with fewer no fan is drawn
SEASONS_FROM = 36  # months from which on a pattern of the year is told apart from the drift
YEAR = 12
RATIOS = (0.0, *np.geomspace(1e-3, 10.0, 17))  # of the variance of a month's step of the level over that of the month's own luck
STILL = 0.5  # the weight of a level that stands still
LEVELS = (0.5, 0.8, 0.95)  # of the fan
Unit = Literal["count", "share"]


@dataclass(frozen=True, slots=True, eq=False)
class Fan:
    """A forecast of so many months: its middle, and the ends of each band; arrays of (h,)."""

    middle: Array
    low: tuple[Array, ...]  # by `LEVELS`
    high: tuple[Array, ...]
    seasons: bool  # whether a pattern of the year was told apart


def fan(y: Sequence[float], months: int = YEAR, *, unit: Unit = "count", first: int = 1) -> Fan:
    """The forecast of a monthly series: `y` (T,) counts, or shares; `first` the month of the year of y[0].

    The bands are of what a month will show, its own luck included, for each month by itself; those of shares take the months to be of
    about as many people.  Assumes that steps and luck are about normal once turned, and that no shock comes.  Refuses fewer
    than 24 months, numbers that are no counts or shares, and a series that never moves.
    """
    values = np.asarray(y, dtype=float)
    _held(values, unit)
    turned = _turn(values, unit)
    seasons = len(values) >= SEASONS_FROM
    X = _regressors(len(values) + months, first, seasons=seasons)
    parts = _mixture(turned, X, months)
    ends = [[_quantile(parts, at, tail) for tail in _tails()] for at in range(months)]
    back = _back(np.array(ends), unit)  # (h, 1 + 2 * levels)
    lows, highs = tuple(back[:, 1 + 2 * k] for k in range(len(LEVELS))), tuple(back[:, 2 + 2 * k] for k in range(len(LEVELS)))
    return Fan(back[:, 0], lows, highs, seasons)


@dataclass(frozen=True, slots=True, eq=False)
class _Parts:
    """A mixture of t distributions for each of h months."""

    weight: Array  # (k,)
    middle: Array  # (k, h)
    spread: Array  # (k, h)
    df: int


def _held(y: Array, unit: Unit) -> None:
    if len(y) < FEWEST:
        raise Refused(Problem("months", f"there are {counted(len(y), 'month')}.", f"A fan is drawn from {FEWEST} months on."))
    wrong = int((~np.isfinite(y) | (y < 0) | ((y > 1) if unit == "share" else (y < 0))).sum())
    if wrong:
        raise Refused(Problem("months", f"{counted(wrong, 'month')} hold no {unit}.", "A count is 0 or more, a share from 0 to 1."))
    if np.ptp(y) == 0:
        raise Refused(Problem("months", f"all {len(y)} months are the same, so that nothing tells how much they vary."))


def _turn(y: Array, unit: Unit) -> Array:
    return 2 * np.sqrt(y + 0.375) if unit == "count" else np.arcsin(np.sqrt(y))


def _back(z: Array, unit: Unit) -> Array:
    if unit == "count":
        return np.maximum((np.maximum(z, 0) / 2) ** 2 - 0.375, 0)
    return np.sin(np.clip(z, 0, np.pi / 2)) ** 2


def _regressors(T: int, first: int, *, seasons: bool) -> Array:
    """A level, a drift and, if there are seasons, eleven months of the year; (T, p)."""
    at = np.arange(T, dtype=float)
    columns = [np.ones(T), at / YEAR]
    if seasons:
        month = (np.arange(T) + first - 1) % YEAR
        columns += [(month == each) - (month == YEAR - 1).astype(float) for each in range(YEAR - 1)]
    return np.column_stack(columns)


def _mixture(y: Array, X: Array, h: int) -> _Parts:
    """For each ratio of the grid its weight, and its forecast by generalised least squares with flat priors on the coefficients."""
    T, p = len(y), X.shape[1]
    at = np.arange(T + h) + 1.0
    walk = np.minimum.outer(at, at)
    logs, middles, spreads = [], [], []
    for ratio in RATIOS:
        V = np.eye(T + h) + ratio * walk
        chol = np.linalg.cholesky(V[:T, :T])
        Xw, yw = np.linalg.solve(chol, X[:T]), np.linalg.solve(chol, y)
        q, r = np.linalg.qr(Xw)
        b = np.linalg.solve(r, q.T @ yw)
        rest = yw - Xw @ b
        s2 = float(rest @ rest) / (T - p)
        logs.append(-np.log(np.diag(chol)).sum() - np.log(np.abs(np.diag(r))).sum() - (T - p) / 2 * np.log(s2))
        across = np.linalg.solve(chol, V[:T, T:])  # (T, h)
        away = X[T:] - across.T @ Xw
        middles.append(X[T:] @ b + across.T @ rest)
        root = np.linalg.solve(r.T, away.T)
        spreads.append(np.sqrt(s2 * (np.diag(V[T:, T:]) - (across**2).sum(axis=0) + (root**2).sum(axis=0))))
    prior = np.array([STILL, *np.full(len(RATIOS) - 1, (1 - STILL) / (len(RATIOS) - 1))])
    weight = prior * np.exp(np.array(logs) - max(logs))
    return _Parts(weight / weight.sum(), np.array(middles), np.array(spreads), T - p)


def _tails() -> list[float]:
    return [0.5, *(tail for level in LEVELS for tail in ((1 - level) / 2, (1 + level) / 2))]


def _quantile(parts: _Parts, at: int, tail: float) -> float:
    """Where the mixture of one month has so much below."""
    middle, spread = parts.middle[:, at], parts.spread[:, at]
    each = middle + spread * stdtrit(parts.df, tail)
    low, high = float(each.min()) - 1e-9, float(each.max()) + 1e-9
    return float(brentq(lambda z: float(parts.weight @ stdtr(parts.df, (z - middle) / spread)) - tail, low, high, xtol=1e-9))
