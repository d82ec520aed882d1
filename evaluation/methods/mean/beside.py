"""What stands beside a difference in means, never instead: other models of the amounts, amounts capped or cut, and a smeared logarithm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics.costs import share_of_the_dearest
from ...diagnostics.likeness import distinct
from ...terms import EstimatorName, Other, Problem
from ..columns import gram
from ..influence import Means
from .adjusted import PEOPLE_PER_NUMBER, Arm, arms_of, beside, design, fit
from .means import difference, together
from .models import fitted
from .spreading import errors_of, spread_of

if TYPE_CHECKING:
    from ...terms import Array
    from .laid import Laid

CAPPED = 0.99  # of the people compared, as they weigh
NAMES: Mapping[EstimatorName, str] = {
    "difference": "difference in means",
    "two_part": "two-part model (logit, then gamma)",
    "gamma": "gamma model with a logarithmic link",
    "poisson": "Poisson model with a logarithmic link",
}
WINSORISED, TRIMMED, SMEARED = "winsorised at the 99th percentile", "without those above the 99th percentile", "log of amounts, smeared (Duan 1983)"


@dataclass(frozen=True, slots=True)
class Capped:
    """The difference with every amount above a cap set to it, and with the rows above it left out."""

    cap: float
    winsorised: float
    trimmed: float
    above: tuple[int, int]  # people above the cap, and the others


@dataclass(frozen=True, slots=True)
class Park:
    """To which power of its mean the variance of amounts grows."""

    slope: float
    std_error: float  # HC0 with the observed information


def others(laid: Laid) -> tuple[Other, ...]:
    """The same question by the other estimators, each with its interval; those that cannot be told of these people are left out."""
    told = []
    for estimator, name in NAMES.items():
        if estimator == laid.question.estimator:
            continue
        means = difference(laid.arms, laid.rows) if estimator == "difference" else beside(laid, estimator)
        if means is not None:
            told.append(Other(name, means.effect, spread_of(laid, means, errors_of(laid, means)).interval))
    return tuple(told)


def capped(laid: Laid) -> Capped | None:
    """The weighted difference of amounts winsorised and trimmed at their weighted 99th percentile; None where nobody lies above it.

    Both arms share the cap.  Of amounts that are known to the end alone, those lost stood for as everywhere.
    """
    reading, rows, stands = laid.reading, laid.rows, laid.stands
    known = stands > 0
    cap = quantile(reading.y[known], stands[known], CAPPED)
    high = known & (reading.y > cap)
    if not high.any():
        return None
    winsorised = effect_of(laid, np.minimum(reading.y, cap)).effect
    kept = np.where(high, 0.0, stands)
    trimmed = [float((kept * np.where(known, reading.y, 0.0))[there].sum() / kept[there].sum()) for there in (rows.served, ~rows.served)]
    above = distinct(rows.person, high)
    return Capped(cap, winsorised, trimmed[0] - trimmed[1], (above, distinct(rows.person, known) - above))


def quantile(y: Array, weights: Array, share: float) -> float:
    """The weighted quantile of y (n,); of equal weights, that of R's type 7: between two amounts it runs straight."""
    order = np.argsort(y, kind="stable")
    y, w = y[order], weights[order]
    place = np.cumsum(w) - w
    return float(np.interp(share, place / max(place[-1], np.finfo(float).tiny), y))


def effect_of(laid: Laid, y: Array) -> Means:
    """The weighted means of another amount of the same rows, y (m,), known of those alone who were followed to the end; linear in it."""
    sides = zip(laid.arms, (laid.rows.served, ~laid.rows.served), strict=True)
    return together(laid.arms, laid.rows, [arm.total(y[there]) for arm, there in sides])


def top_share(laid: Laid) -> tuple[float, float]:
    """What the dearest hundredth of each arm comes to, as a share of all that the arm comes to: the served, the compared."""
    y, person, stands = laid.reading.y, laid.rows.person, laid.stands
    one, other = (
        share_of_the_dearest(y[there], person[there], stands[there]) for there in (laid.rows.served & (stands > 0), ~laid.rows.served & (stands > 0))
    )
    return one, other


def family(laid: Laid) -> Park | None:
    """The modified Park test on what a gamma model of each arm leaves of amounts above 0; None where there is no such model."""
    found = _models(laid)
    if found is None:
        return None
    y, mean, weights = [], [], []
    for arm, amounts in found:
        models = fit(arm, ("logit", "gamma"), amounts)
        if models is None:
            return None
        there = (arm.standing.at_the_end > 0) & (amounts > 0)
        y.append(amounts[there])
        mean.append(models[-1].mean(arm.X[there]))
        weights.append(arm.standing.at_the_end[there])
    return park(np.concatenate(y), np.concatenate(mean), np.concatenate(weights))


def park(y: Array, mean: Array, weights: Array) -> Park | None:
    """The slope of a gamma regression, with a logarithmic link, of the squared rest of y (n,) on the logarithm of its `mean` (n,).

    0 where the variance does not move with the mean (normal), 1 Poisson, 2 gamma, 3 inverse normal (Park 1966; Manning & Mullahy 2001).
    """
    if not np.ptp(mean) > 0:
        return None
    model = fitted(np.column_stack([np.ones(len(y)), np.log(mean)]), (y - mean) ** 2, weights, "gamma")
    return None if model is None else Park(float(model.b[1]), float(model.covariance[1, 1] ** 0.5))


def smeared(laid: Laid) -> float | None:
    """The difference by a logit of having any amount times a regression of its logarithm, brought back by Duan's smearing factor.

    For whoever knows it from elsewhere: it leans on the rest of the logarithm being spread alike for everybody, and is told as a
    sensitivity alone.  None where there is no history or no solution.
    """
    found = _models(laid)
    if found is None:
        return None
    means = []
    for arm, amounts in found:
        s = arm.standing.at_the_end
        some = (s > 0) & (amounts > 0)
        logit = fit(arm, ("logit", "gamma"), amounts)
        if logit is None:
            return None
        b, factor = log_regression(arm.X[some], amounts[some], s[some])
        t = arm.target / arm.target.sum()
        any_amount = logit[0].mean(arm.whole) if len(logit) == 2 else 1.0
        means.append(float((t * any_amount * np.exp(np.einsum("ij,j->i", arm.whole, b)) * factor).sum()))
    return means[0] - means[1]


def log_regression(X: Array, y: Array, weights: Array) -> tuple[Array, float]:
    """(p,) the slopes of the logarithm of y (n,), above 0, on X (n, p), and the factor by which the mean of its rest comes back (Duan 1983)."""
    A = gram(np.ascontiguousarray((X * np.sqrt(weights)[:, None]).T))
    b = np.linalg.pinv(A, hermitian=True) @ np.einsum("i,ij->j", weights * np.log(y), X)
    return b, float(np.average(np.exp(np.log(y) - np.einsum("ij,j->i", X, b)), weights=weights))


def _models(laid: Laid) -> list[tuple[Arm, Array]] | None:
    """Each arm as a model of amounts reads it, with its amounts; None where the history allows none."""
    y, seen = laid.reading.y, ~laid.reading.lost
    if not laid.columns or (y[seen] < 0).any():
        return None
    X = design(laid, seen & (y > 0), PEOPLE_PER_NUMBER, "a model of amounts")
    if isinstance(X, Problem):
        return None
    sides = zip(arms_of(laid, X), (laid.rows.served, ~laid.rows.served), strict=True)
    return [(arm, y[there]) for arm, there in sides]
