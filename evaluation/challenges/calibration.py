"""Systematic error as negative controls show it, and the study's own effect corrected by it.

What a negative control seems to be moved by is error: of luck, whose size is known, and of the design.  The second is taken for a draw from one
normal distribution, from which the error in the study's own answer is another draw (Schuemie, Ryan, DuMouchel, Suchard and Madigan 2014,
Statistics in Medicine 33:209-218; Schuemie, Hripcsak, Ryan, Madigan and Suchard 2018, PNAS 115:2571-2577).  That is only so if the
controls are *exchangeable* with the outcome: moved by the same needs, as strongly.

The first five functions are the published ones, which hold the fitted distribution for the true one.  A few controls do not tell it so
well: `predicted` carries what they leave open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt
from typing import TYPE_CHECKING

import numpy as np
from scipy import optimize, special, stats

if TYPE_CHECKING:
    from ..terms import Array

FEWEST = 3  # controls from which a spread can be told at all: with a flat prior its posterior is proper from three on
NODES = 400  # of the spread of systematic error; twice as many move no limit by a thousandth of its width
REACH = 40.0  # the largest spread that is thought of, in standard deviations of what the controls show
UNLIKELY = 1e-12  # a spread that is no likelier moves no limit
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Null:
    """The distribution of systematic error: normal, on the scale on which the controls' effects were given."""

    mean: float
    sd: float


def fit_null(effects: Array, errors: Array) -> Null:
    """The systematic error that makes what k controls show likeliest: effects (k,) and their known standard errors (k,), in one unit.

    Maximum likelihood: each effect is normal around the mean with variance sd² + error².  For each spread the best mean is a weighted one,
    so that one number alone is searched.  Standard errors must be above 0.
    """
    effects, errors = np.asarray(effects, float), np.asarray(errors, float)
    widest = float(np.sqrt(np.mean((effects - effects.mean()) ** 2))) + 1e-300

    def mean_of(variance: Array) -> Array:
        weights = 1 / (variance[:, None] + errors**2)
        best: Array = weights @ effects / weights.sum(1)
        return best

    def unlikely(variance: Array) -> Array:
        total = variance[:, None] + errors**2
        less: Array = 0.5 * np.sum(np.log(total) + (effects - mean_of(variance)[:, None]) ** 2 / total, axis=1)
        return less

    def at(variance: float) -> float:
        return float(unlikely(np.array([variance]))[0])

    tried = np.concatenate([[0.0], (widest * np.linspace(0.02, 1.5, 75)) ** 2])  # the likelihood may have two tops: the higher is searched
    best = int(np.argmin(unlikely(tried)))
    low, high = tried[max(best - 1, 0)], tried[min(best + 1, len(tried) - 1)]
    found = optimize.minimize_scalar(at, bounds=(low, high), method="bounded", options={"xatol": 1e-13 * max(high, 1e-300)})
    variance = float(found.x) if found.fun < at(0.0) else 0.0
    return Null(float(mean_of(np.array([variance]))[0]), sqrt(variance))


def calibrated_p(null: Null, effect: float, error: float) -> float:
    """The two-sided p-value of no effect, where an effect of 0 would be seen as a draw of systematic error and luck."""
    return float(2 * special.ndtr(-abs(effect - null.mean) / sqrt(null.sd**2 + error**2)))


def expected_absolute_error(null: Null) -> float:
    """How far, on average, systematic error alone moves an answer: the mean of the absolute value of a draw."""
    if null.sd == 0:
        return abs(null.mean)
    at = null.mean / null.sd
    return float(null.sd * sqrt(2 / np.pi) * np.exp(-(at**2) / 2) + null.mean * (1 - 2 * special.ndtr(-at)))


@dataclass(frozen=True, slots=True)
class ErrorModel:
    """Systematic error by the size of the true effect: mean and sd are `at` 0 plus so much for each unit of it."""

    mean_at: float
    mean_slope: float
    sd_at: float
    sd_slope: float


def error_model(null: Null) -> ErrorModel:
    """The error model that negative controls alone can tell: an effect of any size is moved as no effect is."""
    return ErrorModel(null.mean, 1.0, null.sd, 0.0)


def calibrated_interval(model: ErrorModel, effect: float, error: float) -> tuple[float, float, float]:
    """(effect, low, high): each the true effect at which what was seen is the middle, or a limit, of what would be seen.

    What would be seen of a true effect t is normal around `mean_at` + `mean_slope` t with a variance of (`sd_at` + `sd_slope` |t|)² +
    error².  The model is held for the true one, as the R package does.
    """
    quantile = float(special.ndtri(0.5 + LEVEL / 2))

    def at(true: float, by: float) -> float:
        return model.mean_at + model.mean_slope * true + by * sqrt((model.sd_at + model.sd_slope * abs(true)) ** 2 + error**2) - effect

    def solved(by: float) -> float:
        middle = (effect - model.mean_at) / model.mean_slope
        step = 10 * (model.sd_at + error + model.sd_slope * abs(middle)) / model.mean_slope
        return float(optimize.brentq(at, middle - step, middle + step, args=(by,), xtol=1e-14, rtol=1e-14))

    return solved(0.0), solved(quantile), solved(-quantile)


# ------------------------------------------------------------------------------------------------ with the error of the fit
@dataclass(frozen=True, slots=True)
class Calibrated:
    """The study's own effect corrected for systematic error, and how large that error is, all in the unit of the effects given."""

    effect: float  # the median
    low: float  # 95 % limits
    high: float
    null: Null  # what the controls show: the mean and the spread of systematic error, each the posterior's own mean


def predicted(effects: Array, covariance: Array, effect: float, error: float, shared: Array | None = None) -> Calibrated:
    """The true effect behind the study's own, of which only what the controls tell of systematic error is taken off.

    effects (k,): what the controls show; covariance (k, k): of the luck in them; `effect` and `error`: the study's own; shared (k,): the
    covariance of its luck with theirs, for all are read of the same people.  Luck is normal and its covariance known; systematic error is
    normal with a mean and a spread that have flat priors (Gelman 2006, Bayesian Analysis 1:515-534), so that the range carries what k
    controls leave open of both.  The mean is integrated exactly, the spread over a grid: no draw is made.

    Raises:
        ValueError: fewer controls than FEWEST.
    """
    effects, shared = np.asarray(effects, float), np.zeros(len(effects)) if shared is None else np.asarray(shared, float)
    if len(effects) < FEWEST:
        raise ValueError(f"{len(effects)} controls; {FEWEST} are the fewest that tell a spread.")
    own, axes = np.linalg.eigh(np.asarray(covariance, float))
    own = np.maximum(own, 1e-9 * own.max())
    spread, width = _grid(sqrt(float(np.var(effects)) + float(own.mean())))
    told, ones, common = axes.T @ effects, axes.T @ np.ones(len(effects)), axes.T @ shared
    precision = 1 / (spread[:, None] ** 2 + own)  # (nodes, k): along the axes of luck
    weight = precision @ ones**2
    mean = precision @ (ones * told) / weight
    left = told - mean[:, None] * ones
    fit = 0.5 * (np.log(precision).sum(1) - np.log(weight) - (precision * left**2).sum(1))
    chance = width * np.exp(fit - fit.max())
    chance /= chance.sum()
    tie = precision @ (common * ones)  # by how much the study's luck moves with the controls' all together
    middle = effect - mean - (precision * common * left).sum(1)
    known = np.maximum(error**2 - precision @ common**2, 0.0)  # of the study's luck, what the controls do not tell
    spread_of = np.sqrt((1 - tie) ** 2 / weight + spread**2 + known)
    low, median, high = (_quantile(at, chance, middle, spread_of) for at in (0.5 - LEVEL / 2, 0.5, 0.5 + LEVEL / 2))
    return Calibrated(median, low, high, Null(float(chance @ mean), float(chance @ spread)))


def _grid(scale: float) -> tuple[Array, Array]:
    """The spreads that are thought of, close together near 0 and far apart further on, and the width that each stands for; (NODES,) each."""
    at = np.sinh(np.linspace(0.0, np.arcsinh(50 * REACH), NODES)) / 50 * scale
    edges = np.concatenate([[at[0]], (at[1:] + at[:-1]) / 2, [at[-1]]])
    return at, np.diff(edges)


def _quantile(level: float, chance: Array, middle: Array, spread: Array) -> float:
    """A quantile of a mixture of normals."""
    likely = chance > UNLIKELY
    chance, middle, spread = chance[likely] / chance[likely].sum(), middle[likely], spread[likely]
    low, high = float((middle - 10 * spread).min()), float((middle + 10 * spread).max())
    return float(optimize.brentq(lambda at: float(chance @ special.ndtr((at - middle) / spread)) - level, low, high, xtol=1e-13 * (high - low)))


# ------------------------------------------------------------------------------------------------ whether any is moved
def none_moved(effects: Array, errors: Array, correlation: Array, freedom: float = inf) -> float:
    """The p-value of all k controls being unmoved: effects (k,), standard errors (k,), and the correlation (k, k) of their luck.

    The sum of squared z-scores, which under luck alone is a sum of chi-squares weighted by the eigenvalues of the correlation, told by
    the scaled chi-square of the same mean and variance (Satterthwaite 1946; Box 1954): nothing is inverted, so that many controls on few
    people do no harm.  `freedom` are the degrees of freedom of the errors: of few, it is told by the F distribution, as if all errors
    were made of the same luck, which holds it on the safe side.
    """
    z = np.asarray(effects, float) / np.asarray(errors, float)
    squared = float(np.sum(np.asarray(correlation, float) ** 2))  # of a symmetric matrix, the sum of the squares of its eigenvalues
    scale, own = squared / len(z), len(z) ** 2 / squared
    told = float(z @ z) / scale
    return float(stats.chi2.sf(told, own) if freedom == inf else stats.f.sf(told / own, own, freedom))


def smallest(p_values: Sequence[float]) -> float:
    """The p-value of all k controls being unmoved where what they share is not known: the smallest of theirs times k bounds it (Bonferroni)."""
    return float(min(1.0, len(p_values) * min(p_values)))


def together(influence: Array, clusters: Array) -> Array:
    """The correlation (k, k) of the luck of k effects: influence (n, k) of each row on each, rows of one cluster (n,) adding up.

    An effect that no row bears on hangs together with none.
    """
    _, place = np.unique(clusters, return_inverse=True)
    sums = np.zeros((int(place.max()) + 1, influence.shape[1]))
    np.add.at(sums, place, influence)
    moved = np.sqrt((sums**2).sum(0))
    scaled = np.divide(sums, moved, out=np.zeros_like(sums), where=moved > 0)
    correlation: Array = scaled.T @ scaled
    np.fill_diagonal(correlation, 1.0)
    return correlation
