"""Whether as many people stand just above a cut-off as just below it, or some were helped over: of scores that hardly tie, and of whole points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr, stdtr

from .bandwidth import thinnest
from .kernels import kernel_weights

if TYPE_CHECKING:
    from ...terms import Array
    from .running import Running

ORDER = 3  # of the polynomial laid through the distribution: one more than its bandwidth is made for (Cattaneo, Jansson and Ma 2020)
WIDE = 2.0  # standard deviations times n^(-1/7): our own rule of thumb for the bandwidth of a density at its end
NEAR = 15  # distinct scores on either side through which counts are followed


@dataclass(frozen=True, slots=True)
class Step:
    """How much denser scores are on the side of the offer, as a statistic with its p-value."""

    ratio: float  # of the densities at the cut-off: that on the side of the offer over the other
    statistic: float
    p_value: float


def density_step(x: Array, widths: tuple[float, float] | None = None) -> Step:
    """The difference of the densities of x (n,) on the two sides of 0, by local cubics laid through its empirical distribution.

    Cattaneo, Jansson and Ma 2020, with a triangular kernel and jackknife errors whose squares are not centred, as the authors'
    software has them, which makes them a little too large.  `widths` are those of the other side and of the side of the offer; by default
    a rule of thumb.  Needs more than ORDER distinct x on either side; assumes that few tie.
    """
    x = np.sort(x)
    rule = WIDE * thinnest(x) * len(x) ** (-1 / 7)
    left, right = widths or (rule, rule)
    (below, V_below), (above, V_above) = _density(x, x < 0, left), _density(x, x >= 0, right)
    T = (above - below) / (V_below + V_above) ** 0.5
    return Step(above / below, T, float(2 * ndtr(-abs(T))))


def _density(x: Array, side: Array, h: float) -> tuple[float, float]:
    """The density at 0 of one side of x (n,) rising, and its variance."""
    n, there = len(x), side & (np.abs(x) <= h)
    own = x[there]
    root = np.sqrt(kernel_weights(own, h, "triangular"))
    q, r = np.linalg.qr((own[:, None] / h) ** np.arange(ORDER + 1) * root[:, None])
    slope = (np.linalg.solve(r, q.T) * root)[1] / h
    share = (np.arange(n) / (n - 1))[there]
    after = np.append(np.cumsum(slope[::-1])[::-1], 0.0)  # what each place and all after it add up to
    pull = after[np.searchsorted(own, x)]  # of each row, through everybody's place in the distribution
    return float(slope @ share), float((pull**2).sum()) / (n - 1) ** 2


def counts_step(running: Running, kept: Array) -> Step | None:
    """The jump of the logarithm of how many people have a score, of whole or rounded scores of which many tie.

    Counts of each score of each list, within NEAR distinct scores of the cut-off, follow a parabola on either side, and round scores
    where assessors round have a factor of their own: a quasi-Poisson regression (a discrete McCrary 2008), since tests for densities
    take any heap for a step (Frandsen 2017).  `kept` (n,) bool.  None where there are too few scores to follow.
    """
    cells = _cells(running, kept)
    if cells is None:
        return None
    x, date, heaped, count = cells
    above = (x >= 0).astype(float)
    columns = [above, x, x * above, x**2, x**2 * above, *([heaped] if 0 < heaped.sum() < len(heaped) else [])]
    columns += [(date == one).astype(float) for one in np.unique(date)]
    fitted = _quasi_poisson(np.column_stack(columns), count)
    if fitted is None:
        return None
    jump, error, df = fitted
    return Step(float(np.exp(jump)), jump / error, float(2 * stdtr(df, -abs(jump / error))))


def _cells(running: Running, kept: Array) -> tuple[Array, Array, Array, Array] | None:
    """By list and distinct score near its cut-off: the score centred (in steps of the smallest gap), the list, whether round, how many."""
    away = running.away[kept]
    values = np.unique(away)
    gap = float(np.diff(values).min()) if len(values) > 1 else 1.0
    inside = np.abs(away) <= NEAR * gap
    x = np.round(away[inside] / gap).astype(np.int64)
    low, high = int(x.min()), int(x.max())
    if low > -4 or high < 3:
        return None
    date, score = running.date[kept][inside], running.score[kept][inside]
    found = []
    for one in np.unique(date):
        here = date == one
        steps = np.arange(low, high + 1)
        cut = score[here][0] - running.side * gap * x[here][0]
        scores = cut + running.side * gap * steps
        round_ones = scores % running.round == 0 if running.round else np.zeros(len(steps), dtype=bool)
        found.append((steps, np.full(len(steps), one), round_ones, np.bincount(x[here] - low, minlength=len(steps))))
    steps, date, heaped, count = (np.concatenate(part) for part in zip(*found, strict=True))
    return steps.astype(float), date, heaped.astype(float), count.astype(float)


def _quasi_poisson(X: Array, count: Array) -> tuple[float, float, float] | None:
    """The first coefficient of a Poisson regression with its error by Pearson's dispersion, 1 at the least; None where none can be had."""
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    df = len(count) - X.shape[1]
    scale = np.abs(X).max(axis=0)
    if df < 5 or np.linalg.matrix_rank(X / scale) < X.shape[1]:
        return None
    fit = GLM(count, X / scale, family=Poisson()).fit()
    error = float(fit.bse[0]) * max(1.0, float(fit.pearson_chi2) / df) ** 0.5
    return float(fit.params[0]) / scale[0], error / scale[0], float(df)
