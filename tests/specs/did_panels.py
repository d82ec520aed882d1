"""Small invented panels, with gaps and uneven weights, and dense regressions that the estimators of panels are held against."""

from __future__ import annotations

from typing import Any

import numpy as np

from evaluation.terms import NEVER

Array = np.ndarray[Any, Any]


def staggered(n: int = 40, T: int = 7, *, seed: int = 1, never: bool = True, first: int = 2) -> tuple[Array, Array]:
    """Values (n, T) with effects of units and periods, and effects that grow after adoption; adopted (n,): two dates, and never."""
    rng = np.random.default_rng(seed)
    dates = [first, first + 2, NEVER if never else first + 3]
    adopted = np.array([dates[i % 3] for i in range(n)])
    since = np.arange(T) - adopted[:, None]
    value = rng.normal(size=(n, 1)) + rng.normal(size=T) + rng.normal(size=(n, T)) + np.where(since >= 0, 1.0 + 0.5 * since, 0.0)
    return value, adopted


def with_gaps(value: Array, *, every: int = 9) -> Array:
    """The values without every so manieth."""
    gaps = value.copy()
    gaps.ravel()[4::every] = np.nan
    return gaps


def dense(value: Array, columns: Array, w: Array | None = None) -> tuple[Array, Array, Array]:
    """Coefficients (p,), influence of units (n, p) and residuals (n, T) of a regression on columns (n, T, p) with a dummy for every effect."""
    n, T, p = columns.shape
    seen = ~np.isnan(value)
    unit, period = np.nonzero(seen)
    X = np.zeros((len(unit), p + n + T))
    X[:, :p] = columns[seen]
    X[np.arange(len(unit)), p + unit] = X[np.arange(len(unit)), p + n + period] = 1.0
    weights = np.ones(len(unit)) if w is None else np.broadcast_to(w.reshape(n, -1), value.shape)[seen]
    inverse = np.linalg.pinv((X * weights[:, None]).T @ X)
    coef = inverse @ (X.T @ (weights * value[seen]))
    left = value[seen] - X @ coef
    score = (X @ inverse[:, :p]) * (weights * left)[:, None]
    influence = np.stack([np.bincount(unit, weights=score[:, j], minlength=n) for j in range(p)], axis=1)
    residual = np.zeros(value.shape)
    residual[seen] = left
    return coef[:p], influence, residual


def under(adopted: Array, T: int) -> Array:
    """(n, T, 1): 1 from adoption on."""
    return (np.arange(T) >= adopted[:, None]).astype(float)[:, :, None]
