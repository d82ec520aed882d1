"""Whether as many people stand just above a cut-off as just below it, or some were helped over: of scores that hardly tie, and of whole points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr, stdtr

from .bandwidth import thinnest
from .kernels import kernel_weights
from .running import FEWEST_SCORES, grain, heaps, on_points

if TYPE_CHECKING:
    from ...terms import Array
    from .running import Running

ORDER = 3  # of the polynomial laid through the distribution: one more than its bandwidth is made for (Cattaneo, Jansson and Ma 2020)
WIDE = 2.0  # standard deviations times n^(-1/7): our own rule of thumb for the bandwidth of a density at its end
NEAR = 15  # steps of the score on either side through which counts are followed at the least
MOST_CELLS = 400  # counts on either side: finer scores are counted several steps together
CROWDED = 5.0  # people on the two scores beside one that nobody has: it is then taken for one that cannot be had
MOST = 1000.0  # times as dense: beyond, as good as nobody is on the other side
DUST = 1e-6  # of a step: what is left over of the division by it


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


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    """How many people stand on each score of each list near its cut-off; (k,) arrays."""

    at: Array  # int: steps from the cut-off; 0 is the first on the side of the offer, -1 the last on the other
    date: Array  # int: the list
    round: Array  # (k, r) float: 1 where such a score is one of the r kinds of round ones
    count: Array  # float

    def of(self, there: Array) -> _Cells:
        """Some of them."""
        return _Cells(self.at[there], self.date[there], self.round[there], self.count[there])

    @property
    def strip(self) -> Array:
        """(k,) bool: the scores just below the cut-off that nobody has on any list."""
        below = self.at < 0
        taken = self.at[below & (self.count > 0)]
        return np.asarray(below & (self.at > taken.max())) if len(taken) else below

    def columns(self, order: int, *, step: bool) -> Array:
        """(k, ...) a curve through both sides or, with the `step` first, one on either; the kinds of round scores, and the lists."""
        x, above = (self.at + 0.5) / np.abs(self.at).max(), (self.at >= 0).astype(float)
        curve = [part for power in range(1, order + 1) for part in ((x**power, x**power * above) if step else (x**power,))]
        rounds = [column for column in self.round.T if 0 < column.sum() < len(column)]
        lists = [(self.date == one).astype(float) for one in np.unique(self.date)]
        return np.column_stack([*([above] if step else []), *curve, *rounds, *lists])


def counts_step(running: Running, kept: Array) -> Step | None:
    """The jump of the logarithm of how many people have a score, of whole or rounded scores of which many tie.

    Counts of each score of each list follow a parabola on either side (a straight line where scores are few), and round scores where
    assessors round have factors of their own: a quasi-Poisson regression (a discrete McCrary 2008), since tests for densities take any
    heap for a step (Frandsen 2017).  It looks as far as a test of densities would, and at NEAR steps of the score at the least.  Where
    nobody has the scores just below the cut-off, that is evidence of its own: how rarely luck would leave them empty if one curve ran
    through both sides.  `kept` (n,) bool.  None where there are too few scores to follow.
    """
    cells = _cells(running, kept)
    if cells is None:
        return None
    found, strip = _jump(cells), cells.strip
    empty = _empty(cells, strip) if strip.any() else 1.0
    if found is None:
        return Step(MOST, float("inf"), empty) if empty < 1 else None
    return found if 2 * empty >= found.p_value else Step(max(found.ratio, 1.0), found.statistic, 2 * empty)


def _cells(running: Running, kept: Array) -> _Cells | None:
    """The counts about the cut-off, by steps of the score; None where a side holds fewer steps than a line needs scores."""
    away, score, date = running.away[kept], running.score[kept], running.date[kept]
    step = grain(score)
    if not step:
        return None
    far = max(NEAR * step, WIDE * thinnest(away) * len(away) ** (-1 / 7), *(_holding(np.abs(away[side])) for side in (away < 0, away >= 0)))
    step *= max(1, int(np.ceil(far / step / MOST_CELLS)))
    at = np.floor(away / step + DUST).astype(np.int64)
    most = int(np.ceil(far / step))
    low, high = max(-most, int(at.min())), min(most, int(at.max()))
    if low > -FEWEST_SCORES or high < FEWEST_SCORES - 1:
        return None
    steps, points, parts = np.arange(low, high + 1), heaps(score) if running.round else (), []
    for one in np.unique(date):
        here = date == one
        scores = score[here][0] - running.side * away[here][0] + running.side * step * steps
        rounds = np.array([on_points(scores, each) for each in points], dtype=float).reshape(len(points), len(steps)).T
        own = at[here & (at >= low) & (at <= high)] - low
        cells = _Cells(steps, np.full(len(steps), one), rounds, np.bincount(own, minlength=len(steps)).astype(float))
        parts.append(cells.of(_existing(cells)))
    return _Cells(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("at", "date", "round", "count")))


def _holding(away: Array) -> float:
    """How far from the cut-off a side has NEAR distinct scores, or all it has."""
    values = np.unique(away)
    return float(values[min(NEAR, len(values)) - 1])


def _existing(cells: _Cells) -> Array:
    """(k,) bool: the scores that can be had on one list: those of somebody, and those that luck or a helping hand may have left empty."""
    around = np.pad(cells.count, 1)
    crowded = (around[:-2] + around[2:]) / 2 >= CROWDED
    return np.asarray((cells.count > 0) | ~crowded | cells.strip)


def _jump(cells: _Cells) -> Step | None:
    """The step of the counts at the cut-off, by parabolas or, where scores are too few for these, straight lines."""
    for order, least in ((2, 5), (1, 3)):
        X = cells.columns(order, step=True)
        fitted = _quasi_poisson(X, cells.count, least)
        if fitted is not None:
            beta, error, df, _ = fitted
            T = float(beta[0]) / error
            return Step(float(np.exp(np.clip(beta[0], -np.log(MOST), np.log(MOST)))), T, float(2 * stdtr(df, -abs(T))))
    return None


def _empty(cells: _Cells, strip: Array) -> float:
    """The chance that the strip is left empty by luck, if one parabola runs through both sides; 1 where that cannot be told."""
    rest = cells.of(~strip)
    X = cells.columns(2, step=False)
    fitted = _quasi_poisson(X[~strip], rest.count, 3)
    if fitted is None:
        return 1.0
    beta, _, _, dispersion = fitted
    return float(np.exp(-np.exp(X[strip] @ beta).sum() / dispersion))


def _quasi_poisson(X: Array, count: Array, least: int) -> tuple[Array, float, float, float] | None:
    """Coefficients of a Poisson regression, the error of the first, degrees of freedom, and Pearson's dispersion, 1 at the least.

    None with fewer than `least` degrees of freedom, and where the columns do not tell coefficients apart.
    """
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    df = len(count) - X.shape[1]
    if df < least or np.linalg.matrix_rank(X) < X.shape[1]:
        return None
    fit = GLM(count, X, family=Poisson()).fit()
    dispersion = max(1.0, float(fit.pearson_chi2) / df)
    error = float(fit.bse[0]) * dispersion**0.5
    return (np.asarray(fit.params), error, float(df), dispersion) if np.isfinite(error) and error > 0 else None
