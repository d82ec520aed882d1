"""Models of an amount that is nowhere below 0: a logit of having any, and gamma or Poisson means with a logarithmic link.

Coefficients solve the weighted score equations (statsmodels); errors here take the observed information for the bread of the sandwich,
which is the derivative of those equations and right where the family is wrong.  For a gamma with a logarithmic link R's `sandwich`
takes the expected one, and its HC0 differs; for the canonical links, logit and Poisson's logarithm, both are the same.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from ...terms import Array

Family = Literal["logit", "gamma", "poisson"]
TOLERANCE = 1e-11
STEPS = 100
FARTHEST = 30.0  # of a linear predictor: beyond, a mean is no longer one


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """A model fitted to n rows; p coefficients."""

    family: Family
    b: Array  # (p,)
    scores: Array  # (n, p) what each row adds to the score equations, its weight included
    bread: Array  # (p, p) the inverse of the observed information

    def mean(self, X: Array) -> Array:
        """(m,) what the model expects of rows X (m, p)."""
        eta = _linear(X, self.b)
        return 1 / (1 + np.exp(-eta)) if self.family == "logit" else np.exp(eta)

    def slope(self, X: Array) -> Array:
        """(m,) by how much that moves with the linear predictor."""
        mean = self.mean(X)
        return mean * (1 - mean) if self.family == "logit" else mean

    @property
    def covariance(self) -> Array:
        """(p, p) HC0 with the observed information, rows being independent."""
        return np.asarray(self.bread @ (self.scores.T @ self.scores) @ self.bread)


def fitted(X: Array, y: Array, weights: Array, family: Family) -> Fitted | None:
    """A generalised linear model of y (n,) on X (n, p), intercept included, each row counting `weights` (n,).

    None where there is no solution: the iterations do not settle, or a column tells an outcome without error.
    """
    import statsmodels.api as sm  # a second of waiting, where a model is asked for

    families = {"logit": sm.families.Binomial, "poisson": sm.families.Poisson}
    of = sm.families.Gamma(link=sm.families.links.Log()) if family == "gamma" else families[family]()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of steps that lead nowhere: the answer is looked at
        try:
            result = sm.GLM(y, X, family=of, var_weights=weights).fit(tol=TOLERANCE, tol_criterion="params", maxiter=STEPS)
        except sm.tools.sm_exceptions.PerfectSeparationError:
            return None
        except (ValueError, FloatingPointError, np.linalg.LinAlgError):
            result = None
    settled = result is not None and result.converged and _sensible(X, np.asarray(result.params))
    b = np.asarray(result.params) if settled else _by_halving(X, y, weights, family)
    if b is None or not _sensible(X, b):
        return None
    model = Fitted(family, b, np.empty((0, 0)), np.empty((0, 0)))
    mean = model.mean(X)
    rest = (y - mean) / mean if family == "gamma" else y - mean
    heavy = weights * (y / mean if family == "gamma" else model.slope(X))
    bread = np.linalg.pinv(np.einsum("ij,i,ik->jk", X, heavy, X), hermitian=True)
    return Fitted(family, b, X * (weights * rest)[:, None], bread)


def _sensible(X: Array, b: Array) -> bool:
    return bool(np.isfinite(b).all() and np.abs(_linear(X, b)).max() < FARTHEST)


def _by_halving(X: Array, y: Array, weights: Array, family: Family) -> Array | None:
    """(p,) the same slopes by Newton's steps, halved where they overshoot, for amounts whose tail throws the library's steps off.

    What is made least is convex in the slopes for each family, so that whatever settles is the solution.  None where nothing does.
    """

    def loss(b: Array) -> float:
        eta = _linear(X, b)
        with np.errstate(over="ignore"):
            each = {"gamma": y * np.exp(-eta) + eta, "poisson": np.exp(eta) - y * eta, "logit": np.logaddexp(0.0, eta) - y * eta}[family]
        return float(weights @ each)

    mean = float(np.average(y, weights=weights))
    b = np.zeros(X.shape[1])
    b[0] = np.log(mean / (1 - mean)) if family == "logit" else np.log(mean)
    value, W = loss(b), float(weights.sum())
    for _ in range(STEPS):
        model = Fitted(family, b, np.empty((0, 0)), np.empty((0, 0)))
        fit = model.mean(X)
        slope = X.T @ (weights * (1 - y / fit if family == "gamma" else fit - y))
        heavy = weights * (y / fit if family == "gamma" else model.slope(X))
        step = np.linalg.pinv(np.einsum("ij,i,ik->jk", X, heavy, X), hermitian=True) @ slope
        if not np.isfinite(step).all() or slope @ step <= TOLERANCE * W * (1 + abs(mean) * (family == "poisson")):
            break
        size = 1.0
        while size > TOLERANCE and not loss(b - size * step) < value:
            size /= 2
        b = b - size * step
        value = loss(b)
        if np.abs(_linear(X, b)).max() > 2 * FARTHEST:
            return None
    else:
        return None
    return b


def _linear(X: Array, b: Array) -> Array:
    return np.asarray(np.einsum("ij,j->i", X, b))
