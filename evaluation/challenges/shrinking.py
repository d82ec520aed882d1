"""Draws the numbers of several groups towards their mean, by as much as chance alone would have spread them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, ndtr

GRID = 200  # places at which the spread is weighed
FARTHEST = 20.0  # of the widest of what the prior, the errors and the numbers themselves suggest: past it the prior leaves 3 in 100


@dataclass(frozen=True, slots=True)
class Shrunk:
    """k groups together: what each is drawn to, how far they lie apart beyond chance, and whether that can be chance."""

    mean: float
    spread: float  # standard deviation of the groups' effects, by DerSimonian and Laird (1986); 0 where chance explains all of it
    p_value: float  # of no difference between groups: Cochran's Q against chi-squared
    effects: tuple[float, ...]
    low: tuple[float, ...]  # 95 % limits
    high: tuple[float, ...]


def shrunk(effects: Sequence[float], errors: Sequence[float], scale: float) -> Shrunk:
    """Normal effects about a common mean, each seen with a known standard error; k of them, 2 or more, in the outcome's unit.

    The mean has a flat prior; the spread a half-Cauchy one (Gelman 2006) as wide as `scale`, above 0, such as the smallest difference worth
    having, or as twice the groups' own errors where that is more: a narrower one takes half of a true spread for chance, and the limits
    then cover too little.  What is told is averaged over how large the spread may be, so that the limits carry the uncertainty of it.
    """
    y, variance = np.asarray(effects, float), np.asarray(errors, float) ** 2
    q, spread = _apart(y, variance)
    scale = max(scale, 2 * float(np.sqrt(variance.mean())))
    widest = max(scale, float(np.sqrt(variance.max())), float(np.ptp(y)))
    taus = widest * FARTHEST * np.linspace(0.0, 1.0, GRID) ** 3  # closer together near none, where the prior has most to say
    total = variance[:, None] + taus[None, :] ** 2  # (k, GRID)
    means = (y[:, None] / total).sum(axis=0) / (1 / total).sum(axis=0)
    of_mean = 1 / (1 / total).sum(axis=0)
    log = -0.5 * (np.log(total) + (y[:, None] - means) ** 2 / total).sum(axis=0) + 0.5 * np.log(of_mean) - np.log1p((taus / scale) ** 2)
    weight = np.exp(log - log.max()) * np.gradient(taus)
    weight /= weight.sum()
    kept = taus**2 / total  # how much of its own number a group keeps
    centre = kept * y[:, None] + (1 - kept) * means
    error = np.sqrt(kept * variance[:, None] + (1 - kept) ** 2 * of_mean)
    low, high = (_quantile(centre, error, weight, share) for share in (0.025, 0.975))
    drawn = (centre * weight).sum(axis=1)
    return Shrunk(
        mean=float((means * weight).sum()),
        spread=spread,
        p_value=float(chdtrc(len(y) - 1, q)),
        effects=tuple(map(float, drawn)),
        low=tuple(map(float, low)),
        high=tuple(map(float, high)),
    )


def _apart(y: np.ndarray, variance: np.ndarray) -> tuple[float, float]:
    """Cochran's Q, and the spread beyond chance by its moments (DerSimonian and Laird 1986)."""
    weight = 1 / variance
    q = float((weight * (y - np.average(y, weights=weight)) ** 2).sum())
    more = (q - (len(y) - 1)) / float(weight.sum() - (weight**2).sum() / weight.sum())
    return q, float(np.sqrt(max(0.0, more)))


def _quantile(centre: np.ndarray, error: np.ndarray, weight: np.ndarray, share: float) -> np.ndarray:
    """(k,) the quantile of a mixture of normals, by halving."""
    low, high = (centre - 12 * error).min(axis=1), (centre + 12 * error).max(axis=1)
    for _ in range(40):
        middle = (low + high) / 2
        below = (weight * ndtr((middle[:, None] - centre) / error)).sum(axis=1) < share
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return (low + high) / 2
