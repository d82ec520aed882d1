"""An interrupted series: a line before the day, another from it on, and what lies between the second and the first continued.

With a comparison series it is the difference of the two that is interrupted, so that the comparison's own change of level and of
slope is taken off (the comparative interrupted series of Lopez Bernal, Cummins and Gasparrini 2018), and what moves both alike, such
as a season, leaves no error behind.  A season that moves one series alone is not modelled.

Two things are asked of the past alone: whether it bends, and whether a day that is set back shows a change too.  Where either does no
interval is told.  It costs 3 to 10 of a hundred series whose past is a line, and finds only what stands out of the errors: a slow bend
of .002 t^2 in 48 points with errors of standard deviation 1 is let by nine times in ten, and .12 of intervals then leave 0 out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import fdtri, stdtrit

from ..autocorrelated import HIGHEST_RHO, Fitted, Mixture, Model, fit, models
from ..inference import LEVEL

if TYPE_CHECKING:
    from ...terms import Array

FEWEST_POINTS = 24  # of a series: with fewer the size of the test was above .08 in some cells, or was not shown
FEWEST_BEFORE = 8  # periods before the day: a line continued from fewer says little about anything
FEWEST_FOR_A_SLOPE = 3  # periods from the day on: of fewer only a change of level is told
RAREST_BEFORE = 0.05  # p-value of a bend of the past, and of a change on a day that is set back
BACK = 3  # that day is set back by a third of the periods before it at most
RAREST = 0.01  # p-value of what is left over hanging together after all; at 0.05 one true autoregression in eleven would fail it
LAGS = 8
ROUNDED = 1e-9  # of the largest value: what lies off the lines by less does so by rounding


@dataclass(frozen=True, slots=True, eq=False)
class Interrupted:
    """What changed in a series on one day."""

    effect: Mixture  # mean difference per period between what was seen and the line before, continued
    level: Mixture  # at the first period from the day on
    slope: Mixture | None  # per period; None where too few follow
    by_period: tuple[Mixture, ...]  # of each period from the day on
    continued: Array  # (T,) the line before the day, through all periods
    rho: float  # autocorrelation of the lasting part of the errors
    left_over: float  # p-value that what the likeliest model leaves is independent (Ljung and Box 1978); 1 where nothing is left
    bend: float  # p-value that the past does not bend; 1 of eight periods and fewer
    set_back: float  # p-value of a change on a day that is set back, nothing since the true one read; 1 where too few come before it
    points: int
    before: int
    band: float  # how much wider than the limits of one period those of all periods at once are

    @property
    def why_none(self) -> str:
        """Why no interval can be trusted; empty where one can."""
        if self.points < FEWEST_POINTS:
            return f"a series of {self.points} points is too short for an interval: {FEWEST_POINTS} at least"
        if self.bend < RAREST_BEFORE:
            return f"the series bends before the day (p = {self.bend:.3f}), and a straight line is no guide to how it would have gone on"
        if self.set_back < RAREST_BEFORE:
            return f"a day that is set back shows a change too (p = {self.set_back:.3f}), where nothing happened"
        if self.rho > HIGHEST_RHO:
            return f"each period is too much like the last (autocorrelation {self.rho:.2f}, and {HIGHEST_RHO} is the most)"
        if self.left_over < RAREST:
            return "the errors hang together in another way than from one period to the next"
        return ""


def interrupted(y: Array, before: int) -> Interrupted:
    """Two lines through the series y, and what its past says of whether a line is a guide (see `two_lines`)."""
    past, back = y[:before], before - min(len(y) - before, before // BACK)
    return replace(
        two_lines(y, before),
        bend=_bend(past),
        set_back=two_lines(past, back).effect.p_value if back >= FEWEST_BEFORE and _moves(past, _columns(before, back)) else 1.0,
    )


def two_lines(y: Array, before: int) -> Interrupted:
    """The series y (T,), whose first `before` periods come before the day; of T >= before + 1 and before >= 8.

    Two straight lines, each with its own level and slope; from fewer than three periods on, only a level.  The effect is the mean
    over all periods from the day on.
    """
    T = len(y)
    X, under = _two_lines(T, before)
    since, sloped = np.arange(T) - before, X.shape[1] == 4
    scale = float(np.abs(y - y.mean()).max()) or 1.0
    fitted = fit((y - y.mean()) / scale, X, under)
    each = [_at(fitted, e, scale, sloped=sloped) for e in range(T - before)]
    line = (fitted.belief[:, None] * fitted.slopes).sum(axis=0)[:2] * scale
    return Interrupted(
        effect=_at(fitted, (T - before - 1) / 2, scale, sloped=sloped),
        level=each[0],
        slope=_scaled(fitted.contrast(np.array([0.0, 0.0, 0.0, 1.0])), scale) if sloped else None,
        by_period=tuple(each),
        continued=y.mean() + line[0] + line[1] * since,
        rho=fitted.rho,
        left_over=_independent(fitted.likeliest),
        bend=1.0,
        set_back=1.0,
        points=T,
        before=before,
        band=_band(2 if sloped else 1, fitted.df),
    )


@lru_cache(maxsize=8)
def _two_lines(T: int, before: int) -> tuple[Array, tuple[Model, ...]]:
    """The columns of two lines, and the models of what is left over; the same for every series of one length and day."""
    X = _columns(T, before)
    return X, models(X)


def _columns(T: int, before: int) -> Array:
    since = np.arange(T) - before
    after = (since >= 0).astype(float)
    return np.column_stack([np.ones(T), since, after, *([after * since] if T - before >= FEWEST_FOR_A_SLOPE else [])]).astype(float)


@lru_cache(maxsize=8)
def _curve(before: int) -> tuple[Array, tuple[Model, ...]]:
    """The columns of a line that bends, from -1 to 1, and the models of what is left over."""
    at = np.linspace(-1.0, 1.0, before)
    X = np.column_stack([np.ones(before), at, at * at])
    return X, models(X)


def _bend(past: Array) -> float:
    """The p-value of a bend of the past; 1 where too few periods are there, or it never leaves the curve."""
    X, under = _curve(len(past))
    if len(past) <= FEWEST_BEFORE or not _moves(past, X):
        return 1.0
    return fit((past - past.mean()) / float(np.abs(past - past.mean()).max()), X, under).contrast(np.array([0.0, 0.0, 1.0])).p_value


def _moves(y: Array, X: Array) -> bool:
    """Whether a series leaves its columns by more than rounding: if not, nothing tells how far it may err."""
    left = y - X @ np.linalg.lstsq(X, y, rcond=None)[0]
    return float(np.abs(left).max()) > ROUNDED * float(np.abs(y).max())


def _at(fitted: Fitted, since: float, scale: float, *, sloped: bool) -> Mixture:
    """The difference so many periods after the day."""
    return _scaled(fitted.contrast(np.array([0.0, 0.0, 1.0, since] if sloped else [0.0, 0.0, 1.0])), scale)


def _scaled(mixture: Mixture, scale: float) -> Mixture:
    return Mixture(mixture.belief, mixture.middle * scale, mixture.spread * scale, mixture.df)


def _band(slopes: int, df: int) -> float:
    """Scheffe 1953: limits of every combination of so many slopes at once, over those of one."""
    return float((slopes * fdtri(slopes, df, LEVEL)) ** 0.5 / stdtrit(df, (1 + LEVEL) / 2))


def _independent(residuals: Array) -> float:
    """The p-value of Ljung and Box 1978, one parameter taken off; 1 where nothing is left over."""
    if float(np.abs(residuals).max()) < 1e-9:
        return 1.0
    from statsmodels.stats.diagnostic import acorr_ljungbox  # half a second of waiting, for this alone

    lags = min(LAGS, len(residuals) // 4)
    return float(acorr_ljungbox(residuals, lags=[lags], model_df=1)["lb_pvalue"].iloc[0])
