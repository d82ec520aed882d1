"""Invented event studies for honest bounds."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Study = tuple[Array, Array, range, range, Array]  # beta, V, times before, times after, weights


def study(before: int, after: int, seed: int, *, which: str = "mean") -> Study:
    """Coefficients that hang together, with an effect of about four standard errors; weights of the mean, the first, or both ways."""
    rng = np.random.default_rng([before, after, seed])
    k = before + after
    A = rng.normal(size=(k, k + 3))
    V = A @ A.T / (k + 3) + 0.3
    beta = rng.multivariate_normal(np.concatenate([np.zeros(before), np.full(after, 4.0)]), V)
    weights = {"mean": np.full(after, 1 / after), "first": np.eye(after)[0], "mixed": rng.normal(size=after)}[which]
    return beta, V, range(-before - 1, -1), range(after), weights


def levels(beta: Array, before: int) -> Array:
    """The coefficients (..., k) with the reference among them, at 0."""
    return np.insert(beta, before, 0.0, axis=-1)
